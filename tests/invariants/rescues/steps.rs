//! What can happen to accounts that fall short, how often, and in which order.

use crate::{
    play::Play,
    rescues::deeds::Deed,
    stage::{KEEPER, MAKER, MARKETS},
    state::Broken,
};
use ballast_audit::legs;
use ballast_interface::{
    account::{Leg, MarginAccount, Order, OrderLeg, ORDER_DOMAIN},
    liquidation::{DeleverageArgs, LiquidateArgs, LiquidateToOrderArgs},
    risk::QuoteLeg,
};
use ballast_testkit::{Random, DOLLAR};

/// The keeper who has next to nothing.
const POOR: usize = 7;

/// What kind of thing happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Prices,
    Gap,
    Load,
    Pass,
    Wait,
    Expire,
    Deposit,
    TopUp,
    Withdraw,
    WithdrawToken,
    Transfer,
    Block,
    Fill,
    Funding,
    Settle,
    Begin,
    Liquidate,
    ToOrder,
    Swap,
    End,
    Deleverage,
    Resolve,
    Realise,
    Collect,
    Stake,
    Unstake,
    WithdrawStake,
    Reduce,
    Coalition,
    Alive,
    Thief,
}

/// Kinds and how often they happen, of a hundred or so.
const WEIGHTS: [(Kind, u64); 31] = [
    (Kind::Prices, 3),
    (Kind::Gap, 9),
    (Kind::Pass, 2),
    (Kind::Wait, 6),
    (Kind::Expire, 1),
    (Kind::Deposit, 1),
    (Kind::TopUp, 2),
    (Kind::Withdraw, 2),
    (Kind::WithdrawToken, 1),
    (Kind::Transfer, 1),
    (Kind::Load, 8),
    (Kind::Block, 2),
    (Kind::Fill, 2),
    (Kind::Funding, 1),
    (Kind::Settle, 2),
    (Kind::Begin, 5),
    (Kind::Liquidate, 9),
    (Kind::ToOrder, 8),
    (Kind::Swap, 5),
    (Kind::End, 2),
    (Kind::Deleverage, 6),
    (Kind::Resolve, 6),
    (Kind::Realise, 2),
    (Kind::Collect, 2),
    (Kind::Stake, 2),
    (Kind::Unstake, 1),
    (Kind::WithdrawStake, 1),
    (Kind::Reduce, 1),
    (Kind::Coalition, 4),
    (Kind::Alive, 1),
    (Kind::Thief, 1),
];

/// One step: what happens, and the seed of everything that is left open.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub kind: Kind,
    pub seed: u64,
}

/// The steps of a seed: trades first, so that there is something that can go wrong.
pub fn steps(seed: u64) -> Vec<Step> {
    let mut random = Random::new(seed ^ 0x05e5_c0e5);
    let count = random.between(28, 40);
    let all = WEIGHTS.iter().map(|(_, weight)| weight).sum();
    let some = |random: &mut Random| {
        let mut at = random.below(all);
        let found = WEIGHTS.iter().find(|(_, weight)| {
            let here = at < *weight;
            at = at.wrapping_sub(if here { 0 } else { *weight });
            here
        });
        found.expect("a kind").0
    };
    let step = |place: i64| {
        let kind = if place < 7 { Kind::Load } else { some(&mut random) };
        Step { kind, seed: random.next() }
    };
    (0..count).map(step).collect()
}

