//! What the liquidation program refuses, with the error's number, on both sides of each limit.

use crate::{
    attempt::{alone, edited, with, Ring},
    rescued::{refused, refused_by_number, Scene},
    stage::{done, perp, price, usd, COIN},
};
use ballast_interface::{
    account::{instructions::Numbers, Group, MarginAccount, Order, OrderLeg},
    liquidation::{
        Auction, DeleverageArgs, Fund, LiquidateArgs, LiquidateToOrderArgs, LiquidationError as Wrong,
        RescueRules, Stake, SwapCollateralArgs,
    },
    risk::QuoteLeg,
    seeds,
};
use ballast_testkit::{
    actor, limit, liquidation_program as build, rescue_rules, signed_by, Failure, Instruction, Outcome,
    SignatureCheck, Signer, Trader, World, BTC,
};
use std::{fs, path::Path};

ballast_testkit::on_every_svm!(
    funds_are_the_authoritys,
    a_group_that_trusts_another_program_is_left_alone,
    other_versions_are_refused,
    begin_needs_an_account_short_of_margin,
    takings_are_asked_for_in_full,
    orders_take_what_they_were_signed_for,
    collateral_is_sold_last,
    only_the_bankrupt_are_deleveraged,
    hops_have_an_order,
    stakes_refuse_nothing_and_dust,
);

/// Refusals that no test here raises, with the reason.
const UNRAISED: [(&str, &str); 4] = [
    ("FundBroken", "the fund's own numbers never lead there: host tests of `Fund::invariant`"),
    ("NumberTooLarge", "amounts of tokens end before: host tests of `Fund`"),
    ("CoverSpent", "a hop pays no more than the cover: host tests of `Fund::pay`"),
    ("VaultShort", "the vault holds what the fund owns: nobody else can spend from it"),
];

#[test]
fn every_error_is_raised_somewhere_or_says_why_not() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let errors =
        fs::read_to_string(folder.join("../crates/interface/src/liquidation/errors.rs")).expect("errors");
    let names: Vec<&str> = errors
        .lines()
        .filter_map(|line| line.strip_prefix("            "))
        .filter_map(|line| line.strip_suffix(','))
        .filter(|name| name.chars().all(char::is_alphanumeric))
        .collect();
    assert!(names.len() >= 39, "{names:?}");
    let mut sources = String::new();
    for entry in fs::read_dir(folder.join("rescues")).expect("a folder") {
        sources += &fs::read_to_string(entry.expect("a file").path()).expect("a source");
    }
    for name in names {
        let named =
            ["Wrong", "No"].iter().flat_map(|of| [')', ',', ' '].map(|end| format!("{of}::{name}{end}")));
        let raised = named.into_iter().any(|named| sources.contains(&named));
        let listed = UNRAISED.iter().any(|(unraised, _)| *unraised == name);
        assert!(raised != listed, "{name}: raised {raised}, listed as not raised {listed}");
    }
}

/// Numbers of a scene's only market.
const BITCOIN: Numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };

fn code(why: Wrong) -> u32 {
    why.into()
}

fn ring(scene: &Scene) -> Ring {
    let mut keys: Vec<_> =
        [&scene.ann, &scene.ben, &scene.kim].map(|trader| trader.key.insecure_clone()).into();
    keys.push(scene.exchange.risk.authority.insecure_clone());
    keys.extend(["stranger", "starter"].map(actor));
    Ring(keys)
}

