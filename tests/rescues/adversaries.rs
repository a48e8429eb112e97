//! Who would be paid for a rescue that is none, or keep others from one.

use crate::{
    rescued::{refused, refused_by_number, Scene},
    stage::{cash, done, future, perp, price, usd, vault, COIN},
};
use ballast_interface::{
    account::{instructions::Numbers, Group},
    liquidation::{DeleverageArgs, LiquidateArgs, LiquidationError as Wrong},
    risk::{Preset, QuoteLeg},
};
use ballast_testkit::{
    account_program, limit, liquidation_program, price_account, rescue_rules, risk_program, Signer, Trader,
    World, BTC, ETH,
};

ballast_testkit::on_every_svm!(
    to_rescue_oneself_gains_nothing,
    friends_gain_no_more_than_the_discount_takes_from_their_own,
    a_bad_trade_cannot_make_an_account_fit_for_liquidation,
    a_healthy_account_is_begun_by_no_omission,
    nobody_takes_over_from_himself_or_while_latched,
    lot_by_lot_pays_no_more_than_at_once,
    flickering_starts_the_auction_anew_only_at_the_target,
    a_top_up_in_front_leaves_nothing_to_take,
    a_speck_in_a_doubtful_market_stops_a_rescue_for_its_pause_only,
    winners_who_are_no_part_of_a_loss_are_left_alone,
    half_a_hedge_is_not_taken_in_two_steps,
);

mod once {
    //! Attacks that once worked.

    use super::*;
    use ballast_testkit::{Arch, Lite};

    /// The least stake, a tenth of a cent, owns a small part of later fees though it is the first, and leaves shares cheap
    /// enough that a dollar can be staked.
    #[test]
    fn a_tenth_of_a_cent_does_not_own_the_fund() {
        let world = &mut World::new(Lite::new(Arch::V0));
        let scene = Scene::new(world, 20_000);
        let exchange = &scene.exchange;
        let [eve, sam] = ["eve", "sam"].map(|name| world.trader(exchange, name, usd(1_000)));
        done(world.stake(exchange, &eve, 1_000));
        scene.price(world, 86_000);
        done(world.begin(exchange, &scene.ann.account));
        done(scene.take(world, 40));
        done(world.collect_insurance(exchange));
        let fund = world.insurance(exchange);
        let worth = fund.worth_down(1_000);
        assert!(worth < fund.assets / 100, "worth {worth}");
        done(world.stake(exchange, &sam, usd(1) as u64));
    }

    /// Whoever takes a lot first keeps nobody from asking for the whole position: the request is cut to what is left.
    #[test]
    fn one_lot_in_front_stops_nobody() {
        let world = &mut World::new(Lite::new(Arch::V0));
        let scene = Scene::new(world, 20_000);
        let friend = world.trader(&scene.exchange, "friend", usd(5_000));
        scene.price(world, 84_000);
        done(world.begin(&scene.exchange, &scene.ann.account));
        let all = scene.asking(world, 100);
        let one = scene.asking(world, 1);
        done(world.liquidate(&scene.exchange, &scene.ann.account, &friend, &one));
        done(world.liquidate(&scene.exchange, &scene.ann.account, &scene.kim, &all));
    }
}

/// All that some traders' accounts hold in cash and have coming from the pool, with what the insurance gets.
fn fortune(world: &mut World, scene: &Scene, traders: &[&Trader]) -> i64 {
    let fees = world.typed::<Group>(&scene.exchange.group()).insurance;
    let of = |world: &mut World, trader: &Trader| {
        let book = world.margin_account(&trader.account);
        book.cash + book.markets.iter().map(|row| row.unpaid_profit).sum::<i64>()
    };
    traders.iter().map(|trader| of(world, trader)).sum::<i64>() + fees as i64
}

/// Worth of an account, in quote units, rounded down.
fn worth(world: &mut World, scene: &Scene, trader: &Trader) -> i64 {
    let [_, risks] = world.needs(&scene.exchange, &[trader.account], &[]);
    let report = world.assess(&scene.exchange.risk, &trader.account, &risks);
    report.value.get().div_euclid(10_000) as i64
}

