//! What lies on the stack and how it lies there: full frames, alignments, values copied
//! onto themselves, and copies of nothing.

use core::hint::black_box;
use core::ptr::from_ref;

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![
    crowded,
    crowded_arguments,
    alignments,
    static_alignments,
    heap_alignments,
    onto_itself,
    nothing,
    large_values,
    terminated,
    many_locals,
];

/// Fills most of a frame, calls down, and looks whether the frame is as it was.
#[inline(never)]
fn fill(depth: u8, seed: u64) -> u64 {
    let mut buffer = [seed as u8 ^ depth; 3500];
    buffer[seed as usize % 3500] = 7;
    black_box(&mut buffer);
    let below = if depth == 0 { seed } else { fill(depth - 1, seed.rotate_left(7)) };
    let sum = buffer.iter().step_by(50).fold(0, |sum: u64, byte| sum * 3 % 1_000_003 + *byte as u64);
    below.rotate_left(1) ^ sum ^ (buffer[0] as u64) << 32 ^ (buffer[3499] as u64) << 40
}

fn crowded(input: &mut Input, output: &mut Output) {
    output.put(fill(input.below(8) as u8, input.u64()));
}

#[inline(never)]
#[allow(clippy::too_many_arguments)]
fn crowd(a: u64, b: u128, c: &[u8], d: i64, e: u8, f: u128, g: u64, depth: u8) -> ([u64; 6], u128) {
    let mut buffer = [a as u8; 3000];
    buffer[g as usize % 3000] = e;
    black_box(&mut buffer);
    if depth == 0 {
        return ([a, d as u64, e as u64, g, c.len() as u64, buffer[5] as u64], b ^ f);
    }
    let (mut words, wide) = crowd(g, f, &buffer[..c.len() / 2 + 1], -(d >> 1), e ^ 1, b, a, depth - 1);
    words[depth as usize % 6] ^= buffer[a as usize % 3000] as u64 + c[0] as u64;
    (words, wide.wrapping_add(b))
}

fn crowded_arguments(input: &mut Input, output: &mut Output) {
    let bytes = [input.u8(); 9];
    let (a, b, d, e) = (input.u64(), input.u128(), input.i64(), input.u8());
    output.put(crowd(a, b, &bytes, d, e, input.u128(), input.u64(), input.below(6) as u8));
}

#[derive(Clone, Copy)]
#[repr(align(16))]
struct Sixteen([u8; 16]);

#[derive(Clone, Copy)]
#[repr(align(8))]
struct Eight([u8; 24]);

fn misplaced<T>(value: &T) -> usize {
    black_box(from_ref(value) as usize) % align_of::<T>()
}

/// Where a value lies must be a multiple of its alignment: the compiler may make addresses of
/// its parts on that premise, with `or` instead of `add`.
fn alignments(input: &mut Input, output: &mut Output) {
    let small = black_box(input.u8());
    let mut sixteen = black_box([Sixteen([small; 16]); 3]);
    let tail = black_box(input.u8());
    let mut eight = black_box(Eight([tail; 24]));
    let wide = black_box([input.u128(), input.u128()]);
    output.put((misplaced(&sixteen), misplaced(&eight), misplaced(&wide), misplaced(&wide[1])));
    sixteen[input.index(3)].0[input.index(16)] ^= 0x80;
    eight.0[input.index(24)] ^= 1;
    output.put((sixteen.map(|part| part.0), wide, small, tail));
    output.put(eight.0);
}

static BYTE: u8 = 3;
static WIDE: [u128; 3] = [1, 1 << 100, u128::MAX];
static ODD: [u8; 3] = [1, 2, 3];
static TEXT: &str = "odd length!";
static ALIGNED: Sixteen = Sixteen([9; 16]);
static MORE: [(u8, u128); 2] = [(1, 2), (3, 4)];

fn static_alignments(input: &mut Input, output: &mut Output) {
    output.put((misplaced(&WIDE), misplaced(&ALIGNED), misplaced(&MORE), misplaced(&TEXT)));
    let place = input.index(3);
    output.put((BYTE, ODD[place], WIDE[place], ALIGNED.0[input.index(16)], MORE[place / 2]));
    output.put(TEXT.as_bytes()[input.index(11)]);
    output.put((*wide(place), wide(2 - place).rotate_left(place as u32), more(place / 2).1));
}

/// What is returned is declared aligned, so its high half may be read at the place `or` 8.
#[inline(never)]
fn wide(place: usize) -> &'static u128 {
    &black_box(&WIDE)[place]
}

