//! Addresses follow from the seeds as they are written here.

use crate::key;
use anchor_lang::prelude::{pubkey, Pubkey};
use ballast_interface::{ids, seeds};

const ACCOUNT: Pubkey = pubkey!("DaZT4FTSFYX6Lv5u8QDyKpG6bDR5riefXqYQPJAXHhcr");
const RISK: Pubkey = pubkey!("H2vN9LZW819W5MvKkzXi3SJKGY84bu6ZbcFwSgwGNsGd");
const LIQUIDATION: Pubkey = pubkey!("GeEi9i33oELznwaLzcmG51fv6wysWMEPoY97TrSiPZAC");

fn found(seeds: &[&[u8]], program: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(seeds, program)
}

#[test]
fn programs_have_their_addresses() {
    assert_eq!((ids::ACCOUNT, ids::RISK, ids::LIQUIDATION), (ACCOUNT, RISK, LIQUIDATION));
}

#[test]
fn addresses_of_the_account_program() {
    let (one, two) = (key(1), key(2));
    let (a, b) = (one.as_ref(), two.as_ref());
    // Numbers are two little-endian bytes.
    assert_eq!(seeds::find_group(&one, 258), found(&[b"group", a, &[2, 1]], &ACCOUNT));
    assert_eq!(seeds::find_margin_account(&one, &two, 258), found(&[b"account", a, b, &[2, 1]], &ACCOUNT));
    assert_eq!(seeds::find_bank(&one, 258), found(&[b"bank", a, &[2, 1]], &ACCOUNT));
    assert_eq!(seeds::find_market(&one, 258), found(&[b"market", a, &[2, 1]], &ACCOUNT));
    assert_eq!(seeds::find_venue(&one, 258), found(&[b"venue", a, &[2, 1]], &ACCOUNT));
    assert_eq!(seeds::find_order_record(&one), found(&[b"orders", a], &ACCOUNT));
}

#[test]
fn addresses_of_the_risk_program() {
    let one = key(1);
    let a = one.as_ref();
    assert_eq!(seeds::find_model(&one), found(&[b"model", a], &RISK));
    assert_eq!(seeds::find_draft(&one), found(&[b"draft", a], &RISK));
    assert_eq!(seeds::find_market_risk(&one, 258), found(&[b"market-risk", a, &[2, 1]], &RISK));
    assert_eq!(seeds::find_committee(&one), found(&[b"committee", a], &RISK));
}

#[test]
fn addresses_of_the_liquidation_program() {
    let one = key(1);
    let a = one.as_ref();
    assert_eq!(seeds::find_auction(&one), found(&[b"auction", a], &LIQUIDATION));
    assert_eq!(seeds::find_fund(&one), found(&[b"fund", a], &LIQUIDATION));
    let number = [2, 1, 0, 0, 0, 0, 0, 0];
    assert_eq!(seeds::find_epoch(&one, 258), found(&[b"epoch", a, &number], &LIQUIDATION));
    assert_eq!(seeds::find_solvency(&one), found(&[b"solvency", a], &LIQUIDATION));
}

#[test]
fn addresses_that_every_program_has() {
    let (one, two, hash) = (key(1), key(2), [5; 32]);
    for program in [ACCOUNT, RISK, LIQUIDATION] {
        let change = found(&[b"change", one.as_ref(), two.as_ref(), &[5; 32]], &program);
        assert_eq!(seeds::find_change(&one, &two, &hash, &program), change);
        let authority = found(&[b"__event_authority"], &program);
        assert_eq!(seeds::find_event_authority(&program), authority);
    }
}
