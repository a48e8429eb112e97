//! Executes orders that wait for a price: the keeper's own account takes the other side, for the fee that the order
//! offers and a small edge on the price.

mod fill;
mod weigh;

pub use fill::Fill;

use crate::{scan::Scanner, Job, Keeper, Role, State};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, Held, Result};
use ballast_interface::{
    account::{quote_unit, MarginAccount, MAX_TRIGGERS},
    risk::Action,
};
use fill::Offer;
use serde::Deserialize;
use std::{cmp::Reverse, future::Future, pin::Pin, time::Duration};
use weigh::weigh;

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

/// Whether the keeper's account, as it would be, stays above the least room, and may take more risk.
fn bears(scanner: &Scanner, own: &Held<MarginAccount>, settings: &Settings, now: i64) -> bool {
    let least = i128::from(settings.least_room) * i128::from(quote_unit(scanner.group().quote_decimals));
    let report = weigh(scanner, own, now);
    report.is_some_and(|report| report.room.get() >= least && Action::Increase.is_in(report.permitted))
}

/// Triggers that have fired and that are worth executing, the most profitable first, as long as the keeper's account
/// bears all of them together.
pub fn fills(state: &State, settings: &Settings, own: &Pubkey, now: i64) -> Vec<Fill> {
    let Ok(ours) = state.scanner.refreshed(own, now) else { return vec![] };
    let mut ours = Held { address: *own, state: ours };
    if ours.state.liquidation_since != 0 {
        return vec![];
    }
    let others = state.records.iter().filter(|(account, _)| *account != own);
    let rows =
        others.flat_map(|(account, record)| (0..MAX_TRIGGERS).map(move |place| (account, record, place)));
    let offer = |(account, record, place): (&Pubkey, _, usize)| {
        Offer { state, settings, account, record, place: place as u8, now }.fill()
    };
    let mut found: Vec<Fill> = rows.filter_map(offer).collect();
    found.sort_by_key(|fill| (Reverse(fill.profit), fill.account, fill.args.place));
    let mut taken = vec![];
    for fill in found {
        let mut after = Held { address: *own, state: ours.state };
        // A position is made smaller once: what a second trigger would find is not known before the first is executed.
        let again = taken.iter().any(|other: &Fill| other.account == fill.account);
        let open = taken.len() < settings.most && !again;
        let fits = open && fill.apply(state, &mut after.state).is_some();
        if fits && bears(&state.scanner, &after, settings, now) {
            ours = after;
            taken.push(fill);
        }
    }
    taken
}

/// Executions that are due, signed by a key that may trade for the keeper's account.
pub fn due(state: &State, settings: &Settings, own: &Pubkey, signer: &Pubkey, now: i64) -> Vec<Job> {
    let Some(ours) = state.held(own) else { return vec![] };
    let build = Build::new(&state.exchange);
    let job = |fill: &Fill| {
        let theirs = state.held(&fill.account)?;
        let steps = build.execute_trigger(&theirs, (&ours, signer), &fill.leg, &fill.args).ok()?;
        let what = format!("execute {} lots at {} for {}", fill.args.lots, fill.args.price, fill.args.fee);
        Some(Job { target: format!("trigger {} of {}", fill.args.place, fill.account), what, steps })
    };
    fills(state, settings, own, now).iter().filter_map(job).collect()
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
            let now = keeper.now().await;
            let signer = keeper.sender.payer();
            let jobs = due(&*keeper.state.read().await, &self.settings, &self.own, &signer, now);
            for job in jobs {
                keeper.attempt(self.name(), &job).await?;
            }
            Ok(())
        })
    }
}
