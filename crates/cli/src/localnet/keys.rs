//! The people of a local network and the files of their keys.

use crate::{
    failure::{Failure, Result},
    settings::{self, shown},
};
use ballast_client::Keypair;
use ballast_testkit::actor;
use serde_json::Value;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Somebody whom the network needs, or who makes it lively.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// May change the group and make tokens.
    Authority,
    /// May tighten the group.
    Guardian,
    /// Operates the venue.
    Operator,
    /// Signs surfaces.
    Attestor0,
    /// Signs surfaces.
    Attestor1,
    /// Signs surfaces when another cannot.
    Attestor2,
    /// Runs a keeper.
    Keeper1,
    /// Runs another.
    Keeper2,
    /// For whoever tries things.
    Alice,
    /// For whoever tries things with somebody.
    Bob,
    /// Holds the other side of every trade.
    Maker,
    /// Holds perps on as little money as possible.
    Trader1,
    /// Holds a spread of options.
    Trader2,
    /// Holds short options and perps.
    Trader3,
}

/// Everybody, with the names of their files.
const EVERYBODY: [(Person, &str); 14] = [
    (Person::Authority, "authority"),
    (Person::Guardian, "guardian"),
    (Person::Operator, "operator"),
    (Person::Attestor0, "attestor-0"),
    (Person::Attestor1, "attestor-1"),
    (Person::Attestor2, "attestor-2"),
    (Person::Keeper1, "keeper-1"),
    (Person::Keeper2, "keeper-2"),
    (Person::Alice, "alice"),
    (Person::Bob, "bob"),
    (Person::Maker, "maker"),
    (Person::Trader1, "trader-1"),
    (Person::Trader2, "trader-2"),
    (Person::Trader3, "trader-3"),
];

/// Everybody's keys, and where they are.
#[derive(Clone)]
pub struct People {
    folder: PathBuf,
    keys: Vec<Arc<Keypair>>,
}

impl Person {
    /// The name.
    pub const fn name(self) -> &'static str {
        EVERYBODY[self as usize].1
    }
}

impl People {
    /// Reads the keys that are in a folder, and writes those that are not: the same for a name each time, so that addresses
    /// repeat, which everybody can know.
    pub fn gather(folder: &Path) -> Result<Self> {
        let keys = EVERYBODY.iter().map(|(_, name)| {
            let path = folder.join(format!("{name}.json"));
            if path.exists() {
                return settings::key(&path).map(Arc::new);
            }
            let key = actor(name);
            write(folder, &path, &Value::from(key.to_bytes().to_vec()).to_string())?;
            Ok(Arc::new(key))
        });
        Ok(Self { keys: keys.collect::<Result<_>>()?, folder: folder.to_owned() })
    }

    /// Somebody's key.
    pub fn key(&self, person: Person) -> &Arc<Keypair> {
        &self.keys[person as usize]
    }

    /// Where somebody's key is.
    pub fn file(&self, person: Person) -> PathBuf {
        self.folder.join(format!("{}.json", person.name()))
    }

    /// Where all are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Everybody.
    pub fn everybody() -> impl Iterator<Item = Person> {
        EVERYBODY.iter().map(|(person, _)| *person)
    }
}

/// The folder of a network at a port, made if it is not there: in the user's cache, since files in a folder that everybody
/// shares can be put there by anybody; in the temporary folder only where there is no home, and then it must be ours alone.
pub fn own_folder(port: u16) -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    // Who asks for any free port keeps the same keys.
    let name = if port == 0 { "localnet-any".to_owned() } else { format!("localnet-{port}") };
    let folder = match cache.or_else(|| home.map(|home| home.join(".cache"))) {
        Some(cache) => cache.join("ballast").join(name),
        None => std::env::temp_dir().join(format!("ballast-{name}")),
    };
    secure(&folder)?;
    Ok(folder)
}

/// Makes a folder that only we may read, and refuses one that is a link, or that others may write to.
fn secure(folder: &Path) -> Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    let bad = |why: String| Failure::refused(format!("{}: {why}: use --keys", shown(folder)));
    let parent = folder.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(parent).map_err(|error| bad(format!("cannot be made: {error}")))?;
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(bad(format!("cannot be made: {error}")));
        }
        _ => {}
    }
    let found = fs::symlink_metadata(folder).map_err(|error| bad(format!("cannot be read: {error}")))?;
    if !found.is_dir() {
        return Err(bad("is a link or no folder".into()));
    }
    // Only its owner may: of another's folder this fails.
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
        .map_err(|_| bad("belongs to somebody else".into()))
}

/// Writes a file that only its owner reads, as Solana's tools do.
fn write(folder: &Path, path: &Path, text: &str) -> Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let written = fs::create_dir_all(folder).and_then(|()| {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())
    });
    written.map_err(|error| Failure::refused(format!("{}: cannot be written: {error}", shown(path))))
}
