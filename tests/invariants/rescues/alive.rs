//! Invariant 15: whoever is under liquidation can be helped: while feeds are good, there is always something that anybody
//! with money can do, and that goes on until the rescue ends; its owner can bring money and make positions smaller.

use crate::{
    healths,
    play::Play,
    rescues::deeds::Deed,
    stage::{Cast, MARKETS},
    state::{broken, Broken},
};
use ballast_audit::legs;
use ballast_interface::{
    account::{instructions::Numbers, Leg, MarginAccount, Market, TradeLeg},
    liquidation::{DeleverageArgs, LiquidateArgs},
    risk::{instructions as risk_program, QuoteLeg},
};
use ballast_testkit::{account_program, dollars, limit, signed, slice, Random, Signer, World, DOLLAR};

/// Name of the invariant.
pub const ALIVE: &str = "15 rescues end";
const STUCK: &str = "tokens and positions that hedge each other wait";
pub const STUCK_SHORT: &str = "tokens and positions that hedge each other wait below maintenance";
/// Most deeds until a rescue has ended.
const MOST: usize = 80;
/// Seconds until anybody may be closed against a winner, and until the next hop.
const LONG: i64 = 901;

/// One thing that was done.
#[derive(Clone, Debug)]
pub enum Move {
    /// Time passed, and prices were refreshed.
    Wait,
    /// Somebody did something.
    Deed(Deed),
}

/// A copy of the world in which feeds are good and somebody has money.
pub struct Trial<'a> {
    pub world: World,
    cast: &'a Cast,
    seat: usize,
    keeper: usize,
    prices: [i64; 2],
    /// What was done, for people.
    pub told: Vec<String>,
    /// Whether winners are asked first.
    pub winners_first: bool,
    /// The same, to be done once more.
    pub script: Vec<Move>,
    /// Why the last search found nothing.
    why: Vec<String>,
}

impl<'a> Trial<'a> {
    /// Begins on a copy; nothing if nobody can take over.
    pub fn new(play: &Play<'a>, seat: usize) -> Option<Self> {
        let cast = play.cast;
        let fit = |other: &usize| {
            *other != seat && !play.is_latched(*other) && play.state.accounts[*other].is_some()
        };
        let keeper = [2, 6, 5, 7, 4, 3, 0, 1].into_iter().find(fit)?;
        let world = World::new(play.at.copied());
        let mut trial = Self {
            world,
            cast,
            seat,
            keeper,
            prices: play.prices,
            told: vec![],
            script: vec![],
            why: vec![],
            winners_first: false,
        };
        trial.good_feeds();
        trial.freeze();
        trial.enrich();
        Some(trial)
    }

    /// Prices of this second, and surfaces that fit them.
    fn good_feeds(&mut self) {
        let (world, risk, group) = (&mut self.world, &self.cast.exchange.risk, self.cast.group());
        world.svm.pass(1);
        let now = world.svm.now();
        for (market, price) in MARKETS.into_iter().zip(self.prices) {
            world.set_price(risk, market, price);
            let dates: Vec<i64> =
                world.market(&group, market).dates().iter().map(|date| date.expiry).collect();
            let ahead = dates.into_iter().filter(|expiry| *expiry > now + 1_800);
            let forward = dollars(1) / 100_000_000 * price as u64;
            let slices: Vec<_> = ahead.map(|expiry| slice(now, expiry - now, forward, 0.6)).collect();
            if !slices.is_empty() {
                let mut args = world.surface_args(risk, market, &slices);
                args.valid_until = now + 6 * 86_400;
                let _ = world.svm.send(&signed(risk_program::post_surface(&args), &risk.quorum()), &[]);
            }
        }
    }

    /// Freezes the prices of all dates that have passed, however long that takes.
    fn freeze(&mut self) {
        let group = self.cast.group();
        let left = |world: &mut World| -> Vec<(u16, i64)> {
            let now = world.svm.now();
            let of = |market: Market| {
                let dates = market.dates().to_vec().into_iter();
                let open = dates.filter(|date| date.expiry <= now && date.settled_at == 0);
                open.map(|date| (market.market, date.expiry)).collect::<Vec<_>>()
            };
            MARKETS.into_iter().flat_map(|market| of(world.market(&group, market))).collect()
        };
        for _ in 0..3 {
            for (market, date) in left(&mut self.world) {
                let freeze = account_program::freeze_settlement(&group, market, date);
                let _ = self.world.svm.send(&[limit(), freeze], &[]);
            }
            if left(&mut self.world).is_empty() {
                return;
            }
            self.world.svm.pass(3_601);
            self.good_feeds();
        }
    }

