//! Programs by the upgradeable loader: deployed, called, broken off, extended, upgraded.

use crate::bench::{parsed, Bench};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Account, Instruction, Keypair, Signer};
use ballast_localnet::NodeOptions;
use ballast_migrations::{apply, plan as plan_of, Description, Keys, Progress};
use ballast_testkit::{actor, Svm};
use sha2::{Digest, Sha256};
use std::{path::Path, thread, time::Duration};
use tokio::time::timeout;

/// A program that is not Ballast's, from one of the built files.
fn described(file: &str, more: &str) -> Description {
    parsed(&format!(
        "[programs.other]\nfile = \"../target/deploy/v3/{file}.so\"\nkey = \"program\"\nauthority = \"upgrader\"\n{more}"
    ))
}

/// A node of some pace, and a key for a program.
fn bench(slot_millis: u64) -> (Bench, Keypair) {
    let mut bench = Bench::with(NodeOptions { slot_millis, ..NodeOptions::default() });
    let program = Keypair::new();
    bench.keys =
        Keys::default().with("program", program.insecure_clone()).with("upgrader", actor("upgrader"));
    (bench, program)
}

/// The last line of a program's log when it is called with nothing, which neither takes.
fn called(bench: &Bench, program: &Keypair) -> String {
    let call = Instruction { program_id: program.pubkey(), accounts: vec![], data: vec![] };
    let failure = bench.node.handle().send(&[call], &[]).expect_err("nothing is not enough");
    failure.logs.last().expect("a log").clone()
}

/// Bytes of a built file.
fn length(file: &str) -> usize {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../target/deploy/v3/{file}.so"));
    std::fs::metadata(path).expect("it is built").len() as usize
}

#[test]
fn a_program_is_deployed_called_extended_and_upgraded() {
    let (bench, program) = bench(400);
    let address = program.pubkey();
    let small = described("risk_caller", "");
    let plan = bench.plan(&small).expect("a plan");
    let (bytes, upgrader) = (length("risk_caller"), actor("upgrader").pubkey());
    let line = format!(
        "+ program other {address} ({bytes} bytes, max_length {bytes}, upgrade authority {upgrader})\n"
    );
    assert!(plan.diff().contains(&line), "{}", plan.diff());
    // A byte is 6960 lamports, and an account has 128 more: the program and its data; and the buffer, which comes back.
    let rents = 6_960 * (128 + 36 + 128 + 45 + bytes as u64);
    let buffer = 6_960 * (128 + 37 + bytes as u64);
    assert_eq!((plan.cost.rents, plan.cost.buffers), (rents, buffer));
    assert!(plan.diff().contains(" SOL in buffers come back.\n"), "{}", plan.diff());
    let lamports = || {
        let payer = bench.wait(bench.chain.account(&bench.sender.payer()));
        payer.expect("an answer").expect("an account").lamports
    };
    let before = lamports();
    // A buffer, and the deployment.
    assert_eq!(bench.apply(&plan).unwrap_or_else(|error| panic!("{error}"))[0].signatures.len(), 2);
    let fees = before - lamports() - rents;
    assert!(fees < 5_000_000, "{fees}");
    // Somebody who has nothing is told before anything is sent.
    let poor = Keypair::new().pubkey();
    let plan = bench.wait(plan_of(&bench.chain, &described("margin_program", ""), &bench.keys, &poor));
    let plan = plan.expect("a plan");
    let refusals: Vec<_> = plan.refusals().map(ToString::to_string).collect();
    assert!(
        refusals.len() == 1 && refusals[0].starts_with(&format!("! payer {poor}: it has 0 SOL, and ")),
        "{refusals:?}"
    );
    let failed = |why: &str| format!("Program {address} failed: {why}");
    assert_eq!(called(&bench, &program), failed("insufficient account keys for instruction"));
    assert!(bench.plan(&small).expect("a plan").is_empty(), "{}", bench.diff(&small));

    // Another program, ten times as large, in its place.
    let other = described("margin_program", "");
    let lengths = [length("risk_caller"), length("margin_program")];
    let plan = bench.plan(&other).expect("a plan");
    let lines = format!(
        "~ program other {address} max_length {} -> {}\n~ program other {address} (other {} bytes)\n",
        lengths[0], lengths[1], lengths[1]
    );
    assert!(plan.diff().contains(&lines), "{}", plan.diff());
    // An extension, a buffer, and the upgrade.
    assert_eq!(bench.apply(&plan).unwrap_or_else(|error| panic!("{error}"))[0].signatures.len(), 3);
    assert_eq!(called(&bench, &program), failed("invalid instruction data"));
    assert!(bench.plan(&other).expect("a plan").is_empty(), "{}", bench.diff(&other));

    // The small one again: nothing shrinks, and zeros stand behind it.
    bench.migrate(&small);
    assert_eq!(called(&bench, &program), failed("insufficient account keys for instruction"));
    assert!(bench.plan(&small).expect("a plan").is_empty(), "{}", bench.diff(&small));
    // Only more room, of which the loader gives no less than ten kilobytes at a time.
    let little = described("risk_caller", &format!("max_length = {}\n", lengths[1] + 1));
    let line = format!("~ program other {address} max_length {} -> {}\n", lengths[1], lengths[1] + 10_240);
    assert!(bench.diff(&little).contains(&line), "{}", bench.diff(&little));
    let roomy = described("risk_caller", &format!("max_length = {}\n", lengths[1] + 20_000));
    assert_eq!(bench.migrate(&roomy)[0].signatures.len(), 1);
    assert!(bench.plan(&roomy).expect("a plan").is_empty(), "{}", bench.diff(&roomy));
}

