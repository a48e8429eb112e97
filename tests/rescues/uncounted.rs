//! How far an account's cash may go from what the group knows of it: down to half of that while it is under liquidation, and
//! no further than an eighth when it is released, or takes over.

use crate::{
    collateral_sale::{bounds, near},
    stage::{cash, done, perp, price, put, refused, unpaid, usd, COIN, NEXT_FRIDAY},
    tally::{
        audited, beside, capped, declined, is_over, quiet_exchange, shared, take_as, take_counted, trade,
    },
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{AccountError, Order, OrderLeg},
    liquidation::{LiquidationError as No, SwapCollateralArgs},
};
use ballast_testkit::{Exchange, Form, Trader, World, BTC};

ballast_testkit::on_every_svm!(
    a_release_is_refused_until_all_is_counted,
    a_taking_that_restores_releases_only_who_is_counted,
    a_taking_that_counts_releases_at_once,
    a_taking_near_what_is_counted_releases_at_once,
    a_sale_that_restores_releases_only_who_is_counted,
    who_takes_over_moves_no_further_than_an_eighth,
    an_empty_account_is_paid_where_the_group_is_written,
    what_stands_beside_bears_no_shared_loss,
);

/// Lara holds a hundred lots of the perp that Wes sold her at 95 000; Kim has half a million.
pub fn long(world: &mut World, cash: i64) -> (Exchange, [Trader; 3]) {
    let exchange = quiet_exchange(world, &[], &capped(usd(10_000)));
    let traders = [("lara", cash), ("wes", usd(500_000)), ("kim", usd(500_000))]
        .map(|(name, cash)| world.trader(&exchange, name, cash));
    trade(world, &exchange, &traders[0], &traders[1], perp(100, usd(950)));
    world.svm.pass(60);
    (exchange, traders)
}

fn keys<const N: usize>(traders: [&Trader; N]) -> [Pubkey; N] {
    traders.map(|trader| trader.account)
}

fn a_release_is_refused_until_all_is_counted(world: &mut World) {
    let (exchange, [lara, wes, kim]) = long(world, usd(20_000));
    price(world, &exchange, 80_000);
    done(world.begin_as(Form::Read, &exchange, &lara.account));
    world.step("At 80 000 Lara loses 150 dollars on each of 20 lots, more than an eighth of her 20 000");
    let before = shared(world, &exchange);
    done(take_as(Form::Read, world, &exchange, &lara, &kim, 20));
    let (counted, uncounted) = beside(world, &lara.account);
    assert!(counted == usd(20_000) && uncounted < usd(-3_000), "{counted} {uncounted}");
    audited(world, &exchange, &keys([&lara, &wes, &kim]), &[]);

    world.step("The price recovers: she is at her target, but not released as she is");
    world.svm.pass(60);
    price(world, &exchange, 95_000);
    refused(world.end_rescue_as(Form::Read, &exchange, &lara.account), AccountError::CashUncounted);
    assert!(world.is_latched(&lara.account) && shared(world, &exchange) == before);
    done(world.end_rescue_as(Form::Written, &exchange, &lara.account));
    assert!(is_over(world, &lara.account));
    assert_eq!(beside(world, &lara.account), (usd(20_000) + uncounted, 0));
    audited(world, &exchange, &keys([&lara, &wes, &kim]), &[]);
}

/// A taking never waits for the group: it restores Lara, and she stays under liquidation until an end counts her. Nobody can
/// take more meanwhile.
fn a_taking_that_restores_releases_only_who_is_counted(world: &mut World) {
    let (exchange, [lara, wes, kim]) = long(world, usd(20_000));
    price(world, &exchange, 84_000);
    done(world.begin_as(Form::Read, &exchange, &lara.account));
    world.step("As many lots as Lara's target needs lose more than an eighth of her cash");
    let before = shared(world, &exchange);
    done(take_as(Form::Read, world, &exchange, &lara, &kim, 100));
    let left = world.margin_account(&lara.account);
    // 110 dollars a lot.
    let lots = 100 - left.legs[0].quantity;
    assert!(lots * usd(110) > usd(2_500) && left.legs[0].quantity > 0, "{lots}");
    assert!(left.counted == usd(20_000) && left.uncounted < lots * usd(-110), "{}", left.uncounted);
    assert!(world.is_latched(&lara.account) && shared(world, &exchange) == before);
    // 6055 is the risk program's word for an account at its target.
    for form in [Form::Read, Form::Written] {
        let sent = take_as(form, world, &exchange, &lara, &kim, 1).expect_err("refused");
        assert_eq!(sent.code(), Some(6055), "{sent:#?}");
    }
    refused(world.end_rescue_as(Form::Read, &exchange, &lara.account), AccountError::CashUncounted);
    done(world.end_rescue_as(Form::Written, &exchange, &lara.account));
    assert!(is_over(world, &lara.account));
    assert_eq!(beside(world, &lara.account), (left.cash, 0));
    audited(world, &exchange, &keys([&lara, &wes, &kim]), &[]);
}

