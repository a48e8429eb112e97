//! Rescues that leave the group unwritten: they end in the same numbers as those that write it, and what all share stays
//! what it is, to the byte.

use crate::{
    stage::{cash, done, perp, price, refused, unpaid, usd, COIN},
    tally::{audited, beside, capped, declined, is_over, quiet_exchange, refresh, shared, take_as, trade},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{AccountError, Group, MarginAccount, Market, Order, OrderLeg},
    liquidation::{Auction, DeleverageArgs, LiquidationError as No, SwapCollateralArgs},
    seeds, Fixed64,
};
use ballast_testkit::{Arch, Exchange, Failure, Form, Lite, Outcome, Trader, World, BTC};

/// Plays a scene in either form, each in a world of its own, and compares what is left, to the unit.
fn in_both_forms(scene: fn(&mut World, Form) -> Left) {
    for arch in [Arch::V0, Arch::V3] {
        let [written, read] =
            [Form::Written, Form::Read].map(|form| scene(&mut World::new(Lite::new(arch)), form));
        assert_eq!(written.steps, read.steps, "after each step");
        assert_eq!(written.fees, read.fees, "fees");
        assert!(written.end == read.end, "when all cash is counted, every byte is the same");
    }
}

#[test]
fn perps_change_hands_and_the_price_recovers() {
    in_both_forms(perps);
}

#[test]
fn a_debt_is_paid_out_of_coins() {
    in_both_forms(debt);
}

#[test]
fn a_bankrupt_account_is_closed_by_force() {
    in_both_forms(bankrupt);
}

/// What a scene has led to.
#[derive(Default)]
struct Left {
    /// Everything of all accounts, of the market and of the auction but what differs by right, after each step.
    steps: Vec<Vec<Vec<u8>>>,
    /// What the insurance has earned.
    fees: u64,
    /// The group, the fund and all accounts, when all cash is counted.
    end: Vec<Vec<u8>>,
}

/// Who is there, and what has been taken down.
struct Stage {
    exchange: Exchange,
    all: Vec<Pubkey>,
    left: Left,
}

impl Stage {
    fn new(world: &mut World, market_cap: i64) -> Self {
        let exchange = quiet_exchange(world, &[], &capped(market_cap));
        Self { exchange, all: vec![], left: Left::default() }
    }

    fn trader(&mut self, world: &mut World, name: &str, dollars: i64) -> Trader {
        let trader = world.trader(&self.exchange, name, usd(dollars));
        self.all.push(trader.account);
        trader
    }

    /// Takes down how things are, and checks all books.
    #[track_caller]
    fn note(&mut self, world: &mut World, rescued: &Pubkey, stakers: &[&Trader]) {
        audited(world, &self.exchange, &self.all, stakers);
        let mut now = vec![];
        for account in &self.all {
            let book = world.margin_account(account);
            let (counted, uncounted, cash_era, cash_index) = (0, 0, 0, Fixed64::default());
            let plain = MarginAccount { counted, uncounted, cash_era, cash_index, ..book };
            now.push(bytemuck::bytes_of(&plain).to_vec());
        }
        let market = world.market(&self.exchange.group(), BTC);
        now.push(bytemuck::bytes_of(&Market { waiting: Default::default(), ..market }).to_vec());
        if world.is_latched(rescued) {
            now.push(bytemuck::bytes_of(&world.auction(rescued)).to_vec());
        }
        self.left.steps.push(now);
    }

    /// Fees of the insurance that nobody has collected: the group's own, and those that wait in the market.
    fn uncollected(&self, world: &mut World) -> [u64; 2] {
        let group = self.exchange.group();
        [world.typed::<Group>(&group).insurance, world.market(&group, BTC).waiting.insurance]
    }

