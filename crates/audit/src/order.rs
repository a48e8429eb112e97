//! Accounts and markets keep their own order: everything else here counts rows, and must be able to rely on them.

use crate::{
    beside,
    names::ORDER,
    positions::legs,
    residual::{Checks, EXACT},
    Books,
};
use ballast_interface::account::{Leg, MarginAccount, Market};

/// Counts the accounts and markets that are out of order.
pub(crate) fn check(checks: &mut Checks, books: &Books) {
    checks.begin(ORDER, EXACT, "Every account's and every market's rows are whole and in order.");
    for (key, account) in &books.accounts {
        let promise = account.invariant().map_err(|_| "it contradicts its own rules".to_owned());
        let cash = || beside::check(account, &books.group, books.now);
        if let Err(what) = promise.and_then(|()| in_order(account)).and_then(|()| cash()) {
            checks.fault(|| format!("account {key}: {what}"));
        }
        for row in account.markets.iter().filter(|row| row.market != 0) {
            if books.market(row.market).is_none() {
                checks.fault(|| format!("account {key} is in market {}, which is not there", row.market));
            }
        }
    }
    for market in &books.markets {
        if market.invariant().is_err() {
            checks.fault(|| format!("market {} contradicts its own rules", market.market));
        }
        if let Err(what) = waiting(market, books) {
            checks.fault(|| format!("fees that wait in market {}: {what}", market.market));
        }
    }
    let (counted, there) = (books.group.market_count, books.markets.len());
    if usize::from(counted) != there {
        checks.fault(|| format!("the group counts {counted} markets, there are {there}"));
    }
}

/// Says what is wrong with the rows of fees that wait in a market: each venue has one, and can collect it.
fn waiting(market: &Market, books: &Books) -> Result<(), String> {
    let rows = &market.waiting.venues;
    for (place, row) in rows.iter().enumerate() {
        let number = row.venue;
        if row.amount == 0 {
            match bytemuck::bytes_of(row).iter().all(|byte| *byte == 0) {
                true => continue,
                false => return Err(format!("row {place} is not free, and has nothing")),
            }
        }
        if !books.venues.iter().any(|venue| venue.venue == number) {
            return Err(format!("venue {number} is not there"));
        }
        if rows[..place].iter().any(|other| other.amount > 0 && other.venue == number) {
            return Err(format!("venue {number} has two rows"));
        }
    }
    Ok(())
}

fn in_order(account: &MarginAccount) -> Result<(), String> {
    let used: Vec<Leg> = legs(account).collect();
    let rest = &account.legs[used.len()..];
    let zero = rest.iter().all(|leg| bytemuck::bytes_of(leg).iter().all(|byte| *byte == 0));
    let place = |leg: &Leg| (leg.market, leg.expiry, leg.strike, leg.kind);
    let rising = used.windows(2).all(|pair| place(&pair[0]) < place(&pair[1]));
    if !zero || !rising || used.iter().any(|leg| leg.quantity == 0) {
        return Err("legs are not in order".into());
    }
    for row in account.markets.iter().filter(|row| row.market != 0) {
        let count = used.iter().filter(|leg| leg.market == row.market).count();
        if usize::from(row.legs) != count {
            return Err(format!("market {} counts {} legs, there are {count}", row.market, row.legs));
        }
    }
    let booked = |leg: &&Leg| account.markets.iter().any(|row| row.market == leg.market);
    match used.iter().find(|leg| !booked(leg)) {
        Some(leg) => Err(format!("a leg in market {} without a row for it", leg.market)),
        None => Ok(()),
    }
}
