//! Signed messages at the wrong time, out of turn, of another term, or for somebody else: each with its number.

use crate::message::{refused_by_runtime, refused_with, second_group, Head, Kind, KINDS};
use anchor_lang::prelude::Pubkey;
use ballast_interface::risk::Preset;
use ballast_testkit::{
    actor, risk_program, signed, Instruction, RiskSpec, SignatureCheck, Signer, World, BTC, ETH,
};

ballast_testkit::on_every_svm!(
    a_message_is_used_once,
    a_message_has_its_time,
    a_message_is_worth_nothing_to_the_next_committee,
    a_new_term_counts_from_the_beginning,
    a_message_is_for_one_market_of_one_group,
    instructions_are_read_from_the_runtime_alone,
);

const WRONG_GROUP: u32 = 6001;
const SIGNER_UNKNOWN: u32 = 6024;
const QUORUM_MISSING: u32 = 6026;
const EPOCH_WRONG: u32 = 6027;
const SEQUENCE_OLD: u32 = 6028;
const MESSAGE_EARLY: u32 = 6029;
const MESSAGE_LATE: u32 = 6030;

/// In 10^-8 dollars.
const PRICE: i64 = 9_500_000_000_000;

fn scene(world: &mut World) -> RiskSpec {
    let spec = world.create_risk(Preset::Ballast, &[BTC, ETH]);
    world.set_price(&spec, BTC, PRICE);
    spec
}

/// The message with a head, behind its check.
fn sent(spec: &RiskSpec, kind: Kind, head: &Head) -> [Instruction; 2] {
    signed(kind.message(head), &spec.quorum())
}

fn accepted(world: &mut World, what: &str, transaction: &[Instruction]) {
    let done = world.svm.send(transaction, &[]);
    assert!(done.is_ok(), "{what}: {done:#?}");
}

fn a_message_is_used_once(world: &mut World) {
    let spec = scene(world);
    for kind in KINDS {
        let head = Head { sequence: 7, ..kind.head(world, &spec) };
        let first = sent(&spec, kind, &head);
        accepted(world, "the seventh may be the first", &first);
        refused_with(world, "the same again", SEQUENCE_OLD, &first);
        let [a, _, c] = &spec.attestors;
        let others = signed(first[1].clone(), &[c, a]);
        refused_with(world, "the same by others", SEQUENCE_OLD, &others);
        world.svm.pass(1);
        refused_with(world, "the same a second later", SEQUENCE_OLD, &first);
        for sequence in [0, 6, 7] {
            let late = Head { sequence, valid_from: head.valid_from + 1, ..head };
            let late = sent(&spec, kind, &late);
            refused_with(world, &format!("{kind:?}, number {sequence} after 7"), SEQUENCE_OLD, &late);
        }
        // A later number does not make a surface of the same moment, or of an earlier one, a newer one.
        if kind == Kind::Surface {
            for valid_from in [head.valid_from, head.valid_from - 1] {
                let again = sent(&spec, kind, &Head { sequence: 8, valid_from, ..head });
                refused_with(world, "of a moment that is known", SEQUENCE_OLD, &again);
            }
        }
        // Messages may be left out, and the last number there is ends them all.
        for sequence in [8, 1_000, u64::MAX] {
            let valid_from = world.svm.now();
            accepted(world, "a later one", &sent(&spec, kind, &Head { sequence, valid_from, ..head }));
            assert_eq!(kind.last(world, &spec), sequence);
            world.svm.pass(1);
        }
        // Each kind counts by itself.
        let other = KINDS[1 - kind as usize];
        assert_eq!(other.last(world, &spec), if kind == Kind::Surface { 0 } else { u64::MAX });
    }
}

