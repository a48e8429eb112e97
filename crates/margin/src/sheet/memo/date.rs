//! One date of a market: what is known of it, and a book's part weighed by it.

#![allow(clippy::arithmetic_side_effects)] // As in the kernel, whose own steps these are.

use super::super::greeks::{convexity, divide, slack};
use super::super::order::{Order, VOLS};
use super::super::price::{factors, futures, notional, varying, Pick, Slice};
use super::super::{Date, Multipliers, Sheet, MARK};
use super::lanes::{sum_up, weigh};
use super::plan::Plan;
use super::strike::KnownStrike;
use crate::book::{Expiry, Kind};
use crate::error::{MarginError, Result};
use crate::grains::{sum, Grains, Scale};
use crate::kernel::{scale, shift};
use crate::model::Model;
use crate::smile::MOST;
use crate::units::{Fraction, Price};
use alloc::{boxed::Box, vec::Vec};

/// How a market's columns move it.
pub(super) struct Moves<'a> {
    pub model: &'a Model<'a>,
    pub order: &'a Order,
    pub whole: &'a Multipliers,
}

/// What is known of a date.
pub(super) struct KnownDate {
    /// What all of it follows from, beside the market's moves.
    pub expiry: Expiry,
    varying: Fraction,
    statics: (Fraction, Fraction),
    basis: Fraction,
    /// Once options are asked for.
    plan: Option<Box<Plan>>,
    /// Strikes in their order, with their places among those known.
    places: Vec<(Price, usize)>,
    strikes: Vec<KnownStrike>,
    /// What the strikes' weights are multiplied by: for each, as many at the forward and at the strike as the plan has
    /// columns.
    probabilities: Vec<i64>,
}

/// One strike's positions.
#[derive(Clone, Copy)]
struct Held {
    /// Place of what is known of it.
    known: usize,
    /// Calls and puts together as weights, at the forward and at the strike.
    at_forward: i64,
    at_strike: i64,
}

/// All options of a book on one date; room that each date uses anew.
#[derive(Default)]
pub(super) struct Options {
    held: Vec<Held>,
    /// Sums of the weights' parts by column, at the forward and at the strike.
    forwards: Vec<i64>,
    strikes: Vec<i64>,
    /// Put weights at the forward and at the strike, in grains.
    puts: (i64, i64),
}

impl KnownDate {
    /// A date of which no strike is known.
    pub fn new(model: &Model, expiry: &Expiry) -> Result<Self> {
        let (statics, basis) = factors(model, expiry)?;
        let (places, strikes, probabilities) = (Vec::new(), Vec::new(), Vec::new());
        let varying = varying(model, expiry);
        Ok(Self { expiry: *expiry, varying, statics, basis, plan: None, places, strikes, probabilities })
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let strikes = self.strikes.capacity() * (size_of::<KnownStrike>() + size_of::<(Price, usize)>());
        let probabilities = self.probabilities.capacity() * size_of::<i64>();
        size_of::<Self>() + size_of::<Plan>() + strikes + probabilities
    }

    /// Prices a part of a book, as `Scratch::date` does but for what only a report tells: gamma, vega and theta. Returns
    /// the first strike of the next date.
    pub fn price(
        &mut self,
        sheet: &mut Sheet,
        slice: &Slice,
        first_strike: usize,
        (moves, options): (&Moves, &mut Options),
    ) -> Result<usize> {
        let leg = slice.legs.first().ok_or(MarginError::UnknownExpiry)?;
        let place = sheet.date_count;
        let pick = Pick::Legs(u64::MAX);
        let mut date = Date { market: leg.market, expiry: leg.expiry, ..Date::default() };
        let futures = futures(sheet, slice, &self.expiry, &pick)?;
        date.futures = Grains(shift(futures.0, self.varying.0, 40));
        date.delta = date.futures;
        options.held.clear();
        options.puts = (0, 0);
        let mut next = first_strike;
        if slice.legs.iter().any(|leg| leg.kind != Kind::Future) {
            next = self.strikes(options, sheet, slice, first_strike, moves)?;
        }
        if let (Some(plan), false) = (&self.plan, options.held.is_empty()) {
            date.options = slice.legs.len() as i64;
            let values = sheet.values.get_mut(place).ok_or(MarginError::TooMany)?;
            self.value(plan, options, &mut date, values);
            if plan.clock.live {
                self.greeks(plan, options, &mut date, moves.model);
            }
        }
        (date.statics, date.basis) = (self.statics, self.basis);
        date.contracts = sheet.scale.contracts_down(date.delta, self.expiry.forward);
        date.strikes = (first_strike as u8, next as u8);
        date.notional = notional(sheet.scale, slice, &pick);
        *sheet.dates.get_mut(place).ok_or(MarginError::TooMany)? = date;
        sheet.date_count = place.saturating_add(1);
        let span = sheet.spans.get_mut(leg.market as usize).ok_or(MarginError::TooMany)?;
        *span = (if span.1 == 0 { place as u8 } else { span.0 }, sheet.date_count as u8);
        Ok(next)
    }

