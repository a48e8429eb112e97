//! The page stands alone and holds its record.

use crate::fixture::{compared, record, HOSTILE};
use ballast_demo::report::html;
use serde_json::Value;

const OPEN: &str = r#"<script type="application/json" id="record">"#;

/// The record as a browser reads it: all between the element's start and the first end of a script.
fn inside(page: &str) -> &str {
    let (_, after) = page.split_once(OPEN).expect("the record's element");
    after.split_once("</script").expect("its end").0
}

#[test]
fn loads_nothing_from_elsewhere() {
    let page = html(&record());
    let lower = page.to_lowercase();
    for outside in
        ["http://", "https://", "src=", "href=", "@import", "url(", "fetch(", "import(", "xmlhttprequest"]
    {
        assert!(!lower.contains(outside), "the page has {outside}");
    }
    // And the browser is told not to, should something slip in.
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn holds_the_record_once() {
    for record in [record(), compared()] {
        let page = html(&record);
        assert_eq!(page.matches(OPEN).count(), 1);
        let read: Value = serde_json::from_str(inside(&page)).expect("JSON");
        assert_eq!(read, serde_json::to_value(&record).expect("a record is JSON"));
        assert_eq!(read["people"][0]["name"], HOSTILE);
        assert_eq!(page.matches("So11111111111111111111111111111111111111112").count(), record.people.len());
    }
}

#[test]
fn no_digit_of_a_seed_is_lost() {
    let mut record = record();
    record.options.seed = u64::MAX;
    assert!(inside(&html(&record)).contains(r#""seed":"18446744073709551615""#));
}

#[test]
fn no_name_breaks_out() {
    let page = html(&record());
    assert!(!inside(&page).contains('<'));
    // Two scripts: the record and the code. A name must neither begin nor end one.
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains(HOSTILE));
}

#[test]
fn places_in_a_name_stay_as_they_are() {
    let mut record = record();
    record.people[1].name = "{{script}} {{style}} {{record}}".into();
    let page = html(&record);
    let read: Value = serde_json::from_str(inside(&page)).expect("JSON");
    assert_eq!(read["people"][1]["name"], "{{script}} {{style}} {{record}}");
    assert_eq!(page.matches("{{script}}").count(), 1);
}

#[test]
fn the_same_record_makes_the_same_bytes() {
    assert_eq!(html(&compared()), html(&compared()));
    let mut other = compared();
    other.close.positions += 1;
    assert_ne!(html(&compared()), html(&other));
}

#[test]
fn the_code_finds_its_places() {
    // Every id that the scripts ask for by `$('…')` is one of the template's, or written by the scripts themselves.
    let page = html(&record());
    let mut asked = 0;
    for rest in page.split("$('").skip(1) {
        let id = rest.split('\'').next().expect("an id");
        assert!(page.contains(&format!("id=\"{id}\"")), "nothing has the id {id}");
        asked += 1;
    }
    assert!(asked > 20);
}
