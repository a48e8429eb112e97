//! `f32`.

use super::float::float_cases;

float_cases!(f32, u32, i32, 0x7f80_0000);
