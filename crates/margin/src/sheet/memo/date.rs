//! One date of a market: what is known of it, and a book's part weighed by it.

#![allow(clippy::arithmetic_side_effects)] // As in the kernel, whose own steps these are.

use super::super::greeks::{convexity, divide, slack};
use super::super::order::{Order, VOLS};
use super::super::price::{factors, futures, notional, varying, Pick, Slice};
use super::super::{Date, Multipliers, Sheet, MARK};
use super::plan::Plan;
use super::strike::{part, KnownStrike};
use crate::book::{Expiry, Kind, MAX_LEGS};
use crate::error::{MarginError, Result};
use crate::grains::{sum, Grains, Scale};
use crate::kernel::{scale, shift};
use crate::model::Model;
use crate::smile::MOST;
use crate::units::{Fraction, Price};
use alloc::vec::Vec;

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
    plan: Option<Plan>,
    /// Strikes in their order, with their places among those known.
    places: Vec<(Price, usize)>,
    strikes: Vec<KnownStrike>,
}

/// One strike's positions.
#[derive(Clone, Copy, Default)]
struct Held {
    /// Place of what is known of it.
    known: usize,
    /// Calls and puts together as weights, at the forward and at the strike.
    at_forward: i64,
    at_strike: i64,
}

/// All options of a date.
struct Options {
    held: [Held; MAX_LEGS],
    count: usize,
    /// Put weights at the forward and at the strike, in grains.
    puts: (i64, i64),
}

impl KnownDate {
    /// A date of which no strike is known.
    pub fn new(model: &Model, expiry: &Expiry) -> Result<Self> {
        let (statics, basis) = factors(model, expiry)?;
        let (places, strikes, varying) = (Vec::new(), Vec::new(), varying(model, expiry));
        Ok(Self { expiry: *expiry, varying, statics, basis, plan: None, places, strikes })
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let strikes = self.strikes.capacity().saturating_mul(size_of::<KnownStrike>());
        let places = self.places.capacity().saturating_mul(size_of::<(Price, usize)>());
        size_of::<Self>().saturating_add(strikes).saturating_add(places)
    }

    /// Prices a part of a book, as `Scratch::date` does but for what only a report tells: gamma, vega and theta. Returns
    /// the first strike of the next date.
    pub fn price(
        &mut self,
        sheet: &mut Sheet,
        slice: &Slice,
        first_strike: usize,
        moves: &Moves,
    ) -> Result<usize> {
        let leg = slice.legs.first().ok_or(MarginError::UnknownExpiry)?;
        let place = sheet.date_count;
        let pick = Pick::Legs(u64::MAX);
        let mut date = Date { market: leg.market, expiry: leg.expiry, ..Date::default() };
        let futures = futures(sheet, slice, &self.expiry, &pick)?;
        date.futures = Grains(shift(futures.0, self.varying.0, 40));
        date.delta = date.futures;
        let (mut options, mut next) =
            (Options { held: [Held::default(); MAX_LEGS], count: 0, puts: (0, 0) }, first_strike);
        if slice.legs.iter().any(|leg| leg.kind != Kind::Future) {
            next = self.strikes(&mut options, sheet, slice, first_strike, moves)?;
        }
        if let (Some(plan), true) = (&self.plan, options.count > 0) {
            date.options = slice.legs.len() as i64;
            let values = sheet.values.get_mut(place).ok_or(MarginError::TooMany)?;
            self.value(plan, &options, &mut date, values);
            if plan.clock.live {
                self.greeks(plan, &options, &mut date, moves.model);
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
            None => Plan::new(&self.expiry, self.varying, moves)?,
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
                let known = known(&mut self.places, &mut self.strikes, plan, leg.strike)?;
                let slot = options.held.get_mut(options.count).ok_or(MarginError::TooMany)?;
                (slot.known, options.count, laid) = (known, options.count + 1, true);
            }
            let slot = options.held.get_mut(options.count - 1).ok_or(MarginError::TooMany)?;
            slot.at_forward += forward;
            slot.at_strike += strike;
        }
        Ok(next)
    }

