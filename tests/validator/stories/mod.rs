//! An exchange from its deployment on: its trader, venue, keeper and governor, an upgrade, and a restart.

mod fall;
mod feed;
mod founding;
mod governor;
mod home;
#[path = "../../../crates/cli/tests/crash/keepers.rs"]
mod keepers;
mod renewal;
mod stage;
mod stream;
mod told;
mod trader;
mod venue;

use fall::{follows, keeper, BITCOIN, ETHER, SOL};
use stage::Stage;

#[test]
#[ignore = "needs a validator: make validator-test"]
fn an_exchange_is_founded_used_upgraded_and_started_again() {
    let mut stage = Stage::new("An exchange on v0 programs, which are upgraded to v3", true);
    stage.found("v0");

    let [alice, bob] = trader::day(&mut stage, ["alice", "bob"]);
    let text = stage.change_rules("v0", &alice);
    stage.tighten(&alice);
    stage.post_surfaces([95_000, 3_400, 180]);
    stage.wide_fill([&alice, &bob]);

    let (kim, process) = keeper(&mut stage, "kim");
    BITCOIN.play(&mut stage, ["victor", "mara"], &kim);
    follows(&process, 0..=0);
    stage.audit(&alice);
    assert!(process.stop().success(), "it stops in good order");

    stage.feed.set([95_000, 3_400, 180]);
    stage.upgrade(&text, "v0", "v3");

    let [carol, dave] = trader::day(&mut stage, ["carol", "dave"]);
    let (kate, process) = keeper(&mut stage, "kate");
    ETHER.play(&mut stage, ["vera", "mike"], &kate);
    follows(&process, 0..=0);
    stage.audit(&carol);

    stage.start_again("v3");
    stage.feed.set(ETHER.prices);
    stage.run(&carol, &["withdraw", "0.5"]).fine();
    assert_eq!(stage.wallet(&carol, 0), 50_000_000_000);
    let counterparty = dave.file.display().to_string();
    let trade = ["trade", "block", "--counterparty", &counterparty, "--leg", "1-PERP -0.7 @ 95000"];
    stage.run(&carol, &trade).fine();
    assert!([&carol, &dave].map(|person| stage.margin_account(person).legs[0].market) == [0, 0]);
    stage.told.done("a withdrawal and a trade go on");
    SOL.play(&mut stage, ["vito", "mona"], &kate);
    // Once when the validator ended, and for each try until it was there again.
    follows(&process, 1..=100);
    stage.audit(&carol);
    assert!(process.stop().success(), "it stops in good order");
    stage.told.end();
}

#[test]
#[ignore = "needs a validator: make validator-test"]
fn an_exchange_is_founded_on_v3_programs() {
    let mut stage = Stage::new("An exchange on v3 programs from the beginning", false);
    stage.found("v3");
    stage.takes_only_v3();
    let [alice, _] = trader::day(&mut stage, ["alice", "bob"]);
    let (kim, process) = keeper(&mut stage, "kim");
    BITCOIN.play(&mut stage, ["victor", "mara"], &kim);
    process.kill();
    stage.audit(&alice);
    stage.told.end();
}
