//! Signed orders: whether a trader, or a delegate, signed exactly this, and whether a fill keeps to it.

use crate::errors::AccountError;
use anchor_lang::{prelude::*, solana_program::instruction::Instruction};
use ballast_interface::{
    account::{MarginAccount, Order, OrderRecord, TradeLeg},
    signatures::{signatures, Signed, ED25519},
};
use solana_instructions_sysvar::{load_current_index_checked, load_instruction_at_checked};

/// The signatures that were checked directly before, and where signed bytes may stand.
pub struct Signatures<'a, 'info> {
    transaction: &'a AccountInfo<'info>,
    checked: Vec<Signed>,
    /// The instruction that is under way, in which orders mostly stand, and its place.
    current: (u16, Instruction),
}

impl<'a, 'info> Signatures<'a, 'info> {
    /// Reads the transaction.
    #[inline(never)]
    pub fn read(transaction: &'a AccountInfo<'info>) -> Result<Self> {
        let place = load_current_index_checked(transaction)?;
        let before = place.checked_sub(1).ok_or(AccountError::SignatureMissing)?;
        let check = load_instruction_at_checked(before.into(), transaction)?;
        require_keys_eq!(check.program_id, ED25519, AccountError::SignatureMissing);
        let checked: Option<Vec<_>> = signatures(&check.data, before).collect();
        let current = (place, load_instruction_at_checked(place.into(), transaction)?);
        Ok(Self { transaction, checked: checked.ok_or(AccountError::SignatureMissing)?, current })
    }

    /// Refuses an order that nobody signed who may trade for the account now. Says whether it was somebody who may only
    /// make positions smaller.
    #[inline(never)]
    pub fn require(&self, order: &Order, account: &MarginAccount, now: i64) -> Result<bool> {
        let message = order.message();
        for signed in &self.checked {
            let may = account.may_trade(&signed.signer, order.reduce_only, now);
            if may && self.is_signed(signed, &message)? {
                return Ok(!account.may_trade(&signed.signer, false, now));
            }
        }
        err!(AccountError::SignatureMissing)
    }

    fn is_signed(&self, signed: &Signed, message: &[u8]) -> Result<bool> {
        if signed.message_in == self.current.0 {
            return Ok(piece(&self.current.1, signed) == Some(message));
        }
        let Ok(other) = load_instruction_at_checked(signed.message_in.into(), self.transaction) else {
            return Ok(false);
        };
        Ok(piece(&other, signed) == Some(message))
    }
}

fn piece<'a>(instruction: &'a Instruction, signed: &Signed) -> Option<&'a [u8]> {
    let from = usize::from(signed.from);
    instruction.data.get(from..from.checked_add(signed.length.into())?)
}

/// A fill of one order.
pub struct Fill<'a> {
    /// The order.
    pub order: &'a Order,
    /// Address of the account that shall trade.
    pub account: Pubkey,
    /// Number of the venue that fills it.
    pub venue: u16,
    /// Units.
    pub units: u64,
    /// Fee, in quote units.
    pub fee: u64,
    /// What the account gets beside the legs, in quote units.
    pub got: u64,
    /// Unix time.
    pub now: i64,
}

impl Fill<'_> {
    /// Refuses a fill that the order does not allow, and takes note of it.
    #[inline(never)]
    pub fn admit(&self, legs: &[TradeLeg], record: &mut OrderRecord) -> Result<()> {
        let order = self.order;
        order.check()?;
        let named = order.margin_account == self.account && order.venue == self.venue;
        require!(named && record.margin_account == self.account, AccountError::OrderWrong);
        require!(self.now < order.expires_at, AccountError::OrderExpired);
        require!(self.units > 0, AccountError::NothingTraded);
        let units = i128::from(self.units);
        let mut cost = i128::from(self.got).saturating_neg();
        for leg in legs {
            cost = cost.saturating_add(leg.value()?.into());
        }
        require!(cost <= i128::from(order.limit).saturating_mul(units), AccountError::OrderLimit);
        let most = u128::from(order.max_fee).saturating_mul(self.units.into());
        require!(u128::from(self.fee) <= most, AccountError::OrderFee);
        record.fill(order.nonce, order.units, self.units, order.expires_at, self.now)
    }
}
