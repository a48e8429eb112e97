//! What a keeper is told: by flags, by the environment, by a file, and by itself, in this order.

mod layers;
mod tables;
mod values;

pub use layers::{RunArgs, Settings};
pub use tables::Tables;
pub use values::{Dollars, KeyFile, List, LogFormat, Maybe, Seconds, Share};

use crate::{roles::NAMES, Failure};
use std::path::Path;

impl RunArgs {
    /// What holds: these arguments, then what the file says that they name, then defaults.
    pub fn settle(mut self) -> Result<Settings, Failure> {
        let tables = match self.config.clone() {
            Some(path) => self.read(&path)?,
            None => toml::Table::new(),
        };
        let tables = Tables::settle(tables, &self.set)?;
        let settings = self.settings(tables)?;
        settings.check()?;
        Ok(settings)
    }

    /// Fills in from a file what was not said, and hands out the tables of roles.
    fn read(&mut self, path: &Path) -> Result<toml::Table, Failure> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::new(format!("The file {shown} cannot be read: {error}.")))?;
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let at = error.span().map_or(1, |span| text[..span.start].lines().count().max(1));
            Failure::new(format!("The file {shown} is no TOML: {} in line {at}.", error.message()))
        })?;
        let (tables, table): (toml::Table, toml::Table) =
            table.into_iter().partition(|(key, value)| value.is_table() && Tables::has(key));
        for (key, value) in &table {
            if !RunArgs::KEYS.contains(&&key[..]) {
                return Err(Failure::new(format!(
                    "The file {shown} has the key `{key}`, which is no setting."
                )));
            }
            let said = plain(value).ok_or_else(|| {
                Failure::new(format!("The setting `{key}` in {shown} must be a text, a number or a list."))
            })?;
            self.fill(key, &said)
                .map_err(|why| Failure::new(format!("The setting `{key}` in {shown} is wrong: {why}.")))?;
        }
        Ok(tables)
    }
}

/// A value of a file as it would be written on a command line.
fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        toml::Value::Array(values) => {
            let all: Option<Vec<String>> = values.iter().map(plain).collect();
            all.map(|all| all.join(","))
        }
        toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

impl Settings {
    /// Refuses what cannot be meant.
    fn check(&self) -> Result<(), Failure> {
        let no = |sentence: String| Err(Failure::new(sentence));
        if self.keypair.is_key() {
            return no("The setting `keypair` must name a file, and not be a key.".into());
        }
        for name in &self.roles.0 {
            if !NAMES.contains(&&name[..]) {
                return no(format!("There is no role `{name}`; there are {}.", NAMES.join(", ")));
            }
        }
        if let Some(market) = self.markets_allow.0.iter().find(|market| self.markets_deny.0.contains(market))
        {
            return no(format!("Market {market} is both allowed and denied."));
        }
        if !self.url.starts_with("http://") && !self.url.starts_with("https://") {
            return no(format!("The url {} must begin with http:// or https://.", self.url));
        }
        for (name, seconds) in
            [("snapshot", self.snapshot), ("poll", self.poll), ("tick", self.tick), ("timeout", self.timeout)]
        {
            if seconds.0.is_zero() {
                return no(format!("The setting `{name}` must be above zero."));
            }
        }
        if self.in_flight == 0 {
            return no("The setting `in_flight` must be above zero.".into());
        }
        Ok(())
    }

    /// Address of the node's websocket: what is set, or the port after that of the url.
    pub fn websocket(&self) -> String {
        if let Some(url) = &self.ws_url.0 {
            return url.clone();
        }
        let (scheme, rest) = match self.url.strip_prefix("https://") {
            Some(rest) => ("wss", rest),
            None => ("ws", self.url.trim_start_matches("http://")),
        };
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let next = host.rsplit_once(':').and_then(|(name, port)| {
            let port: u16 = port.parse().ok()?;
            Some(format!("{name}:{}", port.checked_add(1)?))
        });
        let host = next.unwrap_or_else(|| host.to_owned());
        format!("{scheme}://{host}/{path}")
    }

    /// Whether positions of a market may be taken over.
    pub fn allows(&self, market: u16) -> bool {
        let allowed = self.markets_allow.0.is_empty() || self.markets_allow.0.contains(&market);
        allowed && !self.markets_deny.0.contains(&market)
    }
}
