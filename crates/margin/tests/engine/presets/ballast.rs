//! Ballast's own rows, tail, markets and correlations.

use super::{real, shift};
use ballast_margin::model::{Row, Vol};
use ballast_margin::presets::ballast::{BTC, ETH, MARKETS, SOL};
use ballast_margin::presets::BALLAST;
use ballast_margin::units::Fraction;

#[test]
fn ballast_has_thirty_three_rows_of_four_kinds() {
    let core = |row: &&Row| row.scaled && row.mass > Fraction::ZERO;
    let double = |row: &&Row| row.scaled && row.mass == Fraction::ZERO;
    let far = |row: &&Row| !row.scaled && row.vol == Vol::Up;
    let skew = |row: &&Row| matches!(row.vol, Vol::Linear | Vol::Absolute);
    let rows = BALLAST.rows;
    let count = |kind: &dyn Fn(&&Row) -> bool| rows.iter().filter(kind).count();
    assert_eq!((rows.len(), count(&core), count(&double), count(&far), count(&skew)), (33, 25, 2, 4, 2));
    for quarter in -4..=4i32 {
        let here = |vol| {
            rows.iter().any(|row| row.scaled && shift(row) * 4.0 == f64::from(quarter) && row.vol == vol)
        };
        assert!(here(Vol::Up) && here(Vol::Down));
        assert_eq!(here(Vol::Flat), quarter.abs() != 4);
    }
}

#[test]
fn ballasts_masses_sum_to_one_and_spread_by_a_quarter_of_the_range() {
    let parts = |row: &Row| {
        assert_eq!(row.mass.0 % (1 << 30), 0);
        row.mass.0 >> 30
    };
    let quarters = |row: &Row| (row.multiplier.0 - (1 << 40)) >> 38;
    assert_eq!(BALLAST.rows.iter().map(parts).sum::<i64>(), 1024);
    assert_eq!(BALLAST.rows.iter().map(|row| row.mass.0).sum::<i64>(), 1 << 40);
    // The variance in quarters of a range is one, so that a range is four standard deviations.
    let moment = |power| BALLAST.rows.iter().map(|row| parts(row) * quarters(row).pow(power)).sum::<i64>();
    assert_eq!((moment(1), moment(2)), (0, 1024));
    assert!(moment(4) * 10 > 56 * 1024 && moment(4) * 10 < 57 * 1024, "kurtosis of about 5.7");
}

#[test]
fn ballasts_tails_bind_no_linear_position() {
    for row in BALLAST.rows.iter().filter(|row| !row.scaled && row.vol == Vol::Up) {
        assert!((shift(row).abs() * real(row.weight) - 0.08).abs() < 1e-11, "{row:?}");
    }
    for row in BALLAST.rows.iter().filter(|row| row.scaled && row.mass == Fraction::ZERO) {
        assert!((shift(row).abs() * real(row.weight) - 0.7).abs() < 1e-11, "{row:?}");
    }
    assert!(MARKETS.iter().all(|market| real(market.predictor.floor) > 0.08));
}

/// The expected shortfall of a long of one, in ranges: the worst rows first, the last one in part.
fn shortfall_of_a_long() -> f64 {
    let mut rows: Vec<_> = BALLAST.rows.iter().filter(|row| row.mass > Fraction::ZERO).collect();
    rows.sort_by_key(|row| row.multiplier);
    let (mut left, mut sum) = (real(BALLAST.tail.share), 0.0);
    for row in rows {
        let taken = real(row.mass).min(left);
        sum -= taken * shift(row);
        left -= taken;
    }
    sum / real(BALLAST.tail.share) * real(BALLAST.tail.multiplier)
}

#[test]
fn the_shortfall_of_a_linear_position_is_below_its_worst_row() {
    // (5 x 1 + 5.24 x .75) / 10.24 x 1.125, in parts of 1024.
    let shortfall = shortfall_of_a_long();
    assert!((shortfall - 0.981_079).abs() < 1e-6, "{shortfall}");
}

/// The largest loss of a unit of value of collateral in any one case, as a share of it.
fn largest_loss(range: f64) -> f64 {
    let rows = BALLAST.rows.iter().map(|row| {
        let scale = if row.scaled { range } else { 1.0 };
        real(row.weight) * (shift(row).abs() * scale)
    });
    rows.fold(shortfall_of_a_long() * range, f64::max)
}

#[test]
fn adding_collateral_never_lowers_health_or_room() {
    for market in MARKETS {
        let range = real(market.predictor.cap);
        assert!((largest_loss(range) - range).abs() < 1e-11, "{}: the end of the range", market.name);
        // The liquidity charge is a product of the excess and a rate that grows with it: at the margin, it
        // costs up to twice the rate.
        let flat = 2.0 * real(BALLAST.add_ons.liquidity.cap)
            + real(BALLAST.add_ons.interval) * real(market.interval);
        let core = largest_loss(range) / real(BALLAST.cross.floor) + flat;
        let haircut = real(market.haircut);
        let health = haircut + core * real(BALLAST.factors.maintenance);
        let room = haircut + real(market.haircut_initial) + core * real(BALLAST.factors.initial);
        assert!(health < 0.8, "{}: {health}", market.name);
        assert!(room < 0.98, "{}: {room}", market.name);
    }
}

#[test]
fn correlations_are_a_covariance_whatever_the_directions() {
    let pairs = BALLAST.cross.correlations;
    let markets: Vec<_> = pairs.iter().map(|pair| pair.markets).collect();
    assert_eq!(markets, [(BTC, ETH), (BTC, SOL), (ETH, SOL)]);
    assert_eq!(MARKETS.map(|market| (market.id, market.name)), [(BTC, "BTC"), (ETH, "ETH"), (SOL, "SOL")]);
    // Up to turning all of them, the three markets go one way, or one of them goes the other.
    for apart in [None, Some(BTC), Some(ETH), Some(SOL)] {
        let rho = pairs.iter().map(|pair| {
            let opposite = apart.is_some_and(|id| pair.markets.0 == id || pair.markets.1 == id);
            if opposite {
                -real(pair.low)
            } else {
                real(pair.high)
            }
        });
        let [a, b, c] = rho.collect::<Vec<_>>().try_into().expect("three pairs");
        let determinant = 1.0 + 2.0 * a * b * c - a * a - b * b - c * c;
        assert!(a.abs() < 1.0 && determinant > 0.0, "{apart:?}: {determinant}");
    }
}

#[test]
fn markets_start_with_predictors_that_pass_the_check() {
    for market in MARKETS {
        assert_eq!(market.predictor.check(), Ok(()), "{}", market.name);
        assert!(market.depth.0 > 0);
    }
    let ranges = MARKETS.map(|market| (real(market.predictor.floor), real(market.predictor.cap)));
    for (range, expected) in ranges.iter().zip([(0.16, 0.32), (0.18, 0.36), (0.24, 0.40)]) {
        assert!((range.0 - expected.0).abs() < 1e-11 && (range.1 - expected.1).abs() < 1e-11);
    }
}
