//! The largest books that there can be, past the rules: to trade them up would take a while.

use crate::{dollars, slice, Exchange, Trader, World};
use ballast_interface::{
    account::{instructions as account_program, Group, Leg, MarginAccount},
    risk::Preset,
    seeds, Wide,
};
use bytemuck::Zeroable;

/// Prices of up to twelve markets, in dollars.
pub const PRICES: [u64; 12] = [95_000, 3_400, 180, 20, 7, 2, 600, 45, 12, 90, 300, 5];
/// The dates of these books in seconds from the beginning, a Monday: four, eleven and 32 days ahead at eight o'clock.
pub const FRIDAYS: [i64; 3] = [4 * 86_400 + 28_800, 11 * 86_400 + 28_800, 32 * 86_400 + 28_800];

const DAY: i64 = 86_400;
/// Second of the day at which dates expire.
const EXPIRY: i64 = 28_800;
/// A Friday, in days since 1970 modulo seven.
const FRIDAY: i64 = 1;

/// The first Friday at eight o'clock that is more than a day ahead, the next one, and the one three weeks later.
pub fn fridays(now: i64) -> [i64; 3] {
    let tomorrow = (now + DAY - EXPIRY).div_euclid(DAY) + 1;
    let first = tomorrow + (FRIDAY - tomorrow).rem_euclid(7);
    [first, first + 7, first + 28].map(|day| day * DAY + EXPIRY)
}

/// How a book of 64 positions is made up.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Markets, each with a perp.
    pub markets: u16,
    /// The first so many of them have options ...
    pub with_options: u16,
    /// ... so many on each date.
    pub strikes: [u64; 3],
    /// Tokens beside cash, each priced by a market of its own.
    pub tokens: u16,
}

/// Everything that an account can hold: eight markets, twelve dates, twelve tokens.
pub const LARGEST: Shape = Shape { markets: 8, with_options: 4, strikes: [5, 5, 4], tokens: 12 };

/// Four markets, eight dates, four tokens.
pub const BROAD: Shape = Shape { markets: 4, with_options: 4, strikes: [8, 7, 0], tokens: 4 };

impl Shape {
    /// Numbers of all markets that the book depends on.
    pub fn numbers(&self) -> Vec<u16> {
        (1..=self.markets.max(self.tokens)).collect()
    }

    /// The positions of one side, in their order, as of a time that decides the dates.
    pub fn legs(&self, start: i64, side: i64) -> Vec<Leg> {
        let mut legs = vec![];
        for market in 1..=self.markets {
            legs.push(Leg { market, kind: 1, quantity: 1_000 * side, ..Leg::zeroed() });
            let dates = fridays(start).into_iter().zip(self.strikes);
            for (expiry, strikes) in dates.filter(|_| market <= self.with_options) {
                for step in 0..strikes {
                    let strike = PRICES[market as usize - 1] * (80 + 10 * step) / 100 * 100_000_000;
                    let quantity = 200 * side;
                    legs.push(Leg { market, kind: 3, quantity, strike, expiry, ..Leg::zeroed() });
                }
            }
        }
        assert_eq!(legs.len(), 64);
        legs
    }
}

impl World {
    /// An exchange over a shape's markets, with prices, surfaces and dates of now.
    pub fn broad_exchange(&mut self, shape: &Shape) -> Exchange {
        let exchange = self.create_exchange(Preset::Ballast, &shape.numbers());
        let now = self.svm.now();
        self.refresh_broad(&exchange, shape);
        for market in 1..=shape.with_options {
            let dates: Vec<_> =
                fridays(now).into_iter().zip(shape.strikes).filter(|(_, strikes)| *strikes > 0).collect();
            let index = dollars(PRICES[market as usize - 1]);
            let slices: Vec<_> =
                dates.iter().map(|(expiry, _)| slice(now, expiry - now, index, 0.6)).collect();
            self.set_surface(&exchange.risk, market, &slices);
            for (expiry, _) in dates {
                let list = account_program::list_expiry(&exchange.group(), market, expiry);
                self.svm.send(&[list], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
            }
        }
        exchange
    }

    /// Publishes all prices once more.
    pub fn refresh_broad(&mut self, exchange: &Exchange, shape: &Shape) {
        for (market, price) in shape.numbers().iter().zip(PRICES) {
            self.set_price(&exchange.risk, *market, price as i64 * 100_000_000);
        }
    }

    /// Gives a trader one side of a book of 64 positions.
    pub fn fill_up(&mut self, exchange: &Exchange, trader: &Trader, shape: &Shape, start: i64, side: i64) {
        let mut account = self.margin_account(&trader.account);
        let legs = shape.legs(start, side);
        account.legs.copy_from_slice(&legs);
        for market in 1..=shape.markets {
            let book = &mut account.markets[market as usize - 1];
            let held = legs.iter().filter(|leg| leg.market == market);
            (book.market, book.legs) = (market, held.clone().count() as u16);
            let address = seeds::find_market(&exchange.group(), market).0;
            let mut state = self.market(&exchange.group(), market);
            for leg in held {
                let long = leg.quantity.max(0) as u64;
                state.open_interest += long;
                match state.dates.iter_mut().find(|date| date.expiry == leg.expiry) {
                    Some(date) if leg.expiry != 0 => {
                        date.legs += 1;
                        date.open_interest += long;
                    }
                    _ => state.perp_open_interest += long,
                }
            }
            self.overwrite(&address, &state);
        }
        for bank in 1..=shape.tokens {
            let token = &mut account.collateral[bank as usize - 1];
            (token.bank, token.market, token.amount) = (bank, bank, 1_000_000_000);
        }
        account.invariant().expect("a sound book");
        self.overwrite(&trader.account, &account);
    }

    /// Takes cash from an account, past the rules, so that the group's books still agree: down to so many quote units.
    pub fn impoverish(&mut self, exchange: &Exchange, trader: &Trader, left: i64) {
        let mut account: MarginAccount = self.margin_account(&trader.account);
        let lost = account.cash - left;
        (account.cash, account.counted) = (left, account.counted - lost);
        let mut group: Group = self.typed(&exchange.group());
        group.cash -= lost;
        group.deposit_shares = Wide::new(group.deposit_shares.get() - i128::from(lost));
        self.overwrite(&exchange.group(), &group);
        self.overwrite(&trader.account, &account);
    }
}
