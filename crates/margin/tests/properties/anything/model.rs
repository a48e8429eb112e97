//! A model of which every field can be anything.

use super::wide;
use ballast_margin::model::*;
use ballast_margin::units::{Fraction, Quote};

const VOLS: [Vol; 5] = [Vol::Down, Vol::Flat, Vol::Up, Vol::Linear, Vol::Absolute];

/// How many fields there are.
pub const FIELDS: u16 = 54;

/// A model that owns its lists.
#[derive(Clone, Debug)]
pub struct Parts {
    rows: Vec<Row>,
    correlations: Vec<Correlation>,
    rest: Model<'static>,
}

impl Parts {
    pub fn of(model: Model<'static>) -> Self {
        let (rows, correlations) = (model.rows.to_vec(), model.cross.correlations.to_vec());
        Self { rows, correlations, rest: model }
    }

    pub fn model(&self) -> Model<'_> {
        let cross = Cross { correlations: &self.correlations, ..self.rest.cross };
        Model { rows: &self.rows, cross, ..self.rest }
    }

    /// Puts `n` into one field.
    pub fn set(&mut self, field: u16, place: usize, n: i64) {
        let f = Fraction(n);
        let model = &mut self.rest;
        let add_ons = &mut model.add_ons;
        let discount = StaticDiscount {
            long_base: Fraction::ONE,
            long_rate: Fraction::ONE,
            long_add: Fraction::ZERO,
            short_base: Fraction::ONE,
            short_rate: Fraction::ONE,
            short_add: Fraction::ZERO,
        };
        let row = place % self.rows.len().max(1);
        match field % FIELDS {
            0 => self.rows.iter_mut().skip(row).take(1).for_each(|row| row.multiplier = f),
            1 => self.rows.iter_mut().skip(row).take(1).for_each(|row| row.weight = f),
            2 => self.rows.iter_mut().skip(row).take(1).for_each(|row| row.mass = f),
            3 => self.rows.iter_mut().skip(row).take(1).for_each(|row| row.scaled = n & 1 == 0),
            4 => self
                .rows
                .iter_mut()
                .skip(row)
                .take(1)
                .for_each(|row| row.vol = VOLS[n.rem_euclid(5) as usize]),
            5 => model.vol.up = f,
            6 => model.vol.down = f,
            7 => model.vol.floor = f,
            8 => model.vol.floor_seconds = n,
            9 => model.vol.short_power = f,
            10 => model.vol.long_power = f,
            11 => model.skew.linear_base = f,
            12 => model.skew.linear_cap = f,
            13 => model.skew.absolute_base = f,
            14 => model.skew.absolute_cap = f,
            15 => model.skew.min_k = f,
            16 => model.skew.width = f,
            17 => model.skew.vol_base = f,
            18 => model.skew.vol_slope = f,
            19 => model.discount.get_or_insert(discount).long_base = f,
            20 => model.discount.get_or_insert(discount).long_rate = f,
            21 => model.discount.get_or_insert(discount).long_add = f,
            22 => model.discount.get_or_insert(discount).short_base = f,
            23 => model.discount.get_or_insert(discount).short_rate = f,
            24 => model.discount.get_or_insert(discount).short_add = f,
            25 => model.basis.up = f,
            26 => model.basis.down = f,
            27 => model.basis.add = f,
            28 => model.basis.per_year = f,
            29 => model.tail.share = f,
            30 => model.tail.multiplier = f,
            31 => model.cross.offset = f,
            32 => model.cross.floor = f,
            33 => model.cross.covariance = n & 1 == 0,
            34 => self.correlations.iter_mut().skip(place % 8).take(1).for_each(|pair| pair.low = f),
            35 => self.correlations.iter_mut().skip(place % 8).take(1).for_each(|pair| pair.high = f),
            36 => model.factors.maintenance = f,
            37 => model.factors.initial = f,
            38 => model.factors.peg_threshold = f,
            39 => model.factors.peg_factor = f,
            40 => add_ons.perp_maintenance = f,
            41 => add_ons.perp_initial = f,
            42 => add_ons.option_maintenance = f,
            43 => add_ons.option_initial = f,
            44 => (add_ons.score_threshold, add_ons.score_margin) = (Fraction::ONE, f),
            45 => add_ons.convexity.kappa = f,
            46 => add_ons.convexity.gap = f,
            47 => add_ons.convexity.decay_seconds = n,
            48 => add_ons.twist = f,
            49 => add_ons.liquidity = Liquidity { slope: f, cap: Fraction(n.wrapping_mul(place as i64)) },
            50 => add_ons.interval = f,
            51 => (add_ons.roll_per_year, add_ons.roll_minimum) = (f, Fraction(n.wrapping_shr(3))),
            52 => model.gains = Gains { weight: f, cap: Quote(wide(n)) },
            _ => model.settlement_seconds = n,
        }
    }

    /// Puts a number into one field that the model's check allows there: more often an end of the range.
    pub fn set_within(&mut self, field: u16, place: usize, n: i64) {
        let field = field % FIELDS;
        let (low, high) = self.range(field, place);
        let inside = ((n as u64 as u128 * (high as i128 - low as i128) as u128) >> 64) as i64;
        self.set(
            field,
            place,
            match n & 7 {
                0 | 1 => low,
                2 | 3 => high,
                _ => low.wrapping_add(inside),
            },
        );
        let model = &mut self.rest;
        model.add_ons.liquidity.cap = model.add_ons.liquidity.cap.clamp(Fraction::ZERO, Fraction::ONE);
        model.gains.cap = model.gains.cap.max(Quote(0));
        model.add_ons.convexity.gap = model.add_ons.convexity.gap.max(Fraction(1 << 30));
        // At the floor, the power stays below 2^21 and volatility is multiplied by sixty-four at most.
        let vol = &mut model.vol;
        let one = Fraction::ONE.0 as f64;
        let log = (2_592_000.0 / vol.floor_seconds as f64).ln();
        if log * vol.short_power.0 as f64 / one > 14.5 {
            vol.short_power = Fraction((14.5 / log * one) as i64);
        }
        let z = (log * vol.short_power.0 as f64 / one).exp();
        vol.up = vol.up.min(Fraction((63.0 / z * (1.0 - 1e-8) * one) as i64));
        // A row that is scaled no more may be left with a price below zero.
        for row in self.rows.iter_mut().filter(|row| !row.scaled) {
            row.multiplier = row.multiplier.clamp(Fraction(1 << 30), Fraction(8 << 40));
        }
    }

    /// The range of a field; `docs/parameters.md` lists them all.
    fn range(&self, field: u16, place: usize) -> (i64, i64) {
        const ONE: i64 = Fraction::ONE.0;
        const LEAST: i64 = ONE >> 10;
        let factors = self.rest.factors;
        let pair = self.correlations.get(place % 8);
        let row = self.rows.get(place % self.rows.len().max(1));
        match field {
            0 if row.is_some_and(|row| row.scaled) => (-7 * ONE, 9 * ONE),
            0 | 15 | 25 | 26 => (LEAST, 8 * ONE),
            2 => row.map_or((0, 0), |row| (row.mass.0, row.mass.0)),
            // Whether a row is scaled, or under which volatility it is, is no number.
            3 | 4 | 33 => (i64::MIN, i64::MAX),
            8 => (1, 5_840 * 86_400),
            47 => (1, i64::MAX),
            9 | 10 | 38 => (0, 2 * ONE),
            11 | 13 => (-16 * ONE, 3 * ONE),
            12 | 14 => (0, 16 * ONE),
            18 => (-16 * ONE, 16 * ONE),
            19 => (0, 4 * ONE),
            // The exponential that it multiplies ends at 2^21: next to nothing by more is not exact.
            22 => (ONE / 4, 4 * ONE),
            // Masses that are all zero leave no shortfall.
            29 if self.rows.iter().all(|row| row.mass == Fraction::ZERO) => (0, 0),
            29 | 31 | 32 | 48 | 52 => (0, ONE),
            34 => (-ONE, pair.map_or(ONE, |pair| pair.high.0)),
            35 => (pair.map_or(-ONE, |pair| pair.low.0), ONE),
            36 => (0, factors.initial.0),
            37 => (factors.maintenance.0, 8 * ONE),
            46 => (LEAST, ONE),
            53 => (0, 86_400),
            1 | 5..=7 | 30 => (0, 8 * ONE),
            _ => (0, 16 * ONE),
        }
    }
}
