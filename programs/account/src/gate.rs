//! The gate: whatever can lower an account's health ends here, after the change.

use crate::{errors::AccountError, given::Risks};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{Group, MarginAccount},
    risk::{calling, Action, Assessment, Model},
};

/// Whose opinion the gate asks for.
pub struct Gate<'a, 'info> {
    /// Group of the accounts.
    pub group: &'a AccountLoader<'info, Group>,
    /// The group's model.
    pub model: &'a AccountLoader<'info, Model>,
    /// Risks of all markets that the accounts need.
    pub risks: &'a Risks<'a, 'info>,
    /// Unix time.
    pub now: i64,
}

/// What was done to an account.
pub struct Change<'a> {
    /// The account before it, interest and funding included; none if nothing but initial margin will do.
    pub before: Option<&'a mut MarginAccount>,
    /// Whether every position that it touched became smaller.
    pub reduced: bool,
    /// What the guardian could have stopped it by.
    pub stop: u32,
    /// Whether somebody agreed to it who is only trusted to make positions smaller.
    pub entrusted: bool,
}

impl<'info> Gate<'_, 'info> {
    /// Lets a change pass, or refuses it.
    ///
    /// With initial margin to spare everything passes that feeds and guardian let pass. Without, only what does not
    /// lower health; under liquidation, stopped, or with doubtful feeds, only that and only smaller positions. Below
    /// maintenance margin, or by the word of somebody who may only reduce, hardly any value may be lost by it.
    #[inline(never)]
    pub fn pass(&self, account: &AccountLoader<'info, MarginAccount>, change: Change) -> Result<()> {
        let (latched, owes) = {
            let account = account.load()?;
            (account.liquidation_since != 0, account.has_liabilities())
        };
        if !owes && !change.entrusted {
            // Nobody's prices can bring it below zero.
            require!(!latched || change.before.is_some(), AccountError::UnderLiquidation);
            return Ok(());
        }
        let after = self.weigh(account)?;
        let stopped = self.group.load()?.is_paused(change.stop, self.now);
        let refusal = if latched {
            Some(AccountError::UnderLiquidation)
        } else if stopped {
            Some(AccountError::Paused)
        } else if !Action::Increase.is_in(after.permitted) {
            Some(AccountError::FeedsForbid)
        } else {
            None
        };
        if refusal.is_none() && after.room.get() >= 0 && !change.entrusted {
            return Ok(());
        }
        let Some(before) = change.before else {
            return Err(refusal.unwrap_or(AccountError::MarginShort).into());
        };
        if let (Some(refusal), false) = (refusal, change.reduced) {
            return Err(refusal.into());
        }
        let before = self.weigh_as(account, before)?;
        let entrusted = change.entrusted;
        // Health alone would let the margin that a smaller position frees be paid to a friend: to leave a debt behind,
        // or by somebody who was only trusted with closing.
        if entrusted || after.health.get() < 0 {
            require!(is_fair(&before, &after), AccountError::PriceUnfair);
        }
        let spare = entrusted && refusal.is_none() && after.room.get() >= 0;
        require!(spare || after.health.get() >= before.health.get(), AccountError::HealthFalls);
        Ok(())
    }

    /// The risk program's report on an account as it stands.
    #[inline(never)]
    pub fn weigh(&self, account: &AccountLoader<'info, MarginAccount>) -> Result<Box<Assessment>> {
        let peg = self.model.load()?.peg_market;
        let needed = self.risks.needed_by(&*account.load()?, peg);
        calling::assess(self.group.as_ref(), self.model.as_ref(), account.as_ref(), &needed)
    }

    /// The report on an account as it was.
    #[inline(never)]
    fn weigh_as(
        &self,
        account: &AccountLoader<'info, MarginAccount>,
        before: &mut MarginAccount,
    ) -> Result<Box<Assessment>> {
        swap(account, before)?;
        let report = self.weigh(account);
        swap(account, before)?;
        report
    }
}

/// Whether a book lost no more value than an eighth of the margin that it was freed of.
fn is_fair(before: &Assessment, after: &Assessment) -> bool {
    let relief = before.maintenance.get().saturating_sub(after.maintenance.get()).max(0);
    let least = before.value.get().saturating_sub(relief.wrapping_shr(3));
    after.value.get() >= least
}

/// Puts one state of an account in the place of the other.
#[inline(never)]
fn swap(account: &AccountLoader<MarginAccount>, with: &mut MarginAccount) -> Result<()> {
    // In pieces that fit the stack, each copied by the runtime: word by word it would take ten times as long.
    const PIECE: usize = 512;
    let account = &mut *account.load_mut()?;
    let ours = bytemuck::bytes_of_mut(account).chunks_mut(PIECE);
    let theirs = bytemuck::bytes_of_mut(with).chunks_mut(PIECE);
    let mut room = [0; PIECE];
    for (ours, theirs) in ours.zip(theirs) {
        let room = room.get_mut(..ours.len()).unwrap_or(&mut []);
        room.copy_from_slice(ours);
        ours.copy_from_slice(theirs);
        theirs.copy_from_slice(room);
    }
    Ok(())
}

/// A copy of an account, which never stands on the stack.
pub fn copy_of(account: &MarginAccount) -> Box<MarginAccount> {
    let mut copy = bytemuck::zeroed_box::<MarginAccount>();
    bytemuck::bytes_of_mut(&mut *copy).copy_from_slice(bytemuck::bytes_of(account));
    copy
}
