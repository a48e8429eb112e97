//! Two keepers at work, each in a thread of its own with a log of its own.

use super::{journal, keys::Person, net::Net};
use crate::failure::{Failure, Result};
use ballast_keeper::{
    config::{KeyFile, List, Maybe},
    RunArgs, Settings,
};
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    thread,
    time::Duration,
};
use tokio::sync::{mpsc, watch};
use tracing::Dispatch;

/// Who runs one.
pub const KEEPERS: [Person; 2] = [Person::Keeper1, Person::Keeper2];
/// All that a keeper can do: nobody else does it here.
const ROLES: &str = "liquidate,prices,funding,expiry,settle,triggers,alerts";
/// Dates are listed with their surfaces, since what has none cannot be assessed. Prices of all markets are wanted: there are
/// accounts to come. Every minute's trade accrues funding by itself; keepers do it in between.
const SET: [&str; 4] = ["prices.all=true", "expiry.list=false", "funding.seconds=30", "funding.pause=10"];
/// Pause before a keeper that has ended is started anew.
const PAUSE: Duration = Duration::from_secs(5);

/// A keeper that runs.
pub struct Running {
    /// Whose it is.
    pub person: Person,
    /// Where its log is.
    pub log: PathBuf,
    /// Where it serves metrics, if it does.
    pub metrics: Option<SocketAddr>,
}

/// Starts the keepers, which end when `stop` is true. The last of them drops `alive`.
pub fn start(
    net: &Net,
    metrics: Option<u16>,
    stop: &watch::Receiver<bool>,
    alive: &mpsc::Sender<()>,
) -> Result<Vec<Running>> {
    let mut all = vec![];
    for (place, person) in KEEPERS.into_iter().enumerate() {
        let port = metrics.map(|port| port.saturating_add(place as u16));
        let metrics = port.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        if let Some(at) = metrics {
            // Given back at once: a keeper that cannot listen would be started again and again.
            TcpListener::bind(at).map_err(|error| {
                Failure::refused(format!(
                    "--metrics: {} cannot listen at port {}: {error}.",
                    person.name(),
                    at.port()
                ))
            })?;
        }
        let log = net.people.folder().join(format!("{}.log", person.name()));
        let lines = journal::open(log.clone())?;
        let settings = settings(net, person, metrics)?;
        let (stop, alive) = (stop.clone(), alive.clone());
        let thread = thread::Builder::new().name(person.name().into());
        let started = thread.spawn(move || {
            work(&settings, &lines, stop);
            drop(alive);
        });
        started.map_err(|error| Failure::refused(format!("No thread can be started: {error}.")))?;
        all.push(Running { person, log, metrics });
    }
    Ok(all)
}

fn settings(net: &Net, person: Person, metrics: Option<SocketAddr>) -> Result<Settings> {
    let roles = ROLES.split(',').map(str::to_owned).collect();
    let arguments = RunArgs {
        url: Some(net.chain.rpc().url()),
        group: Some(net.group),
        keypair: Some(KeyFile(net.people.file(person))),
        roles: Some(List(roles)),
        listen: Some(Maybe(metrics)),
        set: SET.map(str::to_owned).to_vec(),
        ..RunArgs::default()
    };
    arguments.settle().map_err(|failure| Failure::new(failure.to_string()))
}

/// Serves until it shall stop, and again if the keeper ends before that.
fn work(settings: &Settings, lines: &Dispatch, stop: watch::Receiver<bool>) {
    // All of this keeper's work is done in this thread, so that its log is its own.
    let _guard = tracing::dispatcher::set_default(lines);
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        tracing::error!("no runtime can be started");
        return;
    };
    while !*stop.borrow() {
        let stopped = until_stopped(stop.clone());
        if let Err(error) = runtime.block_on(ballast_keeper::serve(settings.clone(), stopped)) {
            tracing::error!(%error, "the keeper has ended");
            // Whether it was the time or the end that was waited for is asked above.
            let _ =
                runtime.block_on(async { tokio::time::timeout(PAUSE, until_stopped(stop.clone())).await });
        }
    }
    runtime.shutdown_background();
}

async fn until_stopped(mut stop: watch::Receiver<bool>) {
    // An error says that the network has gone.
    let _ = stop.wait_for(|stop| *stop).await;
}
