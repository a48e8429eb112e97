//! `ballast`: what traders, operators and developers type.
//!
//! Each verb is a module: it reads its arguments and gives the text to print, or one sentence on why not.
//! Here is what they share: the command line, the two streams and the exit code.

mod account;
mod act;
mod audit;
mod book;
mod completions;
pub mod failure;
mod faucet;
mod feed;
mod govern;
pub mod instrument;
mod keeper;
mod liquidate;
mod localnet;
mod margin;
mod market;
mod migrate;
mod money;
mod order;
mod place;
mod progress;
mod session;
mod settings;
mod surface;
mod table;
mod text;
mod trade;
mod units;

pub use ballast_migrations::decimal;

use crate::failure::{Failure, Result};
use crate::session::Session;
use crate::settings::Global;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

/// What the process ends with when the command line is wrong.
const WRONG: u8 = 2;
/// What it ends with when it did what it was asked, and the answer is no.
const FAILED: u8 = 1;
/// What it ends with when books were read and do not hold, which is no failure to read them.
const BROKEN: u8 = 4;

/// Ballast: portfolio margin for spot, perps, futures and options.
#[derive(Parser)]
#[command(name = "ballast", version, override_usage = "ballast <COMMAND> [OPTIONS]", after_help = CODES)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

const CODES: &str = "\
Ends with 0 if all went well, 1 if the node or the chain refused, 2 if the input is wrong, 3 if a transaction was
sent of which no confirmation came (it may still be executed, so look for its signature before you try again), and 4 if
`audit` has read a group's books and they do not hold.";

#[derive(Subcommand)]
enum Verb {
    Account(account::Arguments),
    Deposit(money::Deposit),
    Withdraw(money::Withdraw),
    Transfer(money::Transfer),
    Order(order::Arguments),
    Trade(trade::Arguments),
    Margin(margin::Arguments),
    Market(market::Arguments),
    Surface(surface::Arguments),
    Liquidate(liquidate::Arguments),
    Audit(audit::Arguments),
    Group(govern::group::Arguments),
    Bank(govern::bank::Arguments),
    Model(govern::model::Arguments),
    Migrate(migrate::Arguments),
    Keeper(keeper::Arguments),
    Localnet(localnet::Arguments),
    Faucet(faucet::Arguments),
    Completions(completions::Arguments),
}

/// What a verb has to say.
struct Output {
    /// For the standard output.
    text: String,
    /// A sentence for the standard error that is no error.
    note: Option<String>,
    /// What the process ends with: other than zero if the answer is no.
    code: u8,
}

impl Output {
    /// A text.
    fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), note: None, code: 0 }
    }

    /// A line of JSON.
    fn json(value: &serde_json::Value) -> Self {
        Self::text(format!("{value}\n"))
    }
}

/// The command line, for whoever describes or tests it.
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

/// Runs one command line, its first word being the program's name, and gives the process's exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let line: Vec<_> = arguments.into_iter().collect();
    let mut json = false;
    let output = match keeper::settings(&line) {
        Some(settings) => keeper::run(settings),
        None => Cli::try_parse_from(line).map(|cli| {
            json = cli.global.json;
            perform(&cli)
        }),
    };
    let output = match output {
        Ok(output) => output,
        Err(error) => return explain(&error),
    };
    let code = output.as_ref().map_or(0, |output| output.code);
    match output.and_then(print) {
        Ok(()) => ExitCode::from(code),
        Err(failure) => {
            if let Some(value) = failure.json().filter(|_| json) {
                // The exit code says the same to those who do not read.
                let _ = print(Output::json(&value));
            }
            refuse(&failure)
        }
    }
}

fn perform(cli: &Cli) -> Result<Output> {
    let global = &cli.global;
    match &cli.verb {
        Verb::Account(it) => online(global, async |session| account::run(it, session).await),
        Verb::Deposit(it) => online(global, async |session| money::deposit(it, session).await),
        Verb::Withdraw(it) => online(global, async |session| money::withdraw(it, session).await),
        Verb::Transfer(it) => online(global, async |session| money::transfer(it, session).await),
        Verb::Order(it) => online(global, async |session| order::run(it, session).await),
        Verb::Trade(it) => online(global, async |session| trade::run(it, session).await),
        Verb::Margin(it) => margin::run(it, global),
        Verb::Market(it) => online(global, async |session| market::run(it, session).await),
        Verb::Surface(it) => online(global, async |session| surface::run(it, session).await),
        Verb::Liquidate(it) => online(global, async |session| liquidate::run(it, session).await),
        Verb::Audit(it) => online(global, async |session| audit::run(it, session).await),
        Verb::Group(it) => online(global, async |session| govern::group::run(it, session).await),
        Verb::Bank(it) => online(global, async |session| govern::bank::run(it, session).await),
        Verb::Model(it) => online(global, async |session| govern::model::run(it, session).await),
        Verb::Migrate(it) => online(global, async |session| migrate::run(it, session).await),
        Verb::Keeper(it) => keeper::elsewhere(it),
        Verb::Localnet(it) => localnet::run(it, global.json),
        Verb::Faucet(it) => faucet::run(it, global),
        Verb::Completions(it) => completions::run(it),
    }
}

/// Does something with a node.
fn online(global: &Global, work: impl AsyncFnOnce(&Session) -> Result<Output>) -> Result<Output> {
    let session = Session::open(global)?;
    runtime()?.block_on(work(&session))
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|error| Failure::refused(format!("No thread can be started: {error}.")))
}

/// Help and the version as they are; a mistake in the command line as one sentence.
fn explain(error: &clap::Error) -> ExitCode {
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if is_help || !error.use_stderr() {
        // Nobody is left to be told that the help could not be printed.
        let _ = error.print();
        return if is_help { ExitCode::from(WRONG) } else { ExitCode::SUCCESS };
    }
    let text = error.render().to_string();
    let first: Vec<_> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
    refuse(&Failure::new(first.join(" ").trim_start_matches("error: ")))
}

fn refuse(failure: &Failure) -> ExitCode {
    // Nobody is left to be told when this stream is closed.
    let _ = writeln!(io::stderr(), "{failure}");
    ExitCode::from(failure.code())
}

/// Writes both streams. A reader who has seen enough and went away is no failure.
fn print(output: Output) -> Result<()> {
    if let Some(note) = output.note {
        // A note that cannot be told must not keep the answer back.
        let _ = writeln!(io::stderr(), "{note}");
    }
    // Colours only where a terminal shows them and nobody says no (NO_COLOR).
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(output.text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("the answer cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}
