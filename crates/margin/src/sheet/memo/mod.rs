//! Margins of many books beside the same market data, for hosts: what no position changes is found once and kept.
//!
//! A price in a scenario depends on the market, the date and the strike; a book only weighs it. The memo keeps the
//! engine's own integers, so that margins are those of [`crate::assess`] to the last bit. It allocates, so that no program
//! can use it.

mod date;
mod lanes;
mod plan;
mod strike;

use super::columns::multipliers;
use super::enumerate::{expiry, gross, market};
use super::linear::{collect, perp, Worth};
use super::order::Order;
use super::price::{Pick, Slice};
use super::{Multipliers, Sheet};
use crate::assess::{holds, weigh};
use crate::book::{Book, Kind, Leg, Market, Snapshot};
use crate::charges::held;
use crate::desk::Desk;
use crate::error::{MarginError, Result};
use crate::grains::Scale;
use crate::model::{Model, MAX_ROWS};
use crate::quote::Margins;
use crate::rungs::Rungs;
use crate::units::{Fraction, Price};
use alloc::{boxed::Box, vec::Vec};
use date::{KnownDate, Moves, Options};

/// What is known of one model's scenarios in some markets.
pub struct Memo {
    /// Rooms for books without options, whose rungs are fewer, and with.
    desks: Box<[Desk; 2]>,
    known: Known,
}

/// All of it that no book changes.
struct Known {
    /// As there are two desks.
    rungs: Box<[Rungs; 2]>,
    order: Order,
    markets: Vec<KnownMarket>,
    options: Options,
}

/// What is known of a market at one price.
struct KnownMarket {
    id: u16,
    /// Everything that its moves depend on.
    prices: Prices,
    /// As there are two desks.
    multipliers: [Multipliers; 2],
    dates: Vec<KnownDate>,
}

/// Index, slow price and scan range.
type Prices = (Price, Price, Fraction);

impl Memo {
    /// A memo of a model, with which alone it may be asked.
    pub fn new(model: &Model) -> Self {
        let mut desks = Box::new([Desk::new(), Desk::new()]);
        for (desk, alike) in desks.iter_mut().zip([true, false]) {
            desk.scratch.rungs.climb(model, alike);
        }
        let rungs = Box::new(desks.each_ref().map(|desk| desk.scratch.rungs.clone()));
        Self {
            desks,
            known: Known { rungs, order: Order::of(model), markets: Vec::new(), options: Options::default() },
        }
    }

    /// Forgets all markets, for the next moment or other prices.
    pub fn clear(&mut self) {
        self.known.markets.clear();
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let desks = size_of::<[Desk; 2]>().saturating_add(size_of::<[Rungs; 2]>());
        let markets = self.known.markets.iter();
        markets.fold(desks, |sum, market| {
            let dates = market.dates.iter().map(KnownDate::memory);
            dates.fold(sum.saturating_add(size_of::<KnownMarket>()), usize::saturating_add)
        })
    }

    /// Value and margins of a book, as [`crate::assess`] finds them.
    pub fn margins(&mut self, model: &Model, snapshot: &Snapshot, book: &Book) -> Result<Margins> {
        if model.rows.len() > MAX_ROWS {
            return Err(MarginError::TooMany);
        }
        let (gross, options) = gross(snapshot, book)?;
        let scale = Scale::of(gross)?;
        let room = usize::from(options);
        let desk = self.desks.get_mut(room).ok_or(MarginError::TooMany)?;
        self.known.price(desk, room, model, snapshot, book, scale)?;
        let held = held(model, snapshot, book, scale, &desk.scratch.worths)?;
        let Desk { scratch, sheet, working, .. } = desk;
        let every = (u8::MAX, u8::MAX);
        let found = weigh(model, snapshot, book.cash, sheet, scratch, &held, working, every)?;
        Ok(Margins { value: found.value, maintenance: found.maintenance, initial: found.initial })
    }
}

