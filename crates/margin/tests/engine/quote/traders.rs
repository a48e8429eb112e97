//! Books as traders hold them: a few strategies over Bitcoin, Ether and Solana, each on its own mostly hedged.

use crate::common::rng::Rng;
use crate::common::simple::{self, tokens};
use crate::common::units::{contracts, fraction, parameter, price, quote, years};
use crate::common::World;
use ballast_margin::book::{Collateral, Expiry, Kind, Leg, Market, Svi};
use ballast_margin::model::Model;
use ballast_margin::quote::{Margins, Terms};
use ballast_margin::units::{Price, Quote};
use ballast_margin::{assess, Desk};

const DAY: i64 = 86_400;
/// Index, scan range and depth in contracts of each market.
const MARKETS: [(f64, f64, f64); 3] =
    [(95_000.0, 0.174, 200.0), (3_400.0, 0.184, 5_000.0), (150.0, 0.25, 80_000.0)];
/// Days to each expiry.
const DAYS: [i64; 3] = [7, 30, 90];

/// A smile of about 60 % a year, lower strikes dearer.
fn date(index: f64, days: i64) -> Expiry {
    let time = days as f64 / 365.0;
    let (forward, variance) = (index * (1.0 + 0.05 * time), 0.36 * time);
    let deviation = variance.sqrt();
    let svi = Svi {
        a: parameter(0.5 * variance),
        b: parameter(0.5 * deviation),
        rho: parameter(-0.3),
        m: parameter(0.0),
        s: parameter(deviation),
        forward: price(forward),
        years: years(time),
    };
    Expiry { forward: price(forward), svi, ..simple::expiry(days * DAY) }
}

fn market(place: usize) -> Market<'static> {
    let (index, range, depth) = MARKETS[place];
    let dates: Vec<Expiry> = DAYS.iter().map(|days| date(index, *days)).collect();
    Market {
        id: place as u16 + 1,
        index: price(index),
        slow: price(index),
        perp: price(index * 1.0002),
        range: fraction(range),
        interval: fraction(0.001),
        depth: contracts(depth),
        expiries: dates.leak(),
        ..simple::world(1).markets[0]
    }
}

/// Legs of one strategy.
struct Strategy<'a> {
    rng: &'a mut Rng,
    legs: &'a mut Vec<Leg>,
    market: usize,
    /// Contracts.
    size: f64,
}

