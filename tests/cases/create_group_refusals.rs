//! What `create_group` refuses, with the error's number; nothing changes when it does.

use crate::refusal::{every_account_is_needed, refused_by_runtime, refused_with};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::CreateGroupArgs;
use ballast_testkit::{account_program, actor, Account, GroupSpec, Instruction, Keypair, Signer, World};

const PROGRAM: Pubkey = Pubkey::from_str_const("DaZT4FTSFYX6Lv5u8QDyKpG6bDR5riefXqYQPJAXHhcr");
const TOKEN: Pubkey = Pubkey::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
const TOKEN_2022: Pubkey = Pubkey::from_str_const("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
const NOBODY: Pubkey = Pubkey::new_from_array([0; 32]);

ballast_testkit::on_every_svm!(
    create_group_refuses_what_is_no_quote_mint,
    create_group_refuses_bad_arguments,
    create_group_refuses_tampered_accounts,
);

struct Scene {
    creator: Keypair,
    payer: Keypair,
    mint: Pubkey,
}

impl Scene {
    fn new(world: &mut World) -> Self {
        let mint = world.create_mint(&TOKEN, "dollar", 6);
        Self { creator: world.person("creator"), payer: world.person("rent payer"), mint }
    }

    fn spec(&self) -> GroupSpec<'_> {
        GroupSpec {
            creator: &self.creator,
            payer: &self.payer,
            quote_mint: self.mint,
            index: 0,
            authority: actor("authority").pubkey(),
            guardian: actor("guardian").pubkey(),
        }
    }

    fn create(&self, quote_mint: &Pubkey, args: CreateGroupArgs) -> Instruction {
        account_program::create_group(&self.creator.pubkey(), &self.payer.pubkey(), quote_mint, &args)
    }

    fn signers(&self) -> [&Keypair; 2] {
        [&self.creator, &self.payer]
    }
}

fn create_group_refuses_what_is_no_quote_mint(world: &mut World) {
    let scene = Scene::new(world);
    let real = world.svm.account(&scene.mint).unwrap();
    let with = |owner: Pubkey, data: Vec<u8>| Account { owner, data, ..real.clone() };
    let edited = |edit: fn(&mut Vec<u8>)| {
        let mut data = real.data.clone();
        edit(&mut data);
        data
    };

    let cases: [(&str, u32, Account); 11] = [
        ("a mint of no token program", 6000, with(PROGRAM, real.data.clone())),
        ("a wallet", 6000, with(NOBODY, vec![])),
        ("an uninitialised mint", 6000, with(TOKEN, vec![0; 82])),
        ("a mint one byte short", 6000, with(TOKEN, edited(|data| data.truncate(81)))),
        ("a mint one byte long", 6000, with(TOKEN, edited(|data| data.push(0)))),
        ("a token account", 6000, with(TOKEN, edited(|data| data.resize(165, 1)))),
        ("an extended mint of the old program", 6000, with(TOKEN, edited(|data| data.resize(202, 1)))),
        ("a token account of Token-2022", 6000, with(TOKEN_2022, edited(|data| data.resize(202, 2)))),
        ("a plain token account of Token-2022", 6000, with(TOKEN_2022, edited(|data| data.resize(165, 1)))),
        ("a multisig of Token-2022", 6000, with(TOKEN_2022, edited(|data| data.resize(355, 1)))),
        ("a mint of ten decimals", 6001, with(TOKEN, edited(|data| data[44] = 10))),
    ];
    for (what, code, account) in cases {
        let mint = Keypair::new().pubkey();
        world.svm.set_account(&mint, Account { lamports: 1_000_000_000, ..account });
        let create = scene.create(&mint, scene.spec().args());
        refused_with(world, what, code, create, &scene.signers());
    }
    let missing = scene.create(&Pubkey::new_from_array([9; 32]), scene.spec().args());
    refused_with(world, "no account at all", 6000, missing, &scene.signers());
}

