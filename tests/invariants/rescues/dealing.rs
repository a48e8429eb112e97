//! Invariant 5: at prices that stand still, nobody gains by rescuing himself: the sum of what two accounts are worth, with
//! what their owners have in the insurance and in their purses, does not rise.

use crate::{
    healths::Reports,
    play::Play,
    rescues::{
        deeds::Deed,
        insurance::{waiting, worth},
    },
    stage::{Cast, MARKETS},
    state::{amount, broken, Broken, State},
};
use anchor_lang::prelude::Pubkey;
use ballast_audit::legs;
use ballast_interface::{
    liquidation::{DeleverageArgs, LiquidateArgs},
    risk::QuoteLeg,
};
use ballast_testkit::{liquidation_program, Random, Signer, World, DOLLAR};

/// Name of the invariant.
pub const DEALING: &str = "5 dealing with oneself";

/// What a coalition has, in 10^-10 quote; nothing if one of its accounts cannot be judged.
pub fn wealth(world: &mut World, cast: &Cast, addresses: &[Pubkey], pair: [usize; 2]) -> Option<i128> {
    let state = State::read(world, cast, addresses);
    let insurance = state.insurance.as_ref()?;
    let mut sum = 0;
    for seat in pair {
        sum += Reports::default().of(world, cast, &state, seat)?.value.get();
    }
    let one_owner = cast.seats[pair[0]].key.pubkey() == cast.seats[pair[1]].key.pubkey();
    for seat in pair.into_iter().take(if one_owner { 1 } else { 2 }) {
        sum += worth(insurance, seat, waiting(&state)) * 10_000;
        sum += i128::from(amount(&state.bytes, &cast.seats[seat].purses[0].account)) * 10_000;
    }
    Some(sum)
}

/// Refuses a gain beyond roundings.
pub fn judge(before: i128, after: i128, lots: i128, told: &[String]) -> Result<(), Broken> {
    let most = (lots + 40) * 10_000 * 2;
    if after > before + most {
        return broken(DEALING, format!("{} units gained by {told:?}", (after - before) / 10_000));
    }
    Ok(())
}

