//! Deploying a program: its bytes into a buffer, and from there to where it is executed.
//!
//! The buffer's address follows from the authority, the program and the bytes: what was broken off is found again.

use super::{
    state::{self, Deployed, LOADER},
    write::write,
};
use crate::{
    keys::Keys,
    place::{is_free, Place},
    plan::{By, Part, Planner},
    wrong::Error,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Chain, Instruction, Keypair, Sender, Signature, Signer};
use sha2::{Digest, Sha256};
use solana_loader_v3_interface::instruction as loader;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// Bytes of a program's own account, which names where its bytes are.
const PROGRAM_LENGTH: usize = 36;
/// How long a node may take to show what was deployed.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(400);

/// A program that is deployed or upgraded.
#[derive(Clone)]
pub(crate) struct Deployment {
    pub program: Pubkey,
    /// Key of its address, for the first deployment.
    pub key: Option<By>,
    /// Name of the key that may upgrade it.
    pub authority: String,
    pub bytes: Arc<Vec<u8>>,
    /// Bytes that it shall have room for.
    pub room: usize,
    pub kind: Kind,
}

/// What there is to do.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// It is deployed first.
    First,
    /// It is upgraded.
    Upgrade {
        /// Bytes by which it is extended before.
        more: usize,
        /// Whether its bytes are the same, and only room is missing.
        same: bool,
    },
}

impl Deployment {
    /// Who signs.
    pub fn signers(&self) -> Vec<By> {
        let key = self.key.clone().filter(|_| matches!(self.kind, Kind::First));
        [By::Name(self.authority.clone())].into_iter().chain(key).collect()
    }

    /// Does what is left to do, and checks that it is done.
    pub async fn apply(
        &self,
        words: &str,
        sender: &Sender,
        keys: &Keys,
        told: &mut dyn FnMut(Part),
        signatures: &mut Vec<Signature>,
    ) -> Result<(), Error> {
        let failed = |error| Error::Step { step: words.to_owned(), error };
        let authority = keys.key(&self.authority)?;
        let key = match (&self.key, self.kind) {
            (Some(key), Kind::First) => Some(key.key(keys)?),
            _ => None,
        };
        if let Kind::Upgrade { more: more @ 1.., .. } = self.kind {
            let extend = loader::extend_program(&self.program, Some(&sender.payer()), more as u32);
            signatures.push(sender.send(&[extend], &[]).await.map_err(failed)?.signature);
            // A program is changed no more than once in a slot.
            self.settle(sender.chain(), |found| found.bytes.len() >= self.room).await?;
        }
        if !matches!(self.kind, Kind::Upgrade { same: true, .. }) {
            let buffer = self.buffer(sender, &authority, signatures).await.map_err(failed)?;
            write(sender, &authority, &buffer, &self.bytes, told).await.map_err(failed)?;
            let instructions = self.last(sender, &authority.pubkey(), &buffer).await.map_err(failed)?;
            let signers: Vec<&Keypair> =
                [Some(&authority), key.as_ref()].into_iter().flatten().map(Arc::as_ref).collect();
            signatures.push(sender.send(&instructions, &signers).await.map_err(failed)?.signature);
        }
        self.settle(sender.chain(), |found| found.is(&self.bytes)).await
    }

    /// The buffer, which is made unless there is one with room for the bytes.
    async fn buffer(
        &self,
        sender: &Sender,
        authority: &Keypair,
        signatures: &mut Vec<Signature>,
    ) -> ballast_client::Result<Pubkey> {
        let base = authority.pubkey();
        let seed = self.seed();
        let unbuildable = |error: String| ballast_client::Error::Unbuildable(error);
        let buffer = self.buffer_address(&base)?;
        let length = state::BUFFER_HEAD + self.bytes.len();
        let found = sender.chain().account(&buffer).await?;
        if let Some(found) = found.as_ref().filter(|found| !is_free(found)) {
            let usable = state::buffer_authority(found) == Some(base) && found.data.len() == length;
            let why = "it belongs to somebody else, or has another length";
            return match usable {
                true => Ok(buffer),
                false => Err(ballast_client::Error::Unreadable { what: "buffer", address: buffer, why }),
            };
        }
        let rent = sender.chain().rpc().get_minimum_balance_for_rent_exemption(length).await?;
        let payer = sender.payer();
        let held = found.map_or(0, |found| found.lamports);
        let place = Place { payer: &payer, address: &buffer, held, rent, length, owner: &LOADER };
        let made = loader::create_buffer(&payer, &buffer, &base, rent, self.bytes.len());
        // Of the two instructions the first would ask for a key of the buffer.
        let initialise = made.map_err(|error| unbuildable(error.to_string()))?.pop();
        let instructions: Vec<_> = place.take_seeded(&base, &seed).into_iter().chain(initialise).collect();
        signatures.push(sender.send(&instructions, &[authority]).await?.signature);
        Ok(buffer)
    }

