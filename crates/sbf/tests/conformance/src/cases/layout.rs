//! Reads and writes of values where they were not laid out for: packed structs, bytes
//! at odd places, unions and transmutations.

use core::hint::black_box;
use core::mem::{size_of, transmute};

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![misaligned, misaligned_write, packed, transmuted, pointers, unions, sizes, bit_fields, volatile];

fn misaligned(input: &mut Input, output: &mut Output) {
    let mut bytes = [0u8; 64];
    input.fill(&mut bytes);
    let at = input.index(48);
    macro_rules! read {
        ($($kind:ident)*) => {
            $({
                let mut value = [0; size_of::<$kind>()];
                value.copy_from_slice(&bytes[at..at + size_of::<$kind>()]);
                output.put(($kind::from_le_bytes(value), $kind::from_be_bytes(value)));
            })*
        };
    }
    read!(u16 i16 u32 i32 u64 i64 u128 i128 f32 f64);
}

fn misaligned_write(input: &mut Input, output: &mut Output) {
    let mut bytes = [0u8; 64];
    macro_rules! write {
        ($($kind:ident)*) => {
            $({
                let at = input.index(48);
                bytes[at..at + size_of::<$kind>()].copy_from_slice(&input.$kind().to_le_bytes());
            })*
        };
    }
    write!(u16 i32 u64 u128 i8 i16 i128 u32);
    output.put(bytes);
}

#[derive(Clone, Copy)]
#[repr(C, packed)]
struct Packed {
    tag: u8,
    wide: u128,
    small: u16,
    word: u64,
    flag: bool,
    float: f64,
    list: [u32; 3],
}

fn packed(input: &mut Input, output: &mut Output) {
    let mut value = Packed {
        tag: input.u8(),
        wide: input.u128(),
        small: input.u16(),
        word: input.u64(),
        flag: input.bool(),
        float: input.f64(),
        list: [input.u32(), input.u32(), 7],
    };
    black_box(&mut value);
    value.wide = value.wide.wrapping_add(value.word as u128);
    value.word = value.word.rotate_left(value.small as u32 % 64);
    value.list[value.tag as usize % 3] ^= 0x55;
    let Packed { tag, wide, small, word, flag, float, list } = value;
    output.put((tag, wide, small, word, flag, float));
    let bytes: [u8; 48] = unsafe { transmute(value) };
    output.put((list, &bytes[..28], &bytes[36..]));
    let again: Packed = unsafe { transmute(black_box(bytes)) };
    output.put(({ again.wide }, { again.word }, { again.list }));
}

fn transmuted(input: &mut Input, output: &mut Output) {
    let (word, wide) = (input.u64(), input.u128());
    let halves: [u32; 2] = unsafe { transmute(word) };
    let pairs: [u64; 2] = unsafe { transmute(wide) };
    let bytes: [u8; 16] = unsafe { transmute(pairs) };
    let signed: [i16; 4] = unsafe { transmute(word) };
    output.put((halves, pairs, bytes, signed));
    let back = u128::from_ne_bytes(black_box(bytes));
    output.put((back == wide, back.rotate_left(word as u32 % 128)));
}

fn pointers(input: &mut Input, output: &mut Output) {
    let mut words: [u32; 16] = core::array::from_fn(|_| input.u32());
    let at = input.index(12);
    let base = words.as_mut_ptr();
    unsafe {
        let place = black_box(base.add(at));
        place.write(place.read() ^ 0xffff);
        place.add(1).cast::<u64>().write_unaligned(input.u64());
        output.put((
            place.add(1).cast::<u16>().read(),
            place.cast::<u8>().add(3).cast::<u32>().read_unaligned(),
        ));
        output.put((place.offset_from(base), base.cast::<u8>().add(at).read()));
    }
    output.put(words);
}

union Bits {
    word: u64,
    bytes: [u8; 8],
    float: f64,
    halves: (u32, i32),
}

fn unions(input: &mut Input, output: &mut Output) {
    let mut bits = black_box(Bits { word: input.u64() & !(0x7ff << 52) });
    unsafe {
        output.put((bits.bytes, bits.float, bits.halves));
        bits.bytes[input.index(8)] = input.u8();
        bits.halves.1 >>= 3;
        output.put(bits.word);
    }
}

/// Layouts must be the host's: accounts are read as structs.
fn sizes(_: &mut Input, output: &mut Output) {
    #[repr(C)]
    struct Mixed(u8, u128, u16, u64, bool);
    output.put([size_of::<Mixed>(), align_of::<Mixed>(), align_of::<u128>(), align_of::<u64>()]);
    output.put([core::mem::offset_of!(Mixed, 1), core::mem::offset_of!(Mixed, 4)]);
    output.put([
        size_of::<Option<u128>>(),
        size_of::<Option<Box<u8>>>(),
        size_of::<Option<u32>>(),
        size_of::<&str>(),
    ]);
    output.put([
        size_of::<Result<u64, u8>>(),
        size_of::<(u8, u128)>(),
        size_of::<usize>(),
        size_of::<char>(),
    ]);
}

fn bit_fields(input: &mut Input, output: &mut Output) {
    let mut field = input.u64();
    let (width, at) = (1 + input.below(20), input.below(40));
    let mask = ((1u64 << width) - 1) << at;
    field = field & !mask | (input.u64() << at) & mask;
    output.put((field, (field & mask) >> at, ((field << (64 - at - width)) as i64) >> (64 - width)));
    let (flags, bit) = (input.u8(), input.below(8));
    output.put((flags & 1 << bit != 0, flags | 1 << bit, flags & !(1 << bit), flags ^ 1 << bit));
}

fn volatile(input: &mut Input, output: &mut Output) {
    let mut cells = [input.u64(), input.u64()];
    unsafe {
        let first = core::ptr::addr_of_mut!(cells[0]);
        first.write_volatile(first.read_volatile().wrapping_add(1));
        let byte = first.cast::<u8>().add(2);
        byte.write_volatile(byte.read_volatile() ^ 0x0f);
    }
    output.put(cells);
}
