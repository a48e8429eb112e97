//! Tables for people.

use anstyle::{AnsiColor, Style};
use std::fmt::Write;

/// A cell: its text, and how it looks on a terminal.
#[derive(Clone, Debug)]
pub struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A cell of some look.
    pub fn styled(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }

    /// The width that the text takes.
    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), style: Style::new() }
    }
}

/// A cell that stands out as bad.
pub fn bad(text: impl Into<String>) -> Cell {
    Cell::styled(text, AnsiColor::Red.on_default())
}

/// A cell that stands out as good.
pub fn good(text: impl Into<String>) -> Cell {
    Cell::styled(text, AnsiColor::Green.on_default())
}

/// A title line.
pub fn title(text: &str) -> String {
    let bold = Style::new().bold();
    format!("{bold}{text}{bold:#}\n")
}

/// Rows under a header; columns whose name begins with `>` are set to the right.
pub fn table(header: &[&str], rows: Vec<Vec<Cell>>) -> String {
    let right: Vec<_> = header.iter().map(|name| name.starts_with('>')).collect();
    let names = header
        .iter()
        .map(|name| Cell { text: name.trim_start_matches('>').to_owned(), style: Style::new().bold() });
    let rows: Vec<Vec<Cell>> = std::iter::once(names.collect()).chain(rows).collect();
    let mut widths = vec![0; header.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for ((cell, width), right) in row.iter().zip(&widths).zip(&right) {
            let (style, pad) = (cell.style, width - cell.width());
            let (before, behind) = if *right { (pad, 0) } else { (0, pad) };
            // Writing to memory never fails.
            let _ = write!(line, "{:before$}{style}{}{style:#}{:behind$}  ", "", cell.text, "");
        }
        let line = line.trim_end();
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// Labels and what belongs to them.
pub fn list(rows: Vec<(&str, Cell)>) -> String {
    let width = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (label, cell) in rows {
        let style = cell.style;
        let line = format!("{label:width$}  {style}{}{style:#}", cell.text);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