fn a_message_has_its_time(world: &mut World) {
    let spec = scene(world);
    let now = world.svm.now();
    for kind in KINDS {
        let (head, longest) = (kind.head(world, &spec), kind.longest());
        let cases = [
            ("not before the next second", MESSAGE_EARLY, now + 1, now + 600),
            ("not before the end of time", MESSAGE_EARLY, i64::MAX, i64::MAX),
            ("until now", MESSAGE_LATE, now - 600, now),
            ("until a second ago", MESSAGE_LATE, now - 600, now - 1),
            ("from now until now", MESSAGE_LATE, now, now),
            ("until before it begins", MESSAGE_LATE, now, now - 1),
            ("a second too long", MESSAGE_LATE, now, now + longest + 1),
            ("a second too long, and all but over", MESSAGE_LATE, now - longest, now + 1),
            ("for all time", MESSAGE_LATE, i64::MIN, i64::MAX),
        ];
        for (what, code, valid_from, valid_until) in cases {
            let head = Head { valid_from, valid_until, ..head };
            refused_with(world, &format!("{kind:?}, {what}"), code, &sent(&spec, kind, &head));
        }
    }
    // Accepted: all but over; from now on for a second; as long as a message may be.
    for kind in KINDS {
        let (head, longest) = (kind.head(world, &spec), kind.longest());
        let spans = [(1 - longest, 1), (0, 1), (0, longest)];
        for (place, (from, until)) in spans.into_iter().enumerate() {
            let (now, sequence) = (world.svm.now(), head.sequence + place as u64);
            let head = Head { valid_from: now + from, valid_until: now + until, sequence, ..head };
            accepted(world, &format!("{kind:?}, span {place}"), &sent(&spec, kind, &head));
            // No two surfaces of a date are of the same moment.
            world.svm.pass(1);
        }
    }
    // A message that waits is refused up to the second before its time, and from the last of it on.
    for kind in KINDS {
        let now = world.svm.now();
        let until = now + kind.longest();
        let head = Head { valid_from: now + 10, valid_until: until + 10, ..kind.head(world, &spec) };
        let waiting = sent(&spec, kind, &head);
        world.svm.pass(9);
        refused_with(world, "a second early", MESSAGE_EARLY, &waiting);
        let mut clock = world.svm.clock();
        clock.unix_timestamp = head.valid_until;
        world.svm.set_clock(clock);
        refused_with(world, "a second late", MESSAGE_LATE, &waiting);
        let mut clock = world.svm.clock();
        clock.unix_timestamp = head.valid_until - 1;
        world.svm.set_clock(clock);
        world.set_price(&spec, BTC, PRICE);
        accepted(world, "in the last second", &waiting);
    }
}

fn a_message_is_worth_nothing_to_the_next_committee(world: &mut World) {
    let spec = scene(world);
    for kind in KINDS {
        let head = kind.head(world, &spec);
        for epoch in [0, 2, u64::MAX] {
            let other = sent(&spec, kind, &Head { epoch, ..head });
            refused_with(world, &format!("{kind:?}, term {epoch}"), EPOCH_WRONG, &other);
        }
    }
    let waiting = KINDS.map(|kind| {
        let head = kind.head(world, &spec);
        sent(&spec, kind, &head)
    });
    // The same three in a second term.
    let (authority, seats) = (spec.authority.pubkey(), spec.attestors.each_ref().map(Signer::pubkey));
    let change = risk_program::change_committee(&spec.group, &authority, &seats, 2);
    world.svm.send(&[change], &[&spec.authority]).expect("a second term");
    for (kind, old) in KINDS.into_iter().zip(&waiting) {
        refused_with(world, &format!("{kind:?} of the first term"), EPOCH_WRONG, old);
        let head = Head { epoch: 2, ..kind.head(world, &spec) };
        accepted(world, "of the second term", &sent(&spec, kind, &head));
    }
    world.svm.pass(1);
    // A third term without the second attestor, with a new one, and all three must sign.
    let [a, b, c] = &spec.attestors;
    let new = actor("attestor 3");
    let seats = [a.pubkey(), new.pubkey(), c.pubkey()];
    let change = risk_program::change_committee(&spec.group, &authority, &seats, 3);
    world.svm.send(&[change], &[&spec.authority]).expect("a third term");
    for kind in KINDS {
        let message = kind.message(&Head { epoch: 3, ..kind.head(world, &spec) });
        refused_with(world, "the retired", SIGNER_UNKNOWN, &signed(message.clone(), &[a, b, c]));
        refused_with(world, "two of three", QUORUM_MISSING, &signed(message.clone(), &[a, c]));
        accepted(world, "the new", &signed(message, &[a, &new, c]));
    }
}

fn a_new_term_counts_from_the_beginning(world: &mut World) {
    let spec = scene(world);
    let numbers = |world: &mut World| {
        let risk = world.market_risk(&spec.group, BTC);
        (risk.epoch, risk.sequences)
    };
    assert_eq!(numbers(world), (0, [0, 0]));
    // The first term uses up all numbers of both kinds.
    for kind in KINDS {
        let head = Head { sequence: u64::MAX, ..kind.head(world, &spec) };
        accepted(world, "the last number", &sent(&spec, kind, &head));
    }
    assert_eq!(numbers(world), (1, [u64::MAX, u64::MAX]));
    world.svm.pass(1);
    // Whichever message of the next terms comes first, both kinds begin anew.
    let (authority, seats) = (spec.authority.pubkey(), spec.attestors.each_ref().map(Signer::pubkey));
    for (epoch, [first, second]) in [(2, KINDS), (3, [KINDS[1], KINDS[0]])] {
        let now = world.svm.now();
        let head = |epoch: u64, sequence: u64| Head {
            group: spec.group,
            market: BTC,
            epoch,
            sequence,
            valid_from: now,
            valid_until: now + 600,
        };
        let change = risk_program::change_committee(&spec.group, &authority, &seats, 2);
        let before = numbers(world);
        world.svm.send(&[change], &[&spec.authority]).expect("another term");
        assert_eq!(numbers(world), before, "a change of committee writes no market");
        let mut expected = [0, 0];
        for (kind, number) in [(first, 1), (second, 5)] {
            refused_with(world, "zero", SEQUENCE_OLD, &sent(&spec, kind, &head(epoch, 0)));
            let old = sent(&spec, kind, &head(epoch - 1, u64::MAX));
            refused_with(world, "the old term's before a message", EPOCH_WRONG, &old);
            let new = sent(&spec, kind, &head(epoch, number));
            accepted(world, "a low number of the new term", &new);
            expected[kind as usize] = number;
            assert_eq!(numbers(world), (epoch, expected), "{kind:?} of term {epoch}");
            refused_with(world, "the same again", SEQUENCE_OLD, &new);
            refused_with(world, "the old term's behind a message", EPOCH_WRONG, &old);
        }
        world.svm.pass(1);
    }
}

