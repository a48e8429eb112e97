//! A node with a small world, and the command run against it.

#[path = "run.rs"]
mod run;

pub use run::{finished, Run};

use anchor_lang::prelude::Pubkey;
use ballast_client::{tokens, Chain, CommitmentConfig, Exchange, Held, Keypair, Signer};
use ballast_interface::account::MarginAccount;
use ballast_localnet::{
    world::{small_world, SmallWorld},
    Node, NodeHandle, NodeOptions,
};
use ballast_testkit::{Trader, DOLLAR};
use serde_json::Value;
use std::{
    future::Future,
    path::PathBuf,
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::runtime::Runtime;

/// A home without settings, for keys.
pub struct Home(PathBuf);

impl Home {
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let place = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ballast-cli-{}-{place}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    /// Where a file of this name is.
    pub fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// Writes a file and says where it is.
    pub fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.0.join(name), text).expect("the file is written");
        self.path(name)
    }

    /// Writes the file of a keypair.
    pub fn key(&self, name: &str, key: &Keypair) -> String {
        self.write(name, &Value::from(key.to_bytes().to_vec()).to_string())
    }

    /// The command with this home.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
        command.args(arguments).env("HOME", &self.0).env_remove("BALLAST_GROUP").env_remove("NO_COLOR");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it.
    pub fn run(&self, arguments: &[&str]) -> Run {
        finished(&mut self.command(arguments))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // A folder that stays is no failure.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A node, a world in it, and two traders with a hundred thousand dollars each.
pub struct Bench {
    pub home: Home,
    pub small: SmallWorld,
    pub alice: Trader,
    pub bob: Trader,
    url: String,
    group: String,
    alice_key: String,
    pub bob_key: String,
    pub chain: Chain,
    node: Node,
    runtime: Runtime,
}

/// A node without a world.
pub fn node(runtime: &Runtime) -> Node {
    runtime.block_on(Node::start(NodeOptions::default())).expect("the node starts")
}

/// A runtime for the client.
pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

impl Bench {
    pub fn new() -> Self {
        let runtime = runtime();
        let node = node(&runtime);
        let mut small = small_world(&node.handle());
        let [alice, bob] = small.traders(["alice", "bob"], 100_000 * DOLLAR);
        for trader in [&alice, &bob] {
            let owner = trader.key.pubkey();
            let purse = tokens::purse(&owner, &trader.purse.mint, &trader.purse.token_program);
            let send = tokens::send(&trader.purse, &purse, &owner, 100_000 * DOLLAR as u64);
            let steps = [tokens::open_purse(&owner, &owner, &purse), send.expect("a step")];
            small.world.svm.send(&steps, &[&trader.key]).expect("dollars go where wallets keep them");
        }
        let home = Home::new();
        let url = node.rpc_url();
        let chain = Chain::new(url.clone(), CommitmentConfig::confirmed(), Duration::from_secs(10));
        Self {
            group: small.exchange.group().to_string(),
            alice_key: home.key("alice.json", &alice.key),
            bob_key: home.key("bob.json", &bob.key),
            url,
            chain,
            home,
            small,
            alice,
            bob,
            node,
            runtime,
        }
    }

    /// The command with somebody's key; nobody is asked.
    pub fn command_as(&self, key: &str, arguments: &[&str]) -> Command {
        let mut all = arguments.to_vec();
        all.extend(["--url", &self.url, "--keypair", key, "--group", &self.group, "--yes"]);
        self.home.command(&all)
    }

    /// Runs a command of Alice's.
    pub fn alice(&self, arguments: &[&str]) -> Run {
        finished(&mut self.command_as(&self.alice_key, arguments))
    }

    /// Runs a command of Bob's.
    pub fn bob(&self, arguments: &[&str]) -> Run {
        finished(&mut self.command_as(&self.bob_key, arguments))
    }

    /// Waits for something.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// An account as it stands.
    pub fn held(&self, address: &Pubkey) -> Held<MarginAccount> {
        let state = self.wait(self.chain.get(address)).expect("an account");
        Held { address: *address, state }
    }

    /// Another hand on the node.
    pub fn handle(&self) -> NodeHandle {
        self.node.handle()
    }

    /// The exchange as it stands.
    pub fn exchange(&self) -> Exchange {
        self.wait(Exchange::load(&self.chain, &self.small.exchange.group())).expect("a group")
    }

    /// A block trade of Alice's with Bob, by the command.
    pub fn trade(&self, legs: &[&str]) -> Run {
        let mut arguments = vec!["trade", "block", "--counterparty", &self.bob_key, "--json"];
        arguments.extend(legs.iter().flat_map(|leg| ["--leg", leg]));
        self.alice(&arguments)
    }
}

/// Address of a key.
pub fn address(key: &Keypair) -> String {
    key.pubkey().to_string()
}
