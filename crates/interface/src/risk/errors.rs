//! Why the risk program says no.

use anchor_lang::prelude::*;

/// Declares `RiskError` where it is invoked: here for everybody, and once more inside the program when its IDL
/// is built, because Anchor lists only the errors of the program's own crate.
#[macro_export]
macro_rules! declare_risk_errors {
    () => {
        /// Every refusal of the risk program, as a sentence for the person who asked.
        #[error_code]
        #[derive(PartialEq, Eq)]
        pub enum RiskError {
            /// The signer is not the group's authority.
            #[msg("Only the group's authority may change how risk is judged.")]
            NotAuthority,
            /// An account belongs to another group.
            #[msg("An account given here belongs to another group.")]
            WrongGroup,
            /// The model was written by another version of the program.
            #[msg("This risk model was written by another version of Ballast and cannot be used by this one.")]
            ModelVersionUnknown,
            /// The market's risk was written by another version of the program.
            #[msg("This market's risk was written by another version of Ballast and cannot be used by this one.")]
            MarketRiskVersionUnknown,
            /// The committee was written by another version of the program.
            #[msg("This committee was written by another version of Ballast and cannot be used by this one.")]
            CommitteeVersionUnknown,
            /// A parameter of the model lies outside its range.
            #[msg("The risk model contradicts itself or has a parameter outside its range.")]
            ModelInvalid,
            /// More rows or correlations than a model holds.
            #[msg("The risk model has more scenarios or correlations than an account holds.")]
            ModelTooLarge,
            /// A draft was given where a model in force is needed, or the other way round.
            #[msg("A draft of a risk model margins nobody: adopt it first.")]
            ModelIsDraft,
            /// A parameter of a market lies outside its range.
            #[msg("A parameter of this market's risk lies outside its range.")]
            MarketRulesInvalid,
            /// A parameter that positions depend on would change.
            #[msg("A market's contract size and its token's decimals can never change: positions count in them.")]
            MarketUnitChanged,
            /// A committee without attestors, with one twice, or with a threshold it cannot reach.
            #[msg("A committee needs one to eight different attestors and a threshold that they can reach.")]
            CommitteeInvalid,
            /// The price account is not the one of this market.
            #[msg("This is not the price account that this market is pinned to.")]
            PriceAccountWrong,
            /// The price account belongs to a program that is not this market's oracle.
            #[msg("The price account does not belong to this market's oracle program.")]
            PriceOwnerWrong,
            /// The price account holds something else.
            #[msg("The price account does not hold a Pyth price update.")]
            PriceMalformed,
            /// The price account holds another feed's price.
            #[msg("The price account holds the price of another feed.")]
            PriceFeedWrong,
            /// The price is not fully verified.
            #[msg("The price is not fully verified by its oracle.")]
            PriceUnverified,
            /// The price claims to come from the future.
            #[msg("The price claims to be published in the future.")]
            PriceFromFuture,
            /// The price is too old.
            #[msg("The price is too old: post a newer one to the oracle first.")]
            PriceStale,
            /// A newer price is known already.
            #[msg("A newer price of this market is known already.")]
            PriceOlder,
            /// The market never had a price, or its oracle gives none that means anything.
            #[msg("This market has no usable price yet.")]
            PriceMissing,
            /// A number of a book or price is too large to be exact.
            #[msg("A number of this book is too large to be margined exactly.")]
            NumberTooLarge,
            /// A signed message must be sent by itself, not by another program.
            #[msg("A signed message must be sent in an instruction of its own, not through another program.")]
            MessageNested,
            /// Signatures are not checked in front of the message.
            #[msg("Put the check of the committee's signatures directly before the signed message.")]
            SignaturesMissing,
            /// A signature is of something else than this message.
            #[msg("A signature is not for exactly this message.")]
            SignatureForeign,
            /// A signer is not on the committee.
            #[msg("A signer of this message is not on the committee.")]
            SignerUnknown,
            /// An attestor signed twice.
            #[msg("An attestor signed this message twice.")]
            SignerTwice,
            /// Too few attestors signed.
            #[msg("Too few of the committee's attestors signed this message.")]
            QuorumMissing,
            /// The message was signed for an earlier or later committee.
            #[msg("This message was signed for another term of the committee.")]
            EpochWrong,
            /// The message was used already, or a later one was.
            #[msg("This message was used already, or a later one was.")]
            SequenceOld,
            /// The message is not valid yet.
            #[msg("This message is not valid yet.")]
            MessageEarly,
            /// The message has lapsed, or would be valid for longer than the market allows.
            #[msg("This message has lapsed, or claims to be valid for too long.")]
            MessageLate,
            /// Dates are not in order, are past, or are too many.
            #[msg("The surface's dates must rise, lie ahead, and fit beside those that the market has.")]
            SurfaceDatesInvalid,
            /// A surface has parameters without a meaning.
            #[msg("A volatility surface has parameters that mean nothing.")]
            SurfaceInvalid,
            /// A surface holds butterfly arbitrage.
            #[msg("A volatility surface would let a butterfly be bought below zero.")]
            SurfaceButterfly,
            /// A surface holds calendar arbitrage.
            #[msg("Two volatility surfaces would let a calendar be bought below zero.")]
            SurfaceCalendar,
            /// A surface's wings are too steep.
            #[msg("A volatility surface's wing is steeper than prices allow.")]
            SurfaceWing,
            /// Volatility lies outside the market's bounds.
            #[msg("A volatility surface lies below or above what this market allows.")]
            SurfaceLevel,
            /// Volatility moves faster than the market allows.
            #[msg("A volatility surface moves faster than this market allows.")]
            SurfaceJump,
            /// A forward is too far from the index.
            #[msg("A forward is further from the index than this market allows.")]
            ForwardFar,
            /// There is no recent price to judge forwards by.
            #[msg("The market's price is stale or unusable: refresh it first.")]
            PriceUnknown,
            /// The multiplier is below one or above the market's bound.
            #[msg("An attested multiplier must be at least one and within the market's bound.")]
            MultiplierOutOfRange,
            /// An attestation would loosen the one in force.
            #[msg("An attestation can only tighten: the one in force is higher or lasts longer.")]
            AttestationLooser,
            /// A market that the account holds is not given.
            #[msg("A market that this account holds is not given.")]
            MarketMissing,
            /// A market that the account does not hold is given.
            #[msg("A market is given that this account does not hold.")]
            MarketSuperfluous,
            /// Markets are not in order, or one is given twice.
            #[msg("Markets must be given by rising number, each once.")]
            MarketOutOfOrder,
            /// An account that is given as a market's risk is something else.
            #[msg("An account that is given as a market's risk is something else.")]
            MarketRiskWrong,
            /// A position names a date that its market does not list.
            #[msg("A position names an expiry that its market does not list.")]
            ExpiryUnknown,
            /// The book does not fit the engine, or is not in order.
            #[msg("This book holds more than can be margined at once, or is not in canonical order.")]
            BookInvalid,
            /// An option's strike is too far from the forward.
            #[msg("An option's strike is too far from the forward to be priced.")]
            StrikeOutOfRange,
            /// Health or room is below the asked level.
            #[msg("The account has less margin to spare than asked for.")]
            HealthTooLow,
            /// The account changed since it was looked at.
            #[msg("The account changed since you looked at it.")]
            SequenceChanged,
            /// The group was written by another version of the account program.
            #[msg("This group was written by another version of Ballast and cannot be used by this one.")]
            GroupVersionUnknown,
            /// The margin account was written by another version of the account program.
            #[msg("This account was written by another version of Ballast and cannot be used by this one.")]
            AccountVersionUnknown,
            /// The group follows another risk program.
            #[msg("This group follows another risk program.")]
            GroupElsewhere,
            /// The feeds do not permit what was asked for.
            #[msg("The state of this account's price feeds does not permit that now.")]
            FeedsForbid,
            /// The account is at its target.
            #[msg("This account is at its target: nothing may be taken from it.")]
            AboveTarget,
            /// Closing these positions does not raise health.
            #[msg("Closing these positions would not raise the account's health.")]
            NoRelief,
            /// What shall be closed is not in the account.
            #[msg("Name up to eight positions by rising place, with at least one unit of lots that they all have.")]
            QuoteInvalid,
            /// A position's date has passed.
            #[msg("A position whose date has passed can only be settled.")]
            LegExpired,
        }
    };
}

declare_risk_errors!();

impl From<ballast_margin::MarginError> for RiskError {
    fn from(error: ballast_margin::MarginError) -> Self {
        use ballast_margin::MarginError as Margin;
        match error {
            Margin::TooLarge => Self::NumberTooLarge,
            Margin::MissingPrice => Self::PriceMissing,
            Margin::UnknownExpiry => Self::ExpiryUnknown,
            Margin::StrikeOutOfRange => Self::StrikeOutOfRange,
            Margin::BadSurface => Self::SurfaceInvalid,
            Margin::ButterflyArbitrage => Self::SurfaceButterfly,
            Margin::CalendarArbitrage => Self::SurfaceCalendar,
            Margin::WingTooSteep => Self::SurfaceWing,
            Margin::SurfaceLevel => Self::SurfaceLevel,
            Margin::SurfaceJump => Self::SurfaceJump,
            Margin::BadModel => Self::ModelInvalid,
            Margin::UnknownMarket => Self::MarketMissing,
            Margin::AboveTarget => Self::AboveTarget,
            Margin::NoRelief => Self::NoRelief,
            Margin::TooMany | Margin::LegsOutOfOrder | Margin::NothingToShare => Self::BookInvalid,
        }
    }
}
