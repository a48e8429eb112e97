//! What the margin engine costs on chain: differences of whole transactions that differ in one thing.

use anchor_lang::prelude::Pubkey;
use ballast_testkit::{Arch, Instruction, Lite, Svm};
use margin_program::Request;
use solana_compute_budget_interface::ComputeBudgetInstruction;

/// Rows of the full model.
const ROWS: u8 = 33;

/// A book without a surprise: one to four markets, with or without perps and collateral.
const BOOK: Request =
    Request { times: 1, rows: ROWS, markets: 1, expiries: 1, strikes: 1, linear: false, seed: 0 };

/// An SVM with the engine's program.
pub struct Meter {
    svm: Lite,
    program: Pubkey,
}

impl Meter {
    /// The program as built for an architecture.
    pub fn new(arch: Arch) -> Self {
        let mut svm = Lite::new(arch);
        let program = svm.load("margin_program");
        Self { svm, program }
    }

    fn units(&mut self, request: Request) -> u64 {
        let limit = ComputeBudgetInstruction::set_compute_unit_limit(1_400_000);
        let call = Instruction::new_with_bytes(self.program, &request.to_bytes(), vec![]);
        let sent = self.svm.send(&[limit, call], &[]);
        sent.unwrap_or_else(|failure| panic!("{request:?}: {failure:?}")).compute_units
    }

    /// One assessment: two in a transaction less one.
    pub fn assess(&mut self, request: Request) -> u64 {
        self.units(Request { times: 1, ..request }) - self.units(Request { times: 0, ..request })
    }
}

/// The figures of the plan's budgets.
pub fn figures(arch: Arch) -> Vec<(&'static str, u64)> {
    let mut meter = Meter::new(arch);
    // In each market a perp, collateral, and fifteen options at strikes of their own; and options alone.
    let dear = Request { markets: 4, expiries: 2, strikes: 8, linear: true, ..BOOK };
    let (some, more) = (Request { strikes: 32, ..BOOK }, Request { strikes: 48, ..BOOK });
    // Twenty rows more of the same volatilities at 48 strikes, less what they cost beside the strikes.
    let rows = |meter: &mut Meter, book: Request| {
        meter.assess(Request { rows: 31, ..book }) - meter.assess(Request { rows: 11, ..book })
    };
    let cell = (rows(&mut meter, more) - rows(&mut meter, some)).div_ceil(20 * 16);
    // Three volatilities, as in the rows but the skewed ones: of 31 rows one is the mark itself.
    let three = |meter: &mut Meter, book: Request| meter.assess(Request { rows: 31, ..book });
    let strike = (three(&mut meter, more) - three(&mut meter, some)).div_ceil(16);
    let columns = 31;
    vec![
        ("margin.cell", cell),
        ("margin.strike_setup", strike - cell * columns),
        ("margin.64_legs_33_rows_4_markets", meter.assess(dear)),
        ("margin.64_options_33_rows_4_markets", meter.assess(Request { linear: false, ..dear })),
        ("margin.32_legs_33_rows_2_markets", meter.assess(Request { markets: 2, ..dear })),
        (
            "margin.linear_4_markets",
            meter.assess(Request { markets: 4, expiries: 0, strikes: 0, linear: true, ..BOOK }),
        ),
    ]
}
