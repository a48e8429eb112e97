//! How much a liquidation closes, what that costs, and which legs come first.

mod by_hand;
mod distress;
mod fresh;
mod grid;
mod mark;
mod pro_rata;
mod rank;
mod taken;
mod taken_by_hand;
mod traders;
