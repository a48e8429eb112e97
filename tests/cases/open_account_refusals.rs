//! What `open_account` refuses, with the error's number; nothing changes when it does.

use crate::refusal::{every_account_is_needed, refused_by_runtime, refused_with};
use anchor_lang::prelude::Pubkey;
use ballast_testkit::{account_program, actor, Account, GroupSpec, Instruction, Keypair, Signer, World};

const PROGRAM: Pubkey = Pubkey::from_str_const("DaZT4FTSFYX6Lv5u8QDyKpG6bDR5riefXqYQPJAXHhcr");
const TOKEN: Pubkey = Pubkey::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

ballast_testkit::on_every_svm!(
    open_account_refuses_what_is_no_group,
    open_account_refuses_tampered_accounts,
    open_account_refuses_a_second_time,
);

struct Scene {
    group: Pubkey,
    owner: Keypair,
    payer: Keypair,
}

impl Scene {
    fn new(world: &mut World) -> Self {
        let (owner, payer) = (world.person("owner"), world.person("rent payer"));
        let quote_mint = world.create_mint(&TOKEN, "dollar", 6);
        let (authority, guardian) = (actor("authority").pubkey(), actor("guardian").pubkey());
        let (creator, payer_ref) = (&owner, &payer);
        let spec = GroupSpec { creator, payer: payer_ref, quote_mint, index: 0, authority, guardian };
        let (group, _) = world.create_group(&spec);
        Self { group, owner, payer }
    }

    fn open(&self, group: &Pubkey, sub_id: u16) -> Instruction {
        account_program::open_account(group, &self.owner.pubkey(), &self.payer.pubkey(), sub_id)
    }

    fn signers(&self) -> [&Keypair; 2] {
        [&self.owner, &self.payer]
    }
}

fn open_account_refuses_what_is_no_group(world: &mut World) {
    let scene = Scene::new(world);
    let (margin_account, _) = world.open_account(&scene.group, &scene.owner, &scene.payer, 0);
    let real = world.svm.account(&scene.group).unwrap();
    let edited = |edit: &dyn Fn(&mut Account)| {
        let mut account = real.clone();
        edit(&mut account);
        account
    };
    let cases: [(&str, u32, Account); 7] = [
        ("a group of another program", 3007, edited(&|group| group.owner = TOKEN)),
        ("a wallet", 3007, Account::new(1_000_000_000, 0, &Pubkey::default())),
        ("an empty account of the program", 3001, edited(&|group| group.data.clear())),
        ("an account without a kind", 3002, edited(&|group| group.data[..8].fill(0))),
        ("half a group", 3003, edited(&|group| group.data.truncate(512))),
        ("a group of an older version", 6005, edited(&|group| group.data[8] = 0)),
        ("a group of a newer version", 6005, edited(&|group| group.data[8] = 3)),
    ];
    for (what, code, account) in cases {
        let group = Keypair::new().pubkey();
        world.svm.set_account(&group, account);
        refused_with(world, what, code, scene.open(&group, 1), &scene.signers());
    }
    let not_a_group = scene.open(&margin_account, 1);
    refused_with(world, "a margin account for a group", 3002, not_a_group, &scene.signers());
    let missing = scene.open(&Pubkey::new_from_array([9; 32]), 1);
    refused_with(world, "no account at all", 3007, missing, &scene.signers());
}

fn open_account_refuses_tampered_accounts(world: &mut World) {
    let scene = Scene::new(world);
    let open = scene.open(&scene.group, 3);
    assert_eq!(open.accounts.len(), 7);
    let tampered = |edit: &dyn Fn(&mut Instruction)| {
        let mut instruction = open.clone();
        edit(&mut instruction);
        instruction
    };
    let (group, owner, payer) = (scene.group, scene.owner.pubkey(), scene.payer.pubkey());
    let address = |group: &Pubkey, owner: &Pubkey, sub_id: [u8; 2]| {
        let seeds: [&[u8]; 4] = [b"account", group.as_ref(), owner.as_ref(), &sub_id];
        Pubkey::find_program_address(&seeds, &PROGRAM).0
    };
    let (other_number, other_owner) = (address(&group, &owner, [0, 3]), address(&group, &payer, [3, 0]));
    let other_group = address(&owner, &owner, [3, 0]);
    let cases: [(&str, u32, Instruction); 10] = [
        ("another number's address", 2006, tampered(&|ix| ix.accounts[0].pubkey = other_number)),
        ("another owner's address", 2006, tampered(&|ix| ix.accounts[0].pubkey = other_owner)),
        ("another group's address", 2006, tampered(&|ix| ix.accounts[0].pubkey = other_group)),
        ("an owner who did not sign", 3010, tampered(&|ix| ix.accounts[2].is_signer = false)),
        ("a payer who did not sign", 3010, tampered(&|ix| ix.accounts[3].is_signer = false)),
        ("another system program", 3008, tampered(&|ix| ix.accounts[4].pubkey = TOKEN)),
        ("another event authority", 2012, tampered(&|ix| ix.accounts[5].pubkey = owner)),
        ("accounts cut short", 3005, tampered(&|ix| ix.accounts.truncate(4))),
        ("no number", 102, tampered(&|ix| ix.data.truncate(8))),
        ("half a number", 102, tampered(&|ix| ix.data.truncate(9))),
    ];
    for (what, code, instruction) in cases {
        refused_with(world, what, code, instruction, &scene.signers());
    }
    // What is left is stopped by the runtime, when the program calls further.
    let unwritable = |position: usize| tampered(&|ix| ix.accounts[position].is_writable = false);
    let foreign = tampered(&|ix| ix.accounts[6].pubkey = TOKEN);
    let cases: [(&str, &str, Instruction); 3] = [
        ("an account that cannot be written", "PrivilegeEscalation", unwritable(0)),
        ("a payer that cannot be written", "PrivilegeEscalation", unwritable(3)),
        ("another program to emit the event", "MissingAccount", foreign),
    ];
    for (what, reason, instruction) in cases {
        refused_by_runtime(world, what, reason, instruction, &scene.signers());
    }
    // The payer may be anybody who signs, the rest of the accounts exactly one.
    every_account_is_needed(world, &open, &scene.signers(), &[3]);
}

fn open_account_refuses_a_second_time(world: &mut World) {
    let scene = Scene::new(world);
    world.open_account(&scene.group, &scene.owner, &scene.payer, 0);
    let again = scene.open(&scene.group, 0);
    refused_with(world, "the same number again", 0, again, &scene.signers());
}
