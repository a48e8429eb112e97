//! Keepers as processes: started, asked how they are, stopped, killed.

use std::{
    fs::File,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A running keeper.
pub struct KeeperProcess {
    child: Child,
    listen: SocketAddr,
    /// Where it writes its log.
    pub log: PathBuf,
}

/// A port that nobody listens on now.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}

impl KeeperProcess {
    /// Starts a keeper with a key.
    pub fn start(url: &str, group: &str, key: &Path, name: &str) -> Self {
        let listen = free_address();
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("crash/{name}.log"));
        let output = File::options().create(true).append(true).open(&log).expect("a log");
        let child = Command::new(env!("CARGO_BIN_EXE_ballast"))
            .args(["keeper", "run"])
            .env("BALLAST_KEEPER_URL", url)
            .env("BALLAST_KEEPER_GROUP", group)
            .env("BALLAST_KEEPER_KEYPAIR", key)
            .env("BALLAST_KEEPER_LISTEN", listen.to_string())
            .env("BALLAST_KEEPER_ROLES", "liquidate,prices,funding,settle")
            .env("BALLAST_KEEPER_SNAPSHOT", "20")
            .env("BALLAST_KEEPER_LOG", "info")
            .env("BALLAST_KEEPER_LOG_FORMAT", "json")
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("another handle"))
            .stderr(output)
            .spawn()
            .expect("the binary runs");
        Self { child, listen, log }
    }

    /// Waits until it has read everything.
    pub fn wait_ready(&mut self) {
        let begun = Instant::now();
        while self.ask("/readyz").is_none_or(|(status, _)| status != 200) {
            assert!(begun.elapsed() < Duration::from_secs(60), "not ready; see {}", self.log.display());
            assert!(self.child.try_wait().expect("a child").is_none(), "gone; see {}", self.log.display());
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Status and body of one of its pages.
    pub fn ask(&self, page: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect_timeout(&self.listen, Duration::from_secs(2)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        write!(stream, "GET {page} HTTP/1.1\r\nhost: keeper\r\nconnection: close\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        Some((status, answer.split_once("\r\n\r\n")?.1.to_owned()))
    }

    /// Kills it in the midst of whatever it does.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().expect("the signal is sent");
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "it does not stop");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for KeeperProcess {
    fn drop(&mut self) {
        // Already gone, nearly always.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
