//! Times the engine on files of portfolios, in one thread, for `scripts/bench/compare.py`. Prints a JSON
//! object for each file: nanoseconds of an account, and of an option in one more row.

#[path = "../tests/common/mod.rs"]
mod common;

use ballast_margin::model::Model;
use ballast_margin::{assess, Desk};
use common::pmrm::{of, Case};
use serde_json::json;
use std::hint::black_box;
use std::time::Instant;

/// Rounds, of which the fastest counts: it is the one that was disturbed least.
const ROUNDS: usize = 40;
/// Assessments of each portfolio in a round.
const TIMES: usize = 20;
/// Rows that are left out to learn what a row costs.
const FEWER: usize = 20;

fn main() {
    for path in std::env::args().skip(1) {
        let cases = of(&path);
        let mut desk = Desk::new();
        let options: usize =
            cases.iter().map(|case| case.world.legs.iter().filter(|leg| leg.strike.0 > 0).count()).sum();
        let (mut all, mut short) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..ROUNDS {
            all = all.min(round(&mut desk, &cases, 0));
            short = short.min(round(&mut desk, &cases, FEWER));
        }
        let (account, cell) = (all / cases.len() as f64, (all - short) / (options * FEWER) as f64);
        println!(
            "{}",
            json!({ "accounts": cases.len(), "options": options, "account": account, "cell": cell })
        );
    }
}

/// Nanoseconds of an assessment of every portfolio, without the last `fewer` rows.
fn round(desk: &mut Desk, cases: &[Case], fewer: usize) -> f64 {
    let start = Instant::now();
    for case in cases {
        let model = case.model();
        let rows = &model.rows[..model.rows.len() - fewer];
        let (model, snapshot, book) = (Model { rows, ..model }, case.world.snapshot(), case.world.book());
        for _ in 0..TIMES {
            let report = assess(desk, black_box(&model), black_box(&snapshot), black_box(&book));
            let _ = black_box(report.expect("the portfolio can be margined"));
        }
    }
    start.elapsed().as_nanos() as f64 / TIMES as f64
}
