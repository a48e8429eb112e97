//! One file an instruction: accounts, arguments, validation, handler.

pub mod create_group;
pub mod open_account;

pub use create_group::*;
pub use open_account::*;
