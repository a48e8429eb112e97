//! The risk program's instructions with all their accounts, ready to send or to invoke.

use super::{
    AttestMultiplierArgs, CheckHealthArgs, CreateMarketRiskArgs, CreateModelArgs, MarketRules, ModelSection,
    PostSurfaceArgs, Preset, QuoteArgs,
};
use crate::{ids, seeds};
use anchor_lang::{
    prelude::{borsh, AccountMeta, AnchorSerialize, Pubkey},
    solana_program::instruction::Instruction,
    system_program,
};

/// First eight bytes of each instruction's data: the hash of "global:" and its name.
pub mod tags {
    /// Of `create_model`.
    pub const CREATE_MODEL: [u8; 8] = [212, 233, 41, 219, 130, 212, 212, 229];
    /// Of `load_preset`.
    pub const LOAD_PRESET: [u8; 8] = [208, 38, 32, 132, 212, 45, 161, 116];
    /// Of `create_draft`.
    pub const CREATE_DRAFT: [u8; 8] = [163, 20, 96, 16, 176, 38, 78, 95];
    /// Of `write_draft`.
    pub const WRITE_DRAFT: [u8; 8] = [150, 137, 163, 44, 154, 5, 190, 188];
    /// Of `adopt_draft`.
    pub const ADOPT_DRAFT: [u8; 8] = [7, 76, 0, 141, 23, 217, 171, 179];
    /// Of `drop_draft`.
    pub const DROP_DRAFT: [u8; 8] = [143, 120, 163, 131, 223, 237, 119, 148];
    /// Of `create_committee`.
    pub const CREATE_COMMITTEE: [u8; 8] = [216, 137, 130, 24, 113, 11, 204, 15];
    /// Of `change_committee`.
    pub const CHANGE_COMMITTEE: [u8; 8] = [98, 54, 37, 29, 233, 48, 130, 57];
    /// Of `create_market_risk`.
    pub const CREATE_MARKET_RISK: [u8; 8] = [250, 113, 214, 123, 56, 49, 17, 19];
    /// Of `change_market_risk`.
    pub const CHANGE_MARKET_RISK: [u8; 8] = [86, 30, 223, 3, 77, 58, 145, 71];
    /// Of `refresh_price`.
    pub const REFRESH_PRICE: [u8; 8] = [253, 61, 142, 248, 9, 32, 158, 32];
    /// Of `post_surface`.
    pub const POST_SURFACE: [u8; 8] = [155, 172, 223, 180, 198, 55, 86, 124];
    /// Of `attest_multiplier`.
    pub const ATTEST_MULTIPLIER: [u8; 8] = [163, 16, 247, 114, 243, 100, 122, 61];
    /// Of `assess`.
    pub const ASSESS: [u8; 8] = [165, 253, 42, 57, 170, 187, 141, 44];
    /// Of `publish_assessment`.
    pub const PUBLISH_ASSESSMENT: [u8; 8] = [91, 97, 72, 175, 53, 10, 89, 151];
    /// Of `check_health`.
    pub const CHECK_HEALTH: [u8; 8] = [71, 59, 207, 58, 136, 156, 153, 7];
    /// Of `check_sequence`.
    pub const CHECK_SEQUENCE: [u8; 8] = [76, 233, 181, 116, 9, 223, 250, 148];
    /// Of `quote`.
    pub const QUOTE: [u8; 8] = [149, 42, 109, 247, 134, 146, 213, 123];
}

/// Address of the account that shows a transaction's instructions to its programs.
pub const INSTRUCTIONS: Pubkey = Pubkey::from_str_const("Sysvar1nstructions1111111111111111111111111");

/// Creates a group's model from a preset.
pub fn create_model(
    group: &Pubkey,
    authority: &Pubkey,
    payer: &Pubkey,
    args: CreateModelArgs,
) -> Instruction {
    let model = seeds::find_model(group).0;
    creation(group, &[AccountMeta::new(model, false)], authority, payer, tags::CREATE_MODEL, &args)
}

/// Puts a preset in force.
pub fn load_preset(group: &Pubkey, authority: &Pubkey, preset: Preset) -> Instruction {
    change(group, seeds::find_model(group).0, authority, tags::LOAD_PRESET, &preset)
}

