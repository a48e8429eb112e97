//! What `create_bank`, `change_bank`, `create_market` and `change_market` refuse, with the error's number; nothing
//! changes when they do.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Tampering},
    two_exchanges::{overwrite, TwoExchanges},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{Bank, CreateBankArgs, CreateMarketArgs, Group, MarketTerms},
    risk::{CreateMarketRiskArgs, MarketRisk},
    seeds,
};
use ballast_testkit::{
    account_program, actor, market_terms, risk_program, rules, Account, Instruction, Signer, World, BTC, ETH,
    SOL,
};

on_litesvm!(banks_and_markets_need_every_account);
ballast_testkit::on_every_svm!(
    banks_refuse_numbers_and_ramps,
    banks_refuse_mints,
    markets_refuse_terms,
    markets_refuse_risks_and_people,
    a_group_has_forty_eight_markets_at_most,
);

const YEAR: u32 = 365 * 86_400;
const WHOLE: i64 = 1 << 40;
const TOKEN_2022: Pubkey = Pubkey::from_str_const("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");

fn bank(two: &TwoExchanges, mint: &Pubkey, token: &Pubkey, args: &CreateBankArgs) -> Instruction {
    account_program::create_bank(&two.group(), &two.authority(), &two.payer(), mint, token, args)
}

/// The third bank, priced by ether.
const ARGS: CreateBankArgs = CreateBankArgs { bank: 3, market: ETH, cap: 1 << 50, ramp_seconds: 0 };

fn change_bank(two: &TwoExchanges, cap: u64, ramp: u32) -> Instruction {
    account_program::change_bank(&two.group(), &two.authority(), 2, cap, ramp)
}

fn market(two: &TwoExchanges, number: u16, terms: MarketTerms) -> Instruction {
    let args = CreateMarketArgs { market: number, terms };
    account_program::create_market(&two.group(), &two.authority(), &two.payer(), &args)
}

fn change_market(two: &TwoExchanges, terms: &MarketTerms) -> Instruction {
    account_program::change_market(&two.group(), &two.authority(), BTC, terms)
}

/// Lets the risk program know of a third market.
fn third(two: &TwoExchanges, world: &mut World) {
    let (group, key) = (two.group(), two.authority());
    let args = CreateMarketRiskArgs { market: SOL, rules: rules(&group, SOL) };
    let create = risk_program::create_market_risk(&group, &key, &key, &args);
    two.ring.accept(world, "a third market", &[create]);
}

fn banks_and_markets_need_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    third(&two, world);
    let mut strangers = two.strangers();
    strangers.push(two.risk(SOL));
    let mint = world.create_mint(&spl_token_interface::ID, "third token", 8);
    let create = bank(&two, &mint, &spl_token_interface::ID, &ARGS);
    // Any mint of eight decimals may be a bank's, and anybody may pay.
    let tampering = Tampering { strangers: &strangers, free: &[2, 6], ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&create));
    let tampering =
        Tampering { strangers: &strangers, by_right: &[(1, two.bank(1))], ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&change_bank(&two, 1 << 50, 0)));
    let tampering = Tampering { strangers: &strangers, free: &[4], ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&market(&two, SOL, market_terms())));
    let tampering = Tampering { strangers: &strangers, ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&change_market(&two, &market_terms())));
}

