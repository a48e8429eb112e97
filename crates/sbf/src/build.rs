//! `cargo sbf build`: from arguments to files and a table of their sizes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{bail, Context as _, Result};
use clap::{Args, ValueEnum};
use sha2::{Digest as _, Sha256};

use crate::compile::{self, compile, write_if_changed};
use crate::host::Host;
use crate::link::{link, Arch};
use crate::workspace::{Program, Workspace};
use crate::{llvm, program};

/// What to build, and how.
#[derive(Args)]
pub struct Arguments {
    /// Programs, by package, library or folder name; all of the workspace when none is given.
    programs: Vec<String>,
    /// Which SBPF versions to write.
    #[arg(long, value_enum, default_value_t = Arches::Both)]
    arch: Arches,
    /// Leaves the messages of panics out: smaller programs that fail without a word.
    #[arg(long)]
    no_panic_messages: bool,
    /// Uses Solana's own `cargo build-sbf` instead.
    #[arg(long, conflicts_with = "no_panic_messages")]
    official: bool,
    /// Writes the IR after each stage, and the object, into this folder.
    #[arg(long, value_name = "FOLDER")]
    emit_stages: Option<PathBuf>,
    /// Arguments for cargo, such as `--features`.
    #[arg(last = true)]
    cargo: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Arches {
    V0,
    V3,
    Both,
}

impl Arches {
    fn all(self) -> &'static [Arch] {
        match self {
            Self::V0 => &[Arch::V0],
            Self::V3 => &[Arch::V3],
            Self::Both => &[Arch::V0, Arch::V3],
        }
    }
}

/// Builds what the arguments ask for.
pub fn run(arguments: &Arguments) -> Result<()> {
    if arguments.official {
        return official(arguments);
    }
    let host = Host::find()?;
    let workspace = Workspace::find(&host)?;
    let programs = workspace.choose(&arguments.programs)?;
    let options =
        compile::Options { panic_messages: !arguments.no_panic_messages, cargo: arguments.cargo.clone() };
    let bitcode = compile(&host, &workspace, &programs, &options)?;
    let llvm = llvm::open(&host.llvm)?;
    let deploy = workspace.target.join("deploy");
    let mut rows = Vec::new();
    for (program, bitcode) in programs.iter().zip(&bitcode) {
        let build = Build { program, files: &bitcode.files, arguments, deploy: &deploy, host: &host, llvm };
        rows.extend(build.run().with_context(|| format!("program `{}`", program.package))?);
    }
    print_table(&rows);
    Ok(())
}

/// One line of the closing table.
struct Row {
    name: String,
    arch: Arch,
    bytes: usize,
    statics: u64,
    fresh: bool,
}

struct Build<'a> {
    program: &'a Program,
    files: &'a [(String, Vec<u8>)],
    arguments: &'a Arguments,
    deploy: &'a Path,
    host: &'a Host,
    llvm: (u32, u32, u32),
}

