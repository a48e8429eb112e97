//! Auctions that stand still, because a taking restored an account whose cash the group has yet to count.

use crate::{
    bankrupt,
    limits::long,
    scene::{beside, holdings, world, Scene},
    stage::{done, price, usd},
};
use ballast_interface::{
    ids,
    liquidation::{
        instructions::tags::{COLLECT_INSURANCE, END, LIQUIDATE},
        Auction, LiquidationError,
    },
    risk::{instructions::refresh_price, FeedState},
    seeds,
};
use ballast_keeper::liquidate::{Intent, Plan, Why};
use ballast_testkit::{limit, price_account, PriceUpdate, Trader, World, BTC};

/// Kim restores Ann's account at 82 000 dollars in the form that leaves the group unwritten. Ann had 20 000 dollars counted,
/// of which an eighth may stand beside, 2 500: of 100 lots that lost 130 dollars each, 20 taken over are too many for that.
fn idle(world: &mut World) -> (Scene, Trader) {
    let (scene, ann) = long(world, 100_000, &[]);
    let taking = next(&scene, world).expect("a plan").remove(0);
    assert_eq!(taking.name, "liquidate");
    scene.deliver(world, &taking);
    assert!(holdings(world, &scene.kim.account)[0].1 >= 20);
    assert_eq!((world.auction(&ann.account).idle, world.is_latched(&ann.account)), (1, true));
    assert!(scene.is_restored(world, &ann.account));
    (scene, ann)
}

/// Plans for the only account that something is due about.
fn next(scene: &Scene, world: &mut World) -> Result<Vec<Plan>, Why> {
    let intents = scene.intents(world);
    assert!(matches!(intents[..], [Intent::Drive(_)]), "{intents:?}");
    scene.plan(world, &intents[0])
}

/// Plans as if the auction stood still or not.
fn next_if(idle: u8, scene: &Scene, world: &mut World, account: &Trader) -> Result<Vec<Plan>, Why> {
    let (auction, place) = (world.auction(&account.account), seeds::find_auction(&account.account).0);
    world.overwrite(&place, &Auction { idle, ..auction });
    let plans = next(scene, world);
    world.overwrite(&place, &auction);
    plans
}

/// Refuses anything but one plan of one instruction, of the liquidation program's.
#[track_caller]
fn only(plans: Result<Vec<Plan>, Why>, name: &str, tag: [u8; 8]) -> Plan {
    let plans = plans.expect("a plan");
    let [plan] = &plans[..] else { panic!("{plans:?}") };
    assert_eq!(plan.name, name);
    let last = plan.steps.last().expect("a step");
    assert_eq!((last.program_id, &last.data[..8]), (ids::LIQUIDATION, &tag[..]));
    plan.clone()
}

/// The same of an `end`, with nothing before it, that takes nothing and waits for nobody.
#[track_caller]
fn only_end(plans: Result<Vec<Plan>, Why>) -> Plan {
    let plan = only(plans, "end", END);
    assert_eq!(plan.steps.len(), 1);
    assert!(plan.quote.is_none() && plan.getting.is_none() && plan.realises.is_none() && !plan.as_is);
    plan
}

/// A minute later there is a price at which an account is below its target, and below maintenance margin or not. The next
/// plan is to end its auction; one that runs goes on, by the taking that is returned.
fn below_target(scene: &Scene, world: &mut World, ann: &Trader, dollars: i64, short: bool) -> Plan {
    bankrupt::later(scene, world, dollars, 60);
    let state = scene.see(world);
    let standing = state.scanner.standing(&ann.account).expect("known").clone().expect("weighed");
    assert_eq!(standing.health < 0, short, "{standing:?}");
    assert!(!scene.is_restored(world, &ann.account));
    only_end(next_if(1, scene, world, ann));
    let taking = only(next_if(0, scene, world, ann), "liquidate", LIQUIDATE);
    assert!(taking.quote.is_some() && taking.getting.is_some());
    taking
}

