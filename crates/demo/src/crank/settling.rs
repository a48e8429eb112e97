//! Expiry: a settlement price is frozen, and everybody is settled.

use crate::{
    cast::Person,
    stage::{Stage, MARKETS},
};
use ballast_interface::account::{instructions as account_program, MarginAccount};
use ballast_testkit::Random;

impl Stage {
    /// Freezes a date in every market as soon as its price is known; says whether all are.
    pub fn freeze(&mut self, expiry: i64) -> Result<bool, crate::Broken> {
        let group = self.group_key();
        let mut all = true;
        for (number, ..) in MARKETS {
            let listed = self.market(number).dates().iter().find(|date| date.expiry == expiry);
            if listed.is_none_or(|date| date.settled_at != 0) {
                continue;
            }
            let date = self.risk(number).dates().iter().find(|date| date.expiry == expiry);
            if date.and_then(|date| date.settlement()).is_none() {
                all = false;
                continue;
            }
            let freeze = account_program::freeze_settlement(&group, number, expiry);
            self.must("account.freeze_settlement", &[freeze], &[])?;
        }
        Ok(all)
    }

    /// Settles everybody, in an order that chance decides.
    pub fn settle_all(&mut self, people: &[Person], random: &mut Random) -> Result<(), crate::Broken> {
        let mut order: Vec<usize> = (0..people.len()).collect();
        random.shuffle(&mut order);
        for place in order {
            let account = self.state.scanner.account(&people[place].account);
            if account.is_some_and(|account| is_due(account, self.now)) {
                self.settle(&people[place])?;
            }
        }
        Ok(())
    }

    /// Settles somebody; what a pool cannot pay yet, or cash does not cover, is refused.
    fn settle(&mut self, person: &Person) -> Result<(), crate::Broken> {
        let held = self.held(&person.account);
        let settle = self.build().settle_account(&held);
        let settle =
            settle.map_err(|error| self.broken("an account can be settled", 0, error.to_string()))?;
        let _ = self.send("account.settle_account", &settle, &[]);
        Ok(())
    }
}

/// Whether an account has something to settle.
fn is_due(account: &MarginAccount, now: i64) -> bool {
    let expired = account.legs.iter().any(|leg| leg.expiry != 0 && leg.expiry <= now);
    expired || account.markets.iter().any(|book| book.unpaid_profit != 0)
}
