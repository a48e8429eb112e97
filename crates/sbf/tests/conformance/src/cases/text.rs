//! Characters and UTF-8.

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![encode, decode, lossy, properties, cases_of_letters, splits, search, bytes];

fn draw(input: &mut Input) -> String {
    (0..input.below(16)).map(|_| input.char()).collect()
}

fn encode(input: &mut Input, output: &mut Output) {
    let letter = input.char();
    let mut buffer = [0; 4];
    output.put((letter.encode_utf8(&mut buffer) as &str, letter.len_utf8(), letter.len_utf16()));
    let text = draw(input);
    output.put((text.as_str(), text.encode_utf16().map(u64::from).sum::<u64>()));
    for (place, letter) in text.char_indices().rev() {
        output.put((place, letter, text.is_char_boundary(place + 1)));
    }
}

fn decode(input: &mut Input, output: &mut Output) {
    let mut bytes = draw(input).into_bytes();
    if !bytes.is_empty() && input.bool() {
        let place = input.index(bytes.len());
        bytes[place] = input.u8();
    }
    match core::str::from_utf8(&bytes) {
        Ok(text) => output.put(text.chars().count()),
        Err(error) => output.put((error.valid_up_to(), error.error_len())),
    }
}

fn lossy(input: &mut Input, output: &mut Output) {
    let mut bytes = [0; 12];
    for byte in &mut bytes {
        *byte = input.u8();
    }
    output.put(&*String::from_utf8_lossy(&bytes));
    output.put((bytes.is_ascii(), bytes.to_ascii_lowercase().as_slice()));
}

fn properties(input: &mut Input, output: &mut Output) {
    let letter = input.char();
    output.put((letter.is_alphabetic(), letter.is_numeric(), letter.is_whitespace(), letter.is_control()));
    output.put((
        letter.is_uppercase(),
        letter.is_lowercase(),
        letter.is_ascii_punctuation(),
        letter.is_alphanumeric(),
    ));
}

fn cases_of_letters(input: &mut Input, output: &mut Output) {
    let letter = input.char();
    output.put((letter.to_ascii_uppercase(), letter.eq_ignore_ascii_case(&'k')));
    for upper in letter.to_uppercase().chain(letter.to_lowercase()) {
        output.put(upper);
    }
    output.put(draw(input).to_lowercase().as_str());
}

fn splits(input: &mut Input, output: &mut Output) {
    let words = ["alpha", "beta", "  ", "\n", "γδ", "-", "", "x"];
    let mut text = String::new();
    for _ in 0..8 {
        text += words[input.index(8)];
    }
    for part in text.split('a').chain(text.split_whitespace()).chain(text.lines()) {
        output.put(part);
    }
    output.put((text.trim(), text.trim_start_matches(['a', ' ']), text.strip_suffix("x")));
    output.put((text.splitn(2, "be").count(), text.rsplit_once('-').map(|(left, _)| left.len())));
}

fn search(input: &mut Input, output: &mut Output) {
    let letters = b"abab";
    let mut text = String::new();
    for _ in 0..40 {
        text.push(letters[input.index(4)] as char);
    }
    for wanted in ["ab", "abba", "aabaa", "bababab", "", "bbbbb"] {
        output.put((text.find(wanted), text.rfind(wanted), text.matches(wanted).count()));
    }
    output.put((text.contains("aaaa"), text.starts_with("aba"), text.replace("aba", "é").as_str()));
}

fn bytes(input: &mut Input, output: &mut Output) {
    let text = draw(input);
    let sum = text.bytes().fold(0u32, |sum, byte| sum.rotate_left(5) ^ byte as u32);
    output.put((sum, text.len(), text.bytes().next_back(), text.cmp(&text.chars().rev().collect())));
    let mut other = text.clone();
    other.retain(|letter| letter.is_ascii());
    other.make_ascii_uppercase();
    output.put((other.as_str(), other < text, other == text));
}
