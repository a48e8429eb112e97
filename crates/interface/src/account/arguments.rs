//! Arguments of the account program's instructions.

use anchor_lang::prelude::*;

/// Arguments of `create_group`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct CreateGroupArgs {
    /// Number of the group among its creator's.
    pub index: u16,
    /// Who may change the group.
    pub authority: Pubkey,
    /// Who may tighten the group and stop changes.
    pub guardian: Pubkey,
    /// Program whose assessment the gate follows.
    pub risk_program: Pubkey,
    /// Program whose address may rescue accounts.
    pub liquidation_program: Pubkey,
}

/// Arguments of `open_account`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct OpenAccountArgs {
    /// Number of the account among its owner's in the group.
    pub sub_id: u16,
}
