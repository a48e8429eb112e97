//! Scan loss of one market.

use super::convert::from_fraction;
use super::side::Side;
use crate::model::{Tail, Vol};
use crate::report::Worst;
use std::vec::Vec;

/// Loss of the forward contingency.
pub fn basis(side: &Side<'_>) -> f64 {
    let basis = &side.model.basis;
    let expiry = |slice: &super::slice::Slice<'_>| {
        let loss = |p| {
            let p = from_fraction(p);
            let p = if basis.scaled { 1.0 + (p - 1.0) * side.range } else { p };
            let p = p.clamp(1.0 / 1024.0, 8.0);
            -slice.change(p, Vol::Flat, false)
        };
        let factor = from_fraction(basis.add) + from_fraction(basis.per_year) * slice.years;
        loss(basis.up).max(loss(basis.down)).max(0.0) * factor
    };
    side.slices.iter().map(expiry).sum()
}

/// Expected shortfall of profits and losses by row, each with its mass.
pub fn shortfall(tail: &Tail, mut rows: Vec<(f64, f64)>) -> f64 {
    let share = from_fraction(tail.share);
    if share <= 0.0 {
        return 0.0;
    }
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut lacking, mut sum) = (share, 0.0);
    for (profit, mass) in rows {
        let taken = mass.min(lacking);
        lacking -= taken;
        sum -= taken * profit;
    }
    (sum / share * from_fraction(tail.multiplier)).max(0.0)
}

/// Scan loss of the market, and which case it is: the first of equal ones.
pub fn scan(side: &Side<'_>, rows: &[f64], basis: f64) -> (f64, Worst) {
    let mut worst = (0.0, Worst::Nothing);
    let mut consider = |loss: f64, case| {
        if loss > worst.0 {
            worst = (loss, case);
        }
    };
    for (place, profit) in rows.iter().enumerate() {
        consider(-profit, Worst::Row(place as u8));
    }
    consider(basis, Worst::Basis);
    consider(shortfall(&side.model.tail, with_mass(side, rows, |_| true)), Worst::Shortfall);
    worst
}

/// Scan loss of the market up or down alone, for the covariance of markets.
pub fn one_way(side: &Side<'_>, rows: &[f64], basis: f64, up: bool) -> f64 {
    let counts = |p: f64| if up { p >= 1.0 } else { p <= 1.0 };
    let mut worst = basis.max(0.0);
    for (row, profit) in side.model.rows.iter().zip(rows) {
        if counts(side.multiplier(row)) {
            worst = worst.max(-profit);
        }
    }
    worst.max(shortfall(&side.model.tail, with_mass(side, rows, counts)))
}

/// Rows that have mass; those that do not count bring nothing.
fn with_mass(side: &Side<'_>, rows: &[f64], counts: impl Fn(f64) -> bool) -> Vec<(f64, f64)> {
    let pairs = side.model.rows.iter().zip(rows);
    pairs
        .map(|(row, profit)| {
            let profit = if counts(side.multiplier(row)) { *profit } else { 0.0 };
            (profit, from_fraction(row.mass))
        })
        .filter(|(_, mass)| *mass > 0.0)
        .collect()
}
