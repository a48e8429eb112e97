//! A draft that means nothing is not adopted: each rule of a model from both sides.

use crate::{refusal::refused_with, two_groups::TwoGroups};
use anchor_lang::prelude::Pubkey;
use ballast_interface::risk::{Model, ModelCorrelation, ModelParameters, ModelRow, ModelSection, Preset};
use ballast_interface::{seeds, Wide};
use ballast_testkit::{risk_program, Account, Signer, World};

const VERSION_UNKNOWN: u32 = 6002;
const MODEL_INVALID: u32 = 6005;
/// The whole, in 2^-40.
const ONE: i64 = 1 << 40;

ballast_testkit::on_every_svm!(
    rows_outside_their_ranges_are_not_adopted,
    correlations_that_contradict_themselves_are_not_adopted,
    parameters_outside_their_ranges_are_not_adopted,
    accounts_of_another_version_are_left_alone,
);

/// A group with a draft, to which every case comes back.
struct Desk {
    scene: TwoGroups,
    kept: [(Pubkey, Account); 2],
}

impl Desk {
    fn new(world: &mut World) -> Self {
        let scene = TwoGroups::new(world, Preset::Ballast, &[]);
        scene.create_draft(world);
        let group = scene.group();
        let kept = [seeds::find_model(&group).0, seeds::find_draft(&group).0]
            .map(|address| (address, world.svm.account(&address).expect("model and draft")));
        Self { scene, kept }
    }

    /// Writes a piece into the draft and adopts it, which must go as told; then puts model and draft back.
    fn adopt(&self, world: &mut World, what: &str, good: bool, section: ModelSection) {
        let (group, authority) = (self.scene.group(), self.scene.authority());
        self.scene.send(world, risk_program::write_draft(&group, &authority, &section));
        let adopt = risk_program::adopt_draft(&group, &authority, &authority);
        if good {
            let done = world.svm.send(&[adopt], &[&self.scene.ours.authority]);
            assert!(done.is_ok(), "{what}: {done:#?}");
        } else {
            refused_with(world, what, MODEL_INVALID, adopt, &[&self.scene.ours.authority]);
        }
        for (address, account) in &self.kept {
            world.svm.set_account(address, account.clone());
        }
    }
}

fn rows_outside_their_ranges_are_not_adopted(world: &mut World) {
    let desk = Desk::new(world);
    let model = world.model(&desk.scene.group());
    // The last row is of absolute skew and has no mass, the one of 75 parts in 1024 is the twelfth.
    let absolute = model.rows[32];
    assert_eq!((model.row_count, absolute.mass, model.rows[11].mass), (33, 0, 75 << 30));
    let last = |edit: &dyn Fn(&mut ModelRow)| {
        let mut row = absolute;
        edit(&mut row);
        ModelSection::Rows { first: 32, rows: vec![row] }
    };
    let mass = |gap: i64| last(&|row| row.mass = gap);
    let less = |gap: i64| {
        let mut rows = model.rows[11..33].to_vec();
        rows[0].mass -= gap;
        ModelSection::Rows { first: 11, rows }
    };
    let scaled =
        |ranges: i64, rest: i64| last(&move |row| (row.scaled, row.multiplier) = (1, ranges * ONE + rest));
    let cases = [
        // The masses may miss the whole by 2^-30.
        ("masses above one by the tolerance", true, mass(1_024)),
        ("masses above one", false, mass(1_025)),
        ("masses below one by the tolerance", true, less(1_024)),
        ("masses below one", false, less(1_025)),
        ("a mass below zero", false, mass(-1)),
        ("the heaviest row", true, last(&|row| row.weight = 8 * ONE)),
        ("a row too heavy", false, last(&|row| row.weight = 8 * ONE + 1)),
        ("a row without weight", true, last(&|row| row.weight = 0)),
        ("a weight below zero", false, last(&|row| row.weight = -1)),
        ("the least multiplier", true, last(&|row| row.multiplier = ONE >> 10)),
        ("a multiplier too small", false, last(&|row| row.multiplier = (ONE >> 10) - 1)),
        ("the largest multiplier", true, last(&|row| row.multiplier = 8 * ONE)),
        ("a multiplier too large", false, last(&|row| row.multiplier = 8 * ONE + 1)),
        ("eight ranges down", true, scaled(-7, 0)),
        ("further down", false, scaled(-7, -1)),
        ("eight ranges up", true, scaled(9, 0)),
        ("further up", false, scaled(9, 1)),
        ("a shock that there is not", false, last(&|row| row.vol = 5)),
        ("the last of all shocks", false, last(&|row| row.vol = 255)),
        ("a switch that is neither on nor off", false, last(&|row| row.scaled = 2)),
        ("something where zeros belong", false, last(&|row| row.padding[5] = 1)),
        ("no row at all", false, ModelSection::Rows { first: 0, rows: vec![] }),
    ];
    for (what, good, section) in cases {
        desk.adopt(world, what, good, section);
    }
}

