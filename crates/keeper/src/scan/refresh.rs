//! Bringing an account up to date, as `refresh_account` does on chain.

use super::Unfit;
use ballast_interface::{
    account::{Group, MarginAccount, Market},
    risk::MarketRisk,
    Wide,
};

/// A sum over all accounts, of which one account's part is taken and put back.
///
/// Accounts reach a keeper one by one, so that a sum may be older than what it sums up. No margin reads these sums, and
/// none of them can be broken here.
const SUM: u64 = 1 << 62;

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
        (group.deposit_shares, group.debt_shares) = (Wide::new(SUM.into()), Wide::new(SUM.into()));
        (group.cash, group.interest) = (0, 0);
        let mut markets: Vec<_> =
            markets.map(|(market, risk)| (market.market, accrued(market, risk, now))).collect();
        markets.sort_by_key(|(number, _)| *number);
        Self { now, group, markets }
    }

    /// The moment, in unix time.
    pub const fn now(&self) -> i64 {
        self.now
    }

    /// A market of the moment.
    fn market(&self, number: u16) -> Result<Market, Unfit> {
        let place = self.markets.binary_search_by_key(&number, |(number, _)| *number);
        let place = place.map_err(|_| Unfit::MarketUnknown(number))?;
        self.markets[place].1.clone()
    }

    /// Brings an account up to date, as if it were the only one to be: interest, funding and cuts of claims are told, dates
    /// with a frozen price settled, and profits and losses settled with the pools as far as cash or pools go.
    ///
    /// The account's count of changes stays what it is on chain until somebody sends a refresh.
    pub fn refresh(&self, account: &mut MarginAccount) -> Result<(), Unfit> {
        if account.version != MarginAccount::VERSION || self.group.version != Group::VERSION {
            return Err(Unfit::VersionUnknown);
        }
        let mut group = self.group;
        account.take_out(&mut group, self.now)?;
        let mut numbers = account.markets.map(|book| book.market);
        numbers.sort_unstable();
        let mut markets = Vec::with_capacity(numbers.len());
        for number in numbers.into_iter().filter(|number| *number != 0) {
            let mut market = self.market(number)?;
            account.settle_claims(&mut market)?;
            account.settle_funding(&mut market)?;
            markets.push(market);
        }
        for market in &mut markets {
            account.settle_expired(market)?;
            account.settle_pool(market)?;
        }
        account.put_back(&mut group)?;
        Ok(())
    }
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
    (market.open_interest, market.perp_open_interest) = (SUM, SUM);
    (market.unpaid, market.owed, market.cut) = (SUM, SUM, 0);
    for date in market.dates_mut() {
        (date.open_interest, date.legs) = (SUM, 1 << 31);
    }
    Ok(market)
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
