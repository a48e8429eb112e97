//! What a keeper can do, switched on by name.

pub mod alerts;
pub mod expiry;
pub mod funding;
pub mod prices;
pub mod settle;
pub mod triggers;

use crate::{liquidate::Liquidate, Keeper, Settings};
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
pub fn chosen(settings: &Settings) -> Vec<Box<dyn Role>> {
    settings.roles.0.iter().filter_map(|name| role(name, settings)).collect()
}

fn role(name: &str, settings: &Settings) -> Option<Box<dyn Role>> {
    match name {
        "liquidate" => Some(Box::new(Liquidate::new(settings))),
        _ => None,
    }
}
