//! Fees that wait in a market: whose they are, and for how many venues there is room.

use crate::{code, money_scene::no};
use ballast_interface::account::{
    AccountError::{FeesUnplaced, NumberTooLarge},
    VenueFees, Waiting,
};

/// Rows in use: venue and amount.
fn rows(waiting: &Waiting) -> Vec<(u16, u64)> {
    waiting.venues.iter().map(|row| (row.venue, row.amount)).collect()
}

/// Fees of three venues.
fn full() -> Waiting {
    let mut waiting = Waiting::default();
    for (venue, amount) in [(7, 70), (2, 20), (5, 50)] {
        waiting.add(venue, amount).unwrap();
    }
    waiting
}

#[test]
fn three_venues_have_a_row_each() {
    assert_eq!(rows(&full()), [(7, 70), (2, 20), (5, 50)]);
    assert_eq!((full().fees, full().insurance), (0, 0));
    let mut waiting = full();
    assert_eq!(code(waiting.add(9, 1)), no(FeesUnplaced));
    assert_eq!(waiting, full(), "a refusal changes nothing");
}

#[test]
fn a_venue_keeps_its_row() {
    let mut waiting = full();
    for (venue, amount) in [(2, 1), (7, 3), (5, 4), (2, 1)] {
        waiting.add(venue, amount).unwrap();
    }
    assert_eq!(rows(&waiting), [(7, 73), (2, 22), (5, 54)]);
}

#[test]
fn nothing_takes_no_row() {
    let mut waiting = Waiting::default();
    waiting.add(9, 0).unwrap();
    assert_eq!(waiting, Waiting::default());
    // Not even where there is none left.
    let mut waiting = full();
    waiting.add(9, 0).unwrap();
    waiting.add(2, 0).unwrap();
    assert_eq!(waiting, full());
}

#[test]
fn a_row_holds_so_much() {
    let mut waiting = full();
    waiting.add(2, u64::MAX - 20).unwrap();
    assert_eq!(rows(&waiting), [(7, 70), (2, u64::MAX), (5, 50)]);
    let before = waiting;
    assert_eq!(code(waiting.add(2, 1)), no(NumberTooLarge));
    assert_eq!(waiting, before, "a refusal changes nothing");
}

#[test]
fn a_venue_takes_its_own_and_leaves_its_row() {
    let mut waiting = full();
    (waiting.fees, waiting.insurance) = (3, 4);
    assert_eq!(waiting.take(9), 0);
    assert_eq!(waiting.take(2), 20);
    assert_eq!(waiting.take(2), 0);
    assert_eq!(waiting.venues[1], VenueFees::default());
    assert_eq!(rows(&waiting), [(7, 70), (0, 0), (5, 50)]);
    assert_eq!((waiting.fees, waiting.insurance), (3, 4));
    // A venue that has a row behind the free one does not get a second one.
    waiting.add(5, 1).unwrap();
    assert_eq!(rows(&waiting), [(7, 70), (0, 0), (5, 51)]);
    // Somebody else has room now, and nobody after that.
    waiting.add(9, 90).unwrap();
    assert_eq!(rows(&waiting), [(7, 70), (9, 90), (5, 51)]);
    assert_eq!(code(waiting.add(2, 1)), no(FeesUnplaced));
}

#[test]
fn all_of_them_together_fit() {
    assert_eq!(Waiting::default().sum(), 0);
    let mut waiting = full();
    (waiting.fees, waiting.insurance) = (1_000, 30_000);
    // 70 + 20 + 50 + 1 000 + 30 000.
    assert_eq!(waiting.sum(), 31_140);
    // Five times the largest number.
    for row in &mut waiting.venues {
        row.amount = u64::MAX;
    }
    (waiting.fees, waiting.insurance) = (u64::MAX, u64::MAX);
    assert_eq!(waiting.sum(), 5 * ((1_u128 << 64) - 1));
}
