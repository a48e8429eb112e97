//! Accounts that are small: closed whole, for a reward that is worth somebody's while, to the last cent.

use crate::{
    keepers::{ask, fees, liquidated, lots, lots_of, prices, refused_as, report, terms, UNIT},
    stage::{bitcoin_exchange, cash, done, price, put, usd, vault, NEXT_FRIDAY},
};
use ballast_interface::liquidation::{LiquidateArgs, Liquidated, LiquidationError, RescueRules};
use ballast_testkit::{account_program, rescue_rules, Exchange, Signer, Trader, World, DOLLAR};

ballast_testkit::on_every_svm!(explore);

fn rules() -> RescueRules {
    RescueRules { small: usd(500) as u64, small_reward: usd(5) as u64, ..rescue_rules() }
}

fn explore(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[NEXT_FRIDAY]);
    world.create_fund(&exchange, &rules());
    let [ann, amy, ben, kim] = [("ann", 700), ("amy", 700), ("ben", 500_000), ("kim", 100_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    for seller in [&ann, &amy] {
        done(world.block(&exchange, seller, &ben, &[put(NEXT_FRIDAY, 90_000, -4, 12 * DOLLAR)]));
    }
    let now = report(world, &exchange, &ann.account);
    eprintln!("{} {} {}", now.value.get() / 10_000_000_000, now.maintenance.get() / 10_000_000_000, now.initial.get() / 10_000_000_000);
    for to in [92_000, 89_000, 86_000, 83_000, 80_000, 78_000, 76_000] {
        prices(world, &exchange, &[to]);
        let now = report(world, &exchange, &ann.account);
        eprintln!("{to} {} {} {}", now.value.get() / 10_000_000_000, now.maintenance.get() / 10_000_000_000, now.initial.get() / 10_000_000_000);
        if now.health.get() < 0 { break; }
    }
    for seller in [&ann, &amy] {
        done(world.begin(&exchange, &seller.account));
    }
    world.svm.pass(30);
    let args = lots_of(world, &ann.account, |_| true, 4, 0);
    let q = ask(world, &exchange, &ann.account, &args, terms(&rules(), 30));
    eprintln!("{} risk {} transfer {} fee {}", q.units, q.risk.get() / UNIT, q.transfer.get() / UNIT, q.fee.get() / UNIT);
    let e = liquidated(&done(world.liquidate(&exchange, &ann.account, &kim, &args)));
    eprintln!("whole {e:?}");
    let args = lots_of(world, &amy.account, |_| true, 1, 0);
    for _ in 0..4 {
        let e = liquidated(&done(world.liquidate(&exchange, &amy.account, &kim, &args)));
        eprintln!("part {} {} {}", e.paid, e.insurance, e.restores);
        if e.restores { break; }
    }
}