/// Begins a draft: a copy of the model in force.
pub fn create_draft(group: &Pubkey, authority: &Pubkey, payer: &Pubkey) -> Instruction {
    let accounts = [
        AccountMeta::new_readonly(seeds::find_model(group).0, false),
        AccountMeta::new(seeds::find_draft(group).0, false),
    ];
    creation(group, &accounts, authority, payer, tags::CREATE_DRAFT, &())
}

/// Writes a piece of a draft.
pub fn write_draft(group: &Pubkey, authority: &Pubkey, section: &ModelSection) -> Instruction {
    change(group, seeds::find_draft(group).0, authority, tags::WRITE_DRAFT, section)
}

/// Puts a draft in force, and gives its rent to `refund`.
pub fn adopt_draft(group: &Pubkey, authority: &Pubkey, refund: &Pubkey) -> Instruction {
    let accounts = vec![
        AccountMeta::new_readonly(*group, false),
        AccountMeta::new(seeds::find_model(group).0, false),
        AccountMeta::new(seeds::find_draft(group).0, false),
        AccountMeta::new_readonly(*authority, true),
        AccountMeta::new(*refund, false),
    ];
    instruction(accounts, true, tags::ADOPT_DRAFT, &())
}

/// Drops a draft, and gives its rent to `refund`.
pub fn drop_draft(group: &Pubkey, authority: &Pubkey, refund: &Pubkey) -> Instruction {
    let accounts = vec![
        AccountMeta::new_readonly(*group, false),
        AccountMeta::new(seeds::find_draft(group).0, false),
        AccountMeta::new_readonly(*authority, true),
        AccountMeta::new(*refund, false),
    ];
    instruction(accounts, false, tags::DROP_DRAFT, &())
}

/// Seats a group's first committee.
pub fn create_committee(
    group: &Pubkey,
    authority: &Pubkey,
    payer: &Pubkey,
    attestors: &[Pubkey],
    threshold: u8,
) -> Instruction {
    let committee = seeds::find_committee(group).0;
    let seats = (attestors.to_vec(), threshold);
    creation(group, &[AccountMeta::new(committee, false)], authority, payer, tags::CREATE_COMMITTEE, &seats)
}

/// Seats another committee: messages that were signed for the last one are worth nothing from then on.
pub fn change_committee(
    group: &Pubkey,
    authority: &Pubkey,
    attestors: &[Pubkey],
    threshold: u8,
) -> Instruction {
    let committee = seeds::find_committee(group).0;
    change(group, committee, authority, tags::CHANGE_COMMITTEE, &(attestors.to_vec(), threshold))
}

/// Creates the risk of a market.
pub fn create_market_risk(
    group: &Pubkey,
    authority: &Pubkey,
    payer: &Pubkey,
    args: &CreateMarketRiskArgs,
) -> Instruction {
    let risk = seeds::find_market_risk(group, args.market).0;
    creation(group, &[AccountMeta::new(risk, false)], authority, payer, tags::CREATE_MARKET_RISK, args)
}

/// Changes the rules of a market's risk.
pub fn change_market_risk(
    group: &Pubkey,
    authority: &Pubkey,
    market: u16,
    rules: &MarketRules,
) -> Instruction {
    change(group, seeds::find_market_risk(group, market).0, authority, tags::CHANGE_MARKET_RISK, rules)
}

/// Reads a market's price account; anybody may.
pub fn refresh_price(group: &Pubkey, market: u16, price_account: &Pubkey) -> Instruction {
    let accounts = vec![
        AccountMeta::new(seeds::find_market_risk(group, market).0, false),
        AccountMeta::new_readonly(*price_account, false),
    ];
    instruction(accounts, false, tags::REFRESH_PRICE, &())
}

/// Posts a surface; directly before it stands the check of the committee's signatures of this instruction's data.
pub fn post_surface(args: &PostSurfaceArgs) -> Instruction {
    signed(&args.group, args.market, tags::POST_SURFACE, args)
}

/// Raises a market's scan range for a time; directly before it stands the check of the committee's signatures of
/// this instruction's data.
pub fn attest_multiplier(args: &AttestMultiplierArgs) -> Instruction {
    signed(&args.group, args.market, tags::ATTEST_MULTIPLIER, args)
}

/// Assesses an account; the report comes back as return data. `markets` are the numbers of those that the account
/// holds, and of those that price or move its collateral, in any order.
pub fn assess(group: &Pubkey, margin_account: &Pubkey, markets: &[u16]) -> Instruction {
    assessment(group, margin_account, markets, false, tags::ASSESS, &())
}

