//! Executes orders that wait for a price: the keeper's own account takes the other side, for the fee that the order
//! offers and a small edge on the price.

mod fill;
mod weigh;

pub use fill::Fill;

use crate::{
    attempt::LINGER,
    liquidate::{Coming, Getting, Own, Weigh},
    Job, Keeper, Outcome, Role, State,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, Result};
use ballast_interface::{account::MAX_TRIGGERS, risk::Action};
use fill::Offer;
use serde::Deserialize;
use std::{
    cmp::Reverse,
    future::Future,
    pin::Pin,
    time::{Duration, Instant},
};

/// What is executed, and at what price.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Seconds between two looks.
    pub pause: u64,
    /// Most lots of one execution.
    pub most_lots: u64,
    /// How much worse than the mark the owner trades, in hundredths of a per cent of the mark: as far as the order's own
    /// bounds allow.
    pub edge: u32,
    /// Least that an execution must bring by the marks of now, fee included, in quote units.
    pub least_profit: u64,
    /// Room over initial margin that the keeper's account must keep, in quote units.
    pub least_room: u64,
    /// Most executions at one look.
    pub most: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pause: 2, most_lots: 1_000, edge: 10, least_profit: 100_000, least_room: 100_000_000, most: 4 }
    }
}

/// The role.
pub struct Triggers {
    settings: Settings,
    own: Pubkey,
}

impl Triggers {
    /// With these settings, and the margin account that takes the other side: one for which the keeper's key may trade.
    pub const fn new(settings: Settings, own: Pubkey) -> Self {
        Self { settings, own }
    }
}

/// What bounds executions.
#[derive(Clone, Copy)]
pub struct Bounds<'a> {
    /// What the role was told.
    pub settings: &'a Settings,
    /// What the keeper was told.
    pub keeper: &'a crate::Settings,
    /// The keeper's account.
    pub own: Pubkey,
    /// What is on its way to it.
    pub coming: &'a [Getting],
}

impl Bounds<'_> {
    /// Whether the keeper's account, as it would be, stays above the least room, and may take more risk: by the same
    /// bounds as takings.
    fn bears(&self, weigh: &Weigh, own: &Own, getting: &Getting) -> bool {
        let least = i128::from(self.settings.least_room).saturating_mul(weigh.unit());
        let after = own.after(weigh, getting);
        let free = after.is_ok_and(|after| after.room >= least && Action::Increase.is_in(after.permitted));
        free && own.may_get(weigh, self.keeper, getting)
    }
}

/// Triggers that have fired and that are worth executing, the most profitable first, as long as the keeper's account
/// bears all of them together.
pub fn fills(state: &State, bounds: &Bounds, now: i64) -> Vec<Fill> {
    let Bounds { settings, keeper, own, coming } = *bounds;
    let weigh = Weigh { state, now };
    let mut coming = coming.to_vec();
    let Ok(mut ours) = Own::new(&weigh, &own, &coming) else { return vec![] };
    if ours.held.state.liquidation_since != 0 {
        return vec![];
    }
    let others = state.records.iter().filter(|(account, _)| **account != own);
    let rows =
        others.flat_map(|(account, record)| (0..MAX_TRIGGERS).map(move |place| (account, record, place)));
    let offer = |(account, record, place): (&Pubkey, _, usize)| {
        Offer { state, settings, keeper, account, record, place: place as u8, now }.fill()
    };
    let mut found: Vec<Fill> = rows.filter_map(offer).collect();
    found.sort_by_key(|fill| (Reverse(fill.profit), fill.account, fill.args.place));
    let mut taken = vec![];
    for fill in found {
        // A position is made smaller once: what a second trigger would find is not known before the first is executed.
        let again = taken.iter().any(|other: &Fill| other.account == fill.account);
        let open = taken.len() < settings.most && !again;
        let getting = fill.getting();
        if !open || !bounds.bears(&weigh, &ours, &getting) {
            continue;
        }
        coming.push(getting);
        let Ok(after) = Own::new(&weigh, &own, &coming) else { break };
        ours = after;
        taken.push(fill);
    }
    taken
}

/// Executions that are due, signed by a key that may trade for the keeper's account, with what each brings.
pub fn due(state: &State, bounds: &Bounds, signer: &Pubkey, now: i64) -> Vec<(Job, Getting)> {
    let Some(ours) = state.held(&bounds.own) else { return vec![] };
    let build = Build::new(&state.exchange);
    let job = |fill: &Fill| {
        let theirs = state.held(&fill.account)?;
        // The index that it is executed at must not be older than what Pyth says: others read that, too.
        let mut steps = vec![build.refresh_price(fill.leg.number).ok()?];
        steps.extend(build.execute_trigger(&theirs, (&ours, signer), &fill.leg, &fill.args).ok()?);
        let what = format!("execute {} lots at {} for {}", fill.args.lots, fill.args.price, fill.args.fee);
        let target = format!("trigger {} of {}", fill.args.place, fill.account);
        Some((Job { target, what, steps, as_is: false }, fill.getting()))
    };
    fills(state, bounds, now).iter().filter_map(job).collect()
}

impl Triggers {
    /// Executions that are due, taken note of on the desk, so that no taking counts on the same room.
    async fn noted<'a>(&self, keeper: &'a Keeper) -> Vec<(Job, Coming<'a>)> {
        let (now, signer) = (keeper.now().await, keeper.sender.payer());
        let state = keeper.state.read().await;
        let mut rows = keeper.desk.rows();
        let coming = rows.coming();
        let bounds =
            Bounds { settings: &self.settings, keeper: &keeper.settings, own: self.own, coming: &coming };
        let due = due(&state, &bounds, &signer, now).into_iter();
        due.map(|(job, getting)| (job, rows.add(&keeper.desk, getting))).collect()
    }
}

impl Role for Triggers {
    fn name(&self) -> &'static str {
        "triggers"
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(self.settings.pause)
    }

    fn step<'a>(&'a mut self, keeper: &'a Keeper) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
        Box::pin(async move {
            for (job, coming) in self.noted(keeper).await {
                let outcome = keeper.attempt_once(self.name(), &job).await?;
                if let Outcome::Open(_) = outcome {
                    coming.linger(Instant::now() + LINGER);
                }
            }
            Ok(())
        })
    }
}
