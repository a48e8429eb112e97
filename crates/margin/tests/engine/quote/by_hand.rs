//! Quotes that can be worked out by hand: every price is 100, and a market's worst row is ten per cent.

use crate::common::models;
use crate::common::simple::{expiry, leg, perp, world};
use crate::common::units::{contracts, fraction, quote as money};
use crate::common::World;
use ballast_margin::book::Kind;
use ballast_margin::model::{Factors, Gains, Model};
use ballast_margin::quote::{quantity, quote, quote_up_to, Liquidation, Margins, Part, QuoteDesk, Terms};
use ballast_margin::units::{Contracts, Fraction, Quote};
use ballast_margin::{assess, Desk, MarginError, Result};

fn terms(discount: f64, insurance: f64, target: f64) -> Terms {
    Terms {
        discount: fraction(discount),
        insurance: fraction(insurance),
        target: fraction(target),
        ..Terms::default()
    }
}

fn ask(model: &Model, world: &World, chosen: u64, terms: &Terms) -> Result<Liquidation> {
    quote(&mut QuoteDesk::new(), model, &world.snapshot(), &world.book(), chosen, terms)
}

/// The least that counts here: the ratios are not exact in binary.
const DUST: f64 = 1e-8;

/// Ten perps, which need 100.
fn ten_perps(value: f64) -> World {
    World { cash: money(value), legs: vec![perp(0, 10.0)], ..world(1) }
}

fn near(amount: Quote, expected: f64) {
    let expected = money(expected).0;
    assert!((amount.0 - expected).abs() <= 20, "{amount:?} is not {expected}");
}

#[test]
fn the_smallest_part_restores_the_target() {
    // 40 - 15 f = 100 (1 - f) at f = 60 / 85, which is 740 171.29 of 2^-20.
    let found = ask(&models::bare(), &ten_perps(40.0), 1, &terms(0.1, 0.05, 0.0)).expect("quoted");
    let f = 740_172.0 / 1_048_576.0;
    assert_eq!((found.closed, found.restores), (Part::of_bits(740_172), true));
    near(found.risk, 100.0);
    near(found.transfer, 10.0 * f);
    near(found.fee, 5.0 * f);
    near(found.cost(), 15.0 * f);
    near(found.relief(), 100.0 * f);
    near(found.before.value, 40.0);
    near(found.after.value, 40.0 - 15.0 * f);
    near(found.after.maintenance, 100.0 * (1.0 - f));
    assert_eq!(found.premium, Quote(0), "perps have none");
}

#[test]
fn the_target_lies_between_the_margins() {
    // Half way from 100 to 150: 40 - 15 f = 125 (1 - f) at f = 85 / 110, 810 263.27 of 2^-20.
    let mut model = models::bare();
    model.factors = Factors { initial: fraction(1.5), ..model.factors };
    let found = ask(&model, &ten_perps(40.0), 1, &terms(0.1, 0.05, 0.5)).expect("quoted");
    assert_eq!((found.closed, found.restores), (Part::of_bits(810_264), true));
}

#[test]
fn costs_stop_at_what_the_account_is_worth() {
    // Without the cap, closing all would cost 60.
    let found = ask(&models::bare(), &ten_perps(5.0), 1, &terms(0.5, 0.1, 0.0)).expect("quoted");
    assert_eq!((found.closed, found.restores), (Part::ONE, true), "{found:?}");
    assert_eq!((found.transfer, found.fee), (money(5.0), Quote(0)), "the liquidator comes first");
    assert_eq!(found.after.value, Quote(0));
    let found = ask(&models::bare(), &ten_perps(55.0), 1, &terms(0.5, 0.1, 0.0)).expect("quoted");
    // From f = 55 / 60 on the account pays all it has: only everything restores the target.
    assert_eq!((found.closed, found.cost()), (Part::ONE, money(55.0)));
    near(found.transfer, 50.0);
}

#[test]
fn a_bankrupt_account_pays_nothing_and_is_closed() {
    let found = ask(&models::bare(), &ten_perps(-5.0), 1, &terms(0.5, 0.1, 0.0)).expect("quoted");
    assert_eq!((found.closed, found.restores, found.cost()), (Part::ONE, false, Quote(0)));
    near(found.before.health(), -105.0);
    near(found.after.health(), -5.0);
}

