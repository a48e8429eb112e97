//! One file an instruction: accounts, validation, handler.

pub mod adopt_draft;
pub mod assess;
pub mod attest_multiplier;
pub mod change_committee;
pub mod change_market_risk;
pub mod check_health;
pub mod check_sequence;
pub mod create_committee;
pub mod create_draft;
pub mod create_market_risk;
pub mod create_model;
pub mod drop_draft;
pub mod load_preset;
pub mod post_surface;
pub mod publish_assessment;
pub mod quote;
pub mod refresh_price;
pub mod write_draft;

pub use adopt_draft::*;
pub use assess::*;
pub use attest_multiplier::*;
pub use change_committee::*;
pub use change_market_risk::*;
pub use check_health::*;
pub use check_sequence::*;
pub use create_committee::*;
pub use create_draft::*;
pub use create_market_risk::*;
pub use create_model::*;
pub use drop_draft::*;
pub use load_preset::*;
pub use post_surface::*;
pub use publish_assessment::*;
pub use quote::*;
pub use refresh_price::*;
pub use write_draft::*;

use crate::errors::RiskError;
use anchor_lang::prelude::*;
use ballast_interface::account::Group;
use ballast_interface::risk::Preset;
use ballast_margin::{model::Model, presets};

/// Refuses whoever is not the group's authority.
fn require_authority(group: &AccountLoader<Group>, signer: &Signer) -> Result<()> {
    let group = group.load()?;
    require!(group.version == Group::VERSION, RiskError::GroupVersionUnknown);
    require_keys_eq!(group.authority, signer.key(), RiskError::NotAuthority);
    Ok(())
}

/// The engine's model of a preset.
fn preset(preset: Preset) -> &'static Model<'static> {
    match preset {
        Preset::Ballast => &presets::BALLAST,
        Preset::Pmrm => &presets::PMRM,
        Preset::Span16 => &presets::SPAN16,
        Preset::Xpm => &presets::XPM,
    }
}
