//! What somebody has to turn all day: prices, surfaces, funding, dates.

mod funding;
mod prices;
mod settling;
mod surfaces;
mod watch;

pub use prices::state_name;
pub use watch::Watch;
