//! Every limit of a model's parameters, on both sides.

use ballast_margin::model::{Correlation, Model, Row, StaticDiscount, Vol, MAX_ROWS};
use ballast_margin::presets::{BALLAST, PMRM};
use ballast_margin::units::{Fraction, Quote};
use ballast_margin::MarginError;

const ONE: i64 = 1 << 40;
const LEAST: i64 = 1 << 30;

type Set = fn(&mut Model<'static>, i64);

/// Every term at work: Ballast's own model with Derive's static discounts.
const FULL: Model<'static> = Model { discount: PMRM.discount, ..BALLAST };

fn rows(model: &mut Model<'static>, change: impl FnOnce(&mut Vec<Row>)) {
    let mut rows = model.rows.to_vec();
    change(&mut rows);
    model.rows = rows.leak();
}

fn pairs(model: &mut Model<'static>, change: impl FnOnce(&mut Vec<Correlation>)) {
    let mut pairs = model.cross.correlations.to_vec();
    change(&mut pairs);
    model.cross.correlations = pairs.leak();
}

fn discount<'a>(model: &'a mut Model<'static>) -> &'a mut StaticDiscount {
    model.discount.as_mut().expect("discounts")
}

/// Name, how to set it, the lowest and the highest value.
const LIMITS: [(&str, Set, i64, i64); 58] = [
    ("row.multiplier", |m, v| rows(m, |r| r[27].multiplier.0 = v), LEAST, 8 * ONE),
    ("scaled row.multiplier", |m, v| rows(m, |r| r[0].multiplier.0 = v), -7 * ONE, 9 * ONE),
    ("row.weight", |m, v| rows(m, |r| r[3].weight.0 = v), 0, 8 * ONE),
    ("row.mass", |m, v| rows(m, |r| r[12].mass.0 = v), 400 * LEAST - 1024, 400 * LEAST + 1024),
    ("vol.up", |m, v| (m.vol.up.0, m.vol.short_power.0) = (v, 0), 0, 8 * ONE),
    ("vol.down", |m, v| m.vol.down.0 = v, 0, 8 * ONE),
    ("vol.floor", |m, v| m.vol.floor.0 = v, 0, 8 * ONE),
    ("vol.floor_seconds", |m, v| (m.vol.up.0, m.vol.floor_seconds) = (0, v), 1, 5_840 * 86_400),
    ("vol.short_power", |m, v| (m.vol.up.0, m.vol.short_power.0) = (0, v), 0, 2 * ONE),
    ("vol.long_power", |m, v| m.vol.long_power.0 = v, 0, 2 * ONE),
    ("skew.linear_base", |m, v| m.skew.linear_base.0 = v, -16 * ONE, 3 * ONE),
    ("skew.linear_cap", |m, v| m.skew.linear_cap.0 = v, 0, 16 * ONE),
    ("skew.absolute_base", |m, v| m.skew.absolute_base.0 = v, -16 * ONE, 3 * ONE),
    ("skew.absolute_cap", |m, v| m.skew.absolute_cap.0 = v, 0, 16 * ONE),
    ("skew.min_k", |m, v| m.skew.min_k.0 = v, LEAST, 8 * ONE),
    ("skew.width", |m, v| m.skew.width.0 = v, 0, 16 * ONE),
    ("skew.vol_base", |m, v| m.skew.vol_base.0 = v, 0, 16 * ONE),
    ("skew.vol_slope", |m, v| m.skew.vol_slope.0 = v, -16 * ONE, 16 * ONE),
    ("discount.long_base", |m, v| discount(m).long_base.0 = v, 0, 4 * ONE),
    ("discount.long_rate", |m, v| discount(m).long_rate.0 = v, 0, 16 * ONE),
    ("discount.long_add", |m, v| discount(m).long_add.0 = v, 0, 16 * ONE),
    ("discount.short_base", |m, v| discount(m).short_base.0 = v, 0, 4 * ONE),
    ("discount.short_rate", |m, v| discount(m).short_rate.0 = v, 0, 16 * ONE),
    ("discount.short_add", |m, v| discount(m).short_add.0 = v, 0, 16 * ONE),
    ("basis.up", |m, v| m.basis.up.0 = v, LEAST, 8 * ONE),
    ("basis.down", |m, v| m.basis.down.0 = v, LEAST, 8 * ONE),
    ("basis.add", |m, v| m.basis.add.0 = v, 0, 16 * ONE),
    ("basis.per_year", |m, v| m.basis.per_year.0 = v, 0, 16 * ONE),
    ("tail.share", |m, v| m.tail.share.0 = v, 0, ONE),
    ("tail.multiplier", |m, v| m.tail.multiplier.0 = v, 0, 8 * ONE),
    ("cross.offset", |m, v| m.cross.offset.0 = v, 0, ONE),
    ("cross.floor", |m, v| m.cross.floor.0 = v, 0, ONE),
    ("correlation.low", |m, v| pairs(m, |p| p[1].low.0 = v), -ONE, BALLAST.cross.correlations[1].high.0),
    ("correlation.high", |m, v| pairs(m, |p| p[1].high.0 = v), BALLAST.cross.correlations[1].low.0, ONE),
    ("factors.maintenance", |m, v| m.factors.maintenance.0 = v, 0, ONE),
    ("factors.initial", |m, v| m.factors.initial.0 = v, BALLAST.factors.maintenance.0, 8 * ONE),
    ("factors.peg_threshold", |m, v| m.factors.peg_threshold.0 = v, 0, 2 * ONE),
    ("factors.peg_factor", |m, v| m.factors.peg_factor.0 = v, 0, 16 * ONE),
    ("perp_maintenance", |m, v| m.add_ons.perp_maintenance.0 = v, 0, 16 * ONE),
    ("perp_initial", |m, v| m.add_ons.perp_initial.0 = v, 0, 16 * ONE),
    ("option_maintenance", |m, v| m.add_ons.option_maintenance.0 = v, 0, 16 * ONE),
    ("option_initial", |m, v| m.add_ons.option_initial.0 = v, 0, 16 * ONE),
    ("score_threshold", |m, v| m.add_ons.score_threshold.0 = v, 0, ONE),
    ("score_margin", |m, v| m.add_ons.score_margin.0 = v, 0, 16 * ONE),
    ("convexity.kappa", |m, v| m.add_ons.convexity.kappa.0 = v, 0, 16 * ONE),
    ("convexity.gap", |m, v| m.add_ons.convexity.gap.0 = v, LEAST, ONE),
    ("convexity.decay_seconds", |m, v| m.add_ons.convexity.decay_seconds = v, 1, i64::MAX - 1),
    ("twist", |m, v| m.add_ons.twist.0 = v, 0, ONE),
    ("liquidity.slope", |m, v| m.add_ons.liquidity.slope.0 = v, 0, 16 * ONE),
    ("liquidity.cap", |m, v| m.add_ons.liquidity.cap.0 = v, 0, ONE),
    ("interval", |m, v| m.add_ons.interval.0 = v, 0, 16 * ONE),
    ("roll_per_year", |m, v| m.add_ons.roll_per_year.0 = v, 0, 16 * ONE),
    ("roll_minimum", |m, v| m.add_ons.roll_minimum.0 = v, 0, 16 * ONE),
    ("gains.weight", |m, v| m.gains.weight.0 = v, 0, ONE),
    ("gains.cap", |m, v| m.gains.cap = Quote(i128::from(v)), 0, i64::MAX - 1),
    ("settlement_seconds", |m, v| m.settlement_seconds = v, 0, 86_400),
    (
        "gap without convexity",
        |m, v| (m.add_ons.convexity.kappa.0, m.add_ons.convexity.gap.0) = (0, v),
        0,
        ONE,
    ),
    ("mass without shortfall", |m, v| (m.tail.share.0, m.rows) = (0, one_mass(v)), 0, ONE),
];

/// A single row of that mass.
fn one_mass(mass: i64) -> &'static [Row] {
    vec![Row { mass: Fraction(mass), ..BALLAST.rows[0] }].leak()
}

