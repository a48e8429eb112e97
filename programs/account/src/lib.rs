//! The account program: it owns vaults, accounts and positions, and everything that moves money.
//!
//! It must not know how risk is judged or how a rescue is run: it asks the risk program and obeys the
//! liquidation program's address. Layouts, seeds, errors and events are the interface's.

#![deny(clippy::arithmetic_side_effects)]
#![deny(unused_must_use)]

mod books;
mod dealing;
pub mod errors;
pub mod events;
mod gate;
mod given;
pub mod instructions;
mod ledger;
mod orders;
mod quote_mint;
mod tokens;

use anchor_lang::prelude::*;
use ballast_interface::account::{
    CreateBankArgs, CreateGroupArgs, CreateMarketArgs, CreateVenueArgs, ExecuteTriggerArgs, FillRescueArgs,
    GroupRules, MarketTerms, OpenAccountArgs, PlaceTriggerArgs, RescuePay, SetDelegateArgs, SettleFillsArgs,
    TradeLeg, VenueTerms,
};
use instructions::*;

declare_id!("DaZT4FTSFYX6Lv5u8QDyKpG6bDR5riefXqYQPJAXHhcr");

// Anchor's tools look for the literal above, all other crates for the interface's: they must be one.
const _: () = {
    let (declared, published) = (ID_CONST.as_array(), ballast_interface::ids::ACCOUNT.as_array());
    let mut i = 0;
    while i < 32 {
        assert!(declared[i] == published[i]);
        i += 1;
    }
};

/// Instructions of the account program.
#[program]
pub mod ballast_account {
    use super::*;

    /// Creates a margin system over a quote token.
    pub fn create_group(ctx: Context<CreateGroup>, args: CreateGroupArgs) -> Result<()> {
        CreateGroup::create_group(ctx, args)
    }

    /// Opens an empty margin account for an owner.
    pub fn open_account(ctx: Context<OpenAccount>, args: OpenAccountArgs) -> Result<()> {
        OpenAccount::open_account(ctx, args)
    }

    /// Opens the vault of a group's cash.
    pub fn open_vault(ctx: Context<OpenVault>) -> Result<()> {
        OpenVault::open_vault(ctx)
    }

    /// Changes what governs a group.
    pub fn change_group(ctx: Context<ChangeGroup>, rules: GroupRules) -> Result<()> {
        ChangeGroup::change_group(ctx, rules)
    }

    /// Stops what lets risk grow, for a few hours.
    pub fn stop(ctx: Context<Stop>, what: u32, seconds: u32) -> Result<()> {
        Stop::stop(ctx, what, seconds)
    }

    /// Takes a token as collateral.
    pub fn create_bank(ctx: Context<CreateBank>, args: CreateBankArgs) -> Result<()> {
        CreateBank::create_bank(ctx, args)
    }

    /// Changes how much of a token a group takes.
    pub fn change_bank(ctx: Context<ChangeBank>, cap: u64, ramp_seconds: u32) -> Result<()> {
        ChangeBank::change_bank(ctx, cap, ramp_seconds)
    }

    /// Opens a market for trade.
    pub fn create_market(ctx: Context<CreateMarket>, args: CreateMarketArgs) -> Result<()> {
        CreateMarket::create_market(ctx, args)
    }

    /// Changes a market's terms.
    pub fn change_market(ctx: Context<ChangeMarket>, terms: MarketTerms) -> Result<()> {
        ChangeMarket::change_market(ctx, terms)
    }

    /// Lists a date by the market's rule; anybody may.
    pub fn list_expiry(ctx: Context<ListExpiry>, expiry: i64) -> Result<()> {
        ListExpiry::list_expiry(ctx, expiry)
    }

    /// Registers a venue.
    pub fn create_venue(ctx: Context<CreateVenue>, args: CreateVenueArgs) -> Result<()> {
        CreateVenue::create_venue(ctx, args)
    }

    /// Changes a venue's terms.
    pub fn change_venue(ctx: Context<ChangeVenue>, terms: VenueTerms) -> Result<()> {
        ChangeVenue::change_venue(ctx, terms)
    }

