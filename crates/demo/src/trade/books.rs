//! Books: what each kind of trader takes up, as legs of a unit.

use super::{leg, sort};
use crate::{cast::Kind, stage::dates};
use ballast_interface::account::TradeLeg;
use ballast_testkit::Random;

/// Steps of strikes in whole dollars, by market.
const STEPS: [u64; 3] = [1_000, 50, 5];
/// Lots that make about a tenth of a bitcoin's worth, by market.
const TENTH: [i64; 3] = [10, 280, 530];

const PERP: u8 = 1;
const FUTURE: u8 = 2;
const CALL: u8 = 3;
const PUT: u8 = 4;

/// Prices of the day, to name strikes by.
struct Chart<'a>(&'a [u64; 3]);

impl Chart<'_> {
    /// A strike at so many hundredths of a market's price, in 10^-8 dollars.
    fn strike(&self, place: usize, hundredths: i64) -> u64 {
        let step = STEPS[place] * 10_000_000_000;
        let exact = self.0[place] / 100 * hundredths as u64;
        // From 10^-10 dollars to 10^-8.
        ((exact + step / 2) / step * step / 100).max(STEPS[place] * 100_000_000)
    }
}

/// A book of a kind: legs of a unit without prices; none for those who have no books of their own.
pub fn book(
    kind: Kind,
    prices: &[u64; 3],
    now: i64,
    coin: usize,
    random: &mut Random,
) -> Option<Vec<TradeLeg>> {
    let chart = Chart(prices);
    let [today, friday, later] = dates();
    // What expires within three hours is left alone.
    let near = if today - now > 3 * 3_600 && random.chance(35) { today } else { friday };
    let place = random.below(3) as usize;
    let (number, unit) = (place as u16 + 1, [1, 10, 10][place]);
    let mut legs = match kind {
        Kind::Maker | Kind::Keeper => return None,
        Kind::CoveredCall => {
            let strike = chart.strike(coin, random.between(103, 112));
            vec![leg(coin as u16 + 1, CALL, friday, strike, -[1, 1, 1][coin])]
        }
        Kind::Naked => naked(&chart, place, near, unit, random),
        Kind::Taker => {
            let side = if random.chance(72) { 1 } else { -1 };
            vec![leg(number, PERP, 0, 0, side * unit)]
        }
        Kind::Straddle => {
            let side = if random.chance(65) { -1 } else { 1 };
            let strike = chart.strike(place, random.between(97, 103));
            [CALL, PUT].map(|kind| leg(number, kind, near, strike, side * unit)).to_vec()
        }
        Kind::Spread => spread(&chart, place, near, later, unit, random),
        Kind::Basis => match random.chance(50) {
            true => vec![leg(coin as u16 + 1, PERP, 0, 0, -[1, 10, 10][coin])],
            false => vec![leg(number, FUTURE, later, 0, unit), leg(number, PERP, 0, 0, -unit)],
        },
        Kind::Dispersion => {
            let side = if random.chance(70) { 1 } else { -1 };
            let pair = |place: usize, side: i64| {
                let strike = chart.strike(place, 100);
                [CALL, PUT].map(|kind| leg(place as u16 + 1, kind, friday, strike, side * TENTH[place]))
            };
            let others = [1, 2].map(|place| pair(place, side));
            let halves = others.into_iter().flatten().map(|leg| TradeLeg { lots: leg.lots / 2, ..leg });
            pair(0, -side).into_iter().chain(halves).collect()
        }
    };
    sort(&mut legs);
    Some(legs)
}

/// Options far away that are sold: puts, calls, or both.
fn naked(chart: &Chart, place: usize, expiry: i64, unit: i64, random: &mut Random) -> Vec<TradeLeg> {
    let number = place as u16 + 1;
    let put = leg(number, PUT, expiry, chart.strike(place, random.between(84, 96)), -unit);
    let call = leg(number, CALL, expiry, chart.strike(place, random.between(105, 118)), -unit);
    match random.below(10) {
        0..=5 => vec![put],
        6..=7 => vec![call],
        _ => vec![put, call],
    }
}

/// A vertical or a calendar, bought or sold.
fn spread(
    chart: &Chart,
    place: usize,
    near: i64,
    later: i64,
    unit: i64,
    random: &mut Random,
) -> Vec<TradeLeg> {
    let (number, side) = (place as u16 + 1, if random.chance(50) { unit } else { -unit });
    let at = random.between(96, 102);
    match random.below(3) {
        0 => {
            let strikes = [chart.strike(place, at), chart.strike(place, at + 6)];
            vec![leg(number, CALL, near, strikes[0], side), leg(number, CALL, near, strikes[1], -side)]
        }
        1 => {
            let strikes = [chart.strike(place, at - 8), chart.strike(place, at)];
            vec![leg(number, PUT, near, strikes[0], side), leg(number, PUT, near, strikes[1], -side)]
        }
        _ => {
            let strike = chart.strike(place, at);
            vec![leg(number, CALL, near, strike, -unit), leg(number, CALL, later, strike, unit)]
        }
    }
}
