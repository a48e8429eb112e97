//! The risk program called by another program: what a gate does, and what a signed message does not allow.

use crate::refusal::refused_with;
use ballast_interface::{
    ids,
    risk::{Assessment, Preset},
    seeds,
};
use ballast_testkit::{
    dollars, risk_program, signed, slice, AccountMeta, Arch, Instruction, Lite, World, BTC,
};

/// LiteSVM alone takes a program that is not one of Ballast's.
#[test]
fn a_gate_reads_the_report_of_its_call() {
    for arch in [Arch::V0, Arch::V3] {
        let mut svm = Lite::new(arch);
        let caller = svm.load("risk_caller");
        let world = &mut World::new(svm);
        let spec = world.create_risk(Preset::Ballast, &[BTC]);
        world.set_price(&spec, BTC, 95_000_00000000);
        let alice = world.person("alice");
        let account = world.open_with_book(&spec, &alice, 0, |account| {
            account.cash = 20_000_000_000;
            let leg = &mut account.legs[0];
            (leg.market, leg.kind, leg.quantity, leg.entry_value) = (BTC, 1, 100, 95_000_000_000);
            (account.markets[0].market, account.markets[0].legs) = (BTC, 1);
        });
        let direct = risk_program::assess(&spec.group, &account, &[BTC]);
        let mut accounts = direct.accounts.clone();
        accounts.push(AccountMeta::new_readonly(ids::RISK, false));
        let called = Instruction { program_id: caller, accounts: accounts.clone(), data: vec![] };
        let answers = [direct, called].map(|ask| world.svm.send(&[ask], &[]).expect("an answer").return_data);
        assert_eq!(answers[0], answers[1]);
        assert!(Assessment::from_bytes(&answers[1]).expect("a report").initial.get() > 0);

        // A refusal passes through, with its number: a market that is missing.
        accounts.remove(3);
        let missing = Instruction { program_id: caller, accounts, data: vec![] };
        refused_with(world, "a call without the market", 6042, missing, &[]);
    }
}

/// The signatures are right and stand where they should; but the instruction behind them is another program's.
#[test]
fn a_signed_message_cannot_be_sent_through_another_program() {
    for arch in [Arch::V0, Arch::V3] {
        let mut svm = Lite::new(arch);
        let caller = svm.load("risk_caller");
        let world = &mut World::new(svm);
        let spec = world.create_risk(Preset::Ballast, &[BTC]);
        world.set_price(&spec, BTC, 95_000_00000000);
        let now = world.svm.now();
        let args = world.surface_args(&spec, BTC, &[slice(now, 864_000, dollars(95_000), 0.6)]);
        let post = risk_program::post_surface(&args);
        let mut nested = Instruction { program_id: caller, ..post.clone() };
        nested.accounts.push(AccountMeta::new_readonly(ids::RISK, false));
        let risk = seeds::find_market_risk(&spec.group, BTC).0;
        let before = world.svm.account(&risk);
        let failure = world.svm.send(&signed(nested, &spec.quorum()), &[]).expect_err("it is nested");
        assert_eq!(failure.code(), Some(6021), "{failure:#?}");
        assert_eq!(world.svm.account(&risk), before);
        world.svm.send(&signed(post, &spec.quorum()), &[]).expect("by itself it is taken");
    }
}
