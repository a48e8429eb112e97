//! Mints: those that are there, and those that are made for test networks.

use super::{view::View, By, Planner};
use crate::{
    description::Mint,
    place::Place,
    wrong::{Error, Wrong},
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{tokens, Instruction, Keypair, Signer};
use std::sync::Arc;

/// Bytes of a mint.
const LENGTH: usize = 82;
/// Where a mint holds its decimals.
const DECIMALS_AT: usize = 44;

/// A token, and how it comes into being.
pub(super) struct Token {
    pub mint: Pubkey,
    /// Token program of the mint.
    pub program: Pubkey,
    pub places: u8,
    /// What makes it, and who signs that; nothing where it is there.
    pub make: Option<(Vec<Instruction>, Vec<By>)>,
}

impl Token {
    /// One that is there already.
    pub fn held(mint: Pubkey, program: Pubkey, places: u8) -> Self {
        Self { mint, program, places, make: None }
    }
}

/// Address of a mint that is known before it is made.
pub(super) fn address(planner: &Planner<'_>, mint: &Mint) -> Result<Option<Pubkey>, Error> {
    Ok(match mint {
        Mint::At(mint) => Some(*mint),
        Mint::Made { key: Some(name), .. } if planner.keys.has(name) => Some(planner.keys.address(name)?),
        Mint::Made { .. } => None,
    })
}

/// The token of a mint, which is made by the group's authority if it is not there and shall be made.
pub(super) async fn token(
    planner: &Planner<'_>,
    view: &View,
    mint: &Mint,
    places: u8,
    authority: &str,
) -> Result<Token, Error> {
    let known = address(planner, mint)?;
    if let Some(address) = known {
        if let Some(found) = view.account(&address) {
            let places = found.data.get(DECIMALS_AT);
            let places = places.ok_or_else(|| Wrong::new(format!("{address}: this is no mint")))?;
            return Ok(Token::held(address, found.owner, *places));
        }
    }
    let Mint::Made { amount, key, .. } = mint else {
        return Err(Wrong::new(format!("There is no mint at {}.", known.unwrap_or_default())).into());
    };
    let new = match key {
        Some(name) if planner.keys.has(name) => planner.keys.key(name)?,
        _ => Arc::new(Keypair::new()),
    };
    let (mint, owner) = (new.pubkey(), planner.keys.address(authority)?);
    let payer = &planner.payer;
    // Of the two instructions the first would create the mint's account.
    let made = tokens::create_mint(planner.chain, payer, &mint, &owner, places).await?.pop();
    let rent = planner.chain.rpc().get_minimum_balance_for_rent_exemption(LENGTH).await;
    let rent = rent.map_err(ballast_client::Error::from)?;
    let held = view.lamports(&mint);
    let place = Place { payer, address: &mint, held, rent, length: LENGTH, owner: &tokens::PROGRAM };
    let mut instructions: Vec<_> = place.take().into_iter().chain(made).collect();
    let mut by = vec![By::Key(new)];
    if let Some(amount) = amount {
        let amount = amount.amount_or_zero(places)?;
        if amount > 0 {
            let purse = tokens::purse(&owner, &mint, &tokens::PROGRAM);
            instructions.push(tokens::open_purse(&planner.payer, &owner, &purse));
            instructions.push(tokens::mint_to(&purse, &owner, amount)?);
            by.push(By::Name(authority.to_owned()));
        }
    }
    Ok(Token { mint, program: tokens::PROGRAM, places, make: Some((instructions, by)) })
}
