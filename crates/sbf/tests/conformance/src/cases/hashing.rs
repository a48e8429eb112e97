//! Mixing of bits as hashes do it, and durations, whose arithmetic is in two units.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![siphash, siphash_values, crc, sha256, xorshift, durations];

fn siphash(input: &mut Input, output: &mut Output) {
    let mut bytes = [0u8; 40];
    input.fill(&mut bytes);
    let mut hasher = DefaultHasher::new();
    hasher.write(&bytes[..input.index(41)]);
    hasher.write_u128(input.u128());
    hasher.write_u16(input.u16());
    output.put(hasher.finish());
}

#[derive(Hash)]
enum Key {
    Name(String, Option<u8>),
    Place { x: i32, y: (u64, bool) },
}

fn siphash_values(input: &mut Input, output: &mut Output) {
    let keys = [
        Key::Name(input.u16().to_string(), input.bool().then(|| input.u8())),
        Key::Place { x: input.i32(), y: (input.u64(), input.bool()) },
    ];
    let mut hasher = DefaultHasher::new();
    keys[input.index(2)].hash(&mut hasher);
    keys.hash(&mut hasher);
    output.put(hasher.finish());
}

static TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            value = (value >> 1) ^ ((value & 1) * 0xedb8_8320);
            bit += 1;
        }
        table[byte] = value;
        byte += 1;
    }
    table
};

fn crc(input: &mut Input, output: &mut Output) {
    let mut bytes = [0u8; 30];
    input.fill(&mut bytes);
    let step = |crc: u32, byte: &u8| crc >> 8 ^ TABLE[((crc ^ *byte as u32) & 0xff) as usize];
    output.put(!bytes[..input.index(31)].iter().fold(u32::MAX, step));
}

/// One block; the constants come from the input, since only the mixing matters.
fn sha256(input: &mut Input, output: &mut Output) {
    let mut schedule = [0u32; 64];
    for word in &mut schedule[..16] {
        *word = input.u32();
    }
    for place in 16..64 {
        let (a, b) = (schedule[place - 15], schedule[place - 2]);
        let low = a.rotate_right(7) ^ a.rotate_right(18) ^ a >> 3;
        let high = b.rotate_right(17) ^ b.rotate_right(19) ^ b >> 10;
        schedule[place] =
            schedule[place - 16].wrapping_add(low).wrapping_add(schedule[place - 7]).wrapping_add(high);
    }
    let mut state: [u32; 8] = core::array::from_fn(|_| input.u32());
    for word in schedule {
        let [a, b, c, d, e, f, g, h] = state;
        let high = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let first = h.wrapping_add(high).wrapping_add(e & f ^ !e & g).wrapping_add(word);
        let low = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let second = low.wrapping_add(a & b ^ a & c ^ b & c);
        state = [first.wrapping_add(second), a, b, c, d.wrapping_add(first), e, f, g];
    }
    output.put(state);
}

fn xorshift(input: &mut Input, output: &mut Output) {
    let (mut a, mut b, mut c) = (input.u64() | 1, input.u32() | 1, input.u128() | 1);
    for _ in 0..10 {
        a ^= a << 13;
        a ^= a >> 7;
        a ^= a << 17;
        b ^= b << 13;
        b ^= b >> 17;
        b ^= b << 5;
        c ^= c << 23;
        c ^= c >> 61 ^ a as u128;
    }
    output.put((a, b, c));
}

fn durations(input: &mut Input, output: &mut Output) {
    let (a, b) =
        (Duration::new(input.u64() >> 1, input.u32() % 1_000_000_000), Duration::from_nanos(input.u64()));
    output.put((a.as_nanos(), a.as_micros(), b.as_millis(), b.subsec_nanos()));
    output.put((a.checked_add(b).map(|sum| sum.as_nanos()), a.checked_sub(b).map(|rest| rest.as_nanos())));
    output.put((
        a.checked_mul(input.u32()).map(|product| product.as_secs()),
        b.checked_div(input.u32()).map(|part| part.as_nanos()),
    ));
    output
        .put((a.as_secs_f64(), Duration::try_from_secs_f64(input.f64()).ok().map(|value| value.as_nanos())));
    output.text(format_args!("{a:?} {b:?} {:?}", a.max(b)));
}
