//! Which layout an account has, and reading it.

use crate::{Error, Result};
use anchor_lang::{prelude::Pubkey, Discriminator, Owner};
use ballast_interface::{
    account::{Bank, Group, MarginAccount, Market, OrderRecord, Venue},
    liquidation::{Auction, Fund, Stake},
    risk::{Committee, MarketRisk, Model},
};
use bytemuck::AnyBitPattern;
use solana_account::Account;
use std::mem::{offset_of, size_of};

/// A kind of account of Ballast's programs.
pub trait Layout: Owner + Discriminator + AnyBitPattern {
    /// What it is called.
    const NAME: &'static str;
    /// The version that this crate reads.
    const VERSION: u8;
    /// Where an account holds its group's address, if it does.
    const GROUP_AT: Option<usize>;
}

macro_rules! layouts {
    ($($layout:ident $name:literal $group:expr),* $(,)?) => {
        $(impl Layout for $layout {
            const NAME: &'static str = $name;
            const VERSION: u8 = $layout::VERSION;
            const GROUP_AT: Option<usize> = $group;
        })*

        /// An account of any kind, decoded.
        #[derive(Clone)]
        pub enum Record {
            $(
                #[doc = concat!("A ", $name, ".")]
                $layout(Box<$layout>),
            )*
        }

        impl Record {
            /// Reads whatever it is; nothing if it is none of Ballast's accounts, or of another version.
            pub fn read(account: &Account) -> Option<Self> {
                $(
                    if account.owner == $layout::owner() && account.data.starts_with($layout::DISCRIMINATOR) {
                        return read::<$layout>(account).ok().map(|it| Self::$layout(Box::new(it)));
                    }
                )*
                None
            }

            /// What it is called.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$layout(_) => $name,)*
                }
            }
        }
    };
}

/// Behind the discriminator.
const HEAD: usize = 8;

macro_rules! at {
    ($layout:ident) => {
        Some(HEAD + offset_of!($layout, group))
    };
}

layouts! {
    Group "group" None,
    MarginAccount "margin account" at!(MarginAccount),
    Bank "bank" at!(Bank),
    Market "market" at!(Market),
    Venue "venue" at!(Venue),
    OrderRecord "order record" None,
    Model "risk model" at!(Model),
    MarketRisk "market's risk" at!(MarketRisk),
    Committee "committee" at!(Committee),
    Auction "auction" at!(Auction),
    Fund "insurance fund" at!(Fund),
    Stake "stake" None,
}

/// Reads an account as what it should be.
pub fn decode<T: Layout>(address: &Pubkey, account: &Account) -> Result<T> {
    read(account).map_err(|why| Error::Unreadable { what: T::NAME, address: *address, why })
}

fn read<T: Layout>(account: &Account) -> std::result::Result<T, &'static str> {
    if account.owner != T::owner() {
        return Err("another program owns it");
    }
    let body = account.data.strip_prefix(T::DISCRIMINATOR).ok_or("it is of another kind")?;
    if body.len() != size_of::<T>() {
        return Err("it has another length");
    }
    // The version is the first byte of every layout.
    if body.first() != Some(&T::VERSION) {
        return Err("it was written by another version of Ballast");
    }
    Ok(bytemuck::pod_read_unaligned(body))
}
