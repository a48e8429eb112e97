//! Feeds grow stale, wide, far and unusable, and an account is assessed all the same.

use anchor_lang::prelude::Pubkey;
use ballast_interface::risk::{Assessment, Preset};
use ballast_testkit::{dollars, price_account, risk_program, slice, RiskSpec, World, BTC, ETH};

ballast_testkit::on_every_svm!(
    a_stale_feed_turns_offsets_off,
    a_wide_feed_waits_for_its_grace,
    a_price_far_from_its_average_waits_out_the_pause,
    an_unusable_feed_permits_reducing_alone,
    a_doubtful_token_is_worth_what_it_is_worth_at_worst,
    a_stale_surface_counts_as_a_stale_feed,
    a_token_in_doubt_cannot_stop_a_liquidation,
    what_cannot_be_margined_counts_for_nothing,
    a_group_that_follows_another_program_is_not_assessed,
);

/// One bit for each action: increase, deposit, reduce, liquidate, accrue.
const ALL: u8 = 0b11111;
const WITHOUT_GROWTH: u8 = 0b01110;
const NO_LIQUIDATION: u8 = 0b00110;
const REDUCE: u8 = 0b00100;

struct Scene {
    spec: RiskSpec,
    account: Pubkey,
}

/// Long one BTC, short 28 ETH: about the same value, which hedges in part.
fn scene(world: &mut World) -> Scene {
    let spec = world.create_risk(Preset::Ballast, &[BTC, ETH]);
    prices(world, &spec);
    let alice = world.person("alice");
    let account = world.open_with_book(&spec, &alice, 0, |account| {
        account.cash = 60_000_000_000;
        for (place, (market, quantity, value)) in
            [(BTC, 100, 95_000), (ETH, -2_800, -95_200)].into_iter().enumerate()
        {
            let leg = &mut account.legs[place];
            (leg.market, leg.kind, leg.quantity, leg.entry_value) = (market, 1, quantity, value * 1_000_000);
            (account.markets[place].market, account.markets[place].legs) = (market, 1);
        }
    });
    Scene { spec, account }
}

fn prices(world: &mut World, spec: &RiskSpec) {
    world.set_price(spec, BTC, 95_000_00000000);
    world.set_price(spec, ETH, 3_400_00000000);
}

impl Scene {
    fn ask(&self, world: &mut World) -> Assessment {
        world.assess(&self.spec, &self.account, &[BTC, ETH])
    }

