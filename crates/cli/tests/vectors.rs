//! The published portfolios through the command: margins, value, every row, the worst case.

mod common;

use common::{assert_near, ballast, number, vectors, VECTORS};
use serde_json::Value;

/// The bound of a margin's error, relative to itself or, if it is small, to a thousandth of the notional.
const MARGIN_BOUND: f64 = 1e-6;
/// The bound of a row's error, as a share of the notional.
const ROW_BOUND: f64 = 1e-7;

fn items<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).expect("a list")
}

/// Options and perps at the spot.
fn notional(case: &Value) -> f64 {
    let options: f64 = items(case, "/options").iter().map(|option| number(option, "/amount").abs()).sum();
    (options + number(case, "/perp/amount").abs()) * number(case, "/spot")
}

/// The value of the collateral.
fn collateral(case: &Value) -> f64 {
    let value = |held: &Value| number(held, "/amount") * number(held, "/price") / number(case, "/stable");
    items(case, "/collaterals").iter().map(value).sum()
}

/// The largest errors seen, as shares of what the bounds are shares of.
#[derive(Debug, Default)]
struct Largest {
    margin: f64,
    row: f64,
    contingency: f64,
}

fn check(case: &Value, answer: &Value, largest: &mut Largest) {
    let id = case["id"].as_str().expect("an id");
    assert_eq!(answer["id"], case["id"]);
    for (ours, theirs) in [("/mm", "/expected/MM"), ("/im", "/expected/IM"), ("/mtm", "/expected/mtm")] {
        let (seen, expected) = (number(answer, ours), number(case, theirs));
        let scale = expected.abs().max(notional(case) * 1e-3);
        assert_near(seen, expected, MARGIN_BOUND * scale, &format!("{id} {ours}"));
        largest.margin = largest.margin.max((seen - expected).abs() / scale);
    }
    let gross = notional(case) + collateral(case);
    let near = |seen, expected, what: &str| {
        assert_near(seen, expected, ROW_BOUND * gross, &format!("{id} {what}"));
        if gross > 0.0 {
            (seen - expected).abs() / gross
        } else {
            0.0
        }
    };
    let (rows, expected) = (items(answer, "/rows"), items(case, "/expected/scenario_pnl_my_calc"));
    assert_eq!(rows.len(), expected.len(), "{id}: rows");
    for (place, (row, expected)) in rows.iter().zip(expected).enumerate() {
        let error = near(number(row, ""), number(expected, ""), &format!("row {place}"));
        largest.row = largest.row.max(error);
    }
    let expected = number(case, "/expected/fwd_contingency");
    let error = near(number(answer, "/forward_contingency"), expected, "forward contingency");
    largest.contingency = largest.contingency.max(error);

    let worst = number(case, "/expected/worst");
    near(number(answer, "/worst"), worst, "worst");
    let name = answer["row"].as_str().expect("a name");
    match answer["row_index"].as_u64() {
        Some(place) => {
            assert!(name.starts_with(&format!("row {place}: ")), "{id}: {name}");
            near(number(case, &format!("/expected/scenario_pnl_my_calc/{place}")), worst, "worst row");
        }
        None if name == "forward contingency" => {
            near(expected, worst, "worst by the forward contingency");
        }
        None => {
            assert_eq!(name, "none", "{id}");
            near(0.0, worst, "nothing to lose");
        }
    }
}

#[test]
fn every_portfolio_has_its_published_margins() {
    let file = vectors();
    let cases = items(&file, "/cases");
    assert_eq!(cases.len(), 35);
    let answers = ballast(&["margin", VECTORS, "--json"], "").answers();
    assert_eq!(answers.len(), cases.len());
    let mut largest = Largest::default();
    for (case, answer) in cases.iter().zip(&answers) {
        check(case, answer, &mut largest);
    }
    println!("largest errors: {largest:?}");
}

#[test]
fn the_parts_of_an_answer_add_up() {
    for answer in ballast(&["margin", VECTORS, "--json"], "").answers() {
        let at = |pointer: &str| number(&answer, pointer);
        let bound = 1e-9 * (1.0 + at("/mtm").abs() + at("/initial"));
        assert_near(at("/mtm") - at("/maintenance"), at("/mm"), bound, "mm");
        assert_near(at("/mtm") - at("/initial"), at("/im"), bound, "im");
        assert_eq!(-at("/components/scan"), at("/worst"), "worst");
        assert!(at("/initial") >= at("/maintenance"), "{answer}");
    }
}
