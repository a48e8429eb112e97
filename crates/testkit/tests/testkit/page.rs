//! The integrator's page shows the example that the validator's suite runs, word for word.

use std::{fs, path::Path};

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The lines between two markers, without the indentation that all of them have.
fn between(text: &str, from: &str, to: &str) -> Vec<String> {
    let lines = text.lines().skip_while(|line| line.trim() != from).skip(1);
    let lines: Vec<_> = lines.take_while(|line| line.trim() != to).collect();
    let depth = |line: &&str| line.len() - line.trim_start().len();
    let shallowest = lines.iter().filter(|line| !line.trim().is_empty()).map(depth).min().unwrap_or(0);
    lines.iter().map(|line| line.get(shallowest..).unwrap_or("").to_owned()).collect()
}

#[test]
fn the_integrators_page_shows_the_example_that_is_run() {
    let run =
        between(&read("tests/validator/example.rs"), "// The page begins here.", "// The page ends here.");
    let page = read("docs/integrators.md");
    let (_, section) = page.split_once("## Tests of your own").expect("the section");
    let (_, section) = section.split_once("### On a validator").expect("the part on the validator");
    let shown = between(section, "```rust", "```");
    assert!(run.len() > 9, "the example was not found: {run:?}");
    assert_eq!(shown, run, "docs/integrators.md and tests/validator/example.rs differ");
}
