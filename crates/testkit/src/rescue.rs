//! Rescues: an insurance fund, auctions, takings, and what stands behind them.

use crate::{
    actor,
    exchange::sign_order,
    fraction, limit,
    svm::{Failure, Outcome},
    Exchange, Shape, Trader, World, DOLLAR,
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions::Numbers, MarginAccount, Order},
    in_parallel,
    liquidation::{
        instructions as liquidation_program, Auction, DeleverageArgs, Fund, LiquidateArgs,
        LiquidateToOrderArgs, RescueRules, Stake, SwapCollateralArgs,
    },
    risk::QuoteLeg,
    seeds,
};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// Rules of rescues as a small exchange might set them; for rules, not for expected values.
pub fn rescue_rules() -> RescueRules {
    RescueRules {
        target: fraction(0.5),
        discount_start: fraction(0.01),
        discount_full: fraction(0.2),
        insurance: fraction(0.02),
        token_start: fraction(0.005),
        token_full: fraction(0.1),
        small: 50 * DOLLAR as u64,
        small_reward: DOLLAR as u64,
        market_cap: 1_000_000 * DOLLAR as u64,
        market_seconds: 86_400,
        auction_seconds: 600,
        grace_seconds: 300,
        cooldown_seconds: 7 * 86_400,
    }
}

/// In which of two forms a step is sent that can leave its group unwritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The group is written, and all cash of who takes part is counted.
    Written,
    /// The group is read, and changes of cash stand beside what is counted.
    Read,
}

impl Form {
    /// An instruction in this form.
    pub fn of(self, instruction: Instruction) -> Instruction {
        match self {
            Self::Written => instruction,
            Self::Read => in_parallel(instruction),
        }
    }
}

impl World {
    /// Creates the exchange's insurance fund, empty.
    pub fn create_fund(&mut self, exchange: &Exchange, rules: &RescueRules) -> Pubkey {
        let (group, authority) = (exchange.group(), &exchange.risk.authority);
        let token = self.svm.account(&exchange.dollar).expect("the quote mint exists").owner;
        let key = authority.pubkey();
        let create = liquidation_program::create_fund(&group, &key, &key, &exchange.dollar, &token, rules);
        self.svm.send(&[create], &[authority]).unwrap_or_else(|failure| panic!("fund: {failure:#?}"));
        seeds::find_fund(&group).0
    }

    /// An exchange with a fund, and two who hold both sides of 64 positions: the first, who is short, has so many
    /// hundredths of its maintenance margin left.
    pub fn distressed_pair(&mut self, shape: &Shape, hundredths: i64) -> (Exchange, [Trader; 2]) {
        let exchange = self.broad_exchange(shape);
        self.create_fund(&exchange, &rescue_rules());
        let start = self.svm.now();
        let pair = [("short", -1), ("long", 1)].map(|(name, side)| {
            let trader = self.trader(&exchange, name, 500_000_000 * DOLLAR);
            self.fill_up(&exchange, &trader, shape, start, side);
            trader
        });
        let report = self.assess(&exchange.risk, &pair[0].account, &shape.numbers());
        let cash = self.margin_account(&pair[0].account).cash;
        let units = |amount: i128| (amount / 10_000) as i64;
        let left = units(report.maintenance.get()) / 100 * hundredths;
        self.leave_with(&exchange, &pair[0], cash - units(report.value.get()) + left);
        (exchange, pair)
    }

    /// Leaves a trader with so much cash, all of it counted, past all rules; the rest is nobody's.
    pub fn leave_with(&mut self, exchange: &Exchange, trader: &Trader, left: i64) {
        self.impoverish(exchange, trader, left);
        let account = self.margin_account(&trader.account);
        let counted = MarginAccount { counted: account.cash, uncounted: 0, ..account };
        self.overwrite(&trader.account, &counted);
    }

    /// The fund as it stands.
    pub fn insurance(&mut self, exchange: &Exchange) -> Fund {
        self.typed(&seeds::find_fund(&exchange.group()).0)
    }

