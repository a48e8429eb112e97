//! `ballast trade block`: a trade between two accounts whose owners both sign.

use crate::{
    act::{self, Act},
    decimal::exact,
    failure::{Failure, Result},
    instrument::LegWords,
    session::{Session, Which},
    settings, Output,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, Exchange, Signer};
use ballast_interface::{account::TradeLeg, seeds};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Trades.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Block(Block),
}

/// Trades between two accounts, whose owners or delegates both sign here.
#[derive(Args)]
struct Block {
    #[command(flatten)]
    which: Which,
    /// What the account buys, with its price: "1-PERP +2 @ 95000"; below zero it sells. Give it as often as there are
    /// legs.
    #[arg(long = "leg", value_name = "LEG", required = true)]
    legs: Vec<LegWords>,
    /// File of the keypair that signs for the other side.
    #[arg(long, value_name = "FILE")]
    counterparty: PathBuf,
    /// Address of the account on the other side; else it is the counterparty's own.
    #[arg(long, value_name = "ACCOUNT")]
    counterparty_account: Option<Pubkey>,
    /// Its number among the counterparty's.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, conflicts_with = "counterparty_account")]
    counterparty_sub_id: u16,
}

/// Does it.
pub async fn run(arguments: &Arguments, session: &Session) -> Result<Output> {
    let Verb::Block(block) = &arguments.verb;
    session.must_ask()?;
    let (sender, other) = (session.sender()?, settings::key(&block.counterparty)?);
    let (exchange, first) = block.which.find(session).await?;
    let legs = legs(&exchange, &block.legs)?;
    let (group, key) = (&exchange.address, other.pubkey());
    let own = seeds::find_margin_account(group, &key, block.counterparty_sub_id).0;
    let second = session.account(&block.counterparty_account.unwrap_or(own)).await?;
    if second.address == first.address {
        return Err(Failure::new("An account cannot trade with itself."));
    }
    let steps =
        Build::new(&exchange).block_trade((&first, &sender.payer()), (&second, &other.pubkey()), &legs)?;
    let places = exchange.group.quote_decimals;
    let mut facts = vec![
        ("Account", "account", first.address.to_string()),
        ("Counterparty", "counterparty", second.address.to_string()),
    ];
    let mut paid = 0i128;
    for leg in &legs {
        paid += i128::from(leg.value()?);
    }
    facts.push(("Value at these prices", "value", exact(paid, places)));
    let words: Vec<_> = block.legs.iter().map(LegWords::to_string).collect();
    let act = Act {
        title: format!("Trade {}", words.join(", ")),
        facts,
        steps,
        signers: vec![&other],
        accounts: vec![&first, &second],
        as_is: false,
    };
    act::carry_out(session, &sender, &exchange, act).await
}

/// The legs in the order in which they must stand, each with its price.
fn legs(exchange: &Exchange, words: &[LegWords]) -> Result<Vec<TradeLeg>> {
    let mut legs = vec![];
    for words in words {
        if words.price.is_none() {
            return Err(Failure::new(format!(
                "{}: expected a price, as in \"1-PERP +2 @ 95000\"",
                words.name
            )));
        }
        legs.push(words.on(exchange)?);
    }
    legs.sort_by_key(|leg| (leg.kind == 0, leg.instrument().place()));
    Ok(legs)
}