/// Where the group is written the same taking releases her at once.
fn a_taking_that_counts_releases_at_once(world: &mut World) {
    let (exchange, [lara, wes, kim]) = long(world, usd(20_000));
    price(world, &exchange, 84_000);
    done(world.begin_as(Form::Read, &exchange, &lara.account));
    done(take_as(Form::Written, world, &exchange, &lara, &kim, 100));
    assert!(is_over(world, &lara.account));
    let left = world.margin_account(&lara.account);
    assert_eq!((left.counted, left.uncounted), (left.cash, 0));
    audited(world, &exchange, &keys([&lara, &wes, &kim]), &[]);
}

/// Nor does one that leaves the group unwritten wait, if her loss is small: Lara falls just below her maintenance margin.
fn a_taking_near_what_is_counted_releases_at_once(world: &mut World) {
    let (exchange, [lara, wes, kim]) = long(world, usd(20_000));
    let before = shared(world, &exchange);
    let mut dollars = 92_000;
    price(world, &exchange, dollars);
    while world.assess(&exchange.risk, &lara.account, &[BTC]).health.get() >= 0 {
        dollars -= 250;
        world.svm.pass(60);
        price(world, &exchange, dollars);
    }
    done(world.begin_as(Form::Read, &exchange, &lara.account));
    done(take_as(Form::Read, world, &exchange, &lara, &kim, 100));
    let (counted, uncounted) = beside(world, &lara.account);
    assert!(counted == usd(20_000) && (usd(-2_500)..0).contains(&uncounted), "{uncounted}");
    assert!(is_over(world, &lara.account) && shared(world, &exchange) == before);
    audited(world, &exchange, &keys([&lara, &wes, &kim]), &[]);
}

/// Eve owes 73 000 dollars beside a coin, whose price brings her under liquidation in the reading form; Kim can buy.
pub fn owing_coins(world: &mut World, dollars: i64) -> (Exchange, [Trader; 2]) {
    let exchange = quiet_exchange(world, &[], &capped(usd(10_000)));
    let traders = [("eve", 0), ("kim", 500_000)];
    let [eve, kim] = traders.map(|(name, dollars)| world.trader(&exchange, name, usd(dollars)));
    world.deposit_token(&exchange, &eve, 1, COIN);
    done(world.withdraw_cash(&exchange, &eve, usd(73_000) as u64));
    world.svm.pass(60);
    price(world, &exchange, dollars);
    done(world.begin_as(Form::Read, &exchange, &eve.account));
    (exchange, [eve, kim])
}

fn a_sale_that_restores_releases_only_who_is_counted(world: &mut World) {
    let (exchange, [eve, kim]) = owing_coins(world, 85_000);
    world
        .step("A tenth of Eve's coin brings 8 457.50 dollars; the rest restores her, but she is not counted");
    let buy = |world: &mut World, form, amount| {
        let args = SwapCollateralArgs { amount, legs: vec![], units: 0 };
        world.swap_as(form, &exchange, &eve.account, &kim, 1, &args)
    };
    let restores = |world: &mut World, coins: f64| {
        let report = world.assess(&exchange.risk, &eve.account, &[BTC]);
        near(bounds(&report, 85_000.0, coins)[1], 0.999_999)
    };
    done(buy(world, Form::Read, COIN / 10));
    assert_eq!(beside(world, &eve.account), (usd(-73_000), 8_457_500_000));
    let rest = restores(world, 0.9);
    done(buy(world, Form::Read, rest));
    let (counted, uncounted) = beside(world, &eve.account);
    // An eighth of 73 000 dollars is 9 125.
    assert!(counted == usd(-73_000) && uncounted > usd(9_125), "{uncounted}");
    assert!(world.is_latched(&eve.account));
    declined(buy(world, Form::Read, 1), No::Healthy);
    refused(world.end_rescue_as(Form::Read, &exchange, &eve.account), AccountError::CashUncounted);
    done(world.end_rescue_as(Form::Written, &exchange, &eve.account));
    assert!(is_over(world, &eve.account));
    assert_eq!(beside(world, &eve.account), (usd(-73_000) + uncounted, 0));
    audited(world, &exchange, &keys([&eve, &kim]), &[]);
}

