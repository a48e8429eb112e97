//! What an account owes that has nothing left: who bears it, hop by hop.

use super::{
    assemble::{Plan, Rescue, Why},
    units::held,
};
use crate::scan::Unfit;
use anchor_lang::prelude::Pubkey;
use ballast_interface::{account::token_value_up, liquidation::Hop, risk::FeedState};
use ballast_margin::units::STEPS;
use std::cmp::Reverse;

/// Seconds for which the keeper relies on fees that were taken in from all markets: half of what the insurance does, so
/// that its hop comes in time.
const SWEPT_SECONDS: i64 = 30;
/// Profits that are realised, or accounts that are counted, between two looks.
const AT_ONCE: usize = 8;
/// What part of all that is lent is much, if it stands beside what is counted of one account's cash: one in so many.
const MUCH: u128 = 1_000;
/// Profits below so many quote tokens are not worth a transaction.
const WORTH_REALISING: i128 = STEPS as i128;

impl Rescue<'_> {
    /// The next hop, if nothing is left to take or to sell; before the insurance pays, its fees are taken in from all
    /// markets; before claims are cut, profits that should bear their part are realised; before all lenders bear what is
    /// left, cash that should bear its part is counted.
    pub(super) fn waterfall(&self) -> Result<Option<Vec<Plan>>, Why> {
        // Less than a whole unit is no loss that anybody could bear.
        let lost = self.standing.value <= -self.at.weigh.unit() && self.fresh.state.owed() > 0;
        if !lost || !self.is_closed() || !self.is_sold()? {
            return Ok(None);
        }
        let hop = self.auction.hop;
        let waited = self.at.weigh.now.saturating_sub(self.auction.hop_at);
        if hop != Hop::Auction as u8 && waited < i64::from(self.rules.grace_seconds) {
            let plans = if hop == Hop::Insurance as u8 { self.realisations()? } else { vec![] };
            if plans.is_empty() {
                return Err(Why::waits("The next hop of its waterfall has to wait."));
            }
            return Ok(Some(plans));
        }
        if !self.is_priced()? {
            return Err(Why::waits("Its feeds do not permit a liquidation now."));
        }
        if hop == Hop::Auction as u8 && !self.is_swept() {
            let sweep = self.at.build().collect_insurance()?;
            return Ok(Some(vec![self.at.plan("sweep", self.account(), vec![sweep])]));
        }
        if hop >= Hop::Claims as u8 {
            let plans = self.countings();
            if !plans.is_empty() {
                return Ok(Some(plans));
            }
        }
        let steps = self.at.build().resolve_bankruptcy(&self.fresh.held, self.auction)?;
        Ok(Some(vec![self.at.plan("resolve", self.account(), steps)]))
    }

    /// Whether the insurance's fees came in from all markets of late. What the group holds for it by now is no matter: it is
    /// taken in with the hop, and whoever asked for none would sweep for as long as somebody takes over elsewhere.
    fn is_swept(&self) -> bool {
        let fund = self.at.weigh.state.exchange.fund.as_ref();
        fund.is_some_and(|fund| self.at.weigh.now.saturating_sub(fund.swept_at) <= SWEPT_SECONDS)
    }

    /// Whether there are no positions but options bought that are worth next to nothing.
    fn is_closed(&self) -> bool {
        let account = &self.fresh.state;
        let mut legs = held(account).map(|(_, leg)| leg).peekable();
        if legs.peek().is_none() {
            return true;
        }
        let bought = legs.all(|leg| !leg.is_linear() && leg.quantity > 0);
        let claims: i128 = account.markets.iter().map(|row| i128::from(row.unpaid_profit)).sum();
        let money = (i128::from(account.cash) + claims).saturating_mul(self.at.weigh.unit());
        bought && self.standing.value.saturating_sub(money) <= i128::from(STEPS)
    }

    /// Whether prices of all positions would permit to close them, or are gone for good.
    fn is_priced(&self) -> Result<bool, Why> {
        let weigh = &self.at.weigh;
        for (_, leg) in held(&self.fresh.state) {
            if weigh.state.exchange.risk(leg.market)?.lets_liquidate(weigh.now) == Some(false) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether tokens are worth next to nothing together.
    fn is_sold(&self) -> Result<bool, Why> {
        let weigh = &self.at.weigh;
        let decimals = weigh.state.exchange.group.quote_decimals;
        let mut worth = 0i128;
        for token in self.fresh.state.collateral.iter().filter(|token| token.bank != 0) {
            let risk = weigh.state.exchange.risk(token.market)?;
            match risk.lets_liquidate(weigh.now) {
                None => continue,
                Some(false) => return Ok(false),
                Some(true) => {}
            }
            let own = risk.rules.token_decimals;
            let value = token_value_up(token.amount, own, risk.price.index, decimals).map_err(Unfit::from)?;
            worth = worth.saturating_add(value.into());
        }
        Ok(worth.saturating_mul(weigh.unit()) <= i128::from(STEPS))
    }

    /// Open profits in markets that the account owes something to, the largest first, until they cover what it owes there.
    fn realisations(&self) -> Result<Vec<Plan>, Why> {
        let owes = self.fresh.state.markets.iter().filter(|row| row.unpaid_profit < 0);
        let mut found = vec![];
        for row in owes {
            let done = self.at.rows.realised(&self.account(), self.auction.began_at, row.market);
            let mut left = i128::from(row.unpaid_profit).saturating_neg() - done;
            if left <= 0 {
                continue;
            }
            let mut open = vec![];
            for winner in self.at.weigh.state.scanner.keys() {
                open.extend(self.realisation(row.market, winner)?);
            }
            open.sort_by_key(|(profit, _)| Reverse(*profit));
            for one in open {
                if left <= 0 {
                    break;
                }
                left -= i128::from(one.0);
                found.push(one);
            }
        }
        found.sort_by_key(|(profit, _)| Reverse(*profit));
        Ok(found.into_iter().take(AT_ONCE).map(|(_, plan)| plan).collect())
    }

    /// Lenders whose cash is much beside what is counted, either way, the most first: it is what is counted that bears a
    /// shared loss, be there more or less of it than they have. Once for each, whatever comes of it.
    fn countings(&self) -> Vec<Plan> {
        let state = self.at.weigh.state;
        let much = (state.exchange.group.lent() / MUCH).max(1);
        let beside = |lender: &Pubkey| {
            let done = (self.account(), self.auction.began_at, *lender, 0);
            let known = state.scanner.account(lender)?;
            let beside = u128::from(known.uncounted.unsigned_abs());
            // Who owes before and after bears nothing.
            let lends = known.counted > 0 || known.cash > 0;
            let due = lends && beside >= much && *lender != self.account();
            (due && !self.at.rows.is_realised(&done)).then_some((beside, *lender))
        };
        let mut found: Vec<(u128, Pubkey)> = state.scanner.keys().filter_map(beside).collect();
        found.sort_unstable_by_key(|(beside, lender)| (Reverse(*beside), *lender));
        let plan = |(_, lender): (u128, Pubkey)| {
            let steps = self.at.build().refresh_account(&state.held(&lender)?).ok()?;
            let plan = self.at.plan("count", self.account(), steps);
            let target = format!("count {lender} for {}", self.account());
            let what = format!("count the cash of {lender} before {} is borne by all", self.account());
            Some(Plan { target, what, as_is: true, realises: Some((lender, 0, 0)), ..plan })
        };
        found.into_iter().filter_map(plan).take(AT_ONCE).collect()
    }

    fn realisation(&self, market: u16, winner: &Pubkey) -> Result<Option<(i64, Plan)>, Why> {
        let weigh = &self.at.weigh;
        let linear = |leg: &ballast_interface::account::Leg| leg.market == market && leg.is_linear();
        let holds = weigh.state.scanner.account(winner).is_some_and(|of| of.legs.iter().any(linear));
        let done = (self.account(), self.auction.began_at, *winner, market);
        if !holds || *winner == self.account() || self.at.rows.is_realised(&done) {
            return Ok(None);
        }
        let Ok(mut fresh) = weigh.fresh(winner) else { return Ok(None) };
        let risk = weigh.state.exchange.risk(market)?;
        if risk.price_state(weigh.now).0 != FeedState::Good {
            return Ok(None);
        }
        let profit = fresh.state.realise(&mut weigh.market(market)?, risk, weigh.now).unwrap_or(0);
        if i128::from(profit).saturating_mul(weigh.unit()) < WORTH_REALISING {
            return Ok(None);
        }
        let steps = self.at.build().realise_profit(&self.account(), &fresh.held, market)?;
        let plan = self.at.plan("realise", self.account(), steps);
        let target = format!("realise {winner} {market} for {}", self.account());
        let what = format!("realise the profit of {winner} in market {market} for {}", self.account());
        Ok(Some((profit, Plan { target, what, realises: Some((*winner, market, profit)), ..plan })))
    }
}
