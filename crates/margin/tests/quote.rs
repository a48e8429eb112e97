//! How much a liquidation closes.

mod common;
#[path = "quote/distress.rs"]
mod distress;
#[path = "quote/fresh.rs"]
mod fresh;
