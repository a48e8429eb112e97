//! Instructions of the liquidation program, which signs by its own address.

use super::{bank, instruction, read, signer, tags, vault, written, Numbers, TokenSide};
use crate::{
    account::{FillRescueArgs, RescuePay, TradeLeg},
    risk::instructions::INSTRUCTIONS,
    seeds,
};
use anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction};

/// Puts an account under liquidation, or releases it.
pub fn latch(group: &Pubkey, margin_account: &Pubkey, rescuer: &Pubkey, on: bool) -> Instruction {
    instruction(vec![read(group), written(margin_account), signer(rescuer)], [], tags::LATCH, &on)
}

/// Hands positions to another account; lots above zero are bought by the one under liquidation, which pays beside them.
pub fn move_legs(
    group: &Pubkey,
    from: &Pubkey,
    to: &Pubkey,
    rescuer: &Pubkey,
    legs: &[TradeLeg],
    pay: RescuePay,
    numbers: &Numbers,
) -> Instruction {
    let accounts = vec![written(group), written(from), written(to), signer(rescuer)];
    instruction(accounts, numbers.accounts(group), tags::MOVE_LEGS, &(legs.to_vec(), pay))
}

/// Hands positions to whoever signed an order that any liquidation may fill; its signature is checked directly before.
pub fn fill_rescue(
    group: &Pubkey,
    from: &Pubkey,
    rescuer: &Pubkey,
    args: &FillRescueArgs,
    numbers: &Numbers,
) -> Instruction {
    let to = args.order.margin_account;
    let accounts = vec![
        written(group),
        written(from),
        written(&to),
        written(&seeds::find_order_record(&to).0),
        signer(rescuer),
        read(&INSTRUCTIONS),
    ];
    instruction(accounts, numbers.accounts(group), tags::FILL_RESCUE, args)
}

/// Hands collateral to another account.
pub fn move_collateral(
    group: &Pubkey,
    from: &Pubkey,
    to: &Pubkey,
    number: u16,
    rescuer: &Pubkey,
    amount: u64,
) -> Instruction {
    let accounts = vec![read(group), written(from), written(to), bank(group, number, false), signer(rescuer)];
    instruction(accounts, [], tags::MOVE_COLLATERAL, &amount)
}

/// Moves cash between two accounts, of which one is under liquidation.
pub fn move_cash(
    group: &Pubkey,
    from: &Pubkey,
    to: &Pubkey,
    rescuer: &Pubkey,
    amount: u64,
    markets: &[u16],
) -> Instruction {
    let accounts = vec![written(group), written(from), written(to), signer(rescuer)];
    let behind = Numbers { markets, ..Numbers::default() };
    instruction(accounts, behind.accounts(group), tags::MOVE_CASH, &amount)
}

/// Pays an account's debt and losses from a token account that the liquidation program's address may spend from.
pub fn absorb_loss(
    group: &Pubkey,
    margin_account: &Pubkey,
    from: &TokenSide,
    rescuer: &Pubkey,
    amount: u64,
    markets: &[u16],
) -> Instruction {
    let accounts = vec![
        written(group),
        written(margin_account),
        vault(group, 0),
        read(&from.mint),
        written(&from.account),
        signer(rescuer),
        read(&from.token_program),
    ];
    let behind = Numbers { markets, ..Numbers::default() };
    instruction(accounts, behind.accounts(group), tags::ABSORB_LOSS, &amount)
}

/// Lets all lenders bear an account's debt and losses.
pub fn share_loss(
    group: &Pubkey,
    margin_account: &Pubkey,
    rescuer: &Pubkey,
    amount: u64,
    markets: &[u16],
) -> Instruction {
    let accounts = vec![written(group), written(margin_account), signer(rescuer)];
    let behind = Numbers { markets, ..Numbers::default() };
    instruction(accounts, behind.accounts(group), tags::SHARE_LOSS, &amount)
}

/// Realises what an account's perps and futures in a market win at the index; with that market, at least, behind it.
pub fn realise(
    group: &Pubkey,
    margin_account: &Pubkey,
    rescuer: &Pubkey,
    market: u16,
    markets: &[u16],
) -> Instruction {
    let accounts = vec![written(group), written(margin_account), signer(rescuer)];
    let behind = Numbers { markets, risks: &[market], ..Numbers::default() };
    instruction(accounts, behind.accounts(group), tags::REALISE, &market)
}

/// Cuts a loss that an account cannot pay from all claims on the market's pool.
pub fn cut_claims(
    group: &Pubkey,
    margin_account: &Pubkey,
    rescuer: &Pubkey,
    amount: u64,
    market: u16,
) -> Instruction {
    let accounts = vec![written(group), written(margin_account), signer(rescuer)];
    let behind = Numbers { markets: &[market], ..Numbers::default() };
    instruction(accounts, behind.accounts(group), tags::CUT_CLAIMS, &amount)
}

/// Pays the fees that belong to the insurance to a token account, with those that wait in markets.
pub fn pay_insurance(group: &Pubkey, to: &TokenSide, rescuer: &Pubkey, markets: &[u16]) -> Instruction {
    let accounts = vec![
        written(group),
        vault(group, 0),
        read(&to.mint),
        written(&to.account),
        signer(rescuer),
        read(&to.token_program),
    ];
    let behind = Numbers { markets, ..Numbers::default() };
    instruction(accounts, behind.accounts(group), tags::PAY_INSURANCE, &())
}
