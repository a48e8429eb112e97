//! Whatever accounts do, in whatever order, and whether or not they write the group: nothing is created, the group's sums
//! are those of its accounts, and what the group was not told it learns to the unit.

use crate::{
    interest_random::{emptied, rules},
    money_scene::{account, group},
};
use ballast_interface::account::{Group, GroupRules, MarginAccount};
use proptest::prelude::*;

/// Cash that moves.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// From whom; the fifth account is under liquidation.
    from: usize,
    /// To whom; from the outside to the first, if both are the same.
    to: usize,
    /// Seconds after the last one.
    seconds: i64,
    /// How much.
    amount: i64,
    /// Whether the group is written, though it need not be.
    written: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let seconds = prop_oneof![0i64..3, 1i64..100_000, 1i64..40_000_000];
    let amounts = prop_oneof![-10i64..=10, -1_000_000i64..=1_000_000, -(1i64 << 46)..=1 << 46];
    let step = (0usize..5, 0usize..5, seconds, amounts, proptest::bool::weighted(0.2));
    let step =
        step.prop_map(|(from, to, seconds, amount, written)| Step { from, to, seconds, amount, written });
    proptest::collection::vec(step, 1..40)
}

/// A group and its accounts, and what came from the outside.
struct World {
    group: Group,
    accounts: Vec<MarginAccount>,
    come: i64,
    now: i64,
    beside: usize,
}

impl World {
    fn new(rules: GroupRules) -> Self {
        let (mut group, mut accounts) = (group(), vec![account(); 5]);
        group.rules = rules;
        accounts[4].liquidation_since = 1;
        Self { group, accounts, come: 0, now: 0, beside: 0 }
    }

    /// What each account gets.
    fn changes(step: &Step) -> Vec<(usize, i64)> {
        match step.from == step.to {
            true => vec![(step.to, step.amount)],
            false => vec![(step.from, -step.amount), (step.to, step.amount)],
        }
    }

    /// Makes the changes in a transaction that writes the group.
    fn write(&mut self, changes: &[(usize, i64)]) -> Result<(), TestCaseError> {
        let indices = [self.group.deposit_index, self.group.debt_index].map(|index| index.to_bits());
        self.group.accrue_interest(self.now);
        // Amounts are multiplied by 48 places of an index.
        let rise = |from: i128, to: i128| (to >> 16) - (from >> 16);
        let credited = self.group.deposit_shares.get() * rise(indices[0], self.group.deposit_index.to_bits());
        let charged = self.group.debt_shares.get() * rise(indices[1], self.group.debt_index.to_bits());
        prop_assert!(0 <= credited && credited <= charged, "{credited} of {charged}");
        for (who, _) in changes {
            let before = self.accounts[*who].cash;
            let interest = self.accounts[*who].take_out(&mut self.group, self.now).unwrap();
            prop_assert_eq!(self.accounts[*who].cash - before, interest);
        }
        for (who, change) in changes {
            self.accounts[*who].cash += change;
            self.accounts[*who].put_back(&mut self.group).unwrap();
            let account = &self.accounts[*who];
            prop_assert_eq!((account.counted, account.uncounted), (account.cash, 0));
        }
        Ok(())
    }

    /// Whether so much may stand beside what is counted: an eighth of it and no debt; under liquidation all but a loss of
    /// more than half of what is lent.
    fn may(worth: i128, uncounted: i128, latched: bool) -> bool {
        match latched {
            true => worth <= 0 || 2 * -uncounted <= worth,
            false => 8 * uncounted.abs() <= worth.abs() && (worth >= 0 || uncounted >= 0),
        }
    }

    /// Makes the changes in a transaction that only reads the group. Says whether it may.
    fn read(&mut self, changes: &[(usize, i64)]) -> Result<bool, TestCaseError> {
        let (mut copy, mut accounts) = (self.group, self.accounts.clone());
        copy.accrue_interest(self.now);
        let mut worths = Vec::new();
        for (who, _) in changes {
            let (account, mut other) = (&mut accounts[*who], self.accounts[*who]);
            account.tell_interest(&copy, self.now).unwrap();
            // As whoever writes the group would be told.
            other.take_out(&mut { self.group }, self.now).unwrap();
            prop_assert_eq!(account.cash, other.cash);
            worths.push(account.cash - account.uncounted);
        }
        for ((who, change), worth) in changes.iter().zip(worths) {
            let account = &mut accounts[*who];
            let before = account.uncounted;
            account.cash += change;
            let may = Self::may(worth.into(), (before + change).into(), account.liquidation_since != 0);
            prop_assert_eq!(account.put_beside(&copy).is_ok(), may, "{} beside {}", before + change, worth);
            if !may {
                return Ok(false);
            }
            prop_assert_eq!(account.uncounted, before + change, "only the change stands beside");
        }
        self.accounts = accounts;
        self.beside += 1;
        Ok(true)
    }

    fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        self.now += step.seconds;
        let (changes, outside) = (Self::changes(step), step.from == step.to);
        if outside {
            self.come += step.amount;
        }
        if step.written || outside || !self.read(&changes)? {
            self.write(&changes)?;
        }
        self.check()
    }

    /// What must hold after every transaction.
    fn check(&self) -> Result<(), TestCaseError> {
        let sum = |of: fn(&MarginAccount) -> i64| self.accounts.iter().map(of).sum::<i64>();
        prop_assert_eq!(self.group.cash, sum(|account| account.counted));
        prop_assert_eq!(self.group.uncounted, sum(|account| account.uncounted));
        prop_assert_eq!(self.group.owed_tokens(), i128::from(self.come));
        Ok(())
    }
}

proptest! {
    #[test]
    fn what_the_group_is_not_told_changes_nothing(rules in rules(), steps in steps()) {
        let mut world = World::new(rules);
        for step in &steps {
            world.step(step)?;
        }
        let all: Vec<_> = (0..5).map(|who| (who, 0)).collect();
        world.write(&all)?;
        world.check()?;
        prop_assert!(world.group.interest >= 0, "{} is created", -world.group.interest);
        prop_assert_eq!(world.group.uncounted, 0);
        let group = emptied(world.group, world.accounts);
        prop_assert_eq!((group.deposit_shares.get(), group.debt_shares.get(), group.cash), (0, 0, 0));
    }
}

/// A walk in which most transactions write nothing, so that the ones above are known not to be all refused.
#[test]
fn small_changes_are_made_beside() {
    let mut world = World::new(crate::money_scene::group_rules());
    for who in 0..5 {
        let amount = if who == 3 { -1_000_000 } else { 1_000_000 };
        world.step(&Step { from: who, to: who, seconds: 0, amount, written: true }).unwrap();
    }
    for turn in 0..100 {
        let (from, to) = ([0, 1, 4][turn % 3], [2, 3][turn % 2]);
        world.step(&Step { from, to, seconds: 1_000, amount: 1_000, written: false }).unwrap();
    }
    // The first and the second account pay 34 and 33 times 1 000 of a million, and the fifth 33 times; the third and the
    // fourth get 50 times 1 000: none of it is an eighth, and none makes a debt larger.
    assert_eq!(world.beside, 100);
    let uncounted: Vec<_> = world.accounts.iter().map(|account| account.uncounted).collect();
    assert_eq!(uncounted, [-34_000, -33_000, 50_000, 50_000, -33_000]);
    assert_eq!(world.group.uncounted, 0);
}
