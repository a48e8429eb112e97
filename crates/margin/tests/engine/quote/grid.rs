//! How far quotes are from the least part that restores the target: by trying others, and from positions alone.

use super::distress::{closed, distressed, paid, tolerance, Distress, FINEST};
use crate::common::models;
use ballast_margin::model::Model;
use ballast_margin::presets::{BALLAST, PMRM};
use ballast_margin::quote::{quote, quote_up_to, Liquidation, Margins, Part, QuoteDesk};
use ballast_margin::units::Contracts;
use ballast_margin::{assess, Desk, Result};

/// Parts tried below each quote.
const TRIALS: u32 = 64;

/// What was found.
#[derive(Debug, Default)]
struct Found {
    cases: u32,
    /// Quotes below which another part restores the target, and the furthest of those parts, in 2^-20.
    elsewhere: u32,
    furthest: u32,
    /// Quotes that an assessment from scratch would have let close less, by more than one 2^-20, and the furthest.
    generous: u32,
    too_much: u32,
}

fn at(desk: &mut QuoteDesk, model: &Model, case: &Distress, bits: u32) -> Result<Liquidation> {
    let (snapshot, book) = (case.world.snapshot(), case.world.book());
    quote_up_to(desk, model, &snapshot, &book, case.chosen, &case.terms, Part::of_bits(bits))
}

/// Whether an assessment of the closed book from scratch finds the target restored.
fn restored(desk: &mut Desk, model: &Model, case: &Distress, part: &Liquidation) -> bool {
    let mut out = vec![Contracts(0); case.world.legs.len()];
    part.quantities(&case.world.legs, case.chosen, |_| FINEST, &mut out).expect("as many as legs");
    let after = closed(&case.world, &out, part);
    let report = assess(desk, model, &after.snapshot(), &after.book()).expect("assessed");
    Margins::from(&report).above(case.terms.target).expect("in range").0 >= 0
}

fn search(model: &Model, seeds: std::ops::Range<u64>) -> Found {
    let (mut desk, mut plain, mut found) =
        (Box::new(QuoteDesk::new()), Box::new(Desk::new()), Found::default());
    for seed in seeds {
        let Some(case) = distressed(&mut plain, model, seed) else { continue };
        // Books of a few dollars are all rounding.
        if case.before.maintenance.0 < 100_000_000_000 {
            continue;
        }
        let (snapshot, book) = (case.world.snapshot(), case.world.book());
        let quoted = quote(&mut desk, model, &snapshot, &book, case.chosen, &case.terms);
        let Ok(quoted) = quoted else { continue };
        let bits = quoted.closed.bits();
        if !quoted.restores || bits < TRIALS {
            continue;
        }
        found.cases += 1;
        let trials = (1..TRIALS).map(|place| (u64::from(bits) * u64::from(place) / u64::from(TRIALS)) as u32);
        let other = trials.into_iter().find(|trial| {
            at(&mut desk, model, &case, *trial)
                .is_ok_and(|less| less.restores && less.closed.bits() == *trial)
        });
        if let Some(other) = other {
            found.elsewhere += 1;
            found.furthest = found.furthest.max(bits - other);
        }
        let less = (1..12).map(|place| 1 << place).take_while(|less| *less < bits).filter(|less| {
            let part = at(&mut desk, model, &case, bits - less);
            part.is_ok_and(|part| {
                part.closed.bits() == bits - less && restored(&mut plain, model, &case, &part)
            })
        });
        if let Some(less) = less.last() {
            found.generous += 1;
            found.too_much = found.too_much.max(less);
        }
    }
    println!("{found:?}");
    found
}

#[test]
fn no_smaller_part_restores_the_target() {
    for (model, seeds) in [(&BALLAST, 0..250), (&PMRM, 250..500), (&models::everything(), 500..750)] {
        let found = search(model, seeds);
        assert!(found.cases > 40 && found.elsewhere == 0, "{found:?}");
        assert!(found.generous * 10 < found.cases, "{found:?}");
    }
}

/// Places in which the least part is sought: 2^16 to a place of a quote's.
const PLACES: u32 = Part::BITS + 16;
/// Books tried below a quote before the halving starts: the target may be restored in more than one stretch.
const STEPS: u64 = 16;

