//! Funding: the venue says what its perps trade at, and funding accrues.

use crate::stage::{Stage, MARKETS};
use ballast_interface::{account::instructions as account_program, risk::FeedState};
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
    /// Marks every perp and brings its funding up to date; says whether anybody's funding moved.
    pub fn fund(&mut self, phase: Phase) -> Result<bool, crate::Broken> {
        let (group, operator) = (self.group_key(), self.exchange.operator.insecure_clone());
        let mut moved = false;
        for (number, ..) in MARKETS {
            let before = self.market(number).funding_index;
            let index = self.risk(number).price.index;
            let mark = self.market(number).per_lot_down(index).expect("an index that is traded at");
            let mark = (mark as i64 * (10_000 + premium(phase)) / 10_000) as u64;
            let post = account_program::post_mark(&group, number, 1, &operator.pubkey(), mark);
            let posted = self.send("account.post_mark", &[post], &[&operator]);
            // Without a good price a mark means nothing, and is refused; with one it must be taken.
            if let (Err(failure), FeedState::Good) = (posted, self.risk(number).price_state(self.now).0) {
                return Err(self.broken("a venue's mark is accepted", 0, failure.reason.to_string()));
            }
            let update = account_program::update_funding(&group, number);
            self.must("account.update_funding", &[update], &[])?;
            moved |= self.market(number).funding_index != before;
        }
        Ok(moved)
    }
}
