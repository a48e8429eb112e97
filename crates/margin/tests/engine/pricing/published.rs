//! Published check numbers of single options and of a surface.

use crate::vectors;
use ballast_margin::black;
use ballast_margin::book::{Svi, Years};
use ballast_margin::units::{Fraction, Price, STEPS};
use fixed::types::I16F48;
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value.as_str().expect("text").parse().expect("a number")
}

fn price(value: &Value) -> Price {
    Price((number(value) * STEPS as f64).round() as u64)
}

#[test]
fn published_options_are_met() {
    let options = &vectors::load("primitives.json")["options"];
    assert_eq!(options.as_array().expect("options").len(), 3);
    for option in options.as_array().expect("options") {
        let (forward, strike) = (price(&option["forward"]), price(&option["strike"]));
        let sigma = Fraction((number(&option["sigma"]) * Fraction::ONE.0 as f64) as i64);
        let seconds = option["days"].as_i64().expect("days") * 86_400;
        let discount = number(&option["discount"]);
        let got = black::price(forward, strike, sigma, seconds).expect("a price");
        for (quantity, published) in option["published"].as_object().expect("numbers") {
            let (got, bound) = match quantity.as_str() {
                "call" => (got.call.0 as f64 / STEPS as f64 * discount, number(&option["forward"]) * 5e-11),
                "put" => (got.put.0 as f64 / STEPS as f64 * discount, number(&option["forward"]) * 5e-11),
                "delta" => (got.delta.0 as f64 / Fraction::ONE.0 as f64, 1e-8),
                other => panic!("{other}"),
            };
            assert!((got - number(published)).abs() <= bound, "{quantity}: {got} for {published}");
        }
    }
}

#[test]
fn published_volatilities_are_met() {
    let surface = &vectors::load("primitives.json")["surface"];
    let place = |name: &str| I16F48::from_str(surface[name].as_str().expect("text")).expect("a number");
    let slice = Svi {
        a: place("a"),
        b: place("b"),
        rho: place("rho"),
        m: place("m"),
        s: place("s"),
        forward: price(&surface["forward"]),
        years: Years((number(&surface["years"]) * 2f64.powi(60)) as u64),
    };
    let sigmas = surface["sigma"]["recomputed"].as_object().expect("numbers");
    assert_eq!(sigmas.len(), 4);
    for (strike, sigma) in sigmas {
        let strike = Price(strike.parse::<u64>().expect("a whole number") * STEPS);
        let got = slice.volatility(strike).expect("a volatility").0 as f64 / Fraction::ONE.0 as f64;
        assert!((got - number(sigma)).abs() <= 2e-11, "{strike:?}: {got} for {sigma}");
        // The source rounds its parameters to ten places.
        let published = number(&surface["sigma"]["published"][(strike.0 / STEPS).to_string()]);
        assert!((got - published).abs() <= 1e-9, "{strike:?}: {got} for {published}");
    }
}
