//! What the instructions of a model refuse, with the error's number; nothing changes when they do.

use crate::{
    refusal::refused_with,
    two_groups::{TwoGroups, ESCALATION, NOT_MUTABLE},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    risk::{CreateModelArgs, Model, ModelCorrelation, ModelRow, ModelSection, Preset},
    seeds,
};
use ballast_testkit::{actor, risk_program, Instruction, Signer, World};

const NOT_AUTHORITY: u32 = 6000;
const WRONG_GROUP: u32 = 6001;
const MODEL_INVALID: u32 = 6005;
const MODEL_TOO_LARGE: u32 = 6006;
const MODEL_IS_DRAFT: u32 = 6007;
/// Ballast's own model: rows and correlations.
const ROWS: u8 = 33;
const PAIRS: u8 = 3;

ballast_testkit::on_every_svm!(
    a_model_obeys_nobody_but_its_groups_authority,
    a_draft_is_no_model_and_a_model_no_draft,
    a_model_and_a_draft_are_created_once,
    creating_a_model_needs_every_account,
    loading_a_preset_needs_every_account,
    creating_a_draft_needs_every_account,
    writing_a_draft_needs_every_account,
    adopting_a_draft_needs_every_account,
    dropping_a_draft_needs_every_account,
    pieces_leave_no_gap_and_end_where_the_account_does,
    arguments_cut_short_mean_nothing,
);

/// Two groups, and a draft in ours.
fn scene(world: &mut World) -> TwoGroups {
    let scene = TwoGroups::new(world, Preset::Ballast, &[]);
    scene.create_draft(world);
    scene
}

/// The instructions by an authority of one's choice, and a preset and a section of no interest.
fn instructions(scene: &TwoGroups, authority: &Pubkey) -> [Instruction; 4] {
    let group = scene.group();
    [
        risk_program::load_preset(&group, authority, Preset::Xpm),
        risk_program::write_draft(&group, authority, &ModelSection::Peg(1)),
        risk_program::adopt_draft(&group, authority, &scene.payer.pubkey()),
        risk_program::drop_draft(&group, authority, &scene.payer.pubkey()),
    ]
}

fn a_model_obeys_nobody_but_its_groups_authority(world: &mut World) {
    let scene = scene(world);
    // Neither a stranger nor the group's own guardian.
    for name in ["stranger", "guardian"] {
        let person = world.person(name);
        for instruction in instructions(&scene, &person.pubkey()) {
            refused_with(world, name, NOT_AUTHORITY, instruction, &[&person]);
        }
    }
    let (group, stranger) = (scene.group(), actor("stranger"));
    let key = stranger.pubkey();
    scene.send(world, risk_program::adopt_draft(&group, &scene.authority(), &scene.payer.pubkey()));
    let draft = risk_program::create_draft(&group, &key, &key);
    refused_with(world, "a stranger's draft", NOT_AUTHORITY, draft, &[&stranger]);

    // A group without a model yet, since the one above has its own.
    let (bare, _) = world.create_group(&ballast_testkit::GroupSpec {
        creator: &scene.ours.authority,
        payer: &scene.payer,
        quote_mint: actor("dollar").pubkey(),
        index: 3,
        authority: scene.authority(),
        guardian: actor("guardian").pubkey(),
    });
    let args = CreateModelArgs { preset: Preset::Ballast, peg_market: 0 };
    let create = risk_program::create_model(&bare, &key, &key, args);
    refused_with(world, "a stranger's model", NOT_AUTHORITY, create, &[&stranger]);
}

fn a_draft_is_no_model_and_a_model_no_draft(world: &mut World) {
    let scene = scene(world);
    let (model, draft) = (seeds::find_model(&scene.group()).0, seeds::find_draft(&scene.group()).0);
    let [load, write, adopt, drop] = instructions(&scene, &scene.authority());
    let with = |instruction: &Instruction, accounts: &[(usize, Pubkey)]| {
        let mut instruction = instruction.clone();
        accounts.iter().for_each(|(place, key)| instruction.accounts[*place].pubkey = *key);
        instruction
    };
    let signers = &[&scene.ours.authority];
    refused_with(world, "a preset into the draft", MODEL_IS_DRAFT, with(&load, &[(1, draft)]), signers);
    refused_with(world, "a piece into the model", MODEL_IS_DRAFT, with(&write, &[(1, model)]), signers);
    refused_with(world, "the model dropped", MODEL_IS_DRAFT, with(&drop, &[(1, model)]), signers);
    let swapped = with(&adopt, &[(1, draft), (2, model)]);
    refused_with(world, "the model put in the draft's place", MODEL_IS_DRAFT, swapped, signers);

    // Two drafts and two models there are only if they are put there; each must be told by its mark.
    let twin = Pubkey::new_from_array([7; 32]);
    for (what, source, accounts) in [
        ("a model adopted by the model", model, [(1, model), (2, twin)]),
        ("a draft adopted by the draft", draft, [(1, draft), (2, twin)]),
    ] {
        let copy = world.svm.account(&source).unwrap();
        world.svm.set_account(&twin, copy);
        refused_with(world, what, MODEL_IS_DRAFT, with(&adopt, &accounts), signers);
    }
    scene.send(world, adopt);
    let create = risk_program::create_draft(&scene.group(), &scene.authority(), &scene.payer.pubkey());
    let of_a_draft = with(&create, &[(1, twin)]);
    refused_with(world, "a draft of a draft", MODEL_IS_DRAFT, of_a_draft, &scene.signers());
}

