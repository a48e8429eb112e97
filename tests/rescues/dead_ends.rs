//! Rescues that random sequences found nothing to do about.

use crate::{
    stage::{done, perp, price, put, usd, NEXT_FRIDAY},
    tally::{capped, is_over, quiet_exchange, trade},
};
use ballast_interface::{
    liquidation::{DeleverageArgs, LiquidateArgs},
    risk::QuoteLeg,
};
use ballast_testkit::{Exchange, Trader, World, BTC};

ballast_testkit::on_every_svm!(bought_options_that_are_worth_nothing_keep_no_loss_waiting,);

fn take(
    world: &mut World,
    exchange: &Exchange,
    from: &Trader,
    to: &Trader,
    legs: &[(u8, u64)],
    units: u32,
) -> bool {
    let legs = legs.iter().map(|(leg, lots)| QuoteLeg { leg: *leg, lots: *lots }).collect();
    let args = LiquidateArgs { legs, units, least_pay: i64::MIN };
    world.liquidate(exchange, &from.account, to, &args).is_ok()
}

fn bought_options_that_are_worth_nothing_keep_no_loss_waiting(world: &mut World) {
    let exchange = quiet_exchange(world, &[NEXT_FRIDAY], &capped(usd(1_000_000)));
    let [ann, ben, kim, sue] = [("ann", 12_000), ("ben", 200_000), ("kim", 300_000), ("sue", 100_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.stake(&exchange, &sue, usd(50_000) as u64));
    world.step("Ann is short of half a Bitcoin, and has puts on one far below");
    trade(world, &exchange, &ann, &ben, put(NEXT_FRIDAY, 60_000, 100, 20_000));
    trade(world, &exchange, &ann, &ben, perp(-50, usd(950)));
    world.step("At 130 000 she has lost more than she had; Kim takes the perp over");
    price(world, &exchange, 130_000);
    done(world.begin(&exchange, &ann.account));
    let place = world.quote_leg(&ann.account, |leg| leg.kind == 1, 50).leg;
    assert!(take(world, &exchange, &ann, &kim, &[(place, 50)], 1));
    assert_eq!(world.margin_account(&ann.account).legs[0].kind, 4);
    world.step("To close the puts makes nothing better for sure, now or later");
    assert!(!take(world, &exchange, &ann, &kim, &[(0, 100)], 1));
    world.svm.pass(901);
    price(world, &exchange, 130_000);
    let legs = vec![QuoteLeg { leg: 0, lots: 100 }];
    let close = DeleverageArgs { legs, units: 1 };
    assert!(world.deleverage(&exchange, &ann.account, &ben.account, &close).is_err());
    world.step("Her loss does not wait until they expire");
    done(world.resolve_bankruptcy(&exchange, &ann.account));
    assert!(is_over(world, &ann.account));
    assert!(world.insurance(&exchange).paid > 0);
    let report = world.assess(&exchange.risk, &ann.account, &[BTC]);
    assert!((-20_000..20_000).contains(&report.value.get()), "{}", report.value.get());
}
