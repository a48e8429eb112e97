//! Funding: the venue says what its perps trade at, and funding accrues.

use crate::stage::{Stage, MARKETS};
use ballast_interface::account::instructions as account_program;
use ballast_testkit::{Phase, Signer};

/// What perps trade at above the index, in parts of ten thousand: dear before a fall, cheap in it.
const fn premium(phase: Phase) -> i64 {
    match phase {
        Phase::Morning => 4,
        Phase::Rise => 8,
        Phase::Crash => -35,
        Phase::Rebound => -8,
        Phase::Evening => 3,
    }
}

impl Stage {
    /// Marks every perp and brings its funding up to date.
    pub fn fund(&mut self, phase: Phase) -> Result<(), crate::Broken> {
        let (group, operator) = (self.group_key(), self.exchange.operator.insecure_clone());
        for (number, ..) in MARKETS {
            let index = self.risk(number).price.index;
            let mark = self.market(number).per_lot_down(index).expect("an index that is traded at");
            let mark = (mark as i64 * (10_000 + premium(phase)) / 10_000) as u64;
            let post = account_program::post_mark(&group, number, 1, &operator.pubkey(), mark);
            // Without a good price a mark means nothing, and is refused.
            let _ = self.send("account.post_mark", &[post], &[&operator]);
            let update = account_program::update_funding(&group, number);
            self.must("account.update_funding", &[update], &[])?;
        }
        Ok(())
    }
}