    /// Pays out a venue's fees or the group's; anybody may.
    pub fn collect_fees<'info>(ctx: Context<'info, CollectFees<'info>>) -> Result<()> {
        CollectFees::collect_fees(ctx)
    }

    /// Closes an empty margin account.
    pub fn close_account(ctx: Context<CloseAccount>) -> Result<()> {
        CloseAccount::close_account(ctx)
    }

    /// Opens an account's record of orders.
    pub fn open_orders(ctx: Context<OpenOrders>, watermark: u64) -> Result<()> {
        OpenOrders::open_orders(ctx, watermark)
    }

    /// Lets somebody act for an account's owner, or no longer.
    pub fn set_delegate(ctx: Context<SetDelegate>, args: SetDelegateArgs) -> Result<()> {
        SetDelegate::set_delegate(ctx, args)
    }

    /// Takes tokens into an account.
    pub fn deposit<'info>(ctx: Context<'info, Deposit<'info>>, amount: u64) -> Result<()> {
        Deposit::deposit(ctx, amount)
    }

    /// Lets tokens out of an account.
    pub fn withdraw<'info>(ctx: Context<'info, Withdraw<'info>>, amount: u64) -> Result<()> {
        Withdraw::withdraw(ctx, amount)
    }

    /// Moves money between two accounts of one owner.
    pub fn transfer<'info>(ctx: Context<'info, Transfer<'info>>, amount: u64) -> Result<()> {
        Transfer::transfer(ctx, amount)
    }

    /// Settles what a venue matched, as both traders signed it.
    pub fn settle_fills<'info>(
        ctx: Context<'info, SettleFills<'info>>,
        args: Box<SettleFillsArgs>,
    ) -> Result<()> {
        SettleFills::settle_fills(ctx, args)
    }

    /// Trades as both traders agree by signing the transaction.
    pub fn block_trade<'info>(ctx: Context<'info, BlockTrade<'info>>, legs: Vec<TradeLeg>) -> Result<()> {
        BlockTrade::block_trade(ctx, legs)
    }

    /// Cancels signed orders of lower nonces.
    pub fn cancel_orders(ctx: Context<CancelOrders>, below: u64) -> Result<()> {
        CancelOrders::cancel_orders(ctx, below)
    }

    /// Places an order that waits for a price.
    pub fn place_trigger(ctx: Context<PlaceTrigger>, args: PlaceTriggerArgs) -> Result<()> {
        PlaceTrigger::place_trigger(ctx, args)
    }

    /// Takes back an order that waits for a price.
    pub fn cancel_trigger(ctx: Context<CancelTrigger>, place: u8) -> Result<()> {
        CancelTrigger::cancel_trigger(ctx, place)
    }

    /// Executes an order whose price has come; anybody may take the other side.
    pub fn execute_trigger<'info>(
        ctx: Context<'info, ExecuteTrigger<'info>>,
        args: ExecuteTriggerArgs,
    ) -> Result<()> {
        ExecuteTrigger::execute_trigger(ctx, args)
    }

    /// Marks a perp.
    pub fn post_mark(ctx: Context<PostMark>, mark: u64) -> Result<()> {
        PostMark::post_mark(ctx, mark)
    }

    /// Brings a perp's funding up to date; anybody may.
    pub fn update_funding(ctx: Context<UpdateFunding>) -> Result<()> {
        UpdateFunding::update_funding(ctx)
    }

    /// Freezes a date's settlement price; anybody may.
    pub fn freeze_settlement(ctx: Context<FreezeSettlement>, expiry: i64) -> Result<()> {
        FreezeSettlement::freeze_settlement(ctx, expiry)
    }

    /// Settles an account with its markets; anybody may.
    pub fn settle_account<'info>(ctx: Context<'info, SettleAccount<'info>>) -> Result<()> {
        SettleAccount::settle_account(ctx)
    }

    /// Brings an account up to date, so that it can be judged; anybody may.
    pub fn refresh_account<'info>(ctx: Context<'info, RefreshAccount<'info>>) -> Result<()> {
        RefreshAccount::refresh_account(ctx)
    }

    /// Puts an account under liquidation or releases it; the liquidation program only.
    pub fn latch(ctx: Context<Latch>, on: bool) -> Result<()> {
        Latch::latch(ctx, on)
    }

    /// Hands positions under liquidation to another account; the liquidation program only.
    pub fn move_legs<'info>(
        ctx: Context<'info, MoveLegs<'info>>,
        legs: Vec<TradeLeg>,
        pay: RescuePay,
    ) -> Result<()> {
        MoveLegs::move_legs(ctx, legs, pay)
    }

    /// Hands positions under liquidation to whoever signed an order for that; the liquidation program only.
    pub fn fill_rescue<'info>(
        ctx: Context<'info, FillRescue<'info>>,
        args: Box<FillRescueArgs>,
    ) -> Result<()> {
        FillRescue::fill_rescue(ctx, args)
    }

    /// Hands collateral under liquidation to another account; the liquidation program only.
    pub fn move_collateral(ctx: Context<MoveCollateral>, amount: u64) -> Result<()> {
        MoveCollateral::move_collateral(ctx, amount)
    }

    /// Moves cash for a rescue; the liquidation program only.
    pub fn move_cash<'info>(ctx: Context<'info, MoveCash<'info>>, amount: u64) -> Result<()> {
        MoveCash::move_cash(ctx, amount)
    }

    /// Pays what an account cannot pay with real money; the liquidation program only.
    pub fn absorb_loss<'info>(ctx: Context<'info, AbsorbLoss<'info>>, amount: u64) -> Result<()> {
        AbsorbLoss::absorb_loss(ctx, amount)
    }

    /// Lets all lenders bear what an account cannot pay; the liquidation program only.
    pub fn share_loss<'info>(ctx: Context<'info, ShareLoss<'info>>, amount: u64) -> Result<()> {
        ShareLoss::share_loss(ctx, amount)
    }

    /// Realises an account's open profit in a market; the liquidation program only.
    pub fn realise<'info>(ctx: Context<'info, Realise<'info>>, market: u16) -> Result<()> {
        Realise::realise(ctx, market)
    }

    /// Cuts what an account cannot pay from all claims on a market; the liquidation program only.
    pub fn cut_claims<'info>(ctx: Context<'info, CutClaims<'info>>, amount: u64) -> Result<()> {
        CutClaims::cut_claims(ctx, amount)
    }

    /// Pays over the fees that belong to the insurance; the liquidation program only.
    pub fn pay_insurance<'info>(ctx: Context<'info, PayInsurance<'info>>) -> Result<()> {
        PayInsurance::pay_insurance(ctx)
    }
}
