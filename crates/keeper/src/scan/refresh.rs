//! Bringing an account up to date, as `refresh_account` does on chain.

use super::Unfit;
use ballast_interface::{
    account::{Group, Leg, MarginAccount, Market},
    risk::MarketRisk,
    Wide,
};
use bytemuck::Zeroable;
use std::mem::offset_of;

/// A sum over all accounts, of which one account's part is taken and put back.
///
/// Accounts reach a keeper one by one, so that a sum may be older than what it sums up. No margin reads these sums, and
/// none of them can be broken here.
const SUM: u64 = 1 << 62;
/// The same of shares, of which a unit of cash may have sixteen.
const SHARES: i128 = 1 << 80;

/// A group and its markets with interest and funding up to one moment.
pub struct Moment {
    now: i64,
    group: Group,
    /// By rising number; of a market whose funding cannot be counted, why.
    markets: Vec<(u16, Result<Market, Unfit>)>,
}

impl Moment {
    /// Accrues interest, and the funding of every market whose risk is known.
    pub fn new<'a>(
        group: &Group,
        markets: impl Iterator<Item = (&'a Market, Option<&'a MarketRisk>)>,
        now: i64,
    ) -> Self {
        let mut group = *group;
        group.accrue_interest(now);
        let accrued = markets.map(|(market, risk)| (market.market, accrued(market, risk, now)));
        let mut moment = Self { now, group, markets: accrued.collect() };
        moment.markets.sort_by_key(|(number, _)| *number);
        forget_sums(&mut moment.group);
        moment
    }

    /// The moment, in unix time.
    pub const fn now(&self) -> i64 {
        self.now
    }

    /// Copies an account of so many positions, and brings the copy up to date: see [`Self::refresh`]. Only what is in use
    /// is copied, over what was copied before.
    pub(super) fn refresh_copy(
        &mut self,
        of: &MarginAccount,
        legs: usize,
        copy: &mut MarginAccount,
    ) -> Result<(), Unfit> {
        let head = offset_of!(MarginAccount, legs);
        let end = head + legs * size_of::<Leg>();
        bytemuck::bytes_of_mut(copy)[..end].copy_from_slice(&bytemuck::bytes_of(of)[..end]);
        // Behind the positions.
        (copy.counted, copy.uncounted, copy.cash_era) = (of.counted, of.uncounted, of.cash_era);
        for leg in copy.legs[legs..].iter_mut().take_while(|leg| leg.market != 0) {
            *leg = Leg::zeroed();
        }
        self.refresh(copy)
    }

    /// Brings an account up to date, as if it were the only one to be: interest, funding and cuts of claims are told, dates
    /// with a frozen price settled, and profits and losses settled with the pools as far as cash or pools go.
    ///
    /// All cash of the copy is counted then; the account's own stays as it is on chain until somebody writes the group, and
    /// its count of changes until somebody sends a refresh.
    pub fn refresh(&mut self, account: &mut MarginAccount) -> Result<(), Unfit> {
        if account.version != MarginAccount::VERSION || self.group.version != Group::VERSION {
            return Err(Unfit::VersionUnknown);
        }
        account.take_out(&mut self.group, self.now)?;
        let mut numbers = account.markets.map(|book| book.market);
        numbers.sort_unstable();
        for number in numbers.into_iter().filter(|number| *number != 0) {
            let place = self.markets.binary_search_by_key(&number, |(number, _)| *number);
            let place = place.map_err(|_| Unfit::MarketUnknown(number))?;
            let market = self.markets[place].1.as_mut().map_err(|unfit| unfit.clone())?;
            let pool = market.pool;
            let settled = settle(account, market);
            (market.pool, market.unpaid, market.owed, market.cut) = (pool, SUM, SUM, 0);
            if settled? > 0 {
                forget_positions(market);
            }
        }
        account.put_back(&mut self.group)?;
        forget_sums(&mut self.group);
        Ok(())
    }
}

/// Settles an account with one of its markets; returns how many positions expired. What is settled with one market does
/// not change what is due to another.
fn settle(account: &mut MarginAccount, market: &mut Market) -> anchor_lang::Result<u16> {
    account.settle_claims(market)?;
    account.settle_funding(market)?;
    let (count, _) = account.settle_expired(market)?;
    account.settle_pool(market)?;
    Ok(count)
}

/// A market with funding up to now.
fn accrued(market: &Market, risk: Option<&MarketRisk>, now: i64) -> Result<Market, Unfit> {
    if market.version != Market::VERSION {
        return Err(Unfit::VersionUnknown);
    }
    let mut market = *market;
    if let Some(risk) = risk {
        market.accrue_by(risk, now)?;
    }
    (market.unpaid, market.owed, market.cut) = (SUM, SUM, 0);
    forget_positions(&mut market);
    Ok(market)
}

/// Forgets what the others hold in a market.
fn forget_positions(market: &mut Market) {
    (market.open_interest, market.perp_open_interest) = (SUM, SUM);
    for date in market.dates_mut() {
        (date.open_interest, date.legs) = (SUM, 1 << 31);
    }
}

/// Forgets what the others have in cash or owe.
fn forget_sums(group: &mut Group) {
    (group.deposit_shares, group.debt_shares) = (Wide::new(SHARES), Wide::new(SHARES));
    (group.cash, group.interest, group.uncounted) = (0, 0, 0);
}

/// The account as a `refresh_account` with all of its markets would leave it now, but for its count of changes.
pub fn refreshed(
    account: &MarginAccount,
    group: &Group,
    markets: &[(&Market, &MarketRisk)],
    now: i64,
) -> Result<MarginAccount, Unfit> {
    let mut account = *account;
    let markets = markets.iter().map(|(market, risk)| (*market, Some(*risk)));
    Moment::new(group, markets, now).refresh(&mut account)?;
    Ok(account)
}
