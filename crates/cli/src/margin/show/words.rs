//! The worst case in words that a trader uses.

use super::chart::step;
use crate::market::percent;
use ballast_margin::{
    book::Market,
    model::{Row, Vol},
};

/// The worst case of a report, as its two bytes, in some markets: `1 -12 %, 2 -15 %, vol up`.
pub fn worst(case: [u8; 2], rows: &[Row], markets: &[Market]) -> String {
    match case {
        [0, _] => "nothing can be lost".to_owned(),
        [2, _] => "forwards move away from the index".to_owned(),
        [3, _] => "mean of the worst rows".to_owned(),
        [5, _] => "covariance of the markets".to_owned(),
        [6, _] => "floor under offsets between markets".to_owned(),
        [7, _] => "sum of the markets, without offsets".to_owned(),
        [_, place] => rows.get(usize::from(place)).map_or_else(String::new, |row| self::row(row, markets)),
    }
}

fn row(row: &Row, markets: &[Market]) -> String {
    let moves = markets.iter().map(|market| {
        let step = step(row, market.range);
        format!("market {} {}{}", market.id, if step > 0 { "+" } else { "" }, percent(step))
    });
    let vol = match row.vol {
        Vol::Down => "vol down",
        Vol::Flat => "vol flat",
        Vol::Up => "vol up",
        Vol::Linear => return "the smile tilts".to_owned(),
        Vol::Absolute => return "the smile's wings rise".to_owned(),
    };
    moves.chain([vol.to_owned()]).collect::<Vec<_>>().join(", ")
}
