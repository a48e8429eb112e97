//! The account program's instructions with all their accounts, ready to send or to tamper with.

mod cranks;
mod governing;
mod rescue;
mod trader;

pub use cranks::*;
pub use governing::*;
pub use rescue::*;
pub use trader::*;

use crate::{ids, seeds};
use anchor_lang::{
    prelude::{borsh, AccountMeta, AnchorSerialize, Pubkey},
    solana_program::instruction::Instruction,
};

/// First eight bytes of each instruction's data: the hash of "global:" and its name.
pub mod tags {
    /// Of `create_group`.
    pub const CREATE_GROUP: [u8; 8] = [79, 60, 158, 134, 61, 199, 56, 248];
    /// Of `open_account`.
    pub const OPEN_ACCOUNT: [u8; 8] = [101, 152, 91, 243, 176, 36, 189, 101];
    /// Of `open_vault`.
    pub const OPEN_VAULT: [u8; 8] = [181, 248, 228, 67, 6, 175, 37, 167];
    /// Of `change_group`.
    pub const CHANGE_GROUP: [u8; 8] = [167, 160, 80, 189, 134, 125, 26, 9];
    /// Of `stop`.
    pub const STOP: [u8; 8] = [42, 133, 32, 60, 171, 253, 184, 155];
    /// Of `create_bank`.
    pub const CREATE_BANK: [u8; 8] = [109, 33, 246, 148, 209, 160, 169, 141];
    /// Of `change_bank`.
    pub const CHANGE_BANK: [u8; 8] = [196, 49, 142, 181, 20, 97, 238, 233];
    /// Of `create_market`.
    pub const CREATE_MARKET: [u8; 8] = [103, 226, 97, 235, 200, 188, 251, 254];
    /// Of `change_market`.
    pub const CHANGE_MARKET: [u8; 8] = [130, 59, 109, 101, 85, 226, 37, 88];
    /// Of `list_expiry`.
    pub const LIST_EXPIRY: [u8; 8] = [12, 220, 104, 22, 167, 153, 44, 162];
    /// Of `create_venue`.
    pub const CREATE_VENUE: [u8; 8] = [162, 203, 21, 140, 131, 95, 73, 87];
    /// Of `change_venue`.
    pub const CHANGE_VENUE: [u8; 8] = [64, 179, 6, 226, 224, 227, 52, 213];
    /// Of `collect_fees`.
    pub const COLLECT_FEES: [u8; 8] = [164, 152, 207, 99, 30, 186, 19, 182];
    /// Of `close_account`.
    pub const CLOSE_ACCOUNT: [u8; 8] = [125, 255, 149, 14, 110, 34, 72, 24];
    /// Of `open_orders`.
    pub const OPEN_ORDERS: [u8; 8] = [228, 20, 81, 204, 220, 7, 80, 66];
    /// Of `set_delegate`.
    pub const SET_DELEGATE: [u8; 8] = [242, 30, 46, 76, 108, 235, 128, 181];
    /// Of `deposit`.
    pub const DEPOSIT: [u8; 8] = [242, 35, 198, 137, 82, 225, 242, 182];
    /// Of `withdraw`.
    pub const WITHDRAW: [u8; 8] = [183, 18, 70, 156, 148, 109, 161, 34];
    /// Of `transfer`.
    pub const TRANSFER: [u8; 8] = [163, 52, 200, 231, 140, 3, 69, 186];
    /// Of `settle_fills`.
    pub const SETTLE_FILLS: [u8; 8] = [250, 20, 26, 235, 201, 189, 112, 57];
    /// Of `block_trade`.
    pub const BLOCK_TRADE: [u8; 8] = [33, 40, 236, 189, 105, 202, 188, 70];
    /// Of `cancel_orders`.
    pub const CANCEL_ORDERS: [u8; 8] = [238, 225, 95, 158, 227, 103, 8, 194];
    /// Of `place_trigger`.
    pub const PLACE_TRIGGER: [u8; 8] = [219, 75, 198, 172, 87, 232, 205, 21];
    /// Of `cancel_trigger`.
    pub const CANCEL_TRIGGER: [u8; 8] = [208, 139, 249, 52, 247, 33, 57, 223];
    /// Of `execute_trigger`.
    pub const EXECUTE_TRIGGER: [u8; 8] = [158, 99, 201, 137, 192, 20, 236, 136];
    /// Of `post_mark`.
    pub const POST_MARK: [u8; 8] = [224, 48, 77, 105, 2, 74, 42, 145];
    /// Of `update_funding`.
    pub const UPDATE_FUNDING: [u8; 8] = [224, 66, 9, 70, 75, 81, 94, 88];
    /// Of `freeze_settlement`.
    pub const FREEZE_SETTLEMENT: [u8; 8] = [40, 70, 154, 210, 177, 228, 71, 108];
    /// Of `settle_account`.
    pub const SETTLE_ACCOUNT: [u8; 8] = [60, 139, 99, 124, 108, 166, 110, 182];
    /// Of `refresh_account`.
    pub const REFRESH_ACCOUNT: [u8; 8] = [64, 76, 239, 249, 39, 86, 38, 247];
    /// Of `latch`.
    pub const LATCH: [u8; 8] = [148, 107, 111, 225, 47, 45, 209, 61];
    /// Of `move_legs`.
    pub const MOVE_LEGS: [u8; 8] = [69, 164, 66, 41, 18, 141, 119, 251];
    /// Of `fill_rescue`.
    pub const FILL_RESCUE: [u8; 8] = [122, 161, 57, 167, 74, 73, 218, 248];
    /// Of `move_collateral`.
    pub const MOVE_COLLATERAL: [u8; 8] = [236, 104, 238, 93, 226, 52, 26, 220];
    /// Of `move_cash`.
    pub const MOVE_CASH: [u8; 8] = [133, 105, 173, 176, 186, 144, 73, 108];
    /// Of `absorb_loss`.
    pub const ABSORB_LOSS: [u8; 8] = [42, 46, 116, 115, 100, 254, 176, 95];
    /// Of `share_loss`.
    pub const SHARE_LOSS: [u8; 8] = [242, 95, 10, 252, 13, 103, 140, 119];
    /// Of `realise`.
    pub const REALISE: [u8; 8] = [42, 220, 57, 160, 42, 139, 182, 137];
    /// Of `cut_claims`.
    pub const CUT_CLAIMS: [u8; 8] = [162, 87, 152, 79, 182, 19, 177, 90];
    /// Of `pay_insurance`.
    pub const PAY_INSURANCE: [u8; 8] = [144, 170, 105, 32, 236, 86, 72, 139];
}

