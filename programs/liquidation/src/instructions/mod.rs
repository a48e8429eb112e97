//! One file an instruction: accounts, arguments, validation, handler.

pub mod begin;
pub mod change_rules;
pub mod collect_insurance;
pub mod create_fund;
pub mod deleverage;
pub mod end;
pub mod liquidate;
pub mod liquidate_to_order;
pub mod realise_profit;
pub mod resolve_bankruptcy;
pub mod stake;
pub mod swap_collateral;
pub mod unstake;
pub mod withdraw_stake;

pub use begin::*;
pub use change_rules::*;
pub use collect_insurance::*;
pub use create_fund::*;
pub use deleverage::*;
pub use end::*;
pub use liquidate::*;
pub use liquidate_to_order::*;
pub use realise_profit::*;
pub use resolve_bankruptcy::*;
pub use stake::*;
pub use swap_collateral::*;
pub use unstake::*;
pub use withdraw_stake::*;
