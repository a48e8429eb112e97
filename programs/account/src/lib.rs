//! The account program: it owns vaults, accounts and positions, and everything that moves money.
//!
//! It must not know how risk is judged or how a rescue is run: it asks the risk program and obeys the
//! liquidation program's address. Layouts, seeds, errors and events are the interface's.

#![deny(clippy::arithmetic_side_effects)]
#![deny(unused_must_use)]

pub mod errors;
pub mod events;
pub mod instructions;
mod quote_mint;

use anchor_lang::prelude::*;
use ballast_interface::account::{CreateGroupArgs, OpenAccountArgs};
use instructions::*;

declare_id!("DaZT4FTSFYX6Lv5u8QDyKpG6bDR5riefXqYQPJAXHhcr");

// Anchor's tools look for the literal above, all other crates for the interface's: they must be one.
const _: () = {
    let (declared, published) = (ID_CONST.as_array(), ballast_interface::ids::ACCOUNT.as_array());
    let mut i = 0;
    while i < 32 {
        assert!(declared[i] == published[i]);
        i += 1;
    }
};

/// Instructions of the account program.
#[program]
pub mod ballast_account {
    use super::*;

    /// Creates a margin system over a quote token.
    pub fn create_group(ctx: Context<CreateGroup>, args: CreateGroupArgs) -> Result<()> {
        CreateGroup::create_group(ctx, args)
    }

    /// Opens an empty margin account for an owner.
    pub fn open_account(ctx: Context<OpenAccount>, args: OpenAccountArgs) -> Result<()> {
        OpenAccount::open_account(ctx, args)
    }
}
