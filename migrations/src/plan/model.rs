//! The group's opinion: its model, the market that its peg follows, and its committee.

use super::{group::Site, Line, Planner, Sign};
use crate::{
    description::{self, PRESETS},
    wrong::{Error, Wrong},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    risk::{instructions as risk, Committee, CreateModelArgs, Model, ModelSection, Preset},
    seeds,
};
use ballast_margin::{model::Model as Rules, presets};

/// The engine's rules of a preset.
const fn rules(preset: Preset) -> &'static Rules<'static> {
    match preset {
        Preset::Ballast => &presets::BALLAST,
        Preset::Pmrm => &presets::PMRM,
        Preset::Span16 => &presets::SPAN16,
        Preset::Xpm => &presets::XPM,
    }
}

/// Whether a model has the rows, correlations and parameters of a preset.
fn is_preset(held: &Model, preset: Preset) -> bool {
    let mut wanted = Box::new(*held);
    let same = |wanted: &Model| {
        (wanted.row_count, wanted.correlation_count) == (held.row_count, held.correlation_count)
            && wanted.parameters == held.parameters
            && wanted.rows == held.rows
            && wanted.correlations == held.correlations
    };
    wanted.take(rules(preset)).is_ok() && same(&wanted)
}

/// A preset's name.
fn name(preset: Preset) -> &'static str {
    PRESETS.iter().find(|(known, _)| *known == preset).map_or("", |(_, name)| name)
}

/// The model.
pub(super) fn model(
    planner: &mut Planner<'_>,
    site: &Site<'_>,
    it: &description::Group,
) -> Result<(), Error> {
    let (group, (signer, authority)) = (&site.group, &site.authority);
    let Some(held) = site.view.find::<Model>(&seeds::find_model(group).0)? else {
        planner.note(Sign::Create, "model", name(it.preset));
        planner.rent(Model::SIZE);
        let args = CreateModelArgs { preset: it.preset, peg_market: it.peg_market };
        planner.send("model", vec![risk::create_model(group, authority, &planner.payer, args)], &[signer]);
        return Ok(());
    };
    if is_preset(&held, it.preset) {
        planner.note(Sign::Same, "model", name(it.preset));
        return Ok(());
    }
    let known = PRESETS.iter().find(|(preset, _)| is_preset(&held, *preset));
    planner.change(
        "model",
        "model.preset",
        known.map_or("one of its own", |(_, name)| name),
        name(it.preset),
    );
    planner.send("model", vec![risk::load_preset(group, authority, it.preset)], &[signer]);
    Ok(())
}

/// The market whose price is the quote token's: changed by a draft, which is adopted in the same transaction.
pub(super) fn peg(planner: &mut Planner<'_>, site: &Site<'_>, it: &description::Group) -> Result<(), Error> {
    let (group, (signer, authority)) = (&site.group, &site.authority);
    let held = site.view.find::<Model>(&seeds::find_model(group).0)?;
    let Some(held) = held.filter(|held| held.peg_market != it.peg_market) else { return Ok(()) };
    let line =
        Line::rule("model", "model.peg_market", &held.peg_market.to_string(), &it.peg_market.to_string());
    if site.view.account(&seeds::find_draft(group).0).is_some() {
        planner.plan.lines.push(line.refused("a draft of the model is open; adopt or drop it first"));
        return Ok(());
    }
    planner.plan.lines.push(line);
    let steps = vec![
        risk::create_draft(group, authority, &planner.payer),
        risk::write_draft(group, authority, &ModelSection::Peg(it.peg_market)),
        risk::adopt_draft(group, authority, &planner.payer),
    ];
    planner.send("peg market", steps, &[signer]);
    Ok(())
}

/// The committee.
pub(super) fn committee(
    planner: &mut Planner<'_>,
    site: &Site<'_>,
    it: &description::Group,
) -> Result<(), Error> {
    let (group, (signer, authority)) = (&site.group, &site.authority);
    let seats: Vec<Pubkey> =
        it.attestors.iter().map(|name| planner.keys.address(name)).collect::<Result<_, Wrong>>()?;
    let size = |seats: &[Pubkey], threshold: u8| format!("{threshold} of {}", seats.len());
    let thing = "committee";
    let Some(held) = site.view.find::<Committee>(&seeds::find_committee(group).0)? else {
        planner.note(Sign::Create, thing, size(&seats, it.threshold));
        planner.rent(Committee::SIZE);
        let payer = planner.payer;
        let create = risk::create_committee(group, authority, &payer, &seats, it.threshold);
        planner.send(thing, vec![create], &[signer]);
        return Ok(());
    };
    let mut differs = false;
    if held.threshold != it.threshold {
        differs = true;
        planner.change(thing, "committee.threshold", &held.threshold.to_string(), &it.threshold.to_string());
    }
    if held.attestors() != seats {
        differs = true;
        let named = |seats: &[Pubkey]| seats.iter().map(Pubkey::to_string).collect::<Vec<_>>().join(", ");
        planner.change(thing, "committee.attestors", &named(held.attestors()), &named(&seats));
    }
    if differs {
        let change = risk::change_committee(group, authority, &seats, it.threshold);
        planner.send(thing, vec![change], &[signer]);
    } else {
        planner.note(Sign::Same, thing, size(&seats, it.threshold));
    }
    Ok(())
}
