//! Who may be seated, and how terms are counted.

use crate::{code, key};
use anchor_lang::prelude::Pubkey;
use ballast_interface::risk::{Committee, MAX_ATTESTORS};
use bytemuck::Zeroable;

fn empty() -> Committee {
    let mut committee = Committee::zeroed();
    committee.version = 1;
    committee
}

/// So many different keys.
fn keys(count: u8) -> Vec<Pubkey> {
    (1..=count).map(key).collect()
}

fn seated(attestors: &[Pubkey], threshold: u8) -> Option<u32> {
    code(empty().seat(attestors, threshold))
}

#[test]
fn a_committee_has_one_to_eight_attestors() {
    assert_eq!(MAX_ATTESTORS, 8);
    for threshold in [0, 1] {
        assert_eq!(seated(&[], threshold), Some(6010), "nobody, of whom {threshold} must sign");
    }
    for count in 1..=8 {
        assert_eq!(seated(&keys(count), 1), None, "{count} attestors");
    }
    assert_eq!(seated(&keys(9), 1), Some(6010));
    assert_eq!(seated(&vec![key(1); 300], 1), Some(6010));
}

#[test]
fn a_threshold_can_be_reached_and_is_not_nothing() {
    for count in 1..=8 {
        for threshold in 0..=255 {
            let expected = if threshold == 0 || threshold > count { Some(6010) } else { None };
            assert_eq!(seated(&keys(count), threshold), expected, "{threshold} of {count}");
        }
    }
}

#[test]
fn nobody_sits_twice() {
    for first in 0..8 {
        for second in first + 1..8 {
            let mut attestors = keys(8);
            attestors[second] = attestors[first];
            assert_eq!(seated(&attestors, 1), Some(6010), "seats {first} and {second}");
        }
    }
}

#[test]
fn an_empty_address_does_not_sit() {
    for place in 0..8 {
        let mut attestors = keys(8);
        attestors[place] = key(0);
        assert_eq!(seated(&attestors, 1), Some(6010), "seat {place}");
    }
    assert_eq!(seated(&[key(0)], 1), Some(6010));
}

#[test]
fn every_seating_begins_a_term_and_leaves_nothing_of_the_last() {
    let mut committee = empty();
    committee.seat(&keys(8), 5).unwrap();
    assert_eq!((committee.epoch, committee.count, committee.threshold), (1, 8, 5));
    assert_eq!(committee.attestors(), keys(8));

    committee.seat(&[key(40), key(30)], 2).unwrap();
    assert_eq!((committee.epoch, committee.count, committee.threshold), (2, 2, 2));
    assert_eq!(committee.attestors(), [key(40), key(30)]);
    assert_eq!(committee.attestors[2..], [key(0); 6]);

    // The same people again are another term, too.
    committee.seat(&[key(40), key(30)], 2).unwrap();
    assert_eq!(committee.epoch, 3);
}

#[test]
fn a_committee_of_another_version_is_refused() {
    let mut committee = empty();
    committee.seat(&keys(3), 2).unwrap();
    for version in [0, 2, 255] {
        committee.version = version;
        assert_eq!(code(committee.invariant()), Some(6004), "version {version}");
    }
}

#[test]
fn more_attestors_than_seats_are_nobody() {
    let mut committee = empty();
    committee.seat(&keys(8), 1).unwrap();
    committee.count = 9;
    assert_eq!(committee.attestors(), [key(0); 0]);
    assert_eq!(code(committee.invariant()), Some(6010));
}
