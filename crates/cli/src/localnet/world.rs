//! The world: a group by the migrations, and people who have money in it.

use super::{keys::Person, net::Net};
use crate::failure::{Failure, Result};
use ballast_client::{tokens, Exchange, Signer};
use ballast_interface::{account::instructions as account_program, risk::FeedState};
use std::time::{Duration, Instant};
use tokio::{task::JoinSet, time::sleep};

/// Quote units of a dollar.
pub const DOLLAR: u64 = 1_000_000;
/// Lamports of a SOL.
pub const SOL: u64 = 1_000_000_000;
/// SOL that everybody has for fees: days of surfaces.
const FEES: u64 = 10_000 * SOL;
/// How long keepers may take to have all prices.
const PATIENCE: Duration = Duration::from_secs(60);

/// Dollars in the account, and in the wallet, of those who have an account from the beginning.
const MONEY: [(Person, u64, u64); 5] = [
    (Person::Alice, 1_000_000, 1_000_000),
    (Person::Bob, 1_000_000, 1_000_000),
    (Person::Keeper1, 10_000_000, 0),
    (Person::Keeper2, 10_000_000, 0),
    (Person::Maker, 50_000_000, 0),
];

/// Gives everybody SOL, and an account with dollars to those who have one from the beginning.
pub async fn settle_in(net: &Net, exchange: &Exchange) -> Result<()> {
    for person in super::keys::People::everybody() {
        give_sol(net, person).await?;
    }
    let mut tasks = JoinSet::new();
    for (person, deposited, kept) in MONEY {
        let (net, exchange) = (net.clone(), exchange.clone());
        tasks.spawn(async move { open(&net, &exchange, person, deposited * DOLLAR, kept * DOLLAR).await });
    }
    while let Some(done) = tasks.join_next().await {
        done.map_err(|error| Failure::refused(format!("The world cannot be made: {error}.")))??;
    }
    Ok(())
}

async fn give_sol(net: &Net, person: Person) -> Result<()> {
    let key = net.people.key(person).pubkey();
    let given = net.chain.rpc().request_airdrop(&key, FEES).await;
    given.map(drop).map_err(|error| ballast_client::Error::from(error).into())
}

/// Makes dollars for somebody, opens an account if there is none, and deposits most of them.
pub async fn open(net: &Net, exchange: &Exchange, person: Person, deposited: u64, kept: u64) -> Result<()> {
    let owner = net.people.key(person).pubkey();
    let (account, purse) = (net.account_of(person), exchange.purse(&owner, 0)?);
    let mut steps = vec![
        tokens::open_purse(&owner, &owner, &purse),
        tokens::mint_to(&purse, &net.minter.pubkey(), deposited + kept)?,
    ];
    if net.chain.account(&account).await?.is_none() {
        steps.push(account_program::open_account(&net.group, &owner, &owner, 0));
        steps.push(account_program::open_orders(&account, &owner, &owner, 0));
    }
    steps.push(account_program::deposit(&net.group, &account, 0, 0, &purse, &owner, deposited, &[]));
    net.sender(person).send(&steps, &[&net.minter]).await?;
    Ok(())
}

/// Waits until the keepers have taken over a price of every market.
pub async fn until_priced(net: &Net) -> Result<()> {
    let begun = Instant::now();
    loop {
        let (exchange, now) = (net.exchange().await?, net.chain.now().await?);
        if exchange.risks.values().all(|risk| risk.price_state(now).0 == FeedState::Good) {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            let logs = net.people.folder().display();
            return Err(Failure::refused(format!(
                "The keepers take no prices over; their logs are in {logs}."
            )));
        }
        sleep(Duration::from_millis(200)).await;
    }
}