    /// Gives the keeper money.
    fn enrich(&mut self) {
        let (cast, world) = (self.cast, &mut self.world);
        let (of, purse) = (&cast.seats[self.keeper], &cast.stranger_purse);
        let amount = 100_000_000 * DOLLAR as u64;
        world.mint_to(purse, amount);
        let account = world.margin_account(&of.account);
        let markets = markets(&account);
        let by = cast.stranger.pubkey();
        let deposit =
            account_program::deposit(&cast.group(), &of.account, 0, 0, purse, &by, amount, &markets);
        let done = world.svm.send(&[limit(), deposit], &[&cast.stranger]);
        done.unwrap_or_else(|failure| panic!("the keeper gets money: {failure:#?}"));
    }

    fn account(&mut self) -> MarginAccount {
        self.world.margin_account(&self.cast.seats[self.seat].account)
    }

    /// Whether the rescue goes on.
    pub fn goes_on(&mut self) -> bool {
        self.account().liquidation_since != 0
    }

    fn does(&mut self, deed: Deed) -> bool {
        match deed.send(&mut self.world, self.cast, self.seat, !self.script.len().is_multiple_of(3)) {
            Ok(()) => {
                self.told.push(format!("{deed:?}"));
                self.script.push(Move::Deed(deed));
                true
            }
            Err(why) => {
                self.why.push(format!("{deed:?}: {why}"));
                false
            }
        }
    }

    fn take(&mut self, legs: Vec<QuoteLeg>, units: u32) -> bool {
        let args = LiquidateArgs { legs, units, least_pay: i64::MIN };
        self.does(Deed::Liquidate { to: self.keeper, args })
    }

    /// One thing that works now, without waiting.
    fn now(&mut self) -> bool {
        self.why.clear();
        let collect = {
            let token = self.cast.stranger_purse.token_program;
            let (group, dollar) = (self.cast.group(), self.cast.exchange.dollar);
            ballast_testkit::liquidation_program::collect_insurance(&group, &dollar, &token, &MARKETS)
        };
        let _ = self.world.svm.send(&[collect], &[]);
        if self.does(Deed::End) || self.does(Deed::Resolve) {
            return true;
        }
        let account = self.account();
        let held: Vec<Leg> = legs(&account).collect();
        if self.winners_first && self.closes(&held) {
            return true;
        }
        let whole = |place: usize| QuoteLeg { leg: place as u8, lots: held[place].quantity.unsigned_abs() };
        let one = |place: usize| QuoteLeg { leg: place as u8, lots: 1 };
        let all: Vec<QuoteLeg> = (0..held.len().min(8)).map(whole).collect();
        if !all.is_empty() && self.take(all, 1) {
            return true;
        }
        for place in 0..held.len() {
            if self.take(vec![one(place)], u32::MAX) || self.take(vec![whole(place)], 1) {
                return true;
            }
        }
        for row in account.collateral.iter().filter(|row| row.amount > 0) {
            if self.sells(row.bank, row.amount) {
                return true;
            }
        }
        // Pairs and all but one, for what hedges something.
        for first in 0..held.len().min(8) {
            for second in first + 1..held.len().min(8) {
                if self.take(vec![whole(first), whole(second)], 1) {
                    return true;
                }
            }
            let others: Vec<QuoteLeg> =
                (0..held.len().min(8)).filter(|place| *place != first).map(whole).collect();
            if others.len() > 2 && self.take(others, 1) {
                return true;
            }
        }
        self.closes(&held)
    }

    /// Sells tokens: all, or about as many as the target needs.
    fn sells(&mut self, bank: u16, all: u64) -> bool {
        let (mut most, mut amount) = (all, all);
        for _ in 0..40 {
            if self.does(Deed::Swap { to: self.keeper, bank, amount }) {
                return true;
            }
            let passed = self.why.last().is_some_and(|why| why.ends_with("TargetPassed"));
            if most < 2 || !passed && amount < all / 1_000 {
                return false;
            }
            most = amount;
            amount = if passed { most / 2 } else { most / 8 };
            if amount == 0 {
                return false;
            }
        }
        false
    }

    /// Closes something against somebody who holds the other side.
    fn closes(&mut self, held: &[Leg]) -> bool {
        for winner in 0..self.cast.seats.len() {
            let account = self.world.svm.account(&self.cast.seats[winner].account);
            if account.is_none() || winner == self.seat {
                continue;
            }
            let account = self.world.margin_account(&self.cast.seats[winner].account);
            let mut common = vec![];
            for (place, leg) in held.iter().enumerate() {
                let other = legs(&account).find(|other| other.place() == leg.place());
                let Some(other) = other.filter(|other| other.quantity.signum() == -leg.quantity.signum())
                else {
                    continue;
                };
                let lots = leg.quantity.unsigned_abs().min(other.quantity.unsigned_abs());
                common.push(QuoteLeg { leg: place as u8, lots });
                for (lots, units) in [(lots, 1), (1, lots as u32), (1, 1)] {
                    let legs = vec![QuoteLeg { leg: place as u8, lots }];
                    if self.does(Deed::Deleverage { winner, args: DeleverageArgs { legs, units } }) {
                        return true;
                    }
                }
            }
            common.truncate(8);
            if common.len() > 1 {
                let args = DeleverageArgs { legs: common, units: 1 };
                if self.does(Deed::Deleverage { winner, args }) {
                    return true;
                }
            }
        }
        false
    }

