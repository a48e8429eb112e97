//! A world of which every field can be anything.

use super::wide;
use crate::common::world::instrument;
use crate::common::World;
use ballast_margin::book::{Kind, SviNumber, Years};
use ballast_margin::units::{Contracts, Fraction, Price, Quote};

const KINDS: [Kind; 4] = [Kind::Perp, Kind::Future, Kind::Call, Kind::Put];

/// How many fields there are.
pub const FIELDS: u16 = 38;

/// Puts `n` into one field.
pub fn set(world: &mut World, field: u16, place: usize, n: i64) {
    match field % FIELDS {
        0 => world.peg = Price(n as u64),
        1 => world.cash = Quote(wide(n)),
        field @ 2..=8 => leg(world, field - 2, place, n),
        field @ 9..=15 => token(world, field - 9, place, n),
        field @ 16..=25 => market(world, field - 16, place, n),
        field @ 26..=36 => expiry(world, field - 26, place, n),
        _ => world.unpaid = Quote(wide(n)),
    }
}

fn leg(world: &mut World, field: u16, place: usize, n: i64) {
    let count = world.legs.len().max(1);
    let Some(leg) = world.legs.get_mut(place % count) else { return };
    match field {
        0 => leg.market = n as u8,
        1 => leg.expiry = n as u8,
        2 => leg.kind = KINDS[n.rem_euclid(4) as usize],
        3 => leg.strike = Price(n as u64),
        4 | 5 => leg.quantity = Contracts(n),
        _ => leg.basis = Quote(wide(n)),
    }
}

fn token(world: &mut World, field: u16, place: usize, n: i64) {
    let count = world.collateral.len().max(1);
    let Some(token) = world.collateral.get_mut(place % count) else { return };
    match field {
        0 => token.market = (n >= 0).then_some(n as u8),
        1 => token.amount = Contracts(n),
        2 => token.price = Price(n as u64),
        3 => token.slow = Price(n as u64),
        4 => token.haircut = Fraction(n),
        5 => token.haircut_initial = Fraction(n),
        _ => token.score = Fraction(n),
    }
}

fn market(world: &mut World, field: u16, place: usize, n: i64) {
    let count = world.markets.len().max(1);
    let Some(market) = world.markets.get_mut(place % count) else { return };
    match field {
        0 => market.id = n as u16,
        1 => market.index = Price(n as u64),
        2 => market.slow = Price(n as u64),
        3 => market.perp = Price(n as u64),
        4 => market.range = Fraction(n),
        5 => market.interval = Fraction(n),
        6 => market.depth = Contracts(n),
        7 => market.score = Fraction(n),
        8 => market.perp_score = Fraction(n),
        _ => market.certain = n & 1 == 0,
    }
}

fn expiry(world: &mut World, field: u16, place: usize, n: i64) {
    if world.markets.is_empty() {
        return;
    }
    let market = place % world.markets.len();
    world.edit_expiries(market, |expiries| {
        let count = expiries.len().max(1);
        let Some(expiry) = expiries.get_mut(place / 8 % count) else { return };
        match field {
            0 => expiry.seconds = n,
            1 => expiry.forward = Price(n as u64),
            2 => expiry.rate = Fraction(n),
            3 => expiry.svi.a = SviNumber::from_bits(n),
            4 => expiry.svi.b = SviNumber::from_bits(n),
            5 => expiry.svi.rho = SviNumber::from_bits(n),
            6 => expiry.svi.m = SviNumber::from_bits(n),
            7 => expiry.svi.s = SviNumber::from_bits(n),
            8 => expiry.svi.forward = Price(n as u64),
            9 => expiry.svi.years = Years(n as u64),
            _ => expiry.score = Fraction(n),
        }
    });
}

/// Puts legs into canonical order and keeps the first of those in one instrument.
pub fn order(world: &mut World) {
    world.legs.sort_by_key(instrument);
    world.legs.dedup_by_key(|leg| instrument(leg));
}
