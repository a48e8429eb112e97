//! A short-gamma book through a crash: a part of it goes, the rest lives through the rebound.

use crate::stage::{bitcoin_exchange, call, done, price, put, usd, vault, FRIDAY, NEXT_FRIDAY};
use ballast_interface::liquidation::LiquidateArgs;
use ballast_testkit::{rescue_rules, World, BTC, DOLLAR};

ballast_testkit::on_every_svm!(a_part_is_enough);

fn a_part_is_enough(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[FRIDAY, NEXT_FRIDAY]);
    world.create_fund(&exchange, &rescue_rules());
    let [ann, ben, kim] = [("ann", 20_000), ("ben", 500_000), ("kim", 300_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    world.step("Ann sells 100 lots (one coin) of a strangle to Ben.");
    let legs = [put(NEXT_FRIDAY, 90_000, -100, 12 * DOLLAR), call(NEXT_FRIDAY, 100_000, -100, 14 * DOLLAR)];
    done(world.block(&exchange, &ann, &ben, &legs));
    let report = world.assess(&exchange.risk, &ann.account, &[BTC]);
    world.detail("health", report.health.get() / 10_000_000_000);
    world.detail("maintenance", report.maintenance.get() / 10_000_000_000);
    for dollars in [92_000, 89_000, 86_000, 83_000, 80_000, 78_000, 76_000, 74_000] {
        world.svm.pass(60);
        price(world, &exchange, dollars);
        let report = world.assess(&exchange.risk, &ann.account, &[BTC]);
        eprintln!(
            "{dollars}: value {} health {} mm {}",
            report.value.get() / 10_000_000_000,
            report.health.get() / 10_000_000_000,
            report.maintenance.get() / 10_000_000_000
        );
        if report.health.get() < 0 {
            break;
        }
    }
    let begun = done(world.begin(&exchange, &ann.account));
    world.detail("compute units", begun.compute_units);
    world.svm.pass(30);
    let leg = world.quote_leg(&ann.account, |leg| leg.kind == 4, 1);
    let args = LiquidateArgs { legs: vec![leg], units: 100, least_pay: 0 };
    let taken = done(world.liquidate(&exchange, &ann.account, &kim, &args));
    eprintln!("units {}", taken.compute_units);
    let report = world.assess(&exchange.risk, &ann.account, &[BTC]);
    eprintln!(
        "after: value {} health {} mm {}",
        report.value.get() / 10_000_000_000,
        report.health.get() / 10_000_000_000,
        report.maintenance.get() / 10_000_000_000
    );
    eprintln!("{:?}", world.margin_account(&ann.account).legs[..2].to_vec());
    eprintln!("latched {}", world.is_latched(&ann.account));
    vault(world, &exchange);
    let _ = DOLLAR;
}