fn a_model_and_a_draft_are_created_once(world: &mut World) {
    let scene = scene(world);
    let (group, authority, payer) = (scene.group(), scene.authority(), scene.payer.pubkey());
    let args = CreateModelArgs { preset: Preset::Xpm, peg_market: 0 };
    let model = risk_program::create_model(&group, &authority, &payer, args);
    refused_with(world, "a second model", 0, model, &scene.signers());
    let draft = risk_program::create_draft(&group, &authority, &payer);
    refused_with(world, "a second draft", 0, draft, &scene.signers());
    // What is adopted is gone, and can be neither written nor adopted again: nothing is there but a system account.
    let [_, write, adopt, _] = instructions(&scene, &authority);
    let twice = world.svm.send(&[adopt.clone(), adopt.clone()], &[&scene.ours.authority]);
    assert_eq!(twice.expect_err("the second finds nothing").code(), Some(3007));
    scene.send(world, adopt.clone());
    for (what, instruction) in [("written after it is adopted", write), ("adopted twice", adopt)] {
        refused_with(world, what, 3007, instruction, &scene.signers());
    }
}

fn creating_a_model_needs_every_account(world: &mut World) {
    let mut scene = TwoGroups::new(world, Preset::Ballast, &[]);
    let spec = ballast_testkit::GroupSpec {
        creator: &scene.ours.authority,
        payer: &scene.payer,
        quote_mint: actor("dollar").pubkey(),
        index: 3,
        authority: scene.authority(),
        guardian: actor("guardian").pubkey(),
    };
    let (bare, _) = world.create_group(&spec);
    scene.ours.group = bare;
    let args = CreateModelArgs { preset: Preset::Ballast, peg_market: 0 };
    let create = risk_program::create_model(&bare, &scene.authority(), &scene.payer.pubkey(), args);
    scene.refuse_tampering(world, &create, &[3], ESCALATION);
    let mut elsewhere = create.clone();
    elsewhere.accounts[1].pubkey = seeds::find_draft(&bare).0;
    refused_with(world, "a model at the draft's address", 2006, elsewhere, &scene.signers());
    world.svm.send(&[create], &scene.signers()).expect("untampered, it is created");
}

fn loading_a_preset_needs_every_account(world: &mut World) {
    let scene = scene(world);
    let [load, ..] = instructions(&scene, &scene.authority());
    scene.refuse_tampering(world, &load, &[], NOT_MUTABLE);
    of_another_group(world, &scene, &load, 1, seeds::find_model(&scene.other.group).0);
    scene.send(world, load);
}

fn creating_a_draft_needs_every_account(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[]);
    let create = risk_program::create_draft(&scene.group(), &scene.authority(), &scene.payer.pubkey());
    scene.refuse_tampering(world, &create, &[4], ESCALATION);
    of_another_group(world, &scene, &create, 1, seeds::find_model(&scene.other.group).0);
    let mut elsewhere = create.clone();
    elsewhere.accounts[2].pubkey = seeds::find_committee(&scene.group()).0;
    refused_with(world, "a draft at another address", 2006, elsewhere, &scene.signers());
    world.svm.send(&[create], &scene.signers()).expect("untampered, it is created");
}

fn writing_a_draft_needs_every_account(world: &mut World) {
    let scene = scene(world);
    let [_, write, ..] = instructions(&scene, &scene.authority());
    scene.refuse_tampering(world, &write, &[], NOT_MUTABLE);
    of_another_group(world, &scene, &write, 1, seeds::find_draft(&scene.other.group).0);
    scene.send(world, write);
}

