//! Deposits, withdrawals, transfers, delegates, closing and opening.

use crate::{play::Play, stage::MARKETS, state::Broken};
use ballast_interface::account::{instructions::Numbers, SetDelegateArgs};
use ballast_testkit::{account_program, limit, Random, Signer};

impl Play<'_> {
    /// An amount about as large as what there is.
    fn about(random: &mut Random, there_is: u64) -> u64 {
        match random.below(6) {
            0 => there_is,
            1 if random.chance(40) => there_is.saturating_add(1),
            2 if random.chance(20) => 0,
            1..=3 => random.below(there_is / 10 + 1_000) + 1,
            _ => random.below(there_is.max(1)) + 1,
        }
    }

    /// The markets of a seat's claims, sometimes none.
    fn markets(&self, random: &mut Random, seat: usize) -> Vec<u16> {
        let account = self.state.accounts[seat].as_ref().expect("an open account");
        let mut markets: Vec<u16> =
            account.markets.iter().map(|row| row.market).filter(|market| *market != 0).collect();
        markets.sort_unstable();
        if random.chance(50) {
            markets.clear();
        }
        markets
    }

    pub fn deposit(&mut self, random: &mut Random) -> Result<(), Broken> {
        let seat = self.somebody(random);
        let there_is = self.world.tokens(&self.cast.seats[seat].purses[0].account) / 4;
        let (amount, markets) = (Self::about(random, there_is), self.markets(random, seat));
        let of = &self.cast.seats[seat];
        let group = self.cast.group();
        let deposit = account_program::deposit(
            &group,
            &of.account,
            0,
            0,
            &of.purses[0],
            &of.key.pubkey(),
            amount,
            &markets,
        );
        self.act("deposit", seat, &[limit(), deposit], &[&of.key])?;
        Ok(())
    }

    /// Cash may come from anybody; tokens may not.
    pub fn deposit_of_a_stranger(&mut self, random: &mut Random) -> Result<(), Broken> {
        let seat = self.somebody(random);
        let (amount, markets) = (random.below(5_000_000_000) + 1, self.markets(random, seat));
        let (group, account) = (self.cast.group(), self.cast.seats[seat].account);
        let deposit = |bank: u16, from, by| {
            let market = MARKETS[usize::from(bank).saturating_sub(1)];
            account_program::deposit(&group, &account, bank, market, from, by, amount, &markets)
        };
        let stranger = &self.cast.stranger;
        let by = stranger.pubkey();
        let cash = deposit(0, &self.cast.stranger_purse, &by);
        self.act("deposit", seat, &[limit(), cash], &[stranger])?;
        let thief = &self.cast.thief;
        let by = thief.pubkey();
        let token = deposit(1, &self.cast.thief_purses[1], &by);
        self.forbidden("deposit", &[limit(), token], &[thief])
    }

    pub fn deposit_token(&mut self, random: &mut Random) -> Result<(), Broken> {
        let (seat, bank) = (self.somebody(random), random.between(1, 2) as usize);
        let of = &self.cast.seats[seat];
        let there_is = self.world.tokens(&of.purses[bank].account) / 4;
        let group = self.cast.group();
        let deposit = account_program::deposit(
            &group,
            &of.account,
            bank as u16,
            MARKETS[bank - 1],
            &of.purses[bank],
            &of.key.pubkey(),
            Self::about(random, there_is),
            &[],
        );
        self.act("deposit", seat, &[limit(), deposit], &[&of.key])?;
        Ok(())
    }

    pub fn withdraw(&mut self, random: &mut Random, bank: u16) -> Result<(), Broken> {
        let seat = self.somebody(random);
        let account = self.state.accounts[seat].as_ref().expect("an open account");
        let there_is = match bank {
            0 => account.cash.max(0).unsigned_abs(),
            _ => account.token_amount(bank),
        };
        let amount = if bank == 0 && random.chance(25) {
            // More than there is: lent money, or nothing.
            there_is + random.below(20_000_000_000)
        } else {
            Self::about(random, there_is)
        };
        let of = &self.cast.seats[seat];
        let [markets, mut risks] = self.world.needs(&self.cast.exchange, &[of.account], &[]);
        if bank != 0 {
            risks.push(MARKETS[usize::from(bank) - 1]);
            risks.sort_unstable();
            risks.dedup();
        }
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let to = &of.purses[usize::from(bank)];
        let group = self.cast.group();
        let withdraw =
            account_program::withdraw(&group, &of.account, bank, to, &of.key.pubkey(), amount, &numbers);
        self.act("withdraw", seat, &[limit(), withdraw], &[&of.key])?;
        Ok(())
    }

    pub fn withdraw_token(&mut self, random: &mut Random) -> Result<(), Broken> {
        let bank = random.between(1, 2) as u16;
        self.withdraw(random, bank)
    }

    /// Between the two accounts of one owner.
    pub fn transfer(&mut self, random: &mut Random, bank: u16) -> Result<(), Broken> {
        let from = usize::from(random.chance(35));
        let to = 1 - from;
        let (Some(account), Some(_)) = (&self.state.accounts[from], &self.state.accounts[to]) else {
            return Ok(());
        };
        let there_is =
            if bank == 0 { account.cash.max(0).unsigned_abs() } else { account.token_amount(bank) };
        let amount = Self::about(random, there_is);
        let [from_seat, to_seat] = [&self.cast.seats[from], &self.cast.seats[to]];
        let [markets, mut risks] = self.world.needs(&self.cast.exchange, &[from_seat.account], &[]);
        if bank != 0 {
            risks.push(MARKETS[usize::from(bank) - 1]);
            risks.sort_unstable();
            risks.dedup();
        }
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        let group = self.cast.group();
        let transfer = account_program::transfer(
            &group,
            &from_seat.account,
            &to_seat.account,
            bank,
            &from_seat.key.pubkey(),
            amount,
            &numbers,
        );
        self.act("transfer", from, &[limit(), transfer], &[&from_seat.key])?;
        Ok(())
    }

    /// Lets the delegate trade, or only reduce, or no longer.
    pub fn delegate(&mut self, random: &mut Random) -> Result<(), Broken> {
        let seat = self.somebody(random);
        let of = &self.cast.seats[seat];
        let scope = random.below(3) as u8;
        let somebody = scope != 0;
        let args = SetDelegateArgs {
            place: random.below(5) as u8,
            key: if somebody { self.cast.delegate.pubkey() } else { Default::default() },
            scope,
            expires_at: if somebody { self.state.now + random.between(0, 100_000) } else { 0 },
        };
        let set = account_program::set_delegate(&of.account, &of.key.pubkey(), &args);
        self.act("set_delegate", seat, &[set], &[&of.key])?;
        Ok(())
    }

    /// Closes an account, which must be empty, and opens it again.
    pub fn reopen(&mut self, random: &mut Random) -> Result<(), Broken> {
        // The second account is empty most often.
        let seat = if random.chance(60) { 1 } else { random.below(self.cast.seats.len() as u64) as usize };
        let (of, group) = (&self.cast.seats[seat], self.cast.group());
        let owner = of.key.pubkey();
        if let Some(account) = &self.state.accounts[seat] {
            let close = account_program::close_account(&of.account, account.has_record == 1, &owner, &owner);
            self.act("close_account", seat, &[close], &[&of.key])?;
        }
        if self.state.accounts[seat].is_none() {
            let open = account_program::open_account(&group, &owner, &owner, of.sub_id);
            self.act("open_account", seat, &[open], &[&of.key])?;
            let nonce = self.nonces[seat];
            let record = account_program::open_orders(&of.account, &owner, &owner, nonce);
            self.act("open_orders", seat, &[record], &[&of.key])?;
        }
        Ok(())
    }
}
