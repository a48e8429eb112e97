//! Rust to bitcode: cargo and rustc over the program, its dependencies and std from source.
//!
//! The target is one that rustc has never heard of, described by `target.json`: the BPF back end
//! with bitcode for objects and the operating system `zkvm`, whose std needs no threads, files or
//! clock. Crates are told `target_os = "solana"` besides, as they are by Solana's own compiler.
//! This very binary stands in for the linker and notes the bitcode that it is given.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{bail, Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::collect;
use crate::host::{output, Host};
use crate::library;
use crate::workspace::{Program, Workspace};

/// The name of the target, after its file.
const TARGET: &str = "sbf-solana";

/// The crates of std: their arithmetic is not the program's, so overflow is not checked in them.
const STD: [&str; 5] = ["core", "alloc", "std", "compiler_builtins", "hashbrown"];

/// A compiled program: bitcode files in link order.
pub struct Bitcode {
    /// The files, with the crates' names.
    pub files: Vec<(String, Vec<u8>)>,
}

/// What a build is to do.
pub struct Options {
    /// Whether panics carry their message and place to the log.
    pub panic_messages: bool,
    /// Further arguments for cargo.
    pub cargo: Vec<String>,
}

/// Runs cargo over the programs and returns the bitcode of each.
pub fn compile(
    host: &Host,
    workspace: &Workspace,
    programs: &[Program],
    options: &Options,
) -> Result<Vec<Bitcode>> {
    let work = work_folder(workspace, options);
    fs::create_dir_all(&work)?;
    let description = target_description(options)?;
    write_if_changed(&work.join(format!("{TARGET}.json")), description.as_bytes())?;
    let status = cargo(host, workspace, &work, &description, programs, options)?.status();
    if !status.context("cannot run cargo")?.success() {
        bail!("the programs do not compile; the compiler's messages are above");
    }
    let read = |program: &Program| {
        let note = work.join(TARGET).join("release").join(format!("lib{}.so", program.library));
        let mut files = collect::read(&note)?;
        files.push(runtime(host, &work, &files)?);
        Ok(Bitcode { files: files.into_iter().map(|file| (file.name, file.bytes)).collect() })
    };
    programs.iter().map(read).collect()
}

fn work_folder(workspace: &Workspace, options: &Options) -> PathBuf {
    workspace.target.join(if options.panic_messages { "sbf" } else { "sbf-no-panic-messages" })
}

fn target_description(options: &Options) -> Result<String> {
    let mut description: serde_json::Value = serde_json::from_str(include_str!("target.json"))?;
    if !options.panic_messages {
        description["panic-strategy"] = "immediate-abort".into();
    }
    Ok(serde_json::to_string_pretty(&description)?)
}

/// Leaves the file alone when it holds the bytes already, so that cargo sees no change.
pub fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Paths as they appear in panic messages and so in the program: the same on every machine.
fn remapped(host: &Host, workspace: &Workspace, work: &Path) -> Result<Vec<String>> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let mut all = vec![format!("{}=", with_slash(&workspace.root))];
    // The mirror of core and the rest of std; rustc may look through links.
    for sources in [work, Path::new("/usr/lib/rustlib/src/rust"), &host.sources] {
        all.push(format!("{}=rust/", with_slash(sources)));
    }
    let registry = home.as_ref().map(|home| home.join("registry/src"));
    if registry.as_ref().is_some_and(|folder| !folder.exists()) {
        // Before the first download, the folder that is to be mapped has no name yet.
        output(&host.cargo, &["fetch", "--locked", "--quiet"])?;
    }
    let checkouts = home.map(|home| home.join("git/checkouts"));
    let mut folders: Vec<PathBuf> = registry.iter().chain(&checkouts).flat_map(entries).collect();
    folders.sort();
    all.extend(folders.iter().map(|folder| format!("{}=", with_slash(folder))));
    Ok(all.into_iter().map(|map| format!("--remap-path-prefix={map}")).collect())
}

fn entries(folder: &PathBuf) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn with_slash(path: &Path) -> String {
    format!("{}/", path.display())
}

fn common_flags(panic_messages: bool) -> Vec<String> {
    let panic = if panic_messages { "abort" } else { "immediate-abort" };
    let flags = [
        "--cfg=target_os=\"solana\"",
        // Solana's entrypoint macros would define a panic handler that drops formatted messages;
        // a program's own handler is defined under this feature, or unconditionally.
        "--cfg=feature=\"custom-panic\"",
        // std lists the alignment of every processor's allocator and does not know this one.
        "--cfg=target_arch=\"csky\"",
        "-Aexplicit_builtin_cfgs_in_flags",
        "-Zunstable-options",
        "-Cno-vectorize-loops",
        "-Cno-vectorize-slp",
        // Barriers for the verifier of Linux, which nobody runs here.
        "-Cllvm-args=--bpf-disable-serialize-icmp",
        "-Cllvm-args=--bpf-disable-avoid-speculation",
    ];
    flags.iter().map(|flag| (*flag).to_owned()).chain([format!("-Cpanic={panic}")]).collect()
}

