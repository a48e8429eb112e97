//! The engine by its parts, against numbers from outside, arithmetic by hand, and the twin.

#[path = "../common/mod.rs"]
mod common;

mod check;
mod desk;
#[cfg(feature = "twin")]
mod differential;
mod edge;
mod forecast;
mod guard;
mod kernel;
mod presets;
mod pricing;
mod published;
mod quote;
mod refusals;
mod share;
#[cfg(feature = "twin")]
mod sizes;
mod surface;
#[cfg(feature = "twin")]
mod surfaces;
mod ties;
#[cfg(feature = "twin")]
mod twin;
mod units;
mod vectors;
mod worlds;
