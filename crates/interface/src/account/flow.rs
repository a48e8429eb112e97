//! What an instruction did to one account's money: enough to rebuild every balance from history.

use anchor_lang::prelude::*;

/// One market's part of what happened to an account.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MarketFlow {
    /// Number of the market.
    pub market: u16,
    /// Funding that the account got, or owes if below zero.
    pub funding: i64,
    /// Profit that was realised, or loss.
    pub realised: i64,
    /// What the pool paid to the account's cash, or got from it if below zero.
    pub settled: i64,
    /// What was cut from a claim on the pool, never below zero.
    pub cut: i64,
}

/// What happened to one account, in quote units. Cash rose by interest and by what the pools settled, and fell by
/// what was paid and by the fee; what a market has not settled rose by funding and by what was realised, and fell by
/// what was settled and by what was cut.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// The account.
    pub margin_account: Pubkey,
    /// Its count of changes, after this one.
    pub sequence: u64,
    /// Interest that the account got, or paid if below zero.
    pub interest: i64,
    /// Cash that was paid out: for options, for spot, to somewhere else. What came in is below zero.
    pub paid: i64,
    /// Fee.
    pub fee: i64,
    /// Cash after all of it.
    pub cash: i64,
    /// By market.
    pub markets: Vec<MarketFlow>,
}

impl Flow {
    /// The part of a market, which is made if there is none.
    pub fn market(&mut self, number: u16) -> &mut MarketFlow {
        let place = self.markets.iter().position(|flow| flow.market == number);
        let place = place.unwrap_or_else(|| {
            self.markets.push(MarketFlow { market: number, ..MarketFlow::default() });
            self.markets.len().saturating_sub(1)
        });
        &mut self.markets[place]
    }
}