    /// An owner's stake as it stands.
    pub fn stake_of(&mut self, exchange: &Exchange, owner: &Pubkey) -> Stake {
        self.typed(&seeds::find_stake(&seeds::find_fund(&exchange.group()).0, owner).0)
    }

    /// An account's auction as it stands.
    pub fn auction(&mut self, margin_account: &Pubkey) -> Auction {
        self.typed(&seeds::find_auction(margin_account).0)
    }

    /// Whether an account is under liquidation.
    pub fn is_latched(&mut self, margin_account: &Pubkey) -> bool {
        let latched = self.margin_account(margin_account).liquidation_since != 0;
        let auction = self.svm.account(&seeds::find_auction(margin_account).0);
        assert_eq!(latched, auction.is_some_and(|auction| !auction.data.is_empty()), "one means the other");
        latched
    }

    /// The place of a position among an account's, and lots of it that make a unit.
    pub fn quote_leg(
        &mut self,
        margin_account: &Pubkey,
        of: impl Fn(&ballast_interface::account::Leg) -> bool,
        lots: u64,
    ) -> QuoteLeg {
        let account: MarginAccount = self.margin_account(margin_account);
        let place = account.legs.iter().position(|leg| leg.market != 0 && of(leg)).expect("such a position");
        QuoteLeg { leg: place as u8, lots }
    }

    /// Begins the rescue of an account.
    pub fn begin(&mut self, exchange: &Exchange, margin_account: &Pubkey) -> Result<Outcome, Failure> {
        self.begin_as(Form::Written, exchange, margin_account)
    }

    /// The same in either form.
    pub fn begin_as(
        &mut self,
        form: Form,
        exchange: &Exchange,
        margin_account: &Pubkey,
    ) -> Result<Outcome, Failure> {
        let starter = self.person("starter");
        let [markets, risks] = self.needs(exchange, &[*margin_account], &[]);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let begin =
            liquidation_program::begin(&exchange.group(), margin_account, &starter.pubkey(), &numbers);
        self.svm.send(&[limit(), form.of(begin)], &[&starter])
    }

    /// Who began an account's rescue; somebody, if nobody did.
    fn beginner(&mut self, margin_account: &Pubkey) -> Pubkey {
        let address = seeds::find_auction(margin_account).0;
        match self.svm.account(&address) {
            Some(found) if !found.data.is_empty() => self.typed::<Auction>(&address).beginner,
            _ => actor("starter").pubkey(),
        }
    }

    /// Takes positions over.
    pub fn liquidate(
        &mut self,
        exchange: &Exchange,
        margin_account: &Pubkey,
        taker: &Trader,
        args: &LiquidateArgs,
    ) -> Result<Outcome, Failure> {
        self.liquidate_as(Form::Written, exchange, margin_account, taker, args)
    }

    /// The same in either form.
    pub fn liquidate_as(
        &mut self,
        form: Form,
        exchange: &Exchange,
        margin_account: &Pubkey,
        taker: &Trader,
        args: &LiquidateArgs,
    ) -> Result<Outcome, Failure> {
        let take = form.of(self.liquidation(exchange, margin_account, taker, args));
        self.svm.send(&[limit(), take], &[&taker.key])
    }

    /// The instruction of that, with all that it needs.
    pub fn liquidation(
        &mut self,
        exchange: &Exchange,
        margin_account: &Pubkey,
        taker: &Trader,
        args: &LiquidateArgs,
    ) -> Instruction {
        let beginner = self.beginner(margin_account);
        let [markets, risks] = self.needs(exchange, &[*margin_account, taker.account], &[]);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let owner = taker.key.pubkey();
        let taker = (&taker.account, &owner);
        liquidation_program::liquidate(&exchange.group(), margin_account, &beginner, taker, &numbers, args)
    }

    /// Hands positions to a resting order; what the order does not ask for goes to a liquidator's account. Nobody signs but
    /// the order's owner, off chain.
    pub fn liquidate_to_order(
        &mut self,
        exchange: &Exchange,
        margin_account: &Pubkey,
        (order, signer): (&Order, &Keypair),
        liquidator: &Pubkey,
        units: u32,
    ) -> Result<Outcome, Failure> {
        self.liquidate_to_order_as(
            Form::Written,
            exchange,
            margin_account,
            (order, signer),
            liquidator,
            units,
        )
    }

