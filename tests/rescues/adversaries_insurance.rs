//! Who would take from the insurance what is not his: fees of a time when he bore nothing, a way out before losses, a debt
//! paid that tokens stand against.

use crate::{
    rescued::{refused, Scene},
    stage::{cash, done, perp, price, usd, vault, COIN},
};
use ballast_interface::{
    account::{instructions as account_program, TradeLeg},
    liquidation::{LiquidateArgs, LiquidationError as Wrong, EXIT_SECONDS},
    risk::Preset,
};
use ballast_testkit::{
    limit, liquidation_program, price_account, rescue_rules, risk_program, Exchange, Failure, Outcome,
    Signer, Trader, World, BTC, ETH,
};

ballast_testkit::on_every_svm!(
    fees_that_wait_are_not_for_who_comes_now,
    who_is_always_about_to_leave_bears_losses,
    haste_keeps_no_fees_from_a_loss,
    a_feed_that_fails_makes_no_token_worthless,
    dust_keeps_no_loss_from_those_who_bear_it,
    tokens_are_not_sold_by_a_doubtful_price,
    claims_on_another_pool_keep_no_loss_waiting,
);

/// Sam stakes without taking fees in first.
fn stake_alone(
    world: &mut World,
    exchange: &Exchange,
    sam: &Trader,
    amount: u64,
) -> Result<Outcome, Failure> {
    let (group, owner) = (exchange.group(), sam.key.pubkey());
    let stake =
        liquidation_program::stake(&group, &owner, &owner, &sam.purse, amount, &exchange.risk.markets);
    world.svm.send(&[stake], &[&sam.key])
}

fn unstake(world: &mut World, exchange: &Exchange, sam: &Trader, shares: u64) -> Result<Outcome, Failure> {
    let unstake = liquidation_program::unstake(&exchange.group(), &sam.key.pubkey(), shares);
    world.svm.send(&[unstake], &[&sam.key])
}

fn leave(world: &mut World, exchange: &Exchange, sam: &Trader) -> Result<Outcome, Failure> {
    let leave = liquidation_program::withdraw_stake(&exchange.group(), &sam.key.pubkey(), &sam.purse);
    world.svm.send(&[leave], &[&sam.key])
}

/// The very first stake of one unit would own all fees that wait: they have to be taken in before, and belong to nobody.
fn fees_that_wait_are_not_for_who_comes_now(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let sam = world.trader(&scene.exchange, "sam", usd(1_000));
    scene.price(world, 86_000);
    done(world.begin(&scene.exchange, &scene.ann.account));
    done(scene.take(world, 40));
    let fees = scene.waiting(world);
    assert!(fees > 1_000_000, "{fees}");
    refused(stake_alone(world, &scene.exchange, &sam, 1), Wrong::FeesWaiting);
    done(world.collect_insurance(&scene.exchange));
    // Nothing is left to be taken in, and that is no mistake.
    done(world.collect_insurance(&scene.exchange));
    done(stake_alone(world, &scene.exchange, &sam, 1_000_000));
    let fund = world.insurance(&scene.exchange);
    assert_eq!((fund.assets, fund.earned), (fees + 1_000_000, fees));
    let shares = world.stake_of(&scene.exchange, &sam.key.pubkey()).shares;
    assert!((999_000..=1_000_000).contains(&fund.worth_down(shares)));
    vault(world, &scene.exchange);
}

/// Shares whose cooldown is over would earn fees and leave before the first loss: they leave within two days or stay.
fn who_is_always_about_to_leave_bears_losses(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let sam = world.trader(&scene.exchange, "sam", usd(5_000));
    done(world.stake(&scene.exchange, &sam, usd(5_000) as u64));
    let shares = world.stake_of(&scene.exchange, &sam.key.pubkey()).shares;
    refused(unstake(world, &scene.exchange, &sam, shares + 1), Wrong::SharesMissing);
    refused(leave(world, &scene.exchange, &sam), Wrong::SharesMissing);
    done(unstake(world, &scene.exchange, &sam, shares));
    let cooldown = i64::from(world.insurance(&scene.exchange).rules.cooldown_seconds);
    world.svm.pass(cooldown - 1);
    refused(leave(world, &scene.exchange, &sam), Wrong::StakeCools);
    world.svm.pass(2 + EXIT_SECONDS);
    price(world, &scene.exchange, 95_000);
    scene.ruin(world);
    // The loss is on its way: it is too late now, and to ask again takes as long as before.
    refused(leave(world, &scene.exchange, &sam), Wrong::ExitMissed);
    done(unstake(world, &scene.exchange, &sam, shares));
    refused(leave(world, &scene.exchange, &sam), Wrong::StakeCools);
    let before = world.insurance(&scene.exchange).assets;
    done(world.resolve_bankruptcy(&scene.exchange, &scene.ann.account));
    let after = world.insurance(&scene.exchange);
    assert!(after.worth_down(shares) < before);
    vault(world, &scene.exchange);
}

