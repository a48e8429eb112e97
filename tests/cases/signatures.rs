//! Messages of both kinds, signed in every way that is accepted, and in the ways that are not.
//!
//! Each case but the accepted ones is a check that the runtime itself accepts: only the program stands between.

use crate::message::{refused, refused_by_runtime, refused_with, Kind, KINDS};
use anchor_lang::{prelude::Pubkey, solana_program::system_instruction};
use ballast_interface::risk::Preset;
use ballast_testkit::{
    actor, signed, AccountMeta, Arch, Instruction, Keypair, Lite, RiskSpec, SignatureCheck, Signer, World,
    BTC, ETH,
};

ballast_testkit::on_every_svm!(
    whoever_is_enough_may_sign,
    a_message_needs_its_check_directly_before,
    a_message_needs_a_quorum,
    signatures_of_anything_else_do_not_count,
    the_runtime_refuses_bad_signatures,
    every_account_of_a_message_is_needed,
);

const MESSAGE_NESTED: u32 = 6021;
const SIGNATURES_MISSING: u32 = 6022;
const SIGNATURE_FOREIGN: u32 = 6023;
const SIGNER_UNKNOWN: u32 = 6024;
const SIGNER_TWICE: u32 = 6025;
const QUORUM_MISSING: u32 = 6026;

/// An instruction index that means the check itself.
const ITSELF: u16 = u16::MAX;

/// A group whose BTC market has a price.
fn scene(world: &mut World) -> RiskSpec {
    let spec = world.create_risk(Preset::Ballast, &[BTC, ETH]);
    world.set_price(&spec, BTC, 9_500_000_000_000);
    spec
}

/// A message that lacks nothing but signatures.
fn message(world: &mut World, spec: &RiskSpec, kind: Kind) -> Instruction {
    kind.message(&kind.head(world, spec))
}

/// An instruction that has nothing to do with it.
fn transfer(world: &World) -> Instruction {
    system_instruction::transfer(&world.svm.payer(), &actor("somebody").pubkey(), 1_000_000)
}

/// The check of signatures of a message that stands at a place.
fn check(message: &Instruction, place: u16, signers: &[&Keypair]) -> Instruction {
    let checks: Vec<_> = signers.iter().map(|signer| SignatureCheck::of(signer, message, place)).collect();
    SignatureCheck::instruction(&checks)
}

/// Sends what must be accepted, and lets a second pass: no two surfaces of a date are of the same moment.
fn accepted(world: &mut World, spec: &RiskSpec, kind: Kind, what: &str, transaction: &[Instruction]) {
    let before = kind.last(world, spec);
    let done = world.svm.send(transaction, &[]);
    assert!(done.is_ok(), "{kind:?}, {what}: {done:#?}");
    assert_eq!(kind.last(world, spec), before + 1, "{kind:?}, {what}");
    world.svm.pass(1);
}

fn whoever_is_enough_may_sign(world: &mut World) {
    let spec = scene(world);
    let [a, b, c] = &spec.attestors;
    let ways: [(&str, &[&Keypair]); 6] = [
        ("first and second", &[a, b]),
        ("first and third", &[a, c]),
        ("second and third", &[b, c]),
        ("in another order", &[c, a]),
        ("all three", &[a, b, c]),
        ("all three in another order", &[b, c, a]),
    ];
    for kind in KINDS {
        for (what, signers) in ways {
            let message = message(world, &spec, kind);
            accepted(world, &spec, kind, what, &signed(message, signers));
        }
        // The key may stand in the check by the check's own number, too.
        let message = message(world, &spec, kind);
        let checks =
            [a, b].map(|signer| SignatureCheck { key_in: 0, ..SignatureCheck::of(signer, &message, 1) });
        accepted(world, &spec, kind, "by number", &[SignatureCheck::instruction(&checks), message]);
        // Other instructions may stand before and behind.
        let other = transfer(world);
        let message = self::message(world, &spec, kind);
        let around = [other.clone(), other.clone(), check(&message, 3, &[a, b]), message, other.clone()];
        accepted(world, &spec, kind, "in the middle", &around);
        // The third number in each row of the check's offsets is the key's place, the second the signature's home:
        // a signature may stand in any instruction.
        let message = self::message(world, &spec, kind);
        let (store, mut elsewhere) = (check(&message, 2, &[a, b]), check(&message, 2, &[a, b]));
        for row in 0..2 {
            elsewhere.data[2 + 14 * row + 2..][..2].copy_from_slice(&0u16.to_le_bytes());
        }
        accepted(world, &spec, kind, "signatures elsewhere", &[store, elsewhere, message]);
    }
    // Several messages in one transaction, each with its own check.
    let [surface, multiplier] = KINDS.map(|kind| message(world, &spec, kind));
    let both = [check(&surface, 1, &[a, b]), surface, check(&multiplier, 3, &[b, c]), multiplier];
    let before = KINDS.map(|kind| kind.last(world, &spec));
    world.svm.send(&both, &[]).expect("both are signed");
    assert_eq!(KINDS.map(|kind| kind.last(world, &spec)), before.map(|last| last + 1));
}

