//! Fees of trades that leave group or venue unwritten: where they wait, where there is no place for them, and who gets them.

#![cfg(test)]

use crate::{
    stage::{done, perp, refused, spot, usd},
    unwritten_scene::{written, Filled, Form, UnwrittenScene, ALICE, BOB, READ},
};
use ballast_interface::{
    account::{AccountError::FeesUnplaced, CreateMarketArgs},
    risk::CreateMarketRiskArgs,
};
use ballast_testkit::{
    account_program, market_terms, risk_program, rules, Arch, Failure, Instruction, Lite, Outcome, Signer,
    World, BTC, ETH,
};

/// A fifth of a dollar, as the nearest share in 2^-40 below has it, and the rest.
const GROUPS: u64 = 199_999;
const VENUES: u64 = 800_001;

/// Writes the group, and not the venue.
fn venue_read(mut instruction: Instruction) -> Instruction {
    instruction.accounts[1].is_writable = false;
    instruction
}

/// Writes the venue, and not the group.
fn group_read(mut instruction: Instruction) -> Instruction {
    instruction.accounts[0].is_writable = false;
    instruction
}

fn scene(arch: Arch) -> (World, UnwrittenScene) {
    let mut world = World::new(Lite::new(arch));
    let scene = UnwrittenScene::new(&mut world, [100_000; 3]);
    for venue in [2, 3, 4] {
        scene.add_venue(&mut world, venue);
    }
    (world, scene)
}

/// Alice buys a lot of the perp from Bob at a venue, and pays so much.
fn fill(
    scene: &mut UnwrittenScene,
    world: &mut World,
    form: Form,
    (venue, fee): (u16, u64),
) -> Result<Outcome, Failure> {
    let leg = perp(1, usd(950));
    scene.fill(world, form, &Filled { venue, sides: [ALICE, BOB], leg, fees: [fee, 0], markets: &[BTC] })
}

#[test]
fn fees_of_three_venues_wait_in_a_market_and_no_fourths() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        for venue in [1, 2, 3, 2] {
            done(fill(scene, world, READ, (venue, 1_000_000)));
        }
        let full = [(1, VENUES), (2, 2 * VENUES), (3, VENUES)];
        assert_eq!(scene.waiting(world), (4 * GROUPS, 0, full));
        scene.assert_sums(world);
        refused(fill(scene, world, READ, (4, 1_000_000)), FeesUnplaced);
        refused(fill(scene, world, venue_read, (4, 1_000_000)), FeesUnplaced);
        refused(fill(scene, world, group_read, (4, 1_000_000)), FeesUnplaced);

        // Of one unit the group's fifth is nothing, and the venue's is the unit; without a fee there is nothing to place.
        refused(fill(scene, world, READ, (4, 1)), FeesUnplaced);
        done(fill(scene, world, READ, (4, 0)));
        assert_eq!(scene.waiting(world), (4 * GROUPS, 0, full));

        done(fill(scene, world, written, (4, 1_000_000)));
        assert_eq!(scene.waiting(world), (4 * GROUPS, 0, full));
        assert_eq!((scene.venue(world, 4).fees, scene.state(world).venue_fees), (VENUES, VENUES));
        assert_eq!(scene.state(world).fees, GROUPS);
        scene.assert_sums(world);

        // Once a venue's are collected, its row is free for another's.
        assert_eq!(scene.collect(world, 2, "the second venue's", &[BTC]), 2 * VENUES);
        assert_eq!(scene.waiting(world).2, [(1, VENUES), (0, 0), (3, VENUES)]);
        done(fill(scene, world, READ, (4, 1_000_000)));
        assert_eq!(scene.waiting(world), (5 * GROUPS, 0, [(1, VENUES), (4, VENUES), (3, VENUES)]));
        scene.assert_sums(world);

        // What waits and what does not is collected at once, and only of the venue that is asked for.
        assert_eq!(scene.collect(world, 4, "the fourth venue's", &[BTC]), 2 * VENUES);
        assert_eq!(scene.state(world).venue_fees, 0);
        assert_eq!(scene.collect(world, 0, "the group's", &[BTC]), 6 * GROUPS);
        assert_eq!(scene.waiting(world), (0, 0, [(1, VENUES), (0, 0), (3, VENUES)]));
        scene.assert_sums(world);
    }
}

#[test]
fn what_waits_in_a_market_that_is_not_given_goes_on_waiting() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        done(fill(scene, world, READ, (1, 1_000_000)));
        scene.collect_nothing(world, 0, "without the market, the group's", &[]);
        scene.collect_nothing(world, 1, "without the market, the venue's", &[]);
        scene.collect_nothing(world, 2, "another venue's", &[BTC]);
        done(fill(scene, world, written, (1, 1_000_000)));
        assert_eq!(scene.collect(world, 0, "the group's of one", &[]), GROUPS);
        assert_eq!(scene.collect(world, 1, "the venue's of one", &[]), VENUES);
        assert_eq!(scene.waiting(world), (GROUPS, 0, [(1, VENUES), (0, 0), (0, 0)]));
        scene.assert_sums(world);
        assert_eq!(scene.collect(world, 0, "the group's of the other", &[BTC]), GROUPS);
        assert_eq!(scene.collect(world, 1, "the venue's of the other", &[BTC]), VENUES);
        scene.assert_sums(world);
    }
}

