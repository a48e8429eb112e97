//! Rescues played on every SVM, one file a story, and what attackers try.

// Dollars, then the eight places of a price.
#![allow(clippy::inconsistent_digit_grouping)]

mod crash;
mod expiry_midway;
mod hedged_book;
mod keepers;
mod largest;
mod order_keeper;
mod owners_rescue;
mod small_account;
#[allow(dead_code)] // It is the stage of other suites, too.
#[path = "../cases/stage.rs"]
mod stage;
mod two_keepers;
