//! What anybody can do about an account that falls short, as instructions.

use crate::{
    forms::{read_form, ONCE_MORE},
    stage::Cast,
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::instructions::Numbers,
    liquidation::{Auction, DeleverageArgs, LiquidateArgs, LiquidateToOrderArgs, SwapCollateralArgs},
};
use ballast_testkit::{limit, liquidation_program, sign_order, Instruction, Keypair, Signer, World};

/// One of them; seats stand for accounts.
#[derive(Clone, Debug)]
pub enum Deed {
    Begin { by: usize },
    Liquidate { to: usize, args: LiquidateArgs },
    ToOrder { to: usize, keeper: usize, args: LiquidateToOrderArgs },
    Swap { to: usize, bank: u16, amount: u64 },
    End,
    Deleverage { winner: usize, args: DeleverageArgs },
    Resolve,
    Realise { winner: usize, market: u16 },
}

impl Deed {
    /// Name of its instruction.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Begin { .. } => "begin",
            Self::Liquidate { .. } => "liquidate",
            Self::ToOrder { .. } => "liquidate_to_order",
            Self::Swap { .. } => "swap_collateral",
            Self::End => "end",
            Self::Deleverage { .. } => "deleverage",
            Self::Resolve => "resolve_bankruptcy",
            Self::Realise { .. } => "realise_profit",
        }
    }

    /// Seats that take part beside the one in need.
    pub fn others(&self) -> Vec<usize> {
        match self {
            Self::Liquidate { to, .. } | Self::Swap { to, .. } => vec![*to],
            Self::ToOrder { to, keeper, .. } => vec![*to, *keeper],
            Self::Deleverage { winner, .. } | Self::Realise { winner, .. } => vec![*winner],
            Self::Begin { .. } | Self::End | Self::Resolve => vec![],
        }
    }

    /// Who signs for it.
    pub fn signer<'a>(&self, cast: &'a Cast) -> Option<&'a Keypair> {
        match self {
            Self::Begin { by: seat } | Self::Liquidate { to: seat, .. } | Self::Swap { to: seat, .. } => {
                Some(&cast.seats[*seat].key)
            }
            _ => None,
        }
    }

    /// The transaction.
    pub fn steps(&self, world: &mut World, cast: &Cast, seat: usize) -> Vec<Instruction> {
        let group = cast.group();
        let of = |seat: usize| cast.seats[seat].account;
        let account = of(seat);
        let mut accounts: Vec<Pubkey> = self.others().into_iter().map(of).collect();
        if !matches!(self, Self::Realise { .. }) {
            accounts.push(account);
        }
        let [mut markets, mut risks] = world.needs(&cast.exchange, &accounts, &[]);
        if let Self::Realise { market, .. } = self {
            for numbers in [&mut markets, &mut risks] {
                numbers.push(*market);
                numbers.sort_unstable();
                numbers.dedup();
            }
        }
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let beginner = world
            .svm
            .account(&cast.places.auctions[seat])
            .map_or(account, |_| world.typed::<Auction>(&cast.places.auctions[seat]).beginner);
        let token = cast.stranger_purse.token_program;
        let signed = |to: usize| (of(to), cast.seats[to].key.pubkey());
        let last = match self {
            Self::Begin { by } => {
                liquidation_program::begin(&group, &account, &cast.seats[*by].key.pubkey(), &numbers)
            }
            Self::Liquidate { to, args } => {
                let (to, key) = signed(*to);
                liquidation_program::liquidate(&group, &account, &beginner, (&to, &key), &numbers, args)
            }
            Self::ToOrder { keeper, args, .. } => {
                let keeper = of(*keeper);
                liquidation_program::liquidate_to_order(&group, &account, &beginner, &keeper, &numbers, args)
            }
            Self::Swap { to, bank, amount } => {
                let (to, key) = signed(*to);
                let taker = (&to, &key);
                let args = SwapCollateralArgs { amount: *amount, legs: vec![], units: 0 };
                liquidation_program::swap_collateral(
                    &group, &account, &beginner, taker, *bank, &numbers, &args,
                )
            }
            Self::End => liquidation_program::end(&group, &account, &beginner, &numbers),
            Self::Deleverage { winner, args } => {
                let winner = of(*winner);
                liquidation_program::deleverage(&group, &account, &beginner, &winner, &numbers, args)
            }
            Self::Resolve => {
                let quote = (&cast.exchange.dollar, &token);
                liquidation_program::resolve_bankruptcy(&group, &account, &beginner, quote, &numbers)
            }
            Self::Realise { winner, market } => {
                liquidation_program::realise_profit(&group, &account, &of(*winner), *market, &numbers)
            }
        };
        match self {
            Self::ToOrder { to, args, .. } => {
                vec![limit(), sign_order(&cast.seats[*to].key, &args.order, 2), last]
            }
            _ => vec![limit(), last],
        }
    }

    /// Does it without looking; if it only reads the group, and that is refused as clients know, it is done once more.
    pub fn send(&self, world: &mut World, cast: &Cast, seat: usize, reads: bool) -> Result<(), String> {
        let steps = self.steps(world, cast, seat);
        let signers: Vec<&Keypair> = self.signer(cast).into_iter().collect();
        if let Some(read) = read_form(&steps).filter(|_| reads) {
            let sent = Self::sent(world, &read, &signers);
            if !sent.as_ref().is_err_and(|why| ONCE_MORE.contains(&why.as_str())) {
                return sent;
            }
        }
        Self::sent(world, &steps, &signers)
    }

    fn sent(world: &mut World, steps: &[Instruction], signers: &[&Keypair]) -> Result<(), String> {
        match world.svm.send(steps, signers) {
            Ok(_) => Ok(()),
            Err(failure) => {
                let named = failure.logs.iter().find_map(|line| line.split_once("Error Code: "));
                let name = named.and_then(|(_, rest)| rest.split_once('.')).map(|(name, _)| name.to_owned());
                Err(name.unwrap_or_else(|| format!("{:?} {:#?}", failure.reason, failure.logs)))
            }
        }
    }
}
