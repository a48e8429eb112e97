//! The group itself: its quote token, vault, rules, insurance fund and venues.

use super::{
    banks, markets, model,
    token::{self, token, Token, PURSE_LENGTH},
    view::View,
    By, Planner, Sign,
};
use crate::{
    defaults, description,
    rules::{self, Slot, Slots},
    wrong::{Error, Wrong},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions as account, CreateGroupArgs, CreateVenueArgs, Group, Venue, VenueTerms},
    ids,
    liquidation::{instructions as liquidation, Fund},
    seeds,
};

/// A group that is planned: what all its parts need to know.
pub(super) struct Site<'a> {
    pub group: Pubkey,
    /// The group as it stands, if it does.
    pub held: Option<Box<Group>>,
    /// Name and address of the authority.
    pub authority: (&'a str, Pubkey),
    /// The quote token.
    pub quote: Token,
    pub view: View,
}

const NEVER: &str = "it never changes";

/// Plans a group and all that belongs to it.
pub(super) async fn plan(planner: &mut Planner<'_>, it: &description::Group) -> Result<(), Error> {
    let creator = planner.keys.address(&it.creator)?;
    let authority = planner.keys.address(&it.authority)?;
    if planner.keys.address(&it.guardian)? == authority {
        return Err(Wrong::new("group.guardian: this is the authority, and must be somebody else").into());
    }
    let group = seeds::find_group(&creator, it.index).0;
    planner.plan.group = Some(group);
    let view = View::read(planner.chain, &addresses(planner, &group, it)?).await?;
    let held: Option<Box<Group>> = view.find(&group)?;
    let quote = match &held {
        Some(held) => Token::held(held.quote_mint, held.quote_token_program, held.quote_decimals),
        None => {
            let places = match it.quote {
                description::Mint::Made { places, .. } => Some(places),
                description::Mint::At(_) => None,
            };
            token(planner, &view, &it.quote, places, &it.authority).await?
        }
    };
    let site = Site { group, held, authority: (&it.authority, authority), quote, view };
    found(planner, &site, it, &creator)?;
    rules(planner, &site, it)?;
    model::model(planner, &site, it)?;
    model::committee(planner, &site, it)?;
    fund(planner, &site, it)?;
    venues(planner, &site, it)?;
    markets::plan(planner, &site, it).await?;
    model::peg(planner, &site, it)?;
    banks::plan(planner, &site, it).await
}

/// Every account of which a plan must know whether it is there.
fn addresses(planner: &Planner<'_>, group: &Pubkey, it: &description::Group) -> Result<Vec<Pubkey>, Error> {
    let mut all = vec![
        *group,
        seeds::find_model(group).0,
        seeds::find_draft(group).0,
        seeds::find_committee(group).0,
        seeds::find_fund(group).0,
    ];
    all.extend((1..=it.venues.len() as u16).map(|number| seeds::find_venue(group, number).0));
    all.extend((1..=it.banks.len() as u16).map(|number| seeds::find_bank(group, number).0));
    for market in &it.markets {
        all.push(seeds::find_market_risk(group, market.number).0);
        all.push(seeds::find_market(group, market.number).0);
    }
    for mint in it.banks.iter().map(|bank| &bank.mint).chain([&it.quote]) {
        all.extend(token::address(planner, mint)?);
    }
    Ok(all)
}

/// The group and its vault.
fn found(
    planner: &mut Planner<'_>,
    site: &Site<'_>,
    it: &description::Group,
    creator: &Pubkey,
) -> Result<(), Error> {
    let (group, quote) = (site.group, &site.quote);
    let guardian = planner.keys.address(&it.guardian)?;
    let thing = format!("group {group}");
    let vault = account::open_vault(&group, &quote.mint, &quote.program, &planner.payer);
    let Some(held) = &site.held else {
        let args = CreateGroupArgs {
            index: it.index,
            authority: site.authority.1,
            guardian,
            risk_program: ids::RISK,
            liquidation_program: ids::LIQUIDATION,
        };
        // With its mint in one transaction: an unnamed mint without a group would never be found again.
        let (mut instructions, mut by) = quote.make.clone().unwrap_or_default();
        if quote.make.is_some() {
            planner.note(Sign::Create, "quote mint", format!("{}, {} decimals", quote.shown, quote.places));
        }
        instructions.push(account::create_group(creator, &planner.payer, &quote.mint, &args));
        by.push(By::Name(it.creator.clone()));
        planner.note(Sign::Create, &thing, format!("index {}", it.index));
        planner.rent(Group::SIZE);
        planner.send_by("group", instructions, by);
        planner.note(Sign::Create, "vault", "");
        planner.rent(PURSE_LENGTH);
        planner.send("vault", vec![vault], &[]);
        return Ok(());
    };
    let lines = planner.plan.lines.len();
    let mint = token::address(planner, &it.quote)?.unwrap_or(held.quote_mint);
    for (rule, from, to) in [
        ("authority", &held.authority, &site.authority.1),
        ("guardian", &held.guardian, &guardian),
        ("quote_mint", &held.quote_mint, &mint),
        ("risk_program", &held.risk_program, &ids::RISK),
        ("liquidation_program", &held.liquidation_program, &ids::LIQUIDATION),
    ] {
        planner.fixed("group", &format!("group.{rule}"), [from, to], NEVER);
    }
    if let description::Mint::Made { places, .. } = it.quote {
        let (from, to) = (held.quote_decimals.to_string(), places.to_string());
        if from != to {
            let line = super::Line::rule("group", "group.create_mint", &from, &to);
            planner.plan.lines.push(line.refused("decimals of a mint never change"));
        }
    }
    if planner.plan.lines.len() == lines {
        planner.note(Sign::Same, &thing, format!("index {}", it.index));
    }
    if held.vault == Pubkey::default() {
        planner.note(Sign::Create, "vault", "");
        planner.rent(PURSE_LENGTH);
        planner.send("vault", vec![vault], &[]);
    } else {
        planner.note(Sign::Same, "vault", "");
    }
    Ok(())
}

