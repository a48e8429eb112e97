//! The day itself: prices, surfaces, trades, rescues and checks, step by step.

use crate::{
    alone::Scales,
    broken::Broken,
    cast::{Kind, Person},
    checks::Checks,
    crank::{state_name, Watch},
    keepers::Keepers,
    play::Setting,
    record::{Mark, MarketStep, Rescue, Step},
    refusals::Refusals,
    stage::{dates, Stage, DAY, DAY_START, MARKETS},
    tape::{Start, Taken, Tape, Traded, View},
    trade::{plans, Plan},
};
use anchor_lang::prelude::Pubkey;
use ballast_testkit::{Climate, Moment, Phase, Random, Weather, JUMP, WICK};

const HOUR: i64 = 3_600;
/// Seconds between two moments at which positions are weighed alone.
const APART: i64 = 900;
/// For how long one feed is silent, early in the rebound.
const SILENT: i64 = 300;

/// A day as it is played.
pub struct Day {
    /// Where.
    pub stage: Stage,
    /// Who.
    pub people: Vec<Person>,
    /// What decides.
    pub random: Random,
    /// Deals that were done, and that were refused.
    pub deals: [u32; 2],
    /// What was checked.
    pub checks: Checks,
    /// Stakers' purses and what each brought.
    pub stakers: Vec<(ballast_testkit::account_program::TokenSide, u64)>,
    /// Steps so far.
    pub steps: Vec<Step>,
    /// What happened.
    pub marks: Vec<Mark>,
    /// Rescues so far.
    pub rescues: Vec<Rescue>,
    /// For other regimes.
    pub tape: Tape,
    weather: Weather,
    keepers: Keepers,
    plans: Vec<Plan>,
    planned: usize,
    levels: [f64; 3],
    surfaced: i64,
    funded: i64,
    /// Whether prices fall at all.
    crashes: bool,
    tried: i64,
    refusals: Refusals,
    watch: Watch,
    settled: bool,
    /// From when on positions are weighed alone again, and room for that.
    compared: i64,
    scales: Scales,
    /// A market whose feed is silent for a while, and from when on.
    silence: (u16, i64),
}

impl Day {
    /// Everybody comes in, and the first prices are known.
    pub fn begin(
        seed: u64,
        traders: usize,
        crash: f64,
        instead: &[(Pubkey, Vec<u8>)],
    ) -> Result<Self, Broken> {
        let mut stage = Stage::new(instead);
        let mut random = Random::new(seed);
        let first = MARKETS.map(|(.., dollars)| dollars as i64 * 100_000_000);
        let mut weather = Weather::new(random.next(), Climate::Crash(crash), first);
        let people = stage.cast(traders, &mut random);
        let moment = weather.pass(0);
        let mut levels = [0.0; 3];
        stage.publish(&moment, None)?;
        stage.list_dates();
        stage.surfaces(&moment, &mut levels)?;
        stage.enter(&people)?;
        let stakers = stage.stakers()?;
        let checks = Checks::new(&mut stage, &people)?;
        let plans = plans(&people, &mut random);
        let silence = (random.between(1, 3) as u16, random.between(0, 15) * 60 + 11 * HOUR + 35 * 60);
        let tape = Tape {
            model: stage.state.exchange.model.clone(),
            starts: people.iter().enumerate().map(start).collect(),
            flow: vec![],
            views: vec![],
            taken: vec![],
            borne: vec![],
        };
        let keepers = Keepers::new(&people);
        let scales = Scales::new(&tape.model);
        let scales = scales.map_err(|why| stage.broken("accounts can be weighed", 0, why.to_string()))?;
        Ok(Self {
            stage,
            people,
            random,
            deals: [0; 2],
            checks,
            stakers,
            steps: vec![],
            marks: vec![],
            rescues: vec![],
            tape,
            weather,
            keepers,
            plans,
            planned: 0,
            levels,
            surfaced: 0,
            funded: 0,
            crashes: crash > 0.0,
            tried: 0,
            refusals: Refusals::default(),
            watch: Watch::default(),
            settled: false,
            compared: 0,
            scales,
            silence,
        })
    }

