//! A scan of all margin accounts: what each is worth and needs now, found natively and kept up to date.
//!
//! A scanner holds accounts as they are on chain, brings each up to date as `refresh_account` would, and assesses it with
//! the programs' own reading and engine. An account is assessed again when it, its group, its model or a market that it
//! depends on changes; and as time passes, the sooner the nearer it is to the edge (see [`Scanner::rescan`]).

mod accounts;
mod exact;
mod fast;
mod markets;
mod refresh;
mod standing;

pub use refresh::{refreshed, Moment};
pub use standing::{Standing, Unfit};

use accounts::Accounts;
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{Group, MarginAccount, Market},
    risk::{Assessment, LiquidationQuote, MarketRisk, Model, QuoteArgs},
};
use exact::Beside;
use fast::{Scan, Workbench};
use markets::{bit, differ, Markets};

/// Accounts within so many hundredths of the edge are assessed at every call ...
const NEAR: i128 = 10;
/// ... those within so many, every ten seconds ...
const HALFWAY: i128 = 50;
/// ... and others after so many seconds at most.
const LONGEST: i64 = 60;

/// All accounts of a group, assessed.
pub struct Scanner {
    key: Pubkey,
    group: Group,
    model: Model,
    markets: Markets,
    accounts: Accounts,
    /// Or why no account can be assessed by the model.
    workbench: Result<Workbench, Unfit>,
}

impl Scanner {
    /// A scanner of a group that knows neither markets nor accounts yet.
    pub fn new(group_key: Pubkey, group: Group, model: Model) -> Self {
        let (markets, accounts) = (Markets::default(), Accounts::default());
        let workbench = Workbench::new(&model);
        Self { key: group_key, group, model, markets, accounts, workbench }
    }

    /// Takes the group over. Every transaction changes its sums, which passing time makes up for; all accounts are marked
    /// only where the rules change, or lenders lose.
    pub fn set_group(&mut self, group: Group) {
        let before = std::mem::replace(&mut self.group, group);
        let same = before.rules == group.rules
            && (before.version, before.quote_decimals) == (group.version, group.quote_decimals)
            && before.deposit_era == group.deposit_era
            && before.deposit_index.to_bits() <= group.deposit_index.to_bits()
            && before.debt_index.to_bits() <= group.debt_index.to_bits();
        if !same {
            self.accounts.mark_all();
        }
    }

    /// Takes the model over, and marks all accounts.
    pub fn set_model(&mut self, model: Model) {
        self.model = model;
        self.workbench = Workbench::new(&model);
        self.accounts.mark_all();
    }

    /// Takes a market over, and marks the accounts that hold something of it, but not for what every trade changes: its sums,
    /// its pool, its funding.
    pub fn set_market(&mut self, market: Market) {
        if market.group != self.key {
            return;
        }
        let before = self.markets.entry(market.market).market.replace(market);
        if before.is_none_or(|before| differ(&before, &market)) {
            self.accounts.mark(bit(market.market));
        }
    }

    /// Takes a market's risk over, and marks the accounts that depend on it.
    pub fn set_risk(&mut self, risk: MarketRisk) {
        if risk.group != self.key {
            return;
        }
        let before = self.markets.entry(risk.market).risk.replace(risk);
        if before.is_none_or(|before| before.rules.moves_like != risk.rules.moves_like) {
            self.accounts.find_needs(|account| self.markets.needed(account));
        }
        if before.is_some_and(|before| bytemuck::bytes_of(&before) == bytemuck::bytes_of(&risk)) {
            return;
        }
        if risk.market == self.model.peg_market {
            self.accounts.mark_all();
        } else {
            self.accounts.mark(bit(risk.market));
        }
    }

    /// Takes an account over as it was in a slot; says whether it did. What is older than what is known, or belongs to
    /// another group, is left.
    pub fn set_account(&mut self, key: Pubkey, account: MarginAccount, slot: u64) -> bool {
        let needs = self.markets.needed(&account);
        account.group == self.key && self.accounts.set(key, account, slot, needs)
    }

    /// Forgets an account that was closed in a slot.
    pub fn remove_account(&mut self, key: &Pubkey, slot: u64) {
        self.accounts.remove(key, slot);
    }

    /// An account as it is on chain.
    pub fn account(&self, key: &Pubkey) -> Option<&MarginAccount> {
        self.accounts.get(key).map(|entry| &*entry.account)
    }

