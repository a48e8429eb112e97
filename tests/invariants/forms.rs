//! Invariant 16: an instruction that only reads its group leaves the group, the fund and the venue as they are, and what
//! the group has counted of anybody; it does to everybody what the instruction that writes the group does; and what stands
//! beside what is counted stays small.

use crate::{
    stage::Cast,
    state::{broken, Broken, State},
};
use ballast_interface::{
    account::{Flow, MarginAccount, Market, Venue},
    in_parallel, Fixed64,
};
use ballast_testkit::Instruction;

/// Name of the invariant.
pub const FORMS: &str = "16 what is not counted";

/// Why a client sends an instruction once more, so that it writes its group.
pub const ONCE_MORE: [&str; 2] = ["CashUncounted", "FeesUnplaced"];

/// The same instructions, with the group only read; none if they are no others.
pub fn read_form(instructions: &[Instruction]) -> Option<Vec<Instruction>> {
    let read: Vec<Instruction> = instructions.iter().cloned().map(in_parallel).collect();
    (read != instructions).then_some(read)
}

/// Looks at what an accepted instruction that only read its group has left alone.
pub fn unwritten(before: &State, after: &State, by: &str, cast: &Cast) -> Result<(), Broken> {
    let places = &cast.places;
    let mut kept = vec![cast.group(), places.venue, places.vaults[0]];
    kept.extend(cast.rescued.then_some([places.fund, places.fund_vault]).into_iter().flatten());
    if let Some(key) = kept.iter().find(|key| before.bytes.get(key) != after.bytes.get(key)) {
        return broken(FORMS, format!("{key} changed by a {by} that does not write the group"));
    }
    let counted = |account: &MarginAccount| (account.counted, account.cash_index, account.cash_era);
    for (seat, (was, is)) in before.accounts.iter().zip(&after.accounts).enumerate() {
        if was.as_deref().map(counted) != is.as_deref().map(counted) {
            return broken(
                FORMS,
                format!("what is counted of seat {seat} changed by a {by} that only reads"),
            );
        }
    }
    Ok(())
}

/// Looks at everybody whom an accepted instruction that wrote its group has opened: all their cash is counted.
pub fn counted(after: &State, by: &str, flows: &[Flow]) -> Result<(), Broken> {
    let opened = |key| flows.iter().any(|flow| flow.margin_account == key);
    let mut seats = after.open().filter(|(seat, _)| opened(after.keys[*seat]));
    match seats.find(|(_, account)| account.uncounted != 0 || account.counted != account.cash) {
        Some((seat, _)) => {
            broken(FORMS, format!("{by} writes the group, and not all is counted of seat {seat}"))
        }
        None => Ok(()),
    }
}

/// Looks at what stands beside what is counted: an eighth of that at most, and no debt beside debt. Who is under
/// liquidation is exempt.
pub fn near(state: &State) -> Result<(), Broken> {
    for (seat, account) in state.open().filter(|(_, account)| account.liquidation_since == 0) {
        if !is_near(account) {
            let what =
                format!("seat {seat} has {} beside what is counted of {}", account.uncounted, account.cash);
            return broken(FORMS, what);
        }
    }
    Ok(())
}

/// Whether what stands beside an account's counted cash is little enough.
pub fn is_near(account: &MarginAccount) -> bool {
    let beside = i128::from(account.uncounted);
    let worth = i128::from(account.cash) - beside;
    // Of whole units: eight times what stands beside is no more than what is counted.
    beside.abs() * 8 <= worth.abs() && (worth >= 0 || beside >= 0)
}

/// An account but for what is counted.
fn plain(account: &MarginAccount) -> Vec<u8> {
    let mut plain = *account;
    (plain.counted, plain.uncounted, plain.cash_era) = (0, 0, 0);
    plain.cash_index = Fixed64::default();
    bytemuck::bytes_of(&plain).to_vec()
}

/// Compares what the two forms of an instruction have done: all but what is counted, and where fees are.
pub fn agree(read: &State, written: &State, by: &str) -> Result<(), Broken> {
    // Whose cash is not counted, no taking releases: only the form that counts it does.
    let waits = |seat: usize| {
        let [one, two] = [read, written].map(|state| state.accounts[seat].as_deref());
        let latched = |account: &MarginAccount| account.liquidation_since != 0;
        one.is_some_and(|account| latched(account) && !is_near(account)) && !two.is_some_and(latched)
    };
    for (seat, (one, two)) in read.accounts.iter().zip(&written.accounts).enumerate() {
        let released = |account: &MarginAccount| {
            let mut released = *account;
            if waits(seat) {
                (released.liquidation_since, released.sequence) = (0, 0);
            }
            plain(&released)
        };
        if one.as_deref().map(released) != two.as_deref().map(released) {
            let cash = [one, two].map(|account| account.as_ref().map(|account| account.cash));
            return broken(FORMS, format!("the forms of {by} differ about seat {seat}: cash {cash:?}"));
        }
    }
    let market = |market: &Market| {
        let mut plain = *market;
        plain.waiting = bytemuck::Zeroable::zeroed();
        bytemuck::bytes_of(&plain).to_vec()
    };
    let markets = [read, written].map(|state| state.markets.iter().map(market).collect::<Vec<_>>());
    if markets[0] != markets[1] {
        return broken(FORMS, format!("the forms of {by} differ about a market"));
    }
    let venue = |venue: &Venue| {
        let mut plain = *venue;
        plain.fees = 0;
        bytemuck::bytes_of(&plain).to_vec()
    };
    let fees = |state: &State| {
        let [fees, insurance, venues] = state.waiting();
        let group = &state.group;
        let all = [group.fees, group.insurance, state.venue.fees].map(i128::from);
        [fees + all[0], insurance + all[1], venues + all[2]]
    };
    let left = |state: &State| (venue(&state.venue), fees(state), state.vaults);
    if left(read) != left(written) {
        let all = [read, written].map(fees);
        return broken(FORMS, format!("the forms of {by} differ about fees: {all:?}"));
    }
    let record = |state: &State| {
        let records =
            state.records.iter().map(|record| record.as_ref().map(|it| bytemuck::bytes_of(&**it).to_vec()));
        records.collect::<Vec<_>>()
    };
    if record(read) != record(written) {
        return broken(FORMS, format!("the forms of {by} differ about a record"));
    }
    let auctions = |state: &State| {
        let all = state.insurance.iter().flat_map(|it| it.auctions.iter().enumerate());
        let all = all.filter(|(seat, _)| !waits(*seat));
        all.map(|(_, auction)| auction.as_ref().map(|it| bytemuck::bytes_of(&**it).to_vec()))
            .collect::<Vec<_>>()
    };
    if auctions(read) != auctions(written) {
        return broken(FORMS, format!("the forms of {by} differ about an auction"));
    }
    Ok(())
}
