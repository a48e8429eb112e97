//! Nobody but a program can speak in its name.

use crate::refusal::{refused_by_runtime, refused_with};
use anchor_lang::prelude::Pubkey;
use ballast_testkit::{AccountMeta, Instruction, Signer, World};

const ACCOUNT: Pubkey = Pubkey::from_str_const("DaZT4FTSFYX6Lv5u8QDyKpG6bDR5riefXqYQPJAXHhcr");
const LIQUIDATION: Pubkey = Pubkey::from_str_const("GeEi9i33oELznwaLzcmG51fv6wysWMEPoY97TrSiPZAC");
const RISK: Pubkey = Pubkey::from_str_const("H2vN9LZW819W5MvKkzXi3SJKGY84bu6ZbcFwSgwGNsGd");

// First eight bytes of SHA-256 of "anchor:event", reversed.
const EVENT: [u8; 8] = [228, 69, 165, 46, 81, 203, 154, 29];
// Discriminators of `AccountOpened`, of `ModelChanged` and `Assessed`, and of `Liquidated` and `LossBorne`.
const OF_ACCOUNT: [[u8; 8]; 1] = [[250, 89, 39, 67, 35, 119, 126, 63]];
const OF_RISK: [[u8; 8]; 2] = [[181, 71, 15, 177, 8, 249, 8, 87], [213, 112, 214, 6, 81, 48, 44, 93]];
const OF_LIQUIDATION: [[u8; 8]; 2] =
    [[231, 57, 55, 75, 0, 170, 246, 68], [152, 205, 112, 33, 174, 115, 111, 34]];

ballast_testkit::on_every_svm!(event_forgery);

fn event_forgery(world: &mut World) {
    let forger = world.person("forger");
    for (program, other, events) in [
        (ACCOUNT, RISK, &OF_ACCOUNT[..]),
        (RISK, LIQUIDATION, &OF_RISK),
        (LIQUIDATION, ACCOUNT, &OF_LIQUIDATION),
    ] {
        let authority = Pubkey::find_program_address(&[b"__event_authority"], &program).0;
        let foreign = Pubkey::find_program_address(&[b"__event_authority"], &other).0;
        for event in events {
            let data = [EVENT, *event].concat();
            let emit = |metas| Instruction::new_with_bytes(program, &data, metas);
            let unsigned = emit(vec![AccountMeta::new_readonly(authority, false)]);
            refused_with(world, "an event without its authority's signature", 2002, unsigned, &[]);
            let of_another = emit(vec![AccountMeta::new_readonly(foreign, false)]);
            refused_with(world, "an event of another program's authority", 2002, of_another, &[]);
            let forged = emit(vec![AccountMeta::new_readonly(forger.pubkey(), true)]);
            refused_with(world, "an event signed by somebody else", 2006, forged, &[&forger]);
            refused_by_runtime(world, "an event of nobody", "NotEnoughAccountKeys", emit(vec![]), &[]);
        }
    }
}