/// Whoever makes the insurance's hop before fees are taken in would keep them out of a loss.
fn haste_keeps_no_fees_from_a_loss(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    // Zoe's rescue has left fees.
    let zoe = world.trader(exchange, "zoe", usd(20_000));
    done(world.block(exchange, &zoe, &scene.ben, &[perp(100, usd(950))]));
    scene.price(world, 86_000);
    done(world.begin(exchange, &zoe.account));
    let leg = world.quote_leg(&zoe.account, |leg| leg.kind == 1, 1);
    let args = LiquidateArgs { legs: vec![leg], units: 30, least_pay: 0 };
    done(world.liquidate(exchange, &zoe.account, &scene.kim, &args));
    scene.ruin(world);
    assert!(scene.waiting(world) > 0);
    let numbers = account_program::Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
    let token = scene.kim.purse.token_program;
    let group = exchange.group();
    let beginner = world.auction(&scene.ann.account).beginner;
    let quote = (&exchange.dollar, &token);
    let resolve =
        liquidation_program::resolve_bankruptcy(&group, &scene.ann.account, &beginner, quote, &numbers);
    refused(world.svm.send(&[limit(), resolve], &[]), Wrong::FeesWaiting);
    let (owed, fees) = (scene.owed(world), scene.waiting(world));
    done(world.resolve_bankruptcy(exchange, &scene.ann.account));
    assert_eq!(scene.owed(world), owed - fees.min(owed));
    vault(world, exchange);
}

/// Ann owes money against a coin that is worth far more. For a moment the coin's feed says nothing that means anything:
/// she can be put under liquidation, yet nobody pays her debt, and nobody gets her coin for nothing.
fn a_feed_that_fails_makes_no_token_worthless(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let sam = world.trader(exchange, "sam", usd(50_000));
    done(world.stake(exchange, &sam, usd(50_000) as u64));
    let dan = world.trader(exchange, "dan", 0);
    world.deposit_token(exchange, &dan, 1, COIN);
    done(world.withdraw_cash(exchange, &dan, usd(20_000) as u64));
    world.svm.pass(10);
    let mut update = world.price_update(BTC, 95_000_00000000);
    update.price = -1;
    let address = price_account(&exchange.group(), BTC);
    world.publish(&address, &update);
    done(world.svm.send(&[risk_program::refresh_price(&exchange.group(), BTC, &address)], &[]));
    done(world.begin(exchange, &dan.account));
    refused(world.resolve_bankruptcy(exchange, &dan.account), Wrong::TokenUnpriced);
    let got = world.swap_collateral(exchange, &dan.account, &scene.kim, 1, COIN / 4);
    refused(got, Wrong::TokenUnpriced);
    // It says something again.
    scene.price(world, 95_000);
    refused(world.resolve_bankruptcy(exchange, &dan.account), Wrong::NotReduced);
    let got = world.swap_collateral(exchange, &dan.account, &scene.kim, 1, COIN / 4);
    refused(got, Wrong::NoRelief);
    done(world.end_rescue(exchange, &dan.account));
    // The debt, with a minute's interest.
    let [debt] = cash(world, [&dan.account]);
    assert!(debt <= -usd(20_000) && debt > -usd(20_001), "{debt}");
    assert_eq!(world.insurance(exchange).assets, usd(50_000) as u64);
}

