//! By what accounts are weighed.

use crate::reading::{Reader, Unreadable};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    risk::{MarketRisk, Model},
    seeds,
};

/// A group's model, and the risks of all markets: of those that are traded, and those that price or move tokens.
#[derive(Clone)]
pub struct Opinion {
    /// The model.
    pub model: Box<Model>,
    /// The risks, by rising number of the market.
    pub risks: Vec<MarketRisk>,
}

impl Opinion {
    /// Reads a group's opinion by the numbers of its markets and a way to an account's owner and data.
    pub fn read(
        group: &Pubkey,
        markets: &[u16],
        fetch: impl FnMut(&Pubkey) -> Option<(Pubkey, Vec<u8>)>,
    ) -> Result<Self, Unreadable> {
        let mut reader = Reader(fetch);
        let address = seeds::find_model(group).0;
        let model = reader.get::<Model>("risk model", Model::VERSION, &address)?;
        let mut risks = vec![];
        for number in markets {
            let address = seeds::find_market_risk(group, *number).0;
            risks.push(*reader.get::<MarketRisk>("market's risk", MarketRisk::VERSION, &address)?);
        }
        risks.sort_by_key(|risk| risk.market);
        Ok(Self { model, risks })
    }

    /// The risk of a market.
    pub fn risk(&self, number: u16) -> Option<&MarketRisk> {
        let place = self.risks.binary_search_by_key(&number, |risk| risk.market).ok()?;
        self.risks.get(place)
    }
}
