//! Claims over eras of their market's index: right ones are never blamed, and a wrong one is.

use crate::beside::books;
use ballast_audit::{audit, names, Books, Residual};
use ballast_interface::{
    account::{Market, INDEX_ONE},
    Fixed64,
};
use bytemuck::Zeroable;

/// Who owes what all the others claim.
const LOSER: usize = 0;

/// Books of a market at the least index, a loser, and so many others.
fn sunk(others: u8) -> Books {
    let mut books = books(1 + others);
    let mut market = Market::zeroed();
    (market.version, market.market) = (Market::VERSION, 1);
    market.claim_index = Fixed64::from_bits(1 << 60);
    books.markets.push(market);
    books
}

/// Lets an account win what the loser loses.
fn win(books: &mut Books, who: usize, profit: i64) {
    for (who, profit) in [(who, profit), (LOSER, -profit)] {
        books.accounts[who].1.book_profit(&mut books.markets[0], profit).expect("a profit");
    }
}

/// Cuts the loser's loss from all claims until so much of them is left.
fn cut_to(books: &mut Books, left: i64) {
    let account = &mut books.accounts[LOSER].1;
    let amount = (-account.unpaid(1) - left) as u64;
    account.cut_claims(&mut books.markets[0], amount).expect("a cut");
}

/// Tells an account what was cut.
fn tell(books: &mut Books, who: usize) {
    books.accounts[who].1.settle_claims(&mut books.markets[0]).expect("a claim");
}

/// Index and era of the market.
fn index(books: &Books) -> (i128, u32) {
    (books.markets[0].claim_index.to_bits(), books.markets[0].claim_era)
}

/// What is found about claims.
fn claims(books: &Books) -> Residual {
    let found = audit(books).into_iter().find(|residual| residual.name == names::CLAIMS);
    found.expect("the check")
}

/// Two claims of 2^61 at an index of 2^60, of which two cuts leave 2^24 in the tenth era; the first account was told of the
/// first cut, which began five eras, the second of none.
fn cut_twice() -> Books {
    let mut books = sunk(3);
    win(&mut books, 1, 1 << 61);
    win(&mut books, 2, 1 << 61);
    cut_to(&mut books, 1 << 42);
    assert_eq!(index(&books), (1 << 60, 5));
    tell(&mut books, 1);
    cut_to(&mut books, 1 << 24);
    assert_eq!(index(&books), (1 << 62, 10));
    let row = |who: usize| {
        let row = books.accounts[who].1.markets[0];
        (row.unpaid_profit, row.claim_era)
    };
    assert_eq!((row(1), row(2)), ((1 << 41, 5), (1 << 61, 0)));
    books
}

#[test]
fn right_claims_are_not_blamed_in_any_era() {
    let mut books = cut_twice();
    // Half of 2^24 each: 2^41 by 2^2 and 2^61 by 2^2, a 2^20th and a 2^40th of that.
    assert_eq!(claims(&books).residual, 0);
    tell(&mut books, 2);
    assert_eq!(claims(&books).residual, 0);
    // The third claims all but those of 2^41, of which four units are left; its own share of them is less than four, and
    // the others' less than one.
    win(&mut books, 3, (1 << 41) - (1 << 24));
    cut_to(&mut books, 4);
    assert_eq!(index(&books), (1 << 63, 20));
    let found = claims(&books);
    assert!(found.holds() && found.residual == 1, "{found:?}");
    assert!(found.to_string().contains("counts claims of 4, there are 3"), "{found}");
    for who in [1, 2, 3] {
        tell(&mut books, who);
        assert_eq!(claims(&books).residual, 1);
    }
    // Cut to nothing, 17 eras are left out, and nobody has to have been told.
    cut_to(&mut books, 0);
    assert_eq!(index(&books), (INDEX_ONE.to_bits(), 37));
    assert_eq!((claims(&books).residual, books.accounts[3].1.unpaid(1)), (0, 3));
}

#[test]
fn of_claims_that_were_cut_to_nothing_none_is_left() {
    let mut books = sunk(1);
    win(&mut books, 1, i64::MAX);
    assert_eq!(claims(&books).residual, 0);
    cut_to(&mut books, 0);
    assert_eq!((index(&books), claims(&books).residual), ((INDEX_ONE.to_bits(), 17), 0));
    // After 16 eras, 2^63 - 1 by 2^4 over 2^64 would be.
    books.markets[0].claim_era = 16;
    let found = claims(&books);
    assert!(!found.holds() && found.residual == -7, "{found:?}");
}

/// What is planted in the books that were cut twice, and by how much claims are off then.
type Planted = (fn(&mut Books), i128);

