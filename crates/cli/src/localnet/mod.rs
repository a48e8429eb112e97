//! `ballast localnet`: a local network with everything in it that Ballast needs, until Ctrl-C.
//!
//! Its parts: a node, a group that the migrations made, feeds that move, a committee that posts surfaces, keepers, traders,
//! and a faucet. Each goes on by itself; what fails is logged and tried again.

mod describe;
mod faucet;
mod feeds;
mod found;
mod journal;
mod keepers;
mod keys;
mod life;
mod net;
mod surfaces;
#[cfg(test)]
mod tests;
mod world;

use crate::{
    failure::{Failure, Result},
    print, Output,
};
use ballast_client::Signer;
use ballast_keeper::config::Seconds;
use ballast_localnet::{Node, NodeOptions};
use ballast_testkit::Climate;
use clap::Args;
use faucet::Faucet;
use feeds::{Feeds, Sky};
use keys::{People, Person};
use life::Life;
use std::{
    net::Ipv4Addr,
    path::{Path, PathBuf},
    time::Duration,
};
use surfaces::Surfaces;
use tokio::{
    net::TcpListener,
    signal::unix::{signal, SignalKind},
    sync::{mpsc, watch},
    task::JoinSet,
    time::timeout,
};

/// Runs a local network until Ctrl-C: a node with a group in it, prices that move, surfaces, two keepers, traders and a
/// faucet. Its programs are those that `make build` built.
#[derive(Args)]
pub struct Arguments {
    /// Port of JSON-RPC; the websocket has the next one. Zero for any free pair.
    #[arg(long, value_name = "PORT", default_value_t = 8899)]
    port: u16,
    /// Only a node with the programs, without a group.
    #[arg(long)]
    empty: bool,
    /// Folder of the keypairs of the network's people, which are made unless they are there, and of its logs [default: one
    /// in ~/.cache/ballast for each port].
    #[arg(long, value_name = "FOLDER")]
    keys: Option<PathBuf>,
    /// Port of the faucet [default: the second after that of JSON-RPC].
    #[arg(long, value_name = "PORT")]
    faucet_port: Option<u16>,
    /// Port of the first keeper's metrics; the second has the next one [default: none].
    #[arg(long, value_name = "PORT")]
    metrics: Option<u16>,
    /// How prices move: fair, storm for a day on which bitcoin falls by a quarter, or storm=SHARE.
    #[arg(long, value_name = "WEATHER", default_value = "fair")]
    weather: Sky,
    /// How many times as fast as the clock the weather's day passes [default: 1, in a storm 60].
    #[arg(long, value_name = "TIMES", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pace: Option<u32>,
    /// Seconds from price to price.
    #[arg(long, value_name = "SECONDS", default_value = "2")]
    every: Seconds,
    /// What decides the weather: the same seed makes the same prices.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
}

/// Where the node looks for its programs.
const DEPLOYED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/deploy/v3");
/// Files of them.
const PROGRAMS: [&str; 3] = ["ballast_account.so", "ballast_liquidation.so", "ballast_risk.so"];
/// Name of the log of everything but the keepers.
const LOG: &str = "localnet.log";
/// How fast a storm passes, when nobody says.
const STORM_PACE: u32 = 60;
/// How long keepers have to finish what is under way.
const FAREWELL: Duration = Duration::from_millis(800);
/// Least time from price to price.
const LEAST: Duration = Duration::from_millis(100);

impl Arguments {
    /// How many times as fast as the clock the weather's day passes.
    fn pace(&self) -> u32 {
        let usual = if self.weather.0 == Climate::Fair { 1 } else { STORM_PACE };
        self.pace.unwrap_or(usual)
    }
}

/// Runs it.
pub fn run(arguments: &Arguments, json: bool) -> Result<Output> {
    built(Path::new(DEPLOYED))?;
    if arguments.every.0 < LEAST {
        return Err(Failure::new("--every: expected at least 0.1 seconds"));
    }
    if matches!(arguments.metrics, Some(0 | u16::MAX)) {
        return Err(Failure::new(
            "--metrics: expected a port from 1 to 65534, since the second keeper has the next one",
        ));
    }
    let runtime = crate::runtime()?;
    let served = runtime.block_on(serve(arguments, json));
    // Whatever is still waited for elsewhere is of no use any more.
    runtime.shutdown_background();
    served.map(|()| Output::text(""))
}

