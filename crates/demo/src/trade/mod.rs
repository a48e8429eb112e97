//! Trading: what things cost, how much of them somebody can carry, and how two people deal.

mod books;
mod deal;
mod paper;
mod plans;
mod price;

pub use deal::Way;
pub use plans::{places, plans, Plan};
pub use price::{mark, spot_mark};

use ballast_interface::account::TradeLeg;

/// An instrument with lots, above zero bought, and no price yet.
pub const fn leg(number: u16, kind: u8, expiry: i64, strike: u64, lots: i64) -> TradeLeg {
    TradeLeg { number, kind, expiry, strike, lots, price: 0 }
}

/// The order in which legs stand: tokens last.
pub fn sort(legs: &mut [TradeLeg]) {
    legs.sort_by_key(|leg| (leg.kind == 0, leg.instrument().place()));
}
