//! Every long lot has a short one, and every count counts.

use crate::{
    names::{DATES, NET, OPEN_INTEREST, UNPAID},
    positions::Positions,
    residual::{Checks, EXACT},
    Books,
};
use ballast_interface::account::{Leg, Market};
use std::collections::BTreeMap;

/// Checks everything that is counted in lots and legs, and the sums of what is not paid.
pub(crate) fn check(checks: &mut Checks, books: &Books, positions: &Positions) {
    net(checks, books, positions);
    checks.begin(OPEN_INTEREST, EXACT, "Open interest is the lots that accounts are long.");
    for market in &books.markets {
        open_interest(checks, market, positions);
    }
    checks.begin(DATES, EXACT, "A date counts the legs in it, and every leg's date is listed.");
    for market in &books.markets {
        dates(checks, market, positions);
    }
    checks.begin(UNPAID, EXACT, "A market counts the profits and losses that are not paid yet.");
    for market in &books.markets {
        let rows = books.accounts.iter().flat_map(|(_, account)| account.markets.iter());
        let unpaid = rows.filter(|row| row.market == market.market).map(|row| i128::from(row.unpaid_profit));
        let (profits, losses) = unpaid.fold((0, 0), |(up, down), it| (up + it.max(0), down + (-it).max(0)));
        checks.same(market.unpaid.into(), profits, || format!("unpaid of market {}", market.market));
        checks.same(market.owed.into(), losses, || format!("owed of market {}", market.market));
    }
}

/// Positions net to nothing. Once a date's price is frozen, its positions are settled one by one.
fn net(checks: &mut Checks, books: &Books, positions: &Positions) {
    checks.begin(NET, EXACT, "Long lots of every instrument are as many as short ones.");
    for (number, legs) in positions.markets() {
        let mut net: BTreeMap<(i64, u64, u8), i128> = BTreeMap::new();
        for (_, leg) in legs {
            *net.entry((leg.expiry, leg.strike, leg.kind)).or_default() += i128::from(leg.quantity);
        }
        let market = books.market(number);
        for ((expiry, strike, kind), lots) in net {
            let mut dates = market.into_iter().flat_map(Market::dates);
            let frozen = dates.any(|date| date.expiry == expiry && date.settled_at != 0);
            if !frozen {
                checks.note(lots, || {
                    format!("long less short lots of market {number}, kind {kind}, expiry {expiry}, strike {strike}")
                });
            }
        }
    }
}

fn long<'a>(legs: impl Iterator<Item = &'a Leg>) -> i128 {
    legs.map(|leg| i128::from(leg.quantity.max(0))).sum()
}

fn open_interest(checks: &mut Checks, market: &Market, positions: &Positions) {
    let number = market.market;
    let legs = || positions.in_market(number).iter().map(|(_, leg)| leg);
    let of = |expiry: i64| long(legs().filter(move |leg| leg.expiry == expiry));
    checks.same(market.open_interest.into(), long(legs()), || format!("open_interest of market {number}"));
    let perps = || format!("perp_open_interest of market {number}");
    checks.same(market.perp_open_interest.into(), of(0), perps);
    for date in market.dates() {
        let what = || format!("open_interest of market {number}, expiry {}", date.expiry);
        checks.same(date.open_interest.into(), of(date.expiry), what);
    }
}

fn dates(checks: &mut Checks, market: &Market, positions: &Positions) {
    let number = market.market;
    let legs = positions.in_market(number);
    for date in market.dates() {
        let count = legs.iter().filter(|(_, leg)| leg.expiry == date.expiry).count();
        let what = || format!("legs of market {number}, expiry {}", date.expiry);
        checks.same(date.legs.into(), count as i128, what);
    }
    let listed = |leg: &Leg| leg.expiry == 0 || market.dates().iter().any(|date| date.expiry == leg.expiry);
    let lost = legs.iter().filter(|(_, leg)| !listed(leg));
    if let Some((key, leg)) = lost.clone().next() {
        let what =
            || format!("account {key} has a leg of market {number}, expiry {}: not listed", leg.expiry);
        checks.note(lost.count() as i128, what);
    }
}
