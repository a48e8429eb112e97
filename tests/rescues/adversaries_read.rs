//! Who would use what the group does not know: cash that moves far and is never counted, fees that wait where he hopes that
//! nobody looks, another group's markets, a sweep of yesterday.

use crate::{
    attempt::alone,
    rescued::{refused, refused_by_number, Scene},
    stage::{cash, done, perp, usd},
    tally::{audited, beside, is_over, shared, take_as, take_counted},
    two_exchanges::{overwrite, TwoExchanges},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions::Numbers, AccountError, Group, MarginAccount, Market, Waiting},
    liquidation::{LiquidateArgs, LiquidationError as Wrong},
    seeds,
};
use ballast_testkit::{
    limit, liquidation_program as build, rescue_rules, Arch, Failure, Form, Lite, Outcome, Signer, Trader,
    World, BTC, ETH,
};

ballast_testkit::on_every_svm!(
    nobody_is_released_far_from_what_is_counted,
    an_empty_account_is_not_released_either,
    an_end_in_time_starts_the_clock_anew,
    nobody_stakes_between_a_fee_and_its_sweep,
    another_groups_fees_stay_where_they_wait,
    a_sweep_of_the_same_second_costs_no_more_than_what_came_after,
);

fn accounts(scene: &Scene, more: &[&Trader]) -> Vec<Pubkey> {
    let three = [&scene.ann, &scene.ben, &scene.kim];
    three.iter().chain(more).map(|trader| trader.account).collect()
}

/// Mallory, who is Ann, and her friend Kim let her cash fall far below what is counted, and try every way out of the rescue.
fn nobody_is_released_far_from_what_is_counted(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let account = scene.ann.account;
    scene.price(world, 80_000);
    done(world.begin_as(Form::Read, exchange, &account));
    done(take_as(Form::Read, world, exchange, &scene.ann, &scene.kim, 20));
    let (counted, uncounted) = beside(world, &account);
    assert!(counted == usd(20_000) && uncounted < usd(-3_000), "{uncounted}");
    let before = shared(world, exchange);

    world.step(
        "By two steps at once, by the end, by the end after a refresh, whether or not the price recovers",
    );
    let legs = vec![world.quote_leg(&account, |_| true, 1)];
    let args = LiquidateArgs { legs, units: 80, least_pay: i64::MIN >> 32 };
    let take = Form::Read.of(world.liquidation(exchange, &account, &scene.kim, &args));
    let beginner = world.auction(&account).beginner;
    let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
    let end = Form::Read.of(build::end(&exchange.group(), &account, &beginner, &numbers));
    let refresh = Form::Read.of(crate::tally::refreshing(world, exchange, &account));
    let (uncounted, below) = (AccountError::CashUncounted.into(), Wrong::BelowTarget.into());
    // 6055 is the risk program's word for an account at its target.
    for (recovered, whys) in [(false, [uncounted, below, below]), (true, [6055, uncounted, uncounted])] {
        if recovered {
            scene.price(world, 95_000);
        }
        let ways = [vec![take.clone(), end.clone()], vec![end.clone()], vec![refresh.clone(), end.clone()]];
        for (way, why) in ways.into_iter().zip(whys) {
            let signers = if way.len() == 2 && way[0] == take { vec![&scene.kim.key] } else { vec![] };
            let steps = [vec![limit()], way].concat();
            refused_by_number(world.svm.send(&steps, &signers), why);
            assert!(world.is_latched(&account) && shared(world, exchange) == before);
        }
    }
    world.step("Somebody's settling counts her, and nothing is left beside: now the end may leave the group unwritten");
    let cash = cash(world, [&account])[0];
    done(world.settle(exchange, &account));
    assert_eq!(beside(world, &account), (cash, 0));
    done(world.svm.send(&[limit(), end], &[]));
    assert!(is_over(world, &account));
    audited(world, exchange, &accounts(&scene, &[]), &[]);
}

