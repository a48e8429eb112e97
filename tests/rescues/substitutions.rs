//! Every account of every instruction of the liquidation program: dropped, exchanged for another one of the instruction or
//! for its like of another exchange or owner, without its signature, without its right to be written. Each is refused, and
//! nothing changes.

use crate::{
    attempt::{alone, on_litesvm, Tampering},
    two_exchanges::{dollars, TwoExchanges},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions::Numbers, MarginAccount},
    liquidation::{DeleverageArgs, LiquidateArgs},
    risk::QuoteLeg,
    seeds,
};
use ballast_testkit::{liquidation_program as build, rescue_rules, Instruction, Signer, World, BTC, ETH};

on_litesvm!(
    funds_need_every_account,
    stakes_need_every_account,
    rescues_need_every_account,
    the_waterfall_needs_every_account,
);

/// Two exchanges with a fund each; in ours, Alice is short of margin.
struct Scene {
    two: TwoExchanges,
    strangers: Vec<Pubkey>,
}

impl Scene {
    fn new(world: &mut World) -> Self {
        let two = TwoExchanges::new(world);
        let mut strangers = two.strangers();
        for exchange in [&two.ours, &two.other] {
            let fund = world.create_fund(exchange, &rescue_rules());
            let rescuer = seeds::find_rescuer(&exchange.group(), &ballast_interface::ids::LIQUIDATION).0;
            strangers.extend([fund, seeds::find_fund_vault(&fund).0, rescuer]);
        }
        Self { two, strangers }
    }

    fn plain(&self) -> Tampering<'_> {
        Tampering { strangers: &self.strangers, ..Tampering::default() }
    }

    /// Takes so many dollars out of Alice's first account, past all rules, and as many out of the group's sums.
    fn impoverish(&self, world: &mut World, left: u64) {
        let before: MarginAccount = world.typed(&self.two.alice.account);
        let owed = before.cash - dollars(left) as i64;
        // Bob has it now.
        let shift = |account: &mut MarginAccount, by: i64| account.cash += by;
        self.two.edit_account(world, &self.two.alice.account, |account| shift(account, -owed));
        self.two.edit_account(world, &self.two.bob.account, |account| shift(account, owed));
    }

    fn numbers<'a>() -> Numbers<'a> {
        Numbers { markets: &[BTC], banks: &[], risks: &[BTC, ETH] }
    }

    fn begin(&self) -> Instruction {
        build::begin(&self.two.group(), &self.two.alice.account, &self.two.payer(), &Self::numbers())
    }
}

fn funds_need_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let fund = world.create_fund(&two.other, &rescue_rules());
    let mut strangers = two.strangers();
    strangers.extend([fund, seeds::find_fund_vault(&fund).0]);
    let plain = Tampering { strangers: &strangers, ..Tampering::default() };
    let (group, authority, payer) = (two.group(), two.authority(), two.payer());
    let create = build::create_fund(
        &group,
        &authority,
        &payer,
        &two.ours.dollar,
        &spl_token_interface::ID,
        &rescue_rules(),
    );
    // Anybody who signs may pay.
    Tampering { free: &[6], ..plain }.refuse(world, &two.ring, &alone(&create));
    let change = build::change_rules(&group, &authority, &rescue_rules());
    plain.refuse(world, &two.ring, &alone(&change));
}

fn stakes_need_every_account(world: &mut World) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let (group, alice, payer) = (two.group(), two.alice.key.pubkey(), two.payer());
    let purse = two.alice.purse;
    let stake = build::stake(&group, &alice, &payer, &purse, dollars(10));
    // Anybody who signs may pay the rent.
    Tampering { free: &[4], ..scene.plain() }.refuse(world, &two.ring, &alone(&stake));
    let unstake = build::unstake(&group, &alice, dollars(5));
    scene.plain().refuse(world, &two.ring, &alone(&unstake));
    world.svm.pass(i64::from(rescue_rules().cooldown_seconds));
    let leave = build::withdraw_stake(&group, &alice, &purse);
    // Where the money goes is her own affair: to Bob, and even back into the vault.
    Tampering { free: &[5], ..scene.plain() }.refuse(world, &two.ring, &alone(&leave));
}

fn rescues_need_every_account(world: &mut World) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let group = two.group();
    scene.impoverish(world, 100);
    world.set_price(&two.ours.risk, BTC, 62_000_00000000);
    let account = two.alice.account;
    let payer = two.payer();
    // Anybody who signs may begin and pay. The market is written only if funding is due.
    Tampering { free: &[9], unwritten: &[13], ..scene.plain() }.refuse(
        world,
        &two.ring,
        &alone(&scene.begin()),
    );
    let bob = (&two.bob.account, &two.bob.key.pubkey());
    let args = LiquidateArgs { legs: vec![QuoteLeg { leg: 0, lots: 1 }], units: 1, least_pay: 0 };
    let take = build::liquidate(&group, &account, &payer, bob, &Scene::numbers(), &args);
    scene.plain().refuse(world, &two.ring, &alone(&take));
}

fn the_waterfall_needs_every_account(world: &mut World) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let group = two.group();
    scene.impoverish(world, 0);
    two.edit_account(world, &two.alice.account, |account| {
        account.collateral = bytemuck::Zeroable::zeroed();
    });
    world.set_price(&two.ours.risk, BTC, 90_000_00000000);
    let (account, payer) = (two.alice.account, two.payer());
    let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
    let begin = build::begin(&group, &account, &payer, &numbers);
    two.ring.accept(world, "a beginning", &alone(&begin));
    // The insurance pays something, so that everything is needed.
    let (group, bob, purse) = (two.group(), two.bob.key.pubkey(), two.bob.purse);
    let stake = build::stake(&group, &bob, &bob, &purse, dollars(100));
    two.ring.accept(world, "a stake", &alone(&stake));
    world.svm.pass(900);
    world.set_price(&two.ours.risk, BTC, 90_000_00000000);
    let args = DeleverageArgs { legs: vec![QuoteLeg { leg: 0, lots: 10 }], units: 1 };
    let close = build::deleverage(&group, &account, &payer, &two.bob.account, &numbers, &args);
    scene.plain().refuse(world, &two.ring, &alone(&close));
    let quote = (&two.ours.dollar, &spl_token_interface::ID);
    let resolve = build::resolve_bankruptcy(&group, &account, &payer, quote, &numbers);
    scene.plain().refuse(world, &two.ring, &alone(&resolve));
}
