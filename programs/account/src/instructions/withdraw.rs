//! Lets tokens out of an account.

use crate::{
    books,
    errors::AccountError,
    events::Withdrawn,
    gate::{Change, Gate},
    given::{Given, Risks},
    ledger::Ledger,
    tokens::{require_covered, Movement},
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use ballast_interface::{
    account::{pause, token_value_up, Bank, Flow, Group, MarginAccount},
    ids,
    risk::Model,
};

/// Accounts of `withdraw`; behind them, the markets in which the account has perps or claims, and the risks of all
/// markets that its margin depends on.
#[event_cpi]
#[derive(Accounts)]
pub struct Withdraw<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The account.
    #[account(mut, has_one = group @ AccountError::WrongGroup, has_one = owner @ AccountError::NotOwner)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The token's bank; without it, cash is withdrawn.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub bank: Option<AccountLoader<'info, Bank>>,
    /// The group's vault, or the bank's.
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Mint of the token.
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    /// Token account that gets the tokens.
    #[account(mut)]
    pub to: Box<InterfaceAccount<'info, TokenAccount>>,
    /// The account's owner: no delegate can withdraw.
    pub owner: Signer<'info>,
    /// Token program of the mint.
    pub token_program: Interface<'info, TokenInterface>,
    /// The group's model.
    #[account(has_one = group @ AccountError::WrongGroup)]
    pub model: AccountLoader<'info, Model>,
    /// The risk program.
    /// CHECK: its address is all that matters.
    #[account(address = ids::RISK @ AccountError::RiskProgramWrong)]
    pub risk_program: UncheckedAccount<'info>,
}

impl<'info> Withdraw<'info> {
    #[inline(never)]
    fn validate(&self) -> Result<()> {
        let (group, account) = (self.group.load()?, self.margin_account.load()?);
        group.invariant()?;
        require!(account.liquidation_since == 0, AccountError::UnderLiquidation);
        let (vault, mint) = match &self.bank {
            None => (group.vault, group.quote_mint),
            Some(bank) => {
                let bank = bank.load()?;
                (bank.vault, bank.mint)
            }
        };
        require_keys_eq!(self.vault.key(), vault, AccountError::VaultWrong);
        require_keys_eq!(self.mint.key(), mint, AccountError::MintWrong);
        Ok(())
    }

    #[inline(never)]
    fn debit(&self, amount: u64, given: &Given, risks: &Risks, now: i64) -> Result<(u16, u64, Flow)> {
        let key = self.group.key();
        let group = &mut Ledger::of(&self.group, now)?;
        let account = &mut *self.margin_account.load_mut()?;
        let mut markets = given.markets(&key)?;
        books::require_known_markets(account, &markets)?;
        books::accrue(&mut markets, risks, now)?;
        let mut flow = books::open(account, self.margin_account.key(), group, &mut markets, now)?;
        // What losers have paid in can leave at once.
        books::settle_all(account, &mut markets, group, &mut flow)?;
        let (cash, mut number, mut held) = (account.cash, 0, 0);
        let value = match &self.bank {
            None => {
                flow.paid = books::signed(amount)?;
                books::change_cash(account, flow.paid.saturating_neg())?;
                amount
            }
            Some(bank) => {
                let bank = &mut *bank.load_mut()?;
                account.change_token(bank.bank, bank.market, i128::from(amount).saturating_neg())?;
                bank.remove(amount)?;
                bank.invariant()?;
                (number, held) = (bank.bank, account.token_amount(bank.bank));
                let price = &risks.of(bank.market)?.price;
                token_value_up(amount, bank.decimals, price.index.max(price.slow), group.quote_decimals)?
            }
        };
        books::close(account, group, &mut flow)?;
        group.require_lendable(cash, account.cash)?;
        group.written()?.let_out(value, now)?;
        Ok((number, held, flow))
    }

    #[inline(never)]
    fn push(&mut self, amount: u64) -> Result<()> {
        let movement = Movement {
            from: self.vault.as_ref().as_ref(),
            to: self.to.as_ref().as_ref(),
            mint: &self.mint,
            authority: self.group.as_ref(),
            token_program: &self.token_program,
        };
        movement.by_group(amount, &self.group)?;
        self.vault.reload()?;
        if self.bank.is_none() {
            require_covered(&*self.group.load()?, self.vault.amount)?;
        }
        Ok(())
    }

    /// Lets tokens out: the gate first, then the meter, for everybody alike.
    pub fn withdraw(ctx: Context<'info, Self>, amount: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &mut *ctx.accounts;
        accounts.validate()?;
        require!(amount > 0, AccountError::AmountZero);
        // Only cash is lent; how many tokens there are, the account says.
        let lent = accounts.bank.is_none() && amount > accounts.vault.amount;
        require!(!lent, AccountError::VaultLent);
        let given = Given::new(ctx.remaining_accounts);
        let risks = given.risks(&accounts.group.key())?;
        let (bank, held, flow) = accounts.debit(amount, &given, &risks, now)?;
        let gate = Gate { group: &accounts.group, model: &accounts.model, risks: &risks, now };
        let change = Change { before: None, reduced: false, stop: pause::WITHDRAW, entrusted: false };
        gate.pass(&accounts.margin_account, change)?;
        accounts.push(amount)?;
        let (group, to) = (accounts.group.key(), accounts.to.key());
        emit_cpi!(Withdrawn { group, bank, to, amount, held, flow });
        Ok(())
    }
}
