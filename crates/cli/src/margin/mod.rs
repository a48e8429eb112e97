//! `ballast margin`: what the books of a file need, and what an account on chain does.

mod answer;
mod case;
mod feed;
mod file;
mod json;
mod names;
mod parameters;
mod positions;
mod report;
mod show;

use crate::failure::{Failure, Result};
use crate::settings::Global;
use crate::{online, Output};
use answer::Answer;
use ballast_margin::model::Model;
use ballast_margin::{presets, Desk};
use clap::{Args, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

/// Says what the books of a file need: value, maintenance and initial margin, worst row, Greeks.
#[derive(Args)]
#[command(after_long_help = FORMAT, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    /// A file of cases in JSON; `-` reads the standard input. With --json, the answer is an array with an object for
    /// each case, in their order.
    #[arg(value_name = "FILE.json", required = true)]
    file: Option<PathBuf>,
    /// The risk model.
    #[arg(long, value_enum, default_value_t = Preset::Pmrm)]
    preset: Preset,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    Show(show::Show),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Preset {
    /// Scenario portfolio margin; the parameters and rows of the file count.
    Pmrm,
    /// The sixteen scenarios of SPAN; parameters and rows of the file are ignored.
    Span16,
    /// Price by volatility matrix; parameters and rows of the file are ignored.
    Xpm,
    /// Ballast's own model; parameters and rows of the file are ignored.
    Ballast,
}

impl Preset {
    fn model(self) -> Model<'static> {
        match self {
            Self::Pmrm => presets::PMRM,
            Self::Span16 => presets::SPAN16,
            Self::Xpm => presets::XPM,
            Self::Ballast => presets::BALLAST,
        }
    }

    /// Whether parameters and rows of the file count.
    fn is_open(self) -> bool {
        self == Self::Pmrm
    }
}

/// Does what is asked for.
pub fn run(arguments: &Arguments, global: &Global) -> Result<Output> {
    match (&arguments.verb, &arguments.file) {
        (Some(Verb::Show(show)), _) => online(global, async |session| show::run(show, session).await),
        (None, Some(file)) => of_file(file, arguments.preset, global.json),
        (None, None) => Err(Failure::new("expected a file, or show and an account")),
    }
}

/// Reads the file, assesses every case, and only then answers: a refusal leaves the output empty.
fn of_file(path: &Path, preset: Preset, json: bool) -> Result<Output> {
    let document = file::read(path)?;
    let file = file::cases(&document, preset)?;
    let mut desk = Box::new(Desk::new());
    let mut answers = vec![];
    for case in &file.cases {
        let answer = Answer::of(case, &mut desk).map_err(|error| {
            let id = case.id.escape_debug();
            let named = if case.path.is_empty() { id.to_string() } else { format!("{} ({id})", case.path) };
            Failure::new(format!("{named}: {error}"))
        })?;
        answers.push(answer);
    }
    let text = if json { json::text(&answers) } else { report::text(&answers) };
    Ok(Output { note: file.note, ..Output::text(text) })
}

const FORMAT: &str = "\
The file holds one case, a list of cases, or an object with `cases` and, if it likes, `default_params`
and `default_rows_[spot,vol,damp]`. A case is one book in one market:

  id, spot, spot_conf, stable, cash
  perp         amount, price, conf, upnl, ufunding
  collaterals  list of name, amount, price, conf, risk_cancelling, im_haircut, mm_haircut
  options      list of sec_to_expiry, strike, call, amount
  futures      list of sec_to_expiry, amount, entry
  feeds        list of sec_to_expiry, forward, rate, fwd_conf, rate_conf, vol_conf,
               svi_a_b_rho_m_sigma_F_tau
  param_overrides  sections of parameters, and Scenarios: rows of price multiplier, volatility
               (Up, Down, None, LINEAR, ABS) and weight
  range        scan range as a share of the price, for rows that are counted in it (0.16)
  slow         slow price of the market, for initial margin (the spot)
  depth        contracts that the market takes without impact (no limit)
  interval     half width of the oracle's confidence interval, as a share of the spot (0)
  unpaid       realised profit that is still owed to the account (0)

From `perp` to `unpaid` each may be left out, and what is not listed here is not read. Parameters and
rows of the file count with the preset pmrm alone; what they leave out is the preset's own.

In the answer, mtm is the value of the book, mm and im are that value less maintenance and initial
margin, and worst, rows and forward_contingency are profits: a loss is below zero. Rows count from zero.
Gamma is the change of delta for a move of one part in a hundred, vega the change of value for one vol
point, theta that of one day.

Input that cannot be margined gets one sentence that names its place, and exit code 2.";