#[test]
fn wrong_claims_are_found_in_any_era() {
    let faults: &[Planted] = &[
        // A unit more was cut than anybody was told, or more than a million less: those may be roundings.
        (|books| books.markets[0].cut += 1, -1),
        (|books| books.markets[0].cut -= 1_000_001, 1_000_001),
        // Each of a row's units is a 2^38th of one; 2^38 of them are one.
        (|books| books.accounts[2].1.markets[0].unpaid_profit += 1 << 38, -1),
        // An era too late: 2^27 instead of 2^23.
        (|books| books.accounts[1].1.markets[0].claim_era = 6, (1 << 23) - (1 << 27)),
        (|books| books.accounts[2].1.markets[0].claim_era = 1, (1 << 23) - (1 << 27)),
        // Two: 2^31. Five and ten, which are all: 2^43 and 2^63.
        (|books| books.accounts[2].1.markets[0].claim_era = 2, (1 << 23) - (1 << 31)),
        (|books| books.accounts[1].1.markets[0].claim_era = 10, (1 << 23) - (1 << 43)),
        (|books| books.accounts[2].1.markets[0].claim_era = 10, (1 << 23) - (1 << 63)),
        // An era too early, each is worth 2^19; six, neither is worth a unit.
        (|books| books.markets[0].claim_era = 11, (1 << 24) - (1 << 20)),
        (|books| books.markets[0].claim_era = 16, 1 << 24),
        // Of so many more, 32 bits cannot count the places.
        (|books| books.markets[0].claim_era = (1 << 30) + 10, 1 << 24),
        (|books| books.markets[0].claim_era = u32::MAX, 1 << 24),
        // The market's index was not raised, once less, or twice as far.
        (|books| books.markets[0].claim_index = Fixed64::from_bits(1 << 42), (1 << 24) - (1 << 4)),
        (|books| books.markets[0].claim_index = Fixed64::from_bits(1 << 58), (1 << 24) - (1 << 20)),
        (|books| books.markets[0].claim_index = Fixed64::from_bits(1 << 63), -(1 << 24)),
        // A row at half of the index that it has.
        (|books| books.accounts[2].1.markets[0].claim_index = Fixed64::from_bits(1 << 59), -(1 << 23)),
        // What cannot be is as much as there can be.
        (|books| books.accounts[1].1.markets[0].claim_era = 11, (1 << 24) - i128::MAX),
        (|books| books.accounts[2].1.markets[0].claim_era = u32::MAX, (1 << 24) - i128::MAX),
        (|books| books.accounts[2].1.markets[0].claim_index = Fixed64::zeroed(), (1 << 24) - i128::MAX),
    ];
    let books = cut_twice();
    for (case, (plant, off)) in faults.iter().enumerate() {
        let mut books = books.clone();
        plant(&mut books);
        let found = claims(&books);
        assert!(!found.holds() && found.residual == *off, "case {case}, off by {off}: {found:?}");
    }
    // A million units are roundings.
    let mut rounded = books.clone();
    rounded.markets[0].cut -= 1_000_000;
    assert!(claims(&rounded).holds() && claims(&rounded).residual == 1_000_000);
    // A loss ahead of its market is no claim.
    let mut ahead = books;
    ahead.accounts[LOSER].1.markets[0].claim_era = 11;
    assert_eq!(claims(&ahead).residual, 0);
}

#[test]
fn a_unit_that_costs_a_large_claim_next_to_nothing_blames_nobody() {
    let mut books = sunk(2);
    win(&mut books, 1, 600_000_000_000);
    win(&mut books, 2, 400_000_000_000);
    cut_to(&mut books, 999_999_999_999);
    // 2^64 by 10^12 - 1 over 10^12: 18 446 744.07 less, rounded up.
    assert_eq!(index(&books), ((1 << 64) - 18_446_745, 1));
    // 599 999 999 999.4 and 399 999 999 999.6: the unit between is nobody's.
    assert_eq!(claims(&books).residual, 1);
    tell(&mut books, 1);
    tell(&mut books, 2);
    assert_eq!(claims(&books).residual, 1);
    assert_eq!(books.markets[0].unpaid, 999_999_999_998);
}

#[test]
fn roundings_of_large_claims_blame_nobody() {
    let mut books = sunk(1);
    books.markets[0].claim_index = INDEX_ONE;
    win(&mut books, 1, (1 << 32) - 1);
    cut_to(&mut books, 1);
    // 2^64 over 2^32 - 1 is 2^32 + 1, and a 2^32nd: raised seven times, which is 2^28.
    assert_eq!(index(&books), ((1 << 60) + (1 << 28), 7));
    win(&mut books, 1, 5_000_000_000_000);
    // All but the unit that was left, of which nothing is claimed. It is 230 584.3 of the index, rounded up.
    cut_to(&mut books, 5_000_000_000_000);
    assert_eq!(index(&books), ((1 << 60) + (1 << 28) - 230_585, 7));
    let found = claims(&books);
    assert!(found.holds(), "{found:?}");
    // Of the claim a unit and three millionths, rounded up, where 5 * 10^12 are counted.
    assert_eq!(found.residual, 2);
    tell(&mut books, 1);
    assert_eq!((claims(&books).residual, books.accounts[1].1.unpaid(1)), (2, 4_999_999_999_998));
}

#[test]
fn roundings_of_the_largest_claims_blame_nobody() {
    let mut books = sunk(1);
    books.markets[0].claim_index = INDEX_ONE;
    win(&mut books, 1, (1 << 60) - 1);
    cut_to(&mut books, 1 << 56);
    // 2^120 over 2^60 - 1 is 2^60 + 1, and a little.
    assert_eq!(index(&books), ((1 << 60) + 1, 0));
    assert_eq!(claims(&books).residual, 1);
    win(&mut books, 1, i64::MAX - (1 << 56));
    cut_to(&mut books, i64::MAX - 1);
    // An eighth less than 2^60 + 1: of 2^63 - 2 that are claimed, almost eight.
    assert_eq!(index(&books), (1 << 60, 0));
    let found = claims(&books);
    assert!(found.holds() && found.residual == 8, "{found:?}");
}
