//! Posts notices to somebody's address, by a task of its own: whoever is slow there keeps nobody waiting here.

use super::Notice;
use reqwest::Client;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use tokio::{
    sync::mpsc::{channel, error::TrySendError, Receiver, Sender},
    time::sleep,
};

/// Notices that may wait; what comes beyond is only logged.
const WAITING: usize = 1_024;
/// Longest pause before another attempt.
const LONGEST: Duration = Duration::from_secs(60);

/// Where notices are posted, and how patiently.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Address to which each notice is posted, as JSON.
    pub url: String,
    /// Seconds that one attempt may take.
    #[serde(default = "timeout")]
    pub timeout: u64,
    /// Attempts in all; pauses between them begin with a second and double.
    #[serde(default = "attempts")]
    pub attempts: u32,
}

const fn timeout() -> u64 {
    5
}

const fn attempts() -> u32 {
    4
}

/// An address to which notices are posted, one after the other.
pub struct Webhook {
    settings: WebhookSettings,
    /// The queue of the task that posts; begun with the first notice.
    queue: Option<Sender<Value>>,
}

impl Webhook {
    /// With these settings.
    pub const fn new(settings: WebhookSettings) -> Self {
        Self { settings, queue: None }
    }

    /// Queues a notice, and never waits. Must be called on a runtime. Notices that wait when the service stops are lost.
    pub fn post(&mut self, notice: &Notice) {
        let queue = self.queue.get_or_insert_with(|| {
            let (queue, notices) = channel(WAITING);
            tokio::spawn(run(self.settings.clone(), notices));
            queue
        });
        match queue.try_send(notice.json()) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                tracing::error!(account = notice.account, "a notice is not posted: too many wait")
            }
            Err(TrySendError::Closed(_)) => self.queue = None,
        }
    }
}

async fn run(settings: WebhookSettings, mut notices: Receiver<Value>) {
    let client = Client::builder().timeout(Duration::from_secs(settings.timeout)).build();
    let client = match client {
        Ok(client) => client,
        Err(error) => return tracing::error!(%error, "notices cannot be posted"),
    };
    while let Some(notice) = notices.recv().await {
        deliver(&client, &settings, &notice).await;
    }
}

/// Posts a notice until somebody takes it, or attempts run out.
async fn deliver(client: &Client, settings: &WebhookSettings, notice: &Value) {
    let mut pause = Duration::from_secs(1);
    for left in (0..settings.attempts.max(1)).rev() {
        let sent = client.post(&settings.url).json(notice).send().await;
        // Errors name the address, and addresses of webhooks are often secrets.
        match sent.and_then(reqwest::Response::error_for_status).map_err(reqwest::Error::without_url) {
            Ok(_) => return,
            Err(error) if left == 0 => {
                tracing::error!(%error, account = %notice["account"], "a notice was not taken")
            }
            Err(error) => {
                tracing::debug!(%error, "a notice is posted again");
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST);
            }
        }
    }
}
