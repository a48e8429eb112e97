//! A bank: its cap, which rises by a ramp and falls at once, and its deposits.

use crate::{code, money_scene::no};
use ballast_interface::account::{AccountError::*, Bank};
use bytemuck::Zeroable;

/// A bank whose cap rises from 200 to 1 200, between 1 000 and 1 300.
fn bank() -> Bank {
    let mut bank = Bank::zeroed();
    (bank.version, bank.bank, bank.market) = (1, 2, 3);
    (bank.cap_from, bank.cap) = (200, 1_200);
    (bank.ramp_begins, bank.ramp_ends) = (1_000, 1_300);
    bank
}

#[test]
fn a_cap_rises_in_proportion_to_time() {
    // Ten units in three seconds, rounded down.
    for (now, expected) in [
        (i64::MIN, 200),
        (999, 200),
        (1_000, 200),
        (1_001, 203),
        (1_002, 206),
        (1_003, 210),
        (1_150, 700),
        (1_299, 1_196),
        (1_300, 1_200),
        (1_301, 1_200),
        (i64::MAX, 1_200),
    ] {
        assert_eq!(bank().cap_down(now), expected, "at {now}");
    }
}

#[test]
fn a_ramp_of_no_time_holds_at_once() {
    let mut bank = bank();
    bank.set_cap(5_000, 0, 1_100);
    assert_eq!((bank.cap_down(1_100), bank.cap_down(1_099)), (5_000, 533));
}

#[test]
fn a_higher_cap_begins_where_the_old_one_is() {
    let mut bank = bank();
    // Half-way: from 700 to 1 700 in 1 000 seconds.
    bank.set_cap(1_700, 1_000, 1_150);
    assert_eq!((bank.cap_from, bank.cap, bank.ramp_begins, bank.ramp_ends), (700, 1_700, 1_150, 2_150));
    let caps = [1_150, 1_151, 1_650, 2_149, 2_150].map(|now| bank.cap_down(now));
    assert_eq!(caps, [700, 701, 1_200, 1_699, 1_700]);
    assert_eq!(code(bank.invariant()), None);
    // Once more in the middle of it, to less than the first aim and more than what there is.
    bank.set_cap(1_300, 100, 1_650);
    assert_eq!([1_650, 1_700, 1_750].map(|now| bank.cap_down(now)), [1_200, 1_250, 1_300]);
}

#[test]
fn a_lower_cap_holds_at_once() {
    for cap in [0, 1, 699, 700] {
        let mut bank = bank();
        bank.set_cap(cap, 1_000, 1_150);
        for now in [1_150, 1_151, 2_150, i64::MAX] {
            assert_eq!(bank.cap_down(now), cap, "{cap} at {now}");
        }
        assert_eq!(code(bank.invariant()), None);
    }
}

#[test]
fn the_largest_cap_and_the_longest_ramp() {
    let mut bank = bank();
    bank.cap_from = 0;
    (bank.ramp_begins, bank.ramp_ends) = (0, 0);
    bank.cap = 0;
    bank.set_cap(u64::MAX, Bank::LONGEST_RAMP, 0);
    assert_eq!(Bank::LONGEST_RAMP, 31_536_000);
    // Of 2^64 - 1, which three and five divide: a third and four fifths of the time.
    assert_eq!(bank.cap_down(10_512_000), u64::MAX / 3);
    assert_eq!(bank.cap_down(25_228_800), u64::MAX / 5 * 4);
    assert_eq!(bank.cap_down(31_536_000), u64::MAX);
}

#[test]
fn deposits_stop_at_the_cap_of_now() {
    let mut bank = bank();
    assert_eq!(code(bank.add(201, 1_000)), no(DepositCapReached));
    assert_eq!(code(bank.add(200, 1_000)), None);
    assert_eq!(code(bank.add(1, 1_000)), no(DepositCapReached));
    assert_eq!(code(bank.add(4, 1_001)), no(DepositCapReached));
    assert_eq!(code(bank.add(3, 1_001)), None);
    assert_eq!(bank.deposits, 203);
    bank.deposits = u64::MAX;
    assert_eq!(code(bank.add(1, 1_300)), no(NumberTooLarge));
}

#[test]
fn a_bank_above_its_cap_only_gives_back() {
    let mut bank = bank();
    bank.deposits = 1_000;
    bank.set_cap(10, 0, 1_300);
    assert_eq!(code(bank.add(0, 1_300)), no(DepositCapReached));
    assert_eq!(code(bank.remove(1_001)), no(BankBroken));
    assert_eq!((code(bank.remove(995)), bank.deposits), (None, 5));
    assert_eq!(code(bank.add(6, 1_300)), no(DepositCapReached));
    assert_eq!((code(bank.add(5, 1_300)), bank.deposits), (None, 10));
}

#[test]
fn a_bank_that_contradicts_itself_is_refused() {
    type Case = (&'static str, AccountErrorOf, fn(&mut Bank));
    type AccountErrorOf = ballast_interface::account::AccountError;
    let cases: [Case; 7] = [
        ("older version", BankVersionUnknown, |bank| bank.version = 0),
        ("newer version", BankVersionUnknown, |bank| bank.version = 2),
        ("no number", BankBroken, |bank| bank.bank = 0),
        ("no market", BankBroken, |bank| bank.market = 0),
        ("a cap that falls by a ramp", BankBroken, |bank| bank.cap_from = 1_201),
        ("a ramp that ends before it begins", BankBroken, |bank| bank.ramp_ends = 999),
        ("a ramp of more than a year", BankBroken, |bank| bank.ramp_ends = 1_000 + 31_536_001),
    ];
    assert_eq!(code(bank().invariant()), None);
    for (what, expected, break_it) in cases {
        let mut broken = bank();
        break_it(&mut broken);
        assert_eq!(code(broken.invariant()), no(expected), "{what}");
    }
    let mut longest = bank();
    longest.ramp_ends = 1_000 + 31_536_000;
    assert_eq!(code(longest.invariant()), None);
    let mut level = bank();
    (level.cap_from, level.ramp_ends) = (1_200, 1_000);
    assert_eq!(code(level.invariant()), None);
}
