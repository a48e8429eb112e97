//! What the risk program shows: its accounts, arguments, instructions, errors and events, and how they are read.

mod arguments;
mod assessment;
pub mod calling;
mod change;
mod committee;
mod errors;
mod events;
mod feed;
pub mod instructions;
mod market_risk;
mod market_rules;
mod model;
mod observation;
mod parameters;
mod price;
mod pyth;
mod quoting;
mod reading;
mod risks;
mod state;
mod surface;

pub use arguments::{
    AttestMultiplierArgs, CheckHealthArgs, CreateMarketRiskArgs, CreateModelArgs, ModelSection,
    PostSurfaceArgs, Preset, Slice,
};
pub use assessment::{Assessment, AssessmentParts, MarketAssessment};
pub use change::Change;
pub use committee::{Committee, MAX_ATTESTORS};
pub use errors::RiskError;
pub use events::{
    Assessed, CommitteeChanged, MarketRiskChanged, ModelChanged, MultiplierAttested, SurfacePosted,
};
pub use feed::{Feed, FEED_PYTH};
pub use market_risk::{Attested, MarketRisk, MAX_DATES};
pub use market_rules::{MarketRules, PredictorRules};
pub use model::{Model, ModelLists, MAX_CORRELATIONS, MAX_ROWS};
pub use observation::{Observation, PriceSource, Quoted};
pub use parameters::{ModelCorrelation, ModelParameters, ModelRow, NO_RULES};
pub use price::PriceCache;
pub use pyth::{Pyth, PRICE_UPDATE_TAG, RECEIVERS};
pub use quoting::{LiquidationQuote, QuoteArgs, QuoteLeg, QuoteMargins, QuoteTerms, MAX_QUOTE_LEGS};
pub use reading::{LegRoom, Reading};
pub use risks::{load_risk_of, Risks};
pub use state::{permit, Action, FeedState, Permit};
pub use surface::{DateRisk, SETTLEMENT_SECONDS};

use crate::ids;
use anchor_lang::prelude::{Owner, Pubkey};

// As in the account program's module: the macro would name this crate's own id as owner.
macro_rules! owned_by_risk_program {
    ($($layout:ty),*) => {$(
        impl Owner for $layout {
            fn owner() -> Pubkey {
                ids::RISK
            }
        }
    )*};
}

owned_by_risk_program!(Model, MarketRisk, Committee, Change);
