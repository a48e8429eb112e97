//! Liquidation.

use crate::{Keeper, Role, Settings};
use ballast_client::Result;
use std::{future::Future, pin::Pin, time::Duration};

/// Takings that are under way.
#[derive(Default)]
pub struct Desk {}

/// The role.
pub struct Liquidate {
    pause: Duration,
}

impl Liquidate {
    /// With these settings.
    pub fn new(settings: &Settings) -> Self {
        Self { pause: settings.tick.0 }
    }
}

impl Role for Liquidate {
    fn name(&self) -> &'static str {
        "liquidate"
    }

    fn pause(&self) -> Duration {
        self.pause
    }

    fn step<'a>(&'a mut self, _keeper: &'a Keeper) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
        Box::pin(async { Ok(()) })
    }
}