    /// A price of BTC with an interval and an average of its own, all in 10^-8 dollars.
    fn btc(&self, world: &mut World, price: i64, interval: u64, average: i64) {
        let update = ballast_testkit::PriceUpdate { interval, average, ..world.price_update(BTC, price) };
        let address = price_account(&self.spec.group, BTC);
        world.publish(&address, &update);
        let refresh = risk_program::refresh_price(&self.spec.group, BTC, &address);
        world.svm.send(&[refresh], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
        world.set_price(&self.spec, ETH, 3_400_00000000);
    }
}

fn states(report: &Assessment) -> [u8; 2] {
    [report.markets[0].state, report.markets[1].state]
}

/// The case is 7, the sum: nothing offsets anything.
fn assert_offsets_off(report: &Assessment, good: &Assessment) {
    assert_eq!((report.offsets_off, report.worst), (1, [7, 0]));
    let sum = report.markets[0].scan.get() + report.markets[1].scan.get();
    assert!((report.parts.scan.get() - sum).abs() <= 2, "{} for {sum}", report.parts.scan.get());
    assert!(report.maintenance.get() > good.maintenance.get());
}

fn a_stale_feed_turns_offsets_off(world: &mut World) {
    let scene = scene(world);
    let good = scene.ask(world);
    assert_eq!((states(&good), good.permitted, good.offsets_off), ([0, 0], ALL, 0));
    world.svm.pass(60);
    assert_eq!(states(&scene.ask(world)), [0, 0]);
    world.svm.pass(1);
    let stale = scene.ask(world);
    assert_eq!((states(&stale), stale.permitted), ([1, 1], WITHOUT_GROWTH));
    assert_offsets_off(&stale, &good);
    // One feed is enough.
    world.set_price(&scene.spec, BTC, 95_000_00000000);
    let half = scene.ask(world);
    assert_eq!((states(&half), half.permitted), ([0, 1], WITHOUT_GROWTH));
    assert_eq!([half.markets[0].permitted, half.markets[1].permitted], [ALL, WITHOUT_GROWTH]);
    assert_offsets_off(&half, &good);
    prices(world, &scene.spec);
    let again = scene.ask(world);
    assert_eq!((states(&again), again.permitted, again.offsets_off), ([0, 0], ALL, 0));
}

fn a_wide_feed_waits_for_its_grace(world: &mut World) {
    let scene = scene(world);
    let good = scene.ask(world);
    // Two per cent is good still; the market's bound is .02 of the price.
    scene.btc(world, 95_000_00000000, 1_900_00000000, 95_000_00000000);
    assert_eq!(states(&scene.ask(world)), [0, 0]);
    scene.btc(world, 95_000_00000000, 1_900_10000000, 95_000_00000000);
    let wide = scene.ask(world);
    assert_eq!((states(&wide), wide.permitted), ([2, 0], NO_LIQUIDATION));
    assert_offsets_off(&wide, &good);
    // The interval is charged on the net position: two per cent of it.
    assert!(wide.parts.interval.get() > 1_900 * 10_000_000_000);
    world.svm.pass(50);
    scene.btc(world, 95_000_00000000, 1_900_10000000, 95_000_00000000);
    world.svm.pass(50);
    scene.btc(world, 95_000_00000000, 1_900_10000000, 95_000_00000000);
    world.svm.pass(19);
    assert_eq!(scene.ask(world).permitted, NO_LIQUIDATION);
    world.svm.pass(1);
    assert_eq!(scene.ask(world).permitted, WITHOUT_GROWTH);
    prices(world, &scene.spec);
    assert_eq!(scene.ask(world).permitted, ALL);
}

fn a_price_far_from_its_average_waits_out_the_pause(world: &mut World) {
    let scene = scene(world);
    let good = scene.ask(world);
    // The band is a tenth of the average.
    scene.btc(world, 90_000_00000000, 90_00000000, 100_000_00000000);
    assert_eq!(states(&scene.ask(world)), [0, 0]);
    scene.btc(world, 89_999_00000000, 90_00000000, 100_000_00000000);
    let far = scene.ask(world);
    assert_eq!((states(&far), far.permitted), ([3, 0], NO_LIQUIDATION));
    assert_offsets_off(&far, &good);
    for _ in 0..11 {
        world.svm.pass(50);
        scene.btc(world, 89_999_00000000, 90_00000000, 100_000_00000000);
    }
    world.svm.pass(49);
    assert_eq!(scene.ask(world).permitted, NO_LIQUIDATION);
    world.svm.pass(1);
    // Ten minutes are over.
    assert_eq!(scene.ask(world).permitted, WITHOUT_GROWTH);
    prices(world, &scene.spec);
    assert_eq!(scene.ask(world).permitted, ALL);
}

fn an_unusable_feed_permits_reducing_alone(world: &mut World) {
    let scene = scene(world);
    let good = scene.ask(world);
    scene.btc(world, -1, 0, 95_000_00000000);
    let unusable = scene.ask(world);
    assert_eq!((states(&unusable), unusable.permitted), ([4, 0], REDUCE));
    assert_offsets_off(&unusable, &good);
    prices(world, &scene.spec);
    assert_eq!(scene.ask(world).permitted, ALL);
}

/// Ten BTC as collateral: 950 000 dollars, and two per cent less as soon as the price is stale.
fn a_doubtful_token_is_worth_what_it_is_worth_at_worst(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    world.set_price(&spec, BTC, 95_000_00000000);
    let alice = world.person("alice");
    let account = world.open_with_book(&spec, &alice, 0, |account| {
        let token = &mut account.collateral[0];
        (token.bank, token.market, token.amount) = (1, BTC, 1_000_000_000);
    });
    let ask = |world: &mut World| world.assess(&spec, &account, &[BTC]);
    assert_eq!(ask(world).value.get(), 950_000 * 10_000_000_000);
    world.svm.pass(61);
    let stale = ask(world).value.get() as f64 / 1e10;
    assert!((stale - 931_000.0).abs() < 0.001, "{stale}");
}

fn a_stale_surface_counts_as_a_stale_feed(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    world.set_price(&spec, BTC, 95_000_00000000);
    let now = world.svm.now();
    let dates = [10, 20].map(|days| slice(now, days * 86_400, dollars(95_000), 0.6));
    world.set_surface(&spec, BTC, &dates);
    let alice = world.person("alice");
    let account = world.open_with_book(&spec, &alice, 0, |account| {
        account.cash = 60_000_000_000;
        let leg = &mut account.legs[0];
        (leg.market, leg.kind, leg.quantity, leg.expiry) = (BTC, 4, -100, dates[0].expiry);
        leg.strike = 80_000_00000000;
        (account.markets[0].market, account.markets[0].legs) = (BTC, 1);
    });
    let ask = |world: &mut World| {
        world.set_price(&spec, BTC, 95_000_00000000);
        world.assess(&spec, &account, &[BTC])
    };
    world.svm.pass(1_800);
    let fresh = ask(world);
    assert_eq!((fresh.markets[0].state, fresh.permitted), (0, ALL));
    world.svm.pass(1);
    let stale = ask(world);
    assert_eq!((stale.markets[0].state, stale.permitted, stale.offsets_off), (1, WITHOUT_GROWTH, 1));
    // A surface of the other date does not help; one of this date does.
    world.set_surface(&spec, BTC, &[dates[1]]);
    assert_eq!(ask(world).markets[0].state, 1);
    world.set_surface(&spec, BTC, &[dates[0]]);
    assert_eq!(ask(world).markets[0].state, 0);
}

/// A dollar of ETH beside a position in BTC: ETH may be far, wide or without a price, the account can be liquidated.
fn a_token_in_doubt_cannot_stop_a_liquidation(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC, ETH]);
    prices(world, &spec);
    let alice = world.person("alice");
    let account = world.open_with_book(&spec, &alice, 0, |account| {
        account.cash = 60_000_000_000;
        let leg = &mut account.legs[0];
        (leg.market, leg.kind, leg.quantity, leg.entry_value) = (BTC, 1, 100, 95_000_000_000);
        (account.markets[0].market, account.markets[0].legs) = (BTC, 1);
        let token = &mut account.collateral[0];
        (token.bank, token.market, token.amount) = (1, ETH, 100_000_000);
    });
    let eth = |world: &mut World, price: i64, average: i64| {
        let update = ballast_testkit::PriceUpdate { average, ..world.price_update(ETH, price) };
        let address = price_account(&spec.group, ETH);
        world.publish(&address, &update);
        let refresh = risk_program::refresh_price(&spec.group, ETH, &address);
        world.svm.send(&[refresh], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
        world.assess(&spec, &account, &[BTC, ETH])
    };
    let good = eth(world, 3_400_00000000, 3_400_00000000);
    assert_eq!((good.permitted, good.value.get()), (ALL, 63_400 * 10_000_000_000));
    let far = eth(world, 3_400_00000000, 4_400_00000000);
    assert_eq!((far.permitted, far.offsets_off), (WITHOUT_GROWTH, 1));
    // Two per cent less than the lower of index and slow price.
    let value = far.value.get() as f64 / 1e10;
    assert!((value - 63_332.0).abs() < 0.001, "{value}");
    // Without a price that means anything it is worth nothing, and may not be deposited.
    let unusable = eth(world, -1, 3_400_00000000);
    assert_eq!((unusable.permitted, unusable.value.get()), (0b01100, 60_000 * 10_000_000_000));
}