/// The group's rules, of which a group that was just created has none.
fn rules(planner: &mut Planner<'_>, site: &Site<'_>, it: &description::Group) -> Result<(), Error> {
    let places = site.quote.places;
    let mut wanted = defaults::group_rules(site.authority.1, 10u64.pow(places.into()));
    for rule in &it.rules {
        rule.set(rules::group(&mut wanted, places))?;
    }
    let change = account::change_group(&site.group, &site.authority.1, &wanted);
    let differs = match &site.held {
        None => {
            planner.note(Sign::Create, "group rules", "");
            true
        }
        Some(held) => {
            let mut there = held.rules;
            let (old, new) = (rules::group(&mut there, places), rules::group(&mut wanted, places));
            planner.compare("group", "group", &old, &new, &[])
        }
    };
    if differs {
        planner.send("group rules", vec![change], &[site.authority.0]);
    } else {
        planner.note(Sign::Same, "group rules", "");
    }
    Ok(())
}

/// The insurance fund and the rules of rescues.
fn fund(planner: &mut Planner<'_>, site: &Site<'_>, it: &description::Group) -> Result<(), Error> {
    let (group, quote, (name, authority)) = (&site.group, &site.quote, &site.authority);
    let mut wanted = defaults::rescue_rules(10u64.pow(quote.places.into()));
    for rule in &it.rescue {
        rule.set(rules::rescue(&mut wanted, quote.places))?;
    }
    let thing = "insurance fund";
    let Some(held) = site.view.find::<Fund>(&seeds::find_fund(group).0)? else {
        planner.note(Sign::Create, thing, "");
        planner.rent(Fund::SIZE);
        planner.rent(PURSE_LENGTH);
        let payer = planner.payer;
        let create = liquidation::create_fund(group, authority, &payer, &quote.mint, &quote.program, &wanted);
        planner.send(thing, vec![create], &[name]);
        return Ok(());
    };
    let (mut there, change) = (held.rules, liquidation::change_rules(group, authority, &wanted));
    let (old, new) = (rules::rescue(&mut there, quote.places), rules::rescue(&mut wanted, quote.places));
    if planner.compare("rescue", "rescue", &old, &new, &[]) {
        planner.send("rules of rescues", vec![change], &[name]);
    } else {
        planner.note(Sign::Same, thing, "");
    }
    Ok(())
}

/// A venue's terms by their names.
fn venue_slots(terms: &mut VenueTerms) -> Slots<'_> {
    vec![
        ("operator", Slot::Address(&mut terms.operator)),
        ("fee_owner", Slot::Address(&mut terms.fee_owner)),
        ("fee_cap", Slot::Share(&mut terms.fee_cap)),
        ("suspended", Slot::Number(&mut terms.suspended)),
    ]
}

/// The venues, numbered in their order.
fn venues(planner: &mut Planner<'_>, site: &Site<'_>, it: &description::Group) -> Result<(), Error> {
    let (group, (name, authority)) = (&site.group, &site.authority);
    for (venue, number) in it.venues.iter().zip(1..) {
        let mut terms = VenueTerms {
            operator: planner.keys.address(&venue.operator)?,
            fee_owner: planner.keys.address(&venue.fee_owner)?,
            fee_cap: venue.fee_cap,
            suspended: venue.suspended,
        };
        let thing = format!("venue {number}");
        let Some(held) = site.view.find::<Venue>(&seeds::find_venue(group, number).0)? else {
            planner.note(Sign::Create, &thing, format!("operator {}", terms.operator));
            planner.rent(Venue::SIZE);
            let args = CreateVenueArgs { venue: number, terms };
            planner.send(
                thing,
                vec![account::create_venue(group, authority, &planner.payer, &args)],
                &[name],
            );
            continue;
        };
        let change = account::change_venue(group, authority, number, &terms);
        let mut there = VenueTerms {
            operator: held.operator,
            fee_owner: held.fee_owner,
            fee_cap: held.fee_cap,
            suspended: held.suspended == 1,
        };
        if planner.compare(&thing, "venue", &venue_slots(&mut there), &venue_slots(&mut terms), &[]) {
            planner.send(thing, vec![change], &[name]);
        } else {
            planner.note(Sign::Same, &thing, "");
        }
    }
    let count = site.held.as_ref().map_or(0, |held| held.venue_count);
    for number in it.venues.len() as u16 + 1..=count {
        planner.note(Sign::Other, &format!("venue {number}"), "not described, left as it is");
    }
    Ok(())
}