/// A second account of Ann's, with its own money.
fn second(world: &mut World, scene: &Scene, money: i64) -> Trader {
    let key = scene.ann.key.insecure_clone();
    let (account, _) = world.open_account(&scene.exchange.group(), &key, &key, 1);
    let purse = world.purse(&scene.exchange.dollar, &key, "ann's other purse", usd(money) as u64);
    let (group, owner) = (scene.exchange.group(), key.pubkey());
    let deposit = account_program::deposit(&group, &account, 0, 0, &purse, &owner, usd(money) as u64, &[]);
    done(world.svm.send(&[deposit], &[&key]));
    Trader { key, account, purse, nonce: 1 }
}

/// Ann begins, takes over by her second account and ends in one transaction: she loses the insurance's fee, to the unit,
/// and what is taken is no more than the target needs.
fn to_rescue_oneself_gains_nothing(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let other = second(world, &scene, 100_000);
    scene.price(world, 86_000);
    let before = fortune(world, &scene, &[&scene.ann, &other]);
    let value = worth(world, &scene, &scene.ann) + worth(world, &scene, &other);
    let (group, owner) = (scene.exchange.group(), scene.ann.key.pubkey());
    let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
    let account = &scene.ann.account;
    let args = scene.asking(world, 100);
    let begin = liquidation_program::begin(&group, account, &owner, &numbers);
    let taker = (&other.account, &owner);
    let take = liquidation_program::liquidate(&group, account, &owner, taker, &numbers, &args);
    done(world.svm.send(&[limit(), begin, take.clone()], &[&scene.ann.key]));
    assert!(!world.is_latched(account));
    // There is nothing left to take: no auction.
    refused_by_number(world.svm.send(&[limit(), take], &[&scene.ann.key]), 3007);
    let fees = scene.waiting(world) as i64;
    assert!(fees > 0);
    let after = worth(world, &scene, &scene.ann) + worth(world, &scene, &other);
    assert_eq!(value - after, fees, "what both accounts have lost is the insurance's");
    let book = world.margin_account(account);
    assert!(book.legs[0].quantity > 0 && book.legs[0].quantity < 100);
    // Realised at the mark: all money together has changed by the loss that Ben has not realised, and no more.
    let realised = (100 - book.legs[0].quantity) * usd(90);
    assert_eq!(before - fortune(world, &scene, &[&scene.ann, &other]), realised);
    vault(world, &scene.exchange);
}

/// Ann and Kim are one. What Kim is paid comes from Ann alone; both together lose the fee. A gap behind it costs the others
/// no more than it would have without the rescue, plus what Kim was paid.
fn friends_gain_no_more_than_the_discount_takes_from_their_own(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    scene.price(world, 82_000);
    done(world.begin(&scene.exchange, &scene.ann.account));
    // The auction has run to its end, and nobody else came.
    for _ in 0..10 {
        scene.price(world, 82_000);
    }
    let both = worth(world, &scene, &scene.ann) + worth(world, &scene, &scene.kim);
    let kim = worth(world, &scene, &scene.kim);
    done(scene.take(world, 100));
    let fees = scene.waiting(world) as i64;
    let after = worth(world, &scene, &scene.ann) + worth(world, &scene, &scene.kim);
    assert_eq!(both - after, fees);
    let paid = worth(world, &scene, &scene.kim) - kim;
    assert!(paid > 0);
    let left = world.margin_account(&scene.ann.account).legs[0].quantity;
    // A gap to 70 000: without the rescue Ann's 20 000 would have been short of 25 000 by 5 000.
    scene.price(world, 70_000);
    let missing = -worth(world, &scene, &scene.ann).min(0);
    let before = usd(5_000);
    assert!(missing <= before + paid + fees, "{missing} with {left} lots left, {paid} paid");
    // Both together: honest prices on a hundred lots, the fee, and what the gap leaves to others.
    let both = worth(world, &scene, &scene.ann) + worth(world, &scene, &scene.kim);
    assert_eq!(both, usd(320_000 - 25_000) - fees);
}

