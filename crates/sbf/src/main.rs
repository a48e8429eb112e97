//! `cargo sbf`: builds Solana programs to `.so` files with a distribution's rustc and LLVM alone.
//!
//! It is for machines that reach package registries and nothing else. It knows Rust, LLVM and SBPF
//! and must not know what the programs do, nor anything of Ballast.

mod build;
mod collect;
mod compile;
mod host;
mod legalize;
mod library;
mod link;
mod llvm;
mod names;
mod program;
mod syscalls;
mod workspace;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds Solana programs with a distribution's compiler.
#[derive(Parser)]
#[command(name = "cargo-sbf", bin_name = "cargo sbf", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds programs to target/deploy.
    Build(build::Arguments),
}

fn main() -> ExitCode {
    let mut inner = std::env::args_os().skip(1).peekable();
    let is_rustc = inner.peek().is_some_and(|first| Path::new(first).ends_with("bin/rustc"));
    let result = if std::env::var_os(collect::MODE).is_none() {
        // Run as `cargo sbf`, the first argument is the subcommand's own name.
        let args =
            std::env::args_os().enumerate().filter(|(i, arg)| *i != 1 || arg != "sbf").map(|(_, arg)| arg);
        match Cli::parse_from(args).command {
            Command::Build(arguments) => build::run(&arguments),
        }
    } else if let Some(rustc) = inner.next_if(|_| is_rustc) {
        library::wrap(rustc, inner)
    } else {
        collect::run(inner)
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