/// A speck of a token would make an account worth more than it owes, and so keep its loss from being borne.
fn dust_keeps_no_loss_from_those_who_bear_it(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let sam = world.trader(exchange, "sam", usd(50_000));
    done(world.stake(exchange, &sam, usd(50_000) as u64));
    scene.ruin(world);
    // At 70 000 dollars, 1 428 satoshis are 99.96 cents; one more is more than a dollar.
    world.deposit_token(exchange, &scene.ann, 1, 1_429);
    refused(world.resolve_bankruptcy(exchange, &scene.ann.account), Wrong::NotReduced);
    done(world.swap_collateral(exchange, &scene.ann.account, &scene.kim, 1, 1));
    let owed = scene.owed(world);
    done(world.resolve_bankruptcy(exchange, &scene.ann.account));
    // The speck stays, and as much of the debt.
    assert_eq!(scene.owed(world), 999_600);
    assert_eq!(world.insurance(exchange).assets, usd(50_000) as u64 - (owed - 999_600));
    assert!(!world.is_latched(&scene.ann.account));
    vault(world, exchange);
}

/// A spike far from the average puts a borrower under liquidation at once, but sells nothing until it has lasted.
fn tokens_are_not_sold_by_a_doubtful_price(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let dan = world.trader(exchange, "dan", 0);
    world.deposit_token(exchange, &dan, 1, COIN);
    done(world.withdraw_cash(exchange, &dan, usd(70_000) as u64));
    let spike = |world: &mut World| {
        let mut update = world.price_update(BTC, 75_000_00000000);
        update.average = 95_000_00000000;
        let address = price_account(&exchange.group(), BTC);
        world.publish(&address, &update);
        done(world.svm.send(&[risk_program::refresh_price(&exchange.group(), BTC, &address)], &[]));
    };
    world.svm.pass(10);
    spike(world);
    done(world.begin(exchange, &dan.account));
    let buy = |world: &mut World| world.swap_collateral(exchange, &dan.account, &scene.kim, 1, COIN / 100);
    refused(buy(world), Wrong::TokenUnpriced);
    world.svm.pass(599);
    spike(world);
    refused(buy(world), Wrong::TokenUnpriced);
    world.svm.pass(1);
    done(buy(world));
}

/// Ann has a claim on ether's pool that nobody pays in for, and owes far more. The loss beyond the claim is borne at once;
/// the claim, and as much of the debt, stays.
fn claims_on_another_pool_keep_no_loss_waiting(world: &mut World) {
    let exchange = world.create_exchange(Preset::Ballast, &[BTC, ETH]);
    world.create_fund(&exchange, &rescue_rules());
    let both = |world: &mut World, bitcoin: i64, ether: i64| {
        price(world, &exchange, bitcoin);
        world.set_price(&exchange.risk, ETH, ether * COIN as i64);
    };
    both(world, 95_000, 3_500);
    let [ann, ben, kim, sam] = [("ann", 20_000), ("ben", 500_000), ("kim", 300_000), ("sam", 50_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.stake(&exchange, &sam, usd(50_000) as u64));
    let ether = |lots: i64, dollars: i64| TradeLeg { number: ETH, ..perp(lots, usd(dollars)) };
    done(world.block(&exchange, &ann, &ben, &[perp(80, usd(950)), ether(10, 35)]));
    // Ether has risen a dollar a lot; Ann sells to Kim, and Ben keeps his loss open.
    world.svm.pass(60);
    both(world, 95_000, 3_600);
    done(world.block(&exchange, &ann, &kim, &[ether(-10, 36)]));
    assert_eq!(world.margin_account(&ann.account).unpaid(ETH), usd(10));
    world.svm.pass(60);
    both(world, 65_000, 3_600);
    done(world.begin(&exchange, &ann.account));
    let leg = world.quote_leg(&ann.account, |leg| leg.kind == 1, 1);
    let args = LiquidateArgs { legs: vec![leg], units: 80, least_pay: 0 };
    done(world.liquidate(&exchange, &ann.account, &kim, &args));
    let owed = world.margin_account(&ann.account).owed();
    assert_eq!(owed, usd(4_000) as u64);
    done(world.resolve_bankruptcy(&exchange, &ann.account));
    let book = world.margin_account(&ann.account);
    assert_eq!((book.owed(), book.unpaid(ETH)), (usd(10) as u64, usd(10)));
    assert!(!world.is_latched(&ann.account));
    assert_eq!(world.insurance(&exchange).assets, usd(50_000 - 4_000 + 10) as u64);
    vault(world, &exchange);
}
