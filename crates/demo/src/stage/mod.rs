//! The stage: an SVM with an exchange, and all that is known of it, which follows every transaction.

mod build;
mod rules;

pub use rules::{dates, group_rules, market_rules, market_terms, rescue_rules, DAY, DAY_START, MARKETS};

use crate::{broken::Broken, tally::Tally};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, Held, Instruction};
use ballast_interface::{
    account::{AccountError, Group, MarginAccount, Market},
    ids, in_parallel,
    risk::MarketRisk,
};
use ballast_keeper::State;
use ballast_testkit::{limit, Exchange, Failure, Keypair, Outcome, World};

/// An exchange on an SVM.
pub struct Stage {
    /// The SVM.
    pub world: World,
    /// The exchange, as the testkit made it.
    pub exchange: Exchange,
    /// The chain as a keeper knows it.
    pub state: State,
    /// What was sent.
    pub tally: Tally,
    /// Unix time.
    pub now: i64,
    /// Number of the step, from zero.
    pub step: usize,
    /// The committee's term.
    pub epoch: u64,
    slot: u64,
}

impl Stage {
    /// Sends instructions as one transaction under a name, and takes over all that it wrote.
    pub fn send(
        &mut self,
        name: &'static str,
        steps: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Outcome, Failure> {
        let all = [&[limit()], steps].concat();
        self.send_bare(name, &all, signers)
    }

    /// The same for instructions whose places in the transaction are signed for. What can leave the group unwritten does so
    /// first, as `ballast_client::Sender` does it.
    pub fn send_bare(
        &mut self,
        name: &'static str,
        steps: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Outcome, Failure> {
        let parallel: Vec<_> = steps.iter().cloned().map(in_parallel).collect();
        if parallel == steps {
            return self.send_as_is(name, steps, signers);
        }
        let sent = self.world.svm.send(&parallel, signers);
        match &sent {
            // Nothing was done, and nobody was told no: a client sends the same with the group written.
            Err(failure) if asks_for_group(failure) => {
                self.tally.again(name);
                return self.send_as_is(name, steps, signers);
            }
            Ok(_) => {
                self.tally.beside(name);
                self.follow(&parallel);
            }
            Err(_) => {}
        }
        self.tally.count(name, &sent);
        sent
    }

    /// The same as it is built, with the group written.
    fn send_as_is(
        &mut self,
        name: &'static str,
        steps: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Outcome, Failure> {
        let sent = self.world.svm.send(steps, signers);
        self.tally.count(name, &sent);
        if sent.is_ok() {
            self.follow(steps);
        }
        sent
    }

    /// The same for what must be accepted.
    pub fn must(
        &mut self,
        name: &'static str,
        steps: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Outcome, Broken> {
        self.send(name, steps, signers).map_err(|failure| {
            let why = failure.logs.iter().rev().find(|line| line.contains("Error")).cloned();
            self.broken("an instruction is accepted", 0, why.unwrap_or_else(|| failure.reason.to_string()))
        })
    }

    /// Takes over every account that some instructions may have written.
    fn follow(&mut self, steps: &[Instruction]) {
        self.slot += 1;
        let written = steps.iter().flat_map(|step| &step.accounts).filter(|meta| meta.is_writable);
        let mut addresses: Vec<Pubkey> = written.map(|meta| meta.pubkey).collect();
        addresses.sort_unstable();
        addresses.dedup();
        for address in addresses {
            self.reread(&address);
        }
    }

    /// Takes one account over as it is.
    pub fn reread(&mut self, address: &Pubkey) {
        match self.world.svm.account(address) {
            Some(account) => self.state.take(self.slot, address, &account),
            None => self.state.remove(self.slot, address),
        };
    }

    /// Lets time pass until a moment.
    pub fn wait_until(&mut self, moment: i64) {
        let passed = moment - self.now;
        self.world.svm.pass(passed);
        self.now = moment;
    }

    /// Address of the group.
    pub fn group_key(&self) -> Pubkey {
        self.exchange.group()
    }

    /// The group as it stands.
    pub fn group(&self) -> &Group {
        &self.state.exchange.group
    }

    /// A market as it stands.
    pub fn market(&self, number: u16) -> &Market {
        &self.state.exchange.markets[&number]
    }

    /// A market's risk as it stands.
    pub fn risk(&self, number: u16) -> &MarketRisk {
        &self.state.exchange.risks[&number]
    }

    /// Builds instructions.
    pub fn build(&self) -> Build<'_> {
        Build::new(&self.state.exchange)
    }

    /// A margin account that exists.
    pub fn held(&self, account: &Pubkey) -> Held<MarginAccount> {
        self.state.held(account).expect("everybody on the stage has an account")
    }

    /// Whether an account is under liquidation.
    pub fn is_latched(&self, account: &Pubkey) -> bool {
        self.state.scanner.account(account).is_some_and(|account| account.liquidation_since != 0)
    }

    /// Says that something does not hold.
    pub fn broken(&self, check: impl Into<String>, residual: i64, what: impl Into<String>) -> Broken {
        Broken {
            check: check.into(),
            residual,
            step: self.step,
            seconds: self.now - DAY_START,
            instruction: self.tally.last().to_owned(),
            what: what.into(),
        }
    }
}

/// Whether the account program could not do without writing the group, which the transaction only read.
fn asks_for_group(failure: &Failure) -> bool {
    let codes = [AccountError::CashUncounted, AccountError::FeesUnplaced].map(u32::from);
    // The first program that failed is the one that refused; those that called it fail with its error.
    let refused = failure.logs.iter().find(|line| line.contains(" failed: "));
    let account = format!("Program {} failed: ", ids::ACCOUNT);
    failure.code().is_some_and(|code| codes.contains(&code))
        && refused.is_some_and(|line| line.starts_with(&account))
}
