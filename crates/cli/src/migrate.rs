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
use serde_json::json;
use std::path::PathBuf;

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
    let planning = plan(&session.chain, &description, &keys, &payer);
    let plan = progress::while_waiting("Reading the cluster", planning).await?;
    if arguments.dry_run {
        // What cannot be done is an answer, too, but not the one that was hoped for.
        let code = if plan.refusals().next().is_some() { crate::FAILED } else { 0 };
        return Ok(Output { code, ..told(&plan, &[], session.json) });
    }
    plan.must_be_possible()?;
    if plan.is_empty() {
        return Ok(told(&plan, &[], session.json));
    }
    // The cluster once more, beside the question: the diff may be long.
    session.confirm(&format!("{}\n{}.", plan.diff(), plan.cluster))?;
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
    Ok(told(&plan, &done.map_err(Failure::from)?, session.json))
}

/// A plan, and what was sent for it.
fn told(plan: &Plan, done: &[Done], json: bool) -> Output {
    let signatures = |done: &Done| done.signatures.iter().map(ToString::to_string).collect::<Vec<_>>();
    if json {
        let sent: Vec<_> =
            done.iter().map(|done| json!({"step": done.words, "signatures": signatures(done)})).collect();
        let mut value = plan.json();
        value["sent"] = sent.into();
        return Output::json(&value);
    }
    let diff = plan.diff();
    if done.is_empty() {
        return Output::text(diff);
    }
    let rows = done.iter().map(|done| (&done.words[..], Cell::from(signatures(done).join(" "))));
    Output::text(format!("{diff}\n{}{}", title("Sent"), list(rows.collect())))
}
