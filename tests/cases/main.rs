//! Stories played on every SVM, one file a story, and what each instruction refuses.

// Dollars, then the eight places of a price.
#![allow(clippy::inconsistent_digit_grouping)]
// Tables of what to tamper with: a name, a number, a closure.
#![allow(clippy::type_complexity)]

mod account_refusals;
mod assess_bits;
mod assess_refusals;
mod attacks;
mod attempt;
mod attest_multiplier;
mod bank_market_refusals;
mod block_trade_refusals;
mod book_scene;
mod calling;
mod capital;
mod checks;
mod collect_fees_refusals;
mod committee;
mod covered_call;
mod create_group_refusals;
mod delegates;
mod deposit_refusals;
mod doubts;
mod event_forgery;
mod every_refusal;
mod execute_trigger_refusals;
mod expiry;
mod fill_scene;
mod funding;
mod funding_refusals;
mod gate_rows;
mod gate_walk;
mod governing_refusals;
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
mod orders_refusals;
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
mod rescue_refusals;
mod settle_fills_refusals;
mod settle_fills_signatures;
mod settlement_refusals;
mod signatures;
mod spread;
mod stage;
mod stop_loss;
mod sub_accounts;
mod transfer_refusals;
mod trigger_refusals;
mod two_exchanges;
mod two_groups;
mod withdraw_refusals;
