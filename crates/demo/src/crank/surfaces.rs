//! Surfaces and attestations: two of the committee sign what options cost, as far as the market's rules let it move.

use crate::stage::{dates, Stage, MARKETS};
use ballast_interface::risk::{
    instructions as risk_program, AttestMultiplierArgs, FeedState, MarketRisk, PostSurfaceArgs, Slice,
};
use ballast_margin::units::Fraction;
use ballast_testkit::{fraction, signed, slice, Moment};

/// Tries to come near to the volatility that is wanted, from all of the way to none of it.
const PARTS: [f64; 6] = [1.0, 0.75, 0.5, 0.25, 0.1, 0.0];
/// What futures cost more than the index, a year.
const CARRY: f64 = 0.06;
/// For how long a surface is valid.
const VALID: i64 = 3_600;

impl Stage {
    /// Posts a surface of every market that takes one now. `levels` are the volatilities in force. A committee that has left a
    /// market with a good price without a fresh surface stops the day.
    pub fn surfaces(&mut self, moment: &Moment, levels: &mut [f64; 3]) -> Result<(), crate::Broken> {
        for (((number, ..), quote), level) in MARKETS.into_iter().zip(&moment.quotes).zip(levels) {
            let Some((args, found)) = self.surface(number, quote.volatility, *level) else { continue };
            let quorum = self.exchange.risk.quorum().map(|key| key.insecure_clone());
            let post = signed(risk_program::post_surface(&args), &[&quorum[0], &quorum[1]]);
            if self.signed_message("risk.post_surface", &post) {
                *level = found;
            }
        }
        match self.outdated() {
            Some(number) => {
                let what = format!("Market {number} has a good price, and a surface that is too old.");
                Err(self.broken("surfaces are fresh", 0, what))
            }
            None => Ok(()),
        }
    }

    /// A market with a good price and a date whose surface is older than it may be.
    pub fn outdated(&self) -> Option<u16> {
        let old = |number: &u16| {
            let risk = self.risk(*number);
            let mut live = risk.dates().iter().filter(|date| date.expiry > self.now);
            risk.price_state(self.now).0 == FeedState::Good && live.any(|date| date.valid_until < self.now)
        };
        MARKETS.map(|(number, ..)| number).into_iter().find(old)
    }

    /// A surface that the rules allow, as near to a volatility as they do, and the volatility that it has; none if the rules
    /// allow none now.
    fn surface(&self, number: u16, wanted: f64, level: f64) -> Option<(PostSurfaceArgs, f64)> {
        let risk = self.risk(number);
        let live: Vec<i64> = dates().into_iter().filter(|expiry| *expiry > self.now).collect();
        let from = if level > 0.0 { level } else { wanted };
        for first in 0..live.len() {
            for part in PARTS {
                let found = from + (wanted - from) * part;
                let slices: Vec<Slice> =
                    live[first..].iter().map(|expiry| self.slice(risk, *expiry, found)).collect();
                let args = self.args(risk, slices);
                let mut trial = *risk;
                if trial.post_surface(&args, self.now).is_ok() {
                    return Some((args, found));
                }
            }
        }
        None
    }

    fn slice(&self, risk: &MarketRisk, expiry: i64, volatility: f64) -> Slice {
        let seconds = expiry - self.now;
        // The same multiple of the index on all days, so that it never jumps.
        let years = (expiry - crate::stage::DAY_START) as f64 / 31_536_000.0;
        let forward = (risk.price.index as f64 * (1.0 + CARRY * years)) as u64;
        slice(self.now, seconds, forward, volatility)
    }

    fn args(&self, risk: &MarketRisk, slices: Vec<Slice>) -> PostSurfaceArgs {
        PostSurfaceArgs {
            group: self.group_key(),
            market: risk.market,
            epoch: self.epoch,
            sequence: risk.sequences[0] + 1,
            valid_from: self.now,
            valid_until: self.now + VALID,
            index: risk.price.index,
            slices,
        }
    }

    /// Has the committee attest a multiplier of every market's scan range for some seconds.
    pub fn attest(&mut self, multiplier: f64, seconds: i64) -> Result<(), crate::Broken> {
        for (number, ..) in MARKETS {
            let risk = self.risk(number);
            let most = Fraction(risk.rules.predictor.largest_multiplier).0;
            let args = AttestMultiplierArgs {
                group: self.group_key(),
                market: number,
                epoch: self.epoch,
                sequence: risk.sequences[1] + 1,
                valid_from: self.now,
                valid_until: self.now + seconds,
                multiplier: fraction(multiplier).min(most),
            };
            let quorum = self.exchange.risk.quorum().map(|key| key.insecure_clone());
            let post = signed(risk_program::attest_multiplier(&args), &[&quorum[0], &quorum[1]]);
            if !self.signed_message("risk.attest_multiplier", &post) {
                let what = format!("{multiplier} ranges in market {number}.");
                return Err(self.broken("an attestation is accepted", 0, what));
            }
        }
        Ok(())
    }

    /// Sends a message behind its signatures, which stand first in the transaction.
    fn signed_message(&mut self, name: &'static str, steps: &[ballast_client::Instruction; 2]) -> bool {
        self.send_bare(name, steps, &[]).is_ok()
    }
}
