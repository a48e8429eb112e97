//! Trades, one by one: positions, entry values, realised profit, cash and open interest, to the unit.

use crate::{
    code,
    money_scene::{account, lots, market, market_of, no, perp, CALL, FUTURE, PERP, PUT},
    NOW,
};
use ballast_interface::{
    account::{AccountError::*, Effect, MarginAccount, Market, TradeLeg, MAX_LEGS, MOST_LOTS},
    Fixed64,
};

const DATE: i64 = NOW + 86_400;
const LATER: i64 = NOW + 7 * 86_400;
const DOLLAR: u64 = 100_000_000;

/// A trade that must be taken.
fn trade(account: &mut MarginAccount, market: &mut Market, trade: TradeLeg) -> Effect {
    let effect = account.trade(market, &trade).unwrap();
    account.invariant().unwrap();
    effect
}

/// A trade, as lots and a price, and what is expected after it: quantity, entry value, realised profit, and whether it
/// reduced.
type Step = ((i64, u64), (i64, i64, i64, bool));

/// Trades in turn.
fn follow(kind: u8, expiry: i64, strike: u64, steps: &[Step]) {
    let (mut account, mut market) = (account(), market(&[DATE, LATER]));
    let (mut realised, mut paid) = (0, 0);
    for ((count, price), (quantity, entry, profit, reduced)) in steps {
        let effect = trade(&mut account, &mut market, lots(kind, expiry, strike, *count, *price));
        let leg = account.legs[0];
        let what = format!("{count} at {price}");
        assert_eq!((leg.quantity, leg.entry_value), (*quantity, *entry), "{what}");
        assert_eq!(effect.reduced, *reduced, "{what}");
        let value = count * *price as i64;
        if kind == PERP || kind == FUTURE {
            assert_eq!((effect.realised, effect.paid), (*profit, 0), "{what}");
            realised += profit;
        } else {
            assert_eq!((effect.realised, effect.paid), (0, value), "{what}");
            paid += value;
        }
        assert_eq!((account.unpaid(1), account.cash), (realised, -paid), "{what}");
        assert_eq!(market.open_interest, quantity.max(&0).unsigned_abs());
    }
}

/// Bought for 10, of which a third is 3 1/3 and is taken for 4.
const LONG: &[Step] = &[
    ((1, 4), (1, 4, 0, false)),
    ((2, 3), (3, 10, 0, false)),
    ((-1, 5), (2, 6, 1, true)),
    ((-1, 2), (1, 3, -1, true)),
    ((-1, 9), (0, 0, 6, true)),
];

/// Sold for 10, of which a third is 3 1/3 and is taken for 3: losses are rounded up as profits are rounded down.
const SHORT: &[Step] = &[
    ((-1, 4), (-1, -4, 0, false)),
    ((-2, 3), (-3, -10, 0, false)),
    ((1, 5), (-2, -7, -2, true)),
    ((1, 1), (-1, -4, 2, true)),
    ((1, 9), (0, 0, -5, true)),
];

/// From 3 lots for 10 to 2 sold at 5 each, to 5 bought at 7, and to nothing.
const FLIPS: &[Step] = &[
    ((1, 4), (1, 4, 0, false)),
    ((2, 3), (3, 10, 0, false)),
    ((-5, 5), (-2, -10, 5, false)),
    ((7, 7), (5, 35, -4, false)),
    ((-10, 6), (-5, -30, -5, false)),
    ((5, 6), (0, 0, 0, true)),
];

#[test]
fn a_perp_is_opened_added_to_reduced_and_closed() {
    for steps in [LONG, SHORT, FLIPS] {
        follow(PERP, 0, 0, steps);
    }
}

#[test]
fn a_future_does_as_a_perp_does() {
    for steps in [LONG, SHORT, FLIPS] {
        follow(FUTURE, DATE, 0, steps);
    }
}

