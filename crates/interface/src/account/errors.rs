//! Why the account program says no.

use anchor_lang::prelude::*;

/// Declares `AccountError` where it is invoked: here for everybody, and once more inside the program when its
/// IDL is built, because Anchor lists only the errors of the program's own crate.
#[macro_export]
macro_rules! declare_account_errors {
    () => {
        /// Every refusal of the account program, as a sentence for the person who asked.
        #[error_code]
        #[derive(PartialEq, Eq)]
        pub enum AccountError {
            /// The quote mint is no mint.
            #[msg("The quote mint is not an initialised mint of SPL Token or Token-2022.")]
            QuoteMintInvalid,
            /// The quote token is divided too finely.
            #[msg("The quote token has more than nine decimals, which Ballast does not support.")]
            QuoteDecimalsTooMany,
            /// The group would have no authority.
            #[msg("The group needs an authority: the given address is empty.")]
            AuthorityMissing,
            /// The group would have no independent guardian.
            #[msg("The group needs a guardian other than its authority, or nobody could stop a bad change.")]
            GuardianInvalid,
            /// The group would trust a wrong program.
            #[msg("The risk and liquidation programs must be two different programs other than this one.")]
            SiblingProgramInvalid,
            /// The group was written by another version of the program.
            #[msg("This group was written by another version of Ballast and cannot be used by this one.")]
            GroupVersionUnknown,
            /// The margin account was written by another version of the program.
            #[msg("This account was written by another version of Ballast and cannot be used by this one.")]
            AccountVersionUnknown,
            /// A change would leave a group that contradicts itself.
            #[msg("The group would contradict its own rules after this change, so nothing was changed.")]
            GroupBroken,
            /// A change would leave a margin account that contradicts itself.
            #[msg("The account would contradict its own rules after this change, so nothing was changed.")]
            AccountBroken,
        }
    };
}

declare_account_errors!();
