//! `ballast order`: orders that a venue can settle, signed here and never sent.

use crate::{
    act::{self, Act},
    decimal::{exact, Decimal},
    failure::{Failure, Result},
    instrument::{moment, name, LegWords},
    session::{Session, Which},
    table::{list, title},
    Output,
};
use ballast_client::{Exchange, Signer};
use ballast_interface::{
    account::{
        instructions::cancel_orders, AccountError, MarginAccount, Order, OrderLeg, OrderRecord, ORDER_DOMAIN,
    },
    seeds,
};
use base64::{prelude::BASE64_STANDARD, Engine};
use clap::{Args, Subcommand};
use serde_json::{json, Value};
use std::time::{SystemTime, UNIX_EPOCH};

/// Signs and cancels orders.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Sign(Sign),
    Cancel(Cancel),
}

/// Signs an order that a venue may fill, and prints it as JSON: fields, bytes and signature.
#[derive(Args)]
struct Sign {
    #[command(flatten)]
    which: Which,
    /// A leg of a unit: instrument and contracts, "1-PERP +0.01". Give it as often as there are legs.
    #[arg(long = "leg", value_name = "LEG", required = true)]
    legs: Vec<LegWords>,
    /// Units that may be filled.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    units: u64,
    /// Most that a unit may cost in cash; below zero, what it must bring in at least. Perps and futures count at their
    /// price.
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    limit: Decimal,
    /// Highest fee of a unit.
    #[arg(long, value_name = "AMOUNT", default_value = "0")]
    max_fee: Decimal,
    /// Number of the venue that may fill it.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    venue: u16,
    /// Lets any rescue fill it, and no venue.
    #[arg(long, conflicts_with = "venue")]
    rescue: bool,
    /// Seconds until it expires.
    #[arg(long, value_name = "SECONDS", default_value_t = 3_600)]
    seconds: u32,
    /// Name of the order among the account's [default: milliseconds since 1970].
    #[arg(long, value_name = "NUMBER")]
    nonce: Option<u64>,
    /// Only makes positions smaller.
    #[arg(long)]
    reduce_only: bool,
}

/// Cancels signed orders by raising the account's watermark.
#[derive(Args)]
struct Cancel {
    #[command(flatten)]
    which: Which,
    /// Orders of lower nonces are dead [default: milliseconds since 1970, which is all that were signed without one].
    #[arg(long, value_name = "NONCE")]
    below: Option<u64>,
}

/// Does it.
pub async fn run(arguments: &Arguments, session: &Session) -> Result<Output> {
    match &arguments.verb {
        Verb::Sign(sign) => self::sign(sign, session).await,
        Verb::Cancel(cancel) => self::cancel(cancel, session).await,
    }
}

fn milliseconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |passed| passed.as_millis() as u64)
}

/// The record of an account's orders.
async fn record(session: &Session, account: &MarginAccount) -> Result<OrderRecord> {
    let group = account.group;
    let address = seeds::find_margin_account(&group, &account.owner, account.sub_id).0;
    Ok(session.chain.get(&seeds::find_order_record(&address).0).await?)
}

async fn sign(arguments: &Sign, session: &Session) -> Result<Output> {
    session.must_ask()?;
    let sender = session.sender()?;
    let (exchange, held) = arguments.which.find(session).await?;
    let now = session.chain.now().await?;
    let (me, reduce) = (sender.payer(), arguments.reduce_only);
    if !held.state.may_trade(&me, reduce, now) {
        return Err(Failure::refused(format!("The key {me} may not trade for this account.")));
    }
    let nonce = arguments.nonce.unwrap_or_else(milliseconds);
    if nonce < record(session, &held.state).await?.watermark {
        return Err(Failure::refused("An order of this nonce is cancelled already: choose a higher one."));
    }
    let places = exchange.group.quote_decimals;
    let too_large = |number: &Decimal| Failure::new(format!("{number}: the amount is too large"));
    let order = Order {
        domain: ORDER_DOMAIN,
        margin_account: held.address,
        venue: if arguments.rescue { Order::RESCUE_VENUE } else { venue(&exchange, arguments.venue)? },
        nonce,
        expires_at: now.saturating_add(arguments.seconds.into()),
        units: arguments.units,
        limit: i64::try_from(arguments.limit.steps(places)?).map_err(|_| too_large(&arguments.limit))?,
        max_fee: arguments.max_fee.amount_or_zero(places)?,
        reduce_only: reduce,
        legs: legs(&exchange, &arguments.legs)?,
    };
    order.check()?;
    session.confirm(&described(&order, places, &arguments.legs))?;
    let message = order.message();
    let signature = sender.key().sign_message(&message);
    Ok(Output::json(&json!({
        "order": fields(&order, places), "message": BASE64_STANDARD.encode(&message),
        "signature": signature.to_string(), "signer": me.to_string(),
    })))
}

