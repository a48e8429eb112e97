//! Decisions: jump tables, ladders, patterns, and selects on values wider than a register.

use core::hint::black_box;

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![
    dense,
    sparse,
    words,
    ranges,
    strings,
    byte_strings,
    nested,
    guards,
    slices,
    selects,
    wide_values,
    signed,
    letters,
    boolean_logic,
    discriminants,
];

#[inline(never)]
fn table(value: u8) -> u32 {
    match value {
        0 => 11,
        1 => 7,
        2 => 1_000_000,
        3 => 42,
        4 => 3,
        5 => 99,
        6 => 1,
        7 => 0,
        8 => 77,
        9 => 500,
        10 => 6,
        11 => 18,
        12 => 250,
        13 => u32::MAX,
        14 => 31,
        15 => 9,
        16 => 2,
        17 => 65,
        18 => 12,
        19 => 8,
        200 => 5,
        255 => 4,
        _ => 123,
    }
}

/// Each arm does something else, so that the table is one of jumps and not of values.
#[inline(never)]
fn jumps(value: u8, a: u64, b: u64) -> u64 {
    match value % 20 {
        0 => a.wrapping_add(b),
        1 => a.wrapping_sub(b),
        2 => a.wrapping_mul(b),
        3 => a / b.max(1),
        4 => a % b.max(1),
        5 => a & b,
        6 => a | b,
        7 => a ^ b,
        8 => !a,
        9 => a.rotate_left(b as u32 % 64),
        10 => a >> (b % 64),
        11 => a << (b % 64),
        12 => a.max(b),
        13 => a.min(b),
        14 => a.abs_diff(b),
        15 => a.count_ones() as u64,
        16 => b.leading_zeros() as u64,
        17 => a.swap_bytes(),
        18 => (a < b) as u64,
        _ => a.saturating_add(b),
    }
}

fn dense(input: &mut Input, output: &mut Output) {
    output.put((table(input.u8()), table(input.below(24) as u8)));
    output.put(jumps(input.u8(), input.u64(), input.u64()));
}

fn sparse(input: &mut Input, output: &mut Output) {
    let value = match input.below(8) {
        0 => 1_000,
        1 => 70_000,
        2 => 5,
        3 => 0x8000_0000,
        4 => u32::MAX,
        5 => 999,
        6 => 1_001,
        _ => input.u32(),
    };
    output.put(match black_box(value) {
        5 => 1u8,
        1_000 => 2,
        1_001 => 3,
        65_535 => 4,
        70_000 => 5,
        0x7fff_ffff => 6,
        0x8000_0000 => 7,
        u32::MAX => 8,
        _ => 0,
    });
}

fn words(input: &mut Input, output: &mut Output) {
    output.put(match input.u64() {
        0 => 1u8,
        1 => 2,
        0x7fff_ffff_ffff_ffff => 3,
        0x8000_0000_0000_0000 => 4,
        u64::MAX => 5,
        0x1_0000_0000 => 6,
        0xffff_ffff => 7,
        0x8000_0000 => 8,
        0xffff_ffff_8000_0000 => 9,
        _ => 0,
    });
    // Eight bytes, as an Anchor program tells its instructions apart.
    let name = [*b"deposit_", *b"withdraw", *b"settle__", *b"deposit-"][input.index(4)];
    output.put(match black_box(name) {
        [b'd', b'e', b'p', b'o', b's', b'i', b't', b'_'] => 1u8,
        [b'w', b'i', b't', b'h', b'd', b'r', b'a', b'w'] => 2,
        [b's', b'e', b't', b't', b'l', b'e', b'_', b'_'] => 3,
        _ => 0,
    });
}

fn ranges(input: &mut Input, output: &mut Output) {
    output.put(match input.i32() {
        i32::MIN..=-1_000_000 => 0u8,
        -999_999..=-1 => 1,
        0 => 2,
        1..=9 => 3,
        10..=99 => 4,
        100..=999_999 => 5,
        1_000_000.. => 6,
    });
    output.put(match input.u16() {
        0..100 => 0u8,
        100 | 200 | 300 => 1,
        101..=32_767 => 2,
        32_768.. => 3,
    });
}

fn strings(input: &mut Input, output: &mut Output) {
    let text =
        ["open", "close", "opened", "", "liquidate", "settle", "settlf", "ope", "größe"][input.index(9)];
    output.put(match black_box(text) {
        "open" => 1u8,
        "close" => 2,
        "liquidate" => 3,
        "settle" => 4,
        "" => 5,
        "größe" => 6,
        other if other.starts_with("open") => 7,
        _ => 0,
    });
}

fn byte_strings(input: &mut Input, output: &mut Output) {
    let mut bytes = *b"magic\0\x01\x02";
    bytes[input.index(8)] ^= input.below(2) as u8;
    output.put(match &black_box(bytes) {
        b"magic\0\x01\x02" => 1u8,
        [b'm', b'a', .., 3] => 2,
        [b'm', rest @ ..] if rest.contains(&0) => 3,
        _ => 4,
    });
}

enum Message {
    Ping,
    Move { x: i32, y: Option<i32> },
    Many(Result<u8, Inner>, bool),
}

enum Inner {
    Code(u16),
    Pair(i64, u128),
}

