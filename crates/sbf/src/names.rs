//! Mangled names, made readable for messages.

/// The name as its author wrote it, without the hash.
pub fn readable(symbol: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(symbol))
}
