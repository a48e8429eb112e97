//! The insurance fund: what it owns, whose that is, and how much of it one market's losses may take.

use super::{LiquidationError, RescueRules};
use crate::account::{Group, Meter};
use anchor_lang::prelude::*;

/// Most markets for whose losses a fund pays within one time.
pub const MAX_COVERS: usize = 24;
/// Least shares of a stake: rounding takes no more than a thousandth of it.
pub const LEAST_SHARES: u64 = 1_000;
/// Shares of nobody that every era begins with: however small its first stake or fee is, it does not own the fees that
/// follow, nor do they make a share so dear that a stake could not buy the least number of them. A first stake gives up
/// as much: next to nothing of a stake of any size.
pub const NOBODYS_SHARES: u64 = 1_000_000;
/// Binary places by which each era makes shares fewer. It begins when that many shares are worth less than a unit: a stake
/// would buy more of them than can be counted.
const ERA_PLACES: u32 = 20;
/// Eras after which no share is left.
const ALL_LOST: u32 = 4;
/// Seconds after a cooldown in which shares may leave, two days: whoever waits longer stays, and cannot stand in the door
/// until a loss is in sight.
pub const EXIT_SECONDS: i64 = 2 * 86_400;

/// Seconds for which all markets' fees count as taken in.
const SWEPT_SECONDS: i64 = 60;

/// What was paid of late for one market's losses; a row of zeros is free.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cover {
    /// What was paid, and when: it drains at the pace of the cap.
    pub meter: Meter,
    /// Number of the market; zero for losses that belong to none.
    pub market: u16,
    /// One if the row is taken.
    pub taken: u8,
    /// Zero.
    pub padding: [u8; 5],
}

/// A group's insurance: what stands between a bankrupt account and everybody else.
#[account("account", zero_copy)]
pub struct Fund {
    /// Version of this layout, `Fund::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Bump of the address with which the program signs for the group.
    pub rescuer_bump: u8,
    /// Zero.
    pub padding: u8,
    /// How often losses have made 2^20 shares worth less than a unit, so that they count as one; four where the fund was used
    /// up to the last unit, and no share is left.
    pub era: u32,
    /// Group of the fund; part of the address.
    pub group: Pubkey,
    /// Token account that holds the fund's money.
    pub vault: Pubkey,
    /// What the fund owns, in quote units.
    pub assets: u64,
    /// Shares of all stakers, and those of nobody, which fees before the first of them gave rise to.
    pub shares: u64,
    /// Fees that came in so far, in quote units.
    pub earned: u64,
    /// Losses paid so far, in quote units.
    pub paid: u64,
    /// What the authority set.
    pub rules: RescueRules,
    /// What was paid of late, by market.
    pub covers: [Cover; MAX_COVERS],
    /// When the fees that waited in all markets last came in together, in unix time.
    pub swept_at: i64,
    /// Zero; room for later versions.
    pub reserved: [u8; 176],
}

