//! A cluster as a file describes it, by the command.

use crate::bench::{finished, node, runtime, Home, Run};
use ballast_client::{Chain, CommitmentConfig, Keypair, Signer};
use ballast_testkit::actor;
use std::time::Duration;

#[test]
fn a_file_is_carried_out_once() {
    let runtime = runtime();
    let (node, home) = (node(&runtime), Home::new());
    let payer = Keypair::new();
    let (url, key) = (node.rpc_url(), home.key("payer.json", &payer));
    let chain = Chain::new(url.clone(), CommitmentConfig::confirmed(), Duration::from_secs(10));
    let address = payer.pubkey();
    runtime.block_on(chain.rpc().request_airdrop(&address, 100_000_000_000)).expect("an airdrop");
    std::fs::create_dir_all(home.path("keys")).expect("a folder");
    let text = include_str!("../../../../migrations/localnet.toml");
    let file = home.write("net.toml", text);
    let run = |more: &[&str]| -> Run {
        let mut all = vec!["migrate", &file, "--url", &url, "--keypair", &key];
        all.extend(more);
        finished(&mut home.command(&all))
    };

    let missing = run(&["--dry-run"]).sentence(2);
    assert!(missing.starts_with(&home.path("keys/authority.json")), "{missing}");
    for name in ["authority", "guardian", "operator", "attestor-0", "attestor-1", "attestor-2"] {
        home.key(&format!("keys/{name}.json"), &actor(name));
    }
    let dry = run(&["--dry-run"]).fine();
    assert!(
        dry.contains("\n+ group ") && dry.ends_with("\n23 to create, 0 to change, 3 the same.\n"),
        "{dry}"
    );
    let dry = run(&["--dry-run", "--json"]).json();
    assert_eq!((&dry["create"], &dry["sent"]), (&23.into(), &serde_json::json!([])), "{dry}");
    assert_eq!(run(&[]).sentence(2), "Nobody can be asked here: add --yes to go ahead without a question.");
    let group: ballast_client::Result<Option<_>> =
        runtime.block_on(chain.account(&dry["group"].as_str().expect("a text").parse().expect("an address")));
    assert!(group.expect("an answer").is_none(), "nothing was sent so far");

    let made = run(&["--yes", "--json"]);
    let head = format!("On {} (genesis ", url.trim_end_matches('/'));
    assert!(made.stderr.starts_with(&head) && made.stderr.contains("\n+ group "), "{}", made.stderr);
    let made = made.json();
    assert_eq!(made["group"], dry["group"]);
    let sent = made["sent"].as_array().expect("a list");
    assert_eq!(sent.len(), 22, "{made}");
    assert!(
        sent.iter().all(|step| step["signatures"][0].as_str().is_some_and(|text| text.len() > 80)),
        "{made}"
    );
    let again = run(&["--yes"]).fine();
    assert!(again.ends_with("\nNothing to do: 25 the same.\n"), "{again}");

    home.write("net.toml", &text.replacen("index = 1", "index = 1\nfee_share = 0.25", 1));
    let changed = run(&["--yes"]).fine();
    assert!(
        changed.contains("\n~ group.fee_share 0.2 -> 0.25\n") && changed.contains("\nSent\ngroup rules  "),
        "{changed}"
    );
    // A rate at the kink above that of everything lent, which the program refuses: what came before it is told.
    let unsound = text.replacen("index = 1", "index = 2\nrate_kink = 0.9", 1);
    home.write("net.toml", &unsound);
    let refused = run(&["--yes", "--json"]);
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("\n+ group ") && refused.stderr.contains("\ngroup rules: "),
        "{}",
        refused.stderr
    );
    let sent: serde_json::Value = serde_json::from_str(&refused.stdout).expect("JSON");
    let steps: Vec<_> = sent["sent"].as_array().expect("a list").iter().map(|step| &step["step"]).collect();
    assert_eq!(steps, ["group", "vault"]);
    let refused = run(&["--yes"]);
    assert!(
        refused.stdout.contains("\n~ group.rate_kink 0 -> 0.9\n") && refused.code == Some(1),
        "{}",
        refused.stdout
    );
    let group = made["group"].as_str().expect("a text");
    let shown = home.run(&["group", "show", "--url", &url, "--keypair", &key, "--group", group]).fine();
    assert!(shown.contains("Markets") && shown.contains("1, 2, 3"), "{shown}");

    home.write("net.toml", &text.replacen("like = \"btc\"", "like = \"btc\"\nrisk.lot = 0.1", 1));
    let dry = run(&["--dry-run"]);
    assert_eq!(dry.code, Some(1), "{}", dry.stderr);
    assert!(dry.stdout.contains("\n! risk 1 BTC risk.lot 0.01 -> 0.1: it never changes\n"), "{}", dry.stdout);
    let refused = run(&["--yes"]).sentence(1);
    assert!(refused.contains("risk 1 BTC risk.lot 0.01 -> 0.1: it never changes"), "{refused}");
    home.write("net.toml", &text.replacen("index = 1", "index = 1\ncolour = 1", 1));
    assert_eq!(run(&["--yes"]).sentence(2), format!("{file}: group.colour: this key is unknown"));
}
