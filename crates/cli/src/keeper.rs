//! `ballast keeper run`: the keeper, which has settings of its own.

use crate::{
    failure::{Failure, Result},
    runtime, Output,
};
use ballast_keeper::RunArgs;
use clap::{Args, Command, FromArgMatches, Subcommand};
use std::ffi::OsString;

/// Runs a keeper.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Run(Run),
}

/// Runs a keeper until Ctrl-C. Its settings are its own: `ballast keeper run --help` lists them.
#[derive(Args)]
struct Run {}

/// What follows `keeper run`, if a command line begins with that. Its flags are the keeper's own, of the same names as
/// those of other commands in part, so that they are read apart.
pub fn settings(line: &[OsString]) -> Option<&[OsString]> {
    match line {
        [_, keeper, run, rest @ ..] if keeper == "keeper" && run == "run" => Some(rest),
        _ => None,
    }
}

/// Says where settings stand, to whoever has put some elsewhere.
pub fn elsewhere(_: &Arguments) -> Result<Output> {
    Err(Failure::new("The keeper's settings stand behind `ballast keeper run`, and nothing before it."))
}

/// Runs it with these settings.
pub fn run(settings: &[OsString]) -> std::result::Result<Result<Output>, clap::Error> {
    let name = "ballast keeper run";
    let about = "Runs a keeper until Ctrl-C";
    // What the settings say of themselves would stand in its place.
    let command = RunArgs::augment_args(Command::new("run").bin_name(name)).about(about);
    let words = [OsString::from(name)].into_iter().chain(settings.iter().cloned());
    let arguments = RunArgs::from_arg_matches(&command.try_get_matches_from(words)?)?;
    Ok(serve(arguments))
}

fn serve(arguments: RunArgs) -> Result<Output> {
    arguments.clone().settle().map_err(|failure| Failure::new(failure.to_string()))?;
    let served = runtime()?.block_on(ballast_keeper::run(arguments));
    served.map(|()| Output::text("")).map_err(|failure| Failure::refused(failure.to_string()))
}
