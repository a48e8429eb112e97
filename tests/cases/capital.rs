//! What books need as one, and what their legs need apart: the table of docs/capital.md, measured.

use anchor_lang::prelude::Pubkey;
use ballast_interface::{account::MarginAccount, risk::Preset};
use ballast_testkit::{dollars, slice, Arch, Keypair, Lite, RiskSpec, World, BTC, DOLLAR, ETH, START};

/// Steps of 10^-10 in a dollar.
const STEPS: i128 = 10_000_000_000;
const DAY: i64 = 86_400;
/// In thirty days.
const NEAR: i64 = START + 30 * DAY;
/// In sixty.
const FAR: i64 = START + 60 * DAY;
const COIN: u64 = 100_000_000;

/// Market, kind, expiry, strike in dollars, lots; a kind of zero is the token itself.
type Holding = (u16, u8, i64, u64, i64);

const fn coin(lots: i64) -> Holding {
    (BTC, 0, 0, 0, lots)
}

const fn perp(market: u16, lots: i64) -> Holding {
    (market, 1, 0, 0, lots)
}

const fn call(expiry: i64, strike: u64, lots: i64) -> Holding {
    (BTC, 3, expiry, strike, lots)
}

const fn put(expiry: i64, strike: u64, lots: i64) -> Holding {
    (BTC, 4, expiry, strike, lots)
}

/// A book, by name, with its legs in the order in which an account holds them.
struct Book {
    name: &'static str,
    legs: &'static [Holding],
}

/// A lot is a hundredth of a coin; a call at 100 000 in thirty days moves about .4 times as far as Bitcoin does.
const BOOKS: [Book; 8] = [
    Book { name: "long call 100 000, short .4 perps", legs: &[perp(BTC, -40), call(NEAR, 100_000, 100)] },
    Book {
        name: "short straddle 95 000, short .05 perps",
        legs: &[perp(BTC, -5), call(NEAR, 95_000, -100), put(NEAR, 95_000, -100)],
    },
    Book {
        name: "calendar: long 60 days, short 30, calls 100 000",
        legs: &[call(NEAR, 100_000, -100), call(FAR, 100_000, 100)],
    },
    Book {
        name: "box 90 000 to 110 000",
        legs: &[
            call(NEAR, 90_000, 100),
            put(NEAR, 90_000, -100),
            call(NEAR, 110_000, -100),
            put(NEAR, 110_000, 100),
        ],
    },
    Book {
        name: "conversion: short perp, long call, short put, 95 000",
        legs: &[perp(BTC, -100), call(NEAR, 95_000, 100), put(NEAR, 95_000, -100)],
    },
    Book {
        name: "covered call: one coin, short call 105 000",
        legs: &[call(NEAR, 105_000, -100), coin(100)],
    },
    Book { name: "one coin, short perp", legs: &[perp(BTC, -100), coin(100)] },
    Book { name: "long BTC perp, short 28 ETH perps", legs: &[perp(BTC, 100), perp(ETH, -2_800)] },
];

/// Puts holdings into an account, with a million dollars: what is needed does not depend on it.
fn fill(account: &mut MarginAccount, legs: &[Holding]) {
    account.cash = 1_000_000 * DOLLAR;
    let mut place = 0;
    for (market, kind, expiry, strike, lots) in legs.iter().copied() {
        if kind == 0 {
            let token = &mut account.collateral[0];
            (token.bank, token.market, token.amount) = (market, market, lots as u64 * COIN / 100);
            continue;
        }
        let leg = &mut account.legs[place];
        (leg.market, leg.kind, leg.quantity) = (market, kind, lots);
        (leg.expiry, leg.strike) = (expiry, strike * COIN);
        if kind == 1 {
            // Taken up at the index, so that nothing is gained or lost yet.
            leg.entry_value = lots * if market == BTC { 950 } else { 34 } * DOLLAR;
        }
        place += 1;
        let mut books = account.markets.iter_mut();
        let book = books.find(|book| book.market == market || book.market == 0).expect("a free row");
        book.market = market;
        book.legs += 1;
    }
}

struct Scene {
    world: World,
    spec: RiskSpec,
    owner: Keypair,
    accounts: u16,
}

impl Scene {
    fn new() -> Self {
        let mut world = World::new(Lite::new(Arch::V3));
        let spec = world.create_risk(Preset::Ballast, &[BTC, ETH]);
        world.set_price(&spec, BTC, 95_000_00000000);
        world.set_price(&spec, ETH, 3_400_00000000);
        let dates = [NEAR, FAR].map(|expiry| slice(START, expiry - START, dollars(95_000), 0.6));
        world.set_surface(&spec, BTC, &dates);
        let owner = world.person("alice");
        Self { world, spec, owner, accounts: 0 }
    }

    /// Initial margin of holdings in an account of their own, in dollars, rounded up.
    fn initial(&mut self, legs: &[Holding]) -> i128 {
        let account: Pubkey =
            self.world.open_with_book(&self.spec, &self.owner, self.accounts, |account| fill(account, legs));
        self.accounts += 1;
        let mut markets: Vec<u16> = legs.iter().map(|leg| leg.0).collect();
        markets.sort_unstable();
        markets.dedup();
        let report = self.world.assess(&self.spec, &account, &markets);
        report.initial.get().div_euclid(STEPS) + i128::from(report.initial.get().rem_euclid(STEPS) > 0)
    }
}

/// Thousands with a space between.
fn grouped(dollars: i128) -> String {
    let digits = dollars.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[test]
fn a_hedged_book_needs_a_fraction_of_its_legs() {
    let mut scene = Scene::new();
    let mut table = String::from("| book | legs apart | as one | ratio |\n|---|--:|--:|--:|\n");
    let mut measured = vec![];
    for book in &BOOKS {
        let apart: i128 = book.legs.iter().map(|leg| scene.initial(&[*leg])).sum();
        let whole = scene.initial(book.legs);
        let (name, ratio) = (book.name, ratio(apart, whole));
        table += &format!("| {name} | {} | {} | {ratio} |\n", grouped(apart), grouped(whole));
        measured.push((name, apart, whole));
    }
    println!("{table}");
    for (name, apart, whole) in &measured {
        assert!(whole < apart, "{name}: {whole} of {apart}");
    }
    assert!(measured.iter().any(|(_, apart, whole)| *apart >= 20 * whole), "no book at 20 : 1");
    let alone = grouped(scene.initial(&[coin(100)]));
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/capital.md");
    let page = std::fs::read_to_string(file).expect("docs/capital.md");
    assert!(page.contains(&table), "docs/capital.md has other numbers than these:\n{table}");
    assert!(page.contains(&format!("{alone} dollars")), "a coin alone needs {alone} dollars");
}

/// How many times one is the other, rounded down.
fn ratio(apart: i128, whole: i128) -> String {
    match apart / whole {
        0..10 => format!("{}.{} : 1", apart / whole, apart * 10 / whole % 10),
        10..1_000 => format!("{} : 1", apart / whole),
        _ => "over 1 000 : 1".into(),
    }
}
