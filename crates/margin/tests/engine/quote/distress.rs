//! Random books below their target, and books after a liquidation, worked out from positions alone.

use crate::common::rng::Rng;
use crate::common::{Shape, World};
use ballast_margin::book::Kind;
use ballast_margin::model::Model;
use ballast_margin::quote::{Liquidation, Margins, Terms};
use ballast_margin::units::{Contracts, Fraction, Quote, STEPS};
use ballast_margin::{assess, Desk};

/// A book below its target, and what is asked.
pub struct Distress {
    pub world: World,
    pub chosen: u64,
    pub terms: Terms,
    pub before: Margins,
}

/// One step.
pub const FINEST: Contracts = Contracts(1);

/// The case of a seed; none where the book needs no margin, or cannot be margined.
pub fn distressed(desk: &mut Desk, model: &Model, seed: u64) -> Option<Distress> {
    let shape = match seed % 16 {
        0 => Shape { markets: 1..=4, expiries: 1..=4, legs: 40..=64, collateral: 0..=6 },
        n if n < 6 => Shape { markets: 1..=1, expiries: 0..=2, legs: 1..=6, collateral: 0..=1 },
        _ => Shape { markets: 1..=3, expiries: 0..=3, legs: 2..=14, collateral: 0..=2 },
    };
    let mut world = World::shaped(seed, &shape);
    let rng = &mut Rng::of(seed, "distress", 0);
    let share = |rng: &mut Rng, most: f64| Fraction((rng.between(0.0, most) * (1u64 << 40) as f64) as i64);
    let (discount, insurance, target) = (share(rng, 0.3), share(rng, 0.1), share(rng, 1.0));
    let terms = Terms { discount, insurance, target, ..Terms::default() };
    let all = u64::MAX >> (64 - world.legs.len());
    let chosen = match rng.below(3) {
        0 => all,
        1 => 1 << rng.below(world.legs.len()),
        _ => rng.next() & all,
    };
    let margins = Margins::from(&assess(desk, model, &world.snapshot(), &world.book()).ok()?);
    if margins.maintenance.0 == 0 || chosen == 0 {
        return None;
    }
    let (maintenance, initial) = (margins.maintenance.0 as f64, margins.initial.0 as f64);
    let target = maintenance + (initial - maintenance) * terms.target.0 as f64 / (1u64 << 40) as f64;
    let wanted = match rng.below(10) {
        0 => -maintenance * rng.between(0.0, 0.1),
        1 => rng.between(maintenance, target),
        2 => maintenance * rng.between(0.0, 0.05),
        _ => maintenance * rng.between(0.0, 1.0),
    };
    world.cash.0 += wanted as i128 - margins.value.0;
    let before = Margins::from(&assess(desk, model, &world.snapshot(), &world.book()).ok()?);
    (before.above(terms.target).ok()?.0 < 0).then_some(Distress { world, chosen, terms, before })
}

/// The world after these quantities changed hands at the mark: perps and futures leave with their share of
/// what they cost, and what they gained goes to cash, as do the quote's premium and costs.
pub fn closed(world: &World, quantities: &[Contracts], quote: &Liquidation) -> World {
    let mut after = world.clone();
    for (leg, closed) in after.legs.iter_mut().zip(quantities) {
        let market = &world.markets[usize::from(leg.market)];
        let mark = match leg.kind {
            Kind::Perp => market.perp,
            Kind::Future => market.expiries[usize::from(leg.expiry)].forward,
            _ => Default::default(),
        };
        if leg.quantity.0 != 0 {
            let basis = leg.basis.0 * i128::from(closed.0) / i128::from(leg.quantity.0);
            leg.basis.0 -= basis;
            let received = (i128::from(closed.0) * i128::from(mark.0)).div_euclid(i128::from(STEPS));
            after.cash.0 += if mark.0 > 0 { received - basis } else { 0 };
        }
        leg.quantity.0 -= closed.0;
    }
    after.legs.retain(|leg| leg.quantity.0 != 0);
    after.cash = Quote(after.cash.0 + quote.premium.0 - quote.transfer.0 - quote.fee.0);
    after
}

/// The chosen legs as a book of their own.
pub fn alone(world: &World, chosen: u64) -> World {
    let mut own = World { collateral: Vec::new(), cash: Quote(0), unpaid: Quote(0), ..world.clone() };
    let mut place = 0;
    own.legs.retain(|_| (chosen >> place & 1 == 1, place += 1).0);
    own
}

/// What the account pays and is paid when these quantities are closed, from an assessment of them as a book of their own:
/// the terms' shares of its scan loss, up to what the account is worth, and the value of its options.
pub fn paid(desk: &mut Desk, model: &Model, case: &Distress, quantities: &[Contracts]) -> Liquidation {
    let mut own = alone(&case.world, u64::MAX);
    for (leg, closed) in own.legs.iter_mut().zip(quantities) {
        leg.quantity = *closed;
    }
    own.legs.retain(|leg| leg.quantity.0 != 0);
    let risk = assess(desk, model, &own.snapshot(), &own.book()).expect("assessed").components.scan;
    own.legs.retain(|leg| leg.kind > Kind::Future);
    let premium = assess(desk, model, &own.snapshot(), &own.book()).expect("assessed").value;
    let due = |share: Fraction| (risk.0 as u128 * share.0 as u128).div_ceil(1 << 40) as i128;
    let worth = case.before.value.0.max(0);
    let cost = due(Fraction(case.terms.discount.0 + case.terms.insurance.0)).min(worth);
    let transfer = due(case.terms.discount).min(cost);
    Liquidation {
        risk,
        premium,
        transfer: Quote(transfer),
        fee: Quote(cost - transfer),
        ..Liquidation::default()
    }
}

/// What may lie between a quote and an assessment of the closed book from scratch: guards, which both take off
/// for errors of prices, and a step of each closed leg, at its price and what it may be margined at several times.
pub fn tolerance(world: &World, chosen: u64) -> i128 {
    let legs = world.legs.iter().enumerate().filter(|(place, _)| chosen >> place & 1 == 1);
    let price = |market: u8, strike: u64| {
        let market = &world.markets[usize::from(market)];
        let forwards = market.expiries.iter().map(|expiry| expiry.forward.0);
        forwards.chain([market.index.0, market.perp.0, strike]).max().unwrap_or(0)
    };
    let steps: u64 = legs.map(|(_, leg)| 20 * (price(leg.market, leg.strike.0) / STEPS) + 50).sum();
    // Deltas are known less well as options come near their end.
    let soon = world.legs.iter().any(|leg| {
        let dates = world.markets[usize::from(leg.market)].expiries;
        leg.kind > Kind::Future && (1..=60).contains(&dates[usize::from(leg.expiry)].seconds)
    });
    let guard = world.gross() * STEPS as f64 / (1u64 << if soon { 22 } else { 26 }) as f64;
    i128::from(steps) + guard as i128
}
