//! What needs no node of a test's, and what happens without one.

use crate::bench::{finished, Home};
use ballast_cli::failure::Failure;
use ballast_client::{Error, Keypair, Signature};
use serde_json::{json, Value};
use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command},
    time::Duration,
};

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
fn what_may_still_be_executed_is_no_refusal() {
    let signature = Signature::from([7; 64]);
    let failure = Failure::from(Error::Unconfirmed(signature));
    assert_eq!(failure.code(), 3);
    assert_eq!(failure.json(), Some(json!({"unconfirmed": signature.to_string()})));
    assert!(failure.to_string().contains(&signature.to_string()), "{failure}");
    let dead = Failure::from(Error::Expired(3));
    assert_eq!((dead.code(), dead.json()), (1, None));
    let help = Home::new().run(&["--help"]).fine();
    assert!(help.contains("3 if a transaction") && help.contains("may still be executed"), "{help}");
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
fn colours_are_for_those_who_want_them() {
    let home = Home::new();
    let key = home.key("id.json", &Keypair::new());
    let mut net = Net::start(&home, &[]);
    let list = ["market", "list", "-u", &net.rpc, "-g", &net.group, "-k", &key];
    let coloured = |name: &str, value: &str| {
        let mut command = home.command(&list);
        finished(command.env(name, value)).fine().contains('\u{1b}')
    };
    assert!(coloured("CLICOLOR_FORCE", "1"), "whoever insists gets colours");
    assert!(!coloured("NO_COLOR", "1") && !coloured("TERM", "dumb"));
    let mut both = home.command(&list);
    let both = finished(both.env("NO_COLOR", "1").env("CLICOLOR", "1"));
    assert!(!both.fine().contains('\u{1b}'));
    net.interrupt();
}

#[test]
fn a_local_network_runs_until_it_is_interrupted() {
    let home = Home::new();
    let keys = home.path("keys");
    let mut net = Net::start(&home, &["--keys", &keys]);
    let alice = home.path("keys/alice.json");
    let (rpc, group) = (net.rpc.clone(), net.group.clone());
    let mine = ["-u", &rpc, "-g", &group, "-k", &alice, "--yes"];
    let deposit = home.run(&[&["deposit", "12.5", "--json"][..], &mine].concat()).json();
    assert_eq!(deposit["accounts"][0]["after"]["value"], "1000012.5");
    let settings = ["keeper", "run", "--url", &rpc, "--group", &group, "--keypair", &alice, "--listen="];
    let mut keeper = home.command(&settings).spawn().expect("the keeper starts");
    std::thread::sleep(Duration::from_secs(2));
    assert!(keeper.try_wait().expect("a child").is_none(), "the keeper runs until it is told to stop");
    interrupt(&keeper);
    assert_eq!(keeper.wait().expect("it ends").code(), Some(0));
    net.interrupt();
    let gone = home.run(&[&["market", "list"][..], &mine].concat()).sentence(1);
    assert!(gone.starts_with("The node does not answer: "), "{gone}");
}

#[test]
fn a_port_that_is_taken_is_one_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let sentence = Home::new().run(&["localnet", "--empty", "--port", &port]).sentence(1);
    assert!(sentence.starts_with(&format!("The node cannot be started at port {port}: ")), "{sentence}");
    // The websocket's port is told by its own number.
    let before = (port.parse::<u16>().expect("a port") - 1).to_string();
    let sentence = Home::new().run(&["localnet", "--empty", "--port", &before]).sentence(1);
    assert!(sentence.starts_with(&format!("The node cannot be started at port {port}: ")), "{sentence}");
    for port in ["0", "65535"] {
        let sentence = Home::new().run(&["localnet", "--metrics", port]).sentence(2);
        assert!(sentence.starts_with("--metrics: expected a port from 1 to 65534"), "{sentence}");
    }
}

#[test]
fn a_keeper_says_what_is_wrong_with_its_settings() {
    let home = Home::new();
    let missing = home.run(&["keeper", "run", "--url", "http://127.0.0.1:9"]).sentence(2);
    assert!(missing.ends_with('.'), "{missing}");
    let before = home.run(&["--url", "l", "keeper", "run"]).sentence(2);
    assert_eq!(before, "The keeper's settings stand behind `ballast keeper run`, and nothing before it.");
    let help = home.run(&["keeper", "run", "--help"]).fine();
    assert!(help.starts_with("Runs a keeper until Ctrl-C") && help.contains("--keypair"), "{help}");
}

/// A local network of the command's.
struct Net {
    child: Child,
    rpc: String,
    group: String,
}

impl Net {
    fn start(home: &Home, more: &[&str]) -> Self {
        let mut command = home.command(&[&["localnet", "--port", "0", "--json"][..], more].concat());
        let mut child = command.env("TMPDIR", home.path("")).spawn().expect("the network starts");
        let mut line = String::new();
        let told = BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line);
        told.expect("it says where it is");
        let value: Value = serde_json::from_str(&line).expect("JSON");
        let text = |name: &str| value[name].as_str().expect("a text").to_owned();
        Self { rpc: text("rpc"), group: text("group"), child }
    }

    /// Ends it as Ctrl-C does.
    fn interrupt(&mut self) {
        interrupt(&self.child);
        assert_eq!(self.child.wait().expect("it ends").code(), Some(0));
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        // One that has ended already cannot be killed.
        let _ = self.child.kill();
    }
}

fn interrupt(child: &Child) {
    let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(told.expect("kill runs").success());
}