    /// The same in either form.
    pub fn liquidate_to_order_as(
        &mut self,
        form: Form,
        exchange: &Exchange,
        margin_account: &Pubkey,
        (order, signer): (&Order, &Keypair),
        liquidator: &Pubkey,
        units: u32,
    ) -> Result<Outcome, Failure> {
        let steps = self.rescue_by_order(exchange, margin_account, (order, signer), liquidator, units);
        self.svm.send(&steps.map(|step| form.of(step)), &[])
    }

    /// The instructions of that: the limit of compute units, the signature of the order as it stands in the data, the
    /// taking.
    pub fn rescue_by_order(
        &mut self,
        exchange: &Exchange,
        margin_account: &Pubkey,
        (order, signer): (&Order, &Keypair),
        liquidator: &Pubkey,
        units: u32,
    ) -> [Instruction; 3] {
        let beginner = self.beginner(margin_account);
        let accounts = [*margin_account, order.margin_account, *liquidator];
        let [markets, risks] = self.needs(exchange, &accounts, &[]);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let args = LiquidateToOrderArgs { order: order.clone(), units };
        let group = exchange.group();
        let take = liquidation_program::liquidate_to_order(
            &group,
            margin_account,
            &beginner,
            liquidator,
            &numbers,
            &args,
        );
        [limit(), sign_order(signer, order, 2), take]
    }

    /// Buys an account's collateral.
    pub fn swap_collateral(
        &mut self,
        exchange: &Exchange,
        margin_account: &Pubkey,
        taker: &Trader,
        bank: u16,
        amount: u64,
    ) -> Result<Outcome, Failure> {
        let args = SwapCollateralArgs { amount, legs: vec![], units: 0 };
        self.swap_with(exchange, margin_account, taker, bank, &args)
    }

    /// Buys an account's collateral, and takes positions over with it.
    pub fn swap_with(
        &mut self,
        exchange: &Exchange,
        margin_account: &Pubkey,
        taker: &Trader,
        bank: u16,
        args: &SwapCollateralArgs,
    ) -> Result<Outcome, Failure> {
        self.swap_as(Form::Written, exchange, margin_account, taker, bank, args)
    }

    /// The same in either form.
    pub fn swap_as(
        &mut self,
        form: Form,
        exchange: &Exchange,
        margin_account: &Pubkey,
        taker: &Trader,
        bank: u16,
        args: &SwapCollateralArgs,
    ) -> Result<Outcome, Failure> {
        let beginner = self.beginner(margin_account);
        let [markets, risks] = self.needs(exchange, &[*margin_account, taker.account], &[]);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let owner = taker.key.pubkey();
        let swap = liquidation_program::swap_collateral(
            &exchange.group(),
            margin_account,
            &beginner,
            (&taker.account, &owner),
            bank,
            &numbers,
            args,
        );
        self.svm.send(&[limit(), form.of(swap)], &[&taker.key])
    }

    /// Ends an account's rescue.
    pub fn end_rescue(&mut self, exchange: &Exchange, margin_account: &Pubkey) -> Result<Outcome, Failure> {
        self.end_rescue_as(Form::Written, exchange, margin_account)
    }

    /// The same in either form.
    pub fn end_rescue_as(
        &mut self,
        form: Form,
        exchange: &Exchange,
        margin_account: &Pubkey,
    ) -> Result<Outcome, Failure> {
        let beginner = self.beginner(margin_account);
        let [markets, risks] = self.needs(exchange, &[*margin_account], &[]);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let end = liquidation_program::end(&exchange.group(), margin_account, &beginner, &numbers);
        self.svm.send(&[limit(), form.of(end)], &[])
    }

