//! Calls that call themselves: 4 KB a frame, 64 frames in all.

use core::hint::black_box;

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![
    factorial,
    ackermann,
    mutual,
    through_pointer,
    with_buffers,
    permutations,
    quicksort,
    expressions,
    wide_results
];

#[inline(never)]
fn product(depth: u64, by: u64) -> u64 {
    if depth == 0 {
        return black_box(1);
    }
    product(depth - 1, by).wrapping_mul(depth ^ by).rotate_left(1)
}

fn factorial(input: &mut Input, output: &mut Output) {
    output.put(product(1 + input.below(40), input.u64()));
}

#[inline(never)]
fn nested(m: u64, n: u64, depth: u64) -> u64 {
    if depth == 0 || m == 0 {
        n + 1
    } else if n == 0 {
        nested(m - 1, 1, depth - 1)
    } else {
        let inner = nested(m, n - 1, depth - 1);
        nested(m - 1, inner, depth - 1)
    }
}

fn ackermann(input: &mut Input, output: &mut Output) {
    output.put(nested(input.below(3), input.below(4), 30));
}

#[inline(never)]
fn even(n: u64, trail: &mut Vec<u8>) -> bool {
    trail.push(n as u8);
    n == 0 || odd(n - 1, trail)
}

#[inline(never)]
fn odd(n: u64, trail: &mut Vec<u8>) -> bool {
    trail.push(n as u8 | 0x80);
    n != 0 && even(n - 1, trail)
}

fn mutual(input: &mut Input, output: &mut Output) {
    let mut trail = Vec::new();
    let answer = even(input.below(40), &mut trail);
    output.put((answer, &trail[..]));
}

fn descend(depth: u64, next: &dyn Fn(u64) -> u64, itself: fn(u64, &dyn Fn(u64) -> u64, usize) -> u64) -> u64 {
    black_box(itself)(depth, next, 3)
}

fn level(depth: u64, next: &dyn Fn(u64) -> u64, _: usize) -> u64 {
    if depth == 0 {
        return next(0);
    }
    next(depth) ^ descend(depth - 1, &|value| next(value).wrapping_add(depth), level)
}

fn through_pointer(input: &mut Input, output: &mut Output) {
    let seed = input.u64();
    output.put(descend(input.below(8), &|value| seed.rotate_left(value as u32), level));
}

#[inline(never)]
fn layers(depth: u8, seed: u64) -> u64 {
    let mut buffer = [depth; 256];
    buffer[seed as usize % 256] = seed as u8;
    black_box(&mut buffer);
    let below = if depth == 0 { 0 } else { layers(depth - 1, seed.rotate_left(9)) };
    // The frame must be as it was left, whatever the calls did below it.
    buffer.iter().fold(below, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte as u64))
}

fn with_buffers(input: &mut Input, output: &mut Output) {
    output.put(layers(input.below(16) as u8, input.u64()));
}

fn permute(items: &mut [u8], at: usize, found: &mut u64) {
    if at == items.len() {
        *found = items.iter().fold(*found, |sum, item| sum.wrapping_mul(7).wrapping_add(*item as u64));
        return;
    }
    for other in at..items.len() {
        items.swap(at, other);
        permute(items, at + 1, found);
        items.swap(at, other);
    }
}

fn permutations(input: &mut Input, output: &mut Output) {
    let (mut items, mut found) = ([input.u8(), input.u8(), 3, 4], 0);
    permute(&mut items, 0, &mut found);
    output.put((items, found));
}

fn quick(values: &mut [i64], depth: u32) {
    if values.len() < 2 || depth == 0 {
        return;
    }
    let last = values.len() - 1;
    let mut store = 0;
    for place in 0..last {
        if values[place] < values[last] {
            values.swap(place, store);
            store += 1;
        }
    }
    values.swap(store, last);
    let (left, right) = values.split_at_mut(store);
    quick(left, depth - 1);
    quick(&mut right[1..], depth - 1);
}

fn quicksort(input: &mut Input, output: &mut Output) {
    let mut values: [i64; 20] = core::array::from_fn(|_| input.i64());
    quick(&mut values, 30);
    output.put(values);
}

enum Expression {
    Value(i64),
    Add(Box<Expression>, Box<Expression>),
    Divide(Box<Expression>, Box<Expression>),
    Negate(Box<Expression>),
}

fn grow(input: &mut Input, depth: u64) -> Expression {
    match input.below(depth + 1).min(4) {
        0 => Expression::Value(input.i64()),
        1 => Expression::Negate(Box::new(grow(input, depth - 1))),
        2 => Expression::Divide(Box::new(grow(input, depth - 1)), Box::new(grow(input, depth - 1))),
        _ => Expression::Add(Box::new(grow(input, depth - 1)), Box::new(grow(input, depth - 1))),
    }
}

fn evaluate(expression: &Expression) -> Result<i64, &'static str> {
    Ok(match expression {
        Expression::Value(value) => *value,
        Expression::Add(a, b) => evaluate(a)?.checked_add(evaluate(b)?).ok_or("overflow")?,
        Expression::Divide(a, b) => evaluate(a)?.checked_div(evaluate(b)?).ok_or("division")?,
        Expression::Negate(a) => evaluate(a)?.checked_neg().ok_or("negation")?,
    })
}

fn expressions(input: &mut Input, output: &mut Output) {
    output.put(evaluate(&grow(input, 6)));
}

#[inline(never)]
fn wide(depth: u64, value: u128) -> (u128, [u64; 3], Option<i128>) {
    if depth == 0 {
        return (value, [1, 2, 3], None);
    }
    let (a, mut b, c) = wide(depth - 1, value.rotate_left(5));
    b[depth as usize % 3] ^= a as u64;
    (a.wrapping_mul(value | 1), b, Some(c.map_or(-1, |c| c.wrapping_sub(a as i128))))
}

fn wide_results(input: &mut Input, output: &mut Output) {
    output.put(wide(input.below(30), input.u128()));
}
