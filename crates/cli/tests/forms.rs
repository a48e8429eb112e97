//! What the file may look like, and what each part of a case does.

mod common;

use common::{assert_near, ballast, feed, full, margin, margin_of, number, option, perps, vectors, VECTORS};
use serde_json::{json, Value};

/// Far below a cent, far above what fixed point loses on a book of a thousand.
const CENT: f64 = 1e-5;

#[test]
fn a_case_alone_a_list_and_a_file_give_the_same() {
    let file = vectors();
    let whole = ballast(&["margin", VECTORS, "--json"], "");
    let answers = whole.answers();
    assert_eq!(margin(&file).stdout, whole.stdout);
    assert_eq!(margin(&file["cases"]).stdout, whole.stdout);
    for (case, answer) in file["cases"].as_array().expect("cases").iter().zip(&answers) {
        assert_eq!(&margin_of(case), answer);
    }
}

#[test]
fn answers_come_in_the_order_of_the_cases() {
    let mut file = vectors();
    let cases = file["cases"].as_array_mut().expect("cases");
    cases.reverse();
    let ids: Vec<_> = cases.iter().map(|case| case["id"].clone()).collect();
    let answers: Vec<_> = margin(&file).answers().iter().map(|answer| answer["id"].clone()).collect();
    assert_eq!(answers, ids);
}

#[test]
fn no_cases_get_no_answers() {
    assert_eq!(margin(&json!([])).answers(), Vec::<Value>::new());
    assert_eq!(margin(&json!({"cases": []})).answers(), Vec::<Value>::new());
}

#[test]
fn a_book_of_perps_is_what_arithmetic_says() {
    let answer = margin_of(&perps());
    assert_near(number(&answer, "/mtm"), 1000.0, CENT, "mtm");
    assert_near(number(&answer, "/mm"), 1000.0 - 0.8 * 36.0 - 3.0, CENT, "mm");
    assert_near(number(&answer, "/im"), 1000.0 - 36.0 - 4.0, CENT, "im");
    assert_near(number(&answer, "/worst"), -36.0, CENT, "worst");
    assert_near(number(&answer, "/greeks/delta"), 2.0, CENT, "delta");
    assert_eq!(answer["row"], "row 22: price x 0.82, vol up, weight 1");
    assert_eq!(answer["row_index"], 22);
}

#[test]
fn parameters_of_the_file_are_patched_by_those_of_the_case() {
    let mut patched = perps();
    patched["param_overrides"] = json!({"Margin": {"MM_LOSS_FACTOR": 0.25}});
    let file = json!({"default_params": {"Margin": {"MM_LOSS_FACTOR": 0.5}}, "cases": [perps(), patched]});
    let answers = margin(&file).answers();
    assert_near(number(&answers[0], "/mm"), 1000.0 - 0.5 * 36.0 - 3.0, CENT, "the file's factor");
    assert_near(number(&answers[1], "/mm"), 1000.0 - 0.25 * 36.0 - 3.0, CENT, "the case's factor");
}

#[test]
fn parameters_that_bound_each_other_are_patched_together() {
    let mut case = perps();
    case["param_overrides"] = json!({"Margin": {"MM_LOSS_FACTOR": 2, "IM_LOSS_FACTOR": 3}});
    let answer = margin_of(&case);
    assert_near(number(&answer, "/mm"), 1000.0 - 2.0 * 36.0 - 3.0, CENT, "mm");
    assert_near(number(&answer, "/im"), 1000.0 - 3.0 * 36.0 - 4.0, CENT, "im");
}

#[test]
fn a_floor_of_no_days_is_no_floor() {
    let dear = |floor: f64| {
        let mut case = full();
        case["feeds"] = json!([feed(3600), feed(864_000)]);
        case["options"] = json!([option(3600, 100)]);
        case["param_overrides"] = json!({"VolShock": {"DTE_FLOOR": floor}});
        number(&margin_of(&case), "/components/scan")
    };
    assert!(dear(0.0) > dear(1.0));
    assert_eq!(dear(0.0), dear(1.0 / 24.0));
}

#[test]
fn rows_of_the_file_are_replaced_by_those_of_the_case() {
    let mut patched = perps();
    patched["param_overrides"] = json!({"Scenarios": [[1, "None", 1], [0.5, "Up", 0.5]]});
    let file = json!({"default_rows_[spot,vol,damp]": [[0.75, "None", 1]], "cases": [perps(), patched]});
    let answers = margin(&file).answers();
    assert_eq!(answers[0]["row"], "row 0: price x 0.75, vol flat, weight 1");
    assert_near(number(&answers[0], "/rows/0"), -50.0, CENT, "the file's row");
    assert_eq!(answers[1]["row"], "row 1: price x 0.5, vol up, weight 0.5");
    assert_near(number(&answers[1], "/rows/1"), -50.0, CENT, "the case's row");
}

#[test]
fn profit_of_a_perp_that_is_held_no_longer_is_cash() {
    let mut case = perps();
    case["perp"] = json!({"amount": 0, "price": 0, "conf": 0, "upnl": 5, "ufunding": -2});
    let answer = margin_of(&case);
    assert_eq!((number(&answer, "/mtm"), number(&answer, "/im")), (1003.0, 1003.0));
    assert_eq!(answer["row"], "none");
}

#[test]
fn profit_of_a_perp_is_exact() {
    let mut case = perps();
    case["perp"] = json!({"amount": 0.3333333333, "price": 99.9999999999, "conf": 1,
        "upnl": 12.3456789012, "ufunding": -0.0000000001});
    assert_eq!(margin_of(&case)["mtm"].to_string(), "1012.3456789011");
}

