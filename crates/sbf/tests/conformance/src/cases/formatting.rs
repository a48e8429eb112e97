//! `core::fmt`.

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![words, narrow, signed, wide, wide_signed, radixes, padded, structs, strings, allocated, collections];

fn words(input: &mut Input, output: &mut Output) {
    output.text(format_args!("{} {} {}", input.u64(), input.usize(), input.u32()));
    output.text(format_args!("{:>20} {:<20}| {:^21}|", input.u64(), input.u32(), input.u64()));
}

fn narrow(input: &mut Input, output: &mut Output) {
    output.text(format_args!("{} {} {:?} {:03}", input.u8(), input.u16(), input.u8(), input.u8()));
    output.text(format_args!("{} {} {:+} {:06}", input.i8(), input.i16(), input.i8(), input.i16()));
}

fn signed(input: &mut Input, output: &mut Output) {
    output.text(format_args!("{} {} {:+} {:021}", input.i64(), input.i32(), input.i64(), input.i64()));
    output.text(format_args!("{:e} {:E}", input.i64(), input.u32()));
}

fn wide(input: &mut Input, output: &mut Output) {
    output.text(format_args!("{} {:>40}", input.u128(), input.u128()));
    output.text(format_args!("{:?} {:045}", input.u128() >> 60, input.u128() >> 70));
}

fn wide_signed(input: &mut Input, output: &mut Output) {
    output.text(format_args!("{} {:+}", input.i128(), input.i128()));
    output.text(format_args!("{:x} {:e}", input.i128(), input.i128()));
}

fn radixes(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.u64(), input.i32(), input.u128());
    output.text(format_args!("{a:x} {a:X} {a:#x} {a:b} {a:o}"));
    output.text(format_args!("{b:x} {b:#b} {b:#010x} {b:o}"));
    output.text(format_args!("{c:x} {c:#X} {c:o} {c:#034x}"));
    output.text(format_args!("{:02x} {:#06b} {:04X}", input.u8(), input.u8(), input.u16()));
}

fn padded(input: &mut Input, output: &mut Output) {
    let (width, precision) = (input.index(30), input.index(6));
    let (number, text) = (input.i32(), ["", "a", "word", "längß"][input.index(4)]);
    output.text(format_args!("{number:width$}|{number:<width$}|{number:^+width$}|{number:#0width$x}"));
    output.text(format_args!("{text:>width$}|{text:*<width$}|{text:-^width$.precision$}|{text:.1}"));
    output.text(format_args!("{number:>width$} {:.*}", precision, 1.5));
}

#[derive(Debug)]
#[allow(dead_code)] // Read by `Debug` alone, which is what is tested.
enum Order {
    Empty,
    Limit { price: u64, size: i128, owner: Option<[u8; 4]> },
    Market(i64, &'static str, Result<(), char>),
}

fn structs(input: &mut Input, output: &mut Output) {
    let orders = [
        Order::Empty,
        Order::Limit { price: input.u64(), size: input.i128(), owner: input.bool().then_some([1, 2, 3, 4]) },
        Order::Market(input.i64(), "a\"b\n", if input.bool() { Ok(()) } else { Err(input.char()) }),
    ];
    output.text(format_args!("{:?}", orders[input.index(3)]));
    output.text(format_args!("{:#?}", orders[input.index(3)]));
    output.text(format_args!("{:?}", (input.u8(), "x", [Some(1.5), None], ())));
}

fn strings(input: &mut Input, output: &mut Output) {
    let letters: String = (0..input.below(12)).map(|_| input.char()).collect();
    output.text(format_args!("{letters} {letters:?} {letters:>20}"));
    output.text(format_args!("{} {}", letters.escape_unicode(), letters.escape_default()));
    output.text(format_args!("{:?} {:?}", input.char(), input.bool()));
}

fn allocated(input: &mut Input, output: &mut Output) {
    let text = format!("{}-{:x}-{}", input.u64(), input.u128(), input.i16());
    output.put((text.as_str(), text.len()));
    let mut more = input.u32().to_string();
    more.extend(["a", "b"]);
    output.put((more + "c").as_str());
}

fn collections(input: &mut Input, output: &mut Output) {
    let list: Vec<u16> = (0..input.below(6)).map(|_| input.u16()).collect();
    let map: std::collections::BTreeMap<_, _> =
        list.iter().map(|value| (*value, value.to_string())).collect();
    output.text(format_args!("{list:?} {list:02x?} {map:?}"));
    output.text(format_args!("{:?} {:#?}", &list[..list.len() / 2], list.first()));
}
