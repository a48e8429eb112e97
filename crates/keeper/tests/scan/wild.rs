//! Groups in which anything may be: feeds in doubt, dates about to expire or gone, tokens of every kind, debts.

use crate::scene::{
    account, date, group, key, market, model, move_beside, risk, share, Rng, Scene, DOLLAR, GROUP, NOW, WHOLE,
};
use ballast_interface::{
    account::{Leg, MarginAccount, Market, INDEX_ONE},
    risk::{Attested, MarketRisk, SETTLEMENT_SECONDS},
    Fixed64, Wide,
};
use ballast_margin::units::STEPS;
use bytemuck::Zeroable;

/// Seconds to expiry, the last ones gone by.
const SECONDS: [i64; 12] =
    [-90_000, -3_700, -30, 1, 40, 1_700, 1_801, 50_000, 400_000, 2_600_000, 8_000_000, 31_000_000];

/// A group with so many accounts.
pub fn wild(accounts: usize, seed: u64) -> Scene {
    let mut rng = Rng(seed);
    let risks: Vec<MarketRisk> = (1..=8).map(|number| wild_risk(&mut rng, number)).collect();
    let markets = risks.iter().map(|risk| wild_market(&mut rng, risk)).collect();
    let peg = if rng.once_in(2) { 8 } else { 0 };
    let mut scene = Scene { group: group(), model: model(peg), risks, markets, accounts: Vec::new() };
    if rng.once_in(2) {
        let peg = &mut scene.risks[7].price;
        peg.index = STEPS - STEPS / 100 * rng.below(12);
        peg.slow = peg.index - rng.below(STEPS / 200);
    }
    for number in 0..accounts {
        let account = wild_account(&mut rng, &scene);
        scene.accounts.push((key(number), account));
    }
    scene
}

fn wild_risk(rng: &mut Rng, number: u16) -> MarketRisk {
    let mut risk = risk(number, 1);
    let price = risk.price.index as f64 / STEPS as f64;
    let count = 1 + rng.below(12) as usize;
    let mut seconds: Vec<i64> = SECONDS[12 - count..].to_vec();
    if rng.once_in(2) {
        seconds = SECONDS[..count].to_vec();
    }
    for (slot, seconds) in risk.dates.iter_mut().zip(seconds) {
        *slot = date(price, NOW + seconds.max(600) + 600, rng.within(0.2, 1.5));
        slot.expiry = NOW + seconds;
        let sampled =
            (SETTLEMENT_SECONDS - seconds).clamp(0, SETTLEMENT_SECONDS) - 3 * i64::from(rng.once_in(2));
        slot.sampled_seconds = sampled.max(0) as u32;
        slot.sampled = Wide::new(i128::from(slot.sampled_seconds) * i128::from(risk.price.index / 100 * 99));
        if rng.once_in(5) {
            slot.valid_until = NOW - 1;
        }
    }
    risk.date_count = count as u8;
    let cache = &mut risk.price;
    match rng.below(12) {
        0 => cache.published_at = NOW - 61,
        1 => cache.interval = share(0.05),
        2 => cache.average = cache.index / 4 * 3,
        3 => cache.unusable_since = NOW - 5,
        4 if rng.once_in(4) => (cache.index, cache.slow) = (0, 0),
        5 => cache.slow = cache.index,
        6 => cache.slow = cache.index / 10 * 11,
        _ => {}
    }
    if rng.once_in(3) {
        risk.attested = Attested { multiplier: share(1.7), until: NOW + 1 };
    }
    risk.rules.moves_like = match rng.below(4) {
        0 => 0,
        1 => 1 + rng.below(8) as u16,
        _ => number,
    };
    risk
}

fn wild_market(rng: &mut Rng, risk: &MarketRisk) -> Market {
    let mut market = market(risk);
    market.premium = share(rng.within(-0.02, 0.02));
    market.pool = rng.below(20_000) * DOLLAR as u64;
    market.claim_index = Fixed64::from_bits((1 << 64) - i128::from(rng.below(1 << 60)));
    for date in market.dates.iter_mut().filter(|date| date.expiry != 0 && date.expiry <= NOW) {
        if rng.once_in(2) {
            let price = risk.price.index / 100 * 98;
            (date.settlement, date.settled_at) = (market.lot, NOW - 10);
            date.settlement =
                (u128::from(price) * u128::from(market.lot) / u128::from(STEPS) / 10_000) as u64;
        }
    }
    market
}

