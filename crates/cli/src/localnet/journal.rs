//! Logs in files that do not grow without bound: a terminal is for people, and a network may run for weeks.

use crate::{
    failure::{Failure, Result},
    settings::shown,
};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};
use tracing::Dispatch;

/// Bytes after which a log begins anew; the one before is kept.
const MOST: u64 = 16 << 20;

/// A log.
struct Journal {
    path: PathBuf,
    file: File,
    written: u64,
}

impl Journal {
    fn begin(path: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        Ok(Self { file: File::create(&path)?, path, written: 0 })
    }
}

impl Write for Journal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.written > MOST {
            fs::rename(&self.path, self.path.with_extension("old.log"))?;
            (self.file, self.written) = (File::create(&self.path)?, 0);
        }
        let written = self.file.write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What writes events from `info` on to a file.
pub fn open(path: PathBuf) -> Result<Dispatch> {
    let name = shown(&path);
    let journal = Journal::begin(path)
        .map_err(|error| Failure::refused(format!("{name}: cannot be written: {error}")))?;
    let lines = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_ansi(false)
        .with_writer(Mutex::new(journal));
    Ok(Dispatch::new(lines.finish()))
}