#[test]
fn every_limit_has_two_sides() {
    for (name, set, low, high) in LIMITS {
        let check = |value| {
            let mut model = FULL;
            set(&mut model, value);
            model.check()
        };
        assert_eq!(check(low), Ok(()), "{name} at its lowest");
        assert_eq!(check(high), Ok(()), "{name} at its highest");
        assert_eq!(check(low - 1), Err(MarginError::BadModel), "{name} below its lowest");
        // Where the highest is that of the type's but for one, there is no limit to pass.
        if high < i64::MAX - 1 {
            assert_eq!(check(high + 1), Err(MarginError::BadModel), "{name} above its highest");
        }
    }
}

#[test]
fn volatility_is_multiplied_by_sixty_four_at_most() {
    // z = 30 d / floor: nine at 288 000 seconds, by which seven are 63.
    let check = |up: i64, floor_seconds: i64| {
        let mut model = FULL;
        (model.vol.up.0, model.vol.short_power.0, model.vol.floor_seconds) = (up, ONE, floor_seconds);
        model.check()
    };
    assert_eq!(check(7 * ONE, 288_001), Ok(()));
    assert_eq!(check(7 * ONE, 287_999), Err(MarginError::BadModel));
    assert_eq!(check(7 * ONE - (1 << 20), 288_000), Ok(()));
    assert_eq!(check(7 * ONE + (1 << 20), 288_000), Err(MarginError::BadModel));
    // A power that has left its range says nothing of how far volatility goes.
    let power = |floor_seconds: i64| {
        let mut model = FULL;
        (model.vol.up.0, model.vol.short_power.0) = (0, 2 * ONE);
        model.vol.floor_seconds = floor_seconds;
        model.check()
    };
    // 2 592 000 / 1 790 squared is 2 096 833, below 2^21; by 1 789 it is 2 099 178.
    assert_eq!((power(1_790), power(1_789)), (Ok(()), Err(MarginError::BadModel)));
    // Thirty days and a longer floor divide by one or more.
    assert_eq!(check(8 * ONE, 30 * 86_400), Ok(()));
}

