//! Quotes of liquidations on chain and on the host, of the same books.

use super::{book::Facts, draw::Draw, engine, put};
use anchor_lang::prelude::Pubkey;
use ballast_interface::risk::{LiquidationQuote, QuoteArgs, QuoteLeg, QuoteTerms, RiskError};
use ballast_margin::{
    model::Model,
    quote::{mark, quote_taken, trial, QuoteDesk, Taken, Terms},
    report::Report,
    units::{Fraction, Quote},
    MarginError,
};
use ballast_testkit::{limit, risk_program, RiskSpec, World};

/// What was asked so far.
#[derive(Default)]
pub struct Quotes {
    desk: Box<QuoteDesk>,
    seen: Seen,
}

/// How often which answer was given.
#[derive(Debug, Default)]
struct Seen {
    quoted: usize,
    cut: usize,
    whole: usize,
    above: usize,
    useless: usize,
    tried: usize,
}

impl Quotes {
    /// Brings a book near its margin, and asks for some of it both there and here.
    pub fn ask(
        &mut self,
        world: &mut World,
        (spec, account, numbers): (&RiskSpec, &Pubkey, &[u16]),
        mut facts: Facts,
        (rules, report): (&Model, &Report),
        draw: &mut Draw,
    ) {
        let now = world.svm.now();
        let wanted = report.maintenance.0 / 100 * draw.between(-5, 110) as i128;
        let Ok(lost) = i64::try_from((report.value.0 - wanted) / 10_000) else { return };
        facts.lose(lost);
        let Some((args, taken)) = asked(&facts, draw, now) else { return };
        put(world, spec, account, &facts);
        let ask = risk_program::quote(&spec.group, account, numbers, &args);
        let there = world.svm.send(&[limit(), ask], &[]);
        let units = args.units.min(available(&facts, &args));
        let here = self.engine(&facts, rules, (&taken, units), &args, now);
        match (here, there) {
            (Ok(here), Ok(there)) => {
                let there = LiquidationQuote::from_bytes(&there.return_data).expect("an answer");
                compare(&here, &there, &facts);
                self.count(&args, &here, units);
            }
            (Err(why), Err(failure)) => {
                let expected = match why {
                    MarginError::AboveTarget => RiskError::AboveTarget,
                    MarginError::NoRelief => RiskError::NoRelief,
                    other => panic!("{other}: {facts:#?}"),
                };
                assert_eq!(failure.code(), Some(u32::from(expected)), "{facts:#?}");
                self.seen.above += usize::from(why == MarginError::AboveTarget);
                self.seen.useless += usize::from(why == MarginError::NoRelief);
            }
            (here, there) => panic!("{here:?} here and {there:#?} there: {facts:#?}"),
        }
    }

    fn count(&mut self, args: &QuoteArgs, here: &Here, units: u32) {
        let seen = &mut self.seen;
        seen.tried += usize::from(args.terms.is_none());
        seen.quoted += usize::from(args.terms.is_some());
        seen.cut += usize::from(args.terms.is_some() && here.units < units);
        seen.whole += usize::from(args.terms.is_some_and(|terms| terms.small > 0));
    }

    /// The draws reach what they are meant to reach.
    pub fn enough(&self, count: usize) {
        let Seen { quoted, cut, whole, above, useless, tried } = self.seen;
        assert!(quoted >= count / 4 && tried >= count / 8 && useless >= count / 10, "{:?}", self.seen);
        let rare = cut >= count / 20 && whole >= count / 50 && above >= count / 200;
        assert!(rare || count < 1_000, "{:?}", self.seen);
    }

