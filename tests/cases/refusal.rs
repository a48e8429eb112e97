//! Attempts that must be refused and change nothing.

use anchor_lang::prelude::Pubkey;
use ballast_testkit::{Account, Failure, Instruction, Keypair, Signer, Svm, World};

/// Sends what must be refused and returns why it was, once no account but the fee payer's has changed.
pub fn refused(world: &mut World, what: &str, instruction: Instruction, signers: &[&Keypair]) -> Failure {
    let signers: Vec<_> = needed(&instruction, signers);
    let before = snapshot(world.svm.as_mut(), &instruction);
    let Err(failure) = world.svm.send(std::slice::from_ref(&instruction), &signers) else {
        panic!("{what}: was accepted");
    };
    let after = snapshot(world.svm.as_mut(), &instruction);
    assert_eq!(before, after, "{what}: refused, yet something changed");
    failure
}

/// Sends what must be refused with the program error `code`.
pub fn refused_with(
    world: &mut World,
    what: &str,
    code: u32,
    instruction: Instruction,
    signers: &[&Keypair],
) {
    let failure = refused(world, what, instruction, signers);
    assert_eq!(failure.code(), Some(code), "{what}: {failure:#?}");
}

/// Sends what must be refused by the runtime itself, for the reason of that name.
pub fn refused_by_runtime(
    world: &mut World,
    what: &str,
    reason: &str,
    instruction: Instruction,
    signers: &[&Keypair],
) {
    let failure = refused(world, what, instruction, signers);
    assert!(format!("{:?}", failure.reason).contains(reason), "{what}: {failure:#?}");
}

/// Drops every account of an instruction in turn, and puts every other one and a stranger in its place; each
/// must be refused. An account in `free` may be any other by right, so it is only dropped.
pub fn every_account_is_needed(
    world: &mut World,
    instruction: &Instruction,
    signers: &[&Keypair],
    free: &[usize],
) {
    for position in 0..instruction.accounts.len() {
        let mut dropped = instruction.clone();
        dropped.accounts.remove(position);
        refused(world, &format!("account {position} dropped"), dropped, signers);
        if free.contains(&position) {
            continue;
        }
        let others = instruction.accounts.iter().map(|meta| meta.pubkey);
        for key in others.chain([Pubkey::new_from_array([9; 32])]) {
            if key == instruction.accounts[position].pubkey {
                continue;
            }
            let mut substituted = instruction.clone();
            let meta = &mut substituted.accounts[position];
            meta.pubkey = key;
            meta.is_signer &= signers.iter().any(|signer| signer.pubkey() == key);
            refused(world, &format!("account {position} replaced by {key}"), substituted, signers);
        }
    }
}

/// The signers that a tampered instruction still asks for; the SVM would not take superfluous ones.
fn needed<'a>(instruction: &Instruction, signers: &[&'a Keypair]) -> Vec<&'a Keypair> {
    let asked = |key: Pubkey| instruction.accounts.iter().any(|meta| meta.is_signer && meta.pubkey == key);
    signers.iter().copied().filter(|signer| asked(signer.pubkey())).collect()
}

fn snapshot(svm: &mut dyn Svm, instruction: &Instruction) -> Vec<(Pubkey, Option<Account>)> {
    let payer = svm.payer();
    let keys = instruction.accounts.iter().map(|meta| meta.pubkey).filter(|key| *key != payer);
    keys.map(|key| (key, svm.account(&key))).collect()
}
