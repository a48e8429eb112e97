//! The sources of std, with the few constants that suppose a large stack made smaller.
//!
//! The sources themselves stay untouched: a mirror of links is laid over them, with real files only
//! where a line changes.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{bail, Context as _, Result};

use crate::compile::write_if_changed;

/// A file of the library, a text in it and what stands there instead.
const CHANGES: [(&str, &str, &str); 1] = [
    // The stable sort keeps a buffer on the stack, as large as a whole frame. A smaller one only
    // makes it take memory from the heap sooner.
    (
        "core/src/slice/sort/stable/mod.rs",
        "AlignedStorage::<T, 4096>::new()",
        "AlignedStorage::<T, 1024>::new()",
    ),
];

/// Lays the mirror in a folder and returns the path of the library in it.
pub fn mirror(sources: &Path, folder: &Path) -> Result<PathBuf> {
    let (original, library) = (sources.join("library"), folder.join("library"));
    for (file, old, new) in CHANGES {
        let mut at = PathBuf::new();
        for part in Path::new(file).parent().into_iter().flat_map(Path::components) {
            link_all(&original.join(&at), &library.join(&at), part.as_os_str().as_ref())?;
            at.push(part);
        }
        let name = Path::new(file).file_name().context("a change is to a file")?;
        link_all(&original.join(&at), &library.join(&at), name.as_ref())?;
        let text = fs::read_to_string(original.join(file))?;
        if !text.contains(old) {
            bail!("{file} of this Rust's library has no `{old}`: this release needs another look");
        }
        write_if_changed(&library.join(file), text.replace(old, new).as_bytes())?;
    }
    Ok(library)
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
