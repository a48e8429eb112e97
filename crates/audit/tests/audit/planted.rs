//! Whatever is planted in the books is found under its name, and to the unit.

use crate::scene::Scene;
use ballast_audit::{audit, audit_with, names, solvency::solvency, Books, Gifts};
use ballast_interface::{account::VenueFees, liquidation::Auction, Fixed64, Wide};
use bytemuck::Zeroable;
use std::collections::BTreeSet;

/// A fault: the name under which it is found, what is off there, a word that is told, and how it is planted.
type Planted = (&'static str, i128, &'static str, fn(&mut Books));

const FAULTS: &[Planted] = &[
    (names::CASH, -1, "group.cash", |books| books.accounts[0].1.counted += 1),
    (names::CASH, 7, "group.cash", |books| books.group.cash += 7),
    (names::UNCOUNTED, 1, "group.uncounted", |books| books.group.uncounted += 1),
    (names::UNCOUNTED, -9, "group.uncounted", |books| books.markets[1].pool += 9),
    (names::UNCOUNTED, -1, "group.uncounted", |books| books.accounts[0].1.uncounted += 1),
    (names::UNCOUNTED, 6, "group.uncounted", |books| books.accounts[1].1.uncounted -= 6),
    (names::UNCOUNTED, -2, "group.uncounted", |books| books.markets[0].waiting.fees += 2),
    (names::UNCOUNTED, -3, "group.uncounted", |books| books.markets[1].waiting.insurance += 3),
    (names::UNCOUNTED, -4, "group.uncounted", |books| wait(books, 0, 0, 4)),
    (names::UNCOUNTED, -5, "group.uncounted", |books| wait(books, 1, 2, 5)),
    // What is counted of an account is nothing, and the group knows: then all of its cash stands beside.
    (names::CASH, 9, "cash of ", |books| {
        let account = &mut books.accounts[0].1;
        books.group.cash -= account.counted;
        (account.counted, account.uncounted, account.cash) = (0, 5, 14);
    }),
    (names::CASH, -2, "cash of ", |books| {
        let account = &mut books.accounts[1].1;
        books.group.cash -= account.counted;
        (account.counted, account.uncounted, account.cash) = (0, -7, -9);
    }),
    // Told a loss that lenders have yet to bear.
    (names::CASH, 1, "is of an era of cash that has not begun", |books| {
        books.accounts[0].1.cash_era = books.group.deposit_era + 1;
    }),
    (names::CASH, 1, "is of an era of cash that has not begun", |books| {
        (books.accounts[0].1.cash_era, books.accounts[1].1.cash_era) = (u32::MAX, 1);
    }),
    (names::VENUES, 1, "group.venue_fees", |books| books.group.venue_fees += 1),
    (names::VENUES, -3, "group.venue_fees", |books| books.venues[0].fees += 3),
    (names::VAULT, -1, "the vault", |books| books.vault -= 1),
    (names::VAULT, -1, "the vault", |books| books.group.fees += 1),
    (names::VAULT, -2, "the vault", |books| books.group.insurance += 2),
    (names::VAULT, 4, "the vault", |books| books.group.interest -= 4),
    // What stands beside is owed, and so is what waits.
    (names::VAULT, -1, "the vault", |books| books.accounts[0].1.uncounted += 1),
    (names::VAULT, -2, "the vault", |books| books.markets[0].waiting.fees += 2),
    (names::VAULT, -3, "the vault", |books| books.markets[1].waiting.insurance += 3),
    (names::VAULT, -5, "the vault", |books| wait(books, 1, 2, 5)),
    // At an index of one.
    (names::SHARES, -8, "group.deposit_shares", |books| books.accounts[0].1.counted += 8),
    (names::SHARES, 1, "group.deposit_shares", |books| {
        books.group.deposit_shares = Wide::new(books.group.deposit_shares.get() + 1);
    }),
    // Of debt, more than there is is as wrong as less.
    (names::SHARES, -1, "group.debt_shares", |books| books.group.debt_shares = Wide::new(1)),
    (names::BANKS, -1, "the vault of bank 1", |books| books.bank_vaults[0] -= 1),
    (names::BANKS, 1, "the vault of bank 2", |books| books.bank_vaults[1] += 1),
    (names::DEPOSITS, 5, "deposits of bank 2", |books| books.banks[1].deposits += 5),
    (names::DEPOSITS, 6, "bank 9", |books| {
        let row = &mut books.accounts[1].1.collateral[0];
        (row.bank, row.market, row.amount) = (9, 1, 6);
    }),
    // Each has nearly a hundred thousand dollars: a 16384th more of both.
    (names::INTEREST, -(89_290_000_000 / 16_384 + 110_710_000_000 / 16_384), "interest", |books| {
        let raised = books.group.deposit_index.to_bits() + (1 << 50);
        books.group.deposit_index = Fixed64::from_bits(raised);
        // Round numbers to count by.
        (books.accounts[0].1.counted, books.accounts[1].1.counted) = (89_290_000_000, 110_710_000_000);
    }),
    (names::ORDER, 1, "contradicts", |books| books.accounts[0].1.legs.swap(0, 1)),
    (names::ORDER, 1, "counts 4 legs, there are 3", |books| books.accounts[0].1.markets[0].legs += 1),
    (names::ORDER, 1, "market 2 contradicts", |books| books.markets[1].date_count = 13),
    // Both accounts are in it, and the group counts it.
    (names::ORDER, 3, "market 1, which is not there", |books| {
        books.markets.remove(0);
    }),
    // Nobody has paid interest: cash is what is counted and what is not, to the unit.
    (names::ORDER, 1, "is counted: not in", |books| books.accounts[0].1.cash += 1),
    (names::ORDER, 1, "is counted: not in", |books| books.accounts[1].1.cash -= 1),
    (names::ORDER, 1, "is counted: not in", |books| books.accounts[0].1.uncounted += 1),
    (names::ORDER, 1, "is counted: not in", |books| books.accounts[1].1.counted += 1),
    (names::ORDER, 1, "and not put back", |books| {
        books.accounts[0].1.cash_index = ballast_interface::Fixed64::from_bits(-1);
    }),
    (names::ORDER, 1, "which is too much", |books| {
        let account = &mut books.accounts[0].1;
        account.uncounted = account.counted / 8 + 1;
        account.cash = account.counted + account.uncounted;
    }),
    (names::ORDER, 1, "row 1 is not free", |books| books.markets[0].waiting.venues[1].venue = 1),
    (names::ORDER, 1, "venue 2 is not there", |books| {
        wait(books, 0, 1, 5);
        books.markets[0].waiting.venues[1].venue = 2;
    }),
    (names::ORDER, 1, "venue 1 has two rows", |books| {
        wait(books, 1, 0, 5);
        wait(books, 1, 2, 5);
    }),
    (names::ORDER, 1, "counts 3 markets, there are 2", |books| books.group.market_count += 1),
    (names::NET, 1, "kind 1", |books| books.accounts[0].1.legs[0].quantity += 1),
    (names::OPEN_INTEREST, 1, "perp_open_interest of market 1", |books| {
        books.markets[0].perp_open_interest += 1;
    }),
    (names::OPEN_INTEREST, -1, "open_interest of market 1", |books| books.markets[0].open_interest -= 1),
    (names::OPEN_INTEREST, 2, "expiry", |books| books.markets[1].dates[0].open_interest += 2),
    (names::DATES, 1, "legs of market 1", |books| books.markets[0].dates[0].legs += 1),
    (names::DATES, 4, "not listed", |books| books.markets[0].date_count = 0),
    (names::UNPAID, 1, "unpaid of market 1", |books| books.markets[0].unpaid += 1),
    (names::UNPAID, 5, "owed of market 2", |books| books.markets[1].owed += 5),
    (names::UNPAID, -8, "unpaid of market 1", |books| books.accounts[0].1.markets[0].unpaid_profit += 8),
    (names::CLAIMS, -1, "counts claims of -1, there are 0", |books| books.markets[0].cut = 1),
    (names::CLAIMS, 1_000_001, "counts claims", |books| books.markets[0].cut = -1_000_001),
    // Half of what is claimed is cut, and the claim of 2 000 dollars has not been told.
    (
        names::CLAIMS,
        2_000_000_000 - 1_000_000_000,
        "counts claims of 2000000000, there are 1000000000",
        |books| {
            let row = &mut books.accounts[0].1.markets[0];
            (row.unpaid_profit, row.claim_index) = (2_000_000_000, Fixed64::from_bits(1 << 64));
            row.claim_era = books.markets[0].claim_era;
            books.markets[0].unpaid = 2_000_000_000;
            books.markets[0].claim_index = Fixed64::from_bits(1 << 63);
        },
    ),
    (names::WINNERS, 1, "market 1", |books| books.accounts[0].1.legs[0].entry_value -= 1),
    (names::WINNERS, -100_001, "market 1", |books| books.markets[0].pool += 100_001),
    // A dollar of funding for each of a hundred lots, of which only the short side was told.
    (names::WINNERS, 100_000_000, "market 1", |books| {
        books.markets[0].funding_index = Fixed64::from_bits(1_000_000 << 64);
        books.accounts[0].1.legs[0].funding_index = Fixed64::from_bits(1_000_000 << 64);
    }),
    (names::FUND, 1, "the fund's vault", |books| {
        if let Some((_, tokens)) = &mut books.fund {
            *tokens += 1;
        }
    }),
    (names::FUND, -2, "the fund's vault", |books| {
        if let Some((fund, _)) = &mut books.fund {
            fund.assets += 2;
        }
    }),
    // A million of the shares is nobody's.
    (names::STAKES, -1, "stakers have", |books| books.stakes[0].shares += 1_000_001),
    // However few of the shares it has.
    (names::STAKES, -1, "is of an era that has not begun", |books| stake_era(books, 1)),
    (names::STAKES, -1, "is of an era that has not begun", |books| {
        books.stakes[0].shares = 1;
        stake_era(books, u32::MAX);
    }),
    (names::STAKES, -5_500_000_000, "no shares", |books| {
        books.stakes.clear();
        if let Some((fund, _)) = &mut books.fund {
            fund.shares = 0;
        }
    }),
    (names::AUCTIONS, 1, "has no auction", |books| books.accounts[0].1.liquidation_since = 1),
    (names::AUCTIONS, 1, "is not under liquidation", |books| {
        let margin_account = books.accounts[1].0;
        books.auctions.push(Auction { margin_account, ..Auction::zeroed() });
    }),
];

