//! From positions to a sheet.

use super::clock::Clock;
use super::columns::{multipliers, of_share, Columns, Multipliers};
use super::enumerate::{expiry, gross, market};
use super::linear::{collect, future, perp, Worth};
use super::options::Bench;
use super::order::Order;
use super::strikes::Strike;
use super::{Date, Sheet, MARK};
use crate::book::{Book, Expiry, Kind, Leg, Market, Snapshot, Years, MAX_COLLATERAL, MAX_LEGS, MAX_MARKETS};
use crate::error::{MarginError, Result};
use crate::grains::{Grains, Scale};
use crate::kernel::{exp, shift};
use crate::model::Model;
use crate::quote::Taken;
use crate::rungs::Rungs;
use crate::units::{Contracts, Fraction, Price, Quote};

/// Room to price in; too large for a program's stack.
#[derive(Clone, Debug)]
pub(crate) struct Scratch {
    /// The model's rows.
    pub rungs: Rungs,
    /// What the book's collateral is worth.
    pub worths: [Worth; MAX_COLLATERAL],
    /// Price multipliers by market and column, in which rungs stand for rows.
    pub multipliers: [Multipliers; MAX_MARKETS],
    /// Bits of the markets whose multipliers are known.
    known: u8,
    /// What a grain is.
    scale: Scale,
    /// Moves of the forward at hand, and of which market and share of it they are.
    columns: Columns,
    moved: (u8, Fraction),
    order: Order,
    bench: Bench,
}

/// Which positions of a book are priced.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pick<'a> {
    /// Legs whose bit is set.
    Legs(u64),
    /// What is taken of some legs, and their bits.
    Taken(u64, &'a [Taken]),
    /// All legs without what is taken.
    Left(u64, &'a [Taken]),
}

impl Pick<'_> {
    /// Position and cost of what is priced of a leg, if anything is.
    #[inline(always)]
    pub fn of(&self, place: usize, leg: &Leg) -> Option<Position> {
        let whole = Position { quantity: leg.quantity, basis: leg.basis };
        match self {
            Self::Legs(chosen) => (chosen & bit(place) != 0).then_some(whole),
            Self::Taken(bits, _) if bits & bit(place) == 0 => None,
            Self::Left(bits, _) if bits & bit(place) == 0 => Some(whole),
            Self::Taken(_, taken) => {
                let taken = find(taken, place)?;
                Some(Position { quantity: taken.quantity, basis: taken.basis })
            }
            Self::Left(_, taken) => {
                let taken = find(taken, place)?;
                Some(Position {
                    quantity: Contracts(leg.quantity.0.wrapping_sub(taken.quantity.0)),
                    basis: Quote(leg.basis.0.wrapping_sub(taken.basis.0)),
                })
            }
        }
    }
}

/// What is taken of the leg at a place.
fn find(taken: &[Taken], place: usize) -> Option<&Taken> {
    taken.iter().find(|taken| usize::from(taken.leg) == place)
}

/// What is priced of a leg.
#[derive(Clone, Copy)]
pub(crate) struct Position {
    pub quantity: Contracts,
    pub basis: Quote,
}

/// One expiry's positions, and where they stand in the book.
pub(super) struct Slice<'a> {
    pub legs: &'a [Leg],
    /// Place of the first in the book.
    pub first: usize,
    pub market: &'a Market<'a>,
}

impl Scratch {
    /// Prepares for another book: all its sheets are priced with one scale and the same market data.
    pub fn begin(&mut self, model: &Model, snapshot: &Snapshot, book: &Book) -> Result<()> {
        let (gross, options) = gross(snapshot, book)?;
        self.scale = Scale::of(gross)?;
        self.rungs.climb(model, !options);
        self.known = 0;
        // No share is below zero: the first option finds its moves anew.
        self.moved = (0, Fraction(-1));
        self.order.clear();
        Ok(())
    }

    /// Prices the picked positions, and with `collateral` the rest of the book.
    #[inline(never)]
    pub fn price(
        &mut self,
        sheet: &mut Sheet,
        model: &Model,
        snapshot: &Snapshot,
        book: &Book,
        pick: &Pick,
        collateral: bool,
    ) -> Result<()> {
        sheet.clear(self.scale);
        for (place, held) in book.collateral.iter().enumerate() {
            let worth = self.worths.get_mut(place).ok_or(MarginError::TooMany)?;
            if collateral {
                *worth = Worth::of(sheet.scale, held, held.price, snapshot.peg)?;
            }
            let down = worth.down;
            if let (Some(place), true) = (held.market, held.amount.0 != 0) {
                let market = market(snapshot, place)?;
                self.enter(sheet, market, place);
                if collateral {
                    collect(sheet, market, place, down)?;
                }
            }
        }
        let (mut first, mut strikes) = (0usize, 0usize);
        while let Some(leg) = book.legs.get(first) {
            let market = market(snapshot, leg.market)?;
            self.enter(sheet, market, leg.market);
            if leg.kind == Kind::Perp {
                if let Some(position) = pick.of(first, leg) {
                    perp(sheet, market, leg.market, position)?;
                }
                first = first.saturating_add(1);
                continue;
            }
            let rest = book.legs.get(first..).unwrap_or(&[]);
            let same = |other: &&Leg| (other.market, other.expiry) == (leg.market, leg.expiry);
            let legs = rest.get(..rest.iter().take_while(same).count()).unwrap_or(&[]);
            strikes = self.date(sheet, model, &Slice { legs, first, market }, pick, strikes)?;
            first = first.saturating_add(legs.len());
        }
        Ok(())
    }

