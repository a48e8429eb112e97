//! The page's script runs to its end, and shows what the record says.

use crate::fixture::{compared, record};
use ballast_demo::{
    record::{Mark, Record, Rescue},
    report::html,
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A folder of a test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report").join(name);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// What each id of the page shows once the script has run.
fn shown(name: &str, record: &Record) -> Value {
    let folder = folder(name);
    let (page, script) = (folder.join("index.html"), folder.join("script.mjs"));
    fs::write(&page, html(record)).expect("a page");
    let browser = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report/browser.mjs");
    let ran = Command::new("node").args([&browser, &page, &script]).output();
    let ran =
        ran.expect("Node is missing: the page's script is tried with it, and README.md asks for Node 20");
    let error = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "the page's script fails: {error}");
    let shown = serde_json::from_slice(&ran.stdout).expect("JSON");
    for wrong in ["NaN", "undefined", "Infinity", "[object", "null"] {
        assert!(!text(&shown).contains(wrong), "the page shows {wrong}: {}", around(&text(&shown), wrong));
    }
    shown
}

fn text(shown: &Value) -> String {
    shown.as_object().expect("ids").values().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

fn around(text: &str, what: &str) -> String {
    let at = text.find(what).unwrap_or(0);
    let before: String = text[..at].chars().rev().take(150).collect();
    before.chars().rev().chain(text[at..].chars().take(80)).collect()
}

fn has(shown: &Value, id: &str, what: &str) {
    let text = shown[id].as_str().unwrap_or_else(|| panic!("nothing has the id {id}"));
    assert!(text.contains(what), "{what} is not in {id}: {text}");
}

#[test]
fn the_script_shows_the_record() {
    let shown = shown("plain", &record());
    has(&shown, "asked", "Seed 7; 2 traders and 1 keepers; bitcoin falls by 25\u{202f}%.");
    has(&shown, "tiles", "1 of 2");
    has(&shown, "tiles", "$500k \u{2192} $512k");
    has(&shown, "balance", "$5.000000");
    has(&shown, "units", "978,460");
    has(&shown, "list", "$7.65k closed; restored");
    // The plots of prices, of margins and of the ladder have told of a place.
    for what in ["slow price", "maintenance margin", "every residual is 0"] {
        has(&shown, "told", what);
    }
}

#[test]
fn the_script_shows_regimes() {
    let shown = shown("compared", &compared());
    for measure in ["Money brought beside", "Set back by being liquidated", "Paid by the insurance"] {
        has(&shown, "regime-table", measure);
    }
    for number in ["$5.5M", "$1.2M", "$300k", "$2k", "$84k"] {
        has(&shown, "regime-table", number);
    }
}

#[test]
fn the_script_tells_what_is_rare() {
    let mut rare = record();
    rare.options.seed = u64::MAX;
    rare.marks.push(Mark { time: rare.steps[1].time, kind: "wick", what: "A wick.".into() });
    rare.steps[1].markets[0].price = 64_000_000_000;
    rare.steps[0].markets[0].state = "stale";
    let sold = vec![("BTC coins".into(), 203_406_520)];
    let steps = [
        Rescue { hop: "sell", closed: sold, ..rare.rescues[1].clone() },
        Rescue { hop: "insurance", borne: 5_000_000, ..rare.rescues[0].clone() },
        Rescue { hop: "cut", borne: 7_000_000, ..rare.rescues[0].clone() },
        Rescue { hop: "share", borne: 11_000_000, ..rare.rescues[0].clone() },
    ];
    rare.rescues.splice(2..2, steps);
    let shown = shown("rare", &rare);
    has(&shown, "asked", "Seed 18446744073709551615;");
    has(&shown, "asked", "by 25\u{202f}%, and by 36\u{202f}% for a minute.");
    has(&shown, "tiles", "insurance paid $5, claims were cut by $7, lenders shared $11");
    has(&shown, "what", "2.0340652 BTC");
    // A minute at a range of a quarter before a fall by 36 % is all of a day of a minute.
    has(&shown, "prices", "For 100.0\u{202f}% of the day's time");
    has(&shown, "feeds", "BTC stale 60 s");
}

#[test]
fn an_empty_day_has_a_page() {
    let mut empty = record();
    (empty.rescues, empty.units, empty.marks) = (vec![], vec![], vec![]);
    has(&shown("empty", &empty), "map", "Nobody had to be rescued.");
}
