//! A whole exchange: a group with a vault, markets, banks, a venue, and traders who have money in it.

use crate::{
    actor, fraction,
    rescue::Form,
    signed_by,
    svm::{Failure, Outcome},
    RiskSpec, SignatureCheck, World,
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{
        instructions::{self as account_program, Numbers, TokenSide},
        switches, Bank, CreateBankArgs, CreateMarketArgs, CreateVenueArgs, Group, GroupRules, MarginAccount,
        Market, MarketTerms, Order, OrderLeg, SettleFillsArgs, TradeLeg, VenueTerms, ORDER_DOMAIN,
    },
    risk::Preset,
    seeds,
};
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// Quote units in a dollar.
pub const DOLLAR: i64 = 1_000_000;

/// A group in which people can trade.
pub struct Exchange {
    /// The group with its opinion.
    pub risk: RiskSpec,
    /// Mint of the quote token.
    pub dollar: Pubkey,
    /// Mints of the banks' tokens, by number from one on.
    pub mints: Vec<Pubkey>,
    /// Operator of venue number one.
    pub operator: Keypair,
}

/// Somebody with an account, a record of orders, and a token account in dollars.
pub struct Trader {
    /// Who.
    pub key: Keypair,
    /// The margin account.
    pub account: Pubkey,
    /// Token account in dollars.
    pub purse: TokenSide,
    /// Nonce of the next order.
    pub nonce: u64,
}

/// Rules of a group that lets much happen; for rules, not for expected values.
pub fn group_rules() -> GroupRules {
    GroupRules {
        fee_owner: actor("treasury").pubkey(),
        fee_share: fraction(0.2),
        rate_idle: 0,
        rate_kink: fraction(0.05),
        rate_full: fraction(0.5),
        kink: fraction(0.8),
        borrow_cap: 1_000_000 * DOLLAR as u64,
        outflow_hour: 1_000_000 * DOLLAR as u64,
        outflow_day: 5_000_000 * DOLLAR as u64,
    }
}

/// Terms of a market with everything on: ticks of a cent a coin, strikes of a dollar a coin.
pub fn market_terms() -> MarketTerms {
    MarketTerms {
        tick: 100,
        strike_step: 100_000_000,
        open_interest_cap: 10_000_000,
        price_band: fraction(0.1),
        funding_band: fraction(0.02),
        funding_cap: fraction(0.002),
        funding_seconds: 28_800,
        mark_seconds: 3_600,
        fallback_seconds: 86_400,
        expiry_second: 28_800,
        venue: 1,
        days: 3,
        fridays: 12,
        months: 12,
        switches: switches::PERP | switches::FUTURES | switches::OPTIONS,
        padding: [0; 2],
    }
}

impl Exchange {
    /// The group.
    pub fn group(&self) -> Pubkey {
        self.risk.group
    }
}

impl World {
    /// Creates an exchange over markets, with a bank for the token of each, numbered from one on in their order.
    pub fn create_exchange(&mut self, preset: Preset, markets: &[u16]) -> Exchange {
        let risk = self.create_risk(preset, markets);
        self.open_exchange(risk)
    }

    /// Makes an exchange of a group that has an opinion.
    pub fn open_exchange(&mut self, risk: RiskSpec) -> Exchange {
        let (group, authority) = (risk.group, risk.authority.insecure_clone());
        let key = authority.pubkey();
        let dollar = self.typed::<Group>(&group).quote_mint;
        let token = self.svm.account(&dollar).expect("the quote mint exists").owner;
        let mut steps = vec![
            account_program::open_vault(&group, &dollar, &token, &key),
            account_program::change_group(&group, &key, &group_rules()),
        ];
        let operator = actor("operator");
        let venue = VenueTerms {
            operator: operator.pubkey(),
            fee_owner: operator.pubkey(),
            fee_cap: fraction(0.01),
            suspended: false,
        };
        steps.push(account_program::create_venue(
            &group,
            &key,
            &key,
            &CreateVenueArgs { venue: 1, terms: venue },
        ));
        let mut mints = vec![];
        for (place, market) in risk.markets.iter().enumerate() {
            let args = CreateMarketArgs { market: *market, terms: market_terms() };
            steps.push(account_program::create_market(&group, &key, &key, &args));
            let mint = self.create_mint(
                &spl_token_interface::ID,
                &format!("token {market} {}", &group.to_string()[..8]),
                8,
            );
            let bank = place as u16 + 1;
            let args = CreateBankArgs { bank, market: *market, cap: 1 << 50, ramp_seconds: 0 };
            steps.push(account_program::create_bank(
                &group,
                &key,
                &key,
                &mint,
                &spl_token_interface::ID,
                &args,
            ));
            mints.push(mint);
        }
        for step in steps {
            self.svm.send(&[step], &[&authority]).unwrap_or_else(|failure| panic!("exchange: {failure:#?}"));
        }
        Exchange { risk, dollar, mints, operator }
    }

