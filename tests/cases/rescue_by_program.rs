//! A rescue by a program that signs with its own address: latched, taken over, paid for, and released.

use crate::refusal::refused_with;
use ballast_interface::{
    account::{instructions as account_program, Group, TradeLeg},
    ids,
    risk::Preset,
    seeds,
};
use ballast_testkit::{AccountMeta, Arch, Instruction, Lite, World, BTC, DOLLAR};

/// LiteSVM alone takes a program that is not one of Ballast's; it stands in for the liquidation program.
#[test]
fn positions_and_cash_move_by_the_rescuers_signature() {
    for arch in [Arch::V0, Arch::V3] {
        let mut svm = Lite::new(arch);
        let program = svm.load("risk_caller");
        let world = &mut World::new(svm);
        let exchange = world.create_exchange(Preset::Ballast, &[BTC]);
        let group = exchange.group();
        let rescuer = seeds::find_rescuer(&group, &program).0;
        let mut state: Group = world.typed(&group);
        assert_eq!(state.rescuer, seeds::find_rescuer(&group, &ids::LIQUIDATION).0);
        (state.liquidation_program, state.rescuer) = (program, rescuer);
        world.overwrite(&group, &state);
        world.set_price(&exchange.risk, BTC, 95_000_00000000);
        let traders = ["ann", "ben", "cat"].map(|name| world.trader(&exchange, name, 100_000 * DOLLAR));
        let [ann, ben, cat] = &traders;
        let perp =
            TradeLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots: 100, price: 950 * DOLLAR as u64 };
        world.block(&exchange, ann, ben, &[perp]).unwrap_or_else(|failure| panic!("{failure:#?}"));

        let through = |mut call: Instruction| {
            // The outer instruction needs no signature of an address that only the program can sign for.
            for meta in &mut call.accounts {
                meta.is_signer &= meta.pubkey != rescuer;
            }
            call.accounts.push(AccountMeta::new_readonly(ids::ACCOUNT, false));
            Instruction { program_id: program, ..call }
        };
        let numbers = account_program::Numbers { markets: &[BTC], banks: &[], risks: &[] };
        let give = TradeLeg { lots: -40, ..perp };
        let take =
            account_program::move_legs(&group, &ann.account, &cat.account, &rescuer, &vec![give], &numbers);
        // 6045: the account is not under liquidation.
        refused_with(world, "before the latch", 6045, through(take.clone()), &[]);

        world.svm.pass(7);
        let latch = account_program::latch(&group, &ann.account, &rescuer, true);
        world.svm.send(&[through(latch)], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
        assert_eq!(world.margin_account(&ann.account).liquidation_since, world.svm.now());

        world.svm.send(&[through(take)], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
        let lots = [ann, ben, cat].map(|trader| world.margin_account(&trader.account).legs[0].quantity);
        assert_eq!(lots, [60, -100, 40]);
        let pay = account_program::move_cash(&group, &ann.account, &cat.account, &rescuer, 5_000_000, &[BTC]);
        world.svm.send(&[through(pay)], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
        let cash = [ann, cat].map(|trader| world.margin_account(&trader.account).cash);
        assert_eq!(cash, [99_995_000_000, 100_005_000_000]);

        let release = account_program::latch(&group, &ann.account, &rescuer, false);
        world.svm.send(&[through(release)], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
        assert_eq!(world.margin_account(&ann.account).liquidation_since, 0);
    }
}
