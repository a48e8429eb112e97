//! Flags, variables and files: which wins, and what is refused with which sentence.

use ballast_keeper::{
    config::{Dollars, Seconds, Share, Tables},
    LogFormat, RunArgs, Settings,
};
use clap::Parser;
use solana_keypair::Keypair;
use std::{fs, path::PathBuf, time::Duration};

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    run: RunArgs,
}

const GROUP: &str = "11111111111111111111111111111112";

/// Arguments with what has no default.
fn args(said: &[(&str, &str)]) -> RunArgs {
    let mut args = RunArgs::default();
    for (key, value) in [("group", GROUP), ("keypair", "key.json")].iter().chain(said) {
        args.fill(key, value).expect("a sound value");
    }
    args
}

/// A file with some text.
fn file(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("ballast-keeper-{}-{name}.toml", std::process::id()));
    fs::write(&path, text).expect("a file");
    path
}

fn of_file(name: &str, text: &str) -> Result<Settings, String> {
    let path = file(name, text);
    let settled = RunArgs { config: Some(path.clone()), ..args(&[]) }.settle();
    fs::remove_file(path).expect("the file");
    settled.map_err(|failure| failure.to_string())
}

#[test]
fn flags_win_over_variables_those_over_files_and_those_over_defaults() {
    let path = file("layers", "tick = 3\nsnapshot = 30\npoll = 9\n[prices]\npause = 5\nmoved = 7\n");
    std::env::set_var("BALLAST_KEEPER_TICK", "2");
    std::env::set_var("BALLAST_KEEPER_SNAPSHOT", "20");
    std::env::set_var("BALLAST_KEEPER_DRY_RUN", "true");
    let shown = path.display().to_string();
    let line = ["keeper", "--config", &shown, "--group", GROUP, "--keypair", "k", "--tick", "1", "--once"];
    let line = line.into_iter().chain(["--max-loss", "-0.5", "--set", "prices.pause=2"]);
    let settings = Command::parse_from(line).run.settle().expect("sound settings");
    for variable in ["TICK", "SNAPSHOT", "DRY_RUN"] {
        std::env::remove_var(format!("BALLAST_KEEPER_{variable}"));
    }
    fs::remove_file(path).expect("the file");
    let seconds = [settings.tick, settings.snapshot, settings.poll, settings.silence];
    assert_eq!(seconds, [1, 20, 9, 5].map(|seconds| Seconds(Duration::from_secs(seconds))));
    assert!(settings.dry_run && settings.once);
    assert_eq!(settings.max_loss, Dollars(-5_000_000_000));
    assert_eq!((settings.tables.prices.pause, settings.tables.prices.moved), (2, 7));
}

#[test]
fn switches_can_be_turned_off_again() {
    let off = Command::try_parse_from(["keeper", "--dry-run", "false", "--once", "true"]).expect("sound").run;
    assert_eq!((off.dry_run, off.once), (Some(false), Some(true)));
    assert!(Command::try_parse_from(["keeper", "--dry-run", "perhaps"]).is_err());
}

#[test]
fn the_example_has_every_key_with_its_default() {
    let text = include_str!("../../keeper.example.toml");
    let table: toml::Table = text.parse().expect("TOML");
    let defaults = args(&[]).settle().expect("defaults");
    let from_file = of_file("example", text).expect("sound settings");
    assert_eq!(format!("{from_file:?}"), format!("{defaults:?}"));
    for key in RunArgs::KEYS {
        assert!(table.contains_key(*key), "{key}");
    }
    assert_eq!(from_file.tables, Tables::default());
    for (role, said) in table.iter().filter(|(_, value)| value.is_table()) {
        // Whoever refuses a key names those that there are.
        let refused = RunArgs { set: vec![format!("{role}.nothing=1")], ..args(&[]) }.settle();
        let sentence = refused.expect_err("no such key").to_string();
        let known = sentence.split("expected").nth(1).expect("what there is");
        for key in
            known.split('`').skip(1).step_by(2).filter(|key| !["updates", "webhook", role].contains(key))
        {
            assert!(said.as_table().expect("a table").contains_key(key), "{role}.{key}");
        }
        assert!(text.contains(&format!("[{role}]")));
    }
    // Tables that are left out are told of.
    for lines in ["# [prices.updates]", "# [alerts.webhook]"] {
        assert!(text.contains(lines));
    }
}

