//! Roundings to the nearest favour no side: over all of mpmath's points, errors average to next to nothing.

use super::{whole, BELOW_40, BELOW_48};
use crate::vectors;
use ballast_margin::kernel;
use ballast_margin::units::Fraction;
use serde_json::Value;

/// Mean and largest error in units of the result, over the points whose value is below `limit`, in 2^-60.
fn errors(name: &str, below: u32, limit: i128, got: impl Fn(&[Value]) -> i64) -> (f64, f64) {
    let tables = vectors::load("kernel.json.gz");
    let (mut sum, mut largest, mut count) = (0.0, 0f64, 0);
    for row in tables[name].as_array().expect("rows") {
        let row = row.as_array().expect("a row");
        let (arguments, value) = row.split_at(row.len() - 1);
        let value: i128 = whole(&value[0]);
        // What is below half a unit is nothing, which is no matter of rounding.
        if value.abs() < 1 << below || value.abs() >= limit {
            continue;
        }
        let error = ((i128::from(got(arguments)) << below) - value) as f64 / 2f64.powi(below as i32);
        (sum, largest, count) = (sum + error, largest.max(error.abs()), count + 1);
    }
    assert!(count >= 500, "{name}: only {count} points");
    println!("{name}: {count} points, mean {:.4}, largest {largest:.4}", sum / f64::from(count));
    (sum / f64::from(count), largest)
}

#[test]
fn logarithms_and_exponentials_are_rounded_to_the_nearest() {
    let (mean, largest) = errors("ln", BELOW_48, i128::MAX, |x| kernel::ln(whole(&x[0])));
    assert!(mean.abs() < 0.05 && largest < 0.6, "{mean} {largest}");
    // Below one, the share of the result is nothing beside a unit.
    let (mean, largest) = errors("exp", BELOW_40, 1 << 60, |x| kernel::exp(whole(&x[0])));
    assert!(mean.abs() < 0.01 && largest < 0.52, "{mean} {largest}");
    let power = |x: &[Value]| kernel::pow(Fraction(whole(&x[0])), Fraction(whole(&x[1]))).0;
    let (mean, largest) = errors("pow", BELOW_40, 1 << 60, power);
    assert!(mean.abs() < 0.05 && largest < 0.52, "{mean} {largest}");
}

#[test]
fn probabilities_and_densities_are_as_near_as_their_tables() {
    let (mean, largest) = errors("normal", BELOW_40, i128::MAX, |d| kernel::normal(whole(&d[0])));
    assert!(mean.abs() < 0.01 && largest < 7.5, "{mean} {largest}");
    let (mean, largest) = errors("density", BELOW_40, i128::MAX, |d| kernel::density(whole(&d[0])));
    // Its terms are cut: within 2^-32, and nearly always from below.
    assert!((-14.0..-12.0).contains(&mean) && largest < 240.0, "{mean} {largest}");
}
