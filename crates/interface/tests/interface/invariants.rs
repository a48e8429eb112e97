//! Each way in which an account can contradict itself is noticed.

use anchor_lang::prelude::{Error, Pubkey};
use ballast_interface::account::{Group, MarginAccount};
use bytemuck::Zeroable;

/// What is wrong, the error that says so, and how to make it wrong.
type Case<T> = (&'static str, u32, fn(&mut T));

fn code(result: Result<(), Error>) -> Option<u32> {
    match result {
        Ok(()) => None,
        Err(Error::AnchorError(error)) => Some(error.error_code_number),
        Err(other) => panic!("{other}"),
    }
}

fn key(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

#[test]
fn group() {
    let mut sound = Group::zeroed();
    (sound.version, sound.quote_decimals) = (1, 9);
    (sound.authority, sound.guardian) = (key(1), key(2));
    (sound.risk_program, sound.liquidation_program) = (key(3), key(4));
    assert_eq!(code(sound.invariant()), None);

    let cases: [Case<Group>; 7] = [
        ("older version", 6005, |group| group.version = 0),
        ("newer version", 6005, |group| group.version = 2),
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

#[test]
fn margin_account() {
    let mut sound = MarginAccount::zeroed();
    sound.version = 1;
    (sound.group, sound.owner) = (key(1), key(2));
    assert_eq!(code(sound.invariant()), None);
    (sound.delegates[3].key, sound.delegates[3].scope) = (key(3), 1);
    (sound.collateral[11].bank, sound.collateral[11].amount) = (1, 1);
    (sound.markets[6].market, sound.markets[6].unpaid_profit) = (1, 1);
    (sound.markets[7].market, sound.markets[7].legs) = (2, 1);
    (sound.legs[63].market, sound.legs[63].kind, sound.legs[63].quantity) = (2, 4, -1);
    assert_eq!(code(sound.invariant()), None);

    let cases: [Case<MarginAccount>; 14] = [
        ("older version", 6006, |account| account.version = 0),
        ("newer version", 6006, |account| account.version = 2),
        ("no group", 6008, |account| account.group = key(0)),
        ("no owner", 6008, |account| account.owner = key(0)),
        ("delegate without scope", 6008, |account| account.delegates[3].scope = 0),
        ("scope without delegate", 6008, |account| account.delegates[0].scope = 1),
        ("collateral of no bank", 6008, |account| account.collateral[11].bank = 0),
        ("bank without collateral", 6008, |account| account.collateral[0].bank = 1),
        ("profit of no market", 6008, |account| account.markets[6].market = 0),
        ("market without a use", 6008, |account| account.markets[7].legs = 0),
        ("leg without quantity", 6008, |account| account.legs[63].quantity = 0),
        ("leg of no market", 6008, |account| account.legs[63].market = 0),
        ("leg of no kind", 6008, |account| account.legs[63].kind = 0),
        ("quantity of nothing", 6008, |account| account.legs[0].quantity = 1),
    ];
    for (what, expected, break_it) in cases {
        let mut broken = sound;
        break_it(&mut broken);
        assert_eq!(code(broken.invariant()), Some(expected), "{what}");
    }
}
