//! The file: where it comes from, its three forms, and what its cases have in common.

use super::case::{self, Case};
use super::parameters::Parameters;
use super::Preset;
use crate::failure::{Failure, Result};
use crate::place::Place;
use serde_json::Value;
use std::io::Read;
use std::path::Path;
use std::{fs, io};

const ROWS: &str = "default_rows_[spot,vol,damp]";

/// What a file holds.
pub struct File {
    /// Its cases, in their order.
    pub cases: Vec<Case>,
    /// What of it does not count, in a sentence.
    pub note: Option<String>,
}

/// The document in this file, or in the standard input if the path is `-`.
pub fn read(path: &Path) -> Result<Value> {
    let name = path.display().to_string().escape_debug().to_string();
    let mut bytes = vec![];
    let outcome = if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        fs::read(path).map(|read| bytes = read)
    };
    outcome.map_err(|error| Failure::new(format!("{name}: cannot be read: {error}")))?;
    serde_json::from_slice(&bytes).map_err(|error| Failure::new(format!("{name}: is not JSON: {error}")))
}

/// The cases of a document, with their parameters.
pub fn cases(document: &Value, preset: Preset) -> Result<File> {
    let root = Place::root(document);
    let mut defaults = Parameters::new(preset.model());
    let places = if root.is_list() {
        root.list()?
    } else if let Some(cases) = root.optional("cases")? {
        if preset.is_open() {
            if let Some(parameters) = root.optional("default_params")? {
                defaults.patch(&parameters)?;
            }
            if let Some(rows) = root.optional(ROWS)? {
                defaults.replace_rows(&rows)?;
            }
        }
        cases.list()?
    } else {
        vec![root]
    };

    let mut ignored = vec![];
    let mut cases = vec![];
    for place in &places {
        let mut parameters = defaults.clone();
        if let Some(overrides) = place.optional("param_overrides")?.filter(|overrides| !overrides.is_empty())
        {
            if preset.is_open() {
                parameters.patch(&overrides)?;
            } else {
                ignored.push(overrides.path().to_owned());
            }
        }
        cases.push(case::read(place, parameters)?);
    }
    let note = ignored.first().map(|first| match ignored.len() {
        1 => format!("{first}: ignored, as this preset has its own parameters"),
        n => format!("{first} and {} more: ignored, as this preset has its own parameters", n - 1),
    });
    Ok(File { cases, note })
}