fn create_group_refuses_bad_arguments(world: &mut World) {
    let scene = Scene::new(world);
    let good = scene.spec().args();
    let authority = good.authority;
    let cases: [(&str, u32, CreateGroupArgs); 8] = [
        ("no authority", 6002, CreateGroupArgs { authority: NOBODY, ..good.clone() }),
        ("no guardian", 6003, CreateGroupArgs { guardian: NOBODY, ..good.clone() }),
        ("guardian is authority", 6003, CreateGroupArgs { guardian: authority, ..good.clone() }),
        ("no risk program", 6004, CreateGroupArgs { risk_program: NOBODY, ..good.clone() }),
        ("no liquidation program", 6004, CreateGroupArgs { liquidation_program: NOBODY, ..good.clone() }),
        (
            "risk is liquidation",
            6004,
            CreateGroupArgs { risk_program: good.liquidation_program, ..good.clone() },
        ),
        ("risk is account", 6004, CreateGroupArgs { risk_program: PROGRAM, ..good.clone() }),
        ("liquidation is account", 6004, CreateGroupArgs { liquidation_program: PROGRAM, ..good.clone() }),
    ];
    for (what, code, args) in cases {
        refused_with(world, what, code, scene.create(&scene.mint, args), &scene.signers());
    }

    let create = scene.create(&scene.mint, good);
    // 8 bytes of discriminator, index, four addresses; fewer bytes name no instruction or no arguments.
    assert_eq!(create.data.len(), 8 + 2 + 4 * 32);
    for (length, code) in [(0, 101), (7, 101), (8, 102), (9, 102), (137, 102)] {
        let mut short = create.clone();
        short.data.truncate(length);
        refused_with(world, &format!("{length} bytes of data"), code, short, &scene.signers());
    }
}

fn create_group_refuses_tampered_accounts(world: &mut World) {
    let scene = Scene::new(world);
    let create = scene.create(&scene.mint, scene.spec().args());
    let keys: Vec<_> = create.accounts.iter().map(|meta| meta.pubkey).collect();
    let [_, mint, creator, payer, system, _, program] = keys[..] else {
        panic!("create_group takes seven accounts");
    };
    assert_eq!((mint, creator, payer), (scene.mint, scene.creator.pubkey(), scene.payer.pubkey()));
    assert_eq!((system, program), (NOBODY, PROGRAM));

    let tampered = |edit: &dyn Fn(&mut Instruction)| {
        let mut instruction = create.clone();
        edit(&mut instruction);
        instruction
    };
    let other_index = Pubkey::find_program_address(&[b"group", creator.as_ref(), &[1, 0]], &PROGRAM).0;
    let other_creator = Pubkey::find_program_address(&[b"group", payer.as_ref(), &[0, 0]], &PROGRAM).0;
    let cases: [(&str, u32, Instruction); 7] = [
        ("another index's address", 2006, tampered(&|ix| ix.accounts[0].pubkey = other_index)),
        ("another creator's address", 2006, tampered(&|ix| ix.accounts[0].pubkey = other_creator)),
        ("a creator who did not sign", 3010, tampered(&|ix| ix.accounts[2].is_signer = false)),
        ("a payer who did not sign", 3010, tampered(&|ix| ix.accounts[3].is_signer = false)),
        ("another system program", 3008, tampered(&|ix| ix.accounts[4].pubkey = TOKEN)),
        ("another event authority", 2012, tampered(&|ix| ix.accounts[5].pubkey = creator)),
        ("accounts cut short", 3005, tampered(&|ix| ix.accounts.truncate(4))),
    ];
    for (what, code, instruction) in cases {
        refused_with(world, what, code, instruction, &scene.signers());
    }
    // What is left is stopped by the runtime, when the program calls further.
    let unwritable = |position: usize| tampered(&|ix| ix.accounts[position].is_writable = false);
    let foreign = tampered(&|ix| ix.accounts[6].pubkey = TOKEN);
    let cases: [(&str, &str, Instruction); 3] = [
        ("a group that cannot be written", "PrivilegeEscalation", unwritable(0)),
        ("a payer that cannot be written", "PrivilegeEscalation", unwritable(3)),
        ("another program to emit the event", "MissingAccount", foreign),
    ];
    for (what, reason, instruction) in cases {
        refused_by_runtime(world, what, reason, instruction, &scene.signers());
    }
    // The payer may be anybody who signs, the rest of the accounts exactly one.
    every_account_is_needed(world, &create, &scene.signers(), &[3]);

    world.create_group(&scene.spec());
    refused_with(world, "a second time", 0, create, &scene.signers());
}
