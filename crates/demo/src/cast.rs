//! The cast: traders of eight kinds, two keepers, and those who stake in the insurance fund.

use crate::stage::{Stage, MARKETS};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::instructions::{self as account_program, TokenSide},
    seeds,
};
use ballast_testkit::{actor, Keypair, Random, Signer, DOLLAR};

/// A token's smallest units in a coin.
pub const COIN: u64 = 100_000_000;

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Quotes both sides, with much money.
    Maker,
    /// Holds coins and sells calls on them, sometimes on coins that are not paid for.
    CoveredCall,
    /// Sells options that are far away, for most of the margin that there is.
    Naked,
    /// Bets on a direction, all day.
    Taker,
    /// Buys or sells straddles.
    Straddle,
    /// Vertical and calendar spreads.
    Spread,
    /// Coins or futures against perps.
    Basis,
    /// Straddles of one market against those of others.
    Dispersion,
    /// Rescues others.
    Keeper,
}

impl Kind {
    /// Kinds of traders, in the order in which they are cast.
    pub const TRADERS: [Self; 8] = [
        Self::Maker,
        Self::CoveredCall,
        Self::Naked,
        Self::Taker,
        Self::Straddle,
        Self::Spread,
        Self::Basis,
        Self::Dispersion,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Maker => "market maker",
            Self::CoveredCall => "covered call",
            Self::Naked => "naked short",
            Self::Taker => "taker",
            Self::Straddle => "straddle",
            Self::Spread => "spread",
            Self::Basis => "basis",
            Self::Dispersion => "dispersion",
            Self::Keeper => "keeper",
        }
    }
}

/// Somebody with an account.
pub struct Person {
    /// "covered call 3".
    pub name: String,
    /// What for.
    pub kind: Kind,
    /// Who.
    pub key: Keypair,
    /// The margin account.
    pub account: Pubkey,
    /// Token accounts: dollars, then each bank's token.
    pub purses: [TokenSide; 4],
    /// Nonce of the next order.
    pub nonce: u64,
    /// What was deposited: dollars in quote units, then each bank's token.
    pub brought: [u64; 4],
}

/// Dollars that each staker puts into the insurance fund.
const STAKES: [u64; 2] = [400_000, 250_000];

/// What somebody of a kind brings: whole dollars, and coins of each market.
fn means(kind: Kind, random: &mut Random) -> (u64, [u64; 3]) {
    let thousands = |random: &mut Random, least, most| random.between(least, most) as u64 * 1_000;
    match kind {
        Kind::Maker => (thousands(random, 6_000, 9_000), [40 * COIN, 800 * COIN, 12_000 * COIN]),
        Kind::CoveredCall => {
            let mut coins = [0; 3];
            let place = random.below(3) as usize;
            coins[place] = random.between(2, 8) as u64 * [COIN, 25 * COIN, 500 * COIN][place];
            (thousands(random, 1, 4), coins)
        }
        Kind::Basis => {
            let mut coins = [0; 3];
            let place = random.below(3) as usize;
            coins[place] = random.between(1, 4) as u64 * [COIN, 25 * COIN, 500 * COIN][place];
            (thousands(random, 60, 200), coins)
        }
        Kind::Naked => (thousands(random, 60, 220), [0; 3]),
        Kind::Taker => (thousands(random, 40, 160), [0; 3]),
        Kind::Keeper => (4_000_000, [0; 3]),
        _ => (thousands(random, 80, 320), [0; 3]),
    }
}

impl Stage {
    /// Everybody with an account, keepers last; each with what is needed in its purse, and nothing deposited yet.
    pub fn cast(&mut self, traders: usize, random: &mut Random) -> Vec<Person> {
        let mut people = vec![];
        for place in 0..traders {
            let kind = Kind::TRADERS[place % Kind::TRADERS.len()];
            people.push(self.person(kind, place / Kind::TRADERS.len() + 1, random));
        }
        for number in 1..=2 {
            people.push(self.person(Kind::Keeper, number, random));
        }
        people
    }

    /// A key with SOL for rent and auctions.
    fn wallet(&mut self, name: &str) -> Keypair {
        let key = actor(name);
        self.world.svm.fund(&key.pubkey(), 2_000_000_000);
        key
    }

    fn person(&mut self, kind: Kind, number: usize, random: &mut Random) -> Person {
        let name = format!("{} {number}", kind.name());
        let key = self.wallet(&name);
        let owner = key.pubkey();
        let (dollars, coins) = means(kind, random);
        let brought = [dollars * DOLLAR as u64, coins[0], coins[1], coins[2]];
        let mints = [&[self.exchange.dollar][..], &self.exchange.mints].concat();
        let purses = std::array::from_fn(|bank| {
            let symbol = if bank == 0 { "USD" } else { MARKETS[bank - 1].1 };
            self.world.purse(&mints[bank], &key, &format!("{name}'s {symbol}"), brought[bank])
        });
        let account = seeds::find_margin_account(&self.group_key(), &owner, 0).0;
        Person { name, kind, key, account, purses, nonce: 1, brought }
    }

    /// Opens everybody's account and deposits what is in the purses; there must be prices.
    pub fn enter(&mut self, people: &[Person]) -> Result<(), crate::Broken> {
        let group = self.group_key();
        for person in people {
            let owner = person.key.pubkey();
            let open = self.build().open_account(&owner, &owner, 0);
            self.must("account.open_account", &open, &[&person.key])?;
            for (bank, amount) in person.brought.iter().enumerate().filter(|(_, amount)| **amount > 0) {
                let bank = bank as u16;
                let purse = &person.purses[usize::from(bank)];
                let deposit = account_program::deposit(
                    &group,
                    &person.account,
                    bank,
                    bank,
                    purse,
                    &owner,
                    *amount,
                    &[],
                );
                self.must("account.deposit", &[deposit], &[&person.key])?;
            }
        }
        Ok(())
    }

    /// Fills the insurance fund; returns the stakers' purses and what each brought.
    pub fn stakers(&mut self) -> Result<Vec<(TokenSide, u64)>, crate::Broken> {
        let (group, dollar) = (self.group_key(), self.exchange.dollar);
        let (mut purses, markets) = (vec![], self.exchange.risk.markets.clone());
        for (place, dollars) in STAKES.into_iter().enumerate() {
            let key = self.wallet(&format!("staker {}", place + 1));
            let (owner, amount) = (key.pubkey(), dollars * DOLLAR as u64);
            let purse = self.world.purse(&dollar, &key, &format!("staker {}'s USD", place + 1), amount);
            let program = purse.token_program;
            let collect =
                ballast_testkit::liquidation_program::collect_insurance(&group, &dollar, &program, &markets);
            let stake =
                ballast_testkit::liquidation_program::stake(&group, &owner, &owner, &purse, amount, &markets);
            self.must("liquidation.stake", &[collect, stake], &[&key])?;
            purses.push((purse, amount));
        }
        Ok(purses)
    }
}

/// Who gets fees: the venue's operator, and the group's treasury.
pub fn fee_owners(stage: &Stage) -> [Keypair; 2] {
    [stage.exchange.operator.insecure_clone(), actor("treasury")]
}
