//! Stories played on every SVM, one file a story, and what each instruction refuses.

// Dollars, then the eight places of a price.
#![allow(clippy::inconsistent_digit_grouping)]

mod assess_bits;
mod assess_refusals;
mod attest_multiplier;
mod book_scene;
mod calling;
mod capital;
mod checks;
mod committee;
mod covered_call;
mod create_group_refusals;
mod delegates;
mod doubts;
mod event_forgery;
mod expiry;
mod funding;
mod gate_rows;
mod gate_walk;
mod ground_rules;
mod ids;
mod largest;
mod largest_trade;
mod loan;
mod margin_bits;
mod margins;
mod market_rules;
mod message;
mod message_refusals;
mod model_bytes;
mod models;
mod models_adopted;
mod models_refusals;
mod open_account_refusals;
mod opening;
mod opening_elsewhere;
mod outflow;
mod perp_hedged_by_spot;
mod pools;
mod post_surface;
mod post_surface_refusals;
mod published;
mod refresh_price;
mod refresh_price_refusals;
mod refusal;
mod rescue_by_program;
mod signatures;
mod spread;
mod stage;
mod stop_loss;
mod sub_accounts;
mod two_groups;
