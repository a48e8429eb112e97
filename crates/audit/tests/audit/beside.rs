//! An account's own cash, whenever it was told its interest: no sound one is blamed, and a wrong one is.

use anchor_lang::prelude::Pubkey;
use ballast_audit::{audit, names, Books, Residual};
use ballast_interface::account::{Group, MarginAccount, INDEX_ONE};
use bytemuck::Zeroable;

/// The whole of a ratio in 2^-40.
const WHOLE: i64 = 1 << 40;
/// A day in seconds.
const DAY: i64 = 86_400;

/// Books of so many accounts with nothing in them; half of all lent costs an eighth a year, everything all of it.
pub fn books(count: u8) -> Books {
    let mut group = Box::new(Group::zeroed());
    group.version = Group::VERSION;
    (group.deposit_index, group.debt_index) = (INDEX_ONE, INDEX_ONE);
    (group.rules.rate_kink, group.rules.rate_full, group.rules.kink) = (WHOLE / 8, WHOLE, WHOLE / 2);
    let account = |place| {
        let mut account = Box::new(MarginAccount::zeroed());
        account.version = MarginAccount::VERSION;
        (account.group, account.owner) = (Pubkey::new_from_array([1; 32]), Pubkey::new_from_array([2; 32]));
        (Pubkey::new_from_array([place; 32]), account)
    };
    Books {
        now: 0,
        group,
        accounts: (0..count).map(account).collect(),
        markets: vec![],
        banks: vec![],
        venues: vec![],
        vault: 0,
        bank_vaults: vec![],
        fund: None,
        auctions: vec![],
        stakes: vec![],
    }
}

/// Adds to an account's cash, and writes the group.
pub fn write(books: &mut Books, who: usize, change: i64) {
    let account = &mut books.accounts[who].1;
    account.take_out(&mut books.group, books.now).expect("interest");
    account.cash += change;
    account.put_back(&mut books.group).expect("it fits");
}

/// The same beside what is counted, with the group only read.
fn read(books: &mut Books, who: usize, change: i64) {
    let mut copy = *books.group;
    copy.accrue_interest(books.now);
    let account = &mut books.accounts[who].1;
    account.tell_interest(&copy, books.now).expect("interest");
    account.cash += change;
    account.put_beside(&copy).expect("it is near");
}

/// What is found about the accounts' own order.
fn order(books: &Books) -> Residual {
    let found = audit(books).into_iter().find(|residual| residual.name == names::ORDER);
    found.expect("the check")
}

/// A lender and two borrowers of three quarters of that, of whom the third is never told anything.
fn lent() -> Books {
    let mut books = books(3);
    write(&mut books, 0, 1_000_000_000_000);
    write(&mut books, 1, -500_000_000_000);
    write(&mut books, 2, -250_000_000_000);
    books
}

#[test]
fn sound_accounts_are_never_blamed() {
    let mut books = lent();
    let mut written = 0;
    for turn in 0..400_i64 {
        // From a second to a fortnight.
        books.now += [1, 3_600, DAY, 14 * DAY][(turn % 4) as usize];
        let who = (turn % 2) as usize;
        // Back and forth, and a debtor only ever up; the group is written now and then.
        let change = if who == 1 { 1_000 } else { (turn % 7 - 3) * 1_000 };
        if turn % 11 == 0 {
            write(&mut books, who, change);
            written += 1;
        } else {
            read(&mut books, who, change);
        }
        let found = order(&books);
        assert!(found.holds(), "turn {turn}: {found}");
    }
    assert_eq!(written, 37);
    // Years have passed, and interest with them.
    assert!(books.now > 3 * 365 * DAY && books.group.debt_index.to_bits() > 2 * INDEX_ONE.to_bits());
}

#[test]
fn a_loss_that_lenders_bore_blames_nobody() {
    // Told before the loss, after it, never, and once more when interest has made up for it.
    for (before, after, late) in
        [(true, false, false), (false, true, false), (false, false, true), (true, true, true)]
    {
        let mut books = lent();
        let tell = |books: &mut Books, told: bool| {
            if told {
                read(books, 0, 0);
            }
            let found = order(books);
            assert!(found.holds(), "{before}, {after}, {late}: {found}");
        };
        books.now = 100 * DAY;
        tell(&mut books, before);
        let index = books.group.indices(books.now)[0];
        // A tenth of what was lent, of the second account's debt.
        let account = &mut books.accounts[1].1;
        account.take_out(&mut books.group, 100 * DAY).expect("interest");
        account.share_loss(&mut books.group, 100_000_000_000).expect("lenders bear it");
        account.put_back(&mut books.group).expect("it fits");
        tell(&mut books, after);
        for day in 1..=300 {
            books.now = (100 + day) * DAY;
            tell(&mut books, late && day % 30 == 0);
        }
        write(&mut books, 2, 0);
        tell(&mut books, false);
        assert!(books.group.deposit_index.to_bits() > index.to_bits(), "interest has made up for the loss");
    }
}

#[test]
fn interest_that_nobody_can_have_been_told_is_found() {
    // Half a year at the most that is ever charged, the whole in a year: an index of at most one and a half.
    let mut sound = lent();
    sound.now = 365 * DAY / 2;
    let cases = [
        // At most half as much again, and what roundings leave: a 2^38th.
        (0, 1_500_000_000_000, true),
        (0, 1_500_000_000_010, false),
        // At least what the same index can have fallen from: two thirds.
        (0, 666_666_666_670, true),
        (0, 666_666_666_650, false),
        // A debt is no less than what was counted, and grows by no more than half.
        (1, -500_000_000_000, true),
        (1, -499_999_999_999, false),
        (1, -750_000_000_000, true),
        (1, -750_000_000_002, false),
    ];
    for (who, cash, holds) in cases {
        let mut books = sound.clone();
        books.accounts[who].1.cash = cash;
        let found = order(&books);
        assert_eq!(
            (found.holds(), found.residual),
            (holds, i128::from(!holds)),
            "{who} with {cash}: {found}"
        );
    }
}

#[test]
fn too_much_beside_what_is_counted_is_found() {
    for (counted, uncounted, holds) in [
        (800, 100, true),
        (800, -100, true),
        (800, 101, false),
        (800, -101, false),
        (807, 101, false),
        (7, 0, true),
        (7, 1, false),
        (0, 0, true),
        (0, 1, false),
        (0, -1, false),
        (-800, 100, true),
        (-800, 101, false),
        (-800, -1, false),
    ] {
        for latched in [false, true] {
            let mut books = books(1);
            write(&mut books, 0, counted);
            let account = &mut books.accounts[0].1;
            (account.cash, account.uncounted) = (counted + uncounted, uncounted);
            account.liquidation_since = i64::from(latched);
            let found = order(&books);
            // Under liquidation anything may stand beside.
            assert_eq!(found.holds(), holds || latched, "{uncounted} beside {counted}: {found}");
        }
    }
}
