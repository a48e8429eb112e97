//! What is read, and what is refused to be read.

use crate::scene::Scene;
use anchor_lang::{prelude::Pubkey, Discriminator};
use ballast_client::{decode, Account, Error, Record};
use ballast_interface::account::{Group, MarginAccount, Market};

#[test]
fn an_account_of_another_owner_kind_length_or_version_is_not_read() {
    let mut scene = Scene::new();
    let anna = scene.trader("anna");
    let sound = scene.run(scene.chain.account(&anna.account)).expect("read").expect("there");
    assert!(decode::<MarginAccount>(&anna.account, &sound).is_ok());
    assert!(matches!(Record::read(&sound), Some(Record::MarginAccount(_))));
    let spoilt = |change: &dyn Fn(&mut Account)| {
        let mut account = sound.clone();
        change(&mut account);
        assert!(Record::read(&account).is_none());
        match decode::<MarginAccount>(&anna.account, &account) {
            Err(Error::Unreadable { why, .. }) => why,
            other => panic!("{:?}", other.map(|account| account.sequence)),
        }
    };
    assert_eq!(spoilt(&|account| account.owner = Pubkey::new_unique()), "another program owns it");
    assert_eq!(spoilt(&|account| account.data[0] ^= 1), "it is of another kind");
    assert_eq!(spoilt(&|account| account.data.truncate(5_000)), "it has another length");
    for version in [1, 3] {
        let why = spoilt(&|account| account.data[8] = version);
        assert_eq!(why, "it was written by another version of Ballast");
    }
    // A market is not read as an account, nor the other way round.
    assert!(decode::<Market>(&anna.account, &sound).is_err());
    assert_ne!(Market::DISCRIMINATOR, MarginAccount::DISCRIMINATOR);
}

#[test]
fn what_is_not_there_is_missing_by_name() {
    let scene = Scene::new();
    let nowhere = Pubkey::new_unique();
    let missing = scene.run(scene.chain.get::<Group>(&nowhere)).map(|group| group.index);
    assert_eq!(
        missing.expect_err("nothing is there").to_string(),
        format!("There is no group at {nowhere}.")
    );
}

#[test]
fn an_exchange_is_read_whole() {
    let scene = Scene::new();
    let exchange = scene.exchange();
    assert_eq!(exchange.markets.keys().copied().collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(exchange.risks.len(), 3);
    assert_eq!(exchange.banks.keys().copied().collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(exchange.venues.keys().copied().collect::<Vec<_>>(), [1]);
    assert!(exchange.fund.is_some());
    assert_eq!(exchange.decimals(0).expect("cash"), 6);
    assert_eq!(
        exchange.market(4).map(|_| ()).expect_err("none").to_string(),
        "The group has no market number 4."
    );
}
