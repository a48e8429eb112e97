//! Whatever is staked, earned, paid and taken in whatever order, over however many eras: nothing comes from nowhere, and
//! nobody gets more than he put in and his part of the fees.

use crate::{
    liquidation_eras::left,
    liquidation_fund::{fund, stake},
};
use ballast_interface::liquidation::{Fund, Stake, LEAST_SHARES};
use proptest::prelude::*;

/// Shares that become one by an era.
const FEWER: u64 = 1_048_576;
/// Shares of nobody that a fund begins with, and every era.
const NOBODYS: u64 = 1_000_000;
/// What every fund takes in until it owns so much: 2^64 - 1 shares, of which 2^21 - 1 and a million are a unit at most.
const ROOM: u64 = 5_956_036_393_998;

/// What somebody does: which of four people, what, and how much.
type Step = (usize, u8, u64);

/// A person's stake, and what is expected of it: its shares and those that leave, as of an era.
struct Person {
    stake: Stake,
    shares: u64,
    leaving: u64,
    era: u32,
}

impl Person {
    fn new() -> Self {
        Self { stake: stake(), shares: 0, leaving: 0, era: 0 }
    }

    /// Follows the fund, the stake by itself and what is expected of it by division.
    fn follow(&mut self, fund: &Fund) -> Result<(), TestCaseError> {
        self.stake.follow(fund);
        (self.shares, self.leaving) = (self.now(self.shares, fund), self.now(self.leaving, fund));
        self.era = fund.era;
        self.check()
    }

    /// What shares of the person's are at the era of the fund.
    fn now(&self, shares: u64, fund: &Fund) -> u64 {
        (self.era..fund.era).fold(shares, |shares, _| shares / FEWER)
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let Stake { shares, leaving, era, .. } = self.stake;
        prop_assert_eq!((shares, leaving, era), (self.shares, self.leaving, self.era));
        prop_assert!(self.stake.invariant().is_ok());
        Ok(())
    }
}

/// How many eras begin when so much is left: as few as make a unit worth at most 2^20 shares, and all of them if nothing is.
fn eras(assets: u64, shares: u64) -> u32 {
    let wide = |eras: u32| (u128::from(assets) + 1) << (20 * (eras + 1));
    (0..4).find(|eras| assets > 0 && u128::from(shares) < wide(*eras)).unwrap_or(4)
}

/// What shares are worth of so much, by so many in all.
fn part(shares: u64, assets: u64, all: u64) -> u64 {
    (u128::from(shares) * u128::from(assets)).checked_div(all.into()).unwrap_or(0) as u64
}

/// Asks of a payment what must hold of the fund and of everybody's shares before and after it.
fn judge(was: &Fund, is: &Fund, shares: &[u64]) -> Result<(), TestCaseError> {
    let begun = eras(is.assets, was.shares);
    prop_assert_eq!(is.era, was.era + begun);
    let fewer = |shares: u64| (0..begun).fold(shares, |shares, _| shares / FEWER);
    let nobodys = if begun > 0 && is.assets > 0 { NOBODYS } else { 0 };
    prop_assert_eq!(is.shares, fewer(was.shares) + nobodys);
    let mut taken = 0;
    for shares in shares {
        let worth = [part(*shares, is.assets, was.shares), is.worth_down(fewer(*shares))];
        // No stake gains.
        prop_assert!(worth[1] <= worth[0], "{} and {}", worth[0], worth[1]);
        prop_assert!(begun > 0 || worth[1] == worth[0], "{} and {}", worth[0], worth[1]);
        taken += worth[0] - worth[1];
    }
    if taken > 0 {
        // Each loses less than a unit of what rounds off its shares, and less than one as its worth rounds down; all
        // together lose nobody's part of what is left, which is less than a million.
        let [all, assets, nobodys] = [is.shares, is.assets, nobodys].map(u128::from);
        let rounded = 2 * shares.len() as u128;
        prop_assert!(assets * nobodys < NOBODYS as u128 * all, "{assets} of {all}");
        prop_assert!(u128::from(taken) * all < rounded * all + assets * nobodys, "{taken} taken");
    }
    Ok(())
}

