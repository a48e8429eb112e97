//! The node as its clients see it: the official ones, and raw sockets where those are too polite.

mod accounts;
mod faults;
mod queries;
mod subscriptions;
mod support;
mod tables;
mod transactions;
mod wire;
mod worlds;
