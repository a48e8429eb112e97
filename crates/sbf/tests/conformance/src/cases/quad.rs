//! `f128`, which the host's stable compiler does not have. The host computes with whole
//! numbers: the exact result as an integer of at most 128 bits and whether anything is
//! left below it, rounded once to 113 digits.

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![sums, products, quotients, compare, to_integers, from_floats, to_floats];

#[cfg(target_os = "solana")]
mod machine {
    pub fn from_i128(value: i128) -> u128 {
        (value as f128).to_bits()
    }
    pub fn sum(a: i128, b: i128) -> u128 {
        (a as f128 + b as f128).to_bits()
    }
    pub fn difference(a: i128, b: i128) -> u128 {
        (a as f128 - b as f128).to_bits()
    }
    pub fn product(a: i64, b: i64) -> u128 {
        (a as f128 * b as f128).to_bits()
    }
    pub fn quotient(a: i64, b: i64) -> u128 {
        (a as f128 / b as f128).to_bits()
    }
    pub fn remainder(a: i64, b: i64) -> u128 {
        (a as f128 % b as f128).to_bits()
    }
    pub fn compare(a: i64, b: i64) -> [bool; 6] {
        let (a, b) = (a as f128, b as f128);
        [a < b, a <= b, a > b, a >= b, a == b, a != b]
    }
    pub fn compare_nan(a: i64) -> [bool; 4] {
        let (a, nan) = (a as f128, f128::NAN);
        [a < nan, a >= nan, a == nan, a != nan]
    }
    /// Rounded towards zero after three fractional digits in base two.
    pub fn eighths(value: i64) -> (i64, u64, i32, i128) {
        let value = value as f128 / 8.0;
        (value as i64, value as u64, value as i32, value as i128)
    }
    pub fn from_double(value: f64) -> u128 {
        (value as f128).to_bits()
    }
    pub fn from_single(value: f32) -> u128 {
        (value as f128).to_bits()
    }
    pub fn to_double(value: i128) -> f64 {
        value as f128 as f64
    }
    pub fn to_single(value: i64) -> f32 {
        value as f128 as f32
    }
}

#[cfg(not(target_os = "solana"))]
mod machine {
    const DIGITS: u32 = 113;
    const BIAS: i32 = 16383;

    /// `magnitude * 2^exponent`, and a little more when `sticky`.
    fn encode(negative: bool, magnitude: u128, exponent: i32, sticky: bool) -> u128 {
        let sign = (negative as u128) << 127;
        if magnitude == 0 {
            return sign;
        }
        let width = 128 - magnitude.leading_zeros();
        let (mut mantissa, mut scale) = (magnitude, exponent + width as i32 - DIGITS as i32);
        if width > DIGITS {
            let dropped = width - DIGITS;
            let rest = magnitude & ((1 << dropped) - 1);
            let half = 1u128 << (dropped - 1);
            mantissa = magnitude >> dropped;
            let up = rest > half || rest == half && (sticky || mantissa & 1 == 1);
            mantissa += up as u128;
            if mantissa >> DIGITS == 1 {
                mantissa >>= 1;
                scale += 1;
            }
        } else {
            assert!(!sticky, "too few digits to round");
            mantissa <<= DIGITS - width;
        }
        let biased = (scale + DIGITS as i32 - 1 + BIAS) as u128;
        sign | biased << (DIGITS - 1) | mantissa & ((1 << (DIGITS - 1)) - 1)
    }

    pub fn from_i128(value: i128) -> u128 {
        encode(value < 0, value.unsigned_abs(), 0, false)
    }
    pub fn sum(a: i128, b: i128) -> u128 {
        from_i128(a + b)
    }
    pub fn difference(a: i128, b: i128) -> u128 {
        from_i128(a - b)
    }
    pub fn product(a: i64, b: i64) -> u128 {
        let negative = (a < 0) != (b < 0);
        encode(negative, (a as i128 * b as i128).unsigned_abs(), 0, false)
    }
    /// Long division until the quotient has more than 113 digits.
    pub fn quotient(a: i64, b: i64) -> u128 {
        let divisor = b.unsigned_abs() as u128;
        let (mut quotient, mut rest) =
            (a.unsigned_abs() as u128 / divisor, a.unsigned_abs() as u128 % divisor);
        let mut exponent = 0;
        while a != 0 && quotient.leading_zeros() > 4 {
            rest <<= 1;
            quotient = quotient << 1 | (rest >= divisor) as u128;
            rest -= if rest >= divisor { divisor } else { 0 };
            exponent -= 1;
        }
        encode((a < 0) != (b < 0), quotient, exponent, rest != 0)
    }
    /// The sign is the dividend's, of zero too.
    pub fn remainder(a: i64, b: i64) -> u128 {
        let rest = (a as i128 % b as i128).unsigned_abs();
        encode(a < 0, rest, 0, false)
    }
    pub fn compare(a: i64, b: i64) -> [bool; 6] {
        [a < b, a <= b, a > b, a >= b, a == b, a != b]
    }
    pub fn compare_nan(_: i64) -> [bool; 4] {
        [false, false, false, true]
    }
    pub fn eighths(value: i64) -> (i64, u64, i32, i128) {
        let whole = value / 8;
        let clamped = whole.clamp(i32::MIN as i64, i32::MAX as i64);
        (whole, whole.max(0) as u64, clamped as i32, whole as i128)
    }
    pub fn from_double(value: f64) -> u128 {
        let sign = (value.is_sign_negative() as u128) << 127;
        if value.is_infinite() {
            return sign | 0x7fff << 112;
        }
        let bits = value.to_bits();
        let exponent = (bits >> 52 & 0x7ff) as i32;
        let implied = ((exponent != 0) as u128) << 52;
        let magnitude = implied | (bits & ((1 << 52) - 1)) as u128;
        encode(value.is_sign_negative(), magnitude, exponent.max(1) - 1075, false)
    }
    pub fn from_single(value: f32) -> u128 {
        from_double(value as f64)
    }
    pub fn to_double(value: i128) -> f64 {
        value as f64
    }
    pub fn to_single(value: i64) -> f32 {
        value as f32
    }
}

/// A difference of 112 digits, so that the operands themselves are exact.
fn exact(input: &mut Input) -> i128 {
    input.i128() >> (16 + input.below(100))
}

fn sums(input: &mut Input, output: &mut Output) {
    let (a, b) = (exact(input), exact(input));
    output.put((machine::sum(a, b), machine::difference(a, b)));
    output.put((machine::from_i128(a), machine::from_i128(input.i128())));
}

fn products(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.i64(), input.i64());
    if a != 0 && b != 0 {
        output.put(machine::product(a, b));
    }
}

fn quotients(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.i64(), input.i64());
    if a != 0 && b != 0 {
        output.put((machine::quotient(a, b), machine::remainder(a, b)));
    }
}

fn compare(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.i64(), input.i64());
    output.put((machine::compare(a, b), machine::compare_nan(a)));
}

fn to_integers(input: &mut Input, output: &mut Output) {
    output.put(machine::eighths(input.i64()));
}

fn from_floats(input: &mut Input, output: &mut Output) {
    let (wide, narrow) = (input.f64(), input.f32());
    if !wide.is_nan() && !narrow.is_nan() {
        output.put((machine::from_double(wide), machine::from_single(narrow)));
    }
}

fn to_floats(input: &mut Input, output: &mut Output) {
    output.put((machine::to_double(exact(input)), machine::to_single(input.i64())));
}
