//! The expected shortfall against fractions worked out in whole numbers, and between what bounds it.

use crate::books::{core_of, without_tail, BARE};
use crate::common::rng::Rng;
use crate::common::simple::{perp, world};
use crate::common::World;
use crate::harness::{needs, property, CORE, MANY};
use ballast_margin::model::{Model, Row, Tail, Vol};
use ballast_margin::report::Worst;
use ballast_margin::units::{Contracts, Fraction, Price, Quote, STEPS};
use proptest::prelude::any;

const ONE: i64 = Fraction::ONE.0;
/// A quantity and a price of 2^34 steps: a notional of 2^68 in 10^-20, of which each row is an exact share.
const SIZE: u64 = 1 << 34;

/// One perp, long or short, that cost its mark.
fn linear(long: bool) -> World {
    let mut world = world(1);
    let market = &mut world.markets[0];
    (market.index, market.slow, market.perp) = (Price(SIZE), Price(SIZE), Price(SIZE));
    let sign = if long { 1 } else { -1 };
    world.legs = vec![perp(0, 0.0)];
    world.legs[0].quantity = Contracts(SIZE as i64 * sign);
    world.legs[0].basis = Quote((1i128 << 68) / i128::from(STEPS) * i128::from(sign));
    world
}

/// Rows at random prices with random masses that sum to one, some of them zero; neighbours may share a price under
/// other volatilities.
fn random_rows(rng: &mut Rng) -> Vec<Row> {
    let (count, shared) = (1 + rng.below(40), [0.0, 0.7][rng.below(2)]);
    let (mut left, mut multiplier) = (ONE, None);
    let row = |place| {
        let mass = if place + 1 == count { left } else { (left as f64 * rng.unit() * rng.unit()) as i64 };
        let mass = if place + 1 < count && rng.chance(0.2) { 0 } else { mass };
        left -= mass;
        let other = if rng.chance(0.1) { ONE } else { (ONE as f64 * rng.between(0.01, 3.0)) as i64 };
        let own = multiplier.filter(|_| rng.chance(shared)).unwrap_or(other);
        multiplier = Some(own);
        Row {
            multiplier: Fraction(own),
            scaled: false,
            vol: [Vol::Down, Vol::Flat, Vol::Up][rng.below(3)],
            weight: Fraction::ONE,
            mass: Fraction(mass),
        }
    };
    (0..count).map(row).collect()
}

/// Losses in 2^-40 of the notional, with their masses, the worst first.
fn losses(rows: &[Row], long: bool) -> Vec<(i128, i128)> {
    let sign = if long { -1 } else { 1 };
    let loss = |row: &Row| (i128::from(row.multiplier.0 - ONE) * sign, i128::from(row.mass.0));
    let mut losses: Vec<_> = rows.iter().map(loss).collect();
    losses.sort_by(|one, other| other.cmp(one));
    losses
}

/// The sum of loss times mass over the worst `share`, and the loss at its edge.
fn tail_of(losses: &[(i128, i128)], share: i64) -> (i128, i128) {
    let (mut left, mut sum, mut edge) = (i128::from(share), 0, 0);
    for (loss, mass) in losses.iter().filter(|(_, mass)| *mass > 0) {
        let taken = left.min(*mass);
        if taken > 0 {
            (sum, edge) = (sum + taken * loss, *loss);
        }
        left -= taken;
    }
    (sum, edge)
}

fn with_tail(rows: &[Row], share: i64, multiplier: i64) -> Model<'_> {
    let tail = Tail { share: Fraction(share), multiplier: Fraction(multiplier) };
    Model { rows, tail, ..core_of(BARE) }
}

/// An amount of 10^-20 as a fraction, in 10^-10 rounded up.
fn quote_up(numerator: i128, denominator: i128) -> i128 {
    let (numerator, denominator) = (numerator.max(0), denominator * i128::from(STEPS));
    (numerator + denominator - 1) / denominator
}

/// A tail of any size, more often a small one or the whole.
fn random_share(rng: &mut Rng) -> i64 {
    match rng.below(4) {
        0 => ONE,
        1 => 1 + rng.below(1000) as i64,
        _ => (ONE as f64 * rng.scale(1e-4, 1.0)) as i64,
    }
}

#[test]
fn the_shortfall_is_the_exact_mean_of_the_tail() {
    property(CORE, any::<u64>(), |seed| {
        let rng = &mut Rng::new(seed);
        let (rows, long, share) = (random_rows(rng), rng.chance(0.5), random_share(rng));
        let multiplier = (ONE as f64 * rng.between(0.0, 8.0)) as i64;
        let report = needs(&with_tail(&rows, share, multiplier), &linear(long))?;
        let losses = losses(&rows, long);
        // Below 2^82 times 2^43; by 2^68, and by 2^40 for the loss and for the multiplier.
        let (sum, _) = tail_of(&losses, share);
        let mean = quote_up(sum * i128::from(multiplier), i128::from(share) << 12);
        let worst = quote_up(losses[0].0 << 28, 1);
        let (got, exact) = (report.components.scan.0, mean.max(worst));
        require!((exact..=exact + 1).contains(&got), "{got} for {mean} and a worst row of {worst}");
        let named = matches!(report.worst, Worst::Shortfall);
        require!(named || mean <= worst + 1, "{:?} for {mean} above {worst}", report.worst);
        Ok(())
    });
}

#[test]
fn the_shortfall_lies_between_the_loss_at_the_tails_edge_and_the_worst_row() {
    property(MANY, any::<u64>(), |seed| {
        let rng = &mut Rng::new(seed);
        let (rows, long, share) = (random_rows(rng), rng.chance(0.5), random_share(rng));
        let (world, losses) = (linear(long), losses(&rows, long));
        let (_, edge) = tail_of(&losses, share);
        let eight = needs(&with_tail(&rows, share, 8 * ONE), &world)?.components.scan.0;
        require!(eight >= quote_up(edge << 31, 1), "{eight} is below eight times the loss at the edge");
        let once = needs(&with_tail(&rows, share, ONE), &world)?;
        let rows_alone = needs(&without_tail_of(&rows), &world)?;
        require!(once.components.scan == rows_alone.components.scan, "a mean above the worst row: {once:?}");
        Ok(())
    });
}

fn without_tail_of(rows: &[Row]) -> Model<'_> {
    Model { rows, ..without_tail(core_of(BARE)) }
}

#[test]
fn a_wider_tail_never_costs_more_and_the_multiplier_multiplies() {
    property(MANY, any::<u64>(), |seed| {
        let rng = &mut Rng::new(seed);
        let (rows, world) = (random_rows(rng), linear(rng.chance(0.5)));
        let (one, other) = (random_share(rng), random_share(rng));
        let scan = |share, multiplier| needs(&with_tail(&rows, share, multiplier), &world);
        let (narrow, wide) = (scan(one.min(other), 8 * ONE)?, scan(one.max(other), 8 * ONE)?);
        let rise = wide.components.scan.0 - narrow.components.scan.0;
        require!(rise <= 1, "a wider tail costs {rise} more");
        // Where the mean counts at both multipliers, it does so in proportion.
        let half = scan(one, 4 * ONE)?;
        let whole = scan(one, 8 * ONE)?;
        if (half.worst, whole.worst) == (Worst::Shortfall, Worst::Shortfall) {
            let gap = 2 * half.components.scan.0 - whole.components.scan.0;
            require!((0..=2).contains(&gap), "twice {half:?} is not {whole:?}");
        }
        Ok(())
    });
}
