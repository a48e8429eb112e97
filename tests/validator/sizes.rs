//! The largest transactions, sent to a validator.