fn funds_are_the_authoritys(world: &mut World) {
    let exchange = crate::stage::bitcoin_exchange(world, &[]);
    let (group, key) = (exchange.group(), exchange.risk.authority.pubkey());
    let stranger = world.person("stranger");
    let ring = Ring(vec![exchange.risk.authority.insecure_clone(), stranger.insecure_clone()]);
    let mint = exchange.dollar;
    let create =
        |rules: &RescueRules| build::create_fund(&group, &key, &key, &mint, &spl_token_interface::ID, rules);
    let good = create(&rescue_rules());
    let bad = RescueRules { grace_seconds: 59, ..rescue_rules() };
    let cases = [
        ("somebody else", code(Wrong::NotAuthority), with(&good, 1, &stranger.pubkey())),
        ("another mint", code(Wrong::TokenAccountWrong), with(&good, 3, &exchange.mints[0])),
        ("a rule out of range", code(Wrong::RulesInvalid), create(&bad)),
        // 2006: the seeds say which address it is.
        ("another rescuer", 2006, with(&good, 5, &stranger.pubkey())),
    ];
    ring.refuse_all(world, &cases);
    ring.accept(world, "a fund", &alone(&good));
    ring.refuse_all(world, &[("a second fund", 0, good)]);
    let change = |rules: &RescueRules| build::change_rules(&group, &key, rules);
    let limits = [
        RescueRules { target: -1, ..rescue_rules() },
        RescueRules { auction_seconds: 0, ..rescue_rules() },
        RescueRules { cooldown_seconds: 600 + 3 * 300 - 1, ..rescue_rules() },
    ];
    let mut cases: Vec<_> =
        limits.iter().map(|rules| ("out of range", code(Wrong::RulesInvalid), change(rules))).collect();
    let by_another = build::change_rules(&group, &stranger.pubkey(), &rescue_rules());
    cases.push(("somebody else", code(Wrong::NotAuthority), by_another));
    ring.refuse_all(world, &cases);
    let least = RescueRules { cooldown_seconds: 600 + 3 * 300, ..rescue_rules() };
    ring.accept(world, "the shortest cooldown", &[change(&least)]);
    assert_eq!(world.insurance(&exchange).rules, least);
}

fn a_group_that_trusts_another_program_is_left_alone(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let group = scene.exchange.group();
    scene.price(world, 86_000);
    let good: Group = world.typed(&group);
    let elsewhere = Group { liquidation_program: scene.kim.account, ..good };
    world.overwrite(&group, &elsewhere);
    refused(world.begin(&scene.exchange, &scene.ann.account), Wrong::GroupElsewhere);
    world.overwrite(&group, &good);
    done(world.begin(&scene.exchange, &scene.ann.account));
    world.overwrite(&group, &elsewhere);
    refused(scene.take(world, 1), Wrong::GroupElsewhere);
    refused(world.end_rescue(&scene.exchange, &scene.ann.account), Wrong::GroupElsewhere);
    refused(world.resolve_bankruptcy(&scene.exchange, &scene.ann.account), Wrong::GroupElsewhere);
}

fn other_versions_are_refused(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let owner = scene.kim.key.pubkey();
    done(world.stake(exchange, &scene.kim, 10_000));
    scene.price(world, 86_000);
    done(world.begin(exchange, &scene.ann.account));
    let (fund, auction) = (seeds::find_fund(&exchange.group()).0, seeds::find_auction(&scene.ann.account).0);
    for version in [0, 2] {
        let good: Fund = world.typed(&fund);
        world.overwrite(&fund, &Fund { version, ..good });
        refused(scene.take(world, 1), Wrong::VersionUnknown);
        refused(world.stake(exchange, &scene.kim, 10_000), Wrong::VersionUnknown);
        world.overwrite(&fund, &good);
        let good: Auction = world.typed(&auction);
        world.overwrite(&auction, &Auction { version, ..good });
        refused(scene.take(world, 1), Wrong::VersionUnknown);
        refused(world.end_rescue(exchange, &scene.ann.account), Wrong::VersionUnknown);
        world.overwrite(&auction, &good);
        let stake = seeds::find_stake(&fund, &owner).0;
        let good: Stake = world.typed(&stake);
        world.overwrite(&stake, &Stake { version, ..good });
        let unstake = build::unstake(&exchange.group(), &owner, 1);
        refused(world.svm.send(&[unstake], &[&scene.kim.key]), Wrong::VersionUnknown);
        world.overwrite(&stake, &good);
    }
    done(scene.take(world, 1));
}

