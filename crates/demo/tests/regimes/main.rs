//! A day under other regimes, against numbers worked out by hand.

mod alone;
mod by_hand;
mod scene;
mod trades;
