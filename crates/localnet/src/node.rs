//! The server: two ports, a thread, and slots that tick.

use crate::{handle::NodeHandle, host::only_here, http, websocket};
use axum::Router;
use ballast_testkit::Arch;
use std::{
    io,
    net::{Ipv4Addr, TcpListener},
    time::Duration,
};
use tokio::{
    sync::{oneshot, watch},
    time::{interval_at, timeout, Instant, MissedTickBehavior},
};

/// How long clients have to finish when the node stops.
const FAREWELL: Duration = Duration::from_secs(1);

/// Options of a node.
#[derive(Clone, Copy, Debug)]
pub struct NodeOptions {
    /// Port of JSON-RPC; the websocket has the next one. Zero for any free pair.
    pub rpc_port: u16,
    /// For which instruction set the programs were built.
    pub arch: Arch,
    /// Milliseconds from slot to slot.
    pub slot_millis: u64,
    /// Where time comes from.
    pub clock: NodeClock,
}

impl Default for NodeOptions {
    fn default() -> Self {
        Self { rpc_port: 0, arch: Arch::V3, slot_millis: 400, clock: NodeClock::Real }
    }
}

/// Where a node's time comes from; slots tick in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeClock {
    /// The wall clock. Setting the clock lets it run on from there.
    Real,
    /// The test: it begins at [`ballast_testkit::START`] and moves only when told.
    Manual,
}

/// A running node, which stops when it is dropped.
pub struct Node {
    handle: NodeHandle,
    port: u16,
    stop: watch::Sender<bool>,
    stopped: oneshot::Receiver<()>,
}

impl Node {
    /// Starts a node on this machine's loopback, in a thread of its own: a test may block its own runtime.
    pub async fn start(options: NodeOptions) -> io::Result<Self> {
        let listeners = listen(options.rpc_port)?;
        let port = listeners[0].local_addr()?.port();
        let loading = tokio::task::spawn_blocking(move || NodeHandle::new(&options));
        let handle = loading.await.map_err(io::Error::other)?;
        let (stop, stopping) = watch::channel(false);
        let (last_word, stopped) = oneshot::channel();
        let served = handle.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("localnet".into()).spawn(move || {
            let slot = Duration::from_millis(options.slot_millis.max(1));
            if let Err(error) = runtime.block_on(serve(served, listeners, slot, stopping)) {
                eprintln!("localnet: {error}");
            }
            runtime.shutdown_background();
            // Nobody listens when the node was dropped.
            let _ = last_word.send(());
        })?;
        Ok(Self { handle, port, stop, stopped })
    }

    /// A hand on the node.
    pub fn handle(&self) -> NodeHandle {
        self.handle.clone()
    }

    /// Where JSON-RPC is.
    pub fn rpc_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where the websocket is.
    pub fn ws_url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.port + 1)
    }

    /// Stops the node, and waits until its ports are free.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        // An error says that the thread has gone, which is what is waited for.
        let _ = (&mut self.stopped).await;
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// Listeners on a port and the next one.
fn listen(port: u16) -> io::Result<[TcpListener; 2]> {
    // Which of the two cannot be had must be told.
    let bind = |port: u16| {
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        bound.map_err(|error| io::Error::new(error.kind(), format!("port {port}: {error}")))
    };
    let next = |port: u16| port.checked_add(1).ok_or(io::ErrorKind::AddrNotAvailable);
    loop {
        let first = bind(port)?;
        let second = next(first.local_addr()?.port()).map_err(io::Error::from).and_then(bind);
        match second {
            Ok(second) => return Ok([first, second]),
            // Any other free port may have a free neighbour.
            Err(_) if port == 0 => continue,
            Err(error) => return Err(error),
        }
    }
}

async fn serve(
    handle: NodeHandle,
    listeners: [TcpListener; 2],
    slot: Duration,
    stopping: watch::Receiver<bool>,
) -> io::Result<()> {
    let routers = [http::router(handle.clone()), websocket::router(handle.clone(), stopping.clone())];
    let mut servers = tokio::task::JoinSet::new();
    for (listener, router) in listeners.into_iter().zip(routers) {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let router = router.layer(axum::middleware::from_fn(only_here));
        servers.spawn(serve_one(listener, router, stopping.clone()));
    }
    tick(handle, slot, stopping).await;
    // A client that does not finish is cut off.
    let _ = timeout(FAREWELL, servers.join_all()).await;
    Ok(())
}

async fn serve_one(listener: tokio::net::TcpListener, router: Router, stopping: watch::Receiver<bool>) {
    let served = axum::serve(listener, router).with_graceful_shutdown(until_stopped(stopping));
    if let Err(error) = served.await {
        eprintln!("localnet: {error}");
    }
}

/// Ends when the node stops.
pub(crate) async fn until_stopped(mut stopping: watch::Receiver<bool>) {
    // An error says that the node has gone.
    let _ = stopping.wait_for(|stop| *stop).await;
}

async fn tick(handle: NodeHandle, slot: Duration, stopping: watch::Receiver<bool>) {
    // The chain has begun its first slot already.
    let mut slots = interval_at(Instant::now() + slot, slot);
    slots.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stopped = std::pin::pin!(until_stopped(stopping));
    loop {
        tokio::select! {
            () = &mut stopped => return,
            _ = slots.tick() => {
                let handle = handle.clone();
                let ticked = tokio::task::spawn_blocking(move || handle.chain().tick());
                ticked.await.expect("a tick does not panic");
            }
        }
    }
}
