//! Mangled names, made readable for messages.

/// The name as its author wrote it, without the hash and without the numbers of LLVM's copies.
pub fn readable(symbol: &str) -> String {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = match symbol.rsplit_once('.') {
        Some((name, number)) if is_number(number) => name,
        _ => symbol,
    };
    format!("{:#}", rustc_demangle::demangle(plain))
}