fn a_message_is_for_one_market_of_one_group(world: &mut World) {
    let first = scene(world);
    world.set_price(&first, ETH, 300_000_000_000);
    let second = second_group(world, &first);
    world.set_price(&second, BTC, PRICE);
    for kind in KINDS {
        let head = kind.head(world, &first);
        let named = [
            kind.message(&head),
            kind.message(&Head { market: ETH, ..head }),
            kind.message(&Head { group: second.group, ..head }),
        ];
        for (place, message) in named.iter().enumerate() {
            for (other, accounts) in named.iter().enumerate().filter(|(other, _)| *other != place) {
                let what = format!("{kind:?} for {place} with the accounts of {other}");
                let mixed = Instruction { accounts: accounts.accounts.clone(), ..message.clone() };
                refused_with(world, &what, WRONG_GROUP, &signed(mixed, &first.quorum()));
            }
            // The market of one group with the committee of the other; it has the same keys.
            let mut foreign = message.clone();
            foreign.accounts[1] = named[if place == 2 { 0 } else { 2 }].accounts[1].clone();
            let what = format!("{kind:?} for {place} with the other committee");
            refused_with(world, &what, WRONG_GROUP, &signed(foreign, &first.quorum()));
        }
        // A market without a group of that number, and no market.
        for market in [0, 3, u16::MAX] {
            let mut none = kind.message(&Head { market, ..head });
            none.accounts = named[0].accounts.clone();
            refused_with(world, "no such market", WRONG_GROUP, &signed(none, &first.quorum()));
        }
        // By itself each is good where it belongs; ETH's surface is not, at BTC's forward.
        for place in [0, 2] {
            accepted(world, "where it belongs", &signed(named[place].clone(), &first.quorum()));
        }
    }
}

/// What the runtime would show of a transaction whose current instruction is the last.
fn shown(transaction: &[Instruction]) -> Vec<u8> {
    let mut data = (transaction.len() as u16).to_le_bytes().to_vec();
    data.resize(2 + 2 * transaction.len(), 0);
    for (place, instruction) in transaction.iter().enumerate() {
        let start = data.len() as u16;
        data[2 + 2 * place..][..2].copy_from_slice(&start.to_le_bytes());
        data.extend((instruction.accounts.len() as u16).to_le_bytes());
        for meta in &instruction.accounts {
            data.push(u8::from(meta.is_signer) | u8::from(meta.is_writable) << 1);
            data.extend(meta.pubkey.to_bytes());
        }
        data.extend(instruction.program_id.to_bytes());
        data.extend((instruction.data.len() as u16).to_le_bytes());
        data.extend(&instruction.data);
    }
    data.extend((transaction.len() as u16 - 1).to_le_bytes());
    data
}

fn instructions_are_read_from_the_runtime_alone(world: &mut World) {
    let spec = scene(world);
    let sysvars = Pubkey::from_str_const("Sysvar1111111111111111111111111111111111111");
    for kind in KINDS {
        let head = kind.head(world, &spec);
        let honest = sent(&spec, kind, &head);
        let fake = actor("fake").pubkey();
        let mut forged = honest[1].clone();
        forged.accounts[2].pubkey = fake;
        // Signatures that nobody checked, in an account of the sysvars' own owner.
        let check =
            SignatureCheck { signature: [7; 64], ..SignatureCheck::of(&spec.attestors[0], &forged, 1) };
        let other = SignatureCheck { signer: spec.attestors[1].pubkey(), ..check };
        let checks = SignatureCheck::instruction(&[check, other]);
        world.junk(&fake, &sysvars, shown(&[checks, forged.clone()]));
        refused_by_runtime(world, "a forgery alone", "UnsupportedSysvar", &[forged.clone()]);
        let behind = [honest[0].clone(), forged];
        refused_by_runtime(world, "a forgery behind a check", "UnsupportedSysvar", &behind);
        accepted(world, "the runtime's own", &honest);
    }
}