fn begin_needs_an_account_short_of_margin(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    scene.price(world, 90_000);
    // To the unit: value and margin are one, then value is a unit less.
    let report = world.assess(&exchange.risk, &scene.ann.account, &[BTC]);
    let spare = report.health.get().div_euclid(10_000);
    let shift = |world: &mut World, by: i64| {
        for (trader, by) in [(&scene.ann, -by), (&scene.ben, by)] {
            let mut account: MarginAccount = world.typed(&trader.account);
            (account.cash, account.uncounted) = (account.cash + by, account.uncounted + by);
            world.overwrite(&trader.account, &account);
        }
    };
    shift(world, spare as i64);
    refused(world.begin(exchange, &scene.ann.account), Wrong::Healthy);
    refused(world.begin(exchange, &scene.kim.account), Wrong::Healthy);
    shift(world, 1);
    done(world.begin(exchange, &scene.ann.account));
    refused(world.end_rescue(exchange, &scene.ann.account), Wrong::BelowTarget);
}

fn takings_are_asked_for_in_full(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    scene.price(world, 86_000);
    done(world.begin(exchange, &scene.ann.account));
    let ask = |world: &mut World, legs: Vec<QuoteLeg>, units, least_pay| {
        let args = LiquidateArgs { legs, units, least_pay };
        world.liquidate(exchange, &scene.ann.account, &scene.kim, &args)
    };
    let leg = |leg, lots| QuoteLeg { leg, lots };
    // 6057 and 6056 are the risk program's words.
    refused_by_number(ask(world, vec![leg(0, 101)], 1, 0), 6057);
    refused_by_number(ask(world, vec![leg(1, 1)], 1, 0), 6057);
    refused_by_number(ask(world, vec![leg(64, 1)], 1, 0), 6057);
    refused_by_number(ask(world, vec![leg(0, 0)], 1, 0), 6057);
    refused_by_number(ask(world, vec![leg(0, u64::MAX)], u32::MAX, 0), 6057);
    refused_by_number(ask(world, vec![leg(0, 1)], 0, 0), 6057);
    refused_by_number(ask(world, vec![], 1, 0), 6056);
    refused_by_number(ask(world, vec![leg(0, 1), leg(0, 1)], 1, 0), 6047);
    refused_by_number(ask(world, vec![leg(0, 1); 9], 1, 0), 6057);
    refused(ask(world, vec![leg(0, 10)], 1, i64::MAX), Wrong::PaysTooLittle);
    // What one unit of ten lots pays, to the quote unit.
    let mut least = 0;
    for step in [1 << 30, 1 << 20, 1 << 10, 1 << 5, 1] {
        let pays = |world: &mut World, least_pay| {
            let args = LiquidateArgs { legs: vec![leg(0, 10)], units: 1, least_pay };
            let take = world.liquidation(exchange, &scene.ann.account, &scene.kim, &args);
            // Something behind it fails, so that nothing changes.
            let fails = build::unstake(&exchange.group(), &scene.kim.key.pubkey(), 0);
            let failure = world.svm.send(&[limit(), take, fails], &[&scene.kim.key]).expect_err("it fails");
            failure.code() != Some(code(Wrong::PaysTooLittle))
        };
        while pays(world, least + step) {
            least += step;
        }
    }
    assert!(least > 0);
    refused(ask(world, vec![leg(0, 10)], 1, least + 1), Wrong::PaysTooLittle);
    done(ask(world, vec![leg(0, 10)], 1, least));
}

/// An order of Kim's for any rescue, with its signature's check before.
fn to_order(
    world: &mut World,
    scene: &Scene,
    order: &Order,
    units: u32,
    liquidator: &Trader,
) -> Result<Outcome, Failure> {
    let args = LiquidateToOrderArgs { order: order.clone(), units };
    let beginner = world.auction(&scene.ann.account).beginner;
    let group = scene.exchange.group();
    let account = &scene.ann.account;
    let take = build::liquidate_to_order(&group, account, &beginner, &liquidator.account, &BITCOIN, &args);
    let check = signed_by(&scene.kim.key, &order.message(), 8, 2);
    let steps: [Instruction; 3] = [limit(), SignatureCheck::instruction(&[check]), take];
    world.svm.send(&steps, &[])
}

