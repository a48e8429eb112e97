//! The liquidation program's instructions with all their accounts, ready to send or to tamper with.

use super::{DeleverageArgs, LiquidateArgs, LiquidateToOrderArgs, RescueRules, SwapCollateralArgs};
use crate::{
    account::instructions::{payer as payer_of, read, signer, written, Numbers, TokenSide},
    ids,
    risk::instructions::INSTRUCTIONS,
    seeds,
};
use anchor_lang::{
    prelude::{borsh, AccountMeta, AnchorSerialize, Pubkey},
    solana_program::instruction::Instruction,
    system_program,
};

/// First eight bytes of each instruction's data: the hash of "global:" and its name.
pub mod tags {
    /// Of `create_fund`.
    pub const CREATE_FUND: [u8; 8] = [38, 128, 18, 11, 203, 0, 153, 21];
    /// Of `change_rules`.
    pub const CHANGE_RULES: [u8; 8] = [190, 114, 16, 2, 119, 206, 241, 98];
    /// Of `begin`.
    pub const BEGIN: [u8; 8] = [35, 150, 31, 42, 98, 141, 116, 108];
    /// Of `liquidate`.
    pub const LIQUIDATE: [u8; 8] = [223, 179, 226, 125, 48, 46, 39, 74];
    /// Of `liquidate_to_order`.
    pub const LIQUIDATE_TO_ORDER: [u8; 8] = [123, 59, 141, 219, 76, 158, 177, 223];
    /// Of `swap_collateral`.
    pub const SWAP_COLLATERAL: [u8; 8] = [163, 98, 75, 36, 36, 198, 243, 216];
    /// Of `end`.
    pub const END: [u8; 8] = [180, 160, 249, 217, 194, 121, 70, 16];
    /// Of `deleverage`.
    pub const DELEVERAGE: [u8; 8] = [158, 127, 27, 222, 183, 178, 35, 194];
    /// Of `resolve_bankruptcy`.
    pub const RESOLVE_BANKRUPTCY: [u8; 8] = [82, 253, 187, 29, 102, 19, 35, 248];
    /// Of `realise_profit`.
    pub const REALISE_PROFIT: [u8; 8] = [204, 8, 151, 179, 116, 98, 80, 222];
    /// Of `collect_insurance`.
    pub const COLLECT_INSURANCE: [u8; 8] = [174, 138, 5, 122, 76, 66, 40, 158];
    /// Of `stake`.
    pub const STAKE: [u8; 8] = [206, 176, 202, 18, 200, 209, 179, 108];
    /// Of `unstake`.
    pub const UNSTAKE: [u8; 8] = [90, 95, 107, 42, 205, 124, 50, 225];
    /// Of `withdraw_stake`.
    pub const WITHDRAW_STAKE: [u8; 8] = [153, 8, 22, 138, 105, 176, 87, 66];
}

/// Creates a group's insurance fund, and sets how its accounts are rescued.
pub fn create_fund(
    group: &Pubkey,
    authority: &Pubkey,
    payer: &Pubkey,
    mint: &Pubkey,
    token_program: &Pubkey,
    rules: &RescueRules,
) -> Instruction {
    let fund = seeds::find_fund(group).0;
    let accounts = vec![
        read(group),
        signer(authority),
        written(&fund),
        read(mint),
        written(&seeds::find_fund_vault(&fund).0),
        read(&rescuer(group)),
        payer_of(payer),
        read(token_program),
        read(&system_program::ID),
    ];
    instruction(accounts, [], tags::CREATE_FUND, rules)
}

/// Changes how a group's accounts are rescued.
pub fn change_rules(group: &Pubkey, authority: &Pubkey, rules: &RescueRules) -> Instruction {
    let accounts = vec![read(group), signer(authority), written(&seeds::find_fund(group).0)];
    instruction(accounts, [], tags::CHANGE_RULES, rules)
}

/// Begins the rescue of an account that is below its maintenance margin.
pub fn begin(group: &Pubkey, margin_account: &Pubkey, payer: &Pubkey, numbers: &Numbers) -> Instruction {
    let mut accounts = rescue(group, margin_account);
    accounts.extend([
        written(&seeds::find_auction(margin_account).0),
        payer_of(payer),
        read(&system_program::ID),
    ]);
    instruction(accounts, numbers.accounts(group), tags::BEGIN, &())
}

