//! What people send: deposits, fills, liquidations, and plain transfers to compare with.

use super::{
    crowd::{lot_price, Crowd, Fallen, Pair},
    load::Ready,
};
use anchor_lang::solana_program::system_instruction;
use ballast_interface::{
    account::{
        instructions::{self as account_program, Numbers},
        OrderLeg, SettleFillsArgs,
    },
    in_parallel,
    liquidation::{instructions as liquidation_program, LiquidateArgs},
    risk::QuoteLeg,
};
use ballast_testkit::{limit, sign_orders, Keypair, Signer, Trader};
use std::sync::Arc;

/// Least that is deposited at a time; each time it is a unit more.
pub const DEPOSIT: u64 = 1_000_000;
/// Least fee of a fill's buyer; each time it is a unit more.
pub const FEE: u64 = 1_000;

fn key(trader: &Trader) -> Arc<Keypair> {
    Arc::new(trader.key.insecure_clone())
}

/// SOL from every payer to another, so many times: the least that a transaction can be.
pub fn transfers(crowd: &Crowd, rounds: u64) -> Vec<Ready> {
    let mut all = vec![];
    for round in 0..rounds {
        for pair in &crowd.together {
            let [from, to] = pair.sides.each_ref().map(key);
            let step = system_instruction::transfer(&from.pubkey(), &to.pubkey(), 1 + round);
            all.push(Ready { steps: vec![limit(), step], signers: vec![from], limited: true });
        }
    }
    all
}

/// Every one of a part deposits out of his purse, and pays for it, so many times.
pub fn deposits(crowd: &Crowd, pairs: &[Pair], rounds: u64) -> Vec<Ready> {
    let mut all = vec![];
    for round in 0..rounds {
        for pair in pairs {
            let group = crowd.exchanges[pair.exchange].group();
            for trader in &pair.sides {
                let owner = trader.key.pubkey();
                let amount = DEPOSIT + round;
                let (account, purse) = (&trader.account, &trader.purse);
                let step = account_program::deposit(&group, account, 0, 0, purse, &owner, amount, &[]);
                all.push(Ready { steps: vec![limit(), step], signers: vec![key(trader)], limited: true });
            }
        }
    }
    all
}

/// How fills are sent.
#[derive(Clone, Copy)]
pub struct Way {
    /// How often every pair trades.
    pub rounds: u64,
    /// Whether others pay than the operator, each for the pairs of one market alone: whoever pays for a transaction is
    /// written by it, so one payer for all of them would be a lock that all share.
    pub apart: bool,
    /// Whether they write the group and the venue, as they are built; else they read both.
    pub written: bool,
}

/// Every pair trades a lot, so many times: the buyer's order rests and is filled in pieces, the seller's is another one
/// each time. Nobody's cash changes by more than some fees, which is far less than an eighth of what is counted.
pub fn fills(crowd: &Crowd, pairs: &mut [Pair], now: i64, way: Way) -> Vec<Ready> {
    let Way { rounds, apart, written } = way;
    let payers = if apart { &crowd.payers[..] } else { &[] };
    let operator = Arc::new(crowd.exchanges[0].operator.insecure_clone());
    let mut all = vec![];
    let resting: Vec<_> = pairs
        .iter_mut()
        .map(|pair| {
            let price = lot_price(pair.market) as i64;
            let leg = OrderLeg { number: pair.market, kind: 1, expiry: 0, strike: 0, lots: 1 };
            pair.sides[0].order(now, rounds, price, &[leg])
        })
        .collect();
    for round in 0..rounds {
        for (pair, maker) in pairs.iter_mut().zip(&resting) {
            let price = lot_price(pair.market);
            let leg = OrderLeg { number: pair.market, kind: 1, expiry: 0, strike: 0, lots: -1 };
            let taker = pair.sides[1].order(now, 1, -(price as i64), &[leg]);
            let args = SettleFillsArgs {
                maker: maker.clone(),
                taker,
                maker_units: 1,
                taker_units: 1,
                prices: vec![price],
                maker_fee: FEE + round,
                taker_fee: 0,
            };
            let numbers = Numbers { markets: &[pair.market], banks: &[], risks: &[pair.market] };
            let group = crowd.exchanges[pair.exchange].group();
            let settle = account_program::settle_fills(&group, 1, &operator.pubkey(), &args, &numbers);
            let settle = if written { settle } else { in_parallel(settle) };
            let [maker, taker] = &pair.sides;
            let signed = sign_orders([&maker.key, &taker.key], &args, 2);
            // The number of payers is a multiple of that of markets, as the number of pairs is of both.
            let payer = payers.get(all.len() % payers.len().max(1));
            let signers = payer.into_iter().cloned().chain([operator.clone()]).collect();
            all.push(Ready { steps: vec![limit(), signed, settle], signers, limited: true });
        }
    }
    all
}

/// The rescue of everybody who fell short begins, and a taker takes over what it needs, in one transaction that he pays for
/// and that reads the group. A taker has one market, so nobody pays for transactions in two.
pub fn liquidations(crowd: &Crowd, takers: &[Trader], fallen: &[Fallen]) -> Vec<Ready> {
    let group = crowd.exchanges[0].group();
    let sends = fallen.iter().zip(takers.iter().cycle()).map(|(fallen, taker)| {
        let owner = taker.key.pubkey();
        let numbers = Numbers { markets: &[fallen.market], banks: &[], risks: &[fallen.market] };
        let begin = liquidation_program::begin(&group, &fallen.account, &owner, &numbers);
        let legs = vec![QuoteLeg { leg: 0, lots: 1 }];
        let args = LiquidateArgs { legs, units: fallen.lots, least_pay: 0 };
        let by = (&taker.account, &owner);
        let take = liquidation_program::liquidate(&group, &fallen.account, &owner, by, &numbers, &args);
        let steps = vec![limit(), in_parallel(begin), in_parallel(take)];
        Ready { steps, signers: vec![key(taker)], limited: true }
    });
    sends.collect()
}
