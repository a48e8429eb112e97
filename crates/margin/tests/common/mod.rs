//! What the tests of this crate share: random worlds, models and published portfolios.

// Each test binary uses its own part of this.
#![allow(dead_code, unused_imports)]

pub mod cases;
pub mod instruments;
pub mod models;
pub mod pmrm;
pub mod rng;
pub mod simple;
pub mod surroundings;
pub mod units;
pub mod world;

pub use cases::cases;
pub use world::{worlds, Shape, Size, World};
