//! Keepers who compete: who waits is paid more, if anything is left to take.

use crate::{
    keepers::{ask, fees, liquidated, lots, lots_of, margins, prices, refused_as, report, terms, UNIT},
    stage::{bitcoin_exchange, call, cash, done, put, usd, vault, NEXT_FRIDAY},
};
use ballast_interface::{
    liquidation::{LiquidateArgs, LiquidationError, RescueRules},
    risk::RiskError,
};
use ballast_testkit::{rescue_rules, Exchange, Trader, World, DOLLAR};

ballast_testkit::on_every_svm!(
    who_waits_is_paid_more,
    who_comes_late_gets_nothing,
    a_keeper_names_the_least_he_works_for,
    a_keeper_can_pay_for_being_first,
    a_keeper_needs_margin_of_his_own,
);

/// Ann sold a strangle of one coin to Ben and is below her maintenance margin; Kim and Lou are keepers.
struct Scene {
    exchange: Exchange,
    ann: Trader,
    kim: Trader,
    lou: Trader,
}

fn scene(world: &mut World, rules: &RescueRules, of_lou: i64) -> Scene {
    let exchange = bitcoin_exchange(world, &[NEXT_FRIDAY]);
    world.create_fund(&exchange, rules);
    let [ann, ben, kim, lou] = [("ann", 20_000), ("ben", 500_000), ("kim", 100_000), ("lou", of_lou)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    world.step(
        "Ann sells a strangle of 100 lots to Ben; Bitcoin falls to 80 000, and somebody begins her rescue",
    );
    let legs = [put(NEXT_FRIDAY, 90_000, -100, 12 * DOLLAR), call(NEXT_FRIDAY, 100_000, -100, 14 * DOLLAR)];
    done(world.block(&exchange, &ann, &ben, &legs));
    prices(world, &exchange, &[92_000, 89_000, 86_000, 83_000, 80_000]);
    done(world.begin(&exchange, &ann.account));
    Scene { exchange, ann, kim, lou }
}

/// Puts of Ann's.
fn puts(world: &mut World, ann: &Trader, units: u32) -> LiquidateArgs {
    lots_of(world, &ann.account, |leg| leg.kind == 4, units, 0)
}

/// What a keeper is paid for just so many puts after some seconds, by the quote's risk and the rules alone.
fn pay(world: &mut World, scene: &Scene, rules: &RescueRules, seconds: i64, units: u32) -> i64 {
    let asked = puts(world, &scene.ann, units);
    let quote = ask(world, &scene.exchange, &scene.ann.account, &asked, terms(rules, seconds));
    assert_eq!(quote.units, units);
    fees(rules, seconds, quote.risk.get())[0]
}

fn who_waits_is_paid_more(world: &mut World) {
    let rules = rescue_rules();
    let scene = scene(world, &rules, 100_000);
    let Scene { exchange, ann, kim, lou } = &scene;
    // From 1 per cent to 20 within ten minutes: 2.9 after one, 10.5 after five, and no more than 20.
    let hundredths = |share: f64| (share * (1u64 << 40) as f64 / 100.0) as i64;
    for (seconds, share) in [(-1, 1.0), (0, 1.0), (60, 2.9), (300, 10.5), (600, 20.0), (9_999, 20.0)] {
        assert!((rules.discount(seconds) - hundredths(share)).abs() <= 2);
    }
    let mut shares = vec![];
    for (name, keeper, path) in [("Kim after one", kim, 1), ("Lou after five", lou, 4)] {
        prices(world, exchange, &vec![80_000; path]);
        world.step(&format!("{name} minute(s) takes four puts"));
        let seconds = world.svm.now() - world.auction(&ann.account).began_at;
        let asked = puts(world, ann, 4);
        let quote = ask(world, exchange, &ann.account, &asked, terms(&rules, seconds));
        let [paid, insurance] = fees(&rules, seconds, quote.risk.get());
        let before = cash(world, [&ann.account, &keeper.account]);
        let event = liquidated(&done(world.liquidate(exchange, &ann.account, keeper, &asked)));
        world.detail("paid", event.paid);
        assert_eq!((event.units, event.paid, event.insurance as i64), (4, paid, insurance));
        assert_eq!((event.discount, event.risk), (rules.discount(seconds), quote.risk.get()));
        let price = 4 * quote.prices[0] as i64;
        let after = cash(world, [&ann.account, &keeper.account]);
        assert_eq!(after, [before[0] - price - paid - insurance, before[1] + price + paid]);
        // In thousandths of the risk.
        shares.push(i128::from(event.paid) * UNIT * 1_000 / event.risk);
    }
    assert_eq!(shares, [28, 104]); // 2.9 and 10.5 per cent of it, rounded down.
    let auction = world.auction(&ann.account);
    assert_eq!(auction.takings, 2);
    assert_eq!((auction.seconds(world.svm.now()), auction.taken_at), (300, world.svm.now()));
    assert_eq!(vault(world, exchange), usd(720_000));
}

fn who_comes_late_gets_nothing(world: &mut World) {
    let rules = rescue_rules();
    let Scene { exchange, ann, kim, lou } = scene(world, &rules, 100_000);
    world.svm.pass(30);
    world.step("Kim and Lou both ask for 90 puts; Kim is first, gets what it needs and no more");
    let asked = puts(world, &ann, 90);
    let needed = ask(world, &exchange, &ann.account, &asked, terms(&rules, 30)).units;
    let [of_kim, of_lou] =
        [&kim, &lou].map(|keeper| world.liquidation(&exchange, &ann.account, keeper, &asked));
    let sent = done(world.svm.send(&[ballast_testkit::limit(), of_kim], &[&kim.key]));
    assert_eq!(liquidated(&sent).units, needed);
    assert!(needed < 20 && !world.is_latched(&ann.account));
    let late = world.svm.send(&[ballast_testkit::limit(), of_lou], &[&lou.key]);
    // There is no auction any more: Anchor's AccountOwnedByWrongProgram.
    assert_eq!(late.expect_err("too late").code(), Some(3007));
    assert_eq!(lots(world, &lou.account), [0; 0]);

    world.step("A few dollars more and Ann is back under liquidation; she recovers before anybody comes");
    prices(world, &exchange, &[78_000, 76_000, 74_000]);
    done(world.begin(&exchange, &ann.account));
    prices(world, &exchange, &[77_000, 80_000, 82_000]);
    assert!(rules.above_target(&margins(&report(world, &exchange, &ann.account))) > 0);
    let asked = puts(world, &ann, 10);
    refused_as(world.liquidate(&exchange, &ann.account, &lou, &asked), RiskError::AboveTarget);
    assert!(world.is_latched(&ann.account));
    done(world.end_rescue(&exchange, &ann.account));
    assert!(!world.is_latched(&ann.account));
    assert_eq!(vault(world, &exchange), usd(720_000));
}

fn a_keeper_names_the_least_he_works_for(world: &mut World) {
    let rules = rescue_rules();
    let scene = scene(world, &rules, 100_000);
    let Scene { exchange, ann, kim, .. } = &scene;
    prices(world, exchange, &[80_000, 80_000]);
    let paid = pay(world, &scene, &rules, 120, 4);
    world.step("Kim asks a unit more for each put than the auction pays, and is refused");
    let asked = puts(world, ann, 4);
    let of_least = |least_pay| LiquidateArgs { least_pay, ..asked.clone() };
    let dear = of_least(paid / 4 + 1);
    refused_as(world.liquidate(exchange, &ann.account, kim, &dear), LiquidationError::PaysTooLittle);
    world.step("Half a minute later the auction has come up to it");
    world.svm.pass(30);
    let event = liquidated(&done(world.liquidate(exchange, &ann.account, kim, &dear)));
    assert!(event.paid >= 4 * dear.least_pay);
    world.step("Just what it pays is enough, at any moment");
    let paid = pay(world, &scene, &rules, 150, 4);
    let event = liquidated(&done(world.liquidate(exchange, &ann.account, kim, &of_least(paid / 4))));
    assert_eq!(event.paid, paid);
    assert_eq!(vault(world, exchange), usd(720_000));
}

/// Where the auction pays nothing yet, the taker bears what is rounded in the account's favour: that has a limit, too.
fn a_keeper_can_pay_for_being_first(world: &mut World) {
    let rules = RescueRules { discount_start: 0, insurance: 0, ..rescue_rules() };
    let Scene { exchange, ann, kim, .. } = scene(world, &rules, 100_000);
    let asked = puts(world, &ann, 90);
    let quote = ask(world, &exchange, &ann.account, &asked, terms(&rules, 0));
    assert_eq!((quote.transfer.get(), quote.fee.get()), (0, 0));
    world.step("The auction pays nothing, and Kim would pay what is rounded: not if the least is nothing");
    refused_as(world.liquidate(&exchange, &ann.account, &kim, &asked), LiquidationError::PaysTooLittle);
    // Prices are a unit a lot too good for Ann at most, and lots are counted in 2^-20 of all that was asked for.
    let units = i64::from(quote.units);
    let price = quote.prices[0] as i64;
    let most = ((90 * price) >> 20) / units + 2;
    world.detail("a lot", price);
    world.detail("at most", most);
    let before = cash(world, [&ann.account, &kim.account]);
    let args = LiquidateArgs { least_pay: -most, ..asked };
    let event = liquidated(&done(world.liquidate(&exchange, &ann.account, &kim, &args)));
    assert!((-most * units..0).contains(&event.paid));
    let after = cash(world, [&ann.account, &kim.account]);
    assert_eq!(after, [before[0] - units * price - event.paid, before[1] + units * price + event.paid]);
    assert!(!world.is_latched(&ann.account));
    assert_eq!(vault(world, &exchange), usd(720_000));
}

fn a_keeper_needs_margin_of_his_own(world: &mut World) {
    let rules = rescue_rules();
    let Scene { exchange, ann, kim, lou } = scene(world, &rules, 300);
    world.svm.pass(30);
    world.step("Lou has 300 dollars: enough for one put, and not for four");
    let four = puts(world, &ann, 4);
    refused_as(world.liquidate(&exchange, &ann.account, &lou, &four), LiquidationError::TakerShort);
    assert_eq!(lots(world, &lou.account), [0; 0]);
    let one = puts(world, &ann, 1);
    done(world.liquidate(&exchange, &ann.account, &lou, &one));
    assert!(report(world, &exchange, &lou.account).room.get() >= 0);
    assert_eq!(lots(world, &lou.account), [-1]);

    world.step("Nobody takes over from himself, nor signs for another");
    let mut by_kim = world.liquidation(&exchange, &ann.account, &lou, &one);
    by_kim.accounts.iter_mut().filter(|meta| meta.is_signer).for_each(|meta| {
        meta.pubkey = ballast_testkit::Signer::pubkey(&kim.key);
    });
    refused_as(
        world.svm.send(&[ballast_testkit::limit(), by_kim], &[&kim.key]),
        LiquidationError::NotAllowed,
    );
    assert_eq!(vault(world, &exchange), usd(620_300));
}
