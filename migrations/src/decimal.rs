//! Decimals as people write them, exact: no number here is ever a binary fraction.

use crate::wrong::{Result, Wrong};
use std::{fmt, str::FromStr};

/// Most digits behind the point that anything here has.
const MOST_PLACES: usize = 18;
/// Most digits of a number.
const MOST_DIGITS: usize = 30;

/// A decimal number: its digits without the point, and how many of them stand behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    digits: i128,
    places: usize,
}

impl FromStr for Decimal {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let wrong = || "expected a decimal number such as 100.5".to_owned();
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, part) = rest.split_once('.').unwrap_or((rest, "0"));
        let sound = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !sound(whole) || !sound(part) {
            return Err(wrong());
        }
        // Zeros at the end say nothing.
        let part = part.trim_end_matches('0');
        let digits = format!("{}{part}", whole.trim_start_matches('0'));
        if digits.len() > MOST_DIGITS || part.len() > MOST_PLACES {
            return Err("expected a number of fewer digits".to_owned());
        }
        let digits: i128 = if digits.is_empty() { 0 } else { digits.parse().map_err(|_| wrong())? };
        Ok(Self { digits: sign * digits, places: part.len() })
    }
}

impl Decimal {
    /// A number of steps of so many decimal places.
    pub fn of(steps: i128, places: u8) -> Self {
        let (mut digits, mut places) = (steps, usize::from(places));
        while places > 0 && digits % 10 == 0 {
            (digits, places) = (digits / 10, places - 1);
        }
        Self { digits, places }
    }

    /// The number in steps of so many decimal places; refused where it has more.
    pub fn steps(&self, places: u8) -> Result<i128> {
        let wanted = usize::from(places);
        if self.places > wanted {
            return Err(Wrong::new(format!("{self}: expected at most {places} decimal places")));
        }
        let steps = self.digits.checked_mul(10i128.pow((wanted - self.places) as u32));
        steps.ok_or_else(|| Wrong::new(format!("{self}: the number is too large")))
    }

    /// The same for an amount above zero, in the smallest unit of a token.
    pub fn amount(&self, places: u8) -> Result<u64> {
        match u64::try_from(self.steps(places)?) {
            Ok(0) | Err(_) if self.digits <= 0 => {
                Err(Wrong::new(format!("{self}: expected an amount above zero")))
            }
            Ok(amount) => Ok(amount),
            Err(_) => Err(Wrong::new(format!("{self}: the amount is too large"))),
        }
    }

    /// The same for an amount that may be zero.
    pub fn amount_or_zero(&self, places: u8) -> Result<u64> {
        if self.digits == 0 {
            return Ok(0);
        }
        self.amount(places)
    }

    /// The number as a share in 2^-40, to the nearest.
    pub fn share(&self) -> Result<i64> {
        let scale = 10i128.pow(self.places as u32);
        let product = self.digits.checked_mul(1 << 41);
        let nearest = product.map(|product| (product + scale).div_euclid(2 * scale));
        let share = nearest.and_then(|nearest| i64::try_from(nearest).ok());
        share.ok_or_else(|| Wrong::new(format!("{self}: the number is too large")))
    }

    /// Whether the number is below zero.
    pub const fn is_negative(&self) -> bool {
        self.digits < 0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&exact(self.digits, self.places as u8))
    }
}

/// A number of steps of so many decimal places, exactly and without zeros at the end.
pub fn exact(steps: i128, places: u8) -> String {
    let unit = 10u128.pow(places.into());
    let (whole, part) = (steps.unsigned_abs() / unit, steps.unsigned_abs() % unit);
    let sign = if steps < 0 { "-" } else { "" };
    if part == 0 {
        return format!("{sign}{whole}");
    }
    let part = format!("{part:0width$}", width = usize::from(places));
    format!("{sign}{whole}.{}", part.trim_end_matches('0'))
}
