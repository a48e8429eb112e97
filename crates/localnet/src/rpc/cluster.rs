//! Methods about the chain as a whole.

use super::{in_context, Answer, Params, RpcError};
use crate::{blocks::BLOCKHASH_AGE, chain::Chain};
use ballast_testkit::{actor, Signer};
use serde_json::{json, Value};
use solana_hash::Hash;

/// Lamports that there are said to be: wallets only want a number.
const SUPPLY: u64 = 600_000_000_000_000_000;

/// The newest blockhash as answers show it.
pub(super) fn blockhash(chain: &Chain) -> Value {
    json!({
        "blockhash": chain.blocks.latest.to_string(),
        "lastValidBlockHeight": chain.blocks.last_valid_height(),
    })
}

pub(super) fn latest_blockhash(chain: &Chain) -> Answer {
    Ok(in_context(chain.blocks.slot, blockhash(chain)))
}

pub(super) fn is_blockhash_valid(chain: &Chain, params: &Params) -> Answer {
    let hash: Hash = params.parsed(0, "blockhash")?;
    Ok(in_context(chain.blocks.slot, json!(chain.blocks.is_recent(&hash))))
}

pub(super) fn priority_fees(chain: &Chain) -> Answer {
    let slots = chain.blocks.first_slot().max(chain.blocks.slot + 1 - BLOCKHASH_AGE)..=chain.blocks.slot;
    Ok(slots.map(|slot| json!({ "slot": slot, "prioritizationFee": 0 })).collect())
}

pub(super) fn block_time(chain: &Chain, params: &Params) -> Answer {
    let slot: u64 = params.required(0, "slot")?;
    let time = chain.blocks.time(slot);
    let time = time.ok_or_else(|| RpcError::new(-32004, format!("Block not available for slot {slot}")))?;
    Ok(json!(time))
}

pub(super) fn epoch_info(chain: &Chain) -> Answer {
    let schedule = chain.epoch_schedule();
    let (epoch, index) = schedule.get_epoch_and_slot_index(chain.blocks.slot);
    Ok(json!({
        "absoluteSlot": chain.blocks.slot,
        "blockHeight": chain.blocks.height,
        "epoch": epoch,
        "slotIndex": index,
        "slotsInEpoch": schedule.get_slots_in_epoch(epoch),
        "transactionCount": chain.ledger.count(),
    }))
}

pub(super) fn epoch_schedule(chain: &Chain) -> Answer {
    let schedule = chain.epoch_schedule();
    Ok(json!({
        "slotsPerEpoch": schedule.slots_per_epoch,
        "leaderScheduleSlotOffset": schedule.leader_schedule_slot_offset,
        "warmup": schedule.warmup,
        "firstNormalEpoch": schedule.first_normal_epoch,
        "firstNormalSlot": schedule.first_normal_slot,
    }))
}

pub(super) fn supply(chain: &Chain) -> Answer {
    let value = json!({
        "total": SUPPLY,
        "circulating": SUPPLY,
        "nonCirculating": 0,
        "nonCirculatingAccounts": [],
    });
    Ok(in_context(chain.blocks.slot, value))
}

/// A hash by which nobody takes this for a public cluster.
pub(super) fn genesis_hash() -> String {
    actor("localnet genesis").pubkey().to_string()
}

pub(super) fn identity() -> String {
    actor("localnet identity").pubkey().to_string()
}
