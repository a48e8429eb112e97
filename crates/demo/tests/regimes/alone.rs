//! Margins of positions that stand alone, against accounts that hold nothing else, read and assessed as programs do.

use super::scene::{view, DOLLAR, EXPIRY, GROUP, NOW};
use anchor_lang::prelude::Pubkey;
use ballast_demo::{alone::isolated, alone::Scales, tape::View};
use ballast_interface::{
    account::{Leg, MarginAccount},
    risk::{Assessment, LegRoom, Model, PredictorRules, Reading},
};
use ballast_margin::{
    presets::{ballast::MARKETS, BALLAST},
    Desk,
};
use bytemuck::Zeroable;

/// Ballast's own model.
fn model() -> Model {
    let mut model = Model::zeroed();
    (model.version, model.group) = (Model::VERSION, GROUP);
    model.take(&BALLAST).expect("the model fits");
    model
}

/// Bitcoin at 90 000 and Ether at 3 000 dollars, with a surface of about sixty per cent on one date.
fn markets() -> View {
    let mut found = view(0, 90_000);
    for (number, dollars) in [(1u16, 90_000), (2, 3_000)] {
        let mut other = view(0, dollars);
        let risk = &mut other.risks[0];
        let defaults = &MARKETS[usize::from(number) - 1];
        (risk.market, risk.price.range) = (number, (1 << 40) / 8);
        risk.rules.predictor = PredictorRules::new(&defaults.predictor);
        (risk.rules.depth, risk.rules.haircut) = (defaults.depth.0, defaults.haircut.0);
        (risk.rules.moves_like, risk.rules.lot) = (number, 100_000_000);
        let date = &mut risk.dates[0];
        let years = (EXPIRY - NOW) as f64 / 31_536_000.0;
        let bits = |value: f64| (value * (1u64 << 48) as f64) as i64;
        let root = 0.6 * years.sqrt();
        (date.a, date.b, date.rho, date.m) = (bits(0.6 * root * root), bits(0.4 * root), bits(-0.3), 0);
        (date.s, date.years) = (bits(root), (years * (1u64 << 60) as f64) as u64);
        if number == 1 {
            found = other;
        } else {
            found.risks.push(other.risks[0]);
        }
    }
    found
}

fn leg(market: u16, kind: u8, dollars: u64, lots: i64) -> Leg {
    let mut leg = Leg::zeroed();
    (leg.market, leg.kind, leg.quantity) = (market, kind, lots);
    leg.expiry = if kind == 1 { 0 } else { EXPIRY };
    leg.strike = dollars * 100_000_000;
    if kind < 3 {
        // What a hundredth of a coin costs.
        leg.entry_value = lots * if market == 1 { 900 * DOLLAR } else { 30 * DOLLAR };
    }
    leg
}

fn account(legs: &[Leg], coins: u64) -> MarginAccount {
    let mut account = MarginAccount::zeroed();
    (account.version, account.group, account.owner) = (1, GROUP, Pubkey::new_from_array([5; 32]));
    account.cash = 50_000 * DOLLAR;
    for (slot, leg) in account.legs.iter_mut().zip(legs) {
        *slot = *leg;
    }
    if coins > 0 {
        let token = &mut account.collateral[0];
        (token.bank, token.market, token.amount) = (1, 1, coins * 100_000_000);
    }
    account
}

/// Initial margin of a book by the programs' own assessment, in quote units, rounded up.
fn whole(account: &MarginAccount, view: &View) -> i64 {
    let model = model();
    let held = |number: &u16| {
        account.legs.iter().any(|leg| leg.market == *number)
            || account.collateral.iter().any(|token| token.market == *number)
    };
    let given: Vec<_> = view.risks.iter().filter(|risk| held(&risk.market)).collect();
    let mut room = LegRoom::EMPTY;
    let reading = Reading::new(&view.group, &model, account, &given, view.time, &mut room).expect("read");
    let mut report = Assessment::default();
    reading.assess(&mut Box::<Desk>::default(), &mut report).expect("assessed");
    (report.initial.get() as u128).div_ceil(10_000) as i64
}

#[test]
fn a_single_position_alone_needs_what_its_account_needs() {
    let view = markets();
    let singles = [
        leg(1, 1, 0, 300),
        leg(1, 2, 0, -300),
        leg(1, 3, 100_000, -200),
        leg(1, 4, 80_000, 200),
        leg(2, 4, 3_000, -4_000),
    ];
    for one in singles {
        let account = account(&[one], 0);
        let needed = isolated(&account, &model(), &view).expect("weighed");
        assert!(needed > 0);
        assert_eq!(needed, whole(&account, &view), "{one:?}");
    }
    assert_eq!(isolated(&account(&[], 0), &model(), &view), Ok(0));
    let coins = account(&[], 2);
    assert_eq!(isolated(&coins, &model(), &view), Ok(whole(&coins, &view)));
}

#[test]
fn hedged_books_need_more_alone_and_as_much_as_their_parts() {
    let view = markets();
    let books: [(&str, Vec<Leg>, u64); 5] = [
        ("covered call", vec![leg(1, 3, 100_000, -200)], 2),
        ("basis", vec![leg(1, 1, 0, 300), leg(1, 2, 0, -300)], 0),
        ("vertical", vec![leg(1, 3, 90_000, 200), leg(1, 3, 100_000, -200)], 0),
        ("protective put", vec![leg(1, 1, 0, 300), leg(1, 4, 80_000, 300)], 0),
        ("pair", vec![leg(1, 1, 0, 100), leg(2, 1, 0, -3_000)], 0),
    ];
    let model = model();
    let mut scales = Scales::new(&model).expect("a model");
    let mut weighing = scales.at(&view);
    for (name, legs, coins) in books {
        let book = account(&legs, coins);
        let needed = weighing.isolated(&book).expect("weighed");
        let coins = (coins > 0).then(|| whole(&account(&[], coins), &view));
        let parts: i64 = legs.iter().map(|leg| whole(&account(&[*leg], 0), &view)).chain(coins).sum();
        // Each part of the sum was rounded up by itself.
        assert!((0..=legs.len() as i64).contains(&(parts - needed)), "{name}: {parts} and {needed}");
        let together = whole(&book, &view);
        assert!(needed > together * 11 / 10, "{name}: {needed} alone, {together} together");
    }
}
