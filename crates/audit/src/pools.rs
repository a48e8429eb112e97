//! What winners are owed, losers have paid in, owe, or will owe from open positions.

use crate::{
    names::{CLAIMS, WINNERS},
    positions::{worth, Positions},
    residual::Checks,
    Books,
};
use ballast_interface::{
    account::{Leg, Market},
    Fixed64,
};

/// Most that roundings of cuts leave in a pool, in quote units: less than one for each time that a claim is told, and a 2^60th
/// of all claims for each cut.
const MOST_LEFT: i128 = 1_000_000;
/// Most that roundings of funding leave over, in quote units: less than one each.
const MOST_ROUNDED: i128 = 100_000;

/// Checks every market's pool.
pub(crate) fn check(checks: &mut Checks, books: &Books, positions: &Positions) {
    let rule = "Claims after all cuts are what the market counts, or less by roundings.";
    checks.begin(CLAIMS, 0..=MOST_LEFT, rule);
    for market in &books.markets {
        let told = claims(books, market);
        let counted = i128::from(market.unpaid) - i128::from(market.cut);
        let what = || format!("market {} counts claims of {counted}, there are {told}", market.market);
        checks.note(counted.saturating_sub(told), what);
    }
    let rule = "Winners' claims are what losers have paid, owe, or will owe, or less by roundings.";
    checks.begin(WINNERS, -MOST_ROUNDED..=0, rule);
    for market in &books.markets {
        let what = || format!("winners' claims less losses of market {}", market.market);
        checks.note(winners(market, positions), what);
    }
}

/// All claims on a market as they are after every cut.
fn claims(books: &Books, market: &Market) -> i128 {
    let rows = books.accounts.iter().flat_map(|(_, account)| account.markets.iter());
    let mut mine = rows.filter(|row| row.market == market.market && row.unpaid_profit > 0);
    mine.try_fold(0, |sum: i128, row| {
        let [now, then] = [market.claim_index, row.claim_index].map(Fixed64::to_bits);
        let exact = i128::from(row.unpaid_profit).saturating_mul(now).checked_div(then)?;
        // Every era has raised the index by 2^4.
        let eras = market.claim_era.checked_sub(row.claim_era)?;
        sum.checked_add(exact.checked_shr(eras.saturating_mul(4)).unwrap_or(0))
    })
    .unwrap_or(i128::MAX)
}

/// Everything that was ever booked as profit in a market, less what was booked as loss and what open positions will.
fn winners(market: &Market, positions: &Positions) -> i128 {
    let mut claims = i128::from(market.unpaid) - i128::from(market.owed) - i128::from(market.pool);
    // What losers were let off is no claim any more.
    claims -= i128::from(market.cut);
    for (_, leg) in positions.in_market(market.market) {
        // At any one price, open linear positions are worth nothing in sum, but for what they cost.
        if matches!(leg.kind, 1 | 2) {
            claims -= i128::from(leg.entry_value);
        }
        if leg.kind == 1 {
            claims = claims.saturating_add(funding(leg, market));
        }
        let frozen = market.dates().iter().find(|date| date.expiry == leg.expiry && date.settled_at != 0);
        if let Some(date) = frozen.filter(|_| leg.expiry != 0) {
            let worth = worth(leg, date.settlement.into(), market);
            claims = claims.saturating_add(i128::from(leg.quantity).saturating_mul(worth));
        }
    }
    claims
}

/// Funding that a perp has not been told yet, rounded down.
fn funding(leg: &Leg, market: &Market) -> i128 {
    let passed = market.funding_index.to_bits().saturating_sub(leg.funding_index.to_bits());
    let lots = -i128::from(leg.quantity);
    // Whole quote units by themselves, then their fractions, so that neither product leaves 128 bits.
    let (whole, part) = (passed >> 64, passed & ((1 << 64) - 1));
    lots * whole + ((lots * part) >> 64)
}
