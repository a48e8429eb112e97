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
    };
}

declare_account_events!();
