//! Quotes against assessments from scratch of the books that they lead to.

use super::distress::{alone, closed, distressed, tolerance, Distress, FINEST};
use crate::common::models;
use ballast_margin::model::Model;
use ballast_margin::presets::{BALLAST, PMRM};
use ballast_margin::quote::{quote, quote_up_to, Liquidation, Margins, Part, QuoteDesk, MAX_WEIGHS};
use ballast_margin::units::Contracts;
use ballast_margin::{assess, Desk, MarginError, Result};

/// How many cases there were, and of which kinds.
#[derive(Debug, Default)]
struct Seen {
    quoted: u32,
    in_part: u32,
    refused: u32,
    capped: u32,
    below: u32,
    weighed: u64,
}

/// One case with room to work in.
struct Check<'a> {
    desk: Box<QuoteDesk>,
    plain: Box<Desk>,
    model: &'a Model<'a>,
    seed: u64,
}

impl Check<'_> {
    fn up_to(&mut self, case: &Distress, request: u32) -> Result<Liquidation> {
        let (snapshot, book, request) = (case.world.snapshot(), case.world.book(), Part::of_bits(request));
        quote_up_to(&mut self.desk, self.model, &snapshot, &book, case.chosen, &case.terms, request)
    }

    /// The margins of the book that a quote leads to, from positions alone.
    fn fresh(&mut self, case: &Distress, quote: &Liquidation) -> Margins {
        let mut out = vec![Contracts(0); case.world.legs.len()];
        quote.quantities(&case.world.legs, case.chosen, |_| FINEST, &mut out).expect("as many as legs");
        let after = closed(&case.world, &out, quote);
        Margins::from(
            &assess(&mut self.plain, self.model, &after.snapshot(), &after.book()).expect("assessed"),
        )
    }

    /// Costs follow the terms, and are all that the account loses.
    fn costs(&mut self, case: &Distress, quote: &Liquidation, slack: i128) {
        let seed = self.seed;
        let book = alone(&case.world, case.chosen);
        let own = assess(&mut self.plain, self.model, &book.snapshot(), &book.book()).expect("assessed");
        assert!((own.components.scan.0 - quote.risk.0).abs() <= slack, "{seed}: {own:?} {quote:?}");
        let worth = quote.before.value.0.max(0);
        let due = |share: i64| {
            let scaled = quote.risk.0 as u128 * share as u128;
            i128::try_from((scaled * u128::from(quote.closed.bits())).div_ceil(1 << 60)).expect("small")
        };
        let (paid, both) = (due(case.terms.discount.0), due(case.terms.discount.0 + case.terms.insurance.0));
        let cap = if both > worth { worth - 1..=worth } else { both - 1..=both };
        assert!(cap.contains(&quote.cost().0) || worth == 0 && quote.cost().0 == 0, "{seed}: {quote:?}");
        assert_eq!(quote.transfer.0, paid.min(quote.cost().0), "{seed}");
        assert!(quote.fee.0 >= 0 && quote.cost().0 <= worth, "{seed}");
        // Closing takes away what was kept for errors of prices, and rounds the premium.
        let kept = quote.after.value.0 + quote.cost().0 - quote.before.value.0;
        assert!((-1..=slack).contains(&kept), "{seed}: {kept} of {slack}");
        assert!(quote.after.value.0 >= 0 || quote.before.value.0 < 0, "{seed}: {quote:?}");
    }

    /// The target is restored by the quote, and not by a unit less; health does not fall.
    fn quote(&mut self, case: &Distress, quote: &Liquidation, slack: i128) {
        let seed = self.seed;
        let target = case.terms.target;
        let above = |margins: &Margins| margins.above(target).expect("in range").0;
        let after = self.fresh(case, quote);
        // A position that rounding closes whole may take a charge on others with it.
        let whole = case.world.legs.iter().enumerate().any(|(place, leg)| {
            case.chosen >> place & 1 == 1 && leg.quantity.0.unsigned_abs() < 1 << Part::BITS
        });
        assert!(quote.after.health() > quote.before.health(), "{seed}");
        assert!(after.health().0 >= case.before.health().0, "{seed}: {after:?} {:?}", case.before);
        assert!(above(&after) >= 0 || !quote.restores, "{seed}: {after:?} {:?}", quote.after);
        assert!(above(&after) <= above(&quote.after) + slack || whole, "{seed}: {after:?} {:?}", quote.after);
        if !quote.restores || quote.closed.bits() == 1 {
            return;
        }
        let less = match self.up_to(case, quote.closed.bits() - 1) {
            Ok(less) => less,
            Err(error) => return assert_eq!(error, MarginError::NoRelief, "{seed}"),
        };
        // Where add-ons bend the wrong way, the target may be restored in more than one stretch.
        assert!(!less.restores || less.closed.bits() < quote.closed.bits() - 1, "{seed}");
        assert!(less.restores || whole || above(&self.fresh(case, &less)) <= slack, "{seed}: {less:?}");
    }

    /// Requests are cut to what restores the target; costs grow with them.
    fn requests(&mut self, case: &Distress, quote: &Liquidation) {
        let (seed, most) = (self.seed, quote.closed.bits());
        let mut last = Liquidation::default();
        for request in [most / 5, most / 2, most, most + most / 2, 1 << Part::BITS] {
            let Ok(next) = self.up_to(case, request) else { continue };
            assert!(next.closed.bits() <= request && next.after.health() > next.before.health(), "{seed}");
            assert!(next.closed < last.closed || next.cost() >= last.cost(), "{seed}");
            assert!(next.closed < last.closed || next.transfer >= last.transfer, "{seed}");
            if next.restores && next.closed.bits() > 1 {
                let less = next.closed.bits() - 1;
                let other = |found: Liquidation| !found.restores || found.closed.bits() < less;
                assert!(self.up_to(case, less).is_ok_and(other) || self.up_to(case, less).is_err(), "{seed}");
            }
            last = next;
        }
        if quote.restores {
            let right = self.up_to(case, most).expect("as quoted");
            assert_eq!(right, Liquidation { weighed: right.weighed, ..*quote }, "{seed}");
            assert!(right.weighed <= 3, "{seed}");
        }
    }
}

