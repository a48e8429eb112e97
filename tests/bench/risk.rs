//! What the risk program costs: whole transactions on real accounts, assessments through another program.

use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{Leg, MarginAccount},
    ids,
    risk::{AttestMultiplierArgs, CheckHealthArgs, Preset},
    seeds,
};
use ballast_testkit::{
    fraction, risk_program, signed, slice, AccountMeta, Arch, Instruction, Lite, RiskSpec, World,
};
use bytemuck::Zeroable;
use solana_compute_budget_interface::ComputeBudgetInstruction;

/// Prices of the markets in 10^-8 dollars.
const PRICES: [i64; 4] = [95_000_00000000, 3_400_00000000, 180_00000000, 20_00000000];
/// Days to the dates.
const DAYS: [i64; 4] = [9, 37, 100, 180];

/// A world with four markets, each with four dates.
struct Scene {
    world: World,
    spec: RiskSpec,
    caller: Pubkey,
    accounts: u16,
    /// When surfaces were posted first: what the dates count from.
    start: i64,
}

/// What a book holds: so many markets, dates of each, and options of each date, with or without a perp and
/// collateral in each market.
#[derive(Clone, Copy)]
struct Shape {
    markets: u16,
    dates: usize,
    options: i64,
    linear: bool,
}

impl Scene {
    fn new(arch: Arch) -> Self {
        let mut svm = Lite::new(arch);
        let caller = svm.load("risk_caller");
        let mut world = World::new(svm);
        let spec = world.create_risk(Preset::Ballast, &[1, 2, 3, 4]);
        Self { world, spec, caller, accounts: 0, start: 0 }
    }

    fn units(&mut self, instructions: &[Instruction]) -> u64 {
        let sent = self.world.svm.send(instructions, &[]);
        sent.unwrap_or_else(|failure| panic!("{failure:#?}")).compute_units
    }

    /// A first and a later refresh; the dearer.
    fn refresh(&mut self) -> u64 {
        let mut most = 0;
        for (market, price) in (1..).zip(PRICES) {
            self.world.set_price(&self.spec, market, price);
            self.world.svm.pass(10);
            let done = self.world.set_price(&self.spec, market, price + price / 1_000);
            most = most.max(done.compute_units);
            self.world.svm.pass(600);
            let done = self.world.set_price(&self.spec, market, price);
            most = most.max(done.compute_units);
        }
        for (market, price) in (1..).zip(PRICES) {
            self.world.set_price(&self.spec, market, price);
        }
        most
    }

    /// Surfaces of four dates, and their successors, which are compared with them; the dearer.
    fn surfaces(&mut self) -> u64 {
        let mut most = 0;
        let now = self.world.svm.now();
        self.start = now;
        for sigma in [0.6, 0.63] {
            // What a surface may move at once rests for ten minutes.
            self.world.svm.pass(600);
            for (market, price) in (1..).zip(PRICES) {
                self.world.set_price(&self.spec, market, price);
            }
            for (market, price) in (1..).zip(PRICES) {
                let index = price as u64 * 100;
                let date = |days: i64| slice(now, days * 86_400, index + index / 20_000 * days as u64, sigma);
                let done = self.world.set_surface(&self.spec, market, &DAYS.map(date));
                most = most.max(done.compute_units);
            }
        }
        most
    }

    fn attest(&mut self) -> u64 {
        let now = self.world.svm.now();
        let args = AttestMultiplierArgs {
            group: self.spec.group,
            market: 1,
            epoch: 1,
            sequence: 1,
            valid_from: now,
            valid_until: now + 60,
            multiplier: fraction(1.5),
        };
        let attest = signed(risk_program::attest_multiplier(&args), &self.spec.quorum());
        self.units(&attest)
    }

    /// An account with a book of a shape.
    fn account(&mut self, shape: Shape) -> Pubkey {
        let now = self.start;
        let owner = self.world.person(&format!("trader {}", self.accounts));
        self.accounts += 1;
        self.world.open_with_book(&self.spec, &owner, 0, |account| fill(account, shape, now))
    }

