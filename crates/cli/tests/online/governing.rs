//! A group from nothing, by the command alone; only prices come from elsewhere.

use crate::bench::{address, finished, node, runtime, Home, Run};
use ballast_client::{Exchange, Keypair};
use ballast_interface::risk::{MarketRules, RECEIVERS};
use ballast_testkit::{feed_id, price_account, Level, PriceUpdate, Svm};

/// Settings in a help's text: a rule's name, and its first default behind it.
fn defaults(help: &str, sections: &[&str]) -> Vec<String> {
    let words: Vec<_> = help.split_whitespace().collect();
    let rule = |pair: &[&str]| {
        let value = pair[1].trim_end_matches(',');
        let named = sections.iter().any(|section| pair[0].starts_with(section));
        (named && value.parse::<f64>().is_ok()).then(|| format!("{}={value}", pair[0]))
    };
    words.windows(2).filter_map(rule).collect()
}

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
    // Again: nothing is left to make but the rules, which are set anew, by hand to what the help says is default.
    let help = home.run(&["group", "init", "--help"]).fine();
    let sets = defaults(&help, &["group.", "rescue."]);
    assert!(sets.len() > 20, "{sets:?}");
    let mut again = init.to_vec();
    again.extend(sets.iter().flat_map(|set| ["--set", set]));
    let again = run(None, &again).json();
    assert_eq!(again["steps"].as_array().map(Vec::len), Some(1), "{again}");
    let shown = run(Some(&group), &["group", "show", "--json"]).json();
    assert_eq!(shown["borrow_cap"], "1000000");

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

    // What the help says is default is: set by hand, it makes the same.
    let help = home.run(&["market", "add", "--help"]).fine();
    let sets = defaults(&help, &["risk.", "terms."]);
    assert!(sets.len() > 40, "{sets:?}");
    let mut again = vec!["market", "add", "--like", "btc", "--feed", &feed_text, "--feed-id", &id];
    again.extend(sets.iter().flat_map(|set| ["--set", set]));
    run(group, &again).fine();
    let exchange = runtime.block_on(Exchange::load(&chain, &on)).expect("a group");
    let (first, second) = (exchange.risk(1).expect("a risk"), exchange.risk(2).expect("a risk"));
    assert_eq!(MarketRules { moves_like: 1, ..second.rules }, first.rules);
    assert_eq!(exchange.market(2).expect("a market").terms, exchange.market(1).expect("a market").terms);
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
    for (text, sentence) in [
        ("colour.blue=1", "colour.blue: expected a section of group, rescue"),
        ("blue", "blue: expected SECTION.NAME=VALUE"),
        ("group.kink=half", "group.kink: expected a decimal number, found half"),
        ("rescue.grace_seconds=1.5", "rescue.grace_seconds: expected a whole number, found 1.5"),
        ("group.borrow_cap=1.0000001", "group.borrow_cap: 1.0000001: expected at most 6 decimal places"),
    ] {
        let wrong = ["group", "init", "--guardian", &guardian, "--attestor", &attestor, "--create-mint", "6"];
        let run = run(None, &[&wrong[..], &["--set", text]].concat());
        assert_eq!(run.sentence(2), sentence);
    }
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
