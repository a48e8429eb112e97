//! Instructions of rescues.

use super::{signed, Build};
use crate::{Held, Result};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::MarginAccount,
    liquidation::{
        instructions as program, Auction, DeleverageArgs, LiquidateArgs, LiquidateToOrderArgs,
        SwapCollateralArgs,
    },
};
use solana_instruction::Instruction;

impl Build<'_> {
    /// Begins the rescue of an account that is below its maintenance margin.
    pub fn begin(&self, account: &Held<MarginAccount>, payer: &Pubkey) -> Result<Vec<Instruction>> {
        let needs = self.needs(&[account], &[])?;
        Ok(vec![program::begin(self.group(), &account.address, payer, &needs.numbers())])
    }

    /// Takes positions over. `beginner` is who began the rescue, as its auction says.
    pub fn liquidate(
        &self,
        account: &Held<MarginAccount>,
        beginner: &Pubkey,
        taker: (&Held<MarginAccount>, &Pubkey),
        args: &LiquidateArgs,
    ) -> Result<Vec<Instruction>> {
        let needs = self.needs(&[account, taker.0], &[])?;
        let taker = (&taker.0.address, taker.1);
        let step =
            program::liquidate(self.group(), &account.address, beginner, taker, &needs.numbers(), args);
        Ok(vec![step])
    }

    /// Hands positions to a resting order that was signed for any rescue; the liquidator's pay goes to an account of his.
    /// The instructions must stand first in a [`crate::Sender`]'s transaction.
    pub fn liquidate_to_order(
        &self,
        account: &Held<MarginAccount>,
        beginner: &Pubkey,
        taker: &Held<MarginAccount>,
        liquidator: &Held<MarginAccount>,
        args: &LiquidateToOrderArgs,
        signed: (Pubkey, [u8; 64]),
    ) -> Result<Vec<Instruction>> {
        let needs = self.needs(&[account, taker, liquidator], &[])?;
        let step = program::liquidate_to_order(
            self.group(),
            &account.address,
            beginner,
            &liquidator.address,
            &needs.numbers(),
            args,
        );
        Ok(vec![signed::of_orders(&[&args.order], &[signed]), step])
    }

    /// Buys collateral, with positions that it hedges.
    pub fn swap_collateral(
        &self,
        account: &Held<MarginAccount>,
        beginner: &Pubkey,
        taker: (&Held<MarginAccount>, &Pubkey),
        bank: u16,
        args: &SwapCollateralArgs,
    ) -> Result<Vec<Instruction>> {
        let mut needs = self.needs(&[account, taker.0], &[])?;
        needs.risks.push(self.exchange.bank(bank)?.market);
        needs.risks.sort_unstable();
        needs.risks.dedup();
        let taker = (&taker.0.address, taker.1);
        let step = program::swap_collateral(
            self.group(),
            &account.address,
            beginner,
            taker,
            bank,
            &needs.numbers(),
            args,
        );
        Ok(vec![step])
    }

    /// Ends the rescue of an account that is at its target.
    pub fn end(&self, account: &Held<MarginAccount>, beginner: &Pubkey) -> Result<Vec<Instruction>> {
        let needs = self.needs(&[account], &[])?;
        Ok(vec![program::end(self.group(), &account.address, beginner, &needs.numbers())])
    }

    /// Closes positions of an account that can pay nobody against one that holds the other side.
    pub fn deleverage(
        &self,
        account: &Held<MarginAccount>,
        beginner: &Pubkey,
        winner: &Held<MarginAccount>,
        args: &DeleverageArgs,
    ) -> Result<Vec<Instruction>> {
        let needs = self.needs(&[account, winner], &[])?;
        let (group, winner) = (self.group(), &winner.address);
        Ok(vec![program::deleverage(group, &account.address, beginner, winner, &needs.numbers(), args)])
    }

    /// Makes the next hop of the waterfall behind the auction of a bankrupt account. What the group holds for the
    /// insurance is collected before; what waits in markets is not: see [`Self::collect_insurance`]. The group is always
    /// written.
    pub fn resolve_bankruptcy(
        &self,
        account: &Held<MarginAccount>,
        auction: &Auction,
    ) -> Result<Vec<Instruction>> {
        let mut needs = self.needs(&[account], &[])?;
        // Losses are attributed to markets in which options were bought, too.
        needs.markets.extend(auction.bought.iter().map(|row| row.market).filter(|number| *number != 0));
        needs.risks.extend(&needs.markets);
        for numbers in [&mut needs.markets, &mut needs.risks] {
            numbers.sort_unstable();
            numbers.dedup();
        }
        let (mint, token_program) = self.exchange.token(0)?;
        let quote = (&mint, &token_program);
        let group = self.group();
        let hop =
            program::resolve_bankruptcy(group, &account.address, &auction.beginner, quote, &needs.numbers());
        Ok(vec![program::collect_insurance(group, &mint, &token_program, &[]), hop])
    }

    /// Takes the insurance's fees in from all markets. The insurance pays for a loss only within a minute after that. The
    /// group is always written.
    pub fn collect_insurance(&self) -> Result<Instruction> {
        let (mint, token_program) = self.exchange.token(0)?;
        let markets: Vec<u16> = self.exchange.markets.keys().copied().collect();
        Ok(program::collect_insurance(self.group(), &mint, &token_program, &markets))
    }

    /// Realises what an account has won in a market whose loser is bankrupt.
    pub fn realise_profit(
        &self,
        bankrupt: &Pubkey,
        winner: &Held<MarginAccount>,
        market: u16,
    ) -> Result<Vec<Instruction>> {
        let needs = self.needs(&[winner], &[])?;
        let group = self.group();
        Ok(vec![program::realise_profit(group, bankrupt, &winner.address, market, &needs.numbers())])
    }
}
