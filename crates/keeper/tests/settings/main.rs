//! What a keeper is told, and how often it tries.

mod config;
mod judging;
mod ledger;