fn cargo(
    host: &Host,
    workspace: &Workspace,
    work: &Path,
    description: &str,
    programs: &[Program],
    options: &Options,
) -> Result<Command> {
    let this = std::env::current_exe()?;
    let mut flags = vec![format!("-Clinker={}", this.display())];
    // Cargo does not know what the target's name stands for: another description is another build.
    flags.push(format!("--cfg=sbf_target=\"{:x}\"", Sha256::digest(description)));
    flags.extend(common_flags(options.panic_messages));
    flags.extend(remapped(host, workspace, work)?);

    let mut command = Command::new(&host.cargo);
    command.current_dir(&workspace.root).args(["build", "--release", "--lib", "--locked"]);
    for program in programs {
        command.args(["--package", &program.package]);
    }
    // By name, not by path: the path would be part of every crate's identity, and so of the bytes.
    command.args(["--target", TARGET]).env("RUST_TARGET_PATH", work);
    command.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features="]);
    for package in STD {
        command.arg("--config").arg(format!("profile.release.package.{package}.overflow-checks=false"));
    }
    // Everything is linked and optimised as one program here, whatever the crate types are.
    command.args(["--config", "profile.release.lto=\"off\"", "--config", "profile.release.codegen-units=1"]);
    command.args(&options.cargo);
    if !options.panic_messages {
        command.args(["-Zpanic-immediate-abort", "--config", "profile.release.panic=\"immediate-abort\""]);
    }
    for inherited in ["RUSTFLAGS", "RUSTUP_TOOLCHAIN", "CARGO", "RUSTC_WORKSPACE_WRAPPER"] {
        command.env_remove(inherited);
    }
    command
        .env("RUSTC", &host.rustc)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC_BOOTSTRAP_SYNTHETIC_TARGET", "1")
        .env("RUSTC_WRAPPER", &this)
        .env(library::CORE, library::mirror(&host.sources, &host.version, work)?)
        .env("CARGO_TARGET_DIR", work)
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"))
        .env(collect::MODE, "1");
    Ok(command)
}

/// Compiles the runtime against the very core that the program is built with.
fn runtime(host: &Host, work: &Path, files: &[collect::File]) -> Result<collect::File> {
    let folder = work.join("runtime");
    fs::create_dir_all(&folder)?;
    let mut hash = Sha256::new();
    for (name, text) in SOURCES {
        write_if_changed(&folder.join(name), text.as_bytes())?;
        hash.update(text);
    }
    hash.update(&host.version);
    let mut command = Command::new(&host.rustc);
    for library in ["core", "compiler_builtins"] {
        let start = format!("lib{library}-");
        let file = files.iter().find(|file| file.name.starts_with(&start));
        let path = &file.with_context(|| format!("`{library}` is among the linked libraries"))?.path;
        command.arg("--extern").arg(format!("{library}={}", path.display()));
        hash.update(path.to_string_lossy().as_bytes());
    }
    let flags = common_flags(true);
    hash.update(flags.join(" "));
    hash.update(include_str!("target.json"));
    let output = folder.join(format!("runtime-{:x}.bc", hash.finalize()));
    let unfinished = output.with_extension("unfinished");
    if !output.exists() {
        command.current_dir(&folder).env("RUSTC_BOOTSTRAP", "1").env("RUSTC_BOOTSTRAP_SYNTHETIC_TARGET", "1");
        command.args([
            "lib.rs",
            "--crate-name=sbf_runtime",
            "--crate-type=lib",
            "--edition=2021",
            "--emit=llvm-bc",
        ]);
        command.args(["-Copt-level=3", "-Ccodegen-units=1", "-Cdebug-assertions=off", "--cfg=sbf_runtime"]);
        command.args(flags);
        command.args(["--target", TARGET]).env("RUST_TARGET_PATH", work).arg("-o").arg(&unfinished);
        let run = command.output().context("cannot run rustc")?;
        if !run.status.success() {
            bail!("the runtime does not compile: {}", String::from_utf8_lossy(&run.stderr));
        }
        fs::rename(&unfinished, &output)?;
    }
    Ok(collect::File { name: "runtime".to_owned(), bytes: fs::read(&output)?, path: output })
}

/// The runtime's sources travel inside this binary.
const SOURCES: [(&str, &str); 6] = [
    ("lib.rs", include_str!("../runtime/lib.rs")),
    ("divide.rs", include_str!("../runtime/divide.rs")),
    ("float.rs", include_str!("../runtime/float.rs")),
    ("memory.rs", include_str!("../runtime/memory.rs")),
    ("words.rs", include_str!("../runtime/words.rs")),
    ("system.rs", include_str!("../runtime/system.rs")),
];
