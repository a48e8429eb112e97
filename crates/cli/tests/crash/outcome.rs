//! What happened, told by the chain itself.

use crate::arena::Arena;
use anchor_lang::prelude::Pubkey;
use ballast_client::{Chain, CommitmentConfig, Event, Keypair, SendOptions, Sender, Signature};
use ballast_interface::{account::MarginAccount, ids};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// What happened to one account.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// How often its rescue began.
    pub begun: usize,
    /// Its maintenance margin when the last one began, in 10^-10 dollars.
    pub maintenance: i128,
    /// How often it ended.
    pub ended: usize,
    /// Takings, in order: units and whether the account was then at its target.
    pub takings: Vec<(u32, bool)>,
    /// Who took over.
    pub takers: Vec<Pubkey>,
}

impl Arena {
    /// A client of the node.
    pub fn chain(&self) -> Chain {
        Chain::new(self.node.rpc_url(), CommitmentConfig::confirmed(), Duration::from_secs(10))
    }

    /// All rescues by account, from the events of every transaction that named the liquidation program; and how many
    /// transactions failed on chain.
    pub fn histories(&self) -> (BTreeMap<Pubkey, History>, usize) {
        let chain = self.chain();
        let sender = Sender::new(chain.clone(), Arc::new(Keypair::new()), SendOptions::default());
        self.runtime.block_on(async {
            let listed = chain.rpc().get_signatures_for_address(&ids::LIQUIDATION).await.expect("listed");
            let mut all: BTreeMap<Pubkey, History> = BTreeMap::new();
            let failed = listed.iter().filter(|one| one.err.is_some()).count();
            // The newest comes first.
            for one in listed.iter().rev().filter(|one| one.err.is_none()) {
                let signature: Signature = one.signature.parse().expect("a signature");
                for event in sender.events(&signature).await.expect("the transaction is known") {
                    match event {
                        Event::RescueBegan(event) => {
                            let history = all.entry(event.margin_account).or_default();
                            history.begun += 1;
                            history.maintenance = event.maintenance;
                        }
                        Event::RescueEnded(event) => all.entry(event.margin_account).or_default().ended += 1,
                        Event::Liquidated(event) => {
                            let history = all.entry(event.margin_account).or_default();
                            history.takings.push((event.units, event.restores));
                            history.takers.push(event.taker);
                        }
                        _ => {}
                    }
                }
            }
            (all, failed)
        })
    }

    /// All margin accounts.
    pub fn accounts(&self) -> BTreeMap<Pubkey, MarginAccount> {
        let chain = self.chain();
        let all = self.runtime.block_on(chain.all::<MarginAccount>(&self.small.exchange.group()));
        all.expect("listed").into_iter().map(|held| (held.address, held.state)).collect()
    }

    /// Health of an account by the program, in 10^-10 dollars.
    pub fn health(&mut self, account: &Pubkey) -> i128 {
        let state = self.small.world.margin_account(account);
        let held: Vec<u16> =
            state.markets.iter().filter(|book| book.legs > 0).map(|book| book.market).collect();
        self.small.world.assess(&self.small.exchange.risk, account, &held).health.get()
    }

    /// Who is below maintenance margin or under liquidation.
    pub fn unresolved(&mut self) -> Vec<Pubkey> {
        let traders: Vec<Pubkey> = self.traders.iter().map(|trader| trader.account).collect();
        traders
            .into_iter()
            .filter(|account| {
                self.small.world.margin_account(account).liquidation_since != 0 || self.health(account) < 0
            })
            .collect()
    }

    /// Every instrument's lots over all accounts; each must be zero.
    pub fn sums(&self) -> BTreeMap<(u16, i64, u64, u8), i64> {
        let mut sums = BTreeMap::new();
        for account in self.accounts().values() {
            for leg in account.legs.iter().filter(|leg| leg.market != 0) {
                *sums.entry(leg.place()).or_default() += leg.quantity;
            }
        }
        sums
    }
}