impl Play<'_> {
    /// Does a step.
    pub fn rescue_step(&mut self, step: &Step) -> Result<(), Broken> {
        self.told.push(format!("{:?} {:#x} at {}", step.kind, step.seed, self.state.now));
        let random = &mut Random::new(step.seed);
        self.forms = Random::new(!step.seed);
        match step.kind {
            Kind::Prices => self.move_prices(random, 20),
            Kind::Gap => self.gap(random),
            Kind::Load => self.load(random),
            Kind::Pass => self.pass(random),
            Kind::Wait => self.wait(random),
            Kind::Expire => self.expire(random),
            Kind::Deposit => self.deposit(random),
            Kind::TopUp => self.top_up(random),
            Kind::Withdraw => self.withdraw(random, 0),
            Kind::WithdrawToken => self.withdraw_token(random),
            Kind::Transfer => self.transfer(random, 0),
            Kind::Block => self.block(random),
            Kind::Fill => self.fill(random),
            Kind::Funding => self.funding(random),
            Kind::Settle => {
                let seat = self.somebody(random);
                self.settle(random, seat)
            }
            Kind::Begin => self.begin(random),
            Kind::Liquidate => self.on_latched(random, Self::liquidate),
            Kind::ToOrder => self.on_latched(random, Self::fill_order),
            Kind::Swap => self.on_latched(random, Self::swap),
            Kind::End => self.on_latched(random, |play, _, seat| play.deed(seat, &Deed::End).map(drop)),
            Kind::Deleverage => self.on_latched(random, Self::deleverage),
            Kind::Resolve => self.on_latched(random, Self::resolve),
            Kind::Realise => self.on_latched(random, Self::realise_profit),
            Kind::Collect => self.collect_insurance(),
            Kind::Stake => self.stake(random),
            Kind::Unstake => self.unstake(random),
            Kind::WithdrawStake => self.withdraw_stake(random),
            Kind::Reduce => self.on_latched(random, |play, _, seat| play.owner_can_act(seat)),
            Kind::Coalition => self.coalition(random),
            Kind::Alive => self.on_latched(random, |play, _, seat| play.alive(seat)),
            Kind::Thief => self.fund_thief(random),
        }
    }

    /// One price jumps, the other follows some of the way.
    fn gap(&mut self, random: &mut Random) -> Result<(), Broken> {
        self.world.svm.pass(random.between(1, 30));
        self.look();
        let most = random.pick(&[80, 150, 250, 400]);
        let jump = random.between(most / 3, most) * random.pick(&[-1, 1]);
        let first = random.below(2) as usize;
        for (place, part) in [(first, 4), (1 - first, random.between(0, 4))] {
            let price = &mut self.prices[place];
            *price = (*price + *price / 4_000 * jump * part).clamp(10_00000000, 5_000_000_00000000);
        }
        self.refresh(false)?;
        if random.chance(90) {
            self.begin(random)?;
        }
        Ok(())
    }

    /// Time passes that rescues wait for.
    fn wait(&mut self, random: &mut Random) -> Result<(), Broken> {
        self.world.svm.pass(random.pick(&[1, 60, 200, 301, 301, 601, 901, 901]));
        self.look();
        if random.chance(60) {
            return self.refresh(false);
        }
        Ok(())
    }

    /// Seats under liquidation, in any order.
    pub fn latched(&self, random: &mut Random) -> Vec<usize> {
        let mut latched: Vec<usize> =
            (0..self.cast.seats.len()).filter(|seat| self.is_latched(*seat)).collect();
        random.shuffle(&mut latched);
        latched
    }

    /// Does something about those who are under liquidation, mostly; or about somebody.
    fn on_latched(
        &mut self,
        random: &mut Random,
        mut act: impl FnMut(&mut Self, &mut Random, usize) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        let mut seats = self.latched(random);
        seats.truncate(2);
        if seats.is_empty() && random.chance(75) {
            self.begin(random)?;
            seats = self.latched(random);
        }
        if random.chance(4) {
            seats = vec![self.somebody(random)];
        }
        for seat in seats {
            if self.state.accounts[seat].is_none() {
                continue;
            }
            // Up to date, an account is judged as it is.
            if random.chance(30) {
                self.bring_up_to_date(seat)?;
            }
            act(self, random, seat)?;
        }
        Ok(())
    }

    /// Begins the rescues of those who are below maintenance; now and then somebody tries it with others.
    fn begin(&mut self, random: &mut Random) -> Result<(), Broken> {
        let owing = self.state.open().filter(|(_, account)| account.has_liabilities());
        let owing: Vec<usize> = owing.map(|(seat, _)| seat).collect();
        for seat in owing {
            let report = self.reports.of(&mut self.world, self.cast, &self.state, seat);
            let short = report.is_some_and(|report| report.health.get() < 0);
            if (short && random.chance(85) || random.chance(4))
                && (!self.is_latched(seat) || random.chance(5))
            {
                self.deed(seat, &Deed::Begin { by: random.below(8) as usize })?;
            }
        }
        Ok(())
    }

    /// The positions of a seat.
    pub fn held(&self, seat: usize) -> Vec<Leg> {
        self.state.accounts[seat].as_ref().map_or(vec![], |account| legs(account).collect())
    }

    /// Some positions by rising place, lots of each a unit, and units; sometimes silly.
    fn some(&self, random: &mut Random, seat: usize) -> (Vec<QuoteLeg>, u32) {
        let held = self.held(seat);
        let mut places: Vec<usize> = (0..held.len()).collect();
        random.shuffle(&mut places);
        let most = if random.chance(50) { 8 } else { random.between(1, 8) as usize };
        places.truncate(most);
        if !random.chance(2) {
            places.sort_unstable();
        }
        let parts = random.pick(&[1, 1, 1, 2, 4, 10, 100]);
        let leg = |place: &usize| QuoteLeg {
            leg: *place as u8,
            lots: (held[*place].quantity.unsigned_abs() / parts).max(1),
        };
        let mut legs: Vec<QuoteLeg> = places.iter().map(leg).collect();
        let mut units = random.pick(&[1, parts as u32, parts as u32, u32::MAX, u32::MAX]);
        match random.below(40) {
            0 => units = 0,
            1 => legs.push(QuoteLeg { leg: 60, lots: 1 }),
            2 => legs.iter_mut().for_each(|leg| leg.lots = random.pick(&[0, u64::MAX, leg.lots + 1])),
            3 => legs.clear(),
            _ => {}
        }
        (legs, units)
    }

    /// Who takes over, mostly somebody who can.
    fn taker(&self, random: &mut Random) -> usize {
        match random.below(10) {
            0 => POOR,
            1 => MAKER,
            2 => self.somebody(random),
            _ => KEEPER,
        }
    }

    fn liquidate(&mut self, random: &mut Random, seat: usize) -> Result<(), Broken> {
        let (legs, units) = self.some(random, seat);
        let least_pay = random.pick(&[i64::MIN, i64::MIN, i64::MIN, 0, DOLLAR]);
        let args = LiquidateArgs { legs, units, least_pay };
        let to = self.taker(random);
        self.deed(seat, &Deed::Liquidate { to, args }).map(drop)
    }

    /// The maker has signed for some of what the seat holds, at the mark or a little better for him.
    fn fill_order(&mut self, random: &mut Random, seat: usize) -> Result<(), Broken> {
        let (legs, units) = self.some(random, seat);
        let held = self.held(seat);
        let wanted: Vec<(OrderLeg, i64)> = legs
            .iter()
            .filter_map(|asked| {
                let of = held.get(asked.leg as usize)?;
                let lots = i32::try_from(asked.lots).ok()? * of.quantity.signum() as i32;
                let kind = of.instrument();
                let leg = OrderLeg {
                    number: kind.number,
                    kind: kind.kind,
                    expiry: kind.expiry as u32,
                    strike: kind.strike,
                    lots,
                };
                let index = self.per_lot(usize::from(of.market) - 1) as i64;
                let strike = (of.strike / 10_000) as i64;
                let price = match of.kind {
                    3 => (index - strike).max(0) + index / 20,
                    4 => (strike - index).max(0) + index / 20,
                    _ => index,
                };
                Some((leg, i64::from(lots) * price))
            })
            .collect();
        let cost: i64 = wanted.iter().map(|(_, cost)| cost).sum();
        let to = if random.chance(85) { MAKER } else { self.taker(random) };
        self.nonces[to] += 1;
        let order = Order {
            domain: ORDER_DOMAIN,
            margin_account: self.cast.seats[to].account,
            venue: random.pick(&[0, 0, 0, 0, 0, 0, 0, 0, 1]),
            nonce: self.nonces[to] - 1,
            expires_at: self.state.now + 100,
            units: units.min(1_000_000).into(),
            limit: cost
                + random.pick(&[0, DOLLAR, cost.abs() / 20, cost.abs() / 5, 1_000_000 * DOLLAR, -DOLLAR]),
            max_fee: 0,
            reduce_only: random.chance(4),
            legs: wanted.into_iter().map(|(leg, _)| leg).collect(),
        };
        let args = LiquidateToOrderArgs { order, units: units.min(1_000_000) };
        let keeper = if self.is_latched(POOR) { KEEPER } else { random.pick(&[POOR, POOR, KEEPER, MAKER]) };
        self.deed(seat, &Deed::ToOrder { to, keeper, args }).map(drop)
    }

    fn swap(&mut self, random: &mut Random, seat: usize) -> Result<(), Broken> {
        let account = self.state.accounts[seat].as_ref().expect("an open account");
        let rows: Vec<(u16, u64)> = account
            .collateral
            .iter()
            .filter(|row| row.amount > 0)
            .map(|row| (row.bank, row.amount))
            .collect();
        let (bank, there_is) = if rows.is_empty() { (1, 10) } else { random.pick(&rows) };
        let mut amount = match random.below(12) {
            0 => there_is + 1,
            1 => 0,
            2 => 1,
            3 | 4 => random.below(there_is) + 1,
            _ => there_is,
        };
        let to = self.taker(random);
        // A keeper who is told that it is too much asks for less.
        for _ in 0..3 {
            if self.deed(seat, &Deed::Swap { to, bank, amount })? || amount < 2 {
                break;
            }
            amount = (amount / 6).max(1);
        }
        Ok(())
    }

    /// Somebody who holds the other side of a position, or somebody.
    fn deleverage(&mut self, random: &mut Random, seat: usize) -> Result<(), Broken> {
        if random.chance(80) {
            self.world.svm.pass(901);
            self.look();
            self.refresh(false)?;
        }
        let (mut legs, units) = self.some(random, seat);
        let held = self.held(seat);
        legs.truncate(random.pick(&[1, 1, 1, 2, 3]));
        let first = legs.first().and_then(|leg| held.get(leg.leg as usize)).copied();
        let mut seats: Vec<usize> = self.state.open().map(|(seat, _)| seat).collect();
        random.shuffle(&mut seats);
        let fits = |other: &&usize| {
            first.is_some_and(|first| {
                self.held(**other).iter().any(|leg| {
                    leg.place() == first.place() && leg.quantity.signum() == -first.quantity.signum()
                })
            })
        };
        let winner = if random.chance(90) { seats.iter().find(fits).copied() } else { None };
        let winner = winner.unwrap_or(seats[0]);
        if legs.len() == 1 && random.chance(90) {
            // No more than the other has.
            let other = self
                .held(winner)
                .into_iter()
                .find(|leg| first.is_some_and(|first| first.place() == leg.place()));
            legs[0].lots = legs[0].lots.min(other.map_or(1, |leg| leg.quantity.unsigned_abs()));
        }
        self.deed(seat, &Deed::Deleverage { winner, args: DeleverageArgs { legs, units } }).map(drop)
    }

    /// The next hop; mostly fees are taken in before, and time has passed.
    fn resolve(&mut self, random: &mut Random, seat: usize) -> Result<(), Broken> {
        // Nothing is borne before all positions are gone.
        for _ in 0..2 {
            let held = self.held(seat);
            if held.is_empty() || random.chance(20) {
                break;
            }
            let leg = |place: usize| QuoteLeg { leg: place as u8, lots: held[place].quantity.unsigned_abs() };
            let args = LiquidateArgs {
                legs: (0..held.len().min(8)).map(leg).collect(),
                units: 1,
                least_pay: i64::MIN,
            };
            self.deed(seat, &Deed::Liquidate { to: KEEPER, args })?;
        }
        if !self.is_latched(seat) {
            return Ok(());
        }
        if random.chance(80) {
            self.collect_insurance()?;
        }
        for _ in 0..random.between(1, 3) {
            self.deed(seat, &Deed::Resolve)?;
            if !self.is_latched(seat) {
                break;
            }
            self.realise_all(seat)?;
            if random.chance(70) {
                self.world.svm.pass(301);
                self.look();
            }
        }
        Ok(())
    }

    /// Between the first hop and the second, all open profits of the markets that a bankrupt account owes to are realised.
    pub fn realise_all(&mut self, seat: usize) -> Result<(), Broken> {
        let auction = self.state.insurance.as_ref().and_then(|all| all.auctions[seat].as_ref());
        if auction.is_none_or(|auction| auction.hop != 1) {
            return Ok(());
        }
        let account = self.state.accounts[seat].as_ref().expect("an open account");
        let owing = account.markets.iter().filter(|row| row.unpaid_profit < 0);
        let owing: Vec<u16> = owing.map(|row| row.market).collect();
        for market in owing {
            let holds = |account: &MarginAccount| legs(account).any(|leg| leg.market == market);
            let winners: Vec<usize> =
                self.state.open().filter(|(_, account)| holds(account)).map(|(seat, _)| seat).collect();
            for winner in winners {
                self.deed(seat, &Deed::Realise { winner, market })?;
            }
        }
        Ok(())
    }

    fn realise_profit(&mut self, random: &mut Random, seat: usize) -> Result<(), Broken> {
        let account = self.state.accounts[seat].as_ref().expect("an open account");
        let owing = account.markets.iter().find(|row| row.unpaid_profit < 0).map(|row| row.market);
        let market = owing.unwrap_or(random.pick(&MARKETS));
        let winners: Vec<usize> = self
            .state
            .open()
            .filter(|(_, account)| legs(account).any(|leg| leg.market == market))
            .map(|(seat, _)| seat)
            .collect();
        let winner = if winners.is_empty() { self.somebody(random) } else { random.pick(&winners) };
        self.deed(seat, &Deed::Realise { winner, market }).map(drop)
    }
}