/// Alice buys a coin's hundredth from Bob, with or without a market in which fees could wait.
#[test]
fn tokens_trade_unwritten_only_with_a_market_for_the_fees() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        let of = |markets: &'static [u16], fee| {
            let leg = spot(1, usd(950));
            Filled { venue: 1, sides: [ALICE, BOB], leg, fees: [fee, 0], markets }
        };
        refused(scene.fill(world, READ, &of(&[], 1_000_000)), FeesUnplaced);
        refused(scene.fill(world, venue_read, &of(&[], 1_000_000)), FeesUnplaced);
        refused(scene.fill(world, group_read, &of(&[], 1_000_000)), FeesUnplaced);
        done(scene.fill(world, READ, &of(&[], 0)));
        assert_eq!(scene.cash(world, ALICE), [usd(99_050), usd(100_000), usd(-950)]);
        assert_eq!(scene.cash(world, BOB), [usd(100_950), usd(100_000), usd(950)]);
        done(scene.fill(world, READ, &of(&[BTC], 1_000_000)));
        assert_eq!(scene.cash(world, ALICE), [usd(98_099), usd(100_000), usd(-1_901)]);
        assert_eq!(scene.waiting(world), (GROUPS, 0, [(1, VENUES), (0, 0), (0, 0)]));
        scene.assert_sums(world);
        done(scene.fill(world, written, &of(&[], 1_000_000)));
        assert_eq!(scene.cash(world, ALICE), [usd(97_148), usd(97_148), 0]);
        assert_eq!((scene.state(world).fees, scene.venue(world, 1).fees), (GROUPS, VENUES));
        scene.assert_sums(world);
    }
}

#[test]
fn where_the_group_alone_is_written_the_venues_part_waits_and_is_known() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        let venue = scene.shared(world).pop().expect("the venue");
        done(fill(scene, world, venue_read, (1, 1_000_000)));
        assert_eq!(scene.cash(world, ALICE), [usd(99_999), usd(99_999), 0]);
        assert_eq!(scene.waiting(world), (0, 0, [(1, VENUES), (0, 0), (0, 0)]));
        let group = scene.state(world);
        assert_eq!((group.fees, group.venue_fees, group.uncounted), (GROUPS, 0, VENUES as i64));
        assert_eq!(scene.shared(world).pop(), Some(venue), "the venue has changed");
        scene.assert_sums(world);
        assert_eq!(scene.collect(world, 1, "the venue's", &[BTC]), VENUES);
        assert_eq!(scene.state(world).uncounted, 0);
        scene.assert_sums(world);
    }
}

#[test]
fn where_the_venue_alone_is_written_all_of_it_waits() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        scene.unshared(world, |scene, world| fill(scene, world, group_read, (1, 1_000_000)));
        assert_eq!(scene.waiting(world), (GROUPS, 0, [(1, VENUES), (0, 0), (0, 0)]));
        assert_eq!(scene.cash(world, ALICE), [usd(99_999), usd(100_000), usd(-1)]);
    }
}

/// Fees wait in the first market that is given, whatever is traded.
#[test]
fn fees_wait_in_the_first_market() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        let authority = scene.exchange.risk.authority.insecure_clone();
        let (group, key) = (scene.group(), authority.pubkey());
        let args = CreateMarketRiskArgs { market: ETH, rules: rules(&group, ETH) };
        let risk = risk_program::create_market_risk(&group, &key, &key, &args);
        let args = CreateMarketArgs { market: ETH, terms: market_terms() };
        let market = account_program::create_market(&group, &key, &key, &args);
        assert_eq!(scene.state(world).market_count, 1);
        done(world.svm.send(&[risk, market], &[&authority]));
        assert_eq!(scene.state(world).market_count, 2);
        let leg = spot(1, usd(950));
        let both = |markets| Filled { venue: 1, sides: [ALICE, BOB], leg, fees: [1_000_000, 0], markets };
        done(scene.fill(world, READ, &both(&[BTC, ETH])));
        assert_eq!(scene.waiting(world), (GROUPS, 0, [(1, VENUES), (0, 0), (0, 0)]));
        assert_eq!(world.market(&group, ETH).waiting, Default::default());
        scene.assert_sums(world);
        done(scene.fill(world, READ, &both(&[ETH])));
        assert_eq!(scene.waiting(world), (GROUPS, 0, [(1, VENUES), (0, 0), (0, 0)]));
        let waiting = world.market(&group, ETH).waiting;
        assert_eq!((waiting.fees, waiting.venues[0].venue, waiting.venues[0].amount), (GROUPS, 1, VENUES));
        assert_eq!(scene.collect(world, 0, "the group's of both", &[BTC, ETH]), 2 * GROUPS);
        assert_eq!(scene.collect(world, 1, "the venue's of both", &[BTC, ETH]), 2 * VENUES);
        scene.assert_sums(world);
    }
}
