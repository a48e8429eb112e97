//! `make demo`.

use ballast_demo::{play, record::Options, regimes, report, stage, Setting};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use std::{fs, io::Write, path::PathBuf, process::ExitCode, time::Instant};

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
    let began = Instant::now();
    let (mut record, tape) = play(&options, &Setting::default(), &mut progress)?;
    let (played, began) = (began.elapsed(), Instant::now());
    let mut failed = None;
    if compare {
        bar.set_message("comparing");
        match regimes::compare(&record, &tape, &stage::rescue_rules()) {
            Ok(regimes) => record.regimes = regimes,
            // The day itself has been played, and is worth its report.
            Err(fault) => failed = Some(fault),
        }
    }
    bar.finish_and_clear();
    // What depends on the machine stays out of the report.
    let compared =
        if compare { format!(", compared in {:.1} s", began.elapsed().as_secs_f64()) } else { String::new() };
    eprintln!("Played in {:.1} s{compared}.", played.as_secs_f64());
    fs::create_dir_all(&args.out)?;
    fs::write(args.out.join("record.json"), serde_json::to_vec(&record)?)?;
    let page = args.out.join("index.html");
    fs::write(&page, report::html(&record))?;
    let mut out = std::io::stdout().lock();
    write!(out, "{}", report::terminal(&record))?;
    writeln!(out, "{}", page.display())?;
    match failed {
        Some(fault) => Err(format!("The day cannot be compared with other regimes: {fault}").into()),
        None => Ok(()),
    }
}
