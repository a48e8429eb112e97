//! A book over three markets, which stories about assessments share: positions in BTC and SOL, and collateral that
//! ETH's market prices. The other group has all of the same.

use crate::two_groups::TwoGroups;
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::MarginAccount,
    risk::{Assessment, Preset},
    seeds,
};
use ballast_testkit::{
    dollars, risk_program, slice, Account, AccountMeta, Instruction, Keypair, RiskSpec, World, BTC, ETH, SOL,
    START,
};

/// A market that the book has nothing to do with, but that has a price.
pub const IDLE: u16 = 4;
/// A market that never had a price.
pub const PRICELESS: u16 = 5;
/// Dates of BTC; SOL has a date of its own.
pub const BTC_DATES: [i64; 2] = [START + 864_000, START + 3_024_000];
pub const SOL_DATE: i64 = START + 1_728_000;
/// Numbers of the markets that the book needs.
pub const NEEDED: [u16; 3] = [BTC, ETH, SOL];

/// Two groups and the same book in each, of the same owner.
pub struct BookScene {
    pub two: TwoGroups,
    pub owner: Keypair,
    /// The account in our group.
    pub account: Pubkey,
    /// The account in the other group.
    pub foreign: Pubkey,
}

impl BookScene {
    pub fn new(world: &mut World) -> Self {
        let two = TwoGroups::new(world, Preset::Ballast, &[BTC, ETH, SOL, IDLE, PRICELESS]);
        let owner = world.person("alice");
        for spec in [&two.ours, &two.other] {
            data(world, spec);
        }
        let account = world.open_with_book(&two.ours, &owner, 0, book);
        let foreign = world.open_with_book(&two.other, &owner, 0, book);
        Self { two, owner, account, foreign }
    }

    pub fn group(&self) -> Pubkey {
        self.two.ours.group
    }

    /// The question about the book, with exactly the markets that it needs.
    pub fn assess(&self) -> Instruction {
        risk_program::assess(&self.group(), &self.account, &NEEDED)
    }

    /// The report, as `assess` gives it.
    pub fn report(&self, world: &mut World) -> Assessment {
        let done = world.svm.send(&[self.assess()], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
        Assessment::from_bytes(&done.return_data).expect("a report")
    }

    /// Every account of both groups that an assessment could read or touch.
    pub fn accounts(&self) -> Vec<Pubkey> {
        let group = self.group();
        let mut keys = self.strangers();
        keys.extend([group, seeds::find_model(&group).0, self.account]);
        keys.extend((1..=5).map(|market| seeds::find_market_risk(&group, market).0));
        keys
    }

    /// The accounts of the other group.
    pub fn strangers(&self) -> Vec<Pubkey> {
        let mut keys = self.two.strangers();
        keys.push(self.foreign);
        keys
    }

    /// What all of those accounts hold now.
    pub fn snapshot(&self, world: &mut World) -> Vec<Option<Account>> {
        self.accounts().iter().map(|key| world.svm.account(key)).collect()
    }
}

/// The instruction with every account marked as writable that can be.
pub fn all_writable(mut instruction: Instruction) -> Instruction {
    for meta in &mut instruction.accounts {
        *meta = AccountMeta { is_writable: true, ..meta.clone() };
    }
    instruction
}

/// Prices and dates.
fn data(world: &mut World, spec: &RiskSpec) {
    for (market, price) in [(BTC, 95_000), (ETH, 3_500), (SOL, 200), (IDLE, 1)] {
        world.set_price(spec, market, price * 100_000_000);
    }
    let date = |expiry: i64, forward: u64| slice(START, expiry - START, dollars(forward), 0.6);
    world.set_surface(spec, BTC, &[date(BTC_DATES[0], 95_500), date(BTC_DATES[1], 96_000)]);
    world.set_surface(spec, SOL, &[date(SOL_DATE, 201)]);
}

/// Ten thousand dollars, five ETH, half a BTC of a perp, two dates of options, and a future of SOL.
fn book(account: &mut MarginAccount) {
    account.sequence = 7;
    account.cash = 10_000_000_000;
    let token = &mut account.collateral[0];
    (token.amount, token.bank, token.market) = (5_00000000, 1, ETH);
    let legs = [
        (BTC, 1, 50, 0, 0, 47_000_000_000),
        (BTC, 3, -20, BTC_DATES[0], 100_000_00000000, 0),
        (BTC, 4, 10, BTC_DATES[0], 100_000_00000000, 0),
        (BTC, 3, 5, BTC_DATES[0], 110_000_00000000, 0),
        (BTC, 4, -10, BTC_DATES[1], 80_000_00000000, 0),
        (SOL, 2, -300, SOL_DATE, 0, -6_000_000_000),
    ];
    for (slot, (market, kind, quantity, expiry, strike, entry)) in account.legs.iter_mut().zip(legs) {
        (slot.market, slot.kind, slot.quantity) = (market, kind, quantity);
        (slot.expiry, slot.strike, slot.entry_value) = (expiry, strike, entry);
    }
    (account.markets[0].market, account.markets[0].legs) = (BTC, 5);
    (account.markets[1].market, account.markets[1].legs) = (SOL, 1);
}
