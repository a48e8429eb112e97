//! From an intent to a plan: what to send, and what it is expected to bring.

use super::{
    decide::Intent,
    execute::target,
    own::{Getting, Own, Rows},
    units::held,
    weigh::{margins, permitted, Fresh, Weigh},
};
use crate::{
    attempt::BASE_FEE,
    scan::{Standing, Unfit},
    Settings,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, Instruction};
use ballast_interface::{
    liquidation::{Auction, RescueRules},
    risk::{LiquidationQuote, QuoteTerms},
};
use std::time::Instant;

/// What is to be sent for an account, and what is expected of it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it is, in a word.
    pub name: &'static str,
    /// The account in need.
    pub account: Pubkey,
    /// What failures of it are counted with.
    pub target: String,
    /// A line for people.
    pub what: String,
    /// What to send.
    pub steps: Vec<Instruction>,
    /// The program's quote, if it takes positions over.
    pub quote: Option<Box<LiquidationQuote>>,
    /// What it should bring, fees paid, in 10^-10 quote; below zero what it costs.
    pub profit: i128,
    /// Steps of 10^-10 quote in a quote unit.
    pub unit: i128,
    /// What the keeper's account gets.
    pub getting: Option<Getting>,
    /// The winner, the market whose profit it realises, and how much that is, in quote units; of a lender whose cash it
    /// counts, zeros.
    pub realises: Option<(Pubkey, u16, i64)>,
    /// Whether the group is to be written even where that is not needed for what is done.
    pub as_is: bool,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// An account cannot be weighed.
    #[error("{0}")]
    Unfit(#[from] Unfit),
    /// The instructions cannot be built.
    #[error("{0}")]
    Unbuildable(#[from] ballast_client::Error),
    /// It is not time yet.
    #[error("{0}")]
    Waits(String),
    /// Nothing of the kind makes the account healthier.
    #[error("Nothing of it helps.")]
    NoRelief,
    /// There is too little to rescue.
    #[error("There is too little to rescue.")]
    Small,
    /// The keeper's account has no room for it.
    #[error("The keeper's account has no room for it.")]
    NoRoom,
}

impl Why {
    /// Waiting, for a reason.
    pub(super) fn waits(why: impl Into<String>) -> Self {
        Self::Waits(why.into())
    }
}

/// What plans are made of: pure, so that the same makes the same.
pub struct Assembly<'a> {
    /// What is known.
    pub weigh: Weigh<'a>,
    /// What the keeper was told.
    pub settings: &'a Settings,
    /// The keeper's key.
    pub payer: Pubkey,
    /// The keeper's account.
    pub own: Pubkey,
    /// What is under way.
    pub rows: &'a Rows,
    /// Whether a plan shall only be executed on the very state that it was made for. Positions are named by their places,
    /// which move when somebody else is first. Anybody can change an account's count without changing its positions,
    /// though: whoever lost the race several times goes without, where no place can mean anything else.
    pub guarded: bool,
}

/// A rescue under way, as a plan for it is made.
pub(super) struct Rescue<'a> {
    pub at: &'a Assembly<'a>,
    pub rules: &'a RescueRules,
    pub auction: &'a Auction,
    /// Since the auction began.
    pub seconds: i64,
    pub fresh: Fresh,
    pub standing: Standing,
}

/// Plans for an intent, in the order in which they are to be sent.
pub fn assemble(at: &Assembly, intent: &Intent) -> Result<Vec<Plan>, Why> {
    let rules = at.weigh.rules().ok_or_else(|| Why::waits("The group has no insurance fund."))?;
    let fresh = at.weigh.fresh(intent.account())?;
    match intent {
        Intent::Begin(_) => at.begin(&fresh).map(|plan| vec![plan]),
        Intent::Find(_) => Err(Why::waits("Its auction is not known yet.")),
        Intent::Drive(account) => {
            let auction = at.weigh.state.auctions.get(account);
            let auction = auction.ok_or_else(|| Why::waits("Its auction is not known yet."))?;
            let seconds = auction.seconds(at.weigh.now);
            if !fresh.state.has_liabilities() {
                return at.end(&fresh, auction).map(|plan| vec![plan]);
            }
            let standing = at.weigh.standing(&fresh.state)?;
            Rescue { at, rules, auction, seconds, fresh, standing }.drive()
        }
    }
}

