//! Prices that a seed decides: fair weather without an end, or a day with a crash in it.
//!
//! Only additions, products, quotients and square roots, which IEEE 754 defines to the bit: a seed makes the same prices
//! on every machine.

use crate::Random;

/// What weather it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Climate {
    /// Prices wander, and nothing happens.
    Fair,
    /// A day on which bitcoin falls by that share; the others fall further.
    Crash(f64),
}

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Little happens.
    Morning,
    /// Prices swing more and more, and begin to sink.
    Rise,
    /// They fall: a slide, a jump, and a wick that is gone after a minute.
    Crash,
    /// They come halfway back.
    Rebound,
    /// They calm down.
    Evening,
}

impl Phase {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Morning => "morning",
            Self::Rise => "rise",
            Self::Crash => "crash",
            Self::Rebound => "rebound",
            Self::Evening => "evening",
        }
    }
}

/// What a feed says of a market, and what options cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quote {
    /// Price in 10^-8 dollars.
    pub price: i64,
    /// Half width of the confidence interval, likewise.
    pub interval: u64,
    /// Moving average of the price over about an hour, likewise.
    pub average: i64,
    /// Yearly volatility at the money.
    pub volatility: f64,
}

/// A moment of the three markets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Seconds since the beginning.
    pub seconds: i64,
    /// Part of the day.
    pub phase: Phase,
    /// BTC, ETH, SOL.
    pub quotes: [Quote; 3],
}

/// Prices as time passes.
#[derive(Clone, Debug)]
pub struct Weather {
    random: Random,
    climate: Climate,
    start: [f64; 3],
    seconds: i64,
    /// How far prices are from the trend, as a share.
    noise: [f64; 3],
    average: [f64; 3],
}

const HOUR: i64 = 3_600;
const YEAR: f64 = 31_536_000.0;
/// When each part of the day begins.
const PHASES: [(i64, Phase); 5] = [
    (0, Phase::Morning),
    (6 * HOUR, Phase::Rise),
    (10 * HOUR, Phase::Crash),
    (11 * HOUR + HOUR / 2, Phase::Rebound),
    (17 * HOUR, Phase::Evening),
];
/// The jump: more than a third of the fall between two prices.
pub const JUMP: i64 = 10 * HOUR + 20 * 60;
/// The wick begins; a minute later it is gone.
pub const WICK: i64 = 10 * HOUR + 42 * 60;
const WICK_SECONDS: i64 = 60;
/// How far the wick goes beyond the fall, in falls.
const WICK_DEPTH: f64 = 0.6;
/// How much of the fall there is, by time.
const TREND: [(i64, f64); 9] = [
    (6 * HOUR, 0.0),
    (10 * HOUR, 0.15),
    (JUMP - 1, 0.25),
    (JUMP, 0.62),
    (11 * HOUR, 1.0),
    (11 * HOUR + HOUR / 2, 0.94),
    (17 * HOUR, 0.45),
    (20 * HOUR, 0.4),
    (24 * HOUR, 0.42),
];
/// What options on bitcoin cost, by time.
const VOLATILITY: [(i64, f64); 6] =
    [(6 * HOUR, 0.5), (10 * HOUR, 0.75), (JUMP, 0.85), (11 * HOUR, 1.3), (17 * HOUR, 0.85), (24 * HOUR, 0.7)];
/// How much bitcoin swings before the crash, a year, by time: far beyond what the morning lets anybody forecast.
const RISING: [(i64, f64); 2] = [(6 * HOUR, 0.8), (10 * HOUR, 2.0)];
/// How much further ETH and SOL fall, and how much more their options cost.
const BETAS: [f64; 3] = [1.0, 1.2, 1.45];
const RICHER: [f64; 3] = [1.0, 1.15, 1.4];
/// Share of a market's moves that it has in common with the others.
const COMMON: f64 = 0.8;

/// What a table of times says of a moment: straight lines between the rows, level outside.
fn line(table: &[(i64, f64)], seconds: i64) -> f64 {
    let next = table.partition_point(|(from, _)| *from <= seconds);
    match (next.checked_sub(1).map(|place| table[place]), table.get(next).copied()) {
        (Some((from, low)), Some((to, high))) => {
            low + (high - low) * (seconds - from) as f64 / (to - from) as f64
        }
        (Some((_, value)), None) | (None, Some((_, value))) => value,
        (None, None) => 0.0,
    }
}

impl Weather {
    /// Weather that begins at prices in 10^-8 dollars.
    pub fn new(seed: u64, climate: Climate, start: [i64; 3]) -> Self {
        let start = start.map(|price| price as f64);
        Self { random: Random::new(seed), climate, start, seconds: 0, noise: [0.0; 3], average: start }
    }

    /// The part of the day at a second of it.
    pub fn phase(&self, seconds: i64) -> Phase {
        let begun = PHASES.iter().rev().find(|(from, _)| *from <= seconds);
        match (self.climate, begun) {
            (Climate::Crash(_), Some((_, phase))) => *phase,
            _ => Phase::Morning,
        }
    }

    /// The moment so many seconds later.
    pub fn pass(&mut self, seconds: i64) -> Moment {
        self.seconds += seconds;
        let (now, phase, passed) = (self.seconds, self.phase(self.seconds), seconds as f64);
        let (swing, back) = match phase {
            Phase::Morning => (0.35, 7_200.0),
            Phase::Rise => (line(&RISING, now), 7_200.0),
            Phase::Crash => (1.6, 1_200.0),
            Phase::Rebound => (1.1, 3_600.0),
            Phase::Evening => (0.6, 7_200.0),
        };
        let (fall, wick) = match self.climate {
            Climate::Fair => (0.0, false),
            Climate::Crash(share) => (share, (WICK..WICK + WICK_SECONDS).contains(&now)),
        };
        let depth = line(&TREND, now) + if wick { WICK_DEPTH } else { 0.0 };
        // A feed is in doubt for a minute after the jump, and throughout the wick.
        let doubt = wick || (fall > 0.0 && (JUMP..JUMP + 60).contains(&now));
        let certainty = match phase {
            _ if doubt => 0.02,
            Phase::Morning | Phase::Evening => 0.000_4,
            Phase::Rise | Phase::Rebound => 0.000_8,
            Phase::Crash => 0.002,
        };
        let common = self.normal();
        let quotes = std::array::from_fn(|market| {
            let own = self.normal();
            let step = COMMON * common + (1.0 - COMMON * COMMON).sqrt() * own;
            let noise = self.noise[market] * (1.0 - (passed / back).min(1.0));
            self.noise[market] = noise + swing * BETAS[market] * (passed / YEAR).sqrt() * step;
            let trend = (1.0 - fall * BETAS[market] * depth).max(0.05);
            let price = self.start[market] * trend * (1.0 + self.noise[market]);
            self.average[market] += (price - self.average[market]) * (passed / 3_600.0).min(1.0);
            let volatility = match self.climate {
                Climate::Fair => VOLATILITY[0].1,
                Climate::Crash(_) => line(&VOLATILITY, now),
            };
            Quote {
                price: price as i64,
                interval: (price * certainty) as u64,
                average: self.average[market] as i64,
                volatility: volatility * RICHER[market],
            }
        });
        Moment { seconds: now, phase, quotes }
    }

    /// About a standard normal number: twelve uniform ones in sum.
    fn normal(&mut self) -> f64 {
        let sum: f64 = (0..12).map(|_| (self.random.next() >> 11) as f64 / (1u64 << 53) as f64).sum();
        sum - 6.0
    }
}