/// Refuses where a program is not built, which a node does not survive.
fn built(folder: &Path) -> Result<()> {
    match PROGRAMS.iter().find(|name| !folder.join(name).is_file()) {
        Some(name) => {
            Err(Failure::refused(format!("The program {name} is not built: run `make build` first.")))
        }
        None => Ok(()),
    }
}

async fn serve(arguments: &Arguments, json: bool) -> Result<()> {
    let heard =
        |kind| signal(kind).map_err(|error| Failure::refused(format!("No signal can be heard: {error}.")));
    let (mut interrupted, mut terminated) =
        (heard(SignalKind::interrupt())?, heard(SignalKind::terminate())?);
    let options = NodeOptions { rpc_port: arguments.port, ..NodeOptions::default() };
    let node = Node::start(options).await;
    let node = node.map_err(|error| Failure::refused(format!("The node cannot be started at {error}.")))?;
    let stop = watch::Sender::new(false);
    let (alive, mut gone) = mpsc::channel(1);
    let ended = tokio::select! {
        ended = network(&node, arguments, json, stop.subscribe(), alive) => ended,
        _ = interrupted.recv() => Ok(()),
        _ = terminated.recv() => Ok(()),
    };
    stop.send_replace(true);
    // Nothing is ever sent: it ends when the last keeper has, or is given up.
    let _ = timeout(FAREWELL, gone.recv()).await;
    node.stop().await;
    ended
}

/// Makes the network and keeps it going; it ends only by a failure.
async fn network(
    node: &Node,
    arguments: &Arguments,
    json: bool,
    stop: watch::Receiver<bool>,
    alive: mpsc::Sender<()>,
) -> Result<()> {
    if arguments.empty {
        let (value, text) = describe::bare(node);
        print(if json { Output::json(&value) } else { Output::text(text) })?;
        std::future::pending::<()>().await;
    }
    let port: u16 = node.rpc_url().rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or_default();
    let faucet = faucet_at(arguments, port).await?;
    let url = faucet.local_addr().map(|at| format!("http://{at}"));
    let url = url.map_err(|error| Failure::refused(format!("The faucet has no address: {error}.")))?;
    let folder = match &arguments.keys {
        Some(folder) => folder.clone(),
        None => keys::own_folder(arguments.port)?,
    };
    let people = People::gather(&folder)?;
    let lines = journal::open(people.folder().join(LOG))?;
    // Fails only where somebody logs already, who then decides where to.
    let _ = tracing::dispatcher::set_global_default(lines);
    let (net, migrated) = found::found(node, people).await?;
    let exchange = net.exchange().await?;

    let mut tasks = JoinSet::new();
    let begun = watch::Sender::new(false);
    let writer = net.people.key(Person::Authority).pubkey();
    let feeds = Feeds::of(&exchange, node.handle(), writer, arguments.weather, arguments.seed);
    let moment = feeds.moment();
    tasks.spawn(feeds.blow(arguments.every.0, arguments.pace(), begun.subscribe()));
    world::settle_in(&net, &exchange).await?;
    let keepers = keepers::start(&net, arguments.metrics, &stop, &alive)?;
    drop(alive);
    world::until_priced(&net).await?;
    let surfaces = Surfaces::new(net.clone(), moment.clone());
    surfaces.step().await?;
    tasks.spawn(surfaces.watch());
    let life = Life::new(net.clone(), moment);
    life.begin().await?;
    tasks.spawn(life.go_on());
    let description = describe::network(node, &net, &exchange, &url);
    tasks.spawn(Faucet::new(&net, exchange, description.clone()).serve(faucet));
    begun.send_replace(true);
    print(if json {
        Output::json(&describe::for_scripts(&description, &net, &keepers))
    } else {
        Output::text(describe::for_people(&description, &net, &keepers, &migrated, arguments))
    })?;
    let ended = tasks.join_next().await;
    let why =
        ended.and_then(|ended| ended.err()).map_or("it has ended".to_owned(), |error| error.to_string());
    Err(Failure::refused(format!("A part of the network has failed: {why}.")))
}

/// Where the faucet listens: where it is told to, or beside the node.
async fn faucet_at(arguments: &Arguments, node: u16) -> Result<TcpListener> {
    let port = arguments.faucet_port.unwrap_or(node.saturating_add(2));
    let bound = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        // Who asked for any free pair of ports takes any free third one.
        Err(_) if arguments.port == 0 && arguments.faucet_port.is_none() => {
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
        }
        bound => bound,
    };
    bound.map_err(|error| Failure::refused(format!("The faucet cannot be opened at port {port}: {error}.")))
}
