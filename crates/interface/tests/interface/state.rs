//! The table of what a feed's state allows, cell by cell.

use ballast_interface::risk::{
    permit,
    Action::{self, *},
    FeedState::{self, *},
    Permit,
};

/// How long liquidation waits for a wide feed, and for one far from its average; another order than in most markets,
/// so that one cannot pass for the other.
const GRACE: u32 = 900;
const PAUSE: u32 = 600;

/// Lengths of time on both sides of both waits, and beyond what a clock shows.
const TIMES: [i64; 12] = [i64::MIN, -1, 0, 1, 599, 600, 601, 899, 900, 901, 1_000_000_000, i64::MAX];

/// One test for each cell: what is permitted after so many seconds.
macro_rules! cells {
    ($($cell:ident: $state:ident, $action:ident => $expected:expr;)+) => {$(
        #[test]
        fn $cell() {
            let expected: fn(i64) -> Permit = $expected;
            for seconds in TIMES {
                let found = permit($state, $action, seconds, GRACE, PAUSE);
                assert_eq!(found, expected(seconds), "after {seconds} seconds");
            }
        }
    )+};
}

cells! {
    a_good_feed_lets_risk_grow: Good, Increase => |_| Permit::Yes;
    a_good_feed_prices_deposits: Good, Deposit => |_| Permit::Yes;
    a_good_feed_lets_risk_shrink: Good, Reduce => |_| Permit::Yes;
    a_good_feed_liquidates: Good, Liquidate => |_| Permit::Yes;
    a_good_feed_accrues: Good, Accrue => |_| Permit::Yes;

    a_stale_feed_lets_no_risk_grow: Stale, Increase => |_| Permit::No;
    a_stale_feed_takes_deposits: Stale, Deposit => |_| Permit::Yes;
    a_stale_feed_lets_risk_shrink: Stale, Reduce => |_| Permit::Yes;
    a_stale_feed_liquidates_with_offsets_off: Stale, Liquidate => |_| Permit::OffsetsOff;
    a_stale_feed_accrues_nothing: Stale, Accrue => |_| Permit::No;

    a_wide_feed_lets_no_risk_grow: Wide, Increase => |_| Permit::No;
    a_wide_feed_takes_deposits: Wide, Deposit => |_| Permit::Yes;
    a_wide_feed_lets_risk_shrink: Wide, Reduce => |_| Permit::Yes;
    a_wide_feed_liquidates_with_offsets_off_after_its_grace: Wide, Liquidate => |seconds| match seconds {
        ..=0 => Permit::Wait(900),
        1 => Permit::Wait(899),
        599 => Permit::Wait(301),
        600 => Permit::Wait(300),
        601 => Permit::Wait(299),
        899 => Permit::Wait(1),
        _ => Permit::OffsetsOff,
    };
    a_wide_feed_accrues_nothing: Wide, Accrue => |_| Permit::No;

    a_far_price_lets_no_risk_grow: Far, Increase => |_| Permit::No;
    a_far_price_takes_deposits: Far, Deposit => |_| Permit::Yes;
    a_far_price_lets_risk_shrink: Far, Reduce => |_| Permit::Yes;
    a_far_price_liquidates_with_offsets_off_after_its_pause: Far, Liquidate => |seconds| match seconds {
        ..=0 => Permit::Wait(600),
        1 => Permit::Wait(599),
        599 => Permit::Wait(1),
        _ => Permit::OffsetsOff,
    };
    a_far_price_accrues_nothing: Far, Accrue => |_| Permit::No;

    an_unusable_feed_lets_no_risk_grow: Unusable, Increase => |_| Permit::No;
    an_unusable_feed_prices_no_deposits: Unusable, Deposit => |_| Permit::No;
    an_unusable_feed_lets_risk_shrink: Unusable, Reduce => |_| Permit::Yes;
    an_unusable_feed_liquidates_nobody: Unusable, Liquidate => |_| Permit::No;
    an_unusable_feed_accrues_nothing: Unusable, Accrue => |_| Permit::No;
}

#[test]
fn a_market_without_waits_liquidates_at_once() {
    for state in [Wide, Far] {
        assert_eq!(permit(state, Liquidate, 0, 0, 0), Permit::OffsetsOff, "{state:?}");
    }
}

#[test]
fn only_yes_gives_leave() {
    assert!(Permit::Yes.is_given() && Permit::OffsetsOff.is_given());
    assert!(!Permit::No.is_given() && !Permit::Wait(1).is_given());
}

#[test]
fn bits_say_what_is_permitted() {
    // From the lowest bit: increase, deposit, reduce, liquidate, accrue.
    let expected = [
        (Good, 0, 0b1_1111),
        (Stale, 0, 0b0_1110),
        (Wide, 899, 0b0_0110),
        (Wide, 900, 0b0_1110),
        (Far, 599, 0b0_0110),
        (Far, 600, 0b0_1110),
        (Unusable, 0, 0b0_0100),
        (Unusable, 1_000_000, 0b0_0100),
    ];
    for (state, seconds, bits) in expected {
        assert_eq!(state.permitted(seconds, GRACE, PAUSE), bits, "{state:?} for {seconds} seconds");
    }
}

#[test]
fn an_action_knows_its_bit() {
    assert_eq!(Action::ALL, 0b1_1111);
    for (place, action) in [Increase, Deposit, Reduce, Liquidate, Accrue].into_iter().enumerate() {
        assert_eq!(action as usize, place);
        for bits in 0..=255u8 {
            assert_eq!(action.is_in(bits), bits & [1, 2, 4, 8, 16][place] != 0, "{action:?} in {bits:#b}");
        }
    }
}

#[test]
fn states_are_numbered_as_reports_show_them() {
    let numbers = [Good, Stale, Wide, Far, Unusable].map(|state: FeedState| state as u8);
    assert_eq!(numbers, [0, 1, 2, 3, 4]);
    assert_eq!(FeedState::default(), Good);
    assert!(Good < Stale && Stale < Wide && Wide < Far && Far < Unusable);
}
