//! Hands positions of an account under liquidation to whoever signed an order for that.

use super::{require_latched, require_rescuer};
use crate::{
    dealing::Parties,
    errors::AccountError,
    events::LegsMoved,
    given::Given,
    orders::{Fill, Signatures},
};
use anchor_lang::prelude::*;
use ballast_interface::account::{
    FillRescueArgs, Group, Kind, MarginAccount, Order, OrderRecord, TradeLeg, MAX_ORDER_LEGS,
};

/// Accounts of `fill_rescue`; behind them, the markets of the legs and those in which either account has perps or claims.
#[event_cpi]
#[derive(Accounts)]
pub struct FillRescue<'info> {
    /// The group.
    pub group: AccountLoader<'info, Group>,
    /// The account under liquidation.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub from: AccountLoader<'info, MarginAccount>,
    /// The account of the order, which takes over.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub to: AccountLoader<'info, MarginAccount>,
    /// Its record of orders.
    #[account(mut)]
    pub record: AccountLoader<'info, OrderRecord>,
    /// The group's liquidation program, by its own address; it answers for prices, sizes and margins.
    pub rescuer: Signer<'info>,
    /// The transaction's instructions, the signature among them.
    /// CHECK: its address is checked where it is read.
    pub instructions: UncheckedAccount<'info>,
}

impl<'info> FillRescue<'info> {
    /// Refuses what the trader did not sign, and takes note of what is filled. Returns the legs as the account under
    /// liquidation sees them, and whether the trader's positions may only become smaller.
    #[inline(never)]
    fn admit(&self, args: &FillRescueArgs, now: i64) -> Result<(Vec<TradeLeg>, bool)> {
        let order = &args.order;
        let mut legs = legs(args)?;
        let entrusted = Signatures::read(&self.instructions)?.require(order, &*self.to.load()?, now)?;
        // What the trader is paid counts for the limit; nothing can be asked of the trader beside the legs.
        let got = u64::try_from(args.pay.taker).map_err(|_| AccountError::OrderFee)?;
        let (account, venue, units) = (self.to.key(), Order::RESCUE_VENUE, args.units);
        let fill = Fill { order, account, venue, units, fee: 0, got, now };
        fill.admit(&legs, &mut *self.record.load_mut()?)?;
        legs.iter_mut().for_each(|leg| *leg = leg.mirrored());
        Ok((legs, order.reduce_only || entrusted))
    }

    /// Fills units of the order at given prices, within its limit.
    pub fn fill_rescue(ctx: Context<'info, Self>, args: Box<FillRescueArgs>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &*ctx.accounts;
        require_rescuer(&accounts.group, &accounts.rescuer)?;
        require_latched(&accounts.from)?;
        let (legs, reduce_only) = accounts.admit(&args, now)?;
        let given = Given::new(ctx.remaining_accounts);
        let parties = Parties {
            group: &accounts.group,
            first: &accounts.from,
            second: &accounts.to,
            given: &given,
            now,
        };
        let [from, to] = parties.rescue(&legs, &args.pay, reduce_only)?;
        let (group, nonce, insurance) = (accounts.group.key(), args.order.nonce, args.pay.insurance);
        emit_cpi!(LegsMoved { group, nonce, legs, insurance, from, to });
        Ok(())
    }
}

/// The legs as the trader signed them. Tokens trade near a good price only, which nobody looks at here.
fn legs(args: &FillRescueArgs) -> Result<Vec<TradeLeg>> {
    let legs = &args.order.legs;
    let spot = legs.iter().any(|leg| leg.kind == Kind::Spot as u8);
    let priced = legs.len() == args.prices.len() && legs.len() <= MAX_ORDER_LEGS;
    require!(priced && !spot, AccountError::RescueOrderInvalid);
    legs.iter().zip(&args.prices).map(|(leg, price)| leg.times(args.units, *price)).collect()
}
