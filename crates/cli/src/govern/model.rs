//! `ballast model`: which rules margin a group's accounts.

use super::steps::{perform, Step};
use crate::{failure::Result, session::Session, Output};
use ballast_interface::risk::{instructions as risk, CreateModelArgs, Preset as OnChain};
use ballast_interface::seeds;
use clap::{Args, Subcommand, ValueEnum};

/// A model that comes with the engine.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// Ballast's own.
    Ballast,
    /// Scenario portfolio margin.
    Pmrm,
    /// The sixteen scenarios of SPAN.
    Span16,
    /// Price by volatility matrix.
    Xpm,
}

impl Preset {
    /// As the risk program calls it.
    pub const fn chain(self) -> OnChain {
        match self {
            Self::Ballast => OnChain::Ballast,
            Self::Pmrm => OnChain::Pmrm,
            Self::Span16 => OnChain::Span16,
            Self::Xpm => OnChain::Xpm,
        }
    }
}

/// Puts risk models in force.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Load(Load),
}

/// Puts a preset in force; a group without a model gets it as its first.
#[derive(Args)]
struct Load {
    /// The preset.
    #[arg(value_enum)]
    preset: Preset,
}

/// Does it.
pub async fn run(arguments: &Arguments, session: &Session) -> Result<Output> {
    let Verb::Load(Load { preset }) = &arguments.verb;
    session.must_ask()?;
    let (group, sender) = (session.group()?, session.sender()?);
    let me = sender.payer();
    let model = seeds::find_model(&group).0;
    let instruction = match session.chain.account(&model).await? {
        Some(_) => risk::load_preset(&group, &me, preset.chain()),
        None => {
            risk::create_model(&group, &me, &me, CreateModelArgs { preset: preset.chain(), peg_market: 0 })
        }
    };
    let facts = vec![("Group", "group", group.to_string()), ("Model", "model", model.to_string())];
    perform(session, &sender, "Load a model", facts, vec![Step::new("preset", None, instruction)]).await
}
