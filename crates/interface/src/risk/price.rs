//! What is remembered of a market's prices, and how a new price changes it.

use super::{FeedState, MarketRules, Observation, Quoted, RiskError};
use anchor_lang::prelude::*;
use ballast_margin::{
    forecast::Forecast,
    units::{Fraction, Price},
};

/// Prices of a market and what follows from them; prices are in 10^-10 dollars, ratios in 2^-40, times in unix
/// seconds, but for `slow_at`.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PriceCache {
    /// Price as last published; zero before the first.
    pub index: u64,
    /// Price that follows the index no faster than the rules allow.
    pub slow: u64,
    /// The oracle's own moving average.
    pub average: u64,
    /// Half width of the confidence interval as a share of the index.
    pub interval: i64,
    /// When the price was published.
    pub published_at: i64,
    /// When it was last refreshed.
    pub refreshed_at: i64,
    /// Until when the slow price has moved, in 2^-12 seconds: a step of a cheap token takes no whole ones.
    pub slow_at: i64,
    /// Since when the interval is too wide; zero if it is not.
    pub wide_since: i64,
    /// Since when the index is too far from its average; zero if it is not.
    pub far_since: i64,
    /// Since when the oracle gives no price that means anything; zero if it does.
    pub unusable_since: i64,
    /// Yearly variance of the logarithm of the price.
    pub variance: i64,
    /// Scan range, attestations aside.
    pub range: i64,
    /// Price that the next return is counted from.
    pub return_price: u64,
    /// When it was.
    pub return_at: i64,
}

/// Seconds by which a publisher's clock may be ahead of the chain's.
const AHEAD: i64 = 10;
/// Parts of a second that the slow price's time is counted in.
const PARTS: i64 = 1 << 12;
/// Those of an hour, times the whole in 2^-40.
const STEP_PARTS: u128 = 3_600 << 52;

impl PriceCache {
    /// The prices after an observation.
    ///
    /// Whatever cannot be the oracle's own latest word is refused. What is, but means nothing, is remembered as
    /// unusable: a market must not go on with its last price when its oracle says that there is none.
    pub fn observe(&self, rules: &MarketRules, seen: &Observation, now: i64) -> Result<Self> {
        require!(seen.published_at <= now.saturating_add(AHEAD), RiskError::PriceFromFuture);
        let age = now.saturating_sub(seen.published_at);
        require!(age <= i64::from(rules.feed.max_age), RiskError::PriceStale);
        require!(seen.published_at >= self.published_at, RiskError::PriceOlder);
        let mut next = Self { published_at: seen.published_at, refreshed_at: now, ..*self };
        match seen.quoted() {
            Some(quoted) => next.take(rules, &quoted, now)?,
            None => next.unusable_since = since(self.unusable_since, true, now),
        }
        Ok(next)
    }

    /// Takes a price that means something.
    fn take(&mut self, rules: &MarketRules, quoted: &Quoted, now: i64) -> Result<()> {
        let predictor = rules.predictor.predictor();
        let price = Price(quoted.index);
        let forecast = if self.index == 0 {
            // The first price: the average has seen more of the market than one price has.
            (self.slow, self.slow_at) = (quoted.average, now.saturating_mul(PARTS));
            Forecast::start(Fraction(rules.start_variance), price, now, &predictor)
        } else {
            self.follow(quoted.index, rules, now);
            self.forecast().update(price, now, &predictor)
        };
        let forecast = forecast.map_err(RiskError::from)?;
        (self.variance, self.range) = (forecast.variance.0, forecast.range.0);
        (self.return_price, self.return_at) = (forecast.price.0, forecast.updated_at);
        (self.index, self.average, self.interval) = (quoted.index, quoted.average, quoted.interval);
        let wide = quoted.interval > rules.feed.max_interval;
        self.wide_since = since(self.wide_since, wide, now);
        self.far_since = since(self.far_since, is_far(quoted.index, quoted.average, rules.feed.band), now);
        self.unusable_since = 0;
        Ok(())
    }

