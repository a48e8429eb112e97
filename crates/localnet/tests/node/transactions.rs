//! Transactions from sending to history.

use crate::support::{preflight, refusal, Bench, SOL};
use anchor_lang::solana_program::system_instruction;
use ballast_testkit::{Keypair, Signer};
use solana_account_decoder_client_types::UiAccountEncoding;
use solana_rpc_client_api::config::{
    RpcSendTransactionConfig, RpcSimulateTransactionAccountsConfig, RpcSimulateTransactionConfig,
};
use solana_transaction::Transaction;
use solana_transaction_error::TransactionError;
use solana_transaction_status_client_types::UiTransactionEncoding;

#[tokio::test]
async fn money_is_given_sent_and_found() {
    let bench = Bench::start().await;
    let (from, to) = (bench.person().await, Keypair::new().pubkey());
    let transaction = bench.transfer(&from, &to, SOL).await;
    let signature = bench.rpc.send_and_confirm_transaction(&transaction).await.expect("it is confirmed");

    assert_eq!(bench.rpc.get_balance(&to).await.unwrap(), SOL);
    assert_eq!(bench.rpc.get_balance(&from.pubkey()).await.unwrap(), 9 * SOL - 5_000);
    let shown = bench.rpc.get_transaction(&signature, UiTransactionEncoding::Json).await.unwrap();
    let meta = shown.transaction.meta.expect("a meta");
    assert_eq!((meta.fee, meta.err), (5_000, None));
    assert_eq!(meta.pre_balances, [10 * SOL, 0, 1]);
    assert_eq!(meta.post_balances, [9 * SOL - 5_000, SOL, 1]);
    let raw = bench.rpc.get_transaction(&signature, UiTransactionEncoding::Base64).await.unwrap();
    assert_eq!(raw.transaction.transaction.decode().expect("it decodes"), transaction.into());
    let parsed = bench.rpc.get_transaction(&signature, UiTransactionEncoding::JsonParsed).await;
    assert!(parsed.is_ok(), "{parsed:?}");
    let history = bench.rpc.get_signatures_for_address(&from.pubkey()).await.unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!(history[0].signature, signature.to_string());
    bench.node.stop().await;
}

#[tokio::test]
async fn a_priority_is_paid_for() {
    use anchor_lang::prelude::{pubkey, Pubkey};
    const BUDGET: Pubkey = pubkey!("ComputeBudget111111111111111111111111111111");
    let bench = Bench::start().await;
    let from = bench.person().await;
    // A limit of 10'000 units, at a lamport a unit.
    let limit = [&[2][..], &10_000u32.to_le_bytes()].concat();
    let price = [&[3][..], &1_000_000u64.to_le_bytes()].concat();
    let [limit, price] = [limit, price].map(|data| ballast_testkit::Instruction {
        program_id: BUDGET,
        accounts: vec![],
        data,
    });
    let transfer = system_instruction::transfer(&from.pubkey(), &Keypair::new().pubkey(), SOL);
    let blockhash = bench.rpc.get_latest_blockhash().await.unwrap();
    let steps = [limit, price, transfer];
    let transaction = Transaction::new_signed_with_payer(&steps, Some(&from.pubkey()), &[&from], blockhash);
    let fee = bench.rpc.get_fee_for_message(&transaction.message).await.unwrap();
    assert_eq!(fee, 15_000);
    bench.rpc.send_and_confirm_transaction(&transaction).await.expect("it is confirmed");
    assert_eq!(bench.rpc.get_balance(&from.pubkey()).await.unwrap(), 9 * SOL - fee);
}

#[tokio::test]
async fn what_fails_is_refused_before_it_is_sent() {
    let bench = Bench::start().await;
    let (from, to) = (bench.person().await, Keypair::new().pubkey());
    let transaction = bench.transfer(&from, &to, 11 * SOL).await;
    let error = bench.rpc.send_transaction(&transaction).await.unwrap_err();
    let (code, message) = refusal(&error);
    assert_eq!(code, -32002);
    let reason = "Error processing Instruction 0: custom program error: 0x1";
    assert_eq!(message, format!("Transaction simulation failed: {reason}"));
    let found = preflight(&error);
    assert_eq!(found.err.clone().unwrap().to_string(), reason);
    assert!(found.logs.as_ref().unwrap().iter().any(|line| line.contains("insufficient lamports")));
    assert_eq!(bench.rpc.get_balance(&from.pubkey()).await.unwrap(), 10 * SOL);

    // Without a look before, it is executed, and pays for that.
    let blind = RpcSendTransactionConfig { skip_preflight: true, ..Default::default() };
    let signature = bench.rpc.send_transaction_with_config(&transaction, blind).await.unwrap();
    let status = bench.rpc.get_signature_status(&signature).await.unwrap();
    assert!(matches!(status, Some(Err(TransactionError::InstructionError(0, _)))));
    assert_eq!(bench.rpc.get_balance(&from.pubkey()).await.unwrap(), 10 * SOL - 5_000);
}

