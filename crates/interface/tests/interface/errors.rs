//! Every refusal of the risk program has a number of its own, which never changes, and a sentence.

use ballast_interface::{liquidation::LiquidationError, risk::RiskError};
use std::collections::HashSet;

/// Every error with its number; an error that is not listed does not compile.
macro_rules! numbers {
    ($($error:ident = $number:literal,)+) => {
        const NUMBERS: &[(RiskError, u32)] = &[$((RiskError::$error, $number),)+];

        #[allow(dead_code)]
        fn every_error_is_listed(error: RiskError) {
            match error {
                $(RiskError::$error => (),)+
            }
        }
    };
}

numbers! {
    NotAuthority = 6000,
    WrongGroup = 6001,
    ModelVersionUnknown = 6002,
    MarketRiskVersionUnknown = 6003,
    CommitteeVersionUnknown = 6004,
    ModelInvalid = 6005,
    ModelTooLarge = 6006,
    ModelIsDraft = 6007,
    MarketRulesInvalid = 6008,
    MarketUnitChanged = 6009,
    CommitteeInvalid = 6010,
    PriceAccountWrong = 6011,
    PriceOwnerWrong = 6012,
    PriceMalformed = 6013,
    PriceFeedWrong = 6014,
    PriceUnverified = 6015,
    PriceFromFuture = 6016,
    PriceStale = 6017,
    PriceOlder = 6018,
    PriceMissing = 6019,
    NumberTooLarge = 6020,
    MessageNested = 6021,
    SignaturesMissing = 6022,
    SignatureForeign = 6023,
    SignerUnknown = 6024,
    SignerTwice = 6025,
    QuorumMissing = 6026,
    EpochWrong = 6027,
    SequenceOld = 6028,
    MessageEarly = 6029,
    MessageLate = 6030,
    SurfaceDatesInvalid = 6031,
    SurfaceInvalid = 6032,
    SurfaceButterfly = 6033,
    SurfaceCalendar = 6034,
    SurfaceWing = 6035,
    SurfaceLevel = 6036,
    SurfaceJump = 6037,
    ForwardFar = 6038,
    PriceUnknown = 6039,
    MultiplierOutOfRange = 6040,
    AttestationLooser = 6041,
    MarketMissing = 6042,
    MarketSuperfluous = 6043,
    MarketOutOfOrder = 6044,
    MarketRiskWrong = 6045,
    ExpiryUnknown = 6046,
    BookInvalid = 6047,
    StrikeOutOfRange = 6048,
    HealthTooLow = 6049,
    SequenceChanged = 6050,
    GroupVersionUnknown = 6051,
    AccountVersionUnknown = 6052,
    GroupElsewhere = 6053,
    FeedsForbid = 6054,
}

#[test]
fn every_error_has_its_number() {
    for (error, number) in NUMBERS {
        assert_eq!(u32::from(*error), *number, "{error:?}");
    }
}

#[test]
fn every_error_is_a_sentence_of_its_own() {
    let mut sentences = HashSet::new();
    for (error, _) in NUMBERS {
        let sentence = error.to_string();
        assert!(sentence.starts_with(|first: char| first.is_uppercase()), "{error:?}: {sentence}");
        assert!(sentence.ends_with('.') && !sentence.ends_with(".."), "{error:?}: {sentence}");
        assert!(sentence.split(' ').count() >= 4, "{error:?}: {sentence}");
        assert!(sentences.insert(sentence), "{error:?} says what another one says");
    }
}

#[test]
fn liquidation_has_one_error_so_far() {
    assert_eq!(u32::from(LiquidationError::VersionUnknown), 6000);
    assert!(LiquidationError::VersionUnknown.to_string().ends_with('.'));
}

/// What the engine refuses, in the risk program's words.
#[test]
fn every_refusal_of_the_engine_has_its_error() {
    use ballast_margin::MarginError as Margin;
    let expected = [
        (Margin::TooLarge, 6020),
        (Margin::MissingPrice, 6019),
        (Margin::UnknownExpiry, 6046),
        (Margin::StrikeOutOfRange, 6048),
        (Margin::BadSurface, 6032),
        (Margin::ButterflyArbitrage, 6033),
        (Margin::CalendarArbitrage, 6034),
        (Margin::WingTooSteep, 6035),
        (Margin::SurfaceLevel, 6036),
        (Margin::SurfaceJump, 6037),
        (Margin::BadModel, 6005),
        (Margin::UnknownMarket, 6042),
        (Margin::TooMany, 6047),
        (Margin::LegsOutOfOrder, 6047),
        (Margin::AboveTarget, 6047),
        (Margin::NoRelief, 6047),
        (Margin::NothingToShare, 6047),
    ];
    for (refusal, number) in expected {
        let what = format!("{refusal:?}");
        assert_eq!(u32::from(RiskError::from(refusal)), number, "{what}");
    }
}
