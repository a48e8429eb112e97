//! The settlement price of a date: the index over its last half hour, each price for as long as it was in force, and
//! what nobody saw at the price that ended it.

use crate::{code, rules, seen, NOW, WHOLE};
use ballast_interface::{
    risk::{DateRisk, MarketRisk, PriceCache, SETTLEMENT_SECONDS},
    Wide,
};
use bytemuck::Zeroable;
use proptest::prelude::*;

/// When the date expires.
const EXPIRY: i64 = NOW + 10_000;

fn date() -> DateRisk {
    DateRisk { expiry: EXPIRY, carry: WHOLE, ..DateRisk::default() }
}

/// A date of which everything until so long before expiry is sampled, at a price of nothing.
fn covered(left: i64) -> DateRisk {
    DateRisk { sampled_seconds: (1_800 - left) as u32, ..date() }
}

/// Prices of which the index is so much, published and refreshed so long before expiry.
fn prices(index: u64, left: i64) -> PriceCache {
    let at = EXPIRY - left;
    PriceCache { index, average: index, published_at: at, refreshed_at: at, ..PriceCache::default() }
}

/// The same in doubt.
fn doubtful(index: u64, left: i64) -> PriceCache {
    PriceCache { unusable_since: 1, ..prices(index, left) }
}

/// Sum and seconds after a refresh so long before expiry.
fn sampled(date: &DateRisk, before: &PriceCache, after: &PriceCache, left: i64) -> (i128, u32) {
    let mut date = *date;
    date.sample(before, after, &rules(), EXPIRY - left);
    (date.sampled.get(), date.sampled_seconds)
}

/// The same where only the price before is good.
fn first(before: &PriceCache, left: i64) -> (i128, u32) {
    let from = (EXPIRY - before.refreshed_at).clamp(0, 1_800);
    let (sum, seconds) = sampled(&covered(from), before, &doubtful(9, left), left);
    (sum, seconds - (1_800 - from) as u32)
}

#[test]
fn the_window_is_half_an_hour() {
    assert_eq!(SETTLEMENT_SECONDS, 1_800);
}

#[test]
fn a_price_counts_for_the_seconds_that_it_was_in_force() {
    assert_eq!(first(&prices(1_000, 1_000), 970), (30_000, 30));
    assert_eq!(first(&prices(1_000, 1_000), 1_000), (0, 0));
}

#[test]
fn a_price_before_the_window_does_not_count() {
    assert_eq!(first(&prices(1_000, 2_000), 1_980), (0, 0));
    assert_eq!(first(&prices(1_000, 1_830), 1_800), (0, 0));
    assert_eq!(first(&prices(1_000, 1_830), 1_799), (1_000, 1));
    assert_eq!(first(&prices(1_000, 1_830), 1_790), (10_000, 10));
    // Nor does one that comes then.
    for left in [2_000, 1_801, 1_800] {
        assert_eq!(sampled(&date(), &prices(1_000, left + 20), &prices(2_000, left), left), (0, 0), "{left}");
    }
}

#[test]
fn a_price_after_expiry_does_not_count() {
    assert_eq!(first(&prices(1_000, 20), 1), (19_000, 19));
    assert_eq!(first(&prices(1_000, 20), 0), (20_000, 20));
    assert_eq!(first(&prices(1_000, 20), -30), (20_000, 20));
    assert_eq!(first(&prices(1_000, 0), -30), (0, 0));
    assert_eq!(first(&prices(1_000, -1), -30), (0, 0));
    // A window that is whole takes nothing any more.
    assert_eq!(sampled(&covered(0), &prices(1_000, 20), &prices(2_000, -30), -30), (0, 1_800));
}

#[test]
fn a_price_counts_no_longer_than_it_is_good() {
    // Sixty seconds from when it was published, not from when it was read.
    assert_eq!(first(&prices(1_000, 1_000), 940), (60_000, 60));
    assert_eq!(first(&prices(1_000, 1_000), 939), (60_000, 60));
    assert_eq!(first(&prices(1_000, 1_000), 800), (60_000, 60));
    let late = PriceCache { refreshed_at: EXPIRY - 990, ..prices(1_000, 1_000) };
    assert_eq!(first(&late, 800), (50_000, 50));
    let old = PriceCache { refreshed_at: EXPIRY - 930, ..prices(1_000, 1_000) };
    assert_eq!(first(&old, 800), (0, 0));
}

