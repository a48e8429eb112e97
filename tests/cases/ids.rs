//! The checked-in keypairs, the ids in the code and `Anchor.toml` name the same programs.

use anchor_lang::prelude::Pubkey;
use ballast_interface::ids;

fn checked_in(keypair: &str) -> Pubkey {
    let bytes = keypair.trim().trim_matches(['[', ']']).split(',');
    let bytes: Vec<u8> = bytes.map(|byte| byte.parse().expect("a byte")).collect();
    Pubkey::try_from(&bytes[32..]).expect("32 bytes of public key")
}

#[test]
fn the_keypairs_are_those_of_the_ids() {
    let account = include_str!("../keys/ballast_account-keypair.json");
    assert_eq!(checked_in(account), ids::ACCOUNT);
    assert_eq!(checked_in(include_str!("../keys/ballast_risk-keypair.json")), ids::RISK);
    assert_eq!(checked_in(include_str!("../keys/ballast_liquidation-keypair.json")), ids::LIQUIDATION);
    assert_eq!(ballast_account::ID, ids::ACCOUNT);
    assert!(include_str!("../../Anchor.toml").contains(&format!("\"{}\"", ids::ACCOUNT)));
}
