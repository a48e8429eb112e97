//! What stories of plans share: a world as a keeper sees it, and rescues driven by its plans alone.

use crate::stage::{done, usd};
use anchor_lang::{
    prelude::{AnchorDeserialize, Pubkey},
    Discriminator,
};
use ballast_client::{Exchange, Record};
use ballast_interface::{
    account::{AccountError, MarginAccount},
    ids, in_parallel,
    liquidation::Liquidated,
    seeds,
};
use ballast_keeper::{
    liquidate::{assemble, decide, Assembly, Desk, Intent, Plan, Weigh, Why},
    RunArgs, Settings, State,
};
use ballast_testkit::{limit, rescue_rules, Arch, Failure, Lite, Outcome, Signer, Trader, World};
use std::collections::BTreeMap;

/// A world on a quick SVM.
pub fn world() -> World {
    World::new(Lite::new(Arch::V3))
}

/// Settings as they are by default, but for those that a story names.
pub fn settings(said: &[(&str, &str)]) -> Settings {
    let mut args = RunArgs::default();
    for (key, value) in
        [("group", &Pubkey::new_unique().to_string()[..]), ("keypair", "key.json")].iter().chain(said)
    {
        args.fill(key, value).expect("a sound value");
    }
    args.settle().expect("sound settings")
}

/// A keeper with an account, in a world of some traders.
pub struct Scene {
    pub exchange: ballast_testkit::Exchange,
    pub kim: Trader,
    pub settings: Settings,
    pub desk: Desk,
    /// All margin accounts that there are, Kim's too.
    pub accounts: Vec<Pubkey>,
}

impl Scene {
    /// Of an exchange with a fund, and some traders; Kim has so many dollars.
    pub fn new(
        world: &mut World,
        exchange: ballast_testkit::Exchange,
        traders: &[&Trader],
        dollars: i64,
        said: &[(&str, &str)],
    ) -> Self {
        let kim = world.trader(&exchange, "kim", usd(dollars));
        let accounts = traders.iter().map(|trader| trader.account).chain([kim.account]).collect();
        Self { exchange, kim, settings: settings(said), desk: Desk::default(), accounts }
    }

    /// The chain as a keeper would know it now.
    pub fn see(&self, world: &mut World) -> State {
        let group = self.exchange.group();
        let read = |world: &mut World, address: &Pubkey| {
            let account = world.svm.account(address).filter(|account| !account.data.is_empty())?;
            Record::read(&account)
        };
        let (Some(Record::Group(of)), Some(Record::Model(model))) =
            (read(world, &group), read(world, &seeds::find_model(&group).0))
        else {
            panic!("a group and its model");
        };
        let exchange = Exchange {
            address: group,
            group: of,
            model,
            fund: None,
            markets: BTreeMap::new(),
            risks: BTreeMap::new(),
            banks: BTreeMap::new(),
            venues: BTreeMap::new(),
        };
        let mut state = State::new(exchange, 1);
        let mut addresses = vec![seeds::find_fund(&group).0];
        for (place, market) in self.exchange.risk.markets.iter().enumerate() {
            addresses.push(seeds::find_market_risk(&group, *market).0);
            addresses.push(seeds::find_market(&group, *market).0);
            addresses.push(seeds::find_bank(&group, place as u16 + 1).0);
        }
        addresses.extend(&self.accounts);
        addresses.extend(self.accounts.iter().map(|account| seeds::find_auction(account).0));
        for address in addresses {
            if let Some(record) = read(world, &address) {
                assert!(state.take_record(1, &address, &record), "{} at {address}", record.name());
            }
        }
        let now = world.svm.now();
        state.scanner.rescan(now);
        state
    }

    /// Everything that is due now.
    pub fn intents(&self, world: &mut World) -> Vec<Intent> {
        decide(&self.see(world), &self.kim.account)
    }

    /// Plans for an intent, for the state that it was made for and no other.
    pub fn plan(&self, world: &mut World, intent: &Intent) -> Result<Vec<Plan>, Why> {
        self.planned(world, intent, true)
    }

    /// The same for whatever state there will be.
    pub fn plan_boldly(&self, world: &mut World, intent: &Intent) -> Result<Vec<Plan>, Why> {
        self.planned(world, intent, false)
    }

    fn planned(&self, world: &mut World, intent: &Intent, guarded: bool) -> Result<Vec<Plan>, Why> {
        let state = self.see(world);
        let rows = self.desk.rows();
        let assembly = Assembly {
            weigh: Weigh { state: &state, now: world.svm.now() },
            settings: &self.settings,
            payer: self.kim.key.pubkey(),
            own: self.kim.account,
            rows: &rows,
            guarded,
        };
        assemble(&assembly, intent)
    }