/// Who neither owes nor holds anything is released without being weighed, but not without being counted.
fn an_empty_account_is_not_released_either(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let account = scene.ann.account;
    // 187 dollars a lot leave 1 300 dollars: too little for what the rest of the position needs, at any size.
    scene.price(world, 76_300);
    done(world.begin_as(Form::Read, exchange, &account));
    for _ in 0..2 {
        done(take_as(Form::Read, world, exchange, &scene.ann, &scene.kim, 20));
        assert!(world.is_latched(&account), "nobody is released on the way");
    }
    // 40 lots lose 7 480 dollars, more than an eighth of what is counted; 60 would lose 11 220, more than a half.
    refused_by_number(
        take_as(Form::Read, world, exchange, &scene.ann, &scene.kim, 20),
        AccountError::CashUncounted.into(),
    );
    let (counted, uncounted) = beside(world, &account);
    assert!(counted == usd(20_000) && (usd(-10_000)..=usd(-7_480)).contains(&uncounted), "{uncounted}");
    // All positions are gone, past all rules: what is left is cash.
    let book: MarginAccount = world.typed(&account);
    let none: MarginAccount = bytemuck::Zeroable::zeroed();
    let bare = MarginAccount { legs: none.legs, markets: none.markets, collateral: none.collateral, ..book };
    assert!(book.cash > 0);
    world.overwrite(&account, &bare);
    refused_by_number(
        world.end_rescue_as(Form::Read, exchange, &account),
        AccountError::CashUncounted.into(),
    );
    done(world.end_rescue_as(Form::Written, exchange, &account));
    assert_eq!(beside(world, &account), (book.cash, 0));
}

/// Eve sees a fee in a market, and stakes before it is swept.
fn nobody_stakes_between_a_fee_and_its_sweep(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let [sue, eve] = ["sue", "eve"].map(|name| world.trader(exchange, name, usd(50_000)));
    done(world.stake(exchange, &sue, usd(10_000) as u64));
    scene.price(world, 86_000);
    done(world.begin_as(Form::Read, exchange, &scene.ann.account));
    done(take_as(Form::Read, world, exchange, &scene.ann, &scene.kim, 20));
    let group = exchange.group();
    let fees = world.market(&group, BTC).waiting.insurance;
    assert!(fees > usd(1) as u64 && world.typed::<Group>(&group).insurance == 0, "{fees}");

    let (owner, purse) = (eve.key.pubkey(), &eve.purse);
    let stake = build::stake(&group, &owner, &owner, purse, usd(10_000) as u64, &[BTC]);
    let blind = build::stake(&group, &owner, &owner, purse, usd(10_000) as u64, &[]);
    let idle = world.collection(exchange, &[]);
    let sweep = world.collection(exchange, &[BTC]);
    refused(world.svm.send(std::slice::from_ref(&stake), &[&eve.key]), Wrong::FeesWaiting);
    refused(world.svm.send(&[blind], &[&eve.key]), Wrong::MarketMissing);
    refused(world.svm.send(&[idle.clone(), stake.clone()], &[&eve.key]), Wrong::FeesWaiting);
    refused(world.svm.send(&[stake.clone(), sweep.clone()], &[&eve.key]), Wrong::FeesWaiting);
    assert_eq!(world.market(&group, BTC).waiting.insurance, fees);
    done(world.svm.send(&[sweep, stake], &[&eve.key]));

    // Sue has 10 000 000 000 of 10 001 000 000 shares: a million are nobody's, and Eve gets fewer for as much money.
    let fund = world.insurance(exchange);
    let assets = u128::from(usd(10_000).unsigned_abs() + fees);
    assert_eq!(u128::from(fund.assets), assets + u128::from(usd(10_000).unsigned_abs()));
    let eves = world.stake_of(exchange, &owner).shares;
    assert_eq!(u128::from(eves), 10_000_000_000 * 10_001_000_000 / assets);
    let sues = 10_000_000_000 * assets / 10_001_000_000;
    let worth = |shares: u64| u128::from(fund.worth_down(shares));
    assert!((sues..=sues + 1).contains(&worth(10_000_000_000)));
    assert!(worth(eves) <= 10_000_000_000, "Eve has nothing of the fee");
    audited(world, exchange, &accounts(&scene, &[&sue, &eve]), &[&sue, &eve]);
}

