//! One value changed in a description: one line, one step, and the value on chain.

use crate::bench::{parsed, text, Bench};
use ballast_client::Exchange;
use ballast_interface::risk::Committee;
use ballast_interface::seeds;
use ballast_migrations::{Plan, Sign};

/// What a changed text differs in from the cluster, which is then brought there; the diff's lines of change.
fn changed(bench: &Bench, text: &str) -> Vec<String> {
    let description = parsed(text);
    let plan = bench.plan(&description).unwrap_or_else(|error| panic!("{error}"));
    let lines = plan.lines.iter().filter(|line| line.sign != Sign::Same).map(ToString::to_string).collect();
    let done = bench.apply(&plan).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(done.len(), 1, "{}", plan.diff());
    assert!(bench.plan(&description).expect("a plan").is_empty(), "{}", bench.diff(&description));
    lines
}

#[test]
fn a_changed_value_is_one_line_and_one_step() {
    let bench = Bench::new();
    let mut now = text("localnet.toml");
    bench.migrate(&parsed(&now));
    let group = bench.plan(&parsed(&now)).expect("a plan").group.expect("a group");
    for (old, new, lines) in [
        ("index = 1\n", "index = 1\nfee_share = 0.25\n", "~ group.fee_share 0.2 -> 0.25"),
        ("[model]\n", "[rescue]\nsmall = \"12.5\"\n\n[model]\n", "~ rescue.small 50 -> 12.5"),
        ("preset = \"ballast\"", "preset = \"span16\"", "~ model.preset ballast -> span16"),
        ("preset = \"span16\"", "preset = \"span16\"\npeg_market = 3", "~ model.peg_market 0 -> 3"),
        ("threshold = 2", "threshold = 3", "~ committee.threshold 2 -> 3"),
        ("fee_cap = 0.01", "fee_cap = 0.005", "~ venue 1 venue.fee_cap 0.01 -> 0.005"),
        (
            "list_fridays = 2\n\n[[markets]]\nname = \"SOL\"",
            "list_fridays = 2\nrisk.floor = 0.2\n\n[[markets]]\nname = \"SOL\"",
            "~ risk 2 ETH risk.floor 0.18 -> 0.2",
        ),
        (
            "like = \"sol\"\n",
            "like = \"sol\"\nfeed_owner = \"rec2HHDDnjLfj4kE7VyEtFA1HPGQLK33259532cRyHp\"\n",
            "~ risk 3 SOL market.feed_owner rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ -> \
             rec2HHDDnjLfj4kE7VyEtFA1HPGQLK33259532cRyHp",
        ),
        (
            "list_fridays = 2\n\n[[banks]]",
            "list_fridays = 2\nterms.open_interest_cap = 5_000.5\n\n[[banks]]",
            "~ market 3 SOL terms.open_interest_cap 100000 -> 5000.5",
        ),
        (
            "create_mint = 1_000\ncap = 10_000_000",
            "create_mint = 1_000\ncap = 21.5",
            "~ bank 1 bank.cap 10000000 -> 21.5",
        ),
    ] {
        assert!(now.contains(old), "{old}");
        now = now.replacen(old, new, 1);
        assert_eq!(changed(&bench, &now), [lines]);
    }
    let exchange = bench.wait(Exchange::load(&bench.chain, &group)).expect("a group");
    assert_eq!(exchange.group.rules.fee_share, 1 << 38, "a quarter");
    assert_eq!(exchange.fund.as_ref().expect("a fund").rules.small, 12_500_000);
    assert_eq!((exchange.model.peg_market, exchange.model.row_count), (3, 16));
    let committee: Committee = bench.wait(bench.chain.get(&seeds::find_committee(&group).0)).expect("one");
    assert_eq!((committee.threshold, committee.epoch), (3, 2));
    assert_eq!(exchange.venues[&1].fee_cap, (1i64 << 40) / 200 + 1, "to the nearest");
    // Of a fifth, too.
    assert_eq!(exchange.risks[&2].rules.predictor.floor, (1i64 << 40) / 5);
    // Lots are tenths.
    assert_eq!(exchange.markets[&3].terms.open_interest_cap, 50_005);
    assert_eq!(exchange.banks[&1].cap, 2_150_000_000);

    // What is no longer described stays, and is named.
    let fewer = &now[..now.rfind("[[banks]]").expect("banks")];
    let diff = bench.diff(&parsed(fewer));
    assert!(diff.contains("? bank 3 (not described, left as it is)\n"), "{diff}");
    assert!(bench.plan(&parsed(fewer)).expect("a plan").is_empty());
}

#[test]
fn a_plan_is_not_that_of_a_cluster_that_changed() {
    let bench = Bench::new();
    let description = parsed(&text("localnet.toml"));
    let plan = bench.plan(&description).expect("a plan");
    plan.must_still_be(&bench.plan(&description).expect("a plan")).expect("nothing changed");
    bench.apply(&plan.clone().first(1)).unwrap_or_else(|error| panic!("{error}"));
    let moved = plan.must_still_be(&bench.plan(&description).expect("a plan")).expect_err("it changed");
    assert!(moved.to_string().starts_with("The cluster changed while you were asked, and nothing was sent"));
}

#[test]
fn a_date_that_somebody_else_lists_is_listed() {
    let bench = Bench::new();
    let local = text("localnet.toml");
    bench.migrate(&parsed(&local.replace("list_fridays = 2\n", "")));
    let description = parsed(&local);
    let [plan, other] = [(); 2].map(|()| bench.plan(&description).expect("a plan"));
    let sent = |plan: &Plan| -> usize {
        let done = bench.apply(plan).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(done.len(), 6, "two dates of three markets");
        done.iter().map(|done| done.signatures.len()).sum()
    };
    assert_eq!((sent(&other), sent(&plan)), (6, 0));
    assert!(bench.plan(&description).expect("a plan").is_empty());
}
