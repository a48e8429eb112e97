//! Settlement of a date: the price that is frozen once, and what it brings in to each book.

use crate::{
    code,
    money_scene::{account, lots, market, no, perp, CALL, FUTURE, PUT},
    NOW, WHOLE,
};
use ballast_interface::{
    account::{AccountError::*, MarginAccount, Market},
    risk::{DateRisk, MarketRisk},
    Fixed64, Wide,
};
use bytemuck::Zeroable;
use proptest::prelude::*;

const EXPIRY: i64 = NOW + 10_000;
const LATER: i64 = NOW + 700_000;
const DOLLAR: u64 = 100_000_000;

/// A date that expires at `EXPIRY`, of whose window so many seconds are sampled, at a price in 10^-10 dollars.
fn risk(sampled_seconds: u32, price: u64, index: u64) -> MarketRisk {
    let mut risk = MarketRisk::zeroed();
    risk.date_count = 1;
    let sampled = Wide::new(i128::from(price) * i128::from(sampled_seconds));
    risk.dates[0] =
        DateRisk { expiry: EXPIRY, carry: WHOLE, sampled, sampled_seconds, ..DateRisk::default() };
    risk.price.index = index;
    risk
}

/// 1 000.5 dollars and a bit: 10 005 000 quote units a lot, and 0.9999 of one more.
const PRICE: u64 = 10_005_000_999_900;

#[test]
fn a_whole_window_settles_at_its_mean() {
    for now in [EXPIRY, EXPIRY + 1, EXPIRY + 1_000_000] {
        let mut market = market(&[EXPIRY, LATER]);
        // What the index is now does not matter, nor that there is one.
        assert_eq!(market.freeze(EXPIRY, &risk(1_800, PRICE, 0), now).unwrap(), 10_005_000);
        assert_eq!((market.dates[0].settlement, market.dates[0].settled_at), (10_005_000, now));
        assert_eq!((market.dates[1].settlement, market.dates[1].settled_at), (0, 0));
    }
}

#[test]
fn nothing_is_frozen_before_its_time_or_twice() {
    let whole = risk(1_800, PRICE, PRICE);
    let mut market = market(&[EXPIRY]);
    assert_eq!(code(market.freeze(EXPIRY, &whole, EXPIRY - 1)), no(ExpiryAhead));
    assert_eq!(market.dates[0].settled_at, 0);
    market.freeze(EXPIRY, &whole, EXPIRY).unwrap();
    let other = risk(1_800, 2 * PRICE, PRICE);
    assert_eq!(code(market.freeze(EXPIRY, &other, EXPIRY + 1)), no(SettlementFrozen));
    assert_eq!((market.dates[0].settlement, market.dates[0].settled_at), (10_005_000, EXPIRY));
}

#[test]
fn a_date_that_is_not_listed_is_not_frozen() {
    let mut market = market(&[LATER]);
    assert_eq!(code(market.freeze(EXPIRY, &risk(1_800, PRICE, PRICE), EXPIRY)), no(ExpiryNotListed));
}

/// The same with a price that is good at a time.
fn good(mut risk: MarketRisk, now: i64) -> MarketRisk {
    (risk.price.published_at, risk.price.average) = (now, risk.price.index);
    risk
}

#[test]
fn a_window_with_gaps_waits_for_the_fallback() {
    // 600 seconds at 100 dollars and 1 200 at what is now 130: 120 on average, and 1 200 000 a lot.
    let gaps = risk(600, 1_000_000_000_000, 1_300_000_000_000);
    for (seconds, expected) in [(0, no(SettlementUnknown)), (7_199, no(SettlementUnknown)), (7_200, None)] {
        let (mut market, now) = (market(&[EXPIRY]), EXPIRY + seconds);
        assert_eq!(code(market.freeze(EXPIRY, &good(gaps, now), now)), expected, "{seconds}");
        let frozen = if expected.is_none() { 1_200_000 } else { 0 };
        assert_eq!(market.dates[0].settlement, frozen, "{seconds}");
    }
    // Nothing sampled at all: the price of now alone, whatever it was expected to be carried to.
    let mut none = risk(0, 0, 1_300_000_000_000);
    none.dates[0].carry = 5 << 38;
    let mut market = market(&[EXPIRY]);
    assert_eq!(code(market.freeze(EXPIRY, &good(none, EXPIRY), EXPIRY)), no(SettlementUnknown));
    let now = EXPIRY + 7_200;
    assert_eq!(market.freeze(EXPIRY, &good(none, now), now).unwrap(), 1_300_000);
}

