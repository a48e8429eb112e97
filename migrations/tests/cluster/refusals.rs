//! What a description may not say, and what cannot be changed, in sentences.

use crate::bench::{parsed, text, Bench};
use ballast_client::{Keypair, Signer};
use ballast_migrations::{apply, Description, Error, Keys};
use std::path::Path;

/// Why a description cannot be read.
fn wrong(text: &str) -> String {
    Description::parse(text, Path::new(".")).expect_err("it is refused").to_string()
}

#[test]
fn unknown_and_missing_keys_are_named() {
    let local = text("localnet.toml");
    let with = |old: &str, new: &str| {
        assert!(local.contains(old), "{old}");
        wrong(&local.replacen(old, new, 1))
    };
    for (old, new, sentence) in [
        ("[model]", "[colour]\nblue = 1\n[model]", "colour: this key is unknown"),
        ("index = 1", "index = 1\ncolour = 1", "group.colour: this key is unknown"),
        ("index = 1", "index = 70000", "group.index: expected a whole number in range"),
        ("guardian = \"guardian\"", "", "group.guardian: this key is missing"),
        ("create_mint = 6", "", "group.quote_mint: this key, or create_mint, is missing"),
        ("create_mint = 6", "create_mint = 10", "group.create_mint: expected at most nine decimal places"),
        ("[model]", "[rescue]\nsmal = 1\n[model]", "rescue.smal: this key is unknown"),
        (
            "preset = \"ballast\"",
            "preset = \"span\"",
            "model.preset: expected one of ballast, pmrm, span16 and xpm",
        ),
        (
            "threshold = 2",
            "threshold = 4",
            "committee.threshold: expected at least one, and no more than there are attestors",
        ),
        ("[committee]", "[[committee]]", "committee: expected a table"),
        ("fee_cap = 0.01", "fee = 0.01", "venues[1].fee: this key is unknown"),
        ("name = \"ETH\"", "number = 1", "markets: there are two of the number 1"),
        ("like = \"eth\"", "like = \"doge\"", "markets[2].like: expected one of btc, eth and sol"),
        ("like = \"sol\"", "like = \"sol\"\nrisk.flor = 1", "markets[3].risk.flor: this rule is unknown"),
        (
            "like = \"sol\"",
            "like = \"sol\"\nterms.days = 0.5",
            "markets[3].terms.days: expected a whole number, found 0.5",
        ),
        (
            "list_fridays = 2",
            "list_fridays = 2\nprice_only = true",
            "markets[1].list_fridays: nothing is traded where `price_only` is true",
        ),
        (
            "list_fridays = 2",
            "price_only = true\nterms.days = 10",
            "markets[1].terms: nothing is traded where `price_only` is true",
        ),
        ("create_mint = 1_000", "mint = \"here\"", "banks[1].mint: expected an address"),
        ("cap = 10_000_000", "ramp = 1", "banks[1].cap: this key is missing"),
        ("[programs.risk]\ndeploy = false", "[programs.risk]", "programs.risk.file: this key is missing"),
        (
            "[programs.risk]",
            "[programs.other]",
            "programs.other.key: a program that is not Ballast's needs a key or an address",
        ),
    ] {
        assert_eq!(with(old, new), sentence);
    }
    // Sixteen digits, of which a double would make others; as a text they are read as they are.
    let long = "line 2: a number of more than fifteen digits is not exact; write it as a text, in quotes";
    assert_eq!(wrong("[group]\nmint = 9007199254740993.5\n"), long);
    assert_eq!(wrong("[group]\nmint = 0.1000000000000001\n"), long);
    let exact = local.replacen("mint = 10_000_000", "mint = \"9007199254740993.5\"", 1);
    Description::parse(&exact, Path::new(".")).expect("it is exact");
    Description::parse(&local.replacen("0.01", "0.00123456789012345", 1), Path::new("."))
        .expect("fifteen digits");
    let broken = wrong("[group]\nindex = \n");
    assert!(broken.starts_with("line 2: this is not TOML: "), "{broken}");
    let nowhere = Description::read(Path::new("/nowhere/net.toml")).expect_err("it is not there").to_string();
    assert!(nowhere.starts_with("/nowhere/net.toml: cannot be read: "), "{nowhere}");
}

