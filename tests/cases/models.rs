//! A group's model: made from a preset, exchanged for another, or written piece by piece as a draft and adopted.

use crate::{
    model_bytes::{address, correlation, parameters, row_bytes, ModelBytes},
    two_groups::TwoGroups,
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::risk::{
    CreateModelArgs, ModelCorrelation, ModelParameters, ModelRow, ModelSection, Preset,
};
use ballast_margin::{model::Model, presets};
use ballast_testkit::{actor, risk_program, GroupSpec, Signer, World, START};

const RISK: Pubkey = Pubkey::from_str_const("H2vN9LZW819W5MvKkzXi3SJKGY84bu6ZbcFwSgwGNsGd");
const TOKEN: Pubkey = Pubkey::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
/// The whole, in 2^-40.
const ONE: i64 = 1 << 40;

ballast_testkit::on_every_svm!(
    every_preset_makes_a_model,
    a_preset_replaces_the_model_in_force,
    a_draft_lives_until_it_is_adopted,
    a_draft_that_nobody_wants_is_dropped,
    pieces_of_a_draft_end_where_the_last_one_does,
    a_model_of_ones_own_is_written_in_pieces,
);

const PRESETS: [(Preset, Model<'static>); 4] = [
    (Preset::Ballast, presets::BALLAST),
    (Preset::Pmrm, presets::PMRM),
    (Preset::Span16, presets::SPAN16),
    (Preset::Xpm, presets::XPM),
];

/// The account at an address holds exactly these bytes, at its length and without rent due.
fn holds(world: &mut World, address: &Pubkey, expected: &ModelBytes) {
    let account = world.svm.account(address).expect("the account exists");
    assert_eq!((account.owner, account.lamports), (RISK, world.svm.rent(4_096)));
    assert!(account.data == expected.account(), "the model is not what it should be");
}

fn every_preset_makes_a_model(world: &mut World) {
    let (authority, payer) = (world.person("authority"), world.person("rent payer"));
    let quote_mint = world.create_mint(&TOKEN, "dollar", 6);
    for (index, (preset, rules)) in (7u16..).zip(PRESETS) {
        let (group, _) = world.create_group(&GroupSpec {
            creator: &authority,
            payer: &authority,
            quote_mint,
            index,
            authority: authority.pubkey(),
            guardian: actor("guardian").pubkey(),
        });
        let args = CreateModelArgs { preset, peg_market: index * 1_000 };
        let create = risk_program::create_model(&group, &authority.pubkey(), &payer.pubkey(), args);
        let done = world.svm.send(&[create], &[&authority, &payer]).unwrap();
        let model = address(b"model", &group).0;
        let expected = ModelBytes { peg_market: index * 1_000, ..ModelBytes::of(&group, &rules, 1, START) };
        holds(world, &model, &expected);
        assert_eq!(done.events, [expected.event(&model)]);
    }
}

fn a_preset_replaces_the_model_in_force(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[]);
    let model = address(b"model", &scene.group()).0;
    // From many rows and correlations to few and back: nothing of the last one may stay behind.
    let presets = [PRESETS[2], PRESETS[1], PRESETS[3], PRESETS[0], PRESETS[0]];
    for (revision, (preset, rules)) in (2u64..).zip(presets) {
        world.svm.pass(60);
        let load = risk_program::load_preset(&scene.group(), &scene.authority(), preset);
        let done = scene.send(world, load);
        let changed_at = START + 60 * (revision as i64 - 1);
        let expected = ModelBytes::of(&scene.group(), &rules, revision, changed_at);
        holds(world, &model, &expected);
        assert_eq!(done.events, [expected.event(&model)]);
    }
}

fn a_draft_lives_until_it_is_adopted(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[]);
    let (group, authority) = (scene.group(), scene.authority());
    let (model, draft) = (address(b"model", &group).0, address(b"draft", &group));
    let before = ModelBytes::of(&group, &presets::BALLAST, 1, START);

    // It begins as a copy of the model in force, and counts its own changes.
    world.svm.pass(60);
    let done = scene.create_draft(world);
    let (draft, bump) = draft;
    let copy = ModelBytes { bump, draft: true, changed_at: START + 60, ..before.clone() };
    holds(world, &draft, &copy);
    assert_eq!(done.events, [copy.event(&draft)]);

    // A piece of it changes the draft alone.
    world.svm.pass(60);
    let done = scene.send(world, risk_program::write_draft(&group, &authority, &ModelSection::Peg(9)));
    let pegged = ModelBytes { peg_market: 9, revision: 2, changed_at: START + 120, ..copy };
    holds(world, &draft, &pegged);
    assert_eq!(done.events, [pegged.event(&draft)]);
    holds(world, &model, &before);

    // Adopted, it is the model; its rent goes where it shall, even to an address that had nothing.
    world.svm.pass(60);
    let refund = actor("refund").pubkey();
    let done = scene.send(world, risk_program::adopt_draft(&group, &authority, &refund));
    let after = ModelBytes { peg_market: 9, revision: 2, changed_at: START + 180, ..before };
    holds(world, &model, &after);
    assert_eq!(done.events, [after.event(&model)]);
    assert_eq!(world.svm.account(&draft), None);
    let refunded = world.svm.account(&refund).expect("the rent");
    assert_eq!((refunded.lamports, refunded.data.len()), (world.svm.rent(4_096), 0));

    // Then there can be another draft, a copy of what is in force now; money that somebody sends to its address in
    // the meantime does not keep it from being made, and counts towards its rent.
    let least = world.svm.rent(0);
    world.svm.fund(&draft, least);
    let done = scene.create_draft(world);
    let again = ModelBytes { bump, draft: true, revision: 1, ..after };
    holds(world, &draft, &again);
    assert_eq!(done.events, [again.event(&draft)]);
}

