//! Trades that leave the group unwritten, beside the same trades that write it: who trades, in which form, what adds up.

use crate::stage::{bitcoin_exchange, done, perp, refused, vault, COIN};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{
        instructions::{self as account_program, Numbers},
        AccountError, CreateVenueArgs, ExecuteTriggerArgs, Group, OrderLeg, PlaceTriggerArgs,
        SettleFillsArgs, TradeLeg, Venue, VenueTerms,
    },
    in_parallel, seeds,
};
use ballast_testkit::{
    dollars, fraction, limit, sign_orders, Account, Exchange, Failure, Instruction, Outcome, Signer, Trader,
    World, BTC, DOLLAR,
};

/// What is done to an instruction before it is sent.
pub type Form = fn(Instruction) -> Instruction;

/// Nothing: it writes the group, and a fill its venue.
pub fn written(instruction: Instruction) -> Instruction {
    instruction
}

/// It leaves both unwritten.
pub const READ: Form = in_parallel;

/// Alice.
pub const ALICE: usize = 0;
/// Bob.
pub const BOB: usize = 1;
/// Kim.
pub const KIM: usize = 2;

/// An exchange for Bitcoin at 95 000 dollars; Alice, Bob and Kim have a coin each, and so many dollars.
pub struct UnwrittenScene {
    pub exchange: Exchange,
    pub traders: [Trader; 3],
}

/// A fill of one unit of one leg, at its price.
#[derive(Clone, Copy)]
pub struct Filled {
    /// Of which venue.
    pub venue: u16,
    /// Who buys the leg's lots, and of whom.
    pub sides: [usize; 2],
    /// What is traded.
    pub leg: TradeLeg,
    /// What each pays, in quote units.
    pub fees: [u64; 2],
    /// Markets that are given.
    pub markets: &'static [u16],
}

impl UnwrittenScene {
    /// With so many dollars for each.
    pub fn new(world: &mut World, cash: [i64; 3]) -> Self {
        let scene = Self::without_coins(world, cash);
        for trader in &scene.traders {
            world.deposit_token(&scene.exchange, trader, 1, COIN);
        }
        scene
    }

    /// With nothing but that, so that whoever holds a position hedges nothing by it.
    pub fn without_coins(world: &mut World, cash: [i64; 3]) -> Self {
        let exchange = bitcoin_exchange(world, &[]);
        let named = [("alice", cash[0]), ("bob", cash[1]), ("kim", cash[2])];
        let traders = named.map(|(name, cash)| world.trader(&exchange, name, cash * DOLLAR));
        Self { exchange, traders }
    }

    pub fn group(&self) -> Pubkey {
        self.exchange.group()
    }

    pub fn account(&self, who: usize) -> Pubkey {
        self.traders[who].account
    }

    /// Registers a venue of the same operator.
    pub fn add_venue(&self, world: &mut World, venue: u16) {
        let authority = self.exchange.risk.authority.insecure_clone();
        let (operator, key) = (self.exchange.operator.pubkey(), authority.pubkey());
        let terms = VenueTerms { operator, fee_owner: operator, fee_cap: fraction(0.01), suspended: false };
        let args = CreateVenueArgs { venue, terms };
        let create = account_program::create_venue(&self.group(), &key, &key, &args);
        done(world.svm.send(&[create], &[&authority]));
    }

