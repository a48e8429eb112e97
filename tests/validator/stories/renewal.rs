//! Programs upgraded in place, and a validator started again: nothing else changes.

use super::{founding::data_of, stage::Stage};
use ballast_interface::ids;
use std::{thread::sleep, time::Duration};

/// Bytes that the risk program gets room for: more than either of its files has.
const ROOM: usize = 850_000;
/// How long a keeper has to take over what was published last.
const QUIET: Duration = Duration::from_secs(7);

impl Stage {
    /// Upgrades the programs, one of which gets more room; every account stays as it is, byte for byte.
    pub fn upgrade(&mut self, text: &str, from: &str, to: &str) {
        let risk = "ballast_risk.so\"\n";
        let text = &text
            .replace(&format!("/{from}/"), &format!("/{to}/"))
            .replace(risk, &format!("{risk}max_length = {ROOM}\n"));
        self.runs(from);
        // Nobody else does anything meanwhile.
        self.feed.pause();
        let before = self.everything();
        let upgraded = self.migrate(text, &self.home.path("payer.json"), &[]).json();
        assert_eq!((&upgraded["create"], &upgraded["change"]), (&0.into(), &4.into()), "{upgraded}");
        assert_eq!(upgraded["sent"].as_array().map(Vec::len), Some(3), "{upgraded}");
        self.runs(to);
        let data =
            self.wait(self.chain.account(&data_of(&ids::RISK))).expect("an answer").expect("it is there");
        assert_eq!(data.data.len(), 45 + ROOM);
        self.is_migrated(text);
        assert!(before == self.everything(), "an account changed");
        self.feed.refresh(true);
        self.told.done(&format!(
            "programs upgraded in place from {from} to {to}, and {} accounts are what they were",
            before.len()
        ));
    }

    /// Starts the validator again with the ledger that it left: programs, accounts and balances are there.
    pub fn start_again(&mut self, builds: &str) {
        self.feed.pause();
        sleep(QUIET);
        let (before, vault, process) = (self.everything(), self.vault(), self.validator.id());
        self.validator.restart();
        assert_ne!(self.validator.id(), process);
        self.runs(builds);
        assert!(before == self.everything(), "an account changed");
        assert_eq!(self.vault(), vault);
        self.told.done(&format!("the validator started again, and {} accounts are there", before.len()));
    }
}
