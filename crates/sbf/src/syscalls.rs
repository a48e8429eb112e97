//! The symbols that the chain itself resolves.

/// Whether a symbol is a system call.
pub fn is_known(symbol: &str) -> bool {
    sbpf_common::syscalls::REGISTERED_SYSCALLS.contains(&symbol)
}
