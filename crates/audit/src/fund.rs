//! The insurance fund's money, whose that is, and who is being rescued.

use crate::{
    names::{AUCTIONS, FUND, STAKES},
    residual::{Checks, EXACT, NO_END},
    Books,
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::liquidation::Stake;
use std::collections::BTreeSet;

/// Checks the fund and the auctions. Without a fund nobody can be rescued by the liquidation program.
pub(crate) fn check(checks: &mut Checks, books: &Books) {
    checks.begin_vault(FUND, "The insurance fund's vault holds what the fund owns.");
    if let Some((fund, tokens)) = &books.fund {
        checks.same((*tokens).into(), fund.assets.into(), || "the fund's vault".into());
    }

    // Some shares belong to nobody, as fees before the first stake do.
    checks.begin(STAKES, 0..=NO_END, "Stakers have no more shares of the fund than there are.");
    if let Some((fund, _)) = &books.fund {
        // Every era counts 2^20 shares as one.
        let shares = |stake: &Stake| {
            let eras = fund.era.saturating_sub(stake.era);
            i128::from(stake.shares.checked_shr(eras.saturating_mul(20)).unwrap_or(0))
        };
        let staked: i128 = books.stakes.iter().map(shares).sum();
        for stake in books.stakes.iter().filter(|stake| stake.era > fund.era) {
            checks.note(-1, || format!("the stake of {} is of an era that has not begun", stake.owner));
        }
        let what = || format!("stakers have {staked} of {} shares", fund.shares);
        checks.note(i128::from(fund.shares) - staked, what);
        if fund.assets > 0 && fund.shares == 0 {
            checks.note(-i128::from(fund.assets), || format!("{} units have no shares", fund.assets));
        }
    }

    checks.begin(AUCTIONS, EXACT, "Every account under liquidation has an auction, and no other has.");
    if books.fund.is_some() {
        let latched = books.accounts.iter().filter(|(_, account)| account.liquidation_since != 0);
        let latched: BTreeSet<Pubkey> = latched.map(|(key, _)| *key).collect();
        let sold: BTreeSet<Pubkey> = books.auctions.iter().map(|auction| auction.margin_account).collect();
        for key in latched.difference(&sold) {
            checks.fault(|| format!("account {key} is under liquidation and has no auction"));
        }
        for key in sold.difference(&latched) {
            checks.fault(|| format!("account {key} has an auction and is not under liquidation"));
        }
    }
}
