//! Offsets between markets: bounded by the floor, the worst market and the sum, off with a doubtful feed,
//! and by the covariance where that is the largest.

use crate::books::{allowance, core_of, spread, EVERYTHING, GRAINS, MODELS};
use crate::common::rng::Rng;
use crate::common::World;
use crate::harness::{ladders, needs, property, MANY};
use ballast_margin::model::{Correlation, Cross, Model, Row, Tail};
use ballast_margin::presets::BALLAST;
use ballast_margin::report::Worst;
use ballast_margin::units::{Fraction, Quote};
use proptest::prelude::any;

fn all_certain(world: &mut World) {
    world.markets.iter_mut().for_each(|market| market.certain = true);
}

/// The places of the markets in which a book holds something.
fn held(world: &World) -> Vec<usize> {
    let legs = world.legs.iter().map(|leg| usize::from(leg.market));
    let tokens = world.collateral.iter().filter(|c| c.amount.0 != 0).filter_map(|c| c.market);
    let mut places: Vec<usize> = legs.chain(tokens.map(usize::from)).collect();
    places.sort_unstable();
    places.dedup();
    places
}

#[test]
fn a_book_needs_no_less_than_the_floor_and_its_worst_market_and_no_more_than_the_sum() {
    property(MANY, (spread(), 0usize..7), |(mut world, model)| {
        all_certain(&mut world);
        let model = MODELS[model].1;
        let report = needs(&model, &world)?;
        let scans = report.markets.map(|market| market.scan.0);
        let (scan, sum) = (report.components.scan.0, scans.iter().sum::<i128>());
        let most = scans.iter().max().copied().unwrap_or(0);
        // Each market's loss is shown rounded up.
        let floor = ((sum - 8) * i128::from(model.cross.floor.0)) >> 40;
        let single = held(&world).len() < 2;
        require!(scan >= most, "{scan} is below the worst market's {most}");
        require!(single || scan >= floor, "{scan} is below the floor {floor} of {sum}");
        require!(scan <= sum, "{scan} is above the sum {sum}");
        Ok(())
    });
}

#[test]
fn a_doubtful_feed_turns_offsets_off() {
    property(MANY, (spread(), 0usize..7, any::<u8>()), |(mut world, model, doubtful)| {
        all_certain(&mut world);
        let places = held(&world);
        if places.len() < 2 {
            return Ok(());
        }
        world.markets[places[usize::from(doubtful) % places.len()]].certain = false;
        let report = needs(&MODELS[model].1, &world)?;
        let sum: i128 = report.markets.iter().map(|market| market.scan.0).sum();
        let scan = report.components.scan.0;
        require!((sum - 4..=sum).contains(&scan), "{scan} is not the sum {sum}");
        let named = if scan == 0 { Worst::Nothing } else { Worst::Sum };
        require!(report.worst == named, "{:?} for a sum", report.worst);
        Ok(())
    });
}

/// Random bounds of every pair of eight markets, each low at most its high.
fn random_bounds(rng: &mut Rng) -> Vec<Correlation> {
    let pairs = (1..=8u16).flat_map(|low| (low + 1..=8).map(move |high| (low, high)));
    let mut bounds: Vec<Correlation> = pairs
        .map(|markets| {
            let (one, other) = (rng.between(-1.0, 1.0), rng.between(-1.0, 1.0));
            let fraction = |x: f64| Fraction((x * (1u64 << 40) as f64) as i64);
            Correlation { markets, low: fraction(one.min(other)), high: fraction(one.max(other)) }
        })
        .collect();
    bounds.retain(|_| rng.chance(0.8));
    bounds
}

/// One market's losses where prices rise or stand still, and where they fall or stand still.
fn directions(rows: &[Row], tail: Tail, multipliers: &[f64], profits: &[Quote], basis: Quote) -> [f64; 2] {
    [1.0, -1.0].map(|sign| {
        let counts = |row: usize| (multipliers[row] - 1.0) * sign >= 0.0;
        let loss = |row: usize| if counts(row) { -profits[row].0 as f64 } else { 0.0 };
        let worst = (0..rows.len()).map(loss).fold(basis.0 as f64, f64::max);
        let mut masses: Vec<(f64, f64)> = (0..rows.len())
            .filter(|row| rows[*row].mass > Fraction::ZERO)
            .map(|row| (loss(row), rows[row].mass.0 as f64))
            .collect();
        masses.sort_by(|one, other| other.0.total_cmp(&one.0));
        let (share, mut left, mut sum) = (tail.share.0 as f64, tail.share.0 as f64, 0.0);
        for (loss, mass) in masses {
            sum += loss * mass.min(left);
            left -= mass.min(left);
        }
        let mean = if share > 0.0 { sum / share } else { 0.0 };
        worst.max(mean * tail.multiplier.0 as f64 / (1u64 << 40) as f64)
    })
}

