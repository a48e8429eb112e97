//! What a scan says is what the program's own assessment of the refreshed account says, to the last bit.

use crate::{
    scene::{Rng, Scene, GROUP, NOW},
    wild::{moved, wild},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::MarginAccount,
    risk::{Assessment, LegRoom, LiquidationQuote, MarketRisk, QuoteArgs, QuoteLeg, Reading},
};
use ballast_keeper::scan::{refreshed, Scanner, Standing, Unfit};
use ballast_margin::{quote::QuoteDesk, Desk};

/// What the program answers about an account that is refreshed first, with everything that it needs.
fn program<T>(
    scene: &Scene,
    account: &MarginAccount,
    now: i64,
    ask: impl FnOnce(&Reading, &MarginAccount) -> anchor_lang::Result<T>,
) -> Result<T, Unfit> {
    let all: Vec<_> = scene.markets.iter().zip(&scene.risks).collect();
    let fresh = refreshed(account, &scene.group, &all, now)?;
    let risk = |number: u16| scene.risks.iter().find(|risk| risk.market == number);
    let mut needed: Vec<u16> = fresh.legs.iter().map(|leg| leg.market).collect();
    needed.push(scene.model.peg_market);
    for token in &fresh.collateral {
        needed.push(token.market);
        needed.extend(risk(token.market).map(|risk| risk.rules.moves_like));
    }
    let given: Vec<&MarketRisk> = scene.risks.iter().filter(|risk| needed.contains(&risk.market)).collect();
    let mut room = LegRoom::EMPTY;
    let reading = Reading::new(&scene.group, &scene.model, &fresh, &given, now, &mut room)?;
    Ok(ask(&reading, &fresh)?)
}

/// Compares all accounts that are said to be assessed at a time; returns how many of them are fit.
fn compare(scanner: &Scanner, scene: &Scene, now: i64) -> usize {
    let (mut fit, mut desk) = (0, Box::<Desk>::default());
    for (key, account) in &scene.accounts {
        let mut report = Assessment::default();
        let exact = program(scene, account, now, |reading, _| reading.assess(&mut desk, &mut report));
        let exact = exact.map(|()| report);
        let found = scanner.standing(key).expect("every account is scanned");
        match (found, &exact) {
            (Ok(standing), _) if standing.assessed_at != now => continue,
            (Ok(standing), Ok(report)) => {
                assert_eq!(*standing, Standing::of(report));
                assert_eq!(scanner.assessment(key, now).as_ref(), Ok(report));
                fit += 1;
            }
            // Which market has no price, the program does not say.
            (Err(Unfit::PriceMissing(_)), Err(Unfit::Refused { sentence, .. })) => {
                assert_eq!(sentence, "This market has no usable price yet.");
            }
            (found, exact) => assert_eq!(found.as_ref().err(), exact.as_ref().err()),
        }
    }
    fit
}

#[test]
fn a_scan_is_the_programs_assessment() {
    let (mut fit, mut below) = (0, 0);
    for seed in 0..60 {
        let mut scene = wild(50, seed);
        let mut scanner = scene.scanner();
        assert_eq!(scanner.rescan(NOW), 50);
        fit += compare(&scanner, &scene, NOW);
        // Another price at the same moment, later moments, and everything at once.
        let mut rng = Rng(seed ^ 0xabcd);
        for step in 0..3 {
            let now = NOW + [0, 1, 2_000][step];
            scanner.set_risk(moved(&mut scene, &mut rng));
            scanner.rescan(now);
            fit += compare(&scanner, &scene, now);
        }
        assert_eq!(scanner.rescan_all(NOW + 7), 50);
        fit += compare(&scanner, &scene, NOW + 7);
        below += scanner.below_maintenance().count();
    }
    assert!(fit > 6_000 && below > 200, "{fit} fit, {below} below");
}

#[test]
fn usual_books_are_fit() {
    let scene = Scene::usual(2_000, 10, 8, 3);
    let mut scanner = scene.scanner();
    assert_eq!(scanner.rescan(NOW), 2_000);
    assert_eq!(compare(&scanner, &scene, NOW), 2_000);
}

#[test]
fn quotes_are_of_the_refreshed_account() {
    let scene = Scene::usual(50, 10, 3, 4);
    let scanner = scene.scanner();
    for (key, account) in &scene.accounts {
        let lots = account.legs[0].quantity.unsigned_abs();
        let legs = vec![QuoteLeg { leg: 0, lots }];
        let args = QuoteArgs { legs, units: 1, terms: None, all: false };
        let quote = scanner.quote(key, &args, NOW).expect("a quote");
        let mut exact = LiquidationQuote::default();
        let ask = |reading: &Reading, fresh: &MarginAccount| {
            reading.quote(&scene.group, fresh, &args, &mut QuoteDesk::new(), &mut exact)
        };
        assert_eq!(program(&scene, account, NOW, ask), Ok(()));
        assert_eq!(quote, exact);
        assert_eq!((quote.sequence, quote.quoted_at, quote.units), (account.sequence, NOW, 1));
    }
    let args = QuoteArgs { legs: Vec::new(), units: 1, terms: None, all: false };
    assert_eq!(scanner.quote(&Pubkey::default(), &args, NOW), Err(Unfit::AccountUnknown));
    assert_eq!(*scanner.key(), GROUP);
}
