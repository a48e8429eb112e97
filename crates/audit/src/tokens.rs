//! Every token has an owner: what the vaults hold is what is owed, to the unit, and what somebody gave.

use crate::{
    names::{BANKS, CASH, DEPOSITS, INTEREST, POOLS, SHARES, VAULT, VENUES},
    residual::{Checks, EXACT, NO_END},
    Books,
};
use ballast_interface::account::{Group, MarginAccount};

/// An index as a multiple of 2^-48, which is how cash follows it.
pub fn index_48(bits: i128) -> i128 {
    bits >> 16
}

/// An account's shares of all cash or all debt: cash over its index rounded up, debt over its index rounded down.
fn shares(account: &MarginAccount) -> i128 {
    let index = index_48(account.cash_index.to_bits()).max(1);
    let cash = i128::from(account.cash).abs() << 48;
    match account.cash {
        0 => 0,
        1.. => cash.saturating_add(index - 1) / index,
        _ => cash / index,
    }
}

/// An account's cash with the interest that it has not been told yet, up to the group's indices.
pub fn cash_now(account: &MarginAccount, group: &Group) -> i128 {
    let cash = i128::from(account.cash);
    let to = if cash < 0 { group.debt_index } else { group.deposit_index };
    let (to, from) = (index_48(to.to_bits()), index_48(account.cash_index.to_bits()));
    if cash == 0 || from <= 0 {
        return cash;
    }
    // The floor: cash down, debt up.
    cash.saturating_mul(to).div_euclid(from)
}

/// Checks everything that is counted in tokens.
pub(crate) fn check(checks: &mut Checks, books: &Books) {
    let group = &books.group;
    let accounts = || books.accounts.iter().map(|(_, account)| &**account);

    let cash: i128 = accounts().map(|account| i128::from(account.cash)).sum();
    checks.begin(CASH, EXACT, "The group's sum of cash is all accounts' cash.");
    checks.same(group.cash.into(), cash, || "group.cash".into());

    let pools: i128 = books.markets.iter().map(|market| i128::from(market.pool)).sum();
    checks.begin(POOLS, EXACT, "The group's sum of pools is all markets' pools.");
    checks.same(group.pools.into(), pools, || "group.pools".into());

    let venues: i128 = books.venues.iter().map(|venue| i128::from(venue.fees)).sum();
    checks.begin(VENUES, EXACT, "The group's sum of venues' fees is all venues' fees.");
    checks.same(group.venue_fees.into(), venues, || "group.venue_fees".into());

    let fees: i128 = [group.fees, group.insurance].into_iter().map(i128::from).sum();
    let owed = cash + pools + venues + fees + i128::from(group.interest);
    checks.begin_vault(VAULT, "The vault holds all cash less debt, interest, pools and fees.");
    checks.same(books.vault.into(), owed, || "the vault".into());

    let sum = |debt: bool| -> i128 {
        let side = accounts().filter(|account| (account.cash < 0) == debt);
        side.map(shares).fold(0, i128::saturating_add)
    };
    checks.begin(SHARES, EXACT, "The group's shares of cash and of debt are all accounts' shares.");
    checks.same(group.deposit_shares.get(), sum(false), || "group.deposit_shares".into());
    checks.same(group.debt_shares.get(), sum(true), || "group.debt_shares".into());

    banks(checks, books);

    // Once everybody's interest is told.
    let told = accounts().map(|account| cash_now(account, group) - i128::from(account.cash));
    let left = i128::from(group.interest).saturating_sub(told.fold(0, i128::saturating_add));
    // What is rounded stays in the vault, and only ever grows.
    checks.begin(INTEREST, 0..=NO_END, "Lenders are credited no more interest than borrowers are charged.");
    checks.note(left, || "what is left once everybody's interest is told".into());
}

fn banks(checks: &mut Checks, books: &Books) {
    checks.begin(DEPOSITS, EXACT, "A bank counts all accounts' deposits.");
    for bank in &books.banks {
        let rows = books.accounts.iter().flat_map(|(_, account)| account.collateral.iter());
        let held: i128 = rows.filter(|row| row.bank == bank.bank).map(|row| i128::from(row.amount)).sum();
        checks.same(bank.deposits.into(), held, || format!("deposits of bank {}", bank.bank));
    }
    let known = |number: u16| books.banks.iter().any(|bank| bank.bank == number);
    for (key, account) in &books.accounts {
        for row in account.collateral.iter().filter(|row| row.bank != 0 && !known(row.bank)) {
            checks.same(row.amount.into(), 0, || format!("{key} in bank {}, which there is not", row.bank));
        }
    }
    checks.begin_vault(BANKS, "A bank's vault holds what the bank counts.");
    for (place, bank) in books.banks.iter().enumerate() {
        let tokens = books.bank_vaults.get(place).copied().unwrap_or(0);
        checks.same(tokens.into(), bank.deposits.into(), || format!("the vault of bank {}", bank.bank));
    }
}
