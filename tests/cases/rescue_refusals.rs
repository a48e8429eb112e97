//! What six instructions of the liquidation program refuse, with the error's number; nothing changes when they do.
//! An ordinary key stands in for that program's address, which nobody can sign with as long as there is no such program.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Tampering},
    two_exchanges::{dollars, perp, TwoExchanges, ETHER},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{
        instructions::{Numbers, TokenSide},
        pause, RescuePay, TradeLeg,
    },
    seeds,
};
use ballast_testkit::{account_program, Instruction, Signer, World, BTC, ETH};

on_litesvm!(rescues_need_every_account);
ballast_testkit::on_every_svm!(
    rescues_are_the_rescuers_alone,
    latch_turns_once_each_way,
    move_legs_refuses_legs_and_markets,
    rescues_refuse_amounts,
    losses_are_no_more_than_is_owed,
);

/// Alice's second account owes a thousand dollars on an ether and is under liquidation; so is her first.
pub struct Scene {
    pub two: TwoExchanges,
    pub rescuer: Pubkey,
    pub purse: TokenSide,
}

impl Scene {
    pub fn new(world: &mut World) -> Self {
        let mut two = TwoExchanges::new(world);
        let rescuer = two.stand_in_rescuer(world);
        let (group, alice, owner) = (two.group(), two.alice.account, two.alice.key.pubkey());
        let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC, ETH] };
        let give = account_program::transfer(&group, &alice, &two.second, 2, &owner, ETHER, &numbers);
        let numbers = Numbers { markets: &[], banks: &[], risks: &[ETH] };
        let (purse, amount) = (two.alice.purse, dollars(1_000));
        let borrow = account_program::withdraw(&group, &two.second, 0, &purse, &owner, amount, &numbers);
        two.ring.accept(world, "an ether", &alone(&give));
        two.ring.accept(world, "a debt", &alone(&borrow));
        let key = two.ring.0.last().expect("the rescuer").insecure_clone();
        let purse = world.purse(&two.ours.dollar, &key, "insurance", dollars(5_000));
        for account in [alice, two.second] {
            two.latch(world, &account, true);
        }
        Self { two, rescuer, purse }
    }

    fn latch(&self, account: &Pubkey, on: bool) -> Instruction {
        account_program::latch(&self.two.group(), account, &self.rescuer, on)
    }

    /// From Alice's first account to Bob's.
    fn legs(&self, legs: &[TradeLeg], markets: &[u16]) -> Instruction {
        let (from, to) = (self.two.alice.account, self.two.bob.account);
        let numbers = Numbers { markets, banks: &[], risks: &[] };
        let pay = RescuePay::default();
        account_program::move_legs(&self.two.group(), &from, &to, &self.rescuer, legs, pay, &numbers)
    }

    /// From Alice's second account to Bob's.
    fn collateral(&self, amount: u64) -> Instruction {
        let (from, to) = (self.two.second, self.two.bob.account);
        account_program::move_collateral(&self.two.group(), &from, &to, 2, &self.rescuer, amount)
    }

    /// From Bob's account to Alice's second one.
    fn cash(&self, amount: u64) -> Instruction {
        let (from, to) = (self.two.bob.account, self.two.second);
        account_program::move_cash(&self.two.group(), &from, &to, &self.rescuer, amount, &[BTC])
    }

    fn absorb(&self, amount: u64) -> Instruction {
        let account = self.two.second;
        account_program::absorb_loss(&self.two.group(), &account, &self.purse, &self.rescuer, amount, &[])
    }

    fn share(&self, amount: u64) -> Instruction {
        account_program::share_loss(&self.two.group(), &self.two.second, &self.rescuer, amount, &[])
    }

    /// One of each but the latch, each with the places of the accounts that must be under liquidation and not.
    fn each(&self) -> [Instruction; 5] {
        [
            self.legs(&[perp(-1, 950)], &[BTC]),
            self.collateral(ETHER / 4),
            self.cash(dollars(1)),
            self.absorb(dollars(1)),
            self.share(dollars(1)),
        ]
    }
}

