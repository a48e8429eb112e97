//! The group: one margin system with one quote token.

use super::{AccountError, GroupRules, Meter};
use crate::{Fixed64, Wide};
use anchor_lang::prelude::*;

/// One margin system: everything in it shares a quote token, an authority and a set of rules.
#[account("account", zero_copy)]
pub struct Group {
    /// Version of this layout, `Group::VERSION`.
    pub version: u8,
    /// Bump of the group's address.
    pub bump: u8,
    /// Number of the group among its creator's; part of the group's address.
    pub index: u16,
    /// Decimal places of the quote token: one token is 10^this quote units.
    pub quote_decimals: u8,
    /// Zero; puts the addresses on eight-byte boundaries.
    pub padding: [u8; 3],
    /// Who created the group; part of its address and without power afterwards.
    pub creator: Pubkey,
    /// Who may change the group, through a timelock wherever a change loosens it.
    pub authority: Pubkey,
    /// Who may tighten the group at once and cancel waiting changes, and nothing else.
    pub guardian: Pubkey,
    /// Mint of the quote token, in which cash, debt, margin and profit are counted.
    pub quote_mint: Pubkey,
    /// Token program that owns the quote mint.
    pub quote_token_program: Pubkey,
    /// Program whose assessment the gate follows.
    pub risk_program: Pubkey,
    /// Program whose address may rescue accounts that fall short.
    pub liquidation_program: Pubkey,
    /// Token account that holds all cash; the zero address until it is opened.
    pub vault: Pubkey,
    /// Address with which the liquidation program signs for this group.
    pub rescuer: Pubkey,
    /// What one quote unit of cash, lent since the beginning, has become.
    pub deposit_index: Fixed64,
    /// What one quote unit of debt has become.
    pub debt_index: Fixed64,
    /// All cash above zero, each account's over the deposit index and rounded up.
    pub deposit_shares: Wide,
    /// All debt, each account's over the debt index and rounded down.
    pub debt_shares: Wide,
    /// When both indices were last brought up to date, in unix time.
    pub interest_at: i64,
    /// Sum of what is counted of all accounts' cash, as of when it was counted, debt below zero.
    pub cash: i64,
    /// Interest charged to accounts less interest credited to them; what either has still to be told is missing.
    pub interest: i64,
    /// Sum of all markets' pools, of the fees that wait in markets, and of what is not counted of accounts' cash: what moves
    /// between them leaves it as it is.
    pub uncounted: i64,
    /// The group's own fees that are not collected yet.
    pub fees: u64,
    /// All venues' fees that are not collected yet.
    pub venue_fees: u64,
    /// What left within an hour, in quote units.
    pub outflow_hour: Meter,
    /// What left within a day.
    pub outflow_day: Meter,
    /// What the guardian has stopped: a bit set of [`pause`].
    pub paused: u32,
    /// Zero.
    pub padding_paused: u32,
    /// When the stop lapses, in unix time.
    pub paused_until: i64,
    /// Number of banks; they are numbered from one on.
    pub bank_count: u16,
    /// Number of venues; likewise.
    pub venue_count: u16,
    /// Number of markets.
    pub market_count: u16,
    /// Zero.
    pub padding_counts: u16,
    /// What the authority set.
    pub rules: GroupRules,
    /// Fees that belong to the insurance and are not paid over yet.
    pub insurance: u64,
    /// How often a shared loss has raised the deposit index by 2^4: it would be too small to divide by.
    pub deposit_era: u32,
    /// Zero; room for later versions.
    pub reserved: [u8; 444],
}

/// Seconds of the shorter meter.
const HOUR: u32 = 3_600;
/// Seconds of the longer one.
const DAY: u32 = 86_400;

/// What tokens are worth at a price in 10^-10 dollars, in quote units, rounded up.
pub fn token_value_up(amount: u64, decimals: u8, price: u64, quote_decimals: u8) -> Result<u64> {
    let (exact, divisor) = token_value(amount, decimals, price, quote_decimals);
    Ok(u64::try_from(exact.div_ceil(divisor)).map_err(|_| AccountError::NumberTooLarge)?)
}

/// The same, rounded down, and at the end of the range where it would leave it.
pub fn token_value_down(amount: u64, decimals: u8, price: u64, quote_decimals: u8) -> u64 {
    let (exact, divisor) = token_value(amount, decimals, price, quote_decimals);
    u64::try_from(exact.checked_div(divisor).unwrap_or(0)).unwrap_or(u64::MAX)
}

/// What tokens are worth as a product and what it is to be divided by.
fn token_value(amount: u64, decimals: u8, price: u64, quote_decimals: u8) -> (u128, u128) {
    let exact = u128::from(amount).saturating_mul(price.into());
    let divisor = u128::from(power_of_ten(decimals.into())).saturating_mul(quote_unit(quote_decimals).into());
    (exact, divisor.max(1))
}

