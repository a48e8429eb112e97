//! Posts updates to Pyth's price accounts: the guardians' message is written to an account of Wormhole's, verified there,
//! and then each price account is written by the push oracle, and its market refreshed in the same transaction.
//!
//! Ballast takes prices of a full quorum only. `post_update_atomic` of the receiver has room for a part of the signatures
//! and marks the price as verified in part, so it is of no use here. Markets whose feed is no account of the push oracle
//! cannot be written by a keeper either: those accounts belong to whoever opened them.
//!
//! The layout of the instructions is that of the programs' published interfaces, and the arguments are held against
//! Pyth's own crates in tests. Wormhole's and Pyth's programs themselves were not there to try this on.

use super::{Accumulator, Feeds, Update, UpdateSettings};
use crate::{Job, State};
use anchor_lang::{
    prelude::{AccountMeta, Pubkey},
    solana_program::system_instruction::create_account_with_seed,
};
use ballast_client::{Build, Instruction};
use ballast_interface::risk::{Feed, PriceSource, Pyth, RECEIVERS};
use std::collections::BTreeSet;

/// Push oracles of the two receivers, in their order.
const ORACLES: [Pubkey; 2] = [
    Pubkey::from_str_const("pythWSnswVUd12oZpeFP8e9CVaEqJg25g1Vtc2biRsT"),
    Pubkey::from_str_const("pyt2F414BA6dPttK6RddPZUdHfapoBN24GL5wbrPCou"),
];
/// The system program.
const SYSTEM: Pubkey = anchor_lang::system_program::ID;
/// Bytes before the message in an account of Wormhole's.
const HEAD: usize = 46;
/// Bytes of the message that fit the first transaction.
const FIRST: usize = 700;
/// Which of the receiver's treasuries gets its fee; there are 256, so that not all of them are written at once.
const TREASURY: u8 = 0;

/// First eight bytes of the instructions.
const INIT: [u8; 8] = [209, 193, 173, 25, 91, 202, 181, 218];
const WRITE: [u8; 8] = [199, 208, 110, 177, 150, 76, 118, 42];
const VERIFY: [u8; 8] = [103, 56, 177, 229, 240, 103, 68, 73];
const CLOSE: [u8; 8] = [48, 221, 174, 198, 231, 7, 152, 38];
const UPDATE: [u8; 8] = [28, 9, 93, 150, 86, 153, 188, 115];

/// The push oracle of a receiver.
fn oracle_of(receiver: &Pubkey) -> Option<Pubkey> {
    RECEIVERS.iter().position(|known| known == receiver).map(|place| ORACLES[place])
}

/// Address of a feed's account on a shard of the push oracle.
pub fn feed_address(oracle: &Pubkey, shard: u16, id: &[u8; 32]) -> Pubkey {
    Pubkey::find_program_address(&[&shard.to_le_bytes(), id], oracle).0
}

/// On which of the first shards of its push oracle a market's feed is, if on any.
pub fn shard_of(feed: &Feed, shards: u16) -> Option<u16> {
    let oracle = oracle_of(&feed.owner)?;
    (0..shards).find(|shard| feed_address(&oracle, *shard, &feed.id) == feed.account)
}

/// The keeper's one account of Wormhole's, in which messages are verified one after the other.
pub struct Draft {
    /// Its address.
    pub address: Pubkey,
    payer: Pubkey,
    wormhole: Pubkey,
}

impl Draft {
    const SEED: &str = "ballast keeper's message";

    /// The account of a key. Its address needs no signature of its own.
    pub fn new(payer: &Pubkey, wormhole: &Pubkey) -> Self {
        let address = Pubkey::create_with_seed(payer, Self::SEED, wormhole).unwrap_or_default();
        Self { address, payer: *payer, wormhole: *wormhole }
    }

    /// Bytes of the account for a message.
    pub const fn length(vaa: &[u8]) -> usize {
        HEAD + vaa.len()
    }

    fn call(&self, payer_written: bool, more: &[AccountMeta], data: Vec<u8>) -> Instruction {
        let payer = AccountMeta { pubkey: self.payer, is_signer: true, is_writable: payer_written };
        let mut accounts = vec![payer, AccountMeta::new(self.address, false)];
        accounts.extend_from_slice(more);
        Instruction { program_id: self.wormhole, accounts, data }
    }

    fn create(&self, vaa: &[u8], rent: u64) -> Instruction {
        let (payer, space) = (&self.payer, Self::length(vaa) as u64);
        create_account_with_seed(payer, &self.address, payer, Self::SEED, rent, space, &self.wormhole)
    }

    fn init(&self) -> Instruction {
        self.call(false, &[], INIT.to_vec())
    }

    fn write(&self, vaa: &[u8], from: usize, to: usize) -> Instruction {
        let part = vaa.get(from..to.min(vaa.len())).unwrap_or(&[]);
        let mut data = WRITE.to_vec();
        data.extend((from as u32).to_le_bytes());
        data.extend((part.len() as u32).to_le_bytes());
        data.extend(part);
        self.call(false, &[], data)
    }

