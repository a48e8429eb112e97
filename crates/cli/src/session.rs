//! A cluster, a key and a group at hand, and asking before money moves.

use crate::{
    failure::{Failure, Result},
    progress,
    settings::{Global, Settings},
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Chain, Exchange, Held, SendOptions, Sender, Signer};
use ballast_interface::{account::MarginAccount, seeds};
use clap::Args;
use std::{
    io::{self, BufRead, IsTerminal, Write},
    sync::Arc,
    time::Duration,
};

/// How long a node may take for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a command works with.
pub struct Session {
    /// The cluster.
    pub chain: Chain,
    /// Whether to print JSON.
    pub json: bool,
    settings: Settings,
    group: Option<Pubkey>,
    yes: bool,
}

impl Session {
    /// A session; nothing is asked of the node yet.
    pub fn open(global: &Global) -> Result<Self> {
        let settings = Settings::read(global)?;
        let chain = Chain::new(settings.url.clone(), settings.commitment, PATIENCE);
        Ok(Self { chain, json: global.json, settings, group: global.group, yes: global.yes })
    }

    /// Who signs and pays.
    pub fn sender(&self) -> Result<Sender> {
        let key = Arc::new(self.settings.key()?);
        Ok(Sender::new(self.chain.clone(), key, SendOptions::default()))
    }

    /// Address of the key that signs and pays.
    pub fn me(&self) -> Result<Pubkey> {
        Ok(self.settings.key()?.pubkey())
    }

    /// Address of the group.
    pub fn group(&self) -> Result<Pubkey> {
        let missing = "No group is named: use --group, or BALLAST_GROUP in the environment.";
        self.group.ok_or_else(|| Failure::new(missing))
    }

    /// The group with all that belongs to it.
    pub async fn exchange(&self) -> Result<Exchange> {
        self.exchange_of(&self.group()?).await
    }

    async fn exchange_of(&self, group: &Pubkey) -> Result<Exchange> {
        Ok(progress::while_waiting("Reading the group", Exchange::load(&self.chain, group)).await?)
    }

    /// A margin account as it stands.
    pub async fn account(&self, address: &Pubkey) -> Result<Held<MarginAccount>> {
        Ok(Held { address: *address, state: self.chain.get(address).await? })
    }

    /// Refuses where nobody could be asked and nobody said that there is no need.
    pub fn must_ask(&self) -> Result<()> {
        if self.yes || io::stdin().is_terminal() && io::stderr().is_terminal() {
            return Ok(());
        }
        Err(Failure::new("Nobody can be asked here: add --yes to go ahead without a question."))
    }

    /// Whether somebody is asked, and takes time for an answer.
    pub const fn asks(&self) -> bool {
        !self.yes
    }

    /// Shows what would happen and asks whether it shall.
    pub fn confirm(&self, effect: &str) -> Result<()> {
        self.must_ask()?;
        if self.yes {
            return Ok(());
        }
        let mut terminal = anstream::stderr();
        let asked = write!(terminal, "{effect}\nGo ahead? [y/N] ").and_then(|()| terminal.flush());
        let mut answer = String::new();
        let told = asked.and_then(|()| io::stdin().lock().read_line(&mut answer));
        match told {
            Ok(_) if matches!(answer.trim(), "y" | "Y" | "yes") => Ok(()),
            _ => Err(Failure::refused("Nothing was done.")),
        }
    }
}

/// Which margin account.
#[derive(Args, Debug)]
pub struct Which {
    /// Address of the margin account; else it is the one of --owner and --sub-id.
    #[arg(value_name = "ACCOUNT")]
    account: Option<Pubkey>,
    /// Owner of the account; else it is the keypair's.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "account")]
    owner: Option<Pubkey>,
    /// Number of the account among its owner's [default: 0].
    #[arg(long, value_name = "NUMBER", conflicts_with = "account")]
    sub_id: Option<u16>,
}

impl Which {
    /// The account, and the group that it belongs to.
    pub async fn find(&self, session: &Session) -> Result<(Exchange, Held<MarginAccount>)> {
        if let Some(address) = self.account {
            let held = session.account(&address).await?;
            if session.group.is_some_and(|group| group != held.state.group) {
                return Err(Failure::new(format!("The account {address} belongs to another group.")));
            }
            return Ok((session.exchange_of(&held.state.group).await?, held));
        }
        let group = session.group()?;
        let owner = self.owner.map_or_else(|| session.me(), Ok)?;
        let address = seeds::find_margin_account(&group, &owner, self.sub_id.unwrap_or(0)).0;
        let exchange = session.exchange_of(&group).await?;
        Ok((exchange, session.account(&address).await?))
    }
}