    /// The account is assessed by the program that calls the risk program.
    fn assess(&mut self, shape: Shape) -> u64 {
        let account = self.account(shape);
        let group = self.spec.group;
        let risks = (1..=shape.markets).map(|market| seeds::find_market_risk(&group, market).0);
        let keys = [group, seeds::find_model(&group).0, account].into_iter().chain(risks).chain([ids::RISK]);
        let accounts = keys.map(|key| AccountMeta::new_readonly(key, false)).collect();
        let call = Instruction { program_id: self.caller, accounts, data: vec![] };
        self.units(&[ComputeBudgetInstruction::set_compute_unit_limit(1_400_000), call])
    }

    /// An instruction on an account, sent by itself.
    fn direct(&mut self, shape: Shape, of: impl Fn(&Pubkey, &Pubkey, &[u16]) -> Instruction) -> u64 {
        let account = self.account(shape);
        let markets: Vec<_> = (1..=shape.markets).collect();
        self.units(&[of(&self.spec.group, &account, &markets)])
    }
}

fn fill(account: &mut MarginAccount, shape: Shape, now: i64) {
    account.cash = 1_000_000_000_000;
    let mut legs = account.legs.iter_mut();
    for (place, market) in (1..=shape.markets).enumerate() {
        let price = PRICES[place];
        let mut count = 0;
        let mut add = |leg: Leg| {
            *legs.next().expect("a book has 64 legs at most") = Leg { market, ..leg };
            count += 1;
        };
        let quantity = 1_000 + place as i64;
        if shape.linear {
            let entry_value = quantity * (price / 10_000);
            add(Leg { kind: 1, quantity, entry_value, ..Leg::zeroed() });
            let token = &mut account.collateral[place];
            (token.bank, token.market, token.amount) = (market, market, 50_000_000);
        }
        for (number, days) in DAYS.into_iter().take(shape.dates).enumerate() {
            // A perp takes the place of the last option of the market's first date.
            let options = shape.options - i64::from(shape.linear && number == 0 && shape.options > 0);
            for step in 0..options {
                let strike = (price / 100 * (70 + 5 * step)) as u64;
                let kind = if step % 2 == 0 { 4 } else { 3 };
                let quantity = if step % 3 == 0 { -quantity } else { quantity / 2 };
                add(Leg { kind, strike, quantity, expiry: now + days * 86_400, ..Leg::zeroed() });
            }
        }
        (account.markets[place].market, account.markets[place].legs) = (market, count);
    }
}

/// The figures of the plan's budgets, and those beside them.
pub fn figures(arch: Arch) -> Vec<(&'static str, u64)> {
    let mut scene = Scene::new(arch);
    let (refresh, surfaces, attest) = (scene.refresh(), scene.surfaces(), scene.attest());
    let dear = Shape { markets: 4, dates: 2, options: 8, linear: true };
    let linear = Shape { markets: 4, dates: 0, options: 0, linear: true };
    let one = Shape { markets: 1, dates: 1, options: 1, linear: false };
    let health = |group: &Pubkey, account: &Pubkey, markets: &[u16]| {
        let args = CheckHealthArgs { least_health: Some(0), least_room: Some(0), permitted: 0b11111 };
        risk_program::check_health(group, account, markets, args)
    };
    vec![
        ("risk.refresh_price", refresh),
        ("risk.post_surface_4_expiries", surfaces),
        ("risk.attest_multiplier", attest),
        ("risk.assess_64_legs_33_rows_4_markets", scene.assess(dear)),
        ("risk.assess_64_options_33_rows_4_markets", scene.assess(Shape { linear: false, ..dear })),
        ("risk.assess_32_legs_33_rows_2_markets", scene.assess(Shape { markets: 2, ..dear })),
        ("risk.assess_linear_4_markets", scene.assess(linear)),
        ("risk.assess_1_option", scene.direct(one, risk_program::assess)),
        ("risk.publish_assessment_1_option", scene.direct(one, risk_program::publish_assessment)),
        ("risk.check_health_1_option", scene.direct(one, health)),
        ("risk.check_sequence", scene.direct(one, |_, account, _| risk_program::check_sequence(account, 0))),
    ]
}
