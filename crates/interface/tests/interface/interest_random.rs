//! Whatever accounts do, in whatever order: nothing is created, and the group's sums are those of its accounts.

use crate::{
    money_scene::{account, group},
    WHOLE,
};
use ballast_interface::account::{Group, GroupRules, MarginAccount};
use proptest::prelude::*;

/// A change of somebody's cash: who, how many seconds after the last one, and by how much.
type Change = (usize, i64, i64);

fn changes(amounts: impl Strategy<Value = i64> + Clone) -> impl Strategy<Value = Vec<Change>> {
    let seconds = prop_oneof![0i64..3, 1i64..100_000, 1i64..40_000_000];
    proptest::collection::vec((0usize..5, seconds, amounts), 1..40)
}

pub fn rules() -> impl Strategy<Value = GroupRules> {
    (0i64..=4 * WHOLE, 0i64..=4 * WHOLE, 0i64..=4 * WHOLE, 0i64..=WHOLE).prop_map(|(a, b, c, kink)| {
        let mut rates = [a, b, c];
        rates.sort_unstable();
        let [rate_idle, rate_kink, rate_full] = rates;
        GroupRules { rate_idle, rate_kink, rate_full, kink, ..GroupRules::default() }
    })
}

/// Sum of everybody's cash.
fn cash(accounts: &[MarginAccount]) -> i64 {
    accounts.iter().map(|account| account.cash).sum()
}

/// Makes the changes one by one; what must always hold is asked for after each. Ends with everybody up to date.
fn run(rules: GroupRules, changes: &[Change]) -> Result<(Group, Vec<MarginAccount>), TestCaseError> {
    let mut group = group();
    group.rules = rules;
    let (mut accounts, mut now) = (vec![account(); 5], 0);
    let mut come = 0i64;
    for (who, seconds, change) in changes {
        now += seconds;
        let indices = (group.deposit_index.to_bits(), group.debt_index.to_bits());
        group.accrue_interest(now);
        // Amounts are multiplied by 48 places of an index.
        let rise = |from: i128, to: i128| (to >> 16) - (from >> 16);
        let credited = group.deposit_shares.get() * rise(indices.0, group.deposit_index.to_bits());
        let charged = group.debt_shares.get() * rise(indices.1, group.debt_index.to_bits());
        prop_assert!(0 <= credited && credited <= charged, "{credited} of {charged}");
        let before = accounts[*who].cash;
        let interest = accounts[*who].take_out(&mut group, now).unwrap();
        prop_assert_eq!(accounts[*who].cash - before, interest);
        prop_assert!(interest == 0 || (interest < 0) == (before < 0), "cash grows, and so does debt");
        prop_assert_eq!(group.cash, cash(&accounts) - accounts[*who].cash, "all but the one taken out");
        accounts[*who].cash += change;
        come += change;
        accounts[*who].put_back(&mut group).unwrap();
        prop_assert!(indices.0 <= group.deposit_index.to_bits() && indices.1 <= group.debt_index.to_bits());
        prop_assert_eq!(group.cash, cash(&accounts));
        // Tokens only come and go by changes: interest moves what is owed from one to another.
        prop_assert_eq!(group.owed_tokens(), i128::from(come));
    }
    for account in &mut accounts {
        account.take_out(&mut group, now).unwrap();
        account.put_back(&mut group).unwrap();
    }
    prop_assert_eq!(group.cash, cash(&accounts));
    Ok((group, accounts))
}

/// Takes all cash away from everybody, and returns the group.
pub fn emptied(mut group: Group, mut accounts: Vec<MarginAccount>) -> Group {
    let now = group.interest_at;
    for account in &mut accounts {
        account.take_out(&mut group, now).unwrap();
        account.cash = 0;
        account.put_back(&mut group).unwrap();
    }
    group
}

proptest! {
    #[test]
    fn no_more_is_credited_than_is_charged(rules in rules(), changes in changes(prop_oneof![
        -10i64..=10, -1_000_000i64..=1_000_000, -(1i64 << 46)..=1 << 46,
    ])) {
        let (group, accounts) = run(rules, &changes)?;
        prop_assert!(group.interest >= 0, "{} is created", -group.interest);
        let group = emptied(group, accounts);
        prop_assert_eq!((group.deposit_shares.get(), group.debt_shares.get(), group.cash), (0, 0, 0));
    }
}
