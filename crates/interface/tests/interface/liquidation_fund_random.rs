//! Whatever is staked, earned, paid and taken in whatever order: nothing comes from nowhere, and nobody gets more than he
//! put in and his part of the fees.

use crate::liquidation_fund::fund;
use proptest::prelude::*;

/// What somebody does: which of four people, what, and how much.
type Step = (usize, u8, u64);

/// A person's shares, what they put in, and what they took out.
#[derive(Clone, Copy, Default)]
struct Person {
    shares: u64,
    era: u32,
    put: u128,
    got: u128,
}

fn play(steps: &[Step], losses: bool) -> Result<(), TestCaseError> {
    let mut fund = fund();
    fund.rules.market_cap = 1 << 60;
    let mut people = [Person::default(); 4];
    let (mut put, mut got, mut earned, mut paid) = (0u128, 0u128, 0u128, 0u128);
    for (who, what, amount) in steps {
        let person = &mut people[who % 4];
        if person.era != fund.era {
            (person.era, person.shares) = (fund.era, 0);
        }
        match what % 4 {
            0 => {
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
                        person.shares += shares;
                        person.put += u128::from(*amount);
                        put += u128::from(*amount);
                    }
                    Err(_) => prop_assert_eq!(before, (fund.assets, fund.shares)),
                }
            }
            1 => {
                let shares = amount.checked_rem(person.shares + 1).unwrap_or(0);
                if shares > 0 {
                    let amount = fund.unstake_down(shares).unwrap();
                    person.shares -= shares;
                    person.got += u128::from(amount);
                    got += u128::from(amount);
                }
            }
            2 => {
                fund.earn(*amount).unwrap();
                earned += u128::from(*amount);
            }
            _ if losses => {
                let part = (*amount).min(fund.cover_down(1, 1_000));
                fund.pay(1, part, 1_000).unwrap();
                paid += u128::from(part);
            }
            _ => {}
        }
        fund.invariant().unwrap();
        prop_assert_eq!(u128::from(fund.assets), put + earned - got - paid);
        let alive = people.iter().filter(|person| person.era == fund.era);
        let held: u128 = alive.clone().map(|person| u128::from(person.shares)).sum();
        prop_assert!(held <= u128::from(fund.shares));
        let worth: u128 = alive.map(|person| u128::from(fund.worth_down(person.shares))).sum();
        prop_assert!(worth <= u128::from(fund.assets));
    }
    prop_assert_eq!((u128::from(fund.earned), u128::from(fund.paid)), (earned, paid));
    Ok(())
}

/// Steps of a few units, where rounding matters most, or of millions.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let amount = prop_oneof![1u64..10, 1u64..10_000, 1u64..1 << 40];
    prop::collection::vec((0usize..4, 0u8..4, amount), 1..60)
}

proptest! {
    #[test]
    fn assets_are_what_came_in_less_what_left(steps in steps()) {
        play(&steps, true)?;
    }

    /// In turns of stake, fee and leave: what rounding costs others at each step stays in the fund, so that nobody's gain
    /// is more than his part of the fees and what rounding left behind before, which is less than a share's price a step.
    #[test]
    fn nobody_takes_more_than_he_put_in_and_fees(
        others in 1u64..1 << 40, mine in 1u64..1 << 40, fees in 0u64..1 << 40, loss in 0u64..1 << 40,
    ) {
        let mut fund = fund();
        fund.rules.market_cap = 1 << 60;
        let theirs = fund.stake_down(others).unwrap();
        fund.pay(1, loss.min(others - 1), 1_000).unwrap();
        let Ok(shares) = fund.stake_down(mine) else { return Ok(()) };
        fund.earn(fees).unwrap();
        let got = fund.unstake_down(shares).unwrap();
        // Exactly: what he put in, and his shares' part of the fees, rounded up.
        let part = u128::from(fees) * u128::from(shares);
        let most = u128::from(mine) + part.div_ceil(u128::from(shares) + u128::from(theirs));
        prop_assert!(u128::from(got) <= most, "{got} of {mine} and {most}");
        // Without fees nothing is won; and the others lose nothing by his coming and going.
        let left = fund.worth_down(theirs);
        prop_assert!(u128::from(left) + u128::from(got) <= u128::from(fund.assets) + u128::from(got));
        prop_assert!(left >= others.saturating_sub(loss.min(others - 1)));
    }
}
