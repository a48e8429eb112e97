//! What the account program shows: its accounts, errors and events.

mod arguments;
mod bank;
mod claims;
mod errors;
mod events;
mod falling;
mod flow;
mod funding;
mod group;
mod group_rules;
pub mod instructions;
mod instrument;
mod interest;
mod margin_account;
mod market;
mod market_terms;
mod meter;
mod order;
mod order_record;
mod realising;
mod settlement;
mod slots;
mod trading;
mod trigger;
mod venue;
mod waiting;

pub use arguments::{
    CreateBankArgs, CreateGroupArgs, CreateMarketArgs, CreateVenueArgs, ExecuteTriggerArgs, FillRescueArgs,
    OpenAccountArgs, PlaceTriggerArgs, RescuePay, SetDelegateArgs, SettleFillsArgs, VenueTerms,
};
pub use bank::Bank;
pub use claims::LEAST_CLAIM_INDEX;
pub use errors::AccountError;
pub use events::{
    AccountClosed, AccountOpened, AccountSettled, BankSet, CashMoved, ClaimsCut, CollateralMoved, DateFrozen,
    DateListed, DelegateSet, Deposited, FeesCollected, FundingAccrued, GroupCreated, GroupRulesChanged,
    InsurancePaid, LegsMoved, LiquidationSet, LossAbsorbed, LossShared, Marked, MarketSet, OrdersCancelled,
    OrdersOpened, ProfitRealised, Stopped, Traded, Transferred, TriggerSet, VaultOpened, VenueSet, Withdrawn,
};
pub use flow::{Flow, MarketFlow};
pub(crate) use group::power_of_ten;
pub use group::{pause, quote_unit, token_value_down, token_value_up, Group};
pub use group_rules::GroupRules;
pub use instrument::{Instrument, Kind, TradeLeg};
pub use interest::{INDEX_ONE, LARGEST_CASH};
pub use margin_account::{MarginAccount, MAX_COLLATERAL, MAX_DELEGATES, MAX_LEGS, MAX_MARKETS};
pub use market::{Market, MarketDate};
pub use market_terms::{switches, MarketTerms};
pub use meter::Meter;
pub use order::{Order, OrderLeg, MAX_ORDER_LEGS, ORDER_DOMAIN};
pub use order_record::{OrderFill, OrderRecord, Trigger, MAX_ORDERS, MAX_TRIGGERS};
pub use slots::{Collateral, Delegate, Leg, MarketBook};
pub use trading::{Effect, MOST_LOTS};
pub use venue::Venue;
pub use waiting::{VenueFees, Waiting};

use crate::ids;
use anchor_lang::prelude::{Owner, Pubkey};

// `#[account]` would name the crate's own id as owner, and this crate serves three programs. Giving the
// macro its default discriminator namespace in words ("account") makes it leave `Owner` to us.
macro_rules! owned_by_account_program {
    ($($layout:ty),*) => {$(
        impl Owner for $layout {
            fn owner() -> Pubkey {
                ids::ACCOUNT
            }
        }
    )*};
}

owned_by_account_program!(Group, MarginAccount, Bank, Market, Venue, OrderRecord);