/// Takes positions over from an account under liquidation. `beginner` gets the auction's rent if that ends it.
pub fn liquidate(
    group: &Pubkey,
    margin_account: &Pubkey,
    beginner: &Pubkey,
    taker: (&Pubkey, &Pubkey),
    numbers: &Numbers,
    args: &LiquidateArgs,
) -> Instruction {
    let mut accounts = auctioned(group, margin_account, beginner);
    accounts.extend([written(taker.0), signer(taker.1)]);
    instruction(accounts, numbers.accounts(group), tags::LIQUIDATE, args)
}

/// Hands positions of an account under liquidation to a resting order that was signed for any rescue; what the auction
/// pays beyond what the order asks for is the liquidator's. The check of the signature stands in the transaction before.
pub fn liquidate_to_order(
    group: &Pubkey,
    margin_account: &Pubkey,
    beginner: &Pubkey,
    liquidator: &Pubkey,
    numbers: &Numbers,
    args: &LiquidateToOrderArgs,
) -> Instruction {
    let taker = &args.order.margin_account;
    let mut accounts = auctioned(group, margin_account, beginner);
    accounts.extend([
        written(taker),
        written(&seeds::find_order_record(taker).0),
        written(liquidator),
        read(&INSTRUCTIONS),
    ]);
    instruction(accounts, numbers.accounts(group), tags::LIQUIDATE_TO_ORDER, args)
}

/// Buys collateral of an account under liquidation, with positions that it hedges.
pub fn swap_collateral(
    group: &Pubkey,
    margin_account: &Pubkey,
    beginner: &Pubkey,
    taker: (&Pubkey, &Pubkey),
    bank: u16,
    numbers: &Numbers,
    args: &SwapCollateralArgs,
) -> Instruction {
    let mut accounts = auctioned(group, margin_account, beginner);
    accounts.extend([written(taker.0), signer(taker.1), read(&seeds::find_bank(group, bank).0)]);
    instruction(accounts, numbers.accounts(group), tags::SWAP_COLLATERAL, args)
}

/// Ends the rescue of an account that is at its target.
pub fn end(group: &Pubkey, margin_account: &Pubkey, beginner: &Pubkey, numbers: &Numbers) -> Instruction {
    let accounts = auctioned(group, margin_account, beginner);
    instruction(accounts, numbers.accounts(group), tags::END, &())
}

/// Closes positions of an account that can pay nobody against an account that holds the other side.
pub fn deleverage(
    group: &Pubkey,
    margin_account: &Pubkey,
    beginner: &Pubkey,
    winner: &Pubkey,
    numbers: &Numbers,
    args: &DeleverageArgs,
) -> Instruction {
    let mut accounts = auctioned(group, margin_account, beginner);
    accounts.push(written(winner));
    instruction(accounts, numbers.accounts(group), tags::DELEVERAGE, args)
}

/// Makes the next hop of the waterfall behind the auction.
pub fn resolve_bankruptcy(
    group: &Pubkey,
    margin_account: &Pubkey,
    beginner: &Pubkey,
    quote: (&Pubkey, &Pubkey),
    numbers: &Numbers,
) -> Instruction {
    let mut accounts = auctioned(group, margin_account, beginner);
    accounts.extend([
        written(group),
        written(&seeds::find_fund(group).0),
        written(&seeds::find_vault(group).0),
        read(quote.0),
        written(&seeds::find_fund_vault(&seeds::find_fund(group).0).0),
        read(quote.1),
    ]);
    instruction(accounts, numbers.accounts(group), tags::RESOLVE_BANKRUPTCY, &())
}

/// Realises what an account has won in a market whose loser is bankrupt, so that it bears its part of the loss.
pub fn realise_profit(
    group: &Pubkey,
    bankrupt: &Pubkey,
    winner: &Pubkey,
    market: u16,
    numbers: &Numbers,
) -> Instruction {
    let mut accounts = rescue(group, winner);
    accounts.extend([read(&seeds::find_auction(bankrupt).0), read(bankrupt)]);
    // It reports nothing of its own.
    silent(accounts, numbers.accounts(group), tags::REALISE_PROFIT, &market)
}

