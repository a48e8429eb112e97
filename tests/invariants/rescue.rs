//! A rescue by a stand-in for the liquidation program, those who govern, and a thief.

use crate::{
    forms::FORMS,
    play::Play,
    stage::MARKETS,
    state::{broken, Broken},
};
use ballast_audit::legs;
use ballast_interface::account::{
    instructions::Numbers, pause, switches, FillRescueArgs, Leg, Order, OrderLeg, RescuePay, TradeLeg,
    VenueTerms, ORDER_DOMAIN,
};
use ballast_testkit::{
    account_program, fraction, group_rules, limit, market_terms, sign_order, Random, Signer, DOLLAR,
};

impl Play<'_> {
    /// The account that owes something and is worth least: cash and claims, and positions at the index.
    fn poorest(&self) -> usize {
        let worth = |(_, account): &(usize, &ballast_interface::account::MarginAccount)| {
            let claims: i64 = account.markets.iter().map(|row| row.unpaid_profit).sum();
            let open: i64 = legs(account)
                .filter(|leg| leg.kind <= 2)
                .map(|leg| leg.quantity * self.per_lot(usize::from(leg.market) - 1) as i64 - leg.entry_value)
                .sum();
            account.cash + claims + open
        };
        let owing = self.state.open().filter(|(_, account)| account.has_liabilities());
        owing.min_by_key(worth).map_or(0, |(seat, _)| seat)
    }

    /// Latches an account, takes over some of what it has, pays some of what it owes, and mostly releases it.
    pub fn rescue(&mut self, random: &mut Random) -> Result<(), Broken> {
        let latched = self.state.open().find(|(_, account)| account.liquidation_since != 0);
        let seat = match latched {
            Some((seat, _)) => seat,
            None if random.chance(85) => self.poorest(),
            None => self.somebody(random),
        };
        let (cast, group) = (self.cast, self.cast.group());
        let by = cast.rescuer.pubkey();
        let from = cast.seats[seat].account;
        let latch = |on| account_program::latch(&group, &from, &by, on);
        if self.state.accounts[seat].as_ref().is_some_and(|account| account.liquidation_since == 0) {
            self.act("latch", seat, &[latch(true)], &[&cast.rescuer])?;
        }
        for _ in 0..random.between(1, 5) {
            let to = (seat + 1 + random.below(7) as usize) % cast.seats.len();
            if self.state.accounts[to].is_none() || to == seat {
                continue;
            }
            let holds =
                self.state.accounts[seat].as_ref().is_some_and(|account| legs(account).next().is_some());
            if holds && random.chance(10) {
                self.ruin(random, seat, to)?;
            }
            if self.loss(seat).is_some() && random.chance(60) {
                self.cut(random, seat)?;
                continue;
            }
            if self.owed(seat) > 0 && random.chance(60) {
                let insured = random.chance(50);
                self.pay(random, seat, insured)?;
                continue;
            }
            match random.below(if holds { 13 } else { 8 }) {
                0 => self.take_cash(random, seat, to)?,
                1 => self.take_tokens(random, seat, to)?,
                2 | 3 => self.pay(random, seat, true)?,
                4 | 5 => self.pay(random, seat, false)?,
                6 => self.realise(random, to)?,
                7 => self.pay_insurance(random.pick(&[&MARKETS[..], &MARKETS[..], &MARKETS[..1], &[]]))?,
                _ => self.take_legs(random, seat, to)?,
            }
        }
        if random.chance(75) {
            let released = self.act("latch", seat, &[latch(false)], &[&cast.rescuer])?;
            if !released && self.reason == "CashUncounted" {
                self.count(seat)?;
                if !self.act("latch", seat, &[latch(false)], &[&cast.rescuer])? {
                    return broken(
                        FORMS,
                        format!("seat {seat} is counted and not released: {}", self.reason),
                    );
                }
            }
        }
        Ok(())
    }

    /// Some of what a seat holds, at prices that are not to be trusted.
    fn taken(&self, random: &mut Random, seat: usize) -> Vec<TradeLeg> {
        let account = self.state.accounts[seat].as_ref().expect("an open account");
        let held: Vec<_> = legs(account).collect();
        held.iter()
            .take(2)
            .map(|leg| {
                let index = self.per_lot(usize::from(leg.market) - 1);
                let price = if leg.kind < 3 { index } else { index / 100 };
                let of = leg.instrument();
                TradeLeg {
                    number: of.number,
                    kind: of.kind,
                    expiry: of.expiry,
                    strike: of.strike,
                    lots: -random.pick(&[leg.quantity, (leg.quantity / 2).max(1)]),
                    // Whoever rescues answers for prices, and this one is not to be trusted.
                    price: price / 100 * random.pick(&[97, 100, 103, 60, 140]),
                }
            })
            .collect()
    }

    /// Hands legs over, sometimes to whoever signed an order for it, and lets the seat pay for that.
    fn take_legs(&mut self, random: &mut Random, seat: usize, to: usize) -> Result<(), Broken> {
        let taken = self.taken(random, seat);
        let accounts = [seat, to].map(|seat| self.cast.seats[seat].account);
        let [markets, _] = self.world.needs(&self.cast.exchange, &accounts, &taken);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &[] };
        let (group, cast) = (self.cast.group(), self.cast);
        let (by, key) = (&cast.rescuer, cast.rescuer.pubkey());
        let pay = RescuePay {
            taker: random.pick(&[0, 0, DOLLAR, -DOLLAR, 500 * DOLLAR]),
            insurance: random.pick(&[0, 700_000, 50 * DOLLAR as u64]),
        };
        if random.chance(40) {
            let args = self.rescue_order(random, to, &taken, pay);
            let check = sign_order(&cast.seats[to].key, &args.order, 2);
            let fill = account_program::fill_rescue(&group, &accounts[0], &key, &args, &numbers);
            self.act("fill_rescue", seat, &[limit(), check, fill], &[by])?;
            return Ok(());
        }
        let [from, to] = &accounts;
        let take = account_program::move_legs(&group, from, to, &key, &taken, pay, &numbers);
        self.act("move_legs", seat, &[limit(), take], &[by])?;
        Ok(())
    }

    /// An order of a seat that any liquidation may fill, and its fill; mostly they fit.
    fn rescue_order(
        &mut self,
        random: &mut Random,
        seat: usize,
        taken: &[TradeLeg],
        pay: RescuePay,
    ) -> FillRescueArgs {
        let value: i64 = taken.iter().map(|leg| -leg.lots * leg.price as i64).sum();
        let of = |leg: &TradeLeg| OrderLeg {
            number: leg.number,
            kind: leg.kind,
            expiry: leg.expiry as u32,
            strike: leg.strike,
            lots: -leg.lots as i32,
        };
        self.nonces[seat] += 1;
        let order = Order {
            domain: ORDER_DOMAIN,
            margin_account: self.cast.seats[seat].account,
            venue: random.pick(&[0, 0, 0, 0, 0, 0, 1]),
            nonce: self.nonces[seat] - 1,
            expires_at: self.state.now + 100,
            units: 1,
            limit: value - pay.taker + random.pick(&[0, 0, 0, DOLLAR, -1]),
            max_fee: 0,
            reduce_only: random.chance(10),
            legs: taken.iter().map(of).collect(),
        };
        FillRescueArgs { order, units: 1, prices: taken.iter().map(|leg| leg.price).collect(), pay }
    }

    /// Takes all cash and the linear legs of a seat away at prices at which it loses much: then it owes what nobody will
    /// pay, and somebody has a claim on that.
    fn ruin(&mut self, random: &mut Random, seat: usize, to: usize) -> Result<(), Broken> {
        let account = self.state.accounts[seat].as_ref().expect("an open account");
        let (cash, held) =
            (account.cash, legs(account).filter(|leg| leg.kind < 3).take(8).collect::<Vec<_>>());
        let worse = |leg: &Leg| if leg.quantity > 0 { 60 } else { 140 };
        let lost = |leg: &Leg| TradeLeg {
            number: leg.market,
            kind: leg.kind,
            expiry: leg.expiry,
            strike: 0,
            lots: -leg.quantity,
            price: self.per_lot(usize::from(leg.market) - 1) / 100 * worse(leg),
        };
        let taken: Vec<TradeLeg> = held.iter().map(lost).collect();
        let accounts = [seat, to].map(|seat| self.cast.seats[seat].account);
        let [markets, _] = self.world.needs(&self.cast.exchange, &accounts, &taken);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &[] };
        let (group, by, [from, to]) = (self.cast.group(), &self.cast.rescuer, accounts);
        if cash > 0 {
            let all = cash.unsigned_abs();
            let take = account_program::move_cash(&group, &from, &to, &by.pubkey(), all, &markets);
            self.act("move_cash", seat, &[limit(), take], &[by])?;
        }
        if !taken.is_empty() {
            let pay = RescuePay { taker: 0, insurance: random.pick(&[0, 3]) };
            let take = account_program::move_legs(&group, &from, &to, &by.pubkey(), &taken, pay, &numbers);
            self.act("move_legs", seat, &[limit(), take], &[by])?;
        }
        Ok(())
    }

    /// A market in which an account owes something, and how much.
    fn loss(&self, seat: usize) -> Option<(u16, u64)> {
        let account = self.state.accounts[seat].as_ref()?;
        let row = account.markets.iter().find(|row| row.unpaid_profit < 0)?;
        Some((row.market, row.unpaid_profit.unsigned_abs()))
    }

    /// Cuts what an account owes to a market from all claims, or some of it, or too much.
    fn cut(&mut self, random: &mut Random, seat: usize) -> Result<(), Broken> {
        let Some((number, owed)) = self.loss(seat) else { return Ok(()) };
        let market = self.state.markets.iter().find(|market| market.market == number).expect("a market");
        let alive = (i128::from(market.unpaid) - i128::from(market.cut)) as u64;
        let most = owed.min(alive.saturating_sub(market.pool));
        let amount = random.pick(&[most, most / 2 + 1, most / 3 + 1, most + 1]);
        let (group, by) = (self.cast.group(), &self.cast.rescuer);
        let account = self.cast.seats[seat].account;
        let cut = account_program::cut_claims(&group, &account, &by.pubkey(), amount, number);
        if self.act("cut_claims", seat, &[limit(), cut], &[by])? {
            // Some of those who have a claim are told.
            let winners = self.state.open().filter(|(_, account)| account.unpaid(number) > 0);
            let winners: Vec<usize> = winners.map(|(seat, _)| seat).collect();
            for winner in winners.into_iter().take(random.below(3) as usize) {
                self.settle(random, winner)?;
            }
        }
        Ok(())
    }

    fn realise(&mut self, random: &mut Random, seat: usize) -> Result<(), Broken> {
        let account = self.state.accounts[seat].as_ref().expect("an open account");
        let market = legs(account).next().map_or(random.pick(&MARKETS), |leg| leg.market);
        let key = self.cast.seats[seat].account;
        let [mut markets, _] = self.world.needs(&self.cast.exchange, &[key], &[]);
        if random.chance(50) || markets.is_empty() {
            markets = vec![market];
        }
        let (group, by) = (self.cast.group(), &self.cast.rescuer);
        let realise = account_program::realise(&group, &key, &by.pubkey(), market, &markets);
        self.act("realise", seat, &[limit(), realise], &[by])?;
        Ok(())
    }

    fn pay_insurance(&mut self, markets: &[u16]) -> Result<(), Broken> {
        let (group, by) = (self.cast.group(), &self.cast.rescuer);
        let pay = account_program::pay_insurance(&group, &self.cast.insurance, &by.pubkey(), markets);
        self.act("pay_insurance", 0, &[pay], &[by])?;
        Ok(())
    }

    fn take_cash(&mut self, random: &mut Random, seat: usize, to: usize) -> Result<(), Broken> {
        let pair = if random.chance(50) { [seat, to] } else { [to, seat] };
        let account = self.state.accounts[pair[0]].as_ref().expect("an open account");
        let amount = random.below(account.cash.max(0).unsigned_abs() / 10 + 2);
        let accounts = pair.map(|seat| self.cast.seats[seat].account);
        let [markets, _] = self.world.needs(&self.cast.exchange, &accounts, &[]);
        let (group, by) = (self.cast.group(), &self.cast.rescuer);
        let take =
            account_program::move_cash(&group, &accounts[0], &accounts[1], &by.pubkey(), amount, &markets);
        self.act("move_cash", pair[0], &[limit(), take], &[by])?;
        Ok(())
    }

    fn take_tokens(&mut self, random: &mut Random, seat: usize, to: usize) -> Result<(), Broken> {
        let bank = random.between(1, 2) as u16;
        let account = self.state.accounts[seat].as_ref().expect("an open account");
        let amount = random.below(account.token_amount(bank) + 2);
        let accounts = [seat, to].map(|seat| self.cast.seats[seat].account);
        let (group, by) = (self.cast.group(), &self.cast.rescuer);
        let take =
            account_program::move_collateral(&group, &accounts[0], &accounts[1], bank, &by.pubkey(), amount);
        self.act("move_collateral", seat, &[limit(), take], &[by])?;
        Ok(())
    }

    /// Debt and losses that an account cannot pay.
    fn owed(&self, seat: usize) -> u64 {
        let account = self.state.accounts[seat].as_ref().expect("an open account");
        let losses: i64 = account.markets.iter().map(|row| row.unpaid_profit.min(0)).sum();
        (account.cash + losses).min(0).unsigned_abs()
    }

    /// Insurance or lenders pay what the account owes, or some of it, or too much.
    fn pay(&mut self, random: &mut Random, seat: usize, insured: bool) -> Result<(), Broken> {
        let owed = self.owed(seat);
        if owed == 0 && random.chance(80) {
            return Ok(());
        }
        let amount = random.pick(&[owed, owed, owed / 2 + 1, owed / 2 + 1, owed + 1]);
        let key = self.cast.seats[seat].account;
        let [markets, _] = self.world.needs(&self.cast.exchange, &[key], &[]);
        let (group, by) = (self.cast.group(), &self.cast.rescuer);
        let (name, pay) = if insured {
            let from = &self.cast.insurance;
            ("absorb_loss", account_program::absorb_loss(&group, &key, from, &by.pubkey(), amount, &markets))
        } else {
            ("share_loss", account_program::share_loss(&group, &key, &by.pubkey(), amount, &markets))
        };
        self.act(name, seat, &[limit(), pay], &[by])?;
        Ok(())
    }

    /// The authority changes terms; the guardian stops something.
    pub fn govern(&mut self, random: &mut Random) -> Result<(), Broken> {
        let (cast, group) = (self.cast, self.cast.group());
        let authority = &cast.exchange.risk.authority;
        let key = authority.pubkey();
        let market = random.pick(&MARKETS);
        match random.below(7) {
            0 | 1 => {
                let seconds = random.pick(&[600, 21_600, 21_601]);
                let stop = account_program::stop(
                    &group,
                    &cast.guardian.pubkey(),
                    random.between(0, i64::from(pause::ALL)) as u32,
                    seconds,
                );
                self.act("stop", 0, &[stop], &[&cast.guardian])?;
            }
            2 => {
                let stop = account_program::stop(&group, &key, 0, 0);
                self.act("stop", 0, &[stop], &[authority])?;
            }
            3 => {
                let mut rules = group_rules();
                rules.rate_kink = fraction(random.between(0, 40) as f64 / 100.0);
                rules.borrow_cap = random.pick(&[0, 20_000, 1_000_000]) * DOLLAR as u64;
                rules.outflow_hour = random.pick(&[5_000, 1_000_000]) * DOLLAR as u64;
                let change = account_program::change_group(&group, &key, &rules);
                self.act("change_group", 0, &[change], &[authority])?;
            }
            4 => {
                let mut terms = market_terms();
                terms.fallback_seconds = 3_600;
                terms.open_interest_cap = random.pick(&[100, 10_000_000]);
                terms.switches = random.pick(&[7, 7, 5, 3, 7 | switches::REDUCE_ONLY]);
                let change = account_program::change_market(&group, &key, market, &terms);
                self.act("change_market", 0, &[change], &[authority])?;
            }
            5 => {
                let cap = random.pick(&[0, 1 << 50]);
                let change = account_program::change_bank(&group, &key, market, cap, 600);
                self.act("change_bank", 0, &[change], &[authority])?;
            }
            _ => {
                let operator = cast.exchange.operator.pubkey();
                let terms = VenueTerms {
                    operator,
                    fee_owner: operator,
                    fee_cap: fraction(random.pick(&[0.0, 0.01, 0.04, 0.06])),
                    suspended: random.chance(30),
                };
                let change = account_program::change_venue(&group, &key, 1, &terms);
                self.act("change_venue", 0, &[change], &[authority])?;
            }
        }
        Ok(())
    }

    /// Somebody signs with his own key for what is not his.
    pub fn thief(&mut self, random: &mut Random) -> Result<(), Broken> {
        let (cast, group) = (self.cast, self.cast.group());
        let (thief, key) = (&cast.thief, cast.thief.pubkey());
        let seat = self.somebody(random);
        let account = cast.seats[seat].account;
        let [markets, risks] = self.world.needs(&cast.exchange, &[account], &[]);
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let amount = random.below(1_000_000) + 1;
        let bank = random.below(3) as u16;
        let (name, attempt) = match random.below(12) {
            0 => {
                let to = &cast.thief_purses[usize::from(bank)];
                ("withdraw", account_program::withdraw(&group, &account, bank, to, &key, amount, &numbers))
            }
            1 => {
                let accounts = [0, 1].map(|seat: usize| cast.seats[seat].account);
                let [from, to] = &accounts;
                ("transfer", account_program::transfer(&group, from, to, bank, &key, amount, &numbers))
            }
            2 => return self.block_by_a_thief(random),
            3 => return self.fill_by_a_thief(random),
            4 => ("latch", account_program::latch(&group, &account, &key, true)),
            5 => ("change_group", account_program::change_group(&group, &key, &group_rules())),
            6 => ("collect_fees", account_program::collect_fees(&group, 1, &cast.thief_purses[0], &[])),
            7 => ("close_account", account_program::close_account(&account, true, &key, &key)),
            8 => ("pay_insurance", account_program::pay_insurance(&group, &cast.thief_purses[0], &key, &[])),
            9 => ("cut_claims", account_program::cut_claims(&group, &account, &key, amount, MARKETS[0])),
            10 => ("realise", account_program::realise(&group, &account, &key, MARKETS[0], &MARKETS)),
            _ => ("stop", account_program::stop(&group, &key, pause::ALL, 600)),
        };
        let signers: &[_] = if name == "collect_fees" { &[] } else { &[thief] };
        self.forbidden(name, &[limit(), attempt], signers)
    }
}
