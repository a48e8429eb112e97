//! The end of the day: everybody closes, realises, takes everything home, and the books are balanced.

use crate::{
    broken::Broken,
    cast::{fee_owners, Kind, Person},
    day::Day,
    record::Close,
    stage::{Stage, MARKETS},
    trade::{leg, mark, places, sort, spot_mark, Way},
};
use ballast_interface::account::{
    instructions::{self as account_program, TokenSide},
    token_value_down, TradeLeg,
};
use ballast_testkit::Signer;
use std::collections::BTreeMap;

/// Most rounds of closing.
const ROUNDS: usize = 120;
/// Seconds between two of them.
const PAUSE: i64 = 60;

/// What tokens of a bank are worth at the index, in quote units, rounded down.
pub fn worth(stage: &Stage, bank: u16, amount: u64) -> i64 {
    let of = &stage.state.exchange.banks[&bank];
    let price = stage.risk(of.market).price.index;
    token_value_down(amount, of.decimals, price, stage.group().quote_decimals) as i64
}

impl Day {
    /// Closes everything, and balances the books. Returns the balance and what everybody took home, by place.
    pub fn close(&mut self) -> Result<(Close, Vec<i64>), Broken> {
        let mut over = false;
        for _ in 0..ROUNDS {
            self.later(PAUSE)?;
            self.rescue()?;
            let traded = self.unwind()?;
            self.repay()?;
            self.stage.settle_all(&self.people, &mut self.random)?;
            self.checks.audit(&mut self.stage)?;
            let open = self.positions();
            let latched = self.people.iter().any(|person| self.stage.is_latched(&person.account));
            over = open == 0 && !latched && traded == 0 && self.owing().is_empty();
            if over {
                break;
            }
        }
        if !over {
            let (open, owing) = (self.positions(), self.owing().join(", "));
            let what = format!("{open} positions are open, and these are not done: {owing}.");
            return Err(self.stage.broken("everybody can close", open.into(), what));
        }
        let took = self.leave()?;
        self.checks.audit(&mut self.stage)?;
        let close = self.balance(&took)?;
        Ok((close, took.iter().map(|purses| purses.iter().map(|(_, worth)| worth).sum()).collect()))
    }

    /// Positions that are open, over all accounts.
    fn positions(&self) -> u32 {
        let accounts =
            self.people.iter().filter_map(|person| self.stage.state.scanner.account(&person.account));
        accounts.map(|account| account.legs.iter().filter(|leg| leg.market != 0).count() as u32).sum()
    }

    /// Who owes cash, or has a profit or a loss that a pool has not settled.
    fn owing(&self) -> Vec<String> {
        let owes = |person: &&Person| {
            let account = self.stage.state.scanner.account(&person.account);
            account.is_some_and(|account| {
                account.cash < 0 || account.markets.iter().any(|book| book.unpaid_profit != 0)
            })
        };
        self.people.iter().filter(owes).map(|person| person.name.clone()).collect()
    }

    /// Closes positions between those who are long and those who are short, as many legs of two accounts at once as there
    /// can be; returns how many trades there were.
    fn unwind(&mut self) -> Result<u32, Broken> {
        let mut done = 0;
        for first in 0..self.people.len() {
            for second in 0..self.people.len() {
                if first == second {
                    continue;
                }
                let legs = self.between(first, second);
                if legs.is_empty() {
                    continue;
                }
                let traded = self.stage.deal(&mut self.people, (first, second), (&legs, 1), Way::Block)?;
                if traded.is_some() {
                    done += 1;
                    continue;
                }
                for leg in legs {
                    done += self.unwind_one(first, second, leg)?;
                }
            }
        }
        Ok(done)
    }

    /// What does not go together may go one by one; and a part of it, where it hedges what somebody else has the other side
    /// of.
    fn unwind_one(&mut self, first: usize, second: usize, leg: TradeLeg) -> Result<u32, Broken> {
        for part in [1, 4, 16, 64] {
            let one = TradeLeg { lots: leg.lots / part, ..leg };
            if one.lots == 0 {
                break;
            }
            let sides = (first, second);
            if self.stage.deal(&mut self.people, sides, (&[one], 1), Way::Block)?.is_some() {
                return Ok(1);
            }
        }
        Ok(0)
    }

