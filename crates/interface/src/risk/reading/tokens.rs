//! Tokens beside cash, and the quote token that all is counted in.

use super::{interval, score, Reading};
use crate::{
    account::{power_of_ten, MarginAccount},
    risk::{FeedState, RiskError},
};
use anchor_lang::prelude::*;
use ballast_margin::{
    book::{Collateral, MAX_MARKETS},
    units::{Contracts, Fraction, Price, STEPS},
};

/// Price of the quote token, and the most that it may be worth.
#[derive(Clone, Copy)]
pub(super) struct Peg {
    /// Index.
    pub index: u64,
    /// The most.
    most: u64,
}

impl Peg {
    /// A token's price in dollars as it counts when the quote token is worth the most that it may be, rounded down:
    /// the engine divides by the index.
    fn lower(self, price: u64) -> u64 {
        if self.most == self.index {
            return price;
        }
        let scaled = u128::from(price).wrapping_mul(self.index.into());
        scaled.checked_div(self.most.into()).map_or(0, |scaled| scaled as u64)
    }
}

impl Reading<'_> {
    /// Tokens never stop an assessment: what cannot be margined counts for nothing.
    #[inline(never)]
    pub(super) fn collateral(&mut self, account: &MarginAccount, peg: Peg) -> Result<()> {
        for token in account.collateral.iter().filter(|token| token.bank != 0) {
            let given = self.find(token.market)?;
            let risk = self.market(given)?;
            let state = self.states.get(given).copied().unwrap_or(FeedState::Unusable);
            let market = match risk.rules.moves_like {
                0 => None,
                number => match self.place_if_free(number)? {
                    None => continue,
                    place => place,
                },
            };
            if state == FeedState::Unusable {
                continue;
            }
            let good = state == FeedState::Good;
            let (index, slow) = (risk.price.index, risk.price.slow);
            // A token whose price is not good is worth what it is worth at worst.
            let price = peg.lower(if good { index } else { low(index.min(slow), interval(risk, false)) });
            // The slow price of a token that moves like its own market is in that market's bias.
            let own = risk.rules.moves_like == risk.market;
            self.collateral.push(Collateral {
                market,
                amount: Contracts(amount(token.amount, risk.rules.token_decimals)),
                price: Price(price),
                slow: Price(if own { price } else { peg.lower(slow).min(price) }),
                haircut: Fraction(risk.rules.haircut),
                haircut_initial: Fraction(risk.rules.haircut_initial),
                score: score(good),
            });
        }
        Ok(())
    }

    /// The engine's market of a number, if it has one or there is room for another.
    fn place_if_free(&mut self, number: u16) -> Result<Option<u8>> {
        let given = self.find(number)?;
        // A market that never had a price moves nothing.
        if self.market(given)?.price.index == 0 {
            return Ok(None);
        }
        if self.places.len() < MAX_MARKETS || self.holds(number) {
            return Ok(Some(self.place(number)?));
        }
        Ok(None)
    }

    /// The price of the quote token, if the model knows its market.
    pub(super) fn peg(&mut self) -> Result<Peg> {
        if self.model.peg_market == 0 {
            return Ok(Peg { index: STEPS, most: STEPS });
        }
        let given = self.find(self.model.peg_market)?;
        let (risk, good) = (self.market(given)?, self.states.get(given) == Some(&FeedState::Good));
        require!(risk.price.index > 0, RiskError::PriceMissing);
        let most = risk.price.index.max(risk.price.slow);
        // Of 64 bits, by less than twice the whole.
        let wider =
            u128::from(most).wrapping_mul(Fraction::ONE.plus(interval(risk, false)).0.unsigned_abs().into());
        let wider = u64::try_from(wider.wrapping_shr(40)).unwrap_or(u64::MAX);
        Ok(Peg { index: risk.price.index, most: if good { most } else { wider } })
    }
}

/// A price less an interval, rounded down.
fn low(price: u64, interval: Fraction) -> u64 {
    let kept = Fraction::ONE.minus(interval).0.max(0).unsigned_abs();
    u128::from(price).wrapping_mul(kept.into()).wrapping_shr(40) as u64
}

/// A token's amount in 10^-10, rounded down; more than can be held counts as the most that can.
fn amount(amount: u64, decimals: u8) -> i64 {
    let places = 10i32.saturating_sub(decimals.into());
    let power = power_of_ten(places.unsigned_abs());
    let steps = if places < 0 {
        u128::from(amount.checked_div(power).unwrap_or(0))
    } else {
        u128::from(amount).wrapping_mul(power.into())
    };
    i64::try_from(steps).unwrap_or(i64::MAX)
}
