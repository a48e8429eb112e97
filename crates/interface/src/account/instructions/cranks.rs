//! Instructions that anybody may send, and a venue's marks.

use super::{instruction, opinion, read, signer, tags, written, Numbers};
use crate::seeds;
use anchor_lang::{
    prelude::{AccountMeta, Pubkey},
    solana_program::instruction::Instruction,
};

/// A market to be written, and its risk.
fn market(group: &Pubkey, number: u16) -> Vec<AccountMeta> {
    let risk = seeds::find_market_risk(group, number).0;
    vec![written(&seeds::find_market(group, number).0), read(&risk)]
}

/// Lists a date by the market's rule.
pub fn list_expiry(group: &Pubkey, number: u16, expiry: i64) -> Instruction {
    instruction(vec![written(&seeds::find_market(group, number).0)], [], tags::LIST_EXPIRY, &expiry)
}

/// Marks a perp, in quote units a lot.
pub fn post_mark(group: &Pubkey, number: u16, venue: u16, operator: &Pubkey, mark: u64) -> Instruction {
    let mut accounts = market(group, number);
    accounts.push(read(&seeds::find_venue(group, venue).0));
    accounts.push(signer(operator));
    instruction(accounts, [], tags::POST_MARK, &mark)
}

/// Brings a perp's funding up to date.
pub fn update_funding(group: &Pubkey, number: u16) -> Instruction {
    instruction(market(group, number), [], tags::UPDATE_FUNDING, &())
}

/// Freezes a date's settlement price.
pub fn freeze_settlement(group: &Pubkey, number: u16, expiry: i64) -> Instruction {
    instruction(market(group, number), [], tags::FREEZE_SETTLEMENT, &expiry)
}

/// Settles an account with markets; with risks, losses beyond its cash become debt if it is healthy.
pub fn settle_account(group: &Pubkey, margin_account: &Pubkey, numbers: &Numbers) -> Instruction {
    let mut accounts = vec![written(group), written(margin_account)];
    accounts.extend(opinion(group));
    instruction(accounts, numbers.accounts(group), tags::SETTLE_ACCOUNT, &())
}

/// Brings an account up to date and settles it, whether or not there is something to settle; with every market in which
/// it has a perp or a claim, and the risks of its perps.
pub fn refresh_account(group: &Pubkey, margin_account: &Pubkey, numbers: &Numbers) -> Instruction {
    let accounts = vec![written(group), written(margin_account)];
    instruction(accounts, numbers.accounts(group), tags::REFRESH_ACCOUNT, &())
}
