//! What a day leaves in memory beside its record: enough to play it again under other rules.

use ballast_interface::{
    account::{Group, Market, TradeLeg},
    risk::{MarketRisk, Model},
};

/// A day as it was played, by places in the record's `people` and `steps`.
pub struct Tape {
    /// The model, which stays the same all day.
    pub model: Box<Model>,
    /// What each of `people` began with, in the same order.
    pub starts: Vec<Start>,
    /// Every trade that was accepted, in order; rescues, expiry and the closing after the last step are not among them.
    pub flow: Vec<Traded>,
    /// What was known at the end of each step, in the order of `steps`.
    pub views: Vec<View>,
    /// What keepers took over, in order; the closing's takings are among them, later than the last view.
    pub taken: Vec<Taken>,
    /// What others bore for bankrupt accounts, in order; the closing's, too.
    pub borne: Vec<Borne>,
}

impl Tape {
    /// Whether something happened before the closing.
    pub fn is_of_day(&self, time: i64) -> bool {
        self.views.last().is_some_and(|view| time <= view.time)
    }
}

/// What somebody brought.
#[derive(Clone, Debug)]
pub struct Start {
    /// Place in `people`.
    pub person: usize,
    /// Cash in quote units.
    pub cash: i64,
    /// Tokens: bank, the market that prices it, amount.
    pub tokens: Vec<(u16, u16, u64)>,
}

/// A trade between two accounts.
#[derive(Clone, Debug)]
pub struct Traded {
    /// Place in `steps`: prices are those of that step.
    pub step: usize,
    /// When.
    pub time: i64,
    /// Whose lots have the signs of `legs`: above zero he buys.
    pub first: usize,
    /// Who has the other side.
    pub second: usize,
    /// Positions or tokens (kind 0) at executed prices, in quote units a lot.
    pub legs: Vec<TradeLeg>,
    /// What each paid to the venue, the group and the insurance, in quote units.
    pub fees: [i64; 2],
}

/// What was known at the end of a step: the group's accounts as they stood on chain.
pub struct View {
    /// When.
    pub time: i64,
    /// The group, with its indices of interest.
    pub group: Box<Group>,
    /// Risks by market: price, forecast, surfaces.
    pub risks: Vec<MarketRisk>,
    /// Markets: funding, pools, dates.
    pub markets: Vec<Market>,
}

/// What a keeper took over from an account.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Place in `steps`.
    pub step: usize,
    /// When.
    pub time: i64,
    /// Whose it was.
    pub person: usize,
    /// Who took it over.
    pub keeper: usize,
    /// Positions at the mark; lots above zero are what the account under liquidation buys.
    pub legs: Vec<TradeLeg>,
    /// Tokens: bank, the market that prices it, amount.
    pub tokens: Option<(u16, u16, u64)>,
    /// What the keeper was paid beside the mark; for tokens, below zero what he paid for them.
    pub paid: i64,
    /// What the insurance was paid.
    pub insurance: i64,
}

/// What others bore of what a bankrupt account owed.
#[derive(Clone, Copy, Debug)]
pub struct Borne {
    /// Place in `steps`.
    pub step: usize,
    /// When.
    pub time: i64,
    /// Whose debt it was.
    pub person: usize,
    /// Who bore it.
    pub by: Bearer,
    /// How much, in quote units.
    pub amount: i64,
}

/// Who stands for a bankrupt account, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// The insurance fund.
    Insurance,
    /// Winners, whose claims are cut.
    Winners,
    /// All lenders, who share it.
    Lenders,
}
