//! Agave's own test validator, as a process with a Ballast world in its genesis: consensus, RPC, blocks and a clock that
//! nobody sets.
//!
//! A world is made in LiteSVM, which takes a moment, and every account of it becomes part of the first block; from then on
//! the same stories go on by RPC. Prices are moved by a program for tests alone, the test feed, which stands at the address
//! of Pyth's receiver: the accounts have the real owner and layout, but nobody's guardians sign.

mod feed;
mod genesis;
mod process;
mod rpc;

pub use feed::write_price;
pub use process::Validator;

use crate::{
    artifact::{path, PROGRAMS},
    Arch, Lite, World,
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::risk::RECEIVERS;
use solana_account::Account;
use std::{
    any::Any,
    env,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

/// File of Agave's test validator.
const BINARY: &str = "solana-test-validator";
/// The release that `make validator` builds.
const VERSION: &str = "4.2.1";

/// The test validator: the one on the PATH, or the one that `make validator` built.
pub fn find() -> Option<PathBuf> {
    let paths = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&paths).map(|folder| folder.join(BINARY)).find(|file| file.is_file());
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = || absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")));
    let built = || Some(cache()?.join(format!("ballast/validator-{VERSION}/bin/{BINARY}")));
    on_path.or_else(|| built().filter(|file| file.is_file()))
}

/// A world in LiteSVM at this machine's time, to be put into a validator's genesis.
pub fn rehearsal(arch: Arch) -> World {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
    World::new(Lite::at(arch, now.as_secs() as i64))
}

impl World {
    /// The validator under this world.
    ///
    /// # Panics
    ///
    /// Where something else is under it.
    pub fn validator(&mut self) -> &mut Validator {
        let svm: &mut dyn Any = self.svm.as_mut();
        svm.downcast_mut().expect("a world on a validator")
    }
}

/// What a validator starts with: the token programs, which every validator has, the test feed, and what is added here.
#[derive(Default)]
pub struct Genesis {
    programs: Vec<(Pubkey, PathBuf)>,
    accounts: Vec<(Pubkey, Account)>,
    arguments: Vec<String>,
}

impl Genesis {
    /// Nothing of Ballast's, whose programs are to be deployed.
    pub fn bare() -> Self {
        let feed = path("test_feed", Arch::V3);
        Self { programs: RECEIVERS.map(|receiver| (receiver, feed.clone())).into(), ..Self::default() }
    }

    /// Ballast's programs.
    pub fn ballast(arch: Arch) -> Self {
        PROGRAMS.into_iter().fold(Self::bare(), |genesis, (name, id)| genesis.program(id, path(name, arch)))
    }

    /// A world of LiteSVM's, with Ballast's programs and all its accounts.
    pub fn world(world: World) -> Self {
        let svm: Box<dyn Any> = world.svm;
        let lite = svm.downcast::<Lite>().expect("a world in LiteSVM");
        Self { accounts: lite.accounts(), ..Self::ballast(lite.arch()) }
    }

    /// A program besides, from its file; nobody can upgrade it.
    pub fn program(mut self, address: Pubkey, file: impl AsRef<Path>) -> Self {
        self.programs.push((address, file.as_ref().to_owned()));
        self
    }

    /// An account besides.
    pub fn account(mut self, address: Pubkey, account: Account) -> Self {
        self.accounts.push((address, account));
        self
    }

    /// An argument of the validator's own, such as `--ticks-per-slot`, with what follows it.
    pub fn argument<'a>(mut self, words: impl IntoIterator<Item = &'a str>) -> Self {
        self.arguments.extend(words.into_iter().map(str::to_owned));
        self
    }

    /// Starts a validator with it, and waits until it answers.
    ///
    /// # Panics
    ///
    /// Where there is no validator, or a program's file, or it does not come up; the sentence says what to do.
    pub fn start(self) -> Validator {
        Validator::start(self)
    }
}
