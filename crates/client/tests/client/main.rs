//! The client against a node: real programs, real JSON-RPC, and what can go wrong between the two.

mod events;
mod faults;
mod fills;
mod layouts;
mod refusals;
mod scene;
mod sizes;
mod stream;
mod tables;
mod trading;