#[test]
fn options_on_one_instrument_are_one_position() {
    let mut case = full();
    let sold = option(864_000, 100);
    let mut bought = sold.clone();
    bought["amount"] = json!(1);
    case["options"] = json!([sold, sold, bought]);
    let merged = margin_of(&case);
    case["options"] = json!([sold]);
    assert_eq!(merged, margin_of(&case));
    case["options"] = json!([sold, bought]);
    let flat = margin_of(&case);
    case["options"] = json!([]);
    assert_eq!(flat, margin_of(&case));
    assert_ne!(flat["mm"], merged["mm"]);
}

#[test]
fn many_options_on_few_instruments_are_few_positions() {
    let mut case = full();
    case["options"] = vec![option(864_000, 100); 200].into();
    let many = margin_of(&case);
    case["options"] = json!([option(864_000, 100)]);
    case["options"][0]["amount"] = json!(-200);
    assert_eq!(many, margin_of(&case));
}

#[test]
fn the_order_of_positions_and_feeds_does_not_matter() {
    let mut case = full();
    let mut options = vec![option(1_728_000, 90), option(864_000, 110), option(1_728_000, 120)];
    options[2]["call"] = json!(false);
    case["options"] = options.clone().into();
    let answer = margin_of(&case);
    options.reverse();
    case["options"] = options.into();
    case["feeds"] = json!([feed(1_728_000), feed(864_000)]);
    assert_eq!(margin_of(&case), answer);
}

#[test]
fn feeds_that_no_position_needs_do_not_count() {
    let mut case = full();
    let answer = margin_of(&case);
    case["feeds"] = (1..=40).map(|day| feed(day * 86_400)).collect();
    assert_eq!(margin_of(&case), answer);
}

#[test]
fn a_future_gains_what_its_forward_is_above_the_entry() {
    let mut case = perps();
    case["perp"] = Value::Null;
    case["feeds"] = json!([feed(864_000)]);
    case["futures"] = json!([{"sec_to_expiry": 864_000, "amount": 2, "entry": 90}]);
    let answer = margin_of(&case);
    assert_near(number(&answer, "/mtm"), 1020.0, CENT, "mtm");
    assert_near(number(&answer, "/rows/22"), -36.0, CENT, "the row at 0.82");
    assert_near(number(&answer, "/greeks/delta"), 2.0, CENT, "delta");
    case["futures"]
        .as_array_mut()
        .expect("futures")
        .push(json!({"sec_to_expiry": 864_000, "amount": -2, "entry": 93}));
    let closed = margin_of(&case);
    assert_eq!((number(&closed, "/mtm"), number(&closed, "/im")), (1006.0, 1006.0));
}

#[test]
fn the_slow_price_counts_in_initial_margin_alone() {
    let mut case = perps();
    case["slow"] = json!(90);
    let answer = margin_of(&case);
    assert_near(number(&answer, "/components/bias"), 20.0, CENT, "bias");
    assert_near(number(&answer, "/mm"), 968.2, CENT, "mm");
    assert_near(number(&answer, "/im"), 940.0, CENT, "im");
}

#[test]
fn unpaid_profit_is_worth_its_amount() {
    let mut case = perps();
    case["unpaid"] = json!(50);
    let answer = margin_of(&case);
    assert_near(number(&answer, "/mtm"), 1050.0, CENT, "mtm");
    assert_near(number(&answer, "/mm"), 1018.2, CENT, "mm");
    case["unpaid"] = json!("much");
    let run = ballast(&["margin", "-"], &case.to_string());
    assert!(run.stderr.starts_with("unpaid: expected a number"), "{}", run.stderr);
}

#[test]
fn the_scan_range_counts_in_rows_that_are_scaled_by_it() {
    let rows = |range: f64| {
        let mut case = perps();
        case["range"] = json!(range);
        let run = ballast(&["margin", "-", "--json", "--preset", "span16"], &case.to_string());
        let answer = run.answers().remove(0);
        let rows = answer["rows"].as_array().expect("rows").clone();
        rows.iter().map(|row| number(row, "")).fold(0.0, f64::min)
    };
    // One range down at full weight loses more than two at 35 %.
    assert_near(rows(0.1), -20.0, CENT, "a tenth");
    assert_near(rows(0.2), -40.0, CENT, "a fifth");
}

#[test]
fn presets_that_ignore_overrides_say_so() {
    for preset in ["span16", "xpm", "ballast"] {
        let plain = ballast(&["margin", "-", "--json", "--preset", preset], &perps().to_string());
        let plain = plain.answers().remove(0);
        assert_eq!(plain["id"], "two perps");
        assert!(number(&plain, "/mm") < 1000.0, "{preset}: {plain}");

        let mut patched = perps();
        patched["param_overrides"] = json!({"Margin": {"MM_LOSS_FACTOR": 0}});
        let file = json!({"default_params": {"Nonsense": 1}, "cases": [perps(), patched, patched]});
        let run = ballast(&["margin", "-", "--json", "--preset", preset], &file.to_string());
        assert_eq!(run.code, Some(0));
        assert_eq!(
            run.stderr,
            "cases[1].param_overrides and 1 more: ignored, as this preset has its own parameters\n"
        );
        let answers: Vec<Value> = serde_json::from_str(&run.stdout).expect("JSON");
        assert_eq!(answers, vec![plain; 3]);
    }
}
