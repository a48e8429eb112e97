//! What needs no node, and what happens without one.

use crate::bench::{finished, Home};
use ballast_client::Keypair;

#[test]
fn shells_get_completions() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = home.run(&["completions", shell]).fine();
        assert!(script.contains("liquidate") && script.contains("transfer"), "{shell}: {script}");
    }
}

#[test]
fn a_node_that_is_not_there_is_one_sentence() {
    let home = Home::new();
    let key = home.key("id.json", &Keypair::new());
    let group = "11111111111111111111111111111112";
    let nowhere = ["--url", "http://127.0.0.1:9", "--keypair", &key, "--group", group, "--yes"];
    for verb in [&["margin", "show"][..], &["deposit", "1"], &["market", "list"], &["account", "open"]] {
        let sentence = home.run(&[verb, &nowhere].concat()).sentence(1);
        assert!(sentence.starts_with("The node does not answer: "), "{sentence}");
    }
}

#[test]
fn settings_come_from_solanas_file() {
    let home = Home::new();
    let key = home.key("mine.json", &Keypair::new());
    let file = |text: &str| home.write("config.yml", text);
    let ask =
        |config: &str| home.run(&["-C", config, "-g", "11111111111111111111111111111112", "account", "list"]);
    let config =
        file(&format!("json_rpc_url: http://127.0.0.1:9\nkeypair_path: {key}\ncommitment: finalized\n"));
    let sentence = ask(&config).sentence(1);
    assert!(sentence.contains("127.0.0.1:9"), "{sentence}");
    let sentence =
        ask(&file("json_rpc_url: http://127.0.0.1:9\nkeypair_path: /nowhere/id.json\n")).sentence(2);
    assert!(sentence.starts_with("/nowhere/id.json: cannot be read: "), "{sentence}");
    let sentence = ask(&file("commitment: soon\n")).sentence(2);
    assert_eq!(sentence, "Solana's settings name no commitment: soon");
    let sentence = ask("/nowhere/config.yml").sentence(2);
    assert!(sentence.starts_with("/nowhere/config.yml: cannot be read: "), "{sentence}");
    // What is not for a node does not ask for settings at all.
    home.run(&["-C", "/nowhere/config.yml", "completions", "bash"]).fine();
}

#[test]
fn a_key_is_never_repeated() {
    let home = Home::new();
    let secret = home.write("secret.json", "[1,2,3,\"hunter2\"]");
    let sentence = home
        .run(&["account", "list", "-k", &secret, "-u", "l", "-g", "11111111111111111111111111111112"])
        .sentence(2);
    assert!(sentence.ends_with("is no file of a keypair") && !sentence.contains("hunter2"), "{sentence}");
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let home = Home::new();
    let case = home.write("book.json", r#"{"id":"a","spot":100,"spot_conf":1,"stable":1,"cash":1000}"#);
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let mut command = home.command(&["margin", &case]);
        let run = finished(command.env(name, value));
        assert!(!run.fine().contains('\u{1b}'), "{name}");
    }
}