fn rescues_need_every_account(world: &mut World) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let mut strangers = two.strangers();
    strangers.push(two.second);
    let ring = &two.ring;
    let [legs, collateral, cash, absorb, share] = scene.each();
    let plain = Tampering { strangers: &strangers, ..Tampering::default() };
    // Whom the rescuer rescues, and who takes over, is its own affair; and it may write what it does not.
    let by_right = [(1, two.second), (2, two.second)];
    // Where legs or cash move, the group need not be written.
    Tampering { by_right: &by_right, unwritten: &[0], ..plain }.refuse(world, ring, &alone(&legs));
    let by_right = [(2, two.alice.account)];
    Tampering { by_right: &by_right, ..plain }.refuse(world, ring, &alone(&collateral));
    let by_right = [(1, two.alice.account), (2, two.alice.account)];
    // The market of Bob's perp changes only if something is settled.
    Tampering { by_right: &by_right, unwritten: &[0, 6], ..plain }.refuse(world, ring, &alone(&cash));
    plain.refuse(world, ring, &alone(&absorb));
    plain.refuse(world, ring, &alone(&share));
    let by_right = [(1, two.alice.account)];
    let latch = scene.latch(&two.second, false);
    Tampering { by_right: &by_right, ..plain }.refuse(world, ring, &alone(&latch));
}

fn rescues_are_the_rescuers_alone(world: &mut World) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let places = [3, 4, 3, 5, 2, 2];
    let latch = scene.latch(&two.bob.account, true);
    let steps: Vec<_> = scene.each().into_iter().chain([latch]).collect();
    two.stop(world, pause::ALL);
    for (step, place) in steps.iter().zip(places) {
        assert_eq!(step.accounts[place].pubkey, scene.rescuer);
        for other in [two.authority(), two.alice.key.pubkey(), two.ring.0[5].pubkey()] {
            two.ring.refuse_all(world, &[("somebody else", 6014, with(step, place, &other))]);
        }
        let unsigned = edited(step, |step| step.accounts[place].is_signer = false);
        two.ring.refuse_all(
            world,
            &[
                ("a rescuer who did not sign", 3010, unsigned),
                ("another group", 6015, with(step, 0, &two.other.group())),
                ("another group's account", 6015, with(step, 1, &two.foreign)),
            ],
        );
        let versions = [(two.group(), 6005), (step.accounts[1].pubkey, 6006)];
        two.refuse_versions(world, &alone(step), &versions);
        // Nothing of it can be stopped.
        two.ring.accept(world, "the rescuer", &alone(step));
    }
}

fn latch_turns_once_each_way(world: &mut World) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let (held, free) = (two.second, two.bob.account);
    two.ring.refuse_all(
        world,
        &[
            ("on when it is on", 6044, scene.latch(&held, true)),
            ("off when it is off", 6045, scene.latch(&free, false)),
            ("neither", 102, edited(&scene.latch(&free, true), |latch| latch.data[8] = 2)),
            ("nothing", 102, edited(&scene.latch(&free, true), |latch| latch.data.truncate(8))),
        ],
    );
    two.ring.accept(world, "off", &[scene.latch(&held, false)]);
    two.ring.refuse_all(world, &[("off again", 6045, scene.latch(&held, false))]);
    two.ring.accept(world, "on", &[scene.latch(&held, true)]);
    // Of accounts that are not under liquidation nothing is taken.
    for account in [two.alice.account, held] {
        two.latch(world, &account, false);
    }
    for step in scene.each() {
        two.ring.refuse_all(world, &[("of an account that is not under liquidation", 6045, step)]);
    }
}

fn move_legs_refuses_legs_and_markets(world: &mut World) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let of = |leg: TradeLeg| scene.legs(&[leg], &[BTC]);
    let good = of(perp(-1, 950));
    let foreign = seeds::find_market(&two.other.group(), BTC).0;
    two.ring.refuse_all(
        world,
        &[
            ("no leg", 6071, scene.legs(&[], &[BTC])),
            ("nine legs", 6071, scene.legs(&[perp(-1, 950); 9], &[BTC])),
            ("no lots", 6071, of(perp(0, 950))),
            ("the fewest lots of all", 6016, of(perp(i64::MIN, 0))),
            ("the most lots of all", 6016, of(perp(i64::MAX, 0))),
            ("the highest price of all", 6016, of(TradeLeg { price: u64::MAX, ..perp(-1, 0) })),
            ("a kind that there is not", 6054, of(TradeLeg { kind: 5, ..perp(-1, 950) })),
            ("a date that is not listed", 6060, of(TradeLeg { kind: 2, expiry: 1, ..perp(-1, 950) })),
            ("a market that is not given", 6050, scene.legs(&[perp(-1, 950)], &[])),
            ("another market", 6050, scene.legs(&[perp(-1, 950)], &[ETH])),
            ("markets out of order", 6051, scene.legs(&[perp(-1, 950)], &[ETH, BTC])),
            ("a market twice", 6051, scene.legs(&[perp(-1, 950)], &[BTC, BTC])),
            ("another group's market", 6015, with(&good, 6, &foreign)),
            ("an account among the markets", 6052, with(&good, 6, &two.second)),
            ("from and to one account", 6072, with(&good, 2, &two.alice.account)),
            ("from an account that is free", 6045, with(&good, 1, &two.bob.account)),
            ("to another group's account", 6015, with(&good, 2, &two.foreign)),
        ],
    );
    two.refuse_versions(world, &alone(&good), &[(two.bob.account, 6006), (two.market(BTC), 6019)]);
    two.ring.accept(world, "both markets", &alone(&scene.legs(&[perp(-1, 950)], &[BTC, ETH])));
}