#[test]
fn a_gap_counts_at_the_price_that_ends_it() {
    let (before, after) = (|left| prices(1_000, left), |left| prices(3_000, left));
    let from = covered(1_000);
    // Without a gap the later price counts for nothing yet.
    assert_eq!(sampled(&from, &before(1_000), &after(940), 940), (60_000, 860));
    // One second of it, and a hundred.
    assert_eq!(sampled(&from, &before(1_000), &after(939), 939), (63_000, 861));
    assert_eq!(sampled(&from, &before(1_000), &after(840), 840), (60_000 + 300_000, 960));
    // After expiry no more than what is left of the window.
    assert_eq!(sampled(&from, &before(1_000), &after(-500), -500), (60_000 + 940 * 3_000, 1_800));
    // When the window began without a price that was in force, the gap began with it.
    assert_eq!(sampled(&date(), &before(5_000), &after(1_700), 1_700), (300_000, 100));
}

#[test]
fn a_gap_behind_a_price_in_doubt_is_filled_by_the_next_good_one() {
    let from = covered(1_000);
    let (good, bad) = (|index, left| prices(index, left), |left| doubtful(9, left));
    // Doubt before: all of it at the price after. Doubt after: what was good before. Both: nothing.
    assert_eq!(sampled(&from, &bad(1_000), &good(3_000, 970), 970), (90_000, 830));
    assert_eq!(sampled(&from, &good(1_000, 1_000), &bad(970), 970), (30_000, 830));
    assert_eq!(sampled(&from, &bad(1_000), &bad(970), 970), (0, 800));

    let mut date = from;
    date.sample(&good(1_000, 1_000), &bad(970), &rules(), EXPIRY - 970);
    date.sample(&bad(970), &bad(900), &rules(), EXPIRY - 900);
    assert_eq!((date.sampled.get(), date.sampled_seconds), (30_000, 830));
    date.sample(&bad(900), &good(2_000, 850), &rules(), EXPIRY - 850);
    assert_eq!((date.sampled.get(), date.sampled_seconds), (30_000 + 120 * 2_000, 950));
}

#[test]
fn a_price_in_any_doubt_does_not_count() {
    let good = prices(1_000, 1_000);
    let (most, band) = (WHOLE / 64, 125);
    let doubts = [
        PriceCache { interval: most + 1, ..good },
        PriceCache { average: 888, ..good },
        PriceCache { unusable_since: NOW, ..good },
        PriceCache { index: 0, ..good },
    ];
    for doubt in doubts {
        assert!(doubt.is_doubtful(&rules()), "{doubt:?}");
        assert_eq!(first(&doubt, 970), (0, 0), "{doubt:?}");
        assert_eq!(sampled(&covered(1_000), &doubtful(9, 1_000), &doubt, 970), (0, 800), "{doubt:?}");
    }
    // On the edge there is no doubt; 1 000 by 889 and by 1 142 are within an eighth.
    let edges = [
        good,
        PriceCache { interval: most, ..good },
        PriceCache { average: 889, ..good },
        PriceCache { average: 1_142, ..good },
        PriceCache { index: 1_000 + band, average: 1_000, ..good },
    ];
    for good in edges {
        assert!(!good.is_doubtful(&rules()), "{good:?}");
        let index = i128::from(good.index);
        assert_eq!(first(&good, 970), (30 * index, 30), "{good:?}");
        assert_eq!(sampled(&covered(1_000), &doubtful(9, 1_000), &good, 970), (30 * index, 830));
    }
}

