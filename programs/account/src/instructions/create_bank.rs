//! Takes a token as collateral.

use crate::{errors::AccountError, events::BankSet, given::load_risk_of, tokens};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use ballast_interface::{
    account::{Bank, CreateBankArgs, Group},
    seeds,
};

/// Accounts of `create_bank`.
#[event_cpi]
#[derive(Accounts)]
#[instruction(args: CreateBankArgs)]
pub struct CreateBank<'info> {
    /// Group of the bank.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The bank to be.
    #[account(
        init,
        payer = payer,
        space = Bank::SIZE,
        seeds = [seeds::BANK, group.key().as_ref(), &args.bank.to_le_bytes()],
        bump,
    )]
    pub bank: AccountLoader<'info, Bank>,
    /// Mint of the token.
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    /// The vault to be.
    #[account(
        init,
        payer = payer,
        seeds = [seeds::VAULT, bank.key().as_ref()],
        bump,
        token::mint = mint,
        token::authority = group,
        token::token_program = token_program,
    )]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Risk of the market that prices the token.
    /// CHECK: owner, tag, group and number are checked by `fit`.
    pub market_risk: UncheckedAccount<'info>,
    /// The group's authority.
    pub authority: Signer<'info>,
    /// Who pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Token program of the mint.
    pub token_program: Interface<'info, TokenInterface>,
    /// Creates the accounts.
    pub system_program: Program<'info, System>,
}

impl CreateBank<'_> {
    /// Refuses a market of other decimals; says what a lot of the token is, if it is a whole amount.
    #[inline(never)]
    fn fit(&self, args: &CreateBankArgs) -> Result<u64> {
        let risk = load_risk_of(&self.market_risk, &self.group.key(), args.market)?;
        require!(risk.rules.token_decimals == self.mint.decimals, AccountError::MarketRiskUnfit);
        // 53 bits by 10^decimals, over 10^10.
        let places = 10u128.checked_pow(self.mint.decimals.into()).ok_or(AccountError::NumberTooLarge)?;
        let exact = u128::from(risk.rules.lot).saturating_mul(places);
        let whole = exact.checked_rem(LOT_STEPS) == Some(0);
        let amount = exact.checked_div(LOT_STEPS).and_then(|amount| u64::try_from(amount).ok());
        Ok(amount.filter(|_| whole).unwrap_or(0))
    }

    #[inline(never)]
    fn write(&self, args: &CreateBankArgs, bump: u8, now: i64) -> Result<BankSet> {
        let lot_amount = self.fit(args)?;
        let group = &mut self.group.load_mut()?;
        group.require_authority(self.authority.key)?;
        require!(Some(args.bank) == group.bank_count.checked_add(1), AccountError::NumberTaken);
        require!(self.mint.key() != group.quote_mint, AccountError::MintUnsupported);
        require!(args.ramp_seconds <= Bank::LONGEST_RAMP, AccountError::RampInvalid);
        group.bank_count = args.bank;
        group.invariant()?;
        let bank = &mut self.bank.load_init()?;
        (bank.version, bank.bump) = (Bank::VERSION, bump);
        (bank.bank, bank.market) = (args.bank, args.market);
        (bank.decimals, bank.lot_amount) = (self.mint.decimals, lot_amount);
        (bank.group, bank.mint) = (self.group.key(), self.mint.key());
        (bank.token_program, bank.vault) = (self.token_program.key(), self.vault.key());
        bank.set_cap(args.cap, args.ramp_seconds, now);
        bank.invariant()?;
        Ok(event(bank))
    }

    /// Creates the bank and its vault; the cap rises from nothing.
    pub fn create_bank(ctx: Context<Self>, args: CreateBankArgs) -> Result<()> {
        tokens::require_supported(ctx.accounts.mint.as_ref().as_ref())?;
        let now = Clock::get()?.unix_timestamp;
        let event = ctx.accounts.write(&args, ctx.bumps.bank, now)?;
        emit_cpi!(event);
        Ok(())
    }
}

/// Steps of 10^-10 in one.
const LOT_STEPS: u128 = 10_000_000_000;

/// What a bank is now.
pub fn event(bank: &Bank) -> BankSet {
    BankSet {
        group: bank.group,
        bank: bank.bank,
        mint: bank.mint,
        market: bank.market,
        decimals: bank.decimals,
        lot_amount: bank.lot_amount,
        cap: bank.cap,
        cap_from: bank.cap_from,
        ramp_ends: bank.ramp_ends,
    }
}
