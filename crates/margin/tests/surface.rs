//! Surfaces are refused for arbitrage and for nothing else: published slices, reference numbers by mpmath, and
//! a reference in floating point at random ones.

#[path = "surface/arbitrage.rs"]
mod arbitrage;
#[path = "surface/calendars.rs"]
mod calendars;
#[path = "surface/limits.rs"]
mod limits;
#[path = "surface/prices.rs"]
mod prices;
#[path = "surface/reference.rs"]
mod reference;
#[path = "common/rng.rs"]
#[allow(dead_code)] // A part of it is used here.
mod rng;
#[path = "surface/strategies.rs"]
mod strategies;
#[path = "surface/totality.rs"]
mod totality;
#[allow(dead_code)]
mod vectors;