    /// Sends a plan as it is.
    pub fn send(&self, world: &mut World, plan: &Plan) -> Outcome {
        done(self.sent(world, plan))
    }

    /// Sends a plan as the keeper's sender does: unless the plan says otherwise, first in the form that leaves the group
    /// unwritten, and as it is if that is refused because the group has to be written.
    pub fn deliver(&self, world: &mut World, plan: &Plan) -> Outcome {
        if plan.as_is {
            return self.send(world, plan);
        }
        let asks = [AccountError::CashUncounted, AccountError::FeesUnplaced].map(u32::from);
        match self.sent(world, &beside(plan)) {
            Err(failure) if failure.code().is_some_and(|code| asks.contains(&code)) => self.send(world, plan),
            sent => done(sent),
        }
    }

    fn sent(&self, world: &mut World, plan: &Plan) -> Result<Outcome, Failure> {
        let steps = [&[limit()][..], &plan.steps].concat();
        if let Some((winner, market, profit)) = plan.realises {
            let began = world.auction(&plan.account).began_at;
            self.desk.rows().realise((plan.account, began, winner, market), profit);
        }
        let kim = self.kim.key.pubkey();
        let signs =
            steps.iter().flat_map(|step| &step.accounts).any(|meta| meta.is_signer && meta.pubkey == kim);
        let signers: &[_] = if signs { &[&self.kim.key] } else { &[] };
        world.svm.send(&steps, signers)
    }

    /// Does everything that is due now, and tells the names of what was done, or why nothing was.
    pub fn round(&self, world: &mut World) -> Vec<String> {
        let mut told = vec![];
        for intent in self.intents(world) {
            match self.plan(world, &intent) {
                Ok(plans) => {
                    for plan in plans {
                        println!("     {}", plan.what);
                        self.send(world, &plan);
                        told.push(plan.name.to_owned());
                    }
                }
                Err(why) => told.push(why.to_string()),
            }
        }
        told
    }

    /// Goes on until nobody is under liquidation, with a price every so many seconds; tells what was done.
    pub fn to_the_end(
        &self,
        world: &mut World,
        seconds: i64,
        mut price: impl FnMut(&mut World),
    ) -> Vec<String> {
        let mut all: Vec<String> = vec![];
        for _ in 0..200 {
            let told = self.round(world);
            let idle = told.iter().all(|name| name.contains(' '));
            all.extend(told.into_iter().filter(|name| !name.contains(' ')));
            let accounts = self.accounts.clone();
            if idle && !accounts.iter().any(|account| world.is_latched(account)) {
                return all;
            }
            if idle {
                world.svm.pass(seconds);
                price(world);
            }
        }
        panic!("the rescue does not end: {all:?}, {:?}", self.round(world));
    }

    /// Free initial margin of Kim's account, and its value, in 10^-10 quote.
    pub fn own(&self, world: &mut World) -> (i128, i128) {
        let state = self.see(world);
        let standing = state.scanner.standing(&self.kim.account).expect("known").clone();
        let standing = standing.expect("weighed");
        (standing.room, standing.value)
    }

    /// Whether an account is at the target of rescues.
    pub fn is_restored(&self, world: &mut World, account: &Pubkey) -> bool {
        let state = self.see(world);
        let standing = state.scanner.standing(account).expect("known").clone().expect("weighed");
        let target = i128::from(rescue_rules().target);
        let gap = (standing.initial - standing.maintenance) * target / (1 << 40);
        standing.health >= gap
    }
}

/// What an account holds.
pub fn holdings(world: &mut World, account: &Pubkey) -> Vec<(u8, i64)> {
    let account: MarginAccount = world.margin_account(account);
    let legs = account.legs.iter().take_while(|leg| leg.market != 0);
    legs.map(|leg| (leg.kind, leg.quantity)).collect()
}

/// A plan in the form that leaves the group unwritten where it can.
pub fn beside(plan: &Plan) -> Plan {
    let steps = plan.steps.iter().cloned().map(in_parallel).collect();
    Plan { steps, ..plan.clone() }
}

/// Which programs a plan calls.
pub fn is_checked(plan: &Plan) -> bool {
    plan.steps.first().is_some_and(|step| step.program_id == ids::RISK)
}

/// What a transaction reports of a taking.
pub fn liquidated(sent: &Outcome) -> Liquidated {
    let mut found = sent.events.iter().filter_map(|event| event.strip_prefix(Liquidated::DISCRIMINATOR));
    let mut fields = found.next().expect("something changed hands");
    Liquidated::deserialize(&mut fields).expect("its fields")
}
