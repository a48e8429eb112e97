//! Whatever is lent, borrowed, lost and shared, in whatever order: lenders have what exact fractions say, or a little less,
//! nobody's shares are missing, and nothing is created.

use crate::{
    interest::with_cash,
    interest_random::{emptied, rules},
    money_scene::{account, group},
    shared_loss::{share, worth},
};
use ballast_interface::account::{Group, GroupRules, MarginAccount};
use proptest::prelude::*;
use std::cmp::Ordering;

/// A whole number of any size, in digits of 64 bits, the last one first.
#[derive(Clone, Debug, Default)]
struct Big(Vec<u64>);

impl Big {
    fn of(number: u128) -> Self {
        Self(vec![number as u64, (number >> 64) as u64])
    }

    fn times(mut self, number: u128) -> Self {
        let number = u64::try_from(number).unwrap();
        let mut carry = 0u128;
        for digit in &mut self.0 {
            let product = u128::from(*digit) * u128::from(number) + carry;
            (*digit, carry) = (product as u64, product >> 64);
        }
        self.0.push(carry as u64);
        self
    }

    /// Which is larger.
    fn against(&self, other: &Self) -> Ordering {
        let digits = self.0.len().max(other.0.len());
        let all = |number: &Self| -> Vec<u64> {
            (0..digits).rev().map(|place| number.0.get(place).copied().unwrap_or(0)).collect()
        };
        all(self).cmp(&all(other))
    }
}

/// What is counted of an account's cash as an exact fraction of what was once put in: there is no era in it.
#[derive(Clone, Debug)]
struct Exact {
    above: Big,
    below: Big,
    /// How many shared losses were rounded.
    cuts: u32,
    debt: bool,
}

impl Exact {
    fn of(cash: i64) -> Self {
        Self { above: Big::of(cash.unsigned_abs().into()), below: Big::of(1), cuts: 0, debt: cash < 0 }
    }

    fn scale(&mut self, by: u128, over: u128) {
        self.above = std::mem::take(&mut self.above).times(by);
        self.below = std::mem::take(&mut self.below).times(over);
    }

    /// A debt is the fraction, rounded up. A lender's is no more than the fraction; it is rounded down, and at each cut an index
    /// that is 2^44 at least is.
    fn check(&self, worth: i64) -> Result<(), TestCaseError> {
        let amount = u128::from(worth.unsigned_abs());
        let is =
            |amount: u128, order: Ordering| self.below.clone().times(amount).against(&self.above) == order;
        prop_assert!(worth == 0 || self.debt == (worth < 0));
        if self.debt {
            prop_assert!(!is(amount, Ordering::Less) && (amount == 0 || is(amount - 1, Ordering::Less)));
            return Ok(());
        }
        prop_assert!(!is(amount, Ordering::Greater), "{worth} is more than the fraction says");
        let (mut least, mut found) = (self.above.clone(), self.below.clone().times(amount + 1));
        for _ in 0..self.cuts {
            (least, found) = (least.times(1 << 44), found.times((1 << 44) + 1));
        }
        prop_assert!(found.against(&least) == Ordering::Greater, "{worth} is less than that");
        Ok(())
    }
}

/// How much of what is lent is lost.
#[derive(Clone, Copy, Debug)]
enum Loss {
    /// So many units.
    Units(u64),
    /// All but so many units.
    AllBut(u64),
    /// So much of 2^32.
    Part(u64),
}

/// What happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Somebody deposits or withdraws.
    Change { who: usize, amount: i64 },
    /// Somebody's loss is borne by all others who lend; so much more he keeps owing.
    Share { who: usize, loss: Loss, more: i64 },
    /// Somebody pays somebody else in a transaction that only reads the group; the last account is under liquidation.
    Beside { from: usize, to: usize, amount: i64 },
    /// Time passes.
    Wait { seconds: i64 },
}