#[test]
fn who_was_restored_and_has_maintenance_margin_is_released_and_nothing_more_taken() {
    let mut world = world();
    let (scene, ann) = idle(&mut world);
    let taking = below_target(&scene, &mut world, &ann, 81_000, false);
    let held = holdings(&mut world, &ann.account);
    for taking in [beside(&taking), taking] {
        let steps = [&[limit()][..], &taking.steps].concat();
        let sent = world.svm.send(&steps, &[&scene.kim.key]).expect_err("refused");
        assert_eq!(sent.code(), Some(u32::from(LiquidationError::Healthy)), "{sent:#?}");
    }
    let end = only_end(next(&scene, &mut world));
    scene.deliver(&mut world, &end);
    assert!(!world.is_latched(&ann.account));
    assert_eq!(holdings(&mut world, &ann.account), held);
    let account = world.margin_account(&ann.account);
    assert_eq!((account.counted, account.uncounted), (account.cash, 0));
    assert!(scene.intents(&mut world).is_empty());
}

#[test]
fn an_auction_that_stands_still_is_started_before_anything_is_taken() {
    let mut world = world();
    let (scene, ann) = idle(&mut world);
    let began = world.auction(&ann.account).began_at;
    below_target(&scene, &mut world, &ann, 81_000, false);
    below_target(&scene, &mut world, &ann, 78_000, true);
    let end = only_end(next(&scene, &mut world));
    let held = holdings(&mut world, &ann.account);
    scene.deliver(&mut world, &end);
    let (auction, now) = (world.auction(&ann.account), world.svm.now());
    assert!(now >= began + 120);
    assert_eq!((auction.idle, auction.began_at, world.is_latched(&ann.account)), (0, now, true));
    assert_eq!(holdings(&mut world, &ann.account), held);
    // From now on it runs.
    let taking = only(next(&scene, &mut world), "liquidate", LIQUIDATE);
    scene.deliver(&mut world, &taking);
    assert!(holdings(&mut world, &ann.account)[0].1 < held[0].1);
}

#[test]
fn who_is_still_at_its_target_is_released_instead() {
    let mut world = world();
    let (scene, ann) = idle(&mut world);
    let end = only_end(next(&scene, &mut world));
    scene.deliver(&mut world, &end);
    assert!(!world.is_latched(&ann.account));
    let account = world.margin_account(&ann.account);
    assert_eq!((account.counted, account.uncounted), (account.cash, 0));
}

#[test]
fn what_stands_still_is_not_started_by_prices_that_permit_nothing() {
    let mut world = world();
    let (scene, ann) = idle(&mut world);
    world.svm.pass(60);
    // A tenth either way; a liquidation waits for 120 seconds, so that the feed becomes narrow again.
    let update = world.price_update(BTC, 78_000_00000000);
    let wide = PriceUpdate { interval: 7_800_00000000, ..update };
    let group = scene.exchange.group();
    let address = price_account(&group, BTC);
    world.publish(&address, &wide);
    done(world.svm.send(&[refresh_price(&group, BTC, &address)], &[]));
    let waits = |world: &mut World| {
        let (risk, now) = (world.market_risk(&group, BTC), world.svm.now());
        assert_eq!(risk.price.state(&risk.rules, now).0, FeedState::Wide);
        assert!(!scene.is_restored(world, &ann.account));
        for idle in [1, 0] {
            let why = next_if(idle, &scene, world, &ann).expect_err("nothing is permitted");
            assert!(matches!(&why, Why::Waits(why) if why.contains("feeds do not permit")), "{why}");
        }
    };
    waits(&mut world);
    world.svm.pass(119);
    waits(&mut world);
    world.svm.pass(1);
    only_end(next(&scene, &mut world));
}

#[test]
fn what_stands_still_is_started_before_a_loss_goes_down_the_waterfall() {
    let mut world = world();
    let (scene, [lara, ..]) = bankrupt::scene(&mut world, usd(1_000_000), 0, &[]);
    price(&mut world, &scene.exchange, 60_000);
    let sweep = bankrupt::plan_of(&scene, &mut world, 60_000, "sweep");
    assert_eq!(sweep.account, lara.account);
    assert_eq!(world.auction(&lara.account).idle, 0);
    only(next_if(0, &scene, &mut world, &lara), "sweep", COLLECT_INSURANCE);
    only_end(next_if(1, &scene, &mut world, &lara));
    // Nor does the next hop, once the fees are in.
    scene.deliver(&mut world, &sweep);
    assert_eq!(next(&scene, &mut world).expect("a plan")[0].name, "resolve");
    only_end(next_if(1, &scene, &mut world, &lara));
}
