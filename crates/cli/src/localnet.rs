//! `ballast localnet`: a node with a small world in it, until Ctrl-C.

use crate::{
    failure::{Failure, Result},
    print, runtime,
    settings::shown,
    table::{list, title, Cell},
    Output,
};
use ballast_client::{tokens, Keypair, Signer};
use ballast_localnet::{
    world::{small_world, SmallWorld},
    Node, NodeHandle, NodeOptions,
};
use ballast_testkit::Trader;
use clap::Args;
use serde_json::{json, Map, Value};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::Duration,
};

/// Runs a small Solana node with a Ballast group in it, until Ctrl-C; its programs are those that `make build` built.
#[derive(Args)]
pub struct Arguments {
    /// Port of JSON-RPC; the websocket has the next one. Zero for any free pair.
    #[arg(long, value_name = "PORT", default_value_t = 8899)]
    port: u16,
    /// Only the programs, without a group.
    #[arg(long)]
    empty: bool,
    /// Folder for the keypairs of the world's people, which everybody knows [default: one in the temporary folder].
    #[arg(long, value_name = "FOLDER")]
    keys: Option<PathBuf>,
}

/// Cash of each trader, in quote units, and as much again in the wallet.
const CASH: i64 = 1_000_000_000_000;
/// Where the node looks for its programs.
const DEPLOYED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/deploy/v3");
/// Files of them.
const PROGRAMS: [&str; 3] = ["ballast_account.so", "ballast_liquidation.so", "ballast_risk.so"];
/// How often prices and surfaces are made anew: well before they are old.
const REFRESH: Duration = Duration::from_secs(20);

/// A world's group and the files of its people's keys.
struct Founded {
    group: String,
    keys: Vec<(&'static str, String)>,
}

/// Runs it.
pub fn run(arguments: &Arguments, json: bool) -> Result<Output> {
    built(Path::new(DEPLOYED))?;
    runtime()?.block_on(serve(arguments, json))
}

/// Refuses where a program is not built, which a node does not survive.
fn built(folder: &Path) -> Result<()> {
    match PROGRAMS.iter().find(|name| !folder.join(name).is_file()) {
        Some(name) => {
            Err(Failure::refused(format!("The program {name} is not built: run `make build` first.")))
        }
        None => Ok(()),
    }
}

async fn serve(arguments: &Arguments, json: bool) -> Result<Output> {
    let options = NodeOptions { rpc_port: arguments.port, ..NodeOptions::default() };
    let node = Node::start(options).await.map_err(|error| {
        Failure::refused(format!("The node cannot be started at port {}: {error}.", arguments.port))
    })?;
    let mut founded = None;
    if !arguments.empty {
        let name = format!("ballast-localnet-{}", node.rpc_url().rsplit(':').next().unwrap_or_default());
        let folder = arguments.keys.clone().unwrap_or_else(|| std::env::temp_dir().join(name));
        founded = Some(found(node.handle(), folder).await?);
    }
    print(told(&node, founded.as_ref(), json))?;
    let stopped = tokio::signal::ctrl_c().await;
    stopped.map_err(|error| Failure::refused(format!("Ctrl-C cannot be heard: {error}.")))?;
    node.stop().await;
    Ok(Output::text(""))
}

/// Makes the world in a thread of its own, where it stays and keeps prices fresh.
async fn found(handle: NodeHandle, folder: PathBuf) -> Result<Founded> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut small = small_world(&handle);
        let [alice, bob] = small.traders(["alice", "bob"], CASH);
        let filled = [&alice, &bob].into_iter().try_for_each(|trader| fill(&mut small, trader));
        let keys = [
            ("authority", &small.exchange.risk.authority),
            ("operator", &small.exchange.operator),
            ("alice", &alice.key),
            ("bob", &bob.key),
        ];
        let written = keys.map(|(name, key)| Ok((name, write(&folder, name, key)?)));
        let keys = filled.and_then(|()| written.into_iter().collect::<Result<Vec<_>>>());
        let group = small.exchange.group().to_string();
        // Nobody listens when the node is stopped already.
        let _ = sender.send(keys.map(|keys| Founded { group, keys }));
        loop {
            thread::sleep(REFRESH);
            small.refresh();
        }
    });
    let founded = tokio::task::spawn_blocking(move || receiver.recv()).await;
    let failed = || Failure::refused("The world cannot be made on this node.");
    founded.map_err(|_| failed())?.map_err(|_| failed())?
}

/// Moves a trader's other dollars to where wallets keep them.
fn fill(small: &mut SmallWorld, trader: &Trader) -> Result<()> {
    let owner = trader.key.pubkey();
    let purse = tokens::purse(&owner, &trader.purse.mint, &trader.purse.token_program);
    let steps = [
        tokens::open_purse(&owner, &owner, &purse),
        tokens::send(&trader.purse, &purse, &owner, CASH as u64)?,
    ];
    let sent = small.world.svm.send(&steps, &[&trader.key]);
    sent.map(drop).map_err(|_| Failure::refused("The world cannot be made on this node."))
}

fn write(folder: &Path, name: &str, key: &Keypair) -> Result<String> {
    let path = folder.join(format!("{name}.json"));
    let text = Value::from(key.to_bytes().to_vec()).to_string();
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .map_err(|error| Failure::refused(format!("{}: cannot be written: {error}", shown(&path))))?;
    Ok(path.display().to_string())
}

fn told(node: &Node, founded: Option<&Founded>, json: bool) -> Output {
    let (rpc, ws) = (node.rpc_url(), node.ws_url());
    if json {
        let mut value = json!({"rpc": rpc, "ws": ws});
        if let Some(founded) = founded {
            let keys: Map<String, Value> =
                founded.keys.iter().map(|(name, path)| ((*name).to_owned(), path.as_str().into())).collect();
            value["group"] = founded.group.as_str().into();
            value["keys"] = keys.into();
        }
        return Output::json(&value);
    }
    let mut facts: Vec<(&str, Cell)> = vec![("JSON-RPC", rpc.as_str().into()), ("Websocket", ws.into())];
    if let Some(founded) = founded {
        facts.push(("Group", founded.group.as_str().into()));
        facts.extend(founded.keys.iter().map(|(name, path)| (*name, Cell::from(path.as_str()))));
    }
    let faucet = format!("For SOL: solana airdrop 10 --url {rpc} ADDRESS. Ctrl-C ends it.");
    Output::text(format!("{}{}\n{faucet}\n", title("A local network"), list(facts)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_built_is_one_sentence() {
        let folder = std::env::temp_dir().join(format!("ballast-built-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        for name in PROGRAMS {
            let failure = built(&folder).expect_err("it is missing");
            let sentence = format!("The program {name} is not built: run `make build` first.");
            assert_eq!((failure.to_string(), failure.code()), (sentence, 1));
            fs::write(folder.join(name), []).expect("the file is written");
        }
        assert!(built(&folder).is_ok());
        fs::remove_dir_all(folder).expect("the folder goes");
    }
}
