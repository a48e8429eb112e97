//! Interest where lenders have borne a loss: each may bear a unit less than its part, and nobody before there was one.

use crate::beside::{books, write};
use ballast_audit::{audit, names, Books, Residual};
use ballast_interface::{account::INDEX_ONE, Fixed64};

/// Who owes what the others have lent.
const DEBTOR: usize = 4;

/// Books of four lenders of a thousand units each, and who owes so many, at an index of both.
fn lent(index: Fixed64, owed: i64) -> Books {
    let mut books = books(5);
    (books.group.deposit_index, books.group.debt_index) = (index, index);
    for lender in 0..DEBTOR {
        write(&mut books, lender, 1_000);
    }
    write(&mut books, DEBTOR, -owed);
    books
}

/// What is found about interest.
fn interest(books: &Books) -> Residual {
    let found = audit(books).into_iter().find(|residual| residual.name == names::INTEREST);
    found.expect("the check")
}

/// Asserts that no more than so many units may be missing.
fn assert_least(books: &Books, least: i128) {
    assert_eq!(interest(books).residual, 0);
    for (missing, holds) in [(-1, true), (0, true), (-least, true), (1 - least, false)] {
        let mut books = books.clone();
        books.group.interest -= missing as i64;
        let found = interest(&books);
        assert_eq!((found.holds(), found.residual), (holds, -missing), "{found}");
    }
}

#[test]
fn a_unit_an_account_may_be_missing_only_once_the_index_shows_a_loss() {
    let index = |bits: i128| Fixed64::from_bits(bits);
    let one = INDEX_ONE.to_bits();
    for (bits, least) in [(one * 3 / 2, 0), (one + 1, 0), (one, 0), (one - 1, -5), (one / 2, -5)] {
        let mut books = lent(index(bits), 2_001);
        assert_least(&books, least);
        // Four accounts, four units.
        books.accounts.pop();
        assert_least(&books, if least == 0 { 0 } else { -4 });
    }
    // An era begins with losses only, whatever the index is since.
    for bits in [one, one * 3 / 2] {
        let mut books = lent(index(bits), 2_001);
        books.group.deposit_era = 1;
        for (_, account) in &mut books.accounts {
            account.cash_era = 1;
        }
        assert_least(&books, -5);
    }
}

#[test]
fn lenders_who_bear_a_unit_less_blame_nobody() {
    let mut books = lent(Fixed64::from_bits(INDEX_ONE.to_bits() * 3 / 2), 2_001);
    // 1 000 by 2/3 are 667 shares, rounded up: 2 668 of them, which are 4 002.
    assert_eq!((books.group.deposit_shares.get(), books.group.lent()), (2_668, 4_002));
    let account = &mut books.accounts[DEBTOR].1;
    account.take_out(&mut books.group, 0).expect("interest");
    account.share_loss(&mut books.group, 2_001).expect("lenders bear it");
    account.put_back(&mut books.group).expect("it fits");
    // Half of that: three quarters are left of the index, and 500 of each thousand. 2 000 are borne of 2 001.
    assert_eq!(books.group.deposit_index.to_bits(), INDEX_ONE.to_bits() / 4 * 3);
    let found = interest(&books);
    assert!(found.holds() && found.residual == -1, "{found:?}");
    // Told, they have lost as much.
    for lender in 0..DEBTOR {
        write(&mut books, lender, 0);
        assert_eq!(books.accounts[lender].1.cash, 500);
    }
    let found = interest(&books);
    assert!(found.holds() && found.residual == -1, "{found:?}");
}
