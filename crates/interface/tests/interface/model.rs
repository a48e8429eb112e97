//! A model as bytes is the engine's model, field by field.

use crate::code;
use ballast_interface::risk::{Model, ModelCorrelation, ModelParameters, ModelRow, NO_RULES};
use ballast_margin::{
    model::{Correlation, Cross, Model as Rules, Row, Vol},
    presets::{BALLAST, PMRM, SPAN16, XPM},
    units::Fraction,
};
use bytemuck::{bytes_of, pod_read_unaligned, Zeroable};
use proptest::prelude::*;

fn taken(rules: &Rules) -> Box<Model> {
    let mut model = Box::new(Model::zeroed());
    model.version = 1;
    model.take(rules).unwrap();
    model
}

/// What is refused of a preset after an edit.
fn refused(rules: &Rules, edit: impl FnOnce(&mut Model)) -> Option<u32> {
    let mut model = taken(rules);
    assert_eq!(code(model.invariant()), None);
    edit(&mut model);
    code(model.invariant())
}

#[test]
fn every_preset_comes_back_as_it_was() {
    let presets =
        [("Ballast", BALLAST, 33, 3), ("PMRM", PMRM, 31, 0), ("SPAN16", SPAN16, 16, 0), ("XPM", XPM, 35, 0)];
    for (name, preset, rows, correlations) in presets {
        let model = taken(&preset);
        assert_eq!((model.row_count, model.correlation_count), (rows, correlations), "{name}");
        assert_eq!(code(model.invariant()), None, "{name}");
        let lists = model.lists(|_| true).unwrap();
        let found = model.rules(&lists);
        // By part, so that a difference names its place; then the whole.
        assert_eq!(found.rows, preset.rows, "{name}");
        assert_eq!(found.vol, preset.vol, "{name}");
        assert_eq!(found.skew, preset.skew, "{name}");
        assert_eq!(found.discount, preset.discount, "{name}");
        assert_eq!(found.basis, preset.basis, "{name}");
        assert_eq!(found.tail, preset.tail, "{name}");
        assert_eq!(found.cross, preset.cross, "{name}");
        assert_eq!(found.factors, preset.factors, "{name}");
        assert_eq!(found.add_ons, preset.add_ons, "{name}");
        assert_eq!(found.gains, preset.gains, "{name}");
        assert_eq!(found.settlement_seconds, preset.settlement_seconds, "{name}");
        assert_eq!(found, preset, "{name}");
    }
}

#[test]
fn a_preset_leaves_nothing_of_the_one_before() {
    for (first, second) in [(BALLAST, SPAN16), (PMRM, XPM), (XPM, BALLAST)] {
        let mut model = taken(&first);
        model.take(&second).unwrap();
        assert!(bytes_of(&*model) == bytes_of(&*taken(&second)));
    }
}

#[test]
fn a_copy_takes_the_rules_and_nothing_else() {
    let mut from = taken(&BALLAST);
    (from.peg_market, from.draft, from.revision, from.changed_at) = (7, 1, 8, 9);
    let mut to = Box::new(Model::zeroed());
    (to.version, to.peg_market) = (1, 3);
    to.copy(&from);
    let mut expected = taken(&BALLAST);
    expected.peg_market = 3;
    assert!(bytes_of(&*to) == bytes_of(&*expected));
}

/// Every byte of the parameters, but those at the end that must be zero.
const BYTES: usize = 411;

#[test]
fn every_byte_of_the_parameters_is_seen_in_the_rules() {
    // Of the presets, this one has static discounts.
    let model = taken(&PMRM);
    let lists = model.lists(|_| true).unwrap();
    let mut all: Vec<Rules> = vec![model.rules(&lists)];
    for place in 0..BYTES {
        let mut bytes = bytes_of(&model.parameters).to_vec();
        bytes[place] ^= 1;
        let mut changed = Rules { ..all[0] };
        let parameters: ModelParameters = pod_read_unaligned(&bytes);
        parameters.write(&mut changed);
        assert!(!all.contains(&changed), "byte {place} does what another one does, or nothing");
        all.push(changed);
    }
}

proptest! {
    #[test]
    fn any_parameters_come_back_as_they_were(
        mut bytes in proptest::collection::vec(any::<u8>(), 416), switches in 0u8..4,
    ) {
        // Discounts are there, because those that are not come back as zeros.
        (bytes[408], bytes[409], bytes[410]) = (1, switches & 1, switches >> 1);
        bytes[BYTES..].fill(0);
        let parameters: ModelParameters = pod_read_unaligned(&bytes);
        let mut rules = NO_RULES;
        parameters.write(&mut rules);
        prop_assert_eq!(ModelParameters::new(&rules), parameters);
    }

    #[test]
    fn any_row_comes_back_as_it_was(numbers: [i64; 3], vol in 0u8..5, scaled: bool) {
        let [multiplier, weight, mass] = numbers.map(Fraction);
        let kind = [Vol::Down, Vol::Flat, Vol::Up, Vol::Linear, Vol::Absolute][usize::from(vol)];
        let row = Row { multiplier, scaled, vol: kind, weight, mass };
        let bytes = ModelRow::new(&row);
        prop_assert_eq!([bytes.multiplier, bytes.weight, bytes.mass], numbers);
        prop_assert_eq!((bytes.vol, bytes.scaled, bytes.padding), (vol, u8::from(scaled), [0; 6]));
        prop_assert_eq!(bytes.rule(), row);
    }

    #[test]
    fn any_correlation_comes_back_as_it_was(first: u16, second: u16, low: i64, high: i64) {
        let pair = Correlation { markets: (first, second), low: Fraction(low), high: Fraction(high) };
        let bytes = ModelCorrelation::new(&pair);
        prop_assert_eq!((bytes.first, bytes.second, bytes.low, bytes.high), (first, second, low, high));
        prop_assert_eq!(bytes.rule(), pair);
    }
}

