//! Each way in which an account can contradict itself is noticed.

use crate::{code, key, rules, NOW};
use ballast_interface::{
    account::{Group, MarginAccount},
    risk::MarketRisk,
};
use bytemuck::Zeroable;

/// What is wrong, the error that says so, and how to make it wrong.
type Case<T> = (&'static str, u32, fn(&mut T));

#[test]
fn group() {
    let mut sound = Group::zeroed();
    (sound.version, sound.quote_decimals) = (2, 9);
    (sound.authority, sound.guardian) = (key(1), key(2));
    (sound.risk_program, sound.liquidation_program) = (key(3), key(4));
    assert_eq!(code(sound.invariant()), None);

    let cases: [Case<Group>; 7] = [
        ("older version", 6005, |group| group.version = 1),
        ("newer version", 6005, |group| group.version = 3),
        ("ten decimals", 6007, |group| group.quote_decimals = 10),
        ("no authority", 6007, |group| group.authority = key(0)),
        ("no guardian", 6007, |group| group.guardian = key(0)),
        ("one key for both", 6007, |group| group.guardian = group.authority),
        ("one program for both", 6007, |group| group.risk_program = group.liquidation_program),
    ];
    for (what, expected, break_it) in cases {
        let mut broken = sound;
        break_it(&mut broken);
        assert_eq!(code(broken.invariant()), Some(expected), "{what}");
    }
}

/// An account that holds something in every table: three legs of market 2 and, behind them, one of market 5.
fn account() -> MarginAccount {
    let mut account = MarginAccount::zeroed();
    account.version = 2;
    (account.group, account.owner) = (key(1), key(2));
    (account.delegates[3].key, account.delegates[3].scope) = (key(3), 1);
    let token = &mut account.collateral[11];
    (token.bank, token.market, token.amount) = (1, 4, 1);
    (account.markets[6].market, account.markets[6].unpaid_profit) = (1, 1);
    (account.markets[7].market, account.markets[7].legs) = (2, 1);
    for (place, instrument) in
        [(2, 0, 0, 1), (2, 100, 0, 2), (2, 100, 7, 3), (5, 0, 0, 1)].into_iter().enumerate()
    {
        let leg = &mut account.legs[place];
        (leg.market, leg.expiry, leg.strike, leg.kind) = instrument;
        leg.quantity = -1;
    }
    account
}

fn refused(break_it: impl FnOnce(&mut MarginAccount)) -> Option<u32> {
    let mut broken = account();
    break_it(&mut broken);
    code(broken.invariant())
}

#[test]
fn margin_account() {
    let mut empty = MarginAccount::zeroed();
    empty.version = 2;
    (empty.group, empty.owner) = (key(1), key(2));
    assert_eq!(code(empty.invariant()), None);
    assert_eq!(code(account().invariant()), None);

    let cases: [Case<MarginAccount>; 20] = [
        ("older version", 6006, |account| account.version = 1),
        ("newer version", 6006, |account| account.version = 3),
        ("no group", 6008, |account| account.group = key(0)),
        ("no owner", 6008, |account| account.owner = key(0)),
        ("delegate without scope", 6008, |account| account.delegates[3].scope = 0),
        ("scope without delegate", 6008, |account| account.delegates[0].scope = 1),
        ("collateral of no bank", 6008, |account| account.collateral[11].bank = 0),
        ("collateral of no market", 6008, |account| account.collateral[11].market = 0),
        ("bank and market without collateral", 6008, |account| account.collateral[11].amount = 0),
        ("bank without collateral", 6008, |account| account.collateral[0].bank = 1),
        ("market without collateral", 6008, |account| account.collateral[0].market = 1),
        ("collateral without bank or market", 6008, |account| account.collateral[0].amount = 1),
        ("profit of no market", 6008, |account| account.markets[6].market = 0),
        ("market without a use", 6008, |account| account.markets[7].legs = 0),
        ("leg without quantity", 6008, |account| account.legs[3].quantity = 0),
        ("leg of no market", 6008, |account| account.legs[3].market = 0),
        ("leg of no kind", 6008, |account| account.legs[3].kind = 0),
        ("quantity of nothing", 6008, |account| account.legs[4].quantity = 1),
        ("market of nothing", 6008, |account| account.legs[63].market = 9),
        ("kind of nothing", 6008, |account| account.legs[63].kind = 1),
    ];
    for (what, expected, break_it) in cases {
        assert_eq!(refused(break_it), Some(expected), "{what}");
    }
}

#[test]
fn legs_stand_from_the_first_row_without_gaps() {
    for place in 0..3 {
        let gap = refused(|account| account.legs[place] = Zeroable::zeroed());
        assert_eq!(gap, Some(6008), "row {place} is free");
    }
    assert_eq!(refused(|account| account.legs[3] = Zeroable::zeroed()), None, "the last one closed");
    assert_eq!(refused(|account| account.legs.swap(3, 4)), Some(6008), "a gap before the last");
    assert_eq!(refused(|account| account.legs.swap(3, 63)), Some(6008), "the last row, with a gap before it");
}

#[test]
fn legs_rise_by_market_expiry_strike_and_kind() {
    for (first, second) in [(0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 3)] {
        let swapped = refused(|account| account.legs.swap(first, second));
        assert_eq!(swapped, Some(6008), "rows {first} and {second} swapped");
    }
    // Each name decides where those before it are the same, and none that stands behind it.
    let ordered = |low: (u16, i64, u64, u8), high: (u16, i64, u64, u8)| {
        let pair = |names: [(u16, i64, u64, u8); 2]| {
            refused(|account| {
                for (leg, name) in account.legs[3..5].iter_mut().zip(names) {
                    (leg.market, leg.expiry, leg.strike, leg.kind) = name;
                    leg.quantity = 1;
                }
            })
        };
        assert_eq!((pair([low, high]), pair([high, low])), (None, Some(6008)), "{low:?} before {high:?}");
    };
    ordered((5, 900, 900, 4), (6, 0, 0, 1));
    ordered((5, 100, 900, 4), (5, 101, 7, 3));
    ordered((5, 100, 7, 4), (5, 100, 8, 3));
    ordered((5, 100, 7, 3), (5, 100, 7, 4));
}

#[test]
fn an_instrument_has_one_leg() {
    for place in 1..4 {
        let twice = refused(|account| account.legs[place] = account.legs[place - 1]);
        assert_eq!(twice, Some(6008), "rows {} and {place}", place - 1);
    }
    // Neither size nor price makes it another one.
    let twice = refused(|account| {
        account.legs[4] = account.legs[3];
        (account.legs[4].quantity, account.legs[4].entry_value) = (7, 9);
    });
    assert_eq!(twice, Some(6008));
}

#[test]
fn sixty_four_legs_fit() {
    let full = refused(|account| {
        for (place, leg) in account.legs.iter_mut().enumerate().skip(4) {
            (leg.market, leg.kind, leg.strike, leg.quantity) = (6, 3, place as u64, 1);
        }
    });
    assert_eq!(full, None);
}

#[test]
fn market_risk() {
    let mut sound = MarketRisk::zeroed();
    (sound.version, sound.market, sound.rules) = (1, 3, rules());
    assert_eq!(code(sound.invariant()), None, "no dates");
    sound.date_count = 12;
    for (place, date) in sound.dates.iter_mut().enumerate() {
        date.expiry = NOW + place as i64;
    }
    assert_eq!(code(sound.invariant()), None, "twelve dates");

    let cases: [Case<MarketRisk>; 8] = [
        ("older version", 6003, |risk| risk.version = 0),
        ("newer version", 6003, |risk| risk.version = 2),
        ("no number", 6008, |risk| risk.market = 0),
        ("more dates than fit", 6008, |risk| risk.date_count = 13),
        ("rules outside their range", 6008, |risk| risk.rules.lot = 0),
        ("one date twice", 6031, |risk| risk.dates[11].expiry -= 1),
        ("dates that fall", 6031, |risk| risk.dates.swap(0, 1)),
        ("a free row among the dates", 6031, |risk| risk.dates[5].expiry = 0),
    ];
    for (what, expected, break_it) in cases {
        let mut broken = sound;
        break_it(&mut broken);
        assert_eq!(code(broken.invariant()), Some(expected), "{what}");
    }
}
