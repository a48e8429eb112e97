//! Quotes in whole units against assessments from scratch of the books that they lead to.

use super::distress::{closed, distressed, paid, tolerance, Distress};
use crate::common::models;
use crate::common::rng::Rng;
use ballast_margin::book::{Kind, Leg};
use ballast_margin::model::Model;
use ballast_margin::presets::{BALLAST, PMRM};
use ballast_margin::quote::{
    quote_taken, trial, Liquidation, Margins, Part, QuoteDesk, Taken, Terms, MAX_TAKEN, MAX_WEIGHS,
};
use ballast_margin::units::{Contracts, Quote, STEPS};
use ballast_margin::{assess, Desk, MarginError, Result};

/// How many cases there were, and of which kinds.
#[derive(Debug, Default)]
struct Seen {
    quoted: u32,
    restored: u32,
    fewer: u32,
    /// Quotes of which a second one, of what the first gave, gives less.
    fewer_again: u32,
    nearest: u32,
    refused: u32,
    /// Cases in which fewer units restore the target, too, and more between them and the quote do not.
    elsewhere: u32,
    /// Books of which a neighbour comes nearer than what was given.
    nearer: u32,
    small: u32,
    small_refused: u32,
    helped: u32,
    hurt: u32,
}

/// What is asked for: so many units, each of so much of each leg.
struct Asked {
    units: u32,
    each: Vec<Contracts>,
}

impl Asked {
    /// Up to eight of the chosen legs, whole or in part, in up to a thousand units.
    fn draw(case: &Distress, seed: u64) -> Option<Self> {
        let rng = &mut Rng::of(seed, "units", 0);
        let units = rng.scale(1.0, 1_001.0) as u32;
        let (mut count, whole) = (0, rng.chance(0.5));
        let each = case.world.legs.iter().enumerate().map(|(place, leg)| {
            let share = if whole { 1.0 } else { rng.between(0.05, 1.0) };
            let size = leg.quantity.0.unsigned_abs() / u64::from(units);
            let size = if share < 1.0 { (size as f64 * share) as i64 } else { size as i64 };
            let chosen = case.chosen >> place & 1 == 1 && size > 0 && count < MAX_TAKEN;
            count += usize::from(chosen);
            Contracts(if chosen { size * leg.quantity.0.signum() } else { 0 })
        });
        let each: Vec<Contracts> = each.collect();
        (count > 0).then_some(Self { units, each })
    }

    /// What so many units are of each leg.
    fn quantities(&self, units: u32) -> Vec<Contracts> {
        self.each.iter().map(|each| Contracts(each.0 * i64::from(units))).collect()
    }

    /// The same with what they have cost, of legs of which something is taken.
    fn taken(&self, legs: &[Leg], units: u32) -> Vec<Taken> {
        let all = legs.iter().zip(self.quantities(units)).enumerate();
        let some = all.filter(|(_, (_, quantity))| quantity.0 != 0);
        let taken = some.map(|(place, (leg, quantity))| Taken {
            leg: place as u8,
            quantity,
            basis: Quote(leg.basis.0 * i128::from(quantity.0) / i128::from(leg.quantity.0)),
        });
        taken.collect()
    }

    /// Bits of the legs of which something is taken.
    fn bits(&self) -> u64 {
        let some = self.each.iter().enumerate().filter(|(_, each)| each.0 != 0);
        some.map(|(place, _)| 1 << place).sum()
    }
}

/// One case with room to work in.
struct Check<'a> {
    desk: Box<QuoteDesk>,
    plain: Box<Desk>,
    model: &'a Model<'a>,
    seed: u64,
}

fn above(case: &Distress, margins: &Margins) -> i128 {
    margins.above(case.terms.target).expect("in range").0
}

