//! Begins the rescue of an account.

use crate::{errors::LiquidationError, events::RescueBegan, given::Given, rescue::*};
use anchor_lang::prelude::*;
use ballast_interface::{liquidation::Auction, seeds};

/// Accounts of `begin`; behind them, the markets in which the account has perps, claims or expired positions, and the
/// risks of all markets that its margin depends on.
#[event_cpi]
#[derive(Accounts)]
pub struct Begin<'info> {
    /// What every rescue needs.
    pub rescue: Rescue<'info>,
    /// The auction to be.
    #[account(
        init,
        payer = payer,
        space = Auction::SIZE,
        seeds = [seeds::AUCTION, rescue.margin_account.key().as_ref()],
        bump,
    )]
    pub auction: AccountLoader<'info, Auction>,
    /// Who begins it and pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Creates the account.
    pub system_program: Program<'info, System>,
}

impl<'info> Begin<'info> {
    #[inline(never)]
    fn open(&self, bump: u8, now: i64) -> Result<()> {
        let auction = &mut self.auction.load_init()?;
        (auction.version, auction.bump) = (Auction::VERSION, bump);
        auction.group = self.rescue.group.key();
        auction.margin_account = self.rescue.margin_account.key();
        auction.beginner = self.payer.key();
        auction.began_at = now;
        Ok(())
    }

    /// Begins; anybody may, as soon as the account is worth less than its maintenance margin.
    pub fn begin(ctx: Context<'info, Self>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &*ctx.accounts;
        let rescue = &accounts.rescue;
        rescue.rules()?;
        let given = Given::new(ctx.remaining_accounts);
        rescue.refresh(&given)?;
        let report = rescue.weigh(&rescue.margin_account, &given)?;
        require_permitted(report.permitted)?;
        require!(report.health.get() < 0, LiquidationError::Healthy);
        accounts.open(ctx.bumps.auction, now)?;
        rescue.caller()?.latch(rescue.margin_account.as_ref(), true)?;
        emit_cpi!(RescueBegan {
            group: rescue.group.key(),
            margin_account: rescue.margin_account.key(),
            beginner: accounts.payer.key(),
            value: report.value.get(),
            maintenance: report.maintenance.get(),
        });
        Ok(())
    }
}
