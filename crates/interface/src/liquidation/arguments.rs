//! Arguments of the liquidation program's instructions.

use crate::{account::Order, risk::QuoteLeg};
use anchor_lang::prelude::*;

/// Arguments of `liquidate`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct LiquidateArgs {
    /// Positions by rising place in the account, and how many lots of each make a unit.
    pub legs: Vec<QuoteLeg>,
    /// Units asked for; no more are taken over than the account's target needs.
    pub units: u32,
    /// Least that must be paid for each unit taken over, in quote units; below zero, what may be paid for it at most.
    pub least_pay: i64,
}

/// Arguments of `liquidate_to_order`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct LiquidateToOrderArgs {
    /// The resting order that takes over: signed for any rescue, on the other side of the account's positions.
    pub order: Order,
    /// Units asked for.
    pub units: u32,
}

/// Arguments of `deleverage`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct DeleverageArgs {
    /// Positions by rising place in the account, and how many lots of each make a unit.
    pub legs: Vec<QuoteLeg>,
    /// Units asked for.
    pub units: u32,
}

/// Arguments of `swap_collateral`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct SwapCollateralArgs {
    /// Tokens to buy.
    pub amount: u64,
    /// Positions that go with them at the mark, by rising place, and how many lots of each make a unit: what the tokens
    /// hedge may be worse without them.
    pub legs: Vec<QuoteLeg>,
    /// Units of these; no matter if there are no positions.
    pub units: u32,
}
