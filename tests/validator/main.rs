//! Ballast on Agave's own test validator: deployed, founded and used by RPC, as people and bots do it, in processes of their
//! own. Every test here needs a validator, so all are ignored unless `make validator-test` asks for them.

mod example;
#[path = "../../crates/testkit/tests/testkit/feed_cases.rs"]
mod feed_cases;
mod harness;
mod sizes;
mod stories;
mod throughput;