/// A trade at an off-price against a friend leaves initial margin, or is refused: nobody falls below maintenance by it.
fn a_bad_trade_cannot_make_an_account_fit_for_liquidation(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let short = |room: i64| perp(10, usd(950 + room));
    // 95 dollars a lot above the index is within the band; ten lots lose 950 dollars and need more margin.
    let report = world.assess(&exchange.risk, &scene.ann.account, &[BTC]);
    assert!(report.room.get() > 0 && report.room.get() < 3_000 * 10_000_000_000);
    refused_by_number(world.block(exchange, &scene.ann, &scene.kim, &[short(95)]), 6047);
    refused(world.begin(exchange, &scene.ann.account), Wrong::Healthy);
    // To sell the position away at the lowest price of the band, all of it or a half, leaves a healthy account or is refused.
    for lots in [1, 50, 100] {
        let sold = world.block(exchange, &scene.ann, &scene.kim, &[perp(-lots, usd(856))]);
        if let Err(failure) = &sold {
            assert!(matches!(failure.code(), Some(6047 | 6099)), "{failure:#?}");
        }
        refused(world.begin(exchange, &scene.ann.account), Wrong::Healthy);
    }
}

/// Without the market of a perp, its risk, or that of a token, nothing is judged.
fn a_healthy_account_is_begun_by_no_omission(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let dan = world.trader(exchange, "dan", 0);
    world.deposit_token(exchange, &dan, 1, COIN);
    done(world.withdraw_cash(exchange, &dan, usd(20_000) as u64));
    let starter = world.person("starter");
    let group = exchange.group();
    let mut begin = |account, markets: &[u16], risks: &[u16]| {
        let numbers = Numbers { markets, banks: &[], risks };
        let begin = liquidation_program::begin(&group, account, &starter.pubkey(), &numbers);
        world.svm.send(&[limit(), begin], &[&starter])
    };
    // 6050 is the account program's word for a market that is missing, 6042 the risk program's.
    refused_by_number(begin(&scene.ann.account, &[], &[BTC]), 6050);
    refused_by_number(begin(&scene.ann.account, &[BTC], &[]), 6050);
    refused_by_number(begin(&scene.ann.account, &[], &[]), 6050);
    refused_by_number(begin(&dan.account, &[], &[]), 6042);
    refused(begin(&scene.ann.account, &[BTC], &[BTC]), Wrong::Healthy);
    refused(begin(&dan.account, &[], &[BTC]), Wrong::Healthy);
}

fn nobody_takes_over_from_himself_or_while_latched(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let zoe = world.trader(exchange, "zoe", usd(20_000));
    done(world.block(exchange, &zoe, &scene.ben, &[perp(100, usd(950))]));
    scene.price(world, 86_000);
    for trader in [&scene.ann, &zoe] {
        done(world.begin(exchange, &trader.account));
    }
    let args = scene.asking(world, 10);
    let to = |world: &mut World, taker: &Trader| world.liquidate(exchange, &scene.ann.account, taker, &args);
    refused(to(world, &scene.ann), Wrong::TakerUnfit);
    refused(to(world, &zoe), Wrong::TakerUnfit);
    let poor = world.trader(exchange, "poor", usd(10));
    refused(to(world, &poor), Wrong::TakerShort);
    let thief =
        Trader { key: poor.key.insecure_clone(), account: scene.kim.account, purse: poor.purse, nonce: 1 };
    refused(to(world, &thief), Wrong::NotAllowed);
    done(to(world, &scene.kim));
}

/// Lot by lot, roundings are the account's: it pays no more than for all at once.
fn lot_by_lot_pays_no_more_than_at_once(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let zoe = world.trader(exchange, "zoe", usd(20_000));
    done(world.block(exchange, &zoe, &scene.ben, &[perp(100, usd(950))]));
    scene.price(world, 86_000);
    for trader in [&scene.ann, &zoe] {
        done(world.begin(exchange, &trader.account));
    }
    for _ in 0..20 {
        done(scene.take(world, 1));
    }
    let leg = world.quote_leg(&zoe.account, |leg| leg.kind == 1, 1);
    let args = LiquidateArgs { legs: vec![leg], units: 20, least_pay: 0 };
    done(world.liquidate(exchange, &zoe.account, &scene.kim, &args));
    let (by_lot, at_once) = (worth(world, &scene, &scene.ann), worth(world, &scene, &zoe));
    // A unit for each taking, at most, beyond what risk taken apart adds.
    assert!((by_lot - at_once).abs() <= 40, "{by_lot} {at_once}");
    let auction = world.auction(&scene.ann.account);
    assert_eq!(auction.takings, 20);
}