    /// Moves the slow price towards the index by no more than its share of an hour's pace.
    ///
    /// Time counts for as long as a price is good: after a silence, the slow price does not leap. Time that whole
    /// steps leave over counts later: however often somebody refreshes, the slow price keeps its pace.
    fn follow(&mut self, index: u64, rules: &MarketRules, now: i64) {
        let parts = |seconds: i64| seconds.saturating_mul(PARTS);
        let from = self.slow_at.max(parts(now.saturating_sub(rules.feed.max_age.into())));
        let pace = u128::from(self.slow).saturating_mul(rules.slow_per_hour.max(0).unsigned_abs().into());
        // A price of 64 bits by a share of 2^40, by an hour's parts at most, which are below 2^24.
        let elapsed = u128::from(parts(now).saturating_sub(from).max(0).unsigned_abs());
        let most = pace.saturating_mul(elapsed).div_euclid(STEP_PARTS);
        let gap = u128::from(self.slow.abs_diff(index));
        if gap <= most {
            (self.slow, self.slow_at) = (index, parts(now));
            return;
        }
        // Less than the gap, so of 64 bits, and the time that it took, rounded up: elapsed at most.
        let used = most.saturating_mul(STEP_PARTS).checked_add(pace.saturating_sub(1));
        let used = used.and_then(|used| used.checked_div(pace)).unwrap_or(elapsed).min(elapsed);
        self.slow_at = from.saturating_add(used as i64);
        let most = most as u64;
        self.slow =
            if index > self.slow { self.slow.saturating_add(most) } else { self.slow.saturating_sub(most) };
    }

    /// The engine's forecast.
    fn forecast(&self) -> Forecast {
        Forecast {
            variance: Fraction(self.variance),
            range: Fraction(self.range),
            price: Price(self.return_price),
            updated_at: self.return_at,
        }
    }

    /// Whether the price is no older than the rules allow, doubtful or not.
    pub fn is_fresh(&self, rules: &MarketRules, now: i64) -> bool {
        now.saturating_sub(self.published_at) <= i64::from(rules.feed.max_age)
    }

    /// Since when the interval is too wide by the rules of now; zero if it is not.
    fn wide_from(&self, rules: &MarketRules) -> i64 {
        if self.interval > rules.feed.max_interval {
            remembered(self.wide_since, self.refreshed_at)
        } else {
            0
        }
    }

    /// Since when the index is too far from its average by the rules of now; zero if it is not.
    fn far_from(&self, rules: &MarketRules) -> i64 {
        if is_far(self.index, self.average, rules.feed.band) {
            remembered(self.far_since, self.refreshed_at)
        } else {
            0
        }
    }

    /// Whether the prices are in doubt, stale or not.
    pub fn is_doubtful(&self, rules: &MarketRules) -> bool {
        self.index == 0 || self.unusable_since != 0 || self.wide_from(rules) != 0 || self.far_from(rules) != 0
    }

    /// How far the prices can be relied on, and for how many seconds that has been so.
    pub fn state(&self, rules: &MarketRules, now: i64) -> (FeedState, i64) {
        let lasted = |from: i64| now.saturating_sub(from);
        let (far, wide) = (self.far_from(rules), self.wide_from(rules));
        let age = lasted(self.published_at);
        if self.index == 0 || self.unusable_since != 0 {
            (FeedState::Unusable, lasted(self.unusable_since))
        } else if far != 0 {
            (FeedState::Far, lasted(far))
        } else if wide != 0 {
            (FeedState::Wide, lasted(wide))
        } else if !self.is_fresh(rules, now) {
            (FeedState::Stale, age.saturating_sub(rules.feed.max_age.into()))
        } else {
            (FeedState::Good, age)
        }
    }

    /// What the prices allow now: one bit for each action. A price can be in doubt for two reasons at once.
    pub fn permitted(&self, rules: &MarketRules, now: i64) -> u8 {
        let (feed, (state, seconds)) = (&rules.feed, self.state(rules, now));
        let permitted = state.permitted(seconds, feed.wide_grace, feed.far_pause);
        let wide = if state == FeedState::Far { self.wide_from(rules) } else { 0 };
        if wide == 0 {
            return permitted;
        }
        let seconds = now.saturating_sub(wide);
        permitted & FeedState::Wide.permitted(seconds, feed.wide_grace, feed.far_pause)
    }
}

/// When a doubt began; one that only the rules of now call a doubt began with the price.
fn remembered(since: i64, refreshed_at: i64) -> i64 {
    if since == 0 {
        refreshed_at.max(1)
    } else {
        since
    }
}

/// When a condition began: now, unless it held before; zero if it does not hold.
fn since(before: i64, holds: bool, now: i64) -> i64 {
    match (holds, before) {
        (false, _) => 0,
        (true, 0) => now,
        (true, before) => before,
    }
}

/// Whether a price is further from its average than the band.
fn is_far(index: u64, average: u64, band: i64) -> bool {
    let gap = u128::from(index.abs_diff(average)).wrapping_shl(40);
    gap > u128::from(average).saturating_mul(band.unsigned_abs().into())
}

const _: () = assert!(size_of::<PriceCache>() == 112);