fn banks_refuse_numbers_and_ramps(world: &mut World) {
    let two = TwoExchanges::new(world);
    let mint = world.create_mint(&spl_token_interface::ID, "third token", 8);
    let of = |args: CreateBankArgs| bank(&two, &mint, &spl_token_interface::ID, &args);
    let risk = |create: Instruction, key: &Pubkey| with(&create, 4, key);
    let foreign = seeds::find_market_risk(&two.other.group(), ETH).0;
    let good = of(ARGS);
    two.ring.refuse_all(
        world,
        &[
            ("a bank that there is", 0, of(CreateBankArgs { bank: 2, ..ARGS })),
            ("a number left out", 6028, of(CreateBankArgs { bank: 4, ..ARGS })),
            ("the last number of all", 6028, of(CreateBankArgs { bank: u16::MAX, ..ARGS })),
            ("a ramp of more than a year", 6024, of(CreateBankArgs { ramp_seconds: YEAR + 1, ..ARGS })),
            ("the longest ramp of all", 6024, of(CreateBankArgs { ramp_seconds: u32::MAX, ..ARGS })),
            ("another market's risk", 6021, risk(of(ARGS), &two.risk(BTC))),
            ("another group's risk", 6021, risk(of(ARGS), &foreign)),
            ("a market for its risk", 6052, risk(of(ARGS), &two.market(ETH))),
            ("the guardian", 6009, with(&good, 5, &actor("guardian").pubkey())),
            ("a stranger", 6009, with(&good, 5, &two.bob.key.pubkey())),
            ("a ramp of more than a year, later", 6024, change_bank(&two, 1, YEAR + 1)),
            ("the longest ramp of all, later", 6024, change_bank(&two, 1, u32::MAX)),
            ("the guardian, later", 6009, with(&change_bank(&two, 1, 0), 2, &actor("guardian").pubkey())),
            (
                "another group's bank",
                6015,
                with(&change_bank(&two, 1, 0), 1, &seeds::find_bank(&two.other.group(), 2).0),
            ),
            ("no cap", 102, edited(&change_bank(&two, 1, 0), |change| change.data.truncate(8))),
        ],
    );
    two.refuse_versions(world, &alone(&good), &[(two.group(), 6005), (two.risk(ETH), 6052)]);
    let versions = [(two.group(), 6005), (two.bank(2), 6022)];
    two.refuse_versions(world, &alone(&change_bank(&two, 1, 0)), &versions);
    for cap in [0, 1, u64::MAX] {
        for ramp in [0, 1, YEAR] {
            two.ring.accept(world, "any cap", &[change_bank(&two, cap, ramp)]);
        }
    }
    two.ring.accept(world, "the next", &[of(CreateBankArgs { ramp_seconds: YEAR, cap: u64::MAX, ..ARGS })]);
    assert_eq!(world.bank(&two.group(), 3).cap_down(world.svm.now()), 0);
    overwrite(world, &two.group(), |group: &mut Group| group.bank_count = u16::MAX);
    two.ring.refuse_all(world, &[("after the last of all", 6028, of(CreateBankArgs { bank: 4, ..ARGS }))]);
    let _: Bank = world.bank(&two.group(), 3);
}

fn banks_refuse_mints(world: &mut World) {
    let two = TwoExchanges::new(world);
    let token = spl_token_interface::ID;
    let fine = world.create_mint(&token, "finer token", 9);
    let coarse = world.create_mint(&token, "coarser token", 7);
    two.ring.refuse_all(
        world,
        &[
            ("a mint of more decimals", 6021, bank(&two, &fine, &token, &ARGS)),
            ("a mint of fewer decimals", 6021, bank(&two, &coarse, &token, &ARGS)),
            ("the quote token, which has fewer", 6021, bank(&two, &two.ours.dollar, &token, &ARGS)),
        ],
    );
    let six = overwrite(world, &two.risk(ETH), |risk: &mut MarketRisk| risk.rules.token_decimals = 6);
    two.ring.refuse_all(world, &[("the quote token", 6032, bank(&two, &two.ours.dollar, &token, &ARGS))]);
    world.overwrite(&two.risk(ETH), &six);
    // Mints of Token-2022 that can take, freeze, veto or revalue: the extension's type and the length of its data.
    let plain = world.create_mint(&TOKEN_2022, "plain token", 8);
    let real = world.svm.account(&plain).unwrap();
    let extensions: [(&str, u16, usize); 6] = [
        ("that others can close", 3, 32),
        ("whose accounts begin frozen", 6, 1),
        ("that cannot be transferred", 9, 0),
        ("that bears interest", 10, 52),
        ("that somebody can take", 12, 32),
        ("that a program can veto", 14, 64),
    ];
    for (what, kind, length) in extensions {
        let mut data = real.data.clone();
        data.resize(165, 0);
        data.push(1);
        data.extend(kind.to_le_bytes());
        data.extend((length as u16).to_le_bytes());
        // A state of two is frozen.
        data.extend(vec![if kind == 6 { 2 } else { 0 }; length]);
        let key = actor(what).pubkey();
        world.svm.set_account(&key, Account { data, lamports: 1_000_000_000, ..real.clone() });
        two.ring.refuse_all(world, &[(what, 6032, bank(&two, &key, &TOKEN_2022, &ARGS))]);
    }
    two.ring.accept(world, "a plain one", &alone(&bank(&two, &plain, &TOKEN_2022, &ARGS)));
}

