//! Nobody but the program can speak in its name.

use crate::refusal::refused_with;
use anchor_lang::prelude::Pubkey;
use ballast_testkit::{AccountMeta, Instruction, Signer, World};

const PROGRAM: Pubkey = Pubkey::from_str_const("DaZT4FTSFYX6Lv5u8QDyKpG6bDR5riefXqYQPJAXHhcr");

// First eight bytes of SHA-256 of "anchor:event", reversed, and the discriminator of `AccountOpened`.
const EVENT: [u8; 16] = [228, 69, 165, 46, 81, 203, 154, 29, 250, 89, 39, 67, 35, 119, 126, 63];

ballast_testkit::on_every_svm!(event_forgery);

fn event_forgery(world: &mut World) {
    let authority = Pubkey::find_program_address(&[b"__event_authority"], &PROGRAM).0;
    let emit = |signer: AccountMeta| Instruction::new_with_bytes(PROGRAM, &EVENT, vec![signer]);
    let unsigned = emit(AccountMeta::new_readonly(authority, false));
    refused_with(world, "an event without its authority's signature", 2002, unsigned, &[]);

    let forger = world.person("forger");
    let forged = emit(AccountMeta::new_readonly(forger.pubkey(), true));
    refused_with(world, "an event signed by somebody else", 2006, forged, &[&forger]);
}
