//! Moves money between two accounts of one owner.

use crate::{
    books,
    errors::AccountError,
    events::Transferred,
    gate::{Change, Gate},
    given::{Given, Risks},
    ledger::Ledger,
};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{pause, Bank, Flow, Group, MarginAccount},
    ids,
    risk::Model,
};

/// Accounts of `transfer`; behind them, the markets in which the giving account has perps or claims, and the risks of all
/// markets that its margin depends on.
#[event_cpi]
#[derive(Accounts)]
pub struct Transfer<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The account that gives.
    #[account(mut, has_one = group @ AccountError::WrongGroup, has_one = owner @ AccountError::NotOwner)]
    pub from: AccountLoader<'info, MarginAccount>,
    /// The account that gets.
    #[account(mut, has_one = group @ AccountError::WrongGroup, has_one = owner @ AccountError::NotOwner)]
    pub to: AccountLoader<'info, MarginAccount>,
    /// The token's bank; without it, cash is moved.
    #[account(has_one = group @ AccountError::WrongGroup)]
    pub bank: Option<AccountLoader<'info, Bank>>,
    /// Owner of both accounts: no delegate can move money.
    pub owner: Signer<'info>,
    /// The group's model.
    #[account(has_one = group @ AccountError::WrongGroup)]
    pub model: AccountLoader<'info, Model>,
    /// The risk program.
    /// CHECK: its address is all that matters.
    #[account(address = ids::RISK @ AccountError::RiskProgramWrong)]
    pub risk_program: UncheckedAccount<'info>,
}

impl<'info> Transfer<'info> {
    #[inline(never)]
    fn shift(&self, amount: u64, given: &Given, risks: &Risks, now: i64) -> Result<(u16, [Flow; 2])> {
        let key = self.group.key();
        let group = &mut Ledger::of(&self.group, now)?;
        group.invariant()?;
        let (from, to) = (&mut *self.from.load_mut()?, &mut *self.to.load_mut()?);
        require!(from.liquidation_since == 0, AccountError::UnderLiquidation);
        let mut markets = given.markets(&key)?;
        books::require_known_markets(from, &markets)?;
        books::accrue(&mut markets, risks, now)?;
        let mut flows = [
            books::open(from, self.from.key(), group, &mut markets, now)?,
            books::open(to, self.to.key(), group, &mut markets, now)?,
        ];
        let cash = from.cash;
        let number = match &self.bank {
            None => {
                let paid = books::signed(amount)?;
                books::change_cash(from, paid.saturating_neg())?;
                books::change_cash(to, paid)?;
                let [given, got] = &mut flows;
                (given.paid, got.paid) = (paid, paid.saturating_neg());
                0
            }
            Some(bank) => {
                let bank = bank.load()?;
                bank.invariant()?;
                // As in a deposit: a kind of token that is new to the account must have a good price.
                let known = to.token_amount(bank.bank) > 0;
                let good = known || risks.good(bank.market, now)?.is_some();
                require!(good, AccountError::FeedDoubtful);
                from.change_token(bank.bank, bank.market, i128::from(amount).saturating_neg())?;
                to.change_token(bank.bank, bank.market, amount.into())?;
                bank.bank
            }
        };
        for (account, flow) in [&mut *from, &mut *to].into_iter().zip(&mut flows) {
            books::settle_all(account, &mut markets, group, flow)?;
            books::close(account, group, flow)?;
        }
        group.require_lendable(cash, from.cash)?;
        Ok((number, flows))
    }

    /// Moves cash or tokens; the account that gives passes the gate.
    pub fn transfer(ctx: Context<'info, Self>, amount: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &*ctx.accounts;
        require!(amount > 0, AccountError::AmountZero);
        require_keys_neq!(accounts.from.key(), accounts.to.key(), AccountError::SelfTrade);
        let given = Given::new(ctx.remaining_accounts);
        let group = accounts.group.key();
        let risks = given.risks(&group)?;
        let (bank, [from, to]) = accounts.shift(amount, &given, &risks, now)?;
        let gate = Gate { group: &accounts.group, model: &accounts.model, risks: &risks, now };
        let change = Change { before: None, reduced: false, stop: pause::WITHDRAW, entrusted: false };
        gate.pass(&accounts.from, change)?;
        emit_cpi!(Transferred { group, bank, amount, from, to });
        Ok(())
    }
}
