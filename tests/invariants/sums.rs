//! Invariants 1 and 2: every token has an owner, every long lot a short one, and every count counts.
//!
//! The arithmetic is written here once more, and not taken from the programs.

use crate::state::{broken, same, Broken, State};
use ballast_interface::{
    account::{Leg, MarginAccount, Market},
    Fixed64,
};
use std::collections::BTreeMap;

/// Name of the first invariant.
pub const TOKENS: &str = "1 tokens";
/// Name of the second.
pub const DERIVATIVES: &str = "2 derivatives";

/// An index as a multiple of 2^-48, which is how cash follows it.
pub fn index_48(bits: i128) -> i128 {
    bits >> 16
}

/// An account's shares of all cash or all debt: cash over its index rounded up, debt over its index rounded down.
fn shares(account: &MarginAccount) -> i128 {
    let index = index_48(account.cash_index.to_bits());
    let cash = i128::from(account.cash.abs()) << 48;
    match account.cash {
        0 => 0,
        1.. => (cash + index - 1) / index,
        _ => cash / index,
    }
}

/// An account's cash with the interest that it has not been told yet.
pub fn cash_now(account: &MarginAccount, state: &State) -> i128 {
    let cash = i128::from(account.cash);
    if cash == 0 {
        return 0;
    }
    let to = if cash < 0 { state.group.debt_index } else { state.group.deposit_index };
    let (to, from) = (index_48(to.to_bits()), index_48(account.cash_index.to_bits()));
    // The floor: cash down, debt up.
    (cash * to).div_euclid(from)
}

/// 1: what the vaults hold is what is owed, to the unit.
pub fn tokens(state: &State) -> Result<(), Broken> {
    let group = &state.group;
    let cash: i128 = state.open().map(|(_, account)| i128::from(account.cash)).sum();
    same(TOKENS, "group.cash", group.cash.into(), cash)?;
    let pools: i128 = state.markets.iter().map(|market| i128::from(market.pool)).sum();
    same(TOKENS, "group.pools", group.pools.into(), pools)?;
    same(TOKENS, "group.venue_fees", group.venue_fees.into(), state.venue.fees.into())?;
    let fees = [group.fees, group.venue_fees, group.insurance].map(i128::from);
    let parts = [group.interest.into(), pools, fees.iter().sum()];
    same(TOKENS, "the vault", state.vaults[0].into(), cash + parts.iter().sum::<i128>())?;
    let sum = |debt: bool| -> i128 {
        state
            .open()
            .filter(|(_, account)| (account.cash < 0) == debt)
            .map(|(_, account)| shares(account))
            .sum()
    };
    same(TOKENS, "group.deposit_shares", group.deposit_shares.get(), sum(false))?;
    same(TOKENS, "group.debt_shares", group.debt_shares.get(), sum(true))?;
    for (bank, vault) in state.banks.iter().zip(&state.vaults[1..]) {
        let rows = state.open().flat_map(|(_, account)| account.collateral.iter());
        let held: i128 = rows.filter(|row| row.bank == bank.bank).map(|row| i128::from(row.amount)).sum();
        same(TOKENS, "bank.deposits", bank.deposits.into(), held)?;
        same(TOKENS, "the bank's vault", (*vault).into(), held)?;
    }
    Ok(())
}

/// 1, to its end: once everybody's interest is told, no more is credited than was charged.
pub fn interest(state: &State) -> Result<i128, Broken> {
    let told: i128 =
        state.open().map(|(_, account)| cash_now(account, state) - i128::from(account.cash)).sum();
    let left = i128::from(state.group.interest) - told;
    if left < -SMALLEST {
        return broken(TOKENS, format!("interest credited exceeds interest charged by {}", -left));
    }
    Ok(left)
}

/// Quote units by which roundings of two indices may let lenders be credited more than borrowers are charged.
const SMALLEST: i128 = 0;

/// 2: positions net to nothing, and everything that is counted is what the accounts say.
pub fn derivatives(state: &State) -> Result<(), Broken> {
    let mut net: BTreeMap<(u16, i64, u64, u8), i128> = BTreeMap::new();
    for (seat, account) in state.open() {
        if let Err(error) = account.invariant() {
            return broken(DERIVATIVES, format!("the account of seat {seat}: {error}"));
        }
        in_order(seat, account)?;
        for leg in legs(account) {
            *net.entry((leg.market, leg.expiry, leg.strike, leg.kind)).or_default() +=
                i128::from(leg.quantity);
        }
    }
    // Once a date's price is frozen, its positions are settled one by one.
    let frozen = |(number, expiry): (u16, i64)| {
        let mut dates = state.markets.iter().filter(|market| market.market == number).flat_map(|m| m.dates());
        dates.any(|date| date.expiry == expiry && date.settled_at != 0)
    };
    for (of, lots) in net.into_iter().filter(|(of, _)| !frozen((of.0, of.1))) {
        same(DERIVATIVES, &format!("long less short lots of {of:?}"), lots, 0)?;
    }
    for market in &state.markets {
        let number = market.market;
        if let Err(error) = market.invariant() {
            return broken(DERIVATIVES, format!("market {number}: {error}"));
        }
        let all: Vec<Leg> = state.open().flat_map(|(_, account)| legs(account)).collect();
        let mine: Vec<&Leg> = all.iter().filter(|leg| leg.market == number).collect();
        let long = |expiry: Option<i64>| -> i128 {
            let of = mine.iter().filter(|leg| expiry.is_none_or(|expiry| leg.expiry == expiry));
            of.map(|leg| i128::from(leg.quantity.max(0))).sum()
        };
        same(DERIVATIVES, "open_interest", market.open_interest.into(), long(None))?;
        same(DERIVATIVES, "perp_open_interest", market.perp_open_interest.into(), long(Some(0)))?;
        let count = usize::from(market.date_count);
        for date in &market.dates[..count] {
            same(DERIVATIVES, "date.open_interest", date.open_interest.into(), long(Some(date.expiry)))?;
            let legs = mine.iter().filter(|leg| leg.expiry == date.expiry).count();
            same(DERIVATIVES, "date.legs", date.legs.into(), legs as i128)?;
        }
        let listed = |leg: &&&Leg| market.dates[..count].iter().any(|date| date.expiry == leg.expiry);
        if let Some(leg) = mine.iter().find(|leg| leg.expiry != 0 && !listed(leg)) {
            return broken(DERIVATIVES, format!("a leg of a date that is not listed: {leg:?}"));
        }
        let rows = state.open().flat_map(|(_, account)| account.markets.iter());
        let unpaid: Vec<i128> =
            rows.filter(|row| row.market == number).map(|row| i128::from(row.unpaid_profit)).collect();
        let sum = |sign: i128| unpaid.iter().map(|unpaid| (unpaid * sign).max(0)).sum::<i128>();
        same(DERIVATIVES, "market.unpaid", market.unpaid.into(), sum(1))?;
        same(DERIVATIVES, "market.owed", market.owed.into(), sum(-1))?;
        claims(state, market)?;
    }
    pools(state)
}

