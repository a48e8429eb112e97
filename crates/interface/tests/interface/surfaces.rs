//! Dates of a market: what is kept of a slice, what it is later, and which surfaces a market takes over.
//!
//! Expected numbers are written out, or computed in whole numbers of another width.

use crate::surface_scene::*;
use ballast_interface::{
    risk::{DateRisk, MarketRisk, PostSurfaceArgs, Slice},
    Wide,
};

#[test]
fn a_posted_date_keeps_the_slice_and_its_samples() {
    let slice = Slice { expiry: NOW + DAY, forward: 7, a: -1, b: 2, rho: -3, m: 4, s: 5 };
    let before = DateRisk {
        expiry: 1,
        forward: 2,
        carry: 3,
        a: 4,
        b: 5,
        rho: 6,
        m: 7,
        s: 8,
        years: 9,
        valid_from: 10,
        valid_until: 11,
        sampled: Wide::new(i128::MAX),
        sampled_seconds: 13,
        padding: [0; 4],
        posted_at: NOW,
        reserved: [0; 8],
    };
    let expected = DateRisk {
        expiry: NOW + DAY,
        forward: 7,
        // Seven thirds in 2^-40, cut.
        carry: 2_565_527_131_477,
        a: -1,
        b: 2,
        rho: -3,
        m: 4,
        s: 5,
        // 2^60 by 365, less the ten seconds that the slice is of another moment, cut.
        years: ((86_410u128 << 60) / 31_536_000) as u64,
        valid_from: NOW - 10,
        valid_until: NOW + 20,
        sampled: Wide::new(i128::MAX),
        sampled_seconds: 13,
        padding: [0; 4],
        posted_at: NOW,
        reserved: [0; 8],
    };
    let args = posting(3, NOW - 10, NOW + 20);
    assert_eq!(before.post(&slice, &args, NOW).unwrap(), expected);
}

#[test]
fn a_forward_is_at_most_64_times_the_index() {
    let carry = |forward: u64, index: u64| {
        let slice = Slice { forward, ..flat(DAY, 0.25) };
        DateRisk::default().post(&slice, &posting(index, NOW, NOW + 1), NOW).map(|date| date.carry)
    };
    assert_eq!(carry(64_000, 1_000).unwrap(), 64 << 40);
    assert_eq!(code(carry(64_001, 1_000)), Some(FORWARD_FAR));
    // What is cut does not count.
    assert_eq!(carry((64 << 50) + 1_023, 1 << 50).unwrap(), 64 << 40);
    assert_eq!(code(carry((64 << 50) + 1_024, 1 << 50)), Some(FORWARD_FAR));
    assert_eq!(code(carry(1, 0)), Some(FORWARD_FAR), "without an index");
    assert_eq!(code(carry(u64::MAX, 1)), Some(FORWARD_FAR));
    // Of a forward that is next to nothing beside its index, nothing would be left.
    assert_eq!(code(carry(0, u64::MAX)), Some(FORWARD_FAR));
    assert_eq!((code(carry(1, (1 << 40) + 1)), carry(1, 1 << 40).unwrap()), (Some(FORWARD_FAR), 1));
    assert_eq!(carry(u64::MAX, u64::MAX).unwrap(), ONE);
}

#[test]
fn forwards_are_near_by_share_and_by_time() {
    let mut rules = market().rules;
    (rules.forward_gap, rules.forward_gap_per_year) = (1_000, 3 * (ONE >> 2));
    // Three quarters of two to the power of each of the first two numbers, cut, and a thousand.
    for (years, most) in [(0, 1_000), (1 << 60, 1_000 + 3 * (ONE >> 2)), (1 << 58, 1_000 + 3 * (ONE >> 4))] {
        for (gap, expected) in [(most, None), (most + 1, Some(FORWARD_FAR)), (0, None)] {
            for sign in [-1, 1] {
                let near = DateRisk { years, ..date(1, ONE + sign * gap) }.near(&rules);
                assert_eq!(code(near), expected, "{years} {gap} {sign}");
            }
        }
    }
    // A moment counts as the next step of 2^-40 years, of which three quarters are nothing; five are three.
    for (years, extra) in [(1, 0), (1 << 20, 0), ((1 << 20) + 1, 1), ((1 << 22) + 1, 3), (5 << 20, 3)] {
        let at = |gap: i64| code(DateRisk { years, ..date(1, ONE + gap) }.near(&rules));
        assert_eq!((at(1_000 + extra), at(1_001 + extra)), (None, Some(FORWARD_FAR)), "{years}");
    }
    let far = DateRisk { years: u64::MAX, ..date(1, 64 << 40) };
    assert_eq!(code(far.near(&rules)), Some(FORWARD_FAR));
}

