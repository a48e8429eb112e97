//! One file an instruction: accounts, arguments, validation, handler.

pub mod absorb_loss;
pub mod block_trade;
pub mod cancel_orders;
pub mod cancel_trigger;
pub mod change_bank;
pub mod change_group;
pub mod change_market;
pub mod change_venue;
pub mod close_account;
pub mod collect_fees;
pub mod create_bank;
pub mod create_group;
pub mod create_market;
pub mod create_venue;
pub mod cut_claims;
pub mod deposit;
pub mod execute_trigger;
pub mod fill_rescue;
pub mod freeze_settlement;
pub mod latch;
pub mod list_expiry;
pub mod move_cash;
pub mod move_collateral;
pub mod move_legs;
pub mod open_account;
pub mod open_orders;
pub mod open_vault;
pub mod pay_insurance;
pub mod place_trigger;
pub mod post_mark;
pub mod realise;
pub mod refresh_account;
pub mod set_delegate;
pub mod settle_account;
pub mod settle_fills;
pub mod share_loss;
pub mod stop;
pub mod transfer;
pub mod update_funding;
pub mod withdraw;

pub use absorb_loss::*;
pub use block_trade::*;
pub use cancel_orders::*;
pub use cancel_trigger::*;
pub use change_bank::*;
pub use change_group::*;
pub use change_market::*;
pub use change_venue::*;
pub use close_account::*;
pub use collect_fees::*;
pub use create_bank::*;
pub use create_group::*;
pub use create_market::*;
pub use create_venue::*;
pub use cut_claims::*;
pub use deposit::*;
pub use execute_trigger::*;
pub use fill_rescue::*;
pub use freeze_settlement::*;
pub use latch::*;
pub use list_expiry::*;
pub use move_cash::*;
pub use move_collateral::*;
pub use move_legs::*;
pub use open_account::*;
pub use open_orders::*;
pub use open_vault::*;
pub use pay_insurance::*;
pub use place_trigger::*;
pub use post_mark::*;
pub use realise::*;
pub use refresh_account::*;
pub use set_delegate::*;
pub use settle_account::*;
pub use settle_fills::*;
pub use share_loss::*;
pub use stop::*;
pub use transfer::*;
pub use update_funding::*;
pub use withdraw::*;

use crate::errors::AccountError;
use anchor_lang::prelude::*;
use ballast_interface::account::{Group, MarginAccount};

/// Refuses anybody but the group's liquidation program.
fn require_rescuer(group: &AccountLoader<Group>, rescuer: &Signer) -> Result<()> {
    let group = group.load()?;
    group.invariant()?;
    require_keys_eq!(rescuer.key(), group.rescuer, AccountError::NotRescuer);
    Ok(())
}

/// Refuses an account that is not under liquidation.
fn require_latched(account: &AccountLoader<MarginAccount>) -> Result<()> {
    require!(account.load()?.liquidation_since != 0, AccountError::NotUnderLiquidation);
    Ok(())
}
