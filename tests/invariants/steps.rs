//! What can happen, how often, and in which order.

use crate::{play::Play, stage::MARKETS, state::Broken};
use ballast_interface::risk::instructions as risk_program;
use ballast_testkit::{
    account_program, dollars, limit, price_account, slice, Instruction, Keypair, Random, SignatureCheck,
};

/// What kind of thing happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Prices,
    Jump,
    Pass,
    Expire,
    Deposit,
    DepositStranger,
    DepositToken,
    Withdraw,
    WithdrawToken,
    Transfer,
    TransferToken,
    Block,
    Fill,
    CancelOrders,
    PlaceTrigger,
    ExecuteTrigger,
    CancelTrigger,
    Mark,
    Funding,
    List,
    Settle,
    Collect,
    Rescue,
    Delegate,
    Reopen,
    Govern,
    Thief,
}

/// Kinds and how often they happen, of a hundred or so.
const WEIGHTS: [(Kind, u64); 27] = [
    (Kind::Prices, 5),
    (Kind::Jump, 4),
    (Kind::Pass, 6),
    (Kind::Expire, 3),
    (Kind::Deposit, 4),
    (Kind::DepositStranger, 2),
    (Kind::DepositToken, 3),
    (Kind::Withdraw, 6),
    (Kind::WithdrawToken, 3),
    (Kind::Transfer, 3),
    (Kind::TransferToken, 2),
    (Kind::Block, 28),
    (Kind::Fill, 12),
    (Kind::CancelOrders, 1),
    (Kind::PlaceTrigger, 4),
    (Kind::ExecuteTrigger, 4),
    (Kind::CancelTrigger, 1),
    (Kind::Mark, 2),
    (Kind::Funding, 4),
    (Kind::List, 1),
    (Kind::Settle, 5),
    (Kind::Collect, 2),
    (Kind::Rescue, 6),
    (Kind::Delegate, 1),
    (Kind::Reopen, 1),
    (Kind::Govern, 3),
    (Kind::Thief, 3),
];

/// One step: what happens, and the seed of everything that is left open. It means something whatever came before.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub kind: Kind,
    pub seed: u64,
}

/// The steps of a seed.
pub fn steps(seed: u64) -> Vec<Step> {
    let mut random = Random::new(seed);
    let count = random.between(15, 25);
    let all = WEIGHTS.iter().map(|(_, weight)| weight).sum();
    let step = |random: &mut Random| {
        let mut at = random.below(all);
        let found = WEIGHTS.iter().find(|(_, weight)| {
            let here = at < *weight;
            at = at.wrapping_sub(if here { 0 } else { *weight });
            here
        });
        Step { kind: found.expect("a kind").0, seed: random.next() }
    };
    (0..count).map(|_| step(&mut random)).collect()
}

