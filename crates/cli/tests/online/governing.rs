//! A group from nothing, by the command alone; only prices come from elsewhere.

use crate::bench::{address, finished, node, runtime, Home, Run};
use ballast_client::Keypair;
use ballast_interface::risk::RECEIVERS;
use ballast_testkit::{feed_id, price_account, Level, PriceUpdate, Svm};

#[test]
fn a_group_is_set_up_and_used() {
    let runtime = runtime();
    let (node, home) = (node(&runtime), Home::new());
    let (governor, guardian, attestor) = (Keypair::new(), Keypair::new(), Keypair::new());
    let key = home.key("governor.json", &governor);
    let url = node.rpc_url();
    let run = |group: Option<&str>, arguments: &[&str]| -> Run {
        let mut all = vec!["--url", &url, "--keypair", &key, "--yes"];
        all.extend(arguments);
        let mut command = home.command(&all);
        if let Some(group) = group {
            command.env("BALLAST_GROUP", group);
        }
        finished(&mut command)
    };
    let chain = ballast_client::Chain::new(
        url.clone(),
        ballast_client::CommitmentConfig::confirmed(),
        std::time::Duration::from_secs(10),
    );
    let me = ballast_client::Signer::pubkey(&governor);
    runtime.block_on(chain.rpc().request_airdrop(&me, 100_000_000_000)).expect("an airdrop");

    let (guardian, attestor) = (address(&guardian), address(&attestor));
    let rules = home.write("rules.toml", "[group]\nrate_full = 0.25\n[rescue]\nsmall = \"12.5\"\n");
    let init = [
        "group",
        "init",
        "--create-mint",
        "6",
        "--mint",
        "5000",
        "--guardian",
        &guardian,
        "--attestor",
        &attestor,
        "--venue-operator",
        &guardian,
        "--rules",
        &rules,
        "--set",
        "group.borrow_cap=12345.678901",
        "--json",
    ];
    let made = run(None, &init).json();
    assert_eq!(made["steps"].as_array().map(Vec::len), Some(8), "{made}");
    let group = made["facts"]["group"].as_str().expect("a text").to_owned();
    let shown = run(Some(&group), &["group", "show", "--json"]).json();
    assert_eq!(shown["borrow_cap"], "12345.678901");
    assert_eq!((&shown["insurance_fund"], &shown["venues"][0]), (&"0".into(), &1.into()), "{shown}");
    // Again: nothing is left to make but the rules, which are set anew.
    let again = run(None, &init).json();
    assert_eq!(again["steps"].as_array().map(Vec::len), Some(1), "{again}");

    let on = group.parse().expect("an address");
    let feed = price_account(&on, 1);
    let id: String = feed_id(1).iter().map(|byte| format!("{byte:02x}")).collect();
    let (feed_text, group) = (feed.to_string(), Some(&group[..]));
    let market = run(
        group,
        &["market", "add", "--like", "btc", "--feed", &feed_text, "--feed-id", &id, "--set", "terms.venue=1"],
    )
    .fine();
    assert!(market.contains("risk") && market.contains("market"), "{market}");
    let bank = run(group, &["bank", "add", "--market", "1", "--create-mint", "3", "--cap", "100", "--json"]);
    assert_eq!(bank.json()["facts"]["bank"], "1");
    run(group, &["model", "load", "span16"]).fine();

    let mut handle = node.handle();
    let now = handle.now();
    let update = PriceUpdate {
        owner: RECEIVERS[0],
        write_authority: me,
        level: Level::Full,
        id: feed_id(1),
        price: 9_500_000_000_000,
        interval: 9_500_000_000,
        exponent: -8,
        published_at: now,
        published_before: now - 1,
        average: 9_500_000_000_000,
        average_interval: 9_500_000_000,
        posted_slot: 1,
    };
    handle.set_account(&feed, update.account());
    let refresh = ballast_interface::risk::instructions::refresh_price(&on, 1, &feed);
    handle.send(&[refresh], &[]).expect("the price is taken over");

    run(group, &["account", "open"]).fine();
    run(group, &["deposit", "1000"]).fine();
    run(group, &["deposit", "0.5", "--bank", "1"]).fine();
    let margin = run(group, &["margin", "show", "--json"]).json();
    let value: f64 = margin["value"].as_str().expect("a text").parse().expect("a number");
    assert!((value - 48_500.0).abs() < 100.0, "{margin}");
    run(group, &["withdraw", "0.25", "--bank", "1"]).fine();
    let wrong = run(
        None,
        &[
            "group",
            "init",
            "--guardian",
            &guardian,
            "--attestor",
            &attestor,
            "--create-mint",
            "6",
            "--set",
            "group.colour=blue",
        ],
    );
    assert_eq!(wrong.sentence(2), "group.colour: this rule is unknown");
}
