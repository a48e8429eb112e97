//! `ballast market add`.

use crate::{failure::Result, session::Session, Output};
use clap::Args;

/// Adds a market.
#[derive(Args)]
pub struct Add {}

pub async fn add(_: &Add, _: &Session) -> Result<Output> {
    Ok(Output::text(""))
}
