//! Signed 128-bit arithmetic.

use core::hint::black_box;

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![
    add_sub,
    multiply,
    multiply_small,
    divide,
    divide_checked,
    divide_by_constants,
    power,
    compare,
    signs,
    narrow,
    widen,
];

fn add_sub(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.i128(), input.i128());
    output.put((a.wrapping_add(b), a.wrapping_sub(b), a.wrapping_neg()));
    output.put((a.overflowing_add(b), a.overflowing_sub(b), a.overflowing_neg()));
    output.put((a.checked_add(b), a.checked_sub(b), a.checked_neg()));
    output.put((a.saturating_add(b), a.saturating_sub(b), a.saturating_neg()));
    output.put((a.checked_add_unsigned(b as u128), a.checked_sub_unsigned(b as u128)));
}

fn multiply(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.i128(), input.i128());
    output.put((a.wrapping_mul(b), a.overflowing_mul(b)));
    output.put((a.checked_mul(b), a.saturating_mul(b)));
    output.put((a.checked_mul(-1), a.checked_mul(i128::MIN), a.checked_mul(10)));
}

/// Products around the edge of what fits.
fn multiply_small(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.i64(), input.i64());
    output.put(black_box(a as i128) * black_box(b as i128));
    let c = input.i128() >> 63;
    output.put((c.checked_mul(a as i128), c.overflowing_mul(b as i128)));
    let half = 1i128 << input.below(127);
    let other = (1i128 << input.below(127)).wrapping_sub(input.below(2) as i128);
    output.put((half.checked_mul(other), half.checked_mul(-other)));
    output.put(((-half).checked_mul(-other), half.saturating_mul(-other)));
}

fn divide(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.i128(), input.divisor() as i128);
    output.put((a.wrapping_div(b), a.wrapping_rem(b)));
    output.put((a.wrapping_div_euclid(b), a.wrapping_rem_euclid(b)));
    output.put((a.overflowing_div(b), a.overflowing_rem(b)));
    if b != -1 {
        output.put((a / b, a % b, a.div_euclid(b), a.rem_euclid(b)));
    }
}

fn divide_checked(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.i128(), input.i128());
    output.put((a.checked_div(b), a.checked_rem(b)));
    output.put((a.checked_div_euclid(b), a.checked_rem_euclid(b)));
    let c = input.i64();
    output.put((a.checked_div(c as i128), a.checked_rem(c as i128)));
    output.put((i128::MIN.checked_div(b), i128::MIN.checked_rem(b)));
}

fn divide_by_constants(input: &mut Input, output: &mut Output) {
    let a = input.i128();
    output.put((a / 3, a % 3, a / -3, a % -3, a / 10, a % 10));
    output.put((a / (1 << 48), a % (1 << 48), a / 2, a % 2));
    output.put((a / 1_000_000_000, a % -1_000_000_000));
    output.put((a / (1 << 64), a % ((1 << 64) + 1), a / i128::MIN, a % i128::MAX));
}

fn power(input: &mut Input, output: &mut Output) {
    let base = input.i128() >> input.below(128);
    let exponent = input.below(140) as u32;
    output.put((base.checked_pow(exponent), base.wrapping_pow(exponent)));
    output.put((base.saturating_pow(exponent), base.overflowing_pow(exponent)));
    output.put(((-10i128).checked_pow(exponent % 45), (-2i128).checked_pow(exponent)));
}

fn compare(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.i128(), input.i128(), input.i128());
    output.put((a < b, a <= b, a > b, a >= b, a == b, a != b));
    output.put((a.cmp(&b), a.min(b), a.max(b)));
    output.put((a.clamp(b.min(c), b.max(c)), a < 0, a > 0, a <= -1));
    output.put((a > i64::MAX as i128, a < i64::MIN as i128, a == i128::MIN));
}

fn signs(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.i128(), input.i128());
    output.put((a.signum(), a.unsigned_abs(), a.wrapping_abs(), a.checked_abs()));
    output.put((a.is_negative(), a.abs_diff(b), a.saturating_abs()));
    output.put((a.leading_zeros(), a.trailing_zeros(), a.count_ones(), a.leading_ones()));
    output.put((a.checked_isqrt(), a.checked_ilog2(), a.checked_ilog10()));
    output.put((a.wrapping_shr(64), a >> 1, a >> 63, a >> 127));
}

fn narrow(input: &mut Input, output: &mut Output) {
    let a = input.i128();
    output.put((a as u8, a as u16, a as u32, a as u64, a as u128));
    output.put((a as i8, a as i16, a as i32, a as i64, a as isize));
    output.put((u64::try_from(a).ok(), i64::try_from(a).ok(), u128::try_from(a).ok()));
    output.put((u32::try_from(a).ok(), i32::try_from(a).ok(), i8::try_from(a).ok()));
}

fn widen(input: &mut Input, output: &mut Output) {
    output.put((input.i8() as i128, input.i16() as i128, input.i32() as i128));
    output.put((input.i64() as i128, input.u64() as i128, input.u32() as i128));
    output.put((-(input.i64() as i128), -(input.u64() as i128)));
}
