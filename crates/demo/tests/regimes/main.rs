//! A day under other regimes, against numbers worked out by hand.

mod alone;
mod by_hand;
mod compared;
mod scene;
mod trades;
