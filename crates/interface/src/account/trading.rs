//! How a trade changes a book: positions, entry values, realised profit, cash, open interest.
//!
//! Prices are whole quote units a lot, so that every value is exact, and what one side pays the other gets.

use super::{
    AccountError, Bank, Collateral, Instrument, Kind, Leg, MarginAccount, Market, MarketBook, TradeLeg,
};
use anchor_lang::prelude::*;

/// Most lots of one position.
pub const MOST_LOTS: u64 = 1 << 40;

/// What a trade did to one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Profit realised on what was closed, in quote units; it goes through the market's pool.
    pub realised: i64,
    /// Cash paid out, or got if below zero, for options and spot.
    pub paid: i64,
    /// Whether the position became smaller and did not change sides.
    pub reduced: bool,
}

impl MarginAccount {
    /// Buys or sells lots of a market's instrument, at a price; funding must be up to date.
    pub fn trade(&mut self, market: &mut Market, trade: &TradeLeg) -> Result<Effect> {
        let (of, value) = (trade.instrument(), trade.value()?);
        let kind = of.kind()?;
        require!(kind != Kind::Spot && of.number == market.market, AccountError::InstrumentInvalid);
        require!(trade.lots != 0, AccountError::NothingTraded);
        let place = self.place_of(&of, market)?;
        let leg = self.legs.get_mut(place).ok_or(AccountError::LegsTooMany)?;
        let before = leg.quantity;
        let realised = leg.change(trade.lots, value)?;
        let after = leg.quantity;
        market.count_change(&of, before, after)?;
        if after == 0 {
            self.remove_leg(place)?;
        }
        let reduced =
            after.unsigned_abs() < before.unsigned_abs() && (after == 0 || (after < 0) == (before < 0));
        if kind.is_linear() {
            self.book_profit(market, realised)?;
            return Ok(Effect { realised, paid: 0, reduced });
        }
        self.cash = self.cash.checked_sub(value).ok_or(AccountError::NumberTooLarge)?;
        Ok(Effect { realised: 0, paid: value, reduced })
    }

    /// Buys or sells lots of a bank's token.
    pub fn trade_spot(&mut self, bank: &Bank, trade: &TradeLeg) -> Result<Effect> {
        let ours = trade.instrument().kind()? == Kind::Spot && trade.number == bank.bank;
        require!(ours, AccountError::InstrumentInvalid);
        require!(trade.lots != 0, AccountError::NothingTraded);
        require!(bank.lot_amount != 0, AccountError::InstrumentOff);
        let value = trade.value()?;
        // 64 bits by 64.
        let amount = i128::from(trade.lots).saturating_mul(bank.lot_amount.into());
        self.change_token(bank.bank, bank.market, amount)?;
        self.cash = self.cash.checked_sub(value).ok_or(AccountError::NumberTooLarge)?;
        Ok(Effect { realised: 0, paid: value, reduced: trade.lots < 0 })
    }

    /// Place of an instrument's leg, which is made where it belongs if there is none.
    fn place_of(&mut self, of: &Instrument, market: &Market) -> Result<usize> {
        let sought = of.place();
        let at = self.legs.iter().position(|leg| leg.market == 0 || leg.instrument().place() >= sought);
        let at = at.ok_or(AccountError::LegsTooMany)?;
        if self.legs.get(at).is_some_and(|leg| leg.market != 0 && leg.instrument().place() == sought) {
            return Ok(at);
        }
        let free = self.legs.last().is_some_and(|leg| leg.market == 0);
        require!(free, AccountError::LegsTooMany);
        let rest = self.legs.get_mut(at..).ok_or(AccountError::LegsTooMany)?;
        rest.rotate_right(1);
        let leg = rest.first_mut().ok_or(AccountError::LegsTooMany)?;
        *leg = Leg {
            quantity: 0,
            entry_value: 0,
            funding_index: if of.expiry == 0 { market.funding_index } else { Default::default() },
            expiry: of.expiry,
            strike: of.strike,
            market: of.number,
            kind: of.kind,
            reserved: [0; 13],
        };
        let book = self.market_book(of.number)?;
        book.legs = book.legs.saturating_add(1);
        Ok(at)
    }