/// An owner who tops up to maintenance does not reset the discount: only the target ends an auction.
fn flickering_starts_the_auction_anew_only_at_the_target(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    scene.price(world, 86_000);
    done(world.begin(exchange, &scene.ann.account));
    let began = world.auction(&scene.ann.account).began_at;
    let report = world.assess(&exchange.risk, &scene.ann.account, &[BTC]);
    let lacks = (-report.health.get()).div_euclid(10_000) as u64 + 1;
    let (group, owner) = (exchange.group(), scene.ann.key.pubkey());
    let purse = scene.ann.purse;
    let deposit =
        |amount| account_program::deposit(&group, &scene.ann.account, 0, 0, &purse, &owner, amount, &[BTC]);
    done(world.svm.send(&[deposit(lacks)], &[&scene.ann.key]));
    assert!(world.assess(&exchange.risk, &scene.ann.account, &[BTC]).health.get() >= 0);
    refused(world.end_rescue(exchange, &scene.ann.account), Wrong::BelowTarget);
    // Nobody can begin again what is under way: the address is taken.
    refused_by_number(world.begin(exchange, &scene.ann.account), 0);
    assert_eq!(world.auction(&scene.ann.account).began_at, began);
    let gap = report.initial.get() - report.maintenance.get();
    let rest = gap.div_euclid(20_000) as u64 + 1;
    done(world.svm.send(&[deposit(rest)], &[&scene.ann.key]));
    done(world.end_rescue(exchange, &scene.ann.account));
    refused(world.begin(exchange, &scene.ann.account), Wrong::Healthy);
    // It falls again: a new auction, whose discount starts low.
    scene.price(world, 80_000);
    done(world.begin(exchange, &scene.ann.account));
    assert_eq!(world.auction(&scene.ann.account).began_at, world.svm.now());
}

/// Whoever comes after the owner's money finds nothing to take, and pays nothing.
fn a_top_up_in_front_leaves_nothing_to_take(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    scene.price(world, 86_000);
    done(world.begin(exchange, &scene.ann.account));
    let (group, owner) = (exchange.group(), scene.ann.key.pubkey());
    let (purse, amount) = (scene.ann.purse, usd(20_000) as u64);
    let deposit = account_program::deposit(&group, &scene.ann.account, 0, 0, &purse, &owner, amount, &[BTC]);
    done(world.svm.send(&[deposit], &[&scene.ann.key]));
    let kim = cash(world, [&scene.kim.account]);
    // 6055 is the risk program's word for an account at its target.
    refused_by_number(scene.take(world, 100), 6055);
    assert_eq!(cash(world, [&scene.kim.account]), kim);
    assert_eq!(scene.waiting(world), 0);
}

/// A lot in a market whose price is far from its average holds a rescue up: for the market's pause, and no longer.
fn a_speck_in_a_doubtful_market_stops_a_rescue_for_its_pause_only(world: &mut World) {
    let exchange = world.create_exchange(Preset::Ballast, &[BTC, ETH]);
    world.create_fund(&exchange, &rescue_rules());
    let both = |world: &mut World, bitcoin: i64| {
        price(world, &exchange, bitcoin);
        world.set_price(&exchange.risk, ETH, 3_500 * COIN as i64);
    };
    both(world, 95_000);
    let [ann, ben] =
        [("ann", 20_000), ("ben", 500_000)].map(|(name, money)| world.trader(&exchange, name, usd(money)));
    let speck = ballast_interface::account::TradeLeg { number: ETH, ..perp(1, usd(35)) };
    done(world.block(&exchange, &ann, &ben, &[perp(90, usd(950)), speck]));
    world.svm.pass(60);
    both(world, 84_000);
    let far = |world: &mut World| {
        price(world, &exchange, 84_000);
        let mut update = world.price_update(ETH, 3_000 * COIN as i64);
        update.average = 3_500 * COIN as i64;
        let address = price_account(&exchange.group(), ETH);
        world.publish(&address, &update);
        done(world.svm.send(&[risk_program::refresh_price(&exchange.group(), ETH, &address)], &[]));
    };
    world.svm.pass(1);
    far(world);
    for wait in [0, 300, 299] {
        world.svm.pass(wait);
        far(world);
        refused(world.begin(&exchange, &ann.account), Wrong::FeedsForbid);
    }
    world.svm.pass(1);
    far(world);
    done(world.begin(&exchange, &ann.account));
}

