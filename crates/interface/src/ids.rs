//! Addresses of the three programs.

use anchor_lang::prelude::Pubkey;

/// The account program, which owns the money.
pub const ACCOUNT: Pubkey = Pubkey::from_str_const("DaZT4FTSFYX6Lv5u8QDyKpG6bDR5riefXqYQPJAXHhcr");

/// The risk program, which owns the opinion.
pub const RISK: Pubkey = Pubkey::from_str_const("H2vN9LZW819W5MvKkzXi3SJKGY84bu6ZbcFwSgwGNsGd");

/// The liquidation program, which owns the rescue.
pub const LIQUIDATION: Pubkey = Pubkey::from_str_const("GeEi9i33oELznwaLzcmG51fv6wysWMEPoY97TrSiPZAC");