/// Some million dollars can be staked whatever happened, a stake that brings the fund to that in one.
fn stakes_fit(fund: &Fund) -> Result<(), TestCaseError> {
    let mut fund = *fund;
    prop_assert!(fund.assets > ROOM / 2 || fund.stake_down(ROOM - fund.assets).is_ok());
    Ok(())
}

fn play(steps: &[Step], losses: bool) -> Result<(), TestCaseError> {
    let mut fund = fund();
    fund.rules.market_cap = 1 << 60;
    let mut people: [Person; 4] = core::array::from_fn(|_| Person::new());
    let (mut put, mut got, mut earned, mut paid) = (0u128, 0u128, 0u128, 0u128);
    for (who, what, amount) in steps {
        let person = &mut people[who % 4];
        match what % 6 {
            0 => {
                person.follow(&fund)?;
                let before = (fund.assets, fund.shares);
                match fund.stake_down(*amount) {
                    Ok(shares) => {
                        // No share is cheaper than it was: shares * assets <= amount * all shares.
                        if before.1 > 0 {
                            prop_assert!(
                                u128::from(shares) * u128::from(before.0)
                                    <= u128::from(*amount) * u128::from(before.1)
                            );
                        }
                        prop_assert!(person.stake.add(shares).is_ok());
                        person.shares += shares;
                        put += u128::from(*amount);
                    }
                    Err(_) => prop_assert_eq!(before, (fund.assets, fund.shares)),
                }
            }
            1 => {
                person.follow(&fund)?;
                if person.stake.leave(amount % (person.shares + 1), &fund.rules, 0).is_ok() {
                    person.leaving = amount % (person.shares + 1);
                }
            }
            2 => {
                person.follow(&fund)?;
                match person.stake.take(person.stake.leaves_at) {
                    Ok(shares) => {
                        prop_assert_eq!(shares, person.leaving);
                        let expected = part(shares, fund.assets, fund.shares);
                        prop_assert_eq!(fund.unstake_down(shares).ok(), Some(expected));
                        (person.shares, person.leaving) = (person.shares - shares, 0);
                        got += u128::from(expected);
                    }
                    Err(_) => prop_assert_eq!(person.leaving, 0),
                }
            }
            3 => {
                prop_assert!(fund.earn(*amount).is_ok());
                earned += u128::from(*amount);
            }
            what if losses => {
                // An amount, or all but an amount.
                let most = fund.cover_down(1, 1_000);
                prop_assert_eq!(most, fund.assets);
                let part = if what == 4 { most.min(*amount) } else { most.saturating_sub(*amount) };
                let before = fund;
                prop_assert!(fund.pay(1, part, 1_000).is_ok());
                paid += u128::from(part);
                let held: Vec<u64> = people.iter().map(|person| person.now(person.shares, &before)).collect();
                if part > 0 {
                    judge(&before, &fund, &held)?;
                }
            }
            _ => {}
        }
        people[who % 4].check()?;
        prop_assert!(fund.invariant().is_ok());
        prop_assert_eq!(u128::from(fund.assets), put + earned - got - paid);
        let held = people.iter().map(|person| person.now(person.shares, &fund));
        // A million are nobody's at all times, however few shares others keep.
        let nobodys = if fund.shares > 0 { NOBODYS } else { 0 };
        prop_assert!(held.clone().sum::<u64>() + nobodys <= fund.shares);
        let worth: u128 = held.map(|shares| u128::from(fund.worth_down(shares))).sum();
        prop_assert!(worth <= u128::from(fund.assets));
        stakes_fit(&fund)?;
    }
    prop_assert_eq!((u128::from(fund.earned), u128::from(fund.paid)), (earned, paid));
    Ok(())
}