fn adopting_a_draft_needs_every_account(world: &mut World) {
    let scene = scene(world);
    let [_, _, adopt, _] = instructions(&scene, &scene.authority());
    // The refund may go to anybody whom no program owns.
    scene.refuse_tampering(world, &adopt, &[4], NOT_MUTABLE);
    of_another_group(world, &scene, &adopt, 1, seeds::find_model(&scene.other.group).0);
    of_another_group(world, &scene, &adopt, 2, seeds::find_draft(&scene.other.group).0);
    let mut to_a_program = adopt.clone();
    to_a_program.accounts[4].pubkey = seeds::find_committee(&scene.group()).0;
    refused_with(world, "a refund into a program's account", 3011, to_a_program, &scene.signers());
    scene.send(world, adopt);
}

fn dropping_a_draft_needs_every_account(world: &mut World) {
    let scene = scene(world);
    let [.., drop] = instructions(&scene, &scene.authority());
    scene.refuse_tampering(world, &drop, &[3], NOT_MUTABLE);
    of_another_group(world, &scene, &drop, 1, seeds::find_draft(&scene.other.group).0);
    scene.send(world, drop);
}

/// Exchanged for the other group's, an account is refused because of its group, and so is the group because of it.
fn of_another_group(world: &mut World, scene: &TwoGroups, good: &Instruction, place: usize, key: Pubkey) {
    let mut foreign = good.clone();
    foreign.accounts[place].pubkey = key;
    refused_with(world, "another group's account", WRONG_GROUP, foreign, &scene.signers());
}

fn pieces_leave_no_gap_and_end_where_the_account_does(world: &mut World) {
    let scene = scene(world);
    let (row, pair) = (ModelRow::default(), ModelCorrelation::default());
    let rows = |first: u8, count: usize| ModelSection::Rows { first, rows: vec![row; count] };
    let pairs =
        |first: u8, count: usize| ModelSection::Correlations { first, correlations: vec![pair; count] };
    let write = |section| risk_program::write_draft(&scene.group(), &scene.authority(), &section);
    let signers = &[&scene.ours.authority];
    let cases = [
        ("a gap before a row", MODEL_INVALID, rows(ROWS + 1, 1)),
        ("a gap before no row", MODEL_INVALID, rows(ROWS + 1, 0)),
        ("rows from the last number on", MODEL_INVALID, rows(255, 1)),
        ("a row too many", MODEL_TOO_LARGE, rows(ROWS, 8)),
        ("a gap before a correlation", MODEL_INVALID, pairs(PAIRS + 1, 1)),
        ("correlations from the last number on", MODEL_INVALID, pairs(255, 0)),
    ];
    for (what, code, section) in cases {
        refused_with(world, what, code, write(section), signers);
    }
    // Filled to the end there is room for nothing more, but for nothing.
    let filled = [rows(ROWS, 7), pairs(PAIRS, 20), pairs(23, 21)];
    for section in filled {
        scene.send(world, write(section));
    }
    let cases = [
        ("a row behind the fortieth", MODEL_TOO_LARGE, rows(40, 1)),
        ("a gap behind the fortieth row", MODEL_INVALID, rows(41, 0)),
        ("two correlations behind the forty-fourth", MODEL_TOO_LARGE, pairs(44, 2)),
    ];
    for (what, code, section) in cases {
        refused_with(world, what, code, write(section), signers);
    }
    scene.send(world, write(pairs(44, 1)));
    refused_with(world, "a correlation behind the last", MODEL_TOO_LARGE, write(pairs(45, 1)), signers);
    scene.send(world, write(rows(40, 0)));
    scene.send(world, write(pairs(45, 0)));
    let draft: Model = world.typed(&seeds::find_draft(&scene.group()).0);
    assert_eq!((draft.row_count, draft.correlation_count), (40, 45));
}

fn arguments_cut_short_mean_nothing(world: &mut World) {
    let scene = scene(world);
    let [load, write, ..] = instructions(&scene, &scene.authority());
    // A tag and a byte of the preset; a tag, a byte of the section's kind and two of the market.
    assert_eq!((load.data.len(), write.data.len()), (9, 11));
    let edited = |instruction: &Instruction, edit: &dyn Fn(&mut Vec<u8>)| {
        let mut instruction = instruction.clone();
        edit(&mut instruction.data);
        instruction
    };
    let cases = [
        ("no preset", 102, edited(&load, &|data| data.truncate(8))),
        ("a preset that there is not", 102, edited(&load, &|data| data[8] = 4)),
        ("half a tag", 101, edited(&load, &|data| data.truncate(7))),
        ("no section", 102, edited(&write, &|data| data.truncate(8))),
        ("half a market's number", 102, edited(&write, &|data| data.truncate(10))),
        ("a section that there is not", 102, edited(&write, &|data| data[8] = 4)),
        ("an instruction that there is not", 101, edited(&write, &|data| data[0] ^= 1)),
    ];
    for (what, code, instruction) in cases {
        refused_with(world, what, code, instruction, &scene.signers());
    }
}
