//! Invariant 12: funding and interest follow time alone, in one direction, and not twice in a second.

use crate::{
    stage::Cast,
    state::{broken, Broken, State},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::Flow;
use std::collections::BTreeMap;

/// Name of the invariant.
pub const TIME: &str = "12 funding and interest";

/// When each account was last brought up to date.
#[derive(Clone, Default)]
pub struct Clocks {
    seen: BTreeMap<Pubkey, i64>,
}

impl Clocks {
    /// Looks at what an accepted instruction did; `shared` if it wrote lent cash down.
    pub fn look(
        &mut self,
        before: &State,
        after: &State,
        flows: &[Flow],
        cast: &Cast,
        shared: bool,
    ) -> Result<(), Broken> {
        indices(before, after, shared)?;
        if shared {
            // What lenders are told next is not interest alone.
            self.seen.clear();
        }
        for flow in flows {
            let owed = cast.seat_of(&flow.margin_account).and_then(|seat| before.accounts[seat].as_ref());
            // Only what is counted bears interest.
            let cash = owed.map_or(0, |account| account.counted);
            let twice = self.seen.get(&flow.margin_account) == Some(&after.now);
            if twice && flow.interest != 0 {
                return broken(TIME, format!("interest twice in a second: {flow:?}"));
            }
            if cash < 0 && flow.interest > 0 || cash == 0 && flow.interest != 0 {
                return broken(TIME, format!("interest of the wrong sign: {flow:?} for {cash}"));
            }
            if cash > 0 && flow.interest < 0 && self.seen.contains_key(&flow.margin_account) {
                return broken(TIME, format!("a lender pays interest: {flow:?} for {cash}"));
            }
            self.seen.insert(flow.margin_account, after.now);
        }
        Ok(())
    }
}

/// The indices of interest rise, those of funding go where the premium points, and only as time passes.
fn indices(before: &State, after: &State, shared: bool) -> Result<(), Broken> {
    let (old, new) = (&before.group, &after.group);
    let lent = new.deposit_index.to_bits() - old.deposit_index.to_bits();
    let borrowed = new.debt_index.to_bits() - old.debt_index.to_bits();
    if borrowed < 0 || lent < 0 && !shared || new.interest_at < old.interest_at || new.interest_at > after.now
    {
        return broken(TIME, format!("indices fall: {lent}, {borrowed}"));
    }
    if old.interest_at == after.now && (borrowed != 0 || lent != 0 && !shared) {
        return broken(TIME, "interest accrues twice in a second".into());
    }
    for (old, new) in before.markets.iter().zip(&after.markets) {
        let moved = new.funding_index.to_bits() - old.funding_index.to_bits();
        if new.funding_at < old.funding_at || new.funding_at > after.now {
            return broken(TIME, format!("funding's time goes back to {}", new.funding_at));
        }
        if moved != 0
            && (old.funding_at == new.funding_at || moved.signum() != i128::from(old.premium.signum()))
        {
            return broken(TIME, format!("funding moved by {moved} at a premium of {}", old.premium));
        }
        // No faster than the cap: the index a lot is below 2^40 quote units on this stage.
        let most = (i128::from(old.terms.funding_cap) * i128::from(new.funding_at - old.funding_at) / 3_600
            + 1)
            << 64;
        if moved.abs() > most {
            return broken(TIME, format!("funding moved by {moved} faster than its cap"));
        }
    }
    Ok(())
}
