//! What those who govern a group type: setting it up, and adding what it needs.

pub mod bank;
pub mod group;
pub mod market;
pub mod model;
mod rules;
mod steps;
