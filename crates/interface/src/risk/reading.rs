//! From accounts to what the engine asks for: one reading for the program, the keeper, the client and the browser.
//!
//! Positions are read as they stand in the account: whoever relies on the answer first brings funding and interest
//! up to date, which is the account program's work.

mod tokens;

use super::{Action, Assessment, DateRisk, FeedState, MarketRisk, Model, ModelLists, RiskError};
use crate::account::{quote_unit, Group, MarginAccount};
use anchor_lang::prelude::*;
use ballast_margin::{
    book::{
        Book, Collateral, Expiry, Kind, Leg, Market, Snapshot, MAX_COLLATERAL, MAX_EXPIRIES, MAX_LEGS,
        MAX_MARKETS,
    },
    model::Model as Rules,
    units::{Contracts, Fraction, Price, Quote, STEPS},
    Desk,
};

/// Most markets that can be given: those of the legs, those that price and that move the collateral, and the quote
/// token's.
const MAX_GIVEN: usize = 33;

/// One engine market: which of the given ones it is, and which expiries are its own.
#[derive(Clone, Copy, Default)]
struct Place {
    given: usize,
    first: usize,
    end: usize,
}

/// Room for the engine's legs. A program puts it on its stack, since the heap has little to spare beside a desk.
pub struct LegRoom([Leg; MAX_LEGS]);

impl LegRoom {
    /// An empty room.
    pub const EMPTY: Self = {
        let (strike, quantity, basis) = (Price(0), Contracts(0), Quote(0));
        Self([Leg { market: 0, expiry: 0, kind: Kind::Perp, strike, quantity, basis }; MAX_LEGS])
    };
}

/// An account's book and its markets, in the engine's words.
pub struct Reading<'a> {
    model: &'a Model,
    lists: ModelLists,
    given: &'a [&'a MarketRisk],
    states: [FeedState; MAX_GIVEN],
    permits: [u8; MAX_GIVEN],
    used: u64,
    places: Vec<Place>,
    /// How many of the places have legs; those behind only move tokens.
    with_legs: usize,
    expiries: Vec<Expiry>,
    legs: &'a mut LegRoom,
    leg_count: usize,
    collateral: Vec<Collateral>,
    cash: Quote,
    unpaid: Quote,
    peg: Price,
    sequence: u64,
    now: i64,
}