    /// Sends a fill in some form, signed by both.
    pub fn fill(&mut self, world: &mut World, form: Form, fill: &Filled) -> Result<Outcome, Failure> {
        let (now, group) = (world.svm.now(), self.group());
        let TradeLeg { number, kind, expiry, strike, lots, price } = fill.leg;
        let mut order = |who: usize, lots: i64| {
            let leg = OrderLeg { number, kind, expiry: expiry as u32, strike, lots: lots as i32 };
            let mut order = self.traders[who].order(now, 1, i64::MAX / 2, &[leg]);
            (order.venue, order.max_fee) = (fill.venue, u64::MAX);
            order
        };
        let args = SettleFillsArgs {
            maker: order(fill.sides[0], lots),
            taker: order(fill.sides[1], -lots),
            maker_units: 1,
            taker_units: 1,
            prices: vec![price],
            maker_fee: fill.fees[0],
            taker_fee: fill.fees[1],
        };
        let banks: &[u16] = if kind == 0 { &[1] } else { &[] };
        let numbers = Numbers { markets: fill.markets, banks, risks: &[BTC] };
        let operator = self.exchange.operator.insecure_clone();
        let settle = account_program::settle_fills(&group, fill.venue, &operator.pubkey(), &args, &numbers);
        let signers = fill.sides.map(|who| &self.traders[who].key);
        world.svm.send(&[limit(), sign_orders(signers, &args, 2), form(settle)], &[&operator])
    }

    /// A fill of venue number one, in which somebody buys lots of the perp at 950 dollars a lot, and pays so much.
    pub fn buy(
        &mut self,
        world: &mut World,
        form: Form,
        sides: [usize; 2],
        lots: i64,
        fee: u64,
    ) -> Result<Outcome, Failure> {
        let leg = perp(lots, 950 * DOLLAR);
        self.fill(world, form, &Filled { venue: 1, sides, leg, fees: [fee, 0], markets: &[BTC] })
    }

    /// The first buys lots of the perp from the second, at a price in dollars a lot.
    pub fn block(
        &mut self,
        world: &mut World,
        form: Form,
        [first, second]: [usize; 2],
        (lots, price): (i64, i64),
    ) -> Result<Outcome, Failure> {
        let [first, second] = [first, second].map(|who| &self.traders[who]);
        let trade = world.block_trade(&self.exchange, first, second, &[perp(lots, price * DOLLAR)]);
        world.svm.send(&[limit(), form(trade)], &[&first.key, &second.key])
    }

    /// Somebody will sell lots of the perp once Bitcoin is at 96 000 dollars or below, for a fee of all of them.
    pub fn place(&self, world: &mut World, who: usize, lots: i64, fee: u64) {
        let args = PlaceTriggerArgs {
            market: BTC,
            kind: 1,
            expiry: 0,
            strike: 0,
            lots: -lots,
            above: false,
            level: dollars(96_000),
            limit: 0,
            slippage: fraction(0.01),
            fee,
            expires_at: world.svm.now() + 86_400,
        };
        let Trader { key, account, .. } = &self.traders[who];
        done(world.svm.send(&[account_program::place_trigger(account, &key.pubkey(), &args)], &[key]));
    }

    /// Somebody executes lots of another's first trigger, at a price in dollars and a fee in quote units.
    pub fn execute(
        &self,
        world: &mut World,
        form: Form,
        [whose, keeper]: [usize; 2],
        (lots, price, fee): (u64, i64, u64),
    ) -> Result<Outcome, Failure> {
        let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
        let args = ExecuteTriggerArgs { place: 0, lots, price: (price * DOLLAR) as u64, fee };
        let (whose, keeper) = (&self.traders[whose].account, &self.traders[keeper]);
        let owner = keeper.key.pubkey();
        let keeper_side = (&keeper.account, &owner);
        let execute = account_program::execute_trigger(&self.group(), whose, keeper_side, &args, &numbers);
        world.svm.send(&[limit(), form(execute)], &[&keeper.key])
    }

    /// Brings an account up to date by an instruction that writes the group: all of its cash is counted.
    pub fn count(&self, world: &mut World, who: usize) {
        let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
        let refresh = account_program::refresh_account(&self.group(), &self.account(who), &numbers);
        done(world.svm.send(&[limit(), refresh], &[]));
    }

    /// Settles an account with nothing but what the group does not know of it.
    pub fn settle(&self, world: &mut World, who: usize) -> Result<Outcome, Failure> {
        let settle = account_program::settle_account(&self.group(), &self.account(who), &Numbers::default());
        world.svm.send(&[settle], &[])
    }

