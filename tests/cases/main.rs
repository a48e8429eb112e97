//! Stories played on every SVM, one file a story, and what each instruction refuses.

// Dollars, then the eight places of a price.
#![allow(clippy::inconsistent_digit_grouping)]

mod account_refusals;
mod assess_bits;
mod assess_refusals;
mod attempt;
mod attest_multiplier;
mod bank_market_refusals;
mod block_trade_refusals;
mod book_scene;
mod calling;
mod checks;
mod collect_fees_refusals;
mod committee;
mod covered_call;
mod create_group_refusals;
mod deposit_refusals;
mod doubts;
mod event_forgery;
mod execute_trigger_refusals;
mod fill_scene;
mod funding_refusals;
mod governing_refusals;
mod ground_rules;
mod ids;
mod largest;
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
mod orders_refusals;
mod post_surface;
mod post_surface_refusals;
mod published;
mod refresh_price;
mod refresh_price_refusals;
mod refusal;
mod rescue_refusals;
mod settle_fills_refusals;
mod settle_fills_signatures;
mod settlement_refusals;
mod signatures;
mod transfer_refusals;
mod trigger_refusals;
mod two_exchanges;
mod two_groups;
mod withdraw_refusals;
