//! Integers of a register and less.

use core::hint::black_box;

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![
    words,
    signed_words,
    doubles,
    signed_doubles,
    shorts,
    signed_shorts,
    bytes,
    signed_bytes,
    casts,
    signed_casts,
    byte_orders,
    powers,
    averages,
    checked_operators,
];

macro_rules! unsigned {
    ($name:ident, $kind:ident) => {
        fn $name(input: &mut Input, output: &mut Output) {
            let (a, b) = (input.$kind(), input.$kind());
            output.put((a.checked_mul(b), a.overflowing_mul(b), a.saturating_mul(b)));
            output.put((a.checked_add(b), a.overflowing_add(b), a.saturating_add(b)));
            output.put((a.checked_sub(b), a.overflowing_sub(b), a.saturating_sub(b)));
            output.put((a.wrapping_mul(b), a.wrapping_neg(), a.abs_diff(b)));
            output.put((a.checked_div(b), a.checked_rem(b), a.div_ceil(b.max(1))));
            output.put((a.isqrt(), a.checked_ilog2(), a.checked_ilog10()));
            output.put((a.leading_zeros(), a.trailing_zeros(), a.count_ones()));
            output.put((a.swap_bytes(), a.reverse_bits(), a.checked_next_power_of_two()));
            output.put((a < b, a <= b, a == b, a.cmp(&b), a.min(b), a.max(b)));
            output.put(a.checked_next_multiple_of(b));
        }
    };
}
unsigned!(words, u64);
unsigned!(doubles, u32);
unsigned!(shorts, u16);
unsigned!(bytes, u8);

macro_rules! signed {
    ($name:ident, $kind:ident) => {
        fn $name(input: &mut Input, output: &mut Output) {
            let (a, b) = (input.$kind(), input.$kind());
            output.put((a.checked_mul(b), a.overflowing_mul(b), a.saturating_mul(b)));
            output.put((a.checked_add(b), a.overflowing_add(b), a.saturating_add(b)));
            output.put((a.checked_sub(b), a.overflowing_sub(b), a.saturating_sub(b)));
            output.put((a.wrapping_mul(b), a.wrapping_neg(), a.checked_neg()));
            output.put((a.checked_abs(), a.unsigned_abs(), a.abs_diff(b), a.signum()));
            output.put((a.leading_zeros(), a.trailing_zeros(), a.count_ones()));
            output.put((a.swap_bytes(), a.reverse_bits(), a.checked_isqrt()));
            output.put((a < b, a <= b, a == b, a.cmp(&b), a.min(b), a.max(b)));
            output.put((a < 0, a > 0, a.clamp(-3, 3), a.is_negative()));
        }
    };
}
signed!(signed_words, i64);
signed!(signed_doubles, i32);
signed!(signed_shorts, i16);
signed!(signed_bytes, i8);

fn casts(input: &mut Input, output: &mut Output) {
    let (a, b, c, d) = (input.u64(), input.u32(), input.u16(), input.u8());
    output.put((a as u32, a as u16, a as u8, a as i32, a as i16, a as i8));
    output.put((b as i32 as i64, b as i16 as i64, b as i8 as i64, b as u64 as i64));
    output.put((c as i16 as i64, c as i8 as i32, c as u64, d as i8 as i16 as u16));
    output.put((u32::try_from(a).ok(), i32::try_from(a).ok(), u8::try_from(b).ok()));
    output.put((i8::try_from(d).ok(), i16::try_from(c).ok(), char::from_u32(b).is_some()));
}

fn signed_casts(input: &mut Input, output: &mut Output) {
    let (a, b, c, d) = (input.i64(), input.i32(), input.i16(), input.i8());
    output.put((a as i32, a as i16, a as i8, a as u32, a as u16, a as u8));
    output.put((b as i64, b as u64, c as i64, c as u32, d as i64, d as u16));
    output.put((i32::try_from(a).ok(), u32::try_from(a).ok(), u8::try_from(b).ok()));
    output.put((u64::try_from(d).ok(), u16::try_from(c).ok(), i8::try_from(c).ok()));
    // Comparisons after a sign extension, which 64-bit registers make easy to lose.
    output.put(((b as i64) < a, (c as i32) < b, (d as i16) < c, (b as u32) < (c as u32)));
}

fn byte_orders(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.u64(), input.u32(), input.u16());
    output.put((a.to_be(), b.to_be(), c.to_be()));
    output.put((a.to_be_bytes(), b.to_be_bytes(), c.to_be_bytes()));
    output.put((u64::from_le_bytes(a.to_be_bytes()), u32::from_be(b), u16::from_be(c)));
}

fn powers(input: &mut Input, output: &mut Output) {
    let (a, b, exponent) = (input.u64(), input.i64(), input.below(70) as u32);
    let (a, b) = (a >> input.below(64), b >> input.below(64));
    output.put((a.checked_pow(exponent), a.wrapping_pow(exponent), a.saturating_pow(exponent)));
    output.put((b.checked_pow(exponent), b.wrapping_pow(exponent), b.saturating_pow(exponent)));
    output.put((10u64.checked_pow(exponent), 3i32.checked_pow(exponent)));
}

fn averages(input: &mut Input, output: &mut Output) {
    let (a, b, c, d) = (input.u64(), input.u64(), input.i64(), input.i64());
    output.put((a.midpoint(b), c.midpoint(d), input.u8().midpoint(input.u8())));
    output.put((a.saturating_add_signed(c), a.checked_add_signed(d), c.saturating_add_unsigned(a)));
    output.put((c.checked_sub_unsigned(b), c.wrapping_add_unsigned(b)));
}

/// The operators of a build with overflow checks, on operands that cannot overflow.
fn checked_operators(input: &mut Input, output: &mut Output) {
    let (a, b) = (black_box(input.u32() as u64), black_box(input.u32() as u64));
    output.put((a * b, a + b, (a << 31) - b.min(a << 31), a / b.max(1), a % b.max(1)));
    let (c, d) = (black_box(input.i32() as i64), black_box(input.i32() as i64));
    output.put((c * d, c + d, c - d, -c, c * d - c, (c - d).abs()));
    let (e, f) = (black_box(input.u8() as u16), black_box(input.i8() as i16));
    output.put((e * 255, e + 65_000, f * 255, f - 32_000, f * f, -f));
}