impl Check<'_> {
    fn ask(
        &mut self,
        case: &Distress,
        asked: &Asked,
        units: u32,
        terms: &Terms,
    ) -> Result<(u32, Liquidation)> {
        let taken = asked.taken(&case.world.legs, units);
        let (snapshot, book) = (case.world.snapshot(), case.world.book());
        quote_taken(&mut self.desk, self.model, &snapshot, &book, (&taken, units), terms)
    }

    fn trial(&mut self, case: &Distress, taken: Option<&[Taken]>) -> ballast_margin::quote::Trial {
        let (snapshot, book) = (case.world.snapshot(), case.world.book());
        trial(&mut self.desk, self.model, &snapshot, &book, taken).expect("weighed")
    }

    /// Margins of the book without so many units, at these costs, from positions alone.
    fn left(&mut self, case: &Distress, quantities: &[Contracts], costs: &Liquidation) -> Margins {
        let after = closed(&case.world, quantities, costs);
        Margins::from(
            &assess(&mut self.plain, self.model, &after.snapshot(), &after.book()).expect("assessed"),
        )
    }

    /// The same, at costs that are worked out from positions alone as well.
    fn without(&mut self, case: &Distress, asked: &Asked, units: u32) -> Margins {
        let quantities = asked.quantities(units);
        let costs = paid(&mut self.plain, self.model, case, &quantities);
        self.left(case, &quantities, &costs)
    }

    fn costs(&mut self, case: &Distress, asked: &Asked, quote: &Liquidation, slack: i128) {
        let seed = self.seed;
        // The risk of all that was asked for, and the shares of the part that is closed.
        let all = paid(&mut self.plain, self.model, case, &asked.quantities(asked.units));
        assert!((all.risk.0 - quote.risk.0).abs() <= slack, "{seed}: {all:?} {quote:?}");
        let due = |share: i64| {
            let scaled = quote.risk.0 as u128 * share as u128;
            i128::try_from((scaled * u128::from(quote.closed.bits())).div_ceil(1 << 60)).expect("small")
        };
        let both = due(case.terms.discount.0 + case.terms.insurance.0);
        let worth = quote.before.value.0.max(0);
        let cap = if both > worth { worth - 1..=worth } else { both - 1..=both };
        assert!(cap.contains(&quote.cost().0) || worth == 0 && quote.cost().0 == 0, "{seed}: {quote:?}");
        assert_eq!(quote.transfer.0, due(case.terms.discount.0).min(quote.cost().0), "{seed}");
        let kept = quote.after.value.0 + quote.cost().0 - quote.before.value.0;
        assert!((-1..=slack).contains(&kept), "{seed}: {kept} of {slack}");
    }

    /// Units given restore the target, or come nearest, and one less does not.
    fn units(
        &mut self,
        case: &Distress,
        asked: &Asked,
        (units, quote): &(u32, Liquidation),
        slack: i128,
        seen: &mut Seen,
    ) {
        let seed = self.seed;
        assert!((1..=asked.units).contains(units), "{seed}: {units} of {}", asked.units);
        let exact = (u64::from(*units) << Part::BITS) / u64::from(asked.units);
        assert_eq!(u64::from(quote.closed.bits()), exact, "{seed}: {units} of {}", asked.units);
        assert!(quote.weighed <= MAX_WEIGHS, "{seed}: {}", quote.weighed);
        let after = self.left(case, &asked.quantities(*units), quote);
        assert!(quote.after.health() > quote.before.health(), "{seed}");
        assert!(after.health() >= case.before.health(), "{seed}: {after:?} {:?}", case.before);
        assert!(above(case, &after) >= 0 || !quote.restores, "{seed}: {after:?} {:?}", quote.after);
        let difference = (above(case, &after) - above(case, &quote.after)).abs();
        assert!(difference <= slack, "{seed}: {after:?} {:?}", quote.after);
        // And with costs that the quote has no part in.
        let apart = self.without(case, asked, *units);
        assert!((above(case, &apart) - above(case, &after)).abs() <= slack, "{seed}: {apart:?} {after:?}");
        if quote.restores {
            seen.restored += 1;
            seen.fewer += u32::from(*units < asked.units);
            if *units > 1 {
                self.one_less(case, asked, *units, slack, seen);
            }
            let (same, right) = self.ask(case, asked, *units, &case.terms).expect("as quoted");
            assert!(same <= *units && right.restores, "{seed}: {same} of {units} {right:?}");
            assert!(same < *units || right.weighed <= 3, "{seed}: {right:?}");
            // Less is kept for the last place of a smaller part.
            seen.fewer_again += u32::from(same < *units);
        } else {
            seen.nearest += 1;
            let others = [units - 1, units + 1].into_iter().filter(|other| (1..=asked.units).contains(other));
            let nearer = others
                .into_iter()
                .any(|other| above(case, &self.without(case, asked, other)) > above(case, &apart) + slack);
            seen.nearer += u32::from(nearer);
        }
    }

    fn one_less(&mut self, case: &Distress, asked: &Asked, units: u32, slack: i128, seen: &mut Seen) {
        let less = self.without(case, asked, units - 1);
        if above(case, &less) > slack && less.health().0 > case.before.health().0 + slack {
            // Where add-ons bend the wrong way, the target may be restored in more than one stretch.
            seen.elsewhere += 1;
        }
    }

    /// A small book gives everything, if that helps.
    fn small(&mut self, case: &Distress, asked: &Asked, slack: i128, seen: &mut Seen) {
        let seed = self.seed;
        let terms = Terms { small: Quote(case.before.maintenance.0 + slack), ..case.terms };
        let gain = self.without(case, asked, asked.units).health().0 - case.before.health().0;
        match self.ask(case, asked, asked.units, &terms) {
            Ok((units, quote)) => {
                seen.small += 1;
                assert_eq!((units, quote.closed), (asked.units, Part::ONE), "{seed}");
                assert!(gain >= -slack && quote.weighed == 2, "{seed}: {gain} {quote:?}");
            }
            Err(error) => {
                seen.small_refused += 1;
                assert!(error == MarginError::NoRelief && gain <= slack, "{seed}: {error:?} {gain}");
            }
        }
        // Just above what is small, it is quoted as any other.
        let terms = Terms { small: Quote(case.before.maintenance.0 - slack - 1), ..case.terms };
        let plain = self.ask(case, asked, asked.units, &case.terms);
        assert_eq!(self.ask(case, asked, asked.units, &terms), plain, "{seed}");
    }

    /// Margins with and without, at no cost.
    fn trials(&mut self, case: &Distress, asked: &Asked, slack: i128, seen: &mut Seen) {
        let seed = self.seed;
        let all: Vec<Contracts> = case.world.legs.iter().map(|leg| leg.quantity).collect();
        for (quantities, taken) in
            [(asked.quantities(asked.units), Some(asked.taken(&case.world.legs, asked.units))), (all, None)]
        {
            let found = self.trial(case, taken.as_deref());
            let free = Liquidation {
                premium: paid(&mut self.plain, self.model, case, &quantities).premium,
                ..Liquidation::default()
            };
            let after = self.left(case, &quantities, &free);
            for (got, expected) in [(found.before, case.before), (found.after, after)] {
                let apart = [
                    got.value.0 - expected.value.0,
                    got.maintenance.0 - expected.maintenance.0,
                    got.initial.0 - expected.initial.0,
                ];
                assert!(apart.iter().all(|apart| apart.abs() <= slack), "{seed}: {got:?} {expected:?}");
            }
            let gain = after.health().0 - case.before.health().0;
            assert!(if found.helps { gain > 0 } else { gain <= slack }, "{seed}: {gain} {found:?}");
            seen.helped += u32::from(found.helps);
            seen.hurt += u32::from(gain < -slack);
        }
    }
}