#[test]
fn a_model_has_between_one_and_forty_rows() {
    let plain = Row { mass: Fraction::ZERO, ..BALLAST.rows[0] };
    let check = |rows: &[Row]| Model { rows, tail: PMRM.tail, ..FULL }.check();
    assert_eq!(check(&[]), Err(MarginError::BadModel));
    assert_eq!(check(&[plain]), Ok(()));
    assert_eq!(check(&[plain; MAX_ROWS]), Ok(()));
    assert_eq!(check(&[plain; MAX_ROWS + 1]), Err(MarginError::TooMany));
}

#[test]
fn masses_matter_only_with_an_expected_shortfall() {
    let rows = [Row { mass: Fraction(ONE / 2), vol: Vol::Flat, ..BALLAST.rows[0] }];
    assert_eq!(Model { rows: &rows, ..FULL }.check(), Err(MarginError::BadModel));
    assert_eq!(Model { rows: &rows, tail: PMRM.tail, ..FULL }.check(), Ok(()));
    assert_eq!(Model { rows: &[rows[0], rows[0]], ..FULL }.check(), Ok(()));
}

#[test]
fn pairs_are_in_order_and_each_once() {
    let check = |markets: &[(u16, u16)]| {
        let mut model = FULL;
        let pair = |&markets| Correlation { markets, low: Fraction::ZERO, high: Fraction::ONE };
        pairs(&mut model, |pairs| *pairs = markets.iter().map(pair).collect());
        model.check()
    };
    assert_eq!(check(&[]), Ok(()));
    assert_eq!(check(&[(1, 2), (1, 3), (2, 3), (2, 9)]), Ok(()));
    for wrong in [&[(2, 1)][..], &[(1, 1)], &[(1, 3), (1, 2)], &[(2, 3), (1, 4)], &[(1, 2), (1, 2)]] {
        assert_eq!(check(wrong), Err(MarginError::BadModel), "{wrong:?}");
    }
}

#[test]
fn a_model_needs_no_discounts() {
    assert_eq!(Model { discount: None, ..FULL }.check(), Ok(()));
}
