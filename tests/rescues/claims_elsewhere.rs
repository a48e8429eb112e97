//! A bankrupt account has a claim on another market's pool: what that covers is no loss, and keeps nobody waiting.

use crate::{
    stage::{done, perp, price, usd, vault},
    tally::{capped, declined, is_over, refresh, take, trade},
};
use ballast_interface::{account::TradeLeg, liquidation::LiquidationError as No, risk::Preset};
use ballast_testkit::{World, BTC, ETH};

ballast_testkit::on_every_svm!(what_a_claim_covers_is_no_loss);

fn what_a_claim_covers_is_no_loss(world: &mut World) {
    let exchange = world.create_exchange(Preset::Ballast, &[BTC, ETH]);
    world.create_fund(&exchange, &capped(usd(10_000)));
    let ether = |world: &mut World, dollars: i64| {
        world.set_price(&exchange.risk, ETH, dollars * 100_000_000);
    };
    let eth = |lots, price| TradeLeg { number: ETH, ..perp(lots, price) };
    price(world, &exchange, 95_000);
    ether(world, 3_400);
    let [lara, wes, kim, otto, sue] =
        [("lara", 30_000), ("wes", 200_000), ("kim", 500_000), ("otto", 50_000), ("sue", 100_000)]
            .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.stake(&exchange, &sue, usd(50_000) as u64));
    world.step("Lara wins 1 000 with five Ether, which Otto, who is short, has not paid yet");
    trade(world, &exchange, &lara, &otto, eth(500, usd(34)));
    trade(world, &exchange, &lara, &wes, perp(100, usd(950)));
    ether(world, 3_600);
    trade(world, &exchange, &lara, &kim, eth(-500, usd(36)));

    world.step(
        "Bitcoin falls to 60 000: she has lost 35 000 of 30 000, and her claim covers 1 000 of the rest",
    );
    price(world, &exchange, 60_000);
    done(world.begin(&exchange, &lara.account));
    done(take(world, &exchange, &lara, &kim, 100));
    let books = |world: &mut World| {
        let account = world.margin_account(&lara.account);
        (account.cash, account.unpaid(BTC), account.unpaid(ETH))
    };
    assert_eq!(books(world), (0, usd(-5_000), usd(1_000)));
    done(world.resolve_bankruptcy(&exchange, &lara.account));
    assert!(is_over(world, &lara.account));
    assert_eq!(books(world), (0, usd(-1_000), usd(1_000)));
    assert_eq!(world.insurance(&exchange).paid, 4_000_000_000);
    world.step("What is left is hers to pay: nobody begins again while her claim covers it");
    declined(world.begin(&exchange, &lara.account), No::Healthy);

    world.step(
        "Otto closes and pays; her claim becomes cash, and what she owes Bitcoin's pool is paid out of it",
    );
    trade(world, &exchange, &otto, &kim, eth(500, usd(36)));
    refresh(world, &exchange, &[lara.account]);
    refresh(world, &exchange, &[lara.account]);
    assert_eq!(books(world), (0, 0, 0));
    assert!(world.margin_account(&lara.account).is_empty());
    trade(world, &exchange, &wes, &kim, perp(100, usd(600)));
    assert_eq!(world.margin_account(&wes.account).cash, usd(235_000));
    vault(world, &exchange);
}
