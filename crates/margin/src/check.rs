//! Whether a model's parameters lie where the engine's arithmetic was proved and where they mean something.

use crate::error::{MarginError, Result};
use crate::kernel::pow;
use crate::model::{
    AddOns, Basis, Correlation, Cross, Factors, Gains, Model, Row, Skew, StaticDiscount, Tail, VolShock,
    MAX_ROWS,
};
use crate::units::Fraction;

/// 2^-10: the least multiplier, width of a skew, and gap.
const LEAST: Fraction = Fraction(1 << 30);
/// Most that the masses may miss the whole by, 2^-30.
const MASS_GAP: u64 = 1 << 10;
/// Longest settlement window, a day.
const LONGEST_SETTLEMENT: i64 = 86_400;
/// Seconds of thirty days.
const DAYS_30: i64 = 30 * 86_400;
/// Longest least time of a shock: sixteen years, as long as an expiry may run.
const LONGEST_FLOOR: i64 = 16 * 365 * 86_400;
/// What the power gives above its range, 2^21.
const END_OF_POWER: Fraction = Fraction(1 << 61);
/// Most of a rate, a shock or a charge.
const MOST: Fraction = whole(16);

const fn whole(n: i64) -> Fraction {
    Fraction(n << 40)
}

/// Refuses what is not so.
fn require(holds: bool) -> Result<()> {
    if holds {
        Ok(())
    } else {
        Err(MarginError::BadModel)
    }
}

/// Refuses a value outside a range, both ends of which are allowed.
fn within(value: Fraction, low: Fraction, high: Fraction) -> Result<()> {
    require(low <= value && value <= high)
}

/// Refuses values that are negative or above `high`.
fn all_within(values: &[Fraction], high: Fraction) -> Result<()> {
    values.iter().try_for_each(|&value| within(value, Fraction::ZERO, high))
}

impl Model<'_> {
    /// Refuses a model with a parameter outside its range; `docs/parameters.md` lists the ranges.
    pub fn check(&self) -> Result<()> {
        if self.rows.len() > MAX_ROWS {
            return Err(MarginError::TooMany);
        }
        require(!self.rows.is_empty())?;
        self.rows.iter().try_for_each(row)?;
        tail(&self.tail, self.rows)?;
        vol(&self.vol)?;
        skew(&self.skew)?;
        self.discount.as_ref().map_or(Ok(()), discount)?;
        basis(&self.basis)?;
        cross(&self.cross)?;
        factors(&self.factors)?;
        add_ons(&self.add_ons)?;
        gains(&self.gains)?;
        require((0..=LONGEST_SETTLEMENT).contains(&self.settlement_seconds))
    }
}

fn row(row: &Row) -> Result<()> {
    // Eight ranges either way; a scaled row that falls below zero is raised when its range is known.
    let (low, high) = if row.scaled { (whole(-7), whole(9)) } else { (LEAST, whole(8)) };
    within(row.multiplier, low, high)?;
    within(row.weight, Fraction::ZERO, whole(8))?;
    within(row.mass, Fraction::ZERO, Fraction::ONE)
}

fn tail(tail: &Tail, rows: &[Row]) -> Result<()> {
    within(tail.share, Fraction::ZERO, Fraction::ONE)?;
    within(tail.multiplier, Fraction::ZERO, whole(8))?;
    let sum = rows.iter().fold(Fraction::ZERO, |sum, row| sum.plus(row.mass));
    require(tail.share == Fraction::ZERO || sum.minus(Fraction::ONE).0.unsigned_abs() <= MASS_GAP)
}

fn vol(vol: &VolShock) -> Result<()> {
    all_within(&[vol.up, vol.down, vol.floor], whole(8))?;
    all_within(&[vol.short_power, vol.long_power], whole(2))?;
    require((1..=LONGEST_FLOOR).contains(&vol.floor_seconds))?;
    // The factor up is highest at the floor; the engine multiplies volatilities by no more than 64. Beyond
    // its range the power says nothing.
    let z = pow(Fraction((DAYS_30 << 40).checked_div(vol.floor_seconds).unwrap_or(0)), vol.short_power);
    require(z < END_OF_POWER && vol.up.times_up(z) <= whole(63))
}

fn skew(skew: &Skew) -> Result<()> {
    // Four times a base, at sixteen years, and a cap: a factor of 29 at most.
    let bases = [skew.linear_base, skew.absolute_base];
    bases.iter().try_for_each(|&base| within(base, whole(-16), whole(3)))?;
    all_within(&[skew.linear_cap, skew.absolute_cap], MOST)?;
    within(skew.vol_slope, whole(-16), MOST)?;
    all_within(&[skew.width, skew.vol_base], MOST)?;
    within(skew.min_k, LEAST, whole(8))
}

fn discount(discount: &StaticDiscount) -> Result<()> {
    all_within(&[discount.long_base, discount.short_base], whole(4))?;
    all_within(&[discount.long_rate, discount.long_add, discount.short_rate, discount.short_add], MOST)
}

fn basis(basis: &Basis) -> Result<()> {
    within(basis.up, LEAST, whole(8))?;
    within(basis.down, LEAST, whole(8))?;
    all_within(&[basis.add, basis.per_year], MOST)
}

fn cross(cross: &Cross) -> Result<()> {
    all_within(&[cross.offset, cross.floor], Fraction::ONE)?;
    cross.correlations.iter().try_for_each(correlation)?;
    let ordered = |pair: &[Correlation]| matches!(pair, [a, b] if a.markets < b.markets);
    require(cross.correlations.windows(2).all(ordered))
}

fn correlation(pair: &Correlation) -> Result<()> {
    within(pair.low, whole(-1), pair.high)?;
    require(pair.high <= Fraction::ONE && pair.markets.0 < pair.markets.1)
}

fn factors(factors: &Factors) -> Result<()> {
    within(factors.maintenance, Fraction::ZERO, factors.initial)?;
    require(factors.initial <= whole(8))?;
    within(factors.peg_threshold, Fraction::ZERO, whole(2))?;
    within(factors.peg_factor, Fraction::ZERO, MOST)
}

fn add_ons(add_ons: &AddOns) -> Result<()> {
    all_within(&[add_ons.score_threshold, add_ons.twist, add_ons.liquidity.cap], Fraction::ONE)?;
    let rates = [
        add_ons.perp_maintenance,
        add_ons.perp_initial,
        add_ons.option_maintenance,
        add_ons.option_initial,
        add_ons.score_margin,
        add_ons.convexity.kappa,
        add_ons.liquidity.slope,
        add_ons.interval,
        add_ons.roll_per_year,
        add_ons.roll_minimum,
    ];
    all_within(&rates, MOST)?;
    // The gap divides, unless the charge is off.
    let least = if add_ons.convexity.kappa == Fraction::ZERO { Fraction::ZERO } else { LEAST };
    within(add_ons.convexity.gap, least, Fraction::ONE)?;
    require(add_ons.convexity.decay_seconds >= 1)
}

fn gains(gains: &Gains) -> Result<()> {
    within(gains.weight, Fraction::ZERO, Fraction::ONE)?;
    require(gains.cap.0 >= 0)
}
