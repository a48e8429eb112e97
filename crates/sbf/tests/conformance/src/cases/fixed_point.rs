//! `fixed`'s numbers, which products and quotients of 128 bits make.

use fixed::types::{I64F64, I80F48, U64F64};

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![add_multiply, divide, checked, convert, floats, compare, other_formats];

fn draw(input: &mut Input) -> I80F48 {
    let bits = input.i128();
    // Most products of whole-range numbers overflow: let three in four be small.
    I80F48::from_bits(match input.below(4) {
        0 => bits,
        _ => bits >> (32 + input.below(64)),
    })
}

fn add_multiply(input: &mut Input, output: &mut Output) {
    let (a, b) = (draw(input), draw(input));
    output.put((a.wrapping_add(b).to_bits(), a.wrapping_sub(b).to_bits()));
    output.put((a.wrapping_mul(b).to_bits(), a.saturating_mul(b).to_bits()));
    output.put(a.wrapping_mul_int(input.i64() as i128).to_bits());
}

fn divide(input: &mut Input, output: &mut Output) {
    let (a, b) = (draw(input), draw(input));
    if b != I80F48::ZERO {
        output.put((a.wrapping_div(b).to_bits(), a.saturating_div(b).to_bits()));
        output.put((a % b).to_bits());
    }
    output.put(a.checked_div_int(input.i64() as i128).map(I80F48::to_bits));
}

fn checked(input: &mut Input, output: &mut Output) {
    let (a, b) = (draw(input), draw(input));
    output.put(a.checked_mul(b).map(I80F48::to_bits));
    output.put(a.checked_div(b).map(I80F48::to_bits));
    output.put(a.checked_add(b).map(I80F48::to_bits));
    output.put((a.overflowing_mul(b).1, a.checked_neg().is_some()));
    output.put(a.checked_mul(b).and_then(|product| product.checked_div(b)).map(I80F48::to_bits));
}

fn convert(input: &mut Input, output: &mut Output) {
    let a = draw(input);
    output.put((a.wrapping_floor().to_bits(), a.wrapping_round().to_bits(), a.frac().to_bits()));
    output.put((a.checked_ceil().map(I80F48::to_bits), a.int().to_bits()));
    output.put((a.checked_to_num::<u64>(), a.checked_to_num::<i64>(), a.checked_to_num::<u8>()));
    output.put((I80F48::from_num(input.u64()).to_bits(), I80F48::from_num(input.i32()).to_bits()));
    output.text(format_args!("{a} {a:.4}"));
}

fn floats(input: &mut Input, output: &mut Output) {
    let (a, value) = (draw(input), input.f64());
    output.put((a.to_num::<f64>(), a.to_num::<f32>()));
    output.put(I80F48::checked_from_num(value).map(I80F48::to_bits));
    output.put(I80F48::checked_from_num(value as f32).map(I80F48::to_bits));
}

fn compare(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (draw(input), draw(input), input.i64());
    output.put((a < b, a <= b, a == b, a.cmp(&b), a.min(b).to_bits(), a.is_negative()));
    output.put((a < c, a == c, a > I80F48::from_num(c)));
}

fn other_formats(input: &mut Input, output: &mut Output) {
    let (a, b) = (I64F64::from_bits(input.i128()), I64F64::from_bits(input.i128()));
    output.put((a.wrapping_mul(b).to_bits(), a.checked_div(b).map(I64F64::to_bits)));
    let (c, d) = (U64F64::from_bits(input.u128()), U64F64::from_bits(input.u128()));
    output.put((c.wrapping_mul(d).to_bits(), c.checked_div(d).map(U64F64::to_bits)));
    output.put(c.sqrt().to_bits());
}
