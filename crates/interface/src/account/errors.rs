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
            /// Somebody else governs the group.
            #[msg("Only the group's authority may do that.")]
            NotAuthority,
            /// Somebody else guards the group.
            #[msg("Only the group's authority or guardian may do that.")]
            NotGuardian,
            /// The signer may not act for the account.
            #[msg("The signer is neither the account's owner nor a delegate who may do that now.")]
            NotAllowed,
            /// Somebody else owns the account.
            #[msg("Only the account's owner may do that.")]
            NotOwner,
            /// Somebody else operates the venue.
            #[msg("Only the venue's operator may do that.")]
            NotOperator,
            /// Somebody else rescues accounts.
            #[msg("Only the group's liquidation program may do that.")]
            NotRescuer,
            /// Accounts of two groups are mixed.
            #[msg("An account belongs to another group.")]
            WrongGroup,
            /// A number is beyond what can be held.
            #[msg("A number is too large to be held exactly.")]
            NumberTooLarge,
            /// The group's rules have a value out of range.
            #[msg("The group's rules have a value out of its range.")]
            GroupRulesInvalid,
            /// The market's terms have a value out of range.
            #[msg("The market's terms have a value out of its range.")]
            MarketTermsInvalid,
            /// The market was written by another version of the program.
            #[msg("This market was written by another version of Ballast and cannot be used by this one.")]
            MarketVersionUnknown,
            /// A change would leave a market that contradicts itself.
            #[msg("The market would contradict its own rules after this change, so nothing was changed.")]
            MarketBroken,
            /// The market's risk says something else.
            #[msg("The risk program's market has another lot, other decimals, or does not fit this token or market.")]
            MarketRiskUnfit,
            /// The bank was written by another version of the program.
            #[msg("This bank was written by another version of Ballast and cannot be used by this one.")]
            BankVersionUnknown,
            /// A change would leave a bank that contradicts itself.
            #[msg("The bank would contradict its own rules after this change, so nothing was changed.")]
            BankBroken,
            /// The ramp is too long.
            #[msg("A deposit cap may ramp up for a year at most.")]
            RampInvalid,
            /// The venue was written by another version of the program.
            #[msg("This venue was written by another version of Ballast and cannot be used by this one.")]
            VenueVersionUnknown,
            /// The venue's terms have a value out of range.
            #[msg("The venue needs an operator, an owner of its fees, and a fee of five per cent at most.")]
            VenueInvalid,
            /// The venue is suspended.
            #[msg("This venue is suspended and can settle nothing.")]
            VenueSuspended,
            /// A number is not the next one.
            #[msg("Numbers are given in order: this is not the next one.")]
            NumberTaken,
            /// The group has no vault yet.
            #[msg("The group's vault is not opened yet.")]
            VaultMissing,
            /// An account is not the vault.
            #[msg("The given vault is not the group's or the bank's.")]
            VaultWrong,
            /// The vault holds less than it owes.
            #[msg("The vault would hold less than it owes, so nothing was changed.")]
            VaultShort,
            /// The token can do more than Ballast can answer for.
            #[msg("This token has an extension that Ballast does not support.")]
            MintUnsupported,
            /// The mint is another one.
            #[msg("The given mint is not the one of this cash or collateral.")]
            MintWrong,
            /// The token account is another one.
            #[msg("The given token account is of another token, or belongs to somebody else.")]
            TokenAccountWrong,
            /// Nothing is to be moved.
            #[msg("The amount is zero.")]
            AmountZero,
            /// The bank takes no more.
            #[msg("This token's deposit cap is reached for now.")]
            DepositCapReached,
            /// The account has fewer tokens.
            #[msg("The account does not hold that many tokens.")]
            TokensMissing,
            /// The account has no free slot for a token.
            #[msg("The account already holds as many kinds of collateral as it can.")]
            TokensTooMany,
            /// The token's price is in doubt.
            #[msg("The token's price is not good now, so the account cannot take a new kind of collateral.")]
            FeedDoubtful,
            /// Too much left of late.
            #[msg("Too much has left the group of late: withdraw less, or later.")]
            OutflowTooFast,
            /// Everybody together owes enough.
            #[msg("The group's borrow cap is reached: this would add to the debt.")]
            BorrowCapReached,
            /// The guardian has stopped this.
            #[msg("The guardian has stopped this for a few hours.")]
            Paused,
            /// The stop would last too long.
            #[msg("Nothing can be stopped for longer than six hours, nor by the guardian again within six hours after.")]
            PauseTooLong,
            /// The account is under liquidation.
            #[msg("This account is under liquidation: it can only deposit, repay and reduce.")]
            UnderLiquidation,
            /// The account is not under liquidation.
            #[msg("This account is not under liquidation.")]
            NotUnderLiquidation,
            /// The account has too little margin.
            #[msg("The account would have less than its initial margin.")]
            MarginShort,
            /// The account is short, and this makes it worse.
            #[msg("The account is below its initial margin, and this would lower its health.")]
            HealthFalls,
            /// Feeds permit only smaller positions.
            #[msg("The state of the account's price feeds permits only smaller positions now.")]
            FeedsForbid,
            /// The risk program is another one.
            #[msg("The given risk program is not the one that the group follows.")]
            RiskProgramWrong,
            /// A market is not given.
            #[msg("A market that this instruction needs is not given.")]
            MarketMissing,
            /// Markets or banks are not in order.
            #[msg("Markets, banks and risks must be given by rising number, each once.")]
            MarketOrder,
            /// An account is given that does not belong there.
            #[msg("An account is given that is no market, bank or risk of this group.")]
            AccountGivenWrong,
            /// The market lets positions only become smaller.
            #[msg("This market lets positions only become smaller.")]
            MarketReduceOnly,
            /// The instrument has no meaning.
            #[msg("An instrument's kind, expiry and strike do not fit each other.")]
            InstrumentInvalid,
            /// The instrument is not traded.
            #[msg("This instrument is not traded in this market.")]
            InstrumentOff,
            /// The strike is between two steps.
            #[msg("The strike is not on the market's step.")]
            StrikeOffStep,
            /// The strike is too far from the index.
            #[msg("The strike is too far from the index.")]
            StrikeFar,
            /// The price is between two ticks.
            #[msg("The price is not on the market's tick.")]
            PriceOffTick,
            /// The price is too far from the index.
            #[msg("The price is further from the index than the market allows.")]
            PriceFar,
            /// The expiry is not listed.
            #[msg("This expiry is not listed in the market.")]
            ExpiryNotListed,
            /// The expiry is listed already.
            #[msg("This expiry is listed already.")]
            ExpiryListed,
            /// The expiry does not follow the rule.
            #[msg("The market's rule does not let this expiry be listed now.")]
            ExpiryOffRule,
            /// The market has no free date.
            #[msg("The market already lists as many expiries as it can.")]
            ExpiriesTooMany,
            /// The expiry has passed.
            #[msg("This expiry has passed: the position can only be settled.")]
            ExpiryPassed,
            /// The expiry is ahead.
            #[msg("This expiry is still ahead.")]
            ExpiryAhead,
            /// The settlement price is not known.
            #[msg("The settlement price is not known yet.")]
            SettlementUnknown,
            /// The settlement price is frozen already.
            #[msg("The settlement price of this expiry is frozen already.")]
            SettlementFrozen,
            /// The market takes no more positions.
            #[msg("The market's cap on open interest is reached.")]
            OpenInterestCapReached,
            /// The account has no free leg.
            #[msg("The account already holds as many positions as it can.")]
            LegsTooMany,
            /// The account has no free row for a market.
            #[msg("The account already has positions or claims in as many markets as it can.")]
            MarketsTooMany,
            /// Nothing is to be traded.
            #[msg("A trade needs lots, and one to eight legs in order.")]
            NothingTraded,
            /// An account would trade with itself.
            #[msg("An account cannot trade with itself.")]
            SelfTrade,
            /// The order has no meaning.
            #[msg("The order has no meaning: it needs one to eight legs in order, units, and a nonce above zero.")]
            OrderInvalid,
            /// The order is another account's, or another venue's.
            #[msg("The order is for another account or another venue.")]
            OrderWrong,
            /// The order has expired.
            #[msg("The order has expired.")]
            OrderExpired,
            /// The order is cancelled.
            #[msg("The order is cancelled.")]
            OrderCancelled,
            /// Fewer units are left.
            #[msg("The order has fewer units left than are to be filled.")]
            OrderFilled,
            /// The record of orders is full.
            #[msg("Too many of the account's orders are filled in part: cancel old ones by raising the watermark.")]
            OrdersTooMany,
            /// The orders do not match.
            #[msg("The two orders are not for the same legs on opposite sides.")]
            OrdersUnlike,
            /// The price is worse than the limit.
            #[msg("The price is worse than the order's limit.")]
            OrderLimit,
            /// The fee is higher than the order or the venue allows.
            #[msg("The fee is higher than the order or the venue allows.")]
            OrderFee,
            /// The order may only reduce.
            #[msg("The order may only make positions smaller.")]
            OrderReduceOnly,
            /// The order is not signed.
            #[msg("The order is not signed by the account's owner or a delegate, or its check is not directly before.")]
            SignatureMissing,
            /// The watermark would fall.
            #[msg("The watermark of cancelled orders only rises.")]
            WatermarkFalls,
            /// The record of orders is not given.
            #[msg("The account's record of orders is not given, or there is none.")]
            RecordMissing,
            /// The account has a record of orders.
            #[msg("The account already has a record of orders.")]
            RecordExists,
            /// The trigger has no meaning.
            #[msg("The trigger has no meaning: it needs lots that make a position smaller, a level, a worst price, and a time ahead.")]
            TriggerInvalid,
            /// No more triggers fit.
            #[msg("The account already has as many triggers as it can.")]
            TriggersTooMany,
            /// There is no such trigger.
            #[msg("There is no such trigger.")]
            TriggerMissing,
            /// The trigger's level is not reached.
            #[msg("The trigger's level is not reached, or the price is not good.")]
            TriggerWaits,
            /// The price is worse than the trigger allows.
            #[msg("The price, or the fee, is worse than the trigger allows.")]
            TriggerPrice,
            /// The delegate has no meaning.
            #[msg("A delegate needs a key other than the owner's, a known scope, and a time ahead.")]
            DelegateInvalid,
            /// The account holds or owes something.
            #[msg("The account still holds or owes something.")]
            AccountNotEmpty,
            /// The mark has no meaning.
            #[msg("The mark must be above zero, and come from the market's venue.")]
            MarkInvalid,
            /// There is nothing to settle.
            #[msg("There is nothing to settle now.")]
            NothingToSettle,
            /// More loss is to be shared than there is.
            #[msg("More is to be absorbed or shared than the account owes, or than lenders have.")]
            LossTooLarge,
            /// The vault has less than that.
            #[msg("The vault does not have that many tokens now, since others borrow them: withdraw less, or later.")]
            VaultLent,
            /// The record of orders was written by another version of the program.
            #[msg("This record of orders was written by another version of Ballast and cannot be used by this one.")]
            RecordVersionUnknown,
            /// The price gives away too much.
            #[msg("The price gives away more of the account's value than closing may cost.")]
            PriceUnfair,
            /// More is to be cut than claims can bear.
            #[msg("More is to be cut from claims than the account still owes to the market, or than its pool cannot pay.")]
            CutTooLarge,
            /// A rescue cannot fill the order.
            #[msg("A liquidation fills orders without tokens only, with one price for each leg.")]
            RescueOrderInvalid,
            /// The group would have to count the account's cash.
            #[msg("The account borrows, or its cash moves far from what the group has counted: send this with the group writable.")]
            CashUncounted,
            /// Fees have no place to wait in.
            #[msg("No market that is given has room for these fees: collect some, or send this with group and venue writable.")]
            FeesUnplaced,
            /// The group has as many markets as it can.
            #[msg("The group has as many markets as one transaction can name.")]
            GroupFull,
        }
    };
}

declare_account_errors!();