fn message(input: &mut Input) -> Message {
    match input.below(5) {
        0 => Message::Ping,
        1 => Message::Move { x: input.i32(), y: input.bool().then(|| input.i32()) },
        2 => Message::Many(Ok(input.u8()), input.bool()),
        3 => Message::Many(Err(Inner::Code(input.u16())), input.bool()),
        _ => Message::Many(Err(Inner::Pair(input.i64(), input.u128())), input.bool()),
    }
}

fn nested(input: &mut Input, output: &mut Output) {
    let value = match black_box(message(input)) {
        Message::Ping => 1,
        Message::Move { x: 0, y: None } => 2,
        Message::Move { x, y: Some(y) } if x < y => x as u128,
        Message::Move { x: i32::MIN..=-1, .. } => 3,
        Message::Move { y: Some(_), .. } => 4,
        Message::Move { .. } => 5,
        Message::Many(Ok(0..=9), true) => 6,
        Message::Many(Ok(code), _) => code as u128 * 100,
        Message::Many(Err(Inner::Code(code)), flag) => code as u128 ^ flag as u128,
        Message::Many(Err(Inner::Pair(a, b)), true) if a < 0 => b,
        Message::Many(Err(Inner::Pair(a, b)), _) => b.wrapping_sub(a as u128),
    };
    output.put(value);
}

fn guards(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.i64(), input.u8(), input.bool());
    output.put(match (a.signum(), b, c) {
        (0, _, true) => 1u8,
        (1, n @ (1 | 2 | 4 | 8), _) if n as i64 <= a => n,
        (-1, n, false) if n % 2 == 0 => n / 2,
        (_, 255, _) => 9,
        (sign, ..) => (sign + 20) as u8,
    });
}

fn slices(input: &mut Input, output: &mut Output) {
    let values: Vec<u16> = (0..input.below(6)).map(|_| input.below(3) as u16).collect();
    output.put(match &values[..] {
        [] => (0, 0),
        [only] => (1, *only),
        [0, .., 0] => (2, 0),
        [first, middle @ .., last] if first == last => (3, middle.iter().sum()),
        [_, second, ..] => (4, *second),
    });
}

fn selects(input: &mut Input, output: &mut Output) {
    let (a, b, pick) = (input.u64(), input.u64(), input.bool());
    output.put((if pick { a } else { b }, if a < b { a as u32 } else { b as u32 }, (a > b) as u64 * a));
    let (c, d) = (input.i8(), input.i8());
    output.put((if c < 0 { -(c as i16) } else { c as i16 }, c.max(d), if pick { Some(c) } else { None }));
    let reference = if pick { &a } else { &b };
    output.put((*black_box(reference), [a, b][pick as usize]));
}

fn wide_values(input: &mut Input, output: &mut Output) {
    let (a, b, pick) = (input.u128(), input.i128(), input.bool());
    output.put((if pick { a } else { b as u128 }, if b < 0 { !b } else { b }));
    output.put(match a {
        0 => 0u8,
        1 => 1,
        0xffff_ffff_ffff_ffff => 2,
        0x1_0000_0000_0000_0000 => 3,
        u128::MAX => 4,
        0x8000_0000_0000_0000_0000_0000_0000_0000 => 5,
        _ => 6,
    });
    output.put(match b {
        i128::MIN..=-1 => 0u8,
        0 => 1,
        1..=0xffff_ffff_ffff_ffff => 2,
        _ => 3,
    });
    let values = [a, b as u128, !a, 5];
    output.put(values[input.index(4)]);
}

fn signed(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.i64(), input.i16(), input.i8());
    output.put(match (a > b as i64, b > c as i16, (c as i64) < a) {
        (true, true, _) => 1u8,
        (true, false, true) => 2,
        (false, _, true) => 3,
        (false, true, false) => 4,
        _ => 5,
    });
    output.put((a as i32 > b as i32, (a as u8) < c as u8, a as i8 == c, b as u16 > 5));
}

fn letters(input: &mut Input, output: &mut Output) {
    output.put(match input.char() {
        'a'..='z' => 1u8,
        'A'..='Z' => 2,
        '0'..='9' => 3,
        '\0'..='\x1f' => 4,
        'ß' | 'é' => 5,
        '\u{80}'..='\u{7ff}' => 6,
        '\u{10000}'.. => 7,
        _ => 8,
    });
}

fn boolean_logic(input: &mut Input, output: &mut Output) {
    let [a, b, c, d] = core::array::from_fn(|_| input.bool());
    output.put((a && b || c && !d, (a || b) && (c || d), a ^ b ^ c, a & !b | c, a == b, a | b));
    output.put([a, b, c, d].iter().filter(|flag| **flag).count());
    output.put((a && input.u8() > 3) || (b && input.u8() > 200));
}

fn discriminants(input: &mut Input, output: &mut Output) {
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    #[repr(i16)]
    enum Level {
        Low = -300,
        Mid = 5,
        High = 20_000,
    }
    let levels = [Level::Low, Level::Mid, Level::High];
    let (a, b) = (levels[input.index(3)], levels[input.index(3)]);
    output.put((a as i16, b as i64, a < b, a == b, a.max(b) as i32));
    let (c, d) = (input.bool().then_some(a), Some(Some(b)).filter(|_| input.bool()));
    output.put((c.map(|level| level as i16), d.flatten().is_some(), c < Some(b)));
}