fn orders_take_what_they_were_signed_for(world: &mut World) {
    let mut scene = Scene::new(world, 20_000);
    let bob = world.trader(&scene.exchange, "bob", usd(10));
    scene.price(world, 86_000);
    done(world.begin(&scene.exchange, &scene.ann.account));
    let now = world.svm.now();
    let leg = OrderLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots: 1 };
    let order = scene.kim.order(now, 100, usd(860), &[leg]);
    let order = Order { venue: Order::RESCUE_VENUE, max_fee: 0, ..order };
    let other_side = Order { legs: vec![OrderLeg { lots: -1, ..leg }], ..order.clone() };
    refused(to_order(world, &scene, &other_side, 10, &bob), Wrong::OrderUnfit);
    let another = Order { legs: vec![OrderLeg { kind: 3, ..leg }], ..order.clone() };
    refused(to_order(world, &scene, &another, 10, &bob), Wrong::OrderUnfit);
    let dear = Order { limit: usd(700), ..order.clone() };
    refused(to_order(world, &scene, &dear, 10, &bob), Wrong::OrderTooDear);
    refused(to_order(world, &scene, &order, 10, &scene.ann), Wrong::TakerUnfit);
    let before = world.margin_account(&bob.account).cash;
    done(to_order(world, &scene, &order, 10, &bob));
    // Kim pays the mark, and Bob, who put nothing up, gets what the auction pays.
    assert!(world.margin_account(&bob.account).cash > before);
    assert_eq!(world.margin_account(&scene.kim.account).legs[0].quantity, 10);
}

fn collateral_is_sold_last(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let dan = world.trader(exchange, "dan", usd(6_000));
    world.deposit_token(exchange, &dan, 1, COIN / 10);
    done(world.block(exchange, &dan, &scene.ben, &[perp(60, usd(950))]));
    let buy =
        |world: &mut World, amount| world.swap_collateral(exchange, &dan.account, &scene.kim, 1, amount);
    scene.price(world, 84_000);
    done(world.begin(exchange, &dan.account));
    refused(buy(world, 0), Wrong::AmountZero);
    // Closing the perp would do.
    refused(buy(world, COIN / 100), Wrong::Curable);
    // Elsewhere, a borrower without positions.
    let eve = world.trader(exchange, "eve", 0);
    world.deposit_token(exchange, &eve, 1, COIN);
    done(world.withdraw_cash(exchange, &eve, usd(65_000) as u64));
    scene.price(world, 71_000);
    done(world.begin(exchange, &eve.account));
    let buy = |world: &mut World, taker: &Trader, amount| {
        world.swap_collateral(exchange, &eve.account, taker, 1, amount)
    };
    refused(buy(world, &scene.kim, COIN), Wrong::TargetPassed);
    let thief =
        Trader { key: dan.key.insecure_clone(), account: scene.kim.account, purse: dan.purse, nonce: 1 };
    refused(buy(world, &thief, COIN / 100), Wrong::NotAllowed);
    let [_, risks] = world.needs(exchange, &[eve.account], &[]);
    let numbers = Numbers { markets: &[BTC], banks: &[], risks: &risks };
    let beginner = world.auction(&eve.account).beginner;
    let kim = (&scene.kim.account, &scene.kim.key.pubkey());
    let good = build::swap_collateral(
        &exchange.group(),
        &eve.account,
        &beginner,
        kim,
        1,
        &numbers,
        &coins(COIN / 100),
    );
    let place = good.accounts.iter().position(|meta| meta.pubkey == seeds::find_bank(&exchange.group(), 1).0);
    // No bank at all: 3007 is Anchor's word for another owner.
    let none = with(&good, place.expect("a bank"), &seeds::find_bank(&exchange.group(), 2).0);
    ring(&scene).refuse_all(world, &[("no bank", 3007, none)]);
    let bank = seeds::find_bank(&exchange.group(), 1).0;
    let known: ballast_interface::account::Bank = world.typed(&bank);
    let other = ballast_interface::account::Bank { group: scene.kim.account, ..known };
    world.overwrite(&bank, &other);
    refused(buy(world, &scene.kim, COIN / 100), Wrong::BankWrong);
    world.overwrite(&bank, &known);
    done(buy(world, &scene.kim, COIN / 100));
}

