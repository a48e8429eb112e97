//! Liquidations of days that fit on a sheet of paper.

use super::scene::{day, near, played, trade, CALL, DOLLAR, FUTURE, PERP, TOKEN, WHOLE};
use ballast_demo::{
    regimes::{Outcome, Rule},
    tape::Tape,
};

/// Ten perps are bought at 100 with 250 dollars; maintenance margin is 1.25 times the price.
fn ten_perps(prices: &[u64]) -> Tape {
    let mut tape = day(prices, &[(250, 0), (1_000, 0)]);
    trade(&mut tape, 0, (0, 1), PERP, 10);
    tape
}

fn untouched(outcome: &Outcome) {
    let regime = &outcome.regime;
    assert_eq!((regime.accounts, regime.liquidations), (0, 0));
    assert_eq!((regime.sold, regime.fees, regime.loss, regime.bad_debt), (0, 0, 0, 0));
}

#[test]
fn one_perp_alone_is_closed_whole() {
    // At 86 there are 110 dollars, and 107.5 needed; at 84 there are 90, and 105.
    let outcome = played(&ten_perps(&[100, 90, 86, 84, 100]), 0, Rule::Isolated);
    let regime = &outcome.regime;
    assert_eq!((regime.accounts, regime.liquidations), (1, 1));
    assert_eq!(outcome.liquidated, [true, false]);
    assert_eq!(regime.sold, 840 * DOLLAR);
    // 105 / 8 and 105 / 16.
    assert_eq!((regime.fees, outcome.insurance), (19_687_500, 6_562_500));
    // The fall and the fees: nothing comes back.
    assert_eq!(regime.loss, 160 * DOLLAR + 19_687_500);
    assert_eq!(outcome.equity, [70_312_500, 1_000 * DOLLAR]);
    assert_eq!((regime.bad_debt, regime.insured, regime.brought), (0, 0, 0));
    // Both need 18.75 for each ten dollars of the price; in the end only the second does.
    near(&regime.series, &[375_000_000, 337_500_000, 322_500_000, 157_500_000, 187_500_000], 2);
    assert_eq!(regime.peak, regime.series[0]);
    // The last number lasts for no time.
    near(&[regime.locked], &[298_125_000], 2);
    assert_eq!(outcome.residual, 0);
}

#[test]
fn a_slice_leaves_the_rest_for_the_rebound() {
    // 90 - 19.6875 f = 131.25 (1 - f) at f = 41.25 / 111.5625 = .369748: four of ten lots.
    let outcome = played(&ten_perps(&[100, 90, 86, 84, 100]), 0, Rule::Sliced);
    let regime = &outcome.regime;
    assert_eq!((regime.accounts, regime.liquidations), (1, 1));
    assert_eq!(regime.sold, 336 * DOLLAR);
    // 19.6875 f = 7.279412, and f is rounded up to 2^-20, of a dollar's millionths not more than 19.
    assert!((7_279_411..=7_279_431).contains(&regime.fees), "{}", regime.fees);
    // Four lots have lost 16 dollars each, the others nothing.
    assert_eq!(regime.loss, 64 * DOLLAR + regime.fees);
    // Six lots are left.
    near(&regime.series[3..], &[252_000_000, 300_000_000], 2);
    assert_eq!(outcome.residual, 0);
}

#[test]
fn a_hedge_does_not_help_a_position_that_stands_alone() {
    let mut tape = day(&[100, 48, 100], &[(200, 0), (10_000, 0)]);
    trade(&mut tape, 0, (0, 1), PERP, 10);
    trade(&mut tape, 0, (0, 1), FUTURE, -10);
    let cross = played(&tape, 0, Rule::Sliced);
    untouched(&cross);
    // The pairs need nothing.
    near(&cross.regime.series, &[0, 0, 0], 2);
    assert_eq!(cross.regime.brought, 0);
    // Each position needs 187.5: three times both less 200 are brought, 562.5 behind each. At 48 the perp has 42.5 of 60.
    let alone = played(&tape, 0, Rule::Isolated);
    let regime = &alone.regime;
    assert_eq!((regime.accounts, regime.liquidations, regime.sold), (1, 1, 480 * DOLLAR));
    near(&[regime.brought], &[925 * DOLLAR], 6);
    // At 48 all four need 90 each, before one of them is gone.
    near(&regime.series, &[750 * DOLLAR, 270 * DOLLAR, 562_500_000], 4);
    // 520 on the perps; 60 / 8 and 60 / 16; the future comes back.
    assert_eq!((regime.fees, regime.loss), (11_250_000, 531_250_000));
    near(&alone.brought[..1], &[1_125 * DOLLAR], 6);
}

