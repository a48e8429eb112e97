//! Answers for machines: JSON, with numbers as the exact decimals that they are.

use super::answer::{components, Answer};
use crate::text::exact;
use ballast_margin::units::Quote;
use serde_json::Value;

/// An array with a line for each answer.
pub fn text(answers: &[Answer]) -> String {
    let lines: Vec<_> = answers.iter().map(answer).collect();
    format!("[{}]\n", lines.join(",\n "))
}

fn answer(answer: &Answer) -> String {
    let (report, market) = (&answer.report, answer.market());
    let components = components(&report.components).map(|(name, amount)| (name, number(amount)));
    let greeks = [
        ("delta", exact(market.delta.0 as i128)),
        ("gamma", exact(market.gamma.0 as i128)),
        ("vega", number(market.vega)),
        ("theta", number(market.theta)),
    ];
    let rows: Vec<_> = answer.rows.iter().copied().map(number).collect();
    object(&[
        ("id", Value::from(answer.id.as_str()).to_string()),
        ("mm", number(report.health)),
        ("im", number(report.room)),
        ("mtm", number(report.value)),
        ("worst", number(answer.worst())),
        ("row", Value::from(answer.row.as_str()).to_string()),
        ("row_index", Value::from(answer.row_index).to_string()),
        ("maintenance", number(report.maintenance)),
        ("initial", number(report.initial)),
        ("components", object(&components)),
        ("greeks", object(&greeks)),
        ("rows", format!("[{}]", rows.join(","))),
        ("forward_contingency", exact(-answer.basis.0)),
    ])
}

fn number(amount: Quote) -> String {
    exact(amount.0)
}

/// An object of values that are JSON already; the names need no escapes.
fn object(entries: &[(&str, String)]) -> String {
    let entries: Vec<_> = entries.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", entries.join(","))
}
