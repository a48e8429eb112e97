//! `ballast liquidate`: what a rescue would take over, and taking it over.

use crate::{
    act::{self, cents, Act},
    book,
    decimal::exact,
    failure::{Failure, Result},
    instrument::{name, Name, Units},
    session::{Session, Which},
    table::{bad, good, list, table, title, Cell},
    text, Output,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, Exchange, Held};
use ballast_interface::{
    account::{quote_unit, MarginAccount},
    liquidation::{Auction, LiquidateArgs, RescueRules},
    risk::{
        Action, LiquidationQuote, QuoteArgs, QuoteLeg, QuoteMargins, QuoteTerms, RiskError, MAX_QUOTE_LEGS,
    },
    seeds,
};
use ballast_keeper::{
    liquidate::{cut, Weigh},
    State,
};
use clap::{Args, Subcommand};
use serde_json::{json, Value};

/// Quotes and carries out takeovers of accounts that fall short.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Quote(QuoteOf),
    Run(Run),
}

/// Which positions.
#[derive(Args)]
struct Chosen {
    #[command(flatten)]
    which: Which,
    /// Takes from this position, such as 1-PERP; without any, the engine chooses. Give it up to eight times.
    #[arg(long = "leg", value_name = "INSTRUMENT")]
    legs: Vec<Name>,
    /// Units asked for at most, of those that the quote tells.
    #[arg(long, value_name = "NUMBER")]
    units: Option<u32>,
}

/// Quotes what a liquidation would take over now, what it pays, and what it leaves.
#[derive(Args)]
struct QuoteOf {
    #[command(flatten)]
    chosen: Chosen,
}

/// Begins the rescue of an account if nobody has, and takes positions over.
#[derive(Args)]
struct Run {
    #[command(flatten)]
    chosen: Chosen,
    /// Address of the account that takes over; else it is the keypair's.
    #[arg(long, value_name = "ACCOUNT")]
    taker: Option<Pubkey>,
    /// Its number among the keypair's.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, conflicts_with = "taker")]
    taker_sub_id: u16,
}

/// Does it.
pub async fn run(arguments: &Arguments, session: &Session) -> Result<Output> {
    match &arguments.verb {
        Verb::Quote(quote) => {
            let found = find(&quote.chosen, session).await?;
            Ok(if session.json { Output::json(&found.json()?) } else { Output::text(found.text()?) })
        }
        Verb::Run(run) => take(run, session).await,
    }
}

/// A quote, and all that it was made of.
struct Found {
    exchange: Exchange,
    held: Held<MarginAccount>,
    /// Up to date.
    account: MarginAccount,
    auction: Option<Auction>,
    legs: Vec<QuoteLeg>,
    quote: LiquidationQuote,
}

async fn find(chosen: &Chosen, session: &Session) -> Result<Found> {
    let (exchange, held) = chosen.which.find(session).await?;
    let now = session.chain.now().await?;
    let none = || Failure::refused("The group has no insurance fund, and so no rescues.");
    let rules = exchange.fund.as_ref().ok_or_else(none)?.rules;
    let auction: Option<Auction> = session.chain.find(&seeds::find_auction(&held.address).0).await?;
    let account = book::refreshed(&exchange, &held.state, now)?;
    let report = book::assess(&exchange, &account, now)?;
    if auction.is_none() && report.health.get() >= 0 {
        return Err(Failure::refused("This account has its maintenance margin: there is nothing to rescue."));
    }
    if !Action::Liquidate.is_in(report.permitted) {
        return Err(Failure::refused("The state of this account's feeds does not permit a liquidation now."));
    }
    let terms = terms(&rules, auction.as_ref().map_or(0, |auction| auction.seconds(now)));
    // The keeper's own way of weighing, so that both choose alike.
    let state = State::new(exchange, 0);
    let weigh = Weigh { state: &state, now };
    let places = if chosen.legs.is_empty() {
        let (chosen, alone) = weigh.chosen(&account, &terms)?;
        fewer(&chosen, &alone)
    } else {
        named(&state.exchange, &account, &chosen.legs)?
    };
    if places.is_empty() {
        return Err(anchor_lang::error::Error::from(RiskError::NoRelief).into());
    }
    let (legs, most) = cut(&account, &places);
    let units = chosen.units.map_or(most, |units| units.min(most));
    let args = QuoteArgs { legs: legs.clone(), units, terms: Some(terms), all: false };
    let quote = weigh.quote(&account, &args)?;
    let exchange = state.exchange;
    Ok(Found { exchange, held, account, auction, legs, quote })
}

