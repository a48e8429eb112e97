//! What each role is told, in a table of its own.

use crate::{
    roles::{alerts, expiry, funding, prices, settle, triggers, NAMES},
    Failure,
};
use serde::Deserialize;
use toml::{Table, Value};

/// Settings of roles, by the role's name.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Tables {
    /// Of `prices`.
    pub prices: prices::Settings,
    /// Of `funding`.
    pub funding: funding::Settings,
    /// Of `expiry`.
    pub expiry: expiry::Settings,
    /// Of `settle`.
    pub settle: settle::Settings,
    /// Of `triggers`.
    pub triggers: triggers::Settings,
    /// Of `alerts`.
    pub alerts: alerts::Settings,
}

impl Tables {
    /// Whether a key of a file is a role's.
    pub(super) fn has(key: &str) -> bool {
        key != "liquidate" && NAMES.contains(&key)
    }

    /// What a file says, and what is said besides, as `role.key=value`.
    pub(super) fn settle(mut said: Table, set: &[String]) -> Result<Self, Failure> {
        for one in set {
            let wrong = || Failure::new(format!("`{one}` is no setting of a role: write ROLE.KEY=VALUE."));
            let (path, value) = one.split_once('=').ok_or_else(wrong)?;
            let (role, key) = path.trim().split_once('.').ok_or_else(wrong)?;
            if !Self::has(role) {
                return Err(wrong());
            }
            put(&mut said, role.split('.').chain(key.split('.')), read(value.trim())).ok_or_else(wrong)?;
        }
        said.try_into().map_err(|error: toml::de::Error| {
            let why = error.to_string().trim().replace('\n', " ");
            Failure::new(format!("A role's settings are wrong: {}.", why.trim_end_matches('.')))
        })
    }
}

/// A value as a file would have it; what is no such value is a text.
fn read(text: &str) -> Value {
    let parsed: Option<Table> = format!("value = {text}").parse().ok();
    parsed.and_then(|mut table| table.remove("value")).unwrap_or_else(|| Value::String(text.into()))
}

/// Puts a value into a table within tables.
fn put<'a>(table: &mut Table, mut path: impl Iterator<Item = &'a str>, value: Value) -> Option<()> {
    let mut key = path.next()?;
    let mut at = table;
    for next in path {
        let inner = at.entry(key).or_insert_with(|| Value::Table(Table::new()));
        at = inner.as_table_mut()?;
        key = next;
    }
    at.insert(key.into(), value);
    Some(())
}