/// Fees wait at the other exchange; nobody takes them in here, alone, beside ours, or as ours.
fn another_groups_fees_stay_where_they_wait(world: &mut World) {
    let two = TwoExchanges::new(world);
    for exchange in [&two.ours, &two.other] {
        world.create_fund(exchange, &rescue_rules());
    }
    let abroad = |number| seeds::find_market(&two.other.group(), number).0;
    let waits = Waiting { insurance: usd(500) as u64, ..Waiting::default() };
    for number in [BTC, ETH] {
        overwrite(world, &abroad(number), |market: &mut Market| market.waiting = waits);
    }
    overwrite(world, &two.other.group(), |group: &mut Group| group.uncounted += usd(1_000));
    let before = [shared(world, &two.ours), shared(world, &two.other)];
    let good = world.collection(&two.ours, &[BTC, ETH]);
    let [first, last] = [good.accounts.len() - 2, good.accounts.len() - 1];
    // Events' accounts stand before those behind.
    assert_eq!(good.accounts[first].pubkey, two.market(BTC));
    let other = u32::from(AccountError::WrongGroup);
    let swapped = |places: &[(usize, Pubkey)]| {
        let mut step = good.clone();
        for (place, key) in places {
            step.accounts[*place].pubkey = *key;
        }
        step
    };
    let all = [
        ("both", other, swapped(&[(first, abroad(BTC)), (last, abroad(ETH))])),
        ("the first", other, swapped(&[(first, abroad(BTC))])),
        ("the last", other, swapped(&[(last, abroad(ETH))])),
        // The fund is asked first: it belongs to its group.
        ("the group", Wrong::WrongGroup.into(), swapped(&[(0, two.other.group())])),
    ];
    two.ring.refuse_all(world, &all);
    for number in [BTC, ETH] {
        let market: Market = world.typed(&abroad(number));
        assert_eq!(market.waiting, waits);
    }
    assert!(before == [shared(world, &two.ours), shared(world, &two.other)]);
    two.ring.accept(world, "our own", &alone(&good));
    assert_eq!(world.insurance(&two.ours).swept_at, world.svm.now());
    assert_eq!(world.insurance(&two.other).swept_at, 0);
}

/// Ann owes 5 000 dollars and the fund has 1 000. A friend sweeps, lets Zoe's fee wait in the market in the same second, and
/// makes the insurance's hop: the fee is kept from the loss, but it stays the insurance's, and nobody who stakes later has it.
fn a_sweep_of_the_same_second_costs_no_more_than_what_came_after(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let [zoe, sue, eve] = [("zoe", 30_000), ("sue", 50_000), ("eve", 50_000)]
        .map(|(name, dollars)| world.trader(exchange, name, usd(dollars)));
    done(world.stake(exchange, &sue, usd(1_000) as u64));
    done(world.block(exchange, &zoe, &scene.ben, &[perp(100, usd(950))]));
    scene.price(world, 70_000);
    for trader in [&scene.ann, &zoe] {
        done(world.begin_as(Form::Read, exchange, &trader.account));
    }
    take_counted(world, exchange, &scene.ann, &scene.kim, 100);
    assert_eq!(scene.owed(world), usd(5_000) as u64);
    let group = exchange.group();
    let sweep = world.collection(exchange, &[BTC]);
    let resolve = world.resolution(exchange, &scene.ann.account);
    let send = |world: &mut World, steps: &[&ballast_testkit::Instruction]| -> Result<Outcome, Failure> {
        let steps: Vec<_> = [limit()].into_iter().chain(steps.iter().copied().cloned()).collect();
        world.svm.send(&steps, &[])
    };

    world.step("A sweep of more than a minute ago is none");
    done(send(world, &[&sweep]));
    scene.price(world, 70_000);
    world.svm.pass(1);
    refused(send(world, &[&resolve]), Wrong::FeesWaiting);

    world.step("One of this second is one, though Zoe's fee has come since");
    done(send(world, &[&sweep]));
    done(take_as(Form::Read, world, exchange, &zoe, &scene.kim, 20));
    let fees = world.market(&group, BTC).waiting.insurance;
    assert!((1..usd(1_000) as u64).contains(&fees), "{fees}");
    done(send(world, &[&resolve]));
    let fund = world.insurance(exchange);
    assert_eq!((fund.assets, fund.shares, fund.era, fund.paid), (0, 0, 4, usd(1_000) as u64));
    // With another sweep she would owe as much less as the fee is, and not a unit more.
    assert_eq!(scene.owed(world), usd(4_000) as u64);
    assert_eq!(world.market(&group, BTC).waiting.insurance, fees);
    audited(world, exchange, &accounts(&scene, &[&zoe, &sue, &eve]), &[&sue]);

    world.step("Eve, who stakes then, does not find the fee in her hands");
    done(world.stake(exchange, &eve, usd(1_000) as u64));
    let fund = world.insurance(exchange);
    assert_eq!(fund.assets, fees + usd(1_000) as u64);
    let eves = world.stake_of(exchange, &eve.key.pubkey()).shares;
    assert!((usd(1_000) - 1_000..=usd(1_000)).contains(&(fund.worth_down(eves) as i64)));
    audited(world, exchange, &accounts(&scene, &[&zoe, &sue, &eve]), &[&sue, &eve]);
}