    /// Removes a leg that holds nothing any more.
    pub(super) fn remove_leg(&mut self, place: usize) -> Result<()> {
        let rest = self.legs.get_mut(place..).ok_or(AccountError::AccountBroken)?;
        let leg = rest.first_mut().ok_or(AccountError::AccountBroken)?;
        let number = leg.market;
        *leg = bytemuck::Zeroable::zeroed();
        rest.rotate_left(1);
        let book = self.market_book(number)?;
        book.legs = book.legs.checked_sub(1).ok_or(AccountError::AccountBroken)?;
        tidy(book);
        Ok(())
    }

    /// What is settled with a market; a row is taken if there is none yet.
    pub(super) fn market_book(&mut self, number: u16) -> Result<&mut MarketBook> {
        let known = self.markets.iter().position(|book| book.market == number);
        let place = known.or_else(|| self.markets.iter().position(|book| book.market == 0));
        let book = place.and_then(|place| self.markets.get_mut(place)).ok_or(AccountError::MarketsTooMany)?;
        book.market = number;
        Ok(book)
    }

    /// Realised profit or loss that the market's pool has not settled yet.
    pub fn unpaid(&self, number: u16) -> i64 {
        let book = self.markets.iter().find(|book| book.market == number);
        book.map_or(0, |book| book.unpaid_profit)
    }

    /// Adds a realised profit or loss, which the pool has to settle; claims must be up to date, or a cut goes untold.
    pub fn book_profit(&mut self, market: &mut Market, profit: i64) -> Result<()> {
        if profit == 0 {
            return Ok(());
        }
        let book = self.market_book(market.market)?;
        // A claim that grows is told of earlier cuts first: later ones are not about it.
        book.follow(market)?;
        let before = book.unpaid_profit;
        let after = before.checked_add(profit).ok_or(AccountError::NumberTooLarge)?;
        book.unpaid_profit = after;
        tidy(book);
        market.count_unpaid(before, after)
    }

    /// Settles with a market's pool: a loss is paid from cash above zero, a profit from what losers have paid in.
    /// Returns what cash changed by.
    pub fn settle_pool(&mut self, market: &mut Market) -> Result<i64> {
        let unpaid = self.unpaid(market.market);
        let cash = self.cash.max(0);
        let change = if unpaid < 0 {
            unpaid.max(cash.saturating_neg())
        } else {
            unpaid.min(i64::try_from(market.pool).unwrap_or(i64::MAX))
        };
        self.pay_pool(market, change)?;
        Ok(change)
    }

    /// Moves money between a market's pool and the account's cash: a profit, or a loss below zero.
    pub fn pay_pool(&mut self, market: &mut Market, change: i64) -> Result<()> {
        self.cash = self.cash.checked_add(change).ok_or(AccountError::NumberTooLarge)?;
        let pool = market.pool.checked_add_signed(change.saturating_neg());
        market.pool = pool.ok_or(AccountError::NumberTooLarge)?;
        self.book_profit(market, change.saturating_neg())
    }

    /// The slot of a bank's token; a free one is taken if there is none yet.
    pub fn token(&mut self, bank: u16, market: u16) -> Result<&mut Collateral> {
        let known = self.collateral.iter().position(|token| token.bank == bank);
        let place = known.or_else(|| self.collateral.iter().position(|token| token.bank == 0));
        let token =
            place.and_then(|place| self.collateral.get_mut(place)).ok_or(AccountError::TokensTooMany)?;
        (token.bank, token.market) = (bank, market);
        Ok(token)
    }

    /// Adds tokens, or takes them if below zero.
    pub fn change_token(&mut self, bank: u16, market: u16, change: i128) -> Result<()> {
        let token = self.token(bank, market)?;
        let amount = i128::from(token.amount).saturating_add(change);
        token.amount = u64::try_from(amount).map_err(|_| AccountError::TokensMissing)?;
        if token.amount == 0 {
            *token = bytemuck::Zeroable::zeroed();
        }
        Ok(())
    }

    /// How much of a bank's token there is.
    pub fn token_amount(&self, bank: u16) -> u64 {
        self.collateral.iter().find(|token| token.bank == bank).map_or(0, |token| token.amount)
    }

    /// Whether the account owes something or holds a position: without, no price can bring it below zero.
    pub fn has_liabilities(&self) -> bool {
        let legs = self.legs.first().is_some_and(|leg| leg.market != 0);
        legs || self.cash < 0 || self.markets.iter().any(|book| book.unpaid_profit < 0)
    }

