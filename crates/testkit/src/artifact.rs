//! The built programs.

use anchor_lang::prelude::Pubkey;
use ballast_interface::ids;
use std::{
    env, fmt, fs,
    path::{Path, PathBuf},
};

/// An instruction set of the SVM, for which the programs are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arch {
    /// The oldest that still runs everywhere.
    V0,
    /// The one that mainnet deploys today.
    V3,
}

impl Arch {
    fn folder(self) -> &'static str {
        match self {
            Self::V0 => "v0",
            Self::V3 => "v3",
        }
    }
}

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "sBPF {}", self.folder())
    }
}

/// Every program of the workspace, by the name of its file.
pub(crate) const PROGRAMS: [(&str, Pubkey); 3] = [
    ("ballast_account", ids::ACCOUNT),
    ("ballast_liquidation", ids::LIQUIDATION),
    ("ballast_risk", ids::RISK),
];

/// Address and bytes of every program, as built for `arch`.
pub(crate) fn programs(arch: Arch) -> impl Iterator<Item = (Pubkey, Vec<u8>)> {
    PROGRAMS.into_iter().map(move |(name, id)| (id, read(name, arch)))
}

/// Where a program is, by the name of its file: under BALLAST_PROGRAMS, or where `make build` of this checkout puts it.
pub(crate) fn path(name: &str, arch: Arch) -> PathBuf {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/deploy");
    let folder = env::var_os("BALLAST_PROGRAMS").map_or_else(own, PathBuf::from);
    folder.join(format!("{}/{name}.so", arch.folder()))
}

pub(crate) fn read(name: &str, arch: Arch) -> Vec<u8> {
    fs::read(path(name, arch)).unwrap_or_else(|error| {
        panic!("{name}.so for {arch} cannot be read ({error}): run `make build` first")
    })
}