/// Legs in eight markets leave no room for a ninth that a token moves like, and more of a token than can be counted
/// counts as the most that can: neither stops an assessment.
fn what_cannot_be_margined_counts_for_nothing(world: &mut World) {
    let markets: Vec<u16> = (1..=9).collect();
    let spec = world.create_risk(Preset::Ballast, &markets);
    for market in &markets {
        world.set_price(&spec, *market, 100_00000000);
    }
    let alice = world.person("alice");
    let account = world.open_with_book(&spec, &alice, 0, |account| {
        account.cash = 1_000_000_000_000;
        for place in 0..8 {
            let leg = &mut account.legs[place];
            (leg.market, leg.kind, leg.quantity, leg.entry_value) = (place as u16 + 1, 1, 10, 1_000_000);
            (account.markets[place].market, account.markets[place].legs) = (place as u16 + 1, 1);
        }
    });
    let without = world.assess(&spec, &account, &markets[..8]);
    let mut layout: ballast_interface::account::MarginAccount = world.typed(&account);
    let token = &mut layout.collateral[0];
    (token.bank, token.market, token.amount) = (1, 9, 1_000_000_000_000);
    world.overwrite(&account, &layout);
    let with = world.assess(&spec, &account, &markets);
    assert_eq!(
        (with.value, with.maintenance, with.initial),
        (without.value, without.maintenance, without.initial)
    );
    // The market's price must be given all the same.
    let short = risk_program::assess(&spec.group, &account, &markets[..8]);
    crate::refusal::refused_with(world, "the ninth market left out", 6042, short, &[]);

    let token = &mut layout.collateral[0];
    (token.market, token.amount) = (1, u64::MAX);
    world.overwrite(&account, &layout);
    let most = world.assess(&spec, &account, &markets[..8]);
    // 2^63 - 1 steps of 10^-10 tokens at 100 dollars, beside cash and what eight perps are worth.
    let tokens = (i64::MAX as i128) * 100;
    assert_eq!(most.value.get() - without.value.get(), tokens);
}

fn a_group_that_follows_another_program_is_not_assessed(world: &mut World) {
    let scene = scene(world);
    let mut group: ballast_interface::account::Group = world.typed(&scene.spec.group);
    group.risk_program = price_account(&scene.spec.group, BTC);
    world.overwrite(&scene.spec.group, &group);
    let assess = risk_program::assess(&scene.spec.group, &scene.account, &[BTC, ETH]);
    crate::refusal::refused_with(world, "a group of another risk program", 6053, assess, &[]);
}
