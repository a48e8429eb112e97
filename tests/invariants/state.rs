//! Everything that there is, as it stands between two transactions.

use crate::stage::{Cast, MARKETS};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{Bank, Group, MarginAccount, Market, OrderRecord, Venue},
    liquidation::{Auction, Fund, Stake},
    seeds,
};
use ballast_testkit::{Account, Signer, World};
use std::collections::BTreeMap;

/// A promise that is not kept.
#[derive(Clone, Debug)]
pub struct Broken {
    /// Name of the invariant.
    pub name: &'static str,
    /// What is wrong.
    pub what: String,
}

/// Says that an invariant does not hold.
pub fn broken<T>(name: &'static str, what: String) -> Result<T, Broken> {
    Err(Broken { name, what })
}

/// Refuses two numbers that differ.
pub fn same(name: &'static str, what: &str, found: i128, expected: i128) -> Result<(), Broken> {
    if found == expected {
        return Ok(());
    }
    broken(name, format!("{what}: {found}, but {expected} is expected"))
}

/// All accounts, as bytes and as layouts.
pub struct State {
    /// Unix time.
    pub now: i64,
    /// Every account but the fee payer's and the price accounts, which no program writes.
    pub bytes: BTreeMap<Pubkey, Option<Account>>,
    pub group: Box<Group>,
    /// Addresses of the accounts, by seat.
    pub keys: Vec<Pubkey>,
    /// By seat; none if it is closed.
    pub accounts: Vec<Option<Box<MarginAccount>>>,
    pub records: Vec<Option<Box<OrderRecord>>>,
    pub markets: Vec<Market>,
    pub banks: Vec<Bank>,
    pub venue: Box<Venue>,
    /// Tokens of the vaults: dollars, bank one, bank two.
    pub vaults: [u64; 3],
    /// What the liquidation program owns, if it runs rescues.
    pub insurance: Option<Insurance>,
}

/// The liquidation program's accounts.
pub struct Insurance {
    pub fund: Box<Fund>,
    /// Tokens of the fund's vault.
    pub vault: u64,
    /// By seat.
    pub auctions: Vec<Option<Box<Auction>>>,
    pub stakes: Vec<Option<Box<Stake>>>,
}

fn layout<T: bytemuck::AnyBitPattern>(
    bytes: &BTreeMap<Pubkey, Option<Account>>,
    key: &Pubkey,
) -> Option<Box<T>> {
    let account = bytes.get(key)?.as_ref()?;
    Some(Box::new(bytemuck::pod_read_unaligned(account.data.get(8..)?)))
}

/// What a token account holds.
pub fn amount(bytes: &BTreeMap<Pubkey, Option<Account>>, key: &Pubkey) -> u64 {
    let data = bytes.get(key).and_then(|account| account.as_ref()).expect("a token account");
    u64::from_le_bytes(data.data[64..72].try_into().expect("eight bytes"))
}

/// Addresses of all vaults.
pub fn vaults(group: &Pubkey) -> [Pubkey; 3] {
    [*group, seeds::find_bank(group, 1).0, seeds::find_bank(group, 2).0].map(|of| seeds::find_vault(&of).0)
}

/// Every address that is watched; a sequence looks them up once.
pub fn addresses(cast: &Cast) -> Vec<Pubkey> {
    let group = cast.group();
    let places = &cast.places;
    let mut all = vec![group, places.venue, seeds::find_model(&group).0];
    all.push(seeds::find_committee(&group).0);
    all.extend(places.vaults);
    all.extend(places.markets.iter().chain(&places.banks).chain(&places.records));
    all.extend(MARKETS.map(|number| seeds::find_market_risk(&group, number).0));
    if cast.rescued {
        all.extend([places.fund, places.fund_vault]);
        all.extend(places.auctions.iter().chain(&places.stakes));
    }
    for seat in &cast.seats {
        all.extend([seat.key.pubkey(), seat.account]);
        all.extend(seat.purses.map(|purse| purse.account));
    }
    let others = [&cast.rescuer, &cast.stranger, &cast.thief, &cast.delegate, &cast.guardian];
    all.extend(others.map(Signer::pubkey));
    all.extend([cast.exchange.operator.pubkey(), cast.exchange.risk.authority.pubkey()]);
    all.extend([cast.insurance.account, cast.stranger_purse.account]);
    all.extend(cast.thief_purses.iter().chain(&cast.fee_purses).map(|purse| purse.account));
    all.sort_unstable();
    all.dedup();
    all
}

impl State {
    /// Reads everything.
    pub fn read(world: &mut World, cast: &Cast, addresses: &[Pubkey]) -> Self {
        let bytes: BTreeMap<_, _> = addresses.iter().map(|key| (*key, world.svm.account(key))).collect();
        let group = cast.group();
        let places = &cast.places;
        let markets = places.markets.map(|market| layout(&bytes, &market));
        let banks = places.banks.map(|bank| layout(&bytes, &bank));
        let accounts = cast.seats.iter().map(|seat| layout(&bytes, &seat.account)).collect();
        let records = places.records.iter().map(|record| layout(&bytes, record)).collect();
        let insurance = cast.rescued.then(|| Insurance {
            fund: layout(&bytes, &places.fund).expect("the fund"),
            vault: amount(&bytes, &places.fund_vault),
            auctions: places.auctions.iter().map(|auction| layout(&bytes, auction)).collect(),
            stakes: places.stakes.iter().map(|stake| layout(&bytes, stake)).collect(),
        });
        Self {
            now: world.svm.now(),
            group: layout(&bytes, &group).expect("the group"),
            keys: cast.seats.iter().map(|seat| seat.account).collect(),
            accounts,
            records,
            markets: markets.into_iter().map(|market| *market.expect("a market")).collect(),
            banks: banks.into_iter().map(|bank| *bank.expect("a bank")).collect(),
            venue: layout(&bytes, &places.venue).expect("the venue"),
            vaults: places.vaults.map(|vault| amount(&bytes, &vault)),
            insurance,
            bytes,
        }
    }

    /// The accounts that are open, with their seats.
    pub fn open(&self) -> impl Iterator<Item = (usize, &MarginAccount)> {
        self.accounts.iter().enumerate().filter_map(|(seat, account)| Some((seat, &**account.as_ref()?)))
    }

    /// Fees that wait in markets: the group's, the insurance's, and the venue's.
    pub fn waiting(&self) -> [i128; 3] {
        let all = self.markets.iter().map(|market| &market.waiting);
        all.fold([0; 3], |[fees, insurance, venues], waiting| {
            let rows = waiting.venues.iter().map(|row| i128::from(row.amount)).sum::<i128>();
            [fees + i128::from(waiting.fees), insurance + i128::from(waiting.insurance), venues + rows]
        })
    }

    /// Seats whose accounts are not what they were.
    pub fn changed_seats(&self, before: &Self, cast: &Cast) -> Vec<usize> {
        let same = |seat: &usize| {
            let key = &cast.seats[*seat].account;
            self.bytes.get(key) == before.bytes.get(key)
        };
        (0..cast.seats.len()).filter(|seat| !same(seat)).collect()
    }
}
