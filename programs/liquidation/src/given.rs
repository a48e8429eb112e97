//! The accounts that an instruction takes behind its fixed ones: markets and banks of the account program, then risks,
//! as that program takes them.

use crate::errors::LiquidationError;
use anchor_lang::{prelude::*, Discriminator};
use ballast_interface::{
    account::{Group, Market},
    ids,
    risk::Risks,
};
use std::cell::Ref;

/// Accounts of the account program, and those behind them, which are the risk program's.
pub struct Given<'a, 'info> {
    /// All of them.
    pub all: &'a [AccountInfo<'info>],
    /// Those of the account program.
    pub own: &'a [AccountInfo<'info>],
    risks: &'a [AccountInfo<'info>],
}

impl<'a, 'info> Given<'a, 'info> {
    /// Splits the accounts.
    pub fn new(all: &'a [AccountInfo<'info>]) -> Self {
        let own = all.iter().take_while(|account| *account.owner == ids::ACCOUNT).count();
        let (own, risks) = all.split_at(own);
        Self { all, own, risks }
    }

    /// The risks.
    pub fn risks(&self, group: &Pubkey) -> Result<Risks<'a, 'info>> {
        Risks::new(self.risks, group)
    }
}

/// A market of the account program; none for anything else of that program.
pub fn market<'a>(info: &'a AccountInfo) -> Result<Option<Ref<'a, Market>>> {
    let data = info.try_borrow_data()?;
    let is = *info.owner == ids::ACCOUNT && data.starts_with(Market::DISCRIMINATOR);
    Ok((is && data.len() == Market::SIZE).then(|| Ref::map(data, |data| bytemuck::from_bytes(&data[8..]))))
}

/// Refuses a group with fees that wait for the insurance, in any market: all of them are given, by rising number.
pub fn require_collected(group: &AccountLoader<Group>, markets: &[AccountInfo]) -> Result<()> {
    let (key, group) = (group.key(), group.load()?);
    let (mut last, mut waiting) = (0u16, group.insurance);
    for info in markets {
        let market = market(info)?.ok_or(LiquidationError::MarketMissing)?;
        require_keys_eq!(market.group, key, LiquidationError::WrongGroup);
        require!(market.market > last, LiquidationError::MarketMissing);
        (last, waiting) = (market.market, waiting.saturating_add(market.waiting.insurance));
    }
    require!(markets.len() == usize::from(group.market_count), LiquidationError::MarketMissing);
    require!(waiting == 0, LiquidationError::FeesWaiting);
    Ok(())
}