impl Play<'_> {
    /// Does a step.
    pub fn step(&mut self, step: &Step) -> Result<(), Broken> {
        self.told.push(format!("{:?} {:#x} at {}", step.kind, step.seed, self.state.now));
        let random = &mut Random::new(step.seed);
        self.forms = Random::new(!step.seed);
        match step.kind {
            Kind::Prices => self.move_prices(random, 20),
            Kind::Jump => self.move_prices(random, 400),
            Kind::Pass => self.pass(random),
            Kind::Expire => self.expire(random),
            Kind::Deposit => self.deposit(random),
            Kind::DepositStranger => self.deposit_of_a_stranger(random),
            Kind::DepositToken => self.deposit_token(random),
            Kind::Withdraw => self.withdraw(random, 0),
            Kind::WithdrawToken => self.withdraw_token(random),
            Kind::Transfer => self.transfer(random, 0),
            Kind::TransferToken => {
                let bank = random.between(1, 2) as u16;
                self.transfer(random, bank)
            }
            Kind::Block => self.block(random),
            Kind::Fill => self.fill(random),
            Kind::CancelOrders => self.cancel_orders(random),
            Kind::PlaceTrigger => self.place_trigger(random),
            Kind::ExecuteTrigger => self.execute_trigger(random),
            Kind::CancelTrigger => self.cancel_trigger(random),
            Kind::Mark => self.mark(random),
            Kind::Funding => self.funding(random),
            Kind::List => self.list(random),
            Kind::Settle => {
                let seat = self.somebody(random);
                self.settle(random, seat)
            }
            Kind::Collect => self.collect(random),
            Kind::Rescue => self.rescue(random),
            Kind::Delegate => self.delegate(random),
            Kind::Reopen => self.reopen(random),
            Kind::Govern => self.govern(random),
            Kind::Thief => self.thief(random),
        }
    }

    /// Some seat whose account is open.
    pub fn somebody(&self, random: &mut Random) -> usize {
        let open: Vec<usize> = self.state.open().map(|(seat, _)| seat).collect();
        random.pick(&open)
    }

    /// Two seats whose accounts are open.
    pub fn two(&self, random: &mut Random) -> [usize; 2] {
        let mut open: Vec<usize> = self.state.open().map(|(seat, _)| seat).collect();
        random.shuffle(&mut open);
        [open[0], open[1]]
    }

    /// Some seconds pass, and prices change.
    pub fn move_prices(&mut self, random: &mut Random, most: i64) -> Result<(), Broken> {
        self.world.svm.pass(random.between(1, 90));
        self.look();
        self.prices(random, most)
    }

    /// Both prices change by so many thousandths at most, and are refreshed with surfaces.
    fn prices(&mut self, random: &mut Random, most: i64) -> Result<(), Broken> {
        for price in &mut self.prices {
            let change = random.between(-most, most);
            *price += *price / 1_000 * change;
            *price = (*price).clamp(10_00000000, 5_000_000_00000000);
        }
        self.refresh(random.chance(8))
    }

    /// Publishes and refreshes both prices, and posts surfaces; `doubtful` prices are far from their own average.
    pub fn refresh(&mut self, doubtful: bool) -> Result<(), Broken> {
        let group = self.cast.group();
        let mut steps = vec![];
        for (place, market) in MARKETS.into_iter().enumerate() {
            let mut update = self.world.price_update(market, self.prices[place]);
            if doubtful {
                update.average = update.price / 2;
            }
            let address = price_account(&group, market);
            self.world.publish(&address, &update);
            steps.push(risk_program::refresh_price(&group, market, &address));
        }
        self.act("refresh_price", 0, &steps, &[])?;
        // One surface a second; two signed messages in a transaction, each behind its own check.
        let known = self.world.market_risk(&group, MARKETS[0]);
        if known.dates().iter().any(|date| date.valid_from >= self.state.now) {
            return Ok(());
        }
        let mut steps = vec![];
        for place in 0..2 {
            if let Some(post) = self.surface(place) {
                let at = steps.len() as u16 + 1;
                let check = |key: &Keypair| SignatureCheck::of(key, &post, at);
                let checks = self.cast.exchange.risk.quorum().map(check);
                steps.extend([SignatureCheck::instruction(&checks), post]);
            }
        }
        if !steps.is_empty() {
            self.act("post_surface", 0, &steps, &[])?;
        }
        Ok(())
    }

    /// The surface of all dates that are far enough ahead.
    fn surface(&mut self, place: usize) -> Option<Instruction> {
        let (market, now) = (MARKETS[place], self.state.now);
        let dates = self.state.markets[place].dates().iter().map(|date| date.expiry);
        let ahead: Vec<i64> = dates.filter(|expiry| *expiry > now + 1_800).collect();
        if ahead.is_empty() {
            return None;
        }
        let forward = dollars(1) / 100_000_000 * self.prices[place] as u64;
        let slices: Vec<_> = ahead.iter().map(|expiry| slice(now, expiry - now, forward, 0.6)).collect();
        let mut args = self.world.surface_args(&self.cast.exchange.risk, market, &slices);
        args.valid_until = now + 6 * 86_400;
        Some(risk_program::post_surface(&args))
    }

    pub fn pass(&mut self, random: &mut Random) -> Result<(), Broken> {
        let seconds = random.pick(&[0, 1, 30, 600, 3_600, 3_601, 20_000, 90_000]);
        self.world.svm.pass(seconds);
        self.look();
        if random.chance(85) {
            self.prices(random, 10)?;
        }
        Ok(())
    }

    /// The next date passes; its price is frozen in both markets, and everybody is settled, in two orders first.
    pub fn expire(&mut self, random: &mut Random) -> Result<(), Broken> {
        let dates =
            self.state.markets.iter().flat_map(|market| market.dates().iter().map(|date| date.expiry));
        let Some(next) = dates.min() else { return Ok(()) };
        let early = (next - self.state.now).max(0);
        self.world.svm.pass(early + random.pick(&[0, 1, 100, 4_000]));
        self.look();
        self.prices(random, 30)?;
        self.freeze(random, next)?;
        let risks = random.chance(50);
        self.order_does_not_matter(random, risks)?;
        let mut seats: Vec<usize> = self.state.open().map(|(seat, _)| seat).collect();
        random.shuffle(&mut seats);
        for seat in seats {
            self.settle(random, seat)?;
        }
        self.list_next(random)
    }

    /// Freezes a date in both markets, mostly.
    pub fn freeze(&mut self, random: &mut Random, date: i64) -> Result<(), Broken> {
        let group = self.cast.group();
        for market in MARKETS {
            if random.chance(90) {
                let freeze = account_program::freeze_settlement(&group, market, date);
                self.act("freeze_settlement", 0, &[limit(), freeze], &[])?;
            }
        }
        Ok(())
    }
}
