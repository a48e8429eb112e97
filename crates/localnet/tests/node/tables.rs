//! Lookup tables, from their making to their use.

use crate::support::{refusal, Bench, SOL};
use anchor_lang::{
    prelude::{Clock, Pubkey},
    solana_program::system_instruction,
};
use ballast_testkit::{Instruction, Keypair, Signer, Svm};
use solana_address_lookup_table_interface::{
    instruction::{create_lookup_table, extend_lookup_table},
    state::AddressLookupTable,
};
use solana_message::{v0, AddressLookupTableAccount, VersionedMessage};
use solana_rpc_client_api::config::RpcTransactionConfig;
use solana_transaction::{versioned::VersionedTransaction, Transaction};
use solana_transaction_status_client_types::{option_serializer::OptionSerializer, UiTransactionEncoding};
use std::time::Duration;

async fn send(bench: &Bench, payer: &Keypair, step: Instruction) {
    let blockhash = bench.rpc.get_latest_blockhash().await.unwrap();
    let transaction = Transaction::new_signed_with_payer(&[step], Some(&payer.pubkey()), &[payer], blockhash);
    bench.rpc.send_and_confirm_transaction(&transaction).await.expect("it is confirmed");
}

/// A transfer to somebody whose address stands in a new table only, all in the current slot.
async fn by_table(bench: &Bench, payer: &Keypair, to: Pubkey) -> VersionedTransaction {
    let slot = bench.rpc.get_slot().await.unwrap();
    let (create, key) = create_lookup_table(payer.pubkey(), payer.pubkey(), slot);
    send(bench, payer, create).await;
    let extend = extend_lookup_table(key, payer.pubkey(), Some(payer.pubkey()), vec![to]);
    send(bench, payer, extend).await;
    let account = bench.rpc.get_account(&key).await.unwrap();
    let addresses = AddressLookupTable::deserialize(&account.data).unwrap().addresses.to_vec();
    let table = AddressLookupTableAccount { key, addresses };
    let transfer = system_instruction::transfer(&payer.pubkey(), &to, SOL);
    let blockhash = bench.rpc.get_latest_blockhash().await.unwrap();
    let message = v0::Message::try_compile(&payer.pubkey(), &[transfer], &[table], blockhash).unwrap();
    assert_eq!(message.address_table_lookups.len(), 1);
    VersionedTransaction::try_new(VersionedMessage::V0(message), &[payer]).unwrap()
}

#[tokio::test]
async fn a_table_can_be_used_from_the_next_slot_on() {
    // Slots that stand still until they are told.
    let bench = Bench::with_slots(Duration::from_secs(3_600)).await;
    let (payer, to) = (bench.person().await, Keypair::new().pubkey());
    let transaction = by_table(&bench, &payer, to).await;
    let error = bench.rpc.send_transaction(&transaction).await.unwrap_err();
    let reason = "invalid transaction: Transaction address table lookup uses an invalid index";
    assert_eq!(refusal(&error), (-32602, reason));
    let mut handle = bench.node.handle();
    let clock = handle.clock();
    handle.set_clock(Clock { slot: clock.slot + 1, ..clock });
    bench.rpc.send_and_confirm_transaction(&transaction).await.expect("it is confirmed");
    assert_eq!(bench.rpc.get_balance(&to).await.unwrap(), SOL);
}

#[tokio::test]
async fn what_a_table_brought_is_shown() {
    let bench = Bench::start().await;
    let (payer, to) = (bench.person().await, Keypair::new().pubkey());
    let transaction = by_table(&bench, &payer, to).await;
    bench.slots(1).await;
    let signature = bench.rpc.send_and_confirm_transaction(&transaction).await.expect("it is confirmed");
    let config = |version| RpcTransactionConfig {
        encoding: Some(UiTransactionEncoding::Json),
        max_supported_transaction_version: version,
        ..Default::default()
    };
    let shown = bench.rpc.get_transaction_with_config(&signature, config(Some(0))).await.unwrap();
    let OptionSerializer::Some(loaded) = shown.transaction.meta.unwrap().loaded_addresses else {
        panic!("no loaded addresses")
    };
    assert_eq!(loaded.writable, [to.to_string()]);
    let error = bench.rpc.get_transaction_with_config(&signature, config(None)).await.unwrap_err();
    assert_eq!(refusal(&error).0, -32015);
    // A table is enough to be named by a transaction.
    assert_eq!(bench.rpc.get_signatures_for_address(&to).await.unwrap().len(), 1);
}