impl Play<'_> {
    /// Lets two accounts deal with each other on a copy: one that is under liquidation or below maintenance, and another.
    pub fn coalition(&mut self, random: &mut Random) -> Result<(), Broken> {
        let mut seats = self.latched(random);
        if seats.is_empty() {
            let owing = self.state.open().filter(|(_, account)| account.has_liabilities());
            let owing: Vec<usize> = owing.map(|(seat, _)| seat).collect();
            for seat in owing {
                let report = self.reports.of(&mut self.world, self.cast, &self.state, seat);
                if report.is_some_and(|report| report.health.get() < 0) {
                    seats.push(seat);
                }
            }
        }
        let mut others: Vec<usize> = self.state.open().map(|(seat, _)| seat).collect();
        others.retain(|seat| !self.is_latched(*seat) && Some(seat) != seats.first());
        let Some(seat) = seats.first().copied() else { return Ok(()) };
        if others.is_empty() {
            return Ok(());
        }
        let other = random.pick(&others);
        let pair = [seat, other];
        let (mut world, cast) = (World::new(self.at.copied()), self.cast);
        let addresses: Vec<Pubkey> = self.state.bytes.keys().copied().collect();
        // Whoever takes over has money enough.
        if random.chance(70) {
            let (of, by) = (&cast.seats[other], &cast.stranger);
            let account = self.state.accounts[other].as_ref().expect("an open account");
            let mut markets: Vec<u16> =
                account.markets.iter().map(|row| row.market).filter(|market| *market != 0).collect();
            markets.sort_unstable();
            let deposit = ballast_testkit::account_program::deposit(
                &cast.group(),
                &of.account,
                0,
                0,
                &cast.stranger_purse,
                &by.pubkey(),
                500_000 * DOLLAR as u64,
                &markets,
            );
            let _ = world.svm.send(&[deposit], &[by]);
        }
        if random.chance(50) {
            world.svm.pass(901);
        }
        // Expired positions are settled before anything is counted.
        let Some(start) = wealth(&mut world, cast, &addresses, pair) else { return Ok(()) };
        let held = |world: &mut World, seat: usize| -> Vec<_> {
            let account = world.margin_account(&cast.seats[seat].account);
            let held: Vec<_> = legs(&account).collect();
            held
        };
        let now = world.svm.now();
        let all: Vec<_> = [held(&mut world, seat), held(&mut world, other)].concat();
        if all.iter().any(|leg| leg.expiry != 0 && leg.expiry <= now) {
            return Ok(());
        }
        let lots: i128 = all.iter().map(|leg| i128::from(leg.quantity.unsigned_abs())).sum();
        let (mut told, mut done) = (vec![], false);
        let mut forms = Random::new(random.next());
        let mut deed = |deed: Deed, world: &mut World, told: &mut Vec<String>| {
            let reads = forms.chance(67);
            let accepted = deed.send(world, cast, seat, reads).is_ok();
            if accepted {
                told.push(format!("{deed:?}{}", if reads { ", reading" } else { "" }));
            }
            accepted
        };
        done |= deed(Deed::Begin { by: other }, &mut world, &mut told);
        for _ in 0..random.between(2, 6) {
            let held = held(&mut world, seat);
            let leg = (!held.is_empty()).then(|| random.below(held.len() as u64) as usize);
            let asked = |random: &mut Random| -> Vec<QuoteLeg> {
                let lots = |place: usize| held[place].quantity.unsigned_abs();
                let leg = leg.map(|place| QuoteLeg {
                    leg: place as u8,
                    lots: (lots(place) / random.pick(&[1, 1, 3])).max(1),
                });
                leg.into_iter().collect()
            };
            done |= match random.below(8) {
                0..=2 => {
                    let args = LiquidateArgs {
                        legs: asked(random),
                        units: random.pick(&[1, u32::MAX]),
                        least_pay: i64::MIN,
                    };
                    deed(Deed::Liquidate { to: other, args }, &mut world, &mut told)
                }
                3 => {
                    let account = world.margin_account(&cast.seats[seat].account);
                    let row = account.collateral.iter().find(|row| row.amount > 0);
                    row.is_some_and(|row| {
                        let amount = row.amount / random.pick(&[1, 1, 2, 10, 50]) + 1;
                        let swap = Deed::Swap { to: other, bank: row.bank, amount: amount.min(row.amount) };
                        deed(swap, &mut world, &mut told)
                    })
                }
                4 => deed(Deed::End, &mut world, &mut told),
                5 => {
                    let args = DeleverageArgs { legs: asked(random), units: 1 };
                    deed(Deed::Deleverage { winner: other, args }, &mut world, &mut told)
                }
                6 => {
                    let token = cast.stranger_purse.token_program;
                    let collect = liquidation_program::collect_insurance(
                        &cast.group(),
                        &cast.exchange.dollar,
                        &token,
                        &MARKETS,
                    );
                    told.push("collect".into());
                    world.svm.send(&[collect], &[]).is_ok()
                }
                _ => {
                    let of = &cast.seats[other];
                    let key = of.key.pubkey();
                    let amount = random.pick(&[1_000, 777_777, 20_000 * DOLLAR as u64]);
                    let stake = liquidation_program::stake(
                        &cast.group(),
                        &key,
                        &key,
                        &of.purses[0],
                        amount,
                        &MARKETS,
                    );
                    told.push(format!("stake {amount}"));
                    world.svm.send(&[stake], &[&of.key]).is_ok()
                }
            };
            let Some(end) = wealth(&mut world, cast, &addresses, pair) else { continue };
            judge(start, end, lots, &told)?;
        }
        self.mark_if(done, "a coalition acts in its own rescue");
        Ok(())
    }
}