/// The terms of an auction that has run for some seconds.
fn terms(rules: &RescueRules, seconds: i64) -> QuoteTerms {
    let RescueRules { insurance, target, small, .. } = *rules;
    QuoteTerms { discount: rules.discount(seconds), insurance, target, small }
}

/// Places of no more positions than can be taken at once: of the engine's choice, those that help most on their own.
fn fewer(chosen: &[u8], alone: &[u8]) -> Vec<u8> {
    let ranked = alone.iter().filter(|place| chosen.contains(place));
    // What helps only beside others comes last.
    let others = chosen.iter().filter(|place| !alone.contains(place));
    let mut best: Vec<u8> = ranked.chain(others).take(MAX_QUOTE_LEGS).copied().collect();
    best.sort_unstable();
    best
}

/// Places of positions by their names.
fn named(exchange: &Exchange, account: &MarginAccount, names: &[Name]) -> Result<Vec<u8>> {
    if names.len() > MAX_QUOTE_LEGS {
        return Err(Failure::new(format!("At most {MAX_QUOTE_LEGS} positions can be taken from at once.")));
    }
    let mut places = vec![];
    for name in names {
        let of = name.on(exchange)?;
        let held = account.legs.iter().position(|leg| leg.market != 0 && leg.instrument() == of);
        let missing = || Failure::new(format!("{name}: the account has no such position"));
        places.push(held.ok_or_else(missing)? as u8);
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

impl Found {
    /// Instruments, contracts taken with the account's sign, and marks in 10^-10.
    fn taken(&self) -> Result<Vec<(String, i128, i128)>> {
        let legs = self.legs.iter().zip(&self.quote.prices);
        legs.map(|(asked, price)| {
            let leg = &self.account.legs[usize::from(asked.leg)];
            let units = Units::of(&self.exchange, &leg.instrument())?;
            let lots =
                i128::from(asked.lots) * i128::from(self.quote.units) * i128::from(leg.quantity.signum());
            let contracts = lots * units.contracts(1);
            Ok((name(&leg.instrument()), contracts, units.per_contract((*price).into())))
        })
        .collect()
    }

    fn text(&self) -> Result<String> {
        let quote = &self.quote;
        let restores = match quote.restores {
            1 => good("brings the account to its target"),
            _ => bad("comes as near to the target as these positions can"),
        };
        let state = if self.auction.is_some() { "under way" } else { "not begun" };
        let mut page = title(&format!("Liquidation of {}", self.held.address));
        page.push_str(&list(vec![
            ("Rescue", state.into()),
            ("Units", quote.units.to_string().into()),
            ("This", restores),
            ("Paid to the taker", cents(quote.transfer.get())),
            ("Paid to the insurance", cents(quote.fee.get())),
            ("Taker pays for options", cents(quote.premium.get())),
            ("Risk of all asked for", cents(quote.risk.get())),
        ]));
        let taken = self.taken()?.into_iter().map(|(name, contracts, price)| -> Vec<Cell> {
            vec![name.into(), text::exact(contracts).into(), text::grouped(price, 2).into()]
        });
        page.push_str(&format!("\n{}", table(&["Taken", ">Contracts", ">At"], taken.collect())));
        let both = margins(&quote.before).into_iter().zip(margins(&quote.after));
        let rows = both.map(|((label, before), (_, after))| -> Vec<Cell> {
            vec![label.into(), cents(before), cents(after)]
        });
        page.push_str(&format!("\n{}", table(&["Account", ">before", ">after"], rows.collect())));
        Ok(page)
    }

    fn json(&self) -> Result<Value> {
        let quote = &self.quote;
        let taken: Vec<_> = self
            .taken()?
            .into_iter()
            .map(|(name, contracts, price)| {
                json!({"instrument": name, "contracts": text::exact(contracts), "price": text::exact(price)})
            })
            .collect();
        let side = |side: &QuoteMargins| -> Value {
            let all = margins(side).map(|(label, amount)| (label.to_lowercase(), text::exact(amount).into()));
            Value::Object(all.into_iter().collect())
        };
        Ok(json!({
            "account": self.held.address.to_string(), "begun": self.auction.is_some(),
            "units": quote.units, "restores": quote.restores == 1, "taken": taken,
            "transfer": text::exact(quote.transfer.get()), "fee": text::exact(quote.fee.get()),
            "premium": text::exact(quote.premium.get()), "risk": text::exact(quote.risk.get()),
            "before": side(&quote.before), "after": side(&quote.after),
        }))
    }
}

fn margins(of: &QuoteMargins) -> [(&'static str, i128); 4] {
    [
        ("Value", of.value.get()),
        ("Maintenance", of.maintenance.get()),
        ("Initial", of.initial.get()),
        ("Health", of.value.get() - of.maintenance.get()),
    ]
}

async fn take(arguments: &Run, session: &Session) -> Result<Output> {
    session.must_ask()?;
    let sender = session.sender()?;
    let me = sender.payer();
    let found = find(&arguments.chosen, session).await?;
    let own = seeds::find_margin_account(&found.exchange.address, &me, arguments.taker_sub_id).0;
    let taker = session.account(&arguments.taker.unwrap_or(own)).await?;
    let build = Build::new(&found.exchange);
    let units = found.quote.units.max(1);
    let unit = i128::from(quote_unit(found.exchange.group.quote_decimals));
    // What is paid now a unit, rounded down: an auction pays more from second to second.
    let least_pay = found.quote.transfer.get().div_euclid(unit * i128::from(units));
    let least_pay = i64::try_from(least_pay)
        .map_err(|_| Failure::refused("The pay of this liquidation is too large to be counted exactly."))?;
    let args = LiquidateArgs { legs: found.legs.clone(), units, least_pay };
    // Places name positions, so nothing may change before.
    let mut steps = vec![build.check_sequence(&found.held)];
    let beginner = match &found.auction {
        Some(auction) => auction.beginner,
        None => {
            steps.extend(build.begin(&found.held, &me)?);
            me
        }
    };
    steps.extend(build.liquidate(&found.held, &beginner, (&taker, &me), &args)?);
    let places = found.exchange.group.quote_decimals;
    let mut facts = vec![
        ("Account", "account", found.held.address.to_string()),
        ("Taker", "taker", taker.address.to_string()),
        ("Units", "units", units.to_string()),
        ("Paid a unit, at least", "least_pay", exact(least_pay.into(), places)),
    ];
    let taken = found.taken()?.into_iter().map(|(name, contracts, price)| {
        format!("{name} {} @ {}", text::exact(contracts), text::exact(price))
    });
    facts.push(("Takes over", "taken", taken.collect::<Vec<_>>().join(", ")));
    let act = Act {
        title: "Take positions over".into(),
        facts,
        steps,
        signers: vec![],
        accounts: vec![&found.held, &taker],
        // The group counts what was lost at once, so that an account at its target is released by this.
        as_is: true,
    };
    act::carry_out(session, &sender, &found.exchange, act).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_taken_and_not_the_first() {
        let all: Vec<u8> = (0..10).collect();
        assert_eq!(fewer(&all, &[9, 4, 8, 7, 6, 5, 3, 2, 1, 0]), [2, 3, 4, 5, 6, 7, 8, 9]);
        // Those that are not chosen do not count, and what helps only beside others fills up.
        assert_eq!(fewer(&all, &[12, 9]), [0, 1, 2, 3, 4, 5, 6, 9]);
        assert_eq!(fewer(&[3, 5], &[5]), [3, 5]);
        assert!(fewer(&[], &[1]).is_empty());
    }
}
