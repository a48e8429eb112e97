//! `ballast completions`: what a shell completes.

use crate::{failure::Result, Output};
use clap::Args;
use clap_complete::Shell;

/// Prints completions for a shell.
#[derive(Args)]
pub struct Arguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints them.
pub fn run(arguments: &Arguments) -> Result<Output> {
    let mut script = vec![];
    clap_complete::generate(arguments.shell, &mut crate::command(), "ballast", &mut script);
    Ok(Output::text(String::from_utf8_lossy(&script)))
}
