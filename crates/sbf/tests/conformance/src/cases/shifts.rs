//! Shifts and rotations by amounts known only at run time.

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![wide, wide_every_amount, wide_rotate, wide_forms, wide_constants, words, narrow_forms, signed_forms];

fn wide(input: &mut Input, output: &mut Output) {
    let (a, b, amount) = (input.u128(), input.i128(), input.below(128));
    output.put((a << amount, a >> amount, b << amount, b >> amount));
    let amount = input.below(128) as u8;
    output.put((a << amount, a >> amount, b << amount, b >> amount));
    output.put((1u128 << amount, u128::MAX >> amount, i128::MIN >> amount));
}

fn wide_every_amount(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.u128(), input.i128());
    for amount in 0..128u32 {
        output.put((a << amount, a >> amount, b >> amount));
    }
}

fn wide_rotate(input: &mut Input, output: &mut Output) {
    let (a, amount) = (input.u128(), input.u32());
    output.put((a.rotate_left(amount % 128), a.rotate_right(amount % 128)));
    output.put((a.rotate_left(amount), a.rotate_right(amount)));
    output.put((a.rotate_left(64), a.rotate_right(1), a.rotate_left(127)));
    output.put((a as i128).rotate_left(amount));
}

fn wide_forms(input: &mut Input, output: &mut Output) {
    let (a, b, amount) = (input.u128(), input.i128(), input.below(300) as u32);
    output.put((a.checked_shl(amount), a.checked_shr(amount)));
    output.put((a.wrapping_shl(amount), a.wrapping_shr(amount)));
    output.put((a.overflowing_shl(amount), a.overflowing_shr(amount)));
    output.put((a.unbounded_shl(amount), a.unbounded_shr(amount)));
    output.put((b.checked_shl(amount), b.checked_shr(amount), b.unbounded_shr(amount)));
    output.put((b.wrapping_shl(amount), b.wrapping_shr(amount), b.unbounded_shl(amount)));
}

fn wide_constants(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.u128(), input.i128());
    output.put((a << 1, a << 31, a << 32, a << 63, a << 64, a << 65));
    output.put((a >> 1, a >> 31, a >> 32, a >> 63, a >> 64, a >> 65));
    output.put((b >> 1, b >> 31, b >> 48, b >> 63, b >> 64, b >> 65));
    output.put((a << 127, a >> 127, b >> 127, (a >> 32) as u64, (b >> 48) as i64));
}

fn words(input: &mut Input, output: &mut Output) {
    let (a, b, amount) = (input.u64(), input.i64(), input.below(64));
    output.put((a << amount, a >> amount, b << amount, b >> amount));
    output.put((a.rotate_left(amount as u32), a.rotate_right(amount as u32)));
    output.put((a.checked_shl(amount as u32 * 2), a.unbounded_shr(amount as u32 * 2)));
    output.put((b.wrapping_shr(amount as u32 * 3), b.unbounded_shr(amount as u32 * 2)));
    // A double word from two words, the way wide multiplications put theirs together.
    let pair = (a as u128) << 64 | b as u64 as u128;
    output.put(((pair << amount >> 64) as u64, (pair >> amount) as u64));
}

fn narrow_forms(input: &mut Input, output: &mut Output) {
    let (a, b, c, amount) = (input.u32(), input.u16(), input.u8(), input.below(40) as u32);
    output.put((a.checked_shl(amount), a.wrapping_shr(amount), a.rotate_left(amount)));
    output.put((b.checked_shl(amount), b.wrapping_shr(amount), b.rotate_left(amount)));
    output.put((c.checked_shl(amount), c.wrapping_shr(amount), c.rotate_left(amount)));
    output.put((a.unbounded_shl(amount), b.unbounded_shr(amount), c.unbounded_shl(amount)));
}

fn signed_forms(input: &mut Input, output: &mut Output) {
    let (a, b, c, amount) = (input.i32(), input.i16(), input.i8(), input.below(40) as u32);
    output.put((a.checked_shr(amount), a.wrapping_shl(amount), a.unbounded_shr(amount)));
    output.put((b.checked_shr(amount), b.wrapping_shl(amount), b.unbounded_shr(amount)));
    output.put((c.checked_shr(amount), c.wrapping_shl(amount), c.unbounded_shr(amount)));
    output.put((a.rotate_right(amount), b.rotate_right(amount), c.rotate_right(amount)));
}
