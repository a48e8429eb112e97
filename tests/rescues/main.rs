//! Rescues played on every SVM, one file a story, and what attackers try.

// Dollars, then the eight places of a price.
#![allow(clippy::inconsistent_digit_grouping)]

mod adversaries;
mod adversaries_insurance;
mod adversaries_read;
#[allow(dead_code)] // Shared with the account program's cases, as are the next three.
#[path = "../cases/attempt.rs"]
mod attempt;
mod behind_markets;
mod claims_elsewhere;
mod collateral_sale;
mod crash;
mod dead_ends;
mod deleveraging;
mod doubtful_hops;
mod expiry_midway;
mod far_lenders;
mod hedged_book;
mod idle;
mod insurance;
mod keepers;
mod largest;
mod options_debt;
mod order_keeper;
mod owners_rescue;
mod read_form;
#[allow(dead_code)]
#[path = "../cases/refusal.rs"]
mod refusal;
mod refusals;
mod rescued;
mod small_account;
#[allow(dead_code)] // It is the stage of other suites, too.
#[path = "../cases/stage.rs"]
mod stage;
mod substitutions;
mod tally;
#[allow(dead_code)]
#[path = "../cases/two_exchanges.rs"]
mod two_exchanges;
#[allow(dead_code)]
#[path = "../cases/two_groups.rs"]
mod two_groups;
mod two_keepers;
mod uncounted;
mod uncounted_limits;
mod waterfall;
mod wick;
