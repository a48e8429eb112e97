//! One market, as its account holds it and as the engine asks for it.

use super::draw::Draw;
use ballast_interface::{
    risk::{Attested, DateRisk, MarketRisk},
    Wide,
};
use ballast_margin::{
    book::{Expiry, Market, Svi, SviNumber, Years},
    units::{Contracts, Fraction, Price, STEPS},
};

const ONE: i64 = 1 << 40;

/// One date.
#[derive(Clone, Debug)]
pub struct Date {
    /// Seconds whose price is open.
    pub seconds: i64,
    pub expiry: i64,
    forward: u64,
    carry: i64,
    svi: [i64; 5],
    posted: i64,
    until: i64,
    sampled: Option<(i128, u32)>,
}

/// One market.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub number: u16,
    pub index: u64,
    slow: u64,
    interval: i64,
    range: i64,
    attested: (i64, i64),
    cap: i64,
    published_at: i64,
    average: u64,
    depth: i64,
    pub lot: u64,
    pub moves_like: u16,
    pub decimals: u8,
    haircuts: [i64; 2],
    pub dates: Vec<Date>,
}

impl Date {
    fn draw(draw: &mut Draw, index: u64, now: i64, before: i64) -> Self {
        let seconds = before + draw.between(1, 40 * 86_400);
        let posted = now - draw.between(0, 900);
        let carry = ONE + draw.between(-ONE / 100, ONE / 50);
        let forward = ((index as u128 * carry as u128) >> 40) as u64;
        // About sixty per cent a year, with a smile.
        let years = (seconds + now - posted) as f64 / 31_536_000.0;
        let level = 0.36 * years * draw.between(50, 200) as f64 / 100.0;
        let bits = |value: f64| (value * (1u64 << 48) as f64) as i64;
        let root = level.sqrt();
        let rho = draw.between(-60, 60) as f64 / 100.0;
        let svi = [bits(0.6 * level), bits(0.4 * root), bits(rho), bits(0.1 * root), bits(root)];
        let stale = draw.once_in(15);
        Self {
            seconds,
            expiry: now + seconds,
            forward,
            carry,
            svi,
            posted,
            until: if stale { now - 1 } else { now + draw.between(0, 1_800) },
            sampled: None,
        }
    }

    /// A date in its last half hour, or past, with samples of the price so far.
    fn settling(draw: &mut Draw, index: u64, now: i64) -> Self {
        let mut date = Self::draw(draw, index, now, 0);
        let left = draw.between(-600, 1_700);
        date.expiry = now + left;
        // Nobody can post a date that is past.
        date.posted = now - 3_600;
        // At most every second that has passed; after expiry, one in two dates is whole.
        let passed = 1_800 - left.max(0) as u64;
        let whole = left < 0 && draw.once_in(2);
        let sampled = if whole { 1_800 } else { 1 + draw.below(passed) };
        date.sampled =
            Some((index as i128 * sampled as i128 / 100 * draw.between(98, 102) as i128, sampled as u32));
        // What is not sampled is open.
        date.seconds = 1_800 - sampled as i64;
        date
    }

    fn years(&self) -> Years {
        Years::of_seconds(self.expiry - self.posted)
    }

    fn is_good(&self, now: i64) -> bool {
        self.seconds <= 0 || self.until >= now
    }

    fn layout(&self) -> DateRisk {
        let [a, b, rho, m, s] = self.svi;
        let (sum, seconds) = self.sampled.unwrap_or_default();
        DateRisk {
            expiry: self.expiry,
            forward: self.forward,
            carry: self.carry,
            a,
            b,
            rho,
            m,
            s,
            years: self.years().0,
            valid_from: self.posted,
            valid_until: self.until,
            sampled: Wide::new(sum),
            sampled_seconds: seconds,
            padding: [0; 4],
            posted_at: self.posted,
            reserved: [0; 8],
        }
    }

    fn engine(&self, index: u64, now: i64) -> Expiry {
        let forward = (index as u128 * self.carry as u128) >> 40;
        let forward = match self.sampled {
            None => forward,
            Some((sum, seconds)) => {
                let left = self.seconds as u128;
                (sum as u128 + forward * left) / (seconds as u128 + left)
            }
        };
        let [a, b, rho, m, s] = self.svi.map(SviNumber::from_bits);
        Expiry {
            seconds: self.seconds,
            forward: Price(forward as u64),
            rate: Fraction::ZERO,
            svi: Svi { a, b, rho, m, s, forward: Price(self.forward), years: self.years() },
            score: Fraction(if self.is_good(now) { ONE } else { 0 }),
        }
    }
}