/// The tolerance of quotes, for all legs that may be touched, and the last place of the part that units are taken for.
fn slack(case: &Distress, asked: &Asked) -> i128 {
    let highest = |leg: &Leg| {
        let market = &case.world.markets[usize::from(leg.market)];
        let forwards = market.expiries.iter().map(|expiry| expiry.forward.0);
        forwards.chain([market.index.0, market.perp.0, leg.strike.0]).max().unwrap_or(0)
    };
    let legs = case.world.legs.iter().zip(asked.quantities(asked.units));
    let places = legs.map(|(leg, quantity)| {
        let steps = quantity.0.unsigned_abs() >> Part::BITS;
        20 * u128::from(steps) * u128::from(highest(leg)) / u128::from(STEPS)
    });
    let places = i128::try_from(places.sum::<u128>()).expect("small");
    tolerance(&case.world, asked.bits()) + places
}

fn run(model: &Model, seeds: std::ops::Range<u64>) -> Seen {
    let (mut check, mut seen) =
        (Check { desk: Box::default(), plain: Box::default(), model, seed: 0 }, Seen::default());
    for seed in seeds {
        check.seed = seed;
        let Some(case) = distressed(&mut check.plain, model, seed) else { continue };
        let Some(asked) = Asked::draw(&case, seed) else { continue };
        let slack = slack(&case, &asked);
        match check.ask(&case, &asked, asked.units, &case.terms) {
            Ok(found) => {
                seen.quoted += 1;
                check.costs(&case, &asked, &found.1, slack);
                check.units(&case, &asked, &found, slack, &mut seen);
            }
            Err(error) => {
                assert_eq!(error, MarginError::NoRelief, "{seed}");
                seen.refused += 1;
            }
        }
        check.small(&case, &asked, slack, &mut seen);
        check.trials(&case, &asked, slack, &mut seen);
        check.refusals(&case, &asked);
    }
    println!("{seen:?}");
    seen
}

