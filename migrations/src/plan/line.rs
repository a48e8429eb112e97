//! What a plan would do, thing by thing, as a patch says it.

use serde_json::{json, Value};
use std::fmt;

/// What becomes of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It is created.
    Create,
    /// It is changed.
    Change,
    /// It is as described.
    Same,
    /// It differs, and cannot be changed.
    Refuse,
    /// It is on the cluster and not described, and stays as it is.
    Other,
}

impl Sign {
    const fn mark(self) -> char {
        match self {
            Self::Create => '+',
            Self::Change => '~',
            Self::Same => '=',
            Self::Refuse => '!',
            Self::Other => '?',
        }
    }
}

/// One line of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What becomes of it.
    pub sign: Sign,
    /// What it is, such as `group` or `market 1 BTC`.
    pub thing: String,
    /// The rule of it that differs, such as `risk.floor`.
    pub rule: Option<String>,
    /// What the cluster has, and what is described.
    pub values: Option<[String; 2]>,
    /// What else there is to say.
    pub note: Option<String>,
}

impl Line {
    /// A line about a whole thing.
    pub(crate) fn whole(sign: Sign, thing: &str, note: impl Into<String>) -> Self {
        let note = Some(note.into()).filter(|note| !note.is_empty());
        Self { sign, thing: thing.to_owned(), rule: None, values: None, note }
    }

    /// A line about one rule of a thing.
    pub(crate) fn rule(thing: &str, rule: &str, from: &str, to: &str) -> Self {
        Self {
            sign: Sign::Change,
            thing: thing.to_owned(),
            rule: Some(rule.to_owned()),
            values: Some([from.to_owned(), to.to_owned()]),
            note: None,
        }
    }

    /// The same, but nothing can change it.
    pub(crate) fn refused(self, why: &str) -> Self {
        Self { sign: Sign::Refuse, note: Some(why.to_owned()), ..self }
    }

    /// The line without its sign.
    pub(super) fn words(&self) -> String {
        let mut words = self.thing.clone();
        if let Some(rule) = &self.rule {
            // A rule's section says already what it is of, unless there are several.
            let section = rule.split_once('.').map_or("", |(section, _)| section);
            words = if words == section { rule.clone() } else { format!("{words} {rule}") };
        }
        if let Some([from, to]) = &self.values {
            words += &format!(" {from} -> {to}");
        }
        match &self.note {
            Some(note) if self.sign == Sign::Refuse => format!("{words}: {note}"),
            Some(note) => format!("{words} ({note})"),
            None => words,
        }
    }

    /// The line for programs.
    pub(super) fn json(&self) -> Value {
        let mut value = json!({"sign": self.sign.mark().to_string(), "thing": self.thing});
        if let Some(rule) = &self.rule {
            value["rule"] = rule.as_str().into();
        }
        if let Some([from, to]) = &self.values {
            (value["from"], value["to"]) = (from.as_str().into(), to.as_str().into());
        }
        if let Some(note) = &self.note {
            value["note"] = note.as_str().into();
        }
        value
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sign.mark(), self.words())
    }
}