proptest! {
    /// Second by second: whenever a good price came, everything until then has a price.
    #[test]
    fn a_good_price_leaves_no_second_without_its_price(
        refreshes in proptest::collection::vec((0i64..200, any::<bool>(), 1u64..1_000_000, 0i64..=60), 1..60),
        lead in 0i64..2_500,
    ) {
        let begin = EXPIRY - 1_800;
        let mut seconds: Vec<Option<u64>> = vec![None; 1_800];
        let mut date = date();
        let mut before = doubtful(5, EXPIRY - begin + lead);
        let mut now = begin - lead;
        for (passed, good, index, age) in refreshes {
            now += passed;
            let left = EXPIRY - now;
            let mut after = if good { prices(index, left) } else { doubtful(index, left) };
            after.published_at -= age;
            date.sample(&before, &after, &rules(), now);
            for (place, second) in seconds.iter_mut().enumerate() {
                let at = begin + place as i64;
                if at < now && second.is_none() {
                    let in_force = before.unusable_since == 0 && at < before.published_at + 60;
                    *second = if in_force { Some(before.index) } else { good.then_some(index) };
                }
            }
            let known: Vec<_> = seconds.iter().flatten().collect();
            let sum: u64 = known.iter().copied().sum();
            prop_assert_eq!((date.sampled.get(), date.sampled_seconds as usize), (sum.into(), known.len()));
            let elapsed = (now - begin).clamp(0, 1_800);
            if good {
                prop_assert_eq!(i64::from(date.sampled_seconds), elapsed);
            }
            let open = if left >= 1_800 { left } else { 1_800 - known.len() as i64 };
            prop_assert_eq!(date.open_seconds(now), open);
            prop_assert_eq!(date.settlement(), (known.len() == 1_800).then_some(sum / 1_800));
            before = after;
        }
    }
}

#[test]
fn the_whole_window_of_the_largest_price_fits() {
    let mut date = date();
    for minutes in (0..30).rev() {
        let left = 60 * minutes;
        let largest = |left| PriceCache { average: u64::MAX, ..prices(u64::MAX, left) };
        date.sample(&largest(left + 60), &largest(left), &rules(), EXPIRY - left);
    }
    assert_eq!((date.sampled.get(), date.sampled_seconds), (18_446_744_073_709_551_615 * 1_800, 1_800));
    assert_eq!((date.forward_now(1, EXPIRY), date.settlement()), (u64::MAX, Some(u64::MAX)));
}

#[test]
fn before_the_window_the_forward_follows_the_index() {
    let date = DateRisk { carry: WHOLE / 2 * 3, ..date() };
    assert_eq!(date.forward_now(1_000, NOW), 1_500);
    assert_eq!(date.forward_now(7, NOW), 10, "rounded down from 10.5");
    assert_eq!(date.forward_now(u64::MAX, NOW), u64::MAX, "no more than fits");
    // A date of which nothing could be sampled has nothing else to go by.
    assert_eq!(date.forward_now(1_000, EXPIRY + 1), 1_500);
}

#[test]
fn within_the_window_the_forward_counts_for_the_seconds_that_are_open() {
    // All but a hundred seconds at 100, of which forty more at 200 follow.
    let mut date = DateRisk { sampled: Wide::new(170_000), ..covered(100) };
    date.sample(&prices(200, 100), &prices(300, 60), &rules(), EXPIRY - 60);
    assert_eq!((date.sampled.get(), date.sampled_seconds), (178_000, 1_740));
    // (178 000 + 60 x 300) / 1 800 is 108.9, with a forward half as high again 113.9.
    let carried = DateRisk { carry: WHOLE / 2 * 3, ..date };
    assert_eq!((date.forward_now(300, EXPIRY - 60), carried.forward_now(300, EXPIRY - 60)), (108, 113));
    // Seconds that passed without a price are as open as those to come.
    for left in [59, 1, 0, -1, -1_000_000] {
        assert_eq!(date.open_seconds(EXPIRY - left), 60, "{left}");
        assert_eq!(date.forward_now(2_100, EXPIRY - left), 168, "{left}: (178 000 + 126 000) / 1 800");
    }
}

#[test]
fn seconds_are_open_until_they_are_sampled() {
    for (date, left, open) in [
        (date(), 1_000_000, 1_000_000),
        (date(), 1_801, 1_801),
        (date(), 1_800, 1_800),
        (date(), 1_799, 1_800),
        (covered(1_799), 1_799, 1_799),
        (covered(900), 900, 900),
        (covered(900), 1, 900),
        (date(), -5, 1_800),
        (covered(1), 0, 1),
        (covered(1), -604_801, 1),
        (covered(0), 0, 0),
        (covered(0), -5, 0),
    ] {
        assert_eq!(date.open_seconds(EXPIRY - left), open, "{} at {left}", date.sampled_seconds);
    }
    // Times at the ends of the range are times.
    assert_eq!(date().open_seconds(i64::MIN), i64::MAX);
    assert_eq!(date().open_seconds(i64::MAX), 1_800);
}