    fn engine(
        &mut self,
        facts: &Facts,
        rules: &Model,
        (taken, units): (&[Taken], u32),
        args: &QuoteArgs,
        now: i64,
    ) -> Result<Here, MarginError> {
        engine(facts, now, |snapshot, book| {
            let prices = taken.iter().map(|taken| {
                let leg = &book.legs[taken.leg as usize];
                let mark = mark(snapshot, leg).expect("a mark").0 as u128;
                let exact = mark * facts.lot(taken.leg.into()) as u128;
                // From 10^-20 to millionths, in the account's favour.
                let up = u128::from(leg.quantity.0 > 0) * (10u128.pow(14) - 1);
                ((exact + up) / 10u128.pow(14)) as u64
            });
            let prices = prices.collect();
            let Some(terms) = &args.terms else {
                let some = (!taken.is_empty()).then_some(taken);
                let found = trial(&mut self.desk, rules, snapshot, book, some)?;
                let money = [0; 4];
                return Ok(Here {
                    units,
                    restores: found.helps,
                    margins: [found.before, found.after].map(numbers_of),
                    money,
                    prices,
                });
            };
            let terms = Terms {
                discount: Fraction(terms.discount),
                insurance: Fraction(terms.insurance),
                target: Fraction(terms.target),
                small: Quote(terms.small as i128 * 10_000),
            };
            let (units, found) = quote_taken(&mut self.desk, rules, snapshot, book, (taken, units), &terms)?;
            Ok(Here {
                units,
                restores: found.restores,
                margins: [found.before, found.after].map(numbers_of),
                money: [found.premium.0, found.transfer.0, found.fee.0, found.risk.0],
                prices,
            })
        })
    }
}

/// An answer of the engine.
#[derive(Debug)]
struct Here {
    units: u32,
    restores: bool,
    margins: [[i128; 3]; 2],
    money: [i128; 4],
    prices: Vec<u64>,
}

fn numbers_of(margins: ballast_margin::quote::Margins) -> [i128; 3] {
    [margins.value.0, margins.maintenance.0, margins.initial.0]
}

/// Up to eight positions whose dates lie ahead, in some units, on some terms.
fn asked(facts: &Facts, draw: &mut Draw, now: i64) -> Option<(QuoteArgs, Vec<Taken>)> {
    let lots = facts.lots();
    let open: Vec<_> = (0..lots.len()).filter(|place| facts.is_open(*place, now)).collect();
    let all = open.is_empty() || draw.once_in(8);
    let count = if all { 0 } else { 1 + draw.below(open.len().min(8) as u64) as usize };
    let mut places: Vec<usize> = (0..count).map(|_| open[draw.below(open.len() as u64) as usize]).collect();
    places.sort_unstable();
    places.dedup();
    let units = 1 + draw.below(1_000) as u32;
    let mut legs = vec![];
    for place in places {
        let most = lots[place].unsigned_abs() / u64::from(units);
        legs.push(QuoteLeg { leg: place as u8, lots: 1 + draw.below(most.max(1)) });
    }
    let share = |draw: &mut Draw, hundredths| draw.between(0, hundredths) * ((1 << 40) / 100);
    let terms = QuoteTerms {
        discount: share(draw, 30),
        insurance: share(draw, 10),
        target: share(draw, 100),
        small: if draw.once_in(6) { 1 << 50 } else { 0 },
    };
    let terms = (!all && !draw.once_in(6)).then_some(terms);
    let args = QuoteArgs { legs, units, terms };
    let units = units.min(available(facts, &args));
    if units == 0 {
        return None;
    }
    let taken = args.legs.iter().map(|asked| {
        let (place, size) = (asked.leg as usize, asked.lots as i64 * i64::from(units));
        facts.taken(place, size * lots[place].signum())
    });
    let taken = taken.collect();
    Some((args, taken))
}

/// Units that all positions have.
fn available(facts: &Facts, args: &QuoteArgs) -> u32 {
    let lots = facts.lots();
    let most = args.legs.iter().map(|asked| lots[asked.leg as usize].unsigned_abs() / asked.lots);
    most.min().map_or(u32::MAX, |most| most.min(u32::MAX.into()) as u32)
}

fn compare(here: &Here, there: &LiquidationQuote, facts: &Facts) {
    assert_eq!((here.units, u8::from(here.restores)), (there.units, there.restores), "{facts:#?}");
    let margins = [there.before, there.after].map(|margins| numbers_of(margins.margins()));
    assert_eq!(here.margins, margins, "{facts:#?}");
    let money = [there.premium, there.transfer, there.fee, there.risk].map(|amount| amount.get());
    assert_eq!(here.money, money, "{facts:#?}");
    assert_eq!(here.prices.len(), there.count as usize);
    assert_eq!(here.prices, there.prices[..here.prices.len()], "{facts:#?}");
}
