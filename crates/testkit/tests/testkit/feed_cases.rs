//! What the test feed does and what it refuses: played on LiteSVM here, and on a validator by its suite.

use anchor_lang::prelude::Pubkey;
use ballast_testkit::{
    actor, feed_id, Account, AccountMeta, Instruction, Keypair, Level, PriceUpdate, Signer, World, BTC,
};

/// The price account that is written.
const PRICE: Pubkey = Pubkey::new_from_array([21; 32]);
/// One that belongs to another program.
const OTHER: Pubkey = Pubkey::new_from_array([22; 32]);

/// The accounts that must be there before, the one of the feed and the one of another program.
pub fn accounts(feed: &Pubkey, other: &Pubkey) -> [(Pubkey, Account); 2] {
    [(PRICE, update(feed, 95_000).account()), (OTHER, update(other, 95_000).account())]
}

/// An update of the pusher's, in dollars.
fn update(owner: &Pubkey, dollars: i64) -> PriceUpdate {
    let price = dollars * 100_000_000;
    PriceUpdate {
        owner: *owner,
        write_authority: actor("pusher").pubkey(),
        level: Level::Full,
        id: feed_id(BTC),
        price,
        interval: 1,
        exponent: -8,
        published_at: 1_793_577_600,
        published_before: 1_793_577_599,
        average: price,
        average_interval: 1,
        posted_slot: 1,
    }
}

/// Plays all of them.
pub fn play(world: &mut World, feed: &Pubkey) {
    let [pusher, mallory] = ["pusher", "mallory"].map(actor);
    let new = update(feed, 96_000);
    let write = |address: Pubkey, writer: &Keypair, data: Vec<u8>| Instruction {
        program_id: *feed,
        accounts: vec![AccountMeta::new(address, false), AccountMeta::new_readonly(writer.pubkey(), true)],
        data,
    };
    let good = write(PRICE, &pusher, new.data());
    world.svm.send(std::slice::from_ref(&good), &[&pusher]).expect("its authority may write");
    assert_eq!(world.svm.account(&PRICE), Some(new.account()));

    let newer = update(feed, 97_000).data();
    let usurped = PriceUpdate { write_authority: mallory.pubkey(), ..new }.data();
    let mut unsigned = write(PRICE, &pusher, newer.clone());
    unsigned.accounts[1].is_signer = false;
    let mut lonely = write(PRICE, &pusher, newer.clone());
    lonely.accounts.truncate(1);
    let longer = [newer.clone(), vec![0]].concat();
    let shorter = newer[..newer.len() - 1].to_vec();
    let cases = [
        ("somebody else's signature", "IncorrectAuthority", write(PRICE, &mallory, newer.clone()), &mallory),
        (
            "somebody else's signature for themselves",
            "IncorrectAuthority",
            write(PRICE, &mallory, usurped.clone()),
            &mallory,
        ),
        ("another authority in the new bytes", "IncorrectAuthority", write(PRICE, &pusher, usurped), &pusher),
        ("no bytes", "IncorrectAuthority", write(PRICE, &pusher, vec![]), &pusher),
        ("no signature", "MissingRequiredSignature", unsigned, &pusher),
        ("no authority", "NotEnoughAccountKeys", lonely, &pusher),
        ("a byte more", "InvalidInstructionData", write(PRICE, &pusher, longer), &pusher),
        ("a byte less", "InvalidInstructionData", write(PRICE, &pusher, shorter), &pusher),
        ("another program's account", "IncorrectProgramId", write(OTHER, &pusher, newer), &pusher),
    ];
    let before = [PRICE, OTHER].map(|address| world.svm.account(&address));
    for (what, reason, instruction, signer) in cases {
        let signs = instruction.accounts.iter().any(|meta| meta.is_signer);
        let signers = if signs { vec![signer] } else { vec![] };
        let failure = world.svm.send(&[instruction], &signers).expect_err(what);
        assert!(format!("{:?}", failure.reason).contains(reason), "{what}: {failure:#?}");
        assert_eq!([PRICE, OTHER].map(|address| world.svm.account(&address)), before, "{what}");
    }
}
