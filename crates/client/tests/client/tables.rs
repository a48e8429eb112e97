//! Lookup tables: made when they are needed, and found again.

use crate::scene::Scene;
use anchor_lang::{prelude::Pubkey, solana_program::system_instruction::transfer};
use ballast_client::{Account, Build, Signer};
use ballast_testkit::DOLLAR;
use solana_transaction_status_client_types::UiTransactionEncoding;

#[test]
fn tables_are_made_filled_and_found_again_by_another_sender() {
    let mut scene = Scene::new();
    let anna = scene.trader("anna");
    let addresses = scene.exchange().addresses();
    let sender = scene.sender(&anna.key);
    scene.run(sender.cover(&addresses)).expect("covered");
    let tables = || {
        let program = solana_address_lookup_table_interface::program::ID;
        let owner = [&[1][..], anna.key.pubkey().as_ref()].concat();
        scene.run(scene.chain.program_accounts(&program, [(21, owner)])).expect("listed")
    };
    assert_eq!(tables().len(), 1);
    let calls = || scene.node.handle().faults().rpc_calls().get("sendTransaction").copied().unwrap_or(0);
    let before = calls();
    let other = scene.sender(&anna.key);
    scene.run(other.cover(&addresses)).expect("covered already");
    assert_eq!((calls(), tables().len()), (before, 1), "nothing was sent");
    // More than one table holds.
    let many: Vec<_> = (0..300).map(|_| Pubkey::new_unique()).collect();
    scene.run(other.cover(&many)).expect("covered");
    assert_eq!(tables().len(), 2);
}

#[test]
fn a_table_that_is_gone_or_another_is_replaced() {
    let mut scene = Scene::new();
    let anna = scene.trader("anna");
    let (exchange, sender) = (scene.exchange(), scene.sender(&anna.key));
    scene.run(sender.cover(&exchange.addresses())).expect("covered");
    let account = scene.account(&anna.account);
    let deposit =
        Build::new(&exchange).deposit(&account, 0, DOLLAR as u64, &anna.key.pubkey()).expect("built");
    let (table, sound) = {
        let program = solana_address_lookup_table_interface::program::ID;
        let owner = [&[1][..], anna.key.pubkey().as_ref()].concat();
        scene.run(scene.chain.program_accounts(&program, [(21, owner)])).expect("listed").remove(0)
    };
    let closed = Account { lamports: 0, data: vec![], owner: Pubkey::default(), ..sound.clone() };
    // What is left of a table whose later addresses never came in.
    let short = Account { data: sound.data[..56 + 32].to_vec(), ..sound };
    for (round, spoilt) in [closed, short].into_iter().enumerate() {
        scene.small().world.svm.set_account(&table, spoilt);
        scene.run(sender.send(&deposit, &[])).expect("sent all the same");
        let cash = scene.account(&anna.account).state.cash;
        assert_eq!(cash - account.state.cash, (round as i64 + 1) * DOLLAR);
    }
}

#[test]
fn a_table_of_a_slot_that_nobody_remembers_is_refused_and_made_anew() {
    let mut scene = Scene::new();
    let anna = scene.trader("anna");
    let sender = scene.sender(&anna.key);
    let old = solana_address_lookup_table_interface::instruction::create_lookup_table(
        anna.key.pubkey(),
        anna.key.pubkey(),
        u64::MAX / 2,
    );
    let refused = scene.run(sender.send(&[old.0], &[])).expect_err("no such slot");
    assert!(refused.refusal().is_some(), "{refused}");
    // The node answers so slowly that the slot it named has long gone by; tables are made all the same.
    scene.node.handle().faults().delay(std::time::Duration::from_millis(120));
    let addresses = scene.exchange().addresses();
    scene.run(sender.cover(&addresses)).expect("covered");
}

#[test]
fn tables_are_used_only_where_there_is_no_room_without() {
    let mut scene = Scene::new();
    let anna = scene.trader("anna");
    let sender = scene.sender(&anna.key);
    let step = transfer(&anna.key.pubkey(), &Pubkey::new_unique(), 1_000_000_000);
    let sent = scene.run(sender.send(&[step], &[])).expect("sent");
    // A node tells of the older version alone, unless it is asked for newer ones.
    let plain = |signature| {
        let asked = scene.chain.rpc().get_transaction(signature, UiTransactionEncoding::Base64);
        scene.run(asked).map(|found| found.slot)
    };
    assert_eq!(plain(&sent.signature).expect("an old transaction"), sent.slot);
    // And with tables it is the newer one.
    let many: Vec<_> = (0..40).map(|_| Pubkey::new_unique()).collect();
    let steps: Vec<_> = many.iter().map(|to| transfer(&anna.key.pubkey(), to, 1_000_000_000)).collect();
    let sent = scene.run(sender.send(&steps, &[])).expect("sent");
    assert!(plain(&sent.signature).is_err(), "forty accounts need a table");
    let sent = scene.run(sender.send(&steps[..1], &[])).expect("sent");
    assert!(plain(&sent.signature).is_ok(), "one needs none, although it is in the table");
}
