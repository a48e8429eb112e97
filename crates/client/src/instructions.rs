//! Instructions with every account that they need, found from an exchange and the accounts that take part.

mod rescue;
mod signed;

pub use signed::signatures;

use crate::{tokens, Exchange, Held, Needs, Result};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{
        instructions::{self as program},
        ExecuteTriggerArgs, MarginAccount, SettleFillsArgs, TradeLeg,
    },
    risk::instructions as risk_program,
    seeds,
};
use solana_instruction::Instruction;

/// Builds instructions for a group, all in the form that writes it: [`crate::Sender::send`] tries those that can leave it
/// unwritten in that form first.
#[derive(Clone, Copy)]
pub struct Build<'a> {
    exchange: &'a Exchange,
}

impl<'a> Build<'a> {
    /// For this group, as it stood when it was read.
    pub const fn new(exchange: &'a Exchange) -> Self {
        Self { exchange }
    }

    fn group(&self) -> &Pubkey {
        &self.exchange.address
    }

    /// What some accounts and legs need.
    pub fn needs(&self, accounts: &[&Held<MarginAccount>], legs: &[TradeLeg]) -> Result<Needs> {
        let states: Vec<_> = accounts.iter().map(|held| &held.state).collect();
        Needs::of(self.exchange, &states, legs)
    }

    /// Opens an account, and the record of its signed orders.
    pub fn open_account(&self, owner: &Pubkey, payer: &Pubkey, sub_id: u16) -> Vec<Instruction> {
        let account = seeds::find_margin_account(self.group(), owner, sub_id).0;
        vec![
            program::open_account(self.group(), owner, payer, sub_id),
            program::open_orders(&account, owner, payer, 0),
        ]
    }

    /// Deposits a bank's tokens, or cash for number zero, out of the depositor's wallet.
    pub fn deposit(
        &self,
        account: &Held<MarginAccount>,
        bank: u16,
        amount: u64,
        depositor: &Pubkey,
    ) -> Result<Vec<Instruction>> {
        let from = self.exchange.purse(depositor, bank)?;
        let priced_by = if bank == 0 { 0 } else { self.exchange.bank(bank)?.market };
        // With markets, so that what pools owe comes in with it.
        let markets = self.needs(&[account], &[])?.markets;
        let step = program::deposit(
            self.group(),
            &account.address,
            bank,
            priced_by,
            &from,
            depositor,
            amount,
            &markets,
        );
        Ok(vec![step])
    }

    /// Withdraws a bank's tokens, or cash for number zero, to the owner's wallet.
    pub fn withdraw(
        &self,
        account: &Held<MarginAccount>,
        bank: u16,
        amount: u64,
        owner: &Pubkey,
    ) -> Result<Vec<Instruction>> {
        let to = self.exchange.purse(owner, bank)?;
        let needs = self.needs(&[account], &[])?;
        let step =
            program::withdraw(self.group(), &account.address, bank, &to, owner, amount, &needs.numbers());
        Ok(vec![tokens::open_purse(owner, owner, &to), step])
    }

    /// Moves a bank's tokens, or cash for number zero, to another account of the same owner.
    pub fn transfer(
        &self,
        from: &Held<MarginAccount>,
        to: &Held<MarginAccount>,
        bank: u16,
        amount: u64,
        owner: &Pubkey,
    ) -> Result<Vec<Instruction>> {
        let needs = self.needs(&[from, to], &[])?;
        let step = program::transfer(
            self.group(),
            &from.address,
            &to.address,
            bank,
            owner,
            amount,
            &needs.numbers(),
        );
        Ok(vec![step])
    }

    /// Trades between two accounts whose owners, or delegates, sign.
    pub fn block_trade(
        &self,
        first: (&Held<MarginAccount>, &Pubkey),
        second: (&Held<MarginAccount>, &Pubkey),
        legs: &[TradeLeg],
    ) -> Result<Vec<Instruction>> {
        let needs = self.needs(&[first.0, second.0], legs)?;
        let step = program::block_trade(
            self.group(),
            (&first.0.address, first.1),
            (&second.0.address, second.1),
            &legs.to_vec(),
            &needs.numbers(),
        );
        Ok(vec![step])
    }

    /// Settles a fill of two signed orders; `signed` are the signers and signatures of maker and taker. The instructions
    /// must stand first in a [`crate::Sender`]'s transaction: the signatures name their places.
    pub fn settle_fills(
        &self,
        operator: &Pubkey,
        accounts: [&Held<MarginAccount>; 2],
        args: &SettleFillsArgs,
        signed: [(Pubkey, [u8; 64]); 2],
    ) -> Result<Vec<Instruction>> {
        let legs = args.maker.legs.iter().map(|leg| leg.times(1, 0));
        let legs: Vec<_> = legs.collect::<std::result::Result<_, _>>().map_err(signed::unfit)?;
        let needs = self.needs(&accounts, &legs)?;
        let step = program::settle_fills(self.group(), args.maker.venue, operator, args, &needs.numbers());
        let check = signed::of_orders(&[&args.maker, &args.taker], &signed);
        Ok(vec![check, step])
    }

    /// Settles an account: interest, funding, expired positions, and what pools owe it or it them.
    pub fn settle_account(&self, account: &Held<MarginAccount>) -> Result<Vec<Instruction>> {
        let needs = self.needs(&[account], &[])?;
        Ok(vec![program::settle_account(self.group(), &account.address, &needs.numbers())])
    }

    /// Settles an account likewise, but for loans: so that one that owes more than it has is settled as far as it goes.
    pub fn refresh_account(&self, account: &Held<MarginAccount>) -> Result<Vec<Instruction>> {
        let needs = self.needs(&[account], &[])?;
        Ok(vec![program::refresh_account(self.group(), &account.address, &needs.numbers())])
    }

    /// Executes some lots of a trigger against the keeper's own account.
    pub fn execute_trigger(
        &self,
        account: &Held<MarginAccount>,
        keeper: (&Held<MarginAccount>, &Pubkey),
        leg: &TradeLeg,
        args: &ExecuteTriggerArgs,
    ) -> Result<Vec<Instruction>> {
        let needs = self.needs(&[account, keeper.0], &[*leg])?;
        let step = program::execute_trigger(
            self.group(),
            &account.address,
            (&keeper.0.address, keeper.1),
            args,
            &needs.numbers(),
        );
        Ok(vec![step])
    }

    /// Takes over the price of a market's feed.
    pub fn refresh_price(&self, market: u16) -> Result<Instruction> {
        let feed = self.exchange.risk(market)?.rules.feed.account;
        Ok(risk_program::refresh_price(self.group(), market, &feed))
    }

    /// Brings a perp's funding up to date.
    pub fn update_funding(&self, market: u16) -> Instruction {
        program::update_funding(self.group(), market)
    }

    /// Freezes a date's settlement price.
    pub fn freeze_settlement(&self, market: u16, expiry: i64) -> Instruction {
        program::freeze_settlement(self.group(), market, expiry)
    }

    /// Lists a date.
    pub fn list_expiry(&self, market: u16, expiry: i64) -> Instruction {
        program::list_expiry(self.group(), market, expiry)
    }

    /// Asks the risk program what an account needs.
    pub fn assess(&self, account: &Held<MarginAccount>) -> Instruction {
        risk_program::assess(self.group(), &account.address, &self.exchange.judges(&account.state))
    }

    /// Refuses the transaction if an account has changed since it was read. Stands first where it is wanted.
    pub fn check_sequence(&self, account: &Held<MarginAccount>) -> Instruction {
        risk_program::check_sequence(&account.address, account.state.sequence)
    }
}