    /// Takes fees in, lets all accounts be counted, and tells how things are at the end.
    fn count(mut self, world: &mut World, stakers: &[&Trader]) -> Left {
        done(world.collect_insurance(&self.exchange));
        assert_eq!(self.uncollected(world), [0, 0]);
        refresh(world, &self.exchange, &self.all);
        audited(world, &self.exchange, &self.all, stakers);
        for account in &self.all {
            let book = world.margin_account(account);
            assert_eq!((book.counted, book.uncounted), (book.cash, 0));
            self.left.end.push(bytemuck::bytes_of(&book).to_vec());
        }
        let group: Group = world.typed(&self.exchange.group());
        let fund = world.insurance(&self.exchange);
        self.left.fees = fund.earned;
        self.left.end.extend([bytemuck::bytes_of(&group).to_vec(), bytemuck::bytes_of(&fund).to_vec()]);
        self.left
    }
}

/// Lara holds perps on a coin; Kim takes ten lots over, an order of Kim's five, and the price recovers.
fn perps(world: &mut World, form: Form) -> Left {
    let mut stage = Stage::new(world, usd(5_000));
    let [lara, wes, mut kim, bob] = [("lara", 20_000), ("wes", 500_000), ("kim", 500_000), ("bob", 1_000)]
        .map(|(name, dollars)| stage.trader(world, name, dollars));
    trade(world, &stage.exchange, &lara, &wes, perp(100, usd(950)));
    world.svm.pass(60);
    price(world, &stage.exchange, 86_000);
    let before = shared(world, &stage.exchange);

    world.step("Lara's rescue begins, and Kim takes ten lots over");
    done(world.begin_as(form, &stage.exchange, &lara.account));
    stage.note(world, &lara.account, &[]);
    done(take_as(form, world, &stage.exchange, &lara, &kim, 10));
    stage.note(world, &lara.account, &[]);
    let first: u64 = stage.uncollected(world).iter().sum();
    assert!(first > 0);

    world.step("Five go to Kim's order at the mark; Bob gets what the auction pays");
    let leg = OrderLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots: 1 };
    let order = kim.order(world.svm.now(), 5, usd(860), &[leg]);
    let order = Order { venue: Order::RESCUE_VENUE, max_fee: 0, ..order };
    let signed = (&order, &kim.key);
    done(world.liquidate_to_order_as(form, &stage.exchange, &lara.account, signed, &bob.account, 5));
    stage.note(world, &lara.account, &[]);
    assert_eq!(world.margin_account(&kim.account).legs[0].quantity, 15);
    let bobs = world.margin_account(&bob.account).cash - usd(1_000);
    assert!(bobs > 0);

    world.step("At 95 000 she is at her target again");
    world.svm.pass(60);
    price(world, &stage.exchange, 95_000);
    done(world.end_rescue_as(form, &stage.exchange, &lara.account));
    stage.note(world, &lara.account, &[]);
    assert!(is_over(world, &lara.account));

    // She has lost 90 dollars on each of 15 lots to the pool; Kim and Bob were paid, and the insurance its fees.
    let waiting = stage.uncollected(world);
    let fees: u64 = waiting.iter().sum();
    assert!(fees > first);
    let [laras, kims] = cash(world, [&lara.account, &kim.account]);
    let lost = usd(20_000) - laras;
    assert_eq!(lost, usd(15 * 90) + (kims - usd(500_000)) + bobs + fees as i64);
    match form {
        Form::Written => {
            assert_eq!(waiting, [fees, 0]);
            assert_eq!(beside(world, &lara.account), (usd(20_000) - lost, 0));
        }
        Form::Read => {
            assert!(shared(world, &stage.exchange) == before, "what all share is not touched");
            assert_eq!(waiting, [0, fees], "fees wait in the market");
            assert_eq!(beside(world, &lara.account), (usd(20_000), -lost));
            assert_eq!(beside(world, &bob.account), (usd(1_000), bobs));
            assert_eq!(world.market(&stage.exchange.group(), BTC).pool, usd(15 * 90) as u64);
        }
    }
    let left = stage.count(world, &[]);
    assert_eq!(left.fees, fees);
    left
}