#[tokio::test]
async fn a_forged_signature_is_refused() {
    let bench = Bench::start().await;
    let (from, to) = (bench.person().await, Keypair::new().pubkey());
    let mut forged = bench.transfer(&from, &to, SOL).await;
    forged.signatures[0] = Keypair::new().sign_message(b"something else");
    let error = bench.rpc.send_transaction(&forged).await.unwrap_err();
    assert_eq!(refusal(&error), (-32003, "Transaction signature verification failure"));
    let blind = RpcSendTransactionConfig { skip_preflight: true, ..Default::default() };
    bench.rpc.send_transaction_with_config(&forged, blind).await.expect("nobody looks");
    assert_eq!(bench.rpc.get_balance(&to).await.unwrap(), 0);
}

#[tokio::test]
async fn nothing_is_executed_twice() {
    let bench = Bench::start().await;
    let (from, to) = (bench.person().await, Keypair::new().pubkey());
    let transaction = bench.transfer(&from, &to, SOL).await;
    bench.rpc.send_and_confirm_transaction(&transaction).await.expect("it is confirmed");
    let error = bench.rpc.send_transaction(&transaction).await.unwrap_err();
    let message = "Transaction simulation failed: This transaction has already been processed";
    assert_eq!(refusal(&error), (-32002, message));
    assert_eq!(
        preflight(&error).err.clone().unwrap().to_string(),
        TransactionError::AlreadyProcessed.to_string()
    );
    assert_eq!(bench.rpc.get_balance(&to).await.unwrap(), SOL);
}

#[tokio::test]
async fn a_blockhash_grows_old() {
    let bench = Bench::start().await;
    let (from, to) = (bench.person().await, Keypair::new().pubkey());
    let transaction = bench.transfer(&from, &to, SOL).await;
    let blockhash = transaction.message.recent_blockhash;
    let (_, last) = bench.rpc.get_latest_blockhash_with_commitment(bench.rpc.commitment()).await.unwrap();
    assert!(bench.rpc.is_blockhash_valid(&blockhash, bench.rpc.commitment()).await.unwrap());
    while bench.rpc.get_block_height().await.unwrap() <= last {
        bench.slots(10).await;
    }
    assert!(!bench.rpc.is_blockhash_valid(&blockhash, bench.rpc.commitment()).await.unwrap());
    let error = bench.rpc.send_transaction(&transaction).await.unwrap_err();
    assert_eq!(refusal(&error), (-32002, "Transaction simulation failed: Blockhash not found"));
}

#[tokio::test]
async fn a_simulation_changes_nothing() {
    let bench = Bench::start().await;
    let (from, to) = (bench.person().await, Keypair::new().pubkey());
    let transfer = system_instruction::transfer(&from.pubkey(), &to, SOL);
    let unsigned = Transaction::new_with_payer(&[transfer], Some(&from.pubkey()));
    let config = |replace, accounts| RpcSimulateTransactionConfig {
        replace_recent_blockhash: replace,
        inner_instructions: true,
        accounts,
        ..Default::default()
    };
    let wanted = RpcSimulateTransactionAccountsConfig {
        encoding: Some(UiAccountEncoding::Base64),
        addresses: vec![to.to_string()],
    };
    let simulate = |config| bench.rpc.simulate_transaction_with_config(&unsigned, config);
    let done = simulate(config(true, Some(wanted))).await.unwrap().value;
    assert_eq!((done.err, done.units_consumed), (None, Some(150)));
    assert_eq!(done.accounts.unwrap()[0].as_ref().unwrap().lamports, SOL);
    assert!(done.replacement_blockhash.is_some());
    let refused = simulate(config(false, None)).await.unwrap().value;
    assert_eq!(refused.err.unwrap().to_string(), TransactionError::BlockhashNotFound.to_string());
    assert_eq!(bench.rpc.get_balance(&to).await.unwrap(), 0);
}
