//! Interest: borrowers pay lenders through two indices, which everybody's cash follows when it is next looked at.
//!
//! What is charged is rounded up, what is credited is rounded down; what is between stays in the vault.
//!
//! The group's sums know what was counted of everybody's cash, and only that bears interest. What came or went since stands
//! beside it in the account, so that whoever only trades need not write the group; whoever writes it counts everything.

use super::{falling::Falling, AccountError, Group, MarginAccount};
use crate::{Fixed64, Wide};
use anchor_lang::prelude::*;

/// One, as an index.
pub const INDEX_ONE: Fixed64 = Fixed64::from_bits(1 << 64);
/// Index of an account whose cash is taken out: nobody takes it out again.
const OUT: Fixed64 = Fixed64::from_bits(-1);
/// Seconds of a year of 365 days.
const YEAR: u128 = 365 * 86_400;
/// Largest index; beyond it nothing accrues.
const LARGEST_INDEX: u128 = 1 << 74;
/// How the deposit index falls where lenders bear a loss, with 48 binary places. However much they have lost before, it has 44
/// of them at least: interest is passed on by whole ones.
const FALLING: Falling = Falling { least: 1 << 44, places: 4 };
/// Largest amount of cash or debt of one account, so that its product with an index fits 128 bits.
pub const LARGEST_CASH: u64 = 1 << 60;

/// An index with 48 binary places, by which amounts are multiplied and divided.
fn factor(index: Fixed64) -> u128 {
    index.to_bits().unsigned_abs().wrapping_shr(16)
}

/// Debt over the debt index, rounded down, or cash over the deposit index, rounded up: so that the debt that lenders
/// are paid for is never overstated.
fn shares(cash: i64, index: Fixed64) -> u128 {
    // 60 bits by 48.
    let amount = u128::from(cash.unsigned_abs()).wrapping_shl(48);
    let (index, up) = (factor(index).max(1), u128::from(cash > 0));
    let rounding = index.wrapping_sub(1).wrapping_mul(up);
    amount.saturating_add(rounding).checked_div(index).unwrap_or(0)
}

impl Group {
    /// All cash above zero, as of the index.
    pub fn lent(&self) -> u128 {
        amount(self.deposit_shares, self.deposit_index)
    }

    /// All debt, as of the index.
    pub fn borrowed(&self) -> u128 {
        amount(self.debt_shares, self.debt_index)
    }

    /// Both indices as of now, of debt second: what they will be once somebody brings them up to date.
    pub fn indices(&self, now: i64) -> [Fixed64; 2] {
        let (deposit, debt) = (self.deposit_index, self.debt_index);
        let seconds = now.saturating_sub(self.interest_at).max(0);
        let (lent, borrowed) = (self.lent(), self.borrowed());
        if seconds == 0 || lent == 0 || borrowed == 0 {
            return [deposit, debt];
        }
        // Of 60 bits and a few, by 40.
        let share = borrowed.saturating_mul(1 << 40).checked_div(lent).unwrap_or(0).min(1 << 40);
        let rate = self.rules.rate(share as i64).max(0).unsigned_abs();
        // A year's at most at a time, in 2^-64: 42 bits by 24 by 25.
        let seconds = u128::from(seconds.unsigned_abs()).min(YEAR);
        let growth = u128::from(rate).wrapping_shl(24).saturating_mul(seconds).div_ceil(YEAR);
        let passed_on = growth.saturating_mul(share).wrapping_shr(40);
        let shares = |sum: Wide| sum.get().unsigned_abs();
        let later = grown(debt, growth);
        // Growth and share are rounded, and so are indices: lenders get no more than what debts have in fact grown by,
        // in the places by which amounts are multiplied; of 63 bits by 58.
        let rise = factor(later).saturating_sub(factor(debt));
        let paid = shares(self.debt_shares).saturating_mul(rise);
        let most = paid.checked_div(shares(self.deposit_shares)).unwrap_or(0);
        let below = factor(deposit).saturating_add(most).saturating_add(1);
        let most = i128::try_from(below.saturating_mul(1 << 16)).unwrap_or(i128::MAX).saturating_sub(1);
        let grown = grown(deposit, passed_on).to_bits();
        [Fixed64::from_bits(grown.min(most)), later]
    }

