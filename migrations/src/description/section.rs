//! A table of a TOML file that is read key by key, so that what nobody reads is refused by its name.

use crate::{
    decimal::Decimal,
    rules::Rule,
    wrong::{Result, Wrong},
};
use std::str::FromStr;
use toml::{
    de::{DeTable, DeValue},
    Spanned, Table, Value,
};

/// Decimal digits that a double keeps, whatever they are.
const EXACT_DIGITS: usize = 15;

/// What is left of a table, and where it stands.
pub(super) struct Section {
    path: String,
    table: Table,
}

impl Section {
    /// A whole file.
    pub fn file(text: &str) -> Result<Self> {
        let line = |at: usize| text[..at.min(text.len())].lines().count().max(1);
        let broken = |error: toml::de::Error| {
            let lines = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
            let line = line(error.span().map_or(0, |span| span.start));
            Wrong::new(format!("line {line}: this is not TOML: {lines}"))
        };
        let raw = DeTable::parse(text).map_err(broken)?;
        if let Some(at) = raw.get_ref().values().find_map(inexact) {
            let line = line(at);
            let words = "a number of more than fifteen digits is not exact; write it as a text, in quotes";
            return Err(Wrong::new(format!("line {line}: {words}")));
        }
        Ok(Self { path: String::new(), table: text.parse().map_err(broken)? })
    }

    fn named(&self, key: &str) -> String {
        let key = key.escape_debug();
        if self.path.is_empty() {
            return key.to_string();
        }
        format!("{}.{key}", self.path)
    }

    /// A refusal that names a key.
    pub fn blame(&self, key: &str, words: &str) -> Wrong {
        Wrong::new(format!("{}: {words}", self.named(key)))
    }

    fn expected(&self, key: &str, what: &str) -> Wrong {
        self.blame(key, &format!("expected {what}"))
    }

    /// A text.
    pub fn text(&mut self, key: &str) -> Result<Option<String>> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(self.expected(key, "a text")),
        }
    }

    /// A text that must be there.
    pub fn needed(&mut self, key: &str) -> Result<String> {
        self.text(key)?.ok_or_else(|| self.blame(key, "this key is missing"))
    }

    /// A text or number that is read as something.
    pub fn parsed<T: FromStr>(&mut self, key: &str, what: &str) -> Result<Option<T>> {
        let Some(value) = self.table.remove(key) else { return Ok(None) };
        let read = written(&value).and_then(|text| text.parse().ok());
        read.map(Some).ok_or_else(|| self.expected(key, what))
    }

    /// A whole number.
    pub fn number<T: FromStr>(&mut self, key: &str) -> Result<Option<T>> {
        self.parsed(key, "a whole number in range")
    }

    /// A decimal number.
    pub fn decimal(&mut self, key: &str) -> Result<Option<Decimal>> {
        self.parsed(key, "a decimal number")
    }

    /// Yes or no.
    pub fn flag(&mut self, key: &str) -> Result<Option<bool>> {
        self.parsed(key, "true or false")
    }

    /// A list of texts.
    pub fn texts(&mut self, key: &str) -> Result<Vec<String>> {
        let wrong = || self.expected(key, "a list of texts");
        let Some(Value::Array(values)) = self.table.get(key) else { return Err(wrong()) };
        let texts: Option<_> = values.iter().map(|value| value.as_str().map(str::to_owned)).collect();
        let texts = texts.ok_or_else(wrong)?;
        self.table.remove(key);
        Ok(texts)
    }

    /// A table in this one.
    pub fn section(&mut self, key: &str) -> Result<Option<Self>> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some(Self { path: self.named(key), table })),
            Some(_) => Err(self.expected(key, "a table")),
        }
    }

    /// Tables in this one by their names.
    pub fn sections(&mut self, key: &str) -> Result<Vec<(String, Self)>> {
        let Some(mut all) = self.section(key)? else { return Ok(vec![]) };
        let names: Vec<_> = all.table.keys().cloned().collect();
        let one = |name: String| {
            let section = all.section(&name)?.ok_or_else(|| all.expected(&name, "a table"))?;
            Ok((name, section))
        };
        names.into_iter().map(one).collect()
    }

    /// A list of tables, which are counted from one on.
    pub fn list(&mut self, key: &str) -> Result<Vec<Self>> {
        let values = match self.table.remove(key) {
            None => return Ok(vec![]),
            Some(Value::Array(values)) => values,
            Some(_) => return Err(self.expected(key, "a list of tables")),
        };
        let one = |(place, value)| {
            let path = format!("{}[{}]", self.named(key), place + 1);
            match value {
                Value::Table(table) => Ok(Self { path, table }),
                _ => Err(Wrong::new(format!("{path}: expected a table"))),
            }
        };
        values.into_iter().enumerate().map(one).collect()
    }

    /// Everything that is left, as rules.
    pub fn rules(self) -> Result<Vec<Rule>> {
        let wrong = |name: &str| self.expected(name, "a number or a text");
        let rule = |(name, value): (&String, &Value)| {
            let text = written(value).ok_or_else(|| wrong(name))?;
            Ok(Rule { section: self.path.clone(), name: name.clone(), text })
        };
        self.table.iter().map(rule).collect()
    }

    /// Refuses what nobody has read.
    pub fn done(self) -> Result<()> {
        match self.table.keys().next() {
            Some(key) => Err(self.blame(key, "this key is unknown")),
            None => Ok(()),
        }
    }
}

/// Where a number with a point stands that a double cannot hold to its last digit.
fn inexact(value: &Spanned<DeValue<'_>>) -> Option<usize> {
    match value.get_ref() {
        DeValue::Float(number) => {
            let number = number.as_str();
            let number = number.split(['e', 'E']).next().unwrap_or(number);
            let digits = number.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0');
            (digits.count() > EXACT_DIGITS).then(|| value.span().start)
        }
        DeValue::Array(values) => values.iter().find_map(inexact),
        DeValue::Table(table) => table.values().find_map(inexact),
        _ => None,
    }
}

/// A value as somebody wrote it: the shortest decimal of a double is what was typed.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(flag) => Some(flag.to_string()),
        Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
    }
}