    /// The options that are held, with what is known of their strikes.
    fn held<'a>(&'a self, options: &'a Options) -> impl Iterator<Item = (&'a Held, &'a KnownStrike)> + Clone {
        let held = options.held.iter().take(options.count);
        held.filter_map(|held| Some((held, self.strikes.get(held.known)?)))
    }

    /// Values the options in every column.
    fn value(&self, plan: &Plan, options: &Options, date: &mut Date, values: &mut [i64; MARK + 1]) {
        let (mut sums, mut sizes, mut dead) = ((0i64, 0i64), (0i64, 0i64), 0u8);
        let mut parts = [[0i64; 2]; MARK + 1];
        let priced = plan.priced();
        for (held, known) in self.held(options) {
            sums = (sums.0 + held.at_forward, sums.1 + held.at_strike);
            sizes = (sizes.0 + held.at_forward.abs(), sizes.1 + held.at_strike.abs());
            dead |= known.dead;
            for (slot, [above, below]) in parts.iter_mut().zip(&known.probabilities).take(priced.len()) {
                slot[0] += part(held.at_forward, *above);
                slot[1] += part(held.at_strike, *below);
            }
        }
        date.gross = (Grains(sizes.0 << Scale::SPARE), Grains(sizes.1 << Scale::SPARE));
        let half = |sum: i64, puts: i64| (sum << (Scale::SPARE - 1)) - puts;
        let whole = (half(sums.0, options.puts.0), half(sums.1, options.puts.1));
        let discount = plan.clock.discount;
        for (column, [forward, strike]) in priced.iter().zip(&parts) {
            let mut at = (whole.0 + (forward >> 10), whole.1 + (strike >> 10));
            if dead >> column.vol & 1 != 0 {
                let out = self.left_out(options, column.vol, column.moved.multiplier);
                at = (at.0 + out.0, at.1 + out.1);
            }
            let mut value = scale(at.0, column.moved.multiplier) - at.1;
            if discount != Fraction::ONE {
                value = scale(value, discount.0);
            }
            values[column.place as usize] = value;
        }
        for (to, from) in plan.copies() {
            values[*to as usize] = values[*from as usize];
        }
        date.mark = Grains(values[MARK]);
        if dead != 0 {
            let weighed = self
                .held(options)
                .map(|(held, known)| held.at_forward.abs() * i64::from(known.neglected.count_ones()));
            date.neglected = Grains(weighed.sum::<i64>() << Scale::SPARE);
        }
    }

    /// What strikes without a price add under a volatility, in grains: what is in the money is exercised, and nothing is
    /// half of a weight.
    fn left_out(&self, options: &Options, vol: u8, multiplier: i64) -> (i64, i64) {
        let (mut forward, mut strike) = (0, 0);
        for (held, _) in self.held(options).filter(|(_, known)| known.dead >> vol & 1 != 0) {
            forward -= held.at_forward << (Scale::SPARE - 1);
            strike -= held.at_strike << (Scale::SPARE - 1);
            if scale(held.at_forward.abs(), multiplier) > held.at_strike.abs() {
                forward += held.at_forward << Scale::SPARE;
                strike += held.at_strike << Scale::SPARE;
            }
        }
        (forward, strike)
    }

    /// Sensitivities that margins need, as `Bench::greeks` finds them.
    fn greeks(&self, plan: &Plan, options: &Options, date: &mut Date, model: &Model) {
        let charged = model.add_ons.convexity;
        let least = charged.gap.0 >> 4;
        let near =
            charged.kappa != Fraction::ZERO && self.expiry.seconds < charged.decay_seconds.saturating_mul(30);
        let (mut delta, mut by_deviation, mut convex) = (0i64, 0i64, 0i64);
        let mut shortest = MOST as i64;
        for (held, known) in self.held(options) {
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
    strikes: &mut Vec<KnownStrike>,
    plan: &Plan,
    strike: Price,
) -> Result<usize> {
    match places.binary_search_by_key(&strike, |(price, _)| *price) {
        Ok(at) => places.get(at).map(|(_, known)| *known).ok_or(MarginError::TooMany),
        Err(at) => {
            strikes.push(KnownStrike::new(plan, strike)?);
            places.insert(at, (strike, strikes.len() - 1));
            Ok(strikes.len() - 1)
        }
    }
}

/// Volatilities have a bit each.
const _: () = assert!(VOLS.len() <= 8);
