//! A place in a JSON document: what is there, and the path that a refusal names.

use crate::failure::{Failure, Result};
use serde_json::Value;

/// Most characters of a value that a refusal repeats.
const LONGEST_QUOTE: usize = 40;

/// What is at one path of a document; nothing, where an object lacks the key.
pub struct Place<'a> {
    path: String,
    value: Option<&'a Value>,
}

impl<'a> Place<'a> {
    /// The document itself.
    pub fn root(value: &'a Value) -> Self {
        Self { path: String::new(), value: Some(value) }
    }

    /// The path from the document's root, in the manner of `cases[3].options[1].strike`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The place under a key of this object.
    pub fn field(&self, key: &str) -> Result<Place<'a>> {
        match self.value {
            Some(Value::Object(object)) => Ok(Place { path: self.below(key), value: object.get(key) }),
            _ => Err(self.refuse("an object")),
        }
    }

    /// The place under a key of this object, if there is something.
    pub fn optional(&self, key: &str) -> Result<Option<Place<'a>>> {
        Ok(Some(self.field(key)?).filter(|place| !matches!(place.value, None | Some(Value::Null))))
    }

    /// Keys and places of this object.
    pub fn entries(&self) -> Result<Vec<(&'a str, Place<'a>)>> {
        let Some(Value::Object(object)) = self.value else { return Err(self.refuse("an object")) };
        let entry =
            |(key, value): (&'a String, _)| (&key[..], Place { path: self.below(key), value: Some(value) });
        Ok(object.iter().map(entry).collect())
    }

    /// The places in this list.
    pub fn list(&self) -> Result<Vec<Place<'a>>> {
        let Some(Value::Array(values)) = self.value else { return Err(self.refuse("a list")) };
        let item = |(i, value)| Place { path: format!("{}[{i}]", self.path), value: Some(value) };
        Ok(values.iter().enumerate().map(item).collect())
    }

    /// The places in this list of so many.
    pub fn list_of<const N: usize>(&self, expected: &str) -> Result<[Place<'a>; N]> {
        self.list().ok().and_then(|list| list.try_into().ok()).ok_or_else(|| self.refuse(expected))
    }

    /// Whether this is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.value, Some(Value::Array(_)))
    }

    /// Whether this is an object without anything in it.
    pub fn is_empty(&self) -> bool {
        matches!(self.value, Some(Value::Object(object)) if object.is_empty())
    }

    /// This text.
    pub fn text(&self) -> Result<&'a str> {
        self.value.and_then(Value::as_str).ok_or_else(|| self.refuse("a text"))
    }

    /// This truth, which may be written as a one or a zero.
    pub fn flag(&self) -> Result<bool> {
        match self.value {
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::Number(number)) if number.as_f64() == Some(1.0) => Ok(true),
            Some(Value::Number(number)) if number.as_f64() == Some(0.0) => Ok(false),
            _ => Err(self.refuse("true or false, or one or zero")),
        }
    }

    /// This number; a refusal says what is expected of it.
    pub fn number(&self, expected: &str) -> Result<f64> {
        self.value.and_then(Value::as_f64).ok_or_else(|| self.refuse(expected))
    }

    /// The refusal of what is here where something else is expected.
    pub fn refuse(&self, expected: &str) -> Failure {
        let found = match self.value {
            None => "nothing".to_owned(),
            Some(Value::Array(values)) => format!("a list of {}", values.len()),
            Some(Value::Object(_)) => "an object".to_owned(),
            Some(value) => shorten(&value.to_string()),
        };
        self.blame(&format!("expected {expected}, found {found}"))
    }

    /// The refusal of what is here, in its own words.
    pub fn blame(&self, words: &str) -> Failure {
        match self.path.as_str() {
            "" => Failure::new(words),
            path => Failure::new(format!("{path}: {words}")),
        }
    }

    fn below(&self, key: &str) -> String {
        let key = key.escape_debug();
        if self.path.is_empty() {
            key.to_string()
        } else {
            format!("{}.{key}", self.path)
        }
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
