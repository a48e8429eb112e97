//! Sensitivities of one expiry, from logarithms in full: a hot loop's are enough for values, in which an
//! error of d1 cancels, but not here.

#![allow(clippy::arithmetic_side_effects)] // Part of the audited kernel; the bounds stand beside each step.

use super::clock::Clock;
use super::options::Bench;
use super::strikes::LEAST_DEVIATION;
use super::Date;
use crate::book::Expiry;
use crate::grains::{sum, Grains, Scale};
use crate::kernel::{density, normal_and_density, scale, shift};
use crate::model::Model;
use crate::smile::MOST;
use crate::units::Fraction;

/// Sums over strikes of weights times functions of d1, in grains: below 2^52, but for the last two.
#[derive(Default)]
struct Sums {
    delta: i64,
    plain: i64,
    by_deviation: i64,
    by_inverse: i64,
    convexity: i64,
}

impl Bench {
    /// Sensitivities of a live expiry, of whose forward the share `varying` still moves.
    #[inline(never)]
    pub fn greeks(&self, date: &mut Date, clock: &Clock, model: &Model, expiry: &Expiry, varying: Fraction) {
        let charged = model.add_ons.convexity;
        let least = charged.gap.0 >> 4;
        // After thirty decays less than 2^-43 of the charge is left.
        let near =
            charged.kappa != Fraction::ZERO && expiry.seconds < charged.decay_seconds.saturating_mul(30);
        let (mut sums, mut shortest) = (Sums::default(), MOST as i64);
        for strike in self.strikes.iter().take(self.count) {
            let deviation = strike.deviation.max(LEAST_DEVIATION);
            shortest = shortest.min(deviation);
            let above = distance(strike.log, deviation) + (deviation >> 1);
            let weight = strike.at_forward << Scale::SPARE;
            let (below, density) = normal_and_density(above);
            let term = scale(weight, density);
            let by_inverse = divide(term, deviation);
            sums.delta += scale(weight, below);
            sums.plain += term;
            sums.by_deviation += scale(term, deviation << 4);
            sums.by_inverse = sum(sums.by_inverse, by_inverse);
            if near {
                let convexity =
                    if deviation >= least { by_inverse } else { convexity(weight, strike.log, least) };
                sums.convexity = sum(sums.convexity, convexity);
            }
        }
        slack(date, shortest);
        self.write(date, clock, expiry, varying, &sums);
    }

    #[inline(never)]
    fn write(&self, date: &mut Date, clock: &Clock, expiry: &Expiry, varying: Fraction, sums: &Sums) {
        let discounted = |sum: i64| Grains(shift(sum, clock.discount.0, 40));
        let once = |amount: Grains| Grains(shift(amount.0, varying.0, 40));
        date.delta = date.delta.plus(once(discounted(sums.delta - self.puts.0)));
        date.gamma = once(once(discounted(sums.by_inverse)));
        date.vega = discounted(shift(sums.plain, (clock.root >> 12) as i64, 40));
        date.shocked_vega = discounted(sums.by_deviation).times_down(clock.shock);
        date.convexity = Grains(sums.convexity);
        let years = crate::book::Years::of_seconds(expiry.seconds).0;
        let decay = ((sums.by_deviation as i128) << 59).checked_div(years as i128).unwrap_or(0);
        let carry = shift(date.mark.0, expiry.rate.0.max(0), 40);
        date.theta = Grains(carry).minus(discounted(crate::wide::clamp(decay)));
    }
}

/// Gamma of a weight at the convexity charge's least deviation.
#[inline(never)]
pub(super) fn convexity(weight: i64, log: i64, least: i64) -> i64 {
    let above = distance(log, least) + (least >> 1);
    divide(scale(weight, density(above)), least)
}

/// Errors of the sensitivities. The density is within 2^-32, the distribution within 2^-37; d1 is wrong by its
/// own size times half a unit of the deviation, which moves the distribution by less than 2^-38 by the
/// deviation.
pub(super) fn slack(date: &mut Date, shortest: i64) {
    let (gross, legs) = (date.gross.0 .0, (date.options + 1) << Scale::SPARE);
    // In parts of 2^12, so that the quotient by the least deviation stays in 64 bits.
    let steps = divide((gross >> 12) + 1, shortest).saturating_add(1 << 26) >> 26;
    date.slack = Grains((gross >> 31) + legs);
    date.delta_slack = Grains((gross >> 35) + legs).plus(Grains(steps));
}

/// A logarithm in 2^-48 (below 2^53) by a deviation, in 2^-36, in two steps of long division.
pub(crate) fn distance(log: i64, deviation: i64) -> i64 {
    let (size, deviation) = (log.unsigned_abs() << 9, deviation as u64);
    let quotient = ((size / deviation) << 15) + ((size % deviation) << 15) / deviation;
    if log < 0 {
        -(quotient as i64)
    } else {
        quotient as i64
    }
}

/// Grains by a deviation, clamped.
#[inline(always)]
pub(super) fn divide(amount: i64, deviation: i64) -> i64 {
    if deviation >= 1 << 30 {
        // From 1/64 on the inverse, in 2^-40, is at most 2^46: 2^76 by the deviation in two steps.
        let deviation = deviation as u64;
        let inverse = (((1 << 62) / deviation) << 14) + (((1 << 62) % deviation) << 14) / deviation;
        return scale(amount, inverse as i64);
    }
    divide_by_little(amount, deviation as u64)
}

#[inline(never)]
fn divide_by_little(amount: i64, deviation: u64) -> i64 {
    // 2^77 by the deviation, in two steps: below 2^63.
    let inverse = (((1 << 63) / deviation) << 14) + (((1 << 63) % deviation) << 14) / deviation;
    shift(amount, inverse as i64, 41)
}
