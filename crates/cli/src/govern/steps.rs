//! Several transactions in a row, of which those that were made before are left out.

use crate::{
    failure::Result,
    session::Session,
    table::{list, title, Cell},
    Output,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Instruction, Keypair, Sender};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{json, Map, Value};

/// One transaction.
pub struct Step<'a> {
    /// What it does, in words.
    pub words: &'static str,
    /// The account that is there once it is done; it is made whether or not, if there is none.
    pub makes: Option<Pubkey>,
    /// What is sent.
    pub instructions: Vec<Instruction>,
    /// Who signs beside whoever pays.
    pub signers: Vec<&'a Keypair>,
}

impl Step<'_> {
    /// One that the payer alone signs.
    pub fn new(words: &'static str, makes: Option<Pubkey>, instruction: Instruction) -> Self {
        Self { words, makes, instructions: vec![instruction], signers: vec![] }
    }
}

/// Asks, makes what is missing, and tells what came of it.
pub async fn perform(
    session: &Session,
    sender: &Sender,
    named: &str,
    facts: Vec<(&'static str, &'static str, String)>,
    steps: Vec<Step<'_>>,
) -> Result<Output> {
    let made: Vec<_> = steps.iter().filter_map(|step| step.makes).collect();
    let mut there = session.chain.accounts(&made).await?.into_iter();
    let mut missing = vec![];
    for step in steps {
        if step.makes.is_none() || there.next().flatten().is_none() {
            missing.push(step);
        }
    }
    let words: Vec<_> = missing.iter().map(|step| step.words).collect();
    let rows = facts.iter().map(|(label, _, value)| (*label, Cell::from(value.as_str())));
    let todo = if words.is_empty() { "nothing: all of it is there".to_owned() } else { words.join(", ") };
    let page = format!("{}{}", title(named), list(rows.chain([("To do", todo.as_str().into())]).collect()));
    session.confirm(&page)?;
    let bar = ProgressBar::new(missing.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:20} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    let mut signatures = vec![];
    for step in missing {
        bar.set_message(step.words);
        let sent = sender.send(&step.instructions, &step.signers).await?;
        signatures.push((step.words, sent.signature.to_string()));
        bar.inc(1);
    }
    bar.finish_and_clear();
    if session.json {
        let facts: Map<String, Value> =
            facts.into_iter().map(|(_, name, value)| (name.to_owned(), value.into())).collect();
        let sent: Vec<_> = signatures
            .iter()
            .map(|(words, signature)| json!({"step": words, "signature": signature}))
            .collect();
        return Ok(Output::json(&json!({"facts": facts, "steps": sent})));
    }
    let done: Vec<_> =
        signatures.iter().map(|(words, signature)| (*words, Cell::from(signature.as_str()))).collect();
    Ok(Output::text(format!("{page}\n{}", list(done))))
}
