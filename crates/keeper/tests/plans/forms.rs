//! Which plans have the group written, and which leave it to others where they can.

use crate::{
    bankrupt::{later, lenders, plan_of, scene},
    coins,
    limits::long,
    scene::{beside, holdings, world, Scene},
    stage::{price, usd},
};
use ballast_keeper::liquidate::Plan;
use ballast_testkit::World;
use std::collections::BTreeSet;

/// Whether an instruction of a plan writes the group.
fn writes(scene: &Scene, plan: &Plan) -> bool {
    let group = scene.exchange.group();
    plan.steps.iter().flat_map(|step| &step.accounts).any(|meta| meta.pubkey == group && meta.is_writable)
}

/// Rescues all, with prices of so many dollars, as the keeper does; tells which plans there were, and whether each was sent
/// as it is.
fn forms(scene: &Scene, world: &mut World, dollars: i64) -> BTreeSet<(&'static str, bool)> {
    let mut found = BTreeSet::new();
    price(world, &scene.exchange, dollars);
    for _ in 0..200 {
        let intents = scene.intents(world);
        if intents.is_empty() {
            return found;
        }
        let mut waits = true;
        for intent in intents {
            for plan in scene.plan(world, &intent).into_iter().flatten() {
                scene.deliver(world, &plan);
                found.insert((plan.name, plan.as_is));
                waits = false;
            }
        }
        if waits {
            later(scene, world, dollars, 60);
        }
    }
    panic!("the rescue does not end: {found:?}");
}

/// Lara has lost 190 dollars with each of 100 lots, and 1 000 of 20 000 are left. Wes with 60 lots comes before Ida with 40.
/// If what is lost were not counted, her auction would stand still at the end: it is more than an eighth of what she had.
#[test]
fn whom_closing_against_winners_restores_is_released_at_once() {
    let mut world = world();
    let (scene, [lara, ..]) = scene(&mut world, usd(1_000_000), 0, &[]);
    price(&mut world, &scene.exchange, 76_000);
    for left in [&[(1, 40)][..], &[]] {
        let plan = plan_of(&scene, &mut world, 76_000, "deleverage");
        assert!(plan.as_is && writes(&scene, &plan) && !writes(&scene, &beside(&plan)));
        scene.deliver(&mut world, &plan);
        assert_eq!(holdings(&mut world, &lara.account), left);
        assert_eq!(world.is_latched(&lara.account), !left.is_empty());
    }
    let account = world.margin_account(&lara.account);
    assert_eq!((account.cash, account.counted, account.uncounted), (usd(1_000), usd(1_000), 0));
}

/// Only the form that writes the group counts cash: the other is accepted, and leaves it beside.
#[test]
fn whose_cash_is_to_be_counted_has_it_counted() {
    let mut world = world();
    let (scene, [_, lou, ..]) = lenders(&mut world);
    price(&mut world, &scene.exchange, 50_000);
    let count = plan_of(&scene, &mut world, 50_000, "count");
    assert!(count.as_is && writes(&scene, &count) && !writes(&scene, &beside(&count)));
    let stands = |world: &mut World| world.margin_account(&lou.account).uncounted;
    scene.send(&mut world, &beside(&count));
    assert_eq!(stands(&mut world), usd(1_000));
    scene.deliver(&mut world, &count);
    assert_eq!(stands(&mut world), 0);
}

#[test]
fn all_other_plans_leave_the_group_to_others() {
    let mut found = BTreeSet::new();
    let mut world_of =
        |tell: fn(&mut World) -> BTreeSet<(&'static str, bool)>| found.extend(tell(&mut world()));
    world_of(|world| {
        let (scene, _) = long(world, 100_000, &[]);
        forms(&scene, world, 82_000)
    });
    world_of(|world| {
        let (scene, ..) = coins::scene(world, 73_000, &[]);
        forms(&scene, world, 85_000)
    });
    world_of(|world| {
        let (scene, _) = lenders(world);
        forms(&scene, world, 50_000)
    });
    world_of(|world| {
        let (scene, _) = scene(world, usd(5_000), 500_000, &[("last_resort", "0")]);
        forms(&scene, world, 60_000)
    });
    world_of(|world| {
        let (scene, _) = scene(world, usd(1_000_000), 0, &[]);
        forms(&scene, world, 60_000)
    });
    let written = ["count", "deleverage"].map(|name| (name, true));
    let left = ["begin", "end", "liquidate", "realise", "resolve", "swap", "sweep"].map(|name| (name, false));
    assert_eq!(found, written.into_iter().chain(left).collect());
}
