//! Solvency of books that are small enough to count by hand.

use crate::scene::{leg, Scene, COIN};
use ballast_audit::{
    solvency::{solvency, Opinion, Scale},
    Books,
};
use ballast_interface::risk::ModelRow;
use ballast_margin::{
    model::{Row, Vol},
    units::{Fraction, STEPS},
};
use ballast_testkit::{BTC, DOLLAR, ETH};

/// Dollars in 10^-10.
const USD: i128 = STEPS as i128;

/// A price move of its own, not in ranges, weighted.
fn row(multiplier: &str, weight: &str) -> Row {
    let fixed = |text: &str| Fraction::from_fixed(text.parse().expect("a number"));
    let (multiplier, weight) = (fixed(multiplier), fixed(weight));
    Row { multiplier, scaled: false, vol: Vol::Flat, weight, mass: Fraction::ZERO }
}

/// Books after a trade, in which alice and bob have so many dollars of cash and no tokens, and an opinion of four rows:
/// prices halve, stand still, rise by a half, and double, of which half counts.
fn small(legs: &[ballast_interface::account::TradeLeg], cash: [i64; 2]) -> (Books, Opinion) {
    let mut scene = Scene::new();
    scene.trade(legs);
    let (mut books, mut opinion) = (scene.books(), scene.opinion());
    for ((_, account), dollars) in books.accounts.iter_mut().zip(cash) {
        // What is counted stays what the group knows of.
        account.cash = dollars * DOLLAR;
        account.uncounted = account.cash - account.counted;
        account.collateral.fill(bytemuck::Zeroable::zeroed());
    }
    let rows = [row("0.5", "1"), row("1", "1"), row("1.5", "1"), row("2", "0.5")];
    for (slot, row) in opinion.model.rows.iter_mut().zip(&rows) {
        *slot = ModelRow::new(row);
    }
    opinion.model.row_count = 4;
    (books, opinion)
}

/// Fails unless numbers are what they are by hand, or by a rounding of each market below.
fn assert_down(found: &[i128], exact: &[i128], markets: i128) {
    let near = found.iter().zip(exact).all(|(found, exact)| (0..=markets).contains(&(exact - found)));
    assert!(near && found.len() == exact.len(), "{found:?} is not {exact:?}");
}

/// The same for losses, which are rounded up.
fn assert_up(found: &[i128], exact: &[i128], roundings: i128) {
    let [found, exact] = [found, exact].map(|all| all.iter().map(|one| -one).collect::<Vec<_>>());
    assert_down(&found, &exact, roundings);
}

#[test]
fn a_perp_by_row() {
    // A bitcoin at 95 000.
    let (books, opinion) = small(&[leg(BTC, 1, COIN, 95_000)], [20_000, 30_000]);
    let mut scale = Scale::new(&books, &opinion);
    let [alice, bob] = [0, 1].map(|place| scale.weigh(&books.accounts[place].1).expect("a standing"));
    assert_eq!((alice.value, bob.value), (20_000 * USD, 30_000 * USD));
    assert_down(&alice.ladder, &[-47_500 * USD, 0, 47_500 * USD, 47_500 * USD], 1);
    assert_down(&bob.ladder, &[47_500 * USD, 0, -47_500 * USD, -47_500 * USD], 1);

    let found = solvency(&books, &opinion);
    // Alice lacks 27 500 where prices halve, bob 17 500 where they rise: neither pays for the other.
    assert_up(&found.shortfalls, &[27_500 * USD, 0, 17_500 * USD, 17_500 * USD], 1);
    assert_eq!(found.worst, (0, 27_500 * USD));
    assert_eq!((found.liabilities, found.bad_debt), (50_000 * USD, 0));
    assert_eq!(found.unknown, []);
    // Alice's stake, and nothing that waits.
    assert_eq!(found.funds, 5_500 * USD);
    assert_eq!(found.index, Some(0.2));
}

#[test]
fn losses_of_one_market_are_paid_by_gains_of_another() {
    // A bitcoin against ten of ether at 3 400.
    let legs = [leg(BTC, 1, COIN, 95_000), leg(ETH, 1, -10 * COIN, 3_400)];
    let (books, opinion) = small(&legs, [20_000, 30_000]);
    let found = solvency(&books, &opinion);
    // 47 500 less 17 000 less what alice has; and what bob lacks.
    assert_up(&found.shortfalls, &[10_500 * USD, 0, 500 * USD, 500 * USD], 2);
}

#[test]
fn debts_are_lost_in_every_row() {
    let (mut books, opinion) = small(&[leg(BTC, 1, COIN, 95_000)], [20_000, 30_000]);
    // Bought at 120 000 instead: 25 000 lost at the mark.
    books.accounts[0].1.legs[0].entry_value = 120_000 * DOLLAR;
    books.accounts[1].1.legs[0].entry_value = -120_000 * DOLLAR;
    let found = solvency(&books, &opinion);
    assert_eq!((found.liabilities, found.bad_debt), (55_000 * USD, 5_000 * USD));
    assert_eq!(found.shortfalls, [52_500 * USD, 5_000 * USD, 0, 0]);
}

#[test]
fn only_what_is_there_absorbs_losses() {
    let (mut books, opinion) = small(&[leg(BTC, 1, COIN, 95_000)], [20_000, 30_000]);
    // The insurance's fees absorb losses wherever they wait; other fees do not.
    books.group.insurance = 300 * DOLLAR as u64;
    books.markets[0].waiting.insurance = 150 * DOLLAR as u64;
    books.markets[1].waiting.insurance = 50 * DOLLAR as u64;
    books.group.fees = 7_000 * DOLLAR as u64;
    books.markets[0].waiting.fees = 7_000 * DOLLAR as u64;
    books.markets[1].waiting.venues[0].amount = 7_000 * DOLLAR as u64;
    assert_eq!(solvency(&books, &opinion).funds, 6_000 * USD);
    if let Some((_, tokens)) = &mut books.fund {
        *tokens = 1_000 * DOLLAR as u64;
    }
    assert_eq!(solvency(&books, &opinion).funds, 1_500 * USD);
    books.fund = None;
    assert_eq!(solvency(&books, &opinion).funds, 500 * USD);
}

#[test]
fn books_without_risk_have_no_index() {
    let mut scene = Scene::new();
    let (books, opinion) = (scene.books(), scene.opinion());
    let found = solvency(&books, &opinion);
    assert_eq!((found.worst, found.index), ((0, 0), None));
    assert_eq!(found.shortfalls, [0; 33]);
}

#[test]
fn who_cannot_be_weighed_is_told() {
    let (books, mut opinion) = small(&[leg(BTC, 1, COIN, 95_000)], [20_000, 30_000]);
    opinion.risks.retain(|risk| risk.market != BTC);
    let found = solvency(&books, &opinion);
    let why = "The risk of market 1 is not known.".to_owned();
    assert_eq!(found.unknown, [(books.accounts[0].0, why.clone()), (books.accounts[1].0, why)]);
    assert_eq!((found.liabilities, found.worst), (0, (0, 0)));
}
