//! What a keeper can do, switched on by name.

pub mod alerts;
pub mod expiry;
pub mod funding;
pub mod settle;
pub mod triggers;

use crate::Keeper;
use ballast_client::Result;
use std::{future::Future, pin::Pin, time::Duration};

/// Work that comes back again and again.
pub trait Role: Send {
    /// Its name in configuration, logs and metrics.
    fn name(&self) -> &'static str;

    /// How long to rest between two steps.
    fn pause(&self) -> Duration;

    /// Looks at what is known, and does what is due.
    fn step<'a>(&'a mut self, keeper: &'a Keeper) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;
}
