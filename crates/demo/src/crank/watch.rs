//! The committee's watch: how much prices have moved of late against what was forecast, and what it attests for that.
//!
//! It knows no clock and no script: on a day on which nothing moves, it attests nothing.

use crate::stage::{Stage, MARKETS};
use ballast_testkit::Moment;
use std::collections::VecDeque;

/// Seconds that are looked back, and the least that must have been seen.
const BACK: i64 = 3_600;
const LEAST: i64 = 1_800;
const YEAR: f64 = 31_536_000.0;
/// From which multiple of the forecast volatility on how many scan ranges count.
const LEVELS: [(f64, f64); 3] = [(1.5, 1.15), (2.0, 1.3), (2.5, 1.45)];
/// For how long.
const SECONDS: i64 = 2 * 3_600;

/// What the committee has seen, and what it attested last.
#[derive(Default)]
pub struct Watch {
    seen: VecDeque<(i64, [f64; 3])>,
    /// The multiplier, and until when, in seconds of the day.
    attested: (f64, i64),
}

impl Watch {
    /// Looks at the prices of a moment.
    pub fn see(&mut self, moment: &Moment) {
        self.seen.push_back((moment.seconds, moment.quotes.map(|quote| quote.price as f64)));
        while self.seen.front().is_some_and(|(then, _)| moment.seconds - then > BACK) {
            self.seen.pop_front();
        }
    }

    /// Realised volatility of the last hour over what is forecast, on average over the markets; none before enough was seen.
    fn swing(&self, stage: &Stage) -> Option<f64> {
        let seconds = self.seen.back()?.0 - self.seen.front()?.0;
        if seconds < LEAST {
            return None;
        }
        let one = |(place, (number, ..)): (usize, (u16, &str, u64))| {
            let pairs = self.seen.iter().zip(self.seen.iter().skip(1));
            let moves = pairs.map(|((_, before), (_, after))| after[place] / before[place] - 1.0);
            let realised = moves.map(|part| part * part).sum::<f64>() * YEAR / seconds as f64;
            let forecast = stage.risk(number).price.variance as f64 / (1u64 << 40) as f64;
            (realised / forecast.max(1e-6)).sqrt()
        };
        Some(MARKETS.into_iter().enumerate().map(one).sum::<f64>() / MARKETS.len() as f64)
    }

    /// Attests what the prices call for, if that is more than is attested, or lapses soon; says what it was.
    pub fn attest(&mut self, stage: &mut Stage, now: i64) -> Result<Option<String>, crate::Broken> {
        let Some(swing) = self.swing(stage) else { return Ok(None) };
        let called = LEVELS.iter().rev().find(|(from, _)| swing >= *from);
        let held = if now < self.attested.1 { self.attested.0 } else { 0.0 };
        let Some(ranges) = called.map(|(_, ranges)| *ranges).filter(|ranges| *ranges >= held) else {
            return Ok(None);
        };
        if ranges == held && self.attested.1 - now > SECONDS / 4 {
            return Ok(None);
        }
        stage.attest(ranges, SECONDS)?;
        self.attested = (ranges, now + SECONDS);
        let hours = SECONDS / 3_600;
        Ok(Some(format!(
            "Prices swing {swing:.1} times as much as forecast: the committee counts {ranges} scan ranges for {hours} hours."
        )))
    }
}
