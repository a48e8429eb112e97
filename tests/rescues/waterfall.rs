//! A gap through zero: what a bankrupt account owes is borne by the insurance, then by claims of winners, then by lenders.

use crate::{
    stage::{cash, done, perp, price, refused, unpaid, usd, COIN},
    tally::{capped, declined, is_over, quiet_exchange, refresh, sums, take, trade},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::AccountError,
    liquidation::{Hop, LiquidationError as No},
};
use ballast_testkit::{Exchange, Trader, World, BTC};

ballast_testkit::on_every_svm!(
    insurance_alone_suffices,
    a_unit_beyond_the_cap_goes_down_the_waterfall,
    claims_are_cut_in_proportion,
    claims_that_are_all_lost_end_their_era,
    every_hop_once_and_in_order,
);

/// Lara with 20 000 dollars, Kim who takes over, Sue who has staked, and all accounts that there are.
struct Scene {
    exchange: Exchange,
    lara: Trader,
    kim: Trader,
    all: Vec<Pubkey>,
}

impl Scene {
    fn new(world: &mut World, market_cap: i64, staked: i64) -> Self {
        let exchange = quiet_exchange(world, &[], &capped(market_cap));
        let [lara, kim, sue] = [("lara", 20_000), ("kim", 500_000), ("sue", 100_000)]
            .map(|(name, money)| world.trader(&exchange, name, usd(money)));
        if staked > 0 {
            done(world.stake(&exchange, &sue, staked as u64));
        }
        let all = [&lara, &kim, &sue].map(|trader| trader.account).to_vec();
        Self { exchange, lara, kim, all }
    }

    fn trader(&mut self, world: &mut World, name: &str, dollars: i64) -> Trader {
        let trader = world.trader(&self.exchange, name, usd(dollars));
        self.all.push(trader.account);
        trader
    }

    fn sums(&self, world: &mut World) -> i64 {
        sums(world, &self.exchange, &self.all)
    }

    /// Bitcoin falls, Lara's rescue begins, and Kim takes all of her perps for nothing.
    fn crash(&self, world: &mut World, dollars: i64, lots: u32) {
        price(world, &self.exchange, dollars);
        done(world.begin(&self.exchange, &self.lara.account));
        let before = cash(world, [&self.kim.account]);
        declined(self.resolve(world), No::NothingOwed);
        done(take(world, &self.exchange, &self.lara, &self.kim, lots));
        assert_eq!(cash(world, [&self.kim.account]), before, "there is nothing to be paid with");
    }

    fn resolve(&self, world: &mut World) -> Result<ballast_testkit::Outcome, ballast_testkit::Failure> {
        world.resolve_bankruptcy(&self.exchange, &self.lara.account)
    }

    fn realise(
        &self,
        world: &mut World,
        who: &Trader,
    ) -> Result<ballast_testkit::Outcome, ballast_testkit::Failure> {
        world.realise_profit(&self.exchange, &self.lara.account, &who.account, BTC)
    }

    /// The next hop waits for five minutes, to the second.
    fn hop_after_grace(&self, world: &mut World) {
        declined(self.resolve(world), No::HopEarly);
        world.svm.pass(299);
        declined(self.resolve(world), No::HopEarly);
        world.svm.pass(1);
        done(self.resolve(world));
    }

    #[track_caller]
    fn assert_over(&self, world: &mut World) {
        assert!(is_over(world, &self.lara.account));
        assert!(world.margin_account(&self.lara.account).is_empty());
    }

    fn pool(&self, world: &mut World) -> u64 {
        world.market(&self.exchange.group(), BTC).pool
    }
}

