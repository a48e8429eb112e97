//! From the numbers of a document to the engine's units, each to the nearest step.
//!
//! The 53 bits of a double hold the decimals that people and feeds write; what is read is checked here,
//! so that a refusal can name the path.

use crate::failure::Result;
use crate::place::Place;
use ballast_margin::book::{Svi, Years};
use ballast_margin::units::{Contracts, Fraction, Price, Quote, STEPS};
use fixed::types::I16F48;

/// Seconds of a year of 365 days.
const YEAR: i64 = 365 * 86_400;
/// The longest time that the engine counts: sixteen years less a second.
const MOST_SECONDS: i64 = 16 * YEAR - 1;
/// A bound on money far above anything real and far below the ends of its type.
const MOST_MONEY: f64 = 1e18;

/// A price above zero.
pub fn price(place: &Place) -> Result<Price> {
    let steps = scaled(place, STEPS as f64, 1.0, 2f64.powi(64), "a number above zero")?;
    Ok(Price(steps as u64))
}

/// A price that may be zero.
pub fn price_or_zero(place: &Place) -> Result<Price> {
    let steps = scaled(place, STEPS as f64, 0.0, 2f64.powi(64), "a number of at least zero")?;
    Ok(Price(steps as u64))
}

/// A signed number of contracts.
pub fn contracts(place: &Place) -> Result<Contracts> {
    Ok(Contracts(signed(place, STEPS as f64)? as i64))
}

/// A number of contracts or tokens that cannot be below zero.
pub fn amount(place: &Place) -> Result<Contracts> {
    let steps = scaled(place, STEPS as f64, 0.0, 2f64.powi(63), "a number of at least zero")?;
    Ok(Contracts(steps as i64))
}

/// A signed amount of money.
pub fn quote(place: &Place) -> Result<Quote> {
    let most = MOST_MONEY * STEPS as f64;
    Ok(Quote(scaled(place, STEPS as f64, -most, most, "a number")? as i128))
}

/// A signed ratio.
pub fn fraction(place: &Place) -> Result<Fraction> {
    Ok(Fraction(signed(place, Fraction::ONE.0 as f64)? as i64))
}

/// A ratio that cannot be below zero.
pub fn positive_fraction(place: &Place) -> Result<Fraction> {
    let unit = Fraction::ONE.0 as f64;
    Ok(Fraction(scaled(place, unit, 0.0, 2f64.powi(63), "a number of at least zero")? as i64))
}

/// A ratio from nothing to the whole.
pub fn share(place: &Place) -> Result<Fraction> {
    let expected = "a number from zero to one";
    if place.number(expected)? > 1.0 {
        return Err(place.refuse(expected));
    }
    Ok(Fraction(scaled(place, Fraction::ONE.0 as f64, 0.0, 2f64.powi(63), expected)? as i64))
}

/// Whole seconds left, from zero to as many as the engine counts.
pub fn seconds(place: &Place) -> Result<i64> {
    let expected = format!("a whole number from zero to {}", MOST_SECONDS);
    let number = place.number(&expected)?;
    if number.fract() != 0.0 || !(0.0..=(MOST_SECONDS) as f64).contains(&number) {
        return Err(place.refuse(&expected));
    }
    Ok(number as i64)
}

/// Days, as the nearest whole number of seconds.
pub fn days(place: &Place) -> Result<i64> {
    Ok(scaled(place, 86_400.0, 0.0, 2f64.powi(63), "a number of at least zero")? as i64)
}

/// A slice of a volatility surface: a, b, rho, m, sigma, forward and time, in this order. Its time may be
/// zero only when no time is left.
pub fn svi(place: &Place, seconds: i64) -> Result<Svi> {
    let [a, b, rho, m, s, forward, years] =
        place.list_of("a list of seven numbers: a, b, rho, m, sigma, forward and time")?;
    let parameter = |place: &Place| signed(place, 2f64.powi(48)).map(|bits| I16F48::from_bits(bits as i64));
    let least = if seconds == 0 { 0.0 } else { 1.0 };
    let time = scaled(&years, 2f64.powi(60), least, 2f64.powi(64), "a number of years above zero")?;
    Ok(Svi {
        a: parameter(&a)?,
        b: parameter(&b)?,
        rho: parameter(&rho)?,
        m: parameter(&m)?,
        s: parameter(&s)?,
        forward: price(&forward)?,
        years: Years(time as u64),
    })
}

fn signed(place: &Place, unit: f64) -> Result<f64> {
    scaled(place, unit, -2f64.powi(63), 2f64.powi(63), "a number")
}

/// The number in steps of one part in `unit`: at least `least` of them and less than `most`.
fn scaled(place: &Place, unit: f64, least: f64, most: f64, expected: &str) -> Result<f64> {
    let steps = (place.number(expected)? * unit).round();
    if steps >= most {
        return Err(place.refuse(&format!("a number below {}", most / unit)));
    }
    if steps < least {
        let expected = if least < 0.0 { &format!("a number above {}", least / unit) } else { expected };
        return Err(place.refuse(expected));
    }
    Ok(steps)
}
