//! Arguments of the account program's instructions.

use super::{MarketTerms, Order};
use anchor_lang::prelude::*;

/// Arguments of `create_group`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct CreateGroupArgs {
    /// Number of the group among its creator's.
    pub index: u16,
    /// Who may change the group.
    pub authority: Pubkey,
    /// Who may tighten the group and stop changes.
    pub guardian: Pubkey,
    /// Program whose assessment the gate follows.
    pub risk_program: Pubkey,
    /// Program whose address may rescue accounts.
    pub liquidation_program: Pubkey,
}

/// Arguments of `open_account`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct OpenAccountArgs {
    /// Number of the account among its owner's in the group.
    pub sub_id: u16,
}

/// Arguments of `create_bank`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct CreateBankArgs {
    /// Number of the bank: the next one of the group.
    pub bank: u16,
    /// Number of the risk program's market that prices the token.
    pub market: u16,
    /// Most that may be deposited when the ramp ends, in the token's smallest unit.
    pub cap: u64,
    /// Seconds in which the cap rises from nothing.
    pub ramp_seconds: u32,
}

/// Arguments of `create_market`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct CreateMarketArgs {
    /// Number of the market, which the risk program must know already.
    pub market: u16,
    /// Its terms.
    pub terms: MarketTerms,
}

/// What the authority sets for a venue.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct VenueTerms {
    /// Key that submits fills and marks.
    pub operator: Pubkey,
    /// Owner of the token account to which the venue's fees are paid.
    pub fee_owner: Pubkey,
    /// Highest fee of either side, as a share of the value that is traded, in 2^-40.
    pub fee_cap: i64,
    /// Whether the venue may settle nothing for now.
    pub suspended: bool,
}

/// Arguments of `create_venue`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct CreateVenueArgs {
    /// Number of the venue: the next one of the group.
    pub venue: u16,
    /// Its terms.
    pub terms: VenueTerms,
}

/// Arguments of `set_delegate`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct SetDelegateArgs {
    /// Row to write.
    pub place: u8,
    /// Who may act; the zero address frees the row.
    pub key: Pubkey,
    /// What the delegate may do: 1 trade, 2 only reduce; zero with the zero address.
    pub scope: u8,
    /// From when on no longer, in unix time.
    pub expires_at: i64,
}

/// Arguments of `settle_fills`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct SettleFillsArgs {
    /// Order of the first account.
    pub maker: Order,
    /// Order of the second account, for the same legs on the other side.
    pub taker: Order,
    /// Units of the first order that are filled.
    pub maker_units: u64,
    /// Units of the second.
    pub taker_units: u64,
    /// Price of each leg, in quote units a lot.
    pub prices: Vec<u64>,
    /// Fee of the first account, in quote units.
    pub maker_fee: u64,
    /// Fee of the second.
    pub taker_fee: u64,
}

/// Arguments of `place_trigger`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct PlaceTriggerArgs {
    /// Number of the market.
    pub market: u16,
    /// Kind of instrument.
    pub kind: u8,
    /// When the instrument expires; zero for a perp.
    pub expiry: i64,
    /// Strike in 10^-8 quote; zero unless an option.
    pub strike: u64,
    /// Lots to buy, or, below zero, to sell.
    pub lots: i64,
    /// Whether it fires at or above its level, else at or below.
    pub above: bool,
    /// Index at which it fires, in 10^-10 dollars.
    pub level: u64,
    /// Worst price, in quote units a lot; for perps and futures zero, if `slippage` alone decides.
    pub limit: u64,
    /// How much worse than the index a perp or future may trade, as a share of the index, in 2^-40.
    pub slippage: i64,
    /// Most that whoever executes it may take, in quote units.
    pub fee: u64,
    /// When it lapses, in unix time.
    pub expires_at: i64,
}

/// Arguments of `execute_trigger`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct ExecuteTriggerArgs {
    /// Row of the trigger.
    pub place: u8,
    /// How many of its lots, without sign.
    pub lots: u64,
    /// Price, in quote units a lot.
    pub price: u64,
    /// What the executing account gets for it, in quote units.
    pub fee: u64,
}

/// What an account under liquidation pays in cash beside the legs that are taken over.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RescuePay {
    /// To the account that takes over, in quote units; below zero that account pays.
    pub taker: i64,
    /// To the insurance, in quote units.
    pub insurance: u64,
}

/// Arguments of `fill_rescue`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct FillRescueArgs {
    /// Order of the account that takes over, which any liquidation may fill.
    pub order: Order,
    /// Units of it that are filled.
    pub units: u64,
    /// Price of each leg, in quote units a lot.
    pub prices: Vec<u64>,
    /// What the account under liquidation pays beside them.
    pub pay: RescuePay,
}