#[test]
fn an_option_is_paid_for_when_it_changes_hands() {
    for steps in [LONG, SHORT, FLIPS] {
        follow(CALL, DATE, DOLLAR, steps);
        follow(PUT, LATER, DOLLAR, steps);
    }
}

#[test]
fn odd_numbers_are_exact_to_the_unit() {
    // 7 lots for 6 650 000 021 + 3 at 950 000 001: 10 lots for 9 500 000 024.
    // 3 of 10 lots cost 2 850 000 007.2, which is taken for 8; 7 are left for 6 650 000 016.
    // Both then go for 950 000 123 each, with one of 2 more that are sold short.
    follow(
        PERP,
        0,
        0,
        &[
            ((7, 950_000_003), (7, 6_650_000_021, 0, false)),
            ((3, 950_000_001), (10, 9_500_000_024, 0, false)),
            ((-3, 950_000_101), (7, 6_650_000_016, 2_850_000_303 - 2_850_000_008, true)),
            ((-9, 950_000_123), (-2, -1_900_000_246, 6_650_000_861 - 6_650_000_016, false)),
        ],
    );
}

#[test]
fn a_price_of_nothing_is_a_price() {
    follow(PERP, 0, 0, &[((3, 0), (3, 0, 0, false)), ((-3, 7), (0, 0, 21, true))]);
    follow(CALL, DATE, DOLLAR, &[((3, 0), (3, 0, 0, false)), ((-3, 0), (0, 0, 0, true))]);
}

#[test]
fn open_interest_is_what_longs_hold() {
    let (mut long, mut short, mut market) = (account(), account(), market(&[DATE, LATER]));
    let both = |a: &mut MarginAccount, b: &mut MarginAccount, market: &mut Market, leg: TradeLeg| {
        trade(a, market, leg);
        trade(b, market, leg.mirrored());
    };
    both(&mut long, &mut short, &mut market, perp(5, 100));
    both(&mut long, &mut short, &mut market, lots(FUTURE, DATE, 0, 7, 100));
    both(&mut long, &mut short, &mut market, lots(CALL, DATE, DOLLAR, -2, 10));
    both(&mut long, &mut short, &mut market, lots(PUT, LATER, DOLLAR, 1, 10));
    assert_eq!((market.open_interest, market.perp_open_interest), (15, 5));
    assert_eq!((market.dates[0].open_interest, market.dates[0].legs), (9, 4));
    assert_eq!((market.dates[1].open_interest, market.dates[1].legs), (1, 2));
    // A change of sides is no change of open interest: 5 long become 3 short.
    both(&mut long, &mut short, &mut market, perp(-8, 100));
    assert_eq!((market.open_interest, market.perp_open_interest), (13, 3));
    both(&mut long, &mut short, &mut market, lots(FUTURE, DATE, 0, -7, 100));
    assert_eq!((market.dates[0].open_interest, market.dates[0].legs), (2, 2));
    assert_eq!((market.open_interest, market.unpaid, market.owed), (6, 0, 0));
}

#[test]
fn a_new_perp_begins_at_the_funding_of_now() {
    let (mut account, mut market) = (account(), market(&[DATE]));
    market.funding_index = Fixed64::from_bits(-77);
    trade(&mut account, &mut market, lots(FUTURE, DATE, 0, 1, 5));
    trade(&mut account, &mut market, perp(1, 5));
    assert_eq!((account.legs[0].kind, account.legs[0].funding_index), (PERP, Fixed64::from_bits(-77)));
    assert_eq!((account.legs[1].kind, account.legs[1].funding_index), (FUTURE, Fixed64::default()));
}