/// Steps of 10^-10 quote, in which margin is counted, in a quote unit.
pub fn quote_unit(decimals: u8) -> u64 {
    power_of_ten(10u32.saturating_sub(decimals.into()))
}

/// Ten to a power of nineteen at most; from a table, which is a hundred times cheaper on chain than products.
pub(crate) fn power_of_ten(power: u32) -> u64 {
    const POWERS: [u64; 20] = {
        let mut powers = [1; 20];
        let mut place = 1;
        while place < 20 {
            powers[place] = powers[place.wrapping_sub(1)] * 10;
            place += 1;
        }
        powers
    };
    POWERS.get(power as usize).copied().unwrap_or(u64::MAX)
}

/// What can be stopped for a while: never a deposit, a repayment, a smaller position, or a rescue.
pub mod pause {
    /// Trades that make a position larger.
    pub const INCREASE: u32 = 1;
    /// Withdrawals and transfers of accounts that owe something or hold positions.
    pub const WITHDRAW: u32 = 2;
    /// All of them.
    pub const ALL: u32 = INCREASE | WITHDRAW;
    /// Longest time for which a guardian can stop anything: six hours.
    pub const LONGEST: i64 = 6 * 3_600;
}

impl Group {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 2;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());

    /// Most decimal places of a quote token; an `i64` of quote units then still holds nine billion tokens.
    pub const MAX_QUOTE_DECIMALS: u8 = 9;

    /// Most markets of a group: one transaction can name them all, to take in the fees that wait in them.
    pub const MAX_MARKETS: u16 = 48;

    /// What must hold after every instruction that writes a group.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == Self::VERSION, AccountError::GroupVersionUnknown);
        let sound = self.quote_decimals <= Self::MAX_QUOTE_DECIMALS
            && self.authority != Pubkey::default()
            && self.guardian != Pubkey::default()
            && self.guardian != self.authority
            && self.risk_program != self.liquidation_program
            && self.rules.is_sound();
        require!(sound, AccountError::GroupBroken);
        Ok(())
    }

    /// Whether something is stopped now.
    pub fn is_paused(&self, what: u32, now: i64) -> bool {
        self.paused & what != 0 && now < self.paused_until
    }

    /// Refuses anybody but the authority.
    pub fn require_authority(&self, key: &Pubkey) -> Result<()> {
        require!(self.version == Self::VERSION, AccountError::GroupVersionUnknown);
        require_keys_eq!(*key, self.authority, AccountError::NotAuthority);
        Ok(())
    }

    /// Lets value leave, unless too much left within the hour or the day.
    pub fn let_out(&mut self, amount: u64, now: i64) -> Result<()> {
        self.outflow_hour.fill(amount, self.rules.outflow_hour, HOUR, now)?;
        self.outflow_day.fill(amount, self.rules.outflow_day, DAY, now)
    }

    /// Puts rules in force: interest is charged by the old ones up to now, and the meters go on under their new caps.
    pub fn change_rules(&mut self, rules: &GroupRules, now: i64) {
        self.accrue_interest(now);
        self.outflow_hour.change(self.rules.outflow_hour, rules.outflow_hour, HOUR, now);
        self.outflow_day.change(self.rules.outflow_day, rules.outflow_day, DAY, now);
        self.rules = *rules;
    }

    /// Takes note of value that came in, which may leave again.
    pub fn relieve(&mut self, amount: u64, now: i64) {
        self.outflow_hour.relieve(amount, self.rules.outflow_hour, HOUR, now);
        self.outflow_day.relieve(amount, self.rules.outflow_day, DAY, now);
    }

    /// Counts a change of what is beside accounts' counted cash: of a market's pool, or of fees that wait in it.
    pub fn count(&mut self, before: u64, after: u64) -> Result<()> {
        let change = i128::from(after).saturating_sub(before.into());
        let sum = i64::try_from(i128::from(self.uncounted).saturating_add(change));
        self.uncounted = sum.map_err(|_| AccountError::NumberTooLarge)?;
        Ok(())
    }

    /// What the vault must hold at least, in quote units: everybody's cash, the pools and all fees.
    pub fn owed_tokens(&self) -> i128 {
        let sums = [self.cash, self.interest, self.uncounted].map(i128::from);
        let fees = [self.fees, self.venue_fees, self.insurance].map(i128::from);
        sums.into_iter().chain(fees).fold(0, i128::saturating_add)
    }
}

const _: () = assert!(Group::SIZE == 1_024);
const _: () = assert!(align_of::<Group>() <= 8);