#[test]
fn what_is_unknown_or_wrong_is_refused_by_name() {
    let refused = |text: &str, words: &[&str]| {
        let sentence = of_file("wrong", text).expect_err(text);
        assert!(words.iter().all(|word| sentence.contains(word)), "{sentence}");
        assert!(sentence.ends_with('.') && !sentence.contains('\n'), "{sentence}");
    };
    refused("tack = 1", &["`tack`", "no setting"]);
    refused("tick = \"soon\"", &["`tick`", "no decimal number"]);
    refused("tick = -1", &["`tick`", "below zero"]);
    refused("tick = 0", &["`tick`", "above zero"]);
    refused("own_floor = 1.5", &["`own_floor`", "between 0 and 1"]);
    refused("min_profit = 0.12345678901", &["`min_profit`", "10 decimal places"]);
    refused("roles = [\"liquidate\", \"dance\"]", &["`dance`", "liquidate"]);
    refused("markets_allow = [1, 2]\nmarkets_deny = [2]", &["Market 2", "allowed and denied"]);
    refused("markets_deny = [70000]", &["`markets_deny`", "70000"]);
    refused("url = \"ws://here\"", &["ws://here", "http://"]);
    refused("listen = \"here\"", &["`listen`"]);
    refused("log_format = \"xml\"", &["`log_format`", "text or json"]);
    refused("in_flight = 0", &["`in_flight`", "above zero"]);
    refused("tick =", &["no TOML", "line 1"]);
    refused("[prices]\nnothing = 1", &["`nothing`"]);
    refused("[dance]\nnothing = 1", &["`dance`"]);
    refused("[liquidate]\nnothing = 1", &["`liquidate`"]);
    let missing = RunArgs::default().settle().expect_err("no group").to_string();
    assert!(missing.contains("--group") && missing.contains("BALLAST_KEEPER_GROUP"), "{missing}");
    let nowhere = RunArgs { config: Some("/nowhere/keeper.toml".into()), ..args(&[]) };
    assert!(nowhere.settle().expect_err("no file").to_string().contains("/nowhere/keeper.toml"));
    let set =
        |text: &str| RunArgs { set: vec![text.into()], ..args(&[]) }.settle().map_err(|it| it.to_string());
    assert!(set("prices.pause").expect_err("no value").contains("ROLE.KEY=VALUE"));
    assert!(set("pause=1").expect_err("no role").contains("`pause=1`"));
    assert!(set("prices.pause=soon").expect_err("no number").contains("soon"));
    let hook = set("alerts.webhook.url=http://127.0.0.1/").expect("a table within a table");
    assert_eq!(hook.tables.alerts.webhook.expect("a webhook").url, "http://127.0.0.1/");
}

#[test]
fn a_key_is_named_by_its_file_and_never_repeated() {
    let key = Keypair::new();
    let bytes = format!("{:?}", key.to_bytes());
    for inline in [key.to_base58_string(), bytes.clone(), bytes.replace(['[', ']'], "")] {
        let mut args = RunArgs::default();
        args.fill("group", GROUP).expect("a group");
        args.fill("keypair", &inline).expect("it is not read yet");
        let sentence = args.settle().expect_err("a key").to_string();
        assert_eq!(sentence, "The setting `keypair` must name a file, and not be a key.");
    }
    let line = ["keeper", "--group", GROUP, "--keypair", &key.to_base58_string()];
    let settled = Command::try_parse_from(line).expect("it is not read yet").run.settle();
    assert!(!settled.expect_err("a key").to_string().contains(&key.to_base58_string()));
}

#[test]
fn the_websocket_is_next_to_the_node() {
    let of = |url: &str, ws: &str| args(&[("url", url), ("ws_url", ws)]).settle().expect("sound").websocket();
    assert_eq!(of("http://127.0.0.1:8899", ""), "ws://127.0.0.1:8900/");
    assert_eq!(of("https://node.example/key?a=b", ""), "wss://node.example/key?a=b");
    assert_eq!(of("http://node:1", "ws://other:7"), "ws://other:7");
}

#[test]
fn values_are_exact() {
    let dollars = |text: &str| text.parse::<Dollars>().map(|dollars| dollars.0);
    assert_eq!(dollars("0.0000000001"), Ok(1));
    assert_eq!(dollars("-12.5"), Ok(-125_000_000_000));
    assert_eq!(dollars(".5"), Ok(5_000_000_000));
    for wrong in ["", "-", ".", "1e3", "1.2.3", "+1", "1_000", "99999999999999999999999"] {
        assert!(dollars(wrong).is_err(), "{wrong}");
    }
    assert_eq!(Dollars(-123_456_789_012).to_string(), "-12.34");
    let half: Share = "0.5".parse().expect("a share");
    assert_eq!((half.of(3), half.of(-3)), (1, -2));
    assert_eq!("json".parse(), Ok(LogFormat::Json));
}

#[test]
fn markets_are_allowed_and_denied() {
    let of = |allow: &str, deny: &str| {
        let settings = args(&[("markets_allow", allow), ("markets_deny", deny)]).settle().expect("sound");
        [1, 2, 3].map(|market| settings.allows(market))
    };
    assert_eq!(of("", ""), [true; 3]);
    assert_eq!(of("1,2", "3"), [true, true, false]);
    assert_eq!(of("", "2"), [true, false, true]);
}
