//! A local network of the built command, and questions to it over plain sockets.

use ballast_client::{Chain, CommitmentConfig};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

/// How long one may take until it is ready, on a machine that is busy.
const READY: Duration = Duration::from_secs(180);

/// A running network.
pub struct Net {
    child: Child,
    home: PathBuf,
    /// What it said of itself.
    pub said: Value,
    /// Its node.
    pub chain: Chain,
}

/// Head and body of an answer.
pub struct Answer {
    pub head: String,
    pub body: String,
}

impl Answer {
    /// The body as JSON, of an answer with this status.
    pub fn json(&self, status: u16) -> Value {
        assert!(self.head.starts_with(&format!("http/1.1 {status} ")), "{}\n{}", self.head, self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl Net {
    /// Starts one at any free ports, and waits until it is ready.
    pub fn start(more: &[&str]) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let place = COUNT.fetch_add(1, Ordering::Relaxed);
        let home = std::env::temp_dir().join(format!("ballast-net-{}-{place}", std::process::id()));
        std::fs::create_dir_all(&home).expect("a folder");
        let child = Command::new(env!("CARGO_BIN_EXE_ballast"))
            .args(["localnet", "--port", "0", "--json"])
            .args(more)
            .env("HOME", &home)
            .env("TMPDIR", &home)
            .env_remove("XDG_CACHE_HOME")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the network starts");
        // It ends with this, whatever panics below.
        let chain = |url: String| Chain::new(url, CommitmentConfig::confirmed(), Duration::from_secs(10));
        let mut net = Self { child, home, said: Value::Null, chain: chain(String::new()) };
        let stdout = net.child.stdout.take().expect("a pipe");
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(stdout).read_line(&mut line);
            // Nobody listens who has lost patience.
            let _ = tell.send(read.map(|_| line));
        });
        let line = told.recv_timeout(READY).expect("it is ready in time").expect("it says what it is");
        net.said = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        net.chain = chain(net.text("/rpc"));
        net
    }

    /// A text of what it said, at a JSON pointer.
    pub fn text(&self, pointer: &str) -> String {
        let text = self.said.pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no text at {pointer}: {}", self.said)).to_owned()
    }

    /// Runs another command on it, and gives its answer in JSON.
    pub fn run(&self, arguments: &[&str]) -> Value {
        let (rpc, group) = (self.text("/rpc"), self.text("/group"));
        let output = Command::new(env!("CARGO_BIN_EXE_ballast"))
            .args(arguments)
            .args(["--url", &rpc, "--group", &group, "--json", "--yes"])
            .env("HOME", &self.home)
            .output()
            .expect("the command runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {stderr}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// Sends it a signal, and checks that it ends with 0, soon, and leaves its ports.
    pub fn end(mut self, signal: &str) {
        let told = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(told.expect("kill runs").success());
        let begun = Instant::now();
        let status = self.child.wait().expect("it ends");
        assert_eq!(status.code(), Some(0), "{signal}");
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(15), "{signal}: it took {took:?}");
        println!("{signal}: it took {took:?} to end");
        for url in [self.text("/rpc"), self.text("/faucet/url")] {
            let at = url.trim_start_matches("http://");
            assert!(TcpStream::connect(at).is_err(), "{at} is still taken");
        }
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, and a folder that stays is no failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// Asks something over HTTP.
pub fn ask(verb: &str, url: &str, headers: &str, body: &str) -> Answer {
    ask_as(verb, url, url.trim_start_matches("http://"), headers, body)
}

/// The same, as if the host had another name.
pub fn ask_as(verb: &str, url: &str, host: &str, headers: &str, body: &str) -> Answer {
    let address = url.trim_start_matches("http://");
    let mut socket = TcpStream::connect(address).expect("it listens");
    let length = body.len();
    write!(
        socket,
        "{verb} / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
    .expect("it reads");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    Answer { head: head.to_lowercase(), body: body.to_owned() }
}
