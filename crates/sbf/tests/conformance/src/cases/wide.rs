//! Products and quotients that need more than one register of the result, up to 256 bits.

use core::hint::black_box;

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![
    multiply_high,
    multiply_high_wide,
    multiply_divide,
    multiply_divide_signed,
    product_256,
    divide_256,
    multiply_add,
    sum_of_products,
    modular_power,
];

fn multiply_high(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.u64(), input.u64());
    output.put(((a as u128 * b as u128) >> 64) as u64);
    let (c, d) = (input.i64(), input.i64());
    output.put(((c as i128 * d as i128) >> 64) as i64);
    output.put(((a as i128).wrapping_mul(c as i128) >> 64) as i64);
    output.put(((a as u128 * b as u128) >> 48) as u64);
    let (e, f) = (input.u32(), input.i32());
    output.put(((e as u64 * e as u64) >> 32, (f as i64 * f as i64) >> 32));
}

/// High half of 128 × 128 bits.
fn high(a: u128, b: u128) -> u128 {
    let (a0, a1) = (a as u64 as u128, a >> 64);
    let (b0, b1) = (b as u64 as u128, b >> 64);
    let middle = a1 * b0 + ((a0 * b0) >> 64);
    let (sum, carry) = middle.overflowing_add(a0 * b1);
    a1 * b1 + (sum >> 64) + ((carry as u128) << 64)
}

fn multiply_high_wide(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.u128(), input.u128());
    output.put((high(a, b), a.wrapping_mul(b)));
    output.put((high(a, a), a.checked_mul(b).is_none() == (high(a, b) != 0)));
}

fn multiply_divide(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.u64(), input.u64(), input.u64().max(1));
    let quotient = a as u128 * b as u128 / c as u128;
    output.put((quotient, a as u128 * b as u128 % c as u128));
    output.put((u64::try_from(quotient).ok(), (a as u128 * b as u128).div_ceil(c as u128)));
    let (d, e, f) = (input.u128(), input.u128(), input.u128());
    output.put(d.checked_mul(e).and_then(|product| product.checked_div(f)));
    output.put((d >> 64) * (e >> 64) / (f >> 64).max(1));
}

fn multiply_divide_signed(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.i64(), input.i64(), input.i64());
    let product = a as i128 * b as i128;
    output.put((product.checked_div(c as i128), product.checked_rem(c as i128)));
    output.put(product.checked_div_euclid(c as i128));
    output.put((product >> 48, (product << 3) / (1 << 48)));
}

/// Four words times four words, the way big-number crates do it.
fn product_256(input: &mut Input, output: &mut Output) {
    let (a, b) = (words(input), words(input));
    let mut product = [0u64; 8];
    for (row, x) in a.iter().enumerate() {
        let mut carry = 0u128;
        for (column, y) in b.iter().enumerate() {
            let cell = &mut product[row + column];
            let sum = *x as u128 * *y as u128 + *cell as u128 + carry;
            *cell = sum as u64;
            carry = sum >> 64;
        }
        product[row + 4] = carry as u64;
    }
    output.put(product);
}

fn words(input: &mut Input) -> [u64; 4] {
    [input.u64(), input.u64(), input.u64(), input.u64()]
}

/// Schoolbook division of 256 bits by 64, one 128-bit division a word.
fn divide_256(input: &mut Input, output: &mut Output) {
    let (dividend, divisor) = (words(input), input.u64().max(1));
    let mut quotient = [0u64; 4];
    let mut remainder = 0u64;
    for place in (0..4).rev() {
        let part = (remainder as u128) << 64 | dividend[place] as u128;
        quotient[place] = (part / divisor as u128) as u64;
        remainder = (part % divisor as u128) as u64;
    }
    output.put((quotient, remainder));
}

fn multiply_add(input: &mut Input, output: &mut Output) {
    let (a, b, c, d) = (input.u64(), input.u64(), input.u64(), input.u64());
    let sum = a as u128 * b as u128 + c as u128 + d as u128;
    output.put((sum as u64, (sum >> 64) as u64));
    let (low, carried) = a.overflowing_add(b);
    let (low, again) = low.overflowing_add(carried as u64);
    output.put((low, again, c.overflowing_sub(d)));
}

fn sum_of_products(input: &mut Input, output: &mut Output) {
    let mut total = 0i128;
    for _ in 0..input.below(12) {
        let (price, size) = (input.u64(), input.i64());
        total = total.saturating_add((price as i128).wrapping_mul(size as i128) / 1_000_000);
    }
    output.put((total, black_box(total) < 0));
}

fn modular_power(input: &mut Input, output: &mut Output) {
    let modulus = input.u64().max(2);
    let (mut base, mut exponent) = (input.u64() % modulus, input.u16());
    let mut result = 1u64;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = (result as u128 * base as u128 % modulus as u128) as u64;
        }
        base = (base as u128 * base as u128 % modulus as u128) as u64;
        exponent >>= 1;
    }
    output.put(result);
}
