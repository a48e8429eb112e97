//! `ballast migrate`: a cluster as a file describes it.

use crate::{
    failure::{Failure, Result},
    progress,
    session::Session,
    table::{list, title, Cell},
    Output,
};
use ballast_migrations::{apply, plan, Description, Done, Keys, Plan, Progress};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{json, Value};
use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
};

/// Brings a cluster to a description: programs, group, markets, banks. What is there already is compared, and what
/// differs is changed, or refused where it never changes; a call that was broken off can be made again. The keypair
/// pays.
#[derive(Args)]
pub struct Arguments {
    /// The description, in TOML.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Folder of the keys that the description names [default: the folder `keys` beside the file].
    #[arg(long, value_name = "FOLDER")]
    keys: Option<PathBuf>,
    /// Shows what would be done, and sends nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Does it.
pub async fn run(arguments: &Arguments, session: &Session) -> Result<Output> {
    let description = Description::read(&arguments.file)?;
    let beside = || arguments.file.with_file_name("keys");
    let keys = Keys::folder(arguments.keys.clone().unwrap_or_else(beside));
    let payer = session.me()?;
    let planned = || {
        let planning = plan(&session.chain, &description, &keys, &payer);
        progress::while_waiting("Reading the cluster", planning)
    };
    let mut plan = planned().await?;
    if arguments.dry_run {
        // What cannot be done is an answer, too, but not the one that was hoped for.
        let code = if plan.refusals().next().is_some() { crate::FAILED } else { 0 };
        return Ok(Output { code, ..unsent(&plan, session.json) });
    }
    plan.must_be_possible()?;
    if plan.is_empty() {
        return Ok(unsent(&plan, session.json));
    }
    session.must_ask()?;
    show(&plan, session.json);
    // The cluster once more, beside the question: the diff may be long. Who asks sees it, wherever the answer goes.
    let unseen = !session.json && !io::stdout().is_terminal();
    let diff = if unseen { plan.diff() } else { String::new() };
    session.confirm(&format!("{diff}{}.", plan.cluster))?;
    if session.asks() {
        let later = planned().await?;
        if let Err(moved) = plan.must_still_be(&later) {
            show(&later, session.json);
            return Err(moved.into());
        }
        plan = later;
    }
    let bar = ProgressBar::new(plan.steps.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:20} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    let mut watch = |progress: Progress<'_>| {
        bar.set_position(progress.step as u64);
        let part = progress.part.map(|part| format!(": {} of {} pieces", part.done, part.of));
        bar.set_message(format!("{}{}", progress.words, part.unwrap_or_default()));
    };
    let done = apply(&plan, &session.sender()?, &mut watch).await;
    bar.finish_and_clear();
    match done {
        Ok(done) if session.json => Ok(Output::json(&json(&plan, &done))),
        Ok(done) => Ok(Output::text(sent(&done))),
        Err(broken) if session.json => {
            let before = json(&plan, &broken.done);
            Err(Failure::from(broken).after(before))
        }
        Err(broken) => {
            crate::print(Output::text(sent(&broken.done)))?;
            Err(broken.into())
        }
    }
}

/// Shows a plan before anything is sent for it: on the standard error where a program reads the answer.
fn show(plan: &Plan, json: bool) {
    let diff = plan.diff();
    // Whoever cannot be shown it is asked all the same, or has said yes.
    let _ = match json {
        true => write!(anstream::stderr(), "{diff}"),
        false => write!(anstream::stdout(), "{diff}").and_then(|()| io::stdout().flush()),
    };
}

/// A plan for which nothing is sent.
fn unsent(plan: &Plan, as_json: bool) -> Output {
    match as_json {
        true => Output::json(&json(plan, &[])),
        false => Output::text(plan.diff()),
    }
}

fn signatures(done: &Done) -> Vec<String> {
    done.signatures.iter().map(ToString::to_string).collect()
}

/// A plan and what was sent for it, for programs.
fn json(plan: &Plan, done: &[Done]) -> Value {
    let sent = done.iter().map(|done| json!({"step": done.words, "signatures": signatures(done)}));
    let mut value = plan.json();
    value["sent"] = sent.collect();
    value
}

/// What was sent, for people; the plan was shown before.
fn sent(done: &[Done]) -> String {
    if done.is_empty() {
        return String::new();
    }
    let rows = done.iter().map(|done| (&done.words[..], Cell::from(signatures(done).join(" "))));
    format!("\n{}{}", title("Sent"), list(rows.collect()))
}
