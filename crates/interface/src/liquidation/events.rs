//! What the liquidation program reports.

use anchor_lang::prelude::*;

/// Declares the events where it is invoked, as the other programs' events are declared.
#[macro_export]
macro_rules! declare_liquidation_events {
    () => {
        /// A fund's rules came in force.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct RescueRulesChanged {
            /// Group of the fund.
            pub group: Pubkey,
            /// Rules in force.
            pub rules: $crate::liquidation::RescueRules,
        }

        /// The rescue of an account began.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct RescueBegan {
            /// Group of the account.
            pub group: Pubkey,
            /// The account.
            pub margin_account: Pubkey,
            /// Who began it.
            pub beginner: Pubkey,
            /// Value of the account, in 10^-10 quote.
            pub value: i128,
            /// Its maintenance margin.
            pub maintenance: i128,
        }

        /// The rescue of an account ended.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct RescueEnded {
            /// Group of the account.
            pub group: Pubkey,
            /// The account.
            pub margin_account: Pubkey,
            /// How often something was taken over.
            pub takings: u64,
            /// What liquidators were paid, in quote units.
            pub discounts: u64,
            /// Last hop of the waterfall that was made.
            pub hop: u8,
        }

        /// Positions of an account under liquidation changed hands.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Liquidated {
            /// Group of the accounts.
            pub group: Pubkey,
            /// The account under liquidation.
            pub margin_account: Pubkey,
            /// The account that took over.
            pub taker: Pubkey,
            /// Units taken over.
            pub units: u32,
            /// Share of the risk that was paid for, in 2^-40.
            pub discount: i64,
            /// Scan loss of all that was asked for, in 10^-10 quote.
            pub risk: i128,
            /// What the account paid to whoever took over and to the liquidator, in quote units; below zero what it got.
            pub paid: i64,
            /// What of that the owner of a resting order got.
            pub to_order: i64,
            /// What the account paid to the insurance.
            pub insurance: u64,
            /// Health before, in 10^-10 quote.
            pub health_before: i128,
            /// Health after, at least.
            pub health_after: i128,
            /// Whether the account is at its target.
            pub restores: bool,
            /// Whether the taker was made to take over.
            pub forced: bool,
        }

        /// Collateral of an account under liquidation was sold.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct CollateralSwapped {
            /// Group of the accounts.
            pub group: Pubkey,
            /// The account under liquidation.
            pub margin_account: Pubkey,
            /// The account that bought.
            pub taker: Pubkey,
            /// Number of the token's bank.
            pub bank: u16,
            /// Tokens.
            pub amount: u64,
            /// What was paid for them, in quote units.
            pub paid: u64,
        }

        /// A hop of the waterfall behind the auction was made.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct LossBorne {
            /// Group of the account.
            pub group: Pubkey,
            /// The bankrupt account.
            pub margin_account: Pubkey,
            /// Which hop: 1 the insurance, 2 claims of winners, 3 all lenders.
            pub hop: u8,
            /// What was owed before, in quote units.
            pub owed: u64,
            /// What this hop bore of it.
            pub borne: u64,
        }

        /// Fees came into a fund.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct InsuranceEarned {
            /// Group of the fund.
            pub group: Pubkey,
            /// Fees, in quote units.
            pub amount: u64,
            /// What the fund owns now.
            pub assets: u64,
            /// Shares that there are.
            pub shares: u64,
        }

        /// Somebody's stake in a fund changed.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct StakeChanged {
            /// Group of the fund.
            pub group: Pubkey,
            /// Whose stake.
            pub owner: Pubkey,
            /// Quote units that came in, or went out if below zero.
            pub amount: i64,
            /// The owner's shares now.
            pub shares: u64,
            /// Those of them that leave.
            pub leaving: u64,
            /// When they may, in unix time.
            pub leaves_at: i64,
            /// What the fund owns now.
            pub assets: u64,
            /// Shares that there are.
            pub all_shares: u64,
        }
    };
}

declare_liquidation_events!();
