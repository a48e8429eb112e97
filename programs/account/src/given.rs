//! The accounts that an instruction takes behind its fixed ones: markets, then banks, then risks, each by rising
//! number, each once.

use crate::errors::AccountError;
use anchor_lang::{prelude::*, Discriminator};
use ballast_interface::account::{Bank, Market};
pub use ballast_interface::risk::{load_risk_of, Risks};
use std::cell::{Ref, RefMut};

/// Markets to be written, in place.
pub type Markets<'a> = Vec<RefMut<'a, Market>>;

/// Accounts of this program, and those behind them, which are the risk program's.
pub struct Given<'a, 'info> {
    own: &'a [AccountInfo<'info>],
    risks: &'a [AccountInfo<'info>],
}

impl<'a, 'info> Given<'a, 'info> {
    /// Splits the accounts.
    pub fn new(accounts: &'a [AccountInfo<'info>]) -> Self {
        let own = accounts.iter().take_while(|account| *account.owner == crate::ID).count();
        let (own, risks) = accounts.split_at(own);
        Self { own, risks }
    }

    /// The markets.
    #[inline(never)]
    pub fn markets(&self, group: &Pubkey) -> Result<Markets<'a>> {
        let mut markets: Markets = Vec::with_capacity(self.own.len());
        for account in self.own {
            // What is borrowed already is given twice.
            let data = account.try_borrow_mut_data().map_err(|_| AccountError::MarketOrder)?;
            if !data.starts_with(Market::DISCRIMINATOR) {
                require!(data.starts_with(Bank::DISCRIMINATOR), AccountError::AccountGivenWrong);
                continue;
            }
            let market = RefMut::map(data, |data| bytemuck::from_bytes_mut::<Market>(&mut data[8..]));
            require_keys_eq!(market.group, *group, AccountError::WrongGroup);
            require!(market.version == Market::VERSION, AccountError::MarketVersionUnknown);
            require!(
                markets.last().is_none_or(|last| last.market < market.market),
                AccountError::MarketOrder
            );
            markets.push(market);
        }
        Ok(markets)
    }

    /// The banks.
    #[inline(never)]
    pub fn banks(&self, group: &Pubkey) -> Result<Vec<Ref<'a, Bank>>> {
        let mut banks: Vec<Ref<Bank>> = Vec::new();
        for account in self.own {
            // The markets are borrowed already.
            let Ok(data) = account.try_borrow_data() else { continue };
            if !data.starts_with(Bank::DISCRIMINATOR) {
                continue;
            }
            let bank = Ref::map(data, |data| bytemuck::from_bytes::<Bank>(&data[8..]));
            require_keys_eq!(bank.group, *group, AccountError::WrongGroup);
            require!(bank.version == Bank::VERSION, AccountError::BankVersionUnknown);
            require!(banks.last().is_none_or(|last| last.bank < bank.bank), AccountError::MarketOrder);
            banks.push(bank);
        }
        Ok(banks)
    }

    /// The risks.
    pub fn risks(&self, group: &Pubkey) -> Result<Risks<'a, 'info>> {
        Risks::new(self.risks, group)
    }
}

/// What waited in markets, taken out of each.
pub fn waited(markets: &mut Markets, mut take: impl FnMut(&mut Market) -> u64) -> Result<u64> {
    let mut sum = 0u64;
    for market in markets.iter_mut() {
        sum = sum.checked_add(take(market)).ok_or(AccountError::NumberTooLarge)?;
    }
    Ok(sum)
}
