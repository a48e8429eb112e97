//! Reading the accounts of an assessment, and making it.

use crate::errors::RiskError;
use anchor_lang::{prelude::*, Discriminator};
use ballast_interface::{
    account::{Group, MarginAccount},
    risk::{Assessment, LegRoom, LiquidationQuote, MarketRisk, Model, QuoteArgs, Reading},
};
use ballast_margin::{quote::QuoteDesk, Desk};
use std::{cell::Ref, mem::MaybeUninit};

/// Assesses an account; `risks` are the markets that it holds, by rising number.
#[inline(never)]
pub fn assess(
    group: &AccountLoader<Group>,
    model: &AccountLoader<Model>,
    margin_account: &AccountLoader<MarginAccount>,
    risks: &[AccountInfo],
) -> Result<Box<Assessment>> {
    let known = Known::load(group, model, margin_account, risks)?;
    let mut report = bytemuck::zeroed_box::<Assessment>();
    weigh(&known, &known.markets(), &mut report)?;
    Ok(report)
}

/// Quotes a liquidation of an account.
#[inline(never)]
pub fn quote(
    group: &AccountLoader<Group>,
    model: &AccountLoader<Model>,
    margin_account: &AccountLoader<MarginAccount>,
    risks: &[AccountInfo],
    args: &QuoteArgs,
) -> Result<Box<LiquidationQuote>> {
    let known = Known::load(group, model, margin_account, risks)?;
    let mut answer = bytemuck::zeroed_box::<LiquidationQuote>();
    size(&known, &known.markets(), args, &mut answer)?;
    Ok(answer)
}

/// The accounts of a question, in place.
struct Known<'a> {
    group: Ref<'a, Group>,
    model: Ref<'a, Model>,
    account: Ref<'a, MarginAccount>,
    risks: Vec<Ref<'a, MarketRisk>>,
}

impl<'a> Known<'a> {
    #[inline(never)]
    fn load(
        group: &'a AccountLoader<Group>,
        model: &'a AccountLoader<Model>,
        margin_account: &'a AccountLoader<MarginAccount>,
        risks: &'a [AccountInfo<'_>],
    ) -> Result<Self> {
        let (model, account) = (model.load()?, margin_account.load()?);
        require_keys_eq!(account.group, group.key(), RiskError::WrongGroup);
        require!(account.version == MarginAccount::VERSION, RiskError::AccountVersionUnknown);
        require!(model.version == Model::VERSION, RiskError::ModelVersionUnknown);
        require!(model.draft == 0, RiskError::ModelIsDraft);
        let group = group.load()?;
        require!(group.version == Group::VERSION, RiskError::GroupVersionUnknown);
        require_keys_eq!(group.risk_program, crate::ID, RiskError::GroupElsewhere);
        Ok(Self { group, model, account, risks: load(risks)? })
    }

    fn markets(&self) -> Vec<&MarketRisk> {
        let mut markets = Vec::with_capacity(self.risks.len());
        markets.extend(self.risks.iter().map(|risk| &**risk));
        markets
    }

    /// Not inlined: neither reading nor assessing leaves room in its frame.
    #[inline(never)]
    fn read<'b>(&'b self, markets: &'b [&'b MarketRisk], legs: &'b mut LegRoom) -> Result<Box<Reading<'b>>> {
        let now = Clock::get()?.unix_timestamp;
        Ok(Box::new(Reading::new(&self.group, &self.model, &self.account, markets, now, legs)?))
    }
}

/// Three quarters of this frame are the legs.
#[inline(never)]
fn weigh(known: &Known, markets: &[&MarketRisk], report: &mut Assessment) -> Result<()> {
    let mut legs = LegRoom::EMPTY;
    let reading = known.read(markets, &mut legs)?;
    let mut room = Box::<Desk>::new_uninit();
    reading.assess(place(&mut room), report)
}

/// As above.
#[inline(never)]
fn size(
    known: &Known,
    markets: &[&MarketRisk],
    args: &QuoteArgs,
    answer: &mut LiquidationQuote,
) -> Result<()> {
    let mut legs = LegRoom::EMPTY;
    let reading = known.read(markets, &mut legs)?;
    let mut room = Box::<QuoteDesk>::new_uninit();
    let desk = place_quote(&mut room);
    reading.quote(&known.group, &known.account, args, desk, answer)
}

#[inline(never)]
fn place(room: &mut MaybeUninit<Desk>) -> &mut Desk {
    Desk::in_place(room)
}

#[inline(never)]
fn place_quote(room: &mut MaybeUninit<QuoteDesk>) -> &mut QuoteDesk {
    QuoteDesk::in_place(room)
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
