//! Programs by the upgradeable loader: deployed, called, broken off, upgraded.

use crate::bench::{parsed, Bench};
use ballast_client::{Instruction, Keypair, Signer};
use ballast_migrations::{Description, Keys};
use ballast_testkit::{actor, Svm};

/// A program that only another deployment of it changes.
fn described(file: &str, more: &str) -> Description {
    parsed(&format!(
        "[programs.other]\nfile = \"../target/deploy/v3/{file}.so\"\nkey = \"program\"\nauthority = \"upgrader\"\n{more}"
    ))
}

fn bench() -> (Bench, Keypair) {
    let mut bench = Bench::new();
    let (program, upgrader) = (Keypair::new(), actor("upgrader"));
    bench.keys = Keys::default().with("program", program.insecure_clone()).with("upgrader", upgrader);
    (bench, program)
}

/// What a program says when it is called with nothing: its log, or why not.
fn called(bench: &Bench, program: &Keypair) -> Vec<String> {
    let call = Instruction { program_id: program.pubkey(), accounts: vec![], data: vec![] };
    match bench.node.handle().send(&[call], &[]) {
        Ok(outcome) => outcome.logs,
        Err(failure) => failure.logs,
    }
}

#[test]
fn a_program_is_deployed_called_and_upgraded() {
    let (bench, program) = bench();
    let small = described("risk_caller", "max_length = 300_000\n");
    let plan = bench.plan(&small).expect("a plan");
    assert!(plan.diff().contains(&format!("+ program other {} (", program.pubkey())), "{}", plan.diff());
    let done = bench.apply(&plan).unwrap_or_else(|error| panic!("{error}"));
    println!("{done:?}");
    let first = called(&bench, &program);
    println!("{first:#?}");
    assert!(first.iter().any(|line| line.contains(&program.pubkey().to_string())), "{first:?}");
    assert!(bench.plan(&small).expect("a plan").is_empty(), "{}", bench.diff(&small));

    let other = described("margin_program", "max_length = 300_000\n");
    let plan = bench.plan(&other).expect("a plan");
    println!("{}", plan.diff());
    bench.apply(&plan).unwrap_or_else(|error| panic!("{error}"));
    let second = called(&bench, &program);
    println!("{second:#?}");
    assert_ne!(first, second, "another program answers");
    assert!(bench.plan(&other).expect("a plan").is_empty(), "{}", bench.diff(&other));
}