/// Accounts of which there are so many.
const COUNT: usize = 6;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let amounts =
        || prop_oneof![-10i64..=10, -1_000_000i64..=1_000_000, -(1i64 << 46)..=1 << 46, 1i64..1 << 50];
    let loss = prop_oneof![
        (1u64..3).prop_map(Loss::Units),
        (1u64..1_000_000).prop_map(Loss::Units),
        (1u64..4).prop_map(Loss::AllBut),
        (1u64..100_000).prop_map(Loss::AllBut),
        (1u64..1 << 32).prop_map(Loss::Part),
        ((1u64 << 32) - 100..1 << 32).prop_map(Loss::Part),
        // All but a 16th, or nearly: that is where an era begins.
        ((15u64 << 28) - 2..(15 << 28) + 3).prop_map(Loss::Part),
    ];
    let step = prop_oneof![
        4 => (0..COUNT, amounts()).prop_map(|(who, amount)| Step::Change { who, amount }),
        4 => (0..COUNT, loss, prop_oneof![Just(0i64), 0i64..1_000])
            .prop_map(|(who, loss, more)| Step::Share { who, loss, more }),
        1 => (0..COUNT, 0..COUNT, amounts())
            .prop_map(|(from, to, amount)| Step::Beside { from, to, amount }),
        1 => prop_oneof![0i64..3, 1i64..100_000, 1i64..40_000_000].prop_map(|seconds| Step::Wait { seconds }),
    ];
    proptest::collection::vec(step, 1..60)
}

struct World {
    group: Group,
    accounts: Vec<MarginAccount>,
    exact: Vec<Exact>,
    /// What came from the outside.
    come: i128,
    now: i64,
    /// What was shared with nobody: the sum of what is lent is rounded up.
    unshared: i128,
    /// Losses shared, and how many of them began an era.
    shared: [u32; 2],
}

/// The index in 2^-48.
fn factor(index: ballast_interface::Fixed64) -> u128 {
    index.to_bits() as u128 >> 16
}

impl World {
    fn new(rules: GroupRules) -> Self {
        let (mut group, mut accounts) = (group(), vec![account(); COUNT]);
        group.rules = rules;
        accounts[COUNT - 1].liquidation_since = 1;
        let exact = vec![Exact::of(0); COUNT];
        Self { group, accounts, exact, come: 0, now: 0, unshared: 0, shared: [0; 2] }
    }

    /// What lenders have in sum, told, but for whoever is taken out.
    fn told(&self) -> i128 {
        let lenders = self.accounts.iter().filter(|account| account.cash_index.to_bits() >= 0);
        lenders.map(|account| i128::from(worth(account, &self.group).max(0))).sum()
    }

    fn accrue(&mut self) -> Result<(), TestCaseError> {
        let before = [self.group.deposit_index, self.group.debt_index].map(factor);
        let era = self.group.deposit_era;
        self.group.accrue_interest(self.now);
        let after = [self.group.deposit_index, self.group.debt_index].map(factor);
        prop_assert!(before[0] <= after[0] && before[1] <= after[1] && self.group.deposit_era == era);
        let credited = self.group.deposit_shares.get() as u128 * (after[0] - before[0]);
        prop_assert!(credited <= self.group.debt_shares.get() as u128 * (after[1] - before[1]));
        for exact in &mut self.exact {
            let side = usize::from(exact.debt);
            exact.scale(after[side], before[side]);
        }
        Ok(())
    }

    fn take_out(&mut self, who: usize) -> Result<(), TestCaseError> {
        let (expected, shares) = (worth(&self.accounts[who], &self.group), self.group.deposit_shares.get());
        let beside = self.accounts[who].uncounted;
        self.accounts[who].take_out(&mut self.group, self.now).unwrap();
        prop_assert_eq!(self.accounts[who].cash, expected + beside);
        prop_assert!((0..=shares).contains(&self.group.deposit_shares.get()));
        Ok(())
    }

    fn put_back(&mut self, who: usize) {
        self.accounts[who].put_back(&mut self.group).unwrap();
        self.exact[who] = Exact::of(self.accounts[who].cash);
    }

