//! Order between prices: dearer for a lower strike, for more volatility and for more time, to the last
//! units of the kernel; and the same at every magnitude.

use crate::vectors::Largest;
use ballast_margin::black::{self, Black};
use ballast_margin::error::MarginError;
use ballast_margin::units::{Fraction, Price, STEPS};

const ONE: i64 = Fraction::ONE.0;
const DAY: i64 = 86_400;
/// What a price may fall where it should rise: units of 2^-40 of the forward and of the strike together.
const UNITS: f64 = 2.0;
const FORWARDS: [u64; 3] = [STEPS / 4, 3_000 * STEPS, 150_000 * STEPS];
const TIMES: [i64; 6] = [1, 60, 3_600, DAY, 30 * DAY, 730 * DAY];
const SIGMAS: [i64; 5] = [ONE / 50, ONE / 4, ONE, 3 * ONE, 8 * ONE];

fn priced(forward: u64, strike: u64, sigma: i64, seconds: i64) -> Black {
    black::price(Price(forward), Price(strike), Fraction(sigma), seconds).expect("a price")
}

/// Follows values that should rise, and keeps the largest fall in units.
#[derive(Default)]
struct Ladder {
    highest: Option<i128>,
    fall: f64,
    steps: usize,
}

impl Ladder {
    /// `size` is forward and strike together; what one step of a price hides does not count.
    fn climb(&mut self, value: i128, size: u64) {
        let highest = *self.highest.get_or_insert(value);
        let fall = (highest - value - 1).max(0) as f64 / (size as f64 / ONE as f64);
        self.fall = self.fall.max(fall);
        self.highest = Some(highest.max(value));
        self.steps += 1;
    }
}

/// Walks `ladder` for every forward, volatility and time, and prints the largest falls by time.
fn walk(name: &'static str, ladder: impl Fn(u64, i64, i64) -> Ladder) {
    let mut table = Largest::new(&["seconds", name]);
    let mut steps = 0;
    for (forward, sigma, seconds) in
        FORWARDS.iter().flat_map(|f| SIGMAS.map(|s| (*f, s))).flat_map(|(f, s)| TIMES.map(|t| (f, s, t)))
    {
        let walked = ladder(forward, sigma, seconds);
        table.note(&format!("{seconds:8}"), name, walked.fall);
        assert!(walked.fall <= UNITS, "{name}: {forward} {sigma} {seconds}: {} units", walked.fall);
        steps += walked.steps;
    }
    println!("{steps} steps, falls in 2^-40 of forward and strike\n{table}");
    assert!(steps > 50_000);
}

/// Strikes from ten deviations below the forward to ten above, and neighbours at the forward.
fn strikes(forward: u64, sigma: i64, seconds: i64) -> Vec<u64> {
    let deviation = sigma as f64 / ONE as f64 * (seconds as f64 / 31_536_000.0).sqrt();
    let widest = (10.0 * deviation).min(9.0);
    let place = |share: i32| (forward as f64 * (widest * f64::from(share) / 500.0).exp()) as u64;
    let mut strikes: Vec<u64> = (-500..=500).map(place).chain(forward - 200..=forward + 200).collect();
    strikes.sort_unstable();
    strikes.retain(|strike| *strike > 0);
    strikes
}

#[test]
fn calls_fall_and_puts_rise_with_the_strike() {
    walk("call", |forward, sigma, seconds| {
        let mut ladder = Ladder::default();
        for strike in strikes(forward, sigma, seconds) {
            ladder.climb(-priced(forward, strike, sigma, seconds).call.0, forward + strike);
        }
        ladder
    });
    walk("put", |forward, sigma, seconds| {
        let mut ladder = Ladder::default();
        for strike in strikes(forward, sigma, seconds) {
            ladder.climb(priced(forward, strike, sigma, seconds).put.0, forward + strike);
        }
        ladder
    });
}

#[test]
fn calls_rise_with_volatility() {
    walk("volatility", |forward, sigma, seconds| {
        let mut worst = Ladder::default();
        for strike in strikes(forward, sigma, seconds).into_iter().step_by(28) {
            let mut ladder = Ladder::default();
            // A hundred neighbours, then a hundred parts of a tenth.
            let near = (0..100).map(|step| sigma + step);
            for sigma in near.chain((1..=100).map(|step| sigma + sigma / 1_000 * step)) {
                ladder.climb(priced(forward, strike, sigma, seconds).call.0, forward + strike);
            }
            worst.fall = worst.fall.max(ladder.fall);
            worst.steps += ladder.steps;
        }
        worst
    });
}

