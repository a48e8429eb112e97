//! Input that cannot be margined: one sentence that names the place, exit code 2, nothing answered.

mod common;

use ballast_margin::book::{MAX_COLLATERAL, MAX_EXPIRIES, MAX_LEGS};
use ballast_margin::model::MAX_ROWS;
use common::{ballast, feed, full, margin, option, perps, Run};
use serde_json::{json, Value};

/// What the engine says of a parameter that it does not take.
const OUTSIDE: &str = ": A parameter of the risk model lies outside its range.";

/// What a row may do to volatility.
const WORDS: &str = "Up, Down, None, LINEAR or ABS";

/// The sentence of a run that was refused as it should.
fn refusal(run: &Run) -> &str {
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
    let sentence = run.stderr.strip_suffix('\n').expect("a line");
    assert!(!sentence.is_empty() && !sentence.contains('\n'), "{sentence:?}");
    sentence
}

/// Puts a value at a JSON pointer of a case, or takes what is there away.
fn with(mut case: Value, pointer: &str, value: Option<Value>) -> Value {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = case.pointer_mut(parent).expect("a parent");
    match (parent, value) {
        (Value::Object(object), Some(value)) => drop(object.insert(key.to_owned(), value)),
        (Value::Object(object), None) => drop(object.remove(key).expect("a key")),
        (Value::Array(list), Some(value)) => list[key.parse::<usize>().expect("a place")] = value,
        (parent, _) => panic!("nothing to break in {parent}"),
    }
    case
}

/// The path of a JSON pointer into the second of two cases.
fn path(pointer: &str) -> String {
    pointer[1..].split('/').fold("cases[1]".to_owned(), |path, key| match key.parse::<usize>() {
        Ok(place) => format!("{path}[{place}]"),
        Err(_) => format!("{path}.{key}"),
    })
}

/// Breaks the full book at a pointer and says how the second of two cases is refused.
fn broken(pointer: &str, value: Option<Value>) -> String {
    let file = json!({"cases": [perps(), with(full(), pointer, value)]});
    refusal(&margin(&file)).to_owned()
}

#[test]
fn the_full_book_is_not_refused() {
    assert_eq!(margin(&full()).answers().len(), 1);
}

#[test]
fn a_number_that_is_none_is_named() {
    assert_eq!(
        broken("/options/1/strike", Some(json!("abc"))),
        "cases[1].options[1].strike: expected a number above zero, found \"abc\""
    );
    let list = json!([perps(), with(full(), "/options/1/strike", Some(json!("abc")))]);
    assert_eq!(refusal(&margin(&list)), "[1].options[1].strike: expected a number above zero, found \"abc\"");
    let case = with(full(), "/options/1/strike", Some(json!("abc")));
    assert_eq!(refusal(&margin(&case)), "options[1].strike: expected a number above zero, found \"abc\"");
}

#[test]
fn every_number_of_a_case_may_be_of_a_wrong_type_and_is_named() {
    let mut pointers = vec![];
    collect(&full(), "", &mut pointers);
    assert!(pointers.len() > 45, "{pointers:?}");
    for pointer in pointers.iter().filter(|pointer| !pointer.ends_with("/name")) {
        let path = path(pointer);
        for wrong in [json!([1]), json!({"a": 1}), json!("1"), Value::Null] {
            if pointer == "/id" && wrong.is_string() {
                continue;
            }
            let sentence = broken(pointer, Some(wrong.clone()));
            assert!(sentence.starts_with(&format!("{path}: expected ")), "{wrong}: {sentence}");
        }
        if !pointer.contains("svi") && !pointer.contains("param_overrides") {
            let sentence = broken(pointer, None);
            assert!(sentence.starts_with(&format!("{path}: expected ")), "{sentence}");
            assert!(sentence.ends_with(", found nothing"), "{sentence}");
        }
    }
}

/// Pointers of all that is neither object nor list.
fn collect(value: &Value, pointer: &str, pointers: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, value)| collect(value, &format!("{pointer}/{key}"), pointers))
        }
        Value::Array(list) => (list.iter().enumerate())
            .for_each(|(place, value)| collect(value, &format!("{pointer}/{place}"), pointers)),
        _ => pointers.push(pointer.to_owned()),
    }
}