#[test]
fn a_hedge_stops_where_it_begins_to_hurt() {
    // Ten perps against six futures: (4 - 10 f) 100 long needs a tenth of its size; 4 is enough from f = 0.36,
    // 377 487.36 of 2^-20, to f = 0.44, and closing all needs 60.
    let mut hedged = world(1);
    hedged.legs = vec![perp(0, 10.0), leg(0, Kind::Future, 0.0, -6.0)];
    hedged.markets[0].expiries = vec![expiry(86_400)].leak();
    hedged.cash = money(4.0);
    let free = terms(0.0, 0.0, 0.0);
    let found = ask(&models::bare(), &hedged, 0b01, &free).expect("quoted");
    assert_eq!((found.closed, found.restores), (Part::of_bits(377_488), true));
    // Nothing is enough for a debt: the nearest is where the hedge is even, to within a hundredth.
    hedged.cash = money(-1.0);
    let found = ask(&models::bare(), &hedged, 0b01, &free).expect("quoted");
    assert!(!found.restores && found.closed.bits().abs_diff(419_430) < 10_486, "{found:?}");
    assert_eq!(ask(&models::bare(), &hedged, 0b10, &free), Err(MarginError::NoRelief), "the hedge alone");
}

#[test]
fn options_change_hands_at_the_mark() {
    // Expired: five calls of 90 are worth 10 each. The account owed them, and now pays for what is closed.
    let mut short = world(1);
    short.markets[0].expiries = vec![expiry(0)].leak();
    short.legs = vec![perp(0, 10.0), leg(0, Kind::Call, 90.0, -5.0)];
    short.cash = money(90.0);
    let found = ask(&models::bare(), &short, 0b11, &terms(0.1, 0.0, 0.0)).expect("quoted");
    let f = f64::from(found.closed.bits()) / 1_048_576.0;
    assert!(found.restores && (f - 60.0 / 90.0).abs() < 1e-5, "90 - 50 - 10 f = 100 (1 - f): {f}");
    near(found.premium, -50.0 * f);
    short.legs[1].quantity = contracts(5.0);
    short.cash = money(-10.0);
    let found = ask(&models::bare(), &short, 0b11, &terms(0.1, 0.0, 0.0)).expect("quoted");
    near(found.premium, 50.0 * f64::from(found.closed.bits()) / 1_048_576.0);
}

#[test]
fn unpaid_profit_stays_as_it_is() {
    // The account is worth 40 as above, 60 of it unpaid: of those 30 count in initial margin, before and after.
    let mut model = models::bare();
    model.gains = Gains { weight: fraction(0.5), cap: money(1e6) };
    let terms = terms(0.1, 0.05, 0.0);
    let owed = World { unpaid: money(60.0), ..ten_perps(-20.0) };
    let found = ask(&model, &owed, 1, &terms).expect("quoted");
    let paid = ask(&model, &ten_perps(40.0), 1, &terms).expect("quoted");
    let with_gains =
        |margins: Margins| Margins { initial: Quote(margins.initial.0 + money(30.0).0), ..margins };
    let (before, after) = (with_gains(paid.before), with_gains(paid.after));
    assert_eq!(found, Liquidation { before, after, ..paid });
    // Closing all that there is leaves it, too.
    let all = ask(&model, &World { unpaid: money(60.0), ..ten_perps(-65.0) }, 1, &terms).expect("quoted");
    assert_eq!((all.closed, all.after.maintenance), (Part::ONE, Quote(0)));
    near(all.after.initial, 30.0);
    near(all.after.value, -5.0);
}

