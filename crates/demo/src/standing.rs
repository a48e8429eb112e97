//! How accounts stand: exactly, with a ladder of all rows, for those that are looked at.

use crate::{record::Standing, stage::Stage};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::quote_unit,
    risk::{Assessment, LegRoom, Model, ModelRow, Reading},
};
use ballast_margin::Desk;

/// One, in 2^-40.
const ONE: f64 = (1u64 << 40) as f64;

/// Names of a model's rows.
pub fn row_names(model: &Model) -> Vec<String> {
    model.rows.iter().take(model.row_count.into()).map(name).collect()
}

fn name(row: &ModelRow) -> String {
    let volatility = match row.vol {
        0 => "volatility down",
        1 => "volatility unchanged",
        2 => "volatility up",
        3 => "skew",
        _ => "smile",
    };
    // Shares in 2^-40 are no decimals.
    let multiplier = (row.multiplier as f64 / ONE * 1e6).round() / 1e6;
    match (row.vol, row.scaled) {
        (3 | 4, _) => format!("prices unchanged, {volatility}"),
        (_, 1) => format!("{:+} range, {volatility}", multiplier - 1.0),
        _ => format!("{multiplier} times the price, {volatility}"),
    }
}

impl Stage {
    /// How an account stands now, brought up to date; none if it cannot be assessed.
    pub fn stand(&self, account: &Pubkey) -> Option<Standing> {
        let fresh = self.fresh(account)?;
        let exchange = &self.state.exchange;
        let given = exchange.judging(&fresh).ok()?;
        let mut room = LegRoom::EMPTY;
        let reading =
            Reading::new(&exchange.group, &exchange.model, &fresh, &given, self.now, &mut room).ok()?;
        let (mut desk, mut report) = (Box::<Desk>::default(), Assessment::default());
        reading.assess(&mut desk, &mut report).ok()?;
        let unit = i128::from(quote_unit(exchange.group.quote_decimals));
        let markets = reading.markets().len();
        let row = |row| (0..markets).map(|market| desk.row(market, row).0).sum::<i128>().div_euclid(unit);
        let rows = usize::from(exchange.model.row_count);
        Some(Standing {
            equity: report.value.get().div_euclid(unit) as i64,
            initial: (report.initial.get() + unit - 1).div_euclid(unit) as i64,
            maintenance: (report.maintenance.get() + unit - 1).div_euclid(unit) as i64,
            ladder: (0..rows).map(|place| row(place) as i64).collect(),
        })
    }
}