/// Assesses an account and reports it as an event, too.
pub fn publish_assessment(group: &Pubkey, margin_account: &Pubkey, markets: &[u16]) -> Instruction {
    assessment(group, margin_account, markets, true, tags::PUBLISH_ASSESSMENT, &())
}

/// Fails the transaction unless an account has so much health or room.
pub fn check_health(
    group: &Pubkey,
    margin_account: &Pubkey,
    markets: &[u16],
    args: CheckHealthArgs,
) -> Instruction {
    assessment(group, margin_account, markets, false, tags::CHECK_HEALTH, &args)
}

/// Asks how much of some positions a liquidation closes; the answer comes back as return data. Markets as for
/// [`assess`].
pub fn quote(group: &Pubkey, margin_account: &Pubkey, markets: &[u16], args: &QuoteArgs) -> Instruction {
    assessment(group, margin_account, markets, false, tags::QUOTE, args)
}

/// Fails the transaction unless an account's count of changes is the given one.
pub fn check_sequence(margin_account: &Pubkey, sequence: u64) -> Instruction {
    instruction(
        vec![AccountMeta::new_readonly(*margin_account, false)],
        false,
        tags::CHECK_SEQUENCE,
        &sequence,
    )
}

/// Group, what is created (or copied), authority, payer, system program.
fn creation(
    group: &Pubkey,
    created: &[AccountMeta],
    authority: &Pubkey,
    payer: &Pubkey,
    tag: [u8; 8],
    args: &impl AnchorSerialize,
) -> Instruction {
    let mut accounts = vec![AccountMeta::new_readonly(*group, false)];
    accounts.extend_from_slice(created);
    accounts.push(AccountMeta::new_readonly(*authority, true));
    accounts.push(AccountMeta::new(*payer, true));
    accounts.push(AccountMeta::new_readonly(system_program::ID, false));
    instruction(accounts, true, tag, args)
}

/// Group, what is changed, authority.
fn change(
    group: &Pubkey,
    changed: Pubkey,
    authority: &Pubkey,
    tag: [u8; 8],
    args: &impl AnchorSerialize,
) -> Instruction {
    let accounts = vec![
        AccountMeta::new_readonly(*group, false),
        AccountMeta::new(changed, false),
        AccountMeta::new_readonly(*authority, true),
    ];
    instruction(accounts, true, tag, args)
}

/// Market's risk, committee, instructions.
fn signed(group: &Pubkey, market: u16, tag: [u8; 8], args: &impl AnchorSerialize) -> Instruction {
    let accounts = vec![
        AccountMeta::new(seeds::find_market_risk(group, market).0, false),
        AccountMeta::new_readonly(seeds::find_committee(group).0, false),
        AccountMeta::new_readonly(INSTRUCTIONS, false),
    ];
    instruction(accounts, true, tag, args)
}

/// Group, model, margin account, then the markets' risks by rising number.
fn assessment(
    group: &Pubkey,
    margin_account: &Pubkey,
    markets: &[u16],
    event: bool,
    tag: [u8; 8],
    args: &impl AnchorSerialize,
) -> Instruction {
    let accounts = vec![
        AccountMeta::new_readonly(*group, false),
        AccountMeta::new_readonly(seeds::find_model(group).0, false),
        AccountMeta::new_readonly(*margin_account, false),
    ];
    let mut instruction = instruction(accounts, event, tag, args);
    let mut markets = markets.to_vec();
    markets.sort_unstable();
    markets.dedup();
    let risks = markets.iter().map(|market| seeds::find_market_risk(group, *market).0);
    instruction.accounts.extend(risks.map(|risk| AccountMeta::new_readonly(risk, false)));
    instruction
}

/// An instruction of the risk program; with `event` its own two accounts for events come last.
fn instruction(
    mut accounts: Vec<AccountMeta>,
    event: bool,
    tag: [u8; 8],
    args: &impl AnchorSerialize,
) -> Instruction {
    if event {
        accounts.push(AccountMeta::new_readonly(seeds::find_event_authority(&ids::RISK).0, false));
        accounts.push(AccountMeta::new_readonly(ids::RISK, false));
    }
    let mut data = tag.to_vec();
    // Writing to memory never fails.
    let _ = borsh::to_writer(&mut data, args);
    Instruction { program_id: ids::RISK, accounts, data }
}
