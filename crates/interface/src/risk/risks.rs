//! Risks of markets that an instruction takes, in place.

use super::{FeedState, MarketRisk};
use crate::{
    account::{AccountError, MarginAccount},
    ids,
};
use anchor_lang::{prelude::*, Discriminator};
use std::cell::Ref;

/// Risks of a group's markets, by rising number, each once.
pub struct Risks<'a, 'info> {
    accounts: &'a [AccountInfo<'info>],
    loaded: Vec<Ref<'a, MarketRisk>>,
}

impl<'a, 'info> Risks<'a, 'info> {
    /// Loads accounts that are nothing else.
    #[inline(never)]
    pub fn new(accounts: &'a [AccountInfo<'info>], group: &Pubkey) -> Result<Self> {
        require!(accounts.len() <= 64, AccountError::AccountGivenWrong);
        let mut loaded: Vec<Ref<MarketRisk>> = Vec::with_capacity(accounts.len());
        for account in accounts {
            let risk = load_risk(account)?;
            require_keys_eq!(risk.group, *group, AccountError::WrongGroup);
            require!(loaded.last().is_none_or(|last| last.market < risk.market), AccountError::MarketOrder);
            loaded.push(risk);
        }
        Ok(Self { accounts, loaded })
    }

    /// Whether none is given.
    pub fn is_empty(&self) -> bool {
        self.loaded.is_empty()
    }

    /// The risk of a market.
    pub fn of(&self, market: u16) -> Result<&MarketRisk> {
        let found = self.loaded.iter().find(|risk| risk.market == market);
        Ok(found.map(|risk| &**risk).ok_or(AccountError::MarketMissing)?)
    }

    /// The risk of a market, if its price is good now.
    pub fn good(&self, market: u16, now: i64) -> Result<Option<&MarketRisk>> {
        let risk = self.of(market)?;
        Ok((risk.price_state(now).0 == FeedState::Good).then_some(risk))
    }

    /// The accounts that an assessment of a book needs: the markets of its positions, those that price its tokens,
    /// those whose rows move them, and the quote token's.
    #[inline(never)]
    pub fn needed_by(&self, account: &MarginAccount, peg: u16) -> Vec<AccountInfo<'info>> {
        let mut marked = 0u64;
        let mut mark = |number: u16| {
            let place = self.loaded.iter().position(|risk| risk.market == number);
            marked |= place.map_or(0, |place| 1u64.wrapping_shl(place as u32));
            place.and_then(|place| self.loaded.get(place))
        };
        mark(peg);
        for book in account.markets.iter().filter(|book| book.legs > 0) {
            mark(book.market);
        }
        for token in account.collateral.iter().filter(|token| token.bank != 0) {
            if let Some(moves_like) = mark(token.market).map(|risk| risk.rules.moves_like) {
                if moves_like != token.market {
                    mark(moves_like);
                }
            }
        }
        let mut needed = Vec::with_capacity(marked.count_ones() as usize);
        for (place, account) in self.accounts.iter().enumerate() {
            if marked.wrapping_shr(place as u32) & 1 != 0 {
                needed.push(account.clone());
            }
        }
        needed
    }
}

/// One account as a market's risk.
fn load_risk<'a>(account: &'a AccountInfo<'_>) -> Result<Ref<'a, MarketRisk>> {
    require_keys_eq!(*account.owner, ids::RISK, AccountError::AccountGivenWrong);
    let data = account.try_borrow_data()?;
    let known = data.len() == MarketRisk::SIZE && data.starts_with(MarketRisk::DISCRIMINATOR);
    require!(known, AccountError::AccountGivenWrong);
    let risk = Ref::map(data, |data| bytemuck::from_bytes::<MarketRisk>(&data[8..]));
    require!(risk.version == MarketRisk::VERSION, AccountError::AccountGivenWrong);
    Ok(risk)
}

/// One account as the risk of a group's market, and of no other.
pub fn load_risk_of<'a>(
    account: &'a AccountInfo<'_>,
    group: &Pubkey,
    market: u16,
) -> Result<Ref<'a, MarketRisk>> {
    let risk = load_risk(account)?;
    require!(risk.group == *group && risk.market == market, AccountError::MarketRiskUnfit);
    Ok(risk)
}
