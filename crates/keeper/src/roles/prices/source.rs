//! Where updates come from: a directory, or Hermes.

use super::Accumulator;
use anchor_lang::prelude::Pubkey;
use base64::{prelude::BASE64_STANDARD as BASE64, Engine};
use reqwest::Client;
use serde::Deserialize;
use std::{path::PathBuf, time::Duration};

/// Where updates come from that the keeper posts itself, and when it does.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct UpdateSettings {
    /// Address of a Hermes server, or a directory with one file for each feed: its name the feed's in hexadecimal digits,
    /// its content the update in base64.
    pub from: String,
    /// Seconds without a newer price in a Pyth account after which the keeper posts one.
    #[serde(default = "seconds")]
    pub seconds: u32,
    /// How many shards of the push oracle are looked through for a market's account.
    #[serde(default = "shards")]
    pub shards: u16,
    /// The Wormhole program that verifies messages; the one that Pyth's receiver trusts, if left out.
    #[serde(default, deserialize_with = "key")]
    pub wormhole: Option<Pubkey>,
}

const fn seconds() -> u32 {
    20
}

const fn shards() -> u16 {
    4
}

fn key<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Pubkey>, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map(Some).map_err(|_| serde::de::Error::custom(format!("`{text}` is no address")))
}

impl UpdateSettings {
    /// The Wormhole program.
    pub fn wormhole(&self) -> Pubkey {
        const RECEIVERS: Pubkey = Pubkey::from_str_const("HDwcJBJXjL9FpJ7UBsYBtaDjsBUhuLCUYoz3zr8SWWaQ");
        self.wormhole.unwrap_or(RECEIVERS)
    }
}

/// Seconds that a server may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Where updates come from.
pub enum Source {
    /// Files.
    Directory(PathBuf),
    /// Hermes at an address.
    Hermes(String, Client),
}

/// What Hermes answers, as far as it matters.
#[derive(Deserialize)]
struct Answer {
    binary: Binary,
}

/// The updates as the chain takes them.
#[derive(Deserialize)]
struct Binary {
    encoding: String,
    data: Vec<String>,
}

impl Source {
    /// As the settings say.
    pub fn new(settings: &UpdateSettings) -> Self {
        let from = settings.from.trim_end_matches('/');
        if from.starts_with("http://") || from.starts_with("https://") {
            return Self::Hermes(from.into(), Client::new());
        }
        Self::Directory(from.into())
    }

    /// The newest updates of some feeds, those under one message together; an error is a sentence.
    pub async fn fetch(&self, ids: &[[u8; 32]]) -> Result<Vec<Accumulator>, String> {
        if ids.is_empty() {
            return Ok(vec![]);
        }
        let texts = match self {
            Self::Directory(path) => {
                // A feed without a file is one that nobody provides.
                let files = ids.iter().map(|id| path.join(hex(id)));
                files.filter_map(|file| std::fs::read_to_string(file).ok()).collect()
            }
            Self::Hermes(url, client) => ask(url, client, ids).await?,
        };
        let (mut found, mut wrong) = (Vec::<Accumulator>::new(), None);
        for text in &texts {
            // One feed's bytes that mean nothing must not keep the others old.
            match read(text) {
                Ok(read) => take(&mut found, read),
                Err(error) => wrong = Some(error),
            }
        }
        match wrong {
            Some(error) if found.is_empty() => return Err(error),
            Some(error) => tracing::warn!(%error, "an update is left out"),
            None => {}
        }
        Ok(found)
    }
}

fn read(text: &str) -> Result<Accumulator, String> {
    let bytes = BASE64.decode(text.trim()).map_err(|error| format!("An update is no base64: {error}."))?;
    Accumulator::read(&bytes).map_err(|error| error.to_string())
}

/// Adds updates to those under the same message, each once.
fn take(found: &mut Vec<Accumulator>, read: Accumulator) {
    let Some(known) = found.iter_mut().find(|known| known.vaa == read.vaa) else { return found.push(read) };
    for update in read.updates {
        if !known.updates.contains(&update) {
            known.updates.push(update);
        }
    }
}

async fn ask(url: &str, client: &Client, ids: &[[u8; 32]]) -> Result<Vec<String>, String> {
    let named: String = ids.iter().map(|id| format!("&ids[]={}", hex(id))).collect();
    let address = format!("{url}/v2/updates/price/latest?encoding=base64&parsed=false{named}");
    let told = |error: reqwest::Error| format!("Hermes does not answer: {}.", error.without_url());
    let sent = client.get(address).timeout(TIMEOUT).send().await.map_err(told)?;
    let answer: Answer = sent.error_for_status().map_err(told)?.json().await.map_err(told)?;
    match &answer.binary.encoding[..] {
        "base64" => Ok(answer.binary.data),
        other => Err(format!("Hermes answers in {other}, and base64 was asked for.")),
    }
}

/// Bytes in hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
