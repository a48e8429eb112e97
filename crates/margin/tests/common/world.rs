//! A random world: markets and a book in them.

use super::instruments;
use super::rng::Rng;
use super::surroundings;
use ballast_margin::book::{Book, Collateral, Expiry, Kind, Leg, Market, Snapshot, MAX_EXPIRIES};
use ballast_margin::units::{Price, Quote, STEPS};
use proptest::prelude::{any, Strategy};
use std::ops::RangeInclusive;

/// Between which sizes worlds are drawn.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Markets.
    pub markets: RangeInclusive<usize>,
    /// Expiries of each market.
    pub expiries: RangeInclusive<usize>,
    /// Legs of the book; fewer when the markets have no more instruments.
    pub legs: RangeInclusive<usize>,
    /// Collaterals of the book.
    pub collateral: RangeInclusive<usize>,
}

impl Default for Shape {
    fn default() -> Self {
        Self { markets: 1..=4, expiries: 0..=4, legs: 0..=64, collateral: 0..=6 }
    }
}

/// The sizes of one world.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Markets.
    pub markets: usize,
    /// Expiries of each market at most.
    pub expiries: usize,
    /// Legs at most.
    pub legs: usize,
    /// Collaterals.
    pub collateral: usize,
}

/// Markets, and an account's book in them. Change the fields at will; [`World::tidy`] restores the order
/// of the legs.
#[derive(Clone, Debug)]
pub struct World {
    /// Price of the quote token.
    pub peg: Price,
    /// Markets. Their expiries are leaked, which keeps a world free of lifetimes: tests end soon.
    pub markets: Vec<Market<'static>>,
    /// Balance.
    pub cash: Quote,
    /// Profit that is owed to the account.
    pub unpaid: Quote,
    /// Tokens beside cash.
    pub collateral: Vec<Collateral>,
    /// Positions.
    pub legs: Vec<Leg>,
}

impl World {
    /// The world of a seed, of any size.
    pub fn random(seed: u64) -> Self {
        Self::shaped(seed, &Shape::default())
    }

    /// The world of a seed, of a size drawn from the shape.
    pub fn shaped(seed: u64, shape: &Shape) -> Self {
        let mut rng = Rng::of(seed, "size", 0);
        let mut draw = |range: &RangeInclusive<usize>| {
            range.start() + rng.below(range.end().saturating_sub(*range.start()) + 1)
        };
        let size = Size {
            markets: draw(&shape.markets),
            expiries: draw(&shape.expiries),
            legs: draw(&shape.legs),
            collateral: draw(&shape.collateral),
        };
        Self::sized(seed, size)
    }

    /// The world of a seed, of exactly this size where that is possible.
    pub fn sized(seed: u64, size: Size) -> Self {
        let mut rng = Rng::of(seed, "world", 0);
        // A book cannot hold more expiries than this, so there are not more.
        let expiries = size.expiries.min(MAX_EXPIRIES / size.markets.max(1));
        let markets = (0..size.markets).map(|place| surroundings::market(seed, place, expiries)).collect();
        let world = Self {
            peg: surroundings::peg(&mut rng),
            markets,
            cash: Quote(0),
            unpaid: Quote(0),
            collateral: Vec::new(),
            legs: Vec::new(),
        };
        world.rebooked(seed, size.legs, size.collateral)
    }

    /// Another book in the same markets.
    pub fn rebooked(&self, seed: u64, legs: usize, collateral: usize) -> Self {
        let mut world = Self { legs: Vec::new(), collateral: Vec::new(), ..self.clone() };
        world.cash = instruments::cash(&mut Rng::of(seed, "cash", 0));
        world.unpaid = instruments::unpaid(&mut Rng::of(seed, "unpaid", 0));
        for place in 0..legs {
            let fresh = |leg: &Leg| world.legs.iter().all(|other| instrument(other) != instrument(leg));
            let mut rng = Rng::of(seed, "leg", place);
            let drawn = (0..100).map(|_| instruments::leg(&mut rng, &world.markets)).find(fresh);
            world.legs.extend(drawn);
        }
        let tokens = (0..collateral)
            .map(|place| instruments::collateral(&mut Rng::of(seed, "collateral", place), &self.markets));
        world.collateral.extend(tokens);
        world.tidy();
        world
    }

