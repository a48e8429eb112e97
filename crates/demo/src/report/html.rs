//! The page: a template, its style and scripts, and the record as JSON, in one file that loads nothing.

use crate::record::Record;

const PAGE: &str = include_str!("assets/page.html");
const STYLE: &str = include_str!("assets/page.css");
/// In the order in which they know each other.
const SCRIPTS: [&str; 6] = [
    include_str!("assets/tools.js"),
    include_str!("assets/plots.js"),
    include_str!("assets/day.js"),
    include_str!("assets/rescues.js"),
    include_str!("assets/auctions.js"),
    include_str!("assets/books.js"),
];

/// The report as one HTML file: the same record, the same bytes.
pub fn html(record: &Record) -> String {
    // A "<" occurs in strings alone, and as its escape it cannot end the script element, or begin a comment in it.
    let record = serde_json::to_string(record).expect("a record has no maps").replace('<', "\\u003c");
    let script = SCRIPTS.join("\n");
    // Each place is looked for in the template, never in what was filled in before.
    let mut page = String::with_capacity(PAGE.len() + STYLE.len() + record.len() + script.len());
    let mut rest = PAGE;
    for (place, text) in [("{{style}}", STYLE), ("{{record}}", &record), ("{{script}}", &script)] {
        let (before, after) = rest.split_once(place).expect("the template has every place, in this order");
        page.push_str(before);
        page.push_str(text.trim_end());
        rest = after;
    }
    page.push_str(rest);
    page
}
