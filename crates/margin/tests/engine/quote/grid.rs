//! How far quotes are from the least part that restores the target, by trying others.

use super::distress::{closed, distressed, Distress, FINEST};
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
