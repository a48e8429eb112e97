//! Add-ons: nothing where their parameter is zero, never less where it is higher, and never below zero.

use crate::books::{small, spread, EVERYTHING, MODELS, NO_ADD_ONS};
use crate::common::World;
use crate::harness::{needs, property, Verdict, CORE, MANY};
use ballast_margin::book::Kind;
use ballast_margin::model::{AddOns, Gains, Model};
use ballast_margin::report::Components;
use ballast_margin::units::{Fraction, Quote};

const ONE: i64 = Fraction::ONE.0;

/// A parameter: its name, how it is set, and the part of the margins that it makes. The numbers are ratios
/// up to one.
struct Charge {
    name: &'static str,
    set: fn(&mut AddOns, Fraction),
    part: fn(&Components) -> Quote,
    /// Whether the part is nothing without this parameter alone.
    alone: bool,
}

const fn charge(
    name: &'static str,
    set: fn(&mut AddOns, Fraction),
    part: fn(&Components) -> Quote,
    alone: bool,
) -> Charge {
    Charge { name, set, part, alone }
}

const CHARGES: [Charge; 13] = [
    charge("perp", |a, f| a.perp_maintenance = f, |c| c.perp, true),
    charge("perp, initial", |a, f| a.perp_initial = f, |c| c.perp_initial, true),
    charge("option", |a, f| a.option_maintenance = f, |c| c.option, true),
    charge("option, initial", |a, f| a.option_initial = f, |c| c.option_initial, true),
    charge("score's threshold", |a, f| a.score_threshold = f, |c| c.score, true),
    charge("score's margin", |a, f| a.score_margin = f, |c| c.score, true),
    charge("convexity", |a, f| a.convexity.kappa = f, |c| c.convexity, true),
    charge("twist", |a, f| a.twist = f, |c| c.twist, true),
    charge("liquidity's slope", |a, f| a.liquidity.slope = f, |c| c.liquidity, false),
    charge("liquidity's cap", |a, f| a.liquidity.cap = f, |c| c.liquidity, true),
    charge("interval", |a, f| a.interval = f, |c| c.interval, true),
    charge("roll a year", |a, f| a.roll_per_year = f, |c| c.roll, false),
    charge("roll's minimum", |a, f| a.roll_minimum = f, |c| c.roll, false),
];

fn with(add_ons: AddOns) -> Model<'static> {
    Model { add_ons, ..EVERYTHING }
}

/// All parts that a parameter may make.
fn parts(components: &Components) -> [Quote; 10] {
    let c = components;
    [
        c.perp,
        c.perp_initial,
        c.option,
        c.option_initial,
        c.score,
        c.convexity,
        c.twist,
        c.liquidity,
        c.interval,
        c.roll,
    ]
}

#[test]
fn without_a_parameter_there_is_no_charge() {
    property(MANY, spread(), |world| {
        let none = needs(&with(NO_ADD_ONS), &world)?.components;
        require!(parts(&none) == [Quote(0); 10], "charges without parameters: {none:?}");
        Ok(())
    });
    property(MANY, (small(), 0usize..13), |(world, place)| {
        let charge = &CHARGES[place];
        let mut add_ons = EVERYTHING.add_ons;
        (charge.set)(&mut add_ons, Fraction::ZERO);
        let got = (charge.part)(&needs(&with(add_ons), &world)?.components);
        require!(!charge.alone || got == Quote(0), "{}: {got:?} for nothing", charge.name);
        Ok(())
    });
}

/// One charge at a lower and at a higher parameter.
fn rises(world: &World, charge: &Charge, low: i64, high: i64) -> Verdict {
    let part = |number: i64| {
        let mut add_ons = EVERYTHING.add_ons;
        (charge.set)(&mut add_ons, Fraction(number));
        needs(&with(add_ons), world).map(|report| (charge.part)(&report.components))
    };
    let (less, more) = (part(low)?, part(high)?);
    require!(more >= less, "{} falls from {less:?} to {more:?}", charge.name);
    Ok(())
}

#[test]
fn a_higher_parameter_never_lowers_its_charge() {
    property(CORE, (small(), 0usize..13, 0..=ONE, 0..=ONE), |(world, place, one, other)| {
        rises(&world, &CHARGES[place], one.min(other), one.max(other))
    });
}

#[test]
fn a_longer_decay_never_lowers_convexity() {
    property(MANY, (small(), 1i64..10_000_000, 1i64..10_000_000), |(world, one, other)| {
        let part = |seconds: i64| {
            let mut add_ons = EVERYTHING.add_ons;
            add_ons.convexity.decay_seconds = seconds;
            needs(&with(add_ons), &world).map(|report| report.components.convexity)
        };
        let (less, more) = (part(one.min(other))?, part(one.max(other))?);
        require!(more >= less, "convexity falls from {less:?} to {more:?}");
        Ok(())
    });
}

#[test]
fn unpaid_profit_is_as_good_as_a_position_that_cost_so_much_less() {
    property(MANY, (spread(), 0usize..7, -1i128 << 60..1i128 << 60), |(mut world, model, more)| {
        let Some(leg) = world.legs.iter().position(|leg| leg.kind <= Kind::Future) else { return Ok(()) };
        let model = MODELS[model].1;
        let before = needs(&model, &world)?;
        world.unpaid.0 += more;
        let unpaid = needs(&model, &world)?;
        require!(unpaid.value.0 == before.value.0 + more, "{before:?} becomes {unpaid:?} with {more} more");
        world.unpaid.0 -= more;
        world.legs[leg].basis.0 -= more;
        let cheaper = needs(&model, &world)?;
        require!(unpaid == cheaper, "{unpaid:?} is {cheaper:?} for a position");
        Ok(())
    });
}

#[test]
fn gains_count_to_their_weight_and_cap_and_losses_fully() {
    property(MANY, (small(), 0..=ONE, 0..1i128 << 60), |(world, weight, cap)| {
        let gains = Gains { weight: Fraction(weight), cap: Quote(cap) };
        let report = needs(&Model { gains, ..EVERYTHING }, &world)?;
        let profit: i128 = world.legs.iter().map(|leg| unrealised(&world, leg)).sum();
        let profit = profit + world.unpaid.0;
        let idle = profit - ((profit * i128::from(weight)) >> 40).min(cap);
        let expected = if profit > 0 { idle } else { 0 };
        require!(report.components.gains.0 == expected, "{:?} for {expected}", report.components.gains);
        Ok(())
    });
}

/// What a leg has gained at its mark, rounded down; options have paid their premium.
fn unrealised(world: &World, leg: &ballast_margin::book::Leg) -> i128 {
    use ballast_margin::book::Kind;
    let market = &world.markets[usize::from(leg.market)];
    let mark = match leg.kind {
        Kind::Perp => market.perp,
        Kind::Future => market.expiries[usize::from(leg.expiry)].forward,
        Kind::Call | Kind::Put => return 0,
    };
    (i128::from(leg.quantity.0) * i128::from(mark.0)).div_euclid(10_000_000_000) - leg.basis.0
}