impl Build<'_> {
    fn path(&self, arch: Arch) -> PathBuf {
        self.deploy.join(arch.to_string()).join(format!("{}.so", self.program.library))
    }

    /// Everything that the file depends on: the bitcode, the compiler and this tool itself.
    fn stamp(&self) -> Result<String> {
        let mut hash = Sha256::new();
        hash.update(fs::read("/proc/self/exe")?);
        hash.update(format!("{} {:?}", self.host.version, self.llvm));
        for (name, bytes) in self.files {
            hash.update(name);
            hash.update(bytes.len().to_le_bytes());
            hash.update(bytes);
        }
        Ok(format!("{:x}", hash.finalize()))
    }

    /// The bytes of statics noted beside a file that is as this build would write it.
    fn noted(&self, arch: Arch, stamp: &str) -> Option<u64> {
        let note = fs::read_to_string(self.path(arch).with_extension("stamp")).ok()?;
        let mut words = note.split(' ');
        let file = format!("{:x}", Sha256::digest(fs::read(self.path(arch)).ok()?));
        let is_same = words.next() == Some(stamp) && words.next() == Some(&file);
        is_same.then(|| words.next()?.parse().ok()).flatten()
    }

    fn write(&self, arch: Arch, stamp: &str, object: &program::Object) -> Result<()> {
        let path = self.path(arch);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        let bytes = link(&object.bytes, arch)?;
        fs::write(&path, &bytes)?;
        let note = format!("{stamp} {:x} {}", Sha256::digest(&bytes), object.statics.bytes);
        Ok(fs::write(path.with_extension("stamp"), note)?)
    }

    fn run(&self) -> Result<Vec<Row>> {
        let stamp = self.stamp()?;
        let arches = self.arguments.arch.all();
        let is_noted = |arch: &Arch| self.noted(*arch, &stamp).is_some();
        let fresh = arches.iter().all(is_noted) && self.arguments.emit_stages.is_none();
        if !fresh {
            let object = program::build(self.files, &mut self.tracer())?;
            if let Some(folder) = &self.arguments.emit_stages {
                fs::write(folder.join(format!("{}.o", self.program.library)), &object.bytes)?;
            }
            for &arch in arches {
                self.write(arch, &stamp, &object)?;
            }
        }
        let mut rows = Vec::new();
        for &arch in arches {
            let statics = self.noted(arch, &stamp).context("a file was changed while it was written")?;
            let bytes = fs::read(self.path(arch))?;
            // The plain name is what deployment tools look for: the newest version built.
            write_if_changed(&self.deploy.join(format!("{}.so", self.program.library)), &bytes)?;
            let name = self.program.library.clone();
            rows.push(Row { name, arch, bytes: bytes.len(), statics, fresh });
        }
        Ok(rows)
    }

    fn tracer(&self) -> impl FnMut(&str, &llvm::Session) + '_ {
        let mut count = 0;
        move |stage, session| {
            count += 1;
            if let Some(folder) = &self.arguments.emit_stages {
                let path = folder.join(format!("{}.{count}-{stage}.ll", self.program.library));
                let written =
                    fs::create_dir_all(folder).map_err(Into::into).and_then(|()| session.print(&path));
                if let Err(error) = written {
                    eprintln!("warning: {error:#}");
                }
            }
        }
    }
}

fn print_table(rows: &[Row]) {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or_default().max("program".len());
    println!("{:width$}  arch  {:>9}  {:>7}  ", "program", "bytes", "statics");
    for row in rows {
        let note = if row.fresh { "unchanged" } else { "built" };
        println!(
            "{:width$}  {:>4}  {:>9}  {:>7}  {note}",
            row.name,
            row.arch.to_string(),
            row.bytes,
            row.statics
        );
    }
}

/// Hands the work to Solana's own tools, one version after the other.
fn official(arguments: &Arguments) -> Result<()> {
    for arch in arguments.arch.all() {
        let mut command = Command::new("cargo");
        command.args(["build-sbf", "--arch", &arch.to_string(), "--sbf-out-dir"]);
        command.arg(format!("target/deploy/{arch}"));
        let packages = arguments.programs.iter().flat_map(|program| ["--package", program.as_str()]);
        let passed: Vec<&str> = packages.chain(arguments.cargo.iter().map(String::as_str)).collect();
        if !passed.is_empty() {
            command.arg("--").args(passed);
        }
        let status = command.status().context("cannot run cargo")?;
        if !status.success() {
            bail!(
                "`cargo build-sbf` failed or is not installed; it comes with Solana's command-line tools \
                 (https://solana.com/docs/intro/installation)"
            );
        }
        let folder = Path::new("target/deploy").join(arch.to_string());
        for file in fs::read_dir(&folder)?.flatten() {
            if file.path().extension().is_some_and(|end| end == "so") {
                fs::copy(file.path(), Path::new("target/deploy").join(file.file_name()))?;
            }
        }
    }
    Ok(())
}
