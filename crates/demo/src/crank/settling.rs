//! Expiry: a settlement price is frozen, and everybody is settled.

use crate::{
    cast::Person,
    stage::{Stage, MARKETS},
};
use ballast_interface::account::instructions as account_program;
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
            self.settle(&people[place])?;
        }
        Ok(())
    }

    /// Settles somebody; whoever has nothing to settle is refused.
    pub fn settle(&mut self, person: &Person) -> Result<(), crate::Broken> {
        let held = self.held(&person.account);
        let settle = self.build().settle_account(&held);
        let settle =
            settle.map_err(|error| self.broken("an account can be settled", 0, error.to_string()))?;
        let _ = self.send("account.settle_account", &settle, &[]);
        Ok(())
    }
}