/// Ann, who has 20 000 dollars, sold Ben puts on one Bitcoin at 90 000 for 1 200; it has fallen to 40 000.
pub struct Options {
    pub exchange: Exchange,
    pub ann: Trader,
    pub kim: Trader,
    pub kay: Trader,
    sue: Trader,
    /// Ann, Ben, Kim, Kay, and Sue who has staked.
    pub all: Vec<Pubkey>,
}

impl Options {
    pub fn new(world: &mut World, market_cap: i64) -> Self {
        let exchange = quiet_exchange(world, &[NEXT_FRIDAY], &capped(market_cap));
        let [ann, ben, kim, kay, sue] =
            [("ann", 20_000), ("ben", 200_000), ("kim", 300_000), ("kay", 300_000), ("sue", 100_000)]
                .map(|(name, money)| world.trader(&exchange, name, usd(money)));
        done(world.stake(&exchange, &sue, usd(50_000) as u64));
        trade(world, &exchange, &ann, &ben, put(NEXT_FRIDAY, 90_000, -100, usd(12)));
        price(world, &exchange, 40_000);
        done(world.begin_as(Form::Read, &exchange, &ann.account));
        let all = keys([&ann, &ben, &kim, &kay, &sue]).to_vec();
        Self { exchange, ann, kim, kay, sue, all }
    }

    /// What somebody is paid for so many puts, or why not.
    pub fn take(&self, world: &mut World, form: Form, taker: &Trader, lots: u32) -> Result<i64, u32> {
        let had = world.margin_account(&taker.account).cash;
        let sent = take_as(form, world, &self.exchange, &self.ann, taker, lots);
        sent.map_err(|failure| failure.code().expect("a program's refusal"))?;
        Ok(world.margin_account(&taker.account).cash - had)
    }

    #[track_caller]
    pub fn audited(&self, world: &mut World) {
        audited(world, &self.exchange, &self.all, &[&self.sue]);
    }
}

fn who_takes_over_moves_no_further_than_an_eighth(world: &mut World) {
    let mut options = Options::new(world, usd(10_000));
    let zoe = world.trader(&options.exchange, "zoe", usd(100_000));
    options.all.push(zoe.account);
    let uncounted = Err(u32::from(AccountError::CashUncounted));
    // 43 puts cost 21 500 dollars: what a lender may lose is not the question here.
    options.take(world, Form::Written, &options.kay, 43).expect("counted");
    assert!(beside(world, &options.ann.account).0 < 0);
    world.step("A put costs 500 dollars, less a unit for all of them: 25 are an eighth of what Zoe has");
    let before = shared(world, &options.exchange);
    for lots in [57, 26] {
        assert_eq!(options.take(world, Form::Read, &zoe, lots), uncounted);
    }
    let paid = options.take(world, Form::Read, &zoe, 25).expect("within an eighth");
    assert!((usd(12_500) - 1..=usd(12_500)).contains(&paid), "{paid}");
    assert_eq!(beside(world, &zoe.account), (usd(100_000), paid));
    assert_eq!(options.take(world, Form::Read, &zoe, 1), uncounted);
    assert!(shared(world, &options.exchange) == before);
    options.audited(world);
    world.step("Where the group is written there is no such end");
    let more = options.take(world, Form::Written, &zoe, 1).expect("counted");
    assert_eq!(beside(world, &zoe.account), (usd(100_000) + paid + more, 0));
    options.audited(world);
}

