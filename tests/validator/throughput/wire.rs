//! JSON-RPC over a connection that stays open, with as little work as can be: what a client takes, a validator on the same
//! machine lacks.

use serde_json::{json, Value};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

/// A connection to a validator's JSON-RPC.
pub struct Wire {
    host: String,
    stream: BufReader<TcpStream>,
}

impl Wire {
    /// Connects to an address such as `http://127.0.0.1:8899`.
    pub fn new(url: &str) -> Self {
        let host = url.strip_prefix("http://").expect("an address over HTTP").to_owned();
        let stream = TcpStream::connect(&host).expect("the validator listens");
        stream.set_nodelay(true).expect("a socket");
        Self { host, stream: BufReader::new(stream) }
    }

    /// Sends a request that is already JSON, and returns the answer's.
    pub fn post(&mut self, body: &str) -> Vec<u8> {
        let Self { host, .. } = self;
        let head = format!("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n");
        let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        self.stream.get_mut().write_all(request.as_bytes()).expect("the validator takes requests");
        let (mut length, mut line) = (0, String::new());
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("an answer");
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(told) = line.strip_prefix("content-length:") {
                length = told.trim().parse().expect("a length");
            }
            if line.is_empty() {
                break;
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).expect("an answer of its length");
        answer
    }

    /// Asks for something, and returns the result, or the error as it came.
    pub fn try_ask(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let asked = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let mut answer: Value = serde_json::from_slice(&self.post(&asked)).expect("an answer in JSON");
        match answer.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(answer["result"].take()),
        }
    }

    /// The same, where nothing should go wrong.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        self.try_ask(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }
}