/// Lets fees of the venue wait in a row of a market.
fn wait(books: &mut Books, market: usize, row: usize, amount: u64) {
    books.markets[market].waiting.venues[row] = VenueFees { amount, venue: 1, ..VenueFees::default() };
}

/// Puts the only stake so many eras ahead of the fund.
fn stake_era(books: &mut Books, ahead: u32) {
    let Some((fund, _)) = &books.fund else { panic!("a fund") };
    assert_eq!(fund.era, 0);
    books.stakes[0].era = ahead;
}

#[test]
fn every_fault_is_found() {
    let books = Scene::traded().books();
    for residual in audit(&books) {
        assert!(residual.holds(), "nothing is planted yet: {residual}");
    }
    for (name, off, word, plant) in FAULTS {
        let mut books = books.clone();
        plant(&mut books);
        let all = audit(&books);
        let found = all.iter().find(|residual| residual.name == *name).expect("a check of the name");
        assert!(!found.holds() && found.residual == *off, "{name}, off by {off}: {found:?}");
        assert!(found.to_string().contains(word), "{name} tells of {word}: {found}");
    }
    let planted: BTreeSet<_> = FAULTS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(planted, BTreeSet::from(names::ALL), "every check must be able to fail");
}

/// Puts so many tokens more into every vault, or takes them out of those that have any.
fn give(books: &mut Books, tokens: i64) {
    let fund = books.fund.as_mut().map(|(_, tokens)| tokens);
    for vault in books.bank_vaults.iter_mut().chain([&mut books.vault]).chain(fund) {
        *vault = vault.saturating_add_signed(tokens);
    }
}

