//! Settles what a venue matched, as both traders signed it.

use crate::{
    dealing::{Deal, Fees, Parties},
    errors::AccountError,
    events::Traded,
    given::Given,
    orders::{Fill, Signatures},
};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{Group, MarginAccount, Order, OrderRecord, SettleFillsArgs, TradeLeg, Venue, MAX_ORDER_LEGS},
    ids,
    risk::Model,
};

/// Accounts of `settle_fills`; behind them, the markets that are traded and those in which either account has perps or
/// claims, the banks of spot legs, and the risks of all markets that either margin depends on.
#[event_cpi]
#[derive(Accounts)]
pub struct SettleFills<'info> {
    /// The group.
    pub group: AccountLoader<'info, Group>,
    /// The venue.
    #[account(
        has_one = group @ AccountError::WrongGroup,
        has_one = operator @ AccountError::NotOperator,
    )]
    pub venue: AccountLoader<'info, Venue>,
    /// The venue's operator.
    pub operator: Signer<'info>,
    /// Account of the first order.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub maker: AccountLoader<'info, MarginAccount>,
    /// Its record of orders.
    #[account(mut)]
    pub maker_record: AccountLoader<'info, OrderRecord>,
    /// Account of the second order.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub taker: AccountLoader<'info, MarginAccount>,
    /// Its record of orders.
    #[account(mut)]
    pub taker_record: AccountLoader<'info, OrderRecord>,
    /// The group's model.
    #[account(has_one = group @ AccountError::WrongGroup)]
    pub model: AccountLoader<'info, Model>,
    /// The risk program.
    /// CHECK: its address is all that matters.
    #[account(address = ids::RISK @ AccountError::RiskProgramWrong)]
    pub risk_program: UncheckedAccount<'info>,
    /// The transaction's instructions, the signatures among them.
    /// CHECK: its address is checked where it is read.
    pub instructions: UncheckedAccount<'info>,
}

/// One side of a fill.
struct Side<'a, 'info> {
    order: &'a Order,
    account: &'a AccountLoader<'info, MarginAccount>,
    record: &'a AccountLoader<'info, OrderRecord>,
    units: u64,
    fee: u64,
}

impl<'info> SettleFills<'info> {
    /// Refuses what either trader did not sign, and takes note of what is filled. Returns the legs as the first sees
    /// them, and for which side somebody signed who may only make positions smaller.
    #[inline(never)]
    fn admit(&self, args: &SettleFillsArgs, now: i64) -> Result<(Vec<TradeLeg>, [bool; 2])> {
        let venue = self.venue.load()?;
        venue.invariant()?;
        require!(venue.suspended == 0, AccountError::VenueSuspended);
        let legs = legs(args)?;
        let most = most_fee(&legs, venue.fee_cap)?;
        let signatures = Signatures::read(&self.instructions)?;
        let (maker, taker) = (&args.maker, &args.taker);
        let sides = [
            Side {
                order: maker,
                account: &self.maker,
                record: &self.maker_record,
                units: args.maker_units,
                fee: args.maker_fee,
            },
            Side {
                order: taker,
                account: &self.taker,
                record: &self.taker_record,
                units: args.taker_units,
                fee: args.taker_fee,
            },
        ];
        let (mut seen, mut entrusted) = (legs.clone(), [false; 2]);
        for (side, entrusted) in sides.into_iter().zip(&mut entrusted) {
            require!(u128::from(side.fee) <= most, AccountError::OrderFee);
            let Side { order, account, record, units, fee } = side;
            *entrusted = signatures.require(order, &*account.load()?, now)?;
            let fill = Fill { order, account: account.key(), venue: venue.venue, units, fee, got: 0, now };
            fill.admit(&seen, &mut *record.load_mut()?)?;
            seen.iter_mut().for_each(|leg| *leg = leg.mirrored());
        }
        Ok((legs, entrusted))
    }

    /// Shares both fees between the venue and the group. Returns the group's part.
    #[inline(never)]
    fn share(&self, args: &SettleFillsArgs, parties: &Parties<'_, 'info>) -> Result<u64> {
        let sum = args.maker_fee.checked_add(args.taker_fee).ok_or(AccountError::NumberTooLarge)?;
        // A share of one at most.
        let share = self.group.load()?.rules.fee_share.unsigned_abs();
        let part = u128::from(sum).saturating_mul(share.into()).wrapping_shr(40) as u64;
        let fees = Fees { group: part, venue: sum.saturating_sub(part), ..Fees::default() };
        parties.take_fees(&fees, Some(&self.venue))?;
        Ok(part)
    }

    /// Settles a fill of two orders: both accounts pass the gate once, at the end.
    pub fn settle_fills(ctx: Context<'info, Self>, args: Box<SettleFillsArgs>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &*ctx.accounts;
        accounts.group.load()?.invariant()?;
        let (legs, entrusted) = accounts.admit(&args, now)?;
        let given = Given::new(ctx.remaining_accounts);
        let parties = Parties {
            group: &accounts.group,
            first: &accounts.maker,
            second: &accounts.taker,
            given: &given,
            now,
        };
        let fees = [crate::books::signed(args.maker_fee)?, crate::books::signed(args.taker_fee)?];
        let reduce_only = [args.maker.reduce_only, args.taker.reduce_only];
        let [first, second] =
            parties.deal(&Deal { legs: &legs, fees, reduce_only, entrusted }, &accounts.model)?;
        let group_fee = accounts.share(&args, &parties)?;
        let (group, nonces) = (accounts.group.key(), [args.maker.nonce, args.taker.nonce]);
        let venue = args.maker.venue;
        emit_cpi!(Traded { group, venue, nonces, legs, first, second, group_fee });
        Ok(())
    }
}

/// Highest fee that the venue may ask of a side, as a share of the value that is traded, rounded down.
fn most_fee(legs: &[TradeLeg], cap: i64) -> Result<u128> {
    let mut traded = 0u128;
    for leg in legs {
        traded = traded.saturating_add(leg.value()?.unsigned_abs().into());
    }
    Ok(traded.saturating_mul(cap.unsigned_abs().into()).wrapping_shr(40))
}

/// The legs of a fill as the first account sees them: both orders name the same, on opposite sides.
fn legs(args: &SettleFillsArgs) -> Result<Vec<TradeLeg>> {
    let (maker, taker) = (&args.maker.legs, &args.taker.legs);
    let count = args.prices.len();
    require!(
        count == maker.len() && count == taker.len() && count <= MAX_ORDER_LEGS,
        AccountError::OrdersUnlike
    );
    let mut legs = Vec::with_capacity(count);
    for ((maker, taker), price) in maker.iter().zip(taker).zip(&args.prices) {
        let leg = maker.times(args.maker_units, *price)?;
        let other = taker.times(args.taker_units, *price)?;
        require!(leg.mirrored() == other, AccountError::OrdersUnlike);
        legs.push(leg);
    }
    Ok(legs)
}
