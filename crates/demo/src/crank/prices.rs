//! Prices: published as Pyth's receiver writes them, and taken over by the risk program.

use crate::stage::{Stage, MARKETS};
use ballast_interface::risk::{instructions as risk_program, FeedState};
use ballast_testkit::{price_account, Moment, PriceUpdate};

/// Name of a feed's state.
pub const fn state_name(state: FeedState) -> &'static str {
    match state {
        FeedState::Good => "good",
        FeedState::Stale => "stale",
        FeedState::Wide => "wide",
        FeedState::Far => "far",
        FeedState::Unusable => "unusable",
    }
}

impl Stage {
    /// Publishes the prices of a moment, but for a feed that is silent, and has them taken over.
    pub fn publish(&mut self, moment: &Moment, silent: Option<u16>) -> Result<(), crate::Broken> {
        let group = self.group_key();
        for ((number, ..), quote) in MARKETS.into_iter().zip(&moment.quotes) {
            if silent == Some(number) {
                continue;
            }
            let good = self.world.price_update(number, quote.price);
            let update = PriceUpdate { interval: quote.interval, average: quote.average, ..good };
            let feed = price_account(&group, number);
            self.world.publish(&feed, &update);
            let refresh = risk_program::refresh_price(&group, number, &feed);
            self.must("risk.refresh_price", &[refresh], &[])?;
        }
        Ok(())
    }
}
