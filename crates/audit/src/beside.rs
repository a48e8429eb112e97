//! What an account's own cash must be: what is counted of it, with interest that it may have been told at any time since,
//! and what stands beside that.
//!
//! Nobody writes down when interest was told, and lenders' index falls where they bear a loss: so there is a range.

use crate::tokens::{in_era, index_48};
use ballast_interface::account::{Group, MarginAccount};
use std::ops::RangeInclusive;

/// One, as a multiple of 2^-48.
const ONE: i128 = 1 << 48;
/// Seconds of a year of 365 days: no more accrue at a time.
const YEAR: i64 = 365 * 86_400;
/// More than roundings of indices come to in all the time that there is, in 2^-48, unless lenders have lost nearly all.
const ROUNDED: i128 = 1 << 10;

/// The debt index, had everything been lent since it was last brought up to date: from one on, no index has grown by more.
fn largest(group: &Group, now: i64) -> i128 {
    let index = index_48(group.debt_index.to_bits());
    if group.debt_shares.get() == 0 || group.deposit_shares.get() == 0 {
        return index;
    }
    let seconds = now.saturating_sub(group.interest_at).clamp(0, YEAR);
    let rise = index.saturating_mul(group.rules.rate_full.into()).saturating_mul(seconds.into());
    // Both roundings, of the growth and of the index, up.
    index.saturating_add(rise / (i128::from(YEAR) << 40)).saturating_add(2)
}

/// What is counted with interest as of any time since it was counted.
fn range(account: &MarginAccount, group: &Group, now: i64) -> RangeInclusive<i128> {
    let (counted, from) = (i128::from(account.counted), index_48(account.cash_index.to_bits()));
    if counted == 0 || from <= 0 {
        return counted..=counted;
    }
    let largest = largest(group, now);
    if counted < 0 {
        // A debt only grows, and is rounded up.
        return counted.saturating_mul(largest).div_euclid(from)..=counted;
    }
    // Cash has grown by less than debts have since the beginning. It has not been less than its index is now, less all
    // that this can have grown by since.
    let most = if largest == ONE { ONE } else { largest.saturating_add(ROUNDED) }.max(1);
    let least = index_48(group.deposit_index.to_bits()).saturating_mul(ONE) / most;
    in_era(counted.saturating_mul(least).div_euclid(from), account, group)
        ..=counted.saturating_mul(most) / ONE
}

/// Says what is wrong with an account's cash.
pub(crate) fn check(account: &MarginAccount, group: &Group, now: i64) -> Result<(), String> {
    if account.cash_index.to_bits() < 0 {
        return Err("cash was taken out of the group's sums, and not put back".into());
    }
    let beside = i128::from(account.uncounted);
    let worth = i128::from(account.cash) - beside;
    let range = range(account, group, now);
    if !range.contains(&worth) {
        let counted = account.counted;
        return Err(format!(
            "cash is {worth} and {beside} beside it, but {counted} is counted: not in {range:?}"
        ));
    }
    // Of whole units: an eighth of the one is no less than the other.
    let far = beside.abs() * 8 > worth.abs() || worth < 0 && beside < 0;
    // Under liquidation a lender has half of what is counted.
    let far = if account.liquidation_since == 0 { far } else { worth > 0 && beside < -(worth / 2) };
    if far {
        return Err(format!("{beside} stands beside {worth} that is counted, which is too much"));
    }
    Ok(())
}