fn insurance_alone_suffices(world: &mut World) {
    let mut scene = Scene::new(world, usd(5_000), usd(50_000));
    let wes = scene.trader(world, "wes", 200_000);
    world.step("Lara buys perps on one Bitcoin from Wes at 95 000; it falls to 70 000: she owes 5 000");
    trade(world, &scene.exchange, &scene.lara, &wes, perp(100, usd(950)));
    let before = scene.sums(world);
    scene.crash(world, 70_000, 100);
    assert_eq!(unpaid(world, [&scene.lara.account]), [usd(-5_000)]);
    assert_eq!(scene.sums(world), before);

    world.step("The fund pays 5 000, which is just what it may: the rescue is over, nobody else has lost");
    done(scene.resolve(world));
    scene.assert_over(world);
    assert_eq!(scene.sums(world), before);
    let fund = world.insurance(&scene.exchange);
    assert_eq!((fund.assets, fund.paid), (45_000_000_000, 5_000_000_000));
    assert_eq!(scene.pool(world), 25_000_000_000);
    trade(world, &scene.exchange, &wes, &scene.kim, perp(100, usd(700)));
    assert_eq!(cash(world, [&wes.account]), [usd(225_000)]);
    assert_eq!((scene.sums(world), scene.pool(world)), (before, 0));
}

fn a_unit_beyond_the_cap_goes_down_the_waterfall(world: &mut World) {
    let mut scene = Scene::new(world, usd(5_000) - 1, usd(50_000));
    let wes = scene.trader(world, "wes", 200_000);
    trade(world, &scene.exchange, &scene.lara, &wes, perp(100, usd(950)));
    let before = scene.sums(world);
    scene.crash(world, 70_000, 100);

    world.step(
        "The fund pays all but one unit; nobody has realised a profit, so that there is no claim to cut",
    );
    done(scene.resolve(world));
    assert_eq!((unpaid(world, [&scene.lara.account]), world.is_latched(&scene.lara.account)), ([-1], true));
    assert_eq!(world.insurance(&scene.exchange).assets, 45_000_000_001);
    scene.hop_after_grace(world);
    assert_eq!(unpaid(world, [&scene.lara.account]), [-1]);
    world.step("All lenders bear the unit");
    scene.hop_after_grace(world);
    scene.assert_over(world);
    assert_eq!(scene.sums(world), before);
    refresh(world, &scene.exchange, &scene.all.clone());
    // Each of the others is a unit short at most, and together they are short of at least one.
    let kept = [("kim", 500_000, 1), ("sue", 100_000, 2), ("wes", 200_000, 3)];
    let short = kept.map(|(_, had, place)| usd(had) - cash(world, [&scene.all[place]])[0]);
    assert!(short.iter().all(|short| (0..=1).contains(short)) && short.iter().sum::<i64>() >= 1, "{short:?}");
    assert_eq!(scene.sums(world), before);
}

