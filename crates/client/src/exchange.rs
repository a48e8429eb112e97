//! A group with everything that is numbered in it, as it stood when it was read.

use crate::{Chain, Error, Layout, Record, Result};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions::TokenSide, Bank, Group, MarginAccount, Market, Venue},
    liquidation::Fund,
    risk::{MarketRisk, Model},
    seeds,
};
use std::collections::BTreeMap;

/// A group's state: what is needed to build every instruction and to weigh every account.
#[derive(Clone)]
pub struct Exchange {
    /// Address of the group.
    pub address: Pubkey,
    /// The group.
    pub group: Box<Group>,
    /// Its model.
    pub model: Box<Model>,
    /// Its insurance fund, if it has one.
    pub fund: Option<Box<Fund>>,
    /// Its markets, by number.
    pub markets: BTreeMap<u16, Box<Market>>,
    /// The risks of its markets, by number; there may be some without a market for trade.
    pub risks: BTreeMap<u16, Box<MarketRisk>>,
    /// Its banks, by number.
    pub banks: BTreeMap<u16, Box<Bank>>,
    /// Its venues, by number.
    pub venues: BTreeMap<u16, Box<Venue>>,
}

impl Exchange {
    /// Reads a group and all that belongs to it.
    pub async fn load(chain: &Chain, address: &Pubkey) -> Result<Self> {
        let model = seeds::find_model(address).0;
        let (group, model) = (chain.get(address).await?, chain.get(&model).await?);
        let fund = chain.find(&seeds::find_fund(address).0).await?.map(Box::new);
        let mut exchange = Self {
            address: *address,
            group: Box::new(group),
            model: Box::new(model),
            fund,
            markets: BTreeMap::new(),
            risks: BTreeMap::new(),
            banks: BTreeMap::new(),
            venues: BTreeMap::new(),
        };
        exchange.markets = numbered(chain, address, |market: &Market| market.market).await?;
        exchange.risks = numbered(chain, address, |risk: &MarketRisk| risk.market).await?;
        exchange.banks = numbered(chain, address, |bank: &Bank| bank.bank).await?;
        exchange.venues = numbered(chain, address, |venue: &Venue| venue.venue).await?;
        Ok(exchange)
    }

    /// Takes over an account that changed, if it belongs here; says whether it did.
    pub fn take(&mut self, address: &Pubkey, record: &Record) -> bool {
        let mine = |group: &Pubkey| *group == self.address;
        match record {
            Record::Group(group) if *address == self.address => self.group = group.clone(),
            // A draft of a model has the same layout, and another address.
            Record::Model(model) if *address == seeds::find_model(&self.address).0 => {
                self.model = model.clone();
            }
            Record::Fund(fund) if mine(&fund.group) => self.fund = Some(fund.clone()),
            Record::Market(market) if mine(&market.group) => {
                self.markets.insert(market.market, market.clone());
            }
            Record::MarketRisk(risk) if mine(&risk.group) => {
                self.risks.insert(risk.market, risk.clone());
            }
            Record::Bank(bank) if mine(&bank.group) => {
                self.banks.insert(bank.bank, bank.clone());
            }
            Record::Venue(venue) if mine(&venue.group) => {
                self.venues.insert(venue.venue, venue.clone());
            }
            _ => return false,
        }
        true
    }

    /// A market by its number.
    pub fn market(&self, number: u16) -> Result<&Market> {
        self.markets.get(&number).map(|it| &**it).ok_or(Error::Unknown { what: "market", number })
    }

    /// The risk of a market by its number.
    pub fn risk(&self, number: u16) -> Result<&MarketRisk> {
        self.risks.get(&number).map(|it| &**it).ok_or(Error::Unknown { what: "market", number })
    }

    /// A bank by its number.
    pub fn bank(&self, number: u16) -> Result<&Bank> {
        self.banks.get(&number).map(|it| &**it).ok_or(Error::Unknown { what: "bank", number })
    }

    /// The mint and the token program of a bank, or of cash for number zero.
    pub fn token(&self, bank: u16) -> Result<(Pubkey, Pubkey)> {
        if bank == 0 {
            return Ok((self.group.quote_mint, self.group.quote_token_program));
        }
        self.bank(bank).map(|bank| (bank.mint, bank.token_program))
    }

    /// Decimal places of a bank's token, or of cash for number zero.
    pub fn decimals(&self, bank: u16) -> Result<u8> {
        if bank == 0 {
            return Ok(self.group.quote_decimals);
        }
        self.bank(bank).map(|bank| bank.decimals)
    }

    /// Where a wallet keeps the token of a bank, or cash for number zero.
    pub fn purse(&self, owner: &Pubkey, bank: u16) -> Result<TokenSide> {
        let (mint, program) = self.token(bank)?;
        Ok(crate::tokens::purse(owner, &mint, &program))
    }

    /// Numbers of the markets whose risks an assessment of an account takes, rising: exactly these.
    pub fn judges(&self, account: &MarginAccount) -> Vec<u16> {
        let mut numbers: Vec<u16> =
            account.markets.iter().filter(|book| book.legs > 0).map(|book| book.market).collect();
        numbers.extend(Some(self.model.peg_market).filter(|peg| *peg != 0));
        for token in account.collateral.iter().filter(|token| token.bank != 0) {
            numbers.push(token.market);
            let moved_by = self.risks.get(&token.market).map_or(0, |risk| risk.rules.moves_like);
            numbers.extend(Some(moved_by).filter(|number| *number != 0));
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The risks of those markets, as [`ballast_interface::risk::Reading`] takes them.
    pub fn judging(&self, account: &MarginAccount) -> Result<Vec<&MarketRisk>> {
        self.judges(account).into_iter().map(|number| self.risk(number)).collect()
    }

    /// Addresses that nearly every transaction of the group names: what a lookup table should hold.
    pub fn addresses(&self) -> Vec<Pubkey> {
        use ballast_interface::ids;
        let group = &self.address;
        let fund = seeds::find_fund(group).0;
        let mut all = vec![
            *group,
            seeds::find_model(group).0,
            seeds::find_committee(group).0,
            seeds::find_vault(group).0,
            fund,
            seeds::find_fund_vault(&fund).0,
            self.group.rescuer,
            self.group.quote_mint,
            self.group.quote_token_program,
            ballast_interface::risk::instructions::INSTRUCTIONS,
            anchor_lang::system_program::ID,
        ];
        for program in [ids::ACCOUNT, ids::RISK, ids::LIQUIDATION] {
            all.extend([program, seeds::find_event_authority(&program).0]);
        }
        all.extend(self.markets.keys().map(|number| seeds::find_market(group, *number).0));
        all.extend(self.risks.keys().map(|number| seeds::find_market_risk(group, *number).0));
        all.extend(self.risks.values().map(|risk| risk.rules.feed.account));
        for (number, bank) in &self.banks {
            let address = seeds::find_bank(group, *number).0;
            all.extend([address, seeds::find_vault(&address).0, bank.mint]);
        }
        all.extend(self.venues.keys().map(|number| seeds::find_venue(group, *number).0));
        all.sort_unstable();
        all.dedup();
        all
    }
}

async fn numbered<T: Layout>(
    chain: &Chain,
    group: &Pubkey,
    number: impl Fn(&T) -> u16,
) -> Result<BTreeMap<u16, Box<T>>> {
    let found = chain.all::<T>(group).await?;
    Ok(found.into_iter().map(|held| (number(&held.state), Box::new(held.state))).collect())
}
