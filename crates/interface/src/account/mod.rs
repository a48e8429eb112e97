//! What the account program shows: its accounts, errors and events.

mod arguments;
mod bank;
mod errors;
mod events;
mod group;
pub mod instructions;
mod margin_account;
mod market;
mod order_record;
mod slots;
mod venue;

pub use arguments::{CreateGroupArgs, OpenAccountArgs};
pub use bank::Bank;
pub use errors::AccountError;
pub use events::{AccountOpened, GroupCreated};
pub(crate) use group::power_of_ten;
pub use group::{quote_unit, Group};
pub use margin_account::{MarginAccount, MAX_COLLATERAL, MAX_DELEGATES, MAX_LEGS, MAX_MARKETS};
pub use market::{Market, MarketDate};
pub use order_record::{OrderFill, OrderRecord, MAX_ORDERS};
pub use slots::{Collateral, Delegate, Leg, MarketBook};
pub use venue::Venue;

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

owned_by_account_program!(Group, MarginAccount, Bank, Market, Venue, OrderRecord);
