//! Openings off the usual path: other token programs, other payers, addresses that others have touched.

use anchor_lang::prelude::Pubkey;
use ballast_testkit::{actor, Account, GroupSpec, Keypair, Signer, World};

const TOKEN: Pubkey = Pubkey::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
const TOKEN_2022: Pubkey = Pubkey::from_str_const("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");

ballast_testkit::on_every_svm!(
    opening_over_token_2022,
    opening_at_someone_elses_cost,
    opening_at_an_address_that_holds_lamports,
);

fn create_group(world: &mut World, creator: &Keypair, payer: &Keypair, quote_mint: Pubkey) -> Pubkey {
    let (authority, guardian) = (actor("authority").pubkey(), actor("guardian").pubkey());
    let spec = GroupSpec { creator, payer, quote_mint, index: 0, authority, guardian };
    world.create_group(&spec).0
}

/// A Token-2022 mint serves as well, plain or with extensions, and the group remembers its program.
fn opening_over_token_2022(world: &mut World) {
    let governor = world.person("governor");
    let plain = world.create_mint(&TOKEN_2022, "plain dollar", 9);
    let group = create_group(world, &governor, &governor, plain);
    let data = world.svm.account(&group).unwrap().data;
    assert_eq!(data[12], 9);
    assert_eq!(data[144..176], TOKEN_2022.to_bytes());

    // A mint with an extension: padded to 165 bytes, marked as a mint, then the extensions.
    let mut extended = world.svm.account(&plain).unwrap();
    extended.data.resize(165, 0);
    extended.data.extend([1; 37]);
    extended.lamports *= 2;
    let address = actor("extended dollar").pubkey();
    world.svm.set_account(&address, extended);
    let other = world.person("other governor");
    create_group(world, &other, &other, address);
}

/// The rent may come from somebody who gains no power by it.
fn opening_at_someone_elses_cost(world: &mut World) {
    let (governor, alice, sponsor) = (actor("governor"), actor("alice"), world.person("sponsor"));
    let mint = world.create_mint(&TOKEN, "dollar", 6);
    let group = create_group(world, &governor, &sponsor, mint);
    let (margin_account, _) = world.open_account(&group, &alice, &sponsor, 65_535);
    assert!(world.svm.account(&governor.pubkey()).is_none());
    assert!(world.svm.account(&alice.pubkey()).is_none());
    assert_eq!(world.svm.account(&margin_account).unwrap().data[48..80], alice.pubkey().to_bytes());
}

/// Nobody can block an address by sending lamports to it first, too few or too many.
fn opening_at_an_address_that_holds_lamports(world: &mut World) {
    let alice = world.person("alice");
    let mint = world.create_mint(&TOKEN, "dollar", 6);
    let group = create_group(world, &alice, &alice, mint);
    for (sub_id, lamports) in [(0, 1), (1, 1_000_000), (2, 10_000_000_000)] {
        let (address, _) = ballast_interface::seeds::find_margin_account(&group, &alice.pubkey(), sub_id);
        world.svm.set_account(&address, Account::new(lamports, 0, &Pubkey::default()));
        world.open_account(&group, &alice, &alice, sub_id);
    }
}