#[test]
fn keys_are_asked_for_by_name_and_never_repeated() {
    let keys = Keys::folder("/nowhere");
    let missing = keys.key("authority").expect_err("there is none").to_string();
    assert!(missing.starts_with("/nowhere/authority.json: cannot be read: "), "{missing}");
    for name in ["../authority", "/etc/authority", "a/b", "..", "."] {
        let outside = keys.key(name).expect_err("it is outside").to_string();
        assert_eq!(outside, format!("{name}: a key's name is that of a file, without any folder"));
    }
    let somebody = Keypair::new().pubkey();
    let address = somebody.to_string();
    assert_eq!(keys.address(&address), Ok(somebody));
    let sentence = format!("{address}: must sign, so its key is needed and not its address");
    assert_eq!(keys.key(&address).expect_err("an address").to_string(), sentence);
    let folder = std::env::temp_dir().join(format!("ballast-keys-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("secret.json"), "[1,2,\"hunter2\"]").expect("the file is written");
    let secret = Keys::folder(&folder).key("secret").expect_err("it is no key").to_string();
    assert!(secret.ends_with("secret.json: is no file of a keypair"), "{secret}");
    std::fs::remove_dir_all(folder).expect("the folder goes");
}

#[test]
fn what_never_changes_is_refused_before_anything_is_sent() {
    let bench = Bench::new();
    let local = text("localnet.toml");
    // As far as the first market and bank: the rest is no different.
    bench.migrate(&parsed(&local));
    let lamports = |bench: &Bench| {
        let payer = bench.sender.payer();
        bench.wait(bench.chain.account(&payer)).expect("an account").expect("one").lamports
    };
    let before = lamports(&bench);
    let elsewhere = Keypair::new().pubkey();
    for (old, new, refusal) in [
        (
            "like = \"btc\"",
            "like = \"btc\"\nrisk.lot = 0.1",
            "! risk 1 BTC risk.lot 0.01 -> 0.1: it never changes",
        ),
        (
            "like = \"btc\"",
            "like = \"btc\"\nrisk.token_decimals = 9",
            "! risk 1 BTC risk.token_decimals 8 -> 9: it never changes",
        ),
        (
            "like = \"btc\"",
            "like = \"btc\"\nterms.tick = 0.02",
            "! market 1 BTC terms.tick 0.01 -> 0.02: it never changes",
        ),
        (
            "list_fridays = 2",
            "price_only = true",
            "! market 1 BTC price_only false -> true: it is traded, and a market never goes away",
        ),
        ("market = 3\n", "market = 2\n", "! bank 3 bank.market 3 -> 2: it never changes"),
        (
            "create_mint = 6\n",
            "create_mint = 7\n",
            "! group group.create_mint 6 -> 7: decimals of a mint never change",
        ),
    ] {
        assert!(local.contains(old), "{old}");
        let description = parsed(&local.replacen(old, new, 1));
        let plan = bench.plan(&description).expect("a plan");
        let refusals: Vec<_> = plan.refusals().map(ToString::to_string).collect();
        let refusal = refusal.replace("group group.", "group.");
        assert!(refusals.contains(&refusal), "{refusals:?}");
        let refused = bench.apply(&plan).expect_err("it is refused");
        assert!(matches!(&refused, Error::Unchangeable(words) if words.contains(&refusal[2..])), "{refused}");
        assert!(plan.diff().contains("cannot be changed."), "{}", plan.diff());
    }
    let other = local.replacen("guardian = \"guardian\"", &format!("guardian = \"{elsewhere}\""), 1);
    let plan = bench.plan(&parsed(&other)).expect("a plan");
    let line = plan.refusals().next().expect("a refusal").to_string();
    assert!(
        line.starts_with("! group.guardian ") && line.ends_with(&format!("-> {elsewhere}: it never changes")),
        "{line}"
    );
    let same = local.replacen("guardian = \"guardian\"", "guardian = \"authority\"", 1);
    let wrong = bench.plan(&parsed(&same)).err().expect("it is refused").to_string();
    assert_eq!(wrong, "group.guardian: this is the authority, and must be somebody else");
    assert_eq!(lamports(&bench), before, "nothing was sent");
}

#[test]
fn what_a_program_refuses_is_told_in_its_words() {
    let bench = Bench::new();
    let local = text("localnet.toml");
    // A rate at the kink above that of everything lent.
    let unsound = local.replacen("index = 1\n", "index = 1\nrate_kink = 0.9\n", 1);
    let plan = bench.plan(&parsed(&unsound)).expect("a plan");
    let broken = bench.wait(apply(&plan, &bench.sender, &mut |_| {})).expect_err("the program refuses");
    let told: Vec<_> = broken.done.iter().map(|done| (&done.words[..], done.signatures.len())).collect();
    assert_eq!(told, [("group", 1), ("vault", 1)], "what was sent is told");
    let refused = broken.error;
    let Error::Step { step, error } = &refused else { panic!("{refused}") };
    assert_eq!(step, "group rules");
    assert!(error.refusal().is_some_and(|refusal| refusal.is("GroupRulesInvalid")), "{error}");
    // What was done before stays, and the rest is done when the value is right.
    bench.migrate(&parsed(&local));
    assert!(bench.plan(&parsed(&local)).expect("a plan").is_empty());
}

#[test]
fn nothing_is_sent_before_all_keys_are_there() {
    let bench = Bench::new();
    let authority = Keypair::new().pubkey();
    let local = text("localnet.toml").replacen(
        "index = 1\n",
        &format!("index = 1\nauthority = \"{authority}\"\ncreator = \"authority\"\n"),
        1,
    );
    let plan = bench.plan(&parsed(&local)).expect("a plan needs no more than addresses");
    let refused = bench.apply(&plan).expect_err("the authority must sign").to_string();
    assert_eq!(refused, format!("{authority}: must sign, so its key is needed and not its address"));
    assert_eq!(
        bench.plan(&parsed(&local)).expect("a plan").steps.len(),
        plan.steps.len(),
        "nothing was done"
    );
}

#[test]
fn another_cluster_than_the_described_one_is_refused() {
    let bench = Bench::new();
    let local = text("localnet.toml");
    let diff = bench.diff(&parsed(&local));
    let rpc = bench.chain.rpc();
    let genesis = bench.wait(rpc.get_genesis_hash()).expect("a hash").to_string();
    let (url, payer) = (bench.node.rpc_url(), bench.sender.payer());
    let head = format!("On {} (genesis {genesis}), paid by {payer}\n", url.trim_end_matches('/'));
    assert!(diff.starts_with(&head), "{diff}");
    bench.plan(&parsed(&format!("genesis = \"{genesis}\"\n{local}"))).expect("it is this cluster");
    let devnet = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG";
    let other = bench.plan(&parsed(&format!("genesis = \"{devnet}\"\n{local}")));
    let sentence = other.err().expect("it is another cluster").to_string();
    assert!(sentence.starts_with(&format!("genesis: this is for the cluster {devnet}, and ")), "{sentence}");
    let unreadable = wrong(&format!("genesis = \"devnet\"\n{local}"));
    assert_eq!(unreadable, "genesis: expected the hash of a cluster's first block");
}
