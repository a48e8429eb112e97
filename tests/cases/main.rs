//! Stories played on every SVM, one file a story, and what each instruction refuses.

mod attest_multiplier;
mod create_group_refusals;
mod event_forgery;
mod ground_rules;
mod ids;
mod margin_bits;
mod message;
mod message_refusals;
mod open_account_refusals;
mod opening;
mod opening_elsewhere;
mod post_surface;
mod post_surface_refusals;
mod refusal;
mod risk_ground;
mod signatures;
