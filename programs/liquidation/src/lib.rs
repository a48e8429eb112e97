//! The liquidation program: it owns auctions, the insurance fund and the waterfall behind them.
//!
//! It must not know how margin is computed or how money is kept: it asks the risk program how much to close, and moves
//! positions, cash and losses only by the account program's instructions that take its word. Layouts, seeds,
//! instructions, errors and events are the interface's.

#![deny(clippy::arithmetic_side_effects)]
#![deny(unused_must_use)]

mod calls;
pub mod errors;
pub mod events;
mod given;
pub mod instructions;
mod rescue;
mod taking;

use anchor_lang::prelude::*;
use ballast_interface::liquidation::{
    DeleverageArgs, LiquidateArgs, LiquidateToOrderArgs, RescueRules, SwapCollateralArgs,
};
use instructions::*;
#[allow(unused_imports)] // Anchor asks for the accounts of accounts here.
use rescue::*;

declare_id!("GeEi9i33oELznwaLzcmG51fv6wysWMEPoY97TrSiPZAC");

// Anchor's tools look for the literal above, all other crates for the interface's: they must be one.
const _: () = {
    let (declared, published) = (ID_CONST.as_array(), ballast_interface::ids::LIQUIDATION.as_array());
    let mut i = 0;
    while i < 32 {
        assert!(declared[i] == published[i]);
        i += 1;
    }
};

/// Instructions of the liquidation program.
#[program]
pub mod ballast_liquidation {
    use super::*;

    /// Creates a group's insurance fund, and sets how its accounts are rescued.
    pub fn create_fund(ctx: Context<CreateFund>, rules: RescueRules) -> Result<()> {
        CreateFund::create_fund(ctx, rules)
    }

    /// Changes how a group's accounts are rescued.
    pub fn change_rules(ctx: Context<ChangeRules>, rules: RescueRules) -> Result<()> {
        ChangeRules::change_rules(ctx, rules)
    }

    /// Begins the rescue of an account that is below its maintenance margin.
    pub fn begin<'info>(ctx: Context<'info, Begin<'info>>) -> Result<()> {
        Begin::begin(ctx)
    }

    /// Takes positions over from an account under liquidation, no more than its target needs.
    pub fn liquidate<'info>(ctx: Context<'info, Liquidate<'info>>, args: LiquidateArgs) -> Result<()> {
        Liquidate::liquidate(ctx, args)
    }

    /// Hands positions of an account under liquidation to a resting order that was signed for any rescue.
    pub fn liquidate_to_order<'info>(
        ctx: Context<'info, LiquidateToOrder<'info>>,
        args: LiquidateToOrderArgs,
    ) -> Result<()> {
        LiquidateToOrder::liquidate_to_order(ctx, Box::new(args))
    }

    /// Buys collateral of an account that no smaller position can cure.
    pub fn swap_collateral<'info>(
        ctx: Context<'info, SwapCollateral<'info>>,
        args: SwapCollateralArgs,
    ) -> Result<()> {
        SwapCollateral::swap_collateral(ctx, args)
    }

    /// Ends the rescue of an account that is at its target.
    pub fn end<'info>(ctx: Context<'info, End<'info>>) -> Result<()> {
        End::end(ctx)
    }

    /// Closes positions of an account that can pay nobody against somebody who holds the other side.
    pub fn deleverage<'info>(ctx: Context<'info, Deleverage<'info>>, args: DeleverageArgs) -> Result<()> {
        Deleverage::deleverage(ctx, args)
    }

    /// Makes the next hop of the waterfall for what a bankrupt account owes.
    pub fn resolve_bankruptcy<'info>(ctx: Context<'info, ResolveBankruptcy<'info>>) -> Result<()> {
        ResolveBankruptcy::resolve_bankruptcy(ctx)
    }

    /// Realises what an account has won in a market whose loser is bankrupt.
    pub fn realise_profit<'info>(ctx: Context<'info, RealiseProfit<'info>>, market: u16) -> Result<()> {
        RealiseProfit::realise_profit(ctx, market)
    }

    /// Takes the insurance's share of fees in.
    pub fn collect_insurance<'info>(ctx: Context<'info, CollectInsurance<'info>>) -> Result<()> {
        CollectInsurance::collect_insurance(ctx)
    }

    /// Stakes money in a group's insurance fund.
    pub fn stake<'info>(ctx: Context<'info, StakeMoney<'info>>, amount: u64) -> Result<()> {
        StakeMoney::stake(ctx, amount)
    }

    /// Lets shares of the insurance fund leave when a cooldown is over.
    pub fn unstake(ctx: Context<Unstake>, shares: u64) -> Result<()> {
        Unstake::unstake(ctx, shares)
    }

    /// Pays shares of the insurance fund out.
    pub fn withdraw_stake(ctx: Context<WithdrawStake>) -> Result<()> {
        WithdrawStake::withdraw_stake(ctx)
    }
}
