//! What `collect_fees` refuses, with the error's number; nothing changes when it does.

use crate::{
    attempt::{alone, on_litesvm, with, Tampering},
    fill_scene::FillScene,
    two_exchanges::{dollars, overwrite},
};
use ballast_interface::{
    account::{instructions::TokenSide, pause, Group},
    ids, seeds,
};
use ballast_testkit::{account_program, actor, Instruction, World};

on_litesvm!(collect_fees_needs_every_account);
ballast_testkit::on_every_svm!(collect_fees_refuses_other_peoples_purses, collect_fees_is_never_stopped);

/// A fill has been settled for five dollars, of which one is the group's; and purses for both.
struct Scene {
    fill: FillScene,
    venue: TokenSide,
    group: TokenSide,
}

impl Scene {
    fn new(world: &mut World) -> Self {
        let fill = FillScene::new(world);
        fill.ring().accept(world, "a fill", &fill.steps(&fill.args));
        let dollar = fill.two.ours.dollar;
        let venue = world.purse(&dollar, &fill.two.ours.operator, "operator's purse", 0);
        let group = world.purse(&dollar, &actor("treasury"), "treasury's purse", 0);
        Self { fill, venue, group }
    }

    fn collect(&self, venue: u16) -> Instruction {
        let to = if venue == 0 { &self.group } else { &self.venue };
        account_program::collect_fees(&self.fill.two.group(), venue, to, &[])
    }
}

fn collect_fees_needs_every_account(world: &mut World) {
    let scene = Scene::new(world);
    let strangers = scene.fill.two.strangers();
    let plain = Tampering { strangers: &strangers, ..Tampering::default() };
    plain.refuse(world, scene.fill.ring(), &alone(&scene.collect(1)));
    // The program's own address stands in the place of the venue as well.
    Tampering { free: &[7], spare: &[7], ..plain }.refuse(
        world,
        scene.fill.ring(),
        &alone(&scene.collect(0)),
    );
    assert_eq!(world.tokens(&scene.venue.account), dollars(4) + 1);
    assert_eq!(world.tokens(&scene.group.account), dollars(1) - 1);
}

fn collect_fees_refuses_other_peoples_purses(world: &mut World) {
    let scene = Scene::new(world);
    let two = &scene.fill.two;
    let other = two.other.group();
    let vault = seeds::find_vault(&two.group()).0;
    for number in [0, 1] {
        let step = scene.collect(number);
        two.ring.refuse_all(
            world,
            &[
                ("a stranger's purse", 6034, with(&step, 4, &two.bob.purse.account)),
                ("the vault on both sides", 2040, with(&step, 4, &vault)),
                ("another group's vault", 6030, with(&step, 2, &seeds::find_vault(&other).0)),
                ("a bank's vault", 6030, with(&step, 2, &seeds::find_vault(&two.bank(2)).0)),
                ("a bank's mint", 6033, with(&step, 3, &two.ours.mints[1])),
                ("another group", if number == 0 { 6030 } else { 6015 }, with(&step, 0, &other)),
            ],
        );
        two.refuse_versions(world, &alone(&step), &[(two.group(), 6005)]);
    }
    let step = scene.collect(1);
    let foreign = seeds::find_venue(&other, 1).0;
    two.ring.refuse_all(
        world,
        &[
            ("another group's venue", 6015, with(&step, 1, &foreign)),
            ("the group's fees to the venue's owner", 6034, with(&step, 1, &ids::ACCOUNT)),
            ("the venue's fees to the group's owner", 6034, with(&step, 4, &scene.group.account)),
        ],
    );
    two.refuse_versions(world, &alone(&step), &[(two.venue(), 6025)]);
    let before = overwrite(world, &two.group(), |group: &mut Group| group.uncounted += dollars(1) as i64);
    two.ring.refuse_all(world, &[("from a vault that is short", 6031, step.clone())]);
    world.overwrite(&two.group(), &before);
    for number in [0, 1] {
        two.ring.accept(world, "the fees", &[scene.collect(number)]);
        two.ring.refuse_all(world, &[("nothing", 6035, scene.collect(number))]);
    }
}

fn collect_fees_is_never_stopped(world: &mut World) {
    let scene = Scene::new(world);
    scene.fill.two.stop(world, pause::ALL);
    scene.fill.ring().accept(world, "stopped", &[scene.collect(0), scene.collect(1)]);
}