fn rescues_refuse_amounts(world: &mut World) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let (collateral, cash) = (scene.collateral(ETHER), scene.cash(dollars(1)));
    two.ring.refuse_all(
        world,
        &[
            ("no tokens", 6035, scene.collateral(0)),
            ("a token too many", 6037, scene.collateral(ETHER + 1)),
            ("the most tokens of all", 6037, scene.collateral(u64::MAX)),
            ("tokens from and to one account", 6072, with(&collateral, 2, &two.second)),
            ("tokens to another group's account", 6015, with(&collateral, 2, &two.foreign)),
            ("another group's bank", 6015, with(&collateral, 3, &seeds::find_bank(&two.other.group(), 2).0)),
            ("another bank, of which there is nothing", 6037, with(&collateral, 3, &two.bank(1))),
            ("no cash", 6035, scene.cash(0)),
            ("more cash than an account can owe", 6016, scene.cash(1 << 61)),
            ("the largest signed number", 6016, scene.cash(i64::MAX as u64)),
            ("one more", 6016, scene.cash(1 << 63)),
            ("the most cash of all", 6016, scene.cash(u64::MAX)),
            ("cash from and to one account", 6072, with(&cash, 1, &two.second)),
            ("cash to another group's account", 6015, with(&cash, 2, &two.foreign)),
        ],
    );
    two.refuse_versions(world, &alone(&collateral), &[(two.bob.account, 6006), (two.bank(2), 6022)]);
    two.refuse_versions(world, &alone(&cash), &[(two.second, 6006)]);
    two.ring.accept(world, "all tokens", &alone(&collateral));
    two.ring.accept(world, "cash", &alone(&cash));
    // Twelve kinds are the most.
    two.edit_account(world, &two.alice.account, |account| {
        let token = &mut account.collateral[0];
        (token.bank, token.market, token.amount) = (2, ETH, ETHER);
    });
    two.edit_account(world, &two.bob.account, |account| {
        for (place, token) in account.collateral.iter_mut().enumerate() {
            (token.bank, token.market, token.amount) = (100 + place as u16, 1, 1);
        }
    });
    let from_first = with(&scene.collateral(1), 1, &two.alice.account);
    two.ring.refuse_all(world, &[("a thirteenth kind", 6038, from_first)]);
}

fn losses_are_no_more_than_is_owed(world: &mut World) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let owed = dollars(1_000);
    let absorb = scene.absorb(1);
    let vault = |of: &Pubkey| seeds::find_vault(of).0;
    two.ring.refuse_all(
        world,
        &[
            ("nothing", 6035, scene.absorb(0)),
            ("a unit more than is owed", 6096, scene.absorb(owed + 1)),
            ("more than the insurance has", 1, scene.absorb(dollars(5_000) + 1)),
            ("the most of all", 1, scene.absorb(u64::MAX)),
            ("of an account that owes nothing", 6096, with(&absorb, 1, &two.alice.account)),
            ("another group's vault", 6030, with(&absorb, 2, &vault(&two.other.group()))),
            ("a bank's vault", 6030, with(&absorb, 2, &vault(&two.bank(2)))),
            ("another mint", 6033, with(&absorb, 3, &two.ours.mints[0])),
            ("the vault on both sides", 2040, with(&absorb, 4, &vault(&two.group()))),
            ("somebody else's purse", 4, with(&absorb, 4, &two.bob.purse.account)),
            ("nothing shared", 6035, scene.share(0)),
            ("a unit more shared than is owed", 6096, scene.share(owed + 1)),
            ("the most shared of all", 6096, scene.share(u64::MAX)),
            ("shared for an account that owes nothing", 6096, with(&scene.share(1), 1, &two.alice.account)),
        ],
    );
    two.ring.accept(world, "half of it paid", &[scene.absorb(owed / 2)]);
    two.ring.refuse_all(
        world,
        &[
            ("more than the rest paid", 6096, scene.absorb(owed / 2 + 1)),
            ("more than the rest shared", 6096, scene.share(owed / 2 + 1)),
        ],
    );
    two.ring.accept(world, "the rest shared", &[scene.share(owed / 2)]);
    two.ring.refuse_all(
        world,
        &[("one more paid", 6096, scene.absorb(1)), ("one more shared", 6096, scene.share(1))],
    );
}