    /// Collects a slice's options by strike.
    fn strikes(
        &mut self,
        options: &mut Options,
        sheet: &mut Sheet,
        slice: &Slice,
        first_strike: usize,
        moves: &Moves,
    ) -> Result<usize> {
        let plan = match self.plan.take() {
            Some(plan) => plan,
            None => Box::new(Plan::new(&self.expiry, self.varying, moves)?),
        };
        let plan = &*self.plan.insert(plan);
        let (mut next, mut last, mut laid) = (first_strike, Price(0), false);
        for leg in slice.legs.iter().filter(|leg| leg.kind != Kind::Future) {
            if leg.strike != last {
                (last, next, laid) = (leg.strike, next + 1, false);
            }
            let quantity = leg.quantity.0;
            if quantity == 0 {
                continue;
            }
            *sheet.nets.get_mut(next - 1).ok_or(MarginError::TooMany)? += quantity;
            let forward = sheet.scale.weight(quantity, self.expiry.forward);
            let strike = sheet.scale.weight(quantity, leg.strike);
            if leg.kind == Kind::Put {
                options.puts.0 += forward << Scale::SPARE;
                options.puts.1 += strike << Scale::SPARE;
            }
            if !laid {
                let known =
                    known(&mut self.places, (&mut self.strikes, &mut self.probabilities), plan, leg.strike)?;
                options.held.push(Held { known, at_forward: 0, at_strike: 0 });
                laid = true;
            }
            let slot = options.held.last_mut().ok_or(MarginError::TooMany)?;
            slot.at_forward += forward;
            slot.at_strike += strike;
        }
        Ok(next)
    }

