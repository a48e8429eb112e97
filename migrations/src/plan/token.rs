//! Mints: those that are there, and those that are made for test networks.

use super::{view::View, By, Line, Planner, Sign};
use crate::{
    description::Mint,
    place::Place,
    wrong::{Error, Wrong},
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{tokens, Account, Instruction, Keypair, Signer};
use std::sync::Arc;

/// Bytes of a token account, such as a wallet's or a vault.
pub(super) const PURSE_LENGTH: usize = 165;
/// Bytes of a mint.
const LENGTH: usize = 82;
/// Where a mint holds who may make tokens, behind four bytes that say whether anybody may.
const AUTHORITY_AT: usize = 4;
/// Where it holds its decimals.
const DECIMALS_AT: usize = 44;
/// Where it says that it is one.
const IS_MINT_AT: usize = 45;

/// A token, and how it comes into being.
pub(super) struct Token {
    pub mint: Pubkey,
    /// Token program of the mint.
    pub program: Pubkey,
    pub places: u8,
    /// The address for people: one that nobody knew before is another one in every plan.
    pub shown: String,
    /// What makes it, and who signs that; nothing where it is there.
    pub make: Option<(Vec<Instruction>, Vec<By>)>,
}

impl Token {
    /// One that is there already.
    pub fn held(mint: Pubkey, program: Pubkey, places: u8) -> Self {
        Self { mint, program, places, shown: mint.to_string(), make: None }
    }
}

/// Address of a mint that is known before it is made. A named key must be there, or an address in place of its name: under
/// another address than the one that was meant, a mint could never be found again.
pub(super) fn address(planner: &Planner<'_>, mint: &Mint) -> Result<Option<Pubkey>, Error> {
    Ok(match mint {
        Mint::At(mint) => Some(*mint),
        Mint::Made { key: Some(name), .. } => Some(planner.keys.address(name)?),
        Mint::Made { key: None, .. } => None,
    })
}

/// Why a mint that is there is not the described one; of one that is made here, the authority and no other must be able to
/// make tokens.
fn unfit(mint: &Account, places: Option<u8>, made_by: Option<&Pubkey>) -> Option<String> {
    let held = mint.data.get(DECIMALS_AT).copied();
    if let Some(places) = places.filter(|places| held != Some(*places)) {
        return Some(format!("it has {} decimals, and not {places}", held.unwrap_or_default()));
    }
    let owner = made_by?;
    if mint.owner != tokens::PROGRAM {
        return Some(format!("its program is {}, and not the token program", mint.owner));
    }
    let maker = mint.data.get(AUTHORITY_AT..AUTHORITY_AT + 32).filter(|_| mint.data[0] == 1);
    (maker != Some(&owner.to_bytes())).then(|| format!("{owner} may not make its tokens"))
}

/// The token of a mint, which is made by the group's authority if it is not there and shall be made; a mint of other
/// decimals than described, or one that somebody else made at the address of a named key, is refused.
pub(super) async fn token(
    planner: &mut Planner<'_>,
    view: &View,
    mint: &Mint,
    places: Option<u8>,
    authority: &str,
) -> Result<Token, Error> {
    let known = address(planner, mint)?;
    if let Some(address) = known {
        if let Some(found) = view.account(&address) {
            let is_mint = found.data.get(IS_MINT_AT) == Some(&1);
            let held = found.data.get(DECIMALS_AT).filter(|_| is_mint);
            let held = held.ok_or_else(|| Wrong::new(format!("{address}: this is no mint")))?;
            let owner = planner.keys.address(authority)?;
            let made_by = matches!(mint, Mint::Made { .. }).then_some(&owner);
            if let Some(why) = unfit(found, places, made_by) {
                let line = Line::whole(Sign::Refuse, &format!("mint {address}"), "");
                planner.plan.lines.push(line.refused(&why));
            }
            return Ok(Token::held(address, found.owner, *held));
        }
    }
    let Mint::Made { amount, key, .. } = mint else {
        return Err(Wrong::new(format!("There is no mint at {}.", known.unwrap_or_default())).into());
    };
    let new = match key {
        Some(name) => planner.keys.key(name)?,
        None => Arc::new(Keypair::new()),
    };
    let places = places.unwrap_or_default();
    let (mint, owner) = (new.pubkey(), planner.keys.address(authority)?);
    planner.rent(LENGTH);
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
            planner.rent(PURSE_LENGTH);
        }
    }
    let shown = known.map_or_else(|| "a new address".to_owned(), |known| known.to_string());
    Ok(Token { mint, program: tokens::PROGRAM, places, shown, make: Some((instructions, by)) })
}
