//! Calls with more arguments than the five registers of BPF.

// More arguments than anyone should write are the point.
#![allow(clippy::too_many_arguments, clippy::type_complexity)]

use core::hint::black_box;

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![
    direct,
    doubles_and_bytes,
    floats,
    wide_values,
    references,
    options,
    pointers,
    pointer_table,
    trait_objects,
    closures,
    boxed_closures,
    nested,
    generic,
    large_by_value,
    twelve,
];

fn mix(values: &[u64]) -> u64 {
    values.iter().fold(1, |mixed, value| mixed.rotate_left(7).wrapping_mul(31) ^ value)
}

#[inline(never)]
fn six(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64) -> u64 {
    mix(&[a, b, c, d, e, f])
}

#[inline(never)]
fn seven(a: u8, b: u16, c: u32, d: u64, e: i8, f: i16, g: i32) -> (u64, i64) {
    (mix(&[a as u64, b as u64, c as u64, d]), e as i64 - f as i64 + g as i64)
}

#[inline(never)]
fn eight(a: bool, b: char, c: u8, d: u64, e: i64, f: bool, g: u32, h: i8) -> [u64; 8] {
    [a as u64, b as u64, c as u64, d, e as u64, f as u64, g as u64, h as u64]
}

fn direct(input: &mut Input, output: &mut Output) {
    let values: [u64; 6] = core::array::from_fn(|_| input.u64());
    let [a, b, c, d, e, f] = values;
    output.put((six(a, b, c, d, e, f), six(f, e, d, c, b, a)));
    // Some arguments known, some not, some the same.
    output.put((six(1, b, 2, d, 3, a), six(a, a, a, a, a, a), six(0, 0, 0, 0, 0, f)));
    output.put(eight(input.bool(), input.char(), a as u8, b, c as i64, input.bool(), d as u32, e as i8));
}

fn doubles_and_bytes(input: &mut Input, output: &mut Output) {
    let (a, b, c, d) = (input.u8(), input.u16(), input.u32(), input.u64());
    output.put(seven(a, b, c, d, input.i8(), input.i16(), input.i32()));
    output.put(seven(d as u8, c as u16, b as u32, a as u64, d as i8, c as i16, d as i32));
}

#[inline(never)]
fn seven_floats(a: f64, b: f32, c: f64, d: f32, e: f64, f: u8, g: f64) -> f64 {
    (a + b as f64) * c - d as f64 / e + f as f64 * g
}

fn floats(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.f64(), input.f32(), input.f64());
    let (d, e, f, g) = (input.f32(), input.f64(), input.u8(), input.f64());
    output.put((seven_floats(a, b, c, d, e, f, g), seven_floats(g, d, e, b, a, f, c)));
}

#[inline(never)]
fn six_wide(a: u128, b: i128, c: u64, d: u128, e: u8, f: i128) -> (u128, i128) {
    (a.wrapping_mul(d) ^ c as u128, b.wrapping_sub(f).wrapping_add(e as i128))
}

fn wide_values(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.u128(), input.i128(), input.u64());
    let (d, e, f) = (input.u128(), input.u8(), input.i128());
    output.put((six_wide(a, b, c, d, e, f), six_wide(d, f, c, a, e, b)));
}

#[inline(never)]
fn with_references(a: &[u8], b: &mut [u64], c: &str, d: &u128, e: &mut u32, f: u16, g: &[&str]) -> usize {
    b[f as usize % b.len()] = *d as u64 ^ a.len() as u64;
    *e = e.wrapping_add(c.len() as u32);
    a.iter().filter(|byte| **byte > 100).count() + g.iter().map(|text| text.len()).sum::<usize>()
}

fn references(input: &mut Input, output: &mut Output) {
    let mut bytes = [0u8; 24];
    input.fill(&mut bytes);
    let (mut words, mut counter) = ([1, 2, 3, 4], input.u32());
    let end = input.index(24);
    let names = ["a", "bc", "def"];
    let found = with_references(
        &bytes[..end],
        &mut words,
        names[input.index(3)],
        &input.u128(),
        &mut counter,
        input.u16(),
        &names[..input.index(3)],
    );
    output.put((found, words, counter));
}

#[inline(never)]
fn with_options(
    a: Option<u64>,
    b: Option<u8>,
    c: Option<u128>,
    d: Result<u32, i64>,
    e: Option<&str>,
    f: Option<(u16, bool)>,
) -> Option<u128> {
    let sum = a? as u128 + b.unwrap_or(3) as u128;
    let other = c.unwrap_or(d.map_or_else(|error| error as u128, |value| value as u128));
    let length = e.map_or(7, str::len) as u128;
    Some(
        sum.wrapping_mul(other) ^ length << 100 ^ f.map_or(0, |(word, flag)| word as u128 * 2 + flag as u128),
    )
}

