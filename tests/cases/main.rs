//! Stories played on every SVM, one file a story, and what each instruction refuses.

mod assess_bits;
mod assess_refusals;
mod book_scene;
mod calling;
mod checks;
mod committee;
mod create_group_refusals;
mod doubts;
mod event_forgery;
mod ground_rules;
mod ids;
mod largest;
mod margin_bits;
mod margins;
mod market_rules;
mod model_bytes;
mod models;
mod models_adopted;
mod models_refusals;
mod open_account_refusals;
mod opening;
mod opening_elsewhere;
mod published;
mod refusal;
mod risk_ground;
mod two_groups;
