//! Instructions of those who govern a group, and of those who open what it needs.

use super::{bank, instruction, payer, read, signer, tags, vault, written, Numbers, TokenSide};
use crate::{
    account::{
        CreateBankArgs, CreateGroupArgs, CreateMarketArgs, CreateVenueArgs, GroupRules, MarketTerms,
        VenueTerms,
    },
    ids, seeds,
};
use anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction, system_program};

/// Creates a group of `creator` over `quote_mint`.
pub fn create_group(
    creator: &Pubkey,
    payer_key: &Pubkey,
    quote_mint: &Pubkey,
    args: &CreateGroupArgs,
) -> Instruction {
    let accounts = vec![
        written(&seeds::find_group(creator, args.index).0),
        read(quote_mint),
        signer(creator),
        payer(payer_key),
        read(&system_program::ID),
    ];
    instruction(accounts, [], tags::CREATE_GROUP, args)
}

/// Opens the vault of a group's cash; anybody may.
pub fn open_vault(
    group: &Pubkey,
    quote_mint: &Pubkey,
    token_program: &Pubkey,
    payer_key: &Pubkey,
) -> Instruction {
    let accounts = vec![
        written(group),
        read(quote_mint),
        vault(group, 0),
        payer(payer_key),
        read(token_program),
        read(&system_program::ID),
    ];
    instruction(accounts, [], tags::OPEN_VAULT, &())
}

/// Puts a group's rules in force.
pub fn change_group(group: &Pubkey, authority: &Pubkey, rules: &GroupRules) -> Instruction {
    instruction(vec![written(group), signer(authority)], [], tags::CHANGE_GROUP, rules)
}

/// Stops a bit set of `pause` for some seconds.
pub fn stop(group: &Pubkey, guardian: &Pubkey, what: u32, seconds: u32) -> Instruction {
    instruction(vec![written(group), signer(guardian)], [], tags::STOP, &(what, seconds))
}

/// Takes a token as collateral.
pub fn create_bank(
    group: &Pubkey,
    authority: &Pubkey,
    payer_key: &Pubkey,
    mint: &Pubkey,
    token_program: &Pubkey,
    args: &CreateBankArgs,
) -> Instruction {
    let accounts = vec![
        written(group),
        bank(group, args.bank, true),
        read(mint),
        vault(group, args.bank),
        read(&seeds::find_market_risk(group, args.market).0),
        signer(authority),
        payer(payer_key),
        read(token_program),
        read(&system_program::ID),
    ];
    instruction(accounts, [], tags::CREATE_BANK, args)
}

/// Changes how much of a token a group takes.
pub fn change_bank(
    group: &Pubkey,
    authority: &Pubkey,
    number: u16,
    cap: u64,
    ramp_seconds: u32,
) -> Instruction {
    let accounts = vec![read(group), bank(group, number, true), signer(authority)];
    instruction(accounts, [], tags::CHANGE_BANK, &(cap, ramp_seconds))
}

/// Opens a market for trade.
pub fn create_market(
    group: &Pubkey,
    authority: &Pubkey,
    payer_key: &Pubkey,
    args: &CreateMarketArgs,
) -> Instruction {
    let accounts = vec![
        written(group),
        written(&seeds::find_market(group, args.market).0),
        read(&seeds::find_market_risk(group, args.market).0),
        signer(authority),
        payer(payer_key),
        read(&system_program::ID),
    ];
    instruction(accounts, [], tags::CREATE_MARKET, args)
}

/// Changes a market's terms.
pub fn change_market(group: &Pubkey, authority: &Pubkey, market: u16, terms: &MarketTerms) -> Instruction {
    let accounts = vec![
        read(group),
        written(&seeds::find_market(group, market).0),
        read(&seeds::find_market_risk(group, market).0),
        signer(authority),
    ];
    instruction(accounts, [], tags::CHANGE_MARKET, terms)
}

/// Registers a venue.
pub fn create_venue(
    group: &Pubkey,
    authority: &Pubkey,
    payer_key: &Pubkey,
    args: &CreateVenueArgs,
) -> Instruction {
    let accounts = vec![
        written(group),
        written(&seeds::find_venue(group, args.venue).0),
        signer(authority),
        payer(payer_key),
        read(&system_program::ID),
    ];
    instruction(accounts, [], tags::CREATE_VENUE, args)
}

/// Changes a venue's terms.
pub fn change_venue(group: &Pubkey, authority: &Pubkey, venue: u16, terms: &VenueTerms) -> Instruction {
    let accounts = vec![read(group), written(&seeds::find_venue(group, venue).0), signer(authority)];
    instruction(accounts, [], tags::CHANGE_VENUE, terms)
}

/// Pays out a venue's fees, or the group's own for number zero, with those that wait in markets; anybody may.
pub fn collect_fees(group: &Pubkey, venue: u16, to: &TokenSide, markets: &[u16]) -> Instruction {
    let venue = match venue {
        0 => read(&ids::ACCOUNT),
        _ => written(&seeds::find_venue(group, venue).0),
    };
    let accounts = vec![
        written(group),
        venue,
        vault(group, 0),
        read(&to.mint),
        written(&to.account),
        read(&to.token_program),
    ];
    let behind = Numbers { markets, ..Numbers::default() };
    instruction(accounts, behind.accounts(group), tags::COLLECT_FEES, &())
}
