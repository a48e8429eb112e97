//! Unsigned 128-bit arithmetic, which the BPF backend has none of.

use core::hint::black_box;

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![
    add_sub,
    multiply,
    multiply_checked,
    divide,
    divide_by_word,
    divide_near,
    divide_by_constants,
    divide_checked,
    multiply_by_constants,
    power,
    compare,
    count_bits,
    roots_and_logarithms,
    narrow,
    widen,
    loops,
];

fn add_sub(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.u128(), input.u128());
    output.put((a.wrapping_add(b), a.wrapping_sub(b), a.wrapping_neg()));
    output.put((a.overflowing_add(b), a.overflowing_sub(b)));
    output.put((a.checked_add(b), a.checked_sub(b), a.checked_neg()));
    output.put((a.saturating_add(b), a.saturating_sub(b)));
    output.put((a.checked_add_signed(b as i128), a.abs_diff(b)));
    output.put((a & b, a | b, a ^ b, !a));
}

fn multiply(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.u128(), input.u128());
    output.put(a.wrapping_mul(b));
    output.put(a.wrapping_mul(a));
    output.put(a.wrapping_mul(b).wrapping_add(b.wrapping_mul(b)));
}

fn multiply_checked(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.u128(), input.u128());
    output.put((a.checked_mul(b), a.overflowing_mul(b), a.saturating_mul(b)));
    // Halves often fit and often just do not.
    let (c, d) = (input.u64(), input.u64());
    output.put((a.checked_mul(c as u128), (b >> 64).checked_mul(d as u128)));
    output.put(black_box(c as u128) * black_box(d as u128));
}

fn divide(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.u128(), input.divisor());
    output.put((a / b, a % b));
    output.put((b / a.max(1), b % a.max(1)));
    output.put((a.div_ceil(b), a.div_euclid(b), a.rem_euclid(b)));
    output.put(a.checked_next_multiple_of(b));
}

fn divide_by_word(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.u128(), input.u64().max(1));
    output.put((a / b as u128, a % b as u128));
    let c = input.u32().max(1);
    output.put((a / c as u128, a % c as u128));
    let d = input.u8().max(1);
    output.put((a / d as u128, a % d as u128));
}

/// Quotients that are one off when an estimate is not corrected: the dividend is next to
/// a multiple of the divisor.
fn divide_near(input: &mut Input, output: &mut Output) {
    let b = (input.u128() >> input.below(128)).max(1);
    let q = input.u128() % (u128::MAX / b).max(1);
    let product = q * b;
    for a in [product, product.wrapping_sub(1), product.wrapping_add(b - 1)] {
        output.put((a / b, a % b));
    }
}

fn divide_by_constants(input: &mut Input, output: &mut Output) {
    let a = input.u128();
    output.put((a / 3, a % 3, a / 10, a % 10));
    output.put((a / 1_000_000_007, a % 1_000_000_007));
    output.put((a / 1_000_000_000_000_000_000, a % 1_000_000_000_000_000_000));
    output.put((a / (1 << 64), a % (1 << 64), a / (1 << 48), a % (1 << 100)));
    output.put((a / ((1 << 64) - 1), a % ((1 << 64) + 1)));
    output.put((a / 0x1234_5678_9abc_def0_1234_5678, a % u128::MAX));
}

fn divide_checked(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.u128(), input.u128());
    output.put((a.checked_div(b), a.checked_rem(b)));
    output.put((a.checked_div_euclid(b), a.checked_rem_euclid(b)));
    let b = b.max(1);
    output.put((a.overflowing_div(b), a.wrapping_rem(b), a.saturating_div(b)));
}

fn multiply_by_constants(input: &mut Input, output: &mut Output) {
    let a = input.u128();
    output.put((a.wrapping_mul(3), a.wrapping_mul(10), a.wrapping_mul(1 << 64)));
    output.put((a.wrapping_mul(u64::MAX as u128), a.wrapping_mul(u128::MAX)));
    output.put((a.checked_mul(10), a.checked_mul(1_000_000_000_000_000_000)));
    output.put((a.checked_mul(1 << 64), a.checked_mul((1 << 64) + 1)));
    output.put((a.saturating_mul(1 << 48), a.overflowing_mul(1 << 127)));
}

fn power(input: &mut Input, output: &mut Output) {
    let base = input.u128() >> input.below(128);
    let exponent = input.below(140) as u32;
    output.put((base.checked_pow(exponent), base.wrapping_pow(exponent)));
    output.put((base.saturating_pow(exponent), base.overflowing_pow(exponent)));
    output.put((10u128.checked_pow(exponent % 45), 2u128.checked_pow(exponent)));
}

fn compare(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.u128(), input.u128(), input.u128());
    output.put((a < b, a <= b, a > b, a >= b, a == b, a != b));
    output.put((a.cmp(&b), a.min(b), a.max(b)));
    output.put(a.clamp(b.min(c), b.max(c)));
    output.put(((b..c).contains(&a), a == 0, a > u64::MAX as u128));
    let mut sorted = [a, b, c, a ^ b, b ^ c];
    sorted.sort_unstable();
    output.put(sorted);
}

fn count_bits(input: &mut Input, output: &mut Output) {
    let a = input.u128();
    output.put((a.leading_zeros(), a.trailing_zeros(), a.count_ones()));
    output.put((a.leading_ones(), a.trailing_ones(), a.count_zeros()));
    output.put((a.reverse_bits(), a.swap_bytes(), a.is_power_of_two()));
    output.put((a.checked_next_power_of_two(), u128::from_be(a)));
    output.put((a.to_le_bytes(), a.to_be_bytes()));
}

fn roots_and_logarithms(input: &mut Input, output: &mut Output) {
    let a = input.u128();
    output.put((a.isqrt(), a.checked_ilog2(), a.checked_ilog10()));
    output.put(a.checked_ilog(input.u8().max(2) as u128));
}

fn narrow(input: &mut Input, output: &mut Output) {
    let a = input.u128();
    output.put((a as u8, a as u16, a as u32, a as u64, a as i128));
    output.put((a as i8, a as i16, a as i32, a as i64, a as usize));
    output.put((u64::try_from(a).ok(), i64::try_from(a).ok(), i128::try_from(a).ok()));
    output.put((u32::try_from(a).ok(), i32::try_from(a).ok(), u8::try_from(a).ok()));
}

fn widen(input: &mut Input, output: &mut Output) {
    output.put((input.u8() as u128, input.u16() as u128, input.u32() as u128));
    output.put((input.u64() as u128, input.bool() as u128, input.char() as u128));
    output.put((input.i8() as u128, input.i16() as u128, input.i32() as u128));
    output.put((input.i64() as u128, u128::try_from(input.i64()).ok()));
}

/// Carries through variables that live across a loop.
fn loops(input: &mut Input, output: &mut Output) {
    let (mut sum, mut product, mut state) = (0u128, 1u128, input.u128());
    for step in 0..input.below(24) {
        state = state.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645) ^ step as u128;
        sum = sum.wrapping_add(state);
        product = product.wrapping_mul(state | 1);
        if state % 7 == 3 {
            sum /= 5;
        }
    }
    output.put((sum, product, state));
}