    fn verify(&self, guardian_set: u32) -> Instruction {
        let seeds = [b"GuardianSet".as_slice(), &guardian_set.to_be_bytes()];
        let guardians = Pubkey::find_program_address(&seeds, &self.wormhole).0;
        self.call(false, &[AccountMeta::new_readonly(guardians, false)], VERIFY.to_vec())
    }

    fn close(&self) -> Instruction {
        self.call(true, &[], CLOSE.to_vec())
    }
}

/// One price account to be written.
#[derive(Clone, Debug)]
pub struct Part {
    /// Market that is pinned to it.
    pub market: u16,
    feed: Feed,
    shard: u16,
    update: Update,
}

/// One message of the guardians, and the prices under it that are wanted.
#[derive(Clone, Debug)]
pub struct Posting {
    /// The message.
    pub vaa: Vec<u8>,
    /// Price accounts that are written.
    pub parts: Vec<Part>,
    guardian_set: u32,
}

impl Part {
    /// Lets the push oracle write the price account.
    pub fn step(&self, draft: &Draft) -> Option<Instruction> {
        let (receiver, oracle) = (self.feed.owner, oracle_of(&self.feed.owner)?);
        let of = |seeds: &[&[u8]]| Pubkey::find_program_address(seeds, &receiver).0;
        let accounts = vec![
            AccountMeta::new(draft.payer, true),
            AccountMeta::new_readonly(receiver, false),
            AccountMeta::new_readonly(draft.address, false),
            AccountMeta::new_readonly(of(&[b"config"]), false),
            AccountMeta::new(of(&[b"treasury", &[TREASURY]]), false),
            AccountMeta::new(self.feed.account, false),
            AccountMeta::new_readonly(SYSTEM, false),
        ];
        let mut data = UPDATE.to_vec();
        data.extend(self.update.borsh());
        data.push(TREASURY);
        data.extend(self.shard.to_le_bytes());
        data.extend(self.feed.id);
        Some(Instruction { program_id: oracle, accounts, data })
    }
}

impl Posting {
    /// What is to be done, one after the other: the message in two pieces, its verification, each price with its refresh,
    /// and the rent back. A draft that an earlier failure left over is closed first.
    pub fn jobs(&self, state: &State, draft: &Draft, rent: u64, left_over: bool) -> Vec<Job> {
        let target = || format!("message in {}", draft.address);
        let job = |what: &str, steps| Job { target: target(), what: what.into(), steps, as_is: false };
        let mut begin: Vec<_> = Some(draft.close()).filter(|_| left_over).into_iter().collect();
        begin.extend([draft.create(&self.vaa, rent), draft.init(), draft.write(&self.vaa, 0, FIRST)]);
        let mut verify: Vec<_> = (FIRST..self.vaa.len())
            .step_by(FIRST)
            .map(|from| draft.write(&self.vaa, from, from + FIRST))
            .collect();
        verify.push(draft.verify(self.guardian_set));
        let mut jobs = vec![job("write a message of the guardians", begin), job("verify it", verify)];
        let build = Build::new(&state.exchange);
        for part in &self.parts {
            let steps = part.step(draft).zip(build.refresh_price(part.market).ok());
            let steps = steps.map(|(post, refresh)| vec![post, refresh]);
            jobs.extend(
                steps.map(|steps| job(&format!("post and refresh the price of {}", part.market), steps)),
            );
        }
        jobs.push(job("close it", vec![draft.close()]));
        jobs
    }
}

/// The prices of some markets that are worth posting: newer than their accounts say, which have been silent for long
/// enough.
pub fn postings(
    state: &State,
    settings: &UpdateSettings,
    (feeds, markets): (&Feeds, &BTreeSet<u16>),
    found: &[Accumulator],
    now: i64,
) -> Vec<Posting> {
    let part = |market: u16, update: &Update| {
        let feed = state.exchange.risks.get(&market)?.rules.feed;
        let published = update.published().filter(|published| published.id == feed.id)?;
        let shard = shard_of(&feed, settings.shards)?;
        let account = feeds.get(&market);
        let known = account.and_then(|it| Pyth::observe(&feed, &feed.account, &it.owner, &it.data).ok());
        let known = known.map_or(i64::MIN, |known| known.published_at);
        let silent = now.saturating_sub(known) >= i64::from(settings.seconds);
        let fresh = now.saturating_sub(published.published_at) <= i64::from(feed.max_age);
        let wanted = silent && fresh && published.published_at > known;
        wanted.then(|| Part { market, feed, shard, update: update.clone() })
    };
    let posting = |accumulator: &Accumulator| {
        let updates = accumulator.updates.iter();
        let parts: Vec<Part> = updates
            .flat_map(|update| markets.iter().filter_map(move |market| part(*market, update)))
            .collect();
        let guardian_set = accumulator.guardian_set().ok()?;
        (!parts.is_empty()).then(|| Posting { vaa: accumulator.vaa.clone(), parts, guardian_set })
    };
    found.iter().filter_map(posting).collect()
}