    /// The options that are held, with what is known of their strikes.
    fn held<'a>(&'a self, held: &'a [Held]) -> impl Iterator<Item = (&'a Held, &'a KnownStrike)> {
        held.iter().filter_map(|held| Some((held, self.strikes.get(held.known)?)))
    }

    /// Values the options in every column.
    fn value(&self, plan: &Plan, options: &mut Options, date: &mut Date, values: &mut [i64; MARK + 1]) {
        let Options { held, forwards, strikes, puts } = options;
        let priced = plan.priced();
        for parts in [&mut *forwards, &mut *strikes] {
            parts.clear();
            parts.resize(priced.len(), 0);
        }
        let (mut sums, mut sizes, mut dead) = ((0i64, 0i64), (0i64, 0i64), 0u8);
        for (held, known) in self.held(held) {
            sums = (sums.0 + held.at_forward, sums.1 + held.at_strike);
            sizes = (sizes.0 + held.at_forward.abs(), sizes.1 + held.at_strike.abs());
            dead |= known.dead;
            let first = held.known * priced.len() * 2;
            let both = self.probabilities.get(first..first + priced.len() * 2).unwrap_or(&[]);
            let (own, exercise) = both.split_at(both.len() / 2);
            weigh(forwards, own, held.at_forward);
            weigh(strikes, exercise, held.at_strike);
        }
        date.gross = (Grains(sizes.0 << Scale::SPARE), Grains(sizes.1 << Scale::SPARE));
        let half = |sum: i64, puts: i64| (sum << (Scale::SPARE - 1)) - puts;
        let whole = (half(sums.0, puts.0), half(sums.1, puts.1));
        if dead != 0 {
            self.exercise(plan, held, (forwards, strikes));
            let neglected = self.held(held).map(|(held, known)| {
                let volatilities = known.neglected.count_ones();
                held.at_forward.abs() * i64::from(volatilities)
            });
            date.neglected = Grains(neglected.sum::<i64>() << Scale::SPARE);
        }
        sum_up(forwards, strikes, &plan.factors, whole);
        for (column, value) in priced.iter().zip(forwards) {
            values[column.place as usize] = *value;
        }
        if plan.clock.discount != Fraction::ONE {
            for column in priced {
                let value = &mut values[column.place as usize];
                *value = scale(*value, plan.clock.discount.0);
            }
        }
        for (to, from) in plan.copies() {
            values[*to as usize] = values[*from as usize];
        }
        date.mark = Grains(values[MARK]);
    }

    /// Lets strikes without a price count in full where they are in the money, and else for nothing: a half of each counts
    /// already.
    fn exercise(&self, plan: &Plan, held: &[Held], (forwards, strikes): (&mut [i64], &mut [i64])) {
        for ((column, forward), strike) in plan.priced().iter().zip(forwards).zip(strikes) {
            for (held, _) in self.held(held).filter(|(_, known)| known.dead >> column.vol & 1 != 0) {
                // Halves of weights, in parts of 2^-20 of a weight.
                let half = |weight: i64| weight << (2 * Scale::SPARE - 1);
                let (at_forward, at_strike) = (half(held.at_forward), half(held.at_strike));
                if scale(held.at_forward.abs(), column.multiplier) > held.at_strike.abs() {
                    (*forward, *strike) = (*forward + at_forward, *strike + at_strike);
                } else {
                    (*forward, *strike) = (*forward - at_forward, *strike - at_strike);
                }
            }
        }
    }

    /// Sensitivities that margins need, as `Bench::greeks` finds them.
    fn greeks(&self, plan: &Plan, options: &Options, date: &mut Date, model: &Model) {
        let charged = model.add_ons.convexity;
        let least = charged.gap.0 >> 4;
        let near =
            charged.kappa != Fraction::ZERO && self.expiry.seconds < charged.decay_seconds.saturating_mul(30);
        let (mut delta, mut by_deviation, mut convex) = (0i64, 0i64, 0i64);
        let mut shortest = MOST as i64;
        for (held, known) in self.held(&options.held) {
            shortest = shortest.min(known.deviation);
            let weight = held.at_forward << Scale::SPARE;
            let (below, density) = known.normal;
            let term = scale(weight, density);
            delta += scale(weight, below);
            by_deviation += scale(term, known.deviation << 4);
            if near {
                let convexity = if known.deviation >= least {
                    divide(term, known.deviation)
                } else {
                    convexity(weight, known.log, least)
                };
                convex = sum(convex, convexity);
            }
        }
        slack(date, shortest);
        let discounted = |sum: i64| Grains(shift(sum, plan.clock.discount.0, 40));
        let once = |amount: Grains| Grains(shift(amount.0, self.varying.0, 40));
        date.delta = date.delta.plus(once(discounted(delta - options.puts.0)));
        date.shocked_vega = discounted(by_deviation).times_down(plan.clock.shock);
        date.convexity = Grains(convex);
    }
}

/// The place of what is known of a strike, which is priced if it is new.
fn known(
    places: &mut Vec<(Price, usize)>,
    (strikes, probabilities): (&mut Vec<KnownStrike>, &mut Vec<i64>),
    plan: &Plan,
    strike: Price,
) -> Result<usize> {
    match places.binary_search_by_key(&strike, |(price, _)| *price) {
        Ok(at) => places.get(at).map(|(_, known)| *known).ok_or(MarginError::TooMany),
        Err(at) => {
            strikes.push(KnownStrike::new(plan, strike, probabilities)?);
            places.insert(at, (strike, strikes.len() - 1));
            Ok(strikes.len() - 1)
        }
    }
}

/// Volatilities have a bit each.
const _: () = assert!(VOLS.len() <= 8);
