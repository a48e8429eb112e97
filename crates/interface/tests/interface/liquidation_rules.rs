//! Rules of rescues: their ranges, and what grows while an auction runs.

use crate::WHOLE;
use ballast_interface::liquidation::RescueRules;
use ballast_margin::{quote::Margins, units::Quote};
use proptest::prelude::*;

/// Round rules within all ranges: an auction of 1 000 seconds, in which shares grow fourfold.
pub fn sound() -> RescueRules {
    RescueRules {
        target: WHOLE / 2,
        discount_start: WHOLE / 16,
        discount_full: WHOLE / 4,
        insurance: WHOLE / 8,
        token_start: WHOLE / 64,
        token_full: WHOLE / 16,
        small: 1_000,
        small_reward: 10,
        market_cap: 5_000,
        market_seconds: 3_600,
        auction_seconds: 1_000,
        grace_seconds: 100,
        cooldown_seconds: 1_300,
    }
}

#[test]
fn both_sides_of_every_limit() {
    assert!(sound().is_sound());
    macro_rules! cases {
        ($($field:ident: good [$($good:expr),+], bad [$($bad:expr),+];)+) => {$(
            for value in [$($good),+] {
                let rules = RescueRules { $field: value, ..sound() };
                assert!(rules.is_sound(), "{} of {value}", stringify!($field));
            }
            for value in [$($bad),+] {
                let rules = RescueRules { $field: value, ..sound() };
                assert!(!rules.is_sound(), "{} of {value}", stringify!($field));
            }
        )+};
    }
    const MOST: u64 = 1 << 60;
    cases! {
        target: good [0, WHOLE], bad [-1, WHOLE + 1, i64::MIN, i64::MAX];
        discount_start: good [0, WHOLE / 4], bad [-1, WHOLE / 4 + 1, i64::MIN, i64::MAX];
        // Three eighths and an eighth for the insurance are half of the risk.
        discount_full: good [WHOLE / 16, WHOLE / 8 * 3], bad [WHOLE / 16 - 1, WHOLE / 8 * 3 + 1, i64::MIN, i64::MAX];
        insurance: good [0, WHOLE / 4], bad [-1, WHOLE / 4 + 1, i64::MIN, i64::MAX];
        token_start: good [0, WHOLE / 16], bad [-1, WHOLE / 16 + 1, i64::MIN, i64::MAX];
        token_full: good [WHOLE / 64, WHOLE / 4], bad [WHOLE / 64 - 1, WHOLE / 4 + 1, i64::MIN, i64::MAX];
        small: good [0, MOST], bad [MOST + 1, u64::MAX];
        small_reward: good [0, MOST], bad [MOST + 1, u64::MAX];
        market_cap: good [0, MOST], bad [MOST + 1, u64::MAX];
        market_seconds: good [3_600, 2_592_000], bad [0, 3_599, 2_592_001, u32::MAX];
        auction_seconds: good [1, 1_000], bad [0, 1_001, u32::MAX];
        grace_seconds: good [60, 100], bad [0, 59, 101, u32::MAX];
        cooldown_seconds: good [1_300, 7_776_000], bad [0, 1_299, 7_776_001, u32::MAX];
    }
    // With a long cooldown, times are bounded by a day.
    let long = RescueRules { cooldown_seconds: 7_776_000, ..sound() };
    for (auction_seconds, grace_seconds, good) in
        [(86_400, 86_400, true), (86_401, 100, false), (1_000, 86_401, false)]
    {
        assert_eq!(RescueRules { auction_seconds, grace_seconds, ..long }.is_sound(), good);
    }
    // The insurance's share counts towards half of the risk from nothing to all of it.
    let all = RescueRules { discount_start: 0, discount_full: WHOLE / 2, insurance: 0, ..sound() };
    assert!(all.is_sound() && !RescueRules { insurance: 1, ..all }.is_sound());
}

#[test]
fn discounts_grow_from_start_to_full() {
    let rules = sound();
    // A sixteenth, then 3/16 in a thousand seconds.
    let step = |seconds: i64| WHOLE / 16 + (WHOLE / 16 * 3 * seconds) / 1_000;
    for (seconds, expected) in [
        (i64::MIN, WHOLE / 16),
        (-1, WHOLE / 16),
        (0, WHOLE / 16),
        (1, step(1)),
        (500, WHOLE / 32 * 5),
        (999, step(999)),
        (1_000, WHOLE / 4),
        (1_001, WHOLE / 4),
        (i64::MAX, WHOLE / 4),
    ] {
        assert_eq!(rules.discount(seconds), expected, "after {seconds}");
    }
    // From 1/64 to 4/64.
    for (seconds, expected) in
        [(0, WHOLE / 64), (500, WHOLE / 128 * 5), (1_000, WHOLE / 16), (2_000, WHOLE / 16)]
    {
        assert_eq!(rules.token_discount(seconds), expected, "after {seconds}");
    }
}

