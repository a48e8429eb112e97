//! The people of a local network and the files of their keys.

use crate::{
    failure::{Failure, Result},
    settings::{self, shown},
};
use ballast_client::Keypair;
use ballast_testkit::actor;
use serde_json::Value;
use std::{
    fs,
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

/// Writes a file that only its owner reads, as Solana's tools do.
fn write(folder: &Path, path: &Path, text: &str) -> Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let written = fs::create_dir_all(folder).and_then(|()| {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())
    });
    written.map_err(|error| Failure::refused(format!("{}: cannot be written: {error}", shown(path))))
}
