//! Banks: tokens that are taken as collateral.

use super::{
    group::Site,
    token::{self, token, PURSE_LENGTH},
    Line, Planner, Sign,
};
use crate::{
    decimal::exact,
    description,
    wrong::{Error, Wrong},
};
use ballast_interface::{
    account::{instructions as account, Bank, CreateBankArgs},
    seeds,
};

/// Plans the banks, numbered in their order.
pub(super) async fn plan(
    planner: &mut Planner<'_>,
    site: &Site<'_>,
    it: &description::Group,
) -> Result<(), Error> {
    for (bank, number) in it.banks.iter().zip(1..) {
        one(planner, site, it, bank, number).await?;
    }
    let count = site.held.as_ref().map_or(0, |held| held.bank_count);
    for number in it.banks.len() as u16 + 1..=count {
        planner.note(Sign::Other, &format!("bank {number}"), "not described, left as it is");
    }
    Ok(())
}

async fn one(
    planner: &mut Planner<'_>,
    site: &Site<'_>,
    it: &description::Group,
    bank: &description::Bank,
    number: u16,
) -> Result<(), Error> {
    let (group, (signer, authority)) = (&site.group, &site.authority);
    let wrong = |words: String| Wrong::new(format!("banks[{number}].{words}"));
    let priced = it.markets.iter().find(|market| market.number == bank.market);
    let priced =
        priced.ok_or_else(|| wrong(format!("market: the market {} is not described", bank.market)))?;
    let places = priced.risk.token_decimals;
    let cap = bank.cap.amount_or_zero(places).map_err(|error| wrong(format!("cap: {error}")))?;
    let thing = format!("bank {number}");
    let Some(held) = site.view.find::<Bank>(&seeds::find_bank(group, number).0)? else {
        let token = token(planner, &site.view, &bank.mint, Some(places), site.authority.0).await?;
        planner.note(Sign::Create, &thing, format!("mint {}", token.shown));
        // With its mint in one transaction, like the group's.
        let (mut instructions, mut by) = token.make.unwrap_or_default();
        let args = CreateBankArgs { bank: number, market: bank.market, cap, ramp_seconds: bank.ramp };
        planner.rent(Bank::SIZE);
        planner.rent(PURSE_LENGTH);
        let payer = planner.payer;
        let create = account::create_bank(group, authority, &payer, &token.mint, &token.program, &args);
        instructions.push(create);
        by.push(super::By::Name((*signer).to_owned()));
        planner.send_by(thing, instructions, by);
        return Ok(());
    };
    let lines = planner.plan.lines.len();
    let mint = token::address(planner, &bank.mint)?.unwrap_or(held.mint);
    planner.fixed(&thing, "bank.mint", [&held.mint, &mint], "it never changes");
    if held.market != bank.market {
        let line = Line::rule(&thing, "bank.market", &held.market.to_string(), &bank.market.to_string());
        planner.plan.lines.push(line.refused("it never changes"));
    }
    // How the cap is reached is no part of what shall be: only a change has a ramp.
    if held.cap != cap {
        let shown = |cap: u64| exact(cap.into(), places);
        planner.change(&thing, "bank.cap", &shown(held.cap), &shown(cap));
        planner.send(&thing, vec![account::change_bank(group, authority, number, cap, bank.ramp)], &[signer]);
    }
    if planner.plan.lines.len() == lines {
        planner.note(Sign::Same, &thing, "");
    }
    Ok(())
}
