//! Plans: what each person means to do in the day, and when.

use super::{books, leg, Way};
use crate::{
    cast::{Kind, Person},
    stage::{Stage, DAY, MARKETS},
};
use ballast_interface::account::TradeLeg;
use ballast_testkit::Random;

/// Something that somebody means to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// When, in seconds of the day.
    pub at: i64,
    /// Who, by place.
    pub person: usize,
    /// The maker who takes the other side, by place.
    pub maker: usize,
    /// How they deal.
    pub way: Way,
    /// What it is about: legs of a unit, to be priced then.
    pub what: What,
    /// How much of the account's value initial margin may be afterwards.
    pub share: f64,
    /// Most units.
    pub most: i64,
}

/// What a plan is about.
#[derive(Clone, Debug)]
pub enum What {
    /// A book of the person's kind, drawn when its time comes.
    Book(u64),
    /// These legs.
    Legs(Vec<TradeLeg>),
    /// A part of the position that is there, in hundredths.
    Reduce(i64),
}

const HOUR: i64 = 3_600;
/// So many makers' hedges in a day.
const HEDGES: usize = 24;

/// All plans of a day, by time.
pub fn plans(people: &[Person], random: &mut Random) -> Vec<Plan> {
    let makers: Vec<usize> = places(people, Kind::Maker);
    let mut all = vec![];
    let book = |random: &mut Random| What::Book(random.next());
    let part = |random: &mut Random| What::Reduce(random.between(20, 80));
    for (person, of) in people.iter().enumerate() {
        let mut add =
            |random: &mut Random, from: i64, until: i64, draw: &dyn Fn(&mut Random) -> What, share, most| {
                let way = if random.chance(30) { Way::Block } else { Way::Venue };
                let (at, maker) = (random.between(from, until), random.pick(&makers));
                let what = draw(random);
                all.push(Plan { at, person, maker, way, what, share, most });
            };
        let share = |random: &mut Random, least: i64, most: i64| random.between(least, most) as f64 / 100.0;
        match of.kind {
            Kind::Keeper => {}
            Kind::Maker => {
                for _ in 0..HEDGES {
                    add(random, HOUR / 2, DAY - HOUR, &part, 0.9, i64::MAX);
                }
            }
            Kind::CoveredCall => {
                let borrows = random.chance(60);
                if borrows {
                    let bought = share(random, 45, 86);
                    let place = coin(of);
                    let spot = vec![leg(place as u16 + 1, 0, 0, 0, 10)];
                    add(random, 600, HOUR, &|_| What::Legs(spot.clone()), bought, i64::MAX);
                }
                add(random, HOUR, 4 * HOUR, &book, 0.97, 1_000);
                add(random, 12 * HOUR, 16 * HOUR, &|_| What::Reduce(50), 1.0, i64::MAX);
            }
            Kind::Naked => {
                for _ in 0..4 {
                    let used = share(random, 35, 82);
                    add(random, HOUR / 4, 6 * HOUR, &book, used, i64::MAX);
                }
                add(random, 18 * HOUR, 21 * HOUR, &|_| What::Reduce(40), 1.0, i64::MAX);
            }
            Kind::Taker => {
                let times = random.between(9, 16);
                for _ in 0..times {
                    let used = share(random, 15, 82);
                    add(random, HOUR / 2, 22 * HOUR, &book, used, i64::MAX);
                    add(random, 2 * HOUR, 23 * HOUR, &part, 1.0, i64::MAX);
                }
            }
            Kind::Straddle | Kind::Spread | Kind::Basis | Kind::Dispersion => {
                for _ in 0..4 {
                    let used = share(random, 12, 48);
                    add(random, HOUR / 4, 7 * HOUR, &book, used, i64::MAX);
                }
                for _ in 0..2 {
                    let used = share(random, 20, 60);
                    add(random, 13 * HOUR, 21 * HOUR, &book, used, i64::MAX);
                }
                add(random, 12 * HOUR, 22 * HOUR, &part, 1.0, i64::MAX);
            }
        }
    }
    all.sort_by_key(|plan| plan.at);
    all
}

/// Places of people of a kind.
pub fn places(people: &[Person], kind: Kind) -> Vec<usize> {
    (0..people.len()).filter(|place| people[*place].kind == kind).collect()
}

/// The market whose coins somebody brought, from zero.
pub fn coin(person: &Person) -> usize {
    (0..3).find(|place| person.brought[place + 1] > 0).unwrap_or(0)
}

/// Spread of whoever makes, in parts of ten thousand.
fn spread(kind: u8) -> i64 {
    match kind {
        0 => 5,
        1 | 2 => 3,
        _ => 150,
    }
}

impl Stage {
    /// Does what was planned, if it can be: returns the legs of a unit at their prices, and how many units.
    pub fn sized(&self, plan: &Plan, people: &[Person]) -> Option<(Vec<TradeLeg>, i64)> {
        let person = &people[plan.person];
        let (mut legs, most) = match &plan.what {
            What::Book(seed) => {
                let prices = MARKETS.map(|(number, ..)| self.risk(number).price.index);
                let legs =
                    books::book(person.kind, &prices, self.now, coin(person), &mut Random::new(*seed))?;
                let most = match person.kind {
                    // No more calls than coins.
                    Kind::CoveredCall => self.lots_of_coins(person, coin(person)) / legs[0].lots.abs(),
                    _ => plan.most,
                };
                (legs, most)
            }
            What::Legs(legs) => (legs.clone(), plan.most),
            What::Reduce(part) => (self.part(person, *part)?, 1),
        };
        for leg in &mut legs {
            let mark = super::mark(self, leg)? as i64;
            let wide = (mark * spread(leg.kind) / 10_000).max(100);
            let price = if leg.lots > 0 { mark + wide } else { (mark - wide).max(100) };
            leg.price = if leg.kind == 0 { price as u64 } else { (price / 100 * 100) as u64 };
        }
        let units = match plan.what {
            What::Reduce(_) => 1,
            _ => self.fitting(&person.account, &legs, plan.share, most.min(100_000)),
        };
        (units > 0).then_some((legs, units))
    }

    /// Lots that an account's coins of a market make.
    fn lots_of_coins(&self, person: &Person, place: usize) -> i64 {
        let number = place as u16 + 1;
        let lot = self.state.exchange.banks[&number].lot_amount.max(1);
        let held = self.state.scanner.account(&person.account);
        held.map_or(0, |account| (account.token_amount(number) / lot) as i64)
    }

    /// A part of somebody's largest position, in hundredths, on the other side: to be closed.
    fn part(&self, person: &Person, hundredths: i64) -> Option<Vec<TradeLeg>> {
        let account = self.state.scanner.account(&person.account)?;
        let live = account.legs.iter().filter(|held| held.market != 0);
        let live = live.filter(|held| held.expiry == 0 || held.expiry > self.now);
        let worth = |held: &&ballast_interface::account::Leg| {
            let of = leg(held.market, held.kind, held.expiry, held.strike, 1);
            held.quantity.unsigned_abs() * super::mark(self, &of).unwrap_or(0)
        };
        let largest = live.max_by_key(worth)?;
        let lots = largest.quantity * hundredths / 100;
        (lots != 0).then(|| vec![leg(largest.market, largest.kind, largest.expiry, largest.strike, -lots)])
    }
}