    /// One thing that works, now or a little later.
    pub fn step(&mut self) -> bool {
        for _ in 0..4 {
            if self.now() {
                return true;
            }
            self.wait();
        }
        false
    }

    /// Lets an auction run its time, or the next hop come.
    fn wait(&mut self) {
        self.world.svm.pass(LONG);
        self.told.push("wait".into());
        self.script.push(Move::Wait);
        self.good_feeds();
    }

    /// Whether nothing can work: tokens and positions that hedge each other are only worth more margin apart, and no
    /// instruction takes both.
    pub fn is_hedged_by_tokens(&mut self) -> bool {
        let account = self.account();
        account.collateral.iter().any(|row| row.amount > 0) && legs(&account).next().is_some()
    }

    /// Whether the account is below its maintenance margin.
    fn is_short(&mut self) -> bool {
        let (key, account) = (self.cast.seats[self.seat].account, self.account());
        let markets = healths::markets_of(&account);
        self.world.assess(&self.cast.exchange.risk, &key, &markets).health.get() < 0
    }

    /// What is wrong, if nothing works.
    pub fn dead(&mut self) -> Broken {
        let account = self.account();
        let held: Vec<Leg> = legs(&account).collect();
        let rows: Vec<_> = account.markets.iter().filter(|row| row.market != 0).collect();
        let tokens: Vec<_> = account.collateral.iter().filter(|row| row.bank != 0).collect();
        let what = format!(
            "seat {}: nothing works\ncash {}\n{held:?}\n{rows:?}\n{tokens:?}\nkeeper {}, prices {:?}\nafter {:#?}\n{:#?}",
            self.seat, account.cash, self.keeper, self.prices, self.told, self.why
        );
        Broken { name: ALIVE, what }
    }
}

/// The markets of an account's claims.
fn markets(account: &MarginAccount) -> Vec<u16> {
    let mut markets: Vec<u16> =
        account.markets.iter().map(|row| row.market).filter(|market| *market != 0).collect();
    markets.sort_unstable();
    markets
}