impl<'a> Assembly<'a> {
    /// Builds instructions.
    pub(super) fn build(&self) -> Build<'a> {
        Build::new(&self.weigh.state.exchange)
    }

    /// A plan of which nothing is expected but that it is done.
    pub(super) fn plan(&self, name: &'static str, account: Pubkey, steps: Vec<Instruction>) -> Plan {
        Plan {
            name,
            account,
            target: target(&account),
            what: format!("{name} for {account}"),
            steps,
            quote: None,
            profit: -self.fee(),
            unit: self.weigh.unit(),
            getting: None,
            realises: None,
            as_is: false,
        }
    }

    /// Most that a transaction costs, in 10^-10 quote.
    pub(super) fn fee(&self) -> i128 {
        let lamports = i128::from(BASE_FEE.saturating_add(self.settings.priority_cap));
        lamports.saturating_mul(self.settings.sol_price.0) / 1_000_000_000
    }

    /// What a taking may cost now.
    fn bearable(&self) -> i128 {
        let left = self.settings.loss_budget.0.saturating_sub(self.rows.lost(Instant::now()));
        self.settings.max_loss.0.min(left.max(0))
    }

    fn begin(&self, fresh: &Fresh) -> Result<Plan, Why> {
        let standing = self.weigh.standing(&fresh.state)?;
        if standing.health >= 0 || !permitted(standing.permitted) {
            return Err(Why::waits("It is not below maintenance margin by usable prices."));
        }
        let short = standing.health.saturating_neg();
        if standing.maintenance.max(short) < self.settings.least_rescue.0 && !self.rewards(&standing) {
            return Err(Why::Small);
        }
        let steps = self.build().begin(&fresh.held, &self.payer)?;
        Ok(self.plan("begin", fresh.held.address, steps))
    }

    /// Whether the reward for closing a small account pays for the trouble.
    fn rewards(&self, standing: &Standing) -> bool {
        let unit = self.weigh.unit();
        self.weigh.rules().is_some_and(|rules| {
            let small = standing.maintenance <= i128::from(rules.small).saturating_mul(unit);
            // No more is paid than the account is worth.
            let reward = i128::from(rules.small_reward).saturating_mul(unit).min(standing.value);
            // It is begun and closed.
            small && reward >= 2 * self.fee() + self.settings.min_profit.0
        })
    }

    fn end(&self, fresh: &Fresh, auction: &Auction) -> Result<Plan, Why> {
        let steps = self.build().end(&fresh.held, &auction.beginner)?;
        Ok(self.plan("end", fresh.held.address, steps))
    }
}

impl Rescue<'_> {
    /// The next thing to do: end it, take over, sell, close against winners, or let the loss be borne.
    fn drive(&self) -> Result<Vec<Plan>, Why> {
        let permitted = permitted(self.standing.permitted);
        // Whoever was restored is released while he has his maintenance margin; below that, his auction begins anew: it stood
        // still, and what it offered stayed small.
        let idle = self.auction.idle != 0;
        if permitted && (idle || self.rules.above_target(&margins(&self.standing)) >= 0) {
            return self.at.end(&self.fresh, self.auction).map(|plan| vec![plan]);
        }
        if let Some(plans) = self.waterfall()? {
            return Ok(plans);
        }
        if !permitted {
            return Err(Why::waits("Its feeds do not permit a liquidation now."));
        }
        let mut first = None;
        for way in [Self::taking, Self::sale, Self::closing] {
            match way(self) {
                Ok(plan) => return Ok(vec![plan]),
                // What could be done but for the price or the keeper's room says more than what cannot help.
                Err(Why::NoRelief) => {}
                Err(why) => first = first.or(Some(why)),
            }
        }
        Err(first.unwrap_or(Why::NoRelief))
    }

    /// The account.
    pub(super) fn account(&self) -> Pubkey {
        self.fresh.held.address
    }

    /// The keeper's account with all that is on its way to it.
    pub(super) fn own(&self) -> Result<Own, Why> {
        let known = self.at.weigh.state.held(&self.at.own);
        let fit = known.is_some_and(|own| own.state.liquidation_since == 0);
        if !fit {
            return Err(Why::waits("The keeper has no account that could take over."));
        }
        Ok(Own::new(&self.at.weigh, &self.at.own, &self.at.rows.coming())?)
    }

    /// The terms of the moment.
    pub(super) fn terms(&self) -> QuoteTerms {
        let RescueRules { insurance, target, small, .. } = *self.rules;
        QuoteTerms { discount: self.rules.discount(self.seconds), insurance, target, small }
    }

    /// Instructions behind the check that the account is as it was seen; whether they name places of positions matters.
    pub(super) fn guarded(&self, steps: Vec<Instruction>, named: bool) -> Vec<Instruction> {
        // Of several positions, another one may be in the same place by then.
        let several = held(&self.fresh.state).nth(1).is_some();
        let check =
            (self.at.guarded || named && several).then(|| self.at.build().check_sequence(&self.fresh.held));
        check.into_iter().chain(steps).collect()
    }

    /// Refuses what brings too little, as long as waiting may bring more.
    pub(super) fn worth(&self, profit: i128) -> Result<(), Why> {
        let settings = self.at.settings;
        let patient = i64::from(self.rules.auction_seconds).saturating_add(settings.last_resort.whole());
        let floor =
            if self.seconds < patient { settings.min_profit.0 } else { self.at.bearable().saturating_neg() };
        if profit >= floor {
            return Ok(());
        }
        Err(Why::waits(format!(
            "It would bring {} dollars, and {} are the least: the discount grows.",
            crate::config::Dollars(profit),
            crate::config::Dollars(floor)
        )))
    }
}
