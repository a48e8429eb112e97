//! One number for a whole report.

use ballast_margin::report::{Report, Worst};

/// A digest that differs when any field of the report does.
pub fn of(report: &Report) -> u64 {
    let mut hash = Hash(0xcbf2_9ce4_8422_2325);
    for amount in [report.value, report.maintenance, report.initial, report.health, report.room] {
        hash.add(amount.0);
    }
    hash.worst(report.worst);
    let c = &report.components;
    for part in [
        c.scan,
        c.roll,
        c.convexity,
        c.twist,
        c.liquidity,
        c.interval,
        c.perp,
        c.perp_initial,
        c.option,
        c.option_initial,
        c.haircut,
        c.haircut_initial,
        c.score,
        c.peg,
        c.bias,
        c.gains,
    ] {
        hash.add(part.0);
    }
    for market in &report.markets {
        hash.worst(market.worst);
        for number in [market.scan.0, market.delta.0 as i128, market.gamma.0 as i128, market.vega.0] {
            hash.add(number);
        }
        hash.add(market.theta.0);
    }
    hash.0
}

struct Hash(u64);

impl Hash {
    fn add(&mut self, number: i128) {
        for half in [number as u64, (number >> 64) as u64] {
            self.0 = (self.0 ^ half).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        }
    }

    fn worst(&mut self, worst: Worst) {
        let (kind, row) = match worst {
            Worst::Nothing => (0, 0),
            Worst::Row(row) => (1, row),
            Worst::Basis => (2, 0),
            Worst::Shortfall => (3, 0),
            Worst::Systemic(row) => (4, row),
            Worst::Covariance => (5, 0),
            Worst::Floor => (6, 0),
            Worst::Sum => (7, 0),
        };
        self.add(kind << 8 | row as i128);
    }
}
