//! How much a liquidation closes, and what that costs.

#[path = "quote/by_hand.rs"]
mod by_hand;
mod common;
#[path = "quote/distress.rs"]
mod distress;
#[path = "quote/fresh.rs"]
mod fresh;
#[path = "quote/grid.rs"]
mod grid;