impl Sheet {
    /// A market with a price in dollars and so many dates.
    pub fn draw(draw: &mut Draw, number: u16, dollars: u64, dates: u64, now: i64) -> Self {
        let index = STEPS * dollars / 100 * draw.between(80, 120) as u64 + draw.below(1 << 30);
        let mut all: Vec<Date> = vec![];
        for place in 0..dates {
            let before = all.last().map_or(1_800, |date| date.seconds.max(1_800));
            let settling = place == 0 && draw.once_in(6);
            all.push(match settling {
                true => Date::settling(draw, index, now),
                false => Date::draw(draw, index, now, before),
            });
        }
        let doubt = draw.below(24);
        Self {
            number,
            index,
            slow: index / 1_000 * draw.between(960, 1_040) as u64,
            interval: if doubt == 2 { ONE / 20 } else { draw.between(0, ONE / 50) },
            average: if doubt == 3 { index * 2 } else { index },
            range: draw.between(ONE / 10, ONE / 4),
            attested: (draw.between(ONE, 3 * ONE), now + draw.between(-10, 10)),
            cap: draw.between(ONE / 4, ONE / 2),
            published_at: now - if doubt == 1 { 61 } else { draw.between(-5, 60) },
            depth: draw.between(0, 100) * STEPS as i64,
            lot: [100_000_000, 1_000_000_000, 2_500_000_000][draw.below(3) as usize],
            moves_like: number,
            decimals: [6, 8, 9, 18][draw.below(4) as usize],
            haircuts: [draw.between(0, ONE / 10), draw.between(0, ONE / 10)],
            dates: all,
        }
    }

    fn price_is_good(&self, now: i64) -> bool {
        // Two per cent at most, and a tenth of the average.
        let narrow = self.interval <= ONE / 50;
        now - self.published_at <= 60 && narrow && self.average == self.index
    }

    /// Whether neither price nor a date that the book holds is in doubt.
    pub fn is_good(&self, now: i64) -> bool {
        self.price_is_good(now) && self.dates.iter().all(|date| date.is_good(now))
    }

    /// Into the account.
    pub fn write(&self, risk: &mut MarketRisk) {
        risk.rules.predictor.cap = self.cap;
        risk.rules.predictor.stressed = self.cap;
        risk.rules.predictor.floor = 1;
        risk.rules.predictor.largest_multiplier = 2 * ONE;
        risk.rules.depth = self.depth;
        risk.rules.lot = self.lot;
        risk.rules.moves_like = self.moves_like;
        risk.rules.token_decimals = self.decimals;
        [risk.rules.haircut, risk.rules.haircut_initial] = self.haircuts;
        let price = &mut risk.price;
        (price.index, price.slow, price.average) = (self.index, self.slow, self.average);
        (price.interval, price.range) = (self.interval, self.range);
        (price.published_at, price.refreshed_at) = (self.published_at, self.published_at);
        risk.attested = Attested { multiplier: self.attested.0, until: self.attested.1 };
        risk.date_count = self.dates.len() as u8;
        risk.dates = Default::default();
        for (slot, date) in risk.dates.iter_mut().zip(&self.dates) {
            *slot = date.layout();
        }
        risk.invariant().expect("a market that the risk program could hold");
    }

    /// The engine's dates.
    pub fn expiries(&self, now: i64) -> Vec<Expiry> {
        self.dates.iter().map(|date| date.engine(self.index, now)).collect()
    }

    /// The oracle's interval: as known if the market is good, else two per cent at least.
    fn interval(&self, good: bool) -> i64 {
        const TWO_PER_CENT: i64 = 21_990_232_556;
        if good {
            self.interval
        } else {
            self.interval.max(TWO_PER_CENT)
        }
    }

    /// The engine's market.
    pub fn engine<'a>(&self, expiries: &'a [Expiry], certain: bool, now: i64) -> Market<'a> {
        let good = self.is_good(now);
        let (multiplier, until) = self.attested;
        let raised = self.range as i128 * multiplier.min(2 * ONE) as i128;
        let raised = ((raised + ONE as i128 - 1) >> 40) as i64;
        let range = if now < until { self.range.max(raised.min(self.cap)) } else { self.range };
        let score = Fraction(if good { ONE } else { 0 });
        Market {
            id: self.number,
            index: Price(self.index),
            slow: Price(self.slow),
            perp: Price(self.index),
            range: Fraction(range),
            interval: Fraction(self.interval(good)),
            depth: Contracts(self.depth),
            score,
            perp_score: score,
            certain,
            expiries,
        }
    }

    /// As the quote token's market: its index, and the most that it may be worth.
    pub fn peg(&self, now: i64) -> (u64, u64) {
        let most = self.index.max(self.slow);
        let wider = (most as u128 * (ONE + self.interval(false)) as u128) >> 40;
        (self.index, if self.is_good(now) { most } else { wider as u64 })
    }

    /// The token's price, slow price, haircuts and trust as collateral.
    pub fn token(&self, now: i64) -> (u64, u64, [Fraction; 2], Fraction) {
        let good = self.is_good(now);
        let low = (self.index.min(self.slow) as u128 * (ONE - self.interval(false)) as u128) >> 40;
        let price = if good { self.index } else { low as u64 };
        let score = Fraction(if good { ONE } else { 0 });
        // Where it moves like itself, its slow price is in the market's bias.
        let slow = if self.moves_like == self.number { price } else { self.slow.min(price) };
        (price, slow, self.haircuts.map(Fraction), score)
    }
}
