//! What stories of keepers share: quotes as the risk program gives them, fees by hand, refusals by their names.

use anchor_lang::{
    prelude::{AnchorDeserialize, Pubkey},
    Discriminator,
};
use ballast_interface::{
    account::Leg,
    liquidation::{LiquidateArgs, Liquidated, RescueRules},
    risk::{Assessment, LiquidationQuote, QuoteArgs, QuoteLeg, QuoteTerms},
};
use ballast_margin::{quote::Margins, units::Quote};
use ballast_testkit::{limit, risk_program, Exchange, Failure, Outcome, World, BTC};
use std::fmt::Debug;

/// Steps of 10^-10 quote in a quote unit.
pub const UNIT: i128 = 10_000;

/// What must be refused, and why: by number, and by name, since programs share numbers.
#[track_caller]
pub fn refused_as<E: Debug + Copy + Into<u32>>(sent: Result<Outcome, Failure>, why: E) {
    match sent {
        Ok(_) => panic!("was accepted, and not refused as {why:?}"),
        Err(failure) => {
            assert_eq!(failure.code(), Some(why.into()), "{why:?}: {failure:#?}");
            let name = format!("Error Code: {why:?}.");
            assert!(failure.logs.iter().any(|line| line.contains(&name)), "{why:?}: {failure:#?}");
        }
    }
}

/// A request for units of one lot of one position.
pub fn lots_of(
    world: &mut World,
    account: &Pubkey,
    of: impl Fn(&Leg) -> bool,
    units: u32,
    least_pay: i64,
) -> LiquidateArgs {
    LiquidateArgs { legs: vec![world.quote_leg(account, of, 1)], units, least_pay }
}

/// The terms of a moment, by the rules.
pub fn terms(rules: &RescueRules, seconds: i64) -> Option<QuoteTerms> {
    let RescueRules { insurance, target, small, .. } = *rules;
    Some(QuoteTerms { discount: rules.discount(seconds), insurance, target, small })
}

/// What the risk program answers to a question about an account of some markets.
pub fn ask_of(
    world: &mut World,
    exchange: &Exchange,
    account: &Pubkey,
    markets: &[u16],
    (legs, units): (&[QuoteLeg], u32),
    terms: Option<QuoteTerms>,
) -> LiquidationQuote {
    let args = QuoteArgs { legs: legs.to_vec(), units, terms };
    let ask = risk_program::quote(&exchange.group(), account, markets, &args);
    let sent = world.svm.send(&[limit(), ask], &[]).unwrap_or_else(|failure| panic!("quote: {failure:#?}"));
    LiquidationQuote::from_bytes(&sent.return_data).expect("an answer")
}

/// The same for an account of Bitcoin alone.
pub fn ask(
    world: &mut World,
    exchange: &Exchange,
    account: &Pubkey,
    asked: &LiquidateArgs,
    terms: Option<QuoteTerms>,
) -> LiquidationQuote {
    ask_of(world, exchange, account, &[BTC], (&asked.legs, asked.units), terms)
}

/// The report on an account of Bitcoin alone.
pub fn report(world: &mut World, exchange: &Exchange, account: &Pubkey) -> Assessment {
    world.assess(&exchange.risk, account, &[BTC])
}

/// Value and margins of a report.
pub fn margins(report: &Assessment) -> Margins {
    let Assessment { value, maintenance, initial, .. } = report;
    Margins {
        value: Quote(value.get()),
        maintenance: Quote(maintenance.get()),
        initial: Quote(initial.get()),
    }
}

/// A share of an amount, rounded up to 10^-10 quote.
pub fn share_up(share: i64, amount: i128) -> i128 {
    let exact = i128::from(share) * amount;
    (exact + (1 << 40) - 1) >> 40
}

/// What a liquidator and the insurance are paid for a risk after some seconds, in quote units: both rounded up in 10^-10
/// quote, then down.
pub fn fees(rules: &RescueRules, seconds: i64, risk: i128) -> [i64; 2] {
    let paid = share_up(rules.discount(seconds), risk);
    let both = share_up(rules.discount(seconds) + rules.insurance, risk);
    [paid / UNIT, (both - paid) / UNIT].map(|amount| amount as i64)
}

/// What a transaction reports of a taking.
pub fn liquidated(sent: &Outcome) -> Liquidated {
    let mut found = sent.events.iter().filter_map(|event| event.strip_prefix(Liquidated::DISCRIMINATOR));
    let mut fields = found.next().expect("something changed hands");
    Liquidated::deserialize(&mut fields).expect("its fields")
}

/// Lots of an account's positions, in their order.
pub fn lots<const N: usize>(world: &mut World, account: &Pubkey) -> [i64; N] {
    let legs = world.margin_account(account).legs;
    assert!(legs[N..].iter().all(|leg| leg.market == 0), "no more than {N} positions");
    std::array::from_fn(|place| legs[place].quantity)
}

/// A price that falls or rises once a minute, so that every update is a good one.
pub fn prices(world: &mut World, exchange: &Exchange, path: &[i64]) {
    for dollars in path {
        world.svm.pass(60);
        crate::stage::price(world, exchange, *dollars);
    }
}