    /// Marks a market as held, and finds how far the columns move it.
    #[inline(always)]
    fn enter(&mut self, sheet: &mut Sheet, market: &Market, place: u8) {
        let mark = 1u8.wrapping_shl(place as u32);
        sheet.markets |= mark;
        if self.known & mark == 0 {
            self.known |= mark;
            if let Some(columns) = self.multipliers.get_mut(place as usize) {
                multipliers(columns, &self.rungs, market);
            }
        }
    }

    /// Prices one expiry; returns the first strike of the next.
    #[inline(never)]
    fn date(
        &mut self,
        sheet: &mut Sheet,
        model: &Model,
        slice: &Slice,
        pick: &Pick,
        first_strike: usize,
    ) -> Result<usize> {
        let leg = slice.legs.first().ok_or(MarginError::UnknownExpiry)?;
        let expiry = expiry(slice.market, leg)?;
        let place = sheet.date_count;
        let mut date = Date { market: leg.market, expiry: leg.expiry, ..Date::default() };
        let varying = varying(model, expiry);
        let futures = futures(sheet, slice, expiry, pick)?;
        date.futures = Grains(shift(futures.0, varying.0, 40));
        date.delta = date.futures;
        let options = slice.legs.iter().any(|leg| matches!(leg.kind, Kind::Call | Kind::Put));
        let mut next = first_strike;
        if options && !picks(slice, pick) {
            next = next.saturating_add(strikes(slice));
        } else if options {
            self.order.arrange(model);
            let clock = Clock::new(model, expiry)?;
            next = self.strikes(sheet, &clock, expiry, slice, pick, first_strike)?;
            if self.moved != (leg.market, varying) {
                let whole = self.multipliers.get(leg.market as usize).ok_or(MarginError::TooMany)?;
                of_share(&mut self.columns, whole, varying);
                self.moved = (leg.market, varying);
            }
            let values = sheet.values.get_mut(place).ok_or(MarginError::TooMany)?;
            if self.bench.count > 0 {
                (date.gross, date.options) = (self.bench.weigh(), slice.legs.len() as i64);
                self.bench.price(values, &clock, &self.columns, &self.order);
                date.mark = Grains(values[MARK]);
                date.neglected = Grains(self.bench.neglected);
                if clock.live {
                    self.bench.greeks(&mut date, &clock, model, expiry, varying);
                }
            }
        }
        (date.statics, date.basis) = factors(model, expiry)?;
        date.contracts = sheet.scale.contracts_down(date.delta, expiry.forward);
        date.strikes = (first_strike as u8, next as u8);
        date.notional = notional(sheet.scale, slice, pick);
        *sheet.dates.get_mut(place).ok_or(MarginError::TooMany)? = date;
        sheet.date_count = place.saturating_add(1);
        let span = sheet.spans.get_mut(leg.market as usize).ok_or(MarginError::TooMany)?;
        *span = (if span.1 == 0 { place as u8 } else { span.0 }, sheet.date_count as u8);
        Ok(next)
    }

