//! What a keeper can do, switched on by name.

pub mod alerts;
pub mod expiry;
pub mod funding;
pub mod prices;
pub mod settle;
pub mod triggers;

use crate::{liquidate::Liquidate, Job, Keeper, Settings};
use ballast_client::Result;
use std::{future::Future, pin::Pin, time::Duration};

/// Names of all roles.
pub const NAMES: &[&str] = &["liquidate", "prices", "funding", "expiry", "settle", "triggers", "alerts"];

/// Work that comes back again and again.
pub trait Role: Send {
    /// Its name in configuration, logs and metrics.
    fn name(&self) -> &'static str;

    /// How long to rest between two steps.
    fn pause(&self) -> Duration;

    /// Looks at what is known, and does what is due.
    fn step<'a>(&'a mut self, keeper: &'a Keeper) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;
}

/// The roles that are switched on.
pub fn chosen(keeper: &Keeper) -> Vec<Box<dyn Role>> {
    keeper.settings.roles.0.iter().filter_map(|name| role(name, keeper)).collect()
}

/// Tries some jobs, one after the other.
async fn attempt_all(keeper: &Keeper, role: &'static str, jobs: &[Job]) -> Result<()> {
    for job in jobs {
        keeper.attempt(role, job).await?;
    }
    Ok(())
}

fn role(name: &str, keeper: &Keeper) -> Option<Box<dyn Role>> {
    let Settings { tables, .. } = &keeper.settings;
    Some(match name {
        "liquidate" => Box::new(Liquidate::new(&keeper.settings)),
        "prices" => Box::new(prices::Prices::new(tables.prices.clone())),
        "funding" => Box::new(funding::Funding::new(tables.funding.clone())),
        "expiry" => Box::new(expiry::Expiry::new(tables.expiry.clone())),
        "settle" => Box::new(settle::Settle::new(tables.settle.clone())),
        "triggers" => Box::new(triggers::Triggers::new(tables.triggers.clone(), keeper.own)),
        "alerts" => Box::new(alerts::Alerts::new(tables.alerts.clone())),
        _ => return None,
    })
}
