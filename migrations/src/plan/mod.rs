//! Comparing a cluster with a description, and bringing it there.

mod banks;
mod cluster;
mod cost;
mod group;
mod line;
mod markets;
mod model;
mod step;
mod token;
mod view;

pub use cluster::Cluster;
pub use cost::Cost;
pub use line::{Line, Sign};
pub(crate) use step::{By, Work};
pub use step::{Part, Step};

use crate::{
    keys::Keys,
    program,
    rules::{differences, Slots},
    wrong::Error,
    Description,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Chain, Instruction, Sender, Signature};
use serde_json::{json, Value};

/// What there is to do on a cluster, as it stood when it was read.
#[derive(Clone, Default)]
pub struct Plan {
    /// The cluster, and who pays.
    pub cluster: Cluster,
    /// Every thing, and what becomes of it.
    pub lines: Vec<Line>,
    /// What is done, in this order.
    pub steps: Vec<Step>,
    /// What it costs.
    pub cost: Cost,
    /// Address of the group, if one is described.
    pub group: Option<Pubkey>,
    keys: Keys,
}

/// A step that was done.
#[derive(Clone, Debug)]
pub struct Done {
    /// What it did, in words.
    pub words: String,
    /// Signatures of what was sent.
    pub signatures: Vec<Signature>,
}

/// Where an application of a plan is.
#[derive(Clone, Copy)]
pub struct Progress<'a> {
    /// Number of the step, from zero on.
    pub step: usize,
    /// What it does.
    pub words: &'a str,
    /// How far it is, for long ones.
    pub part: Option<Part>,
}

/// Reads a cluster and compares it with a description; whoever pays is the payer of rents and fees.
pub async fn plan(
    chain: &Chain,
    description: &Description,
    keys: &Keys,
    payer: &Pubkey,
) -> Result<Plan, Error> {
    let cluster = Cluster::read(chain, payer, description.genesis).await?;
    let plan = Plan { cluster, keys: keys.clone(), ..Plan::default() };
    let mut planner = Planner { chain, keys, payer: *payer, plan, needs: vec![] };
    for program in &description.programs {
        program::plan(&mut planner, program).await?;
    }
    if let Some(group) = &description.group {
        group::plan(&mut planner, group).await?;
    }
    planner.count().await?;
    Ok(planner.plan)
}

/// What broke an application off, and what was done before.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Broken {
    /// What went wrong.
    pub error: Error,
    /// Steps that were done, and what was sent for the one that was not.
    pub done: Vec<Done>,
}