/// Kim restores Ann in a form that does not release her, and nobody ends her rescue, for which nobody is paid. When the
/// price falls again ten minutes later, Kim must not find an auction that has run for so long: where the group was
/// written, a new one begins, and its discount is small again.
#[test]
fn a_restored_account_is_not_sold_by_the_clock_of_its_first_fall() {
    let [written, read] = [Form::Written, Form::Read].map(|form| {
        let world = &mut World::new(Lite::new(Arch::V0));
        let scene = Scene::new(world, 20_000);
        let (exchange, account) = (&scene.exchange, scene.ann.account);
        scene.price(world, 84_000);
        done(world.begin_as(form, exchange, &account));
        done(take_as(form, world, exchange, &scene.ann, &scene.kim, 100));
        for _ in 0..10 {
            scene.price(world, 84_000);
        }
        scene.price(world, 80_000);
        if !world.is_latched(&account) {
            done(world.begin_as(form, exchange, &account));
        }
        let worth = |world: &mut World| {
            world.assess(&exchange.risk, &scene.kim.account, &[BTC]).value.get().div_euclid(10_000)
        };
        let had = worth(world);
        done(take_as(form, world, exchange, &scene.ann, &scene.kim, 10));
        worth(world) - had
    });
    // A hundredth of what ten lots risk, and a fifth: 14.47 and 289.41 dollars.
    assert_eq!(read, written);
}

/// Whoever cares can end it in time, in the form that counts: then a new auction begins with the next fall.
fn an_end_in_time_starts_the_clock_anew(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let (exchange, account) = (&scene.exchange, scene.ann.account);
    scene.price(world, 84_000);
    done(world.begin_as(Form::Read, exchange, &account));
    done(take_as(Form::Read, world, exchange, &scene.ann, &scene.kim, 100));
    assert!(world.is_latched(&account));
    scene.price(world, 84_000);
    done(world.end_rescue(exchange, &account));
    scene.price(world, 80_000);
    done(world.begin_as(Form::Read, exchange, &account));
    assert_eq!(world.auction(&account).began_at, world.svm.now());
}

/// Nobody takes what a fresh auction offers: an `end` that finds the account below its maintenance margin starts the clock.
#[test]
fn a_clock_that_stands_still_can_be_started() {
    let world = &mut World::new(Lite::new(Arch::V3));
    let scene = Scene::new(world, 20_000);
    let (exchange, account) = (&scene.exchange, scene.ann.account);
    scene.price(world, 84_000);
    done(world.begin_as(Form::Read, exchange, &account));
    done(take_as(Form::Read, world, exchange, &scene.ann, &scene.kim, 100));
    assert_eq!((world.auction(&account).idle, world.is_latched(&account)), (1, true));
    for _ in 0..10 {
        scene.price(world, 84_000);
    }
    let now = world.svm.now();
    assert_eq!(world.auction(&account).seconds(now), 0);
    scene.price(world, 80_000);
    done(world.end_rescue_as(Form::Read, exchange, &account));
    let auction = world.auction(&account);
    assert_eq!((auction.idle, auction.began_at, world.is_latched(&account)), (0, world.svm.now(), true));
    // From now on it runs, and an account below its target is not released, nor its clock set back.
    scene.price(world, 80_000);
    refused(world.end_rescue(exchange, &account), Wrong::BelowTarget);
    let run = world.svm.now() - auction.began_at;
    assert!(run > 0);
    assert_eq!(world.auction(&account).seconds(world.svm.now()), run);
}