    /// Sets the bench up with the slice's strikes.
    #[allow(clippy::arithmetic_side_effects)] // Sums of weights stay below the gross notional's 2^42.
    #[inline(never)]
    fn strikes(
        &mut self,
        sheet: &mut Sheet,
        clock: &Clock,
        expiry: &Expiry,
        slice: &Slice,
        pick: &Pick,
        first_strike: usize,
    ) -> Result<usize> {
        let bench = &mut self.bench;
        bench.clear();
        // Strikes so far, chosen or not; the last of them, zero being none; and whether it lies on the bench.
        let (mut next, mut last, mut laid) = (first_strike, Price(0), false);
        for (place, leg) in slice.legs.iter().enumerate() {
            if leg.kind == Kind::Future {
                continue;
            }
            if leg.strike != last {
                (last, next, laid) = (leg.strike, next + 1, false);
            }
            let Some(Position { quantity, .. }) = pick.of(slice.first + place, leg) else { continue };
            if quantity.0 == 0 {
                continue;
            }
            let net = sheet.nets.get_mut(next - 1).ok_or(MarginError::TooMany)?;
            // All legs together have at most 2^62 steps.
            *net += quantity.0;
            let forward = sheet.scale.weight(quantity.0, expiry.forward);
            let strike = sheet.scale.weight(quantity.0, leg.strike);
            if leg.kind == Kind::Put {
                bench.puts.0 += forward << Scale::SPARE;
                bench.puts.1 += strike << Scale::SPARE;
            }
            if !laid {
                *bench.strikes.get_mut(bench.count).ok_or(MarginError::TooMany)? =
                    Strike::new(clock, leg.strike)?;
                (bench.count, laid) = (bench.count + 1, true);
            }
            let slot = bench.strikes.get_mut(bench.count - 1).ok_or(MarginError::TooMany)?;
            slot.at_forward += forward;
            slot.at_strike += strike;
        }
        Ok(next)
    }
}

/// The bit of a leg.
fn bit(place: usize) -> u64 {
    debug_assert!(place < MAX_LEGS);
    1u64.wrapping_shl(place as u32)
}

/// Whether anything is picked of a slice's options.
fn picks(slice: &Slice, pick: &Pick) -> bool {
    let mut legs = slice.legs.iter().enumerate().filter(|(_, leg)| leg.kind != Kind::Future);
    legs.any(|(place, leg)| {
        let position = pick.of(slice.first.wrapping_add(place), leg);
        position.is_some_and(|position| position.quantity.0 != 0)
    })
}

/// How many strikes a slice has.
fn strikes(slice: &Slice) -> usize {
    let (mut count, mut last) = (0usize, Price(0));
    for leg in slice.legs.iter().filter(|leg| leg.kind != Kind::Future) {
        count = count.saturating_add(usize::from(leg.strike != last));
        last = leg.strike;
    }
    count
}

/// The share of an expiry's forward that still moves; of what is expired none does.
pub(super) fn varying(model: &Model, expiry: &Expiry) -> Fraction {
    let (left, window) = (expiry.seconds.max(0), model.settlement_seconds);
    if left > 0 && left >= window {
        return Fraction::ONE;
    }
    Fraction((left << 40).checked_div(window).unwrap_or(0))
}

/// Adds a slice's futures to the unrealised profit; returns them at their forward.
pub(super) fn futures(sheet: &mut Sheet, slice: &Slice, expiry: &Expiry, pick: &Pick) -> Result<Grains> {
    let mut sum = Grains::ZERO;
    for (place, leg) in slice.legs.iter().enumerate() {
        if leg.kind != Kind::Future {
            continue;
        }
        if let Some(position) = pick.of(slice.first.wrapping_add(place), leg) {
            sum = sum.plus(future(sheet, expiry.forward, position)?);
        }
    }
    Ok(sum)
}

/// Sum of the picked positions' sizes at the index, rounded up.
pub(super) fn notional(scale: Scale, slice: &Slice, pick: &Pick) -> Grains {
    let mut sum = 0i64;
    for (place, leg) in slice.legs.iter().enumerate() {
        if let Some(position) = pick.of(slice.first.wrapping_add(place), leg) {
            // At most 2^62 in all.
            sum = sum.wrapping_add(position.quantity.0.wrapping_abs());
        }
    }
    scale.notional_up(sum.unsigned_abs(), slice.market.index)
}

/// An expiry's static discounts of a positive and of a negative value, and its basis factor.
pub(super) fn factors(model: &Model, expiry: &Expiry) -> Result<((Fraction, Fraction), Fraction)> {
    let years = Years::of_seconds(expiry.seconds).fraction_up();
    let basis = model.basis.add.plus(model.basis.per_year.times_up(years));
    let Some(discount) = model.discount else {
        return Ok(((Fraction::ONE, Fraction::ONE), basis));
    };
    let rate = expiry.rate.max(Fraction::ZERO);
    // A rate times a time in 2^-40 as the kernel's 2^-48.
    let grown = |rate: Fraction| exp(shift(rate.0, years.0, 32));
    let long = rate.times_down(discount.long_rate).plus(discount.long_add);
    let long = discount.long_base.times_down(Fraction(grown(Fraction(long.0.saturating_neg()))));
    let short = rate.times_up(discount.short_rate).plus(discount.short_add);
    let short = discount.short_base.times_up(Fraction(grown(short))).min(Fraction(grown(rate)));
    if long.max(short) > MOST {
        return Err(MarginError::TooLarge);
    }
    Ok(((long, short), basis))
}

/// Highest static discount, 64: products with it stay in range.
const MOST: Fraction = Fraction(1 << 46);
