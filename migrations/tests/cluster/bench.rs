//! A node without a world, keys, and descriptions of a small exchange.

use anchor_lang::prelude::Pubkey;
use ballast_client::{Chain, CommitmentConfig, Keypair, SendOptions, Sender, Signer};
use ballast_localnet::{Node, NodeOptions};
use ballast_migrations::{apply, plan, Description, Done, Error, Keys, Plan};
use ballast_testkit::actor;
use std::{future::Future, path::Path, sync::Arc, time::Duration};
use tokio::runtime::Runtime;

/// A node, and somebody who pays on it.
pub struct Bench {
    pub node: Node,
    pub chain: Chain,
    pub sender: Sender,
    pub keys: Keys,
    runtime: Runtime,
}

/// The keys that a local network has, by their names there and in the testkit.
const PEOPLE: [(&str, &str); 6] = [
    ("authority", "authority"),
    ("guardian", "guardian"),
    ("operator", "operator"),
    ("attestor-0", "attestor 0"),
    ("attestor-1", "attestor 1"),
    ("attestor-2", "attestor 2"),
];

impl Bench {
    pub fn new() -> Self {
        Self::with(NodeOptions::default())
    }

    pub fn with(options: NodeOptions) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let node = runtime.block_on(Node::start(options)).expect("the node starts");
        let chain = Chain::new(node.rpc_url(), CommitmentConfig::confirmed(), Duration::from_secs(30));
        let payer = Keypair::new();
        let address = payer.pubkey();
        let given = chain.rpc().request_airdrop(&address, 1_000_000_000_000);
        runtime.block_on(given).expect("an airdrop");
        let sender = Sender::new(chain.clone(), Arc::new(payer), SendOptions::default());
        let keys =
            PEOPLE.iter().fold(Keys::default(), |keys, (name, person)| keys.with(*name, actor(person)));
        Self { node, chain, sender, keys, runtime }
    }

    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Sends lamports to an address, as anybody can.
    pub fn give(&self, address: &Pubkey, lamports: u64) {
        self.wait(self.chain.rpc().request_airdrop(address, lamports)).expect("an airdrop");
    }

    /// What there is to do.
    pub fn plan(&self, of: &Description) -> Result<Plan, Error> {
        self.wait(plan(&self.chain, of, &self.keys, &self.sender.payer()))
    }

    /// Does it.
    pub fn apply(&self, plan: &Plan) -> Result<Vec<Done>, Error> {
        self.wait(apply(plan, &self.sender, &mut |_| {})).map_err(|broken| broken.error)
    }

    /// Plans and does it.
    pub fn migrate(&self, of: &Description) -> Vec<Done> {
        let plan = self.plan(of).unwrap_or_else(|error| panic!("{error}"));
        self.apply(&plan).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The diff of a description with the cluster.
    pub fn diff(&self, of: &Description) -> String {
        self.plan(of).unwrap_or_else(|error| panic!("{error}")).diff()
    }
}

/// The description that stands beside the crate's source.
pub fn file(name: &str) -> Description {
    Description::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name))
        .unwrap_or_else(|wrong| panic!("{wrong}"))
}

/// The text of it.
pub fn text(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("the file is there")
}

/// A description from a text.
pub fn parsed(text: &str) -> Description {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    Description::parse(text, folder).unwrap_or_else(|wrong| panic!("{wrong}"))
}
