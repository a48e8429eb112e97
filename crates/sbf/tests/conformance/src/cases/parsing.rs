//! Numbers from text.

use core::fmt::Display;
use core::str::FromStr;

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![printed, digits, limits, radixes, bools_and_chars, fields];

fn again<T: FromStr + Display>(value: T) -> Option<T> {
    value.to_string().parse().ok()
}

fn printed(input: &mut Input, output: &mut Output) {
    output.put((again(input.u64()), again(input.i64()), again(input.u128()), again(input.i128())));
    output.put((again(input.u32()), again(input.i32()), again(input.i16()), again(input.u8())));
}

fn digits(input: &mut Input, output: &mut Output) {
    let mut text = [0u8; 42];
    let length = 1 + input.index(41);
    for digit in &mut text {
        *digit = b'0' + input.below(10) as u8;
    }
    match input.below(8) {
        0 => text[0] = b'-',
        1 => text[0] = b'+',
        2 => text[input.index(42)] = b'x',
        _ => (),
    }
    let text = core::str::from_utf8(&text[..length]).unwrap_or("");
    output.put((text.parse::<u128>().ok(), text.parse::<i128>().ok(), text.parse::<u64>().ok()));
    output.put((text.parse::<i64>().ok(), text.parse::<i32>().ok(), text.parse::<u16>().ok()));
    let short = &text[..length.min(3)];
    output.put((short.parse::<i8>().ok(), short.parse::<u8>().ok(), short.parse::<i16>().ok()));
    output.put(short.parse::<u8>().map_err(|error| *error.kind() as u8));
}

fn limits(input: &mut Input, output: &mut Output) {
    const TEXTS: [&str; 12] = [
        "340282366920938463463374607431768211455",
        "340282366920938463463374607431768211456",
        "170141183460469231731687303715884105727",
        "-170141183460469231731687303715884105728",
        "-170141183460469231731687303715884105729",
        "18446744073709551615",
        "18446744073709551616",
        "9223372036854775808",
        "-9223372036854775808",
        "-",
        "+",
        "",
    ];
    let text = TEXTS[input.index(12)];
    output.put((text.parse::<u128>().ok(), text.parse::<i128>().ok()));
    output.put((text.parse::<u64>().ok(), text.parse::<i64>().ok()));
}

fn radixes(input: &mut Input, output: &mut Output) {
    let radix = 2 + input.below(35) as u32;
    let mut text = String::new();
    for _ in 0..1 + input.below(20) {
        text.extend(char::from_digit(input.below(radix as u64) as u32, radix));
    }
    output.put((u64::from_str_radix(&text, radix).ok(), i128::from_str_radix(&text, radix).ok()));
    output.put((u32::from_str_radix(&text, 16).ok(), text.parse::<i64>().ok()));
}

fn bools_and_chars(input: &mut Input, output: &mut Output) {
    let text = ["true", "false", "True", "é", "", "x"][input.index(6)];
    output.put((text.parse::<bool>().ok(), text.parse::<char>().ok()));
    output.put((input.char().to_digit(16), char::from_digit(input.below(36) as u32, 36)));
}

fn fields(input: &mut Input, output: &mut Output) {
    let line = format!("{}, {} ,,{};{}", input.u32(), input.i64(), input.u8(), input.f64());
    for field in line.split([',', ';']) {
        output.put((field.trim(), field.trim().parse::<i64>().ok(), field.trim().parse::<f64>().ok()));
    }
    output.put((line.split_once(';').is_some(), line.find(",,"), line.rfind(' '), line.matches(',').count()));
}
