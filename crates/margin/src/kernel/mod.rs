//! The functions that prices are made of, in binary fixed point: the audited kernel, the only place
//! with bare arithmetic. Each function says why no operation in it can leave its range, and how far its
//! result may be from the truth; `docs/margin.md` has the proofs and the measured errors.

#![allow(clippy::arithmetic_side_effects)]

mod exp;
mod ln;
mod log_table;
mod normal;
mod normal_table;
mod product;
mod root;
mod zeros;

pub use exp::{exp, pow};
pub use ln::ln;
pub(crate) use ln::{ln_beside, short_ln};
pub use normal::{density, normal};
pub(crate) use normal::{excess, normal_and_density};
pub(crate) use product::{ratio, scale, shift, signed_scale, widen};
pub(crate) use root::near_sqrt;
pub use root::sqrt;
pub(crate) use zeros::leading_zeros;

/// ln 2 in 2^-56.
const LN_2: i64 = 49_946_518_145_322_874;
