//! The ladder: profit or loss by price move, as bars.

use crate::{act::cents, market::percent, table::Cell};
use anstyle::{AnsiColor, Style};
use ballast_margin::{
    book::Market,
    model::{Model, Vol},
    units::Fraction,
    Desk,
};
use std::collections::BTreeMap;

/// Most characters of a bar.
const WIDTH: usize = 40;

/// One move of the price.
pub struct Rung {
    /// By which share of the price.
    pub step: i64,
    /// The worst profit or loss of the rows with this move, weighted as the model does.
    pub profit: i128,
}

/// By how much of its price a row moves a market.
pub fn step(row: &ballast_margin::model::Row, range: Fraction) -> i64 {
    let move_ = row.multiplier.minus(Fraction::ONE);
    if row.scaled {
        move_.times_down(range).0
    } else {
        move_.0
    }
}

/// The ladder of a market after an assessment; rows of skew move no price and are left out.
pub fn ladder(desk: &Desk, model: &Model, market: &Market, place: usize) -> Vec<Rung> {
    let mut worst = BTreeMap::<i64, i128>::new();
    for (number, row) in model.rows.iter().enumerate() {
        if matches!(row.vol, Vol::Linear | Vol::Absolute) {
            continue;
        }
        let profit = desk.row(place, number).0;
        let slot = worst.entry(step(row, market.range)).or_insert(profit);
        *slot = profit.min(*slot);
    }
    worst.into_iter().rev().map(|(step, profit)| Rung { step, profit }).collect()
}

/// Bars to either side of a line in the middle, losses to the left.
pub fn rows(ladder: &[Rung]) -> Vec<Vec<Cell>> {
    let largest = ladder.iter().map(|rung| rung.profit.unsigned_abs()).max().unwrap_or(0).max(1);
    let length = |profit: i128| ((profit.unsigned_abs() * (WIDTH as u128 / 2)).div_ceil(largest)) as usize;
    let row = |rung: &Rung| {
        let half = WIDTH / 2;
        let bar = "█".repeat(length(rung.profit));
        let (red, green) = (AnsiColor::Red.on_default(), AnsiColor::Green.on_default());
        let (style, text) = match rung.profit {
            0 => (Style::new(), format!("{:half$}│", "")),
            profit if profit < 0 => (red, format!("{bar:>half$}│")),
            _ => (green, format!("{:half$}│{bar}", "")),
        };
        let sign = if rung.step > 0 { "+" } else { "" };
        let step = format!("{sign}{}", percent(rung.step));
        vec![step.into(), cents(rung.profit), Cell::styled(text, style)]
    };
    ladder.iter().map(row).collect()
}
