//! `f64`.

use super::float::float_cases;

float_cases!(f64, u64, i64, 0x7ff0_0000_0000_0000);
