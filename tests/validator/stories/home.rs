//! A folder for one story's keys and files, and the command run as a process from there.

#[path = "../../../crates/cli/tests/online/run.rs"]
mod run;

pub use run::Run;

use ballast_client::Keypair;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

/// The folder.
pub struct Home(PathBuf);

impl Home {
    /// A new one.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ballast-stories-{}-{number}", std::process::id()));
        fs::create_dir_all(path.join("keys")).expect("a folder");
        Self(path)
    }

    /// Where a file of this name is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file and says where it is.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("the file is written");
        path
    }

    /// Writes the file of a keypair, as Solana's tools do.
    pub fn key(&self, name: &str, key: &Keypair) -> PathBuf {
        self.write(name, &format!("{:?}", key.to_bytes()))
    }

    /// Runs `ballast` at a node with a key; nobody is asked.
    pub fn ballast(&self, url: &str, key: &Path, group: &str, words: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
        command.args(words).args(["--url", url, "--group", group, "--yes", "--keypair"]).arg(key);
        command.env("HOME", &self.0).stdin(Stdio::null());
        run::finished(&mut command)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // A folder that stays is no failure.
        let _ = fs::remove_dir_all(&self.0);
    }
}