fn options(input: &mut Input, output: &mut Output) {
    let a = input.bool().then(|| input.u64());
    let b = input.bool().then(|| input.u8());
    let c = input.bool().then(|| input.u128());
    let d = if input.bool() { Ok(input.u32()) } else { Err(input.i64()) };
    let e = input.bool().then_some("text");
    let f = input.bool().then(|| (input.u16(), input.bool()));
    output.put(with_options(a, b, c, d, e, f));
}

fn pointers(input: &mut Input, output: &mut Output) {
    let six: fn(u64, u64, u64, u64, u64, u64) -> u64 = black_box(six);
    let seven: fn(u8, u16, u32, u64, i8, i16, i32) -> (u64, i64) = black_box(seven);
    let wide: fn(u128, i128, u64, u128, u8, i128) -> (u128, i128) = black_box(six_wide);
    let floats: fn(f64, f32, f64, f32, f64, u8, f64) -> f64 = black_box(seven_floats);
    let (a, b) = (input.u64(), input.u64());
    output.put(six(a, b, a ^ b, !a, !b, a & b));
    output.put(seven(a as u8, b as u16, a as u32, b, a as i8, b as i16, a as i32));
    output.put(wide(input.u128(), input.i128(), a, b as u128, a as u8, -7));
    output.put(floats(input.f64(), 1.5, 0.25, input.f32(), 3.0, b as u8, 2.0));
}

type Eight = fn(u64, u8, u64, u16, u64, u32, u64, u128) -> u64;

fn first(a: u64, b: u8, c: u64, d: u16, e: u64, f: u32, g: u64, h: u128) -> u64 {
    mix(&[a, b as u64, c, d as u64, e, f as u64, g, h as u64])
}

fn second(a: u64, _: u8, c: u64, _: u16, e: u64, _: u32, g: u64, _: u128) -> u64 {
    a.wrapping_sub(c) ^ e.wrapping_mul(g)
}

fn third(_: u64, b: u8, _: u64, d: u16, _: u64, f: u32, _: u64, h: u128) -> u64 {
    b as u64 + d as u64 + f as u64 + (h >> 64) as u64 % 1000
}

fn pointer_table(input: &mut Input, output: &mut Output) {
    const TABLE: [Eight; 4] = [first, second, third, first];
    let chosen = TABLE[input.index(4)];
    let (a, b) = (input.u64(), input.u128());
    output.put(chosen(a, a as u8, input.u64(), b as u16, !a, b as u32, input.u64(), b));
}

trait Quote {
    fn quote(&self, a: u64, b: u64, c: u32, d: &str, e: i64, f: u8) -> u64;
    fn adjust(&mut self, a: u128, b: u128, c: bool, d: u64) -> Result<u128, u64>;
}

struct Linear(u64);
struct Tiered([u64; 3]);

impl Quote for Linear {
    fn quote(&self, a: u64, b: u64, c: u32, d: &str, e: i64, f: u8) -> u64 {
        mix(&[self.0, a, b, c as u64, d.len() as u64, e as u64, f as u64])
    }
    fn adjust(&mut self, a: u128, b: u128, c: bool, d: u64) -> Result<u128, u64> {
        self.0 ^= d;
        if c {
            Ok(a.wrapping_add(b))
        } else {
            Err(self.0)
        }
    }
}

impl Quote for Tiered {
    fn quote(&self, a: u64, b: u64, c: u32, d: &str, e: i64, f: u8) -> u64 {
        self.0[f as usize % 3] ^ mix(&[b, a, d.len() as u64, c as u64, e as u64])
    }
    fn adjust(&mut self, a: u128, b: u128, c: bool, d: u64) -> Result<u128, u64> {
        self.0[c as usize] = d;
        a.checked_mul(b).ok_or(self.0[0])
    }
}

fn trait_objects(input: &mut Input, output: &mut Output) {
    let mut linear = Linear(input.u64());
    let mut tiered = Tiered([input.u64(), input.u64(), input.u64()]);
    for _ in 0..3 {
        let object: &mut dyn Quote = if input.bool() { &mut linear } else { &mut tiered };
        let object = black_box(object);
        output.put(object.adjust(input.u128(), input.u128(), input.bool(), input.u64()));
        output.put(object.quote(input.u64(), input.u64(), input.u32(), "name", input.i64(), input.u8()));
    }
}

#[inline(never)]
fn apply(call: &dyn Fn(u64, u64, u64, u64, u64, u64) -> u64, seed: u64) -> u64 {
    call(seed, seed ^ 1, seed ^ 2, seed ^ 3, seed ^ 4, seed ^ 5)
}

