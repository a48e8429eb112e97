//! Rescues played on every SVM, one file a story, and what attackers try.

// Dollars, then the eight places of a price.
#![allow(clippy::inconsistent_digit_grouping)]

mod collateral_sale;
mod crash;
mod dead_ends;
mod deleveraging;
mod insurance;
mod largest;
mod options_debt;
#[allow(dead_code)] // It is the stage of other suites, too.
#[path = "../cases/stage.rs"]
mod stage;
mod tally;
mod waterfall;
mod wick;
