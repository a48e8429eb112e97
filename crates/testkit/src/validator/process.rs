//! The validator's process: started, stopped, started again with the same ledger.

use super::{find, genesis, Genesis};
use crate::actor;
use solana_commitment_config::CommitmentConfig;
use solana_keypair::Keypair;
use solana_rpc_client::rpc_client::RpcClient;
use solana_signature::Signature;
use solana_signer::Signer;
use std::{
    collections::HashSet,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

/// How long a validator may take to answer, or to stop.
const PATIENCE: Duration = Duration::from_secs(120);
/// Pause between two looks at it.
const LOOK: Duration = Duration::from_millis(100);
/// How long one request may take.
const REQUEST: Duration = Duration::from_secs(30);

/// A running test validator; it is stopped and its ledger removed when this is dropped.
pub struct Validator {
    binary: PathBuf,
    child: Child,
    arguments: Vec<String>,
    folder: PathBuf,
    port: u16,
    pub(super) payer: Keypair,
    pub(super) rpc: RpcClient,
    /// Signatures of what was sent, so that the same instructions can be sent twice.
    pub(super) sent: HashSet<Signature>,
}

impl Validator {
    pub(super) fn start(genesis: Genesis) -> Self {
        let binary = find().expect(
            "there is no solana-test-validator: put Agave's on the PATH, or run `make validator`, which builds it",
        );
        for (_, file) in &genesis.programs {
            assert!(
                file.is_file(),
                "{} is not there: run `make build`, or `make validator` for the test feed",
                file.display()
            );
        }
        let payer = actor("payer");
        let folder = own_folder();
        genesis::write(&folder.join("accounts"), &genesis.accounts).expect("accounts are written");
        let port = free_pair();
        let mut arguments: Vec<String> = [
            ("--ledger", folder.join("ledger").display().to_string()),
            ("--account-dir", folder.join("accounts").display().to_string()),
            ("--mint", payer.pubkey().to_string()),
            ("--rpc-port", port.to_string()),
            ("--faucet-port", free_port().to_string()),
            // The default is one port for all, and only one validator could run; the others are taken as they are free.
            ("--gossip-port", free_port().to_string()),
        ]
        .into_iter()
        .flat_map(|(name, value)| [name.to_owned(), value])
        .collect();
        for (address, file) in &genesis.programs {
            arguments.extend(["--bpf-program".into(), address.to_string(), file.display().to_string()]);
        }
        arguments.extend(genesis.arguments);
        let rpc = RpcClient::new_with_timeout_and_commitment(
            format!("http://127.0.0.1:{port}"),
            REQUEST,
            CommitmentConfig::confirmed(),
        );
        let child = spawn(&binary, &arguments);
        let mut validator = Self { binary, child, arguments, folder, port, payer, rpc, sent: HashSet::new() };
        validator.wait();
        validator
    }

    /// Address of its JSON-RPC.
    pub fn rpc_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Address of its websocket.
    pub fn ws_url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.port + 1)
    }

    /// Its client, for what is not here.
    pub fn rpc(&self) -> &RpcClient {
        &self.rpc
    }

    /// What it says of its version.
    pub fn version(&self) -> String {
        let asked = self.rpc.get_version().expect("the validator answers");
        asked.solana_core
    }

    /// Number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its log.
    pub fn log(&self) -> PathBuf {
        self.folder.join("ledger/validator.log")
    }

    /// The key of an address that genesis gave half a billion SOL.
    pub fn key(&self) -> Keypair {
        self.payer.insecure_clone()
    }

    /// Ends the process as a service manager would, and starts it again with the ledger that it left.
    pub fn restart(&mut self) {
        self.stop();
        self.child = spawn(&self.binary, &self.arguments);
        self.wait();
    }

    fn stop(&mut self) {
        // Not by an interrupt, which whoever runs in the background ignores. Fails where it has gone by itself.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let begun = Instant::now();
        while self.child.try_wait().expect("a child").is_none() {
            assert!(
                begun.elapsed() < PATIENCE,
                "the validator does not stop; its log is {}",
                self.log().display()
            );
            sleep(LOOK);
        }
    }

    /// Waits until it answers and makes blocks.
    fn wait(&mut self) {
        let begun = Instant::now();
        let first = loop {
            let slot = self.rpc.get_health().and_then(|()| self.rpc.get_slot());
            if let Ok(slot) = slot {
                break slot;
            }
            self.alive(begun, "does not answer");
        };
        while self.rpc.get_slot().is_ok_and(|slot| slot <= first) {
            self.alive(begun, "makes no blocks");
        }
    }

    /// Pauses, and fails if the process has ended or took too long.
    fn alive(&mut self, begun: Instant, what: &str) {
        let ended = self.child.try_wait().expect("a child");
        let late = begun.elapsed() > PATIENCE;
        assert!(ended.is_none() && !late, "the validator {what}; its log is {}", self.log().display());
        sleep(LOOK);
    }
}

impl Drop for Validator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // A log tells what went wrong.
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn spawn(binary: &Path, arguments: &[String]) -> Child {
    Command::new(binary)
        .args(arguments)
        .arg("--quiet")
        // Every line of every program would be in it.
        .env("RUST_LOG", "warn")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{} does not start: {error}", binary.display()))
}

/// A folder that nobody else uses.
fn own_folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("ballast-validator-{}-{number}", process::id()));
    // Left by a process of the same number that panicked.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("ledger")).expect("a folder for the ledger");
    folder
}

/// A port that nobody listens on now.
fn free_port() -> u16 {
    let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    bound.expect("a free port").port()
}

/// Such a port, the next one free as well: the websocket's.
fn free_pair() -> u16 {
    loop {
        let port = free_port();
        if port < u16::MAX && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return port;
        }
    }
}