/// 2, of claims: all of them as they are after every cut are never more than the market counts, and less by roundings
/// alone: a unit for each that is told, and what an index that ended its era left over.
fn claims(state: &State, market: &Market) -> Result<(), Broken> {
    let rows = state.open().flat_map(|(_, account)| account.markets.iter());
    let mut told = 0;
    for row in rows.filter(|row| row.market == market.market && row.unpaid_profit > 0) {
        let [now, then] = [market.claim_index, row.claim_index].map(Fixed64::to_bits);
        if row.claim_era == market.claim_era {
            told += i128::from(row.unpaid_profit) * now / then;
        }
    }
    let counted = i128::from(market.unpaid) - i128::from(market.cut);
    if !(0..=MOST_LEFT).contains(&(counted - told)) {
        let number = market.market;
        return broken(DERIVATIVES, format!("market {number} counts claims of {counted}, there are {told}"));
    }
    Ok(())
}

/// Most that roundings of cuts leave in a pool, in quote units.
const MOST_LEFT: i128 = 1_000;

/// 2, of money: what winners are owed, losers have paid in, owe, or will owe from open positions. Roundings of funding
/// leave something over, less than a unit each.
fn pools(state: &State) -> Result<(), Broken> {
    for market in &state.markets {
        // Everything that was ever booked as profit, less what was booked as loss.
        let mut claims = i128::from(market.unpaid) - i128::from(market.owed) - i128::from(market.pool);
        // What losers were let off is no claim any more.
        claims -= i128::from(market.cut);
        let mine = state.open().flat_map(|(_, account)| legs(account));
        for leg in mine.filter(|leg| leg.market == market.market) {
            let lots = i128::from(leg.quantity);
            // At any one price, open linear positions are worth nothing in sum, but for what they cost.
            if matches!(leg.kind, 1 | 2) {
                claims -= i128::from(leg.entry_value);
            }
            if leg.kind == 1 {
                claims += (-lots * (market.funding_index.to_bits() - leg.funding_index.to_bits())) >> 64;
            }
            let frozen = market.dates.iter().find(|date| date.expiry == leg.expiry && date.settled_at != 0);
            if let Some(date) = frozen.filter(|_| leg.expiry != 0) {
                claims += lots * worth(&leg, date.settlement.into(), market);
            }
        }
        if !(-100_000..=0).contains(&claims) {
            return broken(
                DERIVATIVES,
                format!("market {}: winners' claims exceed losses by {claims}", market.market),
            );
        }
    }
    Ok(())
}

/// What a lot of an expired instrument is worth.
pub fn worth(leg: &Leg, settlement: i128, market: &Market) -> i128 {
    let strike =
        i128::from(leg.strike) * 100 * i128::from(market.lot) / 10_000_000_000 / i128::from(market.unit);
    match leg.kind {
        3 => (settlement - strike).max(0),
        4 => (strike - settlement).max(0),
        _ => settlement,
    }
}

/// Rows of positions in use.
pub fn legs(account: &MarginAccount) -> impl Iterator<Item = Leg> + '_ {
    account.legs.iter().take_while(|leg| leg.market != 0).copied()
}

fn in_order(seat: usize, account: &MarginAccount) -> Result<(), Broken> {
    let used: Vec<Leg> = legs(account).collect();
    let rest = &account.legs[used.len()..];
    let zero = rest.iter().all(|leg| bytemuck::bytes_of(leg).iter().all(|byte| *byte == 0));
    let place = |leg: &Leg| (leg.market, leg.expiry, leg.strike, leg.kind);
    let rising = used.windows(2).all(|pair| place(&pair[0]) < place(&pair[1]));
    if !zero || !rising || used.iter().any(|leg| leg.quantity == 0) {
        return broken(DERIVATIVES, format!("legs of seat {seat} are not in order"));
    }
    for row in account.markets.iter().filter(|row| row.market != 0) {
        let legs = used.iter().filter(|leg| leg.market == row.market).count();
        same(DERIVATIVES, "MarketBook.legs", row.legs.into(), legs as i128)?;
    }
    let booked = |leg: &Leg| account.markets.iter().any(|row| row.market == leg.market);
    if !used.iter().all(booked) {
        return broken(DERIVATIVES, format!("seat {seat} has a leg in a market without a row"));
    }
    Ok(())
}
