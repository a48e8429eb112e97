//! Deals: signed orders through the venue, or a block trade that both sign.

use super::sort;
use crate::{cast::Person, stage::Stage, tape::Traded};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::{MarginAccount, Order, OrderLeg, SettleFillsArgs, TradeLeg, ORDER_DOMAIN};
use ballast_testkit::{sign_orders, Signer};

/// How two people deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The venue matches their signed orders, for a fee.
    Venue,
    /// Both sign the transaction.
    Block,
}

/// Fee of whoever takes, in parts of a hundred thousand of the value traded; of whoever makes, a quarter of it.
const FEE: i64 = 20;

impl Stage {
    /// Deals so many units of some legs, as the first sees them; returns what was traded, or nothing if it was refused.
    pub fn deal(
        &mut self,
        people: &mut [Person],
        (first, second): (usize, usize),
        (legs, units): (&[TradeLeg], i64),
        way: Way,
    ) -> Result<Option<Traded>, crate::Broken> {
        let mut legs = legs.to_vec();
        sort(&mut legs);
        let traded: Vec<TradeLeg> =
            legs.iter().map(|leg| TradeLeg { lots: leg.lots * units, ..*leg }).collect();
        let sides = [first, second].map(|place| people[place].account);
        let before = sides.map(|account| self.fresh(&account));
        let (fees, sent) = match way {
            Way::Block => ([0, 0], self.block(people, (first, second), &traded)?),
            Way::Venue => self.fill(people, (first, second), (&legs, units))?,
        };
        if sent {
            for (account, before) in sides.iter().zip(&before) {
                self.gated(account, before.as_ref())?;
            }
        }
        let (step, time) = (self.step, self.now);
        Ok(sent.then_some(Traded { step, time, first, second, legs: traded, fees }))
    }

    /// Refuses a trade that left an account without initial margin and less healthy than before, by the engine run here.
    fn gated(&self, account: &Pubkey, before: Option<&MarginAccount>) -> Result<(), crate::Broken> {
        let check = "a trade leaves initial margin, or no less health";
        let weigh = |account: Option<&MarginAccount>| {
            let account = account.ok_or_else(|| "An account that trades is not known.".to_owned())?;
            let standing = self.weigh().standing(account);
            standing.map_err(|why| why.to_string())
        };
        let broken = |why: String| self.broken("accounts can be weighed", 0, why);
        let fresh = self.fresh(account);
        let after = weigh(fresh.as_ref()).map_err(broken)?;
        let owes = fresh.is_some_and(|fresh| fresh.has_liabilities());
        if !owes || after.room >= 0 {
            return Ok(());
        }
        let fallen = weigh(before).map_err(broken)?.health - after.health;
        // A unit, where the trade settled funding.
        if fallen > self.weigh().unit() {
            let what = format!("{account}: room {}, and health fell by {fallen}.", after.room);
            return Err(self.broken(check, fallen.clamp(0, i64::MAX.into()) as i64, what));
        }
        Ok(())
    }

    fn block(
        &mut self,
        people: &[Person],
        (first, second): (usize, usize),
        legs: &[TradeLeg],
    ) -> Result<bool, crate::Broken> {
        let (first, second) = (&people[first], &people[second]);
        let held = (self.held(&first.account), self.held(&second.account));
        let keys = (first.key.pubkey(), second.key.pubkey());
        let steps = self.build().block_trade((&held.0, &keys.0), (&held.1, &keys.1), legs);
        let steps = steps.map_err(|error| self.broken("a trade can be built", 0, error.to_string()))?;
        Ok(self.send("account.block_trade", &steps, &[&first.key, &second.key]).is_ok())
    }

    /// The second's order rests at the venue for twice as much; the first takes it.
    fn fill(
        &mut self,
        people: &mut [Person],
        (first, second): (usize, usize),
        (legs, units): (&[TradeLeg], i64),
    ) -> Result<([i64; 2], bool), crate::Broken> {
        let worth: i64 = legs.iter().map(|leg| leg.lots.abs() * leg.price as i64).sum::<i64>() * units;
        let fees = [worth * FEE / 100_000, worth * FEE / 400_000];
        let taker = self.order(&mut people[first], legs, units, 1);
        let maker = self.order(&mut people[second], legs, 2 * units, -1);
        let args = SettleFillsArgs {
            maker,
            taker,
            maker_units: units as u64,
            taker_units: units as u64,
            prices: legs.iter().map(|leg| leg.price).collect(),
            maker_fee: fees[1] as u64,
            taker_fee: fees[0] as u64,
        };
        let (taker, maker) = (&people[first], &people[second]);
        let held = [self.held(&maker.account), self.held(&taker.account)];
        let traded: Vec<TradeLeg> =
            legs.iter().map(|leg| TradeLeg { lots: -leg.lots * units, ..*leg }).collect();
        let needs = self.build().needs(&[&held[0], &held[1]], &traded);
        let needs = needs.map_err(|error| self.broken("a fill can be built", 0, error.to_string()))?;
        let operator = self.exchange.operator.insecure_clone();
        let settle = ballast_testkit::account_program::settle_fills(
            &self.group_key(),
            1,
            &operator.pubkey(),
            &args,
            &needs.numbers(),
        );
        // Behind the limit of compute units stands the check, then what it checks.
        let check = sign_orders([&maker.key, &taker.key], &args, 2);
        let sent = self.send("account.settle_fills", &[check, settle], &[&operator]);
        Ok((fees, sent.is_ok()))
    }

    /// An order for a unit of some legs at their prices or better, seen from one side.
    fn order(&self, person: &mut Person, legs: &[TradeLeg], units: i64, side: i64) -> Order {
        person.nonce += 1;
        let cost: i64 = legs.iter().map(|leg| side * leg.lots * leg.price as i64).sum();
        let worth: i64 = legs.iter().map(|leg| leg.lots.abs() * leg.price as i64).sum();
        Order {
            domain: ORDER_DOMAIN,
            margin_account: person.account,
            venue: 1,
            nonce: person.nonce,
            expires_at: self.now + 600,
            units: units as u64,
            limit: cost,
            max_fee: (worth / 1_000 + 1) as u64,
            reduce_only: false,
            legs: legs
                .iter()
                .map(|leg| OrderLeg {
                    number: leg.number,
                    kind: leg.kind,
                    expiry: leg.expiry as u32,
                    strike: leg.strike,
                    lots: (side * leg.lots) as i32,
                })
                .collect(),
        }
    }
}
