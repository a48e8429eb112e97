//! The language as Solana programs use it, as many small cases. Each case is a pure
//! function of a seed and is compiled twice from this source: by the host's compiler,
//! whose result is the reference, and by `cargo sbf build`, whose result must be the same.

// Expressions are written the way that reaches an operation, not the shortest one.
#![allow(
    invalid_nan_comparisons,
    clippy::double_comparisons,
    clippy::eq_op,
    clippy::neg_cmp_op_on_partial_ord,
    clippy::nonminimal_bool,
    clippy::unnecessary_cast
)]
#![cfg_attr(target_os = "solana", feature(f16, f128))]

pub mod bench;
pub mod case;
pub mod cases;
pub mod input;
pub mod observe;
pub mod output;
pub mod protocol;

#[cfg(target_os = "solana")]
mod entry;