/// Wes wins 40 500 and has closed, Ida wins 27 000 and has not; Otto has lost 22 500 and can pay.
fn claims_are_cut_in_proportion(world: &mut World) {
    let mut scene = Scene::new(world, usd(4_000), usd(50_000));
    let [otto, wes, ida] = ["otto", "wes", "ida"].map(|name| scene.trader(world, name, 200_000));
    let exchange = &scene.exchange;
    world.step("Lara buys perps on one Bitcoin and Otto on half of one, from Wes and Ida, at 95 000");
    trade(world, exchange, &scene.lara, &wes, perp(90, usd(950)));
    trade(world, exchange, &scene.lara, &ida, perp(10, usd(950)));
    trade(world, exchange, &otto, &ida, perp(50, usd(950)));
    let before = scene.sums(world);
    world.step("At 50 000 Lara owes 25 000 beyond what she had; Wes closes and is paid what she had");
    scene.crash(world, 50_000, 100);
    trade(world, exchange, &wes, &scene.kim, perp(90, usd(500)));
    assert_eq!(cash(world, [&wes.account]), [usd(220_000)]);
    assert_eq!(unpaid(world, [&scene.lara.account, &wes.account]), [usd(-25_000), usd(20_500)]);
    assert_eq!((scene.sums(world), scene.pool(world)), (before, 0));

    world.step("Nobody's profit is realised before the insurance has paid its 4 000");
    declined(scene.realise(world, &ida), No::HopOutOfOrder);
    done(scene.resolve(world));
    assert_eq!(unpaid(world, [&scene.lara.account]), [usd(-21_000)]);
    assert_eq!((scene.sums(world), scene.pool(world)), (before, 4_000_000_000));

    world.step("Anybody realises Ida's profit of 27 000, of which the pool pays 4 000; Otto has none");
    price(world, exchange, 50_000);
    done(scene.realise(world, &ida));
    refused(scene.realise(world, &otto), AccountError::NothingToSettle);
    refused(scene.realise(world, &ida), AccountError::NothingToSettle);
    declined(world.realise_profit(exchange, &scene.lara.account, &ida.account, 2), No::NothingOwed);
    assert_eq!((cash(world, [&ida.account]), unpaid(world, [&ida.account])), ([usd(204_000)], [usd(23_000)]));
    let leg = world.margin_account(&ida.account).legs[0];
    assert_eq!((leg.quantity, leg.entry_value), (-60, usd(-30_000)));
    assert_eq!((scene.sums(world), scene.pool(world)), (before, 0));

    world.step("Five minutes later 21 000 of claims on 43 500 are cut: 15 parts of 29 are left");
    scene.hop_after_grace(world);
    scene.assert_over(world);
    assert_eq!(scene.sums(world), before);
    refresh(world, exchange, &[wes.account, ida.account]);
    // 20 500 by 15 / 29 is 10 603.448 275 86, and 23 000 is 11 896.551 724 13.
    assert_eq!(unpaid(world, [&wes.account, &ida.account]), [10_603_448_275, 11_896_551_724]);
    assert_eq!(scene.sums(world), before);

    world.step("Otto closes and pays his 22 500: that is just what is left, but for a unit that is nobody's");
    price(world, exchange, 50_000);
    trade(world, exchange, &otto, &scene.kim, perp(-50, usd(500)));
    refresh(world, exchange, &[wes.account, ida.account]);
    assert_eq!(unpaid(world, [&wes.account, &ida.account]), [0, 0]);
    assert_eq!(cash(world, [&wes.account, &ida.account]), [230_603_448_275, 215_896_551_724]);
    assert_eq!(scene.pool(world), 1);
    assert_eq!(scene.sums(world), before);
}

/// Without a fund and another loser, the only winner bears all of it.
fn claims_that_are_all_lost_end_their_era(world: &mut World) {
    let mut scene = Scene::new(world, usd(5_000), 0);
    let wes = scene.trader(world, "wes", 200_000);
    trade(world, &scene.exchange, &scene.lara, &wes, perp(100, usd(950)));
    let before = scene.sums(world);
    scene.crash(world, 70_000, 100);
    world.step("An empty fund pays nothing; Wes's profit of 25 000 is realised, of which Lara had 20 000");
    done(scene.resolve(world));
    assert_eq!(unpaid(world, [&scene.lara.account]), [usd(-5_000)]);
    done(scene.realise(world, &wes));
    assert_eq!((cash(world, [&wes.account]), unpaid(world, [&wes.account])), ([usd(220_000)], [usd(5_000)]));
    world.step("All claims are cut: three eras on, nothing of 63 bits is left by 32 places each");
    scene.hop_after_grace(world);
    scene.assert_over(world);
    assert_eq!(world.market(&scene.exchange.group(), BTC).claim_era, 17);
    refresh(world, &scene.exchange, &[wes.account]);
    assert_eq!((cash(world, [&wes.account]), unpaid(world, [&wes.account])), ([usd(220_000)], [0]));
    assert_eq!((scene.sums(world), scene.pool(world)), (before, 0));
}