fn wild_account(rng: &mut Rng, scene: &Scene) -> MarginAccount {
    let most = 1 + rng.below(8);
    let (mut book, mut dates): (Vec<Leg>, Vec<(u16, i64)>) = (Vec::new(), Vec::new());
    for _ in 0..[0, 3, 12, 40, 80][rng.below(5) as usize] {
        let number = 1 + rng.below(most) as u16;
        let leg = wild_leg(rng, &scene.risks[usize::from(number - 1)]);
        if leg.expiry != 0 && !dates.contains(&(number, leg.expiry)) {
            // More would be refused; now and then that is to be seen.
            if dates.len() >= 12 && !rng.once_in(500) {
                continue;
            }
            dates.push((number, leg.expiry));
        }
        if book.len() < 64 && book.iter().all(|other| other.place() != leg.place()) {
            book.push(leg);
        }
    }
    let mut account = account(book);
    account.counted = (rng.within(-60_000.0, 400_000.0) * DOLLAR as f64) as i64;
    move_beside(&mut account, rng);
    account.cash_index = Fixed64::from_bits(INDEX_ONE.to_bits() + i128::from(rng.below(1 << 50)));
    (account.sequence, account.liquidation_since) = (rng.below(99), 0);
    for place in 0..rng.below(5) {
        let number = 1 + rng.below(8) as u16;
        let price = scene.risks[usize::from(number - 1)].price.index.max(STEPS / 10) as f64 / STEPS as f64;
        let token = &mut account.collateral[place as usize];
        (token.bank, token.market) = (place as u16 + 1, number);
        token.amount = (rng.within(1.0, 90_000.0) / price * 1e8) as u64 + 1;
    }
    for number in 1..=most as u16 {
        let row = account.markets.iter_mut().find(|row| row.market == number || row.market == 0);
        if let (Some(row), true) = (row, rng.once_in(3)) {
            (row.market, row.claim_era, row.claim_index) = (number, 1, INDEX_ONE);
            row.unpaid_profit = (rng.within(-9_000.0, 9_000.0) * DOLLAR as f64) as i64;
        }
    }
    account
}

fn wild_leg(rng: &mut Rng, risk: &MarketRisk) -> Leg {
    let price = risk.price.index.max(STEPS / 10) as f64 / STEPS as f64;
    let mut leg = Leg::zeroed();
    leg.market = risk.market;
    let lots = rng.within(100.0, 60_000.0) / price * STEPS as f64 / risk.rules.lot as f64;
    leg.quantity = (lots as i64).clamp(1, 1 << 30) * if rng.once_in(2) { -1 } else { 1 };
    leg.kind = 1 + rng.below(4) as u8;
    if leg.kind != 1 {
        leg.expiry = risk.dates()[rng.below(risk.date_count.into()) as usize].expiry;
    } else {
        leg.funding_index = Fixed64::from_bits(i128::from(rng.below(9)) << 69);
    }
    let cost = lots * risk.rules.lot as f64 / STEPS as f64 * price * rng.within(0.8, 1.2);
    leg.entry_value = if leg.kind <= 2 { (cost * DOLLAR as f64) as i64 * leg.quantity.signum() } else { 0 };
    if leg.kind > 2 {
        // Coarse, so that calls and puts meet at a strike.
        leg.strike =
            (((rng.within(0.3, 2.5) * 20.0).round() / 20.0 * price * 1e6).round() * 100.0) as u64 + 100;
    }
    leg
}

/// The scene as it is some time later: one market's price is another.
pub fn moved(scene: &mut Scene, rng: &mut Rng) -> MarketRisk {
    let risk = &mut scene.risks[rng.below(8) as usize];
    let price = &mut risk.price;
    price.index = (price.index as f64 * rng.within(0.9, 1.1)) as u64;
    (price.average, price.interval) = (price.index, share(rng.within(0.0, 0.01)));
    (price.published_at, price.refreshed_at, risk.group) = (NOW, NOW, GROUP);
    price.range = price.range.max(WHOLE / 8);
    *risk
}
