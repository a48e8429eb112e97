//! Every token has an owner: what the vaults hold is what is owed, to the unit, and what somebody gave.

use crate::{
    names::{BANKS, CASH, DEPOSITS, INTEREST, SHARES, UNCOUNTED, VAULT, VENUES},
    residual::{Checks, EXACT, NO_END},
    Books,
};
use ballast_interface::account::{Group, MarginAccount, INDEX_ONE};

/// Most shares of cash that roundings of one era leave over: less than one for each account.
const MOST_ROUNDED: i128 = 1 << 20;

/// An index as a multiple of 2^-48, which is how cash follows it.
pub fn index_48(bits: i128) -> i128 {
    bits >> 16
}

/// Cash, or shares of it, so many eras of the deposit index later as lie behind the group's, rounded down: each raises the
/// index by 2^4.
pub fn in_era(cash: i128, account: &MarginAccount, group: &Group) -> i128 {
    let eras = group.deposit_era.saturating_sub(account.cash_era);
    cash.checked_shr(eras.saturating_mul(4)).unwrap_or(0)
}

/// Whether it shows that lenders have borne a loss.
fn lost(group: &Group) -> bool {
    group.deposit_era > 0 || group.deposit_index.to_bits() < INDEX_ONE.to_bits()
}

/// An account's shares of all cash or all debt: what is counted over its index, cash rounded up, debt rounded down.
fn shares(account: &MarginAccount, group: &Group) -> i128 {
    let index = index_48(account.cash_index.to_bits()).max(1);
    let counted = i128::from(account.counted).abs() << 48;
    match account.counted {
        0 => 0,
        1.. => in_era(counted.saturating_add(index - 1) / index, account, group),
        _ => counted / index,
    }
}

/// What is counted of an account's cash, with interest up to the group's indices.
fn counted_now(account: &MarginAccount, group: &Group) -> i128 {
    let counted = i128::from(account.counted);
    let to = if counted < 0 { group.debt_index } else { group.deposit_index };
    let (to, from) = (index_48(to.to_bits()), index_48(account.cash_index.to_bits()));
    if counted == 0 || from <= 0 {
        return counted;
    }
    // The floor: cash down, debt up.
    let worth = counted.saturating_mul(to).div_euclid(from);
    if counted < 0 {
        worth
    } else {
        in_era(worth, account, group)
    }
}

/// An account's cash with interest up to the group's indices, however much of that it has been told.
pub fn cash_now(account: &MarginAccount, group: &Group) -> i128 {
    counted_now(account, group) + i128::from(account.uncounted)
}

/// Checks everything that is counted in tokens.
pub(crate) fn check(checks: &mut Checks, books: &Books) {
    let group = &books.group;
    let accounts = || books.accounts.iter().map(|(_, account)| &**account);

    let cash: i128 = accounts().map(|account| i128::from(account.counted)).sum();
    checks.begin(CASH, EXACT, "The group's sum of cash is what is counted of all accounts' cash.");
    checks.same(group.cash.into(), cash, || "group.cash".into());
    for (key, _) in books.accounts.iter().filter(|(_, account)| account.cash_era > group.deposit_era) {
        checks.note(1, || format!("{key} is of an era of cash that has not begun"));
    }
    for (key, account) in books.accounts.iter().filter(|(_, account)| account.counted == 0) {
        checks.same(account.cash.into(), account.uncounted.into(), || format!("cash of {key}"));
    }

    let beside = accounts().map(|account| i128::from(account.uncounted));
    let places = books.markets.iter().flat_map(|market| {
        let waiting = &market.waiting;
        let venues = waiting.venues.iter().map(|row| row.amount);
        [market.pool, waiting.fees, waiting.insurance].into_iter().chain(venues)
    });
    let uncounted = beside.chain(places.map(i128::from)).sum::<i128>();
    checks.begin(
        UNCOUNTED,
        EXACT,
        "The group's sum of the uncounted is all pools, waiting fees and uncounted cash.",
    );
    checks.same(group.uncounted.into(), uncounted, || "group.uncounted".into());

    let venues: i128 = books.venues.iter().map(|venue| i128::from(venue.fees)).sum();
    checks.begin(VENUES, EXACT, "The group's sum of venues' fees is all venues' fees.");
    checks.same(group.venue_fees.into(), venues, || "group.venue_fees".into());

    let fees: i128 = [group.fees, group.insurance].into_iter().map(i128::from).sum();
    let owed = cash + uncounted + venues + fees + i128::from(group.interest);
    checks.begin_vault(VAULT, "The vault holds all cash less debt, interest, pools and fees.");
    checks.same(books.vault.into(), owed, || "the vault".into());

    let sum = |debt: bool| -> i128 {
        let side = accounts().filter(|account| (account.counted < 0) == debt);
        side.map(|account| shares(account, group)).fold(0, i128::saturating_add)
    };
    // Where an era rounds, each account leaves less than a share.
    let rounded = 0..=i128::from(group.deposit_era) * MOST_ROUNDED;
    checks.begin(
        SHARES,
        rounded,
        "The group's shares of cash and of debt are all accounts' shares, or more by roundings.",
    );
    let (found, expected) = (group.debt_shares.get(), sum(true));
    // Of debt, there are no more, either.
    let off = found.saturating_sub(expected).saturating_abs().saturating_neg();
    checks.note(off, || format!("group.debt_shares is {found}, but {expected} is expected"));
    let rest = group.deposit_shares.get().saturating_sub(sum(false));
    checks
        .note(rest, || format!("group.deposit_shares is {}, not {}", group.deposit_shares.get(), sum(false)));

    banks(checks, books);

    // Once everybody's interest is told.
    let told = accounts().map(|account| counted_now(account, group) - i128::from(account.counted));
    let left = i128::from(group.interest).saturating_sub(told.fold(0, i128::saturating_add));
    // What is rounded stays in the vault, and only ever grows; but of a loss that lenders bear, each may bear a unit less.
    let least = if lost(group) { -(books.accounts.len() as i128) } else { 0 };
    checks.begin(
        INTEREST,
        least..=NO_END,
        "Lenders are credited no more interest than borrowers are charged.",
    );
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
