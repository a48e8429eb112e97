//! `ballast bank`: tokens that a group takes as collateral.

use super::{
    group::{owner, spl_token},
    steps::{perform, Step},
};
use crate::{decimal::Decimal, failure::Result, session::Session, Output};
use anchor_lang::prelude::Pubkey;
use ballast_client::{tokens, Keypair, Signer};
use ballast_interface::{
    account::{instructions as account, CreateBankArgs},
    seeds,
};
use clap::{Args, Subcommand};

/// Adds banks.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Add(Add),
}

/// Takes a token as collateral.
#[derive(Args)]
struct Add {
    /// Number of the market that prices the token.
    #[arg(long, value_name = "MARKET")]
    market: u16,
    /// Mint of the token.
    #[arg(long, value_name = "ADDRESS", required_unless_present = "create_mint")]
    mint: Option<Pubkey>,
    /// Makes a mint for it, for test networks, and so many tokens for the keypair's wallet.
    #[arg(long, value_name = "AMOUNT", conflicts_with = "mint")]
    create_mint: Option<Decimal>,
    /// Most that may be deposited, in tokens.
    #[arg(long, value_name = "AMOUNT")]
    cap: Decimal,
    /// Seconds in which the cap rises from nothing.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    ramp: u32,
}

/// Does it.
pub async fn run(arguments: &Arguments, session: &Session) -> Result<Output> {
    let Verb::Add(add) = &arguments.verb;
    session.must_ask()?;
    let (exchange, sender) = (session.exchange().await?, session.sender()?);
    let (group, me) = (exchange.address, sender.payer());
    let places = exchange.risk(add.market)?.rules.token_decimals;
    let new_mint = Keypair::new();
    let mint = add.mint.unwrap_or(new_mint.pubkey());
    let mut steps = vec![];
    let token_program = match &add.create_mint {
        None => owner(session, &mint).await?,
        Some(amount) => {
            let purse = tokens::purse(&me, &mint, &spl_token());
            let mut instructions = tokens::create_mint(&session.chain, &me, &mint, &me, places).await?;
            instructions.push(tokens::open_purse(&me, &me, &purse));
            instructions.push(tokens::mint_to(&purse, &me, amount.amount(places)?)?);
            steps.push(Step { words: "mint", makes: None, instructions, signers: vec![&new_mint] });
            spl_token()
        }
    };
    let bank = exchange.group.bank_count + 1;
    let args =
        CreateBankArgs { bank, market: add.market, cap: add.cap.amount(places)?, ramp_seconds: add.ramp };
    let create = account::create_bank(&group, &me, &me, &mint, &token_program, &args);
    steps.push(Step::new("bank", Some(seeds::find_bank(&group, bank).0), create));
    let facts = vec![
        ("Bank", "bank", bank.to_string()),
        ("Market", "market", add.market.to_string()),
        ("Mint", "mint", mint.to_string()),
    ];
    perform(session, &sender, "Add a bank", facts, steps).await
}