#[test]
fn numbers_outside_their_range_are_named() {
    for (pointer, value, expected) in [
        ("/options/0/strike", json!(0), "a number above zero, found 0"),
        ("/options/0/strike", json!(-5), "a number above zero, found -5"),
        ("/options/0/strike", json!(1e-11), "a number above zero, found 1e-11"),
        ("/options/0/strike", json!(2e9), "a number below 1844674407.3709552, found 2000000000.0"),
        ("/spot", json!(0), "a number above zero, found 0"),
        ("/stable", json!(0.0), "a number above zero, found 0.0"),
        ("/cash", json!(-1e300), "a number above -1000000000000000000, found -1e+300"),
        ("/cash", json!(1e18), "a number below 1000000000000000000, found 1e+18"),
        ("/spot_conf", json!(1.5), "a number from zero to one, found 1.5"),
        ("/perp/conf", json!(-0.5), "a number from zero to one, found -0.5"),
        ("/perp/amount", json!(1e9), "a number below 922337203.6854776, found 1000000000.0"),
        ("/collaterals/0/amount", json!(-1), "a number of at least zero, found -1"),
        ("/options/1/sec_to_expiry", json!(-60), "a whole number from zero to 504575999, found -60"),
        ("/feeds/1/sec_to_expiry", json!(1.5), "a whole number from zero to 504575999, found 1.5"),
        ("/feeds/1/sec_to_expiry", json!(6e8), "a whole number from zero to 504575999, found 600000000.0"),
        ("/options/1/call", json!(2), "true or false, or one or zero, found 2"),
    ] {
        assert_eq!(broken(pointer, Some(value)), format!("{}: expected {expected}", path(pointer)));
    }
}

#[test]
fn surfaces_have_seven_numbers_and_a_time() {
    let pointer = "/feeds/0/svi_a_b_rho_m_sigma_F_tau";
    let seven = "a list of seven numbers: a, b, rho, m, sigma, forward and time, found a list of 3";
    for (pointer, value, expected) in [
        (pointer, json!([1, 2, 3]), seven),
        (&format!("{pointer}/5"), json!(0), "a number above zero, found 0"),
        (&format!("{pointer}/6"), json!(0), "a number of years above zero, found 0"),
    ] {
        assert_eq!(broken(pointer, Some(value)), format!("{}: expected {expected}", path(pointer)));
    }
}

#[test]
fn expiries_need_one_feed_each() {
    assert_eq!(
        broken("/options/1/sec_to_expiry", Some(json!(5))),
        "cases[1].options[1].sec_to_expiry: expected the expiry of a feed, found 5"
    );
    assert_eq!(
        broken("/futures/0/sec_to_expiry", Some(json!(5))),
        "cases[1].futures[0].sec_to_expiry: expected the expiry of a feed, found 5"
    );
    assert_eq!(
        broken("/feeds", None),
        "cases[1].options[0].sec_to_expiry: expected the expiry of a feed, found 864000"
    );
    assert_eq!(
        broken("/feeds/1", Some(feed(864_000))),
        "cases[1].feeds[1].sec_to_expiry: expected every expiry to have one feed, found 864000"
    );
}

#[test]
fn unknown_parameters_are_named() {
    let sections = "SkewShock, VolShock, Margin, BasisContingency, OtherContingency or Scenarios";
    for (overrides, sentence) in [
        (json!([]), ": expected an object, found a list of 0".to_owned()),
        (json!({"Margins": {}}), format!(".Margins: expected {sections} as the section's name")),
        (json!({"Margin": 3}), ".Margin: expected an object, found 3".to_owned()),
        (json!({"Margin": {"MM": 1}}), ".Margin.MM: this parameter is unknown".to_owned()),
        (json!({"Margin": {"DTE_FLOOR": 1}}), ".Margin.DTE_FLOOR: this parameter is unknown".to_owned()),
    ] {
        let path = path("/param_overrides");
        assert_eq!(broken("/param_overrides", Some(overrides)), format!("{path}{sentence}"));
    }
    let file = json!({"default_params": {"VolShock": {"DTE": 1}}, "cases": []});
    assert_eq!(refusal(&margin(&file)), "default_params.VolShock.DTE: this parameter is unknown");
}