#[test]
fn a_gift_is_a_surplus_where_anybody_may_give() {
    let honest = Scene::traded().books();
    for tokens in [1, 1_000_000_000_000_000_000, -1] {
        let mut books = honest.clone();
        give(&mut books, tokens);
        let (strict, tolerant) = (audit(&books), audit_with(&books, Gifts::Allowed));
        for (exact, residual) in strict.iter().zip(&tolerant) {
            let vault = names::VAULTS.contains(&residual.name);
            assert_eq!(exact.holds(), !vault, "to the unit: {exact}");
            assert_eq!(residual.holds(), !vault || tokens > 0, "{residual}");
            assert_eq!(residual.surplus(), vault.then_some(i128::from(tokens.max(0))), "{residual}");
        }
    }
    // What lacks in one vault is not hidden by what another has been given.
    let mut books = honest.clone();
    books.bank_vaults[1] += 1_000;
    books.bank_vaults[0] -= 1;
    let all = audit_with(&books, Gifts::Allowed);
    let failed: Vec<_> = all.iter().filter(|it| !it.holds()).map(|it| (it.name, it.residual)).collect();
    assert_eq!(failed, [(names::BANKS, -1)]);
}

#[test]
fn checks_are_always_the_same() {
    let full = Scene::traded().books();
    let mut empty = full.clone();
    (empty.accounts, empty.markets, empty.banks) = (vec![], vec![], vec![]);
    (empty.venues, empty.fund, empty.stakes) = (vec![], None, vec![]);
    for books in [full, empty] {
        let found: Vec<_> = audit(&books).iter().map(|residual| residual.name).collect();
        assert_eq!(found, names::ALL);
    }
}

