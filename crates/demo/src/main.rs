//! `make demo`.

use ballast_demo::{play, record::Options, regimes, report, stage, Setting};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use std::{fs, io::Write, path::PathBuf, process::ExitCode};

/// Plays a trading day with a crash on an embedded SVM, and writes a report of it.
#[derive(Parser)]
struct Args {
    /// What decides everything that chance decides.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many traders there are.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u16).range(8..=200))]
    traders: u16,
    /// How far bitcoin falls, as a share of its price.
    #[arg(long, default_value_t = 0.22)]
    crash: f64,
    /// Plays the day under other rules, too.
    #[arg(long)]
    compare: bool,
    /// Where the report goes.
    #[arg(long, default_value = "target/demo")]
    out: PathBuf,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    if !(0.0..=0.6).contains(&args.crash) {
        return Err("A crash is a share of the price from 0 to 0.6.".into());
    }
    let Args { seed, traders, crash, compare, .. } = *args;
    let options = Options { seed, traders: traders.into(), crash, compare };
    let bar = ProgressBar::new(1);
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")?);
    let mut progress = |step: usize, steps: usize, phase: &str| {
        bar.set_length(steps as u64);
        bar.set_position(step as u64);
        bar.set_message(phase.to_owned());
    };
    let (mut record, tape) = play(&options, &Setting::default(), &mut progress)?;
    bar.finish_and_clear();
    if compare {
        record.regimes = regimes::compare(&record, &tape, &stage::rescue_rules())?;
    }
    fs::create_dir_all(&args.out)?;
    fs::write(args.out.join("record.json"), serde_json::to_vec(&record)?)?;
    let page = args.out.join("index.html");
    fs::write(&page, report::html(&record))?;
    let mut out = std::io::stdout().lock();
    write!(out, "{}", report::terminal(&record))?;
    writeln!(out, "{}", page.display())?;
    Ok(())
}