#[test]
fn a_date_settles_once_every_second_has_its_price() {
    let short = DateRisk { sampled: Wide::new(179_900), ..covered(1) };
    assert_eq!((date().settlement(), short.settlement()), (None, None));
    let mut date = short;
    // A day after expiry it is still open, and a price in doubt does not change that.
    let late = EXPIRY + 86_400;
    assert_eq!((date.open_seconds(late), date.forward_now(1_900, late)), (1, 101));
    date.sample(&doubtful(9, 1), &doubtful(2_000, -86_400), &rules(), late);
    assert_eq!((date, date.open_seconds(late)), (short, 1));
    // The next good price settles it: (179 900 + 1 999) / 1 800 is 101.06.
    date.sample(&doubtful(9, 1), &prices(1_999, -86_401), &rules(), late + 1);
    assert_eq!((date.settlement(), date.open_seconds(late + 1)), (Some(101), 0));
    let settled = date;
    date.sample(&prices(1_999, -86_401), &prices(7, -86_410), &rules(), late + 10);
    assert_eq!(date, settled);
    for late in [0, 1, 1_000_000] {
        assert_eq!(date.forward_now(300, EXPIRY + late), 101, "{late} seconds after");
    }
    // Rounded down from one less than 102.
    let below = DateRisk { sampled: Wide::new(102 * 1_800 - 1), ..covered(0) };
    assert_eq!(below.settlement(), Some(101));
    assert_eq!(DateRisk { sampled: Wide::new(102 * 1_800), ..below }.settlement(), Some(102));
}

#[test]
fn a_refresh_samples_the_price_that_was_in_force_for_every_date() {
    let mut risk = MarketRisk::zeroed();
    (risk.version, risk.market, risk.date_count) = (1, 1, 2);
    risk.rules = rules();
    (risk.dates[0], risk.dates[1]) = (date(), DateRisk { expiry: EXPIRY + 1_760, ..date() });
    // Not in use, so not sampled.
    risk.dates[2] = date();
    let found = |risk: &MarketRisk| {
        let [first, second, ..] = risk.dates.map(|date| (date.sampled.get(), date.sampled_seconds));
        (first, second)
    };
    // In 10^-10 dollars: the first price, of 10 000, ends a gap of all of the window so far.
    risk.refresh(&seen(100, EXPIRY - 50), EXPIRY - 50).unwrap();
    assert_eq!(found(&risk), ((17_500_000, 1_750), (0, 0)));
    // Thirty seconds of it; the other window begins forty seconds before the first one's end.
    risk.refresh(&seen(200, EXPIRY - 20), EXPIRY - 20).unwrap();
    assert_eq!(found(&risk), ((17_800_000, 1_780), (200_000, 20)));
    assert_eq!(risk.dates[0].settlement(), None);
    // Twenty of 20 000, and twenty-five.
    risk.refresh(&seen(300, EXPIRY + 5), EXPIRY + 5).unwrap();
    assert_eq!(found(&risk), ((18_200_000, 1_800), (700_000, 45)));
    assert_eq!((risk.dates[0].settlement(), risk.dates[1].settlement()), (Some(10_111), None));
    assert_eq!(risk.dates[2], date());
    // A price that means nothing ends no gap, and the one before it is good for a minute.
    risk.refresh(&seen(0, EXPIRY + 100), EXPIRY + 100).unwrap();
    assert_eq!(found(&risk).1, (700_000 + 60 * 30_000, 105));
    risk.refresh(&seen(500, EXPIRY + 110), EXPIRY + 110).unwrap();
    assert_eq!(found(&risk).1, (2_500_000 + 45 * 50_000, 150));
}

#[test]
fn a_refresh_that_is_refused_changes_nothing() {
    let mut risk = MarketRisk::zeroed();
    (risk.version, risk.market, risk.date_count) = (1, 1, 1);
    (risk.rules, risk.dates[0]) = (rules(), date());
    risk.refresh(&seen(100, EXPIRY - 50), EXPIRY - 50).unwrap();
    let before = risk;
    assert_eq!(code(risk.refresh(&seen(100, EXPIRY - 51), EXPIRY - 20)), Some(6018));
    assert!(bytemuck::bytes_of(&before) == bytemuck::bytes_of(&risk));
    // Bytes of another version may mean anything.
    for version in [0, 2, 255] {
        risk.version = version;
        assert_eq!(code(risk.refresh(&seen(100, EXPIRY - 20), EXPIRY - 20)), Some(6003), "{version}");
    }
}
