//! What the account program shows: its accounts, errors and events.

mod errors;
mod events;
mod group;
mod margin_account;
mod slots;

pub use errors::AccountError;
pub use events::{AccountOpened, GroupCreated};
pub use group::Group;
pub use margin_account::{MarginAccount, MAX_COLLATERAL, MAX_DELEGATES, MAX_LEGS, MAX_MARKETS};
pub use slots::{Collateral, Delegate, Leg, MarketBook};

use crate::ids;
use anchor_lang::prelude::{Owner, Pubkey};

// `#[account]` would name the crate's own id as owner, and this crate serves three programs. Giving the
// macro its default discriminator namespace in words ("account") makes it leave `Owner` to us.
macro_rules! owned_by_account_program {
    ($($layout:ty),*) => {$(
        impl Owner for $layout {
            fn owner() -> Pubkey {
                ids::ACCOUNT
            }
        }
    )*};
}

owned_by_account_program!(Group, MarginAccount);
