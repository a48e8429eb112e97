//! The scan of all accounts: exact, up to date, and no more work than is due.

mod due;
mod exact;
mod refresh;
mod scene;
mod wild;
