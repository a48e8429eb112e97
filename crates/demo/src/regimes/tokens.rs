//! Tokens beside cash: what they are worth, and how many lots they make.

use super::{board::Board, fault::Fault, holder::Holder};
use crate::tape::Tape;
use ballast_interface::account::{token_value_down, token_value_up, Collateral};
use std::collections::BTreeMap;

/// Which market prices the tokens of which bank.
pub struct Banks(BTreeMap<u16, u16>);

impl Banks {
    /// The banks of all tokens that somebody brought.
    pub fn of(tape: &Tape) -> Self {
        let tokens = tape.starts.iter().flat_map(|start| &start.tokens);
        Self(tokens.map(|(bank, market, _)| (*bank, *market)).collect())
    }

    /// The market of a bank.
    pub fn market(&self, bank: u16) -> Result<u16, Fault> {
        self.0.get(&bank).copied().ok_or(Fault::BankUnknown(bank))
    }
}

/// Whole lots of a bank's tokens that somebody has.
pub fn lots_of(holder: &Holder, board: &Board, banks: &Banks, bank: u16) -> Result<i64, Fault> {
    let one = board.token_amount(banks.market(bank)?, 1)?.max(1);
    i64::try_from(i128::from(holder.account.token_amount(bank)) / one).map_err(|_| Fault::TooLarge)
}

/// What so much of a token is worth at the index, in quote units, rounded up: where somebody is to sell it.
pub fn worth_up(board: &Board, token: &Collateral, amount: u64) -> Result<u64, Fault> {
    let risk = board.risk(token.market)?;
    let decimals = board.view.group.quote_decimals;
    Ok(token_value_up(amount, risk.rules.token_decimals, risk.price.index, decimals)?)
}

/// What all tokens of somebody are worth at the index, in quote units, rounded down.
pub fn worth_down(board: &Board, holder: &Holder) -> Result<i64, Fault> {
    let decimals = board.view.group.quote_decimals;
    let mut sum = 0i64;
    for token in holder.account.collateral.iter().filter(|token| token.bank != 0) {
        let risk = board.risk(token.market)?;
        let worth = token_value_down(token.amount, risk.rules.token_decimals, risk.price.index, decimals);
        sum = sum.saturating_add(i64::try_from(worth).map_err(|_| Fault::TooLarge)?);
    }
    Ok(sum)
}