impl Check<'_> {
    /// Nothing is given of what is not there, whatever else is asked for.
    fn refusals(&mut self, case: &Distress, asked: &Asked) {
        let taken = asked.taken(&case.world.legs, asked.units);
        let (snapshot, book) = (case.world.snapshot(), case.world.book());
        let mut refused = |change: &dyn Fn(&mut Vec<Taken>)| {
            let mut wrong = taken.clone();
            change(&mut wrong);
            let asked = (wrong.as_slice(), asked.units);
            quote_taken(&mut self.desk, self.model, &snapshot, &book, asked, &case.terms).err()
        };
        let last = taken.len() - 1;
        let whole = case.world.legs[usize::from(taken[last].leg)].quantity.0;
        let no = Some(MarginError::NoRelief);
        assert_eq!(refused(&|wrong| wrong[last].quantity.0 *= -1), no);
        assert_eq!(refused(&|wrong| wrong[last].quantity.0 = whole + whole.signum()), no);
        assert_eq!(refused(&|wrong| wrong[last].quantity.0 = 0), no);
        assert_eq!(refused(&|wrong| wrong[last].leg = case.world.legs.len() as u8), no);
        let nine = |wrong: &mut Vec<Taken>| wrong.resize(MAX_TAKEN + 1, wrong[0]);
        assert_eq!(refused(&nine), Some(MarginError::TooMany));
        if last + 1 < MAX_TAKEN {
            assert_eq!(refused(&|wrong| wrong.push(wrong[last])), Some(MarginError::LegsOutOfOrder));
        }
    }
}

/// Every kind of case came up, and what may be otherwise where margin is not concave is rare.
fn enough(seen: &Seen) {
    assert!(seen.quoted > 700 && seen.restored > 200 && seen.fewer > 150, "{seen:?}");
    assert!(seen.nearest > 100 && seen.refused > 50, "{seen:?}");
    assert!(seen.small > 500 && seen.small_refused > 50, "{seen:?}");
    assert!(seen.helped > 1_000 && seen.hurt > 50, "{seen:?}");
    assert!(seen.fewer_again * 20 < seen.restored, "{seen:?}");
    assert!(seen.elsewhere == 0 && seen.nearer * 200 < seen.nearest, "{seen:?}");
}

#[test]
fn units_of_ballast_restore_the_target_and_no_more() {
    enough(&run(&BALLAST, 0..1_400));
}

#[test]
fn units_of_pmrm_restore_the_target_and_no_more() {
    enough(&run(&PMRM, 0..1_400));
}

#[test]
fn units_of_everything_at_once_restore_the_target_and_no_more() {
    enough(&run(&models::everything(), 0..1_400));
}

#[test]
fn more_than_eight_legs_are_chosen_from() {
    // The seeds above have books of up to 64 legs, of which eight are drawn.
    let mut desk = Box::new(Desk::new());
    let cases = (0..160).filter_map(|seed| Some((distressed(&mut desk, &BALLAST, seed)?, seed)));
    let drawn = cases.filter_map(|(case, seed)| {
        let asked = Asked::draw(&case, seed)?;
        let perps = case.world.legs.iter().any(|leg| leg.kind == Kind::Perp);
        Some((asked.taken(&case.world.legs, asked.units).len(), case.world.legs.len(), perps))
    });
    let drawn: Vec<_> = drawn.collect();
    assert!(
        drawn.iter().filter(|(taken, legs, perps)| *taken == MAX_TAKEN && *legs > 30 && *perps).count() > 3
    );
    assert!(drawn.iter().all(|(taken, ..)| *taken <= MAX_TAKEN));
}
