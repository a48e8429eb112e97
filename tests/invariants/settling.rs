//! Expiry and cranks: settlement in any order, marks, funding, dates, fees.

use crate::{
    play::Play,
    stage::MARKETS,
    state::{broken, Broken, State},
};
use anchor_lang::prelude::Pubkey;
use ballast_audit::{cash_now, legs};
use ballast_interface::account::{instructions::Numbers, Leg, MarginAccount};
use ballast_testkit::{account_program, limit, Instruction, Random, World};

/// Name of the eleventh invariant.
pub const ORDER: &str = "11 order of settlement";

impl Play<'_> {
    /// The instruction that settles a seat with all its markets, or one; with risks, losses may become debt.
    fn settlement(
        &mut self,
        world: Option<&mut World>,
        seat: usize,
        with_risks: bool,
        one: Option<usize>,
    ) -> Option<Instruction> {
        let exchange = &self.cast.exchange;
        let account = self.cast.seats[seat].account;
        let world = world.unwrap_or(&mut self.world);
        world.svm.account(&account)?;
        let [mut markets, risks] = world.needs(exchange, &[account], &[]);
        if markets.is_empty() {
            return None;
        }
        if let Some(one) = one {
            markets = vec![markets[one % markets.len()]];
        }
        let risks = if with_risks { &risks[..] } else { &[] };
        let numbers = Numbers { markets: &markets, banks: &[], risks };
        Some(account_program::settle_account(&exchange.group(), &account, &numbers))
    }

    /// Settles a seat.
    pub fn settle(&mut self, random: &mut Random, seat: usize) -> Result<(), Broken> {
        if random.chance(25) {
            return self.bring_up_to_date(seat);
        }
        let one = random.chance(15).then(|| random.below(2) as usize);
        let Some(settle) = self.settlement(None, seat, random.chance(60), one) else { return Ok(()) };
        self.act("settle_account", seat, &[limit(), settle], &[])?;
        Ok(())
    }

    /// Brings a seat up to date, whatever there is to settle.
    pub fn bring_up_to_date(&mut self, seat: usize) -> Result<(), Broken> {
        let refresh = self.update(seat);
        self.act("refresh_account", seat, &[limit(), refresh], &[])?;
        Ok(())
    }

    /// The same, with the group written: all its cash is counted.
    pub fn count(&mut self, seat: usize) -> Result<(), Broken> {
        let refresh = self.update(seat);
        self.act_as_built("refresh_account", seat, &[limit(), refresh], &[])?;
        Ok(())
    }

    fn update(&mut self, seat: usize) -> Instruction {
        let account = self.cast.seats[seat].account;
        let [markets, risks] = self.world.needs(&self.cast.exchange, &[account], &[]);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        account_program::refresh_account(&self.cast.group(), &account, &numbers)
    }

    /// 11: settles everybody in two random orders, on two copies, until nothing is left to settle, and compares: what
    /// everybody has, cash and claims together; and where the pools paid all claims, cash by itself.
    pub fn order_does_not_matter(&mut self, random: &mut Random, with_risks: bool) -> Result<(), Broken> {
        let mut ends = vec![];
        for _ in 0..2 {
            let mut world = World::new(self.at.copied());
            let mut seats: Vec<usize> = (0..self.cast.seats.len()).collect();
            // Five rounds are enough: in the second all losses are in, whatever came first.
            for _ in 0..5 {
                random.shuffle(&mut seats);
                let mut moved = false;
                for seat in &seats {
                    let Some(settle) = self.settlement(Some(&mut world), *seat, with_risks, None) else {
                        continue;
                    };
                    moved |= world.svm.send(&[limit(), settle], &[]).is_ok();
                }
                if !moved {
                    break;
                }
            }
            ends.push(self.end(&mut world));
        }
        let [one, two] = [ends.remove(0), ends.remove(0)];
        let moved = one.bytes != self.state.bytes;
        self.mark_if(moved, "two orders of settlement");
        self.mark_if(moved && paid(&one) && paid(&two), "two orders of settlement that pay all");
        alike(&one, &two)
    }

    fn end(&self, world: &mut World) -> State {
        let addresses: Vec<Pubkey> = self.state.bytes.keys().copied().collect();
        State::read(world, self.cast, &addresses)
    }

    /// The operator marks a perp.
    pub fn mark(&mut self, random: &mut Random) -> Result<(), Broken> {
        let place = random.below(2) as usize;
        self.mark_at(random, place)
    }

    fn mark_at(&mut self, random: &mut Random, place: usize) -> Result<(), Broken> {
        let index = self.per_lot(place);
        let mark = (index as i64 + index as i64 * random.between(-40, 40) / 1_000).max(0) as u64;
        let operator = &self.cast.exchange.operator;
        let group = self.cast.group();
        let post = account_program::post_mark(
            &group,
            MARKETS[place],
            1,
            &ballast_testkit::Signer::pubkey(operator),
            if random.chance(3) { 0 } else { mark },
        );
        self.act("post_mark", 0, &[post], &[operator])?;
        Ok(())
    }

    /// Brings funding up to date, twice: the second time nothing is left. Mostly a mark was in force for a while.
    pub fn funding(&mut self, random: &mut Random) -> Result<(), Broken> {
        let place = random.below(2) as usize;
        let marked = random.chance(70);
        if marked {
            self.mark_at(random, place)?;
            self.world.svm.pass(random.between(100, 3_700));
            self.look();
            self.refresh(false)?;
        }
        let update = account_program::update_funding(&self.cast.group(), MARKETS[place]);
        self.act("update_funding", 0, std::slice::from_ref(&update), &[])?;
        let once = self.state.markets[place];
        self.act("update_funding", 0, &[update], &[])?;
        if bytemuck::bytes_of(&once) != bytemuck::bytes_of(&self.state.markets[place]) {
            return broken(crate::clocks::TIME, "funding twice in a second changed something".into());
        }
        if marked {
            // Some of those who hold the perp are told of it.
            let holds = |leg: Leg| (leg.market, leg.kind) == (MARKETS[place], 1);
            let holders = self.state.open().filter(|(_, account)| legs(account).any(holds));
            let holders: Vec<usize> = holders.map(|(seat, _)| seat).collect();
            for seat in holders.into_iter().take(3) {
                self.settle(random, seat)?;
            }
        }
        Ok(())
    }

    /// Lists a date that may or may not be listed.
    pub fn list(&mut self, random: &mut Random) -> Result<(), Broken> {
        let day = self.state.now / 86_400 + random.between(0, 9);
        let market = random.pick(&MARKETS);
        let list = account_program::list_expiry(&self.cast.group(), market, day * 86_400 + 28_800);
        self.act("list_expiry", 0, &[list], &[])?;
        Ok(())
    }

    /// Lists the day after tomorrow, so that there is something to trade after the last date has passed.
    pub fn list_next(&mut self, random: &mut Random) -> Result<(), Broken> {
        let day = self.state.now / 86_400 + 2;
        for market in MARKETS {
            let list = account_program::list_expiry(&self.cast.group(), market, day * 86_400 + 28_800);
            self.act("list_expiry", 0, &[list], &[])?;
        }
        if random.chance(70) {
            self.refresh(false)?;
        }
        Ok(())
    }

    /// Collects the venue's fees or the group's.
    pub fn collect(&mut self, random: &mut Random) -> Result<(), Broken> {
        let venue = random.below(2) as u16;
        let collect = account_program::collect_fees(
            &self.cast.group(),
            venue,
            &self.cast.fee_purses[usize::from(venue)],
            random.pick(&[&MARKETS[..], &MARKETS[..], &MARKETS[1..], &[]]),
        );
        self.act("collect_fees", 0, &[collect], &[])?;
        Ok(())
    }

    /// The index of a market as quote units a lot; written out here once more.
    pub fn per_lot(&self, place: usize) -> u64 {
        // 10^-8 dollars a coin, a hundredth of a coin a lot, millionths of a dollar.
        self.prices[place] as u64 / 10_000
    }
}

/// Whether nobody is owed anything by a pool, and nobody owes it anything.
fn paid(state: &State) -> bool {
    state.markets.iter().all(|market| market.unpaid == 0 && market.owed == 0)
}

/// 11: compares how two orders of settlement end.
pub fn alike(one: &State, two: &State) -> Result<(), Broken> {
    let both_paid = paid(one) && paid(two);
    for (seat, (one, two)) in holdings(one).into_iter().zip(holdings(two)).enumerate() {
        if one.0 != two.0 || both_paid && one.1 != two.1 {
            let what = format!("seat {seat} has {one:?} after one order, {two:?} after another");
            return broken(ORDER, what);
        }
    }
    Ok(())
}

/// What everybody has: cash with claims, then cash. Interest of up to now is in it: whoever had nothing to settle was
/// not told of it.
fn holdings(state: &State) -> Vec<(i128, i128)> {
    let of = |account: &MarginAccount| {
        let cash = cash_now(account, &state.group);
        let claims: i128 = account.markets.iter().map(|row| i128::from(row.unpaid_profit)).sum();
        (cash + claims, cash)
    };
    state.accounts.iter().map(|account| account.as_ref().map_or((0, 0), |account| of(account))).collect()
}