#[test]
fn an_account_that_is_left_out_shows() {
    let mut books = Scene::traded().books();
    books.accounts.pop();
    let failed: Vec<_> = audit(&books).into_iter().filter(|it| !it.holds()).map(|it| it.name).collect();
    assert!([names::CASH, names::VAULT, names::NET].iter().all(|name| failed.contains(name)), "{failed:?}");
}

#[test]
fn wild_bytes_are_found_without_a_panic() {
    let mut scene = Scene::traded();
    let (books, opinion) = (scene.books(), scene.opinion());
    for (place, byte) in (0..2).flat_map(|place| [0x00, 0x7f, 0x80, 0xff].map(|byte| (place, byte))) {
        let mut books = books.clone();
        bytemuck::bytes_of_mut(&mut *books.accounts[place].1).fill(byte);
        bytemuck::bytes_of_mut(&mut books.markets[0]).fill(byte);
        assert!(audit(&books).iter().any(|residual| !residual.holds()), "account {place} of {byte:#x}");
        let unknown = solvency(&books, &opinion).unknown;
        assert!(unknown.iter().any(|(key, _)| *key == books.accounts[place].0), "{unknown:?}");
    }
}

#[test]
fn an_era_ahead_hides_no_missing_cash() {
    let mut books = Scene::traded().books();
    books.group.cash -= 1;
    books.accounts[0].1.cash_era = books.group.deposit_era + 1;
    let all = audit(&books);
    let found = all.iter().find(|residual| residual.name == names::CASH).expect("the check");
    assert!(!found.holds(), "{found:?}");
}