    /// A trader with so many quote units deposited, and as many again in the purse.
    pub fn trader(&mut self, exchange: &Exchange, name: &str, cash: i64) -> Trader {
        let key = self.person(name);
        let group = exchange.group();
        let (account, _) = self.open_account(&group, &key, &key, 0);
        let purse = self.purse(&exchange.dollar, &key, &format!("{name}'s dollars"), 2 * cash as u64);
        let owner = key.pubkey();
        let mut steps = vec![account_program::open_orders(&account, &owner, &owner, 0)];
        if cash > 0 {
            steps.push(account_program::deposit(&group, &account, 0, 0, &purse, &owner, cash as u64, &[]));
        }
        self.svm.send(&steps, &[&key]).unwrap_or_else(|failure| panic!("{name}: {failure:#?}"));
        Trader { key, account, purse, nonce: 1 }
    }

    /// Deposits a bank's token out of a new purse.
    pub fn deposit_token(&mut self, exchange: &Exchange, trader: &Trader, bank: u16, amount: u64) -> Outcome {
        let (group, owner) = (exchange.group(), trader.key.pubkey());
        let mint = exchange.mints[bank as usize - 1];
        let name = format!("{bank} {}", &trader.account.to_string()[..20]);
        let purse = self.purse(&mint, &trader.key, &name, amount);
        let market = exchange.risk.markets[bank as usize - 1];
        let deposit =
            account_program::deposit(&group, &trader.account, bank, market, &purse, &owner, amount, &[]);
        self.svm.send(&[deposit], &[&trader.key]).unwrap_or_else(|failure| panic!("deposit: {failure:#?}"))
    }

    /// A margin account as it stands.
    pub fn margin_account(&mut self, address: &Pubkey) -> MarginAccount {
        self.typed(address)
    }

    /// A market as it stands.
    pub fn market(&mut self, group: &Pubkey, number: u16) -> Market {
        self.typed(&seeds::find_market(group, number).0)
    }

    /// A bank as it stands.
    pub fn bank(&mut self, group: &Pubkey, number: u16) -> Bank {
        self.typed(&seeds::find_bank(group, number).0)
    }

    /// Numbers of all markets and risks that some accounts and legs need: markets first, then risks.
    pub fn needs(&mut self, exchange: &Exchange, accounts: &[Pubkey], legs: &[TradeLeg]) -> [Vec<u16>; 2] {
        let mut markets: Vec<u16> = legs.iter().filter(|leg| leg.kind != 0).map(|leg| leg.number).collect();
        let priced = |bank: u16| exchange.risk.markets[bank as usize - 1];
        let spot = legs.iter().filter(|leg| leg.kind == 0).map(|leg| priced(leg.number));
        let mut risks: Vec<u16> = spot.collect();
        for account in accounts {
            let account = self.margin_account(account);
            let held = account.markets.iter().map(|book| book.market).filter(|market| *market != 0);
            markets.extend(held);
            risks.extend(account.collateral.iter().map(|token| token.market).filter(|market| *market != 0));
        }
        risks.extend(&markets);
        let mut both = [markets, risks];
        for numbers in &mut both {
            numbers.sort_unstable();
            numbers.dedup();
        }
        both
    }

    /// Trades between two accounts whose owners sign.
    pub fn block(
        &mut self,
        exchange: &Exchange,
        first: &Trader,
        second: &Trader,
        legs: &[TradeLeg],
    ) -> Result<Outcome, Failure> {
        self.block_as(Form::Written, exchange, first, second, legs)
    }

    /// The same in either form.
    pub fn block_as(
        &mut self,
        form: Form,
        exchange: &Exchange,
        first: &Trader,
        second: &Trader,
        legs: &[TradeLeg],
    ) -> Result<Outcome, Failure> {
        let trade = form.of(self.block_trade(exchange, first, second, legs));
        self.svm.send(&[limit(), trade], &[&first.key, &second.key])
    }

