//! Every refusal of the programs has a number of its own, which never changes, and a sentence.

use ballast_interface::{account::AccountError, liquidation::LiquidationError, risk::RiskError};
use std::{
    collections::HashSet,
    fmt::{Debug, Display},
};

/// Every error with its number; an error that is not listed does not compile.
macro_rules! numbers {
    ($list:ident, $of:ident: $($error:ident = $number:literal,)+) => {
        const $list: &[($of, u32)] = &[$(($of::$error, $number),)+];

        const _: fn($of) = |error| match error {
            $($of::$error => (),)+
        };
    };
}

numbers! { RISK, RiskError:
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
    AboveTarget = 6055,
    NoRelief = 6056,
    QuoteInvalid = 6057,
    LegExpired = 6058,
}

numbers! { ACCOUNT, AccountError:
    QuoteMintInvalid = 6000,
    QuoteDecimalsTooMany = 6001,
    AuthorityMissing = 6002,
    GuardianInvalid = 6003,
    SiblingProgramInvalid = 6004,
    GroupVersionUnknown = 6005,
    AccountVersionUnknown = 6006,
    GroupBroken = 6007,
    AccountBroken = 6008,
    NotAuthority = 6009,
    NotGuardian = 6010,
    NotAllowed = 6011,
    NotOwner = 6012,
    NotOperator = 6013,
    NotRescuer = 6014,
    WrongGroup = 6015,
    NumberTooLarge = 6016,
    GroupRulesInvalid = 6017,
    MarketTermsInvalid = 6018,
    MarketVersionUnknown = 6019,
    MarketBroken = 6020,
    MarketRiskUnfit = 6021,
    BankVersionUnknown = 6022,
    BankBroken = 6023,
    RampInvalid = 6024,
    VenueVersionUnknown = 6025,
    VenueInvalid = 6026,
    VenueSuspended = 6027,
    NumberTaken = 6028,
    VaultMissing = 6029,
    VaultWrong = 6030,
    VaultShort = 6031,
    MintUnsupported = 6032,
    MintWrong = 6033,
    TokenAccountWrong = 6034,
    AmountZero = 6035,
    DepositCapReached = 6036,
    TokensMissing = 6037,
    TokensTooMany = 6038,
    FeedDoubtful = 6039,
    OutflowTooFast = 6040,
    BorrowCapReached = 6041,
    Paused = 6042,
    PauseTooLong = 6043,
    UnderLiquidation = 6044,
    NotUnderLiquidation = 6045,
    MarginShort = 6046,
    HealthFalls = 6047,
    FeedsForbid = 6048,
    RiskProgramWrong = 6049,
    MarketMissing = 6050,
    MarketOrder = 6051,
    AccountGivenWrong = 6052,
    MarketReduceOnly = 6053,
    InstrumentInvalid = 6054,
    InstrumentOff = 6055,
    StrikeOffStep = 6056,
    StrikeFar = 6057,
    PriceOffTick = 6058,
    PriceFar = 6059,
    ExpiryNotListed = 6060,
    ExpiryListed = 6061,
    ExpiryOffRule = 6062,
    ExpiriesTooMany = 6063,
    ExpiryPassed = 6064,
    ExpiryAhead = 6065,
    SettlementUnknown = 6066,
    SettlementFrozen = 6067,
    OpenInterestCapReached = 6068,
    LegsTooMany = 6069,
    MarketsTooMany = 6070,
    NothingTraded = 6071,
    SelfTrade = 6072,
    OrderInvalid = 6073,
    OrderWrong = 6074,
    OrderExpired = 6075,
    OrderCancelled = 6076,
    OrderFilled = 6077,
    OrdersTooMany = 6078,
    OrdersUnlike = 6079,
    OrderLimit = 6080,
    OrderFee = 6081,
    OrderReduceOnly = 6082,
    SignatureMissing = 6083,
    WatermarkFalls = 6084,
    RecordMissing = 6085,
    RecordExists = 6086,
    TriggerInvalid = 6087,
    TriggersTooMany = 6088,
    TriggerMissing = 6089,
    TriggerWaits = 6090,
    TriggerPrice = 6091,
    DelegateInvalid = 6092,
    AccountNotEmpty = 6093,
    MarkInvalid = 6094,
    NothingToSettle = 6095,
    LossTooLarge = 6096,
    VaultLent = 6097,
    RecordVersionUnknown = 6098,
    PriceUnfair = 6099,
    CutTooLarge = 6100,
    RescueOrderInvalid = 6101,
    CashUncounted = 6102,
    FeesUnplaced = 6103,
    GroupFull = 6104,
}

numbers! { LIQUIDATION, LiquidationError:
    VersionUnknown = 6000,
    NotAuthority = 6001,
    WrongGroup = 6002,
    GroupElsewhere = 6003,
    RulesInvalid = 6004,
    FundBroken = 6005,
    NumberTooLarge = 6006,
    AmountZero = 6007,
    Healthy = 6008,
    BelowTarget = 6009,
    FeedsForbid = 6010,
    NotAllowed = 6011,
    TakerUnfit = 6012,
    TakerShort = 6013,
    PaysTooLittle = 6014,
    OrderTooDear = 6015,
    OrderUnfit = 6016,
    Curable = 6017,
    NoRelief = 6018,
    TargetPassed = 6019,
    TokenUnpriced = 6020,
    BankWrong = 6021,
    AuctionRuns = 6022,
    NotBankrupt = 6023,
    WinnerUnfit = 6024,
    WinnerHedged = 6025,
    NotReduced = 6026,
    NothingOwed = 6027,
    HopOutOfOrder = 6028,
    HopEarly = 6029,
    CoverSpent = 6030,
    SharesMissing = 6031,
    StakeTooSmall = 6032,
    StakeCools = 6033,
    MarketMissing = 6034,
    TokenAccountWrong = 6035,
    VaultShort = 6036,
    FeesWaiting = 6037,
    ExitMissed = 6038,
    NoHedge = 6039,
}

#[test]
fn every_error_has_its_number() {
    for (error, number) in RISK {
        assert_eq!(u32::from(*error), *number, "{error:?}");
    }
    for (error, number) in ACCOUNT {
        assert_eq!(u32::from(*error), *number, "{error:?}");
    }
    for (error, number) in LIQUIDATION {
        assert_eq!(u32::from(*error), *number, "{error:?}");
    }
}

fn each_is_a_sentence_of_its_own<T: Debug + Display>(errors: &[(T, u32)]) {
    let mut sentences = HashSet::new();
    for (error, _) in errors {
        let sentence = error.to_string();
        assert!(sentence.starts_with(|first: char| first.is_uppercase()), "{error:?}: {sentence}");
        assert!(sentence.ends_with('.') && !sentence.ends_with(".."), "{error:?}: {sentence}");
        assert!(sentence.split(' ').count() >= 4, "{error:?}: {sentence}");
        assert!(sentences.insert(sentence), "{error:?} says what another one says");
    }
}

#[test]
fn every_error_is_a_sentence_of_its_own() {
    each_is_a_sentence_of_its_own(RISK);
    each_is_a_sentence_of_its_own(ACCOUNT);
    each_is_a_sentence_of_its_own(LIQUIDATION);
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
        (Margin::AboveTarget, 6055),
        (Margin::NoRelief, 6056),
        (Margin::NothingToShare, 6047),
    ];
    for (refusal, number) in expected {
        let what = format!("{refusal:?}");
        assert_eq!(u32::from(RiskError::from(refusal)), number, "{what}");
    }
}
