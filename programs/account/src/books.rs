//! The order of work on an account's money: bring it up to date, change it, close it.

use crate::{
    errors::AccountError,
    given::{Markets, Risks},
    ledger::Ledger,
};
use anchor_lang::prelude::*;
use ballast_interface::account::{Flow, MarginAccount, Market};

/// Brings an account up to date: interest, and the claims and the funding of every market that is given.
#[inline(never)]
pub fn open(
    account: &mut MarginAccount,
    address: Pubkey,
    group: &mut Ledger,
    markets: &mut Markets,
    now: i64,
) -> Result<Flow> {
    require!(account.version == MarginAccount::VERSION, AccountError::AccountVersionUnknown);
    let interest = group.open(account, now)?;
    let mut flow = Flow { margin_account: address, interest, ..Flow::default() };
    for market in markets.iter_mut() {
        let cut = account.settle_claims(market)?;
        if cut != 0 {
            flow.market(market.market).cut = cut;
        }
        let funding = account.settle_funding(market)?;
        if funding != 0 {
            flow.market(market.market).funding = funding;
        }
    }
    Ok(flow)
}

/// Brings funding up to now, as far as prices are known: nobody pays or gets it for a time before a position was taken
/// up, and nobody is judged without what is due.
pub fn accrue(markets: &mut Markets, risks: &Risks, now: i64) -> Result<()> {
    for market in markets.iter_mut() {
        // A market that no account needs may be given without its risk.
        if let Ok(risk) = risks.of(market.market) {
            market.accrue_by(risk, now)?;
        }
    }
    Ok(())
}

/// Refuses a book that has a perp in a market that is not given, since its funding is not known, or a claim on its pool,
/// since that may have been cut.
pub fn require_known_markets(account: &MarginAccount, markets: &Markets) -> Result<()> {
    let given = |number: u16| markets.iter().any(|market| market.market == number);
    let mut claims = account.markets.iter().filter(|book| book.unpaid_profit > 0);
    require!(claims.all(|book| given(book.market)), AccountError::MarketMissing);
    require!(perps(account).all(given), AccountError::MarketMissing);
    Ok(())
}

/// Refuses a book that has a perp in a market whose risk is not given: its funding would be skipped.
pub fn require_risks_of_perps(account: &MarginAccount, risks: &Risks) -> Result<()> {
    for market in perps(account) {
        risks.of(market)?;
    }
    Ok(())
}

/// Markets in which a book has perps.
fn perps(account: &MarginAccount) -> impl Iterator<Item = u16> + '_ {
    let legs = account.legs.iter().take_while(|leg| leg.market != 0);
    legs.filter(|leg| leg.kind == 1).map(|leg| leg.market)
}

/// Brings an account up to date with the markets given, funding up to now included, settles its expired legs and what the
/// pools owe to it or it to them, and closes it. Returns how many legs there were.
#[inline(never)]
pub fn settle_account(
    account: &mut MarginAccount,
    address: Pubkey,
    group: &mut Ledger,
    markets: &mut Markets,
    risks: &Risks,
    now: i64,
) -> Result<(u16, Flow)> {
    accrue(markets, risks, now)?;
    let mut flow = open(account, address, group, markets, now)?;
    let mut legs = 0u16;
    for market in markets.iter_mut() {
        let (count, profit) = account.settle_expired(market)?;
        legs = legs.saturating_add(count);
        // Named even without a profit: whoever rebuilds books from events has to know whose legs are gone.
        if count > 0 {
            flow.market(market.market).realised = profit;
        }
        market.drop_dates(now);
        settle(account, market, group, &mut flow)?;
    }
    close(account, group, &mut flow)?;
    Ok((legs, flow))
}

/// Settles a loss or a profit with a market's pool, as far as cash or pool go.
pub fn settle(
    account: &mut MarginAccount,
    market: &mut Market,
    group: &mut Ledger,
    flow: &mut Flow,
) -> Result<()> {
    let before = market.pool;
    let settled = account.settle_pool(market)?;
    group.count(before, market.pool)?;
    if settled != 0 {
        let flow = flow.market(market.market);
        flow.settled = flow.settled.checked_add(settled).ok_or(AccountError::NumberTooLarge)?;
    }
    Ok(())
}

/// Settles what markets owe to an account, or it to them.
pub fn settle_all(
    account: &mut MarginAccount,
    markets: &mut Markets,
    group: &mut Ledger,
    flow: &mut Flow,
) -> Result<()> {
    for market in markets.iter_mut() {
        settle(account, market, group, flow)?;
    }
    Ok(())
}

/// Closes a changed account.
#[inline(never)]
pub fn close(account: &mut MarginAccount, group: &mut Ledger, flow: &mut Flow) -> Result<()> {
    group.close(account)?;
    touch(account)?;
    (flow.sequence, flow.cash) = (account.sequence, account.cash);
    account.invariant()
}

/// Counts a change.
pub fn touch(account: &mut MarginAccount) -> Result<()> {
    account.sequence = account.sequence.checked_add(1).ok_or(AccountError::NumberTooLarge)?;
    Ok(())
}

/// Adds to cash, or takes from it if below zero.
pub fn change_cash(account: &mut MarginAccount, change: i64) -> Result<()> {
    account.cash = account.cash.checked_add(change).ok_or(AccountError::NumberTooLarge)?;
    Ok(())
}

/// An amount as a signed number.
pub fn signed(amount: u64) -> Result<i64> {
    Ok(i64::try_from(amount).map_err(|_| AccountError::NumberTooLarge)?)
}
