//! What `choose` closes beside cutting every position by the same share, which is the best of the published rules.
//!
//! `cargo test -p ballast-margin --test engine pro_rata -- --nocapture` prints the table of `docs/liquidation.md`.

use super::distress::{alone, FINEST};
use super::traders::{notional, trader};
use crate::common::World;
use ballast_margin::presets::BALLAST;
use ballast_margin::quote::{quote, Liquidation, QuoteDesk};
use ballast_margin::rank::choose;
use ballast_margin::units::Contracts;
use ballast_margin::{assess, Desk};

/// What a liquidation closes and costs, in money, and how many positions it touches.
fn measures(world: &World, chosen: u64, found: &Liquidation) -> [f64; 4] {
    let mut closed = vec![Contracts(0); world.legs.len()];
    found.quantities(&world.legs, chosen, |_| FINEST, &mut closed).expect("as many as legs");
    let legs = world.legs.iter().zip(&closed);
    let size = legs.map(|(leg, closed)| notional(world, leg, closed.0)).sum();
    let part = f64::from(found.closed.bits()) / f64::from(1 << 20);
    let touched = closed.iter().filter(|closed| closed.0 != 0).count();
    [size, found.cost().0 as f64 * 1e-10, found.risk.0 as f64 * 1e-10 * part, touched as f64]
}

const NAMES: [&str; 4] = ["notional closed", "trader's loss", "keeper's risk", "positions touched"];

/// Ratios of one measure, ours by the other rule's.
#[derive(Debug)]
struct Ratios {
    median: f64,
    mean: f64,
    ninetieth: f64,
    worst: f64,
    lower: f64,
    higher: f64,
}

impl Ratios {
    fn of(mut ratios: Vec<f64>) -> Self {
        ratios.sort_by(f64::total_cmp);
        let count = ratios.len() as f64;
        let at = |share: f64| ratios[(share * (count - 1.0)).round() as usize];
        // Within a ten-thousandth they are the same.
        let share =
            |is: &dyn Fn(f64) -> bool| ratios.iter().filter(|ratio| is(**ratio)).count() as f64 / count;
        Self {
            median: at(0.5),
            mean: ratios.iter().sum::<f64>() / count,
            ninetieth: at(0.9),
            worst: at(1.0),
            lower: share(&|ratio| ratio < 0.9999),
            higher: share(&|ratio| ratio > 1.0001),
        }
    }
}

/// Books that were compared, by measure, and how many were not.
#[derive(Default)]
struct Compared {
    ratios: [Vec<f64>; 4],
    /// Books that neither rule, ours alone, and the other alone brings to the target.
    neither: u32,
    ours: u32,
    slicing: u32,
    /// Books of which all legs were chosen.
    all: u32,
    /// Ratios of books whose scan loss is at most half of that of their legs apart.
    hedged: [Vec<f64>; 4],
}

/// Whether positions hedge each other: the book loses at most half of what they would apart.
fn hedged(desk: &mut Desk, world: &World) -> bool {
    let mut scan = |world: &World| {
        assess(desk, &BALLAST, &world.snapshot(), &world.book()).expect("sound").components.scan.0
    };
    let apart: i128 = (0..world.legs.len()).map(|place| scan(&alone(world, 1 << place))).sum();
    2 * scan(&alone(world, u64::MAX)) <= apart
}

fn compare(books: usize) -> Compared {
    let (mut desk, mut plain) = (Box::new(QuoteDesk::new()), Box::new(Desk::new()));
    let mut found = Compared::default();
    for seed in 0.. {
        if found.ratios[0].len() == books {
            break;
        }
        let Some((world, terms)) = trader(&mut plain, &BALLAST, seed) else { continue };
        let (snapshot, book) = (world.snapshot(), world.book());
        let all = u64::MAX >> (64 - world.legs.len());
        let slicing = quote(&mut desk, &BALLAST, &snapshot, &book, all, &terms);
        let ours = choose(&mut desk, &BALLAST, &snapshot, &book, &terms);
        let slicing = slicing.ok().filter(|found| found.restores);
        let ours = ours.ok().filter(|(_, found)| found.restores);
        let (slicing, (chosen, ours)) = match (slicing, ours) {
            (Some(slicing), Some(ours)) => (slicing, ours),
            (None, None) => {
                found.neither += 1;
                continue;
            }
            (None, Some(_)) => {
                found.ours += 1;
                continue;
            }
            (Some(_), None) => {
                found.slicing += 1;
                continue;
            }
        };
        found.all += u32::from(chosen == all);
        let hedged = hedged(&mut plain, &world);
        let (ours, slicing) = (measures(&world, chosen, &ours), measures(&world, all, &slicing));
        for (place, (ours, slicing)) in ours.iter().zip(slicing).enumerate() {
            found.ratios[place].push(ours / slicing);
            if hedged {
                found.hedged[place].push(ours / slicing);
            }
        }
    }
    found
}

/// The figures of the page: median, mean, 90th percentile, and in which share of books ours is lower and higher.
fn near(what: &str, got: &Ratios, measured: [f64; 5]) {
    let figures = [got.median, got.mean, got.ninetieth, got.lower, got.higher];
    let close = figures.iter().zip(measured).all(|(got, measured)| (got - measured).abs() <= 0.02);
    assert!(close, "{what}: {got:?}, measured {measured:?}");
}

/// What was measured is what the page says: less closed, a little dearer, and never beyond the bounds of a choice.
#[test]
fn choosing_closes_less_than_slicing_and_costs_little_more() {
    let found = compare(1_000);
    println!("neither {}, ours {}, slicing {}, all {}", found.neither, found.ours, found.slicing, found.all);
    println!("hedged {}", found.hedged[0].len());
    let hedged_books = found.hedged[0].len();
    let [closed, loss, risk, touched] = found.ratios.map(Ratios::of);
    let [hedged_closed, hedged_loss, ..] = found.hedged.map(Ratios::of);
    for (name, ratios) in NAMES.iter().zip([&closed, &loss, &risk, &touched]) {
        println!("{name}: {ratios:.3?}");
    }
    println!("hedged: {hedged_closed:.3?} {hedged_loss:.3?}");
    // Bounds of a choice, up to the last place of a part.
    assert!(closed.worst < 1.001 && loss.worst < 1.126 && risk.worst < 1.126 && touched.worst <= 1.0);
    assert!(found.slicing == 0 && found.neither + found.ours < 20 && hedged_books > 600);
    near("closed", &closed, [0.811, 0.737, 1.0, 0.743, 0.0]);
    near("loss", &loss, [1.026, 1.035, 1.095, 0.054, 0.689]);
    near("risk", &risk, [1.026, 1.035, 1.095, 0.054, 0.689]);
    near("touched", &touched, [0.636, 0.6, 1.0, 0.743, 0.0]);
    near("closed of hedged books", &hedged_closed, [0.878, 0.77, 1.0, 0.712, 0.0]);
    near("loss of hedged books", &hedged_loss, [1.029, 1.039, 1.104, 0.044, 0.669]);
}
