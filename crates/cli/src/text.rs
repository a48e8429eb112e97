//! Numbers as text, from exact decimals.

use ballast_margin::units::{Fraction, STEPS};

/// Decimal places of the steps.
const PLACES: usize = 10;

/// A number of steps of 10^-10, exactly.
pub fn exact(steps: i128) -> String {
    decimal(steps, PLACES).trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number of steps of 10^-10 to the nearest of so many decimal places, with thousands set apart.
pub fn grouped(steps: i128, places: usize) -> String {
    let plain = decimal(steps, places);
    let (sign, digits) = plain.strip_prefix('-').map_or(("", &plain[..]), |digits| ("-", digits));
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let mut text = sign.to_owned();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(part) = part {
        text.push('.');
        text.push_str(part);
    }
    text
}

/// A ratio to the millionth, without trailing zeros.
pub fn ratio(fraction: Fraction) -> String {
    let text = format!("{:.6}", fraction.0 as f64 / Fraction::ONE.0 as f64);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn decimal(steps: i128, places: usize) -> String {
    let drop = 10u128.pow((PLACES - places) as u32);
    let unit = STEPS as u128 / drop;
    let nearest = (steps.unsigned_abs() + drop / 2) / drop;
    let sign = if steps < 0 && nearest > 0 { "-" } else { "" };
    format!("{sign}{}.{:0places$}", nearest / unit, nearest % unit)
}
