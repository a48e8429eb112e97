//! Seeds of every program-derived address, and the addresses that follow from them.

use crate::ids;
use anchor_lang::prelude::Pubkey;

/// First seed of a group.
pub const GROUP: &[u8] = b"group";

/// First seed of a margin account.
pub const MARGIN_ACCOUNT: &[u8] = b"account";

/// First seed of a token account that holds a group's cash or a bank's tokens; the group or bank is the second.
pub const VAULT: &[u8] = b"vault";

/// First seed of the address with which a liquidation program signs for a group.
pub const RESCUER: &[u8] = b"rescuer";

/// First seed of a bank.
pub const BANK: &[u8] = b"bank";

/// First seed of a market.
pub const MARKET: &[u8] = b"market";

/// First seed of a venue.
pub const VENUE: &[u8] = b"venue";

/// First seed of the record of a trader's signed orders.
pub const ORDER_RECORD: &[u8] = b"orders";

/// First seed of a group's risk model.
pub const MODEL: &[u8] = b"model";

/// First seed of a draft of a group's risk model.
pub const DRAFT: &[u8] = b"draft";

/// First seed of a market's risk.
pub const MARKET_RISK: &[u8] = b"market-risk";

/// First seed of a group's committee.
pub const COMMITTEE: &[u8] = b"committee";

/// First seed of an announced change.
pub const CHANGE: &[u8] = b"change";

/// First seed of an auction.
pub const AUCTION: &[u8] = b"auction";

/// First seed of a group's insurance fund.
pub const FUND: &[u8] = b"fund";

/// First seed of a stake in an insurance fund.
pub const STAKE: &[u8] = b"stake";

/// First seed of a solvency epoch.
pub const EPOCH: &[u8] = b"epoch";

/// First seed of a group's solvency report.
pub const SOLVENCY: &[u8] = b"solvency";

/// Only seed of the address with which a program signs its own events; Anchor fixes it.
pub const EVENT_AUTHORITY: &[u8] = b"__event_authority";

/// Address and bump of a creator's group; the creator is in the seeds so that nobody can take its place.
pub fn find_group(creator: &Pubkey, index: u16) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[GROUP, creator.as_ref(), &index.to_le_bytes()], &ids::ACCOUNT)
}

/// Address and bump of an owner's margin account in a group.
pub fn find_margin_account(group: &Pubkey, owner: &Pubkey, sub_id: u16) -> (Pubkey, u8) {
    let seeds = [MARGIN_ACCOUNT, group.as_ref(), owner.as_ref(), &sub_id.to_le_bytes()];
    Pubkey::find_program_address(&seeds, &ids::ACCOUNT)
}

/// Address and bump of the token account that holds a group's cash, or a bank's tokens.
pub fn find_vault(of: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[VAULT, of.as_ref()], &ids::ACCOUNT)
}

/// Address and bump of the signer of a group's liquidation program.
pub fn find_rescuer(group: &Pubkey, liquidation_program: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[RESCUER, group.as_ref()], liquidation_program)
}

/// Address and bump of a group's bank.
pub fn find_bank(group: &Pubkey, number: u16) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[BANK, group.as_ref(), &number.to_le_bytes()], &ids::ACCOUNT)
}

/// Address and bump of a group's market.
pub fn find_market(group: &Pubkey, number: u16) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[MARKET, group.as_ref(), &number.to_le_bytes()], &ids::ACCOUNT)
}

/// Address and bump of a group's venue.
pub fn find_venue(group: &Pubkey, number: u16) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[VENUE, group.as_ref(), &number.to_le_bytes()], &ids::ACCOUNT)
}

/// Address and bump of the record of an account's signed orders.
pub fn find_order_record(margin_account: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[ORDER_RECORD, margin_account.as_ref()], &ids::ACCOUNT)
}

/// Address and bump of a group's risk model.
pub fn find_model(group: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[MODEL, group.as_ref()], &ids::RISK)
}

/// Address and bump of the draft of a group's risk model.
pub fn find_draft(group: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[DRAFT, group.as_ref()], &ids::RISK)
}

/// Address and bump of the risk of a group's market.
pub fn find_market_risk(group: &Pubkey, market: u16) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[MARKET_RISK, group.as_ref(), &market.to_le_bytes()], &ids::RISK)
}

/// Address and bump of a group's committee.
pub fn find_committee(group: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[COMMITTEE, group.as_ref()], &ids::RISK)
}

/// Address and bump of a change that is announced to a program, by what it would write and the hash of its
/// instruction's data.
pub fn find_change(group: &Pubkey, target: &Pubkey, hash: &[u8; 32], program: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[CHANGE, group.as_ref(), target.as_ref(), hash], program)
}

/// Address and bump of the auction of an account under liquidation.
pub fn find_auction(margin_account: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[AUCTION, margin_account.as_ref()], &ids::LIQUIDATION)
}

/// Address and bump of a group's insurance fund.
pub fn find_fund(group: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[FUND, group.as_ref()], &ids::LIQUIDATION)
}

/// Address and bump of the token account that holds an insurance fund's money.
pub fn find_fund_vault(fund: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[VAULT, fund.as_ref()], &ids::LIQUIDATION)
}

/// Address and bump of an owner's stake in an insurance fund.
pub fn find_stake(fund: &Pubkey, owner: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[STAKE, fund.as_ref(), owner.as_ref()], &ids::LIQUIDATION)
}

/// Address and bump of a group's solvency epoch.
pub fn find_epoch(group: &Pubkey, number: u64) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[EPOCH, group.as_ref(), &number.to_le_bytes()], &ids::LIQUIDATION)
}

/// Address and bump of a group's solvency report.
pub fn find_solvency(group: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[SOLVENCY, group.as_ref()], &ids::LIQUIDATION)
}

/// Address and bump of the signer of a program's events.
pub fn find_event_authority(program: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[EVENT_AUTHORITY], program)
}