/// The accounts of a group's numbers that an instruction takes behind its fixed ones, each by rising number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Numbers<'a> {
    /// Markets.
    pub markets: &'a [u16],
    /// Banks.
    pub banks: &'a [u16],
    /// Markets whose risks are asked for.
    pub risks: &'a [u16],
}

impl Numbers<'_> {
    /// The accounts themselves.
    pub(crate) fn accounts(&self, group: &Pubkey) -> impl Iterator<Item = AccountMeta> {
        let market = |number: &u16| AccountMeta::new(seeds::find_market(group, *number).0, false);
        let bank = |number: &u16| AccountMeta::new_readonly(seeds::find_bank(group, *number).0, false);
        let risk = |number: &u16| AccountMeta::new_readonly(seeds::find_market_risk(group, *number).0, false);
        let accounts: Vec<_> = self.markets.iter().map(market).collect();
        let accounts = accounts.into_iter().chain(self.banks.iter().map(bank).collect::<Vec<_>>());
        accounts.chain(self.risks.iter().map(risk).collect::<Vec<_>>())
    }
}

/// A token account that is not the group's, with what is needed to move its tokens.
#[derive(Clone, Copy, Debug)]
pub struct TokenSide {
    /// The token account.
    pub account: Pubkey,
    /// Mint of its token.
    pub mint: Pubkey,
    /// Token program of the mint.
    pub token_program: Pubkey,
}

/// A bank by its number, or no account at all for cash: Anchor reads the program's own address as none.
fn bank(group: &Pubkey, number: u16, writable: bool) -> AccountMeta {
    match number {
        0 => AccountMeta::new_readonly(ids::ACCOUNT, false),
        _ => AccountMeta {
            is_writable: writable,
            ..AccountMeta::new(seeds::find_bank(group, number).0, false)
        },
    }
}

/// The vault of a bank by its number, or of cash.
fn vault(group: &Pubkey, number: u16) -> AccountMeta {
    let of = if number == 0 { *group } else { seeds::find_bank(group, number).0 };
    AccountMeta::new(seeds::find_vault(&of).0, false)
}

/// The model and the risk program, which every instruction that passes the gate takes.
fn opinion(group: &Pubkey) -> [AccountMeta; 2] {
    [
        AccountMeta::new_readonly(seeds::find_model(group).0, false),
        AccountMeta::new_readonly(ids::RISK, false),
    ]
}

/// An instruction of the account program. Its two accounts for events stand behind the fixed ones, and `behind` last.
fn instruction(
    mut accounts: Vec<AccountMeta>,
    behind: impl IntoIterator<Item = AccountMeta>,
    tag: [u8; 8],
    args: &impl AnchorSerialize,
) -> Instruction {
    accounts.push(AccountMeta::new_readonly(seeds::find_event_authority(&ids::ACCOUNT).0, false));
    accounts.push(AccountMeta::new_readonly(ids::ACCOUNT, false));
    accounts.extend(behind);
    let mut data = tag.to_vec();
    // Writing to memory never fails.
    let _ = borsh::to_writer(&mut data, args);
    Instruction { program_id: ids::ACCOUNT, accounts, data }
}

/// An account that is written.
pub(crate) fn written(key: &Pubkey) -> AccountMeta {
    AccountMeta::new(*key, false)
}

/// An account that is read.
pub(crate) fn read(key: &Pubkey) -> AccountMeta {
    AccountMeta::new_readonly(*key, false)
}

/// Somebody who signs.
pub(crate) fn signer(key: &Pubkey) -> AccountMeta {
    AccountMeta::new_readonly(*key, true)
}

/// Somebody who signs and pays.
pub(crate) fn payer(key: &Pubkey) -> AccountMeta {
    AccountMeta::new(*key, true)
}
