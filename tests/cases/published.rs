//! Assessments for everybody: asked without a signature, they write nothing; published, they are an event.

use crate::book_scene::{all_writable, BookScene, NEEDED};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::MarginAccount;
use ballast_testkit::{risk_program, Instruction, Outcome, World, BTC, ETH, SOL, START};

// First eight bytes of SHA-256 of "event:Assessed".
const ASSESSED_TAG: [u8; 8] = [213, 112, 214, 6, 81, 48, 44, 93];
/// Bytes of a report: 368, and 72 for each of eight markets.
const REPORT: usize = 944;

ballast_testkit::on_every_svm!(
    a_published_assessment_is_the_same_and_an_event,
    cash_alone_is_its_own_report,
    an_assessment_writes_nothing,
    an_assessment_tells_of_when_and_of_what_it_was_made,
);

fn send(world: &mut World, instruction: Instruction) -> Outcome {
    world.svm.send(&[instruction], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"))
}

/// A report as returned, with the zeros that the runtime cuts.
fn whole(done: &Outcome) -> Vec<u8> {
    assert!(done.return_data.len() <= REPORT);
    let mut report = done.return_data.clone();
    report.resize(REPORT, 0);
    report
}

fn event(group: &Pubkey, account: &Pubkey, report: &[u8]) -> Vec<u8> {
    [&ASSESSED_TAG[..], group.as_ref(), account.as_ref(), report].concat()
}

fn a_published_assessment_is_the_same_and_an_event(world: &mut World) {
    let scene = BookScene::new(world);
    let group = scene.group();
    let (empty, _) = world.open_account(&group, &scene.owner, &scene.owner, 1);
    for (account, markets) in [(scene.account, &NEEDED[..]), (empty, &[])] {
        let asked = send(world, risk_program::assess(&group, &account, markets));
        assert!(asked.events.is_empty());
        let published = send(world, risk_program::publish_assessment(&group, &account, markets));
        assert_eq!(published.return_data, asked.return_data);
        assert_eq!(published.events, [event(&group, &account, &whole(&asked))]);
        assert_eq!(published.events[0].len(), 8 + 32 + 32 + REPORT);
    }
}

fn cash_alone_is_its_own_report(world: &mut World) {
    let scene = BookScene::new(world);
    let group = scene.group();
    // Of any sign: debt is worth as much below nothing, and nothing else needs margin.
    for (sub_id, cash) in [(1, 0), (2, 123_456_789), (3, -1), (4, -5_000_000_000)] {
        let account = world.open_with_book(&scene.two.ours, &scene.owner, sub_id, |account| {
            (account.cash, account.sequence) = (cash, 0x0102_0304_0506_0708);
        });
        // A token of six decimals has ten thousand steps of 10^-10 to the unit.
        let value = (i128::from(cash) * 10_000).to_le_bytes();
        let none = [0; 16];
        let mut expected = vec![1, 0b1_1111, 0, 0, 0, 0, 0, 0];
        expected.extend([8, 7, 6, 5, 4, 3, 2, 1]);
        expected.extend(1u64.to_le_bytes());
        expected.extend(START.to_le_bytes());
        expected.extend([value, none, none, value, value].concat());
        expected.resize(REPORT, 0);
        let done = send(world, risk_program::publish_assessment(&group, &account, &[]));
        assert_eq!(whole(&done), expected);
        assert_eq!(done.events, [event(&group, &account, &expected)]);
    }
}

fn an_assessment_writes_nothing(world: &mut World) {
    let scene = BookScene::new(world);
    let group = scene.group();
    let publish = risk_program::publish_assessment(&group, &scene.account, &NEEDED);
    let asked = [scene.assess(), publish];
    for instruction in &asked {
        // Nobody signs, and nothing is marked as to be written.
        assert!(instruction.accounts.iter().all(|meta| !meta.is_signer && !meta.is_writable));
    }
    world.svm.pass(10);
    let before = scene.snapshot(world);
    assert!(before.iter().all(Option::is_some));
    for instruction in asked {
        let plain = send(world, instruction.clone());
        let writable = send(world, all_writable(instruction));
        assert_eq!(plain.return_data, writable.return_data);
        assert_eq!(plain.events, writable.events);
        assert!(scene.snapshot(world) == before, "an assessment changed something");
    }
}

fn an_assessment_tells_of_when_and_of_what_it_was_made(world: &mut World) {
    let scene = BookScene::new(world);
    let number = |report: &[u8], at: usize| u64::from_le_bytes(report[at..at + 8].try_into().unwrap());
    let wide = |report: &[u8], at: usize| i128::from_le_bytes(report[at..at + 16].try_into().unwrap());
    let first = whole(&send(world, scene.assess()));
    // Version; all is permitted; three markets that offset each other.
    assert_eq!((first[0], first[1], first[4..8].to_vec()), (1, 0b1_1111, vec![3, 0, 0, 0]));
    assert_eq!([8, 16, 24].map(|at| number(&first, at)), [7, 1, START as u64]);
    // Health is value less maintenance margin, room is value less initial margin.
    let [value, maintenance, initial, health, room] = [32, 48, 64, 80, 96].map(|at| wide(&first, at));
    assert_eq!((health, room), (value - maintenance, value - initial));
    assert!(0 < maintenance && maintenance < initial);
    // Markets stand as the book meets them: legs first, then collateral. Feeds are good, and allow all.
    let named: Vec<_> = (0..8).map(|place| 368 + 72 * place).map(|at| first[at..at + 8].to_vec()).collect();
    for (place, market) in [BTC, SOL, ETH].into_iter().enumerate() {
        assert_eq!(named[place][..2], market.to_le_bytes());
        assert_eq!(named[place][4..], [0, 0b1_1111, 0, 0]);
    }
    assert!(first[368 + 3 * 72..].iter().all(|byte| *byte == 0), "no further market");

    // Ten seconds, a change of the account and one of the model later, it says so.
    world.svm.pass(10);
    let account: MarginAccount = world.typed(&scene.account);
    world.overwrite(&scene.account, &MarginAccount { sequence: 8, ..account });
    let preset = ballast_interface::risk::Preset::Ballast;
    let load = risk_program::load_preset(&scene.group(), &scene.two.authority(), preset);
    scene.two.send(world, load);
    let later = whole(&send(world, scene.assess()));
    assert_eq!([8, 16, 24].map(|at| number(&later, at)), [8, 2, START as u64 + 10]);
}
