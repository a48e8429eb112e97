//! A book and its markets, as the account holds them and as the engine asks for them.

use super::{draw::Draw, market::Sheet};
use ballast_interface::account::{Leg, MarginAccount};
use ballast_margin::{
    book::{self, Collateral, Kind},
    quote::Taken,
    units::{Contracts, Price, Quote},
};
use bytemuck::Zeroable;

/// A position: market and date by their places, a strike in 10^-8, lots, and cost in millionths.
#[derive(Clone, Debug)]
struct Position {
    market: usize,
    date: usize,
    kind: Kind,
    strike: u64,
    lots: i64,
    entry: i64,
}

/// Tokens of the market at a place.
#[derive(Clone, Debug)]
struct Token {
    market: usize,
    amount: u64,
}

/// Everything that an assessment depends on.
#[derive(Clone, Debug)]
pub struct Facts {
    /// By rising number, each needed.
    pub markets: Vec<Sheet>,
    /// Place of the quote token's market.
    pub peg: Option<usize>,
    cash: i64,
    /// What pools owe by market, from the first on.
    unpaid: Vec<i64>,
    positions: Vec<Position>,
    tokens: Vec<Token>,
}

const DOLLARS: [u64; 4] = [95_000, 3_400, 180, 20];

impl Facts {
    /// A book in one to four markets.
    pub fn draw(draw: &mut Draw, now: i64) -> Self {
        let mut facts =
            Self { markets: vec![], peg: None, cash: 0, unpaid: vec![], positions: vec![], tokens: vec![] };
        let most = 1 + draw.below(4);
        for number in 1..=most as u16 {
            let dates = draw.below(4);
            facts.markets.push(Sheet::draw(draw, number, DOLLARS[number as usize - 1], dates, now));
            facts.hold(draw, number as usize - 1);
        }
        facts.cash = draw.between(-1_000_000_000_000, 2_000_000_000_000);
        for _ in 0..most {
            let owed = draw.once_in(3);
            facts.unpaid.push(if owed { draw.between(1, 50_000_000_000) } else { 0 });
        }
        for (number, moves_like) in [(9, draw.between(1, most as i64) as u16), (10, 0)] {
            if draw.once_in(3) {
                let mut token = Sheet::draw(draw, number, 7, 0, now);
                token.moves_like = moves_like;
                facts.tokens.push(Token { market: facts.markets.len(), amount: amount(draw, &token) });
                facts.markets.push(token);
            }
        }
        if draw.once_in(4) {
            facts.peg = Some(facts.markets.len());
            facts.markets.push(Sheet::draw(draw, 20, 1, 0, now));
        }
        facts
    }

    /// Positions in the market at a place: something in each date, or else a perp or a token.
    fn hold(&mut self, draw: &mut Draw, market: usize) {
        let sheet = self.markets[market].clone();
        let size = (1_000_000 * 10_000_000_000 / (sheet.index / 10_000_000_000).max(1) / sheet.lot) as i64;
        let lots = |draw: &mut Draw| match draw.between(-size, size) {
            0 => 1,
            lots => lots,
        };
        let entry = |lots: i64| {
            let value = lots as i128 * sheet.lot as i128 * sheet.index as i128 / 10i128.pow(14);
            value as i64
        };
        let perp = draw.once_in(2) || sheet.dates.is_empty();
        if perp {
            let lots = lots(draw);
            let entry = entry(lots) / 100 * draw.between(97, 103);
            self.positions.push(Position { market, date: 0, kind: Kind::Perp, strike: 0, lots, entry });
        }
        for date in 0..sheet.dates.len() {
            if draw.once_in(3) {
                let lots = lots(draw);
                let entry = entry(lots) / 100 * draw.between(97, 103);
                self.positions.push(Position { market, date, kind: Kind::Future, strike: 0, lots, entry });
            }
            let mut strike = sheet.index / 100 / 10 * draw.between(6, 9) as u64;
            for _ in 0..1 + draw.below(4) {
                strike += 1 + draw.below(sheet.index / 100 / 5);
                let kinds: &[Kind] = match draw.below(3) {
                    0 => &[Kind::Call],
                    1 => &[Kind::Put],
                    _ => &[Kind::Call, Kind::Put],
                };
                for kind in kinds {
                    let lots = lots(draw);
                    // What an option cost is cash already: it must not matter.
                    let entry = draw.between(0, 1 << 40);
                    self.positions.push(Position { market, date, kind: *kind, strike, lots, entry });
                }
            }
        }
        if draw.once_in(3) {
            self.tokens.push(Token { market, amount: amount(draw, &sheet) });
        }
    }

    /// Places of the engine's markets: those with positions, in their order, then those that tokens move like.
    pub fn held(&self) -> Vec<usize> {
        let mut held: Vec<usize> = vec![];
        let tokens = self.tokens.iter().filter_map(|token| self.moved_by(token));
        for market in self.positions.iter().map(|position| position.market).chain(tokens) {
            if !held.contains(&market) {
                held.push(market);
            }
        }
        held
    }

