//! Invariant 6: nobody, alone or together, takes out more than they brought, others lost, and insurance paid.
//!
//! What is proved, of any set A of accounts and its rest, after every transaction: the dollars that left the vault for
//! A are at most those that came in for A, those that insurance paid for A, A's debt (which the gate lets A have only
//! against what it holds: see the third invariant), and what the rest has lost: what came in for it, less what left
//! for it, less what it still has. And of each other token: A took out no more units than it brought, bought from the
//! rest, or got from it in a rescue. What came in and went out is measured on the vaults, not told by events.

use crate::state::{broken, Broken, State};
use ballast_audit::cash_now;
use ballast_testkit::Random;

/// Name of the invariant.
pub const WITHDRAWALS: &str = "6 withdrawals";

/// What each seat brought and took, by token: dollars, bank one, bank two.
#[derive(Clone, Default)]
pub struct Ledger {
    came: Vec<[i128; 3]>,
    left: Vec<[i128; 3]>,
    /// Tokens got from others less those given to others: never by the vaults.
    traded: Vec<[i128; 3]>,
}

impl Ledger {
    /// Everybody begins with what they have.
    pub fn new(state: &State) -> Self {
        let seats = state.accounts.len();
        let mut ledger =
            Self { came: vec![[0; 3]; seats], left: vec![[0; 3]; seats], traded: vec![[0; 3]; seats] };
        for (seat, account) in state.open() {
            ledger.came[seat][0] = account.cash.into();
            for row in account.collateral.iter().filter(|row| row.bank != 0) {
                ledger.came[seat][usize::from(row.bank)] += i128::from(row.amount);
            }
        }
        ledger
    }

    /// Takes note of an accepted instruction about some seats: the first is who brings or takes.
    pub fn note(&mut self, before: &State, after: &State, by: &str, seat: usize) {
        for token in 0..3 {
            let change = i128::from(after.vaults[token]) - i128::from(before.vaults[token]);
            match by {
                "deposit" | "absorb_loss" | "resolve_bankruptcy" => self.came[seat][token] += change,
                "withdraw" => self.left[seat][token] -= change,
                _ => {}
            }
        }
        let held = |state: &State, seat: usize, bank: u16| {
            state.accounts[seat].as_ref().map_or(0, |account| i128::from(account.token_amount(bank)))
        };
        if !matches!(by, "deposit" | "withdraw") {
            for seat in 0..self.traded.len() {
                for bank in 1..3 {
                    self.traded[seat][usize::from(bank)] +=
                        held(after, seat, bank) - held(before, seat, bank);
                }
            }
        }
    }

    /// 6: for every seat alone, and for some coalitions.
    pub fn check(&self, state: &State, random: &mut Random) -> Result<(), Broken> {
        let seats = self.came.len();
        let mut coalitions: Vec<u64> = (0..seats).map(|seat| 1 << seat).collect();
        coalitions.extend((0..4).map(|_| random.below(1 << seats)));
        for coalition in coalitions {
            self.coalition(state, coalition)?;
        }
        Ok(())
    }

    fn coalition(&self, state: &State, coalition: u64) -> Result<(), Broken> {
        let of = |seat: usize| coalition >> seat & 1 == 1;
        let (mut taken, mut lost, mut debt) = (0, 0, 0);
        for seat in 0..self.came.len() {
            let brought = self.came[seat][0] - self.left[seat][0];
            let cash = state.accounts[seat].as_ref().map_or(0, |account| cash_now(account, &state.group));
            if of(seat) {
                taken -= brought;
                debt -= cash.min(0);
            } else {
                lost += brought - cash;
            }
        }
        if taken > debt + lost {
            let what =
                format!("{coalition:#b} took {taken} more than it brought; others lost {lost}, debt {debt}");
            return broken(WITHDRAWALS, what);
        }
        for token in 1..3 {
            let sum = |table: &Vec<[i128; 3]>| -> i128 {
                table.iter().enumerate().filter(|(seat, _)| of(*seat)).map(|(_, row)| row[token]).sum()
            };
            if sum(&self.left) > sum(&self.came) + sum(&self.traded) {
                return broken(WITHDRAWALS, format!("{coalition:#b} took out too much of token {token}"));
            }
        }
        Ok(())
    }
}
