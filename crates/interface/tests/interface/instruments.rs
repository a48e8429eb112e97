//! What an instrument is called, what a trade of it is worth, and who may take it up when.

use crate::{
    code, key,
    money_scene::{lots, market, market_of, no, CALL, FUTURE, PERP, PUT},
    NOW,
};
use ballast_interface::account::{
    switches, AccountError::*, Flow, Instrument, Kind, Leg, MarketFlow, OrderLeg, TradeLeg, Trigger,
};
use bytemuck::Zeroable;

fn instrument(kind: u8, expiry: i64, strike: u64) -> Instrument {
    Instrument { number: 1, kind, expiry, strike }
}

#[test]
fn a_kind_asks_for_its_names() {
    // Dated and struck or not: only what fits the kind is an instrument.
    let expected = [
        (0, [Some(Kind::Spot), None, None, None]),
        (1, [Some(Kind::Perp), None, None, None]),
        (2, [None, Some(Kind::Future), None, None]),
        (3, [None, None, None, Some(Kind::Call)]),
        (4, [None, None, None, Some(Kind::Put)]),
        (5, [None; 4]),
        (255, [None; 4]),
    ];
    for (kind, row) in expected {
        for ((expiry, strike), expected) in [(0, 0), (NOW, 0), (0, 7), (NOW, 7)].into_iter().zip(row) {
            let of = instrument(kind, expiry, strike);
            assert_eq!(of.kind().ok(), expected, "kind {kind}, {expiry}, {strike}");
            let refusal = if expected.is_some() { None } else { no(InstrumentInvalid) };
            assert_eq!(code(of.kind()), refusal);
            assert_eq!(code(Instrument { number: 0, ..of }.kind()), no(InstrumentInvalid));
        }
    }
}

#[test]
fn perps_and_futures_are_linear() {
    let linear = [Kind::Spot, Kind::Perp, Kind::Future, Kind::Call, Kind::Put].map(Kind::is_linear);
    assert_eq!(linear, [false, true, true, false, false]);
    let numbers = [Kind::Spot, Kind::Perp, Kind::Future, Kind::Call, Kind::Put].map(|kind| kind as u8);
    assert_eq!(numbers, [0, 1, 2, 3, 4]);
}

#[test]
fn everything_that_names_an_instrument_names_the_same() {
    let of = Instrument { number: 3, kind: CALL, expiry: 1_000, strike: 7 };
    assert_eq!(of.place(), (3, 1_000, 7, 3));
    let mut leg = Leg::zeroed();
    (leg.market, leg.kind, leg.expiry, leg.strike) = (3, CALL, 1_000, 7);
    let order = OrderLeg { number: 3, kind: CALL, expiry: 1_000, strike: 7, lots: -2 };
    let trade = TradeLeg { number: 3, kind: CALL, expiry: 1_000, strike: 7, lots: -2, price: 5 };
    let trigger = Trigger { market: 3, kind: CALL, expiry: 1_000, strike: 7, ..Trigger::default() };
    assert_eq!((leg.instrument(), order.instrument()), (of, of));
    assert_eq!((trade.instrument(), trigger.instrument()), (of, of));
    assert_eq!(leg.place(), of.place());
}

#[test]
fn a_trade_is_worth_its_lots_at_its_price() {
    let value = |count, price| lots(PERP, 0, 0, count, price).value();
    assert_eq!(value(3, 950_000_001).unwrap(), 2_850_000_003);
    assert_eq!(value(-3, 950_000_001).unwrap(), -2_850_000_003);
    assert_eq!(value(7, 0).unwrap(), 0);
    assert_eq!(value(1, i64::MAX as u64).unwrap(), i64::MAX);
    assert_eq!(value(-1, i64::MAX as u64).unwrap(), -i64::MAX);
    for (count, price) in [(1, 1 << 63), (0, u64::MAX), (2, 1 << 62), (-3, 1 << 62)] {
        assert_eq!(code(value(count, price)), no(NumberTooLarge), "{count} at {price}");
    }
    let trade = lots(PUT, NOW, 7, 5, 11);
    assert_eq!(trade.mirrored(), TradeLeg { lots: -5, ..trade });
    assert_eq!(trade.mirrored().mirrored(), trade);
}

#[test]
fn units_of_an_order_are_lots_of_its_legs() {
    let leg = OrderLeg { number: 3, kind: FUTURE, expiry: u32::MAX, strike: 0, lots: -3 };
    let expected =
        TradeLeg { number: 3, kind: FUTURE, expiry: 4_294_967_295, strike: 0, lots: -21, price: 9 };
    assert_eq!(leg.times(7, 9).unwrap(), expected);
    // 2^31 by 2^32 is the most that fits.
    let least = OrderLeg { lots: i32::MIN, ..leg };
    assert_eq!(least.times(1 << 32, 9).unwrap().lots, i64::MIN);
    for (lots, units) in [(i32::MIN, (1 << 32) + 1), (i32::MAX, 1 << 33), (1, 1 << 63), (0, u64::MAX)] {
        let refusal = code(OrderLeg { lots, ..leg }.times(units, 9));
        assert_eq!(refusal, no(NumberTooLarge), "{units} units of {lots}");
    }
}

