//! The command `ballast`; everything it does is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    ballast_cli::run(std::env::args_os())
}
