//! Which cluster, whose key, which group: from the command line, the environment, and Solana's own file of settings.

use crate::failure::{Failure, Result};
use anchor_lang::prelude::Pubkey;
use ballast_client::{CommitmentConfig, Keypair};
pub use ballast_migrations::keys::shown;
use clap::{Args, ValueEnum};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What every command takes.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// The node: a URL, or localhost, devnet, testnet or mainnet-beta, or their first letters.
    #[arg(long, short, global = true, value_name = "URL")]
    pub url: Option<String>,
    /// The file of the keypair that signs and pays.
    #[arg(long, short, global = true, value_name = "FILE")]
    pub keypair: Option<PathBuf>,
    /// Solana's file of settings, for what is not given here.
    #[arg(long, short = 'C', global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The group.
    #[arg(long, short, global = true, value_name = "ADDRESS", env = "BALLAST_GROUP")]
    pub group: Option<Pubkey>,
    /// How sure answers shall be.
    #[arg(long, global = true, value_enum)]
    pub commitment: Option<Commitment>,
    /// Prints JSON, with money as decimals in texts.
    #[arg(long, global = true)]
    pub json: bool,
    /// Goes ahead without a question.
    #[arg(long, short, global = true)]
    pub yes: bool,
}

/// How sure answers shall be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Commitment {
    /// Seen by the node.
    Processed,
    /// Voted for by most.
    Confirmed,
    /// Can no longer be undone.
    Finalized,
}

/// Node that Solana's tools use when nobody says otherwise.
const MAINNET: &str = "https://api.mainnet-beta.solana.com";

/// Where things come from.
pub struct Settings {
    /// URL of the node.
    pub url: String,
    /// How sure answers shall be.
    pub commitment: CommitmentConfig,
    keypair: PathBuf,
}

impl Settings {
    /// Settles what was left open by Solana's file of settings.
    pub fn read(global: &Global) -> Result<Self> {
        let file = file(global.config.as_deref())?;
        let field = |name: &str| file.get(name).and_then(|value| value.as_str()).map(str::to_owned);
        let url = global.url.clone().or_else(|| field("json_rpc_url")).unwrap_or_else(|| MAINNET.to_owned());
        let commitment = match global.commitment {
            Some(given) => given,
            None => match field("commitment") {
                Some(name) => Commitment::from_str(&name, true)
                    .map_err(|_| Failure::new(format!("Solana's settings name no commitment: {name}")))?,
                None => Commitment::Confirmed,
            },
        };
        let keypair = global.keypair.clone().or_else(|| field("keypair_path").map(PathBuf::from));
        Ok(Self {
            url: expanded(&url)?,
            commitment: match commitment {
                Commitment::Processed => CommitmentConfig::processed(),
                Commitment::Confirmed => CommitmentConfig::confirmed(),
                Commitment::Finalized => CommitmentConfig::finalized(),
            },
            keypair: keypair.unwrap_or_else(|| home().join(".config/solana/id.json")),
        })
    }

    /// The keypair that signs and pays.
    pub fn key(&self) -> Result<Keypair> {
        key(&self.keypair)
    }
}

fn home() -> PathBuf {
    std::env::home_dir().unwrap_or_default()
}

/// Solana's settings; none if nobody asked for a file and there is none.
fn file(path: Option<&Path>) -> Result<serde_yaml_ng::Value> {
    let usual = home().join(".config/solana/cli/config.yml");
    if path.is_none() && !usual.exists() {
        return Ok(serde_yaml_ng::Value::Null);
    }
    let path = path.unwrap_or(&usual);
    let name = shown(path);
    let text =
        fs::read_to_string(path).map_err(|error| Failure::new(format!("{name}: cannot be read: {error}")))?;
    serde_yaml_ng::from_str(&text)
        .map_err(|_| Failure::new(format!("{name}: is no file of Solana's settings")))
}

/// A URL, from a name that Solana's tools know or as it is.
fn expanded(url: &str) -> Result<String> {
    let known = match url {
        "localhost" | "l" => "http://localhost:8899",
        "devnet" | "d" => "https://api.devnet.solana.com",
        "testnet" | "t" => "https://api.testnet.solana.com",
        "mainnet-beta" | "m" => MAINNET,
        url if url.starts_with("http://") || url.starts_with("https://") => url,
        other => {
            let other = other.escape_debug();
            return Err(Failure::new(format!(
                "{other}: expected a URL, or localhost, devnet, testnet or mainnet-beta"
            )));
        }
    };
    Ok(known.to_owned())
}

/// The keypair in a file.
pub fn key(path: &Path) -> Result<Keypair> {
    Ok(ballast_migrations::keys::read(path)?)
}
