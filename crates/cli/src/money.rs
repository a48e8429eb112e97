//! `ballast deposit`, `withdraw` and `transfer`.

use crate::{
    act::{self, Act},
    decimal::{exact, Decimal},
    failure::{Failure, Result},
    session::{Session, Which},
    Output,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, Exchange};
use ballast_interface::seeds;
use clap::Args;

/// How much of what.
#[derive(Args)]
struct Amount {
    /// How many tokens, as a decimal.
    #[arg(value_name = "AMOUNT")]
    amount: Decimal,
    /// Number of the bank whose token it is; zero for cash.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    bank: u16,
}

impl Amount {
    /// In the token's smallest unit.
    fn units(&self, exchange: &Exchange) -> Result<u64> {
        Ok(self.amount.amount(exchange.decimals(self.bank)?)?)
    }

    /// In words.
    fn words(&self, exchange: &Exchange) -> Result<String> {
        let places = exchange.decimals(self.bank)?;
        let of = if self.bank == 0 { "cash".to_owned() } else { format!("bank:{}", self.bank) };
        Ok(format!("{} {of}", exact(self.units(exchange)?.into(), places)))
    }
}

/// Deposits tokens, or cash, out of the keypair's wallet.
#[derive(Args)]
pub struct Deposit {
    #[command(flatten)]
    amount: Amount,
    #[command(flatten)]
    which: Which,
}

/// Withdraws tokens, or cash, to the owner's wallet.
#[derive(Args)]
pub struct Withdraw {
    #[command(flatten)]
    amount: Amount,
    #[command(flatten)]
    which: Which,
}

/// Moves tokens, or cash, to another account of the same owner.
#[derive(Args)]
pub struct Transfer {
    #[command(flatten)]
    amount: Amount,
    #[command(flatten)]
    which: Which,
    /// Address of the account that gets them.
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "to_sub_id", required_unless_present = "to_sub_id")]
    to: Option<Pubkey>,
    /// Its number among the owner's, instead.
    #[arg(long, value_name = "NUMBER")]
    to_sub_id: Option<u16>,
}

/// Deposits.
pub async fn deposit(arguments: &Deposit, session: &Session) -> Result<Output> {
    session.must_ask()?;
    let sender = session.sender()?;
    let (exchange, held) = arguments.which.find(session).await?;
    let Amount { bank, .. } = arguments.amount;
    let steps =
        Build::new(&exchange).deposit(&held, bank, arguments.amount.units(&exchange)?, &sender.payer())?;
    let act = Act {
        title: format!("Deposit {}", arguments.amount.words(&exchange)?),
        facts: vec![
            ("Account", "account", held.address.to_string()),
            ("From", "from", sender.payer().to_string()),
            ("Amount", "amount", arguments.amount.amount.to_string()),
        ],
        steps,
        signers: vec![],
        accounts: vec![&held],
        as_is: false,
    };
    act::carry_out(session, &sender, &exchange, act).await
}

/// Withdraws.
pub async fn withdraw(arguments: &Withdraw, session: &Session) -> Result<Output> {
    session.must_ask()?;
    let sender = session.sender()?;
    let (exchange, held) = arguments.which.find(session).await?;
    let Amount { bank, .. } = arguments.amount;
    let units = arguments.amount.units(&exchange)?;
    let act = Act {
        title: format!("Withdraw {}", arguments.amount.words(&exchange)?),
        facts: vec![
            ("Account", "account", held.address.to_string()),
            ("To", "to", sender.payer().to_string()),
            ("Amount", "amount", arguments.amount.amount.to_string()),
        ],
        steps: Build::new(&exchange).withdraw(&held, bank, units, &sender.payer())?,
        signers: vec![],
        accounts: vec![&held],
        as_is: false,
    };
    act::carry_out(session, &sender, &exchange, act).await
}

/// Transfers.
pub async fn transfer(arguments: &Transfer, session: &Session) -> Result<Output> {
    session.must_ask()?;
    let sender = session.sender()?;
    let (exchange, from) = arguments.which.find(session).await?;
    let to = match (arguments.to, arguments.to_sub_id) {
        (Some(to), _) => to,
        (None, number) => {
            seeds::find_margin_account(&exchange.address, &from.state.owner, number.unwrap_or(0)).0
        }
    };
    if to == from.address {
        return Err(Failure::new("Tokens cannot be moved from an account to itself."));
    }
    let to = session.account(&to).await?;
    let Amount { bank, .. } = arguments.amount;
    let units = arguments.amount.units(&exchange)?;
    let act = Act {
        title: format!("Transfer {}", arguments.amount.words(&exchange)?),
        facts: vec![
            ("From", "from", from.address.to_string()),
            ("To", "to", to.address.to_string()),
            ("Amount", "amount", arguments.amount.amount.to_string()),
        ],
        steps: Build::new(&exchange).transfer(&from, &to, bank, units, &sender.payer())?,
        signers: vec![],
        accounts: vec![&from, &to],
        as_is: false,
    };
    act::carry_out(session, &sender, &exchange, act).await
}