/// Carries a plan out, step by step; the first one that goes wrong ends it, and the same can be begun again.
pub async fn apply(
    plan: &Plan,
    sender: &Sender,
    told: &mut dyn FnMut(Progress<'_>),
) -> Result<Vec<Done>, Broken> {
    let mut done = vec![];
    match each(plan, sender, told, &mut done).await {
        Ok(()) => Ok(done),
        Err(error) => Err(Broken { error, done }),
    }
}

async fn each(
    plan: &Plan,
    sender: &Sender,
    told: &mut dyn FnMut(Progress<'_>),
    done: &mut Vec<Done>,
) -> Result<(), Error> {
    plan.must_be_possible()?;
    // Nothing is sent before all keys are there.
    plan.steps.iter().try_for_each(|step| step.signers(&plan.keys).map(drop))?;
    for (number, step) in plan.steps.iter().enumerate() {
        let words = &step.words[..];
        told(Progress { step: number, words, part: None });
        let mut part = |part| told(Progress { step: number, words, part: Some(part) });
        let mut signatures = vec![];
        let applied = step.apply(sender, &plan.keys, &mut part, &mut signatures).await;
        let whole = applied.is_ok();
        if whole || !signatures.is_empty() {
            let words = if whole { words.to_owned() } else { format!("{words}, in part") };
            done.push(Done { words, signatures });
        }
        applied?;
    }
    Ok(())
}

impl Plan {
    /// Whether the cluster is as described.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.refusals().next().is_none()
    }

    /// The plan with no more than its first steps.
    pub fn first(mut self, steps: usize) -> Self {
        self.steps.truncate(steps);
        self
    }

    /// What differs and cannot be changed.
    pub fn refusals(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.sign == Sign::Refuse)
    }

    /// Refuses a plan with something that cannot be changed.
    pub fn must_be_possible(&self) -> Result<(), Error> {
        let refusals: Vec<_> = self.refusals().map(Line::words).collect();
        match refusals.is_empty() {
            true => Ok(()),
            false => Err(Error::Unchangeable(format!("{}.", refusals.join("; ")))),
        }
    }

    /// Refuses if a later plan of the same description is another one: somebody changed the cluster meanwhile.
    pub fn must_still_be(&self, later: &Self) -> Result<(), Error> {
        let differs = self.cluster != later.cluster || self.lines != later.lines;
        if differs {
            return Err(Error::Moved);
        }
        Ok(())
    }

    /// Numbers of things to be created, rules to be changed, things that are the same, and refusals.
    fn counts(&self) -> [usize; 4] {
        [Sign::Create, Sign::Change, Sign::Same, Sign::Refuse]
            .map(|sign| self.lines.iter().filter(|line| line.sign == sign).count())
    }

    /// The plan like a patch: the cluster in its first line, a summary in its last one.
    pub fn diff(&self) -> String {
        let mut text = format!("{}\n", self.cluster);
        text.extend(self.lines.iter().map(|line| format!("{line}\n")));
        if self.cost != Cost::default() {
            text += &format!("{}.\n", self.cost);
        }
        let [create, change, same, refuse] = self.counts();
        let summary = match (self.is_empty(), refuse) {
            (true, _) => format!("Nothing to do: {same} the same.\n"),
            (_, 0) => format!("{create} to create, {change} to change, {same} the same.\n"),
            _ => format!(
                "{create} to create, {change} to change, {same} the same, {refuse} cannot be changed.\n"
            ),
        };
        text += &summary;
        text
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        let [create, change, same, refuse] = self.counts();
        let lines: Vec<_> = self.lines.iter().map(Line::json).collect();
        let steps: Vec<_> = self.steps.iter().map(|step| &step.words).collect();
        let group = self.group.map(|group| group.to_string());
        json!({
            "cluster": self.cluster.json(), "cost": self.cost.json(), "group": group, "lines": lines, "steps": steps,
            "create": create, "change": change, "same": same, "refused": refuse,
        })
    }
}

/// A plan that is being made.
pub(crate) struct Planner<'a> {
    /// The cluster.
    pub chain: &'a Chain,
    /// Keys by their names.
    pub keys: &'a Keys,
    /// Who pays.
    pub payer: Pubkey,
    /// What there is of the plan.
    pub plan: Plan,
    /// What lamports are needed for.
    needs: Vec<cost::Need>,
}

impl Planner<'_> {
    /// Takes note of a whole thing.
    pub fn note(&mut self, sign: Sign, thing: &str, note: impl Into<String>) {
        self.plan.lines.push(Line::whole(sign, thing, note));
    }

    /// Takes note of a rule that differs.
    pub fn change(&mut self, thing: &str, rule: &str, from: &str, to: &str) {
        self.plan.lines.push(Line::rule(thing, rule, from, to));
    }

    /// Takes note of what differs and cannot be changed; nothing where it does not differ.
    pub fn fixed(&mut self, thing: &str, rule: &str, [from, to]: [&Pubkey; 2], why: &str) {
        if from != to {
            let line = Line::rule(thing, rule, &from.to_string(), &to.to_string());
            self.plan.lines.push(line.refused(why));
        }
    }

    /// Takes note of all rules of a section that differ, of which some never change; says whether any does.
    pub fn compare(
        &mut self,
        thing: &str,
        section: &str,
        old: &Slots<'_>,
        new: &Slots<'_>,
        never: &[&str],
    ) -> bool {
        let differences = differences(old, new);
        for (name, from, to) in &differences {
            let line = Line::rule(thing, &format!("{section}.{name}"), from, to);
            self.plan.lines.push(match never.contains(name) {
                true => line.refused("it never changes"),
                false => line,
            });
        }
        !differences.is_empty()
    }

    /// A transaction that the payer and some names sign.
    pub fn send(&mut self, words: impl Into<String>, instructions: Vec<Instruction>, signers: &[&str]) {
        let by = signers.iter().map(|name| By::Name((*name).to_owned())).collect();
        self.send_by(words, instructions, by);
    }

    /// A transaction that the payer and others sign.
    pub fn send_by(&mut self, words: impl Into<String>, instructions: Vec<Instruction>, by: Vec<By>) {
        self.plan.steps.push(Step { words: words.into(), work: Work::Send(instructions, by) });
    }
}
