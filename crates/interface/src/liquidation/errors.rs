//! Why the liquidation program says no.

use anchor_lang::prelude::*;

/// Declares `LiquidationError` where it is invoked, as the other programs' errors are declared.
#[macro_export]
macro_rules! declare_liquidation_errors {
    () => {
        /// Every refusal of the liquidation program, as a sentence for the person who asked.
        #[error_code]
        #[derive(PartialEq, Eq)]
        pub enum LiquidationError {
            /// An account was written by another version of the program.
            #[msg("This account was written by another version of Ballast and cannot be used by this one.")]
            VersionUnknown,
            /// The signer is not the group's authority.
            #[msg("Only the group's authority may change how accounts are rescued.")]
            NotAuthority,
            /// An account belongs to another group.
            #[msg("An account given here belongs to another group.")]
            WrongGroup,
            /// The group trusts another liquidation program.
            #[msg("This group trusts another liquidation program.")]
            GroupElsewhere,
            /// A rule lies outside its range.
            #[msg("A rule of rescues lies outside its range.")]
            RulesInvalid,
            /// The fund's numbers contradict each other.
            #[msg("The insurance fund's numbers contradict each other.")]
            FundBroken,
            /// A number is too large.
            #[msg("A number is too large to be counted exactly.")]
            NumberTooLarge,
            /// Nothing was asked for.
            #[msg("The amount must be above zero.")]
            AmountZero,
            /// The account has maintenance margin.
            #[msg("This account has its maintenance margin: there is nothing to rescue.")]
            Healthy,
            /// The account is below its target.
            #[msg("This account is still below the target of its rescue.")]
            BelowTarget,
            /// Feeds do not permit a liquidation.
            #[msg("The state of this account's price feeds does not permit a liquidation now.")]
            FeedsForbid,
            /// The signer may not trade for the account that takes over.
            #[msg("You may not trade for the account that would take over.")]
            NotAllowed,
            /// An account would be rescued by itself, or by one that is under liquidation.
            #[msg("An account cannot take over from itself, nor while it is under liquidation.")]
            TakerUnfit,
            /// Whoever takes over would lack initial margin.
            #[msg("The account that would take over lacks the initial margin for it.")]
            TakerShort,
            /// The liquidator would be paid less than asked for.
            #[msg("The auction pays less now than you ask for.")]
            PaysTooLittle,
            /// The order asks for more than the auction pays.
            #[msg("The order asks for more than the auction pays now.")]
            OrderTooDear,
            /// The order does not fit the account's positions.
            #[msg("The order names a position that this account does not have, or on the same side.")]
            OrderUnfit,
            /// Closing positions alone could cure the account.
            #[msg("Closing positions alone could cure this account: its collateral is not for sale yet.")]
            Curable,
            /// The sale does not make the account healthier.
            #[msg("This sale would not raise the account's health.")]
            NoRelief,
            /// More collateral than the target needs.
            #[msg("This is more collateral than the account's target needs.")]
            TargetPassed,
            /// The token has no price.
            #[msg("This token has no usable price now.")]
            TokenUnpriced,
            /// The bank is not that of the token, or not of this group.
            #[msg("This bank is not one of the account's.")]
            BankWrong,
            /// The auction has not run its time.
            #[msg("The auction has not run its time yet.")]
            AuctionRuns,
            /// The account can still pay somebody who takes over.
            #[msg("This account can still pay somebody to take over: nobody is made to.")]
            NotBankrupt,
            /// The other account does not hold the other side.
            #[msg("The account that would give up positions does not hold the other side of all of them.")]
            WinnerUnfit,
            /// The winner would need more margin.
            #[msg("Without these positions the winner would need more margin: hedges stay.")]
            WinnerHedged,
            /// The account still holds positions or collateral of some worth.
            #[msg("This account still holds positions, or collateral that can be sold.")]
            NotReduced,
            /// The account owes nothing.
            #[msg("This account owes nothing.")]
            NothingOwed,
            /// A hop was made already, or an earlier one is missing.
            #[msg("The hops of a rescue are made once each, in their order.")]
            HopOutOfOrder,
            /// The next hop waits.
            #[msg("The next hop of this rescue has to wait a little.")]
            HopEarly,
            /// The fund has paid what it may for this market.
            #[msg("The insurance has paid what it may for this market for now.")]
            CoverSpent,
            /// Fewer shares than asked for.
            #[msg("There are fewer shares of the insurance than you ask for.")]
            SharesMissing,
            /// The stake would give no share.
            #[msg("This is too little to be a share of the insurance.")]
            StakeTooSmall,
            /// The stake still cools down.
            #[msg("This stake has to wait until its cooldown is over.")]
            StakeCools,
            /// A market that is needed is not given, or something else is given for it.
            #[msg("A market that this needs is not given, or out of order.")]
            MarketMissing,
            /// The token account is not the fund's, or of another mint.
            #[msg("This token account or mint is not the one that belongs here.")]
            TokenAccountWrong,
            /// The fund's vault holds less than the fund owns.
            #[msg("The insurance's vault holds less than it owns.")]
            VaultShort,
            /// Fees wait for the insurance.
            #[msg("Fees may wait for the insurance: they are taken in first, from all markets.")]
            FeesWaiting,
            /// The time in which shares could leave has passed.
            #[msg("The time in which this stake could leave has passed: ask for it again.")]
            ExitMissed,
            /// Positions that go with collateral could be taken over by themselves.
            #[msg("These positions can be taken over by themselves: only what hedges collateral is sold with it.")]
            NoHedge,
        }
    };
}

declare_liquidation_errors!();
