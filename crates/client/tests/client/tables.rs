//! Lookup tables: made when they are needed, and found again.

use crate::scene::Scene;
use ballast_client::Signer;

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
    let many: Vec<_> = (0..300).map(|_| anchor_lang::prelude::Pubkey::new_unique()).collect();
    scene.run(other.cover(&many)).expect("covered");
    assert_eq!(tables().len(), 2);
}
