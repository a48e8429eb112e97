//! Positions in equal units, and units as trades.

use super::weigh::Weigh;
use ballast_interface::{
    account::{Leg, MarginAccount, TradeLeg},
    risk::QuoteLeg,
};

/// Most units that several positions are cut into.
const MOST_UNITS: u64 = 256;
/// Most that the lots of a unit may lie beside their share, in thousandths: what hedges must go together.
const UNEVEN: u64 = 20;
/// The same where that leaves fewer units than these: better a hedge that goes a little unevenly than all of it.
const ROUGH: u64 = 250;
const FEW_UNITS: u32 = 4;

/// An account's positions.
pub fn held(account: &MarginAccount) -> impl Iterator<Item = (u8, &Leg)> {
    let legs = account.legs.iter().take_while(|leg| leg.market != 0);
    legs.enumerate().map(|(place, leg)| (place as u8, leg))
}

/// Some positions in units as [`cut`] makes them; if those are few, in more and rougher ones first.
pub fn cuts(account: &MarginAccount, places: &[u8]) -> Vec<(Vec<QuoteLeg>, u32)> {
    let even = cut(account, places);
    if even.1 >= FEW_UNITS {
        return vec![even];
    }
    let rough = units(account, places, ROUGH);
    if rough.1 > even.1 {
        vec![rough, even]
    } else {
        vec![even]
    }
}

/// Some positions in as many equal units as there can be without one of them being cut much otherwise than the others.
pub fn cut(account: &MarginAccount, places: &[u8]) -> (Vec<QuoteLeg>, u32) {
    units(account, places, UNEVEN)
}

/// Some positions in equal units, so many thousandths uneven at most.
fn units(account: &MarginAccount, places: &[u8], uneven: u64) -> (Vec<QuoteLeg>, u32) {
    let sizes: Vec<(u8, u64)> = places
        .iter()
        .map(|place| (*place, account.legs[usize::from(*place)].quantity.unsigned_abs()))
        .collect();
    let fewest = sizes.iter().map(|(_, lots)| *lots).min().unwrap_or(0).max(1);
    if let [(leg, lots)] = sizes[..] {
        // Lots one by one, or as many as units can be counted.
        let each = lots.div_ceil(u64::from(u32::MAX)).max(1);
        return (vec![QuoteLeg { leg, lots: each }], (lots / each) as u32);
    }
    let even = |units: &u64| {
        sizes.iter().all(|(_, lots)| (lots % units).saturating_mul(1_000) <= lots.saturating_mul(uneven))
    };
    let units = (1..=fewest.min(MOST_UNITS)).rev().find(even).unwrap_or(1);
    (sizes.iter().map(|(leg, lots)| QuoteLeg { leg: *leg, lots: lots / units }).collect(), units as u32)
}

/// So many units as trades of whoever takes them over, at prices a lot.
pub fn taken(account: &MarginAccount, legs: &[QuoteLeg], units: u32, prices: &[u64]) -> Vec<TradeLeg> {
    let trade = |(asked, price): (&QuoteLeg, &u64)| {
        let Leg { market, kind, expiry, strike, quantity, .. } = account.legs[usize::from(asked.leg)];
        let lots = asked.lots.saturating_mul(units.into()).min(i64::MAX as u64) as i64;
        TradeLeg { number: market, kind, expiry, strike, lots: lots * quantity.signum(), price: *price }
    };
    legs.iter().zip(prices).map(trade).collect()
}

/// The other side of some trades.
pub fn opposite(legs: &[TradeLeg]) -> Vec<TradeLeg> {
    legs.iter().map(|leg| TradeLeg { lots: -leg.lots, ..*leg }).collect()
}

/// The greatest number of up to `most` for which something holds, if it holds for one at least, and for all below one for
/// which it does.
pub fn greatest(most: u64, mut holds: impl FnMut(u64) -> bool) -> Option<u64> {
    if most > 0 && holds(most) {
        return Some(most);
    }
    let (mut good, mut bad) = (0, most);
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        if holds(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    (good > 0).then_some(good)
}

/// Names of some positions, for people.
pub fn named(legs: &[TradeLeg]) -> String {
    let kinds = ["spot", "perp", "future", "call", "put"];
    let one = |leg: &TradeLeg| {
        let kind = kinds.get(usize::from(leg.kind)).unwrap_or(&"?");
        let strike = if leg.strike == 0 { String::new() } else { format!(" {}", leg.strike / 100_000_000) };
        let date = if leg.expiry == 0 { String::new() } else { format!(" @{}", leg.expiry) };
        format!("{:+} {kind}{strike}{date} of market {}", leg.lots, leg.number)
    };
    legs.iter().map(one).collect::<Vec<_>>().join(", ")
}

impl Weigh<'_> {
    /// Places of positions that may be taken over at all: open ones, of markets that are allowed.
    pub fn offered(&self, account: &MarginAccount, allows: impl Fn(u16) -> bool) -> Vec<u8> {
        let open = |leg: &Leg| leg.expiry == 0 || self.now < leg.expiry;
        let offered = held(account).filter(|(_, leg)| open(leg) && allows(leg.market));
        offered.map(|(place, _)| place).collect()
    }
}