    /// What two people can close against each other, as the first sees it, at the marks.
    fn between(&self, first: usize, second: usize) -> Vec<TradeLeg> {
        let book = |place: usize| {
            let account = self.stage.state.scanner.account(&self.people[place].account);
            let legs = account.into_iter().flat_map(|account| &account.legs).filter(|leg| leg.market != 0);
            legs.map(|leg| (leg.place(), leg.quantity)).collect::<BTreeMap<_, _>>()
        };
        let (ours, theirs) = (book(first), book(second));
        let mut legs = vec![];
        for ((number, expiry, strike, kind), lots) in ours {
            let Some(other) = theirs.get(&(number, expiry, strike, kind)) else { continue };
            if lots.signum() == other.signum() || legs.len() == 8 {
                continue;
            }
            let closed = -lots.signum() * lots.abs().min(other.abs());
            let of = leg(number, kind, expiry, strike, closed);
            if let Some(price) = mark(&self.stage, &of) {
                legs.push(TradeLeg { price: price / 100 * 100, ..of });
            }
        }
        sort(&mut legs);
        legs
    }

    /// Whoever owes cash sells coins to a maker.
    fn repay(&mut self) -> Result<(), Broken> {
        let makers = places(&self.people, Kind::Maker);
        for place in 0..self.people.len() {
            let Some(account) = self.stage.state.scanner.account(&self.people[place].account).copied() else {
                continue;
            };
            let losses: i64 = account.markets.iter().map(|book| book.unpaid_profit.min(0)).sum();
            let mut owed = -(account.cash + losses);
            for (number, ..) in MARKETS {
                let lot = self.stage.state.exchange.banks[&number].lot_amount.max(1);
                let price = spot_mark(&self.stage, number) / 100 * 100;
                let held = (account.token_amount(number) / lot) as i64;
                if owed <= 0 || held == 0 {
                    continue;
                }
                let lots = held.min(owed / price as i64 + 1);
                let sold = TradeLeg { price, ..leg(number, 0, 0, 0, -lots) };
                for maker in makers.iter().filter(|maker| **maker != place) {
                    let sides = (place, *maker);
                    let traded = self.stage.deal(&mut self.people, sides, (&[sold], 1), Way::Block)?;
                    if traded.is_some() {
                        owed -= lots * price as i64;
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// Everybody withdraws everything and closes the account; returns what is in each purse, with what that is worth.
    fn leave(&mut self) -> Result<Vec<[(u64, i64); 4]>, Broken> {
        for place in 0..self.people.len() {
            self.count(place)?;
            for bank in [1, 2, 3, 0] {
                self.withdraw(place, bank)?;
            }
        }
        let mut order: Vec<usize> = (0..self.people.len()).collect();
        self.random.shuffle(&mut order);
        for place in order {
            let person = &self.people[place];
            let key = person.key.pubkey();
            let close = account_program::close_account(&person.account, true, &key, &key);
            self.stage.must("account.close_account", &[close], &[&person.key])?;
        }
        let purses: Vec<[TokenSide; 4]> = self.people.iter().map(|person| person.purses).collect();
        let all = purses.iter().map(|purses| {
            std::array::from_fn(|bank| {
                let amount = self.stage.world.tokens(&purses[bank].account);
                let value = if bank == 0 { amount as i64 } else { worth(&self.stage, bank as u16, amount) };
                (amount, value)
            })
        });
        Ok(all.collect())
    }

    /// Counts all cash of somebody, part of which trades left beside what the group knows: an account with nothing else to
    /// withdraw would not be empty.
    fn count(&mut self, place: usize) -> Result<(), Broken> {
        let person = &self.people[place];
        let held = self.stage.held(&person.account);
        if held.state.uncounted != 0 {
            let settle = self.stage.build().settle_account(&held);
            let settle =
                settle.map_err(|error| self.stage.broken("cash can be counted", 0, error.to_string()))?;
            self.stage.must("account.settle_account", &settle, &[])?;
        }
        let after = self.stage.held(&self.people[place].account).state;
        if after.uncounted != 0 || after.counted != after.cash {
            let what =
                format!("{}: {} of {} is counted.", self.people[place].name, after.counted, after.cash);
            return Err(self.stage.broken("settling counts all cash", after.uncounted, what));
        }
        Ok(())
    }

    fn withdraw(&mut self, place: usize, bank: u16) -> Result<(), Broken> {
        let person = &self.people[place];
        let held = self.stage.held(&person.account);
        // With the interest that is due.
        let fresh = self.stage.fresh(&person.account).unwrap_or(held.state);
        let amount = match bank {
            0 => fresh.cash.max(0) as u64,
            _ => fresh.token_amount(bank),
        };
        if amount == 0 {
            return Ok(());
        }
        let needs = self.stage.build().needs(&[&held], &[]);
        let needs =
            needs.map_err(|error| self.stage.broken("a withdrawal can be built", 0, error.to_string()))?;
        let withdraw = account_program::withdraw(
            &self.stage.group_key(),
            &person.account,
            bank,
            &person.purses[usize::from(bank)],
            &person.key.pubkey(),
            amount,
            &needs.numbers(),
        );
        self.stage.must("account.withdraw", &[withdraw], &[&person.key])?;
        Ok(())
    }

    /// What came in and where it is, to the unit.
    fn balance(&mut self, took: &[[(u64, i64); 4]]) -> Result<Close, Broken> {
        let fees = self.collect()?;
        let mut rows: Vec<(String, i64)> = vec![];
        let keepers = |person: &Person| person.kind == Kind::Keeper;
        for (who, of) in [("traders", false), ("keepers", true)] {
            let all = self.people.iter().zip(took).filter(|(person, _)| keepers(person) == of);
            let (mut brought, mut home) = (0i64, 0i64);
            for (person, purses) in all {
                brought += person.brought[0] as i64;
                home += purses[0].0 as i64;
            }
            rows.push((format!("dollars that {who} brought"), brought));
            rows.push((format!("dollars that {who} took home"), -home));
        }
        for (bank, (number, symbol, _)) in (1..).zip(MARKETS) {
            let brought: u64 = self.people.iter().map(|person| person.brought[bank]).sum();
            let home: u64 = took.iter().map(|purses| purses[bank].0).sum();
            if home != brought {
                let off = home as i64 - brought as i64;
                let what = format!("{brought} units of {symbol} came in, {home} went home.");
                return Err(self.stage.broken("the day's tokens balance", off, what));
            }
            rows.push((format!("{symbol} brought"), worth(&self.stage, number, brought)));
            rows.push((format!("{symbol} taken home"), -worth(&self.stage, number, home)));
        }
        let staked: u64 = self.stakers.iter().map(|(_, amount)| amount).sum();
        rows.push(("dollars staked".to_owned(), staked as i64));
        rows.push(("fees of the venue".to_owned(), -(fees[0] as i64)));
        rows.push(("fees of the group".to_owned(), -(fees[1] as i64)));
        let fund = self.stage.state.exchange.fund.clone();
        let assets = fund.map_or(0, |fund| fund.assets);
        rows.push(("the insurance fund, which stays".to_owned(), -(assets as i64)));
        let group = *self.stage.group();
        rows.push(("interest rounded".to_owned(), -group.interest));
        // Nobody has cash beside what is counted any more, and no fees wait in markets: pools are all that is left.
        let markets = MARKETS.map(|(number, ..)| *self.stage.market(number));
        let pools: i64 = markets.iter().map(|market| market.pool as i64).sum();
        let uncollected: u128 = markets.iter().map(|market| market.waiting.sum()).sum();
        if group.uncounted != pools || uncollected != 0 {
            let what = format!("{} uncounted, {pools} in pools, {uncollected} wait.", group.uncounted);
            return Err(self.stage.broken("only pools stay uncounted", group.uncounted - pools, what));
        }
        rows.push(("pools of the markets: claims cut and rounded".to_owned(), -group.uncounted));
        let waiting = group.fees + group.venue_fees + group.insurance;
        rows.push(("fees not collected".to_owned(), -(waiting as i64)));
        rows.push(("cash of accounts".to_owned(), -group.cash));
        let residual: i64 = rows.iter().map(|(_, amount)| amount).sum();
        // The vault must hold what the books say, and no more: real tokens against owned ones.
        let vault = self.stage.world.tokens(&group.vault) as i128;
        let over = (vault - group.owed_tokens()) as i64;
        if residual != 0 || over != 0 {
            let what = format!("Rows: {rows:?}; the vault holds {over} more than it owes.");
            return Err(self.stage.broken(
                "the day's balance is zero",
                if residual == 0 { over } else { residual },
                what,
            ));
        }
        let (transactions, refused) = self.stage.tally.sums();
        Ok(Close { balance: rows, residual, positions: self.positions(), transactions, refused })
    }

    /// Collects the insurance's fees, the venue's and the group's; returns what the venue and the group got.
    fn collect(&mut self) -> Result<[u64; 2], Broken> {
        let (group, dollar) = (self.stage.group_key(), self.stage.exchange.dollar);
        let (owners, markets) = (fee_owners(&self.stage), self.stage.exchange.risk.markets.clone());
        let mut got = [0; 2];
        for (place, (venue, name)) in [(1, "venue's fees"), (0, "group's fees")].into_iter().enumerate() {
            let purse = self.stage.world.purse(&dollar, &owners[place], name, 0);
            if place == 0 {
                let program = purse.token_program;
                let collect = ballast_testkit::liquidation_program::collect_insurance(
                    &group, &dollar, &program, &markets,
                );
                self.stage.must("liquidation.collect_insurance", &[collect], &[])?;
            }
            let collect = account_program::collect_fees(&group, venue, &purse, &markets);
            self.stage.must("account.collect_fees", &[collect], &[])?;
            got[place] = self.stage.world.tokens(&purse.account);
        }
        Ok(got)
    }
}
