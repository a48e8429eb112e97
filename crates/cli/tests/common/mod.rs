//! Runs the built command, and the books that several stories share.
#![allow(dead_code)]

use serde_json::{json, Value};
use std::io::Write;
use std::process::{Command, Stdio};

/// The file of portfolios with their expected margins.
pub const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/pmrm_portfolios.json");

/// What a run left behind.
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The answers of a run that went well, without a word beside them.
    pub fn answers(&self) -> Vec<Value> {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""));
        serde_json::from_str(&self.stdout).expect("an array in JSON")
    }
}

/// A command that is about to run, its streams connected.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the command with this text for its standard input.
pub fn ballast(arguments: &[&str], input: &str) -> Run {
    let mut child = command(arguments).spawn().expect("the command starts");
    // A command that refuses its arguments does not read.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the command ends");
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

/// Margins a document from the standard input, for machines.
pub fn margin(document: &Value) -> Run {
    ballast(&["margin", "-", "--json"], &document.to_string())
}

/// The answer to the only case.
pub fn margin_of(case: &Value) -> Value {
    let mut answers = margin(case).answers();
    assert_eq!(answers.len(), 1);
    answers.remove(0)
}

/// The file of portfolios.
pub fn vectors() -> Value {
    serde_json::from_str(&std::fs::read_to_string(VECTORS).expect("the file is there")).expect("JSON")
}

/// A thousand in cash and two perps at 100: the worst row is 0.82 with a loss of 36, MM takes 0.8 of it
/// and 1.5 % of 200, IM all of it and 2 %.
pub fn perps() -> Value {
    json!({
        "id": "two perps", "spot": 100, "spot_conf": 1, "stable": 1, "cash": 1000,
        "perp": {"amount": 2, "price": 100, "conf": 1, "upnl": 0, "ufunding": 0},
    })
}

/// A book with one of everything, in which each test of refusals breaks one thing.
pub fn full() -> Value {
    json!({
        "id": "one of everything", "spot": 100, "spot_conf": 1, "stable": 1, "cash": 1000,
        "perp": {"amount": 2, "price": 100, "conf": 1, "upnl": 3, "ufunding": -1},
        "collaterals": [{"name": "SOL", "amount": 1, "price": 100, "conf": 1, "risk_cancelling": true,
            "im_haircut": 0.01, "mm_haircut": 0.02}],
        "options": [option(864_000, 100), option(864_000, 110)],
        "futures": [{"sec_to_expiry": 864_000, "amount": -1, "entry": 101}],
        "feeds": [feed(864_000), feed(1_728_000)],
        "param_overrides": {"VolShock": {"VOLRANGEUP": 0.5}},
    })
}

/// A call sold.
pub fn option(seconds: i64, strike: u64) -> Value {
    json!({"sec_to_expiry": seconds, "strike": strike, "call": 1, "amount": -1})
}

/// An expiry at a forward of 100 and a volatility of 80 %.
pub fn feed(seconds: i64) -> Value {
    let years = seconds as f64 / (365.0 * 86_400.0);
    json!({"sec_to_expiry": seconds, "forward": 100, "rate": 0, "fwd_conf": 1, "rate_conf": 1, "vol_conf": 1,
        "svi_a_b_rho_m_sigma_F_tau": [0.64 * years, 0, 0, 0, 0.1, 100, years]})
}

/// The number at a JSON pointer.
pub fn number(value: &Value, pointer: &str) -> f64 {
    let found = value.pointer(pointer).and_then(Value::as_f64);
    found.unwrap_or_else(|| panic!("no number at {pointer}: {value}"))
}

/// Fails unless two numbers are this near.
pub fn assert_near(seen: f64, expected: f64, bound: f64, what: &str) {
    assert!((seen - expected).abs() <= bound, "{what}: {seen}, expected {expected} to {bound:e}");
}
