//! Who comes first, and that what is known is never older than what was.

use crate::{
    scene::{world, Scene},
    stage::{bitcoin_exchange, done, perp, price, usd},
};
use ballast_keeper::liquidate::Intent;
use ballast_testkit::{rescue_rules, Trader, World};

/// Several who are long as much with less and less money, all short of maintenance margin.
fn crowd(world: &mut World) -> (Scene, Vec<Trader>) {
    let exchange = bitcoin_exchange(world, &[]);
    world.create_fund(&exchange, &rescue_rules());
    let ben = world.trader(&exchange, "ben", usd(900_000));
    let crowd: Vec<Trader> = [22_000, 20_000, 21_000]
        .into_iter()
        .enumerate()
        .map(|(place, money)| world.trader(&exchange, &format!("ann {place}"), usd(money)))
        .collect();
    for ann in &crowd {
        done(world.block(&exchange, ann, &ben, &[perp(100, usd(950))]));
    }
    for dollars in [92_000, 89_000, 86_000, 84_000, 82_000] {
        world.svm.pass(60);
        price(world, &exchange, dollars);
    }
    let all: Vec<&Trader> = crowd.iter().chain([&ben]).collect();
    let scene = Scene::new(world, exchange, &all, 500_000, &[]);
    (scene, crowd)
}

#[test]
fn the_worst_comes_first() {
    let mut world = world();
    let (scene, crowd) = crowd(&mut world);
    let at = |place: usize| crowd[place].account;
    let intents = scene.intents(&mut world);
    assert_eq!(intents, [Intent::Begin(at(1)), Intent::Begin(at(2)), Intent::Begin(at(0))]);
    assert_eq!(scene.round(&mut world), ["begin"; 3]);
    let intents = scene.intents(&mut world);
    assert_eq!(intents, [Intent::Drive(at(1)), Intent::Drive(at(2)), Intent::Drive(at(0))]);
    // An auction that is not known yet is looked for.
    let mut state = scene.see(&mut world);
    state.auctions.remove(&at(2));
    let intents = ballast_keeper::liquidate::decide(&state, &scene.kim.account);
    assert_eq!(intents, [Intent::Drive(at(1)), Intent::Find(at(2)), Intent::Drive(at(0))]);
}

#[test]
fn the_keepers_own_account_is_others_affair() {
    let mut world = world();
    let (scene, crowd) = crowd(&mut world);
    let state = scene.see(&mut world);
    let intents = ballast_keeper::liquidate::decide(&state, &crowd[1].account);
    assert!(intents.iter().all(|intent| *intent.account() != crowd[1].account));
    assert_eq!(intents.len(), 2);
}

#[test]
fn nothing_older_overwrites_what_is_newer() {
    let mut world = world();
    let (scene, crowd) = crowd(&mut world);
    let key = crowd[0].account;
    let early = world.svm.account(&key).expect("an account");
    let mut state = scene.see(&mut world);
    assert_eq!(scene.round(&mut world), ["begin"; 3]);
    let late = world.svm.account(&key).expect("an account");
    let auction = ballast_interface::seeds::find_auction(&key).0;
    let begun = world.svm.account(&auction).expect("an auction");
    assert!(state.take(5, &key, &late) && state.take(5, &auction, &begun));
    assert!(!state.take(4, &key, &early));
    assert!(state.held(&key).is_some_and(|held| held.state.liquidation_since != 0));
    assert!(!state.remove(4, &auction) && state.auctions.contains_key(&key));
    // Once it is released in a later slot, the auction is gone, though nobody says so.
    let released = early.clone();
    assert!(state.take(6, &key, &released) && !state.auctions.contains_key(&key));
    assert!(!state.take(5, &auction, &begun), "it does not come back");
    // What was not found in a snapshot of slot 7 is closed.
    let there = scene.accounts.iter().filter(|other| **other != key).copied().collect();
    state.retain(7, &there);
    assert!(state.held(&key).is_none());
    assert!(!state.take(6, &key, &late) && state.held(&key).is_none());
    assert!(state.take(8, &key, &late) && state.held(&key).is_some());
}
