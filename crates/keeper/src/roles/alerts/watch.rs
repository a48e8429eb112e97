//! Who is below which bound, and who was told of it.

use super::{Bound, Direction, Notice, Settings};
use crate::{scan::Standing, State};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::{quote_unit, MarginAccount};
use std::collections::{BTreeSet, HashMap};

/// The memory of what was told.
pub struct Watch {
    bounds: Vec<Bound>,
    hysteresis: u32,
    rescues: bool,
    /// Bounds that accounts are below, as far as was told.
    told: HashMap<Pubkey, BTreeSet<Bound>>,
}

impl Watch {
    /// Nothing was told yet.
    pub fn new(settings: &Settings) -> Self {
        let room = settings.room.iter().copied().map(Bound::Room);
        let bounds = room.chain(settings.health.iter().copied().map(Bound::Health)).collect();
        let (hysteresis, rescues) = (settings.hysteresis, settings.rescues);
        Self { bounds, hysteresis, rescues, told: HashMap::new() }
    }

    /// What is to be told now. An account that is first seen above a bound is no news; one below it is.
    pub fn look(&mut self, state: &State, now: i64) -> Vec<Notice> {
        let mut notices = vec![];
        let mut told = HashMap::new();
        for key in state.scanner.keys() {
            let Some(account) = state.scanner.account(key) else { continue };
            let standing = state.scanner.standing(key).and_then(|standing| standing.as_ref().ok());
            let before = self.told.remove(key).unwrap_or_default();
            let after = self.passed(state, key, account, standing, &before);
            for (bound, direction) in changes(&before, &after) {
                notices.push(notice(state, (key, account), standing, bound, direction, now));
            }
            if !after.is_empty() {
                told.insert(*key, after);
            }
        }
        // Accounts that were closed are forgotten.
        self.told = told;
        notices
    }

    /// Bounds that an account is below now.
    fn passed(
        &self,
        state: &State,
        key: &Pubkey,
        account: &MarginAccount,
        standing: Option<&Standing>,
        before: &BTreeSet<Bound>,
    ) -> BTreeSet<Bound> {
        let is_below = |bound: &Bound| match standing {
            Some(standing) => is_below(standing, *bound, self.hysteresis, before.contains(bound)),
            // Of an account that cannot be assessed nothing is news.
            None => before.contains(bound),
        };
        let mut after: BTreeSet<Bound> = self.bounds.iter().copied().filter(is_below).collect();
        if self.rescues && (account.liquidation_since != 0 || state.auctions.contains_key(key)) {
            after.insert(Bound::Rescue);
        }
        after
    }
}

/// Whether an account is below a bound; one that was told of it must come back further.
fn is_below(standing: &Standing, bound: Bound, hysteresis: u32, told: bool) -> bool {
    let (surplus, margin, percent) = match bound {
        Bound::Room(percent) => (standing.room, standing.initial, percent),
        Bound::Health(percent) => (standing.health, standing.maintenance, percent),
        Bound::Rescue => return told,
    };
    let percent = percent.saturating_add(if told { hysteresis } else { 0 });
    surplus.saturating_mul(100) < margin.saturating_mul(percent.into())
}

fn changes(before: &BTreeSet<Bound>, after: &BTreeSet<Bound>) -> Vec<(Bound, Direction)> {
    let named = |bound: &Bound, falls: bool| match (bound, falls) {
        (Bound::Rescue, true) => (*bound, Direction::Begun),
        (Bound::Rescue, false) => (*bound, Direction::Ended),
        (_, true) => (*bound, Direction::Below),
        (_, false) => (*bound, Direction::Above),
    };
    let fell = after.difference(before).map(|bound| named(bound, true));
    fell.chain(before.difference(after).map(|bound| named(bound, false))).collect()
}

fn notice(
    state: &State,
    (key, account): (&Pubkey, &MarginAccount),
    standing: Option<&Standing>,
    bound: Bound,
    direction: Direction,
    now: i64,
) -> Notice {
    let unit = i128::from(quote_unit(state.exchange.group.quote_decimals)).max(1);
    let units = |of: fn(&Standing) -> i128| standing.map_or(0, |standing| of(standing).div_euclid(unit));
    Notice {
        account: key.to_string(),
        owner: account.owner.to_string(),
        bound,
        direction,
        value: units(|standing| standing.value),
        maintenance: units(|standing| standing.maintenance),
        initial: units(|standing| standing.initial),
        health: units(|standing| standing.health),
        room: units(|standing| standing.room),
        slot: state.slot,
        time: now,
    }
}
