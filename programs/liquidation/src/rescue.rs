//! What every rescue does: bring the account up to date, ask what it is worth and needs, release it.

use crate::{calls::Caller, errors::LiquidationError, events::RescueEnded, given::Given, taking::Taking};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{Group, MarginAccount},
    ids,
    liquidation::{Auction, Fund, RescueRules},
    risk::{calling, Action, Assessment, LiquidationQuote, Model, QuoteArgs},
};
use ballast_margin::{quote::Margins, units::Quote};

/// The accounts that every rescue needs.
#[derive(Accounts)]
pub struct Rescue<'info> {
    /// The group; if the transaction writes it, cash is counted on the way.
    pub group: AccountLoader<'info, Group>,
    /// The account.
    #[account(mut, has_one = group @ LiquidationError::WrongGroup)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The group's model.
    #[account(has_one = group @ LiquidationError::WrongGroup)]
    pub model: AccountLoader<'info, Model>,
    /// The group's fund, with its rules.
    #[account(has_one = group @ LiquidationError::WrongGroup)]
    pub fund: AccountLoader<'info, Fund>,
    /// This program's address for the group.
    /// CHECK: the account program takes nobody else's word.
    pub rescuer: UncheckedAccount<'info>,
    /// The risk program.
    /// CHECK: its address is all that matters.
    #[account(address = ids::RISK)]
    pub risk_program: UncheckedAccount<'info>,
    /// The account program.
    /// CHECK: its address is all that matters.
    #[account(address = ids::ACCOUNT)]
    pub account_program: UncheckedAccount<'info>,
    /// The address by which the account program signs its events.
    /// CHECK: that program checks it.
    pub account_events: UncheckedAccount<'info>,
}

impl<'info> Rescue<'info> {
    /// Refuses a group that does not trust this program, and hands out the rules.
    #[inline(never)]
    pub fn rules(&self) -> Result<RescueRules> {
        let group = self.group.load()?;
        group.invariant()?;
        require_keys_eq!(group.liquidation_program, crate::ID, LiquidationError::GroupElsewhere);
        let fund = self.fund.load()?;
        fund.invariant()?;
        Ok(fund.rules)
    }

    /// Who calls the account program.
    pub fn caller(&self) -> Result<Caller<'_, 'info>> {
        Ok(Caller {
            group: self.group.as_ref(),
            rescuer: &self.rescuer,
            bump: self.fund.load()?.rescuer_bump,
            program: &self.account_program,
            events: &self.account_events,
        })
    }

    /// Brings the account up to date with interest, funding, settled dates and pools.
    pub fn refresh(&self, given: &Given<'_, 'info>) -> Result<()> {
        self.caller()?.refresh(self.margin_account.as_ref(), given.all)
    }

    /// The risk program's report on an account.
    #[inline(never)]
    pub fn weigh(
        &self,
        account: &AccountLoader<'info, MarginAccount>,
        given: &Given<'_, 'info>,
    ) -> Result<Box<Assessment>> {
        let needed = self.needed(account, given)?;
        calling::assess(self.group.as_ref(), self.model.as_ref(), account.as_ref(), &needed)
    }

    /// The risk program's answer to a question about an account.
    #[inline(never)]
    pub fn ask(
        &self,
        account: &AccountLoader<'info, MarginAccount>,
        given: &Given<'_, 'info>,
        args: &QuoteArgs,
    ) -> Result<Box<LiquidationQuote>> {
        let needed = self.needed(account, given)?;
        calling::quote(self.group.as_ref(), self.model.as_ref(), account.as_ref(), &needed, args)
    }

    #[inline(never)]
    fn needed(
        &self,
        account: &AccountLoader<'info, MarginAccount>,
        given: &Given<'_, 'info>,
    ) -> Result<Vec<AccountInfo<'info>>> {
        let peg = self.model.load()?.peg_market;
        Ok(given.risks(&self.group.key())?.needed_by(&*account.load()?, peg))
    }

    /// Steps of 10^-10 quote in a quote unit.
    pub fn unit(&self) -> Result<i128> {
        let decimals = self.group.load()?.quote_decimals;
        Ok(ballast_interface::account::quote_unit(decimals).into())
    }
}

