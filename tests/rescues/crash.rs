//! A short-gamma book through a crash: a part of it goes, the rest lives through the rebound.

use crate::{
    keepers::{
        ask, fees, liquidated, lots, lots_of, margins, prices, refused_as, report, share_up, terms, UNIT,
    },
    stage::{bitcoin_exchange, call, cash, done, put, usd, vault, FRIDAY, NEXT_FRIDAY},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::liquidation::{LiquidateArgs, LiquidationError};
use ballast_margin::quote::Margins;
use ballast_testkit::{rescue_rules, Exchange, Trader, World, DOLLAR};

ballast_testkit::on_every_svm!(a_part_is_enough, closing_it_all_would_have_cost_more);

/// Two who sold the same strangle of one coin to Ben, and are short of margin when Bitcoin is at 80 000; Kim has money.
struct Scene {
    exchange: Exchange,
    ann: Trader,
    amy: Trader,
    kim: Trader,
}

fn scene(world: &mut World) -> Scene {
    let exchange = bitcoin_exchange(world, &[FRIDAY, NEXT_FRIDAY]);
    world.create_fund(&exchange, &rescue_rules());
    let [ann, amy, ben, kim] = [("ann", 20_000), ("amy", 20_000), ("ben", 500_000), ("kim", 300_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    world.step("Ann and Amy sell a strangle of 100 lots, one coin, each to Ben");
    let legs = [put(NEXT_FRIDAY, 90_000, -100, 12 * DOLLAR), call(NEXT_FRIDAY, 100_000, -100, 14 * DOLLAR)];
    for seller in [&ann, &amy] {
        done(world.block(&exchange, seller, &ben, &legs));
    }
    assert_eq!(cash(world, [&ann.account, &amy.account]), [usd(22_600); 2]);
    world.step("Bitcoin falls from 95 000 to 80 000 within eight minutes");
    for dollars in [92_000, 89_000, 86_000, 83_000] {
        prices(world, &exchange, &[dollars]);
        assert!(report(world, &exchange, &ann.account).health.get() > 0);
    }
    refused_as(world.begin(&exchange, &ann.account), LiquidationError::Healthy);
    prices(world, &exchange, &[80_000]);
    let now = report(world, &exchange, &ann.account);
    assert!(now.health.get() < 0 && now.value.get() > 0);
    for seller in [&ann, &amy] {
        done(world.begin(&exchange, &seller.account));
        assert!(world.is_latched(&seller.account));
    }
    refused_as(world.end_rescue(&exchange, &ann.account), LiquidationError::BelowTarget);
    Scene { exchange, ann, amy, kim }
}

/// All of somebody's puts.
fn puts(world: &mut World, account: &Pubkey, units: u32) -> LiquidateArgs {
    lots_of(world, account, |leg| leg.kind == 4, units, 0)
}

/// What an account has above its target when so many puts are closed: margins without them, as the risk program weighs
/// them without any fee, and fees by hand.
fn above_without(world: &mut World, exchange: &Exchange, account: &Pubkey, units: u32, fee: i128) -> i128 {
    let asked = puts(world, account, units);
    let Margins { value, maintenance, initial } = ask(world, exchange, account, &asked, None).after.margins();
    let gap = share_up(rescue_rules().target, initial.0 - maintenance.0);
    value.0 - fee - maintenance.0 - gap
}

fn a_part_is_enough(world: &mut World) {
    let Scene { exchange, ann, amy, kim } = scene(world);
    let rules = rescue_rules();
    world.step("After half a minute the auction pays 1.95 per cent of the risk");
    world.svm.pass(30);
    assert_eq!(rules.discount(30), 21_440_476_741); // A hundredth and a twentieth of 19 hundredths.
    let asked = puts(world, &ann.account, 100);
    let quote = ask(world, &exchange, &ann.account, &asked, terms(&rules, 30));
    let units = quote.units;
    world.detail("lots", units);
    assert!(1 < units && units < 50 && quote.restores == 1);

    world.step("So many puts are the fewest that bring her to her target: one fewer would not");
    let risk = quote.risk.get();
    let both = rules.discount(30) + rules.insurance;
    for (lots, enough) in [(units, true), (units - 1, false)] {
        let fee = share_up(both, risk * i128::from(lots) / 100);
        let above = above_without(world, &exchange, &ann.account, lots, fee);
        world.detail("above target", above / UNIT / i128::from(DOLLAR));
        assert_eq!(above >= 0, enough);
    }

    world.step("Kim asks for all puts, gets those, and the account is released at once");
    let before = report(world, &exchange, &ann.account);
    let sent = done(world.liquidate(&exchange, &ann.account, &kim, &asked));
    world.detail("compute units", sent.compute_units);
    assert_eq!(lots(world, &ann.account), [i64::from(units) - 100, -100]);
    assert_eq!(lots(world, &kim.account), [-i64::from(units)]);
    assert!(!world.is_latched(&ann.account));
    let event = liquidated(&sent);
    assert!((event.units, event.restores, event.forced) == (units, true, false));
    // Ann pays the puts at their mark, and for their risk. Both are counted in 2^-20 of all that was asked for, and
    // rounded so that Kim makes up for it.
    let [paid, insurance] = fees(&rules, 30, risk * i128::from(units) / 100);
    let [unsure, _] = fees(&rules, 30, risk);
    let unsure = ((unsure + 100 * quote.prices[0] as i64) >> 20) + 2;
    assert!((0..=unsure).contains(&(paid - event.paid)));
    assert!((0..=unsure).contains(&(insurance - event.insurance as i64)));
    let price = quote.prices[0] as i64 * i64::from(units);
    let [of_ann, of_kim] = cash(world, [&ann.account, &kim.account]);
    assert_eq!(of_ann, usd(22_600) - price - event.paid - event.insurance as i64);
    assert_eq!(of_kim, usd(300_000) + price + event.paid);
    // Her value has lost what she paid beside the marks, but for the hundredths of a cent by which marks are unsure.
    let after = report(world, &exchange, &ann.account);
    let lost = before.value.get() - after.value.get();
    assert!((lost / UNIT - i128::from(paid + insurance)).abs() < 2 * i128::from(unsure));
    assert!(rules.above_target(&margins(&after)) >= 0 && after.health.get() > 0);

    world.step("Amy's keeper takes one fewer: she stays under liquidation, until the last one goes, too");
    let few = puts(world, &amy.account, units - 1);
    done(world.liquidate(&exchange, &amy.account, &kim, &few));
    assert!(world.is_latched(&amy.account));
    assert!(rules.above_target(&margins(&report(world, &exchange, &amy.account))) < 0);
    refused_as(world.end_rescue(&exchange, &amy.account), LiquidationError::BelowTarget);
    let rest = puts(world, &amy.account, 50);
    let sent = done(world.liquidate(&exchange, &amy.account, &kim, &rest));
    assert_eq!((liquidated(&sent).units, world.is_latched(&amy.account)), (1, false));
    assert_eq!(lots(world, &amy.account), [i64::from(units) - 100, -100]);
    assert_eq!(vault(world, &exchange), usd(840_000));
}

fn closing_it_all_would_have_cost_more(world: &mut World) {
    let Scene { exchange, ann, amy, kim } = scene(world);
    let rules = rescue_rules();
    world.svm.pass(30);
    let asked = puts(world, &ann.account, 100);
    let both = [
        world.quote_leg(&ann.account, |leg| leg.kind == 4, 1),
        world.quote_leg(&ann.account, |leg| leg.kind == 3, 1),
    ];
    let all = LiquidateArgs { legs: both.to_vec(), ..asked.clone() };
    let before = report(world, &exchange, &ann.account).value.get();
    let risk = ask(world, &exchange, &ann.account, &all, terms(&rules, 30)).risk.get();
    world.step("Were the whole strangle closed, Ann would keep its value less the fees of all its risk");
    let closed = before - share_up(rules.discount(30) + rules.insurance, risk);
    world.detail("dollars", closed / UNIT / i128::from(DOLLAR));
    world.step("A few puts go instead, and Amy's rest of them, too");
    for (seller, args) in [(&ann, asked), (&amy, all)] {
        done(world.liquidate(&exchange, &seller.account, &kim, &args));
        assert!(!world.is_latched(&seller.account));
    }

    world.step("Bitcoin is back at 92 000 ten minutes later");
    prices(world, &exchange, &[82_000, 84_000, 86_000, 88_000, 90_000, 92_000]);
    for seller in [&ann, &amy] {
        let now = report(world, &exchange, &seller.account);
        world.detail("dollars", now.value.get() / UNIT / i128::from(DOLLAR));
        // The rest of the strangle has gained thousands of dollars with the rebound.
        assert!(now.health.get() > 0 && now.value.get() > closed + 3_000 * UNIT * i128::from(DOLLAR));
    }
    refused_as(world.begin(&exchange, &ann.account), LiquidationError::Healthy);
    assert_eq!(vault(world, &exchange), usd(840_000));
}