/// Eve owes 73 000 dollars against a coin, of which Kim buys a tenth.
fn debt(world: &mut World, form: Form) -> Left {
    let mut stage = Stage::new(world, usd(5_000));
    let [eve, kim, _lou] = [("eve", 0), ("kim", 500_000), ("lou", 500_000)]
        .map(|(name, dollars)| stage.trader(world, name, dollars));
    world.deposit_token(&stage.exchange, &eve, 1, COIN);
    done(world.withdraw_cash(&stage.exchange, &eve, usd(73_000) as u64));
    world.svm.pass(60);
    price(world, &stage.exchange, 85_000);
    let before = shared(world, &stage.exchange);

    done(world.begin_as(form, &stage.exchange, &eve.account));
    stage.note(world, &eve.account, &[]);
    world.step("A tenth of the coin costs 8 500 less half a per cent");
    let args = SwapCollateralArgs { amount: COIN / 10, legs: vec![], units: 0 };
    done(world.swap_as(form, &stage.exchange, &eve.account, &kim, 1, &args));
    stage.note(world, &eve.account, &[]);
    world.svm.pass(60);
    price(world, &stage.exchange, 95_000);
    done(world.end_rescue_as(form, &stage.exchange, &eve.account));
    stage.note(world, &eve.account, &[]);
    assert!(is_over(world, &eve.account));
    match form {
        Form::Written => {
            assert_eq!(beside(world, &eve.account), (-64_542_500_000, 0));
            assert_eq!(beside(world, &kim.account), (491_542_500_000, 0));
        }
        Form::Read => {
            assert!(shared(world, &stage.exchange) == before, "what all share is not touched");
            assert_eq!(beside(world, &eve.account), (usd(-73_000), 8_457_500_000));
            assert_eq!(beside(world, &kim.account), (usd(500_000), -8_457_500_000));
        }
    }
    stage.count(world, &[])
}

/// A winner closes so many lots of a loser's first position.
fn close(
    world: &mut World,
    form: Form,
    exchange: &Exchange,
    [loser, winner]: [&Trader; 2],
    lots: u32,
) -> Result<Outcome, Failure> {
    let legs = vec![world.quote_leg(&loser.account, |_| true, 1)];
    let args = DeleverageArgs { legs, units: lots };
    world.deleverage_as(form, exchange, &loser.account, &winner.account, &args)
}