fn markets_refuse_terms(world: &mut World) {
    let two = TwoExchanges::new(world);
    third(&two, world);
    type Edit<'a> = (&'a str, u32, &'a dyn Fn(&mut MarketTerms));
    let fixed: [Edit; 7] = [
        ("no tick", 6018, &|terms| terms.tick = 0),
        ("a tick too large", 6018, &|terms| terms.tick = (1 << 40) + 1),
        ("the largest tick", 6018, &|terms| terms.tick = u64::MAX),
        ("no step", 6018, &|terms| terms.strike_step = 0),
        ("a step too large", 6018, &|terms| terms.strike_step = (1 << 57) + 1),
        ("the largest step", 6018, &|terms| terms.strike_step = u64::MAX),
        // A tenth of a SOL by a step of 10^-8 dollars is 10^-9 dollars: no whole units.
        ("a step of no whole units", 6020, &|terms| terms.strike_step = 999),
    ];
    for (what, code, edit) in &fixed {
        let mut terms = market_terms();
        edit(&mut terms);
        // What steps are is settled when a market begins.
        two.ring.refuse_all(
            world,
            &[(what, *code, market(&two, SOL, terms)), (what, 6018, change_market(&two, &terms))],
        );
    }
    let cases: [(&str, &dyn Fn(&mut MarketTerms)); 22] = [
        ("a cap too large", &|terms| terms.open_interest_cap = (1 << 40) + 1),
        ("the largest cap", &|terms| terms.open_interest_cap = u64::MAX),
        ("no band", &|terms| terms.price_band = 0),
        ("a band below zero", &|terms| terms.price_band = i64::MIN),
        ("a band too wide", &|terms| terms.price_band = WHOLE + 1),
        ("a funding band below zero", &|terms| terms.funding_band = -1),
        ("a funding band too wide", &|terms| terms.funding_band = WHOLE + 1),
        ("a funding cap below zero", &|terms| terms.funding_cap = -1),
        ("a funding cap too high", &|terms| terms.funding_cap = WHOLE / 16 + 1),
        ("the highest funding cap", &|terms| terms.funding_cap = i64::MAX),
        ("funding too fast", &|terms| terms.funding_seconds = 3_599),
        ("funding too slow", &|terms| terms.funding_seconds = 86_401),
        ("marks of no time", &|terms| terms.mark_seconds = 0),
        ("marks of too long", &|terms| terms.mark_seconds = 86_401),
        ("a fallback too soon", &|terms| terms.fallback_seconds = 3_599),
        ("a fallback too late", &|terms| terms.fallback_seconds = 7 * 86_400 + 1),
        ("a second that no day has", &|terms| terms.expiry_second = 86_400),
        ("too many days", &|terms| terms.days = 32),
        ("too many Fridays", &|terms| terms.fridays = 54),
        ("too many months", &|terms| terms.months = 25),
        ("a switch that there is not", &|terms| terms.switches = 16),
        ("something in the padding", &|terms| terms.padding[1] = 1),
    ];
    for (what, edit) in cases {
        let mut terms = market_terms();
        edit(&mut terms);
        two.ring.refuse_all(
            world,
            &[(what, 6018, market(&two, SOL, terms)), (what, 6018, change_market(&two, &terms))],
        );
    }
    let most = MarketTerms {
        open_interest_cap: 1 << 40,
        price_band: WHOLE,
        funding_band: WHOLE,
        funding_cap: WHOLE / 16,
        funding_seconds: 86_400,
        mark_seconds: 86_400,
        fallback_seconds: 7 * 86_400,
        expiry_second: 86_399,
        venue: u16::MAX,
        days: 31,
        fridays: 53,
        months: 24,
        switches: 15,
        ..market_terms()
    };
    let least = MarketTerms {
        open_interest_cap: 0,
        price_band: 1,
        funding_band: 0,
        funding_cap: 0,
        funding_seconds: 3_600,
        mark_seconds: 1,
        fallback_seconds: 3_600,
        expiry_second: 0,
        venue: 0,
        days: 0,
        fridays: 0,
        months: 0,
        switches: 0,
        ..market_terms()
    };
    for terms in [most, least] {
        two.ring.accept(world, "the most and the least", &[change_market(&two, &terms)]);
    }
    let steps = MarketTerms { tick: 1 << 40, strike_step: 1_000, ..most };
    two.ring.accept(world, "the largest tick that can be", &[market(&two, SOL, steps)]);
}