#[test]
fn lamports_at_foreseen_addresses_are_not_in_the_way() {
    let (bench, program) = bench(400);
    let address = program.pubkey();
    // The buffer's address, as the README says what it follows from; once with less than its rent, the program with more.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/deploy/v3/risk_caller.so");
    let bytes = std::fs::read(path).expect("it is built");
    let hash = Sha256::new().chain_update(address).chain_update(bytes).finalize();
    let seed: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let loader = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");
    let buffer = Pubkey::create_with_seed(&actor("upgrader").pubkey(), &seed, &loader).expect("an address");
    bench.give(&buffer, 1_000_000);
    bench.give(&address, 1_000_000_000);
    bench.migrate(&described("risk_caller", ""));
    assert!(called(&bench, &program).ends_with("failed: insufficient account keys for instruction"));
    // It was that buffer: what it held went to the payer.
    assert!(bench.wait(bench.chain.account(&buffer)).expect("an answer").is_none_or(|it| it.lamports == 0));
}

#[test]
fn what_was_written_is_not_written_again() {
    let (bench, program) = bench(400);
    let faults = bench.node.handle();
    let description = described("margin_program", "");
    let plan = bench.plan(&description).expect("a plan");
    // A hundred pieces are lost, and the node goes away once the others are in.
    let mut written = vec![];
    let mut watch = |told: Progress<'_>| match told.part {
        None => {}
        Some(part) if part.done == 0 => faults.faults().swallow_transactions(100),
        Some(part) => {
            written.push(part.done);
            faults.faults().drop_rpc(true);
        }
    };
    // Whoever waits for it loses patience before the upload does.
    let work = async { timeout(Duration::from_secs(3), apply(&plan, &bench.sender, &mut watch)).await };
    assert!(bench.wait(work).is_err(), "the node is away");
    assert_eq!(written.len(), 1);
    faults.faults().drop_rpc(false);

    // Again, of which a few are lost, too; what was lost is sent again.
    let before = faults.faults().rpc_calls()["sendTransaction"];
    let plan = bench.plan(&description).expect("a plan");
    let mut heard = vec![];
    let mut watch = |told: Progress<'_>| {
        if let Some(part) = told.part {
            if heard.is_empty() {
                faults.faults().swallow_transactions(5);
            }
            heard.push((part.done, part.of));
        }
    };
    bench.wait(apply(&plan, &bench.sender, &mut watch)).unwrap_or_else(|error| panic!("{error}"));
    let of = heard[0].1;
    assert_eq!(heard[0].0, of - 100);
    assert_eq!(heard.last(), Some(&(of, of)));
    // The hundred, the five, and the deployment, unless the node took longer than expected for some.
    let sent = faults.faults().rpc_calls()["sendTransaction"] - before;
    assert!((106..200).contains(&sent), "{sent} of {of}");
    assert!(called(&bench, &program).ends_with("failed: invalid instruction data"));
    assert!(bench.plan(&description).expect("a plan").is_empty());
}

#[test]
fn a_node_that_is_away_for_a_while_ends_nothing() {
    let (bench, program) = bench(400);
    let plan = bench.plan(&described("margin_program", "")).expect("a plan");
    let mut back = None;
    let mut watch = |told: Progress<'_>| {
        if told.part.is_some_and(|part| part.done < part.of) && back.is_none() {
            // Before the first piece is sent.
            let node = bench.node.handle();
            node.faults().drop_rpc(true);
            back = Some(thread::spawn(move || {
                thread::sleep(Duration::from_secs(2));
                node.faults().drop_rpc(false);
            }));
        }
    };
    bench.wait(apply(&plan, &bench.sender, &mut watch)).unwrap_or_else(|error| panic!("{error}"));
    back.expect("it was away").join().expect("it came back");
    assert!(called(&bench, &program).ends_with("failed: invalid instruction data"));
}

#[test]
fn pieces_that_expired_are_signed_anew() {
    // A blockhash lives for a second and a half here: less than the pause before pieces are sent again.
    let (bench, program) = bench(10);
    let handle = bench.node.handle();
    let plan = bench.plan(&described("risk_caller", "")).expect("a plan");
    let mut of = 0;
    let mut watch = |told: Progress<'_>| {
        if let Some(part) = told.part.filter(|_| of == 0) {
            of = part.of as u64;
            handle.faults().swallow_transactions(of);
        }
    };
    bench.wait(apply(&plan, &bench.sender, &mut watch)).unwrap_or_else(|error| panic!("{error}"));
    // Every piece twice, the buffer and the deployment.
    assert!(handle.faults().rpc_calls()["sendTransaction"] >= 2 * of + 2);
    assert!(called(&bench, &program).ends_with("failed: insufficient account keys for instruction"));
}