impl Fund {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());

    /// What must hold after every instruction that writes a fund.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == Self::VERSION, LiquidationError::VersionUnknown);
        require!(self.rules.is_sound(), LiquidationError::RulesInvalid);
        let owned = self.assets == 0 || self.shares > 0;
        require!(owned, LiquidationError::FundBroken);
        Ok(())
    }

    /// Refuses to go on while fees wait that belong to the fund: nobody decides by his haste whether they stand behind a
    /// loss, or whose they are. What waits in markets must have come in within the last minute.
    pub fn require_swept(&self, group: &Group, now: i64) -> Result<()> {
        let late = now.saturating_sub(self.swept_at) > SWEPT_SECONDS;
        require!(group.insurance == 0 && !late, LiquidationError::FeesWaiting);
        Ok(())
    }

    /// Takes fees in: every share is worth more. Before there are any, the first belong to nobody: whoever stakes later
    /// does not find the fund's past in his hands.
    pub fn earn(&mut self, amount: u64) -> Result<()> {
        let more = |sum: u64| sum.checked_add(amount).ok_or(LiquidationError::NumberTooLarge);
        if self.shares == 0 {
            self.shares = if amount > 0 { amount.max(NOBODYS_SHARES) } else { 0 };
        }
        (self.assets, self.earned) = (more(self.assets)?, more(self.earned)?);
        Ok(())
    }

    /// Takes a stake in, for shares, rounded down.
    pub fn stake_down(&mut self, amount: u64) -> Result<u64> {
        require!(amount > 0, LiquidationError::AmountZero);
        // As if a fee had come first: a few shares can never own all that comes in later.
        let all = if self.assets == 0 { NOBODYS_SHARES } else { self.shares };
        let exact = u128::from(amount).saturating_mul(all.into());
        let exact = if self.assets == 0 { amount.into() } else { exact.div_euclid(self.assets.into()) };
        let shares = u64::try_from(exact).map_err(|_| LiquidationError::NumberTooLarge)?;
        require!(shares >= LEAST_SHARES, LiquidationError::StakeTooSmall);
        let more = |sum: u64, part: u64| sum.checked_add(part).ok_or(LiquidationError::NumberTooLarge);
        (self.assets, self.shares) = (more(self.assets, amount)?, more(all, shares)?);
        Ok(shares)
    }

    /// What shares are worth, rounded down.
    pub fn worth_down(&self, shares: u64) -> u64 {
        let exact = u128::from(shares).saturating_mul(self.assets.into());
        // No more than the assets, since no more than all shares.
        exact.checked_div(self.shares.into()).unwrap_or(0) as u64
    }

    /// Gives shares up for what they are worth, rounded down.
    pub fn unstake_down(&mut self, shares: u64) -> Result<u64> {
        require!(shares > 0 && shares <= self.shares, LiquidationError::SharesMissing);
        let amount = self.worth_down(shares);
        self.assets = self.assets.checked_sub(amount).ok_or(LiquidationError::FundBroken)?;
        self.shares = self.shares.saturating_sub(shares);
        if self.shares == 0 && self.assets > 0 {
            // What rounding left behind is nobody's.
            self.shares = self.assets.max(NOBODYS_SHARES);
        }
        Ok(amount)
    }

    /// What the fund may pay for a market's losses now.
    pub fn cover_down(&self, market: u16, now: i64) -> u64 {
        let RescueRules { market_cap, market_seconds, .. } = self.rules;
        let row = self.covers.get(self.cover(market, now));
        row.map_or(0, |row| row.meter.free_down(market_cap, market_seconds, now)).min(self.assets)
    }

    /// Where a market's row is. One without takes that of which the least counts, and what counts of it: so no market gets
    /// more than its cap, to within a unit, and next to nothing that was paid for others keeps it from that.
    fn cover(&self, market: u16, now: i64) -> usize {
        let RescueRules { market_cap, market_seconds, .. } = self.rules;
        let known = self.covers.iter().position(|row| row.taken != 0 && row.market == market);
        let level = |row: &Cover| match row.taken {
            0 => -1,
            _ => row.meter.level_up(market_cap, market_seconds, now),
        };
        let least = || self.covers.iter().enumerate().min_by_key(|(_, row)| level(row));
        known.or_else(|| least().map(|(place, _)| place)).unwrap_or(0)
    }

    /// Pays for a market's losses; a fund that is used up begins a new era, as does one of which next to nothing is left.
    pub fn pay(&mut self, market: u16, amount: u64, now: i64) -> Result<()> {
        if amount == 0 {
            return Ok(());
        }
        let place = self.cover(market, now);
        let row = self.covers.get_mut(place).ok_or(LiquidationError::CoverSpent)?;
        (row.market, row.taken) = (market, 1);
        let filled = row.meter.fill(amount, self.rules.market_cap, self.rules.market_seconds, now);
        filled.map_err(|_| LiquidationError::CoverSpent)?;
        self.assets = self.assets.checked_sub(amount).ok_or(LiquidationError::CoverSpent)?;
        self.paid = self.paid.checked_add(amount).ok_or(LiquidationError::NumberTooLarge)?;
        let mut eras = 0;
        while eras < ALL_LOST && self.assets < later_down(self.shares, eras.saturating_add(1)).max(1) {
            eras = eras.saturating_add(1);
        }
        if eras > 0 {
            // Nobody's have become next to none, like all others: but for them, whoever is left of the old would own the fund.
            let nobodys = if self.assets > 0 { NOBODYS_SHARES } else { 0 };
            self.shares = later_down(self.shares, eras).saturating_add(nobodys);
            self.era = self.era.checked_add(eras).ok_or(LiquidationError::NumberTooLarge)?;
        }
        Ok(())
    }

    /// Puts rules in force.
    pub fn change_rules(&mut self, rules: &RescueRules, now: i64) {
        let old = self.rules;
        for row in self.covers.iter_mut().filter(|row| row.taken != 0) {
            // What was paid by the old rules counts on under the new.
            let level = row.meter.level_up(old.market_cap, old.market_seconds, now);
            row.meter = Meter { level, at: now };
        }
        self.rules = *rules;
    }
}

