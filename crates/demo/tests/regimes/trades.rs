//! What becomes of trades when books are not those of the tape.

use super::scene::{day, near, played, trade, DOLLAR, EXPIRY, FUTURE, PERP};
use ballast_demo::{
    regimes::{play, Fault, Rule},
    tape::Taken,
};
use ballast_interface::Fixed64;

#[test]
fn whoever_was_liquidated_closes_no_more_than_he_has_and_opens_what_he_can_pay() {
    // As by hand, 70.3125 are left at 84; then he sells what he has not any more, and buys one lot, and ten.
    let mut tape = day(&[100, 84, 84, 100], &[(250, 0), (1_000, 0)]);
    trade(&mut tape, 0, (0, 1), PERP, 10);
    trade(&mut tape, 2, (0, 1), PERP, -10);
    trade(&mut tape, 2, (0, 1), PERP, 1);
    trade(&mut tape, 2, (0, 1), PERP, 10);
    let outcome = played(&tape, 0, Rule::Isolated);
    // One lot needs 15.75; eleven need 173.25. The lot wins 16.
    assert_eq!(outcome.equity[0], 86_312_500);
    assert_eq!(outcome.regime.brought, 0, "he brings nothing more");
    // The second has made all of his trades: ten lots short, none, eleven short, from 100, and from 84.
    assert_eq!(outcome.equity[1], 1_000 * DOLLAR + 160 * DOLLAR - 176 * DOLLAR);
    assert_eq!(outcome.residual, 0);
}

#[test]
fn a_rescue_on_the_tape_leaves_other_regimes_their_positions() {
    // A keeper takes four of ten lots over; their owner closes the other six: elsewhere four are left.
    let mut tape = day(&[100, 90, 90], &[(250, 0), (1_000, 0), (1_000, 0)]);
    trade(&mut tape, 0, (0, 1), PERP, 10);
    let mut sold = tape.flow[0].legs.clone();
    (sold[0].lots, sold[0].price) = (-4, 90_000_000);
    tape.taken.push(Taken {
        step: 1,
        time: tape.views[1].time,
        person: 0,
        keeper: 2,
        legs: sold,
        tokens: None,
        paid: 5,
        insurance: 1,
    });
    trade(&mut tape, 2, (0, 1), PERP, -6);
    let outcome = play(&tape, 2, 0, super::scene::TERMS, Rule::Sliced).expect("the day can be played");
    // Four lots at 90, on both sides.
    near(&outcome.regime.series[2..], &[2 * 67_500_000], 2);
    assert_eq!(outcome.regime.accounts, 0);
}

#[test]
fn funding_and_expiry_are_settled_to_the_unit_but_for_rounding() {
    let mut tape = day(&[100, 100, 110, 110], &[(700, 0), (1_000, 0), (1_000, 0)]);
    trade(&mut tape, 0, (0, 1), PERP, 3);
    trade(&mut tape, 0, (1, 2), PERP, 1);
    trade(&mut tape, 0, (0, 2), FUTURE, 2);
    // A third of a unit a lot, which nobody can be paid.
    for view in &mut tape.views[1..] {
        view.markets[0].funding_index = Fixed64::from_bits((1i128 << 64) * 1_000_000 + (1i128 << 64) / 3);
    }
    let last = &mut tape.views[3];
    last.time = EXPIRY + 1;
    last.risks[0].price.published_at = EXPIRY + 1;
    (last.markets[0].dates[0].settlement, last.markets[0].dates[0].settled_at) = (120_000_000, EXPIRY);
    for rule in [Rule::Isolated, Rule::Sliced] {
        let outcome = played(&tape, 0, rule);
        // Three perps have won 30 and paid 3 dollars and a unit, two futures have won 40.
        assert_eq!(outcome.equity[0], 767 * DOLLAR - 1, "{rule:?}");
        // Two short perps have lost 20, and got two dollars and two thirds of a unit.
        assert_eq!(outcome.equity[1], 982 * DOLLAR, "{rule:?}");
        assert_eq!(outcome.equity[2], 951 * DOLLAR, "{rule:?}");
        assert_eq!(outcome.residual, -1, "{rule:?}");
    }
}

#[test]
fn fees_of_trades_are_paid_by_whoever_trades() {
    let mut tape = day(&[100, 100], &[(700, 0), (1_000, 0)]);
    trade(&mut tape, 0, (0, 1), PERP, 1);
    tape.flow[0].fees = [5, 7];
    let outcome = played(&tape, 0, Rule::Sliced);
    assert_eq!(outcome.equity, [700 * DOLLAR - 5, 1_000 * DOLLAR - 7]);
    assert_eq!(outcome.residual, 0);
}

#[test]
fn a_tape_that_names_nobody_is_refused() {
    let mut tape = day(&[100], &[(700, 0)]);
    trade(&mut tape, 0, (0, 1), PERP, 1);
    let found = play(&tape, 1, 0, super::scene::TERMS, Rule::Sliced).err();
    assert_eq!(found, Some(Fault::PlaceUnknown));
}
