//! What a person reads when something is refused.

use crate::scene::Scene;
use ballast_client::{sentence, Build, Refusal};
use ballast_interface::{account::AccountError, ids, liquidation::LiquidationError, risk::RiskError};
use ballast_testkit::{Signer, DOLLAR};
use solana_instruction::error::InstructionError;
use solana_transaction_error::TransactionError;

#[test]
fn every_program_has_its_own_words_for_the_same_number() {
    let first = [ids::ACCOUNT, ids::RISK, ids::LIQUIDATION].map(|program| sentence(&program, 6_000));
    let own = [
        AccountError::QuoteMintInvalid.to_string(),
        RiskError::NotAuthority.to_string(),
        LiquidationError::VersionUnknown.to_string(),
    ];
    assert_eq!(first.map(|words| words.map(str::to_owned)), own.map(Some));
    assert_eq!(sentence(&ids::ACCOUNT, 5_999), None);
}

#[test]
fn the_innermost_program_is_the_one_that_refused() {
    let line = |program: &str, rest: &str| format!("Program {program} {rest}");
    let [account, risk] = [ids::ACCOUNT, ids::RISK].map(|program| program.to_string());
    let logs = [
        line(&account, "invoke [1]"),
        line(&risk, "invoke [2]"),
        line(&risk, "failed: custom program error: 0x1770"),
        line(&account, "failed: custom program error: 0x1770"),
    ];
    let reason = TransactionError::InstructionError(2, InstructionError::Custom(6_000));
    let refusal = Refusal::new(reason, &logs);
    assert_eq!(refusal.program, Some(ids::RISK));
    assert_eq!(refusal.to_string(), RiskError::NotAuthority.to_string());
    assert!(refusal.is("NotAuthority"));
}

#[test]
fn anchors_own_refusals_and_the_runtimes_have_words() {
    let log = "Program log: AnchorError caused by account: auction. Error Code: AccountOwnedByWrongProgram. \
               Error Number: 3007. Error Message: The given account is owned by a different program than expected.";
    let reason = TransactionError::InstructionError(0, InstructionError::Custom(3_007));
    let refusal = Refusal::new(reason, &[log.to_owned()]);
    assert!(refusal.is("AccountOwnedByWrongProgram"));
    assert_eq!(refusal.to_string(), "The given account is owned by a different program than expected.");
    let refusal = Refusal::new(TransactionError::InsufficientFundsForFee, &[]);
    assert_eq!(refusal.to_string(), "The fee payer has too little SOL for the fee.");
}

#[test]
fn refusals_come_from_the_simulation_and_cost_nothing() {
    let mut scene = Scene::new();
    let anna = scene.trader("anna");
    let (exchange, sender) = (scene.exchange(), scene.sender(&anna.key));
    let account = scene.account(&anna.account);
    let (build, owner) = (Build::new(&exchange), anna.key.pubkey());
    let pocket = || scene.run(scene.chain.rpc().get_balance(&owner)).expect("read");
    let before = pocket();
    let too_much = build.withdraw(&account, 0, 10_001 * DOLLAR as u64, &owner).expect("built");
    let refused = scene.run(sender.send(&too_much, &[])).expect_err("more than there is");
    let refusal = refused.refusal().expect("a program's refusal");
    assert_eq!(refusal.program, Some(ids::ACCOUNT));
    assert_eq!(refused.to_string(), sentence(&ids::ACCOUNT, refusal.code.expect("a number")).expect("words"));
    let too_rich = build.deposit(&account, 0, 10_001 * DOLLAR as u64, &owner).expect("built");
    let refused = scene.run(sender.send(&too_rich, &[])).expect_err("more than the wallet has");
    assert_eq!(refused.to_string(), "Insufficient funds.");
    assert_eq!(pocket(), before);
}
