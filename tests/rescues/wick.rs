//! A wick, a silence, a doubt: what a rescue may and may not do while a feed is not good.

use crate::{
    stage::{done, perp, price, usd},
    tally::{capped, declined, is_over, quiet_exchange, take, trade},
};
use ballast_interface::{liquidation::LiquidationError as No, risk::Assessment};
use ballast_testkit::{
    account_program, price_account, risk_program, Exchange, PriceUpdate, Signer, Trader, World, BTC,
};

ballast_testkit::on_every_svm!(
    a_wick_that_is_over_liquidates_nobody,
    a_price_far_from_its_average_is_believed_after_the_pause,
    a_stale_price_is_no_shelter,
    a_wide_price_is_believed_after_its_grace,
    an_unusable_price_liquidates_nobody,
);

/// Lara is long one Bitcoin at 95 000 with 20 000 dollars, Wes is short, Kim takes over.
struct Scene {
    exchange: Exchange,
    lara: Trader,
    kim: Trader,
}

/// A feed's state, as the report names it.
const GOOD: u8 = 0;
const STALE: u8 = 1;
const WIDE: u8 = 2;
const FAR: u8 = 3;
const UNUSABLE: u8 = 4;

impl Scene {
    fn new(world: &mut World) -> Self {
        let exchange = quiet_exchange(world, &[], &capped(usd(1_000_000)));
        let [lara, wes, kim] = [("lara", 20_000), ("wes", 200_000), ("kim", 500_000)]
            .map(|(name, money)| world.trader(&exchange, name, usd(money)));
        trade(world, &exchange, &lara, &wes, perp(100, usd(950)));
        Self { exchange, lara, kim }
    }

    /// A price in dollars, half of its interval, and the oracle's own average of it.
    fn publish(&self, world: &mut World, dollars: i64, interval: u64, average: i64) {
        let places = 100_000_000;
        let update = PriceUpdate {
            interval: interval * places as u64,
            average: average * places,
            ..world.price_update(BTC, dollars * places)
        };
        let address = price_account(&self.exchange.group(), BTC);
        world.publish(&address, &update);
        done(world.svm.send(&[risk_program::refresh_price(&self.exchange.group(), BTC, &address)], &[]));
    }

    fn far(&self, world: &mut World) {
        self.publish(world, 84_000, 84, 95_000);
    }

    /// Publishes the same again and again, never as long as it takes to grow stale, until so many seconds have passed.
    fn hold(&self, world: &mut World, seconds: i64, publish: impl Fn(&mut World)) {
        let until = world.svm.now() + seconds;
        publish(world);
        while world.svm.now() < until {
            let left = until - world.svm.now();
            world.svm.pass(left.min(50));
            publish(world);
        }
    }

    fn report(&self, world: &mut World, state: u8) -> Assessment {
        let report = world.assess(&self.exchange.risk, &self.lara.account, &[BTC]);
        assert_eq!((report.markets[0].state, report.offsets_off), (state, u32::from(state != GOOD) as u8));
        report
    }

    #[track_caller]
    fn neither_begins_nor_goes_on(&self, world: &mut World) {
        if world.is_latched(&self.lara.account) {
            declined(take(world, &self.exchange, &self.lara, &self.kim, 10), No::FeedsForbid);
        } else {
            declined(world.begin(&self.exchange, &self.lara.account), No::FeedsForbid);
        }
    }

    #[track_caller]
    fn goes_on(&self, world: &mut World) {
        let before = world.margin_account(&self.lara.account).legs[0].quantity;
        done(take(world, &self.exchange, &self.lara, &self.kim, 10));
        assert_eq!(world.margin_account(&self.lara.account).legs[0].quantity, before - 10);
    }

    fn begins(&self, world: &mut World) {
        done(world.begin(&self.exchange, &self.lara.account));
    }
}

fn a_wick_that_is_over_liquidates_nobody(world: &mut World) {
    let scene = Scene::new(world);
    world.step("Bitcoin is at 84 000 for five minutes, while its average is 95 000: Lara would lack margin");
    scene.hold(world, 300, |world| scene.far(world));
    assert!(scene.report(world, FAR).health.get() < 0);
    scene.neither_begins_nor_goes_on(world);
    world.step("It was a wick: at 95 000 there is nothing to rescue");
    price(world, &scene.exchange, 95_000);
    declined(world.begin(&scene.exchange, &scene.lara.account), No::Healthy);
    world.step("The next one waits for ten minutes of its own");
    scene.hold(world, 400, |world| scene.far(world));
    scene.neither_begins_nor_goes_on(world);
}