#[test]
fn what_a_bankrupt_account_owes_is_borne_by_the_insurance_and_then_by_others() {
    // 250 dollars less 300.
    for rule in [Rule::Isolated, Rule::Sliced] {
        let outcome = played(&ten_perps(&[100, 70, 100]), 20, rule);
        let regime = &outcome.regime;
        assert_eq!((regime.accounts, regime.sold, regime.fees), (1, 700 * DOLLAR, 0), "{rule:?}");
        assert_eq!((regime.insured, regime.bad_debt), (20 * DOLLAR, 30 * DOLLAR), "{rule:?}");
        assert_eq!((regime.loss, outcome.insurance), (250 * DOLLAR, 0), "{rule:?}");
        assert_eq!((outcome.equity[0], outcome.residual), (0, 0), "{rule:?}");
    }
}

#[test]
fn a_debt_beside_an_option_that_was_bought_stays_owed() {
    // A call of 1 is bought for 99, and five coins for 500 with the other 300: at 30 they are sold for 147.65625 of the 200
    // that are owed. At 100 the call is worth 99 again.
    let mut tape = day(&[100, 30, 100], &[(399, 0), (10_000, 5)]);
    trade(&mut tape, 0, (0, 1), TOKEN, 5);
    trade(&mut tape, 0, (0, 1), CALL, 1);
    let leg = &mut tape.flow[1].legs[0];
    (leg.strike, leg.price) = (100_000_000, 99 * DOLLAR as u64);
    let alone = played(&tape, 20, Rule::Isolated);
    let regime = &alone.regime;
    assert_eq!((regime.accounts, regime.insured, regime.bad_debt), (1, 0, 0));
    // Options are rounded down.
    near(&alone.equity[..1], &[46_656_249], 1);
    // And at 30 it is worth 29.
    tape.views.truncate(2);
    let alone = played(&tape, 20, Rule::Isolated).regime;
    assert_eq!(alone.insured, 0);
    near(&[-alone.bad_debt], &[-23_343_751], 1);
}

/// Makes a step's feed too wide for liquidations.
fn pause(tape: &mut Tape, step: usize) {
    let price = &mut tape.views[step].risks[0].price;
    (price.interval, price.wide_since) = (WHOLE / 50, price.published_at);
}

#[test]
fn what_is_under_water_at_the_last_step_is_bad_debt() {
    // Nobody may be liquidated at 70, where 250 dollars less 300 are left.
    let mut tape = ten_perps(&[100, 70]);
    pause(&mut tape, 1);
    for rule in [Rule::Isolated, Rule::Sliced] {
        let regime = played(&tape, 20, rule).regime;
        assert_eq!((regime.accounts, regime.insured, regime.bad_debt), (0, 0, 50 * DOLLAR), "{rule:?}");
    }
    // The perp alone has 562.5 dollars less 600; the future that hedges it is another position.
    let mut tape = day(&[100, 40], &[(200, 0), (10_000, 0)]);
    trade(&mut tape, 0, (0, 1), PERP, 10);
    trade(&mut tape, 0, (0, 1), FUTURE, -10);
    pause(&mut tape, 1);
    assert_eq!(played(&tape, 0, Rule::Sliced).regime.bad_debt, 0);
    let alone = played(&tape, 0, Rule::Isolated).regime.bad_debt;
    assert!((37_499_994..=37_500_000).contains(&alone), "{alone}");
}

#[test]
fn a_doubtful_feed_pauses_liquidations() {
    let mut tape = ten_perps(&[100, 84, 100]);
    pause(&mut tape, 1);
    for rule in [Rule::Isolated, Rule::Sliced] {
        untouched(&played(&tape, 0, rule));
    }
    // For two minutes.
    let price = &mut tape.views[1].risks[0].price;
    price.wide_since = price.published_at - 120;
    for rule in [Rule::Isolated, Rule::Sliced] {
        assert_eq!(played(&tape, 0, rule).regime.accounts, 1, "{rule:?}");
    }
}

#[test]
fn tokens_bought_with_debt_are_sold_all_or_in_part() {
    // Five coins at 100 with 300 dollars: at 45 they are worth 225, 200 are owed, and 28.125 needed.
    let mut tape = day(&[100, 46, 45, 100], &[(300, 0), (0, 5)]);
    trade(&mut tape, 0, (0, 1), TOKEN, 5);
    let alone = played(&tape, 0, Rule::Isolated);
    assert_eq!((alone.regime.accounts, alone.regime.sold), (1, 225 * DOLLAR));
    // A sixty-fourth of 225.
    assert_eq!((alone.regime.fees, alone.equity[0]), (3_515_625, 21_484_375));
    // 25 - 3.515625 q = 35.15625 (1 - q) at q = .32: 21 of 64 parts.
    let cross = played(&tape, 0, Rule::Sliced);
    assert_eq!((cross.regime.accounts, cross.regime.sold), (1, 73_828_125));
    // 73.828125 / 64, what is paid rounded up.
    assert_eq!(cross.regime.fees, 1_153_564);
    // What is left at 100: 500 * 43 / 64; paid: 72.674561.
    assert_eq!(cross.equity[0], 335_937_500 - 200_000_000 + 72_674_561);
    untouched(&played(&day(&[100], &[(0, 5)]), 0, Rule::Isolated));
}
