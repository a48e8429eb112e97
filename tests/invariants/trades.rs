//! Block trades, signed fills, triggers.

use crate::{
    play::{Pair, Play},
    stage::MARKETS,
    state::Broken,
};
use ballast_audit::legs;
use ballast_interface::account::{
    instructions::Numbers, ExecuteTriggerArgs, Order, OrderLeg, PlaceTriggerArgs, SettleFillsArgs, TradeLeg,
    ORDER_DOMAIN,
};
use ballast_testkit::{
    account_program, fraction, limit, sign_orders, Instruction, Keypair, Random, Signer, DOLLAR,
};

const TICK: u64 = 100;

impl Play<'_> {
    /// Some leg: of an instrument that the first seat holds, to make it smaller, mostly so often; or of any.
    fn leg(&self, random: &mut Random, seats: &[usize], smaller: u64) -> TradeLeg {
        let seat = seats[0];
        let held: Vec<_> =
            self.state.accounts[seat].as_ref().map_or(vec![], |account| legs(account).collect());
        if !held.is_empty() && random.chance(smaller) {
            let leg = random.pick(&held);
            let part = random.pick(&[1, 1, 2, 4]);
            let lots = -(leg.quantity / part + leg.quantity % part);
            let of = leg.instrument();
            let price = self.price(random, leg.market, leg.kind, leg.strike);
            return TradeLeg {
                number: of.number,
                kind: of.kind,
                expiry: of.expiry,
                strike: of.strike,
                lots,
                price,
            };
        }
        let place = random.below(2) as usize;
        let kind = random.pick(&[0, 1, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4]);
        let dates: Vec<i64> = self.state.markets[place].dates().iter().map(|date| date.expiry).collect();
        let dated = kind >= 2 && !dates.is_empty();
        let kind = if kind >= 2 && !dated { 1 } else { kind };
        let expiry = if dated { random.pick(&dates) } else { 0 };
        // A step of a thousand dollars for Bitcoin, of fifty for Ether.
        let step = [1_000_00000000, 50_00000000][place];
        let near = self.prices[place] / step + random.between(-5, 5);
        let strike = if kind >= 3 { (near.max(1) * step) as u64 } else { 0 };
        // A lot needs a fifth of its price as margin: mostly less than there is cash for, sometimes more.
        let cash = |seat: &usize| self.state.accounts[*seat].as_ref().map_or(0, |account| account.cash);
        let cash = seats.iter().map(cash).min().unwrap_or(0).max(500 * DOLLAR);
        let most = cash / (self.per_lot(place) as i64 / 5 + 1);
        let size = most * random.pick(&[5, 10, 20, 40, 60, 80, 95, 130]) / 100 + 1;
        let mut lots = random.between(size / 2, size).max(1) * random.pick(&[-1, 1]);
        if kind == 0 {
            let held = self.state.accounts[seat]
                .as_ref()
                .map_or(0, |account| account.token_amount(place as u16 + 1));
            // Who has tokens sells them.
            lots = if held > 0 {
                -(random.between(1, 20).min(held as i64 / 1_000_000).max(1))
            } else {
                lots / 20 + 1
            };
        }
        let price = self.price(random, MARKETS[place], kind, strike);
        TradeLeg { number: MARKETS[place], kind, expiry, strike, lots, price }
    }

    /// A price that two people might agree on, or not.
    fn price(&self, random: &mut Random, market: u16, kind: u8, strike: u64) -> u64 {
        let index = self.per_lot(usize::from(market) - 1) as i64;
        let price = if kind >= 3 {
            let strike = (strike / 10_000) as i64;
            let inner = if kind == 3 { index - strike } else { strike - index };
            inner.max(0) + index / 1_000 * random.between(1, 40)
        } else {
            index + index / 1_000 * random.pick(&[0, 0, 0, 0, 0, 0, 1, -1, 2, -2, 5, -5, 30, -30])
        };
        let price = match random.below(60) {
            0 => price * 3,
            1 => 0,
            2 => price - price / 6,
            _ => price,
        };
        (price.max(0) as u64) / TICK * TICK + u64::from(random.below(300) == 0)
    }

    /// One to three legs, which need not be in order for a block trade.
    fn several(&self, random: &mut Random, seats: [usize; 2]) -> Vec<TradeLeg> {
        let count = random.pick(&[1, 1, 1, 1, 2, 3]);
        (0..count).map(|_| self.leg(random, &seats, 45)).collect()
    }

    /// What a trade between two accounts needs.
    fn numbers(&mut self, seats: [usize; 2], legs: &[TradeLeg]) -> [Vec<u16>; 3] {
        let accounts = seats.map(|seat| self.cast.seats[seat].account);
        let [markets, risks] = self.world.needs(&self.cast.exchange, &accounts, legs);
        let mut banks: Vec<u16> = legs.iter().filter(|leg| leg.kind == 0).map(|leg| leg.number).collect();
        banks.sort_unstable();
        banks.dedup();
        [markets, banks, risks]
    }

    pub fn block_of(&mut self, seats: [usize; 2], signers: [&Keypair; 2], legs: &[TradeLeg]) -> Instruction {
        let [markets, banks, risks] = self.numbers(seats, legs);
        let numbers = Numbers { markets: &markets, banks: &banks, risks: &risks };
        let accounts = seats.map(|seat| self.cast.seats[seat].account);
        let keys = signers.map(Signer::pubkey);
        account_program::block_trade(
            &self.cast.group(),
            (&accounts[0], &keys[0]),
            (&accounts[1], &keys[1]),
            &legs.to_vec(),
            &numbers,
        )
    }

    /// Two traders agree; sometimes the delegate signs for the first.
    pub fn block(&mut self, random: &mut Random) -> Result<(), Broken> {
        let seats = self.two(random);
        let legs = self.several(random, seats);
        let cast = self.cast;
        let mut signers = seats.map(|seat| &cast.seats[seat].key);
        let lets = |row: &ballast_interface::account::Delegate| row.scope != 0;
        let account = self.state.accounts[seats[0]].as_ref();
        let known = account.is_some_and(|account| account.delegates.iter().any(lets));
        if random.chance(if known { 50 } else { 3 }) {
            signers[0] = &cast.delegate;
        }
        let block = self.block_of(seats, signers, &legs);
        self.act("block_trade", seats[0], &[limit(), block], &signers)?;
        Ok(())
    }

    /// Somebody signs for an account that is not his.
    pub fn block_by_a_thief(&mut self, random: &mut Random) -> Result<(), Broken> {
        let seats = self.two(random);
        let legs = self.several(random, seats);
        let cast = self.cast;
        let signers = [&cast.thief, &cast.seats[seats[1]].key];
        let block = self.block_of(seats, signers, &legs);
        self.forbidden("block_trade", &[limit(), block], &signers)
    }

    /// A venue fills what two traders signed; some orders are filled in several parts.
    pub fn fill(&mut self, random: &mut Random) -> Result<(), Broken> {
        let open = |place: &usize| self.pairs[*place].left > 0;
        let open: Vec<usize> = (0..self.pairs.len()).filter(open).collect();
        let old = !open.is_empty() && random.chance(40);
        let place = if old { random.pick(&open) } else { self.pairs.len() };
        if !old {
            let pair = self.pair(random);
            self.pairs.push(pair);
        }
        let pair = self.pairs[place].clone();
        let left = pair.left.max(1);
        let units = match random.below(20) {
            0 => left + 1,
            1..=5 => left,
            6..=9 => 1,
            _ => left.div_ceil(2),
        };
        let value: u64 = pair.orders[0]
            .legs
            .iter()
            .zip(&pair.prices)
            .map(|(leg, price)| leg.lots.unsigned_abs() as u64 * price * units)
            .sum();
        let fee = |random: &mut Random| random.below(value / 95 + 1).min(units * DOLLAR as u64);
        let args = pair.fill(units, [fee(random), fee(random)]);
        let cast = self.cast;
        let signers = pair.seats.map(|seat| &cast.seats[seat].key);
        let steps = self.fill_of(pair.seats, signers, &args);
        if self.act("settle_fills", pair.seats[0], &steps, &[&cast.exchange.operator])? {
            self.pairs[place].left -= units.min(pair.left);
            self.mark_if(pair.left < pair.orders[0].units, "an order is filled in parts");
        }
        Ok(())
    }

    fn fill_of(
        &mut self,
        seats: [usize; 2],
        signers: [&Keypair; 2],
        args: &SettleFillsArgs,
    ) -> [Instruction; 3] {
        let legs: Vec<_> = args.maker.legs.iter().filter_map(|leg| leg.times(1, 0).ok()).collect();
        let [markets, banks, risks] = self.numbers(seats, &legs);
        let numbers = Numbers { markets: &markets, banks: &banks, risks: &risks };
        let operator = self.cast.exchange.operator.pubkey();
        let settle = account_program::settle_fills(&self.cast.group(), 1, &operator, args, &numbers);
        [limit(), sign_orders(signers, args, 2), settle]
    }

    /// Orders of two traders that fit each other.
    fn pair(&mut self, random: &mut Random) -> Pair {
        let seats = self.two(random);
        let mut traded = self.several(random, seats);
        traded.sort_by_key(|leg| (leg.kind == 0, leg.instrument().place()));
        traded.dedup_by_key(|leg| leg.instrument().place());
        let units = random.pick(&[1, 4, 10]);
        let legs: Vec<OrderLeg> = traded
            .iter()
            .map(|leg| OrderLeg {
                number: leg.number,
                kind: leg.kind,
                expiry: leg.expiry as u32,
                strike: leg.strike,
                lots: match leg.lots / units {
                    0 => leg.lots.signum() as i32,
                    lots => lots as i32,
                },
            })
            .collect();
        let prices: Vec<u64> = traded.iter().map(|leg| leg.price).collect();
        let cost: i64 =
            legs.iter().zip(&prices).map(|(leg, price)| i64::from(leg.lots) * *price as i64).sum();
        let now = self.state.now;
        let mut order = |seat: usize, side: i32, random: &mut Random| {
            self.nonces[seat] += 1;
            let legs = legs.iter().map(|leg| OrderLeg { lots: leg.lots * side, ..*leg }).collect();
            Order {
                domain: ORDER_DOMAIN,
                margin_account: self.cast.seats[seat].account,
                venue: 1,
                nonce: self.nonces[seat] - 1,
                expires_at: now + random.pick(&[100, 3_600, 400_000]),
                units: units as u64,
                limit: cost * i64::from(side) + if random.chance(4) { -1 } else { random.pick(&[0, DOLLAR]) },
                max_fee: DOLLAR as u64,
                reduce_only: random.chance(4),
                legs,
            }
        };
        let orders = [order(seats[0], 1, random), order(seats[1], -1, random)];
        Pair { seats, orders, prices, left: units as u64 }
    }

    /// The venue fills orders that a thief signed.
    pub fn fill_by_a_thief(&mut self, random: &mut Random) -> Result<(), Broken> {
        let pair = self.pair(random);
        let cast = self.cast;
        let signers = [&cast.thief, &cast.seats[pair.seats[1]].key];
        let steps = self.fill_of(pair.seats, signers, &pair.fill(1, [0; 2]));
        self.forbidden("settle_fills", &steps, &[&cast.exchange.operator])
    }

    pub fn cancel_orders(&mut self, random: &mut Random) -> Result<(), Broken> {
        let seat = self.somebody(random);
        let of = &self.cast.seats[seat];
        let below = self.nonces[seat].saturating_sub(random.below(3));
        let cancel = account_program::cancel_orders(&of.account, &of.key.pubkey(), below);
        self.act("cancel_orders", seat, &[cancel], &[&of.key])?;
        Ok(())
    }

    /// A trigger on something that the account holds, or not.
    pub fn place_trigger(&mut self, random: &mut Random) -> Result<(), Broken> {
        let mut seats: Vec<usize> = self.state.open().map(|(seat, _)| seat).collect();
        random.shuffle(&mut seats);
        let holds = |seat: &&usize| {
            self.state.accounts[**seat].as_ref().is_some_and(|account| legs(account).next().is_some())
        };
        let seat = *seats.iter().find(holds).unwrap_or(&seats[0]);
        let mut leg = self.leg(random, &[seat], 85);
        if leg.kind == 0 && random.chance(90) {
            leg.kind = 1;
        }
        let linear = leg.kind < 3;
        let index = self.prices[usize::from(leg.number) - 1] as u64 * 100;
        let level = index / 100 * random.between(98, 102) as u64;
        let args = PlaceTriggerArgs {
            market: leg.number,
            kind: leg.kind,
            expiry: leg.expiry,
            strike: leg.strike,
            lots: leg.lots,
            // Mostly it fires at once.
            above: (level <= index) == random.chance(70),
            level,
            limit: if linear { 0 } else { leg.price.max(1) },
            slippage: if linear { fraction(0.01) } else { 0 },
            fee: random.below(2_000_000),
            expires_at: self.state.now + random.pick(&[600, 600, 600, 600, 100_000, 100_000, 100_000, 0]),
        };
        let of = &self.cast.seats[seat];
        let place = account_program::place_trigger(&of.account, &of.key.pubkey(), &args);
        self.act("place_trigger", seat, &[place], &[&of.key])?;
        Ok(())
    }

    /// Some trigger that is placed: its seat and row.
    fn trigger(&self, random: &mut Random) -> Option<(usize, usize)> {
        let records = self.state.records.iter().enumerate();
        let placed: Vec<(usize, usize)> = records
            .filter_map(|(seat, record)| Some((seat, record.as_ref()?)))
            .flat_map(|(seat, record)| {
                let rows = record.triggers.iter().enumerate();
                rows.filter(|(_, row)| row.market != 0 && row.expires_at > self.state.now)
                    .map(move |(row, _)| (seat, row))
                    .collect::<Vec<_>>()
            })
            .collect();
        (!placed.is_empty()).then(|| random.pick(&placed))
    }

    /// A keeper executes a trigger, or some of it, and takes the other side.
    pub fn execute_trigger(&mut self, random: &mut Random) -> Result<(), Broken> {
        if self.trigger(random).is_none() {
            self.place_trigger(random)?;
        }
        let Some((seat, row)) = self.trigger(random) else { return Ok(()) };
        let record = self.state.records[seat].as_ref().expect("a record");
        let trigger = record.triggers[row];
        let keeper = (seat + 1 + random.below(6) as usize) % self.cast.seats.len();
        if self.state.accounts[keeper].is_none() || keeper == seat {
            return Ok(());
        }
        let index = self.per_lot(usize::from(trigger.market) - 1);
        let price = if trigger.limit > 0 { trigger.limit / TICK * TICK } else { index / TICK * TICK };
        let all = trigger.lots.unsigned_abs();
        let lots = random.pick(&[all, all, all, all.div_ceil(2), all.div_ceil(2), all.div_ceil(3), all + 1]);
        let most = u128::from(trigger.fee) * u128::from(lots) / u128::from(all);
        let fee = most as u64 + u64::from(random.chance(5));
        let args = ExecuteTriggerArgs { place: row as u8, lots, price, fee };
        let leg = TradeLeg {
            number: trigger.market,
            kind: trigger.kind,
            expiry: trigger.expiry,
            strike: trigger.strike,
            lots: lots as i64,
            price,
        };
        let [markets, banks, risks] = self.numbers([seat, keeper], &[leg]);
        let numbers = Numbers { markets: &markets, banks: &banks, risks: &risks };
        let (of, by) = (&self.cast.seats[seat], &self.cast.seats[keeper]);
        let execute = account_program::execute_trigger(
            &self.cast.group(),
            &of.account,
            (&by.account, &by.key.pubkey()),
            &args,
            &numbers,
        );
        self.act("execute_trigger", seat, &[limit(), execute], &[&by.key])?;
        Ok(())
    }

    pub fn cancel_trigger(&mut self, random: &mut Random) -> Result<(), Broken> {
        let (seat, row) = match self.trigger(random) {
            Some(placed) => placed,
            None => (self.somebody(random), 0),
        };
        let of = &self.cast.seats[seat];
        let cancel = account_program::cancel_trigger(&of.account, &of.key.pubkey(), row as u8);
        self.act("cancel_trigger", seat, &[cancel], &[&of.key])?;
        Ok(())
    }
}
