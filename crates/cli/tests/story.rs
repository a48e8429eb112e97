//! What a person sees.

mod common;

use common::{ballast, command, perps, vectors};
use serde_json::json;
use std::fs::File;
use std::io::{Read, Write};

const TWO_PERPS: &str = "\
two perps
  Value (MtM)                    1,000.00
  After maintenance margin (MM)    968.20
  After initial margin (IM)        960.00
  Worst case                       -36.00    row 22: price x 0.82, vol up, weight 1
  Maintenance margin                31.80
  Initial margin                    40.00
    scan                            36.00
    perp                             3.00
    perp, initial                    1.00
  Delta                              2.0000  contracts
  Gamma                              0.0000  contracts for a move of 1 %
  Vega                               0.00    for one vol point
  Theta                              0.00    a day
";

#[test]
fn a_trader_asks_what_a_book_needs() {
    let run = ballast(&["margin", "-"], &perps().to_string());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(run.stdout, TWO_PERPS);
}

#[test]
fn a_trader_compares_books() {
    let mut short = perps();
    short["id"] = json!("a thousand perps sold");
    short["perp"]["amount"] = json!(-1000);
    short["cash"] = json!(12_345);
    let mut flat = perps();
    flat["id"] = json!("cash");
    flat["perp"]["amount"] = json!(0);
    // Sold: the worst row loses 18 %, MM takes 80 % of 18 000 and 1.5 % of 100 000, IM all and 2 %.
    let table = "\
Case                   Value (MtM)         MM         IM  Worst case
two perps                 1,000.00     968.20     960.00      -36.00  row 22: price x 0.82, vol up, weight 1
a thousand perps sold    12,345.00  -3,555.00  -7,655.00  -18,000.00  row 0: price x 1.18, vol up, weight 1
cash                      1,000.00   1,000.00   1,000.00        0.00  none
";
    let run = ballast(&["margin", "-"], &json!([perps(), short, flat]).to_string());
    assert_eq!(run.code, Some(0));
    assert!(run.stdout.starts_with(&format!("{TWO_PERPS}\na thousand perps sold\n")), "{}", run.stdout);
    assert!(run.stdout.ends_with(&format!("\n\n{table}")), "{}", run.stdout);
    let remarks = ["-3,555.00    can be liquidated\n", "-7,655.00    no room for new risk\n"];
    assert!(remarks.iter().all(|remark| run.stdout.contains(remark)), "{}", run.stdout);
}

#[test]
fn names_cannot_command_the_terminal() {
    let mut case = perps();
    case["id"] = json!("red \u{1b}[31m\nnext");
    let run = ballast(&["margin", "-"], &json!([case, case]).to_string());
    assert!(
        run.stdout.contains("red \\u{1b}[31m\\nnext") && !run.stdout.contains('\u{1b}'),
        "{}",
        run.stdout
    );
}

#[test]
fn help_explains_and_the_version_is_told() {
    let version = ballast(&["--version"], "");
    assert_eq!(version.stdout, format!("ballast {}\n", env!("CARGO_PKG_VERSION")));
    for (arguments, words) in [
        (&["--help"][..], &["margin", "Says what the books of a file need"][..]),
        (&["margin", "--help"], &["FILE.json", "--preset", "--json", "param_overrides", "exit code 2"]),
    ] {
        let help = ballast(arguments, "");
        assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""));
        for word in words {
            assert!(help.stdout.contains(word), "{word}: {}", help.stdout);
        }
    }
    let bare = ballast(&[], "");
    assert_eq!((bare.code, bare.stdout.as_str()), (Some(2), ""));
    assert!(bare.stderr.contains("Usage: ballast <COMMAND>"), "{}", bare.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = command(&["margin", "-"]).spawn().expect("the command starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(vectors().to_string().as_bytes()).expect("the command reads");
    drop(stdin);
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_a_failure() {
    let full = File::options().write(true).open("/dev/full").expect("Linux has it");
    let mut child = command(&["margin", "-"]).stdout(full).spawn().expect("the command starts");
    child.stdin.take().expect("a pipe").write_all(perps().to_string().as_bytes()).expect("the command reads");
    let mut sentence = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut sentence).expect("text");
    assert_eq!(child.wait().expect("the command ends").code(), Some(2));
    assert!(sentence.starts_with("the answer cannot be written: "), "{sentence}");
}
