//! Object to program: `sbpf-linker` writes the file that the chain loads, for one SBPF version.

use std::fmt;

use anyhow::{bail, Result};
use sbpf_linker::{link_program, ProgramOptions, SbpfArch, SbpfLinkerError};

/// The size of a stack frame, fixed in both versions.
const FRAME: i32 = 4096;
/// What one account can hold.
const LARGEST: usize = 10 * 1024 * 1024;

/// A version of the instruction set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arch {
    /// The first, which every tool runs.
    V0,
    /// The one that new deployments ask for.
    V3,
}

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V0 => "v0",
            Self::V3 => "v3",
        })
    }
}

/// Links an object for a version.
pub fn link(object: &[u8], arch: Arch) -> Result<Vec<u8>> {
    let version = match arch {
        Arch::V0 => SbpfArch::V0,
        Arch::V3 => SbpfArch::V3,
    };
    let options = ProgramOptions::new(Default::default(), version, FRAME);
    let linked = link_program(object, options);
    let bytes = linked.map_err(|errors| {
        anyhow::anyhow!("cannot link for {arch}: {}", SbpfLinkerError::format_errors(&errors))
    })?;
    if bytes.len() > LARGEST {
        bail!("the program has {} bytes for {arch}; an account holds at most {LARGEST}", bytes.len());
    }
    Ok(bytes)
}