fn venue(exchange: &Exchange, number: u16) -> Result<u16> {
    if exchange.venues.contains_key(&number) {
        return Ok(number);
    }
    Err(Failure::new(format!("The group has no venue number {number}.")))
}

/// The legs in the order in which they must stand: spot last, else as positions stand.
fn legs(exchange: &Exchange, words: &[LegWords]) -> Result<Vec<OrderLeg>> {
    let mut legs = vec![];
    for words in words {
        if let Some(price) = words.price {
            return Err(Failure::new(format!("{price}: an order has one limit for all of its legs")));
        }
        let leg = words.on(exchange)?;
        let large = || Failure::new(format!("{}: the order is too large", words.name));
        legs.push(OrderLeg {
            number: leg.number,
            kind: leg.kind,
            expiry: leg.expiry.try_into().map_err(|_| large())?,
            strike: leg.strike,
            lots: leg.lots.try_into().map_err(|_| large())?,
        });
    }
    legs.sort_by_key(|leg| (leg.kind == 0, leg.instrument().place()));
    Ok(legs)
}

/// All that is signed, with the legs as they were typed and as they are counted.
fn described(order: &Order, places: u8, typed: &[LegWords]) -> String {
    let venue = match order.venue {
        Order::RESCUE_VENUE => "ANY RESCUE, and no venue".to_owned(),
        number => format!("number {number}"),
    };
    let typed: Vec<_> = typed.iter().map(LegWords::to_string).collect();
    let legs: Vec<_> =
        order.legs.iter().map(|leg| format!("{:+} lots of {}", leg.lots, name(&leg.instrument()))).collect();
    let reduce = if order.reduce_only { "yes: only makes positions smaller" } else { "no" };
    let facts = vec![
        ("Account", order.margin_account.to_string().into()),
        ("Venue", venue.into()),
        ("A unit, in contracts", typed.join(", ").into()),
        ("The same, in lots", legs.join(", ").into()),
        ("Units", order.units.to_string().into()),
        ("Limit a unit", exact(order.limit.into(), places).into()),
        ("Fee a unit", format!("{} at most", exact(order.max_fee.into(), places)).into()),
        ("Reduce-only", reduce.into()),
        ("Nonce", order.nonce.to_string().into()),
        ("Expires", moment(order.expires_at).into()),
    ];
    format!("{}{}", title("Sign an order"), list(facts))
}

fn fields(order: &Order, places: u8) -> Value {
    let leg = |leg: &OrderLeg| json!({"instrument": name(&leg.instrument()), "lots": leg.lots});
    json!({
        "account": order.margin_account.to_string(), "venue": order.venue, "nonce": order.nonce,
        "expires_at": order.expires_at, "units": order.units, "limit": exact(order.limit.into(), places),
        "max_fee": exact(order.max_fee.into(), places), "reduce_only": order.reduce_only,
        "legs": order.legs.iter().map(leg).collect::<Vec<_>>(),
    })
}

async fn cancel(arguments: &Cancel, session: &Session) -> Result<Output> {
    session.must_ask()?;
    let sender = session.sender()?;
    let (exchange, held) = arguments.which.find(session).await?;
    let below = arguments.below.unwrap_or_else(milliseconds);
    if below <= record(session, &held.state).await?.watermark {
        return Err(anchor_lang::error::Error::from(AccountError::WatermarkFalls).into());
    }
    let act = Act {
        title: "Cancel signed orders".into(),
        facts: vec![
            ("Account", "account", held.address.to_string()),
            ("Nonces below", "below", below.to_string()),
        ],
        steps: vec![cancel_orders(&held.address, &sender.payer(), below)],
        signers: vec![],
        accounts: vec![],
        as_is: false,
    };
    act::carry_out(session, &sender, &exchange, act).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_signed_is_shown() {
        let typed: LegWords = "1-PERP -0.02".parse().expect("a leg");
        let leg = OrderLeg { number: 1, kind: 1, expiry: 0, strike: 0, lots: -2 };
        let mut order = Order {
            domain: ORDER_DOMAIN,
            margin_account: Default::default(),
            venue: 7,
            nonce: 1_234,
            expires_at: 0,
            units: 20,
            limit: -949_500_000,
            max_fee: 1_000_000,
            reduce_only: true,
            legs: vec![leg],
        };
        let page = described(&order, 6, std::slice::from_ref(&typed));
        for words in [
            "number 7",
            "1-PERP -0.02",
            "-2 lots of ",
            "20",
            "-949.5",
            "1 at most",
            "yes:",
            "1234",
            "1970-01-01",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        order.venue = Order::RESCUE_VENUE;
        assert!(described(&order, 6, &[typed]).contains("ANY RESCUE"));
    }
}