impl Known {
    /// Prices a whole book, as `Scratch::price` does.
    fn price(
        &mut self,
        desk: &mut Desk,
        room: usize,
        model: &Model,
        snapshot: &Snapshot,
        book: &Book,
        scale: Scale,
    ) -> Result<()> {
        desk.sheet.clear(scale);
        for (place, held) in book.collateral.iter().enumerate() {
            let worth = Worth::of(scale, held, held.price, snapshot.peg)?;
            *desk.scratch.worths.get_mut(place).ok_or(MarginError::TooMany)? = worth;
            if let (Some(place), true) = (held.market, held.amount.0 != 0) {
                let market = market(snapshot, place)?;
                self.enter(desk, room, market, place)?;
                collect(&mut desk.sheet, market, place, worth.down)?;
            }
        }
        let (mut first, mut strikes) = (0usize, 0usize);
        while let Some(leg) = book.legs.get(first) {
            let market = market(snapshot, leg.market)?;
            let place = self.enter(desk, room, market, leg.market)?;
            if leg.kind == Kind::Perp {
                if let Some(position) = Pick::Legs(u64::MAX).of(first, leg) {
                    perp(&mut desk.sheet, market, leg.market, position)?;
                }
                first = first.saturating_add(1);
                continue;
            }
            let rest = book.legs.get(first..).unwrap_or(&[]);
            let same = |other: &&Leg| (other.market, other.expiry) == (leg.market, leg.expiry);
            let legs = rest.get(..rest.iter().take_while(same).count()).unwrap_or(&[]);
            let slice = Slice { legs, first, market };
            strikes = self.date(place, model, &mut desk.sheet, &slice, strikes)?;
            first = first.saturating_add(legs.len());
        }
        Ok(())
    }

    /// Marks a market as held; returns what is known of it.
    fn enter(&mut self, desk: &mut Desk, room: usize, market: &Market, place: u8) -> Result<usize> {
        let known = self.market(market);
        if !holds(desk.sheet.markets, place.into()) {
            desk.sheet.markets |= 1u8.wrapping_shl(place.into());
            let multipliers = self.markets.get(known).and_then(|known| known.multipliers.get(room));
            let slot = desk.scratch.multipliers.get_mut(place as usize);
            *slot.ok_or(MarginError::TooMany)? = *multipliers.ok_or(MarginError::TooMany)?;
        }
        Ok(known)
    }

    /// The place of what is known of a market, which is nothing yet where its prices are new.
    fn market(&mut self, market: &Market) -> usize {
        let prices = (market.index, market.slow, market.range);
        let known = self.markets.iter().position(|known| known.id == market.id);
        if let Some(place) =
            known.filter(|place| self.markets.get(*place).is_some_and(|it| it.prices == prices))
        {
            return place;
        }
        let mut all = [[0; super::COLUMNS]; 2];
        for (columns, rungs) in all.iter_mut().zip(&*self.rungs) {
            multipliers(columns, rungs, market);
        }
        let new = KnownMarket { id: market.id, prices, multipliers: all, dates: Vec::new() };
        match known.and_then(|place| self.markets.get_mut(place)).zip(known) {
            Some((slot, place)) => {
                *slot = new;
                place
            }
            None => {
                self.markets.push(new);
                self.markets.len().saturating_sub(1)
            }
        }
    }

    /// Prices the part of a book that is on one date of the market at a place; returns the first strike of the next.
    fn date(
        &mut self,
        place: usize,
        model: &Model,
        sheet: &mut Sheet,
        slice: &Slice,
        first_strike: usize,
    ) -> Result<usize> {
        let Self { order, markets, options, .. } = self;
        let market = markets.get_mut(place).ok_or(MarginError::UnknownMarket)?;
        let KnownMarket { multipliers: [_, whole], dates, .. } = market;
        let leg = slice.legs.first().ok_or(MarginError::UnknownExpiry)?;
        let expiry = expiry(slice.market, leg)?;
        let known = match dates.iter().position(|date| date.expiry == *expiry) {
            Some(known) => known,
            None => {
                dates.push(KnownDate::new(model, expiry)?);
                dates.len().saturating_sub(1)
            }
        };
        let date = dates.get_mut(known).ok_or(MarginError::UnknownExpiry)?;
        date.price(sheet, slice, first_strike, (&Moves { model, order, whole }, options))
    }
}
