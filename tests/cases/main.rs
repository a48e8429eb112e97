//! Stories played on every SVM, one file a story, and what each instruction refuses.

mod assess_bits;
mod create_group_refusals;
mod event_forgery;
mod ground_rules;
mod ids;
mod margin_bits;
mod open_account_refusals;
mod opening;
mod opening_elsewhere;
mod refresh_price;
mod refresh_price_refusals;
mod refusal;
mod risk_ground;