impl<'a> Reading<'a> {
    /// Reads an account. `given` are the markets that it holds and those that price or move its collateral, by
    /// rising number: exactly these, no more and no fewer.
    #[inline(never)]
    pub fn new(
        group: &Group,
        model: &'a Model,
        account: &MarginAccount,
        given: &'a [&'a MarketRisk],
        now: i64,
        room: &'a mut LegRoom,
    ) -> Result<Self> {
        let mut reading = Self {
            model,
            lists: ModelLists::default(),
            given,
            states: [FeedState::Good; MAX_GIVEN],
            permits: [0; MAX_GIVEN],
            used: 0,
            places: Vec::with_capacity(MAX_MARKETS),
            with_legs: 0,
            expiries: Vec::with_capacity(MAX_EXPIRIES),
            legs: room,
            leg_count: 0,
            collateral: Vec::with_capacity(MAX_COLLATERAL),
            cash: Quote(0),
            unpaid: Quote(0),
            peg: Price(STEPS),
            sequence: account.sequence,
            now,
        };
        require_keys_eq!(model.group, account.group, RiskError::WrongGroup);
        reading.states(&account.group)?;
        let unit = quote_unit(group.quote_decimals);
        reading.cash = quote(account.cash, unit);
        reading.legs(account, unit)?;
        reading.with_legs = reading.places.len();
        let peg = reading.peg()?;
        reading.peg = Price(peg.index);
        reading.collateral(account, peg)?;
        reading.unpaid(account, unit);
        let all = 1u64.wrapping_shl(given.len() as u32).wrapping_sub(1);
        require!(reading.used == all, RiskError::MarketSuperfluous);
        reading.lists = model.lists(|number| reading.holds(number))?;
        Ok(reading)
    }

    /// The state of every given market's price; refuses markets out of order or of another group.
    #[inline(never)]
    fn states(&mut self, group: &Pubkey) -> Result<()> {
        require!(self.given.len() <= MAX_GIVEN, RiskError::MarketSuperfluous);
        let mut before = 0;
        for ((risk, state), permits) in self.given.iter().zip(&mut self.states).zip(&mut self.permits) {
            require!(risk.market > before, RiskError::MarketOutOfOrder);
            before = risk.market;
            require_keys_eq!(risk.group, *group, RiskError::WrongGroup);
            *state = risk.price_state(self.now).0;
            *permits = risk.price.permitted(&risk.rules, self.now);
        }
        Ok(())
    }

    /// The given market at a place.
    fn market(&self, place: usize) -> Result<&'a MarketRisk> {
        Ok(*self.given.get(place).ok_or(RiskError::MarketMissing)?)
    }

    /// The place of a market by its number, which is then one that the account holds.
    fn find(&mut self, number: u16) -> Result<usize> {
        let found = self.given.iter().position(|risk| risk.market == number);
        let place = found.ok_or(RiskError::MarketMissing)?;
        self.used |= 1u64.wrapping_shl(place as u32);
        Ok(place)
    }

    /// The engine's market of a number.
    fn place(&mut self, number: u16) -> Result<u8> {
        let given = self.find(number)?;
        if let Some(known) = self.places.iter().position(|place| place.given == given) {
            return Ok(known as u8);
        }
        require!(self.places.len() < MAX_MARKETS, RiskError::BookInvalid);
        let end = self.expiries.len();
        self.places.push(Place { given, first: end, end });
        Ok(self.places.len().saturating_sub(1) as u8)
    }

    /// Legs rise by market and expiry, so that each is looked up but once.
    #[inline(never)]
    fn legs(&mut self, account: &MarginAccount, unit: u64) -> Result<()> {
        let (mut number, mut place, mut lot) = (0, 0, 0);
        let (mut dates, mut expiry, mut date) = (0u8, 0, 0);
        for leg in &account.legs {
            if leg.market == 0 {
                break;
            }
            if leg.market != number {
                // A market's legs stand together, or the book is not in order.
                require!(leg.market > number, RiskError::BookInvalid);
                number = leg.market;
                place = self.place(number)?;
                let risk = self.risk(place)?;
                require!(risk.price.index > 0, RiskError::PriceMissing);
                lot = risk.rules.lot;
                dates = 0;
            }
            let kind = kind(leg.kind)?;
            if kind != Kind::Perp && (dates == 0 || leg.expiry != expiry) {
                require!(dates == 0 || leg.expiry > expiry, RiskError::BookInvalid);
                expiry = leg.expiry;
                self.date(place, expiry)?;
                (date, dates) = (dates, dates.wrapping_add(1));
            }
            let linear = matches!(kind, Kind::Perp | Kind::Future);
            require!(leg.strike < 1 << 57, RiskError::NumberTooLarge);
            let leg = Leg {
                market: place,
                expiry: date,
                kind,
                strike: Price(leg.strike.wrapping_mul(100)),
                quantity: Contracts(product(leg.quantity, lot)?),
                basis: if linear { quote(leg.entry_value, unit) } else { Quote(0) },
            };
            // Both have as many rows as the other.
            if let Some(slot) = self.legs.0.get_mut(self.leg_count) {
                (*slot, self.leg_count) = (leg, self.leg_count.wrapping_add(1));
            }
        }
        Ok(())
    }

    /// The risk of an engine market.
    fn risk(&self, place: u8) -> Result<&'a MarketRisk> {
        let place = self.places.get(place as usize).ok_or(RiskError::BookInvalid)?;
        self.market(place.given)
    }

    /// Adds a date of an engine market, the last one so far.
    #[inline(never)]
    fn date(&mut self, place: u8, expiry: i64) -> Result<()> {
        let risk = self.risk(place)?;
        let date = risk.dates().iter().find(|date| date.expiry == expiry).ok_or(RiskError::ExpiryUnknown)?;
        require!(self.expiries.len() < MAX_EXPIRIES, RiskError::BookInvalid);
        if let Some(place) = self.places.get_mut(place as usize) {
            place.end = place.end.wrapping_add(1);
            let given = place.given;
            self.open(given, risk, date);
        }
        Ok(())
    }

    /// Adds a date to the engine's.
    fn open(&mut self, given: usize, risk: &MarketRisk, date: &DateRisk) {
        let seconds = date.open_seconds(self.now);
        let stale = seconds > 0 && self.now > date.valid_until;
        if let (true, Some(state), Some(permits)) =
            (stale, self.states.get_mut(given), self.permits.get_mut(given))
        {
            let late = FeedState::Stale.permitted(0, 0, 0);
            *state = (*state).max(FeedState::Stale);
            *permits &= late;
        }
        self.expiries.push(Expiry {
            seconds,
            // A price of next to nothing leaves a forward of nothing, which the engine would refuse.
            forward: Price(date.forward_now(risk.price.index, self.now).max(1)),
            rate: Fraction::ZERO,
            svi: date.svi(),
            score: if stale { Fraction::ZERO } else { Fraction::ONE },
        });
    }

    /// Whether a number is that of an engine market.
    fn holds(&self, number: u16) -> bool {
        let mut numbers = self.places.iter().filter_map(|place| self.given.get(place.given));
        numbers.any(|risk| risk.market == number)
    }

    fn unpaid(&mut self, account: &MarginAccount, unit: u64) {
        for book in account.markets.iter().filter(|book| book.unpaid_profit != 0) {
            self.unpaid = Quote(self.unpaid.0.saturating_add(quote(book.unpaid_profit, unit).0));
        }
    }

    /// When the account was read, in unix time.
    pub(super) const fn moment(&self) -> i64 {
        self.now
    }

    /// Contracts in a lot of an engine market, in 10^-10.
    pub(super) fn lot(&self, place: u8) -> Result<u64> {
        Ok(self.risk(place)?.rules.lot)
    }

    /// Whether every feed of the account is good: if not, markets do not offset each other.
    pub fn certain(&self) -> bool {
        self.states.iter().take(self.given.len()).all(|state| *state == FeedState::Good)
    }

    /// The markets, borrowing their expiries.
    #[inline(never)]
    pub fn markets(&self) -> Vec<Market<'_>> {
        let certain = self.certain();
        let mut markets = Vec::with_capacity(self.places.len());
        for place in &self.places {
            let (Some(risk), Some(state)) = (self.given.get(place.given), self.states.get(place.given))
            else {
                continue;
            };
            let good = *state == FeedState::Good;
            markets.push(Market {
                id: risk.market,
                index: Price(risk.price.index),
                slow: Price(risk.price.slow),
                // Perps are marked at the index: what a venue's price is above it flows as funding.
                perp: Price(risk.price.index),
                range: risk.range(self.now),
                interval: interval(risk, good),
                depth: Contracts(risk.rules.depth),
                score: score(good),
                perp_score: score(good),
                certain,
                expiries: self.expiries.get(place.first..place.end).unwrap_or(&[]),
            });
        }
        markets
    }

    /// The market data of the moment, borrowing the markets.
    pub fn snapshot<'m>(&self, markets: &'m [Market<'m>]) -> Snapshot<'m> {
        Snapshot { peg: self.peg, markets }
    }

    /// The account's book.
    pub fn book(&self) -> Book<'_> {
        let legs = self.legs.0.get(..self.leg_count).unwrap_or(&[]);
        Book { cash: self.cash, unpaid: self.unpaid, collateral: &self.collateral, legs }
    }

    /// The engine's rules.
    pub fn rules(&self) -> Rules<'_> {
        self.model.rules(&self.lists)
    }

    /// Assesses the account, in a report of the caller's that is all zeros.
    #[inline(never)]
    pub fn assess(&self, desk: &mut Desk, report: &mut Assessment) -> Result<()> {
        self.weigh(desk, report)?;
        report.version = Assessment::VERSION;
        report.offsets_off = u8::from(!self.certain());
        report.sequence = self.sequence;
        report.revision = self.model.revision;
        report.assessed_at = self.now;
        report.permitted = self.permitted();
        report.market_count = self.places.len() as u8;
        for (slot, place) in report.markets.iter_mut().zip(&self.places) {
            if let (Some(risk), Some(state), Some(permitted)) =
                (self.given.get(place.given), self.states.get(place.given), self.permits.get(place.given))
            {
                (slot.market, slot.state, slot.permitted) = (risk.market, *state as u8, *permitted);
            }
        }
        Ok(())
    }

    /// What all feeds permit. One that only prices or moves a token cannot stop a liquidation: the token is worth
    /// what it is worth at worst, or nothing.
    pub fn permitted(&self) -> u8 {
        const LIQUIDATE: u8 = 1 << Action::Liquidate as u8;
        let permits = self.permits.iter().take(self.given.len()).enumerate();
        permits.fold(Action::ALL, |all, (given, one)| {
            let held = self.places.iter().take(self.with_legs).any(|place| place.given == given);
            all & if held { *one } else { *one | LIQUIDATE }
        })
    }

    /// The engine's part of an assessment.
    #[inline(never)]
    fn weigh(&self, desk: &mut Desk, report: &mut Assessment) -> Result<()> {
        let rules = self.rules();
        let markets = self.markets();
        let found = ballast_margin::assess(desk, &rules, &self.snapshot(&markets), &self.book());
        let found = found.map_err(RiskError::from)?;
        report.write(&found);
        for (slot, market) in report.markets.iter_mut().zip(&found.markets).take(self.places.len()) {
            slot.write(market);
        }
        Ok(())
    }
}

