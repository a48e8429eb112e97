//! `ballast`: what traders, operators and developers type.
//!
//! Each verb is a module: it reads its arguments and gives the text to print, or one sentence on why not.
//! Here is what they share: the command line, the two streams and the exit code.

mod failure;
mod margin;
mod place;
mod text;
mod units;

use crate::failure::Failure;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

/// What the process ends with when the input is refused.
const REFUSED: u8 = 2;

/// Ballast: portfolio margin for spot, perps, futures and options.
#[derive(Parser)]
#[command(name = "ballast", version)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Margin(margin::Arguments),
}

/// What a verb has to say.
struct Output {
    /// For the standard output.
    text: String,
    /// A sentence for the standard error that is no error.
    note: Option<String>,
}

/// Runs one command line, its first word being the program's name, and gives the process's exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    let output = match cli.verb {
        Verb::Margin(arguments) => margin::run(&arguments),
    };
    match output.and_then(print) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => refuse(&failure),
    }
}

/// Help and the version as they are; a mistake in the command line as one sentence.
fn explain(error: &clap::Error) -> ExitCode {
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if is_help || !error.use_stderr() {
        // Nobody is left to be told that the help could not be printed.
        let _ = error.print();
        return if is_help { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS };
    }
    let text = error.render().to_string();
    let first: Vec<_> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
    refuse(&Failure::new(first.join(" ").trim_start_matches("error: ")))
}

fn refuse(failure: &Failure) -> ExitCode {
    // Nobody is left to be told when this stream is closed.
    let _ = writeln!(io::stderr(), "{failure}");
    ExitCode::from(REFUSED)
}

/// Writes both streams. A reader who has seen enough and went away is no failure.
fn print(output: Output) -> Result<(), Failure> {
    if let Some(note) = output.note {
        // A note that cannot be told must not keep the answer back.
        let _ = writeln!(io::stderr(), "{note}");
    }
    let mut stdout = io::stdout().lock();
    match stdout.write_all(output.text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("the answer cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}
