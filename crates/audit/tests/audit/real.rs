//! Books of a real exchange, as trades, time and a rescue leave them.

use crate::scene::{leg, Scene, COIN, MARKETS};
use ballast_audit::{audit, solvency::Scale, Books, Places};
use ballast_interface::account::instructions::{self as account_program, Numbers};
use ballast_testkit::{limit, Signer, BTC};

fn holds(books: &Books) {
    for residual in audit(books) {
        assert!(residual.holds(), "{residual}");
    }
}

#[test]
fn accounts_are_weighed_as_on_chain() {
    // Each in a world of its own: whoever is brought up to date first changes what the pool can pay the other.
    for first in [true, false] {
        let mut scene = Scene::traded();
        // A mark of a hundredth above the index is paid for by the one who is long.
        let (group, operator) = (scene.exchange.group(), scene.exchange.operator.pubkey());
        let mark = account_program::post_mark(&group, BTC, 1, &operator, 959_500_000);
        scene.world.svm.send(&[mark], &[&scene.exchange.operator]).expect("the mark is posted");
        scene.world.svm.pass(1_500);
        scene.publish(94_000);
        let (books, opinion) = (scene.books(), scene.opinion());
        holds(&books);
        let account = if first { scene.alice.account } else { scene.bob.account };
        let (_, held) = books.accounts.iter().find(|(key, _)| *key == account).expect("the account");
        let standing = Scale::new(&books, &opinion).weigh(held).expect("a standing");

        let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
        let refresh = account_program::refresh_account(&group, &account, &numbers);
        scene.world.svm.send(&[limit(), refresh], &[]).expect("the account is brought up to date");
        let report = scene.world.assess(&scene.exchange.risk, &account, &[BTC]);
        let numbers = [report.value, report.initial, report.maintenance].map(|number| number.get());
        assert_eq!([standing.value, standing.initial, standing.maintenance], numbers);
        // The worst row is in the ladder, as the report's loss of the only market.
        let [case, row] = report.markets[0].worst;
        assert_eq!(case, 1, "a row is the worst case");
        assert_eq!(standing.ladder[usize::from(row)], -report.markets[0].scan.get());
        assert_eq!(standing.ladder.iter().min(), Some(&standing.ladder[usize::from(row)]));
        holds(&scene.books());
    }
}

#[test]
fn a_rescue_has_an_auction() {
    let mut scene = Scene::new();
    scene.trade(&[leg(BTC, 1, -5 * COIN, 95_000)]);
    let (exchange, bob) = (&scene.exchange, scene.bob.account);
    scene.world.set_price(&exchange.risk, BTC, 87_000 * 100_000_000);
    scene.world.begin(exchange, &bob).expect("bob falls short");
    let books = scene.books();
    assert_eq!(books.auctions.len(), 1);
    holds(&books);
}

#[test]
fn what_is_not_there_is_named() {
    let mut scene = Scene::new();
    let (group, now) = (scene.exchange.group(), scene.world.svm.now());
    let places = Places::new(&group, &[9], &[], &[]);
    let missing = Books::read(&places, now, |key| scene.fetch(key)).err().expect("no market 9");
    assert_eq!(missing.what, "market");
    // A market in an account's place.
    let market = ballast_interface::seeds::find_market(&group, BTC).0;
    let places = Places::new(&group, &MARKETS, &[market], &[]);
    let missing = Books::read(&places, now, |key| scene.fetch(key)).err().expect("no account");
    assert_eq!(missing.to_string(), format!("There is no margin account that can be read at {market}."));
    // Accounts that were closed are none, and one that came later can be added.
    let mut places = Places::new(&group, &MARKETS, &[group_of_nobody()], &[]);
    places.add(&scene.bob.account);
    let books = Books::read(&places, now, |key| scene.fetch(key)).expect("books");
    assert_eq!(books.accounts.len(), 1);
}

fn group_of_nobody() -> anchor_lang::prelude::Pubkey {
    ballast_interface::seeds::find_group(&Default::default(), 77).0
}
