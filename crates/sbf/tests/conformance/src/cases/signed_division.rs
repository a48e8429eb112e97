//! Signed division and remainder, which SBPF v0 has no instruction for.

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![
    words,
    doubles,
    shorts,
    bytes,
    words_plain,
    doubles_plain,
    shorts_plain,
    bytes_plain,
    words_constant,
    doubles_constant,
    bytes_exhaustive,
    mixed,
];

macro_rules! division {
    ($name:ident, $plain:ident, $kind:ident) => {
        fn $name(input: &mut Input, output: &mut Output) {
            let (a, b) = (input.$kind(), input.$kind());
            output.put((a.checked_div(b), a.checked_rem(b)));
            output.put((a.checked_div_euclid(b), a.checked_rem_euclid(b)));
            let b = if b == 0 { -1 } else { b };
            output.put((a.wrapping_div(b), a.wrapping_rem(b)));
            output.put((a.wrapping_div_euclid(b), a.wrapping_rem_euclid(b)));
            output.put((a.overflowing_div(b), a.overflowing_rem(b), a.saturating_div(b)));
            output.put(($kind::MIN.wrapping_div(b), $kind::MAX.wrapping_rem(b)));
        }

        fn $plain(input: &mut Input, output: &mut Output) {
            let (a, b) = (input.$kind(), input.$kind());
            if b == 0 || b == -1 {
                return;
            }
            output.put((a / b, a % b, a.div_euclid(b), a.rem_euclid(b)));
            output.put(((a / b).wrapping_neg(), (a / b) as i128, (a % b) as i128));
            output.put((a % b == 0, a / b < b, a % b < 0));
        }
    };
}
division!(words, words_plain, i64);
division!(doubles, doubles_plain, i32);
division!(shorts, shorts_plain, i16);
division!(bytes, bytes_plain, i8);

fn words_constant(input: &mut Input, output: &mut Output) {
    let a = input.i64();
    output.put((a / 2, a % 2, a / -2, a % -2, a / 1024, a % 1024));
    output.put((a / 3, a % 3, a / -7, a % -7, a / 10, a % 10));
    output.put((a / 1_000_000, a % 1_000_000, a / 1_000_000_007, a % -1_000_000_007));
    output.put((a / i64::MIN, a % i64::MIN, a / i64::MAX, a % i64::MAX));
}

fn doubles_constant(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.i32(), input.i16(), input.i8());
    output.put((a / 2, a % 2, a / -7, a % 7, a / 1_000_000, a % 1_000_000));
    output.put((b / 2, b % -4, b / -7, b % 7, b / 1000, b % 1000));
    output.put((c / 2, c % -4, c / -7, c % 7, c / 100, c % 100));
    output.put((a / i32::MIN, a % i32::MAX, b / i16::MIN, c / i8::MIN, c % i8::MIN));
}

fn bytes_exhaustive(input: &mut Input, output: &mut Output) {
    let a = input.raw() as i8;
    for b in i8::MIN..=i8::MAX {
        output.put((a.checked_div(b), a.checked_rem(b), a.checked_rem_euclid(b)));
    }
}

/// Operands of two widths, and results that go straight into comparisons.
fn mixed(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.i64(), input.i32().max(1), input.i8().min(-2));
    output.put((a / b as i64, a % b as i64, a / c as i64, a % c as i64));
    output.put((b / c as i32, b % c as i32, (a as i32) / b, (a as i16) % c as i16));
    output.put((a / b as i64 > c as i64, a % b as i64 == 0, (a / c as i64) as u64 / 3));
    output.put((a as u64 / b as u64, a as u64 % b as u64, (a as u32) / b as u32));
}