/// What shares of a fund are, so many eras later, rounded down.
fn later_down(shares: u64, eras: u32) -> u64 {
    shares.checked_shr(eras.saturating_mul(ERA_PLACES)).unwrap_or(0)
}

/// What one owner has staked in a fund.
#[account("account", zero_copy)]
pub struct Stake {
    /// Version of this layout, `Stake::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Zero.
    pub padding: [u8; 2],
    /// Era of the fund that the shares belong to.
    pub era: u32,
    /// The fund; part of the address.
    pub fund: Pubkey,
    /// Who staked; part of the address.
    pub owner: Pubkey,
    /// Shares, those that leave included.
    pub shares: u64,
    /// Shares that leave.
    pub leaving: u64,
    /// When they may, in unix time.
    pub leaves_at: i64,
    /// Zero; room for later versions.
    pub reserved: [u8; 24],
}

impl Stake {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());

    /// What must hold after every instruction that writes a stake.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == Self::VERSION, LiquidationError::VersionUnknown);
        require!(self.leaving <= self.shares, LiquidationError::SharesMissing);
        Ok(())
    }

    /// Brings shares of an earlier era to the fund's: fewer of them are as much, or none are left.
    pub fn follow(&mut self, fund: &Fund) {
        let eras = fund.era.saturating_sub(self.era);
        (self.shares, self.leaving) = (later_down(self.shares, eras), later_down(self.leaving, eras));
        self.era = fund.era;
        if self.leaving == 0 {
            self.leaves_at = 0;
        }
    }

    /// Adds shares.
    pub fn add(&mut self, shares: u64) -> Result<()> {
        self.shares = self.shares.checked_add(shares).ok_or(LiquidationError::NumberTooLarge)?;
        Ok(())
    }

    /// Lets shares leave, from a later time on; what was to leave before is forgotten.
    pub fn leave(&mut self, shares: u64, rules: &RescueRules, now: i64) -> Result<()> {
        let left = self.shares.checked_sub(shares).ok_or(LiquidationError::SharesMissing)?;
        // A few shares that own a fund would make stakes dear for everybody else.
        require!(left == 0 || left >= LEAST_SHARES, LiquidationError::StakeTooSmall);
        let at = now.saturating_add(rules.cooldown_seconds.into());
        (self.leaving, self.leaves_at) = (shares, if shares == 0 { 0 } else { at });
        Ok(())
    }

    /// Takes the shares that may leave now; those that did not leave in time have to cool down again.
    pub fn take(&mut self, now: i64) -> Result<u64> {
        require!(self.leaving > 0, LiquidationError::SharesMissing);
        require!(now >= self.leaves_at, LiquidationError::StakeCools);
        let open = now.saturating_sub(self.leaves_at) <= EXIT_SECONDS;
        require!(open, LiquidationError::ExitMissed);
        let shares = self.leaving;
        self.shares = self.shares.checked_sub(shares).ok_or(LiquidationError::SharesMissing)?;
        (self.leaving, self.leaves_at) = (0, 0);
        Ok(shares)
    }
}

const _: () = assert!(size_of::<Cover>() == 24);
const _: () = assert!(Fund::SIZE == 960 && Stake::SIZE == 128);
const _: () = assert!(align_of::<Fund>() <= 8 && align_of::<Stake>() <= 8);