/// Seeds where something that happens once in a hundred thousand books went wrong before: positions of one step,
/// seconds to expiry, gross notionals of a million times the margin.
const HARD: [u64; 16] = [
    2_130, 5_185, 8_917, 22_216, 30_587, 36_903, 46_997, 50_051, 62_944, 80_708, 82_417, 84_256, 87_375,
    100_351, 115_807, 288_695,
];

fn run(model: &Model, seeds: std::ops::Range<u64>) -> Seen {
    let (mut check, mut seen) =
        (Check { desk: Box::default(), plain: Box::default(), model, seed: 0 }, Seen::default());
    for seed in seeds.chain(HARD) {
        check.seed = seed;
        let Some(case) = distressed(&mut check.plain, model, seed) else { continue };
        let (snapshot, book) = (case.world.snapshot(), case.world.book());
        match quote(&mut check.desk, model, &snapshot, &book, case.chosen, &case.terms) {
            Ok(quote) => {
                let slack = tolerance(&case.world, case.chosen);
                seen.quoted += 1;
                seen.in_part += u32::from(quote.restores && quote.closed < Part::ONE);
                seen.below += u32::from(!quote.restores);
                seen.capped += u32::from(quote.before.value.0 > 0 && quote.after.value.0 <= 1);
                seen.weighed += u64::from(quote.weighed);
                assert!(quote.weighed <= MAX_WEIGHS, "{seed}: {}", quote.weighed);
                check.costs(&case, &quote, slack);
                check.quote(&case, &quote, slack);
                check.requests(&case, &quote);
            }
            Err(error) => {
                assert_eq!(error, MarginError::NoRelief, "{seed}");
                seen.refused += 1;
            }
        }
    }
    println!("{seen:?}, weighed {:.2} on average", seen.weighed as f64 / f64::from(seen.quoted));
    seen
}

/// Every kind of case came up, and sizing stays cheap.
fn enough(seen: &Seen) {
    assert!(seen.quoted > 1_000 && seen.in_part > 300 && seen.refused > 50 && seen.below > 100, "{seen:?}");
    assert!(seen.capped > 10, "{seen:?}");
    assert!(seen.weighed < 8 * u64::from(seen.quoted), "{seen:?}");
}

#[test]
fn quotes_of_ballast_restore_the_target_and_no_more() {
    enough(&run(&BALLAST, 0..1_400));
}

#[test]
fn quotes_of_pmrm_restore_the_target_and_no_more() {
    enough(&run(&PMRM, 0..1_400));
}

#[test]
fn quotes_of_everything_at_once_restore_the_target_and_no_more() {
    enough(&run(&models::everything(), 0..1_400));
}
