//! Surfaces are refused for arbitrage and for nothing else: published slices, reference numbers by mpmath, and
//! a reference in floating point at random ones.

mod arbitrage;
mod calendars;
mod limits;
mod movement;
mod prices;
mod reference;
mod strategies;
mod totality;