fn a_message_needs_its_check_directly_before(world: &mut World) {
    let spec = scene(world);
    let [a, b] = spec.quorum();
    let other = transfer(world);
    for kind in KINDS {
        let message = message(world, &spec, kind);
        let at = |place: u16| check(&message, place, &[a, b]);
        let cases: [(&str, Vec<Instruction>); 7] = [
            ("alone", vec![message.clone()]),
            ("something else before", vec![other.clone(), message.clone()]),
            ("itself before", vec![message.clone(), message.clone()]),
            ("the check behind", vec![message.clone(), at(0)]),
            ("something else before, the check behind", vec![other.clone(), message.clone(), at(1)]),
            ("something else between", vec![at(2), other.clone(), message.clone()]),
            ("a second message behind one check", vec![at(2), at(2), message.clone(), message.clone()]),
        ];
        for (what, transaction) in cases {
            refused_with(world, &format!("{kind:?}, {what}"), SIGNATURES_MISSING, &transaction);
        }
    }
}

fn a_message_needs_a_quorum(world: &mut World) {
    let spec = scene(world);
    let [a, b, c] = &spec.attestors;
    let stranger = actor("stranger");
    for kind in KINDS {
        let message = message(world, &spec, kind);
        let cases: [(&str, u32, &[&Keypair]); 9] = [
            // Two zeros, which the runtime takes for a check of nothing.
            ("nobody", QUORUM_MISSING, &[]),
            ("the first alone", QUORUM_MISSING, &[a]),
            ("the last alone", QUORUM_MISSING, &[c]),
            ("one twice", SIGNER_TWICE, &[a, a]),
            ("one twice beside another", SIGNER_TWICE, &[a, b, a]),
            ("a stranger alone", SIGNER_UNKNOWN, &[&stranger]),
            ("a stranger and one", SIGNER_UNKNOWN, &[&stranger, a]),
            ("a stranger beside a quorum", SIGNER_UNKNOWN, &[a, b, &stranger]),
            ("the authority", SIGNER_UNKNOWN, &[&spec.authority, a]),
        ];
        for (what, code, signers) in cases {
            refused_with(world, &format!("{kind:?}, {what}"), code, &signed(message.clone(), signers));
        }
    }
}

/// A check by one that is as it should be and one that is edited, which comes first or last.
fn with(a: &Keypair, message: &Instruction, odd: SignatureCheck, first: bool) -> Instruction {
    let good = SignatureCheck::of(a, message, 1);
    SignatureCheck::instruction(&if first { [odd, good] } else { [good, odd] })
}

fn signatures_of_anything_else_do_not_count(world: &mut World) {
    let spec = scene(world);
    let [a, b] = spec.quorum();
    let (stranger, nobody) = (actor("stranger"), Pubkey::default());
    for (kind, first) in KINDS.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
        let message = message(world, &spec, kind);
        let length = message.data.len() as u16;
        let of = |bytes: &[u8]| -> [u8; 64] { b.sign_message(bytes).into() };
        let good = SignatureCheck::of(b, &message, 1);
        let (copy, short) = (message.clone(), SignatureCheck { length: length - 1, ..good });
        let later = SignatureCheck { from: 1, length: length - 1, ..good };
        let mut longer = message.clone();
        longer.data.push(0);
        let cases: [(&str, SignatureCheck, Vec<Instruction>); 6] = [
            (
                "all but the last byte",
                SignatureCheck { signature: of(&copy.data[..copy.data.len() - 1]), ..short },
                vec![],
            ),
            ("all but the first byte", SignatureCheck { signature: of(&copy.data[1..]), ..later }, vec![]),
            ("no byte", SignatureCheck { signature: of(&[]), length: 0, ..good }, vec![]),
            ("a copy behind", SignatureCheck { message_in: 2, ..good }, vec![copy.clone()]),
            (
                "a longer copy behind",
                SignatureCheck { signature: of(&longer.data), message_in: 2, length: length + 1, ..good },
                vec![longer.clone()],
            ),
            (
                "the check's own head",
                SignatureCheck { signature: of(&[2, 0]), message_in: 0, length: 2, ..good },
                vec![],
            ),
        ];
        for (what, odd, behind) in cases {
            let transaction = [vec![with(a, &message, odd, first), message.clone()], behind].concat();
            refused_with(world, &format!("{kind:?}, {what}"), SIGNATURE_FOREIGN, &transaction);
        }
        // The message inlined behind keys and signatures, by both names of the check.
        for message_in in [0, ITSELF] {
            let odd = SignatureCheck { from: 2 + 2 * (14 + 96), message_in, ..good };
            let mut inlined = with(a, &message, odd, first);
            inlined.data.extend(&message.data);
            refused_with(
                world,
                &format!("{kind:?}, inlined"),
                SIGNATURE_FOREIGN,
                &[inlined, message.clone()],
            );
        }
        // An attestor's key where a program might look, the stranger's where the runtime does.
        let odd = SignatureCheck { key_in: 2, ..SignatureCheck::of(&stranger, &message, 1) };
        let mut posing = with(a, &message, odd, first);
        let at = if first { 30 } else { 126 };
        let mut data = vec![0; at];
        data.extend(stranger.pubkey().to_bytes());
        posing.data[at..at + 32].copy_from_slice(&b.pubkey().to_bytes());
        let keys = Instruction { program_id: nobody, accounts: vec![], data };
        refused_with(
            world,
            &format!("{kind:?}, posing"),
            SIGNATURE_FOREIGN,
            &[posing, message.clone(), keys],
        );
        // The same without a lie: the key is an attestor's, but stands elsewhere.
        let mut data = vec![0; at];
        data.extend(b.pubkey().to_bytes());
        let keys = Instruction { program_id: nobody, accounts: vec![], data };
        let apart = with(a, &message, SignatureCheck { key_in: 2, ..good }, first);
        refused_with(world, &format!("{kind:?}, apart"), SIGNATURE_FOREIGN, &[apart, message, keys]);
    }
}