fn a_price_far_from_its_average_is_believed_after_the_pause(world: &mut World) {
    let scene = Scene::new(world);
    world.step("A tenth below its average is not far yet, a dollar more is");
    scene.publish(world, 85_500, 84, 95_000);
    scene.report(world, GOOD);
    scene.far(world);
    scene.neither_begins_nor_goes_on(world);
    scene.hold(world, 599, |world| scene.far(world));
    scene.neither_begins_nor_goes_on(world);
    world.step("After ten minutes the price is believed");
    scene.hold(world, 1, |world| scene.far(world));
    scene.report(world, FAR);
    scene.begins(world);
    scene.goes_on(world);

    world.step("The average follows, and runs away again: what was begun waits, too");
    scene.publish(world, 84_000, 84, 84_000);
    scene.report(world, GOOD);
    scene.goes_on(world);
    world.svm.pass(1);
    scene.far(world);
    scene.neither_begins_nor_goes_on(world);
    scene.hold(world, 599, |world| scene.far(world));
    scene.neither_begins_nor_goes_on(world);
    scene.hold(world, 1, |world| scene.far(world));
    scene.goes_on(world);
}

fn a_stale_price_is_no_shelter(world: &mut World) {
    let scene = Scene::new(world);
    world.step("A healthy account stays so when its price grows old");
    world.svm.pass(61);
    assert!(scene.report(world, STALE).health.get() > 0);
    declined(world.begin(&scene.exchange, &scene.lara.account), No::Healthy);
    world.step(
        "At 88 000 Lara lacks margin; a minute later the price is stale, and she is rescued all the same",
    );
    price(world, &scene.exchange, 88_000);
    let good = scene.report(world, GOOD);
    world.svm.pass(61);
    let stale = scene.report(world, STALE);
    assert!(good.health.get() < 0 && stale.health.get() <= good.health.get());
    scene.begins(world);
    scene.goes_on(world);
    world.svm.pass(3_600);
    scene.goes_on(world);
    let entry = world.margin_account(&scene.kim.account).legs[0].entry_value;
    assert_eq!(entry, usd(17_600), "at the last price that is known");
}

fn a_wide_price_is_believed_after_its_grace(world: &mut World) {
    let scene = Scene::new(world);
    // Two per cent of 85 000 is 1 700.
    let wide = |world: &mut World| scene.publish(world, 85_000, 1_701, 85_000);
    scene.publish(world, 85_000, 1_700, 85_000);
    scene.report(world, GOOD);
    world.step("Half an interval above 1 700 dollars on 85 000 is wide: rescues wait for two minutes");
    scene.hold(world, 119, wide);
    scene.report(world, WIDE);
    scene.neither_begins_nor_goes_on(world);
    scene.hold(world, 1, wide);
    scene.begins(world);
    scene.goes_on(world);
    world.step("Once it was good again, the next doubt waits anew");
    price(world, &scene.exchange, 85_000);
    scene.goes_on(world);
    world.svm.pass(1);
    wide(world);
    scene.neither_begins_nor_goes_on(world);
}

fn an_unusable_price_liquidates_nobody(world: &mut World) {
    let scene = Scene::new(world);
    price(world, &scene.exchange, 88_000);
    assert!(scene.report(world, GOOD).health.get() < 0);
    world.svm.pass(1);
    let none = |world: &mut World| scene.publish(world, -1, 0, 88_000);
    world.step("A price below zero means nothing, and never will");
    scene.hold(world, 1_200, none);
    scene.report(world, UNUSABLE);
    scene.neither_begins_nor_goes_on(world);
    world.svm.pass(7_200);
    scene.neither_begins_nor_goes_on(world);
    world.step("Nor does it stop what a price that means something permits");
    price(world, &scene.exchange, 88_000);
    scene.begins(world);
    world.svm.pass(1);
    scene.publish(world, -1, 0, 88_000);
    scene.neither_begins_nor_goes_on(world);
    world.step("Nor does a price that means nothing end a rescue: Lara pays 20 000 in, and is released at the next good one");
    let (group, purse, owner) = (scene.exchange.group(), &scene.lara.purse, scene.lara.key.pubkey());
    let amount = usd(20_000) as u64;
    let deposit = account_program::deposit(&group, &scene.lara.account, 0, 0, purse, &owner, amount, &[]);
    declined(world.end_rescue(&scene.exchange, &scene.lara.account), No::FeedsForbid);
    done(world.svm.send(&[deposit], &[&scene.lara.key]));
    declined(world.end_rescue(&scene.exchange, &scene.lara.account), No::FeedsForbid);
    price(world, &scene.exchange, 88_000);
    done(world.end_rescue(&scene.exchange, &scene.lara.account));
    assert!(is_over(world, &scene.lara.account));
}
