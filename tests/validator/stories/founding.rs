//! Programs deployed by the upgradeable loader and a group set up, all by `ballast migrate`.

use super::{home::Run, stage::Stage};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Keypair, Signer};
use ballast_interface::ids;
use ballast_testkit::actor;
use std::{fs, path::Path};

/// The root of this repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
/// The description of the local network, which has its programs from the beginning.
const LOCALNET: &str = include_str!("../../../migrations/localnet.toml");
/// Ballast's programs.
const PROGRAMS: [(&str, Pubkey); 3] =
    [("account", ids::ACCOUNT), ("liquidation", ids::LIQUIDATION), ("risk", ids::RISK)];
/// Who signs, by the names in the description and in the testkit.
const KEYS: [(&str, &str); 7] = [
    ("authority", "authority"),
    ("guardian", "guardian"),
    ("operator", "operator"),
    ("upgrader", "upgrader"),
    ("attestor-0", "attestor 0"),
    ("attestor-1", "attestor 1"),
    ("attestor-2", "attestor 2"),
];
/// The upgradeable loader.
const LOADER: Pubkey = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");
/// Bytes of the loader's own before those of a program.
const LOADERS: usize = 45;

/// Where the loader keeps a program's bytes.
pub fn data_of(program: &Pubkey) -> Pubkey {
    Pubkey::find_program_address(&[program.as_ref()], &LOADER).0
}

/// The same exchange, its programs deployed from files of a folder of builds.
pub fn described(builds: &str) -> String {
    PROGRAMS.iter().fold(LOCALNET.to_owned(), |text, (name, _)| {
        let there = format!("[programs.{name}]\ndeploy = false\n");
        assert!(text.contains(&there), "the local network has programs from the beginning");
        let file = file(builds, name);
        text.replace(
            &there,
            &format!("[programs.{name}]\nfile = \"{file}\"\nkey = \"{name}\"\nauthority = \"upgrader\"\n"),
        )
    })
}

fn file(builds: &str, name: &str) -> String {
    format!("{ROOT}/target/deploy/{builds}/ballast_{name}.so")
}

impl Stage {
    /// Runs `ballast migrate` with a description.
    pub fn migrate(&self, text: &str, payer: &Path, more: &[&str]) -> Run {
        let description = self.home.write("exchange.toml", text).display().to_string();
        let keys = self.home.path("keys").display().to_string();
        let words = [&["migrate", &description, "--keys", &keys, "--json"], more].concat();
        self.run_as(payer, &words)
    }

    /// Deploys programs and sets the exchange up; somebody who cannot pay and another cluster are refused before.
    pub fn found(&mut self, builds: &str) {
        for (name, person) in KEYS {
            self.home.key(&format!("keys/{name}.json"), &actor(person));
        }
        for (name, _) in PROGRAMS {
            let key = format!("{ROOT}/tests/keys/ballast_{name}-keypair.json");
            fs::copy(key, self.home.path(&format!("keys/{name}.json"))).expect("the key is copied");
        }
        let (text, payer) = (described(builds), self.home.path("payer.json"));

        let poor = Keypair::new();
        let refused = self.migrate(&text, &self.home.key("poor.json", &poor), &[]).sentence(1);
        assert!(refused.contains(&format!("payer {}: it has 0 SOL, and ", poor.pubkey())), "{refused}");
        let devnet = format!("genesis = \"EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG\"\n{text}");
        let refused = self.migrate(&devnet, &payer, &[]).sentence(2);
        assert!(refused.starts_with("genesis: this is for the cluster EtWTRABZ"), "{refused}");
        self.told.done("a payer without lamports and a description of another cluster are refused");

        let made = self.migrate(&text, &payer, &[]).json();
        assert_eq!(made["group"], self.group.to_string());
        // Three programs; group, vault, rules and the like; three markets with two dates each; three banks.
        assert_eq!(made["sent"].as_array().map(Vec::len), Some(3 + 7 + 3 * 4 + 3), "{made}");
        self.told.done(&format!("three {builds} programs deployed, a group with three markets set up"));

        self.is_migrated(&text);
        self.runs(builds);
        self.feed.refresh(true);
        self.told.done("a second migration has nothing to do, and the programs are those of the files");
    }

    /// A cluster that lets programs of sBPF v0 be executed, but no longer be deployed, is not sent any.
    pub fn takes_only_v3(&mut self) {
        let payer = self.home.path("payer.json");
        let refused = self.migrate(&described("v0"), &payer, &[]).sentence(1);
        let part = "its file is of sBPF v0, and this cluster takes no program before v3 any more";
        assert_eq!(refused.matches(part).count(), PROGRAMS.len(), "{refused}");
        self.told.done("an upgrade to v0 programs, which the cluster takes no more, is refused");
    }

    /// The cluster is as described, as a dry run says.
    pub fn is_migrated(&self, text: &str) {
        let dry = self.migrate(text, &self.home.path("payer.json"), &["--dry-run"]).json();
        assert_eq!((&dry["create"], &dry["change"]), (&0.into(), &0.into()), "{dry}");
        assert_eq!(dry["sent"].as_array().map(Vec::len), Some(0), "{dry}");
    }

    /// The programs that are deployed are those of a folder of builds, and one key may upgrade them.
    pub fn runs(&self, builds: &str) {
        for (name, program) in PROGRAMS {
            let found = self.wait(self.chain.accounts(&[program, data_of(&program)])).expect("an answer");
            let [program, data] = found.try_into().expect("two");
            assert!(program.is_some_and(|program| program.executable && program.owner == LOADER), "{name}");
            let data = data.expect("it is deployed").data;
            // Behind the slot stands that there is an authority, and which.
            assert_eq!(data[12], 1);
            assert_eq!(data[13..LOADERS], actor("upgrader").pubkey().to_bytes());
            let bytes = fs::read(file(builds, name)).expect("it is built");
            // A program that is smaller than the one before leaves zeros.
            let (there, rest) = data[LOADERS..].split_at(bytes.len());
            assert!(there == bytes && rest.iter().all(|byte| *byte == 0), "{name} is another one");
        }
    }
}
