//! Finds the distribution's compiler, library sources and LLVM, or says which package is missing.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{bail, Context as _, Result};

/// The LLVM major that this tool is tested with.
const TESTED_MAJOR: u32 = 22;

/// What the distribution provides.
pub struct Host {
    /// The distribution's rustc, not rustup's: its sources and its LLVM are at hand.
    pub rustc: PathBuf,
    /// The cargo of the same release.
    pub cargo: PathBuf,
    /// Everything that identifies the compiler.
    pub version: String,
    /// Where rustc's own sources lie; panics in std name files below it.
    pub sources: PathBuf,
    /// The LLVM that reads what rustc writes.
    pub llvm: PathBuf,
}

impl Host {
    /// Looks for everything that a build needs.
    pub fn find() -> Result<Self> {
        Self::find_below(Path::new("/usr"))
    }

    fn find_below(prefix: &Path) -> Result<Self> {
        let (rustc, cargo) = (prefix.join("bin/rustc"), prefix.join("bin/cargo"));
        let mut missing = Vec::new();
        if !rustc.exists() {
            missing.push("rustc-web".to_owned());
        }
        if !cargo.exists() {
            missing.push("cargo-web".to_owned());
        }
        let sources = prefix.join("lib/rustlib/src/rust");
        if !sources.join("library/std/Cargo.toml").exists() {
            missing.push("rust-web-src".to_owned());
        }
        let version = if rustc.exists() { output(&rustc, &["-vV"])? } else { String::new() };
        let major = llvm_major(&version).unwrap_or(TESTED_MAJOR);
        let llvm = llvm_library(prefix, major);
        if llvm.is_none() {
            missing.push(format!("libllvm{major}"));
        }
        if !missing.is_empty() {
            bail!(
                "building programs needs Debian's compiler; install it with: \
                 apt-get install -y --no-install-recommends {}",
                missing.join(" ")
            );
        }
        if major != TESTED_MAJOR {
            eprintln!("warning: rustc uses LLVM {major}; this tool is tested with LLVM {TESTED_MAJOR} only");
        }
        let sources = sources.canonicalize()?;
        Ok(Self { rustc, cargo, version, sources, llvm: llvm.context("LLVM is there")? })
    }
}

/// Runs a command for what it prints.
pub fn output(program: &Path, args: &[&str]) -> Result<String> {
    let run = Command::new(program).args(args).output();
    let run = run.with_context(|| format!("cannot run {}", program.display()))?;
    if !run.status.success() {
        bail!("{} {} failed: {}", program.display(), args.join(" "), String::from_utf8_lossy(&run.stderr));
    }
    Ok(String::from_utf8(run.stdout)?)
}

fn llvm_major(version: &str) -> Option<u32> {
    let line = version.lines().find_map(|line| line.strip_prefix("LLVM version: "))?;
    line.split('.').next()?.parse().ok()
}

fn llvm_library(prefix: &Path, major: u32) -> Option<PathBuf> {
    let triple = format!("lib/{}-linux-gnu", std::env::consts::ARCH);
    let folders = [triple, format!("lib/llvm-{major}/lib"), "lib".to_owned(), "lib64".to_owned()];
    let names =
        [format!("libLLVM-{major}.so"), format!("libLLVM.so.{major}.1"), format!("libLLVM.so.{major}")];
    let candidates =
        folders.iter().flat_map(|folder| names.iter().map(move |name| prefix.join(folder).join(name)));
    candidates.into_iter().find(|path| path.exists())
}

#[cfg(test)]
mod tests;
