//! The sources of std, with the few constants that suppose a large stack made smaller.
//!
//! The sources themselves stay untouched: a mirror of links is laid over those of `core`, with real
//! files only where a line changes, and this binary stands before rustc to send it there. (To move
//! all of std would be simpler, but its folder's name is part of every crate's identity, and so of
//! the program's bytes.)

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{bail, Context as _, Result};

use crate::compile::write_if_changed;

/// The environment variable that names the mirror's root file to the wrapper.
pub const CORE: &str = "CARGO_SBF_CORE";

/// A file of `core`, a text in it and what stands there instead.
const CHANGES: [(&str, &str, &str); 1] = [
    // The stable sort keeps a buffer on the stack, as large as a whole frame. A smaller one only
    // makes it take memory from the heap sooner.
    ("src/slice/sort/stable/mod.rs", "AlignedStorage::<T, 4096>::new()", "AlignedStorage::<T, 1024>::new()"),
];

/// Runs rustc as cargo asked, with `core` taken from the mirror.
pub fn wrap(rustc: OsString, args: impl Iterator<Item = OsString>) -> Result<()> {
    let mirrored = std::env::var_os(CORE).context("the mirror is named")?;
    let is_core = |arg: &OsString| Path::new(arg).ends_with("library/core/src/lib.rs");
    let args = args.map(|arg| if is_core(&arg) { mirrored.clone() } else { arg });
    Err(Command::new(rustc).args(args).exec()).context("cannot run rustc")
}

/// Lays the mirror in a folder and returns the path of its root file.
pub fn mirror(sources: &Path, version: &str, folder: &Path) -> Result<PathBuf> {
    let (original, mirrored) = (sources.join("library/core"), folder.join("library/core"));
    // Another compiler or other changes: another mirror, lest an old link be followed.
    let (stamp, wanted) = (folder.join("library.stamp"), format!("{version}{CHANGES:?}"));
    if fs::read_to_string(&stamp).unwrap_or_default() != wanted {
        if folder.join("library").exists() {
            fs::remove_dir_all(folder.join("library"))?;
        }
        fs::write(&stamp, &wanted)?;
    }
    for (file, old, new) in CHANGES {
        let mut at = PathBuf::new();
        for part in Path::new(file) {
            link_all(&original.join(&at), &mirrored.join(&at), part.as_ref())?;
            at.push(part);
        }
        let text = fs::read_to_string(original.join(file))?;
        if !text.contains(old) {
            bail!("{file} of this Rust's core has no `{old}`: this release needs another look");
        }
        write_if_changed(&mirrored.join(file), text.replace(old, new).as_bytes())?;
    }
    // Core includes a few files of its neighbours.
    link_all(&sources.join("library"), &folder.join("library"), "core".as_ref())?;
    Ok(mirrored.join("src/lib.rs"))
}

/// Links everything in one folder from another, but for one entry that will be real.
fn link_all(original: &Path, mirrored: &Path, but: &Path) -> Result<()> {
    fs::create_dir_all(mirrored)?;
    for entry in fs::read_dir(original)? {
        let entry = entry?;
        let link = mirrored.join(entry.file_name());
        if entry.file_name() != but.as_os_str() && link.symlink_metadata().is_err() {
            symlink(entry.path(), &link).with_context(|| format!("cannot link {}", link.display()))?;
        }
    }
    Ok(())
}
