//! The presets say what the published methods say, and Ballast's own what its page promises.

mod ballast;

use ballast_margin::model::{Model, Row, Vol};
use ballast_margin::presets::{BALLAST, PMRM, SPAN16, XPM};
use ballast_margin::units::{Fraction, Quote};
use serde_json::Value;

/// One unit of a fraction.
const UNIT: f64 = 1.0 / (1i64 << 40) as f64;

fn real(value: Fraction) -> f64 {
    value.0 as f64 * UNIT
}

/// Nearest to the number within one unit.
fn near(value: Fraction, number: f64) -> bool {
    (real(value) - number).abs() < UNIT
}

/// The move in ranges or in shares of the price.
fn shift(row: &Row) -> f64 {
    real(row.multiplier) - 1.0
}

fn assert_rows(model: &Model, expected: &[(f64, Vol, f64, bool)]) {
    assert_eq!(model.rows.len(), expected.len());
    for (i, (row, &(shift, vol, weight, scaled))) in model.rows.iter().zip(expected).enumerate() {
        let same = near(row.multiplier, 1.0 + shift) && near(row.weight, weight);
        assert!(same && row.vol == vol && row.scaled == scaled, "row {i}: {row:?}");
    }
}

#[test]
fn every_preset_passes_the_check() {
    for (name, model) in [("PMRM", PMRM), ("SPAN16", SPAN16), ("XPM", XPM), ("BALLAST", BALLAST)] {
        assert_eq!(model.check(), Ok(()), "{name}");
    }
}

#[test]
fn pmrm_is_the_file_of_vectors() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/pmrm_portfolios.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON");
    let rows: Vec<_> = file["default_rows_[spot,vol,damp]"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            let vol = match row[1].as_str().expect("a name") {
                "Up" => Vol::Up,
                "Down" => Vol::Down,
                "None" => Vol::Flat,
                "LINEAR" => Vol::Linear,
                "ABS" => Vol::Absolute,
                other => panic!("{other}"),
            };
            let number = |i: usize| row[i].as_f64().expect("a number");
            (number(0) - 1.0, vol, number(2), false)
        })
        .collect();
    assert_rows(&PMRM, &rows);

    let p = PMRM;
    let discount = p.discount.expect("discounts");
    let fields = [
        ("SkewShock", "LINEAR_SCALE_CAP", p.skew.linear_cap),
        ("SkewShock", "LINEAR_CBASE", p.skew.linear_base),
        ("SkewShock", "ABS_SCALE_CAP", p.skew.absolute_cap),
        ("SkewShock", "ABS_CBASE", p.skew.absolute_base),
        ("SkewShock", "MIN_K_STAR", p.skew.min_k),
        ("SkewShock", "MIN_WIDTH_SCALE", p.skew.width),
        ("SkewShock", "VOL_PARAM_STATIC", p.skew.vol_base),
        ("SkewShock", "VOL_PARAM_SCALE", p.skew.vol_slope),
        ("VolShock", "VOLRANGEUP", p.vol.up),
        ("VolShock", "MIN_VOL_EVAL_SHOCKED", p.vol.floor),
        ("VolShock", "VOLRANGEDOWN", p.vol.down),
        ("VolShock", "SHORTTERMPOWER", p.vol.short_power),
        ("VolShock", "LONGTERMPOWER", p.vol.long_power),
        ("Margin", "MM_LOSS_FACTOR", p.factors.maintenance),
        ("Margin", "IM_LOSS_FACTOR", p.factors.initial),
        ("Margin", "SHORT_RATE_MULTSCALE", discount.short_rate),
        ("Margin", "LONG_RATE_MULTSCALE", discount.long_rate),
        ("Margin", "SHORT_RATE_ADDSCALE", discount.short_add),
        ("Margin", "LONG_RATE_ADDSCALE", discount.long_add),
        ("Margin", "BASE_STATIC_DISCOUNT", discount.long_base),
        ("Margin", "BASE_STATIC_DISCOUNT_NEG", discount.short_base),
        ("BasisContingency", "SCENARIO_SPOT_UP", p.basis.up),
        ("BasisContingency", "SCENARIO_SPOT_DOWN", p.basis.down),
        ("BasisContingency", "BASIS_CONT_ADD_FACTOR", p.basis.add),
        ("BasisContingency", "BASIS_CONT_MULT_FACTOR", p.basis.per_year),
        ("OtherContingency", "PEG_LOSS_THRESHOLD", p.factors.peg_threshold),
        ("OtherContingency", "PEG_LOSS_FACTOR", p.factors.peg_factor),
        ("OtherContingency", "CONF_THRESHOLD", p.add_ons.score_threshold),
        ("OtherContingency", "CONF_MARGIN", p.add_ons.score_margin),
        ("OtherContingency", "MM_PERP_PERCENT", p.add_ons.perp_maintenance),
        ("OtherContingency", "IM_PERP_PERCENT", p.add_ons.perp_initial),
        ("OtherContingency", "MM_OPTION_PERCENT", p.add_ons.option_maintenance),
        ("OtherContingency", "IM_OPTION_PERCENT", p.add_ons.option_initial),
    ];
    let parameters = &file["default_params"];
    for (group, name, value) in fields {
        let expected = parameters[group][name].as_f64().expect("a number");
        assert!(near(value, expected), "{group}.{name}: {} is not {expected}", real(value));
    }
    // All of the file is in the table above, but for the floor in days, and two sums of two others.
    let listed: usize = parameters
        .as_object()
        .expect("groups")
        .values()
        .map(|group| group.as_object().expect("names").len())
        .sum();
    assert_eq!(listed, fields.len() + 3);
    let days = parameters["VolShock"]["DTE_FLOOR"].as_f64().expect("a number");
    assert_eq!(p.vol.floor_seconds as f64, days * 86_400.0);
    assert_eq!(p.settlement_seconds, 1_800);
}