/// Bob, who puts nothing up and has nothing, hands Lara's lots to Kim's order: beside nothing, nothing may stand.
fn an_empty_account_is_paid_where_the_group_is_written(world: &mut World) {
    let (exchange, [lara, wes, mut kim]) = long(world, usd(20_000));
    let bob = world.trader(&exchange, "bob", 0);
    price(world, &exchange, 86_000);
    done(world.begin_as(Form::Read, &exchange, &lara.account));
    let leg = OrderLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots: 1 };
    let order = kim.order(world.svm.now(), 10, usd(860), &[leg]);
    let order = Order { venue: Order::RESCUE_VENUE, max_fee: 0, ..order };
    let hand = |world: &mut World, form, units| {
        let signed = (&order, &kim.key);
        world.liquidate_to_order_as(form, &exchange, &lara.account, signed, &bob.account, units)
    };
    refused(hand(world, Form::Read, 5), AccountError::CashUncounted);
    done(hand(world, Form::Written, 5));
    let (paid, none) = beside(world, &bob.account);
    assert!(paid > 0 && none == 0);
    world.step("As much again is more than an eighth of what he has then");
    refused(hand(world, Form::Read, 5), AccountError::CashUncounted);
    done(hand(world, Form::Written, 5));
    assert!(beside(world, &bob.account).0 > paid);
    audited(world, &exchange, &keys([&lara, &wes, &kim, &bob]), &[]);
}

/// Otto has lost 2 000 dollars to Ida without the group's knowing; then Lara's 5 000 are borne by all lenders.
fn what_stands_beside_bears_no_shared_loss(world: &mut World) {
    let exchange = quiet_exchange(world, &[], &capped(usd(10_000)));
    let [lara, wes, kim, otto, ida] =
        [("lara", 20_000), ("wes", 200_000), ("kim", 500_000), ("otto", 200_000), ("ida", 200_000)]
            .map(|(name, dollars)| world.trader(&exchange, name, usd(dollars)));
    let all = keys([&lara, &wes, &kim, &otto, &ida]);
    trade(world, &exchange, &lara, &wes, perp(100, usd(950)));
    let before = shared(world, &exchange);
    done(world.block_as(Form::Read, &exchange, &otto, &ida, &[perp(100, usd(960))]));
    done(world.block_as(Form::Read, &exchange, &otto, &ida, &[perp(-100, usd(940))]));
    assert_eq!(beside(world, &otto.account), (usd(200_000), usd(-2_000)));
    assert_eq!(beside(world, &ida.account), (usd(200_000), usd(2_000)));
    world.svm.pass(60);
    price(world, &exchange, 70_000);
    done(world.begin_as(Form::Read, &exchange, &lara.account));
    assert!(shared(world, &exchange) == before);
    take_counted(world, &exchange, &lara, &kim, 100);
    assert_eq!((beside(world, &lara.account), unpaid(world, [&lara.account])), ((0, 0), [usd(-5_000)]));
    assert_eq!(world.market(&exchange.group(), BTC).pool, usd(20_000) as u64);

    world.step("There is no insurance, and there are no claims: lenders of 1 100 000 dollars bear 5 000");
    done(world.resolve_bankruptcy(&exchange, &lara.account));
    for _ in 0..2 {
        world.svm.pass(300);
        done(world.resolve_bankruptcy(&exchange, &lara.account));
        audited(world, &exchange, &all, &[]);
    }
    assert!(is_over(world, &lara.account));
    assert_eq!(beside(world, &otto.account), (usd(200_000), usd(-2_000)));
    world.step("Whoever reads the group or writes it is told the same");
    for form in [Form::Read, Form::Written] {
        price(world, &exchange, 70_000);
        for account in [&kim.account, &otto.account, &ida.account] {
            let refresh = crate::tally::refreshing(world, &exchange, account);
            done(world.svm.send(&[ballast_testkit::limit(), form.of(refresh)], &[]));
        }
        // 200 000 000 000 by 1 095 / 1 100 is 199 090 909 090.909 09, rounded down; then what stood beside.
        assert_eq!(
            cash(world, [&otto.account, &ida.account]),
            [199_090_909_090 - usd(2_000), 199_090_909_090 + usd(2_000)]
        );
        // 500 000 000 000 likewise is 497 727 272 727.272 72.
        assert_eq!(cash(world, [&kim.account]), [497_727_272_727]);
        audited(world, &exchange, &all, &[]);
    }
    assert_eq!(beside(world, &otto.account), (197_090_909_090, 0));
    assert_eq!(beside(world, &ida.account), (201_090_909_090, 0));
}
