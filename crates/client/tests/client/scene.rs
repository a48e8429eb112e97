//! A node with a small world, and somebody who sends.

use anchor_lang::prelude::Pubkey;
use ballast_client::{tokens, Chain, CommitmentConfig, Exchange, Held, SendOptions, Sender};
use ballast_interface::account::MarginAccount;
use ballast_localnet::{
    world::{small_world, SmallWorld},
    Node, NodeClock, NodeOptions,
};
use ballast_testkit::{Arch, Keypair, Signer, Trader, DOLLAR};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::runtime::Runtime;

/// A running node and a world in it. The world belongs to this thread, which is in no runtime.
pub struct Scene {
    /// Where the client runs.
    pub runtime: Runtime,
    /// The node.
    pub node: Node,
    small: Option<SmallWorld>,
    /// The client's view of it.
    pub chain: Chain,
}

impl Scene {
    /// A node whose clock stands still, with three markets.
    pub fn new() -> Self {
        let mut scene = Self::bare();
        scene.small = Some(small_world(&scene.node.handle()));
        scene
    }

    /// A node with nothing but programs.
    pub fn bare() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let options = NodeOptions { rpc_port: 0, arch: Arch::V3, slot_millis: 50, clock: NodeClock::Manual };
        let node = runtime.block_on(Node::start(options)).expect("the node starts");
        let chain = Chain::new(node.rpc_url(), CommitmentConfig::confirmed(), Duration::from_secs(5));
        Self { runtime, node, small: None, chain }
    }

    /// Runs something of the client's to its end.
    pub fn run<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// The world in it.
    pub fn small(&mut self) -> &mut SmallWorld {
        self.small.as_mut().expect("a scene with a world")
    }

    /// Address of the group.
    pub fn group(&self) -> Pubkey {
        self.small.as_ref().expect("a scene with a world").exchange.group()
    }

    /// The exchange as the client reads it.
    pub fn exchange(&self) -> Exchange {
        self.run(Exchange::load(&self.chain, &self.group())).expect("the exchange is there")
    }

    /// A margin account as the client reads it.
    pub fn account(&self, address: &Pubkey) -> Held<MarginAccount> {
        let state = self.run(self.chain.get(address)).expect("the account is there");
        Held { address: *address, state }
    }

    /// Somebody who sends out of their own pocket, quickly at wit's end.
    pub fn sender(&self, key: &Keypair) -> Sender {
        let options = SendOptions { patience: Duration::from_secs(30), ..SendOptions::default() };
        Sender::new(self.chain.clone(), Arc::new(key.insecure_clone()), options)
    }

    /// A trader with ten thousand dollars in the account, and as many in the wallet's own token account.
    pub fn trader(&mut self, name: &str) -> Trader {
        let [trader] = self.small().traders([name], 10_000 * DOLLAR);
        let owner = trader.key.pubkey();
        let wallet = tokens::purse(&owner, &trader.purse.mint, &trader.purse.token_program);
        let fill = spl_token_interface::instruction::transfer_checked(
            &wallet.token_program,
            &trader.purse.account,
            &wallet.mint,
            &wallet.account,
            &owner,
            &[],
            10_000 * DOLLAR as u64,
            6,
        );
        let steps = [tokens::open_purse(&owner, &owner, &wallet), fill.expect("the instruction packs")];
        self.small().world.svm.send(&steps, &[&trader.key]).unwrap_or_else(|failure| panic!("{failure:#?}"));
        trader
    }
}
