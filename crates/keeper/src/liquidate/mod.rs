//! Liquidation: whom, what, and doing it. Deciding and planning are pure; only [`Liquidate`] touches the chain.

mod assemble;
mod closing;
mod decide;
mod execute;
mod own;
mod role;
mod selling;
mod taking;
mod units;
mod waterfall;
mod weigh;

pub use assemble::{assemble, Assembly, Plan, Why};
pub use decide::{decide, Intent};
pub use own::{Coming, Desk, Getting, Own, Rows};
pub use role::Liquidate;
pub use units::cut;
pub use weigh::{Fresh, Weigh};
