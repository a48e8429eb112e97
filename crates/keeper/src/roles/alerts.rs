//! Margin calls: says once when an account passes a bound, in the log and to a webhook.
//!
//! What was told is remembered as long as the service runs. After a restart, every account that is below a bound is told
//! of once more; none that has come back is.

mod notice;
mod watch;
mod webhook;

pub use notice::{Bound, Direction, Notice};
pub use watch::Watch;
pub use webhook::{Webhook, WebhookSettings};

use crate::{Keeper, Role};
use ballast_client::Result;
use serde::Deserialize;
use std::{future::Future, pin::Pin, time::Duration};

/// What is told, and where.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Seconds between two looks.
    pub pause: u64,
    /// Room over initial margin below which is told, in per cent of initial margin.
    pub room: Vec<u32>,
    /// Health over maintenance margin below which is told, in per cent of maintenance margin.
    pub health: Vec<u32>,
    /// How far beyond a bound an account must come back before that is told, and before the bound is told of again; in
    /// per cent of the same margin.
    pub hysteresis: u32,
    /// Whether the beginning and the end of rescues are told.
    pub rescues: bool,
    /// Where notices are posted, besides the log.
    pub webhook: Option<WebhookSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        let (room, health) = (vec![20, 10, 0], vec![10]);
        Self { pause: 2, room, health, hysteresis: 2, rescues: true, webhook: None }
    }
}

/// The role.
pub struct Alerts {
    settings: Settings,
    watch: Watch,
    webhook: Option<Webhook>,
}

impl Alerts {
    /// With these settings; whatever posts notices begins with the first one.
    pub fn new(settings: Settings) -> Self {
        let webhook = settings.webhook.clone().map(Webhook::new);
        Self { watch: Watch::new(&settings), settings, webhook }
    }

    /// Tells of a notice, without waiting for anybody.
    fn tell(&mut self, notice: &Notice) {
        tracing::warn!(
            account = %notice.account,
            owner = %notice.owner,
            bound = %notice.bound,
            direction = notice.direction.name(),
            value = notice.value,
            initial = notice.initial,
            maintenance = notice.maintenance,
            slot = notice.slot,
            "margin call"
        );
        if let Some(webhook) = &mut self.webhook {
            webhook.post(notice);
        }
    }
}

impl Role for Alerts {
    fn name(&self) -> &'static str {
        "alerts"
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(self.settings.pause)
    }

    fn step<'a>(&'a mut self, keeper: &'a Keeper) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
        Box::pin(async move {
            let now = keeper.now().await;
            let notices = self.watch.look(&*keeper.state.read().await, now);
            notices.iter().for_each(|notice| self.tell(notice));
            Ok(())
        })
    }
}