    /// Pays a venue's fees to a new purse of its owner, or the group's for number zero. Returns what came.
    pub fn collect(&self, world: &mut World, venue: u16, name: &str, markets: &[u16]) -> u64 {
        let owner = match venue {
            0 => ballast_testkit::actor("treasury"),
            _ => self.exchange.operator.insecure_clone(),
        };
        let purse = world.purse(&self.exchange.dollar, &owner, name, 0);
        done(world.svm.send(&[account_program::collect_fees(&self.group(), venue, &purse, markets)], &[]));
        world.tokens(&purse.account)
    }

    /// The same must be refused: there is nothing to pay.
    pub fn collect_nothing(&self, world: &mut World, venue: u16, name: &str, markets: &[u16]) {
        let owner = match venue {
            0 => ballast_testkit::actor("treasury"),
            _ => self.exchange.operator.insecure_clone(),
        };
        let purse = world.purse(&self.exchange.dollar, &owner, name, 0);
        let collect = account_program::collect_fees(&self.group(), venue, &purse, markets);
        refused(world.svm.send(&[collect], &[]), AccountError::AmountZero);
    }

    /// What all trades of the group share: the group, its vault, its model and a venue.
    pub fn shared(&self, world: &mut World) -> Vec<Account> {
        let group = self.group();
        let keys =
            [group, seeds::find_vault(&group).0, seeds::find_model(&group).0, seeds::find_venue(&group, 1).0];
        keys.map(|key| world.svm.account(&key).expect("it exists")).to_vec()
    }

    /// Sends what must be accepted and leave all of that as it is, to the byte.
    #[track_caller]
    pub fn unshared(
        &mut self,
        world: &mut World,
        act: impl FnOnce(&mut Self, &mut World) -> Result<Outcome, Failure>,
    ) {
        let before = self.shared(world);
        done(act(self, world));
        assert!(before == self.shared(world), "what all trades share has changed");
        self.assert_sums(world);
    }

    /// Somebody's cash, what is counted of it, and what is not.
    pub fn cash(&self, world: &mut World, who: usize) -> [i64; 3] {
        let account = world.margin_account(&self.account(who));
        [account.cash, account.counted, account.uncounted]
    }

    /// The group as it stands.
    pub fn state(&self, world: &mut World) -> Group {
        world.typed(&self.group())
    }

    /// A venue as it stands.
    pub fn venue(&self, world: &mut World, number: u16) -> Venue {
        world.typed(&seeds::find_venue(&self.group(), number).0)
    }

    /// The group's, the insurance's and venues' fees that wait in Bitcoin's market, each with the venue's number.
    pub fn waiting(&self, world: &mut World) -> (u64, u64, [(u16, u64); 3]) {
        let waiting = world.market(&self.group(), BTC).waiting;
        (waiting.fees, waiting.insurance, waiting.venues.map(|row| (row.venue, row.amount)))
    }

    /// The group's sums are those of what there is: tokens, counted cash, and what is beside it. Nobody pays interest.
    #[track_caller]
    pub fn assert_sums(&self, world: &mut World) {
        vault(world, &self.exchange);
        let (group, market) = (self.state(world), world.market(&self.group(), BTC));
        let (fees, insurance, venues) = self.waiting(world);
        let waiting = fees + insurance + venues.iter().map(|(_, amount)| amount).sum::<u64>();
        let (mut counted, mut beside) = (0, (market.pool + waiting) as i64);
        for who in [ALICE, BOB, KIM] {
            let [cash, known, unknown] = self.cash(world, who);
            assert_eq!(cash, known + unknown, "cash of number {who}");
            (counted, beside) = (counted + known, beside + unknown);
        }
        assert_eq!((group.cash, group.uncounted), (counted, beside), "the group's sums");
    }
}
