//! What the network is: for scripts, for web apps, and for people.

use super::{
    faucet,
    feeds::name,
    keepers::Running,
    keys::{People, Person},
    net::Net,
    Arguments,
};
use crate::{
    feed,
    table::{list, title, Cell},
};
use ballast_client::{Exchange, Signer};
use ballast_interface::ids;
use ballast_localnet::Node;
use ballast_testkit::Climate;
use serde_json::{json, Map, Value};

/// Second of a storm's day at which prices break.
const BREAKS: i64 = 10 * 3_600;

/// What a web app must know.
pub fn network(node: &Node, net: &Net, exchange: &Exchange, url: &str) -> Value {
    let markets: Vec<_> = exchange
        .risks
        .iter()
        .map(|(number, risk)| {
            let feed = &risk.rules.feed;
            let id: String = feed.id.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({
                "market": number, "name": name(*number), "feed": feed.account.to_string(), "feed_id": id,
                "traded": exchange.markets.contains_key(number),
            })
        })
        .collect();
    let banks: Vec<_> = faucet::names(exchange)
        .filter_map(|(number, name)| {
            let bank = exchange.banks.get(&number)?;
            let (mint, market) = (bank.mint.to_string(), bank.market);
            Some(json!({
                "bank": number, "name": name, "mint": mint, "decimals": bank.decimals, "market": market,
            }))
        })
        .collect();
    let venues: Vec<_> = exchange
        .venues
        .iter()
        .map(|(number, venue)| json!({"venue": number, "operator": venue.operator.to_string()}))
        .collect();
    json!({
        "rpc": node.rpc_url(), "ws": node.ws_url(), "group": net.group.to_string(),
        "programs": {
            "account": ids::ACCOUNT.to_string(), "risk": ids::RISK.to_string(),
            "liquidation": ids::LIQUIDATION.to_string(),
        },
        "quote": {
            "mint": exchange.group.quote_mint.to_string(), "decimals": exchange.group.quote_decimals,
        },
        "banks": banks, "markets": markets, "venues": venues,
        "faucet": {"url": url, "limits": faucet::limits(exchange)},
    })
}

/// What a script must know besides: where keys and logs are.
pub fn for_scripts(network: &Value, net: &Net, keepers: &[Running]) -> Value {
    let mut value = network.clone();
    let keys: Map<String, Value> = People::everybody()
        .map(|person| (person.name().to_owned(), net.people.file(person).display().to_string().into()))
        .collect();
    let keepers: Vec<_> = keepers
        .iter()
        .map(|keeper| {
            json!({
                "name": keeper.person.name(), "address": net.people.key(keeper.person).pubkey().to_string(),
                "account": net.account_of(keeper.person).to_string(),
                "log": keeper.log.display().to_string(),
                "metrics": keeper.metrics.map(|at| format!("http://{at}/metrics")),
            })
        })
        .collect();
    let traders: Map<String, Value> = [Person::Maker, Person::Trader1, Person::Trader2, Person::Trader3]
        .map(|person| (person.name().to_owned(), net.account_of(person).to_string().into()))
        .into_iter()
        .collect();
    value["keys"] = keys.into();
    value["keepers"] = keepers.into();
    value["accounts"] = traders.into();
    value["log"] = net.people.folder().join(super::LOG).display().to_string().into();
    value
}

/// The same for people, with what to try first.
pub fn for_people(
    network: &Value,
    net: &Net,
    keepers: &[Running],
    migrated: &str,
    arguments: &Arguments,
) -> String {
    let text = |name: &str| Cell::from(network[name].as_str().unwrap_or_default());
    let folder = net.people.folder().display();
    let weather = match arguments.weather.0 {
        Climate::Fair if arguments.pace() == 1 => "fair".to_owned(),
        Climate::Fair => format!("fair, {} times as fast as the clock", arguments.pace()),
        Climate::Crash(fall) => {
            let pace = arguments.pace();
            let (fall, wait) = (fall * 100.0, feed::span(BREAKS / i64::from(pace)));
            format!("a storm of {fall:.0} %, {pace} times as fast as the clock: it breaks in {wait}")
        }
    };
    let markets: Vec<_> = network["markets"].as_array().into_iter().flatten().collect();
    let markets: Vec<_> = markets
        .iter()
        .map(|market| format!("{} {}", market["market"], market["name"].as_str().unwrap_or("")))
        .collect();
    let mut facts: Vec<(&str, Cell)> = vec![
        ("JSON-RPC", text("rpc")),
        ("Websocket", text("ws")),
        ("Group", text("group")),
        ("Migrations", migrated.into()),
        ("Markets", markets.join(", ").into()),
        ("Faucet", network["faucet"]["url"].as_str().unwrap_or_default().into()),
        ("Keys", format!("{folder}/*.json: alice and bob have a million dollars in an account each").into()),
        ("Weather", weather.into()),
    ];
    let logs: Vec<_> = keepers.iter().map(|keeper| keeper.log.display().to_string()).collect();
    facts.push(("Keepers", logs.join(", ").into()));
    for keeper in keepers {
        if let Some(at) = keeper.metrics {
            facts.push(("Metrics", format!("http://{at}/metrics of {}", keeper.person.name()).into()));
        }
    }
    let url = network["rpc"].as_str().unwrap_or_default();
    let group = network["group"].as_str().unwrap_or_default();
    let trader = net.people.file(Person::Trader1);
    let try_this = [
        format!("ballast market list -u {url} -g {group}"),
        format!("ballast margin show -u {url} -g {group} -k {}", trader.display()),
        format!("ballast faucet -u {url} ADDRESS"),
        format!("solana airdrop 10 -u {url} ADDRESS"),
    ];
    let page = format!("{}{}", title("A local network"), list(facts));
    format!("{page}\nTry, with Ctrl-C here to end it:\n  {}\n", try_this.join("\n  "))
}

/// What there is to say of a node without a world.
pub fn bare(node: &Node) -> (Value, String) {
    let (rpc, ws) = (node.rpc_url(), node.ws_url());
    let facts = vec![("JSON-RPC", Cell::from(rpc.as_str())), ("Websocket", ws.as_str().into())];
    let page = format!("{}{}", title("A local network, of programs alone"), list(facts));
    let text = format!("{page}\nFor SOL: solana airdrop 10 -u {rpc} ADDRESS. Ctrl-C ends it.\n");
    (json!({"rpc": rpc, "ws": ws}), text)
}