    fn moved_by(&self, token: &Token) -> Option<usize> {
        let like = self.markets[token.market].moves_like;
        self.markets.iter().position(|market| like != 0 && market.number == like)
    }

    /// Into the account.
    pub fn write(&self, account: &mut MarginAccount) {
        account.cash = self.cash;
        account.legs = [Leg::zeroed(); 64];
        account.markets = Zeroable::zeroed();
        for (slot, position) in account.legs.iter_mut().zip(&self.positions) {
            let market = &self.markets[position.market];
            slot.market = market.number;
            slot.kind = 1 + position.kind as u8;
            slot.expiry = if position.kind == Kind::Perp { 0 } else { market.dates[position.date].expiry };
            (slot.strike, slot.quantity, slot.entry_value) = (position.strike, position.lots, position.entry);
            let book = &mut account.markets[position.market];
            (book.market, book.legs) = (market.number, book.legs + 1);
        }
        // A market without positions may owe, too; its number alone is needed then.
        for (place, owed) in self.unpaid.iter().enumerate().filter(|(_, owed)| **owed > 0) {
            account.markets[place].market = self.markets[place].number;
            account.markets[place].unpaid_profit = *owed;
        }
        account.collateral = Zeroable::zeroed();
        for (place, token) in self.tokens.iter().enumerate() {
            let slot = &mut account.collateral[place];
            (slot.bank, slot.market) = (place as u16 + 1, self.markets[token.market].number);
            slot.amount = token.amount;
        }
    }

    /// Takes cash away, in millionths.
    pub fn lose(&mut self, amount: i64) {
        self.cash -= amount;
    }

    /// Lots of the positions.
    pub fn lots(&self) -> Vec<i64> {
        self.positions.iter().map(|position| position.lots).collect()
    }

    /// What is taken of a position by its place: its quantity, and its part of what the position cost, rounded up.
    pub fn taken(&self, place: usize, lots: i64) -> Taken {
        let position = &self.positions[place];
        // Both lots are of one sign.
        let (exact, whole) = (position.entry as i128 * lots.abs() as i128, position.lots.abs() as i128);
        let part = -(-exact).div_euclid(whole);
        Taken {
            leg: place as u8,
            quantity: Contracts(lots * self.markets[position.market].lot as i64),
            basis: Quote(if position.kind <= Kind::Future { part * 10_000 } else { 0 }),
        }
    }

    /// Whether a position's date lies ahead, or it has none.
    pub fn is_open(&self, place: usize, now: i64) -> bool {
        let position = &self.positions[place];
        position.kind == Kind::Perp || now < self.markets[position.market].dates[position.date].expiry
    }

    /// Contracts in a lot of a position, in 10^-10.
    pub fn lot(&self, place: usize) -> u64 {
        self.markets[self.positions[place].market].lot
    }

    /// Cash, from millionths to 10^-10.
    pub fn cash(&self) -> Quote {
        Quote(self.cash as i128 * 10_000)
    }

    /// What pools owe, from millionths to 10^-10.
    pub fn unpaid(&self) -> Quote {
        Quote(self.unpaid.iter().sum::<i64>() as i128 * 10_000)
    }

    /// The engine's legs.
    pub fn legs(&self) -> Vec<book::Leg> {
        let held = self.held();
        let leg = |position: &Position| book::Leg {
            market: held.iter().position(|market| *market == position.market).unwrap() as u8,
            expiry: position.date as u8,
            kind: position.kind,
            strike: Price(position.strike * 100),
            quantity: Contracts(position.lots * self.markets[position.market].lot as i64),
            basis: Quote(if position.kind <= Kind::Future { position.entry as i128 * 10_000 } else { 0 }),
        };
        self.positions.iter().map(leg).collect()
    }

    /// The engine's collateral.
    pub fn collateral(&self, now: i64) -> Vec<Collateral> {
        let held = self.held();
        let (index, most) = self.peg.map_or((1, 1), |place| self.markets[place].peg(now));
        let lower = |price: u64| (price as u128 * index as u128 / most as u128) as u64;
        let token = |token: &Token| {
            let sheet = &self.markets[token.market];
            let (price, slow, [haircut, haircut_initial], score) = sheet.token(now);
            let market = self.moved_by(token).and_then(|like| held.iter().position(|market| *market == like));
            let amount = token.amount as i128 * 10i128.pow(10) / 10i128.pow(sheet.decimals.into());
            Collateral {
                market: market.map(|place| place as u8),
                amount: Contracts(amount as i64),
                price: Price(lower(price)),
                slow: Price(lower(slow)),
                haircut,
                haircut_initial,
                score,
            }
        };
        self.tokens.iter().map(token).collect()
    }
}

/// Tokens of up to a million dollars, to the last decimal.
fn amount(draw: &mut Draw, sheet: &Sheet) -> u64 {
    let most = 1_000_000u128 * 10u128.pow(sheet.decimals.into()) * 10_000_000_000 / sheet.index as u128;
    1 + (most.min(u64::MAX as u128) as u64 / 1_000).max(1) * draw.below(1_000) + draw.below(100)
}