fn correlations_that_contradict_themselves_are_not_adopted(world: &mut World) {
    let desk = Desk::new(world);
    let pair = |first, second, low, high| ModelCorrelation { first, second, padding: [0; 4], low, high };
    let pairs = |correlations: &[ModelCorrelation]| ModelSection::Correlations {
        first: 0,
        correlations: correlations.to_vec(),
    };
    let bounds = |low, high| pairs(&[pair(1, 2, low, high)]);
    let fine = |first, second| pair(first, second, 0, ONE);
    let mut marked = fine(1, 2);
    marked.padding[3] = 1;
    let cases = [
        ("no correlation at all", true, pairs(&[])),
        ("the widest bounds", true, bounds(-ONE, ONE)),
        ("a lower bound below minus one", false, bounds(-ONE - 1, ONE)),
        ("an upper bound above one", false, bounds(-ONE, ONE + 1)),
        ("bounds that meet", true, bounds(5, 5)),
        ("bounds that cross", false, bounds(6, 5)),
        ("rising pairs", true, pairs(&[fine(1, 2), fine(1, 3), fine(2, 3), fine(9, 65_535)])),
        ("a pair twice", false, pairs(&[fine(1, 2), fine(1, 2)])),
        ("a pair twice with other bounds", false, pairs(&[fine(1, 2), pair(1, 2, 1, 2)])),
        ("second markets that fall", false, pairs(&[fine(1, 3), fine(1, 2)])),
        ("first markets that fall", false, pairs(&[fine(2, 3), fine(1, 4)])),
        ("a pair the wrong way round", false, pairs(&[fine(2, 1)])),
        ("both ways round", false, pairs(&[fine(1, 2), fine(2, 1)])),
        ("a market with itself", false, pairs(&[fine(2, 2)])),
        ("something where zeros belong", false, pairs(&[marked])),
    ];
    for (what, good, section) in cases {
        desk.adopt(world, what, good, section);
    }
}

fn parameters_outside_their_ranges_are_not_adopted(world: &mut World) {
    let desk = Desk::new(world);
    let model = world.model(&desk.scene.group());
    let with = |edit: &dyn Fn(&mut ModelParameters)| {
        let mut parameters = model.parameters;
        edit(&mut parameters);
        ModelSection::Parameters(parameters)
    };
    let maintenance = model.parameters.factor_maintenance;
    let cases = [
        ("all that offsets", true, with(&|p| p.cross_offset = ONE)),
        ("more than all that offsets", false, with(&|p| p.cross_offset = ONE + 1)),
        ("margins that are the same", true, with(&|p| p.factor_initial = maintenance)),
        ("initial below maintenance margin", false, with(&|p| p.factor_initial = maintenance - 1)),
        ("the settlement window that is sampled", true, with(&|p| p.settlement_seconds = 1_800)),
        ("a longer settlement window", false, with(&|p| p.settlement_seconds = 1_801)),
        ("a shorter settlement window", false, with(&|p| p.settlement_seconds = 1_799)),
        ("no gains that count", true, with(&|p| p.gains_cap = Wide::new(0))),
        ("gains below zero", false, with(&|p| p.gains_cap = Wide::new(-1))),
        ("a discount that is not there", false, with(&|p| p.has_discount = 2)),
        ("a basis that is neither scaled nor not", false, with(&|p| p.basis_scaled = 2)),
        ("half a covariance", false, with(&|p| p.covariance = 2)),
        ("something where zeros belong", false, with(&|p| p.padding[0] = 1)),
        ("shocks without a least time", false, with(&|p| p.vol_floor_seconds = 0)),
    ];
    for (what, good, section) in cases {
        desk.adopt(world, what, good, section);
    }
}

fn accounts_of_another_version_are_left_alone(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[]);
    let (group, authority) = (scene.group(), scene.authority());
    let (address, draft) = (seeds::find_model(&group).0, seeds::find_draft(&group).0);
    let model = world.model(&group);
    let signers = &[&scene.ours.authority];
    let load = risk_program::load_preset(&group, &authority, Preset::Xpm);
    let create = risk_program::create_draft(&group, &authority, &scene.payer.pubkey());
    let write = risk_program::write_draft(&group, &authority, &ModelSection::Peg(1));
    let adopt = risk_program::adopt_draft(&group, &authority, &authority);
    for version in [0, 2, 255] {
        world.overwrite(&address, &Model { version, ..model });
        refused_with(world, "a preset into another version", VERSION_UNKNOWN, load.clone(), signers);
        refused_with(world, "a draft of another version", VERSION_UNKNOWN, create.clone(), &scene.signers());
    }
    world.overwrite(&address, &model);
    scene.create_draft(world);
    let drafted: Model = world.typed(&draft);
    for version in [0, 2, 255] {
        world.overwrite(&draft, &Model { version, ..drafted });
        refused_with(world, "a piece into another version", VERSION_UNKNOWN, write.clone(), signers);
        refused_with(world, "another version into the model", VERSION_UNKNOWN, adopt.clone(), signers);
        world.overwrite(&draft, &drafted);
        world.overwrite(&address, &Model { version, ..model });
        refused_with(world, "a draft into another version", VERSION_UNKNOWN, adopt.clone(), signers);
        world.overwrite(&address, &model);
    }
    scene.send(world, adopt);
}
