//! Takes tokens into an account.

use crate::{
    books,
    errors::AccountError,
    events::Deposited,
    given::{load_risk_of, Given},
    ledger::Ledger,
    tokens::{require_covered, take_in},
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use ballast_interface::{
    account::{token_value_down, Bank, Flow, Group, MarginAccount},
    risk::FeedState,
};

/// Accounts of `deposit`; behind them, markets that shall be settled with the account on the way.
#[event_cpi]
#[derive(Accounts)]
pub struct Deposit<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The account.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The token's bank; without it, cash is deposited.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub bank: Option<AccountLoader<'info, Bank>>,
    /// Risk of the market that prices the token; not for cash.
    /// CHECK: owner, tag, group and number are checked where it is read.
    pub market_risk: Option<UncheckedAccount<'info>>,
    /// The group's vault, or the bank's.
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Mint of the token.
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    /// Token account that pays.
    #[account(mut)]
    pub from: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Who may spend from it.
    pub depositor: Signer<'info>,
    /// Token program of the mint.
    pub token_program: Interface<'info, TokenInterface>,
}

impl<'info> Deposit<'info> {
    /// Cash may come from anybody. Tokens only the owner brings: they change what the account's margin depends on. A
    /// new kind of token must have a good price, since one in doubt would turn offsets off.
    #[inline(never)]
    fn validate(&self, now: i64) -> Result<()> {
        let (group, account) = (self.group.load()?, self.margin_account.load()?);
        group.invariant()?;
        let (vault, mint) = match &self.bank {
            None => (group.vault, group.quote_mint),
            Some(bank) => {
                let bank = bank.load()?;
                require_keys_eq!(account.owner, self.depositor.key(), AccountError::NotOwner);
                let risk = self.market_risk.as_ref().ok_or(AccountError::MarketMissing)?;
                let risk = load_risk_of(risk, &account.group, bank.market)?;
                let known = account.token_amount(bank.bank) > 0;
                let good = risk.price_state(now).0 == FeedState::Good;
                require!(known || good, AccountError::FeedDoubtful);
                (bank.vault, bank.mint)
            }
        };
        require_keys_neq!(vault, Pubkey::default(), AccountError::VaultMissing);
        require_keys_eq!(self.vault.key(), vault, AccountError::VaultWrong);
        require_keys_eq!(self.mint.key(), mint, AccountError::MintWrong);
        Ok(())
    }

    /// Moves the tokens; what arrives counts.
    #[inline(never)]
    fn pull(&mut self, amount: u64) -> Result<u64> {
        let arrived = take_in(
            &mut self.vault,
            self.from.as_ref().as_ref(),
            &self.mint,
            &self.depositor,
            &self.token_program,
            amount,
        )?;
        require!(arrived > 0, AccountError::AmountZero);
        Ok(arrived)
    }

    #[inline(never)]
    fn credit(&self, amount: u64, given: &Given, now: i64) -> Result<(u16, u64, Flow)> {
        let key = self.group.key();
        let group = &mut Ledger::of(&self.group, now)?;
        let account = &mut *self.margin_account.load_mut()?;
        let mut markets = given.markets(&key)?;
        let mut flow = books::open(account, self.margin_account.key(), group, &mut markets, now)?;
        let (mut number, mut held) = (0, 0);
        match &self.bank {
            None => {
                let amount = books::signed(amount)?;
                books::change_cash(account, amount)?;
                flow.paid = amount.saturating_neg();
                group.written()?.relieve(amount.unsigned_abs(), now);
            }
            Some(bank) => {
                let bank = &mut *bank.load_mut()?;
                bank.add(amount, now)?;
                account.change_token(bank.bank, bank.market, amount.into())?;
                bank.invariant()?;
                (number, held) = (bank.bank, account.token_amount(bank.bank));
                if let Some(risk) = &self.market_risk {
                    let price = load_risk_of(risk, &key, bank.market)?.price;
                    let (decimals, price) = (bank.decimals, price.index.min(price.slow));
                    let value = token_value_down(amount, decimals, price, group.quote_decimals);
                    group.written()?.relieve(value, now);
                }
            }
        }
        books::settle_all(account, &mut markets, group, &mut flow)?;
        books::close(account, group, &mut flow)?;
        Ok((number, held, flow))
    }

    /// Takes tokens in.
    pub fn deposit(ctx: Context<'info, Self>, amount: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &mut *ctx.accounts;
        accounts.validate(now)?;
        require!(amount > 0, AccountError::AmountZero);
        let amount = accounts.pull(amount)?;
        let (bank, held, flow) = accounts.credit(amount, &Given::new(ctx.remaining_accounts), now)?;
        if bank == 0 {
            require_covered(&*accounts.group.load()?, accounts.vault.amount)?;
        }
        let (group, by) = (accounts.group.key(), accounts.depositor.key());
        emit_cpi!(Deposited { group, bank, by, amount, held, flow });
        Ok(())
    }
}
