//! Stories played on every SVM, one file a story, and what each instruction refuses.

mod assess_bits;
mod calling;
mod create_group_refusals;
mod doubts;
mod event_forgery;
mod ground_rules;
mod ids;
mod largest;
mod margin_bits;
mod margins;
mod open_account_refusals;
mod opening;
mod opening_elsewhere;
mod refusal;
