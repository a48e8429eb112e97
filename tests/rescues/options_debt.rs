//! Options that were bought back into debt: the loss belongs to their market, as far as it was paid for them.

use crate::{
    stage::{cash, done, price, put, unpaid, usd, NEXT_FRIDAY},
    tally::{capped, declined, is_over, quiet_exchange, refresh, sums, take, trade},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::liquidation::LiquidationError as No;
use ballast_testkit::{Exchange, Trader, World, BTC};

ballast_testkit::on_every_svm!(
    insurance_pays_up_to_the_markets_cap_and_lenders_the_rest,
    the_cap_is_that_of_the_options_market,
);

struct Scene {
    exchange: Exchange,
    ann: Trader,
    all: Vec<Pubkey>,
    /// What was paid for the puts, in quote units.
    paid: i64,
    /// All money before the fall.
    before: i64,
}

/// Ann sells Ben puts on one Bitcoin at 90 000; it falls to 40 000, and Kim takes them over.
fn scene(world: &mut World, market_cap: i64) -> Scene {
    let exchange = quiet_exchange(world, &[NEXT_FRIDAY], &capped(market_cap));
    let [ann, ben, kim, sue] = [("ann", 20_000), ("ben", 200_000), ("kim", 300_000), ("sue", 100_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.stake(&exchange, &sue, usd(50_000) as u64));
    let all = [&ann, &ben, &kim, &sue].map(|trader| trader.account).to_vec();
    world.step("Ann has 20 000 dollars and sells Ben puts on one Bitcoin at 90 000, for 1 200");
    trade(world, &exchange, &ann, &ben, put(NEXT_FRIDAY, 90_000, -100, usd(12)));
    let before = sums(world, &exchange, &all);

    world.step("At 40 000 Kim takes them over at the mark: Ann pays about 50 000, most of it in debt");
    price(world, &exchange, 40_000);
    let report = world.assess(&exchange.risk, &ann.account, &[BTC]);
    done(world.begin(&exchange, &ann.account));
    let kims = cash(world, [&kim.account])[0];
    done(take(world, &exchange, &ann, &kim, 100));
    let [anns, paid] = [cash(world, [&ann.account])[0], cash(world, [&kim.account])[0] - kims];
    assert_eq!((anns, unpaid(world, [&ann.account])), (usd(21_200) - paid, [0]));
    // A price is a whole number of units a lot, and Kim makes up for what an assessment may err by: a unit at most.
    let mark = (paid + 99) / 100;
    assert!((0..=1).contains(&(100 * mark - paid)), "{paid}");
    // Worth at least what exercising brings, and little more so far from the strike; what she was worth, she owes.
    assert!((usd(500)..usd(505)).contains(&mark), "{mark}");
    let worth = report.value.get().div_euclid(10_000) as i64;
    assert!((0..200).contains(&(anns - worth)), "a lot is rounded by a unit: {anns} for {worth}");
    let bought = world.auction(&ann.account).bought[0];
    assert_eq!((bought.market, bought.paid as i64), (BTC, 100 * mark));
    assert_eq!(sums(world, &exchange, &all), before);
    Scene { exchange, ann, all, paid, before }
}

fn insurance_pays_up_to_the_markets_cap_and_lenders_the_rest(world: &mut World) {
    let Scene { exchange, ann, all, paid, before } = scene(world, usd(10_000));
    let debt = paid - usd(21_200);
    world.detail("debt", debt);
    world.step("The insurance pays its 10 000 for Bitcoin's market");
    done(world.resolve_bankruptcy(&exchange, &ann.account));
    let fund = world.insurance(&exchange);
    assert_eq!((fund.assets, fund.covers[0].market), (40_000_000_000, BTC));
    assert_eq!((fund.covers[0].meter.level, fund.covers[1].taken), (usd(10_000), 0));
    assert_eq!(cash(world, [&ann.account]), [usd(10_000) - debt]);

    world.step("It is no loss of any pool: no claims are cut");
    declined(world.resolve_bankruptcy(&exchange, &ann.account), No::HopEarly);
    world.svm.pass(300);
    done(world.resolve_bankruptcy(&exchange, &ann.account));
    assert_eq!(cash(world, [&ann.account]), [usd(10_000) - debt]);
    assert_eq!(sums(world, &exchange, &all), before);

    world.step("The rest is shared by all lenders, in proportion");
    let lenders = [&all[1], &all[2], &all[3]];
    let had = cash(world, lenders);
    let (lent, loss) = (had.iter().sum::<i64>(), debt - usd(10_000));
    declined(world.resolve_bankruptcy(&exchange, &ann.account), No::HopEarly);
    world.svm.pass(300);
    done(world.resolve_bankruptcy(&exchange, &ann.account));
    assert!(is_over(world, &ann.account) && world.margin_account(&ann.account).is_empty());
    price(world, &exchange, 40_000);
    refresh(world, &exchange, &all);
    for (had, has) in had.into_iter().zip(cash(world, lenders)) {
        let fair = (i128::from(had) * i128::from(lent - loss)).div_euclid(lent.into()) as i64;
        assert!((0..=1).contains(&(fair - has)), "{has} for {fair}");
    }
    assert_eq!(sums(world, &exchange, &all), before);
}

fn the_cap_is_that_of_the_options_market(world: &mut World) {
    let Scene { exchange, ann, all, paid, before } = scene(world, usd(40_000));
    let debt = paid - usd(21_200);
    world.step("Within the cap the insurance pays all of it, and nobody else has lost");
    done(world.resolve_bankruptcy(&exchange, &ann.account));
    assert!(is_over(world, &ann.account) && world.margin_account(&ann.account).is_empty());
    let fund = world.insurance(&exchange);
    assert_eq!(fund.assets as i64, usd(50_000) - debt);
    assert_eq!((fund.covers[0].market, fund.covers[0].meter.level), (BTC, debt));
    assert_eq!(sums(world, &exchange, &all), before);
}
