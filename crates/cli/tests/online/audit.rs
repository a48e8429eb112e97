//! Whether a group's books hold, and what is found where somebody has tampered with them.

use crate::bench::Bench;
use ballast_interface::{
    account::{
        instructions::{deposit, TokenSide},
        MarginAccount,
    },
    seeds::find_vault,
};
use ballast_testkit::{Signer, Svm, World};
use serde_json::{json, Value};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

/// Milliseconds between deposits while somebody reads: mostly about as long as a reading takes, and then longer.
const PAUSES: [u64; 6] = [15, 15, 15, 15, 15, 150];
/// Readings meanwhile.
const RUNS: usize = 12;

fn check<'a>(all: &'a Value, name: &str) -> &'a Value {
    let checks = all["checks"].as_array().expect("a list");
    checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name}: {all}"))
}

#[test]
fn books_hold_after_a_trade_and_not_after_tampering() {
    let mut bench = Bench::new();
    bench.trade(&["1-PERP +0.5 @ 95000", "2-PERP -3 @ 3400"]).json();
    let page = bench.bob(&["audit"]).fine();
    assert!(page.contains("1 tokens: the vault") && !page.contains("does not hold"), "{page}");
    assert!(page.contains("none in any row"), "two hundred thousand dollars are enough: {page}");
    let all = bench.bob(&["audit", "--json"]).json();
    assert_eq!((&all["holds"], &all["solvency"]["index"]), (&json!(true), &Value::Null));
    assert_eq!(all["solvency"]["liabilities"], "200000");
    assert_eq!(all["solvency"]["unknown"], json!([]));
    assert_eq!(all["checks"].as_array().map(Vec::len), Some(ballast_audit::names::ALL.len()));

    // Five units of cash that nobody brought, and nobody's name on them.
    let address = bench.alice.account;
    let honest: MarginAccount = bench.small.world.typed(&address);
    let mut account = honest;
    (account.cash, account.counted) = (account.cash + 5, account.counted + 5);
    bench.small.world.overwrite(&address, &account);
    let run = bench.bob(&["audit", "--json"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(4), ""), "{}", run.stdout);
    let all: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(all["holds"], false);
    let cash = check(&all, "1 tokens: cash");
    assert_eq!((&cash["holds"], &cash["residual"]), (&json!(false), &json!("-5")));
    let vault = check(&all, "1 tokens: the vault");
    assert_eq!((&vault["holds"], &vault["residual"]), (&json!(false), &json!("-5")));
    assert_eq!(check(&all, "2 derivatives: net")["holds"], true);
    let run = bench.bob(&["audit"]);
    assert_eq!(run.code, Some(4));
    assert!(run.stdout.contains("does not hold") && run.stdout.contains("off by -5"), "{}", run.stdout);

    bench.small.world.overwrite(&address, &honest);
    bench.bob(&["audit"]).fine();

    // Anybody can send tokens to a vault: that must not silence whoever watches.
    let vault = find_vault(&bench.small.exchange.group()).0;
    let vault = TokenSide { account: vault, ..bench.bob.purse };
    bench.small.world.mint_to(&vault, 7);
    let all = bench.bob(&["audit", "--json"]).json();
    let check = check(&all, "1 tokens: the vault");
    assert_eq!((&check["holds"], &check["surplus"]), (&json!(true), &json!("7")), "{check}");
    let page = bench.bob(&["audit"]).fine();
    assert!(page.contains("holds, with a surplus") && page.contains("somebody gave 7 units"), "{page}");
}

#[test]
fn an_account_that_nothing_stands_behind_is_a_shortfall() {
    let mut bench = Bench::new();
    bench.trade(&["1-PERP +5 @ 95000"]).json();
    // All but ten thousand dollars is gone: what five bitcoin can lose is more.
    let address = bench.alice.account;
    let mut account: MarginAccount = bench.small.world.typed(&address);
    let moved = 10_000_000_000 - account.cash;
    (account.cash, account.uncounted) = (account.cash + moved, account.uncounted + moved);
    bench.small.world.overwrite(&address, &account);
    let run = bench.bob(&["audit", "--json"]);
    let all: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let shortfall = all.pointer("/solvency/worst/shortfall").and_then(Value::as_str).expect("a text");
    let shortfall: f64 = shortfall.parse().expect("a number");
    // The range is sixteen hundredths at least, and thirty-two at most.
    assert!((66_000.0..142_000.0).contains(&shortfall), "{all}");
    assert_eq!(all["solvency"]["index"], 0.0, "nothing is insured: {all}");
}

#[test]
fn books_that_move_are_read_again() {
    let bench = Bench::new();
    let (group, bob, mut node) = (bench.small.exchange.group(), &bench.bob, bench.handle());
    World::new(node.clone()).mint_to(&bob.purse, 1_000_000_000);
    let stop = &AtomicBool::new(false);
    let (runs, count) = std::thread::scope(|scope| {
        // Somebody deposits all the time, so that hardly any single reading sees one state alone.
        let busy = scope.spawn(move || {
            let owner = bob.key.pubkey();
            let mut count = 0;
            while !stop.load(Ordering::Relaxed) {
                count += 1;
                let deposit = deposit(&group, &bob.account, 0, 0, &bob.purse, &owner, count, &[]);
                node.send(&[deposit], &[&bob.key]).expect("the deposit is taken");
                std::thread::sleep(Duration::from_millis(PAUSES[count as usize % PAUSES.len()]));
            }
            count
        });
        let runs: Vec<_> = (0..RUNS).map(|_| bench.alice(&["audit"])).collect();
        stop.store(true, Ordering::Relaxed);
        (runs, busy.join().expect("it ends"))
    });
    assert!(count > RUNS as u64, "{count} deposits are too few");
    for run in runs {
        // Either everything holds at a moment that was found, or there was none.
        let told = format!("{}{}", run.stdout, run.stderr);
        let moved = run.code == Some(1) && run.stderr.starts_with("The group changed during each of");
        assert!(moved || run.code == Some(0), "{told}");
    }
    bench.alice(&["audit"]).fine();
}
