//! Sending transactions until they are confirmed or dead.

mod receipt;
mod watch;

use crate::{Chain, Error, Event, Refusal, Result, Tables};
use anchor_lang::prelude::Pubkey;
use ballast_interface::in_parallel;
use base64::{prelude::BASE64_STANDARD as BASE64, Engine};
use receipt::events;
use solana_account::Account;
use solana_account_decoder_client_types::UiAccountEncoding;
use solana_commitment_config::{CommitmentConfig, CommitmentLevel};
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_hash::Hash;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::{v0, AddressLookupTableAccount, Message, VersionedMessage};
use solana_rpc_client_api::config::{RpcSimulateTransactionAccountsConfig, RpcSimulateTransactionConfig};
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};
use tokio::{sync::Mutex, time::sleep};

/// Most compute units of a transaction.
const MOST_UNITS: u32 = 1_400_000;
/// Pause between two looks at a transaction that is under way.
const LOOK: Duration = Duration::from_millis(400);
/// The newest version of transactions that can be read.
pub(crate) const NEWEST_VERSION: u8 = 1;

/// How transactions are sent.
#[derive(Clone, Copy, Debug)]
pub struct SendOptions {
    /// Most lamports that a transaction may pay for priority.
    pub priority_cap: u64,
    /// Which part of recent priority fees to stay above, in hundredths.
    pub percentile: u8,
    /// Compute units asked for, in hundredths of what a simulation took.
    pub units_percent: u32,
    /// With how many blockhashes, one after the other, to try.
    pub tries: usize,
    /// How long to wait in all, for each form that is tried.
    pub patience: Duration,
}

impl Default for SendOptions {
    fn default() -> Self {
        let patience = Duration::from_secs(120);
        Self { priority_cap: 100_000, percentile: 75, units_percent: 115, tries: 3, patience }
    }
}

/// A transaction that was executed.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Its signature.
    pub signature: Signature,
    /// The slot in which it was executed.
    pub slot: u64,
    /// Compute units that it was simulated to take.
    pub units: u64,
    /// Most lamports that it pays for priority.
    pub priority: u64,
}

/// What a simulation found.
#[derive(Clone, Debug)]
pub struct Simulated {
    /// Compute units taken.
    pub units: u64,
    /// The log.
    pub logs: Vec<String>,
    /// Events.
    pub events: Vec<Event>,
    /// What the last program returned.
    pub returned: Vec<u8>,
    /// The accounts that were asked for, as they would be left.
    pub accounts: Vec<Option<Account>>,
}

/// Somebody who pays for transactions and sends them.
#[derive(Clone)]
pub struct Sender {
    chain: Chain,
    payer: Arc<Keypair>,
    options: SendOptions,
    /// Those that can be used. Making more takes a while, in which nobody waits for this lock.
    usable: Arc<RwLock<Vec<AddressLookupTableAccount>>>,
    tables: Arc<Mutex<Tables>>,
}

impl Sender {
    /// Instructions that stand before the caller's own in every transaction: limit and price of compute units.
    pub const FIRST: u16 = 2;
    /// Most bytes of a transaction.
    pub const MOST_BYTES: usize = 1_232;

    /// A sender that pays out of a key, and knows no lookup tables yet.
    pub fn new(chain: Chain, payer: Arc<Keypair>, options: SendOptions) -> Self {
        let tables = Arc::new(Mutex::new(Tables::new(payer.pubkey())));
        Self { chain, payer, options, usable: Arc::default(), tables }
    }

    /// Who pays.
    pub fn payer(&self) -> Pubkey {
        self.payer.pubkey()
    }

    /// The payer's key.
    pub fn key(&self) -> &Keypair {
        &self.payer
    }

    /// The cluster.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// How transactions are sent.
    pub fn options(&self) -> &SendOptions {
        &self.options
    }

    /// Finds the payer's lookup tables, and makes and extends some until all of these addresses are in one.
    pub async fn cover(&self, addresses: &[Pubkey]) -> Result<()> {
        let mut tables = self.tables.lock().await;
        self.load(&mut tables).await?;
        loop {
            let Some(steps) = tables.next_steps(&self.chain, addresses).await? else { break };
            // Without tables: these transactions are small. A slot that has gone by is no reason to give up.
            match self.send_with(&steps, &[], &[]).await {
                Ok(_) | Err(Error::Refused(_)) => self.load(&mut tables).await?,
                Err(error) => return Err(error),
            }
            if tables.is_stuck() {
                return Err(Error::Unbuildable("the lookup tables cannot be extended".into()));
            }
        }
        tables.warm_up(&self.chain).await?;
        self.publish(&tables);
        Ok(())
    }

    async fn load(&self, tables: &mut Tables) -> Result<()> {
        tables.load(&self.chain).await?;
        self.publish(tables);
        Ok(())
    }

    fn publish(&self, tables: &Tables) {
        let mut usable = self.usable.write().unwrap_or_else(PoisonError::into_inner);
        *usable = tables.usable().to_vec();
    }

    /// Simulates a transaction; an error says why it would be refused.
    pub async fn simulate(&self, instructions: &[Instruction]) -> Result<Simulated> {
        self.foresee(instructions, &[]).await
    }