#[test]
fn legs_stand_in_order_whatever_comes_first() {
    let (mut account, mut first, mut second) = (account(), market(&[DATE, LATER]), market_of(2));
    for (kind, expiry, strike) in [
        (PUT, LATER, DOLLAR),
        (CALL, DATE, 2 * DOLLAR),
        (FUTURE, LATER, 0),
        (PUT, DATE, DOLLAR),
        (PERP, 0, 0),
        (CALL, DATE, DOLLAR),
        (FUTURE, DATE, 0),
    ] {
        trade(&mut account, &mut first, lots(kind, expiry, strike, 1, 5));
    }
    trade(&mut account, &mut second, TradeLeg { number: 2, ..perp(1, 5) });
    let places: Vec<_> = account.legs.iter().take(8).map(|leg| leg.place()).collect();
    let expected = [
        (1, 0, 0, 1),
        (1, DATE, 0, 2),
        (1, DATE, DOLLAR, 3),
        (1, DATE, DOLLAR, 4),
        (1, DATE, 2 * DOLLAR, 3),
        (1, LATER, 0, 2),
        (1, LATER, DOLLAR, 4),
        (2, 0, 0, 1),
    ];
    assert_eq!(places, expected);
    assert_eq!((account.markets[0].legs, account.markets[1].legs), (7, 1));
    // One that closes leaves no gap.
    trade(&mut account, &mut first, lots(CALL, DATE, DOLLAR, -1, 5));
    let places: Vec<_> = account.legs.iter().take(8).map(|leg| leg.place()).collect();
    assert_eq!(places[..2], expected[..2]);
    assert_eq!(places[2..7], expected[3..]);
    assert_eq!((places[7], account.markets[0].legs), ((0, 0, 0, 0), 6));
}

/// An account that holds as many legs as fit, at strikes of 2, 4 and so on.
fn full(market: &mut Market) -> MarginAccount {
    let mut account = account();
    for place in 1..=MAX_LEGS as u64 {
        trade(&mut account, market, lots(CALL, DATE, 2 * place * DOLLAR, 1, 5));
    }
    account
}

#[test]
fn a_sixty_fifth_leg_is_refused_wherever_it_would_stand() {
    let mut market = market(&[DATE, LATER]);
    let account = full(&mut market);
    assert_eq!((MAX_LEGS, account.markets[0].legs, market.dates[0].legs), (64, 64, 64));
    for leg in [perp(1, 5), lots(CALL, DATE, 65 * DOLLAR, 1, 5), lots(PUT, LATER, DOLLAR, 1, 5)] {
        assert_eq!(code({ account }.trade(&mut { market }, &leg)), no(LegsTooMany), "{leg:?}");
    }
    // Those that there are can be added to and closed, the first as the last; then there is room again.
    for strike in [2, 64, 128] {
        let (mut account, mut market) = (account, market);
        trade(&mut account, &mut market, lots(CALL, DATE, strike * DOLLAR, 1, 5));
        trade(&mut account, &mut market, lots(CALL, DATE, strike * DOLLAR, -2, 5));
        trade(&mut account, &mut market, perp(1, 5));
        assert_eq!((account.legs[0].kind, account.legs[63].market), (PERP, 1));
    }
}

#[test]
fn a_ninth_market_is_refused() {
    let (mut account, leg) = (account(), perp(1, 5));
    for number in 1..=8 {
        trade(&mut account, &mut market_of(number), TradeLeg { number, ..leg });
    }
    let ninth = TradeLeg { number: 9, ..leg };
    assert_eq!(code({ account }.trade(&mut market_of(9), &ninth)), no(MarketsTooMany));
    assert_eq!(code({ account }.book_profit(&mut market_of(9), 1)), no(MarketsTooMany));
    // A market that is left without a trace makes room; one that still owes something does not.
    let mut third = market_of(3);
    third.open_interest = 1;
    third.perp_open_interest = 1;
    let (mut owed, mut clean) = (account, account);
    trade(&mut owed, &mut { third }, TradeLeg { number: 3, ..perp(-1, 6) });
    assert_eq!(owed.unpaid(3), 1);
    assert_eq!(code(owed.trade(&mut market_of(9), &ninth)), no(MarketsTooMany));
    trade(&mut clean, &mut third, TradeLeg { number: 3, ..perp(-1, 5) });
    trade(&mut clean, &mut market_of(9), ninth);
    assert_eq!((clean.markets[2].market, clean.markets[2].legs), (9, 1));
}