/// Steps of a few units, where rounding matters most, or of millions.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let amount = prop_oneof![1u64..10, 1u64..10_000, 1u64..1 << 40];
    prop::collection::vec((0usize..4, 0u8..6, amount), 1..60)
}

/// Shares of all sizes, and what is left of the assets: about as much as begins so many eras, or anything.
fn losses() -> impl Strategy<Value = (u64, u64)> {
    let shares = (any::<u64>(), 0u32..44).prop_map(|(shares, places)| (shares >> places).max(NOBODYS));
    let near = (1u32..4, 0u64..4).prop_map(|(eras, more)| (Some(eras), more));
    let any = (0u32..64, any::<u64>()).prop_map(|(places, assets)| (None, assets >> places));
    (shares, prop_oneof![near, any]).prop_map(|(shares, (eras, assets))| match eras {
        Some(eras) => (shares, ((shares >> (20 * eras)) + assets).saturating_sub(2)),
        None => (shares, assets),
    })
}

proptest! {
    #[test]
    fn assets_are_what_came_in_less_what_left(steps in steps()) {
        play(&steps, true)?;
    }

    #[test]
    fn without_losses_no_era_begins(steps in steps()) {
        play(&steps, false)?;
    }

    /// Four stakes of a fund of which a loss leaves so much, whatever the sizes.
    #[test]
    fn an_era_leaves_everybody_what_he_had(
        (shares, assets) in losses(), parts in prop::collection::vec(0u64..=256, 4),
    ) {
        let assets = assets.min((1 << 60) - 1);
        let mut was = fund();
        (was.assets, was.shares) = (assets, shares);
        let sum = parts.iter().sum::<u64>().max(1);
        let held: Vec<u64> = parts.iter().map(|of| part(shares, *of, sum)).collect();
        let is = left(shares, assets);
        judge(&was, &is, &held)?;
        stakes_fit(&is)?;
        // What is left of the stakes is theirs, and a million of a new era are nobody's.
        let now: Vec<u64> = held.iter().map(|shares| {
            let mut stake = Stake { shares: *shares, leaving: *shares, ..stake() };
            stake.follow(&is);
            assert_eq!(stake.leaving, stake.shares);
            stake.shares
        }).collect();
        let nobodys = if is.era > 0 && is.assets > 0 { NOBODYS } else { 0 };
        prop_assert!(now.iter().sum::<u64>() + nobodys <= is.shares);
    }

    /// In turns of stake, fee and leave: what rounding costs others at each step stays in the fund, so that nobody's gain
    /// is more than his part of the fees.
    #[test]
    fn nobody_takes_more_than_he_put_in_and_fees(
        others in LEAST_SHARES..1 << 40, mine in 1u64..1 << 40, fees in 0u64..1 << 40, loss in 0u64..1 << 40,
    ) {
        let mut fund = fund();
        fund.rules.market_cap = 1 << 60;
        let mut theirs = stake();
        prop_assert_eq!(fund.stake_down(others).ok(), Some(others));
        prop_assert!(theirs.add(others).is_ok());
        let paid = fund.pay(1, loss.min(others - 1), 1_000);
        prop_assert!(paid.is_ok());
        theirs.follow(&fund);
        let before = fund.worth_down(theirs.shares);
        let Ok(shares) = fund.stake_down(mine) else { return Ok(()) };
        prop_assert!(fund.earn(fees).is_ok());
        let all = u128::from(fund.shares);
        let got = fund.unstake_down(shares).ok();
        // Exactly: what he put in, and his shares' part of the fees, rounded up.
        let most = u128::from(mine) + (u128::from(fees) * u128::from(shares)).div_ceil(all);
        prop_assert!(got.is_some_and(|got| u128::from(got) <= most), "{:?} of {} and {}", got, mine, most);
        // The others lose nothing by his coming and going, and have their own part of the fees, rounded down.
        let kept = before + part(theirs.shares, fees, u64::try_from(all).unwrap_or(u64::MAX));
        prop_assert!(fund.worth_down(theirs.shares) >= kept);
    }
}
