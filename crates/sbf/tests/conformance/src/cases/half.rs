//! `f16`, which the host's stable compiler does not have. The host computes in `f64`,
//! which holds sums and products of halves exactly, and rounds once by hand; quotients
//! and roots have more than twice the digits of a half, so that the second rounding
//! changes nothing.

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![arithmetic, quotients, compare, convert, convert_integers];

#[cfg(target_os = "solana")]
mod machine {
    pub type Half = f16;

    pub fn half(bits: u16) -> Half {
        f16::from_bits(bits)
    }
    pub fn bits(value: Half) -> u16 {
        value.to_bits()
    }
    pub fn from_double(value: f64) -> Half {
        value as f16
    }
    pub fn from_single(value: f32) -> Half {
        value as f16
    }
    pub fn from_i64(value: i64) -> Half {
        value as f16
    }
    pub fn to_double(value: Half) -> f64 {
        value as f64
    }
    pub fn to_single(value: Half) -> f32 {
        value as f32
    }
    pub fn to_i32(value: Half) -> i32 {
        value as i32
    }
    pub fn to_u64(value: Half) -> u64 {
        value as u64
    }
    pub fn operate(a: Half, b: Half) -> [Half; 5] {
        [a + b, a - b, a * b, a / b, a % b]
    }
    pub fn negate(value: Half) -> Half {
        -value
    }
}

#[cfg(not(target_os = "solana"))]
mod machine {
    #[derive(Clone, Copy, PartialEq, PartialOrd)]
    pub struct Half(f64);

    pub fn half(bits: u16) -> Half {
        let exponent = (bits >> 10 & 0x1f) as i32;
        let mantissa = (bits & 0x3ff) as f64;
        let magnitude = match exponent {
            0 => mantissa * 2f64.powi(-24),
            0x1f if bits & 0x3ff == 0 => f64::INFINITY,
            0x1f => f64::NAN,
            _ => (1024.0 + mantissa) * 2f64.powi(exponent - 25),
        };
        Half(if bits >> 15 == 1 { -magnitude } else { magnitude })
    }

    pub fn bits(Half(value): Half) -> u16 {
        let sign = (value.is_sign_negative() as u16) << 15;
        let magnitude = value.abs();
        if value.is_nan() {
            return 0x7e00;
        }
        if magnitude.is_infinite() {
            return sign | 0x7c00;
        }
        if magnitude < 2f64.powi(-14) {
            return sign | (magnitude * 2f64.powi(24)) as u16;
        }
        let exponent = (magnitude.to_bits() >> 52) as u16 + 15 - 1023;
        sign | exponent << 10 | (magnitude.to_bits() >> 42 & 0x3ff) as u16
    }

    /// To nearest, ties to even.
    pub fn from_double(value: f64) -> Half {
        let magnitude = value.abs();
        if value.is_nan() || magnitude.is_infinite() {
            return Half(value);
        }
        let exponent = ((magnitude.to_bits() >> 52) as i32 - 1023).max(-14);
        let step = 2f64.powi(exponent - 10);
        let rounded = (magnitude / step).round_ties_even() * step;
        let finite = if rounded > 65504.0 { f64::INFINITY } else { rounded };
        Half(finite.copysign(value))
    }
    pub fn from_single(value: f32) -> Half {
        from_double(value as f64)
    }
    /// Anything above the largest half is infinite, so the first rounding is harmless.
    pub fn from_i64(value: i64) -> Half {
        from_double(value as f64)
    }
    pub fn to_double(Half(value): Half) -> f64 {
        value
    }
    pub fn to_single(Half(value): Half) -> f32 {
        value as f32
    }
    pub fn to_i32(Half(value): Half) -> i32 {
        value as i32
    }
    pub fn to_u64(Half(value): Half) -> u64 {
        value as u64
    }
    pub fn operate(Half(a): Half, Half(b): Half) -> [Half; 5] {
        [a + b, a - b, a * b, a / b, a % b].map(from_double)
    }
    pub fn negate(Half(value): Half) -> Half {
        Half(-value)
    }
}

use machine::{bits, half, Half};

fn canonical(value: Half) -> u16 {
    match bits(value) {
        nan if nan & 0x7fff > 0x7c00 => 0x7e00,
        other => other,
    }
}

fn draw(input: &mut Input) -> Half {
    const EDGES: [u16; 8] = [0, 1, 0x3ff, 0x400, 0x3c00, 0x7bff, 0x7c00, 0x7e00];
    let raw = input.raw() as u16;
    half(match input.below(4) {
        0 => raw & 0x8000 | EDGES[input.index(8)],
        1 => raw & 0x83ff | (10 + input.below(10) as u16) << 10,
        _ if raw & 0x7fff > 0x7c00 => 0x7e00,
        _ => raw,
    })
}

fn arithmetic(input: &mut Input, output: &mut Output) {
    let (a, b) = (draw(input), draw(input));
    output.put(machine::operate(a, b).map(canonical));
    output.put((canonical(machine::negate(a)), canonical(a)));
}

fn quotients(input: &mut Input, output: &mut Output) {
    let (a, b) = (draw(input), draw(input));
    let [sum, _, product, quotient, _] = machine::operate(a, b);
    output.put(machine::operate(quotient, b).map(canonical));
    output.put(machine::operate(sum, product).map(canonical));
}

fn compare(input: &mut Input, output: &mut Output) {
    let (a, b) = (draw(input), draw(input));
    output.put((a < b, a <= b, a > b, a >= b, a == b, a != b));
    output.put((a.partial_cmp(&b), !(a < b || a > b)));
}

fn convert(input: &mut Input, output: &mut Output) {
    let (wide, narrow, value) = (input.f64(), input.f32(), draw(input));
    output.put(canonical(machine::from_double(wide)));
    output.put(canonical(machine::from_single(narrow)));
    // Near the ties of a half, where rounding twice would show.
    let tie = f32::from_bits(machine::to_single(value).to_bits() | 0x1000 | input.below(2) as u32);
    output.put(canonical(machine::from_single(tie)));
    let tie = f64::from_bits(machine::to_double(value).to_bits() | 1 << 41 | input.below(2));
    output.put(canonical(machine::from_double(tie)));
    output.put((machine::to_double(value), machine::to_single(value)));
}

fn convert_integers(input: &mut Input, output: &mut Output) {
    let value = draw(input);
    output.put((machine::to_i32(value), machine::to_u64(value)));
    output.put(canonical(machine::from_i64(input.i64())));
    output.put(canonical(machine::from_i64(input.i16() as i64)));
}