/// Lara has a coin, a debt of 50 000, and perps on eight tenths of a Bitcoin: lenders and winners can lose by her.
fn every_hop_once_and_in_order(world: &mut World) {
    let mut scene = Scene::new(world, usd(5_000), usd(50_000));
    let [otto, wes, ida] = ["otto", "wes", "ida"].map(|name| scene.trader(world, name, 200_000));
    let (exchange, lara) = (&scene.exchange, scene.lara.account);
    world.deposit_token(exchange, &scene.lara, 1, COIN);
    done(world.withdraw_cash(exchange, &scene.lara, usd(70_000) as u64));
    trade(world, exchange, &scene.lara, &wes, perp(60, usd(950)));
    trade(world, exchange, &scene.lara, &ida, perp(20, usd(950)));
    trade(world, exchange, &otto, &ida, perp(20, usd(950)));
    let before = scene.sums(world);

    world.step("At 40 000 her perps have lost 44 000, and her coin is worth 10 000 less than her debt");
    price(world, exchange, 40_000);
    trade(world, exchange, &wes, &scene.kim, perp(60, usd(400)));
    done(world.begin(exchange, &lara));
    declined(scene.resolve(world), No::NotReduced);
    done(take(world, exchange, &scene.lara, &scene.kim, 80));
    assert_eq!((cash(world, [&lara]), unpaid(world, [&lara])), ([usd(-50_000)], [usd(-44_000)]));
    declined(scene.resolve(world), No::NotReduced);
    world.step("Her coin is sold for 39 800, half a per cent below the index");
    done(world.swap_collateral(exchange, &lara, &scene.kim, 1, COIN));
    assert_eq!((cash(world, [&lara]), unpaid(world, [&lara])), ([usd(-10_200)], [usd(-44_000)]));
    assert_eq!(scene.sums(world), before);

    world.step("The fund pays 5 000 for Bitcoin's loss and 5 000 for the debt, which is paid first");
    declined(scene.realise(world, &ida), No::HopOutOfOrder);
    done(scene.resolve(world));
    assert_eq!((cash(world, [&lara]), unpaid(world, [&lara])), ([usd(-200)], [usd(-44_000)]));
    assert_eq!(world.insurance(exchange).assets, 40_000_000_000);
    assert_eq!(scene.sums(world), before);

    world.step("Of claims of 33 000 and 22 000, 44 000 are cut; a fifth is left, rounded down");
    price(world, exchange, 40_000);
    done(scene.realise(world, &ida));
    assert_eq!(unpaid(world, [&wes.account, &ida.account]), [usd(33_000), usd(22_000)]);
    scene.hop_after_grace(world);
    assert_eq!((cash(world, [&lara]), unpaid(world, [&lara])), ([usd(-200)], [0]));
    assert_eq!(world.auction(&lara).hop, Hop::Claims as u8);
    price(world, exchange, 40_000);
    declined(scene.realise(world, &scene.kim), No::HopOutOfOrder);
    refresh(world, exchange, &[wes.account, ida.account]);
    assert_eq!(unpaid(world, [&wes.account, &ida.account]), [6_599_999_999, 4_399_999_999]);
    assert_eq!(scene.sums(world), before);

    world.step("The last 200 dollars are borne by all who have cash: 1 160 200 dollars in all");
    scene.hop_after_grace(world);
    scene.assert_over(world);
    price(world, exchange, 40_000);
    refresh(world, exchange, &scene.all);
    // 200 000 by 1 160 000 / 1 160 200 is 199 965.523 185 65; Kim has 460 200, Sue 100 000.
    let others = [&otto, &wes, &ida].map(|trader| cash(world, [&trader.account])[0]);
    assert_eq!(others, [199_965_523_185; 3]);
    assert_eq!(cash(world, [&scene.all[1], &scene.all[2]]), [460_120_668_850, 99_982_761_592]);
    assert_eq!(scene.sums(world), before);

    world.step("Otto closes and pays 11 000: winners get what is left of their claims");
    trade(world, exchange, &otto, &scene.kim, perp(-20, usd(400)));
    refresh(world, exchange, &[wes.account, ida.account]);
    assert_eq!(unpaid(world, [&wes.account, &ida.account]), [0, 0]);
    assert_eq!((scene.sums(world), scene.pool(world)), (before, 2));
}
