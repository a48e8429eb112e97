//! What the account program reports.

use anchor_lang::prelude::*;

/// Declares the events where it is invoked: here for everybody, and once more inside the program when its IDL
/// is built, because Anchor lists only the events of the program's own crate.
#[macro_export]
macro_rules! declare_account_events {
    () => {
        /// A group came to be.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct GroupCreated {
            /// Address of the new group.
            pub group: Pubkey,
            /// Who created it; part of the group's address.
            pub creator: Pubkey,
            /// Number of the group among its creator's; part of the group's address.
            pub index: u16,
            /// Who may change the group.
            pub authority: Pubkey,
            /// Who may tighten the group and stop changes.
            pub guardian: Pubkey,
            /// Mint of the quote token.
            pub quote_mint: Pubkey,
            /// Decimal places of the quote token.
            pub quote_decimals: u8,
            /// The risk program whose opinion the group follows.
            pub risk_program: Pubkey,
            /// The liquidation program that may rescue the group's accounts.
            pub liquidation_program: Pubkey,
        }

        /// A margin account came to be.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct AccountOpened {
            /// Group of the account.
            pub group: Pubkey,
            /// Address of the new margin account.
            pub margin_account: Pubkey,
            /// Who owns it.
            pub owner: Pubkey,
            /// Number of the account among its owner's in the group.
            pub sub_id: u16,
        }

        /// A group got its vault.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct VaultOpened {
            /// The group.
            pub group: Pubkey,
            /// Token account that holds all cash.
            pub vault: Pubkey,
        }

        /// A group's rules changed.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct GroupRulesChanged {
            /// The group.
            pub group: Pubkey,
            /// Rules in force.
            pub rules: $crate::account::GroupRules,
        }

        /// Something was stopped for a while, or let go again.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Stopped {
            /// The group.
            pub group: Pubkey,
            /// Who stopped it.
            pub by: Pubkey,
            /// What is stopped.
            pub paused: u32,
            /// When the stop lapses, in unix time.
            pub until: i64,
        }

        /// A bank came to be, or its cap changed.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct BankSet {
            /// Group of the bank.
            pub group: Pubkey,
            /// Number of the bank.
            pub bank: u16,
            /// Mint of its token.
            pub mint: Pubkey,
            /// Number of the market that prices it.
            pub market: u16,
            /// Decimal places of the token.
            pub decimals: u8,
            /// What a lot of spot is, in the token's smallest unit; zero if spot is not traded.
            pub lot_amount: u64,
            /// Most that may be deposited when the ramp ends.
            pub cap: u64,
            /// Most when it begins.
            pub cap_from: u64,
            /// When the ramp ends, in unix time.
            pub ramp_ends: i64,
        }

        /// A market came to be, or its terms changed.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct MarketSet {
            /// Group of the market.
            pub group: Pubkey,
            /// Number of the market.
            pub market: u16,
            /// Terms in force.
            pub terms: $crate::account::MarketTerms,
        }

        /// A date was listed.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct DateListed {
            /// Group of the market.
            pub group: Pubkey,
            /// Number of the market.
            pub market: u16,
            /// Expiry, in unix time.
            pub expiry: i64,
        }

        /// A venue came to be, or its terms changed.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct VenueSet {
            /// Group of the venue.
            pub group: Pubkey,
            /// Number of the venue.
            pub venue: u16,
            /// Terms in force.
            pub terms: $crate::account::VenueTerms,
        }

        /// Fees were paid out.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct FeesCollected {
            /// The group.
            pub group: Pubkey,
            /// Number of the venue; zero for the group's own fees.
            pub venue: u16,
            /// Token account that got them.
            pub to: Pubkey,
            /// Quote units that left the vault.
            pub amount: u64,
        }

        /// A margin account ceased to be.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct AccountClosed {
            /// Group of the account.
            pub group: Pubkey,
            /// Address of the account.
            pub margin_account: Pubkey,
            /// Who owned it.
            pub owner: Pubkey,
        }

        /// An account got a record of orders.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct OrdersOpened {
            /// Group of the account.
            pub group: Pubkey,
            /// The account.
            pub margin_account: Pubkey,
            /// Orders below it can never be filled.
            pub watermark: u64,
        }

        /// An owner let somebody act, or no longer.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct DelegateSet {
            /// Group of the account.
            pub group: Pubkey,
            /// The account.
            pub margin_account: Pubkey,
            /// Its count of changes, after this one.
            pub sequence: u64,
            /// Row of the delegate.
            pub place: u8,
            /// Who; the zero address for nobody.
            pub key: Pubkey,
            /// What the delegate may do.
            pub scope: u8,
            /// From when on no longer, in unix time.
            pub expires_at: i64,
        }

        /// Tokens came in.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Deposited {
            /// The group.
            pub group: Pubkey,
            /// Number of the bank; zero for cash.
            pub bank: u16,
            /// Who paid.
            pub by: Pubkey,
            /// What arrived, in the token's smallest unit.
            pub amount: u64,
            /// Tokens of the bank that the account holds after it; zero for cash.
            pub held: u64,
            /// What happened to the account.
            pub flow: $crate::account::Flow,
        }

        /// Tokens went out.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Withdrawn {
            /// The group.
            pub group: Pubkey,
            /// Number of the bank; zero for cash.
            pub bank: u16,
            /// Token account that got them.
            pub to: Pubkey,
            /// What left the vault, in the token's smallest unit.
            pub amount: u64,
            /// Tokens of the bank that the account holds after it; zero for cash.
            pub held: u64,
            /// What happened to the account.
            pub flow: $crate::account::Flow,
        }

        /// Money moved between two accounts of one owner.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Transferred {
            /// The group.
            pub group: Pubkey,
            /// Number of the bank; zero for cash.
            pub bank: u16,
            /// Amount, in the token's smallest unit.
            pub amount: u64,
            /// What happened to the account that gave.
            pub from: $crate::account::Flow,
            /// What happened to the account that got.
            pub to: $crate::account::Flow,
        }

        /// Two accounts traded.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Traded {
            /// The group.
            pub group: Pubkey,
            /// Number of the venue that settled it; zero if both traders signed the transaction.
            pub venue: u16,
            /// Nonces of both orders; zero without orders.
            pub nonces: [u64; 2],
            /// What was traded; lots above zero bought by the first account.
            pub legs: Vec<$crate::account::TradeLeg>,
            /// What happened to the first account.
            pub first: $crate::account::Flow,
            /// What happened to the second account.
            pub second: $crate::account::Flow,
            /// The group's part of both fees.
            pub group_fee: u64,
        }

        /// An account's older orders were cancelled.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct OrdersCancelled {
            /// Group of the account.
            pub group: Pubkey,
            /// The account.
            pub margin_account: Pubkey,
            /// Orders of a lower nonce are cancelled.
            pub watermark: u64,
        }

        /// An order that waits for a price was placed, cancelled or executed.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct TriggerSet {
            /// Group of the account.
            pub group: Pubkey,
            /// The account.
            pub margin_account: Pubkey,
            /// Row of the trigger.
            pub place: u8,
            /// Number of the market.
            pub market: u16,
            /// Lots that are left to trade; zero if the row is free.
            pub lots: i64,
        }

        /// A venue marked a perp.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Marked {
            /// Group of the market.
            pub group: Pubkey,
            /// Number of the market.
            pub market: u16,
            /// Mark, in quote units a lot.
            pub mark: u64,
            /// Premium over the index that counts, in 2^-40.
            pub premium: i64,
            /// Funding index up to now, in 2^-64 quote units a lot.
            pub funding_index: i128,
        }

        /// A perp's funding was brought up to date.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct FundingAccrued {
            /// Group of the market.
            pub group: Pubkey,
            /// Number of the market.
            pub market: u16,
            /// Funding index up to now, in 2^-64 quote units a lot.
            pub funding_index: i128,
        }

        /// A date's settlement price was frozen.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct DateFrozen {
            /// Group of the market.
            pub group: Pubkey,
            /// Number of the market.
            pub market: u16,
            /// Expiry, in unix time.
            pub expiry: i64,
            /// Settlement price, in quote units a lot.
            pub settlement: u64,
        }

        /// An account was settled with its markets.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct AccountSettled {
            /// The group.
            pub group: Pubkey,
            /// Expired legs that were settled.
            pub legs: u16,
            /// What happened to the account.
            pub flow: $crate::account::Flow,
        }

        /// An account's liquidation began or ended.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct LiquidationSet {
            /// The group.
            pub group: Pubkey,
            /// The account.
            pub margin_account: Pubkey,
            /// Its count of changes, after this one.
            pub sequence: u64,
            /// Since when, in unix time; zero if it ended.
            pub since: i64,
        }

        /// Positions of an account under liquidation were taken over.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct LegsMoved {
            /// The group.
            pub group: Pubkey,
            /// Nonce of the order that was filled; zero without an order.
            pub nonce: u64,
            /// What was moved; lots above zero bought by the account that gave.
            pub legs: Vec<$crate::account::TradeLeg>,
            /// What the account that gave paid to the insurance, in quote units; its fee has this in it.
            pub insurance: u64,
            /// What happened to the account that gave.
            pub from: $crate::account::Flow,
            /// What happened to the account that took over.
            pub to: $crate::account::Flow,
        }

        /// Collateral of an account under liquidation was taken over.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct CollateralMoved {
            /// The group.
            pub group: Pubkey,
            /// Number of the bank.
            pub bank: u16,
            /// Amount, in the token's smallest unit.
            pub amount: u64,
            /// Account that gave.
            pub from: Pubkey,
            /// Account that took over.
            pub to: Pubkey,
        }

        /// Cash was moved by a rescue.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct CashMoved {
            /// The group.
            pub group: Pubkey,
            /// Quote units.
            pub amount: u64,
            /// What happened to the account that gave.
            pub from: $crate::account::Flow,
            /// What happened to the account that got.
            pub to: $crate::account::Flow,
        }

        /// Somebody paid an account's loss.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct LossAbsorbed {
            /// The group.
            pub group: Pubkey,
            /// Quote units that arrived.
            pub amount: u64,
            /// What happened to the account.
            pub flow: $crate::account::Flow,
        }

        /// Lenders of cash shared an account's loss.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct LossShared {
            /// The group.
            pub group: Pubkey,
            /// Quote units.
            pub amount: u64,
            /// Index of lent cash after it, in 2^-64.
            pub deposit_index: i128,
            /// Era of that index.
            pub deposit_era: u32,
            /// What happened to the account.
            pub flow: $crate::account::Flow,
        }

        /// Claims on a market's pool were cut by a loss that nobody will pay.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct ClaimsCut {
            /// The group.
            pub group: Pubkey,
            /// Number of the market.
            pub market: u16,
            /// Quote units that the account was let off, beside what happened to it.
            pub amount: u64,
            /// Index of claims after it, in 2^-64.
            pub claim_index: i128,
            /// Era of claims after it.
            pub claim_era: u32,
            /// What happened to the account that was let off.
            pub flow: $crate::account::Flow,
        }

        /// An account's open profit in a market was realised at the index.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct ProfitRealised {
            /// The group.
            pub group: Pubkey,
            /// Number of the market.
            pub market: u16,
            /// What happened to the account.
            pub flow: $crate::account::Flow,
        }

        /// The insurance got its fees.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct InsurancePaid {
            /// The group.
            pub group: Pubkey,
            /// Token account that got them.
            pub to: Pubkey,
            /// Quote units that left the vault.
            pub amount: u64,
        }
    };
}

declare_account_events!();
