//! Rules by their names: defaults, then a file, then what is set on the command line.
//!
//! A file is JSON or TOML with a table for each section; on the command line it is `--set section.name=value`.

use crate::{
    failure::{Failure, Result},
    settings::shown,
};
use ballast_migrations::rules::Rule;
use clap::Args;
use serde_json::Value;
use std::{fs, path::PathBuf};

/// Where rules are set.
#[derive(Args)]
pub struct Given {
    /// File of rules, JSON or TOML; what it leaves out has its default.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Sets a rule, such as group.rate_full=0.5; it comes before the file's.
    #[arg(long = "set", value_name = "SECTION.NAME=VALUE")]
    set: Vec<String>,
}

impl Given {
    /// All that is set, the command line's last; sections that are not among these are refused.
    pub fn read(&self, sections: &[&str]) -> Result<Vec<Rule>> {
        let mut rules = vec![];
        if let Some(path) = &self.rules {
            rules.extend(of_file(path)?);
        }
        for set in &self.set {
            let wrong = || Failure::new(format!("{}: expected SECTION.NAME=VALUE", set.escape_debug()));
            let (name, text) = set.split_once('=').ok_or_else(wrong)?;
            let (section, name) = name.split_once('.').ok_or_else(wrong)?;
            let [section, name, text] = [section, name, text].map(|part| part.trim().to_owned());
            rules.push(Rule { section, name, text });
        }
        if let Some(rule) = rules.iter().find(|rule| !sections.contains(&&rule.section[..])) {
            let sections = sections.join(", ");
            return Err(rule.blame(&format!("expected a section of {sections}")).into());
        }
        Ok(rules)
    }
}

fn of_file(path: &PathBuf) -> Result<Vec<Rule>> {
    let name = shown(path);
    let text =
        fs::read_to_string(path).map_err(|error| Failure::new(format!("{name}: cannot be read: {error}")))?;
    let value: Value = if path.extension().is_some_and(|ending| ending == "json") {
        serde_json::from_str(&text).map_err(|error| Failure::new(format!("{name}: is not JSON: {error}")))?
    } else {
        let told = |error: toml::de::Error| Failure::new(format!("{name}: is not TOML: {}", error.message()));
        toml::from_str(&text).map_err(told)?
    };
    let tables = || Failure::new(format!("{name}: expected a table of rules for each section"));
    let mut rules = vec![];
    for (section, table) in value.as_object().ok_or_else(tables)? {
        for (name, value) in table.as_object().ok_or_else(tables)? {
            // Numbers as they are written: the shortest decimal of a double is what somebody typed.
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            rules.push(Rule { section: section.clone(), name: name.clone(), text });
        }
    }
    Ok(rules)
}
