//! Tokens in an account, spot trades of them, and when an account owes nothing or is empty.

use crate::{
    code,
    money_scene::{account, market, no, perp},
};
use ballast_interface::account::{AccountError::*, Bank, Effect, TradeLeg, MAX_COLLATERAL};
use bytemuck::Zeroable;

/// A bank of which a lot of spot is a million.
fn bank() -> Bank {
    let mut bank = Bank::zeroed();
    (bank.bank, bank.market, bank.lot_amount) = (2, 3, 1_000_000);
    bank
}

fn spot(lots: i64, price: u64) -> TradeLeg {
    TradeLeg { number: 2, kind: 0, expiry: 0, strike: 0, lots, price }
}

#[test]
fn tokens_come_and_go() {
    let mut account = account();
    account.change_token(2, 3, 5).unwrap();
    account.change_token(7, 8, 1).unwrap();
    account.change_token(2, 3, -4).unwrap();
    assert_eq!((account.token_amount(2), account.token_amount(7), account.token_amount(1)), (1, 1, 0));
    assert_eq!((account.collateral[0].bank, account.collateral[0].market), (2, 3));
    account.invariant().unwrap();
    // The last one leaves its row free, and the next one takes it.
    account.change_token(2, 3, -1).unwrap();
    assert_eq!((account.collateral[0].bank, account.collateral[0].market), (0, 0));
    account.invariant().unwrap();
    account.change_token(7, 8, 1).unwrap();
    assert_eq!(account.token_amount(7), 2);
    account.change_token(9, 4, 3).unwrap();
    assert_eq!((account.collateral[0].bank, account.collateral[1].bank), (9, 7));
    account.invariant().unwrap();
}

#[test]
fn no_more_is_taken_than_there_is() {
    let mut account = account();
    account.change_token(2, 3, 5).unwrap();
    assert_eq!(code({ account }.change_token(2, 3, -6)), no(TokensMissing));
    assert_eq!(code({ account }.change_token(4, 3, -1)), no(TokensMissing));
    assert_eq!(code({ account }.change_token(2, 3, i128::MIN)), no(TokensMissing));
    assert_eq!(code({ account }.change_token(2, 3, i128::from(u64::MAX) - 5)), None);
    assert_eq!(code({ account }.change_token(2, 3, i128::from(u64::MAX) - 4)), no(TokensMissing));
    // Nothing of nothing takes no row.
    account.change_token(4, 3, 0).unwrap();
    account.invariant().unwrap();
}

#[test]
fn a_thirteenth_token_is_refused() {
    let mut account = account();
    assert_eq!(MAX_COLLATERAL, 12);
    for bank in 1..=12 {
        account.change_token(bank, 3, 1).unwrap();
    }
    account.invariant().unwrap();
    assert_eq!(code({ account }.change_token(13, 3, 1)), no(TokensTooMany));
    assert_eq!(code({ account }.token(13, 3).map(|_| ())), no(TokensTooMany));
    account.change_token(12, 3, 1).unwrap();
    account.change_token(5, 3, -1).unwrap();
    account.change_token(13, 3, 1).unwrap();
    assert_eq!((account.collateral[4].bank, account.token_amount(13)), (13, 1));
}

#[test]
fn spot_is_tokens_for_cash() {
    let mut account = account();
    account.cash = 100;
    let effect = account.trade_spot(&bank(), &spot(3, 47)).unwrap();
    assert_eq!(effect, Effect { realised: 0, paid: 141, reduced: false });
    assert_eq!((account.cash, account.token_amount(2)), (-41, 3_000_000));
    let effect = account.trade_spot(&bank(), &spot(-2, 48)).unwrap();
    assert_eq!(effect, Effect { realised: 0, paid: -96, reduced: true });
    assert_eq!((account.cash, account.token_amount(2)), (55, 1_000_000));
    assert_eq!(code({ account }.trade_spot(&bank(), &spot(-2, 48))), no(TokensMissing));
    account.trade_spot(&bank(), &spot(-1, 0)).unwrap();
    assert_eq!((account.cash, account.token_amount(2), account.collateral[0].bank), (55, 0, 0));
    account.invariant().unwrap();
}

#[test]
fn spot_without_a_meaning_is_refused() {
    let refused = |bank: &Bank, trade: &TradeLeg| code(account().trade_spot(bank, trade));
    assert_eq!(refused(&bank(), &spot(0, 5)), no(NothingTraded));
    let mut off = bank();
    off.lot_amount = 0;
    assert_eq!(refused(&off, &spot(1, 5)), no(InstrumentOff));
    assert_eq!(refused(&bank(), &spot(1, u64::MAX)), no(NumberTooLarge));
    // More tokens than a number holds, and less cash.
    let mut large = bank();
    large.lot_amount = u64::MAX;
    assert_eq!(refused(&large, &spot(1, 5)), None);
    assert_eq!(refused(&large, &spot(2, 5)), no(TokensMissing));
    assert_eq!(refused(&large, &spot(i64::MAX, 0)), no(TokensMissing));
    assert_eq!(refused(&large, &spot(i64::MIN, 0)), no(TokensMissing));
    let mut poor = account();
    poor.cash = -2;
    assert_eq!(code(poor.trade_spot(&bank(), &spot(1, i64::MAX as u64))), no(NumberTooLarge));
}

#[test]
fn what_an_account_owes_or_holds_makes_it_liable() {
    let mut tokens = account();
    tokens.cash = 1;
    tokens.change_token(2, 3, 1).unwrap();
    tokens.book_profit(&mut market(&[]), 1).unwrap();
    assert!(!account().has_liabilities() && !tokens.has_liabilities());
    let (mut debt, mut loss, mut long) = (tokens, account(), account());
    debt.cash = -1;
    loss.book_profit(&mut market(&[]), -1).unwrap();
    let mut held = market(&[]);
    long.trade(&mut held, &perp(1, 0)).unwrap();
    assert!(debt.has_liabilities() && loss.has_liabilities() && long.has_liabilities());
    long.trade(&mut held, &perp(-1, 0)).unwrap();
    assert!(!long.has_liabilities());
}

#[test]
fn an_account_is_empty_when_nothing_is_left() {
    assert!(account().is_empty());
    let [mut cash, mut debt, mut token, mut profit, mut loss, mut long] = [account(); 6];
    (cash.cash, debt.cash) = (1, -1);
    // Two that make nothing together are not nothing.
    let [mut counted, mut uncounted] = [account(); 2];
    (counted.counted, uncounted.uncounted) = (-1, 1);
    token.change_token(2, 3, 1).unwrap();
    profit.book_profit(&mut market(&[]), 1).unwrap();
    loss.book_profit(&mut market(&[]), -1).unwrap();
    long.trade(&mut market(&[]), &perp(-1, 0)).unwrap();
    let full = [cash, debt, token, profit, loss, long, counted, uncounted];
    for (what, account) in full.iter().enumerate() {
        assert!(!account.is_empty(), "case {what}");
    }
    token.change_token(2, 3, -1).unwrap();
    assert!(token.is_empty());
}