#[test]
fn calls_rise_with_time() {
    walk("time", |forward, sigma, seconds| {
        let mut worst = Ladder::default();
        for strike in strikes(forward, sigma, seconds).into_iter().step_by(28) {
            let mut ladder = Ladder::default();
            for seconds in seconds..seconds + 60 {
                ladder.climb(priced(forward, strike, sigma, seconds).call.0, forward + strike);
            }
            worst.fall = worst.fall.max(ladder.fall);
            worst.steps += ladder.steps;
        }
        worst
    });
}

#[test]
fn every_magnitude_is_priced_alike() {
    let cases = [(2 * ONE, 30 * DAY), (ONE / 2, 3_600), (8 * ONE, 1_000 * DAY), (ONE, 1)];
    for (sigma, seconds) in cases {
        for percent in [80, 95, 100, 105, 120] {
            // A forward of 1000, then of 10 to 10^9.
            let base = priced(1_000 * STEPS, 10 * STEPS * percent, sigma, seconds);
            for scale in [1u64, 100, 10_000, 1_000_000, 100_000_000] {
                let got = priced(10 * STEPS * scale, STEPS / 10 * percent * scale, sigma, seconds);
                // Logarithms may round otherwise: a unit of their 2^-30 in 6e-5, the least deviation here.
                let near = |got: i128, base: i128| {
                    let base = base * i128::from(scale) / 100;
                    (got - base).abs() <= base.abs() / 10_000 + i128::from(scale) * 20 + 2
                };
                let names = format!("{sigma} {seconds} {percent} {scale}: {got:?}, {base:?}");
                assert!(near(got.call.0, base.call.0) && near(got.put.0, base.put.0), "{names}");
                assert!(near(got.vega.0, base.vega.0) && near(got.theta.0, base.theta.0), "{names}");
                assert!((got.delta.0 - base.delta.0).abs() <= ONE / 100_000, "{names}");
                assert!((got.gamma.0 - base.gamma.0).abs() <= 1 + base.gamma.0 / 10_000, "{names}");
            }
        }
    }
}

#[test]
fn without_time_or_volatility_options_are_worth_their_exercise() {
    for strike in [1_000, STEPS, 3 * STEPS - 1, 3 * STEPS, 3 * STEPS + 1, 40 * STEPS] {
        let forward = 3 * STEPS;
        let gain = i128::from(forward) - i128::from(strike);
        for (sigma, seconds) in [(ONE, 0), (ONE, -1), (ONE, i64::MIN), (0, DAY), (-ONE, DAY)] {
            let got = priced(forward, strike, sigma, seconds);
            assert_eq!((got.call.0, got.put.0), (gain.max(0), (-gain).max(0)), "{strike} {sigma} {seconds}");
            assert_eq!((got.gamma.0, got.vega.0, got.theta.0), (0, 0, 0));
            assert_eq!(got.delta.0, if gain > 0 { ONE } else { 0 });
        }
    }
}

#[test]
fn what_cannot_be_priced_is_refused_and_extremes_are_not_a_panic() {
    let price = |forward, strike| black::price(Price(forward), Price(strike), Fraction::ONE, DAY);
    assert_eq!(price(0, STEPS), Err(MarginError::MissingPrice));
    assert_eq!(price(STEPS, 0), Err(MarginError::MissingPrice));
    assert_eq!(price(u64::MAX, 1), Err(MarginError::StrikeOutOfRange));
    assert_eq!(price(1, u64::MAX), Err(MarginError::StrikeOutOfRange));
    for seconds in [1, DAY, i64::MAX] {
        for sigma in [1, ONE, i64::MAX] {
            for strike in [u64::MAX >> 34, u64::MAX / 2, u64::MAX] {
                let got = priced(u64::MAX, strike, sigma, seconds);
                let parity = i128::from(u64::MAX) - i128::from(strike);
                assert_eq!(got.call.0 - got.put.0, parity);
                assert!(got.put.0 >= 0 && got.call.0 <= i128::from(u64::MAX), "{got:?}");
            }
        }
    }
}