#[test]
fn parameters_outside_their_range_are_named() {
    const TOO_LARGE: &str = ".MM_LOSS_FACTOR: expected a number below 8388608, found 9000000.0";
    for (section, parameters, sentence) in [
        ("Margin", json!({"MM_LOSS_FACTOR": true}), ".MM_LOSS_FACTOR: expected a number, found true"),
        ("Margin", json!({"MM_LOSS_FACTOR": 9e6}), TOO_LARGE),
        ("Margin", json!({"MM_LOSS_FACTOR": 2}), OUTSIDE),
        ("VolShock", json!({"VOLRANGEUP": -1}), OUTSIDE),
    ] {
        let pointer = format!("/param_overrides/{section}");
        assert_eq!(broken(&pointer, Some(parameters)), format!("{}{sentence}", path(&pointer)));
    }
}

#[test]
fn rows_are_three_things_of_known_words_and_not_too_many() {
    let rows = |n: usize| json!(vec![json!([1.1, "Up", 1]); n]);
    let three = "a row of three: price multiplier, volatility and weight";
    let from_to = format!("from one to {MAX_ROWS} rows");
    for (rows, sentence) in [
        (json!([[1, "Up", 1], [1, "Sideways", 1]]), format!("[1][1]: expected {WORDS}, found \"Sideways\"")),
        (json!([[1, 2, 1]]), "[0][1]: expected a text, found 2".to_owned()),
        (json!([[1, "Up"]]), format!("[0]: expected {three}, found a list of 2")),
        (json!([[-1, "Up", 1]]), "[0][0]: expected a number of at least zero, found -1".to_owned()),
        (json!([["x", "Up", 1]]), "[0][0]: expected a number of at least zero, found \"x\"".to_owned()),
        (json!([[1, "Up", -1]]), "[0][2]: expected a number of at least zero, found -1".to_owned()),
        (json!([[1, "Up", 1], [9, "Up", 1]]), format!("[1]{OUTSIDE}")),
        (json!([[1, "Up", 9]]), format!("[0]{OUTSIDE}")),
        (json!("all"), ": expected a list, found \"all\"".to_owned()),
        (rows(0), format!(": expected {from_to}, found a list of 0")),
        (rows(MAX_ROWS + 1), format!(": expected {from_to}, found a list of {}", MAX_ROWS + 1)),
    ] {
        let pointer = "/param_overrides/Scenarios";
        assert_eq!(broken(pointer, Some(rows)), format!("{}{sentence}", path(pointer)));
    }
    let most = with(full(), "/param_overrides/Scenarios", Some(rows(MAX_ROWS)));
    assert_eq!(margin(&most).code, Some(0));
    let file = json!({"default_rows_[spot,vol,damp]": [[1, "Sideways", 1]], "cases": []});
    assert_eq!(
        refusal(&margin(&file)),
        format!("default_rows_[spot,vol,damp][0][1]: expected {WORDS}, found \"Sideways\"")
    );
}

#[test]
fn a_book_has_as_many_positions_as_an_account_can_carry() {
    let mut case = perps();
    let expiries = MAX_EXPIRIES as i64;
    case["feeds"] = (1..=expiries + 1).map(|day| feed(day * 86_400)).collect();
    let legs = format!("positions in {MAX_LEGS} instruments at most, the perp counted");
    let strikes = |n: usize| Value::from_iter((0..n as u64).map(|i| option(86_400, 70 + i)));
    case["options"] = strikes(MAX_LEGS - 1);
    assert_eq!(margin(&case).code, Some(0));
    case["options"] = strikes(MAX_LEGS);
    assert_eq!(
        refusal(&margin(&json!({"cases": [case]}))),
        format!("cases[0].options: expected {legs}, found a list of {MAX_LEGS}")
    );
    let dates = |n: i64| Value::from_iter((1..=n).map(|day| option(day * 86_400, 100)));
    case["options"] = dates(expiries);
    assert_eq!(margin(&case).code, Some(0));
    case["options"] = dates(expiries + 1);
    assert_eq!(
        refusal(&margin(&case)),
        format!("feeds: expected positions in {expiries} expiries at most, found a list of {}", expiries + 1)
    );
    let held = full()["collaterals"][0].clone();
    case["options"] = json!([]);
    case["collaterals"] = vec![held.clone(); MAX_COLLATERAL].into();
    assert_eq!(margin(&case).code, Some(0));
    case["collaterals"] = vec![held; MAX_COLLATERAL + 1].into();
    assert_eq!(
        refusal(&margin(&case)),
        format!(
            "collaterals: expected {MAX_COLLATERAL} collaterals at most, found a list of {}",
            MAX_COLLATERAL + 1
        )
    );
}