#[test]
fn a_program_that_cannot_be_brought_there_is_refused() {
    let (mut bench, _) = bench(400);
    let refused = |bench: &Bench, description: &Description| {
        let plan = bench.plan(description).expect("a plan");
        assert!(plan.steps.is_empty(), "{}", plan.diff());
        bench.apply(&plan).expect_err("it is refused").to_string()
    };
    let absent = parsed("[programs.other]\nkey = \"program\"\ndeploy = false\n");
    let sentence = refused(&bench, &absent);
    assert!(
        sentence.ends_with(": it is not there, and `deploy = false` leaves that to others."),
        "{sentence}"
    );
    // The node has Ballast's own from the beginning, which nobody may upgrade: not even one with the right bytes is that
    // of the authority that is described.
    let authority = actor("authority").pubkey();
    bench.keys = bench.keys.clone().with("authority", actor("authority"));
    let ending = format!(
        " authority nobody -> {authority}: it can never be upgraded again; `deploy = false` leaves it as it is."
    );
    for built in ["ballast_risk", "risk_caller"] {
        let genesis = parsed(&format!("[programs.risk]\nfile = \"../target/deploy/v3/{built}.so\"\n"));
        let sentence = refused(&bench, &genesis);
        assert!(sentence.ends_with(&ending), "{sentence}");
    }
    let nobody = Keypair::new().pubkey();
    let keyless =
        format!("[programs.other]\nfile = \"../target/deploy/v3/risk_caller.so\"\naddress = \"{nobody}\"\n");
    let sentence = refused(&bench, &parsed(&keyless));
    assert!(sentence.ends_with(": its key is needed for the first deployment."), "{sentence}");

    // A key for another address, and none.
    let other = |key: &str| {
        parsed(&format!(
            "[programs.other]\nfile = \"../target/deploy/v3/risk_caller.so\"\naddress = \"{nobody}\"\nkey = \"{key}\"\n"
        ))
    };
    let sentence = refused(&bench, &other("upgrader"));
    let upgrader = actor("upgrader").pubkey();
    let ending = format!(": its key is that of {upgrader}, which is another address.");
    assert!(sentence.ends_with(&ending), "{sentence}");
    let sentence = refused(&bench, &other("nothing"));
    let ending = ": its key is needed for the first deployment: nothing: there is no such key.";
    assert!(sentence.ends_with(ending), "{sentence}");

    bench.migrate(&described("risk_caller", ""));
    let other = Keypair::new();
    let ending =
        format!(" authority {upgrader} -> {}: only who may upgrade it now can hand that on.", other.pubkey());
    bench.keys = bench.keys.clone().with("upgrader", other);
    // With the same bytes no less than with others.
    for file in ["risk_caller", "margin_program"] {
        let sentence = refused(&bench, &described(file, ""));
        assert!(sentence.ends_with(&ending), "{sentence}");
    }

    let source = parsed("[programs.risk]\nfile = \"Cargo.toml\"\n");
    let wrong = bench.plan(&source).err().expect("it is refused").to_string();
    assert!(wrong.ends_with("Cargo.toml: is no program"), "{wrong}");
}

#[test]
fn a_cluster_that_takes_only_newer_programs_is_not_sent_older_ones() {
    let (bench, program) = bench(400);
    let of = |builds: &str, file: &str| {
        parsed(&format!(
            "[programs.other]\nfile = \"../target/deploy/{builds}/{file}.so\"\nkey = \"program\"\nauthority = \"upgrader\"\n"
        ))
    };
    bench.migrate(&of("v0", "risk_caller"));
    // The feature is asked for, and then it is active.
    let feature = Pubkey::from_str_const("B8JJXCy5amZyWG9r7EnUYLwzXSXTxG7GZ1qZ1qggo83g");
    let owner = Pubkey::from_str_const("Feature111111111111111111111111111111111111");
    let account =
        |data: [u8; 9]| Account { lamports: 953_520, data: data.to_vec(), owner, ..Account::default() };
    let refusals = |description: &Description| -> Vec<String> {
        let plan = bench.plan(description).expect("a plan");
        plan.refusals().map(ToString::to_string).collect()
    };
    bench.node.handle().set_account(&feature, account([0; 9]));
    assert_eq!(refusals(&of("v0", "margin_program")), Vec::<String>::new());
    bench.node.handle().set_account(&feature, account([1, 7, 0, 0, 0, 0, 0, 0, 0]));
    let line = format!(
        "! program other {}: its file is of sBPF v0, and this cluster takes no program before v3 any more",
        program.pubkey()
    );
    assert_eq!(refusals(&of("v0", "margin_program")), [line]);
    // What is there already stays, and newer ones are taken.
    assert!(bench.plan(&of("v0", "risk_caller")).expect("a plan").is_empty());
    bench.migrate(&of("v3", "margin_program"));
    assert!(called(&bench, &program).ends_with("failed: invalid instruction data"));
}
