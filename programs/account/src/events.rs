//! The program's events, which are the interface's.

pub use ballast_interface::account::{
    AccountClosed, AccountOpened, AccountSettled, BankSet, CashMoved, ClaimsCut, CollateralMoved, DateFrozen,
    DateListed, DelegateSet, Deposited, FeesCollected, FundingAccrued, GroupCreated, GroupRulesChanged,
    InsurancePaid, LegsMoved, LiquidationSet, LossAbsorbed, LossShared, Marked, MarketSet, OrdersCancelled,
    OrdersOpened, ProfitRealised, Stopped, Traded, Transferred, TriggerSet, VaultOpened, VenueSet, Withdrawn,
};

#[cfg(feature = "idl-build")]
mod listed_in_the_idl {
    use anchor_lang::prelude::*;
    ballast_interface::declare_account_events!();
}
