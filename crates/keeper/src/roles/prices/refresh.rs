//! Which prices are to be taken over now.

use super::Settings;
use crate::State;
use ballast_client::Account;
use ballast_interface::risk::{FeedState, MarketRisk, PriceSource, Pyth};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Pyth's accounts, by number of the market that is pinned to each.
pub type Feeds = BTreeMap<u16, Account>;

/// Markets whose prices matter: those that an account depends on, or all.
pub fn needed(state: &State, settings: &Settings) -> BTreeSet<u16> {
    let exchange = &state.exchange;
    if settings.all {
        return exchange.risks.keys().copied().collect();
    }
    let accounts = state.scanner.keys().filter_map(|key| state.scanner.account(key));
    let mut needed: BTreeSet<u16> = accounts.flat_map(|account| exchange.judges(account)).collect();
    needed.retain(|market| exchange.risks.contains_key(market));
    needed
}

/// A refresh that is due.
struct Due {
    market: u16,
    /// Move since the last one, in hundredths of a per cent; none if it is below what goes first.
    moved: Option<u64>,
    /// Seconds until the known price is stale.
    left: i64,
}

/// Hundredths of a per cent in one.
const WHOLE: u128 = 10_000;

/// Whether a market's price is to be taken over now. What the program would refuse is not: an account that is none of
/// Pyth's, or a price that is not verified, too old, or older than the known one.
fn is_due(risk: &MarketRisk, settings: &Settings, account: &Account, now: i64) -> Option<Due> {
    let (rules, known) = (&risk.rules, &risk.price);
    let seen = Pyth::observe(&rules.feed, &rules.feed.account, &account.owner, &account.data).ok()?;
    let next = known.observe(rules, &seen, now).ok()?;
    let newer = seen.published_at > known.published_at;
    let doubtful = next.is_doubtful(rules);
    // A date that has passed gets its price with the first good word after it, be that new or not.
    let awaited =
        !doubtful && risk.dates().iter().any(|date| now >= date.expiry && date.open_seconds(now) > 0);
    if !newer && !awaited {
        return None;
    }
    let gap = u128::from(next.index.abs_diff(known.index)) * WHOLE;
    let moved =
        gap.checked_div(known.index.into()).map_or(u64::MAX, |moved| moved.min(u64::MAX.into()) as u64);
    let moved = Some(moved).filter(|moved| *moved >= u64::from(settings.moved));
    let most = settings.seconds.min(rules.feed.max_age / 2);
    let waited = now.saturating_sub(known.refreshed_at) >= i64::from(most);
    let turns = doubtful || risk.price_state(now).0 != FeedState::Good;
    let left = known.published_at.saturating_add(rules.feed.max_age.into()).saturating_sub(now);
    (waited || turns || awaited || moved.is_some()).then_some(Due { market: risk.market, moved, left })
}

/// Markets to be refreshed, as many together as fit a transaction: first those that moved beyond the bound, by how far;
/// then those that are stale soonest.
pub fn batches(state: &State, settings: &Settings, feeds: &Feeds, now: i64) -> Vec<Vec<u16>> {
    let markets = needed(state, settings).into_iter();
    let pairs = markets.filter_map(|market| Some((state.exchange.risks.get(&market)?, feeds.get(&market)?)));
    let mut due: Vec<Due> = pairs.filter_map(|(risk, feed)| is_due(risk, settings, feed, now)).collect();
    due.sort_by_key(|due| (Reverse(due.moved), due.left, due.market));
    let markets: Vec<u16> = due.iter().map(|due| due.market).collect();
    markets.chunks(settings.together.max(1)).map(<[u16]>::to_vec).collect()
}
