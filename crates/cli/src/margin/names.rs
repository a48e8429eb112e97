//! What made a scan loss, in words.

use crate::text::ratio;
use ballast_margin::model::{Row, Vol};
use ballast_margin::report::Worst;
use ballast_margin::units::Fraction;

/// The worst case's name and, if it is a row, its place in the model.
pub fn worst(worst: Worst, rows: &[Row]) -> (String, Option<u8>) {
    let name = match worst {
        Worst::Nothing => "none",
        Worst::Basis => "forward contingency",
        Worst::Shortfall => "expected shortfall",
        Worst::Covariance => "covariance of markets",
        Worst::Floor => "floor under offsets",
        Worst::Sum => "sum of markets",
        Worst::Row(place) | Worst::Systemic(place) => {
            let words = rows.get(place as usize).map(row).unwrap_or_default();
            return (format!("row {place}: {words}"), Some(place));
        }
    };
    (name.to_owned(), None)
}

/// A row in the manner of `price x 1.18, vol up, weight 1`.
fn row(row: &Row) -> String {
    let price = if row.scaled {
        let move_ = row.multiplier.minus(Fraction::ONE);
        let sign = if move_ < Fraction::ZERO { "" } else { "+" };
        format!("price {sign}{} of the range", ratio(move_))
    } else {
        format!("price x {}", ratio(row.multiplier))
    };
    let weight = ratio(row.weight);
    match row.vol {
        Vol::Down => format!("{price}, vol down, weight {weight}"),
        Vol::Flat => format!("{price}, vol flat, weight {weight}"),
        Vol::Up => format!("{price}, vol up, weight {weight}"),
        Vol::Linear => format!("linear skew, weight {weight}"),
        Vol::Absolute => format!("absolute skew, weight {weight}"),
    }
}
