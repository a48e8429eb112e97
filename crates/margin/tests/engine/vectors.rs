//! Reference numbers from `tests/vectors`, and tables of the largest error by row and column.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::Value;

/// Reads one file of `tests/vectors`, unpacked if its name says so.
pub fn load(name: &str) -> Value {
    let path = format!("{}/../../tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut file = File::open(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut text = String::new();
    if name.ends_with(".gz") {
        GzDecoder::new(file).read_to_string(&mut text).expect("gzip");
    } else {
        file.read_to_string(&mut text).expect("text");
    }
    serde_json::from_str(&text).expect("JSON")
}

/// The largest size of the noted numbers, by row and column, printed as Markdown.
pub struct Largest {
    columns: Vec<&'static str>,
    rows: BTreeMap<String, BTreeMap<&'static str, f64>>,
}

impl Largest {
    /// An empty table; the first column names the rows.
    pub fn new(columns: &[&'static str]) -> Self {
        Self { columns: columns.to_vec(), rows: BTreeMap::new() }
    }

    /// Keeps the number if none of its row and column was larger.
    pub fn note(&mut self, row: &str, column: &'static str, number: f64) {
        assert!(!number.is_nan(), "{row}, {column}: not a number");
        let held = self.rows.entry(row.to_string()).or_default().entry(column).or_default();
        *held = held.max(number.abs());
    }
}

impl fmt::Display for Largest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| {} |\n|{}", self.columns.join(" | "), "---|".repeat(self.columns.len()))?;
        for (name, row) in &self.rows {
            let cell = |column| row.get(column).map_or_else(String::new, |number| format!("{number:.1e}"));
            let cells: Vec<String> = self.columns[1..].iter().map(cell).collect();
            writeln!(f, "| {name} | {} |", cells.join(" | "))?;
        }
        Ok(())
    }
}
