//! Keys by their names: a folder of files, which are read when a key is asked for.

use crate::wrong::{Result, Wrong};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Keypair, Signer};
use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

/// Keys that a description names: those that were given, and the files of a folder.
#[derive(Clone, Default)]
pub struct Keys {
    folder: Option<PathBuf>,
    given: BTreeMap<String, Arc<Keypair>>,
}

impl Keys {
    /// The keys in a folder: the key `authority` is in the file `authority.json`.
    pub fn folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()), given: BTreeMap::new() }
    }

    /// The same with one more key, which comes before a file's.
    pub fn with(mut self, name: impl Into<String>, key: Keypair) -> Self {
        self.given.insert(name.into(), Arc::new(key));
        self
    }

    /// The key of a name.
    pub fn key(&self, name: &str) -> Result<Arc<Keypair>> {
        if let Some(key) = self.given.get(name) {
            return Ok(key.clone());
        }
        if name.parse::<Pubkey>().is_ok() {
            return Err(Wrong::new(format!("{name}: must sign, so its key is needed and not its address")));
        }
        let shown = name.escape_debug();
        // Nothing outside of the folder is a key that a description may name.
        let mut parts = Path::new(name).components();
        if !matches!((parts.next(), parts.next()), (Some(Component::Normal(part)), None) if part == name) {
            return Err(Wrong::new(format!("{shown}: a key's name is that of a file, without any folder")));
        }
        let missing = || Wrong::new(format!("{shown}: there is no such key"));
        Ok(Arc::new(read(&self.path(name).ok_or_else(missing)?)?))
    }

    /// The address of a name, which may be an address itself.
    pub fn address(&self, name: &str) -> Result<Pubkey> {
        match name.parse() {
            Ok(address) if !self.given.contains_key(name) => Ok(address),
            _ => Ok(self.key(name)?.pubkey()),
        }
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{name}.json")))
    }
}

/// The keypair in a file.
pub fn read(path: &Path) -> Result<Keypair> {
    let name = shown(path);
    let text =
        fs::read_to_string(path).map_err(|error| Wrong::new(format!("{name}: cannot be read: {error}")))?;
    // What is in the file must not be repeated, whatever it is.
    let wrong = || Wrong::new(format!("{name}: is no file of a keypair"));
    let bytes: Vec<u8> = serde_json::from_str(&text).map_err(|_| wrong())?;
    Keypair::try_from(&bytes[..]).map_err(|_| wrong())
}

/// A path that cannot command a terminal.
pub fn shown(path: &Path) -> String {
    path.display().to_string().escape_debug().to_string()
}
