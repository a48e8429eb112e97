//! The service: it starts what was chosen, watches over it, and ends it in good order.

use crate::{
    attempt::{Ledger, Limits},
    follow::Snapshot,
    http,
    liquidate::Desk,
    metrics::Metrics,
    roles::{chosen, Role},
    signs::Signs,
    Failure, Keeper, LogFormat, RunArgs, Settings,
};
use ballast_client::{Chain, CommitmentConfig, SendOptions, Sender};
use ballast_interface::seeds;
use solana_keypair::read_keypair_file;
use solana_signer::Signer;
use std::{future::Future, io::IsTerminal, sync::Arc, time::Instant};
use tokio::{
    net::TcpListener,
    signal::unix::{signal, SignalKind},
    sync::{watch, RwLock},
    task::{JoinError, JoinSet},
};
use tracing_subscriber::EnvFilter;

/// Runs a keeper until it is told to stop by SIGINT or SIGTERM; what is in flight then is finished.
pub async fn run(args: RunArgs) -> Result<(), Failure> {
    let settings = args.settle()?;
    log(&settings)?;
    let heard =
        |kind| signal(kind).map_err(|error| Failure::new(format!("No signal can be heard: {error}.")));
    let (mut interrupted, mut terminated) =
        (heard(SignalKind::interrupt())?, heard(SignalKind::terminate())?);
    let stop = async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    };
    serve(settings, stop).await
}

/// The same with settings that hold, until something says stop.
pub async fn serve(
    settings: Settings,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    tokio::pin!(stop);
    let connected = Keeper::connect(settings);
    tokio::select! {
        keeper = connected => {
            let keeper = keeper?;
            let roles = chosen(&keeper);
            work(Arc::new(keeper), roles, stop).await
        }
        () = &mut stop => Ok(()),
    }
}

/// Begins to log, unless somebody else does already.
fn log(settings: &Settings) -> Result<(), Failure> {
    let wrong = |error| Failure::new(format!("The setting `log` is wrong: {error}."));
    let filter: EnvFilter = settings.log.parse().map_err(wrong)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // Whoever logs already decides how.
    let _ = match settings.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    Ok(())
}

impl Keeper {
    /// A keeper that knows everything of its group as it is now, and does nothing yet.
    pub async fn connect(settings: Settings) -> Result<Self, Failure> {
        let path = settings.keypair.0.display();
        let key = read_keypair_file(&settings.keypair.0)
            .map_err(|error| Failure::new(format!("The key in {path} cannot be read: {error}.")))?;
        let chain = Chain::new(&settings.url, CommitmentConfig::confirmed(), settings.timeout.0);
        let options = SendOptions {
            priority_cap: settings.priority_cap,
            patience: settings.patience.0,
            ..SendOptions::default()
        };
        let own = seeds::find_margin_account(&settings.group, &key.pubkey(), settings.account).0;
        let state = Snapshot::state(&chain, &settings.group).await?;
        let signs = Signs::new();
        signs.snapshot_taken();
        let limits = Limits {
            backoff: settings.backoff.0,
            most: settings.backoff_most.0,
            quarantine_after: settings.quarantine_after,
            quarantine: settings.quarantine.0,
        };
        tracing::info!(group = %settings.group, %own, accounts = state.scanner.len(), "all accounts are known");
        let key = Arc::new(key);
        let once = SendOptions { tries: 1, ..options };
        Ok(Self {
            state: RwLock::new(state),
            once: Sender::new(chain.clone(), key.clone(), once),
            sender: Sender::new(chain, key, options),
            settings,
            metrics: Metrics::new(),
            signs,
            ledger: Ledger::new(limits),
            desk: Desk::default(),
            own,
            stopping: watch::Sender::new(false),
        })
    }

    /// Assesses all accounts that are due.
    pub async fn scan(&self) {
        let now = self.now().await;
        let began = Instant::now();
        let scanned = self.state.write().await.scanner.rescan(now);
        self.metrics.note_scan(began, scanned);
        self.signs.ticked();
    }

    /// Scans until it shall stop.
    async fn keep_scanning(&self) {
        while !self.is_stopping() {
            self.scan().await;
            self.rest(self.settings.tick.0).await;
        }
    }
}

/// Lets a keeper play some roles, beside following and scanning, until something says stop or fails.
pub async fn work(
    keeper: Arc<Keeper>,
    roles: Vec<Box<dyn Role>>,
    stop: impl Future<Output = ()>,
) -> Result<(), Failure> {
    if keeper.settings.once {
        keeper.scan().await;
        for mut role in roles {
            step(&mut *role, &keeper).await;
        }
        return Ok(());
    }
    let mut tasks = JoinSet::new();
    if let Some(address) = keeper.settings.listen.0 {
        let listener = TcpListener::bind(address).await;
        let listener = listener
            .map_err(|error| Failure::new(format!("Nothing can be served at {address}: {error}.")))?;
        let keeper = keeper.clone();
        tasks.spawn(async move {
            if let Err(error) = http::serve(keeper, listener).await {
                tracing::error!(%error, "nothing is served any more");
            }
        });
    }
    let (following, scanning) = (keeper.clone(), keeper.clone());
    tasks.spawn(async move { following.follow().await });
    tasks.spawn(async move { scanning.keep_scanning().await });
    for role in roles {
        let keeper = keeper.clone();
        tasks.spawn(async move { repeat(role, &keeper).await });
    }
    let tables = tokio::spawn(share(keeper.clone()));
    let ended = tokio::select! {
        Some(ended) = tasks.join_next() => whole(ended).and(Err(early())),
        () = stop => Ok(()),
    };
    tracing::info!("stopping");
    keeper.stop();
    tables.abort();
    let mut all = ended;
    while let Some(ended) = tasks.join_next().await {
        all = all.and(whole(ended));
    }
    all
}

/// Puts what most transactions name into lookup tables, so that the largest fit.
async fn share(keeper: Arc<Keeper>) {
    if keeper.settings.dry_run {
        return;
    }
    let addresses = keeper.state.read().await.exchange.addresses();
    if let Err(error) = keeper.sender.cover(&addresses).await {
        tracing::warn!(%error, "lookup tables are not complete");
    }
}

fn early() -> Failure {
    Failure::new("A task of the keeper has ended before it should.")
}

/// Refuses to call it a day when a task has panicked.
fn whole(ended: Result<(), JoinError>) -> Result<(), Failure> {
    ended.map_err(|error| {
        tracing::error!(%error, "a task has failed");
        Failure::new(format!("A task of the keeper has failed: {error}."))
    })
}

async fn repeat(mut role: Box<dyn Role>, keeper: &Keeper) {
    while !keeper.is_stopping() {
        step(&mut *role, keeper).await;
        keeper.rest(role.pause()).await;
    }
}

async fn step(role: &mut dyn Role, keeper: &Keeper) {
    if let Err(error) = role.step(keeper).await {
        tracing::warn!(role = role.name(), %error, "a step failed");
    }
}
