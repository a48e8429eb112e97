//! What subscribers hear.

use crate::support::{next, nothing, Bench, SOL};
use ballast_testkit::{Account, Keypair, Signer, Svm};
use solana_account_decoder_client_types::UiAccountEncoding;
use solana_rpc_client_api::{
    config::{
        RpcAccountInfoConfig, RpcProgramAccountsConfig, RpcTransactionLogsConfig, RpcTransactionLogsFilter,
    },
    filter::RpcFilterType,
    response::RpcSignatureResult,
};

fn base64() -> RpcAccountInfoConfig {
    RpcAccountInfoConfig { encoding: Some(UiAccountEncoding::Base64), ..Default::default() }
}

#[tokio::test]
async fn an_account_is_watched() {
    let bench = Bench::start().await;
    let (from, to) = (bench.person().await, Keypair::new().pubkey());
    let pubsub = bench.pubsub().await;
    let (mut told, unsubscribe) = pubsub.account_subscribe(&to, Some(base64())).await.unwrap();
    let transaction = bench.transfer(&from, &to, SOL).await;
    bench.rpc.send_transaction(&transaction).await.unwrap();
    let heard = next(&mut told).await;
    assert_eq!(heard.value.lamports, SOL);
    assert!(heard.context.slot <= bench.rpc.get_slot().await.unwrap());
    nothing(&mut told).await;
    unsubscribe().await;
}

#[tokio::test]
async fn a_program_is_watched_with_filters() {
    let bench = Bench::start().await;
    let (owner, address) = (Keypair::new().pubkey(), Keypair::new().pubkey());
    let pubsub = bench.pubsub().await;
    let config = RpcProgramAccountsConfig {
        filters: Some(vec![RpcFilterType::DataSize(4)]),
        account_config: base64(),
        ..Default::default()
    };
    let (mut told, _unsubscribe) = pubsub.program_subscribe(&owner, Some(config)).await.unwrap();
    let mut handle = bench.node.handle();
    for data in [vec![1; 3], vec![2; 4]] {
        let account = Account { lamports: SOL, data, owner, executable: false, rent_epoch: u64::MAX };
        handle.set_account(&address, account);
    }
    let heard = next(&mut told).await.value;
    assert_eq!((heard.pubkey, heard.account.data.decode().unwrap()), (address.to_string(), vec![2; 4]));
    nothing(&mut told).await;
}

#[tokio::test]
async fn signatures_and_logs_are_told() {
    let bench = Bench::start().await;
    let (from, to) = (bench.person().await, Keypair::new().pubkey());
    let transaction = bench.transfer(&from, &to, SOL).await;
    let (pubsub, config) = (bench.pubsub().await, RpcTransactionLogsConfig { commitment: None });
    let mentions = |address: &str| RpcTransactionLogsFilter::Mentions(vec![address.to_owned()]);
    let (mut all, _all) = pubsub.logs_subscribe(RpcTransactionLogsFilter::All, config.clone()).await.unwrap();
    let (mut of, _of) = pubsub.logs_subscribe(mentions(&to.to_string()), config.clone()).await.unwrap();
    let stranger = Keypair::new().pubkey().to_string();
    let (mut none, _none) = pubsub.logs_subscribe(mentions(&stranger), config).await.unwrap();
    let signature = transaction.signatures[0];
    let (mut before, _before) = pubsub.signature_subscribe(&signature, None).await.unwrap();
    bench.rpc.send_transaction(&transaction).await.unwrap();
    let good = |result| matches!(result, RpcSignatureResult::ProcessedSignature(done) if done.err.is_none());
    assert!(good(next(&mut before).await.value));
    // Who asks late is told at once.
    let (mut after, _after) = pubsub.signature_subscribe(&signature, None).await.unwrap();
    assert!(good(next(&mut after).await.value));
    for logs in [&mut all, &mut of] {
        let heard = next(logs).await.value;
        assert_eq!((heard.signature, heard.err), (signature.to_string(), None));
        assert!(heard.logs.iter().any(|line| line.contains("success")));
    }
    nothing(&mut none).await;
}

#[tokio::test]
async fn slots_are_told() {
    let bench = Bench::start().await;
    let pubsub = bench.pubsub().await;
    let (mut slots, _slots) = pubsub.slot_subscribe().await.unwrap();
    let (mut roots, _roots) = pubsub.root_subscribe().await.unwrap();
    let (first, second) = (next(&mut slots).await, next(&mut slots).await);
    assert_eq!((first.slot + 1, first.slot), (second.slot, second.parent));
    next(&mut roots).await;
}
