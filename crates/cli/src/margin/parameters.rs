//! Parameters and rows of the file, laid over a preset.

use crate::failure::Result;
use crate::place::Place;
use crate::units;
use ballast_margin::model::{Model, Row, Vol, MAX_ROWS};
use ballast_margin::units::Fraction;

const SECTIONS: &str =
    "SkewShock, VolShock, Margin, BasisContingency, OtherContingency or Scenarios as the section's name";

/// A model whose rows it owns.
#[derive(Clone)]
pub struct Parameters {
    model: Model<'static>,
    rows: Vec<Row>,
}

impl Parameters {
    /// Those of a preset.
    pub fn new(model: Model<'static>) -> Self {
        Self { rows: model.rows.to_vec(), model }
    }

    /// The model for the engine.
    pub fn model(&self) -> Model<'_> {
        Model { rows: &self.rows, ..self.model }
    }

    /// Sets what an object of sections lists; `Scenarios` replaces all rows.
    pub fn patch(&mut self, sections: &Place) -> Result<()> {
        for (section, place) in sections.entries()? {
            match section {
                "Scenarios" => self.replace_rows(&place)?,
                "SkewShock" | "VolShock" | "Margin" | "BasisContingency" | "OtherContingency" => {
                    for (key, value) in place.entries()? {
                        self.set(section, key, &value)?;
                    }
                    // Bounds may tie two parameters of a section, so it is checked as a whole.
                    self.model.check().map_err(|error| place.blame(&error.to_string()))?;
                }
                _ => return Err(place.blame(&format!("expected {SECTIONS}"))),
            }
        }
        Ok(())
    }

    /// Puts these rows in the place of the model's.
    pub fn replace_rows(&mut self, place: &Place) -> Result<()> {
        let rows = place.list()?;
        if !(1..=MAX_ROWS).contains(&rows.len()) {
            return Err(place.refuse(&format!("from one to {MAX_ROWS} rows")));
        }
        self.rows.clear();
        for place in &rows {
            let row = row(place)?;
            let alone = Model { rows: &[row], ..self.model };
            alone.check().map_err(|error| place.blame(&error.to_string()))?;
            self.rows.push(row);
        }
        Ok(())
    }

    fn set(&mut self, section: &str, key: &str, value: &Place) -> Result<()> {
        match (section, key) {
            // No floor is a floor of a second: the shortest time that an option has left.
            ("VolShock", "DTE_FLOOR") => self.model.vol.floor_seconds = units::days(value)?.max(1),
            // Shares of another account type, which margins no portfolio: read, and put nowhere.
            ("OtherContingency", "IM_PERP_PERCENT_NORMAL" | "IM_OPTION_PERCENT_NORMAL") => {
                units::fraction(value)?;
            }
            _ => {
                let Some(parameter) = parameter(&mut self.model, section, key) else {
                    return Err(value.blame("this parameter is unknown"));
                };
                *parameter = units::fraction(value)?;
            }
        }
        Ok(())
    }
}

/// The model's field of this name in the file.
fn parameter<'m>(model: &'m mut Model<'static>, section: &str, key: &str) -> Option<&'m mut Fraction> {
    let Model { vol, skew, basis, factors, add_ons, .. } = model;
    Some(match (section, key) {
        ("SkewShock", "LINEAR_SCALE_CAP") => &mut skew.linear_cap,
        ("SkewShock", "LINEAR_CBASE") => &mut skew.linear_base,
        ("SkewShock", "ABS_SCALE_CAP") => &mut skew.absolute_cap,
        ("SkewShock", "ABS_CBASE") => &mut skew.absolute_base,
        ("SkewShock", "MIN_K_STAR") => &mut skew.min_k,
        ("SkewShock", "MIN_WIDTH_SCALE") => &mut skew.width,
        ("SkewShock", "VOL_PARAM_STATIC") => &mut skew.vol_base,
        ("SkewShock", "VOL_PARAM_SCALE") => &mut skew.vol_slope,
        ("VolShock", "VOLRANGEUP") => &mut vol.up,
        ("VolShock", "VOLRANGEDOWN") => &mut vol.down,
        ("VolShock", "MIN_VOL_EVAL_SHOCKED") => &mut vol.floor,
        ("VolShock", "SHORTTERMPOWER") => &mut vol.short_power,
        ("VolShock", "LONGTERMPOWER") => &mut vol.long_power,
        ("Margin", "MM_LOSS_FACTOR") => &mut factors.maintenance,
        ("Margin", "IM_LOSS_FACTOR") => &mut factors.initial,
        ("Margin", "LONG_RATE_MULTSCALE") => &mut model.discount.as_mut()?.long_rate,
        ("Margin", "LONG_RATE_ADDSCALE") => &mut model.discount.as_mut()?.long_add,
        ("Margin", "BASE_STATIC_DISCOUNT") => &mut model.discount.as_mut()?.long_base,
        ("Margin", "SHORT_RATE_MULTSCALE") => &mut model.discount.as_mut()?.short_rate,
        ("Margin", "SHORT_RATE_ADDSCALE") => &mut model.discount.as_mut()?.short_add,
        ("Margin", "BASE_STATIC_DISCOUNT_NEG") => &mut model.discount.as_mut()?.short_base,
        ("BasisContingency", "SCENARIO_SPOT_UP") => &mut basis.up,
        ("BasisContingency", "SCENARIO_SPOT_DOWN") => &mut basis.down,
        ("BasisContingency", "BASIS_CONT_ADD_FACTOR") => &mut basis.add,
        ("BasisContingency", "BASIS_CONT_MULT_FACTOR") => &mut basis.per_year,
        ("OtherContingency", "PEG_LOSS_THRESHOLD") => &mut factors.peg_threshold,
        ("OtherContingency", "PEG_LOSS_FACTOR") => &mut factors.peg_factor,
        ("OtherContingency", "CONF_THRESHOLD") => &mut add_ons.score_threshold,
        ("OtherContingency", "CONF_MARGIN") => &mut add_ons.score_margin,
        ("OtherContingency", "MM_PERP_PERCENT") => &mut add_ons.perp_maintenance,
        ("OtherContingency", "IM_PERP_PERCENT") => &mut add_ons.perp_initial,
        ("OtherContingency", "MM_OPTION_PERCENT") => &mut add_ons.option_maintenance,
        ("OtherContingency", "IM_OPTION_PERCENT") => &mut add_ons.option_initial,
        _ => return None,
    })
}

/// A row: price multiplier, volatility, weight.
fn row(place: &Place) -> Result<Row> {
    let [multiplier, vol, weight] =
        place.list_of("a row of three: price multiplier, volatility and weight")?;
    Ok(Row {
        multiplier: units::positive_fraction(&multiplier)?,
        scaled: false,
        vol: match vol.text()? {
            "Up" => Vol::Up,
            "Down" => Vol::Down,
            "None" => Vol::Flat,
            "LINEAR" => Vol::Linear,
            "ABS" => Vol::Absolute,
            _ => return Err(vol.refuse("Up, Down, None, LINEAR or ABS")),
        },
        weight: units::positive_fraction(&weight)?,
        mass: Fraction::ZERO,
    })
}