    /// Both books in one; the markets must be the same.
    pub fn joined(&self, other: &Self) -> Self {
        let mut world = self.clone();
        world.cash = Quote(self.cash.0 + other.cash.0);
        world.unpaid = Quote(self.unpaid.0 + other.unpaid.0);
        world.collateral.extend_from_slice(&other.collateral);
        world.legs.extend_from_slice(&other.legs);
        world.tidy();
        world
    }

    /// Puts legs into canonical order and makes one of those in the same instrument.
    pub fn tidy(&mut self) {
        self.legs.sort_by_key(instrument);
        self.legs.dedup_by(|next, first| {
            let same = instrument(next) == instrument(first);
            if same {
                first.quantity.0 += next.quantity.0;
                first.basis.0 += next.basis.0;
            }
            same
        });
    }

    /// Changes the expiries of a market.
    pub fn edit_expiries(&mut self, market: usize, edit: impl FnOnce(&mut Vec<Expiry>)) {
        let mut expiries = self.markets[market].expiries.to_vec();
        edit(&mut expiries);
        self.markets[market].expiries = expiries.leak();
    }

    /// The market data.
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot { peg: self.peg, markets: &self.markets }
    }

    /// The book.
    pub fn book(&self) -> Book<'_> {
        Book { cash: self.cash, unpaid: self.unpaid, collateral: &self.collateral, legs: &self.legs }
    }

    /// Everything that a rounding error can be a share of, in quote: the notional of all legs at
    /// the highest price in question, strikes included, collateral, balances and what positions cost.
    pub fn gross(&self) -> f64 {
        let legs = self.legs.iter().map(|leg| leg_gross(&self.markets, leg));
        let tokens = self
            .collateral
            .iter()
            .map(|c| c.amount.0 as f64 * c.price.0.max(c.slow.0) as f64 / self.peg.0 as f64 / STEPS as f64);
        let money = self.cash.0.unsigned_abs() + self.unpaid.0.unsigned_abs();
        money as f64 / STEPS as f64 + legs.sum::<f64>() + tokens.sum::<f64>()
    }
}

/// What a leg can be worth or cost at most, prices standing still.
fn leg_gross(markets: &[Market<'_>], leg: &Leg) -> f64 {
    let market = &markets[usize::from(leg.market)];
    let mark = match leg.kind {
        Kind::Perp => market.perp.0,
        _ => market.expiries[usize::from(leg.expiry)].forward.0,
    };
    let price = mark.max(market.index.0).max(market.slow.0) as f64 + leg.strike.0 as f64;
    let steps = STEPS as f64;
    (leg.quantity.0 as f64 / steps).abs() * (price / steps) + (leg.basis.0 as f64 / steps).abs()
}

/// What canonical order goes by, and what no two legs share.
pub fn instrument(leg: &Leg) -> (u8, bool, u8, bool, Price, Kind) {
    let dated = leg.kind != Kind::Perp;
    let expiry = if dated { leg.expiry } else { 0 };
    (leg.market, dated, expiry, leg.kind > Kind::Future, leg.strike, leg.kind)
}

/// Worlds for property tests: failing ones shrink to fewer legs, markets, expiries and collaterals.
pub fn worlds(shape: Shape) -> impl Strategy<Value = World> {
    let Shape { markets, expiries, legs, collateral } = shape;
    let seed = any::<u64>().no_shrink();
    (seed, markets, expiries, legs, collateral).prop_map(|(seed, markets, expiries, legs, collateral)| {
        World::sized(seed, Size { markets, expiries, legs, collateral })
    })
}
