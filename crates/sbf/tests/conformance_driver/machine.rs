//! What every virtual machine does for the driver.

use std::path::Path;

use sbf_conformance::protocol::{Request, END};

/// The most a transaction may ask for.
pub const UNITS: u32 = 1_400_000;

#[derive(Clone, Copy, Debug)]
pub enum Arch {
    V0,
    V3,
}

impl Arch {
    pub fn name(self) -> &'static str {
        match self {
            Arch::V0 => "v0",
            Arch::V3 => "v3",
        }
    }

    /// The conformance program, as `cargo sbf build` leaves it.
    pub fn program(self) -> Vec<u8> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let path = root.join("target/deploy").join(self.name()).join("sbf_conformance.so");
        match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => panic!("{}: {error}; run `cargo sbf build` first", path.display()),
        }
    }
}

pub struct Executed {
    /// Why the transaction failed, when it did.
    pub error: Option<String>,
    pub logs: Vec<String>,
    pub reply: Vec<u8>,
    pub units: u64,
}

impl Executed {
    /// The reply of a transaction that must not fail.
    pub fn reply(self) -> Result<Vec<u8>, String> {
        if let Some(error) = self.error {
            return Err(format!("the transaction failed: {error}\n  {}", self.logs.join("\n  ")));
        }
        match self.reply.strip_suffix(&[END]) {
            Some(reply) => Ok(reply.to_vec()),
            None => Err(format!("an incomplete reply: {:x?}", self.reply)),
        }
    }
}

pub trait Machine {
    fn name(&self) -> String;
    fn execute(&mut self, request: Request) -> Executed;
}
