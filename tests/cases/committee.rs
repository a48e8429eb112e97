//! A committee is seated, and another one after it; what is no committee is refused, and nothing changes.

use crate::{
    refusal::refused_with,
    two_groups::{TwoGroups, ESCALATION, NOT_MUTABLE},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    risk::{Committee, Preset},
    seeds,
};
use ballast_testkit::{actor, risk_program, GroupSpec, Instruction, Signer, World};

const RISK: Pubkey = Pubkey::from_str_const("H2vN9LZW819W5MvKkzXi3SJKGY84bu6ZbcFwSgwGNsGd");
// First eight bytes of SHA-256 of "account:Committee" and of "event:CommitteeChanged".
const COMMITTEE_TAG: [u8; 8] = [96, 136, 210, 244, 137, 110, 178, 104];
const COMMITTEE_CHANGED_TAG: [u8; 8] = [7, 138, 64, 32, 228, 217, 83, 210];

const NOT_AUTHORITY: u32 = 6000;
const WRONG_GROUP: u32 = 6001;
const VERSION_UNKNOWN: u32 = 6004;
const INVALID: u32 = 6010;

ballast_testkit::on_every_svm!(
    a_committee_is_seated_and_another_after_it,
    what_is_no_committee_is_refused,
    a_committee_obeys_nobody_but_its_groups_authority,
    seating_the_first_committee_needs_every_account,
    seating_another_committee_needs_every_account,
);

/// A group without a committee.
fn bare_group(world: &mut World, scene: &TwoGroups) -> Pubkey {
    let spec = GroupSpec {
        creator: &scene.ours.authority,
        payer: &scene.payer,
        quote_mint: actor("dollar").pubkey(),
        index: 3,
        authority: scene.authority(),
        guardian: actor("guardian").pubkey(),
    };
    world.create_group(&spec).0
}

/// So many different people.
fn people(count: usize) -> Vec<Pubkey> {
    (0..count).map(|number| actor(&format!("attestor {number}")).pubkey()).collect()
}

fn create(scene: &TwoGroups, group: &Pubkey, attestors: &[Pubkey], threshold: u8) -> Instruction {
    risk_program::create_committee(group, &scene.authority(), &scene.payer.pubkey(), attestors, threshold)
}

/// Account and event of a committee, byte by byte.
fn expected(group: &Pubkey, epoch: u64, attestors: &[Pubkey], threshold: u8) -> (Vec<u8>, Vec<u8>) {
    let bump = Pubkey::find_program_address(&[b"committee", group.as_ref()], &RISK).1;
    let keys: Vec<u8> = attestors.iter().flat_map(|key| key.to_bytes()).collect();
    let mut account = COMMITTEE_TAG.to_vec();
    account.extend([1, bump, attestors.len() as u8, threshold, 0, 0, 0, 0]);
    account.extend(group.to_bytes());
    account.extend(epoch.to_le_bytes());
    account.extend(&keys);
    account.resize(512, 0);
    let mut event = COMMITTEE_CHANGED_TAG.to_vec();
    event.extend(group.to_bytes());
    event.extend(epoch.to_le_bytes());
    event.push(threshold);
    event.extend((attestors.len() as u32).to_le_bytes());
    event.extend(&keys);
    (account, event)
}

fn a_committee_is_seated_and_another_after_it(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[]);
    let group = bare_group(world, &scene);
    let address = Pubkey::find_program_address(&[b"committee", group.as_ref()], &RISK).0;
    let everybody = people(8);

    let done = world.svm.send(&[create(&scene, &group, &everybody, 8)], &scene.signers()).unwrap();
    let (account, event) = expected(&group, 1, &everybody, 8);
    let found = world.svm.account(&address).expect("a committee");
    assert_eq!((found.owner, found.lamports), (RISK, world.svm.rent(512)));
    assert_eq!(found.data, account);
    assert_eq!(done.events, [event]);

    // Every change is a term of its own, even one to the same people; of the last term nobody stays behind.
    let terms: [(&[Pubkey], u8); 5] = [
        (&everybody[..3], 2),
        (&everybody[..3], 2),
        (&everybody[7..], 1),
        (&everybody[2..6], 1),
        (&everybody, 1),
    ];
    for (epoch, (attestors, threshold)) in (2u64..).zip(terms) {
        let change = risk_program::change_committee(&group, &scene.authority(), attestors, threshold);
        let done = scene.send(world, change);
        let (account, event) = expected(&group, epoch, attestors, threshold);
        assert_eq!(world.svm.account(&address).expect("a committee").data, account);
        assert_eq!(done.events, [event]);
    }
}