#[test]
fn positions_in_one_instrument_have_a_sum() {
    let mut case = full();
    case["options"] = json!([option(864_000, 100), option(864_000, 100)]);
    case["options"][0]["amount"] = json!(9e8);
    case["options"][1]["amount"] = json!(9e8);
    assert_eq!(refusal(&margin(&case)), "options: the positions in one instrument are too large");
}

#[test]
fn what_the_engine_refuses_names_the_case() {
    let mut case = full();
    case["id"] = json!("far\naway");
    case["options"][0]["strike"] = json!(1e-10);
    let sentence = "An option's strike is too far from the forward to be priced.";
    assert_eq!(
        refusal(&margin(&json!({"cases": [perps(), case]}))),
        format!("cases[1] (far\\naway): {sentence}")
    );
    assert_eq!(refusal(&margin(&json!([case]))), format!("[0] (far\\naway): {sentence}"));
    assert_eq!(refusal(&margin(&case)), format!("far\\naway: {sentence}"));
}

#[test]
fn documents_that_hold_no_cases_are_refused() {
    for (document, sentence) in [
        ("3", "expected an object, found 3"),
        ("null", "expected an object, found null"),
        ("[3]", "[0]: expected an object, found 3"),
        ("{}", "spot: expected a number above zero, found nothing"),
        (r#"{"cases": 3}"#, "cases: expected a list, found 3"),
        (r#"{"cases": [[]]}"#, "cases[0]: expected an object, found a list of 0"),
        (r#"{"cases": [], "default_params": 3}"#, "default_params: expected an object, found 3"),
    ] {
        assert_eq!(refusal(&ballast(&["margin", "-"], document)), sentence, "{document}");
    }
}

#[test]
fn text_that_is_not_json_is_named_by_line_and_column() {
    for (text, sentence) in [
        ("", "-: is not JSON: EOF while parsing a value at line 1 column 0"),
        ("{\n  \"id\": x}", "-: is not JSON: expected value at line 2 column 9"),
        ("[{\"spot\": 1e999}]", "-: is not JSON: number out of range at line 1 column 15"),
        ("[NaN]", "-: is not JSON: expected value at line 1 column 2"),
        ("[] []", "-: is not JSON: trailing characters at line 1 column 4"),
    ] {
        assert_eq!(refusal(&ballast(&["margin", "-"], text)), sentence, "{text}");
    }
    let deep = "[".repeat(100_000);
    assert!(refusal(&ballast(&["margin", "-"], &deep)).contains("recursion limit exceeded at line 1"));
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let sentence = refusal(&ballast(&["margin", "nowhere.json"], "")).to_owned();
    assert!(sentence.starts_with("nowhere.json: cannot be read: "), "{sentence}");
    let folder = env!("CARGO_MANIFEST_DIR");
    let sentence = refusal(&ballast(&["margin", folder], "")).to_owned();
    assert!(sentence.starts_with(&format!("{folder}: cannot be read: ")), "{sentence}");
}

#[test]
fn mistakes_in_the_command_line_are_one_sentence() {
    for (arguments, sentence) in [
        (
            &["margin", "-", "--preset", "span"][..],
            "invalid value 'span' for '--preset <PRESET>' [possible values: pmrm, span16, xpm, ballast]",
        ),
        (&["margin"], "the following required arguments were not provided: <FILE.json>"),
        (&["margin", "-", "--jsn"], "unexpected argument '--jsn' found"),
        (&["margn"], "unrecognized subcommand 'margn'"),
    ] {
        assert_eq!(refusal(&ballast(arguments, "")), sentence);
    }
}

#[test]
fn long_values_are_shortened() {
    let sentence = broken("/id", None);
    assert_eq!(sentence, "cases[1].id: expected a text, found nothing");
    let sentence = broken("/cash", Some(json!("é".repeat(1000))));
    assert_eq!(sentence, format!("cases[1].cash: expected a number, found \"{}...", "é".repeat(39)));
}
