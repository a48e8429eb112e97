//! The fund's money: what it owns, whose that is, and that nobody's part shrinks but by a loss.

use crate::{
    stage::Cast,
    state::{amount, broken, same, Broken, Insurance, State},
};

/// Name of the invariant.
pub const FUND: &str = "1 the fund";

/// Every owner once: two seats may be one owner's.
pub fn owners(cast: &Cast) -> impl Iterator<Item = usize> + '_ {
    let stakes = &cast.places.stakes;
    (0..stakes.len()).filter(|seat| stakes.iter().position(|stake| stake == &stakes[*seat]) == Some(*seat))
}

/// Fees that wait to be paid over to the fund, in the group or in a market.
pub fn waiting(state: &State) -> i128 {
    i128::from(state.group.insurance) + state.waiting()[1]
}

/// Shares of a seat's owner as the fund counts them now: each era since makes them fewer by 20 binary places.
fn shares(insurance: &Insurance, seat: usize) -> i128 {
    let Some(stake) = &insurance.stakes[seat] else { return 0 };
    // A stake ahead of its fund counts in full, so that it is found.
    let eras = insurance.fund.era.saturating_sub(stake.era).min(4);
    i128::from(stake.shares) / (1 << (20 * eras))
}

/// What a seat's owner has in a fund, with a part of the fees that wait for it.
pub fn worth(insurance: &Insurance, seat: usize, waiting: i128) -> i128 {
    let fund = &insurance.fund;
    let assets = i128::from(fund.assets) + waiting;
    if fund.shares == 0 {
        0
    } else {
        shares(insurance, seat) * assets / i128::from(fund.shares)
    }
}

/// All dollars that anybody has, in a vault or a purse.
fn dollars(state: &State, cast: &Cast) -> i128 {
    let mut purses: Vec<_> = cast.seats.iter().map(|seat| seat.purses[0].account).collect();
    purses.extend(cast.fee_purses.iter().map(|purse| purse.account));
    purses.extend([cast.insurance.account, cast.stranger_purse.account, cast.thief_purses[0].account]);
    purses.extend([cast.places.vaults[0], cast.places.fund_vault]);
    purses.sort_unstable();
    purses.dedup();
    purses.iter().map(|purse| i128::from(amount(&state.bytes, purse))).sum()
}

/// Looks at what an accepted instruction did to the fund; keeps count of what was staked.
pub fn money(before: &State, after: &State, by: &str, staked: &mut i128, cast: &Cast) -> Result<(), Broken> {
    let (Some(was), Some(is)) = (&before.insurance, &after.insurance) else { return Ok(()) };
    if matches!(by, "stake" | "withdraw_stake") {
        *staked += i128::from(is.vault) - i128::from(was.vault);
    }
    let fund = &is.fund;
    let owned = *staked + i128::from(fund.earned) - i128::from(fund.paid);
    same(FUND, "what the fund owns", fund.assets.into(), owned)?;
    same(FUND, "all dollars", dollars(after, cast), dollars(before, cast))?;
    let (paid, earned) = (fund.paid - was.fund.paid, fund.earned - was.fund.earned);
    if paid != 0 && by != "resolve_bankruptcy" || earned != 0 && by != "collect_insurance" {
        return broken(FUND, format!("{by} pays {paid}, earns {earned}"));
    }
    for seat in owners(cast).filter(|_| paid == 0) {
        // Shares that only follow the fund have not moved.
        let moved = shares(is, seat) != shares(was, seat);
        let parts = [(was, before), (is, after)].map(|(of, state)| worth(of, seat, waiting(state)));
        if !moved && parts[1] < parts[0] {
            return broken(FUND, format!("seat {seat} had {} and has {} by {by}", parts[0], parts[1]));
        }
    }
    Ok(())
}