#[test]
fn a_price_that_is_not_good_waits_twice_as_long() {
    let gaps = risk(600, 1_000_000_000_000, 1_300_000_000_000);
    let mut market = market(&[EXPIRY]);
    assert_eq!(code(market.freeze(EXPIRY, &gaps, EXPIRY + 14_399)), no(SettlementUnknown));
    assert_eq!(market.freeze(EXPIRY, &gaps, EXPIRY + 14_400).unwrap(), 1_200_000);
}

#[test]
fn a_date_of_which_nothing_is_known_settles_at_the_price_of_now() {
    let mut unknown = risk(1_800, PRICE, 1_300_000_000_000);
    unknown.dates[0].expiry += 1;
    let mut market = market(&[EXPIRY]);
    let now = EXPIRY + 7_200;
    assert_eq!(code({ market }.freeze(EXPIRY, &good(unknown, now - 1), now - 1)), no(SettlementUnknown));
    assert_eq!({ market }.freeze(EXPIRY, &good(unknown, now), now).unwrap(), 1_300_000);
    assert_eq!({ market }.freeze(EXPIRY, &unknown, EXPIRY + 14_400).unwrap(), 1_300_000);
    // Without a price there is none.
    unknown.price.index = 0;
    assert_eq!(code(market.freeze(EXPIRY, &unknown, i64::MAX)), no(SettlementUnknown));
    let gaps = risk(600, PRICE, 0);
    assert_eq!(code(market.freeze(EXPIRY, &gaps, i64::MAX)), no(SettlementUnknown));
}

#[test]
fn a_price_is_whole_quote_units_a_lot() {
    for (price, expected) in [(1_000_000, 1), (1_999_999, 1), (999_999, 0), (2_000_000, 2)] {
        let mut market = market(&[EXPIRY]);
        assert_eq!(market.freeze(EXPIRY, &risk(1_800, price, 1), EXPIRY).unwrap(), expected, "{price}");
        // A price of nothing is frozen as well.
        assert_eq!(market.dates[0].settled_at, EXPIRY);
    }
    let mut large = market(&[EXPIRY]);
    large.lot = 10_000_000_000_000_000;
    assert_eq!(code(large.freeze(EXPIRY, &risk(1_800, u64::MAX, 1), EXPIRY)), no(NumberTooLarge));
}

/// A market whose first date settled at so many quote units a lot.
fn settled(price: u64) -> Market {
    let mut market = market(&[EXPIRY, LATER]);
    (market.dates[0].settlement, market.dates[0].settled_at) = (price, EXPIRY);
    market
}

/// What lots taken up at a price bring in when the first date settles at another, and the account.
fn brings(kind: u8, strike: u64, count: i64, price: u64, settlement: u64) -> (i64, MarginAccount) {
    let (mut account, mut market) = (account(), settled(settlement));
    account.trade(&mut market, &lots(kind, EXPIRY, strike, count, price)).unwrap();
    let (legs, profit) = account.settle_expired(&mut market).unwrap();
    assert_eq!((legs, account.unpaid(1)), (1, profit));
    assert_eq!((account.legs[0].market, account.markets[0].legs), (0, 0));
    assert_eq!((market.open_interest, market.dates[0].open_interest, market.dates[0].legs), (0, 0, 0));
    account.invariant().unwrap();
    (profit, account)
}

