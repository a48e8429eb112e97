//! What those who govern a group type: setting it up, and adding what it needs.

pub mod market;
