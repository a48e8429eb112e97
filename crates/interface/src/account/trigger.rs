//! Orders that wait for a price: when they may be executed, and at what.

use super::{AccountError, ExecuteTriggerArgs, Kind, OrderRecord, PlaceTriggerArgs, TradeLeg, Trigger};
use anchor_lang::prelude::*;

/// The whole, in 2^-40.
const WHOLE: i64 = 1 << 40;

impl Trigger {
    /// Refuses a trigger that has no meaning.
    fn check(&self, now: i64) -> Result<()> {
        let kind = self.instrument().kind()?;
        // What is sold for nothing, or bought at any price, would have no worst price.
        let bounded = self.limit > 0 || kind.is_linear() && self.slippage < WHOLE;
        let sound = kind != Kind::Spot
            && self.lots != 0
            && self.level > 0
            && bounded
            && (0..=WHOLE).contains(&self.slippage)
            && (kind.is_linear() || self.slippage == 0)
            && self.expires_at > now;
        require!(sound, AccountError::TriggerInvalid);
        Ok(())
    }

    /// Refuses to fire before the level is reached, or after the time has passed.
    fn require_fired(&self, index: u64, now: i64) -> Result<()> {
        let reached = if self.above == 1 { index >= self.level } else { index <= self.level };
        require!(reached && now < self.expires_at, AccountError::TriggerWaits);
        Ok(())
    }

    /// Refuses a price that is worse than the limit, or than the index and what may slip.
    fn require_price(&self, price: u64, index_per_lot: u64) -> Result<()> {
        let within = self.limit == 0 || if self.lots > 0 { price <= self.limit } else { price >= self.limit };
        require!(within, AccountError::TriggerPrice);
        if !self.instrument().kind()?.is_linear() || self.slippage == WHOLE {
            return Ok(());
        }
        let worse = if self.lots > 0 {
            price.saturating_sub(index_per_lot)
        } else {
            index_per_lot.saturating_sub(price)
        };
        let most = u128::from(index_per_lot).saturating_mul(self.slippage.unsigned_abs().into());
        require!(u128::from(worse).wrapping_shl(40) <= most, AccountError::TriggerPrice);
        Ok(())
    }
}

impl OrderRecord {
    /// Places a trigger in the first free row, and says in which.
    pub fn place(&mut self, args: &PlaceTriggerArgs, now: i64) -> Result<u8> {
        let trigger = Trigger {
            lots: args.lots,
            level: args.level,
            limit: args.limit,
            slippage: args.slippage,
            fee: args.fee,
            expires_at: args.expires_at,
            expiry: args.expiry,
            strike: args.strike,
            market: args.market,
            kind: args.kind,
            above: args.above.into(),
            reserved: [0; 4],
        };
        trigger.check(now)?;
        self.require_known()?;
        let free = |row: &Trigger| row.market == 0 || row.expires_at <= now;
        let place = self.triggers.iter().position(free).ok_or(AccountError::TriggersTooMany)?;
        if let Some(row) = self.triggers.get_mut(place) {
            *row = trigger;
        }
        Ok(place as u8)
    }

    /// A trigger by its row.
    pub fn trigger(&mut self, place: u8) -> Result<&mut Trigger> {
        self.require_known()?;
        let trigger = self.triggers.get_mut(usize::from(place)).filter(|trigger| trigger.market != 0);
        Ok(trigger.ok_or(AccountError::TriggerMissing)?)
    }

    /// Fires a trigger for some of its lots, at an index in 10^-10 dollars that is also so many quote units a lot.
    /// Returns what is to be traded, and the lots that are left; the fee is for all of them in proportion.
    pub fn fire(
        &mut self,
        args: &ExecuteTriggerArgs,
        index: u64,
        index_per_lot: u64,
        now: i64,
    ) -> Result<(TradeLeg, i64)> {
        let trigger = self.trigger(args.place)?;
        trigger.require_fired(index, now)?;
        trigger.require_price(args.price, index_per_lot)?;
        let (all, some) = (trigger.lots.unsigned_abs(), args.lots);
        require!((1..=all).contains(&some), AccountError::NothingTraded);
        // A part of the fee, rounded down.
        let most = u128::from(trigger.fee).saturating_mul(some.into()).checked_div(all.into()).unwrap_or(0);
        require!(u128::from(args.fee) <= most, AccountError::TriggerPrice);
        let lots = i64::try_from(some)
            .map_err(|_| AccountError::NumberTooLarge)?
            .saturating_mul(trigger.lots.signum());
        let of = trigger.instrument();
        let leg = TradeLeg {
            number: of.number,
            kind: of.kind,
            expiry: of.expiry,
            strike: of.strike,
            lots,
            price: args.price,
        };
        trigger.lots = trigger.lots.saturating_sub(lots);
        trigger.fee = trigger.fee.saturating_sub(args.fee);
        let left = trigger.lots;
        if left == 0 {
            *trigger = Trigger::default();
        }
        Ok((leg, left))
    }
}
