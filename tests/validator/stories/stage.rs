//! Where a story is played: a validator with Pyth's accounts and nothing of Ballast's, a feed, and the command.

use super::{
    feed::{self, Feed},
    home::{Home, Run},
    told::Told,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{
    tokens, Account, Chain, CommitmentConfig, Exchange, Instruction, Keypair, SendOptions, Sender, Sent,
    Signer,
};
use ballast_interface::{account::MarginAccount, ids, seeds};
use ballast_testkit::{
    actor,
    validator::{Genesis, Validator},
};
use std::{
    collections::BTreeMap,
    future::Future,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::runtime::Runtime;

/// How long a node may take for one answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// The feature by which a cluster lets programs of sBPF v0 to v2 be executed, but no longer be deployed.
const ONLY_V3: &str = "B8JJXCy5amZyWG9r7EnUYLwzXSXTxG7GZ1qZ1qggo83g";
/// Lamports in a SOL.
const SOL: u64 = 1_000_000_000;

/// A validator and whoever works on it; what uses the node ends before the node does.
pub struct Stage {
    /// The prices.
    pub feed: Feed,
    /// Keys and files.
    pub home: Home,
    /// The node, through the client.
    pub chain: Chain,
    /// The group's address, which follows from its authority.
    pub group: Pubkey,
    /// The story's voice.
    pub told: Told,
    /// Where clients run.
    pub runtime: Arc<Runtime>,
    /// The node.
    pub validator: Validator,
}

/// Somebody with a key, and the address of their margin account.
pub struct Person {
    /// The key.
    pub key: Keypair,
    /// File of the key.
    pub file: PathBuf,
    /// The account.
    pub account: Pubkey,
}

impl Stage {
    /// Starts a validator; one that takes old programs is of a cluster before a feature that test validators have.
    pub fn new(title: &str, takes_v0: bool) -> Self {
        let mut told = Told::begin(title);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970").as_secs();
        let bare = feed::genesis(now as i64)
            .fold(Genesis::bare(), |genesis, (address, account)| genesis.account(address, account));
        let words = if takes_v0 { &["--deactivate-feature", ONLY_V3][..] } else { &[] };
        let validator = bare.argument(words.iter().copied()).start();
        let runtime = Arc::new(Runtime::new().expect("a runtime"));
        let chain = Chain::new(validator.rpc_url(), CommitmentConfig::confirmed(), PATIENCE);
        let group = seeds::find_group(&actor("authority").pubkey(), 1).0;
        let home = Home::new();
        home.key("payer.json", &validator.key());
        let feed = Feed::start(&chain, &runtime, group);
        told.done(&format!("solana-test-validator {} with Pyth's price accounts", validator.version()));
        let stage = Self { feed, home, chain, group, told, runtime, validator };
        let named = ["pusher", "authority", "guardian", "operator"].map(|name| actor(name).pubkey());
        stage.give_lamports(&named);
        stage
    }

    /// Waits for something.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Sends a transaction that a key pays for.
    pub fn send(
        &self,
        payer: &Keypair,
        steps: &[Instruction],
        signers: &[&Keypair],
    ) -> ballast_client::Result<Sent> {
        let payer = Arc::new(payer.insecure_clone());
        let sender = Sender::new(self.chain.clone(), payer, SendOptions::default());
        self.wait(sender.send(steps, signers))
    }

    /// A hundred SOL each.
    fn give_lamports(&self, addresses: &[Pubkey]) {
        let payer = self.validator.key();
        let give =
            |to| anchor_lang::solana_program::system_instruction::transfer(&payer.pubkey(), to, 100 * SOL);
        let steps: Vec<_> = addresses.iter().map(give).collect();
        self.send(&payer, &steps, &[]).unwrap_or_else(|error| panic!("{error}"));
    }

    /// People with a hundred SOL each, and so many tokens of a bank, or dollars for number zero, in their wallets: the
    /// authority has those that the migration made.
    pub fn people<const N: usize>(&self, bank: u16, named: [(&str, u64); N]) -> [Person; N] {
        let people = named.map(|(name, _)| {
            let key = actor(name);
            let account = seeds::find_margin_account(&self.group, &key.pubkey(), 0).0;
            Person { file: self.home.key(&format!("{name}.json"), &key), key, account }
        });
        self.give_lamports(&people.each_ref().map(|person| person.key.pubkey()));
        for (person, (_, units)) in people.iter().zip(named) {
            self.give(person, bank, units);
        }
        people
    }

    /// Gives somebody tokens of a bank, or dollars, in the smallest unit.
    pub fn give(&self, person: &Person, bank: u16, units: u64) {
        let (payer, authority) = (self.validator.key(), actor("authority"));
        let exchange = self.exchange();
        let purse = |owner: &Keypair| exchange.purse(&owner.pubkey(), bank).expect("a bank");
        let to = purse(&person.key);
        let open = tokens::open_purse(&payer.pubkey(), &person.key.pubkey(), &to);
        let send = tokens::send(&purse(&authority), &to, &authority.pubkey(), units).expect("a step");
        self.send(&payer, &[open, send], &[&authority]).unwrap_or_else(|error| panic!("{error}"));
    }

    /// Runs the command with somebody's key.
    pub fn run(&self, person: &Person, words: &[&str]) -> Run {
        self.run_as(&person.file, words)
    }

    /// Runs the command with the key of a file.
    pub fn run_as(&self, key: &std::path::Path, words: &[&str]) -> Run {
        self.home.ballast(&self.validator.rpc_url(), key, &self.group.to_string(), words)
    }

    /// Runs the command for several people at the same time, and each must go well.
    pub fn all<const N: usize>(&self, runs: [(&Person, &[&str]); N]) {
        std::thread::scope(|scope| {
            let started = runs.map(|(person, words)| {
                let (home, url, group) = (&self.home, self.validator.rpc_url(), self.group.to_string());
                scope.spawn(move || home.ballast(&url, &person.file, &group, words).fine())
            });
            for run in started {
                run.join().expect("it went well");
            }
        });
    }

    /// The exchange as it stands.
    pub fn exchange(&self) -> Exchange {
        self.wait(Exchange::load(&self.chain, &self.group)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Somebody's margin account as it stands.
    pub fn margin_account(&self, person: &Person) -> MarginAccount {
        self.wait(self.chain.get(&person.account)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// What somebody's wallet holds of a bank's token, or in dollars for number zero, in the smallest unit.
    pub fn wallet(&self, person: &Person, bank: u16) -> u64 {
        let purse = self.exchange().purse(&person.key.pubkey(), bank).expect("a bank");
        self.wait(tokens::balance(&self.chain, &purse.account)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// What the group's vault holds, in the smallest unit of a dollar.
    pub fn vault(&self) -> u64 {
        let vault = seeds::find_vault(&self.group).0;
        self.wait(tokens::balance(&self.chain, &vault)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// What the command says that an account is worth.
    pub fn value(&self, person: &Person) -> String {
        let shown = self.run(person, &["margin", "show", "--json"]).json();
        shown["value"].as_str().expect("a text").to_owned()
    }

    /// The books hold, as the command says.
    pub fn audit(&mut self, person: &Person) {
        let all = self.run(person, &["audit", "--json"]).json();
        assert_eq!(all["holds"], true, "{all}");
        self.told.done("the audit says that the books hold");
    }

    /// Every account of the three programs, by its address.
    pub fn everything(&self) -> BTreeMap<Pubkey, Account> {
        let mut all = BTreeMap::new();
        for program in [ids::ACCOUNT, ids::RISK, ids::LIQUIDATION] {
            let found = self.wait(self.chain.program_accounts(&program, []));
            all.extend(found.unwrap_or_else(|error| panic!("{error}")));
        }
        all
    }
}