impl Play<'_> {
    /// Something works for a seat, and its owner can act.
    pub fn alive(&mut self, seat: usize) -> Result<(), Broken> {
        if !self.is_latched(seat) {
            return Ok(());
        }
        let Some(mut trial) = Trial::new(self, seat) else { return Ok(()) };
        if !trial.step() {
            if !trial.is_hedged_by_tokens() {
                return Err(trial.dead());
            }
            self.mark_if(true, if trial.is_short() { STUCK_SHORT } else { STUCK });
            return self.owner_can_act(seat);
        }
        self.mark_if(true, "something works for a latched account");
        self.owner_can_act(seat)
    }

    /// Does once more what was found on a copy, with all checks.
    fn once_more(&mut self, seat: usize, keeper: usize, script: &[Move]) -> Result<(), Broken> {
        let random = &mut Random::new(7);
        let later = |play: &mut Self, seconds: i64| {
            play.world.svm.pass(seconds);
            play.look();
            play.refresh(false)
        };
        later(self, 1)?;
        let now = self.state.now;
        let dates = self.state.markets.iter().flat_map(|market| market.dates().to_vec());
        let passed: Vec<i64> =
            dates.filter(|date| date.expiry <= now && date.settled_at == 0).map(|date| date.expiry).collect();
        for date in passed {
            self.freeze(random, date)?;
        }
        let markets = markets(self.state.accounts[keeper].as_ref().expect("an open account"));
        let (cast, purse) = (self.cast, &self.cast.stranger_purse);
        let (to, by) = (cast.seats[keeper].account, cast.stranger.pubkey());
        let amount = self.world.tokens(&purse.account) / 2;
        let deposit = account_program::deposit(&cast.group(), &to, 0, 0, purse, &by, amount, &markets);
        self.act("deposit", keeper, &[limit(), deposit], &[&cast.stranger])?;
        for step in script {
            match step {
                Move::Wait => later(self, LONG + 1)?,
                Move::Deed(deed) => {
                    if matches!(deed, Deed::Resolve) {
                        self.collect_insurance()?;
                    }
                    self.deed(seat, deed)?;
                    self.realise_all(seat)?;
                }
            }
        }
        // Those whose claims were cut are told.
        for seat in 0..self.cast.seats.len() {
            if self.state.accounts[seat]
                .as_ref()
                .is_some_and(|account| account.markets.iter().any(|row| row.unpaid_profit > 0))
            {
                self.bring_up_to_date(seat)?;
            }
        }
        Ok(())
    }

    /// Every rescue that is under way comes to its end, whatever it takes: found on a copy, then done with all checks.
    pub fn all_end(&mut self) -> Result<(), Broken> {
        let seats: Vec<usize> = (0..self.cast.seats.len()).filter(|seat| self.is_latched(*seat)).collect();
        for seat in seats {
            let Some(mut trial) = Trial::new(self, seat) else { continue };
            if seat % 2 == 0 {
                trial.winners_first = true;
                trial.wait();
            }
            let mut deeds = 0;
            while trial.goes_on() {
                deeds += 1;
                if deeds > MOST || !trial.step() {
                    if !trial.is_hedged_by_tokens() {
                        return Err(trial.dead());
                    }
                    self.mark_if(true, if trial.is_short() { STUCK_SHORT } else { STUCK });
                    break;
                }
            }
            let (on, script, keeper) = (trial.goes_on(), trial.script.clone(), trial.keeper);
            self.once_more(seat, keeper, &script)?;
            if on {
                let what = trial.dead().what;
                self.told.push(what);
                continue;
            }
            self.mark_if(true, "a rescue comes to its end by itself");
            self.mark_if(
                trial.told.iter().any(|told| told.starts_with("Deleverage")),
                "an end by deleveraging",
            );
            self.mark_if(trial.told.iter().any(|told| told.starts_with("Resolve")), "an end by a hop");
        }
        Ok(())
    }

    /// The owner of an account under liquidation can bring money and make a position smaller, on a copy.
    pub fn owner_can_act(&mut self, seat: usize) -> Result<(), Broken> {
        if !self.is_latched(seat) {
            return Ok(());
        }
        let Some(mut trial) = Trial::new(self, seat) else { return Ok(()) };
        let (cast, group) = (self.cast, self.cast.group());
        let of = &cast.seats[seat];
        let account = trial.account();
        let held: Vec<Leg> = legs(&account).collect();
        let now = trial.world.svm.now();
        let open = |leg: &&Leg| leg.expiry == 0 || leg.expiry > now;
        let mut why = vec![];
        let mut reduced = held.iter().filter(open).count() == 0;
        for leg in held.iter().filter(open) {
            let index = self.per_lot(usize::from(leg.market) - 1);
            let strike = leg.strike / 10_000;
            let price = match leg.kind {
                3 => index.saturating_sub(strike),
                4 => strike.saturating_sub(index),
                _ => index,
            };
            // The other is generous.
            let better = index / 20;
            let price =
                if leg.quantity > 0 { price + better } else { price.saturating_sub(better) } / 100 * 100;
            let traded = TradeLeg {
                number: leg.market,
                kind: leg.kind,
                expiry: leg.expiry,
                strike: leg.strike,
                lots: -leg.quantity,
                price,
            };
            let keeper = &cast.seats[trial.keeper];
            let [markets, risks] =
                trial.world.needs(&cast.exchange, &[of.account, keeper.account], &[traded]);
            let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
            let trade = account_program::block_trade(
                &group,
                (&of.account, &of.key.pubkey()),
                (&keeper.account, &keeper.key.pubkey()),
                &vec![traded],
                &numbers,
            );
            let mut signers = vec![&of.key, &keeper.key];
            signers.dedup_by_key(|key| key.to_bytes());
            match trial.world.svm.send(&[limit(), trade], &signers) {
                Ok(_) => {
                    reduced = true;
                    break;
                }
                Err(failure) => why.push(format!("{traded:?} {:?} {:#?}", failure.reason, failure.logs)),
            }
        }
        // What hedges something stays, for its owner, too.
        let hedges = held.len() > 1 || trial.is_hedged_by_tokens();
        if !reduced && !hedges {
            return broken(ALIVE, format!("seat {seat} cannot make any position smaller: {why:#?}"));
        }
        self.mark_if(reduced && !held.is_empty(), "a latched account is reduced by its owner");
        let markets = markets(&trial.account());
        let purse = &cast.stranger_purse;
        let by = cast.stranger.pubkey();
        let deposit = account_program::deposit(&group, &of.account, 0, 0, purse, &by, 1_000_000, &markets);
        if let Err(failure) = trial.world.svm.send(&[limit(), deposit], &[&cast.stranger]) {
            return broken(ALIVE, format!("seat {seat} gets no deposit: {failure:#?}"));
        }
        self.mark_if(true, "a latched account gets a deposit");
        Ok(())
    }
}