#[test]
fn a_slice_keeps_its_volatility_while_time_passes() {
    let slice = Slice { expiry: NOW + 100 * DAY, forward: 9, a: -1_001, b: 1_001, rho: -7, m: 8, s: 6 };
    let date = DateRisk::default().post(&slice, &posting(9, NOW, NOW + 1), NOW).unwrap();
    let bits = |now: i64| {
        let svi = date.svi_at(now);
        let rest = (svi.rho.to_bits(), svi.m.to_bits(), svi.s.to_bits(), svi.forward.0);
        assert_eq!(rest, (-7, 8, 6, 9));
        (svi.a.to_bits(), svi.b.to_bits(), svi.years.0)
    };
    let years = |days: i64| (((days * DAY) as u128 * (1 << 60)) / YEAR as u128) as u64;
    assert_eq!(bits(NOW), (-1_001, 1_001, years(100)));
    // Times are cut, so half of it is a little less, or just that.
    assert_eq!(bits(NOW + 50 * DAY), (-500, 500, years(50)));
    assert_eq!(bits(NOW + 90 * DAY), (-100, 100, years(10)));
    assert_eq!(bits(NOW + 100 * DAY), (0, 0, 0));
    assert_eq!(bits(i64::MAX), (0, 0, 0));
    // Before the slice's own moment there is no more variance than it has.
    assert_eq!(bits(NOW - 50 * DAY), (-1_001, 1_001, years(150)));
    let svi = date.svi();
    assert_eq!((svi.a.to_bits(), svi.b.to_bits(), svi.years.0), (-1_001, 1_001, years(100)));
    // No numbers are too large, and a free row is none at all.
    let large = DateRisk { a: i64::MIN, b: i64::MAX, years: u64::MAX, expiry: i64::MAX, ..date };
    let share = |number: i64| {
        // Sixteen years less a second, of as good as sixteen.
        let left = ((504_575_999u128 << 60) / YEAR as u128) as i128;
        (i128::from(number) * left / i128::from(u64::MAX)) as i64
    };
    let svi = large.svi_at(i64::MIN);
    assert_eq!((svi.a.to_bits(), svi.b.to_bits()), (share(i64::MIN), share(i64::MAX)));
    assert_eq!(DateRisk::default().svi_at(NOW), DateRisk::default().svi());
}

#[test]
fn a_slice_is_comparable_while_a_sixteenth_of_its_time_is_left() {
    for (seconds, left) in [(16 * DAY, DAY), (160, 10), (16, 1), (161, 11), (17, 2), (1, 1)] {
        let slice = flat(seconds, 0.25);
        let date = DateRisk::default().post(&slice, &posting(INDEX, NOW, NOW + 1), NOW).unwrap();
        let at = |left: i64| date.is_comparable(slice.expiry - left);
        assert!(at(seconds) && at(left) && !at(left - 1) && !at(0) && !at(-1), "{seconds}");
        assert!(at(seconds + 1), "before its own moment");
    }
    // With no time at all there is nothing to compare, whatever it was posted for.
    assert!(!DateRisk::default().is_comparable(0));
    assert!(!DateRisk { years: 15, ..DateRisk::default() }.is_comparable(0));
    assert!(DateRisk { years: 15, expiry: 1, ..DateRisk::default() }.is_comparable(0));
}

