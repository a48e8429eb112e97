//! Coins are sold when no smaller position can cure an account: at the index less the discount of the moment, and no more
//! than the target needs.

use crate::{
    stage::{cash, done, perp, price, usd, COIN},
    tally::{capped, declined, is_over, quiet_exchange, sums, take, trade},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    liquidation::{LiquidateArgs, LiquidationError as No, SwapCollateralArgs},
    risk::{Assessment, QuoteLeg, RiskError},
    Wide,
};
use ballast_testkit::{Exchange, Failure, Outcome, Trader, World, BTC};

ballast_testkit::on_every_svm!(
    a_debt_is_paid_out_of_coins,
    a_sale_stops_at_the_target,
    a_sale_below_the_target_goes_on,
    positions_come_first,
    coins_that_hedge_a_short_go_with_it,
);

/// Ann has a coin and owes something; Kim buys.
struct Scene {
    exchange: Exchange,
    ann: Trader,
    kim: Trader,
    lou: Trader,
}

impl Scene {
    fn new(world: &mut World, debt: i64) -> Self {
        let exchange = quiet_exchange(world, &[], &capped(usd(1_000_000)));
        let [ann, kim, lou] = [("ann", 0), ("kim", 500_000), ("lou", 500_000)]
            .map(|(name, money)| world.trader(&exchange, name, usd(money)));
        world.deposit_token(&exchange, &ann, 1, COIN);
        done(world.withdraw_cash(&exchange, &ann, usd(debt) as u64));
        Self { exchange, ann, kim, lou }
    }

    fn report(&self, world: &mut World) -> Assessment {
        world.assess(&self.exchange.risk, &self.ann.account, &[BTC])
    }

    fn health(&self, world: &mut World) -> i128 {
        self.report(world).health.get()
    }

    fn begin(&self, world: &mut World) {
        done(world.begin(&self.exchange, &self.ann.account));
    }

    fn buy(&self, world: &mut World, amount: u64) -> Result<Outcome, Failure> {
        world.swap_collateral(&self.exchange, &self.ann.account, &self.kim, 1, amount)
    }

    /// Coins of both and cash of both.
    fn holdings(&self, world: &mut World) -> ([u64; 2], [i64; 2]) {
        let both = [&self.ann.account, &self.kim.account];
        (both.map(|account| world.margin_account(account).token_amount(1)), cash(world, both))
    }

    fn sums(&self, world: &mut World) -> i64 {
        let all: [Pubkey; 3] = [&self.ann, &self.kim, &self.lou].map(|trader| trader.account);
        sums(world, &self.exchange, &all)
    }
}

fn a_debt_is_paid_out_of_coins(world: &mut World) {
    let scene = Scene::new(world, 73_000);
    let before = scene.sums(world);
    scene.sums(world);
    world.step("Ann owes 73 000 against a coin that falls to 85 000, and has no position");
    price(world, &scene.exchange, 85_000);
    scene.begin(world);
    declined(scene.buy(world, 0), No::AmountZero);

    world.step("At once a tenth costs 8 500 less half a per cent");
    let health = scene.health(world);
    done(scene.buy(world, COIN / 10));
    let (coins, money) = scene.holdings(world);
    assert_eq!((coins, money), ([COIN * 9 / 10, COIN / 10], [-64_542_500_000, 491_542_500_000]));
    assert!(scene.health(world) > health && scene.health(world) < 0);

    world.step("After half of the auction's time the discount is 5.25 per cent; the price is rounded up");
    world.svm.pass(300);
    price(world, &scene.exchange, 85_000);
    let health = scene.health(world);
    done(scene.buy(world, COIN / 100));
    // 850 by .9475, and what the discount's last place, rounded down, adds.
    let (coins, money) = scene.holdings(world);
    assert_eq!((coins, money), ([COIN * 89 / 100, COIN * 11 / 100], [-63_737_124_999, 490_737_124_999]));
    assert!(scene.health(world) > health);
    world.step("The least that there is of a coin costs something: 850 units, less the discount");
    done(scene.buy(world, 1));
    // One 10^-8 of a coin is worth 850 units; by .9475 that is 805.375, rounded up.
    assert_eq!(scene.holdings(world).1[0], -63_737_124_999 + 806);

    world.step("When its time is over a tenth costs 7 650, however late it is");
    for seconds in [300, 10_000] {
        world.svm.pass(seconds);
        price(world, &scene.exchange, 85_000);
        let was = scene.holdings(world).1;
        done(scene.buy(world, COIN / 50));
        let paid = scene.holdings(world).1[0] - was[0];
        // 1 700 by .9 is 1 530.
        assert!((1_530_000_000..=1_530_000_001).contains(&paid), "{paid}");
    }
    assert_eq!(scene.sums(world), before);
    world.step("Who buys must have the margin for it, and the right to say so");
    let poor = world.trader(&scene.exchange, "pat", usd(100));
    let buy = world.swap_collateral(&scene.exchange, &scene.ann.account, &poor, 1, COIN / 50);
    declined(buy, No::TakerShort);
    let thief = Trader { account: scene.kim.account, ..poor };
    let buy = world.swap_collateral(&scene.exchange, &scene.ann.account, &thief, 1, COIN / 50);
    declined(buy, No::NotAllowed);
    let own = world.swap_collateral(&scene.exchange, &scene.ann.account, &scene.ann, 1, COIN / 50);
    declined(own, No::TakerUnfit);
}

