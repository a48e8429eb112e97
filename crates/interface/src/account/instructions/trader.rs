//! Instructions of traders and venues.

use super::{bank, instruction, opinion, payer, read, signer, tags, vault, written, Numbers, TokenSide};
use crate::{
    account::{
        ExecuteTriggerArgs, OpenAccountArgs, PlaceTriggerArgs, SetDelegateArgs, SettleFillsArgs, TradeLeg,
    },
    ids,
    risk::instructions::INSTRUCTIONS,
    seeds,
};
use anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction, system_program};

/// Opens `owner`'s account number `sub_id` in `group`.
pub fn open_account(group: &Pubkey, owner: &Pubkey, payer_key: &Pubkey, sub_id: u16) -> Instruction {
    let accounts = vec![
        written(&seeds::find_margin_account(group, owner, sub_id).0),
        read(group),
        signer(owner),
        payer(payer_key),
        read(&system_program::ID),
    ];
    instruction(accounts, [], tags::OPEN_ACCOUNT, &OpenAccountArgs { sub_id })
}

/// Closes an empty account, and its record of orders if it has one.
pub fn close_account(
    margin_account: &Pubkey,
    record: bool,
    owner: &Pubkey,
    receiver: &Pubkey,
) -> Instruction {
    let record = match record {
        true => written(&seeds::find_order_record(margin_account).0),
        false => read(&ids::ACCOUNT),
    };
    let accounts = vec![written(margin_account), record, signer(owner), written(receiver)];
    instruction(accounts, [], tags::CLOSE_ACCOUNT, &())
}

/// Opens an account's record of orders; those below the watermark can never be filled.
pub fn open_orders(
    margin_account: &Pubkey,
    owner: &Pubkey,
    payer_key: &Pubkey,
    watermark: u64,
) -> Instruction {
    let accounts = vec![
        written(margin_account),
        written(&seeds::find_order_record(margin_account).0),
        signer(owner),
        payer(payer_key),
        read(&system_program::ID),
    ];
    instruction(accounts, [], tags::OPEN_ORDERS, &watermark)
}

/// Lets somebody act for an account's owner, or no longer.
pub fn set_delegate(margin_account: &Pubkey, owner: &Pubkey, args: &SetDelegateArgs) -> Instruction {
    instruction(vec![written(margin_account), signer(owner)], [], tags::SET_DELEGATE, args)
}

/// Deposits a bank's token, which the market `priced_by` prices, or cash for number zero.
// Each argument is an account, a number or the amount: a struct would only name them again.
#[allow(clippy::too_many_arguments)]
pub fn deposit(
    group: &Pubkey,
    margin_account: &Pubkey,
    number: u16,
    priced_by: u16,
    from: &TokenSide,
    depositor: &Pubkey,
    amount: u64,
    markets: &[u16],
) -> Instruction {
    let risk = match number {
        0 => read(&ids::ACCOUNT),
        _ => read(&seeds::find_market_risk(group, priced_by).0),
    };
    let accounts = vec![
        written(group),
        written(margin_account),
        bank(group, number, true),
        risk,
        vault(group, number),
        read(&from.mint),
        written(&from.account),
        signer(depositor),
        read(&from.token_program),
    ];
    let behind = Numbers { markets, ..Numbers::default() };
    instruction(accounts, behind.accounts(group), tags::DEPOSIT, &amount)
}

/// Withdraws a bank's token, or cash for number zero.
pub fn withdraw(
    group: &Pubkey,
    margin_account: &Pubkey,
    number: u16,
    to: &TokenSide,
    owner: &Pubkey,
    amount: u64,
    numbers: &Numbers,
) -> Instruction {
    let mut accounts = vec![
        written(group),
        written(margin_account),
        bank(group, number, true),
        vault(group, number),
        read(&to.mint),
        written(&to.account),
        signer(owner),
        read(&to.token_program),
    ];
    accounts.extend(opinion(group));
    instruction(accounts, numbers.accounts(group), tags::WITHDRAW, &amount)
}

/// Moves a bank's token, or cash for number zero, between two accounts of one owner.
pub fn transfer(
    group: &Pubkey,
    from: &Pubkey,
    to: &Pubkey,
    number: u16,
    owner: &Pubkey,
    amount: u64,
    numbers: &Numbers,
) -> Instruction {
    let mut accounts =
        vec![written(group), written(from), written(to), bank(group, number, false), signer(owner)];
    accounts.extend(opinion(group));
    instruction(accounts, numbers.accounts(group), tags::TRANSFER, &amount)
}

/// Settles what a venue matched; the orders' signatures are checked directly before.
pub fn settle_fills(
    group: &Pubkey,
    venue: u16,
    operator: &Pubkey,
    args: &SettleFillsArgs,
    numbers: &Numbers,
) -> Instruction {
    let mut accounts = vec![written(group), written(&seeds::find_venue(group, venue).0), signer(operator)];
    for order in [&args.maker, &args.taker] {
        accounts.push(written(&order.margin_account));
        accounts.push(written(&seeds::find_order_record(&order.margin_account).0));
    }
    accounts.extend(opinion(group));
    accounts.push(read(&INSTRUCTIONS));
    instruction(accounts, numbers.accounts(group), tags::SETTLE_FILLS, args)
}

/// Trades between two accounts, each with whoever signs for it.
pub fn block_trade(
    group: &Pubkey,
    first: (&Pubkey, &Pubkey),
    second: (&Pubkey, &Pubkey),
    legs: &Vec<TradeLeg>,
    numbers: &Numbers,
) -> Instruction {
    let mut accounts =
        vec![written(group), written(first.0), signer(first.1), written(second.0), signer(second.1)];
    accounts.extend(opinion(group));
    instruction(accounts, numbers.accounts(group), tags::BLOCK_TRADE, legs)
}

/// Cancels an account's signed orders of lower nonces.
pub fn cancel_orders(margin_account: &Pubkey, trader: &Pubkey, below: u64) -> Instruction {
    instruction(waiting(margin_account, trader), [], tags::CANCEL_ORDERS, &below)
}

/// Places an order that waits for a price.
pub fn place_trigger(margin_account: &Pubkey, trader: &Pubkey, args: &PlaceTriggerArgs) -> Instruction {
    instruction(waiting(margin_account, trader), [], tags::PLACE_TRIGGER, args)
}

/// Takes back an order that waits for a price.
pub fn cancel_trigger(margin_account: &Pubkey, trader: &Pubkey, place: u8) -> Instruction {
    instruction(waiting(margin_account, trader), [], tags::CANCEL_TRIGGER, &place)
}

/// Executes an order whose price has come; the keeper's account takes the other side.
pub fn execute_trigger(
    group: &Pubkey,
    margin_account: &Pubkey,
    keeper: (&Pubkey, &Pubkey),
    args: &ExecuteTriggerArgs,
    numbers: &Numbers,
) -> Instruction {
    let mut accounts = vec![
        written(group),
        written(margin_account),
        written(&seeds::find_order_record(margin_account).0),
        written(keeper.0),
        signer(keeper.1),
    ];
    accounts.extend(opinion(group));
    instruction(accounts, numbers.accounts(group), tags::EXECUTE_TRIGGER, args)
}

/// Accounts of what concerns only an account's record of orders.
fn waiting(margin_account: &Pubkey, trader: &Pubkey) -> Vec<anchor_lang::prelude::AccountMeta> {
    vec![read(margin_account), written(&seeds::find_order_record(margin_account).0), signer(trader)]
}
