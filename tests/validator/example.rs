//! What a project that builds on Ballast would write: shown in docs/integrators.md, word for word.

use ballast_interface::{
    ids,
    risk::{Assessment, Preset},
};
use ballast_testkit::{
    actor, risk_program,
    validator::{rehearsal, Genesis},
    AccountMeta, Arch, Signer, World, BTC, DOLLAR,
};

#[test]
#[ignore = "needs a validator: make validator-test"]
fn a_program_that_asks_the_risk_program_is_called_by_rpc() {
    // The page begins here.
    let mut world = rehearsal(Arch::V3); // LiteSVM, at this machine's time
    let exchange = world.create_exchange(Preset::Ballast, &[BTC]);
    world.set_price(&exchange.risk, BTC, 95_000 * 100_000_000); // in 10^-8 dollars
    let anna = world.trader(&exchange, "anna", 10_000 * DOLLAR);
    world.deposit_token(&exchange, &anna, 1, 100_000_000); // one BTC

    let mine = actor("my program").pubkey();
    let genesis = Genesis::world(world).program(mine, "../../target/deploy/v3/risk_caller.so");
    let mut world = World::new(genesis.start()); // the same world goes on, by RPC
    world.set_price(&exchange.risk, BTC, 90_000 * 100_000_000);

    let mut ask = risk_program::assess(&exchange.group(), &anna.account, &[BTC]);
    ask.accounts.push(AccountMeta::new_readonly(ids::RISK, false)); // whom my program calls
    ask.program_id = mine;
    let answer = world.svm.send(&[ask], &[]).expect("my program answers");
    let report = Assessment::from_bytes(&answer.return_data).expect("a report");
    // Dollars: ten thousand, and what the bitcoin is worth now.
    assert_eq!(report.value.get() / 10_000_000_000, 100_000);
    // The page ends here.
}