    /// Plays the whole day, and tells how far it is.
    pub fn play(
        &mut self,
        setting: &Setting,
        progress: &mut dyn FnMut(usize, usize, &str),
    ) -> Result<(), Broken> {
        let all = setting.pace.seconds();
        let mut before = 0;
        for (step, seconds) in all.iter().copied().enumerate() {
            self.stage.step = step;
            let moment = self.weather.pass(seconds - before);
            before = seconds;
            progress(step, all.len(), moment.phase.name());
            self.step(&moment)?;
            if let Some(meddle) = setting.meddle {
                let group = self.stage.group_key();
                meddle(step, &mut self.stage.world, &group);
            }
            self.write(&moment)?;
        }
        let [done, refused] = self.deals;
        if done < 3 * refused {
            // Plans are made to fit: where many are refused, something is wrong with them, or with the programs.
            let what = format!("{done} deals were done, and {refused} refused.");
            return Err(self.stage.broken("three deals of four are done", 0, what));
        }
        self.refusals.enough(&self.stage)
    }

    fn step(&mut self, moment: &Moment) -> Result<(), Broken> {
        if DAY_START + moment.seconds > self.stage.now {
            self.stage.wait_until(DAY_START + moment.seconds);
        }
        let (market, from) = self.silence;
        let silent = (from..from + SILENT).contains(&moment.seconds).then_some(market);
        self.stage.publish(moment, silent)?;
        self.crank(moment)?;
        self.trade()?;
        self.rescue()?;
        if moment.seconds - self.tried >= HOUR {
            self.tried = moment.seconds;
            let victim = self.random.below(self.people.len() as u64) as usize;
            self.refusals.attempt(&mut self.stage, &self.people, victim)?;
        }
        Ok(())
    }

    /// Surfaces, warnings, funding, dates.
    fn crank(&mut self, moment: &Moment) -> Result<(), Broken> {
        let seconds = moment.seconds;
        if self.crashes && seconds == JUMP {
            self.mark("jump", "More than a third of the fall comes between two prices.");
        }
        if self.crashes && seconds == WICK {
            self.mark("wick", "A price that is gone after a minute.");
        }
        let often = if moment.phase == Phase::Crash { 300 } else { HOUR / 2 };
        if seconds - self.surfaced >= often || self.stage.outdated().is_some() {
            self.surfaced = seconds;
            self.stage.surfaces(moment, &mut self.levels)?;
        }
        self.watch.see(moment);
        if let Some(what) = self.watch.attest(&mut self.stage, seconds)? {
            self.mark("attestation", &what);
        }
        if seconds - self.funded >= HOUR {
            self.funded = seconds;
            if self.stage.fund(moment.phase)? {
                self.mark("funding", "Funding is paid.");
            }
        }
        self.settle()
    }

    fn settle(&mut self) -> Result<(), Broken> {
        let today = dates()[0];
        if !self.settled && self.stage.now >= today && self.stage.freeze(today)? {
            self.settled = true;
            self.stage.settle_all(&self.people, &mut self.random)?;
            self.mark("expiry", "The first date expires, and everybody is settled.");
        }
        Ok(())
    }

    fn mark(&mut self, kind: &'static str, what: &str) {
        self.marks.push(Mark { time: self.stage.now, kind, what: what.to_owned() });
    }

    /// Does what people have planned for until now.
    fn trade(&mut self) -> Result<(), Broken> {
        let now = self.stage.now - DAY_START;
        while self.plans.get(self.planned).is_some_and(|plan| plan.at <= now) {
            let plan = self.plans[self.planned].clone();
            self.planned += 1;
            if plan.person == plan.maker {
                // A maker deals with the next one.
                let makers = crate::trade::places(&self.people, Kind::Maker);
                let next = makers.iter().find(|place| **place > plan.person).or(makers.first());
                let Some(maker) = next.copied().filter(|maker| *maker != plan.person) else { continue };
                self.deal(&Plan { maker, ..plan })?;
            } else {
                self.deal(&plan)?;
            }
        }
        Ok(())
    }

    fn deal(&mut self, plan: &Plan) -> Result<(), Broken> {
        let Some((legs, units)) = self.stage.sized(plan, &self.people) else { return Ok(()) };
        let sides = (plan.person, plan.maker);
        let traded: Option<Traded> = self.stage.deal(&mut self.people, sides, (&legs, units), plan.way)?;
        match traded {
            Some(traded) => {
                self.deals[0] += 1;
                self.tape.flow.push(traded);
            }
            None => self.deals[1] += 1,
        }
        Ok(())
    }

    /// Lets the keepers work.
    pub fn rescue(&mut self) -> Result<(), Broken> {
        let rescued = self.keepers.work(&mut self.stage, &self.people, &mut self.random)?;
        self.rescues.extend(rescued.steps);
        let taken: Vec<Taken> = rescued.taken;
        self.tape.taken.extend(taken);
        self.tape.borne.extend(rescued.borne);
        Ok(())
    }