    /// Debt, and losses that no pool has got, beyond all cash.
    pub fn owed(&self) -> u64 {
        let losses =
            self.markets.iter().fold(0i64, |sum, book| sum.saturating_add(book.unpaid_profit.min(0)));
        losses.saturating_add(self.cash).min(0).unsigned_abs()
    }

    /// Whether there is nothing in the account.
    pub fn is_empty(&self) -> bool {
        let rows = self.markets.iter().all(|book| book.market == 0);
        let cash = self.cash == 0 && self.counted == 0 && self.uncounted == 0;
        rows && cash && self.collateral.iter().all(|token| token.bank == 0)
    }
}

/// Frees a row that says nothing.
pub(super) fn tidy(book: &mut MarketBook) {
    if book.unpaid_profit == 0 && book.legs == 0 {
        *book = bytemuck::Zeroable::zeroed();
    }
}

impl Leg {
    /// Adds lots that cost so much, and returns the profit of those that were closed by it.
    ///
    /// What closed lots cost is their part of the whole cost, rounded up: never more profit than there is, and what
    /// is left of the cost stays with the lots that are left, to the unit.
    fn change(&mut self, lots: i64, value: i64) -> Result<i64> {
        let (held, cost) = (self.quantity, self.entry_value);
        let after = held.checked_add(lots).ok_or(AccountError::NumberTooLarge)?;
        require!(after.unsigned_abs() <= MOST_LOTS, AccountError::NumberTooLarge);
        self.quantity = after;
        let opposite = held != 0 && (held < 0) != (lots < 0);
        let closed = if opposite { lots.unsigned_abs().min(held.unsigned_abs()) } else { 0 };
        let cost_closed = part_up(cost, closed, held.unsigned_abs());
        // One price: the part of the value is whole.
        let value_closed = part_up(value, closed, lots.unsigned_abs());
        let value_opened = value.checked_sub(value_closed).ok_or(AccountError::NumberTooLarge)?;
        let left = cost.checked_sub(cost_closed).ok_or(AccountError::NumberTooLarge)?;
        self.entry_value = left.checked_add(value_opened).ok_or(AccountError::NumberTooLarge)?;
        // A value below zero was got, one above was paid.
        let loss = value_closed.checked_add(cost_closed).ok_or(AccountError::NumberTooLarge)?;
        Ok(loss.checked_neg().ok_or(AccountError::NumberTooLarge)?)
    }
}

/// A part of a value, rounded up.
pub(super) fn part_up(value: i64, part: u64, whole: u64) -> i64 {
    if part == whole || whole == 0 {
        return if part == 0 { 0 } else { value };
    }
    let exact = i128::from(value).saturating_mul(part.into());
    let whole = i128::from(whole);
    // Towards plus infinity: the negative of the floor of the negative. No more than the value itself.
    exact.saturating_neg().div_euclid(whole).saturating_neg() as i64
}

impl Market {
    /// Counts what one account's change does to open interest and to the legs of a date.
    pub(super) fn count_change(&mut self, of: &Instrument, before: i64, after: i64) -> Result<()> {
        let long = |lots: i64| lots.max(0).unsigned_abs();
        let (less, more) = (long(before), long(after));
        let count = |sum: u64| {
            let sum = sum.checked_sub(less).and_then(|sum| sum.checked_add(more));
            sum.ok_or(AccountError::MarketBroken)
        };
        self.open_interest = count(self.open_interest)?;
        if of.expiry == 0 {
            self.perp_open_interest = count(self.perp_open_interest)?;
            return Ok(());
        }
        let date = self.date_mut(of.expiry)?;
        date.open_interest = count(date.open_interest)?;
        let legs =
            i64::from(date.legs).saturating_add(i64::from(before == 0)).saturating_sub(i64::from(after == 0));
        date.legs = u32::try_from(legs).map_err(|_| AccountError::MarketBroken)?;
        Ok(())
    }

    /// Counts a change of what one account's profit or loss is not settled.
    pub(super) fn count_unpaid(&mut self, before: i64, after: i64) -> Result<()> {
        let count = |sum: u64, before: i64, after: i64| {
            let sum = sum.checked_sub(before.max(0).unsigned_abs());
            sum.and_then(|sum| sum.checked_add(after.max(0).unsigned_abs())).ok_or(AccountError::MarketBroken)
        };
        self.unpaid = count(self.unpaid, before, after)?;
        self.owed = count(self.owed, before.saturating_neg(), after.saturating_neg())?;
        Ok(())
    }
}
