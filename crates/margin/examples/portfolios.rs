//! Times the engine on files of portfolios, in one thread, for `scripts/bench/compare.py`. Prints a JSON
//! object for each file: nanoseconds of an account, and of an option in one more row.

#[path = "../tests/common/mod.rs"]
mod common;

use ballast_margin::book::Kind;
use ballast_margin::model::Model;
use ballast_margin::{assess, Desk};
use common::pmrm::{of, Case};
use serde_json::json;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds of each account, of which the fastest counts: it is the one that was disturbed least.
const ROUNDS: usize = 50;
/// Assessments in a round.
const TIMES: u32 = 20;
/// Rows that are left out to learn what a row costs.
const FEWER: usize = 20;

fn main() {
    for path in std::env::args().skip(1) {
        let cases = of(&path);
        let mut desk = Desk::new();
        let mut fastest = vec![[Duration::MAX; 2]; cases.len()];
        for _ in 0..ROUNDS {
            for (case, times) in cases.iter().zip(&mut fastest) {
                for (time, fewer) in times.iter_mut().zip([0, FEWER]) {
                    *time = round(&mut desk, case, fewer).min(*time);
                }
            }
        }
        let [all, short] = [0, 1].map(|at| {
            let sum: Duration = fastest.iter().map(|times| times[at]).sum();
            sum.as_nanos() as f64 / f64::from(TIMES)
        });
        let cell = (all - short) / (options(&cases) * FEWER) as f64;
        println!("{}", json!({ "account": all / cases.len() as f64, "cell": cell }));
    }
}

/// Options of all accounts.
fn options(cases: &[Case]) -> usize {
    let legs = cases.iter().flat_map(|case| &case.world.legs);
    legs.filter(|leg| matches!(leg.kind, Kind::Call | Kind::Put)).count()
}

/// Time of some assessments of a portfolio without the last `fewer` rows.
fn round(desk: &mut Desk, case: &Case, fewer: usize) -> Duration {
    let model = case.model();
    let rows = &model.rows[..model.rows.len() - fewer];
    let (model, snapshot, book) = (Model { rows, ..model }, case.world.snapshot(), case.world.book());
    let start = Instant::now();
    for _ in 0..TIMES {
        let report = assess(desk, black_box(&model), black_box(&snapshot), black_box(&book));
        let _ = black_box(report.expect("the portfolio can be margined"));
    }
    start.elapsed()
}
