//! A first fee, however small, leaves a fund in which everybody can stake.

use crate::code;
use ballast_interface::liquidation::{Fund, LiquidationError, LEAST_SHARES};
use bytemuck::Zeroable;

#[test]
fn a_small_first_fee_keeps_nobody_out() {
    let mut fund = Fund::zeroed();
    fund.earn(0).unwrap();
    assert_eq!((fund.assets, fund.shares), (0, 0));
    // One unit, then a thousand dollars: a million shares of nobody's, at 1 000.000 001 units each.
    fund.earn(1).unwrap();
    assert_eq!((fund.assets, fund.shares), (1, 1_000_000));
    fund.earn(1_000_000_000).unwrap();
    assert_eq!((fund.assets, fund.shares), (1_000_000_001, 1_000_000));
    // A thousand shares are a dollar's worth, and a unit; for a unit less there are 999.
    let mut short = fund;
    assert_eq!(code(short.stake_down(1_000_000)), Some(LiquidationError::StakeTooSmall.into()));
    assert_eq!(fund.stake_down(1_000_001).unwrap(), LEAST_SHARES);
    assert_eq!(fund.worth_down(LEAST_SHARES), 1_000_000);
}

#[test]
fn a_first_fee_beyond_that_is_a_unit_a_share() {
    let mut fund = Fund::zeroed();
    fund.earn(1_000_001).unwrap();
    assert_eq!((fund.assets, fund.shares), (1_000_001, 1_000_001));
    assert_eq!(fund.stake_down(5_000).unwrap(), 5_000);
}
