//! Expiry: which dates may be listed, at what they settle, and what that is worth to a book.

use super::{market_terms::DAY, AccountError, Kind, Leg, MarginAccount, Market, MarketDate};
use crate::risk::{DateRisk, FeedState, MarketRisk, SETTLEMENT_SECONDS};
use anchor_lang::prelude::*;

/// Days from 1 January 1970, a Thursday, to the first Friday.
const FRIDAY: i64 = 1;

/// A date that is no further away than its kind may be.
fn is_within(day: i64, today: i64, days: u32) -> bool {
    day.saturating_sub(today) <= i64::from(days)
}

/// Whether a day is the last Friday of its month, as a count of days since 1970.
fn is_last_friday(day: i64) -> bool {
    day.rem_euclid(7) == FRIDAY && month(day.saturating_add(7)) != month(day)
}

/// Which month a day is in, from one to twelve.
///
/// By Hinnant's `civil_from_days`: years begin in March, so that leap days come last.
fn month(day: i64) -> i64 {
    let day = day.saturating_add(719_468).rem_euclid(146_097);
    let part = |length: i64| day.div_euclid(length);
    let year = day.saturating_sub(part(1_460)).saturating_add(part(36_524)).saturating_sub(part(146_096));
    let year = year.div_euclid(365);
    let leaps = year.div_euclid(4).saturating_sub(year.div_euclid(100));
    let of_year = day.saturating_sub(year.saturating_mul(365).saturating_add(leaps));
    let shifted = of_year.saturating_mul(5).saturating_add(2).div_euclid(153);
    shifted.saturating_add(2).rem_euclid(12).saturating_add(1)
}

impl Market {
    /// Whether the terms let a date be listed now: at the market's hour, on a day near enough, on a Friday, or on the
    /// last Friday of a month.
    pub fn is_listable(&self, expiry: i64, now: i64) -> bool {
        let length = i64::from(DAY);
        let (day, second) = (expiry.div_euclid(length), expiry.rem_euclid(length));
        let (today, terms) = (now.div_euclid(length), &self.terms);
        let friday = day.rem_euclid(7) == FRIDAY;
        // Its settlement must lie ahead as a whole.
        expiry.saturating_sub(SETTLEMENT_SECONDS) > now
            && second == i64::from(terms.expiry_second)
            && (is_within(day, today, terms.days.into())
                || friday && is_within(day, today, u32::from(terms.fridays).saturating_mul(7))
                || is_last_friday(day) && is_within(day, today, u32::from(terms.months).saturating_mul(31)))
    }

    /// Lists a date; rows of dates that are settled by everybody, or expired without a position, become free.
    pub fn list(&mut self, expiry: i64, now: i64) -> Result<()> {
        require!(self.is_listable(expiry, now), AccountError::ExpiryOffRule);
        self.drop_dates(now);
        require!(self.dates().iter().all(|date| date.expiry != expiry), AccountError::ExpiryListed);
        let count = self.date_count as usize;
        let place = self.dates().iter().position(|date| date.expiry > expiry).unwrap_or(count);
        require!(count < self.dates.len(), AccountError::ExpiriesTooMany);
        self.date_count = self.date_count.saturating_add(1);
        if let Some(rest) = self.dates_mut().get_mut(place..) {
            rest.rotate_right(1);
            if let Some(date) = rest.first_mut() {
                *date = MarketDate { expiry, ..MarketDate::default() };
            }
        }
        Ok(())
    }

    /// Removes expired dates in which nobody holds anything.
    pub fn drop_dates(&mut self, now: i64) {
        let mut kept = [MarketDate::default(); 12];
        let mut count = 0u8;
        let dates = self.dates().iter().filter(|date| date.legs > 0 || now < date.expiry);
        for (slot, date) in kept.iter_mut().zip(dates) {
            (*slot, count) = (*date, count.saturating_add(1));
        }
        (self.dates, self.date_count) = (kept, count);
    }

    /// Freezes a date's settlement price, once and for all.
    ///
    /// It is the mean over the whole window as soon as that is known. If seconds of it lack a price for too long after
    /// expiry, they count with the index of now, when that is good, and after twice as long whatever it is; and if
    /// nothing is known of the date any more, all of them do.
    pub fn freeze(&mut self, expiry: i64, risk: &MarketRisk, now: i64) -> Result<u64> {
        require!(now >= expiry, AccountError::ExpiryAhead);
        let known = risk.dates().iter().find(|date| date.expiry == expiry);
        let price = match known.and_then(DateRisk::settlement) {
            Some(price) => price,
            None => {
                let (late, wait) = (now.saturating_sub(expiry), i64::from(self.terms.fallback_seconds));
                let good = risk.price_state(now).0 == FeedState::Good;
                let enough = if good { late >= wait } else { late >= wait.saturating_mul(2) };
                require!(enough && risk.price.index > 0, AccountError::SettlementUnknown);
                // By now nothing is carried any further.
                let open =
                    |date: &DateRisk| DateRisk { carry: 1 << 40, ..*date }.forward_now(risk.price.index, now);
                known.map_or(risk.price.index, open)
            }
        };
        // Whole quote units a lot, so that what some win is what others lose.
        let settlement = self.per_lot_down(price)?;
        let date = self.date_mut(expiry)?;
        require!(date.settled_at == 0, AccountError::SettlementFrozen);
        (date.settlement, date.settled_at) = (settlement, now);
        Ok(settlement)
    }

    /// The frozen price of a date, in quote units a lot.
    fn settlement(&self, expiry: i64) -> Option<u64> {
        let date = self.dates().iter().find(|date| date.expiry == expiry)?;
        (date.settled_at != 0).then_some(date.settlement)
    }
}

/// What a leg of a settled date brings in, in quote units; exact.
fn payoff(leg: &Leg, settlement: u64, market: &Market) -> Result<i64> {
    let strike = market.strike_per_lot(leg.strike)?;
    let kind = leg.instrument().kind()?;
    let worth = match kind {
        Kind::Call => settlement.saturating_sub(strike),
        Kind::Put => strike.saturating_sub(settlement),
        Kind::Spot | Kind::Perp | Kind::Future => settlement,
    };
    let worth = i64::try_from(worth).map_err(|_| AccountError::NumberTooLarge)?;
    let value = leg.quantity.checked_mul(worth).ok_or(AccountError::NumberTooLarge)?;
    // Options were paid for when they were taken up.
    let cost = if kind.is_linear() { leg.entry_value } else { 0 };
    Ok(value.checked_sub(cost).ok_or(AccountError::NumberTooLarge)?)
}

impl MarginAccount {
    /// Settles every leg of a market whose date's price is frozen. Returns how many there were, and the profit.
    pub fn settle_expired(&mut self, market: &mut Market) -> Result<(u16, i64)> {
        let (mut count, mut profit, mut place) = (0u16, 0i64, 0);
        while let Some(leg) = self.legs.get(place).filter(|leg| leg.market != 0).copied() {
            let frozen = (leg.market == market.market).then(|| market.settlement(leg.expiry)).flatten();
            let Some(settlement) = frozen else {
                place = place.saturating_add(1);
                continue;
            };
            let won = payoff(&leg, settlement, market)?;
            market.count_change(&leg.instrument(), leg.quantity, 0)?;
            self.book_profit(market, won)?;
            self.remove_leg(place)?;
            count = count.saturating_add(1);
            profit = profit.checked_add(won).ok_or(AccountError::NumberTooLarge)?;
        }
        Ok((count, profit))
    }
}
