//! Markets: their risk, their terms, and the dates that are listed at first.

use super::{group::Site, Line, Planner, Sign};
use crate::{
    calendar::{day, fridays},
    description,
    rules::{self, Slot, Slots, Terms},
    units::Units,
    wrong::Error,
};
use ballast_interface::{
    account::{instructions as account, quote_unit, CreateMarketArgs, Market},
    risk::{instructions as risk, CreateMarketRiskArgs, MarketRisk, MarketRules},
    seeds,
};

/// Rules of a risk that never change.
const NEVER_RISK: [&str; 2] = ["lot", "token_decimals"];
/// Terms that never change.
const NEVER_TERMS: [&str; 2] = ["tick", "strike_step"];

/// Plans the markets, and tells of those that are not described.
pub(super) async fn plan(
    planner: &mut Planner<'_>,
    site: &Site<'_>,
    it: &description::Group,
) -> Result<(), Error> {
    let now = match it.markets.iter().any(|market| market.list_fridays > 0) {
        true => planner.chain.now().await?,
        false => 0,
    };
    for market in &it.markets {
        opinion(planner, site, market)?;
        trade(planner, site, market, now)?;
    }
    if site.held.is_some() {
        let mut held: Vec<u16> = planner
            .chain
            .all::<MarketRisk>(&site.group)
            .await?
            .iter()
            .map(|risk| risk.state.market)
            .collect();
        held.sort_unstable();
        held.retain(|number| it.markets.iter().all(|market| market.number != *number));
        for number in held {
            planner.note(Sign::Other, &format!("market {number}"), "not described, left as it is");
        }
    }
    Ok(())
}

/// A market by its number and, if it has one, its name.
fn named(market: &description::Market) -> String {
    let name = market.name.as_ref().map_or(String::new(), |name| format!(" {name}"));
    format!("{}{name}", market.number)
}

/// Where the price comes from.
fn feed_slots(rules: &mut MarketRules) -> Slots<'_> {
    let feed = &mut rules.feed;
    vec![
        ("feed", Slot::Address(&mut feed.account)),
        ("feed_id", Slot::Name(&mut feed.id)),
        ("feed_owner", Slot::Address(&mut feed.owner)),
    ]
}

/// The price and the risk of a market.
fn opinion(planner: &mut Planner<'_>, site: &Site<'_>, market: &description::Market) -> Result<(), Error> {
    let (group, (signer, authority)) = (&site.group, &site.authority);
    let (thing, mut wanted) = (format!("risk {}", named(market)), market.risk);
    let Some(held) = site.view.find::<MarketRisk>(&seeds::find_market_risk(group, market.number).0)? else {
        planner.note(Sign::Create, &thing, format!("feed {}", wanted.feed.account));
        planner.rent(MarketRisk::SIZE);
        let args = CreateMarketRiskArgs { market: market.number, rules: wanted };
        planner.send(
            thing,
            vec![risk::create_market_risk(group, authority, &planner.payer, &args)],
            &[signer],
        );
        return Ok(());
    };
    let change = risk::change_market_risk(group, authority, market.number, &wanted);
    let mut there = held.rules;
    let feed = planner.compare(&thing, "market", &feed_slots(&mut there), &feed_slots(&mut wanted), &[]);
    let rest =
        planner.compare(&thing, "risk", &rules::risk(&mut there), &rules::risk(&mut wanted), &NEVER_RISK);
    if feed || rest {
        planner.send(thing, vec![change], &[signer]);
    } else {
        planner.note(Sign::Same, &thing, "");
    }
    Ok(())
}

/// What is traded in a market, and when it expires.
fn trade(
    planner: &mut Planner<'_>,
    site: &Site<'_>,
    market: &description::Market,
    now: i64,
) -> Result<(), Error> {
    let (group, (signer, authority)) = (&site.group, &site.authority);
    let thing = format!("market {}", named(market));
    let held = site.view.find::<Market>(&seeds::find_market(group, market.number).0)?;
    let Some(mut wanted) = market.terms else {
        if held.is_some() {
            let line = Line::rule(&thing, "price_only", "false", "true");
            planner.plan.lines.push(line.refused("it is traded, and a market never goes away"));
        }
        return Ok(());
    };
    let units = Units::new(market.risk.lot, quote_unit(site.quote.places));
    let terms = wanted
        .resolve(&units)
        .map_err(|wrong| crate::Wrong::new(format!("market {}: {wrong}", named(market))))?;
    match &held {
        None => {
            planner.note(Sign::Create, &thing, "");
            planner.rent(Market::SIZE);
            let args = CreateMarketArgs { market: market.number, terms };
            let create = account::create_market(group, authority, &planner.payer, &args);
            planner.send(&thing, vec![create], &[signer]);
        }
        Some(held) => {
            let mut there = Terms::of(&held.terms, &Units::new(held.lot, held.unit));
            if planner.compare(&thing, "terms", &there.slots(), &wanted.slots(), &NEVER_TERMS) {
                let change = account::change_market(group, authority, market.number, &terms);
                planner.send(&thing, vec![change], &[signer]);
            } else {
                planner.note(Sign::Same, &thing, "");
            }
        }
    }
    for expiry in fridays(now, terms.expiry_second.into(), market.list_fridays.into()) {
        let listed = held.iter().any(|held| held.dates().iter().any(|date| date.expiry == expiry));
        let thing = format!("{thing} {}", day(expiry));
        match listed {
            true => planner.note(Sign::Same, &thing, ""),
            false => {
                planner.note(Sign::Create, &thing, "");
                planner.send(&thing, vec![account::list_expiry(group, market.number, expiry)], &[]);
            }
        }
    }
    Ok(())
}