#[test]
fn prices_and_strikes_are_quote_units_a_lot() {
    let market = market(&[]);
    // 95 000.12345678 dollars by 0.01 are 950.0012345678.
    assert_eq!(market.per_lot_down(950_001_234_567_800).unwrap(), 950_001_234);
    // A step of a quote unit a lot is 10^-4 dollars.
    for (price, expected) in [(0, 0), (999_999, 0), (1_000_000, 1), (1_999_999, 1), (2_000_000, 2)] {
        assert_eq!(market.per_lot_down(price).unwrap(), expected, "{price}");
    }
    assert_eq!(market.strike_per_lot(9_500_000_000_000).unwrap(), 950_000_000);
    // 10^-2 by the largest price is far from what does not fit; a lot of a million contracts is not.
    assert_eq!(market.per_lot_down(u64::MAX).unwrap(), 18_446_744_073_709);
    let mut large = market;
    large.lot = 10_000_000_000_000_000;
    // A dollar makes 10^12 quote units a lot: 9 223 372 of them fit, and a bit.
    assert_eq!(large.per_lot_down(92_233_720_368_547_758).unwrap(), 9_223_372_036_854_775_800);
    assert_eq!(code(large.per_lot_down(92_233_720_368_547_759)), no(NumberTooLarge));
    assert_eq!(large.strike_per_lot(922_337_203_685_477).unwrap(), 9_223_372_036_854_770_000);
    assert_eq!(code(large.strike_per_lot(922_337_203_685_478)), no(NumberTooLarge));
    large.unit = 0;
    assert_eq!(code(large.per_lot_down(1)), no(NumberTooLarge));
}

#[test]
fn switches_say_what_may_be_taken_up() {
    let (perp, future) = (instrument(PERP, 0, 0), instrument(FUTURE, NOW + 1, 0));
    let dollar = 100_000_000;
    let (call, put) = (instrument(CALL, NOW + 1, dollar), instrument(PUT, NOW + 1, 3 * dollar));
    for on in 0..16 {
        let mut market = market(&[]);
        market.terms.switches = on;
        for (of, bit) in [(perp, 1), (future, 2), (call, 4), (put, 4)] {
            let expected = match on {
                8.. => no(MarketReduceOnly),
                _ if on & bit == 0 => no(InstrumentOff),
                _ => None,
            };
            assert_eq!(code(market.require_open(&of, NOW)), expected, "{of:?} with {on:#b}");
        }
    }
    assert_eq!((switches::PERP, switches::FUTURES, switches::OPTIONS), (1, 2, 4));
    assert_eq!((switches::REDUCE_ONLY, switches::ALL), (8, 15));
}

#[test]
fn nothing_is_taken_up_off_its_step_or_after_its_time() {
    let market = market_of(1);
    let strike = |strike| code(market.require_open(&instrument(CALL, NOW + 1, strike), NOW));
    assert_eq!((strike(100_000_000), strike(9_500_000_000_000)), (None, None));
    assert_eq!((strike(99_999_999), strike(100_000_001)), (no(StrikeOffStep), no(StrikeOffStep)));
    for (kind, strike) in [(FUTURE, 0), (CALL, 100_000_000), (PUT, 100_000_000)] {
        let at = |now| code(market.require_open(&instrument(kind, NOW, strike), now));
        assert_eq!((at(NOW - 1), at(NOW), at(NOW + 1)), (None, no(ExpiryPassed), no(ExpiryPassed)));
    }
    assert_eq!(code(market.require_open(&instrument(PERP, 0, 0), i64::MAX)), None);
    assert_eq!(code(market.require_open(&instrument(PERP, 5, 0), NOW)), no(InstrumentInvalid));
    assert_eq!(code(market.require_open(&instrument(9, 5, 0), NOW)), no(InstrumentInvalid));
}

#[test]
fn a_flow_has_one_part_a_market() {
    let mut flow = Flow { margin_account: key(1), ..Flow::default() };
    flow.market(3).funding = 1;
    flow.market(2).realised = 2;
    flow.market(3).settled = 3;
    flow.market(2).cut = 4;
    let third = MarketFlow { market: 3, funding: 1, realised: 0, settled: 3, cut: 0 };
    let second = MarketFlow { market: 2, funding: 0, realised: 2, settled: 0, cut: 4 };
    assert_eq!(flow.markets, [third, second]);
}