    /// Takes note of the lamports that it needs.
    pub async fn need(&self, planner: &mut Planner<'_>, authority: &Pubkey) -> Result<(), Error> {
        match self.kind {
            Kind::First => planner.rent(PROGRAM_LENGTH),
            Kind::Upgrade { more, .. } => planner.more(more),
        }
        if !matches!(self.kind, Kind::Upgrade { same: true, .. }) {
            let buffer = self.buffer_address(authority)?;
            let held = planner.chain.account(&buffer).await?.map_or(0, |found| found.lamports);
            planner.buffer(state::BUFFER_HEAD + self.bytes.len(), held);
        }
        if let Kind::First = self.kind {
            planner.rent(state::PROGRAM_DATA_HEAD + self.room);
        }
        Ok(())
    }

    fn buffer_address(&self, authority: &Pubkey) -> ballast_client::Result<Pubkey> {
        Pubkey::create_with_seed(authority, &self.seed(), &LOADER)
            .map_err(|error| ballast_client::Error::Unbuildable(error.to_string()))
    }

    /// What a buffer's address follows from, beside the authority.
    fn seed(&self) -> String {
        let hash = Sha256::new().chain_update(self.program).chain_update(&*self.bytes).finalize();
        hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// What makes a full buffer a program.
    async fn last(
        &self,
        sender: &Sender,
        authority: &Pubkey,
        buffer: &Pubkey,
    ) -> ballast_client::Result<Vec<Instruction>> {
        let (program, payer) = (&self.program, &sender.payer());
        if let Kind::Upgrade { .. } = self.kind {
            return Ok(vec![loader::upgrade(program, buffer, authority, payer)]);
        }
        let rent = sender.chain().rpc().get_minimum_balance_for_rent_exemption(PROGRAM_LENGTH).await?;
        let held = sender.chain().account(program).await?.map_or(0, |found| found.lamports);
        let place = Place { payer, address: program, held, rent, length: PROGRAM_LENGTH, owner: &LOADER };
        let made = loader::deploy_with_max_program_len(payer, program, buffer, authority, rent, self.room);
        // Of the two instructions the first would create the program's account.
        let deploy = made.map_err(|error| ballast_client::Error::Unbuildable(error.to_string()))?.pop();
        Ok(place.take().into_iter().chain(deploy).collect())
    }

    /// Waits until what is read back is as it shall be, and a slot has gone by, from which on it can be used.
    async fn settle(&self, chain: &Chain, is_done: impl Fn(&Deployed) -> bool) -> Result<(), Error> {
        let begun = Instant::now();
        loop {
            let settled = self.is_settled(chain, &is_done).await;
            if let Ok(true) = settled {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                // A node that is away now says nothing about the program.
                settled?;
                let words =
                    format!("The program {} is not what was deployed, as read from the node.", self.program);
                return Err(Error::Deployed(words));
            }
            sleep(LOOK).await;
        }
    }
    async fn is_settled(
        &self,
        chain: &Chain,
        is_done: impl Fn(&Deployed) -> bool,
    ) -> ballast_client::Result<bool> {
        let found = chain.account(&state::data_address(&self.program)).await?;
        let found = found.as_ref().and_then(state::deployed).filter(is_done);
        Ok(match found {
            Some(found) => chain.slot().await? > found.slot,
            None => false,
        })
    }
}