fn only_the_bankrupt_are_deleveraged(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    scene.price(world, 84_000);
    done(world.begin(exchange, &scene.ann.account));
    let args = DeleverageArgs { legs: vec![QuoteLeg { leg: 0, lots: 100 }], units: 1 };
    let close = |world: &mut World, winner: &Trader| {
        world.deleverage(exchange, &scene.ann.account, &winner.account, &args)
    };
    refused(close(world, &scene.ben), Wrong::AuctionRuns);
    world.svm.pass(900);
    price(world, exchange, 84_000);
    refused(close(world, &scene.ben), Wrong::NotBankrupt);
    refused(close(world, &scene.ann), Wrong::TakerUnfit);
    scene.price(world, 70_000);
    refused(close(world, &scene.kim), Wrong::WinnerUnfit);
    done(close(world, &scene.ben));
}

fn hops_have_an_order(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    scene.price(world, 84_000);
    done(world.begin(exchange, &scene.ann.account));
    refused(world.resolve_bankruptcy(exchange, &scene.ann.account), Wrong::NothingOwed);
    scene.price(world, 70_000);
    let resolve = |world: &mut World| world.resolve_bankruptcy(exchange, &scene.ann.account);
    done(scene.take(world, 90));
    refused(resolve(world), Wrong::NotReduced);
    done(scene.take(world, 10));
    done(resolve(world));
    refused(resolve(world), Wrong::HopEarly);
    world.svm.pass(299);
    price(world, exchange, 70_000);
    refused(resolve(world), Wrong::HopEarly);
    world.svm.pass(1);
    done(resolve(world));
    let auction = seeds::find_auction(&scene.ann.account).0;
    if world.is_latched(&scene.ann.account) {
        let state: Auction = world.typed(&auction);
        assert_eq!(state.hop, 2);
        world.svm.pass(300);
        price(world, exchange, 70_000);
        world.overwrite(&auction, &Auction { hop: 4, ..state });
        refused(resolve(world), Wrong::HopOutOfOrder);
        world.overwrite(&auction, &state);
        done(resolve(world));
    }
    assert!(!world.is_latched(&scene.ann.account));
}

fn stakes_refuse_nothing_and_dust(world: &mut World) {
    let scene = Scene::new(world, 20_000);
    let exchange = &scene.exchange;
    let (group, kim) = (exchange.group(), scene.kim.key.pubkey());
    refused(world.stake(exchange, &scene.kim, 0), Wrong::AmountZero);
    // A stake of fewer than a thousand shares would lose too much to rounding.
    refused(world.stake(exchange, &scene.kim, 999), Wrong::StakeTooSmall);
    done(world.stake(exchange, &scene.kim, 1_000));
    let fund = seeds::find_fund(&group).0;
    let good: Fund = world.typed(&fund);
    // Fees made a share dear: ten units each.
    world.overwrite(&fund, &Fund { assets: 10_010_000, ..good });
    refused(world.stake(exchange, &scene.kim, 9_999), Wrong::StakeTooSmall);
    world.overwrite(&fund, &good);
    let stake = build::stake(&group, &kim, &kim, &scene.kim.purse, 5_000, &exchange.risk.markets);
    let ring = ring(&scene);
    let unstake = build::unstake(&group, &kim, 1_000);
    let by_ben = edited(&unstake, |step| step.accounts[2].pubkey = scene.ben.key.pubkey());
    let leave = build::withdraw_stake(&group, &kim, &scene.kim.purse);
    let other_vault = with(&stake, 7, &scene.ben.purse.account);
    ring.refuse_all(
        world,
        &[
            ("another vault", code(Wrong::TokenAccountWrong), other_vault),
            ("somebody else", code(Wrong::NotAllowed), by_ben),
            ("more than there is", code(Wrong::SharesMissing), build::unstake(&group, &kim, 1_001)),
            ("a rest too small", code(Wrong::StakeTooSmall), build::unstake(&group, &kim, 5)),
            ("nothing that leaves", code(Wrong::SharesMissing), leave),
        ],
    );
    // A stake in another fund.
    let stake = seeds::find_stake(&fund, &kim).0;
    let good: Stake = world.typed(&stake);
    world.overwrite(&stake, &Stake { fund: scene.ann.account, ..good });
    ring.refuse_all(world, &[("another fund's", code(Wrong::WrongGroup), unstake.clone())]);
    world.overwrite(&stake, &good);
    ring.accept(world, "shares that leave", &[unstake]);
}

/// So many tokens alone.
fn coins(amount: u64) -> SwapCollateralArgs {
    SwapCollateralArgs { amount, legs: vec![], units: 0 }
}
