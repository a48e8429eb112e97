//! The meter of what has left: a bucket that leaks.

use crate::{code, money_scene::no};
use ballast_interface::account::{AccountError, Meter};
use proptest::prelude::*;

/// A cap that drains by one unit in four seconds, in an hour.
const CAP: u64 = 900;
const HOUR: u32 = 3_600;

fn at(level: i64) -> Meter {
    Meter { level, at: 1_000 }
}

#[test]
fn it_leaks_at_the_pace_of_its_cap() {
    // After 3 seconds three quarters of a unit have drained: the level is rounded up.
    for (seconds, level, free) in [
        (0, 600, 300),
        (3, 600, 300),
        (4, 599, 301),
        (7, 599, 301),
        (8, 598, 302),
        (1_200, 300, 600),
        (2_399, 1, 899),
        (2_400, 0, 900),
        (3_600, 0, 900),
        (i64::MAX - 1_000, 0, 900),
    ] {
        let (meter, now) = (at(600), 1_000 + seconds);
        assert_eq!(meter.level_up(CAP, HOUR, now), level, "after {seconds}");
        assert_eq!(meter.free_down(CAP, HOUR, now), free, "after {seconds}");
    }
}

#[test]
fn exactly_what_is_free_may_leave() {
    for (amount, expected, level) in [
        (0, None, 599),
        (300, None, 899),
        (301, None, 900),
        (302, no(AccountError::OutflowTooFast), 600),
        (u64::MAX, no(AccountError::OutflowTooFast), 600),
    ] {
        let mut meter = at(600);
        assert_eq!(code(meter.fill(amount, CAP, HOUR, 1_004)), expected, "{amount}");
        // What is refused leaves no trace.
        let now = if expected.is_none() { 1_004 } else { 1_000 };
        assert_eq!(meter, Meter { level, at: now }, "{amount}");
    }
}

#[test]
fn a_whole_cap_leaves_at_once_and_then_as_it_drains() {
    let mut meter = Meter::default();
    assert_eq!(code(meter.fill(CAP, CAP, HOUR, 5_000)), None);
    assert_eq!(code(meter.fill(1, CAP, HOUR, 5_003)), no(AccountError::OutflowTooFast));
    assert_eq!(code(meter.fill(1, CAP, HOUR, 5_004)), None);
    assert_eq!(code(meter.fill(1, CAP, HOUR, 5_007)), no(AccountError::OutflowTooFast));
    assert_eq!(code(meter.fill(CAP, CAP, HOUR, 8_604)), None);
}

#[test]
fn what_comes_in_may_leave_again() {
    for (amount, level) in
        [(0, 599), (100, 499), (599, 0), (600, -1), (1_499, -900), (1_500, -900), (u64::MAX, -900)]
    {
        let mut meter = at(600);
        meter.relieve(amount, CAP, HOUR, 1_004);
        assert_eq!(meter, Meter { level, at: 1_004 }, "{amount}");
    }
}

#[test]
fn what_came_in_counts_as_long_as_what_left() {
    // After 3 seconds three quarters of a unit have drained: the level is rounded up here, too.
    for (seconds, level, free) in
        [(0, -600, 1_500), (3, -599, 1_499), (4, -599, 1_499), (2_400, 0, 900), (9_999, 0, 900)]
    {
        let (meter, now) = (at(-600), 1_000 + seconds);
        assert_eq!(meter.level_up(CAP, HOUR, now), level, "after {seconds}");
        assert_eq!(meter.free_down(CAP, HOUR, now), free, "after {seconds}");
    }
}

#[test]
fn in_and_out_again_leaves_no_trace() {
    for level in [600, 0, -300] {
        let mut meter = at(level);
        meter.relieve(500, CAP, HOUR, 1_000);
        assert_eq!(code(meter.fill(500, CAP, HOUR, 1_000)), None);
        assert_eq!(meter, at(level));
    }
}