    /// Brings both indices up to date; twice in a second is as good as once.
    pub fn accrue_interest(&mut self, now: i64) {
        [self.deposit_index, self.debt_index] = self.indices(now);
        self.interest_at = self.interest_at.max(now);
    }
}

/// Shares as an amount; of 63 bits by 58.
fn amount(shares: Wide, index: Fixed64) -> u128 {
    shares.get().unsigned_abs().saturating_mul(factor(index)).wrapping_shr(48)
}

/// An index after a growth in 2^-64.
fn grown(index: Fixed64, growth: u128) -> Fixed64 {
    let bits = index.to_bits().unsigned_abs();
    // 42 bits by 67; the low half of the index is worth less than what a rate is rounded by.
    let rise = bits.wrapping_shr(32).saturating_mul(growth).wrapping_shr(32);
    Fixed64::from_bits(bits.saturating_add(rise).min(LARGEST_INDEX.max(bits)) as i128)
}

impl MarginAccount {
    /// Brings the account's cash up to now, group and sums untouched. Returns the interest.
    ///
    /// Interest is of what is counted, from when it was counted: however often it is told, it is the same.
    pub fn tell_interest(&mut self, group: &Group, now: i64) -> Result<i64> {
        require!(self.cash_index != OUT, AccountError::GroupBroken);
        let worth = self.counted_worth(group, group.indices(now))?;
        let after = worth.checked_add(self.uncounted).ok_or(AccountError::NumberTooLarge)?;
        let interest = after.checked_sub(self.cash).ok_or(AccountError::NumberTooLarge)?;
        self.cash = after;
        Ok(interest)
    }

    /// What is counted of the account's cash, at other indices.
    fn counted_worth(&self, group: &Group, [deposit, debt]: [Fixed64; 2]) -> Result<i64> {
        let (to, eras) = if self.counted < 0 { (debt, 0) } else { (deposit, self.eras(group)?) };
        with_interest(self.counted, self.cash_index, to, eras)
    }

    /// Eras of lent cash since the account's was counted.
    fn eras(&self, group: &Group) -> Result<u32> {
        Ok(group.deposit_era.checked_sub(self.cash_era).ok_or(AccountError::AccountBroken)?)
    }

    /// Takes the account's cash out of the group's sums, with interest up to now, so that it can change. Returns the
    /// interest. [`Self::put_back`] ends it.
    pub fn take_out(&mut self, group: &mut Group, now: i64) -> Result<i64> {
        group.accrue_interest(now);
        let interest = self.tell_interest(group, now)?;
        let mut shares = shares(self.counted, self.cash_index);
        if self.counted > 0 {
            shares = FALLING.later_down(shares, self.eras(group)?);
        }
        let sum = if self.counted < 0 { &mut group.debt_shares } else { &mut group.deposit_shares };
        // Shares are what was put in, to the last one, or less by what eras have rounded.
        let left = sum.get().checked_sub(shares as i128).filter(|left| *left >= 0);
        *sum = Wide::new(left.ok_or(AccountError::GroupBroken)?);
        // All interest since it was counted, part of which cash may know for long.
        let told = self.cash.checked_sub(self.uncounted).and_then(|worth| worth.checked_sub(self.counted));
        let told = told.ok_or(AccountError::NumberTooLarge)?;
        let less = |sum: i64, by: i64| sum.checked_sub(by).ok_or(AccountError::NumberTooLarge);
        group.cash = less(group.cash, self.counted)?;
        // What an account gets, the others have paid or will.
        group.interest = less(group.interest, told)?;
        group.uncounted = less(group.uncounted, self.uncounted)?;
        (self.counted, self.uncounted, self.cash_index) = (0, 0, OUT);
        Ok(interest)
    }

    /// Puts the account's cash back into the group's sums: all of it is counted.
    pub fn put_back(&mut self, group: &mut Group) -> Result<()> {
        require!(self.cash.unsigned_abs() <= LARGEST_CASH, AccountError::NumberTooLarge);
        self.cash_index = if self.cash < 0 { group.debt_index } else { group.deposit_index };
        self.cash_era = group.deposit_era;
        let shares = shares(self.cash, self.cash_index);
        let sum = if self.cash < 0 { &mut group.debt_shares } else { &mut group.deposit_shares };
        *sum = Wide::new(sum.get().checked_add(shares as i128).ok_or(AccountError::NumberTooLarge)?);
        group.cash = group.cash.checked_add(self.cash).ok_or(AccountError::NumberTooLarge)?;
        self.counted = self.cash;
        Ok(())
    }