    /// The instruction of such a trade, with all that it needs.
    pub fn block_trade(
        &mut self,
        exchange: &Exchange,
        first: &Trader,
        second: &Trader,
        legs: &[TradeLeg],
    ) -> Instruction {
        let [markets, risks] = self.needs(exchange, &[first.account, second.account], legs);
        let mut banks: Vec<u16> = legs.iter().filter(|leg| leg.kind == 0).map(|leg| leg.number).collect();
        banks.dedup();
        let numbers = Numbers { markets: &markets, banks: &banks, risks: &risks };
        let sides = [first, second].map(|trader| (trader.account, trader.key.pubkey()));
        account_program::block_trade(
            &exchange.group(),
            (&sides[0].0, &sides[0].1),
            (&sides[1].0, &sides[1].1),
            &legs.to_vec(),
            &numbers,
        )
    }

    /// Withdraws cash to the trader's purse.
    pub fn withdraw_cash(
        &mut self,
        exchange: &Exchange,
        trader: &Trader,
        amount: u64,
    ) -> Result<Outcome, Failure> {
        let [markets, risks] = self.needs(exchange, &[trader.account], &[]);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let (group, owner) = (exchange.group(), trader.key.pubkey());
        let withdraw =
            account_program::withdraw(&group, &trader.account, 0, &trader.purse, &owner, amount, &numbers);
        self.svm.send(&[limit(), withdraw], &[&trader.key])
    }

    /// Settles an account with all its markets.
    pub fn settle(&mut self, exchange: &Exchange, account: &Pubkey) -> Result<Outcome, Failure> {
        let [markets, risks] = self.needs(exchange, &[*account], &[]);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let settle = account_program::settle_account(&exchange.group(), account, &numbers);
        self.svm.send(&[limit(), settle], &[])
    }

    /// Settles a fill of two orders at venue number one, with both traders' signatures.
    pub fn fill(
        &mut self,
        exchange: &Exchange,
        traders: [&Trader; 2],
        args: &SettleFillsArgs,
    ) -> Result<Outcome, Failure> {
        let steps = self.settle_fills(exchange, traders.map(|trader| &trader.key), args);
        self.svm.send(&steps, &[&exchange.operator])
    }

    /// The instructions of such a fill: the limit of compute units, the signatures, the fill.
    pub fn settle_fills(
        &mut self,
        exchange: &Exchange,
        signers: [&Keypair; 2],
        args: &SettleFillsArgs,
    ) -> [Instruction; 3] {
        let accounts = [args.maker.margin_account, args.taker.margin_account];
        let legs: Vec<_> = args.maker.legs.iter().map(|leg| leg.times(1, 0).expect("a leg")).collect();
        let [markets, risks] = self.needs(exchange, &accounts, &legs);
        let mut banks: Vec<u16> = legs.iter().filter(|leg| leg.kind == 0).map(|leg| leg.number).collect();
        banks.dedup();
        let numbers = Numbers { markets: &markets, banks: &banks, risks: &risks };
        let operator = exchange.operator.pubkey();
        let settle = account_program::settle_fills(&exchange.group(), 1, &operator, args, &numbers);
        [limit(), sign_orders(signers, args, 2), settle]
    }
}

/// The most compute units that a transaction can have.
pub fn limit() -> Instruction {
    ComputeBudgetInstruction::set_compute_unit_limit(1_400_000)
}

/// The check of both orders' signatures, which stand in the data of the fill at a place of the transaction.
pub fn sign_orders(signers: [&Keypair; 2], args: &SettleFillsArgs, place: u16) -> Instruction {
    let mut from = 8;
    let checks = [&args.maker, &args.taker].into_iter().zip(signers).map(|(order, signer)| {
        let message = order.message();
        let check = signed_by(signer, &message, from, place);
        from += message.len() as u16;
        check
    });
    SignatureCheck::instruction(&checks.collect::<Vec<_>>())
}

/// The check of one order's signature, which stands first in the data of an instruction at a place of the transaction.
pub fn sign_order(signer: &Keypair, order: &Order, place: u16) -> Instruction {
    SignatureCheck::instruction(&[signed_by(signer, &order.message(), 8, place)])
}

impl Trader {
    /// An order of venue number one that expires in an hour, for so many units of some legs.
    pub fn order(&mut self, now: i64, units: u64, limit: i64, legs: &[OrderLeg]) -> Order {
        self.nonce += 1;
        Order {
            domain: ORDER_DOMAIN,
            margin_account: self.account,
            venue: 1,
            nonce: self.nonce - 1,
            expires_at: now + 3_600,
            units,
            limit,
            max_fee: DOLLAR as u64,
            reduce_only: false,
            legs: legs.to_vec(),
        }
    }
}
