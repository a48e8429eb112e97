//! Reading the accounts of an assessment, and making it.

use crate::errors::RiskError;
use anchor_lang::{prelude::*, Discriminator};
use ballast_interface::{
    account::{Group, MarginAccount},
    risk::{Assessment, LegRoom, MarketRisk, Model, Reading},
};
use ballast_margin::Desk;
use std::{cell::Ref, mem::MaybeUninit};

/// Assesses an account; `risks` are the markets that it holds, by rising number.
#[inline(never)]
pub fn assess(
    group: &AccountLoader<Group>,
    model: &AccountLoader<Model>,
    margin_account: &AccountLoader<MarginAccount>,
    risks: &[AccountInfo],
) -> Result<Box<Assessment>> {
    let (model, account) = (model.load()?, margin_account.load()?);
    require_keys_eq!(account.group, group.key(), RiskError::WrongGroup);
    require!(account.version == MarginAccount::VERSION, RiskError::AccountVersionUnknown);
    require!(model.version == Model::VERSION, RiskError::ModelVersionUnknown);
    require!(model.draft == 0, RiskError::ModelIsDraft);
    let loaded = load(risks)?;
    let mut markets = Vec::with_capacity(loaded.len());
    markets.extend(loaded.iter().map(|risk| &**risk));
    let mut report = bytemuck::zeroed_box::<Assessment>();
    weigh(group, &model, &account, &markets, &mut report)?;
    Ok(report)
}

/// Three quarters of this frame are the legs.
#[inline(never)]
fn weigh(
    group: &AccountLoader<Group>,
    model: &Model,
    account: &MarginAccount,
    markets: &[&MarketRisk],
    report: &mut Assessment,
) -> Result<()> {
    let mut legs = LegRoom::EMPTY;
    let reading = read(group, model, account, markets, &mut legs)?;
    let mut room = Box::<Desk>::new_uninit();
    reading.assess(place(&mut room), report)
}

/// Not inlined: neither reading nor assessing leaves room in its frame.
#[inline(never)]
fn read<'a>(
    group: &AccountLoader<Group>,
    model: &'a Model,
    account: &MarginAccount,
    markets: &'a [&'a MarketRisk],
    legs: &'a mut LegRoom,
) -> Result<Box<Reading<'a>>> {
    let (group, now) = (group.load()?, Clock::get()?.unix_timestamp);
    require!(group.version == Group::VERSION, RiskError::GroupVersionUnknown);
    require_keys_eq!(group.risk_program, crate::ID, RiskError::GroupElsewhere);
    Ok(Box::new(Reading::new(&group, model, account, markets, now, legs)?))
}

#[inline(never)]
fn place(room: &mut MaybeUninit<Desk>) -> &mut Desk {
    Desk::in_place(room)
}

/// The accounts as markets' risks, in place.
#[inline(never)]
fn load<'a>(accounts: &'a [AccountInfo<'_>]) -> Result<Vec<Ref<'a, MarketRisk>>> {
    let mut risks = Vec::with_capacity(accounts.len());
    for account in accounts {
        require_keys_eq!(*account.owner, crate::ID, RiskError::MarketRiskWrong);
        let data = account.try_borrow_data()?;
        let known = data.len() == MarketRisk::SIZE && data.starts_with(MarketRisk::DISCRIMINATOR);
        require!(known, RiskError::MarketRiskWrong);
        let risk: Ref<MarketRisk> = Ref::map(data, |data| bytemuck::from_bytes(&data[8..]));
        risk.require_known()?;
        risks.push(risk);
    }
    Ok(risks)
}