#[test]
fn a_message_may_bring_twelve_dates_and_no_more() {
    let days: Vec<_> = (1..=13).map(|day| flat(day * DAY, 0.01 * day as f64)).collect();
    let twelve = taken(&market(), NOW, &days[..12]);
    assert_eq!(twelve.date_count, 12);
    assert_eq!(
        twelve.dates.map(|date| date.expiry),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(|d| NOW + d * DAY)
    );
    assert_eq!(code(posted(&market(), NOW, &days)), Some(DATES_INVALID));
    assert_eq!(code(posted(&twelve, NOW, &days[12..])), Some(DATES_INVALID));
    assert_eq!(code(posted(&twelve, NOW + 1, &days[..12])), None);
    assert_eq!(code(posted(&market(), NOW, &[])), Some(DATES_INVALID));
    // Eight days and a second after the beginning, one of the twelve is forgotten; that makes room for one. But not as
    // long as it has no settlement price.
    let later = NOW + 8 * DAY;
    let mut twelve = twelve;
    twelve.dates[0].sampled_seconds = 1_799;
    for late in [0, 1, 365 * DAY] {
        let days = [flat(13 * DAY + late, 0.5)];
        assert_eq!(code(posted(&twelve, later + late, &days)), Some(DATES_INVALID), "{late}");
    }
    twelve.dates[0].sampled_seconds = 1_800;
    assert_eq!(code(posted(&twelve, later, &days[12..])), Some(DATES_INVALID));
    let moved = taken(&twelve, later + 1, &days[12..]);
    assert_eq!(
        moved.dates.map(|date| date.expiry),
        [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map(|d| NOW + d * DAY)
    );
    assert_eq!(moved.dates[..11], twelve.dates[1..]);
    // Of those that have none, the first stays, and those behind it do.
    twelve.dates[2..].iter_mut().for_each(|date| date.sampled_seconds = 1_800);
    assert_eq!(taken(&twelve, NOW + 30 * DAY, &[flat(40 * DAY, 0.1)]).date_count, 12);
    twelve.dates[1].sampled_seconds = 1_800;
    // When all of them are, nothing of them is left in the free rows.
    assert_eq!(taken(&twelve, NOW + 30 * DAY, &[flat(40 * DAY, 0.1)]).date_count, 1);
}

#[test]
fn a_date_in_front_of_others_begins_with_nothing() {
    let mut market = taken(&market(), NOW, &[flat(2 * DAY, 0.01), flat(3 * DAY, 0.02)]);
    for (place, date) in market.dates[..2].iter_mut().enumerate() {
        (date.sampled, date.sampled_seconds) = (Wide::new(7 + place as i128), 3);
    }
    let before = market.dates;
    let after = taken(&market, NOW, &[flat(DAY, 0.001)]);
    assert_eq!((after.dates[0].sampled.get(), after.dates[0].sampled_seconds), (0, 0));
    assert_eq!(after.dates[1..3], before[..2]);
    // Posted anew, they keep what they have.
    let after = taken(&after, NOW + 600, &[flat(2 * DAY, 0.011), flat(3 * DAY, 0.021)]);
    assert_eq!(after.dates.map(|date| date.sampled.get())[..4], [0, 7, 8, 0]);
}

#[test]
fn a_surface_needs_its_turn_its_time_and_a_price() {
    let now = NOW + 1;
    let market = at(&taken(&market(), NOW, &[flat(DAY, 0.01)]), now);
    let post = |edit: &dyn Fn(&mut MarketRisk, &mut PostSurfaceArgs)| {
        let mut market = market;
        let mut args = message(&market, now, &[flat(DAY, 0.01)]);
        edit(&mut market, &mut args);
        code(market.post_surface(&args, now))
    };
    assert_eq!(post(&|_, _| ()), None);
    assert_eq!(post(&|_, args| args.sequence -= 1), Some(SEQUENCE_OLD));
    assert_eq!(post(&|market, _| market.sequences[0] = u64::MAX), Some(SEQUENCE_OLD));
    assert_eq!(post(&|market, _| market.sequences[1] = u64::MAX), None, "attestations count by themselves");
    assert_eq!(post(&|_, args| args.valid_from -= 1), Some(SEQUENCE_OLD), "the same moment");
    assert_eq!(post(&|_, args| args.valid_from -= 2), Some(SEQUENCE_OLD), "an earlier moment");
    assert_eq!(post(&|_, args| args.valid_from += 1), Some(MESSAGE_EARLY));
    assert_eq!(post(&|market, _| market.price.published_at -= 60), None);
    assert_eq!(post(&|market, _| market.price.published_at -= 61), Some(PRICE_UNKNOWN));
    assert_eq!(post(&|market, _| market.price.index = 0), Some(PRICE_UNKNOWN));
    // A doubtful price will do, but no old one.
    let doubts: [fn(&mut MarketRisk); 2] =
        [|market| market.price.interval = 1, |market| market.price.average += 1];
    for doubt in doubts {
        for (age, expected) in [(0, None), (60, None), (61, Some(PRICE_UNKNOWN))] {
            let post = post(&|market, _| {
                doubt(market);
                market.price.published_at -= age;
            });
            assert_eq!(post, expected, "{age}");
        }
    }
    assert_eq!(post(&|market, _| market.price.unusable_since = 1), Some(PRICE_UNKNOWN));
}

#[test]
fn neighbours_are_compared_at_one_moment() {
    // 16 days of a hundredth of variance for each day, of which half are over after eight.
    let market = taken(&market(), NOW, &[flat(16 * DAY, 0.16)]);
    for (passed, left) in [(0, 0.16), (8 * DAY, 0.08), (15 * DAY, 0.01)] {
        let now = NOW + passed;
        let (above, below) = (flat(40 * DAY, left * 1.000_01), flat(40 * DAY, left * 0.999_99));
        assert_eq!(code(posted(&market, now, &[above])), None, "{passed}");
        assert_eq!(code(posted(&market, now, &[below])), Some(CALENDAR), "{passed}");
    }
    // In its last sixteenth it is not compared.
    assert_eq!(code(posted(&market, NOW + 15 * DAY + 1, &[flat(40 * DAY, 0.000_1)])), None);
    // The other way round: a later date of an earlier message has less variance than it had.
    let market = taken(&self::market(), NOW, &[flat(32 * DAY, 0.32)]);
    let now = NOW + 16 * DAY;
    assert_eq!(code(posted(&market, now, &[flat(24 * DAY, 0.159_99)])), None);
    assert_eq!(code(posted(&market, now, &[flat(24 * DAY, 0.160_01)])), Some(CALENDAR));
    // Only pairs of which one is in the message are looked at.
    let crossed = taken(&market, NOW + 30 * DAY + 1, &[flat(40 * DAY, 0.000_1)]);
    let mut crossed = taken(&crossed, NOW + 30 * DAY + 1, &[flat(60 * DAY, 0.5)]);
    crossed.dates[0].expiry += 5 * DAY;
    assert_eq!(code(posted(&crossed, NOW + 30 * DAY + 2, &[flat(60 * DAY, 0.5)])), None);
    assert_eq!(code(posted(&crossed, NOW + 30 * DAY + 2, &[flat(40 * DAY, 0.000_1)])), Some(CALENDAR));
}

#[test]
fn a_date_that_cannot_be_compared_hides_no_other() {
    // Of 32 days two are left but for a second; a day and ten days on either side of it are fresh.
    let market = taken(&market(), NOW - 30 * DAY - 1, &[flat(2 * DAY, 0.32)]);
    let (first, last) = (flat(DAY, 0.02), |variance: f64| flat(10 * DAY, variance));
    assert_eq!(code(posted(&market, NOW, &[first, last(0.019_99)])), Some(CALENDAR), "in one message");
    let both = taken(&market, NOW, &[first, last(0.02)]);
    assert_eq!(both.date_count, 3);
    assert_eq!(code(posted(&both, NOW + 1, &[last(0.019_99)])), Some(CALENDAR), "after it");
    assert_eq!(code(posted(&both, NOW + 1, &[flat(DAY, 0.020_01)])), Some(CALENDAR), "before it");
    // Posted itself, it is between them again.
    assert_eq!(code(posted(&both, NOW, &[flat(2 * DAY, 0.02)])), None);
    assert_eq!(code(posted(&both, NOW, &[flat(2 * DAY, 0.020_01)])), Some(CALENDAR));
    assert_eq!(code(posted(&both, NOW, &[flat(2 * DAY, 0.019_99)])), Some(CALENDAR));
}
