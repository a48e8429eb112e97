//! Numbers wider than eight bytes, kept as bytes.
//!
//! Bytes, because a raw `i128` would ask for 16-byte alignment on the host and 8 on chain, and the two would
//! disagree about where every later field lies.

use anchor_lang::prelude::*;
use borsh::{BorshDeserialize, BorshSerialize};

// Layouts that are arguments, too, derive borsh by its own macros: Anchor's would describe the type a second time for
// the IDL. None has implicit padding, so both encodings are the same bytes.

/// A signed number of sixteen little-endian bytes.
#[zero_copy]
#[derive(Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Wide {
    /// Little-endian two's complement.
    pub bytes: [u8; 16],
}

impl core::fmt::Debug for Wide {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.get().fmt(f)
    }
}

impl Wide {
    /// The number in bytes.
    pub const fn new(value: i128) -> Self {
        Self { bytes: value.to_le_bytes() }
    }

    /// The number.
    pub const fn get(self) -> i128 {
        i128::from_le_bytes(self.bytes)
    }
}

/// A signed number with 64 binary places: sixteen little-endian bytes of its value times 2^64.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fixed64 {
    /// Little-endian two's complement of the value times 2^64.
    pub bytes: [u8; 16],
}

impl Fixed64 {
    /// The number whose value times 2^64 is `bits`.
    pub const fn from_bits(bits: i128) -> Self {
        Self { bytes: bits.to_le_bytes() }
    }

    /// The value times 2^64.
    pub const fn to_bits(self) -> i128 {
        i128::from_le_bytes(self.bytes)
    }
}