    /// How many accounts there are.
    pub fn len(&self) -> usize {
        self.accounts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Addresses of all accounts.
    pub fn keys(&self) -> impl Iterator<Item = &Pubkey> {
        self.accounts.iter().map(|entry| &entry.key)
    }

    /// What the last scan said of an account; nothing if it was not scanned yet.
    pub fn standing(&self, key: &Pubkey) -> Option<&Result<Standing, Unfit>> {
        self.accounts.get(key)?.standing.as_ref()
    }

    /// Assesses the accounts that are due, and returns how many those were.
    ///
    /// Due are accounts that are marked; those that depend on a market whose feed, surfaces, attestation or dates entered
    /// another state since the last scan; those within a tenth of maintenance margin of the edge, whenever time has
    /// passed; those within a half of it, every ten seconds; and all others after half a minute to a minute.
    pub fn rescan(&mut self, now: i64) -> usize {
        let turned = self.markets.turned(now);
        let peg = self.model.peg_market;
        if peg != 0 && turned & bit(peg) != 0 {
            self.accounts.mark_all();
        } else if turned != 0 {
            self.accounts.mark(turned);
        }
        let due = self.accounts.due(now);
        let moment = self.moment(now);
        let Self { group, model, markets, accounts, workbench, .. } = self;
        let found = match workbench {
            Ok(workbench) => workbench.standings(&mut Scan { group, model, markets, moment }, accounts, &due),
            Err(unfit) => due.iter().map(|place| (*place, Err(unfit.clone()))).collect(),
        };
        self.accounts.take(found, |place, standing| next(standing, place, now));
        due.len()
    }

    /// Assesses all accounts, and returns how many there are.
    pub fn rescan_all(&mut self, now: i64) -> usize {
        self.accounts.mark_all();
        self.rescan(now)
    }

    /// So many accounts nearest to the edge, by health as a share of maintenance margin, worst first.
    pub fn nearest(&self, count: usize) -> Vec<(Pubkey, Standing)> {
        self.accounts.by_distance().take(count).collect()
    }

    /// Accounts whose health is below zero, worst first.
    pub fn below_maintenance(&self) -> impl Iterator<Item = (Pubkey, Standing)> + '_ {
        self.accounts.by_distance().take_while(|(_, standing)| standing.health < 0)
    }

    /// Accounts that could not be assessed, and why.
    pub fn unfit(&self) -> impl Iterator<Item = (Pubkey, &Unfit)> {
        self.accounts.iter().filter_map(|entry| Some((entry.key, entry.standing.as_ref()?.as_ref().err()?)))
    }

    /// Address of the group.
    pub const fn key(&self) -> &Pubkey {
        &self.key
    }

    /// The group.
    pub const fn group(&self) -> &Group {
        &self.group
    }

    /// The model.
    pub const fn model(&self) -> &Model {
        &self.model
    }

    /// A market by its number.
    pub fn market(&self, number: u16) -> Option<&Market> {
        self.markets.get(number)?.market.as_ref()
    }

    /// A market's risk by the market's number.
    pub fn risk(&self, number: u16) -> Option<&MarketRisk> {
        self.markets.risk(number)
    }

    /// Numbers of the markets of which something is known, rising.
    pub fn market_numbers(&self) -> impl Iterator<Item = u16> + '_ {
        self.markets.iter().map(|(number, _)| number)
    }

    /// All known risks, by rising number of the market.
    pub fn risks(&self) -> impl Iterator<Item = &MarketRisk> {
        self.markets.iter().filter_map(|(_, known)| known.risk.as_ref())
    }

    /// An account as a refresh would leave it now; places of positions that a quote names are those in it.
    pub fn refreshed(&self, key: &Pubkey, now: i64) -> Result<MarginAccount, Unfit> {
        let mut account = *self.account(key).ok_or(Unfit::AccountUnknown)?;
        self.moment(now).refresh(&mut account)?;
        Ok(account)
    }

    /// The program's whole report on an account, once it is refreshed.
    pub fn assessment(&self, key: &Pubkey, now: i64) -> Result<Assessment, Unfit> {
        self.beside(now).assess(&self.refreshed(key, now)?, &mut Box::default())
    }

    /// The program's quote of a liquidation of an account, once it is refreshed.
    pub fn quote(&self, key: &Pubkey, args: &QuoteArgs, now: i64) -> Result<LiquidationQuote, Unfit> {
        self.beside(now).quote(&self.refreshed(key, now)?, args)
    }

    /// Bytes held, but for the allocator's own.
    pub fn memory(&self) -> usize {
        let workbench = self.workbench.as_ref().map_or(0, Workbench::memory);
        size_of::<Self>() + workbench + self.accounts.memory()
    }

    fn moment(&self, now: i64) -> Moment {
        let markets = self.markets.iter();
        let markets = markets.filter_map(|(_, known)| Some((known.market.as_ref()?, known.risk.as_ref())));
        Moment::new(&self.group, markets, now)
    }

    const fn beside(&self, now: i64) -> Beside<'_> {
        Beside { group: &self.group, model: &self.model, markets: &self.markets, now }
    }
}

/// When an account is due again.
fn next(standing: Option<&Standing>, place: u32, now: i64) -> i64 {
    let seconds = match standing {
        Some(standing) if standing.is_within(NEAR) => 1,
        Some(standing) if standing.is_within(HALFWAY) => 10,
        // Not all at once.
        _ => LONGEST - i64::from(place) % (LONGEST / 2),
    };
    now.saturating_add(seconds)
}