#[test]
fn bytes_of_a_row_that_mean_nothing_are_refused() {
    for place in [0, 32] {
        for vol in [5, 6, 255] {
            assert_eq!(refused(&BALLAST, |model| model.rows[place].vol = vol), Some(6005), "vol {vol}");
        }
        for scaled in [2, 255] {
            let found = refused(&BALLAST, |model| model.rows[place].scaled = scaled);
            assert_eq!(found, Some(6005), "scaled {scaled}");
        }
        for byte in 0..6 {
            let found = refused(&BALLAST, |model| model.rows[place].padding[byte] = 1);
            assert_eq!(found, Some(6005), "padding {byte}");
        }
    }
}

#[test]
fn bytes_of_the_parameters_that_mean_nothing_are_refused() {
    for value in [2, 255] {
        assert_eq!(refused(&BALLAST, |model| model.parameters.has_discount = value), Some(6005));
        assert_eq!(refused(&BALLAST, |model| model.parameters.basis_scaled = value), Some(6005));
        assert_eq!(refused(&BALLAST, |model| model.parameters.covariance = value), Some(6005));
        assert_eq!(refused(&BALLAST, |model| model.draft = value), Some(6005));
    }
    for byte in 0..5 {
        assert_eq!(refused(&BALLAST, |model| model.parameters.padding[byte] = 1), Some(6005), "{byte}");
    }
}

#[test]
fn padding_of_a_correlation_is_zero() {
    for byte in 0..4 {
        let found = refused(&BALLAST, |model| model.correlations[1].padding[byte] = 1);
        assert_eq!(found, Some(6005), "padding {byte}");
    }
}

#[test]
fn counts_beyond_the_rows_are_refused() {
    assert_eq!(refused(&SPAN16, |model| model.row_count = 0), Some(6005), "no row");
    for count in [41, 255] {
        assert_eq!(refused(&SPAN16, |model| model.row_count = count), Some(6005), "{count} rows");
    }
    for count in [46, 255] {
        let found = refused(&BALLAST, |model| model.correlation_count = count);
        assert_eq!(found, Some(6005), "{count} correlations");
    }
    // Free rows are of no use: their multiplier is nothing.
    assert_eq!(refused(&SPAN16, |model| model.row_count = 17), Some(6005));
    assert_eq!(refused(&BALLAST, |model| model.correlation_count = 4), Some(6005));
}

#[test]
fn a_model_of_another_version_is_refused() {
    for version in [0, 2, 255] {
        assert_eq!(refused(&BALLAST, |model| model.version = version), Some(6002), "version {version}");
    }
}

#[test]
fn what_the_engine_refuses_is_refused() {
    assert_eq!(refused(&BALLAST, |model| model.parameters.factor_maintenance = -1), Some(6005));
    assert_eq!(refused(&BALLAST, |model| model.parameters.vol_floor_seconds = 0), Some(6005));
    assert_eq!(refused(&BALLAST, |model| model.rows[0].mass += 1 << 12), Some(6005), "masses beyond one");
    assert_eq!(refused(&BALLAST, |model| model.correlations.swap(0, 1)), Some(6005), "out of order");
}

#[test]
fn a_model_settles_over_the_window_that_dates_are_sampled_over() {
    for preset in [BALLAST, PMRM, SPAN16, XPM] {
        assert_eq!(preset.settlement_seconds, 1_800);
        for (seconds, expected) in
            [(1_800, None), (1_799, Some(6005)), (1_801, Some(6005)), (0, Some(6005)), (i64::MAX, Some(6005))]
        {
            let found = refused(&preset, |model| model.parameters.settlement_seconds = seconds);
            assert_eq!(found, expected, "{seconds}");
        }
    }
}

#[test]
fn a_model_takes_forty_rows_and_forty_five_correlations() {
    let pair = Correlation { markets: (1, 2), low: Fraction::ZERO, high: Fraction::ONE };
    let (rows, pairs) = ([SPAN16.rows[0]; 41], [pair; 46]);
    let taken = |rows: &[Row], correlations: &[Correlation]| {
        let rules = Rules { rows, cross: Cross { correlations, ..SPAN16.cross }, ..SPAN16 };
        let mut model = Box::new(Model::zeroed());
        code(model.take(&rules))
    };
    assert_eq!(taken(&rows[..40], &pairs[..45]), None);
    assert_eq!(taken(&rows, &pairs[..45]), Some(6006));
    assert_eq!(taken(&rows[..40], &pairs), Some(6006));
}
