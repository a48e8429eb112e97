//! The kernel's functions against mpmath's values, each within its stated bound.

mod order;
mod rounding;

use crate::vectors::{self, Largest};
use ballast_margin::kernel;
use ballast_margin::units::Fraction;
use serde_json::Value;

/// Places of the values' 2^-60 below those of the functions.
const BELOW_40: u32 = 60 - 40;
const BELOW_48: u32 = 60 - 48;

fn whole<T: std::str::FromStr<Err: std::fmt::Debug>>(value: &Value) -> T {
    value.as_str().expect("text").parse().expect("a whole number")
}

/// Compares a function with its points; `bound` is of the value, both in 2^-60.
fn compare(name: &'static str, below: u32, got: impl Fn(&[Value]) -> i64, bound: impl Fn(i128) -> i128) {
    let tables = vectors::load("kernel.json.gz");
    let rows = tables[name].as_array().expect("rows");
    assert!(rows.len() >= 1_500, "{name}: only {} points", rows.len());
    let mut table = Largest::new(&["function", "absolute error", "relative error"]);
    for row in rows {
        let row = row.as_array().expect("a row");
        let (arguments, value) = row.split_at(row.len() - 1);
        let value: i128 = whole(&value[0]);
        let error = (i128::from(got(arguments)) << below) - value;
        assert!(error.abs() <= bound(value), "{name} of {arguments:?}: off by {error} / 2^60 from {value}");
        table.note(name, "absolute error", error as f64 / 2f64.powi(60));
        // Where the result has 30 bits, its relative error says something.
        if value >> (below + 30) != 0 {
            table.note(name, "relative error", error as f64 / value as f64);
        }
    }
    println!("{} points\n{table}", rows.len());
}

#[test]
fn logarithms_are_within_one_unit() {
    compare("ln", BELOW_48, |x| kernel::ln(whole(&x[0])), |_| 1 << BELOW_48);
}

#[test]
fn exponentials_are_within_one_unit_and_a_share() {
    let bound = |value: i128| (1 << BELOW_40) + (value >> 44);
    compare("exp", BELOW_40, |x| kernel::exp(whole(&x[0])), bound);
}

#[test]
fn probabilities_are_within_eight_units() {
    // A piece is wrong by h^4/384 times the fourth derivative, 0.56 at most: 2^-37.4; the rest is rounding.
    compare("normal", BELOW_40, |d| kernel::normal(whole(&d[0])), |_| 1 << (60 - 37));
}

#[test]
fn densities_are_within_a_four_thousand_millionth() {
    compare("density", BELOW_40, |d| kernel::density(whole(&d[0])), |_| 1 << (60 - 32));
}

#[test]
fn powers_are_within_one_unit_and_a_share() {
    // For exponents of up to two: five units of 2^-48 in the logarithm, and the exponential's own bound.
    let bound = |value: i128| (1 << BELOW_40) + (value >> 43);
    let power = |x: &[Value]| kernel::pow(Fraction(whole(&x[0])), Fraction(whole(&x[1]))).0;
    compare("pow", BELOW_40, power, bound);
}

#[test]
fn square_roots_are_exact() {
    let tables = vectors::load("kernel.json.gz");
    let rows = tables["sqrt"].as_array().expect("rows");
    assert!(rows.len() >= 4_000);
    for row in rows {
        assert_eq!(kernel::sqrt(whole(&row[0])), whole::<u64>(&row[1]), "root of {}", row[0]);
    }
}

#[test]
fn published_probabilities_are_met() {
    let normal = &vectors::load("primitives.json")["normal"]["published"];
    for (d, published) in normal.as_object().expect("numbers") {
        let d: i64 = d.parse().expect("a whole number");
        let published: f64 = whole(published);
        let got = kernel::normal(d << 36) as f64 / 2f64.powi(40);
        assert!((got - published).abs() <= 2f64.powi(-37), "{d}: {got} for {published}");
    }
}

#[test]
fn published_discounts_and_factors_are_met() {
    let factors = &vectors::load("primitives.json")["factors"];
    let published = |name: &str| whole::<f64>(&factors["published"][name]);
    let parameter = |name: &str| whole::<f64>(&factors["vol"][name]);
    let binary = |number: f64| Fraction((number * 2f64.powi(40)).round() as i64);
    let real = |bits: i64| bits as f64 / 2f64.powi(40);
    let seconds = factors["seconds"].as_f64().expect("seconds");
    let z = real(kernel::pow(binary(2_592_000.0 / seconds), binary(parameter("short_power"))).0);
    let exponent = whole::<f64>(&factors["rate"]) * seconds / 31_536_000.0;
    let discount = real(kernel::exp((-exponent * 2f64.powi(48)) as i64));
    assert!((discount - published("discount")).abs() <= 2e-12, "{discount}");
    assert!((1.0 + parameter("up") * z - published("up")).abs() <= 2e-12, "{z}");
    assert!((1.0 - parameter("down") * z - published("down")).abs() <= 2e-12, "{z}");
}