    fn share(&mut self, who: usize, loss: Loss, more: i64) -> Result<(), TestCaseError> {
        self.take_out(who)?;
        let (lent, told) = (self.group.lent(), self.told());
        let amount = match loss {
            Loss::Units(units) => units.into(),
            Loss::AllBut(units) => lent.saturating_sub(units.into()),
            Loss::Part(part) => (lent * u128::from(part)) >> 32,
        };
        if 0 < amount && amount < lent {
            let (debt, shares) = (amount as i64 + more, self.group.deposit_shares.get() as u128);
            self.come -= i128::from(debt + self.accounts[who].cash);
            self.accounts[who].cash = -debt;
            let (owed, index, era) =
                (self.group.owed_tokens(), self.group.debt_index, self.group.deposit_era);
            self.accounts[who].share_loss(&mut self.group, amount as u64).unwrap();
            // What one owes less, all others have less.
            prop_assert_eq!(self.accounts[who].cash, -more);
            prop_assert_eq!(self.group.owed_tokens(), owed - amount as i128);
            prop_assert_eq!(self.group.debt_index, index);
            // The index is 2^44 at least, and raised only if it were not.
            let eras = self.group.deposit_era - era;
            let found = factor(self.group.deposit_index);
            prop_assert!(found >= 1 << 44 && (eras == 0 || found < 1 << 48));
            let raised = 1u128 << (4 * eras);
            prop_assert_eq!(self.group.deposit_shares.get() as u128, shares.div_ceil(raised));
            let left = lent - amount;
            // A unit more if shares were rounded up; a unit less than what an index of 44 places leaves.
            prop_assert!(self.group.lent() <= left + u128::from(eras > 0));
            prop_assert!(self.group.lent() + 1 >= left - (left >> 44));
            for exact in self.exact.iter_mut().filter(|exact| !exact.debt) {
                exact.scale(left, lent);
                exact.cuts += 1;
            }
            self.unshared += lent as i128 - told;
            self.shared[0] += 1;
            self.shared[1] += u32::from(eras > 0);
        }
        self.put_back(who);
        Ok(())
    }