    /// Closes a bankrupt account's positions against somebody who holds the other side.
    pub fn deleverage(
        &mut self,
        exchange: &Exchange,
        margin_account: &Pubkey,
        winner: &Pubkey,
        args: &DeleverageArgs,
    ) -> Result<Outcome, Failure> {
        self.deleverage_as(Form::Written, exchange, margin_account, winner, args)
    }

    /// The same in either form.
    pub fn deleverage_as(
        &mut self,
        form: Form,
        exchange: &Exchange,
        margin_account: &Pubkey,
        winner: &Pubkey,
        args: &DeleverageArgs,
    ) -> Result<Outcome, Failure> {
        let beginner = self.beginner(margin_account);
        let [markets, risks] = self.needs(exchange, &[*margin_account, *winner], &[]);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let group = exchange.group();
        let close =
            liquidation_program::deleverage(&group, margin_account, &beginner, winner, &numbers, args);
        self.svm.send(&[limit(), form.of(close)], &[])
    }

    /// Makes the next hop for a bankrupt account.
    pub fn resolve_bankruptcy(
        &mut self,
        exchange: &Exchange,
        margin_account: &Pubkey,
    ) -> Result<Outcome, Failure> {
        let resolve = self.resolution(exchange, margin_account);
        // Fees that wait stand behind the loss.
        let collect = self.collection(exchange, &exchange.risk.markets);
        self.svm.send(&[limit(), collect, resolve], &[])
    }

    /// The instruction of the next hop alone, without the fees that have to be taken in before.
    pub fn resolution(&mut self, exchange: &Exchange, margin_account: &Pubkey) -> Instruction {
        let beginner = self.beginner(margin_account);
        let token = self.svm.account(&exchange.dollar).expect("the quote mint exists").owner;
        let [markets, risks] = self.needs(exchange, &[*margin_account], &[]);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let quote = (&exchange.dollar, &token);
        let group = exchange.group();
        liquidation_program::resolve_bankruptcy(&group, margin_account, &beginner, quote, &numbers)
    }

    /// Realises what an account has won in a market, for the sake of a bankrupt one.
    pub fn realise_profit(
        &mut self,
        exchange: &Exchange,
        bankrupt: &Pubkey,
        winner: &Pubkey,
        market: u16,
    ) -> Result<Outcome, Failure> {
        self.realise_profit_as(Form::Written, exchange, bankrupt, winner, market)
    }

    /// The same in either form.
    pub fn realise_profit_as(
        &mut self,
        form: Form,
        exchange: &Exchange,
        bankrupt: &Pubkey,
        winner: &Pubkey,
        market: u16,
    ) -> Result<Outcome, Failure> {
        let [markets, risks] = self.needs(exchange, &[*winner], &[]);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let realise =
            liquidation_program::realise_profit(&exchange.group(), bankrupt, winner, market, &numbers);
        self.svm.send(&[limit(), form.of(realise)], &[])
    }

    /// Takes the insurance's share of fees in.
    pub fn collect_insurance(&mut self, exchange: &Exchange) -> Result<Outcome, Failure> {
        let collect = self.collection(exchange, &exchange.risk.markets);
        self.svm.send(&[collect], &[])
    }

    /// The instruction of that, with some markets only.
    pub fn collection(&mut self, exchange: &Exchange, markets: &[u16]) -> Instruction {
        let token = self.svm.account(&exchange.dollar).expect("the quote mint exists").owner;
        liquidation_program::collect_insurance(&exchange.group(), &exchange.dollar, &token, markets)
    }

    /// Stakes money out of a trader's purse.
    pub fn stake(&mut self, exchange: &Exchange, trader: &Trader, amount: u64) -> Result<Outcome, Failure> {
        let owner = trader.key.pubkey();
        let (group, purse) = (exchange.group(), &trader.purse);
        let collect = liquidation_program::collect_insurance(
            &group,
            &purse.mint,
            &purse.token_program,
            &exchange.risk.markets,
        );
        let stake = liquidation_program::stake(&group, &owner, &owner, purse, amount, &exchange.risk.markets);
        self.svm.send(&[collect, stake], &[&trader.key])
    }
}
