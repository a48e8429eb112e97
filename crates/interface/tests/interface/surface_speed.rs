//! How fast surfaces and forwards may move, how far ahead dates may lie, and how messages are counted.

use crate::surface_scene::*;
use ballast_interface::risk::{AttestMultiplierArgs, MarketRisk, PostSurfaceArgs, Slice};

#[test]
fn a_week_is_the_longest_that_a_move_is_paced_by() {
    // An eighth at once and a 168th an hour: as much again, and an eighth, after a week.
    let mut market = market();
    market.rules.volatility_move = ONE >> 3;
    market.rules.volatility_move_per_hour = ONE / 168;
    let market = taken(&market, NOW, &[flat(YEAR, 0.25)]);
    let hour = 3_600;
    for (hours, factor) in [(1, 1.125 + 1.0 / 168.0), (84, 1.625), (168, 2.125), (169, 2.125), (2_000, 2.125)]
    {
        let now = NOW + hours * hour;
        let years = (YEAR - hours * hour) as f64 / YEAR as f64;
        // The square of a factor has sixteen places.
        for (off, expected) in [(-1e-5, None), (1e-7, Some(JUMP))] {
            for sigma in [0.5 * factor * (1.0 + off), 0.5 / (factor * (1.0 + off))] {
                let slice = flat(YEAR, sigma * sigma * years);
                assert_eq!(code(posted(&market, now, &[slice])), expected, "{hours} hours, {sigma}");
            }
        }
    }
    // A date that is new moves from nowhere.
    assert_eq!(code(posted(&market, NOW, &[flat(2 * YEAR, 16.0)])), None);
}

/// Volatility may make its whole move at once again after ten minutes, and a part of it after a part of them.
#[test]
fn a_move_at_once_rests_for_ten_minutes() {
    for (per_hour, name) in [(0, "at once"), (ONE / 2, "and paced")] {
        let mut market = market();
        (market.rules.volatility_move, market.rules.volatility_move_per_hour) = (ONE >> 3, per_hour);
        let market = taken(&market, NOW, &[flat(YEAR, 0.25)]);
        assert_eq!(code(posted(&market, NOW, &[flat(YEAR, 0.25)])), Some(SEQUENCE_OLD));
        for (seconds, share) in
            [(1, 1.0 / 600.0), (300, 0.5), (599, 599.0 / 600.0), (600, 1.0), (601, 1.0), (604_800, 1.0)]
        {
            let paced = per_hour as f64 / ONE as f64 * f64::from(seconds) / 3_600.0;
            let factor = 1.0 + 0.125 * share + paced.min(16.0);
            if factor > 4.0 {
                continue;
            }
            let (now, seconds) = (NOW + i64::from(seconds), i64::from(seconds));
            let years = (YEAR - seconds) as f64 / YEAR as f64;
            for (off, expected) in [(-1e-5, None), (1e-7, Some(JUMP))] {
                for sigma in [0.5 * factor * (1.0 + off), 0.5 / (factor * (1.0 + off))] {
                    let slice = flat(YEAR, sigma * sigma * years);
                    assert_eq!(code(posted(&market, now, &[slice])), expected, "{name}: {seconds}, {sigma}");
                }
            }
        }
    }
}

/// A market whose index is the whole in 2^-40, so that a forward is its own carry.
fn round() -> MarketRisk {
    let mut market = market();
    (market.price.index, market.price.average) = (1 << 40, 1 << 40);
    market.rules.forward_gap = ONE >> 5;
    market
}

fn forward(seconds: i64, forward: i64) -> Slice {
    Slice { forward: forward as u64, ..flat(seconds, 0.25) }
}

