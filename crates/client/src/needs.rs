//! Which markets, banks and risks an instruction takes behind its fixed accounts.

use crate::{Exchange, Result};
use ballast_interface::account::{instructions::Numbers, MarginAccount, TradeLeg};

/// Numbers of markets, banks and risks, each rising.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Markets that are brought up to date or written.
    pub markets: Vec<u16>,
    /// Banks of tokens that are traded.
    pub banks: Vec<u16>,
    /// Markets whose risks are asked for.
    pub risks: Vec<u16>,
}

impl Needs {
    /// What some accounts and some legs between them need: the markets in which one has a position or a claim or will have
    /// one, and the risks of all that either margin depends on.
    pub fn of(exchange: &Exchange, accounts: &[&MarginAccount], legs: &[TradeLeg]) -> Result<Self> {
        let mut needs = Self::default();
        for leg in legs {
            if leg.kind == 0 {
                needs.banks.push(leg.number);
                let priced_by = exchange.bank(leg.number)?.market;
                needs.risks.push(priced_by);
                let moved_by = exchange.risk(priced_by)?.rules.moves_like;
                needs.risks.extend(Some(moved_by).filter(|number| *number != 0));
            } else {
                exchange.market(leg.number)?;
                needs.markets.push(leg.number);
            }
        }
        for account in accounts {
            needs
                .markets
                .extend(account.markets.iter().map(|book| book.market).filter(|number| *number != 0));
            needs.risks.extend(exchange.judges(account));
        }
        needs.risks.extend(Some(exchange.model.peg_market).filter(|peg| *peg != 0));
        needs.risks.extend(&needs.markets);
        for numbers in [&mut needs.markets, &mut needs.banks, &mut needs.risks] {
            numbers.sort_unstable();
            numbers.dedup();
        }
        Ok(needs)
    }

    /// The same, as instruction builders take them.
    pub fn numbers(&self) -> Numbers<'_> {
        Numbers { markets: &self.markets, banks: &self.banks, risks: &self.risks }
    }
}