/// A feed trusts itself fully or not at all.
fn score(good: bool) -> Fraction {
    if good {
        Fraction::ONE
    } else {
        Fraction::ZERO
    }
}

/// The oracle's interval; of a feed that is not good, at least the widest of a good one.
fn interval(risk: &MarketRisk, good: bool) -> Fraction {
    let (known, widest) = (risk.price.interval, risk.rules.feed.max_interval);
    Fraction(if good { known } else { known.max(widest) })
}

/// An amount of quote units in 10^-10: 2^63 by at most 10^10.
fn quote(amount: i64, unit: u64) -> Quote {
    Quote(i128::from(amount).wrapping_mul(unit.into()))
}

/// The engine's kind of a leg's byte.
fn kind(byte: u8) -> Result<Kind> {
    Ok(match byte {
        1 => Kind::Perp,
        2 => Kind::Future,
        3 => Kind::Call,
        4 => Kind::Put,
        _ => return err!(RiskError::BookInvalid),
    })
}

/// Lots in 10^-10 contracts; nearly always of few bits, which is quicker to multiply.
fn product(lots: i64, lot: u64) -> Result<i64> {
    if lots.unsigned_abs() < 1 << 31 && lot < 1 << 31 {
        return Ok(lots.wrapping_mul(lot as i64));
    }
    let exact = i128::from(lots).wrapping_mul(lot.into());
    Ok(i64::try_from(exact).map_err(|_| RiskError::NumberTooLarge)?)
}
