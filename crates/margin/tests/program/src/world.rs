//! Books and markets from a request, in integers alone.

use crate::Request;
use ballast_margin::book::{Book, Collateral, Expiry, Kind, Leg, Market, Snapshot, Svi, Years};
use ballast_margin::units::{Contracts, Fraction, Price, Quote, STEPS};
use fixed_point::Bits;

/// Index prices of the four markets, in quote.
const INDICES: [u64; 4] = [95_000, 3_400, 180, 2];
/// Days to the expiries.
const DAYS: [i64; 4] = [9, 37, 100, 2];

/// Everything that a book needs, owned.
pub struct World {
    expiries: Vec<Vec<Expiry>>,
    legs: Vec<Leg>,
    collateral: Vec<Collateral>,
    seed: u64,
}

impl World {
    /// The world of a request.
    pub fn new(request: &Request) -> Self {
        let mut random = Random(request.seed);
        let mut world = World { expiries: vec![], legs: vec![], collateral: vec![], seed: request.seed };
        for place in 0..request.markets.min(4) {
            let index = INDICES[place as usize] * STEPS;
            let dates = (0..request.expiries.min(4)).map(|date| expiry(&mut random, index, date)).collect();
            world.expiries.push(dates);
            world.market(request, &mut random, place, index);
        }
        world
    }

    fn market(&mut self, request: &Request, random: &mut Random, place: u8, index: u64) {
        let size = 100_000 * STEPS / (index / STEPS);
        let leg = |expiry, kind, strike, quantity: i64| Leg {
            market: place,
            expiry,
            kind,
            strike: Price(strike),
            quantity: Contracts(quantity),
            basis: Quote(if kind == Kind::Perp { quantity as i128 * (index / STEPS) as i128 } else { 0 }),
        };
        if request.linear {
            self.legs.push(leg(0, Kind::Perp, 0, random.signed(size)));
            self.collateral.push(Collateral {
                market: Some(place),
                amount: Contracts(size as i64 / 3),
                price: Price(index),
                slow: Price(index),
                haircut: Fraction::lit("0.05"),
                haircut_initial: Fraction::lit("0.05"),
                score: Fraction::ONE,
            });
        }
        for expiry in 0..request.expiries.min(4) {
            // A perp takes the place of the last option of every other expiry.
            let left_out = u64::from(request.linear && expiry & 1 == 1 && request.strikes > 0);
            for strike in 0..request.strikes as u64 - left_out {
                // From 70 % of the index upwards, in steps of 5 %.
                let (kind, at) = (if strike & 1 == 0 { Kind::Put } else { Kind::Call }, 70 + 5 * strike);
                let exact = index / 100 * at + random.below(index / 1000);
                self.legs.push(leg(expiry, kind, exact, random.signed(size)));
            }
        }
    }

    /// The markets, borrowing their expiries.
    pub fn markets(&self) -> Vec<Market<'_>> {
        self.expiries.iter().enumerate().map(|(place, expiries)| self.at(place, expiries)).collect()
    }

    fn at<'a>(&self, place: usize, expiries: &'a [Expiry]) -> Market<'a> {
        let index = INDICES[place] * STEPS;
        Market {
            id: place as u16 + 1,
            index: Price(index),
            // One book in three meets a gap between the two prices.
            slow: Price(index - if self.seed % 3 == 1 { index / 50 } else { 0 }),
            perp: Price(index + self.seed % 7 * (index / 1000)),
            range: Fraction::lit("0.18"),
            interval: Fraction::lit("0.001"),
            depth: Contracts(STEPS as i64 * 10),
            score: Fraction::ONE,
            perp_score: Fraction::ONE,
            certain: self.seed % 5 != 4,
            expiries,
        }
    }

    /// The moment's market data.
    pub fn snapshot<'a>(&self, markets: &'a [Market<'a>]) -> Snapshot<'a> {
        Snapshot { peg: Price(STEPS), markets }
    }

    /// The book.
    pub fn book(&self) -> Book<'_> {
        Book {
            cash: Quote(1_000_000 * STEPS as i128),
            unpaid: Quote(0),
            collateral: &self.collateral,
            legs: &self.legs,
        }
    }
}

/// A date with a typical surface.
fn expiry(random: &mut Random, index: u64, date: u8) -> Expiry {
    let seconds = DAYS[date as usize] * 86_400 - random.below(86_400) as i64;
    let years = Years::of_seconds(seconds);
    // sigma near 60 %: a = 0.3 T, b = 0.3 sqrt(T) or so.
    let time = Bits::of(years.0 >> 12);
    let forward = Price(index + index / 1000 * (date as u64 + 1));
    Expiry {
        seconds,
        forward,
        rate: Fraction::ZERO,
        svi: Svi {
            a: time.part(3, 10),
            b: time.root().part(2, 10),
            rho: Bits::of(1 << 48).part(-3, 10),
            m: Bits::of(1 << 48).part(-1, 50),
            s: Bits::of(1 << 48).part(1, 5),
            forward,
            years,
        },
        score: Fraction::ONE,
    }
}

/// Fixed-point helpers for surfaces.
mod fixed_point {
    use ballast_margin::book::SviNumber;
    use ballast_margin::kernel::sqrt;

    /// A number above zero in 2^-48.
    #[derive(Clone, Copy)]
    pub struct Bits(u64);

    impl Bits {
        pub fn of(bits: u64) -> Self {
            Self(bits)
        }

        pub fn root(self) -> Self {
            Self(sqrt((self.0 as u128) << 48))
        }

        pub fn part(self, numerator: i64, denominator: i64) -> SviNumber {
            SviNumber::from_bits(self.0 as i64 / denominator * numerator)
        }
    }
}

/// A small generator (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn signed(&mut self, bound: u64) -> i64 {
        let size = self.below(bound) as i64;
        if self.next() & 1 == 0 {
            size
        } else {
            -size
        }
    }
}
