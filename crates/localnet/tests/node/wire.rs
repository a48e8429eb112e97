//! Requests that no official client would send.

use crate::support::Bench;
use ballast_localnet::{Node, NodeOptions};
use serde_json::{json, Value};
use std::{
    io::{Read, Write},
    net::TcpStream,
};

const PROGRAM: &str = "11111111111111111111111111111111";

/// Sends a request and returns the head and the body of the answer.
fn request(bench: &Bench, verb: &str, path: &str, body: &str) -> (String, String) {
    let address = bench.node.rpc_url().replace("http://", "");
    let mut socket = TcpStream::connect(&address).expect("it listens");
    let length = body.len();
    write!(
        socket,
        "{verb} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .expect("it reads");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    (head.to_lowercase(), body.to_owned())
}

fn post(bench: &Bench, body: &str) -> Value {
    let (head, answer) = request(bench, "POST", "/", body);
    assert!(head.starts_with("http/1.1 200"), "{head}");
    serde_json::from_str(&answer).expect("JSON")
}

fn call(bench: &Bench, method: &str, params: Value) -> Value {
    post(bench, &json!({ "jsonrpc": "2.0", "id": "a", "method": method, "params": params }).to_string())
}

#[tokio::test]
async fn only_this_machine_by_its_name_is_asked() {
    let bench = Bench::start().await;
    let (rpc, ws) = (bench.node.rpc_url().replace("http://", ""), bench.node.ws_url().replace("ws://", ""));
    let status = |address: &str, host: &str| {
        let mut socket = TcpStream::connect(address).expect("it listens");
        write!(socket, "GET /health HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")
            .expect("it reads");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("it answers");
        answer[9..12].to_owned()
    };
    for host in ["localhost", "LOCALHOST:8899", "127.0.0.1:1", "[::1]:65535"] {
        assert_eq!(status(&rpc, host), "200", "{host}");
    }
    for host in ["example.com", "localhost.example.com", "127.0.0.1.nip.io:8899", "localhost:x", "[::2]"] {
        assert_eq!([status(&rpc, host), status(&ws, host)], ["403", "403"], "{host}");
    }
}

#[tokio::test]
async fn a_batch_is_answered_in_its_order() {
    let bench = Bench::start().await;
    let batch = json!([
        { "jsonrpc": "2.0", "id": 1, "method": "getHealth" },
        { "jsonrpc": "2.0", "method": "getSlot" },
        { "jsonrpc": "2.0", "id": "two", "method": "getNothing" },
        { "jsonrpc": "2.0", "id": 3, "method": "getBlockHeight", "params": [] },
    ]);
    let answers = post(&bench, &batch.to_string());
    assert_eq!(answers.as_array().map(Vec::len), Some(3), "one wanted no answer");
    assert_eq!(answers[0], json!({ "jsonrpc": "2.0", "id": 1, "result": "ok" }));
    assert_eq!((&answers[1]["id"], &answers[1]["error"]["code"]), (&json!("two"), &json!(-32601)));
    assert!(answers[2]["result"].is_u64());
}

#[tokio::test]
async fn nonsense_is_refused_in_the_usual_words() {
    let bench = Bench::start().await;
    let code = |answer: Value| answer["error"]["code"].as_i64();
    assert_eq!(code(post(&bench, "{\"jsonrpc\":")), Some(-32700));
    assert_eq!(code(post(&bench, "[]")), Some(-32600));
    assert_eq!(code(post(&bench, "7")), Some(-32600));
    assert_eq!(code(call(&bench, "getBalance", json!([]))), Some(-32602));
    assert_eq!(code(call(&bench, "getBalance", json!({ "pubkey": 1 }))), Some(-32602));
    assert_eq!(code(call(&bench, "getSlot", json!([{ "minContextSlot": u64::MAX }]))), Some(-32016));
    assert_eq!(code(call(&bench, "getProgramAccounts", json!([PROGRAM, { "filters": [7] }]))), Some(-32602));
    let unread = call(&bench, "sendTransaction", json!(["AAAA", { "encoding": "base64" }]));
    assert_eq!(code(unread), Some(-32602));
    let answer = call(&bench, "getBalance", json!(["nobody"]));
    assert_eq!(answer["error"]["message"], "Invalid param: nobody is not a valid pubkey.");
}

#[tokio::test]
async fn browsers_may_call() {
    let bench = Bench::start().await;
    for (verb, path) in [("OPTIONS", "/"), ("GET", "/health")] {
        let (head, _) = request(&bench, verb, path, "");
        assert!(head.contains("access-control-allow-origin: *"), "{head}");
    }
    // Before a page calls, its browser asks whether it may send JSON, and what its library calls itself.
    let (head, _) = request(&bench, "OPTIONS", "/", "");
    assert!(head.starts_with("http/1.1 204"), "{head}");
    let allowed = |name: &str| {
        let line = head.lines().find(|line| line.starts_with(&format!("access-control-allow-{name}: ")));
        line.unwrap_or_else(|| panic!("no {name} in {head}")).to_owned()
    };
    assert!(allowed("methods").contains("post") && allowed("headers").ends_with('*'), "{head}");
    // And a refusal can be read as well.
    let (head, _) = request(&bench, "POST", "/", "no json");
    assert!(head.contains("access-control-allow-origin: *"), "{head}");
}

#[tokio::test]
async fn a_stopped_node_leaves_its_ports() {
    let bench = Bench::start().await;
    let port = bench.node.rpc_url().rsplit(':').next().unwrap().parse().unwrap();
    let taken = Node::start(NodeOptions { rpc_port: port, ..NodeOptions::default() }).await;
    assert!(taken.is_err(), "it is taken");
    let pubsub = bench.pubsub().await;
    bench.node.stop().await;
    assert!(bench.rpc.get_slot().await.is_err());
    drop(pubsub);
    let again = Node::start(NodeOptions { rpc_port: port, ..NodeOptions::default() }).await.unwrap();
    again.stop().await;
}
