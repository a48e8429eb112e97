//! Taking positions over: how much, at what prices, and what is paid for it. Pure, once the quote is known.

use crate::{
    errors::LiquidationError,
    events::Liquidated,
    rescue::{Auctioned, Rescue},
};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{Leg, MarginAccount, RescuePay, TradeLeg},
    liquidation::{Auction, RescueRules},
    risk::{LiquidationQuote, QuoteLeg, QuoteTerms},
};

/// What changes hands.
pub struct Taking {
    /// Positions, as the account under liquidation trades them.
    pub legs: Vec<TradeLeg>,
    /// What it pays beside them.
    pub pay: RescuePay,
    /// Whether it was small.
    pub small: bool,
    /// Whether it is then at its target.
    pub restores: bool,
}

/// The terms of a moment.
pub fn terms(rules: &RescueRules, seconds: i64) -> QuoteTerms {
    QuoteTerms {
        discount: rules.discount(seconds),
        insurance: rules.insurance,
        target: rules.target,
        small: rules.small,
    }
}

impl Taking {
    /// What a quote says that changes hands.
    #[inline(never)]
    pub fn new(
        auctioned: &Auctioned,
        rules: &RescueRules,
        quote: &LiquidationQuote,
        asked: &[QuoteLeg],
    ) -> Result<Self> {
        let rescue = &auctioned.rescue;
        let unit = rescue.unit()?;
        let account = rescue.margin_account.load()?;
        let (legs, mut got) = (trades(&account, asked, quote.units, &quote.prices)?, 0i128);
        for leg in legs.iter().filter(|leg| leg.kind > 2) {
            got = got.saturating_sub(leg.value()?.into());
        }
        // Prices are rounded in the account's favour; should errors of an assessment be larger, whoever takes over
        // makes up for them.
        let short = quote.premium.get().saturating_sub(got.saturating_mul(unit)).max(0);
        let short = short.saturating_add(unit.saturating_sub(1)).div_euclid(unit);
        let due = quote.transfer.get().div_euclid(unit).saturating_sub(short);
        let fee = quote.fee.get().max(0).div_euclid(unit);
        let small = quote.before.maintenance.get() <= i128::from(rules.small).saturating_mul(unit);
        let (mut more, mut insurance) = (0, fee);
        if small && closes_all(&account, asked, quote.units) {
            // The liquidator comes before the insurance.
            let left = quote.after.value.get().max(0).div_euclid(unit).saturating_add(fee);
            let paid = due.max(0).saturating_add(auctioned.auction.load()?.small_paid.into());
            more = i128::from(rules.small_reward)
                .saturating_sub(paid)
                .clamp(0, most_reward(quote, unit).min(left));
            insurance = fee.min(left.saturating_sub(more));
        }
        let due = due.saturating_add(more);
        let pay = RescuePay {
            taker: i64::try_from(due).map_err(|_| LiquidationError::NumberTooLarge)?,
            insurance: u64::try_from(insurance).map_err(|_| LiquidationError::NumberTooLarge)?,
        };
        // What the quote did not count: the reward, less what the insurance goes without for it.
        let beyond = more.saturating_sub(fee.saturating_sub(insurance)).saturating_mul(unit);
        let above = rules.above_target(&quote.after.margins()).saturating_sub(beyond);
        Ok(Self { legs, pay, small, restores: quote.restores != 0 && above >= 0 })
    }

    /// Legs that change hands at the mark, for nothing beside.
    pub fn free(legs: Vec<TradeLeg>, restores: bool) -> Self {
        Self { legs, pay: RescuePay { taker: 0, insurance: 0 }, small: false, restores }
    }

    /// What is reported of it.
    pub fn report(
        &self,
        rescue: &Rescue,
        taker: Pubkey,
        quote: &LiquidationQuote,
        discount: i64,
    ) -> Liquidated {
        Liquidated {
            group: rescue.group.key(),
            margin_account: rescue.margin_account.key(),
            taker,
            units: quote.units,
            discount,
            risk: quote.risk.get(),
            paid: self.pay.taker,
            to_order: 0,
            insurance: self.pay.insurance,
            health_before: quote.before.margins().health().0,
            health_after: quote.after.margins().health().0,
            restores: self.restores,
            forced: false,
        }
    }

    /// Takes note of what the account pays for options, so that a debt can be told whose loss it is.
    pub fn remember(&self, auction: &mut Auction) -> Result<()> {
        for leg in self.legs.iter().filter(|leg| leg.kind > 2) {
            auction.buy(leg.number, leg.value()?.max(0).unsigned_abs());
        }
        Ok(())
    }
}

/// The trades by which so many units of an account's positions are closed.
pub fn trades(
    account: &MarginAccount,
    asked: &[QuoteLeg],
    units: u32,
    prices: &[u64],
) -> Result<Vec<TradeLeg>> {
    let mut trades = Vec::with_capacity(asked.len());
    for (asked, price) in asked.iter().zip(prices) {
        let leg = account.legs.get(asked.leg as usize).filter(|leg| leg.market != 0);
        let leg = leg.ok_or(LiquidationError::OrderUnfit)?;
        let lots = asked.lots.checked_mul(units.into()).and_then(|lots| i64::try_from(lots).ok());
        let lots = lots.ok_or(LiquidationError::NumberTooLarge)?;
        let Leg { market, kind, expiry, strike, quantity, .. } = *leg;
        let lots = if quantity < 0 { lots } else { lots.saturating_neg() };
        trades.push(TradeLeg { number: market, kind, expiry, strike, lots, price: *price });
    }
    Ok(trades)
}

/// Whether an account has no position left when so many units are closed.
fn closes_all(account: &MarginAccount, asked: &[QuoteLeg], units: u32) -> bool {
    let held = account.legs.iter().filter(|leg| leg.market != 0).count();
    let closed = |asked: &QuoteLeg| {
        let lots = asked.lots.saturating_mul(units.into());
        account.legs.get(asked.leg as usize).is_some_and(|leg| leg.quantity.unsigned_abs() == lots)
    };
    held == asked.len() && asked.iter().all(closed)
}

/// Most that closing the last positions of a small account pays beyond what is due, in quote units: half of what the
/// account's health gains. No account is too small to be worth somebody's while, and who closes it in steps is paid no
/// more for all of them than who does it at once.
fn most_reward(quote: &LiquidationQuote, unit: i128) -> i128 {
    let (before, after) = (quote.before.margins(), quote.after.margins());
    let gained = after.health().0.saturating_sub(before.health().0);
    gained.max(0).div_euclid(unit.saturating_mul(2))
}