#[test]
fn a_position_has_its_most_lots() {
    assert_eq!(MOST_LOTS, 1_099_511_627_776);
    let most = MOST_LOTS as i64;
    for sign in [1, -1] {
        let (mut account, mut market) = (account(), market(&[]));
        assert_eq!(code({ account }.trade(&mut { market }, &perp(sign * (most + 1), 5))), no(NumberTooLarge));
        trade(&mut account, &mut market, perp(sign * most, 5));
        assert_eq!(code({ account }.trade(&mut { market }, &perp(sign, 5))), no(NumberTooLarge));
        assert_eq!(code({ account }.trade(&mut { market }, &perp(sign * i64::MAX, 0))), no(NumberTooLarge));
        // From one end to the other.
        trade(&mut account, &mut market, perp(-sign * 2 * most, 5));
        assert_eq!((account.legs[0].quantity, account.unpaid(1)), (-sign * most, 0));
    }
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let half = 1 << 62;
    let (mut account, mut market) = (account(), market(&[DATE]));
    trade(&mut account, &mut market, perp(1, half));
    assert_eq!(code({ account }.trade(&mut { market }, &perp(1, half))), no(NumberTooLarge), "entry value");
    assert_eq!(code({ account }.trade(&mut { market }, &perp(2, half))), no(NumberTooLarge), "value");
    let call = lots(CALL, DATE, DOLLAR, 1, half);
    account.cash = -(half as i64) - 2;
    assert_eq!(code({ account }.trade(&mut { market }, &call)), no(NumberTooLarge), "cash");
    account.cash = 0;
    trade(&mut account, &mut market, call);
    account.markets[0].unpaid_profit = -i64::MAX;
    market.owed = i64::MAX as u64;
    assert_eq!(code({ account }.trade(&mut { market }, &perp(-1, 0))), no(NumberTooLarge), "profit");
}

#[test]
fn a_trade_without_a_meaning_is_refused() {
    let refused = |leg: TradeLeg| code(account().trade(&mut market(&[DATE]), &leg));
    assert_eq!(refused(perp(0, 5)), no(NothingTraded));
    assert_eq!(refused(lots(9, 0, 0, 1, 5)), no(InstrumentInvalid));
    assert_eq!(refused(lots(PERP, DATE, 0, 1, 5)), no(InstrumentInvalid));
    assert_eq!(refused(lots(FUTURE, LATER, 0, 1, 5)), no(ExpiryNotListed));
    assert_eq!(refused(perp(1, u64::MAX)), no(NumberTooLarge));
}

#[test]
fn counts_that_would_fall_below_nothing_are_refused() {
    let (mut account, mut good) = (account(), market(&[DATE]));
    trade(&mut account, &mut good, perp(2, 5));
    trade(&mut account, &mut good, lots(FUTURE, DATE, 0, 2, 5));
    let refused = |break_it: fn(&mut Market), leg: TradeLeg| {
        let mut market = good;
        break_it(&mut market);
        code({ account }.trade(&mut market, &leg))
    };
    let (close_perp, close_future) = (perp(-2, 5), lots(FUTURE, DATE, 0, -2, 5));
    assert_eq!(refused(|_| (), close_perp), None);
    assert_eq!(refused(|_| (), close_future), None);
    assert_eq!(refused(|market| market.open_interest = 1, close_perp), no(MarketBroken));
    assert_eq!(refused(|market| market.perp_open_interest = 1, close_perp), no(MarketBroken));
    assert_eq!(refused(|market| market.dates[0].open_interest = 1, close_future), no(MarketBroken));
    assert_eq!(refused(|market| market.dates[0].legs = 0, close_future), no(MarketBroken));
    // An account's own count of its legs.
    let mut broken = account;
    broken.markets[0].legs = 0;
    assert_eq!(code(broken.trade(&mut { good }, &close_perp)), no(AccountBroken));
}