    /// Simulates a transaction, and tells how it would leave some accounts.
    pub async fn foresee(&self, instructions: &[Instruction], accounts: &[Pubkey]) -> Result<Simulated> {
        let tables = self.known_tables();
        self.simulate_with(instructions, &tables, accounts).await
    }

    /// Simulates, signs and sends a transaction, and waits until it is confirmed, refused or dead.
    ///
    /// There are never two living transactions for one call: another blockhash is taken only when the one before can no
    /// longer be executed.
    ///
    /// First in the read form: what can leave its group unwritten does so, and waits for nobody else's trades. If that
    /// is refused because the group has to be written, in the simulation or when it is executed, in the form that was
    /// given.
    pub async fn send(&self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Sent> {
        let parallel: Vec<_> = instructions.iter().cloned().map(in_parallel).collect();
        match self.send_as_is(&parallel, signers).await {
            // Nothing was done. Both forms take as many bytes, so that nothing more has to be put into tables.
            Err(error) if error.asks_for_group() && parallel != instructions => {
                self.send_as_is(instructions, signers).await
            }
            outcome => outcome,
        }
    }

    /// The same, but in the form that was given and no other: whoever wants cash counted has the group written.
    pub async fn send_as_is(&self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Sent> {
        self.fit(instructions).await?;
        match self.send_with(instructions, signers, &self.known_tables()).await {
            // Found by the simulation: nothing was sent.
            Err(error) if error.is_about_tables() => {
                self.load(&mut *self.tables.lock().await).await?;
                self.fit(instructions).await?;
                self.send_with(instructions, signers, &self.known_tables()).await
            }
            outcome => outcome,
        }
    }

    /// Bytes that a transaction takes with the lookup tables that are known.
    pub async fn size(&self, instructions: &[Instruction]) -> Result<usize> {
        let tables = self.known_tables();
        let message = self.message(&self.framed(instructions, MOST_UNITS, 1), &tables, Hash::default())?;
        Ok(size(&message))
    }

    /// Puts what a transaction names into lookup tables if it is too large without, and says how many bytes it takes.
    pub async fn fit(&self, instructions: &[Instruction]) -> Result<usize> {
        let size = self.size(instructions).await?;
        if size <= Self::MOST_BYTES {
            return Ok(size);
        }
        self.cover(&shareable(instructions)).await?;
        self.size(instructions).await
    }

    fn known_tables(&self) -> Vec<AddressLookupTableAccount> {
        self.usable.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn send_with(
        &self,
        instructions: &[Instruction],
        signers: &[&Keypair],
        tables: &[AddressLookupTableAccount],
    ) -> Result<Sent> {
        let begun = Instant::now();
        let units = self.simulate_with(instructions, tables, &[]).await?.units;
        let limit =
            (units * u64::from(self.options.units_percent) / 100 + 1_000).min(MOST_UNITS.into()) as u32;
        let price = self.price(instructions, limit).await;
        let framed = self.framed(instructions, limit, price);
        let priority = (u128::from(price) * u128::from(limit)).div_ceil(1_000_000) as u64;
        for _ in 0..self.options.tries.max(1) {
            let (hash, last) = self.blockhash(begun).await?;
            let transaction = self.sign(self.message(&framed, tables, hash)?, signers)?;
            let signature = transaction.signatures[0];
            if let Some(slot) = self.see_through(&transaction, last, begun).await? {
                return Ok(Sent { signature, slot, units, priority });
            }
        }
        Err(Error::Expired(self.options.tries.max(1)))
    }

    async fn blockhash(&self, begun: Instant) -> Result<(Hash, u64)> {
        loop {
            let commitment = CommitmentConfig::confirmed();
            match self.chain.rpc().get_latest_blockhash_with_commitment(commitment).await {
                Ok(found) => return Ok(found),
                Err(error) if begun.elapsed() > self.options.patience => return Err(error.into()),
                Err(_) => sleep(LOOK).await,
            }
        }
    }

    /// Micro-lamports for each compute unit: what others pay for the same accounts, within the cap.
    pub async fn price(&self, instructions: &[Instruction], limit: u32) -> u64 {
        let written = instructions.iter().flat_map(|one| &one.accounts).filter(|meta| meta.is_writable);
        let mut written: Vec<Pubkey> = written.map(|meta| meta.pubkey).collect();
        written.sort_unstable();
        written.dedup();
        // A node takes no more addresses in this question.
        written.truncate(128);
        let asked = self.chain.rpc().get_recent_prioritization_fees(&written).await;
        let mut fees: Vec<u64> = asked.into_iter().flatten().map(|fee| fee.prioritization_fee).collect();
        fees.sort_unstable();
        let place = fees.len() * usize::from(self.options.percentile.min(99)) / 100;
        let most = self.options.priority_cap.saturating_mul(1_000_000) / u64::from(limit.max(1));
        fees.get(place).copied().unwrap_or(0).min(most)
    }

    fn framed(&self, instructions: &[Instruction], limit: u32, price: u64) -> Vec<Instruction> {
        let mut all = vec![
            ComputeBudgetInstruction::set_compute_unit_limit(limit),
            ComputeBudgetInstruction::set_compute_unit_price(price),
        ];
        all.extend_from_slice(instructions);
        all
    }

    fn message(
        &self,
        framed: &[Instruction],
        tables: &[AddressLookupTableAccount],
        hash: Hash,
    ) -> Result<VersionedMessage> {
        let payer = self.payer.pubkey();
        // Validators read tables as of their last root, and drop what names newer entries, or anything of this version
        // before their first one: for some fifteen seconds. So a table is for what has no room without.
        if let Ok(plain) = v0::Message::try_compile(&payer, framed, &[], hash) {
            let v0::Message { header, account_keys, recent_blockhash, instructions, .. } = plain;
            let plain = Message { header, account_keys, recent_blockhash, instructions };
            let plain = VersionedMessage::Legacy(plain);
            if size(&plain) <= Self::MOST_BYTES {
                return Ok(plain);
            }
        }
        let built = v0::Message::try_compile(&payer, framed, tables, hash);
        Ok(VersionedMessage::V0(built.map_err(|error| Error::Unbuildable(error.to_string()))?))
    }

    fn sign(&self, message: VersionedMessage, signers: &[&Keypair]) -> Result<VersionedTransaction> {
        let bytes = size(&message);
        if bytes > Self::MOST_BYTES {
            return Err(Error::TooLarge(bytes));
        }
        let mut all = vec![&*self.payer];
        all.extend(signers.iter().filter(|signer| signer.pubkey() != self.payer.pubkey()));
        let signed = VersionedTransaction::try_new(message, &all);
        signed.map_err(|error| Error::Unbuildable(error.to_string()))
    }

    async fn simulate_with(
        &self,
        instructions: &[Instruction],
        tables: &[AddressLookupTableAccount],
        accounts: &[Pubkey],
    ) -> Result<Simulated> {
        let message = self.message(&self.framed(instructions, MOST_UNITS, 0), tables, Hash::default())?;
        let bytes = size(&message);
        if bytes > Self::MOST_BYTES {
            return Err(Error::TooLarge(bytes));
        }
        let signatures = vec![Signature::default(); message.header().num_required_signatures.into()];
        let keys = message.static_account_keys().to_vec();
        let lookups = message.address_table_lookups().unwrap_or(&[]).to_vec();
        let transaction = VersionedTransaction { signatures, message };
        let wanted = RpcSimulateTransactionAccountsConfig {
            encoding: Some(UiAccountEncoding::Base64),
            addresses: accounts.iter().map(Pubkey::to_string).collect(),
        };
        let config = RpcSimulateTransactionConfig {
            accounts: (!accounts.is_empty()).then_some(wanted),
            replace_recent_blockhash: true,
            inner_instructions: true,
            commitment: Some(CommitmentConfig { commitment: CommitmentLevel::Processed }),
            ..RpcSimulateTransactionConfig::default()
        };
        let asked = self.chain.rpc().simulate_transaction_with_config(&transaction, config).await;
        let found = asked?.value;
        let logs = found.logs.unwrap_or_default();
        if let Some(reason) = found.err {
            return Err(Error::Refused(Box::new(Refusal::new(reason.into(), &logs))));
        }
        let named = |writable: bool| {
            lookups.iter().flat_map(move |lookup| {
                let table = tables.iter().find(|table| table.key == lookup.account_key);
                let places = if writable { &lookup.writable_indexes } else { &lookup.readonly_indexes };
                let address = move |place: &u8| Some(*table?.addresses.get(usize::from(*place))?);
                places.iter().filter_map(address)
            })
        };
        let keys: Vec<Pubkey> = keys.into_iter().chain(named(true)).chain(named(false)).collect();
        let left = found.accounts.unwrap_or_default();
        let returned = found.return_data.map(|data| data.data.0).unwrap_or_default();
        Ok(Simulated {
            units: found.units_consumed.unwrap_or(0),
            logs,
            events: events(&keys, &found.inner_instructions.unwrap_or_default()),
            returned: BASE64.decode(returned).unwrap_or_default(),
            accounts: left.into_iter().map(|account| account?.to_account()).collect(),
        })
    }
}

/// Bytes of a transaction with this message.
fn size(message: &VersionedMessage) -> usize {
    1 + 64 * usize::from(message.header().num_required_signatures) + message.serialize().len()
}

/// Addresses of instructions that a lookup table may hold: neither signers nor programs that are called.
fn shareable(instructions: &[Instruction]) -> Vec<Pubkey> {
    let metas = || instructions.iter().flat_map(|one| &one.accounts);
    let fixed: Vec<Pubkey> = metas().filter(|meta| meta.is_signer).map(|meta| meta.pubkey).collect();
    let called = |key: &Pubkey| instructions.iter().any(|one| one.program_id == *key);
    let mut keys: Vec<Pubkey> = metas().map(|meta| meta.pubkey).collect();
    keys.retain(|key| !fixed.contains(key) && !called(key));
    keys.sort_unstable();
    keys.dedup();
    keys
}