#[test]
fn an_auction_has_run_with_its_grace() {
    for (seconds, expected) in
        [(i64::MIN, false), (0, false), (1_000, false), (1_099, false), (1_100, true), (i64::MAX, true)]
    {
        assert_eq!(sound().has_run(seconds), expected, "after {seconds}");
    }
}

#[test]
fn tokens_are_sold_at_a_price_that_is_rounded_up() {
    let rules = sound();
    // 63/64 of the value, then 15/16.
    for (value, at_once, at_last) in [
        (0, 0, 0),
        (1, 1, 1),
        (16, 16, 15),
        (17, 17, 16),
        (64, 63, 60),
        (65, 64, 61),
        (6_400, 6_300, 6_000),
        (u64::MAX, 18_158_513_697_557_839_872, 17_293_822_569_102_704_640),
    ] {
        assert_eq!(rules.token_price_up(value, 1 << 40, 0), at_once, "of {value}");
        assert_eq!(rules.token_price_up(value, 1 << 40, 1_000), at_last, "of {value}");
    }
    let free = RescueRules { token_start: 0, token_full: 0, ..rules };
    assert_eq!(free.token_price_up(u64::MAX, 1 << 40, 7), u64::MAX);
}

#[test]
fn a_target_lies_between_the_margins() {
    let of = |value, maintenance, initial| Margins {
        value: Quote(value),
        maintenance: Quote(maintenance),
        initial: Quote(initial),
    };
    // Half of what is between 100 and 151 is 25.5, of which 26 are needed.
    for (value, expected) in [(0, -126), (100, -26), (125, -1), (126, 0), (127, 1)] {
        assert_eq!(sound().above_target(&of(value, 100, 151)), expected, "of {value}");
    }
    let none = RescueRules { target: 0, ..sound() };
    assert_eq!(none.above_target(&of(100, 100, 151)), 0);
    let whole = RescueRules { target: WHOLE, ..sound() };
    assert_eq!(whole.above_target(&of(150, 100, 151)), -1);
    // Less initial than maintenance margin counts as the same.
    assert_eq!(whole.above_target(&of(100, 100, 50)), 0);
}

proptest! {
    #[test]
    fn a_discount_never_falls_nor_leaves_its_ends(
        start in 0..=WHOLE / 2, rise in 0..=WHOLE / 2, whole in 1u32..=86_400, one in 0i64..100_000, more in 0i64..1_000,
    ) {
        let full = (start + rise).min(WHOLE / 2);
        let rules = RescueRules { discount_start: start, discount_full: full, auction_seconds: whole, ..sound() };
        let (before, after) = (rules.discount(one), rules.discount(one + more));
        prop_assert!(start <= before && before <= after && after <= full);
        // To within one step below the exact line.
        let run = i128::from(one.min(i64::from(whole)));
        let exact = (i128::from(full - start) * run).div_euclid(i128::from(whole)) + i128::from(start);
        prop_assert_eq!(i128::from(before), exact);
    }

    #[test]
    fn a_token_is_never_sold_for_more_than_it_is_worth(value: u64, seconds in 0i64..2_000) {
        let rules = sound();
        let price = rules.token_price_up(value, 1 << 40, seconds);
        let kept = u128::try_from(WHOLE - rules.token_discount(seconds)).unwrap();
        prop_assert!(price <= value);
        prop_assert!(u128::from(price) << 40 >= u128::from(value) * kept);
        prop_assert!(price == 0 || u128::from(price - 1) << 40 < u128::from(value) * kept);
    }
}

#[test]
fn tokens_are_sold_for_no_less_than_half_of_what_that_frees_below_their_value() {
    let rules = RescueRules { token_start: 1 << 36, token_full: 1 << 38, ..sound() };
    // A quarter off, a sixteenth at first, and no more than a twentieth where a tenth is freed.
    let tenth = (1i64 << 40) / 10;
    assert_eq!(rules.token_price_up(1_000_000, 1 << 40, 1 << 40), 750_000);
    assert_eq!(rules.token_price_up(1_000_000, 1 << 40, 0), 937_500);
    assert_eq!(rules.token_price_up(1_000_000, tenth, 1 << 40), 950_001);
    assert_eq!(rules.token_price_up(1_000_000, 0, 1 << 40), 1_000_000);
}