/// The root of the largest form over all directions.
fn covariance(losses: &[[f64; 2]], ids: &[u16], bounds: &[Correlation]) -> f64 {
    let mut worst: f64 = 0.0;
    for signs in 0..1usize << losses.len() {
        let way = |place: usize| signs >> place & 1;
        let mut sum = 0.0;
        for one in 0..losses.len() {
            for other in 0..losses.len() {
                let pair = (ids[one].min(ids[other]), ids[one].max(ids[other]));
                let listed = bounds.iter().find(|bound| bound.markets == pair);
                let ratio = |f: Fraction| f.0 as f64 / (1u64 << 40) as f64;
                let rho = match (one == other, way(one) == way(other)) {
                    (true, _) => 1.0,
                    (_, true) => listed.map_or(1.0, |bound| ratio(bound.high)),
                    (_, false) => listed.map_or(1.0, |bound| -ratio(bound.low)),
                };
                sum += rho * losses[one][way(one)] * losses[other][way(other)];
            }
        }
        worst = worst.max(sum.max(0.0).sqrt());
    }
    worst
}

/// What the formulas of `docs/margin.md` make of the ladders that the engine shows.
fn by_hand(model: &Model, world: &World, scans: &[f64], markets: &[(Vec<Quote>, Quote)]) -> f64 {
    let places = held(world);
    let (sum, most) = (scans.iter().sum::<f64>(), scans.iter().fold(0.0, |most: f64, scan| most.max(*scan)));
    let ratio = |f: Fraction| f.0 as f64 / (1u64 << 40) as f64;
    let credited = |profit: Quote| match profit.0 {
        gain @ 1.. => gain as f64 * ratio(model.cross.offset),
        loss => loss as f64,
    };
    let row_loss = |row: usize| -places.iter().map(|place| credited(markets[*place].0[row])).sum::<f64>();
    let systemic = (0..model.rows.len()).map(row_loss).fold(0.0, f64::max);
    let losses: Vec<[f64; 2]> = places
        .iter()
        .map(|place| {
            let multiplier = |row: &Row| match row.vol {
                ballast_margin::model::Vol::Linear | ballast_margin::model::Vol::Absolute => 1.0,
                _ if row.scaled => 1.0 + (ratio(row.multiplier) - 1.0) * ratio(world.markets[*place].range),
                _ => ratio(row.multiplier),
            };
            let multipliers: Vec<f64> = model.rows.iter().map(multiplier).collect();
            directions(model.rows, model.tail, &multipliers, &markets[*place].0, markets[*place].1)
        })
        .collect();
    let ids: Vec<u16> = places.iter().map(|place| world.markets[*place].id).collect();
    let covariance = covariance(&losses, &ids, model.cross.correlations);
    systemic.max(covariance).max(ratio(model.cross.floor) * sum).max(most).min(sum)
}

#[test]
fn the_scan_across_markets_is_what_the_formulas_make_of_the_ladders() {
    property(MANY, (spread(), any::<u64>()), |(mut world, seed)| {
        all_certain(&mut world);
        if held(&world).len() < 2 {
            return Ok(());
        }
        let rng = &mut Rng::new(seed);
        let bounds = random_bounds(rng);
        let base = core_of(if rng.chance(0.5) { BALLAST } else { EVERYTHING });
        let cross = Cross { correlations: &bounds, floor: Fraction(1 << rng.below(40)), ..base.cross };
        let model = Model { cross, ..base };
        let (report, markets) = ladders(&model, &world)?;
        let scans: Vec<f64> = report.markets.iter().map(|market| market.scan.0 as f64).collect();
        let (got, expected) = (report.components.scan.0 as f64, by_hand(&model, &world, &scans, &markets));
        let allowed = 1e-11 * expected + allowance(GRAINS, &[&world]).0 as f64;
        require!((got - expected).abs() <= allowed, "{got} for {expected}: {:?}", report.worst);
        Ok(())
    });
}
