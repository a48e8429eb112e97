//! Writes the IDL of every program under `programs/` to `target/idl` and `idl`, without the Anchor CLI.
//!
//! `--check` writes only `target/idl` and fails when `idl` says something else. It must not know what the
//! programs are: it asks Anchor's own IDL builder.

use anchor_lang_idl::build::IdlBuilder;
use anyhow::{bail, Context, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let check = match env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => bail!("usage: ballast-idl [--check]"),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    // When this is set, the builder hands cargo a placeholder that it forgot to fill; without it, cargo takes
    // the same toolchain from `rust-toolchain.toml`.
    env::remove_var("RUSTUP_TOOLCHAIN");
    // It also sets RUSTFLAGS, which would throw away the main target directory's builds.
    env::set_var("CARGO_TARGET_DIR", root.join("target/idl-build"));

    fs::create_dir_all(root.join("target/idl"))?;
    fs::create_dir_all(root.join("idl"))?;
    for program in programs(&root)? {
        let (name, idl) = build(&program)?;
        fs::write(root.join("target/idl").join(&name), &idl)?;
        let checked_in = root.join("idl").join(&name);
        if check {
            compare(&name, &fs::read_to_string(&checked_in).unwrap_or_default(), &idl)?;
        } else {
            fs::write(&checked_in, &idl)?;
        }
        println!("idl/{name}");
    }
    Ok(())
}

/// Folders of the programs, in the order of their names.
fn programs(root: &Path) -> Result<Vec<PathBuf>> {
    let mut programs = vec![];
    for entry in fs::read_dir(root.join("programs"))? {
        let path = entry?.path();
        if path.join("Cargo.toml").exists() {
            programs.push(path);
        }
    }
    programs.sort();
    Ok(programs)
}

/// File name and text of a program's IDL.
fn build(program: &Path) -> Result<(String, String)> {
    // Only the library can print an IDL; a program's own tests need not be built.
    let args = ["--lib", "--locked"].map(String::from).to_vec();
    let idl = IdlBuilder::new().program_path(program.into()).cargo_args(args).build();
    let idl = idl.with_context(|| format!("the IDL of {} cannot be built", program.display()))?;
    let name = format!("{}.json", idl.metadata.name);
    Ok((name, serde_json::to_string_pretty(&idl)? + "\n"))
}

/// Fails at the first line that differs.
fn compare(name: &str, checked_in: &str, built: &str) -> Result<()> {
    let (mut old, mut new) = (checked_in.lines(), built.lines());
    for line in 1.. {
        match (old.next(), new.next()) {
            (None, None) => break,
            (old, new) if old == new => {}
            (old, new) => {
                let [old, new] = [old, new].map(|text| text.unwrap_or("the end").trim());
                bail!("idl/{name} is stale at line {line} ({old} should be {new}): run `make idl`");
            }
        }
    }
    Ok(())
}