/// Coins that bring Ann just to her target at a price, and just to where a sale passes it by too much. What she needs is in
/// proportion to her coins; all numbers are dollars.
pub fn bounds(report: &Assessment, price: f64, coins: f64) -> [f64; 2] {
    let of = |number: i128| number as f64 / 1e10;
    let (maintenance, initial) = (of(report.maintenance.get()), of(report.initial.get()));
    let need = (maintenance + initial) / 2.0;
    let lacks = need - of(report.value.get());
    // A coin sold frees its margin and costs half a per cent; the slack is a part in 64 of what is paid.
    let (freed, paid) = (need / coins - price * 0.005, price * 0.995);
    [lacks / freed, lacks / (freed - paid / 64.0)]
}

/// A part of so many coins.
pub fn near(coins: f64, factor: f64) -> u64 {
    (coins * factor * COIN as f64) as u64
}

fn a_sale_stops_at_the_target(world: &mut World) {
    let scene = Scene::new(world, 73_000);
    price(world, &scene.exchange, 85_000);
    let before = scene.sums(world);
    scene.begin(world);
    let [_, most] = bounds(&scene.report(world), 85_000.0, 1.0);
    world.step(&format!("No more than {most} of Ann's coin may be sold at once"));
    declined(scene.buy(world, COIN), No::TargetPassed);
    declined(scene.buy(world, near(most, 1.000_001)), No::TargetPassed);
    done(scene.buy(world, near(most, 0.999_999)));
    assert!(is_over(world, &scene.ann.account));
    assert!(scene.health(world) > 0);
    assert_eq!(scene.sums(world), before);
}

fn a_sale_below_the_target_goes_on(world: &mut World) {
    let scene = Scene::new(world, 73_000);
    price(world, &scene.exchange, 85_000);
    scene.begin(world);
    let [least, _] = bounds(&scene.report(world), 85_000.0, 1.0);
    world.step(&format!(
        "Ann is at her target when {least} of her coin are sold: a little less is not enough"
    ));
    let (some, last) = (near(least, 0.999_9), near(least, 0.000_101));
    done(scene.buy(world, some));
    assert!(world.is_latched(&scene.ann.account));
    assert!(scene.health(world) > 0, "her maintenance she has again");
    declined(world.end_rescue(&scene.exchange, &scene.ann.account), No::BelowTarget);
    done(scene.buy(world, last));
    assert!(is_over(world, &scene.ann.account));
}

