//! The fund's stakers, owners who bring money, and a thief.

use crate::{
    play::Play,
    rescues::deeds::Deed,
    stage::{KEEPER, MARKETS},
    state::Broken,
};
use ballast_interface::{account::instructions::Numbers, liquidation::LiquidateArgs, risk::QuoteLeg};
use ballast_testkit::{account_program, limit, liquidation_program, Random, Signer, DOLLAR};

impl Play<'_> {
    /// Takes the fees that wait into the fund.
    pub fn collect_insurance(&mut self) -> Result<(), Broken> {
        let token = self.cast.stranger_purse.token_program;
        let (group, dollar) = (self.cast.group(), self.cast.exchange.dollar);
        let collect = liquidation_program::collect_insurance(&group, &dollar, &token, &MARKETS);
        self.act("collect_insurance", 0, &[collect], &[]).map(drop)
    }

    pub fn stake(&mut self, random: &mut Random) -> Result<(), Broken> {
        if random.chance(70) {
            self.collect_insurance()?;
        }
        let seat = random.below(8) as usize;
        let of = &self.cast.seats[seat];
        let amount =
            random.pick(&[999, 5_000, 30 * DOLLAR as u64, 300 * DOLLAR as u64, 3_000 * DOLLAR as u64]);
        let key = of.key.pubkey();
        let stake =
            liquidation_program::stake(&self.cast.group(), &key, &key, &of.purses[0], amount, &MARKETS);
        self.act("stake", seat, &[stake], &[&of.key]).map(drop)
    }

    /// Somebody who has staked something.
    pub fn staker(&self, random: &mut Random) -> usize {
        let stakes = &self.state.insurance.as_ref().expect("a fund").stakes;
        let all: Vec<usize> = (0..stakes.len()).filter(|seat| stakes[*seat].is_some()).collect();
        if all.is_empty() {
            3
        } else {
            random.pick(&all)
        }
    }

    pub fn unstake(&mut self, random: &mut Random) -> Result<(), Broken> {
        let seat = self.staker(random);
        let stake = self.state.insurance.as_ref().and_then(|insurance| insurance.stakes[seat].as_ref());
        let shares = stake.map_or(1, |stake| stake.shares);
        let shares = random.pick(&[shares, shares, shares / 2, 0, shares + 1]);
        let of = &self.cast.seats[seat];
        let unstake = liquidation_program::unstake(&self.cast.group(), &of.key.pubkey(), shares);
        self.act("unstake", seat, &[unstake], &[&of.key])?;
        if random.chance(50) {
            self.world.svm.pass(3_600);
            self.look();
            self.refresh(false)?;
            self.withdraw_stake(random)?;
        }
        Ok(())
    }

    pub fn withdraw_stake(&mut self, random: &mut Random) -> Result<(), Broken> {
        let seat = self.staker(random);
        let of = &self.cast.seats[seat];
        let key = of.key.pubkey();
        let withdraw = liquidation_program::withdraw_stake(&self.cast.group(), &key, &of.purses[0]);
        self.act("withdraw_stake", seat, &[withdraw], &[&of.key]).map(drop)
    }

    /// The owner of an account under liquidation brings money, as much as is missing or some.
    pub fn top_up(&mut self, random: &mut Random) -> Result<(), Broken> {
        let latched = self.latched(random);
        let seat = latched.first().copied().unwrap_or_else(|| self.somebody(random));
        let report = self.reports.of(&mut self.world, self.cast, &self.state, seat);
        let missing = report.map_or(0, |report| -report.room.get().min(0) / 10_000) as u64;
        let amount = random.pick(&[1, missing / 3 + 1, missing + 1_000, missing + 1_000]);
        self.owner_deposits(seat, amount)?;
        if random.chance(70) {
            self.deed(seat, &Deed::End)?;
        }
        Ok(())
    }

    /// Whether a deposit for a seat is taken.
    pub fn owner_deposits(&mut self, seat: usize, amount: u64) -> Result<bool, Broken> {
        let account = self.state.accounts[seat].as_ref().expect("an open account");
        let mut markets: Vec<u16> =
            account.markets.iter().map(|row| row.market).filter(|market| *market != 0).collect();
        markets.sort_unstable();
        let (of, group) = (&self.cast.seats[seat], self.cast.group());
        let (purse, key) = (&self.cast.stranger_purse, self.cast.stranger.pubkey());
        let deposit = account_program::deposit(&group, &of.account, 0, 0, purse, &key, amount, &markets);
        self.act("deposit", seat, &[limit(), deposit], &[&self.cast.stranger])
    }

    /// Somebody signs for a stake or an account that is not his.
    pub fn fund_thief(&mut self, random: &mut Random) -> Result<(), Broken> {
        let (cast, group) = (self.cast, self.cast.group());
        let (thief, key) = (&cast.thief, cast.thief.pubkey());
        let seat = self.staker(random);
        let owner = cast.seats[seat].key.pubkey();
        let instead = |mut step: ballast_testkit::Instruction, of| {
            step.accounts.iter_mut().filter(|meta| meta.pubkey == of).for_each(|meta| meta.pubkey = key);
            step
        };
        let purse = &cast.thief_purses[0];
        let (name, step) = match random.below(4) {
            0 => {
                ("withdraw_stake", instead(liquidation_program::withdraw_stake(&group, &owner, purse), owner))
            }
            1 => ("unstake", instead(liquidation_program::unstake(&group, &owner, 1), owner)),
            2 => {
                let rules = crate::stage::rescue_terms();
                ("change_rules", liquidation_program::change_rules(&group, &key, &rules))
            }
            _ => {
                let from = self.latched(random).first().copied().unwrap_or(0);
                let (account, to) = (cast.seats[from].account, cast.seats[KEEPER].account);
                let accounts = [account, to];
                let [markets, risks] = self.world.needs(&cast.exchange, &accounts, &[]);
                let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
                let legs = vec![QuoteLeg { leg: 0, lots: 1 }];
                let args = LiquidateArgs { legs, units: 1, least_pay: i64::MIN };
                let taker = (&to, &key);
                (
                    "liquidate",
                    liquidation_program::liquidate(&group, &account, &account, taker, &numbers, &args),
                )
            }
        };
        self.forbidden(name, &[limit(), step], &[thief])
    }
}