#[test]
fn a_forward_moves_beside_the_index_no_faster_than_its_gap_in_ten_minutes() {
    let market = taken(&round(), NOW, &[forward(YEAR, ONE)]);
    // A 32nd, by 600 and times the seconds, cut.
    for (seconds, most) in [
        (1, 57_266_230),
        (300, 1 << 34),
        (599, 34_302_472_137),
        (600, 1 << 35),
        (601, 1 << 35),
        (604_800, 1 << 35),
    ] {
        for sign in [-1, 1] {
            let moved = |gap: i64| posted(&market, NOW + seconds, &[forward(YEAR, ONE + sign * gap)]);
            assert_eq!(moved(most).unwrap().dates[0].carry, ONE + sign * most, "{seconds}");
            assert_eq!(code(moved(most + 1)), Some(JUMP), "{seconds} {sign}");
        }
    }
    assert_eq!(code(posted(&market, NOW, &[forward(YEAR, ONE)])), Some(SEQUENCE_OLD));
    // A date that is new comes from nowhere, and is only to be near: a 32nd and half of the year's whole.
    let first = |gap: i64| code(posted(&round(), NOW, &[forward(YEAR / 2, ONE + gap)]));
    assert_eq!(first((1 << 35) + (1 << 39)), None);
    assert_eq!(first((1 << 35) + (1 << 39) + 1), Some(FORWARD_FAR));
    // When the index moves and the forward with it, nothing moved.
    let mut doubled = at(&market, NOW + 1);
    (doubled.price.index, doubled.price.average) = (2 << 40, 2 << 40);
    assert_eq!(taken(&doubled, NOW + 1, &[forward(YEAR, 2 * ONE)]).dates[0].carry, ONE);
}

#[test]
fn forwards_are_multiples_of_the_index_that_was_signed() {
    let post = |index: u64, forwards: i64| {
        let mut market = round();
        let args = PostSurfaceArgs { index, ..message(&market, NOW, &[forward(YEAR, forwards)]) };
        market.post_surface(&args, NOW).map(|()| market.dates[0].carry)
    };
    // Near the known one: a 32nd either way.
    for sign in [-1, 1] {
        let edge = ONE + sign * (1 << 35);
        assert_eq!(post(edge as u64, edge).unwrap(), ONE, "{sign}");
        // The known index as a multiple of the signed one: 32 by 33, and 32 by 31.
        let known = (ONE as f64 * 32.0 / f64::from(32 + sign as i32)).floor() as i64;
        assert_eq!(post(edge as u64, ONE).unwrap(), known, "{sign}");
        assert_eq!(code(post((edge + sign) as u64, edge)), Some(FORWARD_FAR), "{sign}");
    }
    assert_eq!(code(post(0, ONE)), Some(FORWARD_FAR));
    assert_eq!(code(post(u64::MAX, ONE)), Some(FORWARD_FAR));
}

#[test]
fn a_date_lies_at_most_two_years_ahead() {
    let years = 2 * 365 * DAY;
    assert_eq!(code(posted(&market(), NOW, &[flat(years, 0.25)])), None);
    assert_eq!(code(posted(&market(), NOW, &[flat(years + 1, 0.25)])), Some(DATES_INVALID));
    assert_eq!(code(posted(&market(), NOW, &[flat(DAY, 0.1), flat(years + 1, 0.25)])), Some(DATES_INVALID));
    // From now, not from the slice's moment; and not in the past.
    let mut market = at(&market(), NOW + 5);
    let args = message(&market, NOW, &[flat(years + 5, 0.25)]);
    assert_eq!(code(market.post_surface(&args, NOW + 5)), None);
    // A new date has its whole settlement window ahead.
    let invalid = Some(DATES_INVALID);
    for (seconds, expected) in [(1_800, None), (1_799, invalid), (1, invalid), (0, invalid), (-1, invalid)] {
        assert_eq!(code(posted(&self::market(), NOW, &[flat(seconds, 1e-7)])), expected, "{seconds}");
    }
    let never = Slice { expiry: i64::MAX, ..flat(DAY, 0.25) };
    assert_eq!(code(posted(&self::market(), NOW, &[never])), Some(DATES_INVALID));
}

/// An attestation of a term, by its number.
fn attestation(epoch: u64, sequence: u64, multiplier: i64, until: i64) -> AttestMultiplierArgs {
    AttestMultiplierArgs {
        group: market().group,
        market: 1,
        epoch,
        sequence,
        valid_from: NOW,
        valid_until: until,
        multiplier,
    }
}

