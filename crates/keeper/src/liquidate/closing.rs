//! Closing positions of an account that can pay nobody against those who hold the other side.

use super::{
    assemble::{Plan, Rescue, Why},
    taking::relief,
    units::{held, named, opposite, taken},
    weigh::{permitted, Fresh},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{Leg, MarginAccount},
    liquidation::DeleverageArgs,
    risk::{QuoteArgs, QuoteLeg, QuoteTerms, MAX_QUOTE_LEGS},
};

/// Winners that are asked, those with most on the other side first.
const ASKED: usize = 32;
/// Quotes for one plan.
const QUOTES: u32 = 256;

/// A position of an account, and the place of its other side in another.
struct Facing {
    place: u8,
    other: u8,
    lots: u64,
}

impl Rescue<'_> {
    /// Closes something against a winner, when the auction has run its time and there is too little to pay anybody.
    pub(super) fn closing(&self) -> Result<Plan, Why> {
        if !self.rules.has_run(self.seconds) {
            return Err(Why::waits("The auction has not run its time yet."));
        }
        let mut winners: Vec<(u64, Pubkey)> = self.winners().collect();
        winners.sort_unstable_by(|one, two| two.cmp(one));
        let mut left = QUOTES;
        for (_, winner) in winners.into_iter().take(ASKED) {
            let Ok(winner) = self.at.weigh.fresh(&winner) else { continue };
            match self.close_against(&winner, &mut left) {
                Err(Why::NoRelief) => {}
                other => return other,
            }
        }
        Err(Why::NoRelief)
    }

    /// Accounts with the other side of something, and how many lots of it.
    fn winners(&self) -> impl Iterator<Item = (u64, Pubkey)> + '_ {
        let scanner = &self.at.weigh.state.scanner;
        let others = scanner.keys().filter(|key| **key != self.account());
        others.filter_map(|key| {
            let other = scanner.account(key).filter(|other| other.liquidation_since == 0)?;
            let lots = self.facing(other).iter().map(|facing| facing.lots).sum::<u64>();
            (lots > 0).then_some((lots, *key))
        })
    }

    /// What another account holds the other side of.
    fn facing(&self, other: &MarginAccount) -> Vec<Facing> {
        let open = |leg: &Leg| leg.expiry == 0 || self.at.weigh.now < leg.expiry;
        let mut found = vec![];
        for (place, leg) in held(&self.fresh.state).filter(|(_, leg)| open(leg)) {
            let faces = |theirs: &Leg| {
                theirs.place() == leg.place() && theirs.quantity.signum() == -leg.quantity.signum()
            };
            if let Some((other, theirs)) = held(other).find(|(_, theirs)| faces(theirs)) {
                let lots = leg.quantity.unsigned_abs().min(theirs.quantity.unsigned_abs());
                found.push(Facing { place, other, lots });
            }
        }
        found
    }

    fn close_against(&self, winner: &Fresh, left: &mut u32) -> Result<Plan, Why> {
        let mut facing = self.facing(&winner.state);
        for one in &facing {
            match self.close(winner, std::slice::from_ref(one), one.lots, left) {
                Err(Why::NoRelief) => {}
                other => return other,
            }
        }
        facing.truncate(MAX_QUOTE_LEGS);
        self.close(winner, &facing, 1, left)
    }

    /// Closes so many units: of one position lots one by one, of several all at once.
    fn close(&self, winner: &Fresh, facing: &[Facing], units: u64, left: &mut u32) -> Result<Plan, Why> {
        // What is not found by then must wait until fewer stand in its way.
        *left = left.checked_sub(2).ok_or(Why::NoRelief)?;
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        let each = |facing: &Facing| (facing.lots / u64::from(units)).max(1);
        let legs: Vec<QuoteLeg> =
            facing.iter().map(|one| QuoteLeg { leg: one.place, lots: each(one) }).collect();
        let terms = QuoteTerms { target: self.rules.target, ..QuoteTerms::default() };
        let question = QuoteArgs { legs: legs.clone(), units, terms: Some(terms), all: false };
        let quote = relief(self.at.weigh.quote(&self.fresh.state, &question))?;
        let closed = quote.risk.get().max(0).saturating_mul(quote.units.into()) / i128::from(units.max(1));
        let poor = quote.before.value.get() <= self.rules.full_pay_down(closed);
        if !poor || quote.units == 0 || !permitted(quote.permitted) {
            return Err(Why::NoRelief);
        }
        let theirs = facing.iter().map(|one| QuoteLeg { leg: one.other, lots: each(one) }).collect();
        let question = QuoteArgs { legs: theirs, units: quote.units, terms: None, all: false };
        let trial = relief(self.at.weigh.quote(&winner.state, &question))?;
        let (before, after) = (trial.before.margins(), trial.after.margins());
        if after.maintenance > before.maintenance || after.initial > before.initial {
            // What hedges something stays.
            return Err(Why::NoRelief);
        }
        let closing = named(&opposite(&taken(&self.fresh.state, &legs, quote.units, &trial.prices)));
        let args = DeleverageArgs { legs, units: quote.units };
        let steps =
            self.at.build().deleverage(&self.fresh.held, &self.auction.beginner, &winner.held, &args)?;
        let plan = self.at.plan("deleverage", self.account(), self.guarded(steps, true));
        let what = format!("close {closing} of {} against {}", self.account(), winner.held.address);
        // With the group written, what it restores is released at once: an auction that stood still would have to run its
        // time again before the next.
        Ok(Plan { what, as_is: true, ..plan })
    }
}
