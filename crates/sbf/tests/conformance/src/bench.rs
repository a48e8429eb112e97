//! Operations whose compute units are watched, each in a loop over operands the compiler
//! cannot see.

use core::hint::black_box;

use fixed::types::I80F48;

use crate::input::Input;
use crate::protocol::BENCH_ROUND;

pub struct Bench {
    pub name: &'static str,
    /// Runs the operation `count` times, a multiple of [`BENCH_ROUND`].
    pub run: fn(u32) -> u64,
}

macro_rules! benches {
    ($($name:ident),* $(,)?) => {
        pub const BENCHES: &[Bench] = &[$(Bench { name: stringify!($name), run: $name }),*];
    };
}

benches![
    u64_mulhi,
    u128_mul,
    u128_mul_checked,
    u128_div,
    u128_shift,
    i64_div,
    i80f48_mul,
    i80f48_checked_mul,
    i80f48_div,
    f64_add,
    f64_mul,
    f64_div,
    f32_mul,
];

/// Operands are drawn before the loop: drawing them in it would be measured too.
fn measure<T: Copy>(
    count: u32,
    mut draw: impl FnMut(&mut Input) -> (T, T),
    operate: impl Fn(T, T) -> u64,
) -> u64 {
    let mut input = Input::new(1);
    let operands: [(T, T); BENCH_ROUND as usize] = core::array::from_fn(|_| draw(&mut input));
    let mut result = 0;
    for _ in 0..count / BENCH_ROUND {
        for (a, b) in black_box(&operands) {
            result ^= operate(*a, *b);
        }
    }
    result
}

fn wide(input: &mut Input) -> u128 {
    (input.raw() as u128) << 64 | input.raw() as u128
}

/// 64 to 128 bits, any number of them equally often.
fn divisor(input: &mut Input) -> u128 {
    (wide(input) | 1 << 127) >> input.below(65)
}

fn fold(value: u128) -> u64 {
    value as u64 ^ (value >> 64) as u64
}

/// About ten digits before the point and full precision after it.
fn amount(input: &mut Input) -> I80F48 {
    let bits = (wide(input) >> 48) as i128;
    I80F48::from_bits(if input.bool() { -bits } else { bits })
}

fn double(input: &mut Input) -> f64 {
    f64::from_bits((1003 + input.below(40)) << 52 | input.raw() >> 12)
}

fn u64_mulhi(count: u32) -> u64 {
    measure(count, |input| (input.raw(), input.raw()), |a, b| ((a as u128 * b as u128) >> 64) as u64)
}

fn u128_mul(count: u32) -> u64 {
    measure(count, |input| (wide(input), wide(input)), |a, b| fold(a.wrapping_mul(b)))
}

fn u128_mul_checked(count: u32) -> u64 {
    let draw = |input: &mut Input| (wide(input) >> 60, wide(input) >> 70);
    measure(count, draw, |a, b| fold(a.checked_mul(b).unwrap_or(1)))
}

fn u128_div(count: u32) -> u64 {
    measure(count, |input| (wide(input), divisor(input)), |a, b| fold(a / b))
}

fn u128_shift(count: u32) -> u64 {
    measure(count, |input| (wide(input), input.below(128) as u128), |a, b| fold(a << b as u32))
}

fn i64_div(count: u32) -> u64 {
    let draw = |input: &mut Input| (input.raw() as i64, (input.raw() as i64 >> 20) | 1);
    measure(count, draw, |a, b| a.wrapping_div(b) as u64)
}

fn i80f48_mul(count: u32) -> u64 {
    measure(count, |input| (amount(input), amount(input)), |a, b| fold((a * b).to_bits() as u128))
}

fn i80f48_checked_mul(count: u32) -> u64 {
    measure(
        count,
        |input| (amount(input), amount(input)),
        |a, b| a.checked_mul(b).map_or(1, |product| fold(product.to_bits() as u128)),
    )
}

fn i80f48_div(count: u32) -> u64 {
    measure(count, |input| (amount(input), amount(input)), |a, b| fold((a / b).to_bits() as u128))
}

fn f64_add(count: u32) -> u64 {
    measure(count, |input| (double(input), double(input)), |a, b| (a + b).to_bits())
}

fn f64_mul(count: u32) -> u64 {
    measure(count, |input| (double(input), double(input)), |a, b| (a * b).to_bits())
}

fn f64_div(count: u32) -> u64 {
    measure(count, |input| (double(input), double(input)), |a, b| (a / b).to_bits())
}

fn f32_mul(count: u32) -> u64 {
    let single = |input: &mut Input| double(input) as f32;
    measure(count, |input| (single(input), single(input)), |a, b| (a * b).to_bits() as u64)
}
