//! A date expires while the account is under liquidation: what has expired settles, and the rest of the rescue goes on.

use crate::{
    keepers::{ask, fees, liquidated, lots, lots_of, margins, prices, refused_as, report, terms},
    stage::{
        bitcoin_exchange, call, cash, done, hold_price, price, put, surface, unpaid, usd, vault, wait_until,
        FRIDAY, NEXT_FRIDAY,
    },
};
use ballast_interface::{
    account::instructions as account_program,
    liquidation::{LiquidateArgs, LiquidationError},
    risk::RiskError,
};
use ballast_testkit::{rescue_rules, Exchange, Trader, World, BTC, DOLLAR};

ballast_testkit::on_every_svm!(what_expired_settles_and_the_rest_goes_on, settling_can_be_enough);

struct Scene {
    exchange: Exchange,
    ann: Trader,
    ben: Trader,
    kim: Trader,
}

/// An hour before Friday's options expire Ann sells puts that do, and a strangle of the week after; Bitcoin falls to
/// 85 000, and half an hour before they expire somebody begins her rescue.
fn scene(world: &mut World, of_ann: i64, expiring: i64, later: i64) -> Scene {
    let dates = [FRIDAY, NEXT_FRIDAY];
    let exchange = bitcoin_exchange(world, &dates);
    world.create_fund(&exchange, &rescue_rules());
    let [ann, ben, kim] = [("ann", of_ann), ("ben", 500_000), ("kim", 200_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    wait_until(world, FRIDAY - 3_600);
    price(world, &exchange, 95_000);
    surface(world, &exchange, 95_000, &dates);
    world.step("An hour before they expire Ann sells Friday's puts to Ben, and a strangle of the week after");
    let legs = [
        put(FRIDAY, 95_000, -expiring, 3 * DOLLAR),
        put(NEXT_FRIDAY, 90_000, -later, 8 * DOLLAR),
        call(NEXT_FRIDAY, 100_000, -later, 10 * DOLLAR),
    ];
    done(world.block(&exchange, &ann, &ben, &legs));
    prices(world, &exchange, &[93_000, 91_000, 89_000, 87_000, 85_000]);
    wait_until(world, FRIDAY - 1_800);
    price(world, &exchange, 85_000);
    surface(world, &exchange, 85_000, &dates);
    world.step("Half an hour before, at 85 000, somebody begins her rescue");
    done(world.begin(&exchange, &ann.account));
    Scene { exchange, ann, ben, kim }
}

/// The puts that expire on Friday, or those of the week after.
fn puts(world: &mut World, ann: &Trader, expiry: i64, units: u32) -> LiquidateArgs {
    lots_of(world, &ann.account, |leg| (leg.kind, leg.expiry) == (4, expiry), units, 0)
}

fn freeze(world: &mut World, exchange: &Exchange) {
    let freeze = account_program::freeze_settlement(&exchange.group(), BTC, FRIDAY);
    done(world.svm.send(&[freeze], &[]));
    // 850 a lot, since Bitcoin stood at 85 000 for all of the last half hour.
    assert_eq!(world.market(&exchange.group(), BTC).dates[0].settlement, usd(850) as u64);
}

fn what_expired_settles_and_the_rest_goes_on(world: &mut World) {
    let Scene { exchange, ann, ben, kim } = scene(world, 21_500, 50, 100);
    world.step("Before they expire a keeper takes five of Friday's puts");
    let five = puts(world, &ann, FRIDAY, 5);
    done(world.liquidate(&exchange, &ann.account, &kim, &five));
    hold_price(world, &exchange, 85_000, FRIDAY);
    price(world, &exchange, 85_000);
    surface(world, &exchange, 85_000, &[NEXT_FRIDAY]);

    world
        .step("At eight they have expired: nobody can take them over any more, together with others neither");
    let mut both = five.clone();
    both.legs.extend(puts(world, &ann, NEXT_FRIDAY, 1).legs);
    for asked in [&five, &both] {
        refused_as(world.liquidate(&exchange, &ann.account, &kim, asked), RiskError::LegExpired);
    }
    world.step("Nothing else waits for them: a keeper takes ten puts of the week after");
    let [of_ann] = cash(world, [&ann.account]);
    let ten = puts(world, &ann, NEXT_FRIDAY, 10);
    let seconds = world.svm.now() - world.auction(&ann.account).began_at;
    assert_eq!(seconds, 1_800);
    let quote = ask(world, &exchange, &ann.account, &ten, terms(&rescue_rules(), seconds));
    let event = liquidated(&done(world.liquidate(&exchange, &ann.account, &kim, &ten)));
    let [paid, insurance] = fees(&rescue_rules(), seconds, quote.risk.get());
    assert_eq!((event.units, event.paid, event.insurance as i64), (10, paid, insurance));
    assert_eq!(cash(world, [&ann.account]), [of_ann - 10 * quote.prices[0] as i64 - paid - insurance]);
    assert_eq!(lots(world, &ann.account), [-45, -90, -100]);

    world.step("The date's price is frozen; the next taking settles her 45 puts at 100 dollars each before it sizes itself");
    freeze(world, &exchange);
    let [of_ann] = cash(world, [&ann.account]);
    let mut asked = puts(world, &ann, NEXT_FRIDAY, 60);
    let quote = ask(world, &exchange, &ann.account, &asked, terms(&rescue_rules(), 1_800));
    // Positions are named by their places after that, and those that are settled leave theirs.
    asked.legs[0].leg -= 1;
    let sent = done(world.liquidate(&exchange, &ann.account, &kim, &asked));
    world.detail("compute units", sent.compute_units);
    let event = liquidated(&sent);
    world.detail("puts", event.units);
    let taken = i64::from(event.units);
    assert!(0 < taken && taken < 60 && event.restores && !world.is_latched(&ann.account));
    assert_eq!(lots(world, &ann.account), [taken - 90, -100]);
    // The risk of 60 puts is the same with the settled ones beside them and without.
    let [paid, _] = fees(&rescue_rules(), 1_800, quote.risk.get() * i128::from(taken) / 60);
    let unsure = ((60 * (quote.prices[0] as i64 + paid)) >> 20) + 2;
    assert!((0..=unsure).contains(&(paid - event.paid)));
    let spent = taken * quote.prices[0] as i64 + event.paid + event.insurance as i64;
    assert_eq!(cash(world, [&ann.account]), [of_ann - 45 * usd(100) - spent]);
    let now = margins(&report(world, &exchange, &ann.account));
    assert!(rescue_rules().above_target(&now) >= 0);
    for trader in [&kim, &ben] {
        done(world.settle(&exchange, &trader.account));
    }
    assert_eq!(unpaid(world, [&ann.account, &ben.account, &kim.account]), [0; 3]);
    assert_eq!(vault(world, &exchange), usd(721_500));
}

fn settling_can_be_enough(world: &mut World) {
    let Scene { exchange, ann, ben, .. } = scene(world, 9_500, 50, 1);
    hold_price(world, &exchange, 85_000, FRIDAY - 1_500);
    price(world, &exchange, 85_000);
    refused_as(world.end_rescue(&exchange, &ann.account), LiquidationError::BelowTarget);
    hold_price(world, &exchange, 85_000, FRIDAY);
    price(world, &exchange, 85_000);
    surface(world, &exchange, 85_000, &[NEXT_FRIDAY]);
    world.step("Nobody came; settled, the puts need no margin, and the rescue can end");
    freeze(world, &exchange);
    let [of_ann] = cash(world, [&ann.account]);
    done(world.end_rescue(&exchange, &ann.account));
    assert_eq!(cash(world, [&ann.account]), [of_ann - 50 * usd(100)]);
    assert!(!world.is_latched(&ann.account));
    done(world.settle(&exchange, &ben.account));
    assert_eq!(vault(world, &exchange), usd(709_500));
}