#[test]
fn a_new_term_counts_from_the_beginning_and_an_older_one_does_not() {
    let mut held = market();
    held.rules.predictor.largest_multiplier = 2 * ONE;
    (held.epoch, held.sequences) = (3, [5, 7]);
    let surface = |epoch, sequence| {
        let mut market = held;
        let args = PostSurfaceArgs { epoch, sequence, ..message(&market, NOW, &[flat(DAY, 0.01)]) };
        market.post_surface(&args, NOW).map(|()| (market.epoch, market.sequences))
    };
    let attest = |epoch, sequence| {
        let mut market = held;
        market.attest(&attestation(epoch, sequence, ONE, NOW + 9), NOW)?;
        Ok((market.epoch, market.sequences))
    };
    // The same term goes on.
    assert_eq!((code(surface(3, 5)), surface(3, 6).unwrap()), (Some(SEQUENCE_OLD), (3, [6, 7])));
    assert_eq!((code(attest(3, 7)), attest(3, 8).unwrap()), (Some(SEQUENCE_OLD), (3, [5, 8])));
    // A new one begins, for both kinds of messages at once, from one.
    for epoch in [4, u64::MAX] {
        assert_eq!(
            (code(surface(epoch, 0)), surface(epoch, 1).unwrap()),
            (Some(SEQUENCE_OLD), (epoch, [1, 0]))
        );
        assert_eq!(
            (code(attest(epoch, 0)), attest(epoch, 1).unwrap()),
            (Some(SEQUENCE_OLD), (epoch, [0, 1]))
        );
    }
    // An older one, which the committee refuses, would gain nothing here.
    for epoch in [0, 2] {
        assert_eq!(
            (code(surface(epoch, 1)), code(surface(epoch, 5))),
            (Some(SEQUENCE_OLD), Some(SEQUENCE_OLD))
        );
        assert_eq!(
            (code(attest(epoch, 1)), code(attest(epoch, 7))),
            (Some(SEQUENCE_OLD), Some(SEQUENCE_OLD))
        );
        assert_eq!(surface(epoch, 6).unwrap(), (3, [6, 7]));
    }
}

#[test]
fn an_attestation_tightens_as_far_as_the_rules_of_now_go() {
    let mut held = market();
    held.rules.predictor.largest_multiplier = 2 * ONE;
    held.attest(&attestation(1, 1, 2 * ONE, NOW + 100), NOW).unwrap();
    let attest = |largest: i64, multiplier: i64, until: i64, now: i64| {
        let mut market = held;
        market.rules.predictor.largest_multiplier = largest;
        market.attest(&attestation(1, 2, multiplier, until), now)?;
        Ok((market.attested.multiplier, market.attested.until))
    };
    let (two, less) = (2 * ONE, ONE + ONE / 2);
    assert_eq!(attest(two, two, NOW + 100, NOW).unwrap(), (two, NOW + 100));
    assert_eq!(code(attest(two, two - 1, NOW + 100, NOW)), Some(LOOSER));
    assert_eq!(code(attest(two, two, NOW + 99, NOW)), Some(LOOSER));
    assert_eq!(code(attest(two, two + 1, NOW + 100, NOW)), Some(OUT_OF_RANGE));
    // When the rules allow less than what is held, the most of it is enough, but for no shorter time.
    assert_eq!(attest(less, less, NOW + 100, NOW).unwrap(), (less, NOW + 100));
    assert_eq!(code(attest(less, less - 1, NOW + 100, NOW)), Some(LOOSER));
    assert_eq!(code(attest(less, less, NOW + 99, NOW)), Some(LOOSER));
    assert_eq!(code(attest(less, less + 1, NOW + 100, NOW)), Some(OUT_OF_RANGE));
    // When they allow more, what is held still counts.
    assert_eq!(code(attest(2 * two, two - 1, NOW + 100, NOW)), Some(LOOSER));
    assert_eq!(attest(2 * two, two, NOW + 100, NOW).unwrap(), (two, NOW + 100));
    // Once it lapsed, anything from one on.
    assert_eq!(code(attest(two, ONE, NOW + 100, NOW + 99)), Some(LOOSER));
    assert_eq!(attest(two, ONE, NOW + 1, NOW + 100).unwrap(), (ONE, NOW + 1));
    assert_eq!(code(attest(two, ONE - 1, NOW + 200, NOW + 100)), Some(OUT_OF_RANGE));
}