    /// Keeps a change of cash beside what is counted, with the group as of when interest was told: its sums need not know.
    pub fn put_beside(&mut self, group: &Group) -> Result<()> {
        require!(self.cash.unsigned_abs() <= LARGEST_CASH, AccountError::NumberTooLarge);
        let worth = self.counted_worth(group, [group.deposit_index, group.debt_index])?;
        self.uncounted = self.cash.checked_sub(worth).ok_or(AccountError::NumberTooLarge)?;
        if self.liquidation_since == 0 {
            return self.require_near_counted();
        }
        // Its trades are not of its choosing; before it is released, all of that holds again. Until then a lender has half of
        // what is counted at least: he may have to bear others' losses by that.
        let far = worth > 0 && self.uncounted < worth.wrapping_shr(1).wrapping_neg();
        require!(!far, AccountError::CashUncounted);
        Ok(())
    }

    /// Refuses more beside what is counted than an eighth of that, and any debt: what the group does not know, neither pays
    /// nor earns interest, bears no shared loss, and is under no cap.
    pub fn require_near_counted(&self) -> Result<()> {
        require!(self.is_near_counted()?, AccountError::CashUncounted);
        Ok(())
    }

    /// Whether there is no more beside what is counted than that.
    pub fn is_near_counted(&self) -> Result<bool> {
        let worth = self.cash.checked_sub(self.uncounted).ok_or(AccountError::NumberTooLarge)?;
        let near = self.uncounted.unsigned_abs() <= worth.unsigned_abs().wrapping_shr(3);
        let borrows = worth < 0 && self.uncounted < 0;
        Ok(near && !borrows)
    }
}

/// Cash at a later index, and so many eras later: debt rounded up, other cash down.
fn with_interest(cash: i64, from: Fixed64, to: Fixed64, eras: u32) -> Result<i64> {
    if cash == 0 || from == to && eras == 0 || from == Fixed64::default() {
        return Ok(cash);
    }
    let product = u128::from(cash.unsigned_abs()).saturating_mul(factor(to));
    let from = factor(from).max(1);
    let later = if cash < 0 { product.div_ceil(from) } else { product.checked_div(from).unwrap_or(0) };
    let later = i64::try_from(FALLING.later_down(later, eras)).map_err(|_| AccountError::NumberTooLarge)?;
    Ok(if cash < 0 { later.saturating_neg() } else { later })
}

impl MarginAccount {
    /// Pays an account's debt and losses by writing down what all lenders own: their index falls so far that together
    /// they lose that much, to within a unit for each of them. The account must be taken out.
    pub fn share_loss(&mut self, group: &mut Group, amount: u64) -> Result<()> {
        let owed = self.owed();
        let lent = group.lent();
        require!(amount > 0, AccountError::AmountZero);
        require!(amount <= owed && u128::from(amount) < lent, AccountError::LossTooLarge);
        let left = lent.saturating_sub(amount.into());
        let (index, eras) = FALLING.cut_down(factor(group.deposit_index), left, lent);
        require!(index > 0, AccountError::LossTooLarge);
        group.deposit_index = Fixed64::from_bits(index.wrapping_shl(16) as i128);
        let era = group.deposit_era.checked_add(eras).ok_or(AccountError::NumberTooLarge)?;
        // Rounded up, while each account's are rounded down: nobody's are missing.
        let shares = FALLING.later_up(group.deposit_shares.get().unsigned_abs(), eras);
        (group.deposit_era, group.deposit_shares) = (era, Wide::new(shares as i128));
        let amount = i64::try_from(amount).map_err(|_| AccountError::NumberTooLarge)?;
        self.cash = self.cash.checked_add(amount).ok_or(AccountError::NumberTooLarge)?;
        // What the account gets here, the others lose when they are next looked at.
        group.interest = group.interest.checked_sub(amount).ok_or(AccountError::NumberTooLarge)?;
        Ok(())
    }
}