#[test]
fn another_cap_is_never_less_than_the_level() {
    for (level, new, expected) in [(600, 1_800, 600), (600, 500, 500), (-600, 500, -500), (600, 0, 0)] {
        let mut meter = at(level);
        meter.change(CAP, new, HOUR, 1_000);
        assert_eq!(meter, at(expected));
    }
    // What the old cap has drained is drained.
    let mut meter = at(600);
    meter.change(CAP, 500, HOUR, 1_800);
    assert_eq!(meter, Meter { level: 400, at: 1_800 });
}

#[test]
fn a_clock_that_runs_back_drains_nothing() {
    for now in [999, 0, i64::MIN] {
        let mut meter = at(600);
        assert_eq!(meter.level_up(CAP, HOUR, now), 600);
        assert_eq!(code(meter.fill(301, CAP, HOUR, now)), no(AccountError::OutflowTooFast));
        assert_eq!(code(meter.fill(300, CAP, HOUR, now)), None);
        assert_eq!(meter, Meter { level: 900, at: 1_000 });
        meter.relieve(50, CAP, HOUR, now);
        assert_eq!(meter, Meter { level: 850, at: 1_000 });
    }
}

#[test]
fn without_a_cap_nothing_leaves() {
    let mut meter = Meter::default();
    assert_eq!(code(meter.fill(1, 0, HOUR, 1_000_000)), no(AccountError::OutflowTooFast));
    assert_eq!(code(meter.fill(0, 0, HOUR, 1_000_000)), None);
    // Nor does it drain: what had left before counts on until there is a cap again.
    assert_eq!(at(600).level_up(0, HOUR, 1_000_000), 600);
    assert_eq!(at(600).level_up(CAP, HOUR, 1_000_000), 0);
}

#[test]
fn a_cap_that_falls_below_the_level_lets_nothing_out() {
    let mut meter = at(600);
    assert_eq!(meter.free_down(500, HOUR, 1_000), 0);
    assert_eq!(code(meter.fill(1, 500, HOUR, 1_000)), no(AccountError::OutflowTooFast));
    // 500 in an hour: a hundred and one units in 728 seconds.
    assert_eq!(code(meter.fill(1, 500, HOUR, 1_727)), no(AccountError::OutflowTooFast));
    assert_eq!(code(meter.fill(1, 500, HOUR, 1_728)), None);
}

#[test]
fn the_largest_cap_does_not_overflow() {
    let (cap, mut meter) = (1 << 60, Meter::default());
    assert_eq!(code(meter.fill(cap, cap, 86_400, i64::MIN)), None);
    assert_eq!(meter.level_up(cap, 86_400, i64::MAX), 0);
    assert_eq!(meter.level_up(u64::MAX, 1, i64::MAX), 0);
    assert_eq!(at(i64::MAX).level_up(u64::MAX, HOUR, 1_000), i64::MAX);
    assert_eq!(at(i64::MIN).level_up(u64::MAX, HOUR, 1_000), i64::MIN);
    assert_eq!(at(i64::MIN).free_down(u64::MAX, HOUR, 1_000), u64::MAX);
}

proptest! {
    /// In no span of time more leaves than a cap and what drains in it.
    #[test]
    fn no_more_leaves_than_a_cap_and_what_drains(
        cap in 0u64..1 << 60, steps in proptest::collection::vec((0i64..5_000, 0u64..1 << 60), 1..30),
    ) {
        let (mut meter, mut now, mut left) = (Meter::default(), 0, 0u128);
        for (seconds, amount) in steps {
            now += seconds;
            let amount = amount % (cap + 1);
            if meter.fill(amount, cap, HOUR, now).is_ok() {
                left += u128::from(amount);
            }
            prop_assert!(left * 3_600 <= u128::from(cap) * (3_600 + now as u128));
            prop_assert!(meter.level <= cap as i64);
        }
    }
}
