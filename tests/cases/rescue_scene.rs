//! An exchange whose liquidation program is a stand-in that sends on what it is given, and signs with its own address.

use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions as account_program, Group, TradeLeg},
    ids,
    risk::Preset,
    seeds,
};
use ballast_testkit::{limit, AccountMeta, Arch, Exchange, Instruction, Lite, Trader, World, BTC, DOLLAR};

/// Three traders with 100 000 dollars each, and Bitcoin at 95 000.
pub struct RescueScene {
    pub world: World,
    pub exchange: Exchange,
    pub traders: [Trader; 3],
    pub group: Pubkey,
    pub rescuer: Pubkey,
    program: Pubkey,
}

impl RescueScene {
    /// LiteSVM alone takes a program that is not one of Ballast's.
    pub fn new(arch: Arch) -> Self {
        let mut svm = Lite::new(arch);
        let program = svm.load("risk_caller");
        let mut world = World::new(svm);
        let exchange = world.create_exchange(Preset::Ballast, &[BTC]);
        let group = exchange.group();
        let rescuer = seeds::find_rescuer(&group, &program).0;
        let mut state: Group = world.typed(&group);
        assert_eq!(state.rescuer, seeds::find_rescuer(&group, &ids::LIQUIDATION).0);
        (state.liquidation_program, state.rescuer) = (program, rescuer);
        world.overwrite(&group, &state);
        world.set_price(&exchange.risk, BTC, 95_000_00000000);
        let traders = ["ann", "ben", "cat"].map(|name| world.trader(&exchange, name, 100_000 * DOLLAR));
        Self { world, exchange, traders, group, rescuer, program }
    }

    /// An instruction of the account program, sent through the stand-in.
    pub fn through(&self, mut call: Instruction) -> Instruction {
        // The outer instruction needs no signature of an address that only the program can sign for.
        for meta in &mut call.accounts {
            meta.is_signer &= meta.pubkey != self.rescuer;
        }
        call.accounts.push(AccountMeta::new_readonly(ids::ACCOUNT, false));
        Instruction { program_id: self.program, ..call }
    }

    /// Sends one through the stand-in, which must succeed.
    #[track_caller]
    pub fn rescue(&mut self, call: Instruction) {
        let call = self.through(call);
        self.world.svm.send(&[limit(), call], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
    }

    /// Sends one through the stand-in, which must be refused by that number.
    #[track_caller]
    pub fn refuse(&mut self, code: u32, call: Instruction) {
        let call = self.through(call);
        let failure = self.world.svm.send(&[limit(), call], &[]).expect_err("it is refused");
        assert_eq!(failure.code(), Some(code), "{failure:#?}");
    }

    /// Puts somebody under liquidation, or releases him.
    pub fn latch(&mut self, who: usize, on: bool) {
        self.rescue(account_program::latch(&self.group, &self.traders[who].account, &self.rescuer, on));
    }

    /// Two trade perps at a price in dollars a lot.
    #[track_caller]
    pub fn block(&mut self, first: usize, second: usize, lots: i64, price: i64) {
        let sides = [&self.traders[first], &self.traders[second]];
        let traded = self.world.block(&self.exchange, sides[0], sides[1], &[perp(lots, price)]);
        traded.unwrap_or_else(|failure| panic!("{failure:#?}"));
    }

    pub fn cash(&mut self) -> [i64; 3] {
        [0, 1, 2].map(|who| self.world.margin_account(&self.traders[who].account).cash)
    }

    /// What everybody has not settled with Bitcoin's pool.
    pub fn unpaid(&mut self) -> [i64; 3] {
        [0, 1, 2].map(|who| self.world.margin_account(&self.traders[who].account).unpaid(BTC))
    }

    /// Lots of everybody's first leg.
    pub fn lots(&mut self) -> [i64; 3] {
        [0, 1, 2].map(|who| self.world.margin_account(&self.traders[who].account).legs[0].quantity)
    }
}

/// Lots of the perp at a price in dollars a lot.
pub const fn perp(lots: i64, price: i64) -> TradeLeg {
    TradeLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots, price: (price * DOLLAR) as u64 }
}
