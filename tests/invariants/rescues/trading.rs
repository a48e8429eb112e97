//! Traders who take as much risk as they may.

use crate::{
    play::Play,
    stage::{KEEPER, MAKER, MARKETS},
    state::Broken,
};
use ballast_interface::account::TradeLeg;
use ballast_testkit::{limit, Random, DOLLAR};

/// Who takes risks.
const TRADERS: [usize; 6] = [0, 3, 4, 5, 7, 1];

impl Play<'_> {
    /// A trader takes as much risk as the gate lets pass: one position, or several that hedge each other or not.
    pub fn load(&mut self, random: &mut Random) -> Result<(), Broken> {
        let traders: Vec<usize> = TRADERS
            .into_iter()
            .filter(|seat| self.state.accounts[*seat].is_some() && !self.is_latched(*seat))
            .collect();
        if traders.is_empty() {
            return Ok(());
        }
        let seat = random.pick(&traders);
        let mut others: Vec<usize> = self.state.open().map(|(seat, _)| seat).collect();
        others.retain(|other| *other != seat && !self.is_latched(*other));
        if others.is_empty() {
            return Ok(());
        }
        let rich = [KEEPER, MAKER].into_iter().filter(|seat| others.contains(seat)).collect::<Vec<_>>();
        let other =
            if random.chance(60) && !rich.is_empty() { random.pick(&rich) } else { random.pick(&others) };
        let report = self.reports.of(&mut self.world, self.cast, &self.state, seat);
        let room = report.map_or(0, |report| report.room.get() / 10_000).max(100 * i128::from(DOLLAR)) as i64;
        let place = random.below(2) as usize;
        let mut lots = room / (self.per_lot(place) as i64 / random.pick(&[2, 3, 4, 5]) + 1) + 1;
        let count = random.pick(&[1, 1, 1, 2, 3]);
        let shapes: Vec<TradeLeg> = (0..count).map(|_| self.shape(random, place)).collect();
        for _ in 0..2 {
            let legs: Vec<TradeLeg> =
                shapes.iter().map(|leg| TradeLeg { lots: leg.lots * lots, ..*leg }).collect();
            let signers = [&self.cast.seats[seat].key, &self.cast.seats[other].key];
            let block = self.block_of([seat, other], signers, &legs);
            if self.act("block_trade", seat, &[limit(), block], &signers)? || lots < 2 {
                break;
            }
            lots = (lots * 3 / 5).max(1);
        }
        Ok(())
    }

    /// A position of one lot, long or short, about at its price.
    fn shape(&self, random: &mut Random, place: usize) -> TradeLeg {
        let now = self.state.now;
        let dates = self.state.markets[place].dates().iter().map(|date| date.expiry);
        let dates: Vec<i64> = dates.filter(|date| *date > now + 3_600).collect();
        let kind = if dates.is_empty() { 1 } else { random.pick(&[1, 1, 1, 2, 3, 3, 4, 4]) };
        let expiry = if kind > 1 { random.pick(&dates) } else { 0 };
        let step = [1_000_00000000, 50_00000000][place];
        let near = (self.prices[place] / step + random.between(-6, 6)).max(1);
        let strike = if kind > 2 { (near * step) as u64 } else { 0 };
        let index = self.per_lot(place) as f64;
        // About what the surface says: six tenths of volatility.
        let (deviation, away) =
            (0.6 * ((expiry - now) as f64 / 31_536_000.0).sqrt(), (strike / 10_000) as f64);
        let inner = if kind == 3 { (index - away).max(0.0) } else { (away - index).max(0.0) };
        let far = (away - index).abs() / index / deviation.max(0.001);
        let outer = 0.4 * deviation * index * (-far * (0.9 + far / 3.0)).exp();
        let price = if kind < 3 { index } else { inner + outer };
        TradeLeg {
            number: MARKETS[place],
            kind,
            expiry,
            strike,
            lots: random.pick(&[-1, 1]),
            price: price as u64 / 100 * 100,
        }
    }
}
