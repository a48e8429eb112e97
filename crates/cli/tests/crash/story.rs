//! The story: a crash, a killed keeper, a node that goes away, a websocket that falls silent, blockhashes that run out.

use crate::{arena::Arena, keepers::KeeperProcess};
use anchor_lang::prelude::Pubkey;
use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

/// Lets the world go on until nobody is below maintenance margin, or a time is over; says how long it took.
fn until_resolved(arena: &mut Arena, most: Duration, what: &str) -> Duration {
    let begun = Instant::now();
    loop {
        arena.republish();
        thread::sleep(Duration::from_millis(700));
        let left = arena.unresolved();
        if left.is_empty() {
            println!("{what}: everybody is out after {:.1} s", begun.elapsed().as_secs_f32());
            return begun.elapsed();
        }
        assert!(begun.elapsed() < most, "{what}: {} are left: {left:?}", left.len());
    }
}

/// Waits until keepers have taken the published prices over.
fn until_refreshed(arena: &mut Arena, level: i64) {
    let begun = Instant::now();
    let expected = 95_000 * 100_000_000 * level as u64;
    loop {
        let group = arena.small.exchange.group();
        let risk = arena.small.world.market_risk(&group, ballast_testkit::BTC);
        if risk.price.index == expected {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "no keeper took the price over");
        arena.republish();
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_crash_is_survived_by_all_with_everything_going_wrong() {
    let mut arena = Arena::new();
    arena.stretch();
    arena.publish([100; 3]);
    arena.post_surfaces();
    let (url, group) = (arena.node.rpc_url(), arena.small.exchange.group().to_string());
    let (first, first_key) = arena.keeper("first keeper");
    let (second, second_key) = arena.keeper("second keeper");
    let start = |key: &std::path::Path, name: &str| {
        let mut keeper = KeeperProcess::start(&url, &group, key, name);
        keeper.wait_ready();
        keeper
    };
    let mut one = start(&first_key, "first");
    let two = start(&second_key, "second");
    let mut ever_below: BTreeSet<Pubkey> = BTreeSet::new();
    assert!(arena.unresolved().is_empty(), "calm before the storm");

    // A crash, and the first keeper dies in the midst of it.
    arena.publish([93, 93, 95]);
    until_refreshed(&mut arena, 93);
    ever_below.extend(arena.unresolved());
    let begun = Instant::now();
    while arena.histories().0.values().filter(|history| history.ended > 0).count() < 10 {
        ever_below.extend(arena.unresolved());
        assert!(begun.elapsed() < Duration::from_secs(60), "nobody liquidates");
    }
    one.kill();
    arena.node.handle().faults().expire_blockhashes();
    thread::sleep(Duration::from_secs(2));
    one = start(&first_key, "first");
    until_resolved(&mut arena, Duration::from_secs(120), "the crash");

    // It goes on while the node is away for half a minute.
    let handle = arena.node.handle();
    handle.faults().drop_rpc(true);
    arena.publish([90, 89, 93]);
    thread::sleep(Duration::from_secs(30));
    handle.faults().drop_rpc(false);
    arena.republish();
    until_refreshed(&mut arena, 90);
    ever_below.extend(arena.unresolved());
    until_resolved(&mut arena, Duration::from_secs(120), "with a node that was away");

    // The websocket says nothing more, though it stands.
    handle.faults().silence_websocket(true);
    thread::sleep(Duration::from_secs(1));
    arena.publish([87, 86, 92]);
    until_refreshed(&mut arena, 87);
    ever_below.extend(arena.unresolved());
    handle.faults().expire_blockhashes();
    until_resolved(&mut arena, Duration::from_secs(120), "with a silent websocket");
    handle.faults().silence_websocket(false);

    // Nobody was lost, nothing was done twice.
    let (histories, failed) = arena.histories();
    let takings: usize = histories.values().map(|history| history.takings.len()).sum();
    println!(
        "{} of {} accounts were rescued by {takings} takings; {failed} transactions failed on chain",
        histories.len(),
        arena.traders.len()
    );
    assert!(ever_below.len() >= 60, "a crash that hurts: {}", ever_below.len());
    let accounts = arena.accounts();
    assert_eq!(accounts.len(), arena.traders.len() + arena.makers.len() + 2, "every account is there");
    for account in &ever_below {
        let history = histories.get(account).unwrap_or_else(|| panic!("{account} was missed"));
        assert!(history.begun > 0 && history.begun == history.ended, "{account}: {history:?}");
    }
    let mut partial = 0;
    let small = i128::from(ballast_testkit::rescue_rules().small) * 10_000;
    for (account, history) in &histories {
        assert!(history.takers.iter().all(|taker| [first.account, second.account].contains(taker)));
        // A rescue ends with the taking that restores the account; nothing is taken of it afterwards.
        let restored = history.takings.iter().filter(|(_, restores)| *restores).count();
        assert!(restored <= history.ended, "{account}: {history:?}");
        // Small accounts are closed whole, by the fund's rules; nobody else is.
        if accounts[account].legs[0].market == 0 {
            assert!(history.maintenance <= small, "{account} was closed whole: {history:?}");
        } else {
            partial += 1;
        }
    }
    println!("{partial} of them keep positions");
    assert!(partial >= histories.len() * 9 / 10);
    let sums = arena.sums();
    assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
    let took = |account: Pubkey| histories.values().any(|history| history.takers.contains(&account));
    assert!(took(first.account) && took(second.account), "both competed");
    for keeper in [&first, &second] {
        assert!(arena.health(&keeper.account) > 0, "keepers stand");
    }

    for (keeper, name) in [(one, "first"), (two, "second")] {
        let (status, page) = keeper.ask("/metrics").expect("an answer");
        assert_eq!(status, 200);
        assert!(
            page.lines().any(|line| line.starts_with("ballast_keeper_") && !line.starts_with('#')),
            "{page}"
        );
        assert!(keeper.stop().success(), "{name} stops in good order");
    }
}
