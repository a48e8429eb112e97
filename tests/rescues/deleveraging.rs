//! Positions that nobody takes for nothing are closed against those who hold the other side, at no loss to them.

use crate::{
    stage::{cash, done, perp, unpaid, usd, COIN},
    tally::{capped, declined, is_over, quiet_exchange, sums, trade},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::liquidation::{DeleverageArgs, LiquidationError as No};
use ballast_testkit::{Exchange, Failure, Outcome, Trader, World, BTC};

ballast_testkit::on_every_svm!(winners_lose_nothing, who_can_still_pay_is_left_alone);

/// Lara is long one Bitcoin; Wes holds 60 lots of the other side, Ida 30, Hal 10 beside a tenth of a coin.
struct Scene {
    exchange: Exchange,
    lara: Trader,
    wes: Trader,
    ida: Trader,
    hal: Trader,
    all: Vec<Pubkey>,
}

fn scene(world: &mut World) -> Scene {
    let exchange = quiet_exchange(world, &[], &capped(usd(1_000_000)));
    let [lara, wes, ida, hal, sue] =
        [("lara", 20_000), ("wes", 30_000), ("ida", 200_000), ("hal", 20_000), ("sue", 100_000)]
            .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    world.deposit_token(&exchange, &hal, 1, COIN / 10);
    done(world.stake(&exchange, &sue, usd(50_000) as u64));
    for (other, lots) in [(&wes, 60), (&ida, 30), (&hal, 10)] {
        trade(world, &exchange, &lara, other, perp(lots, usd(950)));
    }
    let all = [&lara, &wes, &ida, &hal, &sue].map(|trader| trader.account).to_vec();
    Scene { exchange, lara, wes, ida, hal, all }
}

impl Scene {
    /// A price of 40 000 dollars and a fraction that no lot's price can show: a lot costs 400 001 234.5678 units.
    fn odd_price(&self, world: &mut World) {
        world.set_price(&self.exchange.risk, BTC, 40_000_12345678);
    }

    /// Closes so many lots against somebody.
    fn close(&self, world: &mut World, winner: &Trader, lots: u32) -> Result<Outcome, Failure> {
        let leg = world.quote_leg(&self.lara.account, |_| true, 1);
        let args = DeleverageArgs { legs: vec![leg], units: lots };
        world.deleverage(&self.exchange, &self.lara.account, &winner.account, &args)
    }

    fn margins(&self, world: &mut World, of: &Trader) -> [i128; 3] {
        // Cash and claims alone need no price.
        let account = world.margin_account(&of.account);
        let priced = account.legs[0].market.max(account.collateral[0].market);
        let risks = if priced == 0 { vec![] } else { vec![BTC] };
        let report = world.assess(&self.exchange.risk, &of.account, &risks);
        [report.value.get(), report.maintenance.get(), report.initial.get()]
    }
}

fn winners_lose_nothing(world: &mut World) {
    let scene = scene(world);
    let (exchange, lara) = (&scene.exchange, scene.lara.account);
    let before = sums(world, exchange, &scene.all);
    world.step("Bitcoin falls to 40 000: Lara is worth less than nothing, and nobody takes over for nothing");
    scene.odd_price(world);
    done(world.begin(exchange, &lara));
    declined(scene.close(world, &scene.wes, 60), No::AuctionRuns);
    world.step("Ten minutes of auction and five of grace are waited for, to the second");
    world.svm.pass(899);
    scene.odd_price(world);
    declined(scene.close(world, &scene.wes, 60), No::AuctionRuns);
    world.svm.pass(1);
    scene.odd_price(world);

    world.step("Nobody who lacks the other side, or as much of it, is made to give it up");
    declined(scene.close(world, &scene.wes, 61), No::WinnerUnfit);
    let stranger = world.trader(exchange, "otto", usd(200_000));
    declined(scene.close(world, &stranger, 1), No::WinnerUnfit);
    trade(world, exchange, &stranger, &scene.ida, perp(1, usd(400)));
    declined(scene.close(world, &stranger, 1), No::WinnerUnfit);
    trade(world, exchange, &stranger, &scene.ida, perp(-1, usd(400)));
    world.step("Hal's perps hedge his coin: without them he would need more margin");
    declined(scene.close(world, &scene.hal, 10), No::WinnerHedged);
    declined(scene.close(world, &scene.lara, 10), No::TakerUnfit);

    world.step("Wes gives up his 60 lots at the index, rounded in his favour, and is worth no unit less");
    let was = scene.margins(world, &scene.wes);
    done(scene.close(world, &scene.wes, 60));
    let is = scene.margins(world, &scene.wes);
    assert!(is[0] >= was[0] && is[1] <= was[1] && is[2] <= was[2], "{was:?} {is:?}");
    // He has won 950 dollars less 400.001 234 a lot, of which the pool has what Lara had.
    assert_eq!(cash(world, [&scene.wes.account]), [usd(50_000)]);
    assert_eq!(unpaid(world, [&scene.wes.account]), [60 * (usd(950) - 400_001_234) - usd(20_000)]);
    assert!(world.margin_account(&scene.wes.account).legs[0].market == 0);
    assert_eq!(unpaid(world, [&lara]), [-60 * (usd(950) - 400_001_234) + usd(20_000)]);

    world.step("Ida gives up 30 of hers, the last ten are left: she has no more, and Hal needs his");
    declined(scene.close(world, &scene.ida, 31), No::WinnerUnfit);
    let was = scene.margins(world, &scene.ida);
    done(scene.close(world, &scene.ida, 30));
    let is = scene.margins(world, &scene.ida);
    assert!(is[0] >= was[0] && is[1] <= was[1] && is[2] <= was[2], "{was:?} {is:?}");
    assert_eq!(world.margin_account(&lara).legs[0].quantity, 10);
    declined(world.resolve_bankruptcy(exchange, &lara), No::NotReduced);
    assert_eq!(world.auction(&lara).takings, 2);

    world.step(
        "Hal sells his coin to Ida: now he can give up the perps, and the insurance pays what Lara owes",
    );
    let held = [crate::stage::spot(-10, usd(400))];
    done(world.block(exchange, &scene.hal, &scene.ida, &held));
    let was = scene.margins(world, &scene.hal);
    done(scene.close(world, &scene.hal, 10));
    let is = scene.margins(world, &scene.hal);
    assert!(is[0] >= was[0] && is[1] <= was[1] && is[2] <= was[2], "{was:?} {is:?}");
    let lost = 100 * (usd(950) - 400_001_234) - usd(20_000);
    assert_eq!((cash(world, [&lara]), unpaid(world, [&lara])), ([0], [-lost]));
    done(world.resolve_bankruptcy(exchange, &lara));
    assert!(is_over(world, &lara) && world.margin_account(&lara).is_empty());
    assert_eq!(world.insurance(exchange).assets as i64, usd(50_000) - lost);
    let mut all = scene.all.clone();
    all.push(stranger.account);
    assert_eq!(sums(world, exchange, &all), before + usd(200_000));
}

fn who_can_still_pay_is_left_alone(world: &mut World) {
    let scene = scene(world);
    let lara = scene.lara.account;
    let at = |world: &mut World, price: i64| {
        world.set_price(&scene.exchange.risk, BTC, price);
    };
    world.step("At 80 000 Lara is worth 5 000, too little; the auction runs its time in vain");
    at(world, 80_000_00000000);
    done(world.begin(&scene.exchange, &lara));
    world.svm.pass(900);
    at(world, 80_000_00000000);
    declined(scene.close(world, &scene.wes, 60), No::NotBankrupt);
    world.step(
        "As long as she can pay the whole discount on 60 lots, a fifth of their scan loss, nobody is made to",
    );
    // She is worth the price less 75 000; a scan loss is a part of the price.
    let scan = world.assess(&scene.exchange.risk, &lara, &[BTC]).parts.scan.get() as f64 / 1e10 / 80_000.0;
    let poor = 75_000.0 / (1.0 - 0.2 * 0.6 * scan);
    assert!((76_500.0..80_000.0).contains(&poor), "{poor}");
    world.detail("poor at", poor);
    at(world, ((poor + 0.01) * 1e8) as i64);
    declined(scene.close(world, &scene.wes, 60), No::NotBankrupt);
    at(world, ((poor - 0.01) * 1e8) as i64);
    done(scene.close(world, &scene.wes, 60));
    assert_eq!(world.margin_account(&lara).legs[0].quantity, 40);
    world.step("What rises again is left alone again");
    at(world, 80_000_00000000);
    declined(scene.close(world, &scene.ida, 30), No::NotBankrupt);
}