#[test]
fn a_future_brings_in_what_its_price_gained() {
    for (count, price, settlement, expected) in
        [(3, 100, 107, 21), (-3, 100, 107, -21), (3, 100, 0, -300), (-3, 0, 100, -300), (7, 5, 5, 0)]
    {
        let (profit, account) = brings(FUTURE, 0, count, price, settlement);
        assert_eq!((profit, account.cash), (expected, 0), "{count} at {price}, then {settlement}");
    }
}

#[test]
fn an_option_brings_in_what_is_beyond_its_strike() {
    // Two dollars are 20 000 quote units a lot.
    for (kind, settlement, worth) in [
        (CALL, 20_013, 13),
        (CALL, 20_000, 0),
        (CALL, 19_999, 0),
        (CALL, 0, 0),
        (PUT, 19_987, 13),
        (PUT, 20_000, 0),
        (PUT, 20_001, 0),
        (PUT, 0, 20_000),
    ] {
        for count in [3, -3] {
            let (profit, account) = brings(kind, 2 * DOLLAR, count, 5, settlement);
            assert_eq!(profit, count * worth, "kind {kind} at {settlement}");
            // The premium was paid before, and does not count twice.
            assert_eq!(account.cash, -5 * count);
        }
    }
}

#[test]
fn only_what_is_frozen_of_the_market_is_settled() {
    let (mut one, mut first) = (account(), settled(120));
    let mut second = settled(999);
    second.market = 2;
    for leg in [perp(1, 100), lots(FUTURE, EXPIRY, 0, 1, 100), lots(FUTURE, LATER, 0, 1, 100)] {
        one.trade(&mut first, &leg).unwrap();
    }
    let mut foreign = lots(FUTURE, EXPIRY, 0, 1, 100);
    foreign.number = 2;
    one.trade(&mut second, &foreign).unwrap();
    one.trade(&mut first, &lots(CALL, EXPIRY, DOLLAR, 1, 0)).unwrap();
    assert_eq!(one.settle_expired(&mut first).unwrap(), (2, 20));
    let left: Vec<_> = one.legs.iter().take(4).map(|leg| leg.place()).collect();
    assert_eq!(left, [(1, 0, 0, 1), (1, LATER, 0, 2), (2, EXPIRY, 0, 2), (0, 0, 0, 0)]);
    assert_eq!((first.dates[0].legs, first.dates[1].legs, first.open_interest), (0, 1, 2));
    assert_eq!((one.markets[0].legs, one.markets[1].legs), (2, 1));
    one.invariant().unwrap();
    // Once more there is nothing left, and a date that is not frozen stays.
    assert_eq!(one.settle_expired(&mut first).unwrap(), (0, 0));
    first.dates[1].settlement = 500;
    assert_eq!(one.settle_expired(&mut first).unwrap(), (0, 0));
}

#[test]
fn a_settled_date_goes_with_its_last_leg() {
    let (mut long, mut short, mut market) = (account(), account(), settled(120));
    long.trade(&mut market, &lots(FUTURE, EXPIRY, 0, 2, 100)).unwrap();
    short.trade(&mut market, &lots(FUTURE, EXPIRY, 0, -2, 100)).unwrap();
    assert_eq!(long.settle_expired(&mut market).unwrap(), (1, 40));
    market.drop_dates(EXPIRY);
    assert_eq!((market.date_count, market.dates[0].legs), (2, 1));
    assert_eq!(short.settle_expired(&mut market).unwrap(), (1, -40));
    market.drop_dates(EXPIRY);
    assert_eq!((market.date_count, market.dates[0].expiry), (1, LATER));
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let (mut one, mut market) = (account(), settled(1 << 62));
    one.trade(&mut market, &lots(FUTURE, EXPIRY, 0, 2, 5)).unwrap();
    assert_eq!(code(one.settle_expired(&mut market)), no(NumberTooLarge), "value");
    one.legs[0].quantity = 1;
    one.legs[0].entry_value = -(1 << 62);
    assert_eq!(code(one.settle_expired(&mut market)), no(NumberTooLarge), "profit");
    market.dates[0].settlement = u64::MAX;
    assert_eq!(code(one.settle_expired(&mut market)), no(NumberTooLarge), "price");
    let (mut one, mut market) = (account(), settled(120));
    one.trade(&mut market, &lots(FUTURE, EXPIRY, 0, 2, 5)).unwrap();
    market.dates[0].legs = 0;
    assert_eq!(code(one.settle_expired(&mut market)), no(MarketBroken), "legs");
}