#[test]
fn published_methods_have_none_of_ballasts_own_terms() {
    for model in [PMRM, SPAN16, XPM] {
        let a = model.add_ons;
        let zero =
            [a.convexity.kappa, a.twist, a.liquidity.slope, a.liquidity.cap, a.interval, model.tail.share];
        assert!(zero.iter().all(|&value| value == Fraction::ZERO));
        assert!(!model.cross.covariance);
        // Gains count fully: no account of this engine can reach the cap.
        assert_eq!((model.gains.weight, model.gains.cap), (Fraction::ONE, Quote(10i128.pow(30))));
    }
    assert_eq!((PMRM.cross.offset, PMRM.cross.floor), (Fraction::ZERO, Fraction::ONE));
    assert_eq!((SPAN16.cross.offset, SPAN16.cross.floor), (Fraction::ZERO, Fraction::ONE));
}

#[test]
fn span_has_the_sixteen_scenarios() {
    let thirds = [0, 0, 1, 1, -1, -1, 2, 2, -2, -2, 3, 3, -3, -3];
    let mut expected: Vec<_> = thirds
        .iter()
        .enumerate()
        .map(|(i, &n)| (f64::from(n) / 3.0, if i % 2 == 0 { Vol::Up } else { Vol::Down }, 1.0, true))
        .collect();
    expected.extend([(2.0, Vol::Flat, 0.35, true), (-2.0, Vol::Flat, 0.35, true)]);
    assert_rows(&SPAN16, &expected);
    assert_eq!((SPAN16.vol.short_power, SPAN16.vol.long_power), (Fraction::ZERO, Fraction::ZERO));
    assert!(near(SPAN16.factors.initial, 1.1) && SPAN16.factors.maintenance == Fraction::ONE);
}

#[test]
fn xpm_has_nine_prices_by_three_volatilities_and_damped_tails() {
    let mut expected = Vec::new();
    for quarter in -4..=4 {
        for vol in [Vol::Up, Vol::Flat, Vol::Down] {
            expected.push((f64::from(quarter) / 4.0, vol, 1.0, true));
        }
    }
    for percent in [-66, -33, 50, 100, 200, 300, 400, 500] {
        let shift = f64::from(percent) / 100.0;
        expected.push((shift, Vol::Up, 0.032 / shift.abs(), false));
    }
    assert_rows(&XPM, &expected);
    assert!(near(XPM.cross.offset, 0.6) && XPM.cross.floor == Fraction::ZERO);
    assert!(near(XPM.add_ons.roll_per_year, 0.05) && near(XPM.add_ons.roll_minimum, 0.005));
}

#[test]
fn xpm_gives_the_inverse_perp_of_its_documentation() {
    // A short of -0.999487053 ETH at a range of 18 %, counted in ETH at the shocked price.
    let quantity = 0.999_487_053;
    let worst = XPM.rows[24];
    let p = 1.0 + shift(&worst) * 0.18;
    let loss = quantity * (p - 1.0) / p * real(worst.weight);
    let roll = real(XPM.add_ons.roll_minimum) * quantity;
    assert!((loss - 0.152_464_127).abs() < 1e-9 && (roll - 0.004_997_435).abs() < 1e-9);
    let core = loss + roll;
    assert!((core * real(XPM.factors.initial) - 0.157_461_562).abs() < 1e-9);
    assert!((core * real(XPM.factors.maintenance) - 0.125_969_250).abs() < 1e-9);
}
