//! How properties run: fixed seeds, many cases, and one desk for each thread.
//!
//! Seeds are fixed, so that a failure comes back by itself. `PROPTEST_RNG_SEED=n` tries others, and
//! `PROPTEST_CASES=n` runs n of each 256 cases.

use crate::common::{self, World};
use ballast_margin::book::{Book, Snapshot};
use ballast_margin::model::Model;
use ballast_margin::report::Report;
use ballast_margin::units::Quote;
use ballast_margin::{assess, Desk, Result};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use std::cell::RefCell;

/// What a property says of one case.
pub type Verdict = std::result::Result<(), TestCaseError>;

/// Cases of a property that is cheap and that everything rests on.
pub const CORE: u32 = 100_000;
/// Cases of a property that needs several assessments of larger books.
pub const MANY: u32 = 20_000;

/// Refuses a case for which the property does not hold, and says why.
#[macro_export]
macro_rules! require {
    ($holds:expr, $($reason:tt)+) => {
        let holds: bool = $holds;
        if !holds {
            return Err(proptest::test_runner::TestCaseError::fail(format!($($reason)+)));
        }
    };
}

/// Runs a property; panics with the smallest case found for which it does not hold.
#[track_caller]
pub fn property<S: Strategy>(cases: u32, strategy: S, holds: impl Fn(S::Value) -> Verdict) {
    let given = Config::default();
    let config = Config {
        cases: common::cases(cases),
        rng_seed: match given.rng_seed {
            RngSeed::Random => RngSeed::Fixed(0xba11a57),
            fixed => fixed,
        },
        failure_persistence: None,
        max_shrink_iters: 4_096,
        ..given
    };
    let seed = config.rng_seed;
    if let Err(failure) = TestRunner::new(config).run(&strategy, holds) {
        panic!("{failure}\nseed: {seed:?}");
    }
}

thread_local! {
    static DESK: RefCell<Box<Desk>> = RefCell::new(Box::new(Desk::new()));
}

/// Assesses with the thread's desk, and reads off it.
pub fn with_desk<T>(
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    read: impl Fn(&Report, &Desk) -> T,
) -> Result<T> {
    DESK.with_borrow_mut(|desk| {
        let report = assess(desk, model, snapshot, book)?;
        Ok(read(&report, desk))
    })
}

/// What a valid world needs.
pub fn needs(model: &Model, world: &World) -> std::result::Result<Report, TestCaseError> {
    let report = with_desk(model, &world.snapshot(), &world.book(), |report, _| *report);
    report.map_err(|error| TestCaseError::fail(format!("refused: {error}")))
}

/// A market's profits by row, and its forward contingency.
pub type Rows = (Vec<Quote>, Quote);

/// Profits by row, and the forward contingency, of each market of a valid world.
pub fn ladders(model: &Model, world: &World) -> std::result::Result<(Report, Vec<Rows>), TestCaseError> {
    let read = |report: &Report, desk: &Desk| {
        let rows = |market| (0..model.rows.len()).map(|row| desk.row(market, row)).collect();
        (*report, (0..world.markets.len()).map(|market| (rows(market), desk.basis(market))).collect())
    };
    let found = with_desk(model, &world.snapshot(), &world.book(), read);
    found.map_err(|error| TestCaseError::fail(format!("refused: {error}")))
}
