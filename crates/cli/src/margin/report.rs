//! Answers for people: a block for each case and, where there are several, a table of all.

use super::answer::{components, Answer};
use crate::text::grouped;
use ballast_margin::units::Quote;

/// All of it.
pub fn text(answers: &[Answer]) -> String {
    let mut blocks: Vec<_> = answers.iter().map(block).collect();
    match answers.len() {
        0 => return "No cases.\n".to_owned(),
        1 => {}
        _ => blocks.push(summary(answers)),
    }
    blocks.join("\n")
}

/// Label, number, remark.
type Line = (String, String, String);

fn block(answer: &Answer) -> String {
    let (report, market) = (&answer.report, answer.market());
    let mut lines = vec![
        line("Value (MtM)", money(report.value), ""),
        line(
            "After maintenance margin (MM)",
            money(report.health),
            below(report.health, "can be liquidated"),
        ),
        line("After initial margin (IM)", money(report.room), below(report.room, "no room for new risk")),
        line("Worst case", money(answer.worst()), &answer.row),
        line("Maintenance margin", money(report.maintenance), ""),
        line("Initial margin", money(report.initial), ""),
    ];
    for (name, amount) in components(&report.components) {
        if amount != Quote(0) {
            lines.push(line(&format!("  {}", name.replace('_', ", ")), money(amount), ""));
        }
    }
    lines.push(line("Delta", grouped(market.delta.0 as i128, 4), "contracts"));
    lines.push(line("Gamma", grouped(market.gamma.0 as i128, 4), "contracts for a move of 1 %"));
    lines.push(line("Vega", money(market.vega), "for one vol point"));
    lines.push(line("Theta", money(market.theta), "a day"));
    format!("{}\n{}", answer.id.escape_debug(), aligned(&lines))
}

fn line(label: &str, number: String, remark: &str) -> Line {
    (label.to_owned(), number, remark.to_owned())
}

fn below(amount: Quote, remark: &str) -> &str {
    if amount < Quote(0) {
        remark
    } else {
        ""
    }
}

fn money(amount: Quote) -> String {
    grouped(amount.0, 2)
}

/// Labels to the left, numbers under each other by their decimal points.
fn aligned(lines: &[Line]) -> String {
    let places = |number: &str| number.find('.').map_or(0, |point| number.len() - point);
    let most = lines.iter().map(|(_, number, _)| places(number)).max().unwrap_or(0);
    let padded = |number: &str| format!("{number}{}", " ".repeat(most - places(number)));
    let labels = lines.iter().map(|(label, ..)| label.len()).max().unwrap_or(0);
    let numbers = lines.iter().map(|(_, number, _)| padded(number).len()).max().unwrap_or(0);
    let mut text = String::new();
    for (label, number, remark) in lines {
        let line = format!("  {label:labels$}  {:>numbers$}  {remark}", padded(number));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// One line a case.
fn summary(answers: &[Answer]) -> String {
    let header = ["Case", "Value (MtM)", "MM", "IM", "Worst case"].map(str::to_owned);
    let cells = |answer: &Answer| {
        let report = &answer.report;
        [
            answer.id.escape_debug().to_string(),
            money(report.value),
            money(report.health),
            money(report.room),
            money(answer.worst()),
        ]
    };
    let table: Vec<_> = std::iter::once(header).chain(answers.iter().map(cells)).collect();
    let width = |column: usize| table.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3, 4].map(width);
    let remarks = std::iter::once("").chain(answers.iter().map(|answer| answer.row.as_str()));
    let mut text = String::new();
    for ([id, numbers @ ..], remark) in table.iter().zip(remarks) {
        let mut line = format!("{id:0$}", widths[0]);
        for (number, width) in numbers.iter().zip(&widths[1..]) {
            line.push_str(&format!("  {number:>width$}"));
        }
        line = format!("{line}  {remark}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
