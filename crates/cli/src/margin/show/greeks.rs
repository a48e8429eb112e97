//! Greeks by expiry: of the book's legs of one date as a book of their own.

use crate::{failure::Result, instrument::day};
use ballast_interface::{account::MarginAccount, risk::Reading};
use ballast_margin::{
    assess,
    book::{Book, Kind, Leg},
    units::Quote,
    Desk,
};

/// What a date's positions move like; 10^-10 each.
pub struct Greeks {
    /// The date, or that it is the perp.
    pub name: String,
    /// Contracts.
    pub delta: i128,
    /// Contracts for a move of one part in a hundred.
    pub gamma: i128,
    /// Quote for one vol point.
    pub vega: i128,
    /// Quote a day.
    pub theta: i128,
}

/// By expiry of one market, the perp first.
pub fn by_expiry(
    desk: &mut Desk,
    reading: &Reading,
    account: &MarginAccount,
    place: usize,
) -> Result<Vec<Greeks>> {
    let (rules, markets) = (reading.rules(), reading.markets());
    let (snapshot, book) = (reading.snapshot(&markets), reading.book());
    let date = |leg: &Leg| (leg.kind != Kind::Perp).then_some(leg.expiry);
    let ours: Vec<_> = book.legs.iter().filter(|leg| usize::from(leg.market) == place).copied().collect();
    let mut dates: Vec<_> = ours.iter().map(date).collect();
    dates.dedup();
    let number = markets[place].id;
    let held = account.legs.iter().filter(|leg| leg.market == number && leg.expiry != 0);
    let mut days: Vec<_> = held.map(|leg| day(leg.expiry)).collect();
    days.dedup();
    let mut all = vec![];
    for wanted in dates {
        let legs: Vec<_> = ours.iter().filter(|leg| date(leg) == wanted).copied().collect();
        let part = Book { cash: Quote(0), unpaid: Quote(0), collateral: &[], legs: &legs };
        let report = assess(desk, &rules, &snapshot, &part)?.markets[place];
        let name = match wanted {
            None => "perp".to_owned(),
            // The engine numbers a market's dates as they follow each other in the account.
            Some(number) => days.get(usize::from(number)).cloned().unwrap_or_default(),
        };
        let (delta, gamma) = (report.delta.0.into(), report.gamma.0.into());
        all.push(Greeks { name, delta, gamma, vega: report.vega.0, theta: report.theta.0 });
    }
    Ok(all)
}