fn the_runtime_refuses_bad_signatures(world: &mut World) {
    let spec = scene(world);
    let [a, b] = spec.quorum();
    for kind in KINDS {
        let message = message(world, &spec, kind);
        let good = SignatureCheck::of(b, &message, 1);
        let mut flipped = good.signature;
        flipped[5] ^= 1;
        let theirs = SignatureCheck::of(a, &message, 1).signature;
        let mut other = message.clone();
        *other.data.last_mut().unwrap() ^= 1;
        let cases: [(&str, SignatureCheck); 6] = [
            ("a flipped bit", SignatureCheck { signature: flipped, ..good }),
            ("no signature", SignatureCheck { signature: [0; 64], ..good }),
            ("another's signature", SignatureCheck { signature: theirs, ..good }),
            (
                "a signature of another message",
                SignatureCheck { message_in: 1, ..SignatureCheck::of(b, &other, 1) },
            ),
            ("more bytes than there are", SignatureCheck { length: good.length + 1, ..good }),
            ("an instruction that is not there", SignatureCheck { message_in: 2, ..good }),
        ];
        for (what, odd) in cases {
            let transaction = [with(a, &message, odd, false), message.clone()];
            refused_by_runtime(world, &format!("{kind:?}, {what}"), "InstructionError(0, ", &transaction);
        }
        // Offsets of signature and key beyond the check, and a check that is cut.
        for field in [0, 4] {
            let mut beyond = check(&message, 1, &[a, b]);
            beyond.data[2 + field..][..2].copy_from_slice(&60_000u16.to_le_bytes());
            let what = format!("{kind:?}, field {field}");
            refused_by_runtime(world, &what, "InstructionError(0, ", &[beyond, message.clone()]);
        }
        for length in [0, 1, 15, 29, 125] {
            let mut cut = check(&message, 1, &[a, b]);
            cut.data.truncate(length);
            let what = format!("{kind:?}, {length} bytes");
            refused_by_runtime(world, &what, "InstructionError(0, ", &[cut, message.clone()]);
        }
    }
}

fn every_account_of_a_message_is_needed(world: &mut World) {
    let spec = scene(world);
    let [a, b] = spec.quorum();
    for kind in KINDS {
        let [check, message] = signed(message(world, &spec, kind), &[a, b]);
        let keys: Vec<_> = message.accounts.iter().map(|meta| meta.pubkey).collect();
        assert_eq!(keys.len(), 5);
        for place in 0..5 {
            let mut dropped = message.clone();
            dropped.accounts.remove(place);
            refused(world, &format!("{kind:?}, account {place} dropped"), &[check.clone(), dropped]);
            for key in
                keys.iter().chain(&[Pubkey::new_from_array([9; 32])]).filter(|key| **key != keys[place])
            {
                let mut other = message.clone();
                other.accounts[place].pubkey = *key;
                refused(world, &format!("{kind:?}, account {place} is {key}"), &[check.clone(), other]);
            }
        }
        let mut unwritable = message.clone();
        unwritable.accounts[0].is_writable = false;
        refused_with(world, "a market that cannot be written", 2000, &[check.clone(), unwritable]);
        accepted(world, &spec, kind, "untouched", &[check, message]);
    }
}

/// The loader of a fourth program is LiteSVM's alone.
#[test]
fn a_message_through_another_program_is_refused() {
    for arch in [Arch::V0, Arch::V3] {
        let mut svm = Lite::new(arch);
        let caller = svm.load("risk_caller");
        let world = &mut World::new(svm);
        let spec = scene(world);
        let [a, b] = spec.quorum();
        for kind in KINDS {
            let message = message(world, &spec, kind);
            // The caller's data are the message's, so what is signed is the whole of either.
            let mut nested = message.clone();
            nested.program_id = caller;
            nested.accounts.push(AccountMeta::new_readonly(message.program_id, false));
            let [check, nested] = signed(nested, &[a, b]);
            refused_with(world, &format!("{kind:?}, nested"), MESSAGE_NESTED, &[check.clone(), nested]);
            accepted(world, &spec, kind, "by itself", &[check, message]);
        }
    }
}