#[inline(never)]
fn more(place: usize) -> &'static (u8, u128) {
    &black_box(&MORE)[place]
}

fn heap_alignments(input: &mut Input, output: &mut Output) {
    let (byte, wide) = (Box::new(input.u8()), Box::new([input.u128(); 2]));
    let (text, sixteen) = (Box::<str>::from("abc"), Box::new(Sixteen([input.u8(); 16])));
    output.put((misplaced(&*wide), misplaced(&*sixteen), *byte, *wide, sixteen.0, &*text));
    let list = vec![input.u128(); 1 + input.index(3)];
    output.put((misplaced(&list[0]), list.iter().fold(0, |sum, value| sum ^ value.rotate_left(9))));
}

#[derive(Clone, Copy)]
struct Large {
    name: [u8; 32],
    words: [u64; 20],
}

#[inline(never)]
fn assign(to: *mut Large, from: *const Large) {
    unsafe { *to = *from }
}

/// A copy whose source is its target, which a copy between different places may refuse.
fn onto_itself(input: &mut Input, output: &mut Output) {
    let mut list: [Large; 3] =
        core::array::from_fn(|_| Large { name: [input.u8(); 32], words: [input.u64(); 20] });
    for _ in 0..3 {
        let (a, b) = (input.index(3), input.index(3));
        list[a] = list[b];
        list.swap(b, input.index(3));
        let list = list.as_mut_ptr();
        unsafe { assign(list.add(b), list.add(input.index(3))) };
    }
    let mut other = list[0];
    other.words[input.index(20)] ^= input.u64();
    let other = Some(other).filter(|_| input.bool()).unwrap_or(list[2]);
    for large in list.iter().chain([&other]) {
        output.put((large.name, large.words[0], large.words[19]));
    }
}

fn nothing(input: &mut Input, output: &mut Output) {
    let (mut empty, none) = (Vec::<u8>::new(), black_box(&[] as &[u8]));
    empty.extend_from_slice(none);
    empty.append(&mut none.to_vec());
    output.put((empty == none, empty.cmp(&none.to_vec()), empty.len(), [none, none].concat().len()));
    let mut bytes = [input.u8(); 5];
    bytes[5..].copy_from_slice(none);
    bytes[..0].fill(1);
    bytes.copy_within(2..2, 4);
    output.put((bytes, (String::new() + "").len(), String::new() == *black_box("")));
    let mut units = vec![(); input.index(9)];
    units.push(());
    output.put((units.len(), empty.iter().max().is_none(), none.chunks(3).count()));
}

#[inline(never)]
fn turn(mut value: Large, by: usize) -> Large {
    value.words.rotate_left(by % 20);
    value.name.reverse();
    value
}

fn large_values(input: &mut Input, output: &mut Output) {
    let mut value = Large { name: [0; 32], words: core::array::from_fn(|_| input.raw()) };
    input.fill(&mut value.name);
    let pair = black_box((turn(value, 3), turn(turn(value, 5), input.index(40))));
    let boxed = Box::new(pair);
    output.put((boxed.0.name, boxed.0.words, boxed.1.name, boxed.1.words));
    let list: Vec<Large> = [boxed.0, boxed.1, value].into_iter().rev().collect();
    output.put((list[0].words, list[2].words, list.last().map(|last| last.name)));
}

fn terminated(input: &mut Input, output: &mut Output) {
    let mut bytes = [0u8; 40];
    for byte in &mut bytes[..39] {
        *byte = input.u8();
    }
    let text = unsafe { core::ffi::CStr::from_ptr(black_box(bytes.as_ptr().cast())) };
    output.put((text.to_bytes(), core::ffi::CStr::from_bytes_until_nul(&bytes).is_ok()));
}

/// More values alive at once than there are registers, of every width.
fn many_locals(input: &mut Input, output: &mut Output) {
    let words: [u64; 16] = core::array::from_fn(|_| input.u64());
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = words;
    let (mut x, mut y, mut z) = (a, b as u128, c as i32);
    for step in 0..input.below(5) {
        x = x.wrapping_mul(d ^ e).wrapping_add(f & g | h) ^ (i >> (j % 64)) ^ step;
        y = y.wrapping_add((k as u128) << 64 | l as u128).rotate_left(m as u32 % 128);
        z = z.wrapping_sub(n as i32).wrapping_mul(o as i32 | 1) ^ p as i32;
        x ^= a.wrapping_add(b).wrapping_add(c);
    }
    output.put((x, y, z, a ^ p, (d as i128 - e as i128) * f as i8 as i128));
}
