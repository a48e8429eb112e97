//! Two keepers: the real ones' deciding and planning, each with an account, capital and settings of its own.
//!
//! Their view of the chain is the stage's, which follows every transaction. Who is first at something is chance's; whoever is
//! second sometimes sends what was planned before, and is refused.

use crate::{
    broken::Broken,
    cast::{Kind, Person},
    record::Rescue,
    rescued::{self, Before},
    stage::Stage,
    tape::{Borne, Taken},
    trade::places,
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::liquidation::instructions::tags;
use ballast_keeper::{
    liquidate::{assemble, decide, Assembly, Desk, Intent, Plan},
    RunArgs, Settings,
};
use ballast_testkit::{Failure, Outcome, Random, Signer};

/// What both are told, and what each is told beside.
const COMMON: [(&str, &str); 5] = [
    ("max_loss", "50000"),
    ("loss_budget", "1000000000"),
    ("max_risk", "2500000"),
    ("last_resort", "60"),
    ("own_floor", "0.1"),
];
const APART: [(&str, &str); 2] = [("min_profit", "150"), ("min_profit", "300")];
/// Most rounds of both between two prices.
const ROUNDS: usize = 10;
/// How often whoever is second sends, too, in a hundred times.
const RACES: u64 = 35;

/// The keepers.
pub struct Keepers {
    all: Vec<Keeper>,
}

struct Keeper {
    /// Place among all people.
    place: usize,
    settings: Settings,
    desk: Desk,
}

/// What came of a step's rescues.
#[derive(Default)]
pub struct Rescued {
    /// What was done.
    pub steps: Vec<Rescue>,
    /// What was taken over.
    pub taken: Vec<Taken>,
    /// What others bore.
    pub borne: Vec<Borne>,
}

impl Keepers {
    /// The keepers among some people.
    pub fn new(people: &[Person]) -> Self {
        let keepers = places(people, Kind::Keeper).into_iter().zip(APART);
        let all = keepers.map(|(place, apart)| Keeper {
            place,
            settings: settings(&[&COMMON[..], &[apart]].concat()),
            desk: Desk::default(),
        });
        Self { all: all.collect() }
    }

    /// Lets both do what is due, until neither finds anything.
    pub fn work(&self, stage: &mut Stage, people: &[Person], random: &mut Random) -> Result<Rescued, Broken> {
        let mut rescued = Rescued::default();
        for _ in 0..ROUNDS {
            stage.state.scanner.rescan(stage.now);
            let intents = self.intents(stage, people);
            let mut busy = false;
            for intent in intents {
                let first = random.below(self.all.len() as u64) as usize;
                let races = random.chance(RACES);
                busy |= self.pursue(stage, people, &intent, (first, races), &mut rescued)?;
            }
            if !busy {
                break;
            }
        }
        Ok(rescued)
    }

    /// Everything that is due for somebody who is no keeper, and for a keeper by the other.
    fn intents(&self, stage: &Stage, people: &[Person]) -> Vec<Intent> {
        let mut intents = decide(&stage.state, &people[self.all[0].place].account);
        for intent in decide(&stage.state, &people[self.all[1].place].account) {
            if !intents.contains(&intent) {
                intents.push(intent);
            }
        }
        intents
    }

    /// Both plan for an intent; one of them is first. Says whether anything was done.
    fn pursue(
        &self,
        stage: &mut Stage,
        people: &[Person],
        intent: &Intent,
        (first, races): (usize, bool),
        rescued: &mut Rescued,
    ) -> Result<bool, Broken> {
        let mut busy = false;
        let order = [&self.all[first], &self.all[1 - first]];
        let planned = order.map(|keeper| keeper.plans(stage, people, intent));
        for (keeper, plans) in order.into_iter().zip(planned) {
            if busy && !races {
                break;
            }
            for plan in plans {
                busy |= keeper.execute(stage, people, &plan, rescued)?;
            }
        }
        Ok(busy)
    }
}

impl Keeper {
    fn plans(&self, stage: &Stage, people: &[Person], intent: &Intent) -> Vec<Plan> {
        let person = &people[self.place];
        if *intent.account() == person.account {
            return vec![];
        }
        let rows = self.desk.rows();
        let assembly = Assembly {
            weigh: stage.weigh(),
            settings: &self.settings,
            payer: person.key.pubkey(),
            own: person.account,
            rows: &rows,
            guarded: true,
        };
        assemble(&assembly, intent).unwrap_or_default()
    }

    /// Sends a plan, and takes note of what came of it; says whether it was executed.
    fn execute(
        &self,
        stage: &mut Stage,
        people: &[Person],
        plan: &Plan,
        rescued: &mut Rescued,
    ) -> Result<bool, Broken> {
        let person = &people[self.place];
        if let (Some((winner, market, profit)), Some(auction)) =
            (plan.realises, stage.state.auctions.get(&plan.account))
        {
            // Once for each rescue, as the service does it.
            self.desk.rows().realise((plan.account, auction.began_at, winner, market), profit);
        }
        if instruction(plan) == RESOLVE {
            stage.sweep()?;
        }
        let before = Before::of(stage, &plan.account);
        let known = stage.state.auctions.get(&plan.account).copied();
        let sent = self.send(stage, person, plan);
        let Ok(outcome) = sent else { return Ok(false) };
        let after = stage.stand(&plan.account);
        let (Some(before), Some(after)) = (before, after) else {
            return Err(stage.broken("accounts under rescue can be assessed", 0, plan.what.clone()));
        };
        rescued::check(stage, plan, &outcome, (&before, &after), &person.account)?;
        let before = before.standing;
        let told = rescued::Told { plan, outcome: &outcome, known, keeper: self.place, before, after };
        told.write(stage, people, rescued);
        Ok(true)
    }

    fn send(&self, stage: &mut Stage, person: &Person, plan: &Plan) -> Result<Outcome, Failure> {
        let key = person.key.pubkey();
        let signs = plan
            .steps
            .iter()
            .flat_map(|step| &step.accounts)
            .any(|meta| meta.is_signer && meta.pubkey == key);
        let signers: &[_] = if signs { &[&person.key] } else { &[] };
        stage.send(instruction(plan), &plan.steps, signers)
    }
}

/// What makes the next hop of a waterfall.
const RESOLVE: &str = "liquidation.resolve_bankruptcy";

/// The instruction that a plan is named after.
fn instruction(plan: &Plan) -> &'static str {
    let last = plan.steps.last().and_then(|step| step.data.first_chunk());
    match plan.name {
        // The hop's own transaction begins with it; a plan may be nothing else.
        _ if last == Some(&tags::COLLECT_INSURANCE) => "liquidation.collect_insurance",
        "begin" => "liquidation.begin",
        "end" => "liquidation.end",
        "liquidate" => "liquidation.liquidate",
        "swap" => "liquidation.swap_collateral",
        "deleverage" => "liquidation.deleverage",
        "realise" => "liquidation.realise_profit",
        _ => RESOLVE,
    }
}

impl Stage {
    /// Takes the insurance's fees in from all markets, unless somebody has within this step: without, it pays for nobody.
    fn sweep(&mut self) -> Result<(), Broken> {
        let fund = self.state.exchange.fund.as_ref();
        if fund.is_some_and(|fund| fund.swept_at == self.now) {
            return Ok(());
        }
        let collect = self.build().collect_insurance();
        let collect =
            collect.map_err(|error| self.broken("a collection can be built", 0, error.to_string()))?;
        self.must("liquidation.collect_insurance", &[collect], &[])?;
        Ok(())
    }
}

/// Settings as they are by default, but for those that are said.
fn settings(said: &[(&str, &str)]) -> Settings {
    let mut args = RunArgs::default();
    let group = Pubkey::default().to_string();
    for (key, value) in [("group", &group[..]), ("keypair", "keeper.json")].iter().chain(said) {
        args.fill(key, value).expect("a sound value");
    }
    args.settle().expect("sound settings")
}
