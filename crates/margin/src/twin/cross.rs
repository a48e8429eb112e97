//! Scan loss across markets.

use super::convert::from_fraction;
use super::loss;
use super::side::Side;
use crate::report::Worst;
use std::vec::Vec;

/// A market in which the book holds something, with its losses.
pub struct Part<'a> {
    /// The market.
    pub side: &'a Side<'a>,
    /// Profit or loss by row.
    pub rows: &'a [f64],
    /// Loss of the forward contingency.
    pub basis: f64,
    /// Scan loss alone.
    pub scan: f64,
    /// Which case that is.
    pub worst: Worst,
}

/// Scan loss across markets, and which case it is: the first of equal ones.
pub fn across(parts: &[Part<'_>]) -> (f64, Worst) {
    let Some(first) = parts.first() else { return (0.0, Worst::Nothing) };
    if parts.len() == 1 {
        return (first.scan, first.worst);
    }
    let sum: f64 = parts.iter().map(|part| part.scan).sum();
    let mut worst = (0.0, Worst::Nothing);
    let mut consider = |loss: f64, case| {
        if loss > worst.0 {
            worst = (loss, case);
        }
    };
    if parts.iter().any(|part| !part.side.certain) {
        consider(sum, Worst::Sum);
        return worst;
    }
    let cross = &first.side.model.cross;
    for place in 0..first.rows.len() {
        consider(systemic(parts, place), Worst::Systemic(place as u8));
    }
    if cross.covariance {
        consider(covariance(parts), Worst::Covariance);
    }
    consider(from_fraction(cross.floor) * sum, Worst::Floor);
    consider(parts.iter().map(|part| part.scan).fold(0.0, f64::max), Worst::Floor);
    worst
}

/// Loss of all markets in one row, gains counting in part.
fn systemic(parts: &[Part<'_>], place: usize) -> f64 {
    let loss = |part: &Part<'_>| {
        let profit = part.rows[place];
        let offset = from_fraction(part.side.model.cross.offset);
        -if profit > 0.0 { offset * profit } else { profit }
    };
    parts.iter().map(loss).sum()
}

/// The worst of all combinations of markets going up and down.
fn covariance(parts: &[Part<'_>]) -> f64 {
    let one_way = |up: bool| -> Vec<f64> {
        parts.iter().map(|part| loss::one_way(part.side, part.rows, part.basis, up)).collect()
    };
    let (up, down) = (one_way(true), one_way(false));
    let mut worst: f64 = 0.0;
    for signs in 0u32..1 << parts.len() {
        let rises = |u: usize| signs >> u & 1 == 1;
        let x = |u: usize| if rises(u) { up[u] } else { down[u] };
        let mut variance = 0.0;
        for u in 0..parts.len() {
            variance += x(u) * x(u);
            for v in 0..u {
                let rho = correlation(&parts[u], &parts[v], rises(u) == rises(v));
                variance += 2.0 * rho * x(u) * x(v);
            }
        }
        worst = worst.max(variance.max(0.0).sqrt());
    }
    worst
}

/// How two losses add: by the upper bound when the markets move alike, by minus the lower when not.
fn correlation(one: &Part<'_>, other: &Part<'_>, alike: bool) -> f64 {
    let (one, other, bounds) = (one.side.id, other.side.id, one.side.model.cross.correlations);
    let pair = (one.min(other), one.max(other));
    let listed = bounds.iter().find(|bound| bound.markets == pair);
    let (low, high) =
        listed.map_or((-1.0, 1.0), |bound| (from_fraction(bound.low), from_fraction(bound.high)));
    if alike {
        high
    } else {
        -low
    }
}
