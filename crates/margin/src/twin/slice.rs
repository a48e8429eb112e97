//! One expiry of a book: its futures, its options, and what they are worth when prices move.

use super::black::{black, sigma, Black};
use super::convert::{from_contracts, from_fraction, from_price};
use crate::book::{Expiry, Kind, Leg};
use crate::model::{Model, Vol};
use std::vec::Vec;

/// Seconds of a year of 365 days.
pub const YEAR: f64 = 31_536_000.0;

/// An option that the book holds.
pub struct Holding {
    /// Whether it is a call.
    pub call: bool,
    /// Strike.
    pub strike: f64,
    /// Contracts, signed.
    pub quantity: f64,
    /// Volatility of the surface at the strike.
    pub sigma: f64,
}

/// An expiry of a market with what the book holds in it.
pub struct Slice<'a> {
    model: &'a Model<'a>,
    /// Seconds left.
    pub seconds: f64,
    /// Years left, zero at least.
    pub years: f64,
    /// Forward.
    pub forward: f64,
    /// Rate, zero at least.
    pub rate: f64,
    /// What one at expiry is worth now.
    pub discount: f64,
    /// Share of the forward that still varies.
    pub varying: f64,
    /// How far the expiry's feeds trust themselves.
    pub score: f64,
    /// Contracts of the dated future.
    pub futures: f64,
    /// Options.
    pub options: Vec<Holding>,
    /// Value of the options at the mark.
    pub mark: f64,
}

impl<'a> Slice<'a> {
    /// The expiry with those of `legs` that are in it; all `legs` are of its market.
    pub fn new(model: &'a Model<'a>, place: usize, expiry: &Expiry, legs: &[Leg]) -> Self {
        let seconds = expiry.seconds as f64;
        let years = seconds.max(0.0) / YEAR;
        let rate = from_fraction(expiry.rate).max(0.0);
        let window = model.settlement_seconds as f64;
        let varying = match seconds {
            expired if expired <= 0.0 => 0.0,
            left if left >= window => 1.0,
            left => left / window,
        };
        let mine = || legs.iter().filter(|leg| leg.kind != Kind::Perp && usize::from(leg.expiry) == place);
        let (futures, options): (Vec<&Leg>, Vec<&Leg>) = mine().partition(|leg| leg.kind == Kind::Future);
        let mut slice = Self {
            model,
            seconds,
            years,
            forward: from_price(expiry.forward),
            rate,
            discount: (-rate * years).exp(),
            varying,
            score: from_fraction(expiry.score),
            futures: futures.iter().map(|leg| from_contracts(leg.quantity)).sum(),
            options: options
                .iter()
                .map(|leg| Holding {
                    call: leg.kind == Kind::Call,
                    strike: from_price(leg.strike),
                    quantity: from_contracts(leg.quantity),
                    sigma: if years > 0.0 { sigma(&expiry.svi, leg.strike) } else { 0.0 },
                })
                .collect(),
            mark: 0.0,
        };
        slice.mark = slice.value(1.0, Vol::Flat);
        slice
    }

    /// What the forward is multiplied by when the market is multiplied by `p`.
    pub fn multiplier(&self, p: f64) -> f64 {
        1.0 + self.varying * (p - 1.0)
    }

    /// (30 d / max(t, floor))^power.
    pub fn z(&self) -> f64 {
        const MONTH: f64 = 30.0 * 86_400.0;
        let shock = &self.model.vol;
        let power = if self.seconds <= MONTH { shock.short_power } else { shock.long_power };
        (MONTH / self.seconds.max(shock.floor_seconds as f64)).powf(from_fraction(power))
    }

    /// Prices and greeks of an option, by its place, at the mark.
    pub fn at_mark(&self, option: &Holding) -> Black {
        black(self.forward, option.strike, option.sigma, self.years)
    }

    /// Discounted value of the options if the market is multiplied by `p` and volatility moves.
    pub fn value(&self, p: f64, vol: Vol) -> f64 {
        let forward = self.multiplier(p) * self.forward;
        let worth = |option: &Holding| {
            let price = black(forward, option.strike, self.shocked(option, vol), self.years);
            option.quantity * if option.call { price.call } else { price.put }
        };
        self.discount * self.options.iter().map(worth).sum::<f64>()
    }

    /// Change of the options' and futures' value, with or without the model's static discount.
    pub fn change(&self, p: f64, vol: Vol, discounted: bool) -> f64 {
        let value = self.value(p, vol);
        let factor = if discounted { self.static_discount(value) } else { 1.0 };
        let moved = self.multiplier(p) - 1.0;
        value * factor - self.mark + self.futures * self.forward * moved
    }

    fn static_discount(&self, value: f64) -> f64 {
        let Some(d) = self.model.discount else { return 1.0 };
        let exponent = |rate, add| self.years * (self.rate * from_fraction(rate) + from_fraction(add));
        if value > 0.0 {
            from_fraction(d.long_base) * (-exponent(d.long_rate, d.long_add)).exp()
        } else {
            let marked_up = from_fraction(d.short_base) * exponent(d.short_rate, d.short_add).exp();
            marked_up.min(1.0 / self.discount)
        }
    }

    fn shocked(&self, option: &Holding, vol: Vol) -> f64 {
        let (shock, skew, sigma) = (&self.model.vol, &self.model.skew, option.sigma);
        let k = (option.strike / self.forward).ln();
        match vol {
            Vol::Flat => sigma,
            Vol::Up => (sigma * (1.0 + from_fraction(shock.up) * self.z())).max(from_fraction(shock.floor)),
            Vol::Down => sigma * (1.0 - from_fraction(shock.down) * self.z()).max(0.0),
            Vol::Linear => {
                sigma * self.tilt(k, from_fraction(skew.linear_base), from_fraction(skew.linear_cap))
            }
            Vol::Absolute => {
                sigma
                    * self.tilt(k.abs(), from_fraction(skew.absolute_base), from_fraction(skew.absolute_cap))
            }
        }
    }

    fn tilt(&self, k: f64, base: f64, constant: f64) -> f64 {
        let (skew, root) = (&self.model.skew, self.years.sqrt());
        let cap = (base * root + constant).max(0.0);
        let vol = from_fraction(skew.vol_base) + root * from_fraction(skew.vol_slope);
        let width = (root * from_fraction(skew.width) * vol).max(from_fraction(skew.min_k));
        let raw = k * cap / width;
        let tilt = if k >= 0.0 { raw.min(cap) } else { raw.max(-cap) };
        (1.0 + tilt).max(0.0)
    }
}
