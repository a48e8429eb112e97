//! Why a transaction was refused, in a sentence.

use anchor_lang::prelude::Pubkey;
use ballast_interface::ids;
use serde_json::Value;
use solana_instruction::error::InstructionError;
use solana_transaction_error::TransactionError;
use std::{collections::BTreeMap, fmt, sync::OnceLock};

/// A transaction that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The runtime's reason.
    pub reason: TransactionError,
    /// Program that refused, if one did.
    pub program: Option<Pubkey>,
    /// Its number, if it gave one.
    pub code: Option<u32>,
    /// The name of that number, if it is one of Ballast's or of Anchor's.
    pub name: Option<String>,
    /// What a person should read.
    pub sentence: String,
    /// The log of the transaction.
    pub logs: Vec<String>,
}

/// Name and sentence of a refusal.
type Words = (String, String);

/// The refusals of Ballast's programs, from their interface descriptions: all three count from 6000.
fn words() -> &'static BTreeMap<(Pubkey, u32), Words> {
    static WORDS: OnceLock<BTreeMap<(Pubkey, u32), Words>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let files = [
            (ids::ACCOUNT, include_str!("../../../idl/ballast_account.json")),
            (ids::RISK, include_str!("../../../idl/ballast_risk.json")),
            (ids::LIQUIDATION, include_str!("../../../idl/ballast_liquidation.json")),
        ];
        let mut words = BTreeMap::new();
        for (program, file) in files {
            let idl: Value = serde_json::from_str(file).unwrap_or_default();
            for error in idl["errors"].as_array().into_iter().flatten() {
                let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
                let code = error["code"].as_u64().unwrap_or_default() as u32;
                words.insert((program, code), (text("name"), text("msg")));
            }
        }
        words
    })
}

/// What a program's number says, if it is one of Ballast's.
pub fn sentence(program: &Pubkey, code: u32) -> Option<&'static str> {
    words().get(&(*program, code)).map(|(_, sentence)| &sentence[..])
}

impl Refusal {
    /// Makes sense of a reason and a log.
    pub fn new(reason: TransactionError, logs: &[String]) -> Self {
        let code = match reason {
            TransactionError::InstructionError(_, InstructionError::Custom(code)) => Some(code),
            _ => None,
        };
        // The innermost program fails first; those that called it fail with its number.
        let program = logs.iter().find_map(|line| failed(line));
        let known = program.zip(code).and_then(|key| words().get(&key).cloned());
        let known = known.or_else(|| anchors(logs)).or_else(|| token(logs));
        let sentence = match &known {
            Some((_, sentence)) => sentence.clone(),
            None => plain(&reason, program),
        };
        let name = known.map(|(name, _)| name).filter(|name| !name.is_empty());
        Self { reason, program, code, name, sentence, logs: logs.to_vec() }
    }

    /// Whether a program of Ballast's refused by this name.
    pub fn is(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }
}

/// The program of a line that says that one failed.
fn failed(line: &str) -> Option<Pubkey> {
    let (program, rest) = line.strip_prefix("Program ")?.split_once(' ')?;
    rest.starts_with("failed").then(|| program.parse().ok()).flatten()
}

/// What Anchor says of its own refusals: it logs number and message.
fn anchors(logs: &[String]) -> Option<Words> {
    let line = logs.iter().find(|line| line.contains("AnchorError"))?;
    let between = |from: &str, to: &str| Some(line.split_once(from)?.1.split_once(to)?.0.to_owned());
    let message = line.split_once("Error Message: ")?.1.trim().to_owned();
    Some((between("Error Code: ", ".").unwrap_or_default(), message))
}

/// What a token program says.
fn token(logs: &[String]) -> Option<Words> {
    let line = logs.iter().find_map(|line| line.strip_prefix("Program log: Error: "))?;
    let mut words = line.chars();
    let first = words.next()?.to_uppercase().to_string();
    Some((String::new(), format!("{first}{}.", words.as_str().trim_end_matches('.'))))
}

/// What can be said without a program's own words.
fn plain(reason: &TransactionError, program: Option<Pubkey>) -> String {
    use TransactionError as E;
    match reason {
        E::InsufficientFundsForFee => "The fee payer has too little SOL for the fee.".into(),
        E::InsufficientFundsForRent { .. } => {
            "An account would be left with too little SOL for its rent.".into()
        }
        E::AccountNotFound => "The fee payer has no account: it needs some SOL.".into(),
        E::BlockhashNotFound => "The transaction is too old, or the node has not seen its blockhash.".into(),
        E::AlreadyProcessed => "The transaction was executed before.".into(),
        E::AccountInUse => "An account of the transaction is in use.".into(),
        E::InstructionError(_, InstructionError::ComputationalBudgetExceeded) => {
            "The transaction takes more compute units than it may.".into()
        }
        E::InstructionError(place, error) => {
            let who = program
                .map_or_else(|| format!("Instruction {place}"), |program| format!("Program {program}"));
            format!("{who} refuses: {error}.")
        }
        other => format!("The network refuses the transaction: {other}."),
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}
