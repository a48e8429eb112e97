//! Doing what was planned, and counting what it brought.

use super::{
    assemble::{assemble, Assembly, Plan, Why},
    decide::Intent,
    own::Coming,
    weigh::Weigh,
};
use crate::{attempt::LINGER, Job, Keeper, Outcome};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Event, Sent};
use ballast_interface::seeds::find_auction;
use std::time::Instant;
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::block_in_place,
};

/// Name of the role, for logs and metrics.
pub(super) const ROLE: &str = "liquidate";
/// Races lost in a row after which a plan goes without the check that nothing has changed.
const LOST: u32 = 3;

/// A plan, what of it the keeper counts on already, and when the rescue began that it is for.
type Noted<'a> = (Plan, Option<Coming<'a>>, i64);

/// What came of an intent.
#[derive(Debug)]
pub enum Pursued {
    /// Something was tried.
    Tried,
    /// There is nothing to do for now, or it has to wait.
    Idle,
}

impl Keeper {
    /// Plans for an account, and tries what was planned.
    pub(super) async fn pursue(&self, intent: Intent) -> Pursued {
        let account = *intent.account();
        if let Intent::Find(_) = intent {
            self.reread(&[account, find_auction(&account).0]).await;
            let found = self.state.read().await.auctions.contains_key(&account);
            return if found { Pursued::Tried } else { Pursued::Idle };
        }
        let plans = match self.planned(&intent).await {
            Ok(plans) => plans,
            Err(why) => {
                tracing::debug!(%account, %why, "nothing is planned");
                self.metrics.attempts.with_label_values(&[ROLE, "unplanned", reason(&why)]).inc();
                return Pursued::Idle;
            }
        };
        let mut pursued = Pursued::Idle;
        for (plan, coming, began) in plans {
            let outcome = self.execute(&plan).await;
            // Nobody was asked, or nobody answered: it is still to be done. Not so if it waits since it was refused.
            let again = match &outcome {
                None | Some(Outcome::Unheard(_)) => true,
                Some(Outcome::Waiting) => !self.ledger.is_refused(&plan.target),
                Some(_) => false,
            };
            if let (false, Some((winner, market, profit))) = (again, plan.realises) {
                // Once for each rescue, whatever comes of it: prices move, and there would be no end of it.
                self.desk.rows().realise((plan.account, began, winner, market), profit);
            }
            if outcome.as_ref().is_some_and(|outcome| !matches!(outcome, Outcome::Waiting)) {
                pursued = Pursued::Tried;
            }
            match (coming, outcome) {
                (Some(coming), Some(Outcome::Open(_))) => coming.linger(Instant::now() + LINGER),
                (Some(coming), Some(Outcome::Done(_))) => coming.arrived(),
                // By now the keeper's account was read anew.
                (coming, _) => drop(coming),
            }
            if self.is_stopping() {
                break;
            }
        }
        pursued
    }

    /// Plans for an intent, with what each brings to the keeper's account taken note of.
    async fn planned(&self, intent: &Intent) -> Result<Vec<Noted<'_>>, Why> {
        let now = self.now().await;
        let state = self.state.read().await;
        let mut rows = self.desk.rows();
        let target = target(intent.account());
        let assembly = Assembly {
            weigh: Weigh { state: &state, now },
            settings: &self.settings,
            payer: self.sender.payer(),
            own: self.own,
            rows: &rows,
            guarded: self.ledger.superseded(&target) < LOST,
        };
        // It may ask the engine hundreds of times: nothing else must wait for that.
        let plans = aside(|| assemble(&assembly, intent))?;
        let began = state.auctions.get(intent.account()).map_or(0, |auction| auction.began_at);
        let noted = plans.into_iter().map(|plan| {
            let coming = plan
                .getting
                .clone()
                .map(|getting| rows.add_costing(&self.desk, getting, plan.profit.saturating_neg()));
            (plan, coming, began)
        });
        Ok(noted.collect())
    }

    /// Tries a plan.
    async fn execute(&self, plan: &Plan) -> Option<Outcome> {
        let Plan { target, what, steps, as_is, .. } = plan.clone();
        let job = Job { target, what, steps, as_is };
        match self.attempt(ROLE, &job).await {
            Ok(outcome) => {
                if let (Outcome::Done(sent), true) = (&outcome, plan.getting.is_some()) {
                    self.count(plan, sent).await;
                }
                Some(outcome)
            }
            Err(error) => {
                tracing::warn!(%error, "a plan could not be tried");
                None
            }
        }
    }

    /// Counts what a taking brought: what the programs report, or what was expected, if nobody can tell.
    async fn count(&self, plan: &Plan, sent: &Sent) {
        let events = self.sender.events(&sent.signature).await.unwrap_or_default();
        let paid = events.iter().find_map(|event| match event {
            Event::Liquidated(taken) => Some(i128::from(taken.paid).saturating_mul(plan.unit) as f64 / 1e10),
            _ => None,
        });
        let expected = plan.profit as f64 / 1e10;
        self.metrics.profit.add(paid.unwrap_or(expected));
        self.metrics.takings.with_label_values(&[plan.name]).inc();
    }
}

/// Computes something without holding up what runs beside it.
fn aside<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => block_in_place(work),
        _ => work(),
    }
}

/// A word for metrics.
const fn reason(why: &Why) -> &'static str {
    match why {
        Why::Unfit(_) => "unfit",
        Why::Unbuildable(_) => "unbuildable",
        Why::Waits(_) => "waits",
        Why::NoRelief => "no_relief",
        Why::NoRoom => "no_room",
        Why::Small => "small",
    }
}

/// The target of an account's rescue, as attempts count it.
pub(super) fn target(account: &Pubkey) -> String {
    format!("rescue {account}")
}