/// Takes the insurance's share of fees into its vault, of those that wait in markets, too; with all markets of the group,
/// the insurance's payments can follow within a minute.
pub fn collect_insurance(
    group: &Pubkey,
    mint: &Pubkey,
    token_program: &Pubkey,
    markets: &[u16],
) -> Instruction {
    let fund = seeds::find_fund(group).0;
    let accounts = vec![
        written(group),
        written(&fund),
        written(&seeds::find_vault(group).0),
        read(mint),
        written(&seeds::find_fund_vault(&fund).0),
        read(&rescuer(group)),
        read(token_program),
        read(&ids::ACCOUNT),
        read(&seeds::find_event_authority(&ids::ACCOUNT).0),
    ];
    let behind = Numbers { markets, ..Numbers::default() };
    instruction(accounts, behind.accounts(group), tags::COLLECT_INSURANCE, &())
}

/// Stakes money in a group's insurance fund; with all markets of the group, in which no fees may wait.
pub fn stake(
    group: &Pubkey,
    owner: &Pubkey,
    payer: &Pubkey,
    from: &TokenSide,
    amount: u64,
    markets: &[u16],
) -> Instruction {
    let fund = seeds::find_fund(group).0;
    let accounts = vec![
        read(group),
        written(&fund),
        written(&seeds::find_stake(&fund, owner).0),
        signer(owner),
        payer_of(payer),
        read(&from.mint),
        written(&from.account),
        written(&seeds::find_fund_vault(&fund).0),
        read(&from.token_program),
        read(&system_program::ID),
    ];
    let behind = markets.iter().map(|number| read(&seeds::find_market(group, *number).0));
    instruction(accounts, behind, tags::STAKE, &amount)
}

/// Lets shares of the insurance fund leave when the cooldown is over; zero lets them stay.
pub fn unstake(group: &Pubkey, owner: &Pubkey, shares: u64) -> Instruction {
    let fund = seeds::find_fund(group).0;
    let accounts = vec![read(&fund), written(&seeds::find_stake(&fund, owner).0), signer(owner)];
    instruction(accounts, [], tags::UNSTAKE, &shares)
}

/// Pays shares out whose cooldown is over.
pub fn withdraw_stake(group: &Pubkey, owner: &Pubkey, to: &TokenSide) -> Instruction {
    let fund = seeds::find_fund(group).0;
    let accounts = vec![
        written(&fund),
        written(&seeds::find_stake(&fund, owner).0),
        signer(owner),
        read(&to.mint),
        written(&seeds::find_fund_vault(&fund).0),
        written(&to.account),
        read(&rescuer(group)),
        read(&to.token_program),
    ];
    instruction(accounts, [], tags::WITHDRAW_STAKE, &())
}

/// The accounts that every rescue needs.
fn rescue(group: &Pubkey, margin_account: &Pubkey) -> Vec<AccountMeta> {
    vec![
        written(group),
        written(margin_account),
        read(&seeds::find_model(group).0),
        read(&seeds::find_fund(group).0),
        read(&rescuer(group)),
        read(&ids::RISK),
        read(&ids::ACCOUNT),
        read(&seeds::find_event_authority(&ids::ACCOUNT).0),
    ]
}

/// Those of one that is under way.
fn auctioned(group: &Pubkey, margin_account: &Pubkey, beginner: &Pubkey) -> Vec<AccountMeta> {
    let mut accounts = rescue(group, margin_account);
    accounts.extend([written(&seeds::find_auction(margin_account).0), written(beginner)]);
    accounts
}

/// Address with which the program signs for a group.
fn rescuer(group: &Pubkey) -> Pubkey {
    seeds::find_rescuer(group, &ids::LIQUIDATION).0
}

/// An instruction of the liquidation program, as the account program's are made.
fn instruction(
    mut accounts: Vec<AccountMeta>,
    behind: impl IntoIterator<Item = AccountMeta>,
    tag: [u8; 8],
    args: &impl AnchorSerialize,
) -> Instruction {
    accounts.push(read(&seeds::find_event_authority(&ids::LIQUIDATION).0));
    accounts.push(read(&ids::LIQUIDATION));
    silent(accounts, behind, tag, args)
}

/// One that emits no event, and takes no accounts for that.
fn silent(
    mut accounts: Vec<AccountMeta>,
    behind: impl IntoIterator<Item = AccountMeta>,
    tag: [u8; 8],
    args: &impl AnchorSerialize,
) -> Instruction {
    accounts.extend(behind);
    let mut data = tag.to_vec();
    // Writing to memory never fails.
    let _ = borsh::to_writer(&mut data, args);
    Instruction { program_id: ids::LIQUIDATION, accounts, data }
}
