//! What every SVM under the stories does alike: time, money, refusals.

use anchor_lang::{prelude::Pubkey, solana_program::system_instruction};
use ballast_testkit::{Signer, World};

ballast_testkit::on_every_svm!(time_passes_only_when_told, a_refusal_says_why);

fn time_passes_only_when_told(world: &mut World) {
    let start = world.svm.clock();
    assert_eq!(start.unix_timestamp, 1_793_577_600);
    world.person("alice");
    assert_eq!(world.svm.clock(), start);
    world.svm.pass(3_600);
    let later = world.svm.clock();
    assert_eq!((later.unix_timestamp, later.slot), (1_793_581_200, start.slot));
}

fn a_refusal_says_why(world: &mut World) {
    let alice = world.person("alice");
    let nobody = Pubkey::new_from_array([9; 32]);
    let too_much = system_instruction::transfer(&alice.pubkey(), &nobody, 100_000_000_001);
    // The same twice, since a runtime forgets no transaction that it has seen.
    for _ in 0..2 {
        let failure = world.svm.send(std::slice::from_ref(&too_much), &[&alice]).unwrap_err();
        assert_eq!(failure.code(), Some(1));
        assert!(failure.logs.iter().any(|line| line.contains("insufficient lamports")), "{failure:#?}");
    }
    assert!(world.svm.account(&nobody).is_none());
    assert_eq!(world.svm.account(&alice.pubkey()).unwrap().lamports, 100_000_000_000);
}
