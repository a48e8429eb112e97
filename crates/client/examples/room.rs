//! Prints what an account is worth and what it may still risk: `cargo run --example room -- URL ACCOUNT`.

use ballast_client::{Build, Chain, CommitmentConfig, Exchange, Held, Keypair, SendOptions, Sender};
use ballast_interface::{account::MarginAccount, risk::Assessment};
use std::{error::Error, sync::Arc, time::Duration};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let [url, address] = [1, 2].map(|place| std::env::args().nth(place).unwrap_or_default());
    let chain = Chain::new(url, CommitmentConfig::confirmed(), Duration::from_secs(10));

    // One read for the account, and a few for everything that its group has numbers for.
    let address = address.parse()?;
    let state: MarginAccount = chain.get(&address).await?;
    let exchange = Exchange::load(&chain, &state.group).await?;

    // The program's own answer. A simulation needs no signature, but a payer that exists.
    let payer =
        std::env::var("PAYER").map_or_else(|_| Keypair::new(), |text| Keypair::from_base58_string(&text));
    let sender = Sender::new(chain, Arc::new(payer), SendOptions::default());
    let ask = Build::new(&exchange).assess(&Held { address, state });
    let answer = sender.simulate(&[ask]).await?;
    let report = Assessment::from_bytes(&answer.returned).ok_or("the answer is no report")?;

    let dollars = |amount: ballast_interface::Wide| amount.get() as f64 / 1e10;
    println!("value {:.2}, maintenance {:.2}", dollars(report.value), dollars(report.maintenance));
    println!("initial {:.2}, room {:.2}", dollars(report.initial), dollars(report.room));
    Ok(())
}