/// By how much the target is restored, and health not lowered, with this part of 2^-36 closed: books and costs from
/// positions alone, quantities and money in whole steps.
fn beyond(desk: &mut Desk, model: &Model, case: &Distress, part: u64) -> i128 {
    let legs = case.world.legs.iter().enumerate().map(|(place, leg)| {
        let size =
            (u128::from(leg.quantity.0.unsigned_abs()) * u128::from(part)).div_ceil(1 << PLACES) as i64;
        Contracts(if case.chosen >> place & 1 == 1 { size * leg.quantity.0.signum() } else { 0 })
    });
    let quantities: Vec<Contracts> = legs.collect();
    let after = closed(&case.world, &quantities, &paid(desk, model, case, &quantities));
    let margins = Margins::from(&assess(desk, model, &after.snapshot(), &after.book()).expect("assessed"));
    let gained = margins.health().0 - case.before.health().0;
    margins.above(case.terms.target).expect("in range").0.min(gained)
}

/// The least part, in 2^-36, that is enough, below one that is.
fn least(desk: &mut Desk, model: &Model, case: &Distress, quoted: u64) -> u64 {
    let trials = (1..STEPS).map(|step| quoted * step / STEPS);
    let (mut low, mut high) = (0, quoted);
    for trial in trials {
        if beyond(desk, model, case, trial) >= 0 {
            high = trial;
            break;
        }
        low = trial;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        *(if beyond(desk, model, case, middle) >= 0 { &mut high } else { &mut low }) = middle;
    }
    high
}

/// Quotes, those more than a thousandth above the least part beside a last place, and the furthest, as a share.
#[derive(Debug, Default)]
struct Excess {
    quotes: u32,
    above: u32,
    worst: f64,
    /// Quotes that are not enough by premiums from assessments of what is closed alone.
    short: u32,
}

fn excess(model: &Model, seeds: std::ops::Range<u64>, found: &mut Excess) {
    let (mut desk, mut plain) = (Box::new(QuoteDesk::new()), Box::new(Desk::new()));
    for seed in seeds {
        let Some(case) = distressed(&mut plain, model, seed) else { continue };
        // A position that rounding closes whole may take a charge on others with it, for which no quote gives credit.
        let whole = case.world.legs.iter().enumerate().any(|(place, leg)| {
            case.chosen >> place & 1 == 1 && leg.quantity.0.unsigned_abs() < 1 << Part::BITS
        });
        if whole || case.before.maintenance.0 < 100_000_000_000 {
            continue;
        }
        let (snapshot, book) = (case.world.snapshot(), case.world.book());
        let quoted = quote(&mut desk, model, &snapshot, &book, case.chosen, &case.terms);
        let Some(quoted) = quoted.ok().filter(|quoted| quoted.restores) else { continue };
        let part = u64::from(quoted.closed.bits()) << (PLACES - Part::BITS);
        let spare = beyond(&mut plain, model, &case, part);
        if spare < 0 {
            // Premiums of an assessment are less by its guard.
            assert!(-spare <= tolerance(&case.world, case.chosen), "{seed}: {spare}");
            found.short += 1;
            continue;
        }
        let least = least(&mut plain, model, &case, part);
        let excess = (part - least).saturating_sub(1 << (PLACES - Part::BITS)) as f64 / least as f64;
        found.quotes += 1;
        // Only parts of a hundredth are more, of which two or three places count, and books that are all notional.
        let notional = case.world.gross() * 1e10 / case.before.maintenance.0 as f64;
        assert!(excess <= 0.001 || least >> (PLACES - 6) == 0 || notional > 5_000.0, "{seed}: {excess}");
        found.above += u32::from(excess > 0.001);
        found.worst = found.worst.max(excess);
    }
}

#[test]
fn quotes_are_within_a_thousandth_of_the_least_part() {
    let mut found = Excess::default();
    for model in [&BALLAST, &PMRM, &models::everything()] {
        excess(model, 1_000..6_000, &mut found);
    }
    println!("{found:?}");
    assert!(found.quotes > 1_000 && found.above * 1_000 <= found.quotes && found.worst < 0.03, "{found:?}");
}