    /// Writes the step down, once its books are audited.
    fn write(&mut self, moment: &Moment) -> Result<(), Broken> {
        let (books, residuals) = self.checks.audit(&mut self.stage)?;
        let solvency = self.checks.solvency(&mut self.stage, &books)?;
        if let Some((account, why)) = solvency.unknown.first() {
            let what = format!("{account}: {why}");
            let count = solvency.unknown.len() as i64;
            return Err(self.stage.broken("accounts can be weighed", count, what));
        }
        let stage = &mut self.stage;
        let unit = books.unit();
        let mut step = Step {
            time: stage.now,
            phase: moment.phase.name(),
            markets: markets(stage, moment),
            portfolio: 0,
            isolated: None,
            maintenance: 0,
            equity: 0,
            thin: 0,
            short: 0,
            latched: 0,
            insurance: solvency.funds.div_euclid(unit) as i64,
            bad_debt: solvency.bad_debt.div_euclid(unit) as i64,
            solvency: solvency.index,
            shortfall: solvency.worst.1.div_euclid(unit) as i64,
            residuals,
        };
        stage.state.scanner.rescan(stage.now);
        for person in &self.people {
            step.latched += u32::from(stage.is_latched(&person.account));
            let standing = match stage.state.scanner.standing(&person.account) {
                Some(Ok(standing)) => *standing,
                other => {
                    let what = format!("{}: {other:?}", person.name);
                    return Err(stage.broken("accounts can be weighed", 1, what));
                }
            };
            step.short += u32::from(standing.health < 0);
            step.thin += u32::from(standing.health >= 0 && standing.room < 0);
            if person.kind != Kind::Keeper {
                step.portfolio += standing.initial.div_euclid(unit) as i64;
                step.maintenance += standing.maintenance.div_euclid(unit) as i64;
                step.equity += standing.value.div_euclid(unit) as i64;
            }
        }
        let exchange = &self.stage.state.exchange;
        let view = View {
            time: self.stage.now,
            group: exchange.group.clone(),
            risks: exchange.risks.values().map(|risk| **risk).collect(),
            markets: exchange.markets.values().map(|market| **market).collect(),
        };
        if moment.seconds >= self.compared {
            self.compared = moment.seconds + APART;
            step.isolated = Some(self.isolated(&view)?);
        }
        self.steps.push(step);
        self.tape.views.push(view);
        Ok(())
    }

    /// Initial margin of all traders if every position were margined alone.
    fn isolated(&mut self, view: &View) -> Result<i64, Broken> {
        let mut weighing = self.scales.at(view);
        let traders = self.people.iter().filter(|person| person.kind != Kind::Keeper);
        let mut sum = 0;
        for person in traders {
            let fresh = self.stage.state.scanner.refreshed(&person.account, self.stage.now);
            let alone = fresh.and_then(|fresh| weighing.isolated(&fresh));
            sum += alone.map_err(|why| self.stage.broken("accounts can be weighed", 0, why.to_string()))?;
        }
        Ok(sum)
    }

    /// Publishes prices of a moment after the day.
    pub fn later(&mut self, seconds: i64) -> Result<(), Broken> {
        let moment = self.weather.pass(seconds);
        self.stage.wait_until(DAY_START + moment.seconds);
        self.stage.publish(&moment, None)?;
        if moment.seconds - self.surfaced >= HOUR / 2 || self.stage.outdated().is_some() {
            self.surfaced = moment.seconds;
            self.stage.surfaces(&moment, &mut self.levels)?;
        }
        self.settle()
    }
}

fn start((person, of): (usize, &Person)) -> Start {
    let tokens = (1..4).filter(|bank| of.brought[*bank] > 0);
    let tokens = tokens.map(|bank| (bank as u16, bank as u16, of.brought[bank])).collect();
    Start { person, cash: of.brought[0] as i64, tokens }
}

/// The markets of a step.
fn markets(stage: &Stage, moment: &Moment) -> Vec<MarketStep> {
    let share = |bits: i64| bits as f64 / (1u64 << 40) as f64;
    let one = |((number, ..), quote): ((u16, &str, u64), &ballast_testkit::Quote)| {
        let risk = stage.risk(number);
        MarketStep {
            price: (risk.price.index / 10_000) as i64,
            slow: (risk.price.slow / 10_000) as i64,
            range: share(risk.range(stage.now).0),
            forecast_range: share(risk.price.range.max(risk.rules.predictor.floor)),
            forecast: share(risk.price.variance).sqrt(),
            volatility: quote.volatility,
            state: state_name(risk.price_state(stage.now).0),
        }
    };
    MARKETS.into_iter().zip(&moment.quotes).map(one).collect()
}

const _: () = assert!(DAY == 86_400);