fn closures(input: &mut Input, output: &mut Output) {
    let (x, y) = (input.u64(), input.u128());
    output.put(apply(&|a, b, c, d, e, f| mix(&[a, b, c, d, e, f, x, y as u64]), input.u64()));
    output.put(apply(&six, x));
    let mut calls = 0u32;
    let mut counting = |a: u64, b: u8, c: u128, d: u64, e: i32, f: bool| {
        calls += 1;
        (c ^ x as u128, mix(&[a, b as u64, d, e as u64, f as u64]))
    };
    let once: &mut dyn FnMut(u64, u8, u128, u64, i32, bool) -> (u128, u64) = black_box(&mut counting);
    output.put((once(x, 1, y, 2, -3, true), once(1, 2, 3, x, 5, false)));
    output.put(calls);
}

fn boxed_closures(input: &mut Input, output: &mut Output) {
    type Operation = Box<dyn Fn(u64, u64, u64, u64, u64, u64, u64) -> [u64; 4]>;
    let (x, y) = (input.u64(), input.u32());
    let operations: [Operation; 2] = [
        Box::new(move |a, b, c, d, e, f, g| [a ^ b, c ^ d, e ^ f, g ^ x]),
        Box::new(move |a, b, c, d, e, f, g| [mix(&[a, b, c]), d, mix(&[e, f, g]), y as u64]),
    ];
    let chosen = &operations[input.index(2)];
    output.put(chosen(input.u64(), 2, input.u64(), 4, input.u64(), 6, input.u64()));
}

#[inline(never)]
fn inner(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, depth: u64) -> u64 {
    if depth == 0 {
        return mix(&[a, b, c, d, e, f]);
    }
    // All arguments change place, so that none may be overwritten before it is read.
    inner(f, a, b, c, d, e, depth - 1).wrapping_add(six(a, c, e, b, d, f))
}

fn nested(input: &mut Input, output: &mut Output) {
    let [a, b, c, d, e, f] = core::array::from_fn(|_| input.u64());
    output.put(inner(a, b, c, d, e, f, input.below(12)));
    output.put(six(six(a, b, c, d, e, f), six(f, e, d, c, b, a), six(a, a, b, b, c, c), d, e, f));
}

#[inline(never)]
fn generic_six<T: Copy + Into<u128>>(a: T, b: T, c: T, d: T, e: T, f: T) -> u128 {
    let sum = |x: T, y: T| x.into().wrapping_mul(3).wrapping_add(y.into());
    sum(a, b) ^ sum(c, d).rotate_left(40) ^ sum(e, f).rotate_left(80)
}

fn generic(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.u128(), input.u128(), input.u64());
    output.put(generic_six(a, b, !a, !b, a ^ b, a & b));
    output.put(generic_six(c, !c, 1, 2, 3, c >> 7));
    output.put(generic_six(c as u8, 1, (c >> 8) as u8, 2, (c >> 16) as u8, 3));
}

#[derive(Clone, Copy)]
struct Position {
    owner: [u8; 32],
    size: i128,
    price: u64,
    side: bool,
}

#[inline(never)]
fn large(a: Position, b: [u64; 9], c: (u128, u8), d: Position, e: u64, f: [u8; 3], g: u16) -> (i128, u64) {
    let size = if d.side { a.size } else { d.size.wrapping_add(a.price as i128) };
    let bytes = a.owner[f[0] as usize % 32] as u64 + d.owner[f[2] as usize % 32] as u64;
    (size ^ c.0 as i128, mix(&[b[g as usize % 9], e, bytes, c.1 as u64, f[1] as u64]))
}

fn large_by_value(input: &mut Input, output: &mut Output) {
    let mut owner = [0; 32];
    input.fill(&mut owner);
    let a = Position { owner, size: input.i128(), price: input.u64(), side: input.bool() };
    let d = Position { size: input.i128(), side: input.bool(), ..a };
    let words = core::array::from_fn(|_| input.u64());
    let call = black_box(large);
    let (c, f, g) = ((input.u128(), input.u8()), [input.u8(), 2, input.u8()], input.u16());
    output.put((large(a, words, c, d, 5, f, g), call(d, words, c, a, 6, f, g)));
}

#[inline(never)]
fn most(
    a: u8,
    b: u128,
    c: &[u64],
    d: f64,
    e: i16,
    f: Option<u64>,
    g: &str,
    h: i128,
    i: bool,
    j: f32,
    k: [u8; 2],
    l: u64,
) -> (u128, f64, u64) {
    let first = b ^ h as u128 ^ (k[0] as u128) << 90;
    let second = d * a as f64 + j as f64 * e as f64;
    (first, second, mix(&[f.unwrap_or(l), c[a as usize % c.len()], g.len() as u64, i as u64, k[1] as u64]))
}

fn twelve(input: &mut Input, output: &mut Output) {
    let words: [u64; 5] = core::array::from_fn(|_| input.u64());
    let call = if input.bool() { most } else { black_box(most) };
    output.put(call(
        input.u8(),
        input.u128(),
        &words,
        input.f64(),
        input.i16(),
        input.bool().then(|| input.u64()),
        "twelve",
        input.i128(),
        input.bool(),
        input.f32(),
        [input.u8(), input.u8()],
        input.u64(),
    ));
}
