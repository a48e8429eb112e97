//! Butterflies: published slices, mpmath's numbers, and random slices against the reference.

use super::reference::{of_bits, verdict, Shape};
use super::strategies::{config, fits, shapes};
use crate::vectors;
use ballast_margin::surface::check_slice;
use ballast_margin::MarginError::ButterflyArbitrage;
use proptest::prelude::*;
use serde_json::Value;

const MONTH: i64 = 30 * 86_400;

fn bits(values: &Value) -> [i64; 5] {
    std::array::from_fn(|place| values[place].as_i64().expect("a whole number"))
}

fn number(value: &Value) -> f64 {
    value.as_str().expect("text").parse().expect("a number")
}

#[test]
fn vogts_slice_is_refused_and_its_repairs_are_not() {
    let published = &vectors::load("surfaces.json.gz")["published"];
    let judged = |name: &str| check_slice(&of_bits(bits(&published[name]["slice"]), 365 * 86_400));
    assert_eq!(judged("vogt"), Err(ButterflyArbitrage));
    assert_eq!(judged("closed"), Ok(()));
    assert_eq!(judged("optimised"), Ok(()));
    // Its arbitrage lies beyond the clamp, which is checked as far on both sides of m.
    assert!(number(&published["vogt"]["least_inside_the_clamp"]) > 0.08);
    assert!(number(&published["vogt"]["least"]) < -0.03);
    // The checked strikes find what a thousand find.
    for name in ["vogt", "closed", "optimised"] {
        let (least, anywhere) = (number(&published[name]["least"]), &published[name]["least_anywhere"]);
        assert!(least - number(anywhere) < 0.07 && least * number(anywhere) > 0.0, "{name}");
    }
}

#[test]
fn slices_are_judged_as_by_mpmath() {
    let vectors = vectors::load("surfaces.json.gz");
    let mut seen = [0; 3];
    for row in vectors["slices"].as_array().expect("slices") {
        let (bits, least, ends) = (bits(&row[0]), number(&row[1]), number(&row[2]));
        if let Some(expected) = verdict(least, ends, 0.0) {
            assert_eq!(check_slice(&of_bits(bits, MONTH)), expected, "{row}");
            seen[match expected {
                Ok(()) => 0,
                Err(ButterflyArbitrage) => 1,
                Err(_) => 2,
            }] += 1;
        }
        // The reference of the properties is right to far less than the tolerance.
        let shape = Shape::of_bits(bits);
        let error = (shape.least() - least).abs().max((shape.ends() - ends).abs());
        assert!(error < 1e-7, "{row}: the reference is {error} off");
    }
    assert!(seen[0] > 200 && seen[1] > 60 && seen[2] > 50, "{seen:?}");
}

#[test]
fn slices_of_the_published_portfolios_are_accepted() {
    let portfolios = vectors::load("pmrm_portfolios.json");
    let feeds = |case: &Value| case["feeds"].as_array().expect("feeds").clone();
    let mut seen = 0;
    for feed in portfolios["cases"].as_array().expect("cases").iter().flat_map(feeds) {
        let Some(svi) = feed["svi_a_b_rho_m_sigma_F_tau"].as_array() else { continue };
        let [a, b, rho, m, s] = std::array::from_fn(|place| svi[place].as_f64().expect("a number"));
        let shape = Shape { a, b, rho, m, s };
        assert_eq!(check_slice(&shape.svi(MONTH)), Ok(()), "{shape:?}");
        seen += 1;
    }
    assert!(seen >= 30, "{seen} slices");
}

#[test]
fn the_published_slice_with_a_sharp_bottom_is_accepted() {
    let slice = &vectors::load("primitives.json")["surface"];
    let [a, b, rho, m, s] = ["a", "b", "rho", "m", "s"].map(|name| number(&slice[name]));
    assert_eq!(check_slice(&Shape { a, b, rho, m, s }.svi(MONTH)), Ok(()));
}

proptest! {
    #![proptest_config(config(100_000))]

    #[test]
    fn slices_are_judged_as_by_the_reference(shape in shapes()) {
        // The slice's own rounding to 2^-48 counts where variance is least.
        let grain = 1e-12 / shape.level();
        if let Some(expected) = verdict(shape.least(), shape.ends(), grain) {
            prop_assert_eq!(check_slice(&shape.svi(MONTH)), expected);
        }
    }

    #[test]
    fn fits_with_noise_are_accepted(shape in fits()) {
        prop_assert_eq!(check_slice(&shape.svi(MONTH)), Ok(()));
    }
}