impl Strategy<'_> {
    fn add(&mut self, kind: Kind, date: usize, strike: f64, times: f64) {
        let (index, ..) = MARKETS[self.market];
        // A hundredth of a coin in Bitcoin, and as much money in the others.
        let lot = 950.0 / index;
        let quantity = (self.size * times / lot).round() * lot;
        let paid = index * (1.0 + 0.03 * self.rng.bell());
        self.legs.push(Leg {
            market: self.market as u8,
            expiry: date as u8,
            kind,
            strike: price(strike),
            quantity: contracts(quantity),
            basis: if kind <= Kind::Future { quote(quantity * paid) } else { Quote(0) },
        });
    }

    /// A strike so many deviations from the index, on a grid of a fortieth of it.
    fn strike(&self, date: usize, deviations: f64) -> f64 {
        let (index, ..) = MARKETS[self.market];
        let exact = (0.6 * (DAYS[date] as f64 / 365.0).sqrt() * deviations).exp();
        (exact * 40.0).round() / 40.0 * index
    }

    fn draw(&mut self, kind: usize) {
        let (date, side) = (self.rng.below(DAYS.len()), self.rng.sign());
        let at = |strategy: &Self, deviations: f64| strategy.strike(date, deviations);
        let (low, mid, high) = (at(self, -1.0), at(self, 0.0), at(self, 1.0));
        match kind {
            0 => self.add(Kind::Perp, 0, 0.0, side),
            1 => {
                self.add(Kind::Call, date, high, -1.0);
                self.add(Kind::Put, date, low, -1.0);
            }
            2 => {
                // A short straddle, of whose delta a perp takes what has come about.
                self.add(Kind::Call, date, mid, -1.0);
                self.add(Kind::Put, date, mid, -1.0);
                self.add(Kind::Perp, 0, 0.0, 0.2 * side);
            }
            3 => {
                self.add(Kind::Perp, 0, 0.0, 1.0);
                self.add(Kind::Call, date, high, -1.0);
            }
            4 => {
                self.add(Kind::Perp, 0, 0.0, 1.0);
                self.add(Kind::Put, date, low, 1.0);
            }
            5 => {
                let option = if side > 0.0 { Kind::Call } else { Kind::Put };
                self.add(option, date, mid, -1.0);
                self.add(option, date, if side > 0.0 { high } else { low }, 1.0);
            }
            6 => {
                let mid = self.strike(0, 0.0);
                self.add(Kind::Call, 0, mid, -1.0);
                let later = 1 + self.rng.below(2);
                self.add(Kind::Call, later, mid, 1.0);
            }
            7 => {
                let (below, beyond) = (at(self, -2.0), at(self, 2.0));
                self.add(Kind::Put, date, below, 1.0);
                self.add(Kind::Put, date, low, -1.0);
                self.add(Kind::Call, date, high, -1.0);
                self.add(Kind::Call, date, beyond, 1.0);
            }
            8 => {
                // Against another market, for the same money.
                let (index, ..) = MARKETS[self.market];
                self.add(Kind::Perp, 0, 0.0, side);
                let other = (self.market + 1) % MARKETS.len();
                (self.size, self.market) = (self.size * index / MARKETS[other].0, other);
                self.add(Kind::Perp, 0, 0.0, -side);
            }
            9 => {
                self.add(Kind::Future, date, 0.0, side);
                self.add(Kind::Perp, 0, 0.0, -side);
            }
            10 => {
                self.add(Kind::Perp, 0, 0.0, -side);
                self.add(Kind::Call, date, mid, side);
                self.add(Kind::Put, date, mid, -side);
            }
            11 => {
                // A short option that a perp hedges.
                self.add(Kind::Call, date, mid, -1.0);
                self.add(Kind::Perp, 0, 0.0, 0.55);
            }
            _ => self.add(if side > 0.0 { Kind::Call } else { Kind::Put }, date, mid, -1.0),
        }
    }
}

/// A trader's book of a seed, a little below its maintenance margin or far below it, and terms.
pub fn trader(desk: &mut Desk, model: &Model, seed: u64) -> Option<(World, Terms)> {
    let rng = &mut Rng::of(seed, "trader", 0);
    let mut world = World { markets: (0..MARKETS.len()).map(market).collect(), ..simple::world(3) };
    let mut legs = Vec::new();
    for _ in 0..1 + rng.below(5) {
        let market = rng.below(MARKETS.len());
        let size = rng.scale(10_000.0, 500_000.0) / MARKETS[market].0;
        let kind = rng.below(13);
        Strategy { rng, legs: &mut legs, market, size }.draw(kind);
    }
    world.legs = legs;
    world.tidy();
    world.legs.retain(|leg| leg.quantity.0 != 0);
    if rng.chance(0.3) {
        let (index, ..) = MARKETS[0];
        let coins = Collateral {
            price: price(index),
            slow: price(index),
            haircut: fraction(0.05),
            ..tokens(Some(0), rng.scale(1_000.0, 50_000.0) / index)
        };
        world.collateral.push(coins);
    }
    let margins = |desk: &mut Desk, world: &World| {
        assess(desk, model, &world.snapshot(), &world.book()).map(|report| Margins::from(&report))
    };
    let before = margins(desk, &world).expect("sound");
    // Most accounts are found soon.
    let share = if rng.chance(0.75) { rng.between(0.85, 1.0) } else { rng.between(0.3, 0.85) };
    let wanted = Quote((before.maintenance.0 as f64 * share) as i128);
    world.cash.0 += wanted.0 - before.value.0;
    let terms = Terms {
        discount: fraction(rng.between(0.01, 0.15)),
        insurance: fraction(0.025),
        target: fraction(rng.between(0.0, 0.5)),
        ..Terms::default()
    };
    (before.maintenance.0 > 0 && margins(desk, &world).expect("sound").health().0 < 0)
        .then_some((world, terms))
}

/// What a position is in money, at the index.
pub fn notional(world: &World, leg: &Leg, quantity: i64) -> f64 {
    let Price(index) = world.markets[usize::from(leg.market)].index;
    quantity.unsigned_abs() as f64 * 1e-10 * (index as f64 * 1e-10)
}