    /// Moves cash without writing the group, if that may be.
    fn beside(&mut self, from: usize, to: usize, amount: i64) {
        let mut accounts = self.accounts.clone();
        let changes = [(from, -amount), (to, amount)];
        let done = changes.iter().all(|(who, change)| {
            accounts[*who].tell_interest(&self.group, self.now).unwrap();
            accounts[*who].cash += change;
            accounts[*who].put_beside(&self.group).is_ok()
        });
        if done {
            self.accounts = accounts;
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match *step {
            Step::Change { who, amount } => {
                self.take_out(who)?;
                self.accounts[who].cash += amount;
                self.come += i128::from(amount);
                self.put_back(who);
            }
            Step::Share { who, loss, more } => self.share(who, loss, more)?,
            Step::Beside { from, to, amount } if from != to => self.beside(from, to, amount),
            Step::Beside { .. } => (),
            Step::Wait { seconds } => {
                self.now += seconds;
                self.accrue()?;
            }
        }
        self.check()
    }

    /// Shares of an account's counted cash, so many eras later: 2^48 of it over its index, up, then down.
    fn shares(&self, account: &MarginAccount) -> u128 {
        if account.counted <= 0 {
            return 0;
        }
        let exact = (account.counted as u128) << 48;
        let eras = self.group.deposit_era - account.cash_era;
        exact.div_ceil(factor(account.cash_index)).checked_shr(4 * eras).unwrap_or(0)
    }

    /// What must hold after every step.
    fn check(&self) -> Result<(), TestCaseError> {
        for (account, exact) in self.accounts.iter().zip(&self.exact) {
            exact.check(worth(account, &self.group))?;
        }
        let sum = |of: fn(&MarginAccount) -> i64| self.accounts.iter().map(of).sum::<i64>();
        prop_assert_eq!(self.group.cash, sum(|account| account.counted));
        prop_assert_eq!(self.group.uncounted, sum(|account| account.uncounted));
        prop_assert_eq!(self.group.owed_tokens(), self.come);
        // Each account leaves less than a share behind, and their sum another one.
        let (found, count) = (self.group.deposit_shares.get() as u128, COUNT as u128);
        let known: u128 = self.accounts.iter().map(|account| self.shares(account)).sum();
        prop_assert!((known..=known + count + 1).contains(&found), "{found} for {known}");
        // All is lent that lenders have, and no more than their fractions of units and of shares are worth.
        let (lent, told) = (self.group.lent(), self.told() as u128);
        let share = (factor(self.group.deposit_index) >> 48) + 1;
        prop_assert!((told..=told + count + (2 * count + 1) * share).contains(&lent), "{lent} for {told}");
        Ok(())
    }

    /// Everybody leaves, in an order.
    fn leave(mut self, order: &[usize]) -> Result<(), TestCaseError> {
        for who in order {
            self.take_out(*who)?;
            self.put_back(*who);
            self.check()?;
        }
        prop_assert!(self.group.interest as i128 >= -self.unshared, "{} is created", -self.group.interest);
        let accounts = order.iter().map(|who| self.accounts[*who]).collect();
        let group = emptied(self.group, accounts);
        prop_assert_eq!((group.debt_shares.get(), group.cash), (0, 0));
        prop_assert!((0..=COUNT as i128 + 1).contains(&group.deposit_shares.get()));
        Ok(())
    }
}

proptest! {
    #[test]
    fn lenders_have_what_fractions_say(
        rules in rules(), steps in steps(), order in Just((0..COUNT).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let mut world = World::new(rules);
        for step in &steps {
            world.step(step)?;
        }
        world.leave(&order)?;
    }

    #[test]
    fn no_history_makes_a_loss_dearer(
        history in proptest::collection::vec((2i64..1 << 20, 1i64..1 << 20), 0..8),
        lenders in proptest::collection::vec(1i64..1 << 56, 1..4), loss in prop_oneof![
            (1u64..3).prop_map(Loss::Units),
            Just(Loss::Units(1_000_000)),
            Just(Loss::Part(1 << 31)),
            (1u64..1 << 32).prop_map(Loss::Part),
        ],
    ) {
        let mut group = group();
        for (amount, loss) in history {
            with_cash(&mut group, amount, 0);
            // Of this much or less, a unit is always left, or it is too small to lose any.
            let most = i64::try_from(group.lent()).unwrap() - 1;
            let loss = if loss % 2 == 0 { most } else { loss.min(most) };
            prop_assert_eq!(share(&mut group, loss, loss as u64).0, None);
        }
        let before: Vec<_> = lenders.iter().map(|cash| with_cash(&mut group, *cash, 0)).collect();
        let lent = group.lent();
        let amount = match loss {
            Loss::Units(units) | Loss::AllBut(units) => u128::from(units),
            Loss::Part(part) => (lent * u128::from(part)) >> 32,
        };
        prop_assume!(0 < amount && amount < lent);
        prop_assert_eq!(share(&mut group, amount as i64, amount as u64).0, None);
        for account in before {
            let lost = (account.cash - worth(&account, &group)) as u128;
            // Of 57 bits by 59. A unit is rounded off what is left, and a 2^44th off the index.
            let part = account.cash as u128 * amount;
            let most = part.div_ceil(lent) + 1 + (account.cash as u128 >> 44);
            prop_assert!(lost * lent >= part && lost <= most, "{lost} of {} for {amount}", account.cash);
        }
    }
}

/// A walk of which it is known that it shares losses and begins eras, as those above do.
#[test]
fn losses_of_nearly_all_begin_eras() {
    let mut world = World::new(crate::money_scene::group_rules());
    for round in 0..40 {
        let (lender, loser) = (round % 4, 4);
        world.step(&Step::Change { who: lender, amount: 1_000_003 << (round % 20) }).unwrap();
        world.step(&Step::Share { who: loser, loss: Loss::AllBut(1 + round as u64 % 3), more: 0 }).unwrap();
        world.step(&Step::Wait { seconds: 100_000 }).unwrap();
    }
    assert_eq!(world.shared[0], 40);
    // Of a million or more, 3 are left or fewer: of 2^48 less than 2^30, which is below 2^44 by four eras.
    assert_eq!(world.shared[1], 40);
    assert!(world.group.deposit_era >= 160, "{}", world.group.deposit_era);
    world.leave(&[3, 1, 5, 0, 2, 4]).unwrap();
}