fn positions_come_first(world: &mut World) {
    let scene = Scene::new(world, 50_000);
    world.step("Ann, who owes 50 000 on a coin, buys perps on half of one");
    trade(world, &scene.exchange, &scene.ann, &scene.lou, perp(50, usd(950)));
    let before = scene.sums(world);
    price(world, &scene.exchange, 77_000);
    // Worth 77 000 - 50 000 - 9 000 = 18 000. Her target without the perps is .193 of the coin's price: 14 837.
    assert!((17_999..=18_000).contains(&scene.report(world).value.get().div_euclid(10_000_000_000)));
    assert!(scene.health(world) < 0);
    scene.begin(world);
    world.step("At 77 000 closing her perps is enough: her coin is not for sale");
    declined(scene.buy(world, COIN / 10), No::Curable);
    declined(scene.buy(world, 1), No::Curable);

    world.step("At 74 000 it would not be: 13 500 are left, and the coin needs more than 14 000");
    price(world, &scene.exchange, 74_000);
    let health = scene.health(world);
    let args = SwapCollateralArgs { amount: 1, legs: vec![QuoteLeg { leg: 0, lots: 1 }], units: 50 };
    let with_perps = world.swap_with(&scene.exchange, &scene.ann.account, &scene.kim, 1, &args);
    // They hedge nothing: whoever wants them takes them over by themselves.
    declined(with_perps, No::NoHedge);
    done(scene.buy(world, COIN / 10));
    assert!(scene.health(world) > health);
    assert_eq!(world.margin_account(&scene.ann.account).legs[0].quantity, 50);
    // 7 400 less half a per cent.
    assert_eq!(scene.holdings(world).1[0], usd(-50_000) + 7_363_000_000);
    world.step("Without the perps, the rest of what she needs comes out of the coin");
    done(take(world, &scene.exchange, &scene.ann, &scene.kim, 50));
    assert_eq!(scene.sums(world), before);
}

fn coins_that_hedge_a_short_go_with_it(world: &mut World) {
    let scene = Scene::new(world, 1);
    world.step("Ann sells perps against her coin, and borrows most of what it is worth");
    trade(world, &scene.exchange, &scene.ann, &scene.lou, perp(-100, usd(950)));
    done(world.withdraw_cash(&scene.exchange, &scene.ann, usd(87_999) as u64));
    world.step("No price makes her poorer, but at 200 000 she needs more than she has");
    price(world, &scene.exchange, 200_000);
    let report = scene.report(world);
    assert!(
        report.health.get() < 0 && (usd(6_999)..=usd(7_000)).contains(&(report.value.get() as i64 / 10_000))
    );
    scene.begin(world);
    world.step("Without her coin she would be short: no part of it is for sale alone");
    for amount in [COIN, COIN / 2, COIN / 10, COIN / 1_000] {
        declined(scene.buy(world, amount), No::NoRelief);
    }
    world.step("Nor do her perps go alone, since they hedge the coin; the two together do");
    let perps = QuoteLeg { leg: 0, lots: 1 };
    let alone = LiquidateArgs { legs: vec![perps], units: 100, least_pay: 0 };
    let sent = world.liquidate(&scene.exchange, &scene.ann.account, &scene.kim, &alone);
    assert_eq!(sent.expect_err("refused").code(), Some(u32::from(RiskError::NoRelief)));
    let before = (scene.sums(world), scene.report(world));
    let args = SwapCollateralArgs { amount: COIN / 10, legs: vec![perps], units: 10 };
    done(world.swap_with(&scene.exchange, &scene.ann.account, &scene.kim, 1, &args));
    let after = scene.report(world);
    // A tenth of a coin at 200 000 less half a per cent costs 100, and takes a tenth of all margin away.
    let cents = |amount: Wide| amount.get().div_euclid(100_000_000);
    assert_eq!(cents(before.1.value) - cents(after.value), 100_00);
    let less = before.1.maintenance.get() / 10 * 9;
    assert!(after.maintenance.get().abs_diff(less) < 10_000_000_000, "{after:?}");
    assert!(after.health.get() > before.1.health.get());
    assert_eq!(world.margin_account(&scene.ann.account).legs[0].quantity, -90);
    assert_eq!(scene.sums(world), before.0);
}
