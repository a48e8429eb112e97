//! Rescues played on every SVM, one file a story, and what attackers try.

// Dollars, then the eight places of a price.
#![allow(clippy::inconsistent_digit_grouping)]

mod claims_elsewhere;
mod collateral_sale;
mod crash;
mod deleveraging;
mod expiry_midway;
mod hedged_book;
mod insurance;
mod keepers;
mod largest;
mod options_debt;
mod order_keeper;
mod owners_rescue;
mod small_account;
#[allow(dead_code)] // It is the stage of other suites, too.
#[path = "../cases/stage.rs"]
mod stage;
mod tally;
mod two_keepers;
mod waterfall;
mod wick;
