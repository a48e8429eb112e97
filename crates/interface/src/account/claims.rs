//! Claims on a market's pool, and how a loss that nobody will pay is cut from them.
//!
//! An unpaid profit is a claim on losses that others have still to pay in. Where one of them cannot, its loss is cut from
//! all claims of the market in proportion: by an index, which every account's claim follows when it is next looked at.
//! The sum of what all accounts have not settled, together with the pool, less `Market::cut`, is the same before and after
//! a cut, and before and after a claim follows it, to the unit. Claims are rounded down, so that all of them together are
//! never more than `Market::unpaid` less `Market::cut`.

use super::{falling::Falling, trading::tidy, AccountError, MarginAccount, Market, MarketBook, INDEX_ONE};
use crate::Fixed64;
use anchor_lang::prelude::*;

/// Least index of claims: one below it is raised by 2^4, and the next era begins.
pub const LEAST_CLAIM_INDEX: Fixed64 = Fixed64::from_bits(1 << 60);
/// How the index falls.
const FALLING: Falling = Falling { least: 1 << 60, places: 4 };
/// Eras after which no claim is worth a unit: 63 bits by 4, less 4 each.
const ALL_LOST: u32 = 17;

impl MarketBook {
    /// What a claim is worth after the market's cuts, rounded down; a loss is what it was.
    fn claim_down(&self, market: &Market) -> Result<i64> {
        let claim = u128::from(self.unpaid_profit.max(0).unsigned_abs());
        if claim == 0 {
            return Ok(self.unpaid_profit);
        }
        let eras = market.claim_era.checked_sub(self.claim_era).ok_or(AccountError::AccountBroken)?;
        // 63 bits by 65. The index only falls within an era, so that this is no more than the claim.
        let exact = claim.saturating_mul(market.claim_index.to_bits().unsigned_abs());
        let left = exact.checked_div(self.claim_index.to_bits().unsigned_abs());
        let left = left.map(|left| FALLING.later_down(left, eras));
        Ok(left.filter(|left| *left <= claim).ok_or(AccountError::AccountBroken)? as i64)
    }

    /// Lets the row follow the market's cuts. Returns what was cut.
    pub(super) fn follow(&mut self, market: &mut Market) -> Result<i64> {
        // As a rule nothing was cut since.
        if self.claim_era == market.claim_era && self.claim_index == market.claim_index {
            return Ok(0);
        }
        let (before, after) = (self.unpaid_profit, self.claim_down(market)?);
        (self.claim_index, self.claim_era) = (market.claim_index, market.claim_era);
        self.unpaid_profit = after;
        market.count_cut(before, after)?;
        Ok(before.saturating_sub(after))
    }
}

impl Market {
    /// All claims as they are after every cut, rounded up, in quote units.
    pub fn claims_up(&self) -> Result<u64> {
        let alive = i128::from(self.unpaid).saturating_sub(self.cut.into());
        Ok(u64::try_from(alive).map_err(|_| AccountError::MarketBroken)?)
    }

    /// Most that can be cut from claims: what the pool could pay is no claim on losers.
    pub fn most_cut(&self) -> Result<u64> {
        Ok(self.claims_up()?.saturating_sub(self.pool))
    }

    /// Counts what reached a claim of all that was cut.
    fn count_cut(&mut self, before: i64, after: i64) -> Result<()> {
        if before == after {
            return Ok(());
        }
        self.count_unpaid(before, after)?;
        let told = before.saturating_sub(after);
        self.cut = self.cut.checked_sub(told).ok_or(AccountError::NumberTooLarge)?;
        Ok(())
    }
}

impl MarginAccount {
    /// Lets the account's claim on a market's pool follow the market's cuts. Returns what was cut.
    pub fn settle_claims(&mut self, market: &mut Market) -> Result<i64> {
        let ours = |book: &&mut MarketBook| book.market == market.market;
        let Some(book) = self.markets.iter_mut().find(ours) else { return Ok(0) };
        let cut = book.follow(market)?;
        tidy(book);
        Ok(cut)
    }

    /// Lets the account off a part of its loss in a market, and cuts it from all claims of the market in proportion: for
    /// what nobody will pay, once the account's cash is used up.
    ///
    /// The index is rounded down, so that claims are cut by no less than the account is let off: what that is more than the
    /// amount stays in the pool. Claims that are cut to nothing are told by eras that are left out.
    pub fn cut_claims(&mut self, market: &mut Market, amount: u64) -> Result<()> {
        require!(amount > 0, AccountError::AmountZero);
        let unpaid = self.unpaid(market.market);
        let owed = if self.cash > 0 { 0 } else { unpaid.min(0).unsigned_abs() };
        require!(amount <= owed && amount <= market.most_cut()?, AccountError::CutTooLarge);
        let alive = u128::from(market.claims_up()?);
        let left = alive.saturating_sub(amount.into());
        // 65 bits by 63; there are claims, or nothing could be cut.
        let (index, eras) = FALLING.cut_down(market.claim_index.to_bits().unsigned_abs(), left, alive);
        let (index, eras) =
            if index == 0 { (INDEX_ONE, ALL_LOST) } else { (Fixed64::from_bits(index as i128), eras) };
        let era = market.claim_era.checked_add(eras).ok_or(AccountError::NumberTooLarge)?;
        (market.claim_index, market.claim_era) = (index, era);
        // No more than the loss, which is a signed number.
        let amount = i64::try_from(amount).map_err(|_| AccountError::NumberTooLarge)?;
        market.cut = market.cut.checked_add(amount).ok_or(AccountError::NumberTooLarge)?;
        self.book_profit(market, amount)
    }
}