#[test]
fn requests_are_cut_to_the_quote() {
    let (model, world, terms) = (models::bare(), ten_perps(40.0), terms(0.1, 0.05, 0.0));
    let mut desk = QuoteDesk::new();
    let mut up_to = |bits| {
        let request = Part::of_bits(bits);
        quote_up_to(&mut desk, &model, &world.snapshot(), &world.book(), 1, &terms, request)
    };
    for (asked, closed) in [(1 << 20, 740_172), (740_173, 740_172), (740_172, 740_172), (740_171, 740_171)] {
        let found = up_to(asked).expect("quoted");
        assert_eq!((found.closed.bits(), found.restores), (closed, closed == 740_172));
    }
    assert_eq!(up_to(0), Err(MarginError::NoRelief));
    let quoted = Part::of_bits(740_172);
    assert_eq!(Part::ONE.clamp_to(quoted), quoted);
    assert_eq!(Part::of_bits(7).clamp_to(quoted), Part::of_bits(7));
    assert_eq!(Part::of_bits(u32::MAX), Part::ONE);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (model, plain) = (models::bare(), terms(0.1, 0.05, 0.0));
    assert_eq!(ask(&model, &ten_perps(100.0 + DUST), 1, &plain), Err(MarginError::AboveTarget));
    assert!(ask(&model, &ten_perps(99.999), 1, &plain).is_ok());
    assert_eq!(ask(&model, &ten_perps(40.0), 0, &plain), Err(MarginError::NoRelief));
    assert_eq!(ask(&model, &ten_perps(40.0), 0b10, &plain), Err(MarginError::NoRelief), "no such leg");
    for wrong in [terms(-0.1, 0.0, 0.0), terms(1.1, 0.0, 0.0), terms(0.0, 1.1, 0.0), terms(0.0, 0.0, 1.1)] {
        assert_eq!(ask(&model, &ten_perps(40.0), 1, &wrong), Err(MarginError::BadModel));
    }
    // Closing one of two costs up to 60 and relieves up to 50.
    let mut half = models::bare();
    half.factors = Factors { maintenance: fraction(0.5), ..half.factors };
    let two = World { cash: money(99.0), legs: vec![perp(0, 10.0), perp(1, 10.0)], ..world(2) };
    assert_eq!(ask(&half, &two, 1, &terms(0.4, 0.2, 0.0)), Err(MarginError::NoRelief));
    assert!(ask(&half, &two, 1, &terms(0.3, 0.1, 0.0)).is_ok());
}

#[test]
fn quantities_are_whole_lots_and_never_more_than_the_position() {
    let (half, third) = (Part::of_bits(1 << 19), Part::of_bits(349_526));
    let of = |position, part, lot| quantity(Contracts(position), part, Contracts(lot)).0;
    assert_eq!([of(10, half, 1), of(-10, half, 1), of(11, half, 1), of(-11, half, 1)], [5, -5, 6, -6]);
    assert_eq!([of(100, third, 1), of(100, third, 10), of(-100, third, 25)], [34, 40, -50]);
    assert_eq!([of(105, Part::ONE, 10), of(-105, Part::ONE, 10)], [105, -105], "the odd rest goes, too");
    assert_eq!([of(7, half, 10), of(0, half, 10), of(7, Part::NONE, 1), of(9, half, 0)], [7, 0, 0, 5]);
    assert_eq!([of(i64::MIN + 1, Part::ONE, 1), of(i64::MAX, Part::ONE, 3)], [i64::MIN + 1, i64::MAX]);
    let found = ask(&models::bare(), &ten_perps(40.0), 1, &terms(0.1, 0.05, 0.0)).expect("quoted");
    let legs = [perp(0, 10.0), perp(1, 3.0)];
    let mut out = [Contracts(-1); 2];
    found.quantities(&legs, 1, |_| contracts(0.5), &mut out).expect("quantities");
    assert_eq!(out, [contracts(7.5), Contracts(0)], "7.06 in halves, and nothing of what was not chosen");
    assert_eq!(found.quantities(&legs, 1, |_| Contracts(1), &mut out[..1]), Err(MarginError::TooMany));
    assert_eq!(Fraction::ONE.0 >> 20, 1 << Part::BITS, "a part is a ratio in fewer places");
}

#[test]
fn without_options_a_quote_starts_from_the_assessment_to_the_step() {
    let model = models::bare();
    let mut world = World { cash: money(10.0), ..world(2) };
    world.markets[0].expiries = vec![expiry(864_000)].leak();
    world.legs = vec![perp(0, 3.0), leg(0, Kind::Future, 0.0, 7.123_456_789), perp(1, -1.987_654_321)];
    let report = assess(&mut Box::new(Desk::new()), &model, &world.snapshot(), &world.book()).expect("sound");
    for chosen in 1..8 {
        let found = ask(&model, &world, chosen, &terms(0.01, 0.01, 0.0)).expect("quoted");
        assert_eq!(found.before, Margins::from(&report), "legs {chosen:b}");
    }
}
