//! What the risk program reports.

use anchor_lang::prelude::*;

/// Declares the events where it is invoked: here for everybody, and once more inside the program when its IDL
/// is built, because Anchor lists only the events of the program's own crate.
#[macro_export]
macro_rules! declare_risk_events {
    () => {
        /// A group's model, or its draft, is another one.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct ModelChanged {
            /// Group of the model.
            pub group: Pubkey,
            /// Its address.
            pub model: Pubkey,
            /// Count of changes to it.
            pub revision: u64,
            /// Whether it is a draft, which margins nobody.
            pub draft: bool,
        }

        /// A group's committee is another one.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct CommitteeChanged {
            /// Group of the committee.
            pub group: Pubkey,
            /// Count of its terms.
            pub epoch: u64,
            /// How many must sign.
            pub threshold: u8,
            /// Who may sign.
            pub attestors: Vec<Pubkey>,
        }

        /// A market's rules of risk are others.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct MarketRiskChanged {
            /// Group of the market.
            pub group: Pubkey,
            /// Its number in the group.
            pub market: u16,
            /// Its rules from now on.
            pub rules: $crate::risk::MarketRules,
        }

        /// A market's surface was posted.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct SurfacePosted {
            /// Group of the market.
            pub group: Pubkey,
            /// Its number in the group.
            pub market: u16,
            /// Number of the message.
            pub sequence: u64,
            /// Dates that it was for, in unix time.
            pub expiries: Vec<i64>,
            /// Until when it is fresh, in unix time.
            pub valid_until: i64,
        }

        /// A market's scan range is multiplied for a time.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct MultiplierAttested {
            /// Group of the market.
            pub group: Pubkey,
            /// Its number in the group.
            pub market: u16,
            /// Number of the message.
            pub sequence: u64,
            /// What the range is multiplied by, in 2^-40.
            pub multiplier: i64,
            /// Until when, in unix time.
            pub until: i64,
        }

        /// An account was assessed, and somebody asked for it to be told.
        #[event]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Assessed {
            /// Group of the account.
            pub group: Pubkey,
            /// Its address.
            pub margin_account: Pubkey,
            /// The report.
            pub report: $crate::risk::Assessment,
        }
    };
}

declare_risk_events!();
