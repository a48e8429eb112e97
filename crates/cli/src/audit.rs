//! `ballast audit`: whether a group's books hold, and what it would lose in every row of its model.

mod snapshot;

use crate::{
    act::cents,
    failure::Result,
    progress,
    session::Session,
    table::{bad, good, list, table, title, Cell},
    text, Output, BROKEN,
};
use anchor_lang::prelude::Pubkey;
use ballast_audit::{
    audit_with,
    solvency::{solvency, Solvency},
    Gifts, Residual,
};
use clap::Args;
use serde_json::{json, Value};

/// Checks whether a group's books hold, and says what it would lose in every row of its model; ends with 4 if something
/// does not hold, and with 1 if the books could not be read as of one moment.
#[derive(Args)]
pub struct Arguments {}

/// Reads everything and checks it.
pub async fn run(Arguments {}: &Arguments, session: &Session) -> Result<Output> {
    let group = session.group()?;
    let reading = snapshot::read(&session.chain, &group);
    let (books, opinion) = progress::while_waiting("Reading the group's books", reading).await?;
    let (residuals, solvency) = (audit_with(&books, Gifts::Allowed), solvency(&books, &opinion));
    let mut output = if session.json {
        Output::json(&all_json(&residuals, &solvency))
    } else {
        Output::text(page(&group, &residuals, &solvency))
    };
    if !residuals.iter().all(Residual::holds) {
        output.code = BROKEN;
    }
    Ok(output)
}

fn page(group: &Pubkey, residuals: &[Residual], solvency: &Solvency) -> String {
    let mut page = title(&format!("Books of {group}"));
    let rows = residuals.iter().map(|residual| {
        let holds = match residual.surplus() {
            _ if !residual.holds() => bad("does not hold"),
            Some(1..) => good("holds, with a surplus"),
            _ => good("holds"),
        };
        let (from, to) = (residual.allowed.start(), residual.allowed.end());
        let allowed = match i64::try_from(*to) {
            Ok(i64::MAX) => format!("{from} or more"),
            _ if from == to => from.to_string(),
            _ => format!("{from} to {to}"),
        };
        let number = residual.residual.to_string().into();
        vec![residual.name.into(), number, Cell::from(allowed), holds]
    });
    page.push_str(&table(&["Check", ">Off by", ">Allowed", "Result"], rows.collect()));
    for residual in residuals.iter().filter(|residual| !residual.holds()) {
        page.push_str(&format!("\n{}: {residual}\n", residual.name));
    }
    for residual in residuals.iter().filter(|residual| residual.holds() && residual.surplus() > Some(0)) {
        let (name, more) = (residual.name, residual.residual);
        page.push_str(&format!(
            "\n{name}: somebody gave {more} units, which nobody is owed: {}.\n",
            residual.what
        ));
    }
    let (row, worst) = solvency.worst;
    let (worst, index) = match solvency.index {
        Some(index) => (format!("{} in row {row}", text::grouped(worst, 2)), format!("{index:.4}")),
        None => ("none in any row".to_owned(), "no row costs anything".to_owned()),
    };
    page.push_str(&format!("\n{}", title("Solvency")));
    page.push_str(&list(vec![
        ("Funds that absorb losses", cents(solvency.funds)),
        ("Accounts above water", cents(solvency.liabilities)),
        ("Accounts below water", cents(-solvency.bad_debt)),
        ("Worst shortfall", worst.into()),
        ("Funds over that", index.into()),
    ]));
    for (account, why) in &solvency.unknown {
        page.push_str(&format!("\nAccount {account} is not counted. {why}\n"));
    }
    page
}

fn all_json(residuals: &[Residual], solvency: &Solvency) -> Value {
    // Numbers beyond 64 bits are nobody's books, but must not be shown as others.
    let checks = residuals.iter().map(|residual| {
        json!({
            "name": residual.name, "rule": residual.rule, "holds": residual.holds(), "what": residual.what,
            "residual": residual.residual.to_string(),
            "surplus": residual.surplus().map(|surplus| surplus.to_string()),
            "allowed": [residual.allowed.start().to_string(), residual.allowed.end().to_string()],
        })
    });
    let shortfalls = solvency.shortfalls.iter().map(|shortfall| text::exact(*shortfall));
    let unknown = solvency.unknown.iter();
    let unknown = unknown.map(|(account, why)| json!({"account": account.to_string(), "why": why}));
    json!({
        "holds": residuals.iter().all(Residual::holds),
        "checks": checks.collect::<Vec<_>>(),
        "solvency": {
            "funds": text::exact(solvency.funds), "liabilities": text::exact(solvency.liabilities),
            "bad_debt": text::exact(solvency.bad_debt), "shortfalls": shortfalls.collect::<Vec<_>>(),
            "worst": {"row": solvency.worst.0, "shortfall": text::exact(solvency.worst.1)},
            "index": solvency.index, "unknown": unknown.collect::<Vec<_>>(),
        },
    })
}