/// Instruments of the first date, and others that stay.
const INSTRUMENTS: [(u8, i64, u64); 6] = [
    (FUTURE, EXPIRY, 0),
    (CALL, EXPIRY, DOLLAR),
    (PUT, EXPIRY, 3 * DOLLAR),
    (PUT, EXPIRY, DOLLAR),
    (1, 0, 0),
    (CALL, LATER, DOLLAR),
];

proptest! {
    /// What some win others lose, to the unit, whoever is settled first.
    #[test]
    fn settlement_is_a_sum_of_nothing(
        trades in proptest::collection::vec(
            (0usize..3, 1usize..3, 0usize..6, 1i64..1_000, 0u64..50_000), 1..30,
        ),
        settlement in 0u64..50_000, order in Just([0usize, 1, 2]).prop_shuffle(),
    ) {
        let (mut accounts, mut market) = ([account(); 3], settled(settlement));
        // What each has won, from trades and payoffs alone.
        let mut won = [0i128; 3];
        for (buyer, apart, place, count, price) in trades {
            let (kind, expiry, strike) = INSTRUMENTS[place];
            let trade = lots(kind, expiry, strike, count, price);
            // A dollar is 10 000 quote units a lot.
            let strike = (strike / 10_000) as i128;
            let worth = match kind {
                // What stays is worth nothing here, so that what was paid for it is all that counts.
                _ if place > 3 => 0,
                FUTURE => i128::from(settlement),
                CALL => (i128::from(settlement) - strike).max(0),
                _ => (strike - i128::from(settlement)).max(0),
            };
            for (who, trade) in [(buyer, trade), ((buyer + apart) % 3, trade.mirrored())] {
                accounts[who].trade(&mut market, &trade).unwrap();
                won[who] += i128::from(trade.lots) * (worth - i128::from(price));
            }
        }
        for who in order {
            let account = &mut accounts[who];
            let before = account.unpaid(1);
            let (_, profit) = account.settle_expired(&mut market).unwrap();
            prop_assert_eq!(account.unpaid(1), before + profit);
            prop_assert!(account.invariant().is_ok());
            prop_assert!(account.legs.iter().all(|leg| leg.expiry != EXPIRY));
            let perps = account.legs.iter().filter(|leg| leg.kind == 1);
            let perps = perps.map(|leg| leg.entry_value).sum::<i64>();
            prop_assert_eq!(i128::from(account.unpaid(1) + account.cash - perps), won[who]);
        }
        prop_assert_eq!(won.iter().sum::<i128>(), 0);
        prop_assert_eq!((market.dates[0].legs, market.dates[0].open_interest), (0, 0));
    }
}

#[test]
fn a_perp_beside_a_settled_date_keeps_its_funding() {
    let (mut one, mut market) = (account(), settled(120));
    one.trade(&mut market, &perp(1, 100)).unwrap();
    one.trade(&mut market, &lots(FUTURE, EXPIRY, 0, 1, 100)).unwrap();
    market.funding_index = Fixed64::from_bits(7 << 64);
    assert_eq!(one.settle_expired(&mut market).unwrap(), (1, 20));
    assert_eq!(one.settle_funding(&mut market).unwrap(), -7);
    assert_eq!(one.unpaid(1), 13);
}