/// Bea has lost 45 000 dollars of 20 000; Wes and Ida hold the other side, Ida of Otto's perps, too.
fn bankrupt(world: &mut World, form: Form) -> Left {
    let mut stage = Stage::new(world, usd(4_000));
    let [bea, wes, ida, otto, sue] =
        [("bea", 20_000), ("wes", 200_000), ("ida", 200_000), ("otto", 200_000), ("sue", 100_000)]
            .map(|(name, dollars)| stage.trader(world, name, dollars));
    done(world.stake(&stage.exchange, &sue, usd(50_000) as u64));
    trade(world, &stage.exchange, &bea, &wes, perp(60, usd(950)));
    trade(world, &stage.exchange, &bea, &ida, perp(40, usd(950)));
    trade(world, &stage.exchange, &otto, &ida, perp(20, usd(950)));
    world.svm.pass(60);
    price(world, &stage.exchange, 50_000);
    let before = shared(world, &stage.exchange);
    done(world.begin_as(form, &stage.exchange, &bea.account));
    world.svm.pass(900);
    price(world, &stage.exchange, 50_000);

    world.step("Wes gives up 60 lots that have won 27 000, of which he gets what Bea had; Ida 40 that have won 18 000");
    // 450 dollars a lot: 22 are 9 900, within half of Bea's 20 000, and 23 are 10 350.
    if form == Form::Read {
        refused(close(world, form, &stage.exchange, [&bea, &wes], 23), AccountError::CashUncounted);
    }
    done(close(world, form, &stage.exchange, [&bea, &wes], 22));
    stage.note(world, &bea.account, &[&sue]);
    if form == Form::Read {
        assert!(shared(world, &stage.exchange) == before, "what all share is not touched");
        assert_eq!(beside(world, &bea.account), (usd(20_000), usd(-9_900)));
        assert_eq!(beside(world, &wes.account), (usd(200_000), usd(9_900)));
        refused(close(world, form, &stage.exchange, [&bea, &wes], 1), AccountError::CashUncounted);
    }
    // The rest is more, and counts what it finds.
    done(close(world, Form::Written, &stage.exchange, [&bea, &wes], 38));
    stage.note(world, &bea.account, &[&sue]);
    assert_eq!([beside(world, &bea.account), beside(world, &wes.account)], [(0, 0), (usd(220_000), 0)]);
    let before = shared(world, &stage.exchange);
    done(close(world, form, &stage.exchange, [&bea, &ida], 40));
    stage.note(world, &bea.account, &[&sue]);
    assert_eq!(unpaid(world, [&bea.account, &wes.account, &ida.account]), [-25_000, 7_000, 18_000].map(usd));
    assert_eq!([beside(world, &bea.account), beside(world, &ida.account)], [(0, 0), (usd(200_000), 0)]);
    if form == Form::Read {
        assert!(shared(world, &stage.exchange) == before, "what all share is not touched");
    }
    let early = world.realise_profit_as(form, &stage.exchange, &bea.account, &ida.account, BTC);
    declined(early, No::HopOutOfOrder);

    world.step(
        "The insurance pays 4 000; Ida's other 20 lots have won 9 000, and the pool pays her its 4 000",
    );
    done(world.resolve_bankruptcy(&stage.exchange, &bea.account));
    stage.note(world, &bea.account, &[&sue]);
    assert_eq!(beside(world, &bea.account), (0, 0));
    assert_eq!(unpaid(world, [&bea.account]), [usd(-21_000)]);
    let before = shared(world, &stage.exchange);
    // Nor while she stands at her target: then nothing of hers is lost.
    let (auction, place) = (world.auction(&bea.account), seeds::find_auction(&bea.account).0);
    world.overwrite(&place, &Auction { idle: 1, ..auction });
    let idle = world.realise_profit_as(form, &stage.exchange, &bea.account, &ida.account, BTC);
    declined(idle, No::HopOutOfOrder);
    world.overwrite(&place, &auction);
    done(world.realise_profit_as(form, &stage.exchange, &bea.account, &ida.account, BTC));
    stage.note(world, &bea.account, &[&sue]);
    assert_eq!(unpaid(world, [&wes.account, &ida.account]), [7_000, 23_000].map(usd));
    if form == Form::Read {
        assert!(shared(world, &stage.exchange) == before, "what all share is not touched");
        assert_eq!(beside(world, &ida.account), (usd(200_000), usd(4_000)));
    }

    world.step("Claims of 30 000 are cut by 21 000: three tenths are left");
    world.svm.pass(300);
    price(world, &stage.exchange, 50_000);
    done(world.resolve_bankruptcy(&stage.exchange, &bea.account));
    assert!(is_over(world, &bea.account) && world.margin_account(&bea.account).is_empty());
    refresh(world, &stage.exchange, &[wes.account, ida.account]);
    stage.note(world, &bea.account, &[&sue]);
    // 7 000 and 23 000 by 3 / 10, rounded down: a unit may be nobody's.
    let left = unpaid(world, [&wes.account, &ida.account]);
    for (left, fair) in left.into_iter().zip([2_100, 6_900].map(usd)) {
        assert!((0..=1).contains(&(fair - left)), "{left} for {fair}");
    }
    stage.count(world, &[&sue])
}
