//! Published methods end to end: books whose margins are worked out by hand from the methods' own pages.

use crate::common::simple::{self, leg, perp};
use crate::common::units::{contracts, fraction, parameter, price, quote, years};
use crate::common::World;
use ballast_margin::book::{Expiry, Kind, Market, Svi};
use ballast_margin::model::Model;
use ballast_margin::presets::{SPAN16, XPM};
use ballast_margin::report::{Report, Worst};
use ballast_margin::units::{Fraction, Quote, STEPS};
use ballast_margin::{assess, Desk};

/// One market at this price, with a scan range.
fn world(index: f64, range: f64) -> World {
    let mut world = simple::world(1);
    let index = price(index);
    world.markets[0] = Market { index, slow: index, perp: index, range: fraction(range), ..world.markets[0] };
    world
}

fn run(model: &Model, world: &World) -> (Report, Vec<f64>) {
    let mut desk = Box::new(Desk::new());
    let report = assess(&mut desk, model, &world.snapshot(), &world.book()).expect("a sound book");
    let rows = (0..model.rows.len()).map(|row| number(desk.row(0, row))).collect();
    (report, rows)
}

fn number(amount: Quote) -> f64 {
    amount.0 as f64 / STEPS as f64
}

#[track_caller]
fn near(got: f64, expected: f64, allowed: f64) {
    assert!((got - expected).abs() <= allowed, "{got} is not {expected}");
}

/// Moves of SPAN's scenarios 1 to 14, in thirds of the price range, each with volatility up, then down.
const THIRDS: [f64; 7] = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0];

#[test]
fn span_scans_a_perp_by_its_price_range() {
    // Five at 2 000 and a range of an eighth: 1 250 for the whole range.
    let mut world = world(2_000.0, 0.125);
    for (quantity, worst) in [(5.0, 12), (-5.0, 10)] {
        world.legs = vec![perp(0, quantity)];
        world.legs[0].basis = quote(2_000.0 * quantity);
        let (report, rows) = run(&SPAN16, &world);
        let whole = 250.0 * quantity;
        for (pair, thirds) in rows.chunks(2).zip(THIRDS) {
            near(pair[0], whole * thirds / 3.0, 1e-7);
            near(pair[1], whole * thirds / 3.0, 1e-7);
        }
        // Twice the range at 35 %: .7 ranges, less than the whole.
        near(rows[14], whole * 0.7, 1e-7);
        near(rows[15], whole * -0.7, 1e-7);
        near(number(report.components.scan), 1_250.0, 1e-8);
        assert_eq!(report.worst, Worst::Row(worst));
        near(number(report.maintenance), 1_250.0, 1e-8);
        near(number(report.initial), 1_375.0, 1e-8);
        near(number(report.health), -1_250.0, 1e-8);
    }
}

/// The call at 3 200 with 45 days left, of a forward at 3 000 and a volatility of .8, undiscounted, by
/// QuantLib 1.44 (`blackFormula`, with sigma sqrt(45 / 365)).
const CALL: f64 = 255.290_192_395_319_1;
/// The same by SPAN's scenarios 1 to 14: the forward moved by thirds of 15 %, volatility 1 and .6.
const CALLS: [f64; 14] = [
    339.221_106_490_837_2,
    172.122_522_211_455_8,
    417.913_879_150_223_9,
    242.096_969_448_191_2,
    269.038_473_903_739_7,
    116.001_504_132_661_2,
    504.645_849_079_795_2,
    325.539_985_191_168_6,
    207.704_760_096_420_8,
    73.354_558_941_371_2,
    598.856_555_459_568_4,
    421.459_143_235_464_8,
    155.381_306_155_719_7,
    42.988_107_223_480_8,
];
/// By scenarios 15 and 16: the forward moved by 30 % either way, volatility as it is.
const EXTREMES: [f64; 2] = [839.980_244_210_299_6, 21.211_966_157_274_7];

#[test]
fn span_scans_a_covered_short_option_by_sixteen_full_prices() {
    let mut world = world(3_000.0, 0.15);
    let forward = price(3_000.0);
    let svi = Svi { a: parameter(0.64), forward, years: years(1.0), ..Svi::default() };
    let expiry = Expiry { forward, svi, ..simple::expiry(45 * 86_400) };
    world.markets[0].expiries = vec![expiry].leak();
    world.legs = vec![perp(0, 1.0), leg(0, Kind::Call, 3_200.0, -2.0)];
    world.legs[0].basis = quote(3_000.0);
    let (report, rows) = run(&SPAN16, &world);
    // 2^-35 of the forward for each of two prices of two calls, taken twice.
    let allowed = 8.0 * 3_000.0 / (1u64 << 35) as f64;
    let profit = |moved: f64, call: f64| 3_000.0 * moved - 2.0 * (call - CALL);
    for (row, (got, call)) in rows.iter().zip(CALLS).enumerate() {
        near(*got, profit(0.15 * THIRDS[row / 2] / 3.0, call), allowed);
    }
    near(rows[14], 0.35 * profit(0.3, EXTREMES[0]), allowed);
    near(rows[15], 0.35 * profit(-0.3, EXTREMES[1]), allowed);
    // The whole range down, volatility up: -450 - 2 (155.38 - 255.29).
    assert_eq!(report.worst, Worst::Row(12));
    near(number(report.components.scan), 250.182_227_520_801_3, allowed);
    near(number(report.maintenance), 250.182_227_520_801_3, allowed);
    near(number(report.initial), 275.200_450_272_881_4, 1.1 * allowed);
    near(number(report.value), -2.0 * CALL, allowed);
}

#[test]
fn xpm_needs_what_its_documentation_needs_for_an_inverse_perp() {
    // A short of .999487053 ETH at 1 949.49 and a range of 18 %.
    let (index, quantity) = (1_949.49, 0.999_487_053);
    let mut world = world(index, 0.18);
    world.legs = vec![perp(0, -1.0)];
    world.legs[0].quantity = contracts(-quantity);
    world.legs[0].basis = quote(-quantity * index);
    let (report, rows) = run(&XPM, &world);
    // The first of the three rows up by the range; a loss in ETH is counted at the price of its row.
    assert_eq!(report.worst, Worst::Row(24));
    let shocked = index * 1.18;
    near(rows[24] / shocked, -0.152_464_127, 1e-9);
    let roll = number(report.components.roll) / index;
    near(roll, 0.004_997_435, 1e-9);
    let core = number(report.components.scan) / shocked + roll;
    near(core, 0.157_461_562, 2e-9);
    near(core * 0.8, 0.125_969_250, 2e-9);
    // And nothing but the two makes the margins.
    let sum = number(report.components.scan) + number(report.components.roll);
    near(number(report.initial), sum, 1e-8);
    near(number(report.maintenance), 0.8 * sum, 1e-8);
    assert_eq!((XPM.factors.initial, XPM.factors.maintenance), (Fraction::ONE, fraction(0.8)));
}