fn markets_refuse_risks_and_people(world: &mut World) {
    let two = TwoExchanges::new(world);
    third(&two, world);
    let other = two.other.group();
    let foreign = seeds::find_market_risk(&other, BTC).0;
    let steps = [(market(&two, SOL, market_terms()), SOL), (change_market(&two, &market_terms()), BTC)];
    for (step, number) in steps {
        two.ring.refuse_all(
            world,
            &[
                ("another market's risk", 6021, with(&step, 2, &two.risk(ETH))),
                ("another group's risk", 6021, with(&step, 2, &foreign)),
                ("a market for its risk", 6052, with(&step, 2, &two.market(ETH))),
                ("the guardian", 6009, with(&step, 3, &actor("guardian").pubkey())),
                ("a stranger", 6009, with(&step, 3, &two.bob.key.pubkey())),
                ("half the terms", 102, edited(&step, |step| step.data.truncate(40))),
            ],
        );
        let versions = [(two.group(), 6005), (two.risk(number), 6052)];
        two.refuse_versions(world, &alone(&step), &versions);
        two.ring.accept(world, "untampered", &[step]);
    }
    assert_eq!(world.typed::<Group>(&two.group()).market_count, 3);
    let change = change_market(&two, &market_terms());
    two.refuse_versions(world, &alone(&change), &[(two.market(BTC), 6019)]);
    two.ring.refuse_all(
        world,
        &[
            ("a market that there is", 0, market(&two, BTC, market_terms())),
            ("a market without a risk", 6052, market(&two, 4, market_terms())),
            ("another group's market", 6015, with(&change, 1, &seeds::find_market(&other, BTC).0)),
            ("another market", 6021, with(&change, 1, &two.market(ETH))),
        ],
    );
}

fn a_group_has_forty_eight_markets_at_most(world: &mut World) {
    let two = TwoExchanges::new(world);
    third(&two, world);
    let step = market(&two, SOL, market_terms());
    let set = |world: &mut World, count| {
        overwrite(world, &two.group(), |group: &mut Group| group.market_count = count);
    };
    for count in [48, 49, u16::MAX] {
        set(world, count);
        two.ring.refuse_all(world, &[("one market more", 6104, step.clone())]);
    }
    set(world, 47);
    two.ring.accept(world, "the last market", &[step]);
    assert_eq!(world.typed::<Group>(&two.group()).market_count, 48);
}
