//! The testkit's own promises, without a validator.

mod feed;
mod feed_cases;
mod finding;
mod page;
