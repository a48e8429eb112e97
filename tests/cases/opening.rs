//! A governor creates a group over a real SPL mint, and two traders open accounts in it.
//!
//! What is expected is written out here, byte by byte, and not asked of the code under test.

use anchor_lang::{prelude::Pubkey, AccountDeserialize};
use ballast_interface::account::{Group, MarginAccount};
use ballast_testkit::{actor, Account, GroupSpec, Signer, World};

const PROGRAM: Pubkey = Pubkey::from_str_const("DaZT4FTSFYX6Lv5u8QDyKpG6bDR5riefXqYQPJAXHhcr");
const RISK: Pubkey = Pubkey::from_str_const("H2vN9LZW819W5MvKkzXi3SJKGY84bu6ZbcFwSgwGNsGd");
const LIQUIDATION: Pubkey = Pubkey::from_str_const("GeEi9i33oELznwaLzcmG51fv6wysWMEPoY97TrSiPZAC");
const SPL_TOKEN: Pubkey = Pubkey::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

// First eight bytes of SHA-256 of "account:Group", "account:MarginAccount" and the two events' names.
const GROUP_TAG: [u8; 8] = [209, 249, 208, 63, 182, 89, 186, 254];
const ACCOUNT_TAG: [u8; 8] = [133, 220, 173, 213, 179, 211, 43, 238];
const GROUP_CREATED_TAG: [u8; 8] = [132, 94, 184, 198, 77, 165, 13, 26];
const ACCOUNT_OPENED_TAG: [u8; 8] = [250, 89, 39, 67, 35, 119, 126, 63];

/// One with 64 binary places.
const ONE: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];

#[cfg(test)]
ballast_testkit::on_every_svm!(opening);

/// The story.
pub fn opening(world: &mut World) {
    let governor = world.person("governor");
    let creator = governor.pubkey();
    let (authority, guardian) = (actor("authority").pubkey(), actor("guardian").pubkey());

    world.step("A test dollar is minted by SPL Token.");
    let mint = world.create_mint(&SPL_TOKEN, "dollar", 6);
    world.detail("mint", mint);

    world.step("The governor creates group 7 over it.");
    let (group, done) = world.create_group(&GroupSpec {
        creator: &governor,
        payer: &governor,
        quote_mint: mint,
        index: 7,
        authority,
        guardian,
    });
    world.detail("group", group);
    world.detail("compute units", done.compute_units);

    let seeds: [&[u8]; 3] = [b"group", creator.as_ref(), &[7, 0]];
    let (address, bump) = Pubkey::find_program_address(&seeds, &PROGRAM);
    assert_eq!(group, address);
    let (rescuer, _) = Pubkey::find_program_address(&[b"rescuer", group.as_ref()], &LIQUIDATION);
    let expected = [
        &GROUP_TAG[..],
        &[2, bump, 7, 0, 6, 0, 0, 0],
        creator.as_ref(),
        authority.as_ref(),
        guardian.as_ref(),
        mint.as_ref(),
        SPL_TOKEN.as_ref(),
        RISK.as_ref(),
        LIQUIDATION.as_ref(),
        // No vault yet, the liquidation program's address for this group, both indices at one, and nothing else.
        &[0; 32],
        rescuer.as_ref(),
        &ONE,
        &ONE,
        &[0; 688],
    ];
    let account = owned(world, &group, 1_024);
    assert_eq!(account.data, expected.concat());
    let typed = Group::try_deserialize(&mut &account.data[..]).expect("a group");
    assert_eq!((typed.version, typed.bump, typed.index, typed.quote_decimals), (2, bump, 7, 6));
    assert_eq!((typed.authority, typed.guardian, typed.quote_mint), (authority, guardian, mint));
    let event = [
        &GROUP_CREATED_TAG[..],
        group.as_ref(),
        creator.as_ref(),
        &[7, 0],
        authority.as_ref(),
        guardian.as_ref(),
        mint.as_ref(),
        &[6],
        RISK.as_ref(),
        LIQUIDATION.as_ref(),
    ];
    assert_eq!(done.events, [event.concat()]);

    open(world, &group, "alice", 0);
    open(world, &group, "bob", 1);
}

fn open(world: &mut World, group: &Pubkey, name: &str, sub_id: u16) {
    world.step(&format!("{name} opens account {sub_id} in the group."));
    let owner = world.person(name);
    let (margin_account, done) = world.open_account(group, &owner, &owner, sub_id);
    world.detail("account", margin_account);
    world.detail("compute units", done.compute_units);

    let owner = owner.pubkey();
    let number = [sub_id as u8, 0];
    let seeds: [&[u8]; 4] = [b"account", group.as_ref(), owner.as_ref(), &number];
    let (address, bump) = Pubkey::find_program_address(&seeds, &PROGRAM);
    assert_eq!(margin_account, address);
    let head = [&ACCOUNT_TAG[..], &[2, bump], &number, &[0; 4], group.as_ref(), owner.as_ref()].concat();
    let account = owned(world, &margin_account, 5_632);
    assert_eq!(account.data[..80], head);
    assert!(account.data[80..].iter().all(|byte| *byte == 0), "a new account holds nothing");
    let typed = MarginAccount::try_deserialize(&mut &account.data[..]).expect("a margin account");
    assert_eq!((typed.version, typed.bump, typed.sub_id), (2, bump, sub_id));
    assert_eq!((typed.group, typed.owner, typed.cash, typed.sequence), (*group, owner, 0, 0));
    let event = [&ACCOUNT_OPENED_TAG[..], group.as_ref(), margin_account.as_ref(), owner.as_ref(), &number];
    assert_eq!(done.events, [event.concat()]);
}

/// The account at an address, which the program must own, at its length and without rent due.
fn owned(world: &mut World, address: &Pubkey, length: usize) -> Account {
    let account = world.svm.account(address).expect("the account exists");
    assert_eq!((account.owner, account.data.len()), (PROGRAM, length));
    assert_eq!(account.lamports, world.svm.rent(length));
    account
}
