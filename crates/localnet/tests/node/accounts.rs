//! Accounts, by their addresses, owners and contents.

use crate::support::Bench;
use anchor_lang::prelude::Pubkey;
use ballast_localnet::world::small_world;
use ballast_testkit::{Account, Keypair, Signer, Svm};
use serde_json::json;
use solana_account_decoder_client_types::{UiAccountData, UiAccountEncoding, UiDataSliceConfig};
use solana_rpc_client_api::{
    config::{RpcAccountInfoConfig, RpcProgramAccountsConfig},
    filter::{Memcmp, MemcmpEncodedBytes, RpcFilterType},
    request::TokenAccountsFilter,
};

#[tokio::test]
async fn accounts_are_found_by_size_and_content() {
    let bench = Bench::start().await;
    let (owner, mut handle) = (Keypair::new().pubkey(), bench.node.handle());
    let mut put = |data: Vec<u8>| {
        let address = Keypair::new().pubkey();
        let account = Account { lamports: 1_000_000, data, owner, executable: false, rent_epoch: u64::MAX };
        handle.set_account(&address, account);
        address
    };
    let short = put(vec![1, 2, 3]);
    let long = put(vec![1, 2, 3, 4]);
    let other = put(vec![9, 2, 3, 4]);

    let find = async |filters: Vec<RpcFilterType>| -> Vec<Pubkey> {
        let config = RpcProgramAccountsConfig {
            filters: Some(filters),
            account_config: RpcAccountInfoConfig {
                encoding: Some(UiAccountEncoding::Base64),
                data_slice: Some(UiDataSliceConfig { offset: 1, length: 2 }),
                ..Default::default()
            },
            ..Default::default()
        };
        let found = bench.rpc.get_program_ui_accounts_with_config(&owner, config).await.unwrap();
        assert!(found.iter().all(|(_, account)| account.data.decode().unwrap() == [2, 3]));
        let mut keys: Vec<_> = found.into_iter().map(|(address, _)| address).collect();
        keys.sort_unstable();
        keys
    };
    let sorted = |mut keys: Vec<Pubkey>| {
        keys.sort_unstable();
        keys
    };
    let begins = |bytes: &[u8]| RpcFilterType::Memcmp(Memcmp::new_raw_bytes(0, bytes.to_vec()));
    assert_eq!(find(vec![]).await, sorted(vec![short, long, other]));
    assert_eq!(find(vec![RpcFilterType::DataSize(3)]).await, [short]);
    assert_eq!(find(vec![begins(&[1, 2])]).await, sorted(vec![short, long]));
    assert_eq!(find(vec![begins(&[1, 2]), RpcFilterType::DataSize(4)]).await, [long]);
    let text = Memcmp::new(0, MemcmpEncodedBytes::Base64("CQI=".into()));
    assert_eq!(find(vec![RpcFilterType::Memcmp(text)]).await, [other]);
    assert_eq!(find(vec![begins(&[1, 2, 3, 4, 5])]).await, []);
}

#[tokio::test]
async fn many_accounts_keep_their_places() {
    let bench = Bench::start().await;
    let (first, second) = (bench.person().await.pubkey(), bench.person().await.pubkey());
    let nobody = Keypair::new().pubkey();
    let found = bench.rpc.get_multiple_accounts(&[first, nobody, second]).await.unwrap();
    assert_eq!(found.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(
        bench.rpc.get_account_with_commitment(&nobody, bench.rpc.commitment()).await.unwrap().value,
        None
    );
}

#[tokio::test]
async fn tokens_are_counted_and_found() {
    let bench = Bench::start().await;
    let handle = bench.node.handle();
    let build = std::thread::spawn(move || {
        let mut small = small_world(&handle);
        let [trader] = small.traders(["trader"], 1_500_000);
        (trader.purse.account, trader.purse.mint, trader.key.pubkey())
    });
    let (purse, mint, owner) = build.join().expect("the world is built");
    let balance = bench.rpc.get_token_account_balance(&purse).await.unwrap();
    assert_eq!((balance.amount.as_str(), balance.ui_amount_string.as_str()), ("1500000", "1.5"));
    let found = bench.rpc.get_token_accounts_by_owner(&owner, TokenAccountsFilter::Mint(mint)).await.unwrap();
    assert_eq!(found.iter().map(|found| found.pubkey.clone()).collect::<Vec<_>>(), [purse.to_string()]);
    // Wallets ask so, and read what is parsed.
    let UiAccountData::Json(parsed) = &found[0].account.data else { panic!("{found:?}") };
    assert_eq!((parsed.program.as_str(), parsed.space), ("spl-token", 165));
    assert_eq!(
        parsed.parsed,
        json!({"type": "account", "info": {
            "mint": mint.to_string(), "owner": owner.to_string(), "state": "initialized", "isNative": false,
            "tokenAmount": {"amount": "1500000", "decimals": 6, "uiAmount": 1.5, "uiAmountString": "1.5"},
        }})
    );
    let config = RpcAccountInfoConfig { encoding: Some(UiAccountEncoding::JsonParsed), ..Default::default() };
    let seen = bench.rpc.get_ui_account_with_config(&mint, config.clone()).await.unwrap().value.unwrap();
    let UiAccountData::Json(parsed) = &seen.data else { panic!("{seen:?}") };
    let (kind, info) = (&parsed.parsed["type"], &parsed.parsed["info"]);
    assert_eq!((kind, &info["decimals"], &info["isInitialized"]), (&json!("mint"), &json!(6), &json!(true)));
    // A trader of the kit has as much again in the account.
    assert_eq!((&info["supply"], &info["freezeAuthority"]), (&json!("3000000"), &json!(null)));
    assert!(info["mintAuthority"].is_string(), "{info}");
    // What nobody knows how to parse comes in base64.
    let program = bench.rpc.get_ui_account_with_config(&owner, config).await.unwrap().value.unwrap();
    assert_eq!(program.data.decode(), Some(vec![]));
}