fn what_is_no_committee_is_refused(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[]);
    let bare = bare_group(world, &scene);
    let some = people(9);
    let nobody = Pubkey::default();
    let (first, second) = (some[0], some[1]);
    let cases: [(&str, Vec<Pubkey>, u8); 11] = [
        ("nobody", vec![], 0),
        ("nobody, of whom one must sign", vec![], 1),
        ("nine people", some.clone(), 5),
        ("one person twice", vec![first, second, first], 2),
        ("one person eight times", vec![first; 8], 1),
        ("nobody's key first", vec![nobody, first], 1),
        ("nobody's key last", vec![first, second, nobody], 1),
        ("no signature needed", some[..3].to_vec(), 0),
        ("four signatures of three", some[..3].to_vec(), 4),
        ("nine signatures of eight", some[..8].to_vec(), 9),
        ("255 signatures of one", vec![first], 255),
    ];
    for (what, attestors, threshold) in cases {
        let first_one = create(&scene, &bare, &attestors, threshold);
        refused_with(world, what, INVALID, first_one, &scene.signers());
        let change =
            risk_program::change_committee(&scene.group(), &scene.authority(), &attestors, threshold);
        refused_with(world, what, INVALID, change, &scene.signers());
    }
    // The least and the largest that is one.
    let change = |attestors: &[Pubkey], threshold| {
        risk_program::change_committee(&scene.group(), &scene.authority(), attestors, threshold)
    };
    scene.send(world, change(&some[..1], 1));
    scene.send(world, change(&some[..8], 8));
    assert_eq!(world.committee(&scene.group()).epoch, 3);

    let address = seeds::find_committee(&scene.group()).0;
    let seated = world.committee(&scene.group());
    for version in [0, 2, 255] {
        world.overwrite(&address, &Committee { version, ..seated });
        let change = change(&some[..1], 1);
        refused_with(world, "a committee of another version", VERSION_UNKNOWN, change, &scene.signers());
    }
}

fn a_committee_obeys_nobody_but_its_groups_authority(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[]);
    let bare = bare_group(world, &scene);
    // Nor do those who sit on it choose their successors.
    for name in ["stranger", "guardian", "attestor 0"] {
        let person = world.person(name);
        let key = person.pubkey();
        let change = risk_program::change_committee(&scene.group(), &key, &[key], 1);
        refused_with(world, name, NOT_AUTHORITY, change, &[&person]);
        let create = risk_program::create_committee(&bare, &key, &key, &[key], 1);
        refused_with(world, name, NOT_AUTHORITY, create, &[&person]);
    }
}

fn seating_the_first_committee_needs_every_account(world: &mut World) {
    let mut scene = TwoGroups::new(world, Preset::Ballast, &[]);
    scene.ours.group = bare_group(world, &scene);
    let create = create(&scene, &scene.group(), &people(3), 2);
    scene.refuse_tampering(world, &create, &[3], ESCALATION);
    let mut elsewhere = create.clone();
    elsewhere.accounts[1].pubkey = seeds::find_model(&scene.group()).0;
    refused_with(world, "a committee at another address", 2006, elsewhere, &scene.signers());
    world.svm.send(std::slice::from_ref(&create), &scene.signers()).expect("untampered, it is seated");
    refused_with(world, "a second first committee", 0, create, &scene.signers());
}

fn seating_another_committee_needs_every_account(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[]);
    let change = risk_program::change_committee(&scene.group(), &scene.authority(), &people(4), 3);
    scene.refuse_tampering(world, &change, &[], NOT_MUTABLE);
    let mut foreign = change.clone();
    foreign.accounts[1].pubkey = seeds::find_committee(&scene.other.group).0;
    refused_with(world, "another group's committee", WRONG_GROUP, foreign, &scene.signers());
    let mut foreign = change.clone();
    foreign.accounts[0].pubkey = scene.other.group;
    refused_with(world, "a committee of another group", WRONG_GROUP, foreign, &scene.signers());
    for (what, length) in
        [("no arguments", 8), ("half a number of people", 10), ("no threshold", 8 + 4 + 4 * 32)]
    {
        let mut short = change.clone();
        short.data.truncate(length);
        refused_with(world, what, 102, short, &scene.signers());
    }
    scene.send(world, change);
}