fn a_draft_that_nobody_wants_is_dropped(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[]);
    let (group, authority) = (scene.group(), scene.authority());
    let (model, draft) = (address(b"model", &group).0, address(b"draft", &group).0);
    scene.create_draft(world);
    // One that could never be adopted.
    let nothing = ModelSection::Parameters(ModelParameters::default());
    scene.send(world, risk_program::write_draft(&group, &authority, &nothing));
    let refund = actor("refund").pubkey();
    scene.send(world, risk_program::drop_draft(&group, &authority, &refund));
    assert_eq!(world.svm.account(&draft), None);
    assert_eq!(world.svm.account(&refund).expect("the rent").lamports, world.svm.rent(4_096));
    holds(world, &model, &ModelBytes::of(&group, &presets::BALLAST, 1, START));
    scene.create_draft(world);
}

fn pieces_of_a_draft_end_where_the_last_one_does(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[]);
    let (group, authority) = (scene.group(), scene.authority());
    let (draft, bump) = address(b"draft", &group);
    scene.create_draft(world);
    let mut expected =
        ModelBytes { bump, draft: true, ..ModelBytes::of(&group, &presets::BALLAST, 1, START) };

    // A row in the midst ends the list: all that stood behind it is gone.
    let row = ModelRow { multiplier: ONE, weight: 2, mass: 3, vol: 1, scaled: 1, padding: [0; 6] };
    let rows = ModelSection::Rows { first: 10, rows: vec![row] };
    scene.send(world, risk_program::write_draft(&group, &authority, &rows));
    expected.rows.truncate(10);
    expected.rows.push(row_bytes(ONE, 2, 3, 1, 1));
    expected.revision = 2;
    holds(world, &draft, &expected);

    // So does a list of none, and what is empty can be filled from the front only.
    let none = ModelSection::Correlations { first: 0, correlations: vec![] };
    scene.send(world, risk_program::write_draft(&group, &authority, &none));
    (expected.correlations, expected.revision) = (vec![], 3);
    holds(world, &draft, &expected);
    let pair = ModelCorrelation { first: 4, second: 9, padding: [0; 4], low: -5, high: 6 };
    let one = ModelSection::Correlations { first: 0, correlations: vec![pair] };
    scene.send(world, risk_program::write_draft(&group, &authority, &one));
    (expected.correlations, expected.revision) = (vec![correlation(4, 9, -5, 6)], 4);
    holds(world, &draft, &expected);
}

fn a_model_of_ones_own_is_written_in_pieces(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[]);
    let (group, authority) = (scene.group(), scene.authority());
    scene.create_draft(world);

    // Forty rows of every kind, whose masses miss the whole by sixteen of 2^40, and the pairs of ten markets.
    let numbers: Vec<_> = (0i64..40)
        .map(|i| (ONE / 2 + i * (ONE / 64), ONE - i * (ONE / 128), ONE / 40, (i % 5) as u8, (i % 2) as u8))
        .collect();
    let rows: Vec<_> = numbers
        .iter()
        .map(|(multiplier, weight, mass, vol, scaled)| ModelRow {
            multiplier: *multiplier,
            weight: *weight,
            mass: *mass,
            vol: *vol,
            scaled: *scaled,
            padding: [0; 6],
        })
        .collect();
    let pairs: Vec<_> = (1u16..=10).flat_map(|a| (a + 1..=10).map(move |b| (a, b))).collect();
    assert_eq!((rows.len(), pairs.len()), (40, 45));
    let bounds = |(a, b): (u16, u16)| (-ONE / i64::from(a + b), ONE / i64::from(b));
    let correlations: Vec<_> = pairs
        .iter()
        .map(|&(first, second)| {
            let (low, high) = bounds((first, second));
            ModelCorrelation { first, second, padding: [0; 4], low, high }
        })
        .collect();
    let mut sections =
        vec![ModelSection::Parameters(ModelParameters::new(&presets::PMRM)), ModelSection::Peg(10)];
    for (place, rows) in (0u8..).zip(rows.chunks(16)) {
        sections.push(ModelSection::Rows { first: place * 16, rows: rows.to_vec() });
    }
    for (place, chunk) in (0u8..).zip(correlations.chunks(20)) {
        sections.push(ModelSection::Correlations { first: place * 20, correlations: chunk.to_vec() });
    }
    for section in &sections {
        scene.send(world, risk_program::write_draft(&group, &authority, section));
    }
    let done = scene.send(world, risk_program::adopt_draft(&group, &authority, &authority));

    let expected = ModelBytes {
        peg_market: 10,
        parameters: parameters(&presets::PMRM),
        rows: numbers.iter().map(|&(a, b, c, vol, scaled)| row_bytes(a, b, c, vol, scaled)).collect(),
        correlations: pairs
            .iter()
            .map(|&(a, b)| correlation(a, b, bounds((a, b)).0, bounds((a, b)).1))
            .collect(),
        ..ModelBytes::of(&group, &presets::BALLAST, 2, START)
    };
    let model = address(b"model", &group).0;
    holds(world, &model, &expected);
    assert_eq!(done.events, [expected.event(&model)]);
}