/// Profits are realised for the sake of a loss that the insurance has looked at, in its own market, and of winners only.
fn winners_who_are_no_part_of_a_loss_are_left_alone(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    scene.ruin(world);
    let realise = |world: &mut World, winner: &Trader| {
        world.realise_profit(exchange, &scene.ann.account, &winner.account, BTC)
    };
    // Before the insurance's hop.
    refused(realise(world, &scene.ben), Wrong::HopOutOfOrder);
    let sam = world.trader(exchange, "sam", usd(1_000));
    done(world.stake(exchange, &sam, usd(1_000) as u64));
    done(world.resolve_bankruptcy(exchange, &scene.ann.account));
    assert!(scene.owed(world) > 0);
    // Who holds no position, 6050, and who took Ann's over and has won nothing: 6095, nothing to settle.
    refused_by_number(realise(world, &sam), 6050);
    refused_by_number(realise(world, &scene.kim), 6095);
    // 6044: the bankrupt account itself is under liquidation.
    refused_by_number(realise(world, &scene.ann), 6044);
    done(realise(world, &scene.ben));
    refused_by_number(realise(world, &scene.ben), 6095);
    // The cut comes after its grace; what is realised later bears nothing of it.
    refused(world.resolve_bankruptcy(exchange, &scene.ann.account), Wrong::HopEarly);
    world.svm.pass(300);
    price(world, exchange, 70_000);
    done(world.resolve_bankruptcy(exchange, &scene.ann.account));
    refused_by_number(
        realise(world, &scene.ben),
        if world.is_latched(&scene.ann.account) { 6028 } else { 3007 },
    );
    vault(world, exchange);
}

/// Ben's short perp hedges a long future. It is not taken from him, nor in two halves, nor lot by lot, while that raises
/// what he needs.
fn half_a_hedge_is_not_taken_in_two_steps(world: &mut World) {
    let exchange = crate::stage::bitcoin_exchange(world, &[crate::stage::FRIDAY]);
    world.create_fund(&exchange, &rescue_rules());
    let [ann, ben, cat] = [("ann", 20_000), ("ben", 40_000), ("cat", 500_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.block(&exchange, &ann, &ben, &[perp(100, usd(950))]));
    done(world.block(&exchange, &ben, &cat, &[future(crate::stage::FRIDAY, 100, usd(950))]));
    world.svm.pass(60);
    price(world, &exchange, 70_000);
    done(world.begin(&exchange, &ann.account));
    let leg = QuoteLeg { leg: 0, lots: 1 };
    let close = |world: &mut World, units, winner: &Trader| {
        let args = DeleverageArgs { legs: vec![leg], units };
        world.deleverage(&exchange, &ann.account, &winner.account, &args)
    };
    refused(close(world, 100, &ben), Wrong::AuctionRuns);
    world.svm.pass(899);
    price(world, &exchange, 70_000);
    refused(close(world, 100, &ben), Wrong::AuctionRuns);
    world.svm.pass(1);
    price(world, &exchange, 70_000);
    for units in [100, 50] {
        refused(close(world, units, &ben), Wrong::WinnerHedged);
    }
    // A small piece may ease him, since every lot needs something of its own: as long as that is so, and no longer.
    let needs = |world: &mut World| {
        let report = world.assess(&exchange.risk, &ben.account, &[BTC]);
        (report.maintenance.get(), report.initial.get())
    };
    let first = needs(world);
    let mut last = first;
    let mut taken = 0;
    while taken < 50 && close(world, 1, &ben).is_ok() {
        let now = needs(world);
        assert!(now.0 <= last.0 && now.1 <= last.1, "{now:?} after {last:?}");
        (last, taken) = (now, taken + 1);
    }
    assert!(taken < 50, "half of the hedge is gone");
    refused(close(world, 1, &ben), Wrong::WinnerHedged);
    // Cat holds no perp at all.
    refused(close(world, 1, &cat), Wrong::WinnerUnfit);
}