/// The accounts of a rescue that is under way.
#[derive(Accounts)]
pub struct Auctioned<'info> {
    /// What every rescue needs.
    pub rescue: Rescue<'info>,
    /// The auction.
    #[account(mut, has_one = beginner)]
    pub auction: AccountLoader<'info, Auction>,
    /// Who began it, and gets its rent back when it ends.
    /// CHECK: the auction says who it is.
    #[account(mut)]
    pub beginner: UncheckedAccount<'info>,
}

impl<'info> Auctioned<'info> {
    /// Refuses another account's auction, and hands out the rules and how long this one has run: one that stands still has
    /// not run at all.
    #[inline(never)]
    pub fn rules(&self, now: i64) -> Result<(RescueRules, i64)> {
        let auction = self.auction.load()?;
        auction.require_known()?;
        let key = self.rescue.margin_account.key();
        require_keys_eq!(auction.margin_account, key, LiquidationError::WrongGroup);
        Ok((self.rescue.rules()?, auction.seconds(now)))
    }

    /// Refuses a step that the account's feeds do not permit. While the auction stands still the account was restored, and
    /// whoever goes on needs what `begin` needs: then it begins anew. So nobody is taken more from because the group has yet
    /// to count him. A quote's margins will do, which are a report's but for their rounding.
    #[inline(never)]
    pub fn require_due(&self, permitted: u8, before: &Margins, now: i64) -> Result<()> {
        require_permitted(permitted)?;
        let auction = &mut self.auction.load_mut()?;
        require!(auction.idle == 0 || before.health().0 < 0, LiquidationError::Healthy);
        auction.wake(now);
        Ok(())
    }

    /// Takes note of what was taken over.
    pub fn note(&self, taking: &Taking, now: i64) -> Result<()> {
        let auction = &mut self.auction.load_mut()?;
        taking.remember(auction)?;
        auction.count(taking.pay.taker, taking.small, now)
    }

    /// Ends the rescue if the account is at its target. One whose cash the group has yet to count stays under liquidation
    /// until `end` counts it, and its auction stands still: so no taking waits for the group, and nobody is released with a
    /// debt that bears no interest.
    pub fn release_if(&self, restored: bool) -> Result<Option<RescueEnded>> {
        if !restored {
            return Ok(None);
        }
        let counted = self.rescue.margin_account.load()?.is_near_counted()?;
        if !counted {
            self.auction.load_mut()?.idle = 1;
            return Ok(None);
        }
        self.release().map(Some)
    }

    /// Releases the account and ends its auction.
    #[inline(never)]
    pub fn release(&self) -> Result<RescueEnded> {
        let ended = {
            let auction = self.auction.load()?;
            RescueEnded {
                group: auction.group,
                margin_account: auction.margin_account,
                takings: auction.takings,
                discounts: auction.discounts,
                hop: auction.hop,
            }
        };
        self.rescue.caller()?.latch(self.rescue.margin_account.as_ref(), false)?;
        self.auction.close(self.beginner.to_account_info())?;
        Ok(ended)
    }
}

/// Value and margins of a report.
pub fn margins(report: &Assessment) -> Margins {
    Margins {
        value: Quote(report.value.get()),
        maintenance: Quote(report.maintenance.get()),
        initial: Quote(report.initial.get()),
    }
}

/// Refuses a liquidation that the account's feeds do not permit.
pub fn require_permitted(permitted: u8) -> Result<()> {
    require!(Action::Liquidate.is_in(permitted), LiquidationError::FeedsForbid);
    Ok(())
}

/// Refuses an account that cannot take over from another: the same, or one that is itself under liquidation.
pub fn require_fit<'info>(
    from: &AccountLoader<'info, MarginAccount>,
    to: &AccountLoader<'info, MarginAccount>,
) -> Result<()> {
    let latched = to.load()?.liquidation_since != 0;
    require!(from.key() != to.key() && !latched, LiquidationError::TakerUnfit);
    Ok(())
}
