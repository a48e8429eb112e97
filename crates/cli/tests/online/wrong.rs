//! Wrong input of every command: one sentence, and 2. Whoever adds a command adds a row.

use crate::bench::Home;
use ballast_client::Keypair;
use clap::Command;
use std::collections::BTreeMap;

/// A command line that is wrong for each command, and a part of the sentence.
const ROWS: [(&str, &[&str], &str); 26] = [
    ("account list", &["--owner", "me"], "invalid value 'me' for '--owner <ADDRESS>'"),
    ("account open", &["--sub-id", "70000"], "invalid value '70000' for '--sub-id <NUMBER>'"),
    ("account show", &["abc"], "invalid value 'abc' for '[ACCOUNT]'"),
    ("audit", &["now"], "unexpected argument 'now'"),
    ("bank add", &["--market", "1", "--cap", "1"], "--mint <ADDRESS>"),
    ("completions", &["tcsh"], "invalid value 'tcsh' for '<SHELL>'"),
    ("deposit", &["1,5"], "expected a decimal number such as 100.5"),
    ("faucet", &["--token", "BTC"], "expected a token such as BTC=1"),
    ("group init", &["--create-mint", "6", "--attestor", KEY], "--guardian <ADDRESS>"),
    ("group show", &["now"], "unexpected argument 'now'"),
    ("keeper run", &["--no-such-setting"], "unexpected argument '--no-such-setting'"),
    ("liquidate quote", &["--leg", "PERP"], "expected an instrument such as 1-PERP"),
    ("liquidate run", &["--taker-sub-id", "1", "--taker", KEY], "cannot be used with"),
    ("localnet", &["--port", "70000"], "invalid value '70000' for '--port <PORT>'"),
    ("margin", &["nowhere.json"], "nowhere.json: cannot be read: "),
    ("margin show", &["--with", "1-PERP +1 at 3"], "expected a leg such as \"1-PERP +2 @ 95000\""),
    ("market add", &["--feed", KEY, "--feed-id", "12"], "expected 64 hexadecimal digits"),
    ("market list", &["--json=yes"], "unexpected value 'yes' for '--json'"),
    ("market show", &["BTC"], "invalid value 'BTC' for '<MARKET>'"),
    ("migrate", &["nowhere.toml"], "nowhere.toml: cannot be read: "),
    ("model load", &["mine"], "invalid value 'mine' for '<PRESET>'"),
    ("order cancel", &["--below", "-1"], "unexpected argument '-1'"),
    ("order sign", &["--leg", "1-2026-02-30 +1", "--limit", "1"], "found 1-2026-02-30"),
    ("surface show", &[], "<MARKET>"),
    ("trade block", &["--counterparty", "x"], "--leg <LEG>"),
    ("transfer", &["5"], "--to <ACCOUNT>"),
];

/// And one that is right but for somebody to ask.
const UNASKED: [(&str, &[&str]); 2] = [("withdraw", &["5"]), ("deposit", &["5"])];

const KEY: &str = "11111111111111111111111111111112";

/// Commands that do something themselves, by their words.
fn leaves(command: &Command, words: &str, found: &mut Vec<String>) {
    for child in command.get_subcommands().filter(|child| child.get_name() != "help") {
        let words = format!("{words} {}", child.get_name()).trim().to_owned();
        let takes = child.get_arguments().any(|argument| argument.is_positional());
        if !child.has_subcommands() || takes {
            found.push(words.clone());
        }
        leaves(child, &words, found);
    }
}

#[test]
fn every_command_refuses_wrong_input_in_a_sentence() {
    let mut found = vec![];
    leaves(&ballast_cli::command(), "", &mut found);
    let home = Home::new();
    let key = home.key("id.json", &Keypair::new());
    let rows: BTreeMap<&str, _> = ROWS.iter().map(|(words, wrong, part)| (*words, (*wrong, *part))).collect();
    let asked: BTreeMap<&str, _> = UNASKED.into_iter().collect();
    for words in &found {
        let words = &words[..];
        let mut rest: Vec<&str> = words.split(' ').collect();
        if let Some((wrong, part)) = rows.get(words) {
            rest.extend_from_slice(wrong);
            let sentence = home.run(&rest).sentence(2);
            assert!(sentence.contains(part), "{words}: {sentence}");
        } else {
            let right = asked.get(words).unwrap_or_else(|| panic!("{words} has no row of wrong input"));
            rest.extend_from_slice(right);
            rest.extend(["--keypair", &key, "--group", KEY]);
            let sentence = home.run(&rest).sentence(2);
            assert_eq!(sentence, "Nobody can be asked here: add --yes to go ahead without a question.");
        }
    }
    let known = rows.keys().chain(asked.keys());
    let strange: Vec<_> = known.filter(|words| !found.iter().any(|found| found == **words)).collect();
    assert!(strange.is_empty(), "rows without a command: {strange:?}");
}

#[test]
fn what_is_missing_everywhere_is_named() {
    let home = Home::new();
    let key = home.key("id.json", &Keypair::new());
    let sentence = home.run(&["market", "list"]).sentence(2);
    assert_eq!(sentence, "No group is named: use --group, or BALLAST_GROUP in the environment.");
    let sentence = home.run(&["account", "list", "-g", KEY]).sentence(2);
    assert!(sentence.contains("id.json: cannot be read: "), "{sentence}");
    let sentence = home.run(&["market", "list", "-g", KEY, "-u", "moon", "-k", &key]).sentence(2);
    assert_eq!(sentence, "moon: expected a URL, or localhost, devnet, testnet or mainnet-beta");
}
