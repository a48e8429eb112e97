//! What governs the rescues of a group.

use anchor_lang::prelude::*;
use ballast_margin::{quote::Margins, units::Fraction};
use borsh::{BorshDeserialize, BorshSerialize};

/// Everything that the authority sets for rescues; ratios are in 2^-40, amounts in quote units, times in seconds.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RescueRules {
    /// How far from maintenance towards initial margin an account is brought.
    pub target: i64,
    /// What a liquidator is paid when an auction begins, as a share of the scan loss taken over ...
    pub discount_start: i64,
    /// ... and when it has run its time.
    pub discount_full: i64,
    /// What the insurance is paid, as a share of the same.
    pub insurance: i64,
    /// By which share of their value tokens are sold below it when an auction begins ...
    pub token_start: i64,
    /// ... and when it has run its time.
    pub token_full: i64,
    /// Maintenance margin up to which an account is closed whole.
    pub small: u64,
    /// Least that closing the last positions of such an account pays, if it has as much.
    pub small_reward: u64,
    /// Most that the fund pays for the losses of one market ...
    pub market_cap: u64,
    /// ... within so many seconds.
    pub market_seconds: u32,
    /// How long a discount grows.
    pub auction_seconds: u32,
    /// How long an auction that has run its time, and each hop behind the insurance, waits for somebody better.
    pub grace_seconds: u32,
    /// How long stakes wait until they can leave.
    pub cooldown_seconds: u32,
}

/// The whole, in 2^-40.
const WHOLE: i64 = 1 << 40;
/// Largest amount of any limit.
const LARGEST: u64 = 1 << 60;
/// Seconds of a day.
const DAY: u32 = 86_400;

impl RescueRules {
    /// Whether every field lies in its range.
    pub fn is_sound(&self) -> bool {
        let half = WHOLE.wrapping_shr(1);
        (0..=WHOLE).contains(&self.target)
            && 0 <= self.discount_start
            && self.discount_start <= self.discount_full
            // A rescue takes no more than half of the risk that it takes over.
            && self.discount_full <= half
            && (0..=half.saturating_sub(self.discount_full)).contains(&self.insurance)
            && 0 <= self.token_start
            && self.token_start <= self.token_full
            && self.token_full <= WHOLE.wrapping_shr(2)
            && [self.small, self.small_reward, self.market_cap].iter().all(|amount| *amount <= LARGEST)
            && (3_600..=30 * DAY).contains(&self.market_seconds)
            && (1..=DAY).contains(&self.auction_seconds)
            && (60..=DAY).contains(&self.grace_seconds)
            // Nobody leaves before a loss that is on its way has found the fund.
            && u64::from(self.cooldown_seconds) >= self.longest_rescue()
            && self.cooldown_seconds <= 90 * DAY
    }

    /// Seconds that a rescue may last from its beginning to its last hop, if somebody makes each as soon as it can be
    /// made.
    fn longest_rescue(&self) -> u64 {
        u64::from(self.auction_seconds).saturating_add(u64::from(self.grace_seconds).saturating_mul(3))
    }

    /// A share that has grown for some seconds from where it starts, rounded down.
    fn grown(&self, start: i64, full: i64, seconds: i64) -> i64 {
        let whole = i64::from(self.auction_seconds).max(1);
        let seconds = seconds.clamp(0, whole);
        // Of 40 bits by 17.
        let rise = full.saturating_sub(start).saturating_mul(seconds).checked_div(whole);
        start.saturating_add(rise.unwrap_or(0))
    }

    /// What a liquidator is paid so many seconds after the beginning.
    pub fn discount(&self, seconds: i64) -> i64 {
        self.grown(self.discount_start, self.discount_full, seconds)
    }

    /// What an auction that has run its time pays for a risk in 10^-10 quote, rounded down; nothing for none.
    pub fn full_pay_down(&self, risk: i128) -> i128 {
        // Of 100 bits at most; beyond, the end of the range will do.
        risk.max(0).saturating_mul(self.discount_full.into()).div_euclid(WHOLE.into())
    }

    /// By which share tokens are sold below their value so many seconds after the beginning.
    pub fn token_discount(&self, seconds: i64) -> i64 {
        self.grown(self.token_start, self.token_full, seconds)
    }

    /// Whether an auction has run its time, and the grace behind it, so many seconds after the beginning.
    pub fn has_run(&self, seconds: i64) -> bool {
        let time = i64::from(self.auction_seconds).saturating_add(self.grace_seconds.into());
        seconds >= time
    }

    /// What tokens that are worth so much cost, rounded up. The discount is no more than half of the share that
    /// is freed of margin: or a sale would take more than it frees, and never be made.
    pub fn token_price_up(&self, value: u64, freed: i64, seconds: i64) -> u64 {
        let discount = self.token_discount(seconds).min(freed.max(0).div_euclid(2));
        let kept = WHOLE.saturating_sub(discount).max(0).unsigned_abs();
        // Of 64 bits by 41; no more than the value.
        let exact = u128::from(value).saturating_mul(kept.into());
        u64::try_from(exact.div_ceil(1 << 40)).unwrap_or(value)
    }

    /// What an account has above its target, rounded down; below zero, what it lacks.
    pub fn above_target(&self, margins: &Margins) -> i128 {
        // Only numbers beyond the range fail, and nobody has so much.
        margins.above(Fraction(self.target)).map_or(i128::MIN, |above| above.0)
    }
}

const _: () = assert!(size_of::<RescueRules>() == 88);
