//! A maker and three traders who hold positions, and trade a little every minute, so that there is something to see, and
//! something for a storm to take.

use super::{
    feeds,
    keys::Person,
    net::Net,
    world::{self, DOLLAR},
};
use crate::failure::{Failure, Result};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, Exchange, Held, Sender, Signer};
use ballast_interface::{
    account::{
        instructions::post_mark, Instrument, Kind, MarginAccount, Market, Order, OrderLeg, SettleFillsArgs,
        TradeLeg, ORDER_DOMAIN,
    },
    risk::{Assessment, MarketRisk},
};
use ballast_margin::{
    black,
    units::{Fraction, Price},
};
use ballast_testkit::{Moment, BTC, ETH, SOL};
use std::time::Duration;
use tokio::{sync::watch, time::sleep};

/// Pause between two rounds.
const MINUTE: Duration = Duration::from_secs(60);
/// Lots of a minute's trade.
const LOTS: u64 = 2;
/// Rounds in which is bought, before as many in which is sold.
const TURN: u64 = 9;
/// Rounds from mark to mark. Each accrues funding; in between that is the keepers' work.
const MARKED: u64 = 5;
/// By how much the mark is above the index, in hundredths of a per cent: longs pay shorts a little.
const PREMIUM: u64 = 2;
/// A quote unit, in 10^-10 dollars.
const UNIT: i128 = 10_000;

/// A position that somebody takes up.
struct Plan {
    market: u16,
    kind: Kind,
    /// Strike as a share of the index, in hundredths.
    strike: u64,
    lots: i64,
}

/// What somebody does.
struct Role {
    person: Person,
    /// Dollars that the account begins with.
    cash: u64,
    /// Whether all is withdrawn that is not needed.
    lever: bool,
    plans: &'static [Plan],
}

const fn perp(market: u16, lots: i64) -> Plan {
    Plan { market, kind: Kind::Perp, strike: 0, lots }
}

const ROLES: [Role; 3] = [
    Role { person: Person::Trader1, cash: 200_000, lever: true, plans: &[perp(BTC, 200), perp(SOL, 2_000)] },
    Role {
        person: Person::Trader2,
        cash: 60_000,
        lever: false,
        plans: &[
            Plan { market: BTC, kind: Kind::Call, strike: 100, lots: 100 },
            Plan { market: BTC, kind: Kind::Call, strike: 110, lots: -100 },
        ],
    },
    Role {
        person: Person::Trader3,
        cash: 150_000,
        lever: true,
        plans: &[perp(ETH, 1_500), Plan { market: ETH, kind: Kind::Put, strike: 90, lots: -1_500 }],
    },
];

/// The maker and the traders.
pub struct Life {
    net: Net,
    moment: watch::Receiver<Moment>,
    round: u64,
}

impl Life {
    /// On a network, by its weather.
    pub const fn new(net: Net, moment: watch::Receiver<Moment>) -> Self {
        Self { net, moment, round: 0 }
    }

    /// Goes on for ever.
    pub async fn go_on(mut self) {
        loop {
            sleep(MINUTE).await;
            if let Err(error) = self.step().await {
                tracing::warn!(%error, "a minute without a trade");
            }
        }
    }

    /// A minute: whoever holds nothing begins anew, somebody trades, and the venue says what its perps trade at.
    async fn step(&mut self) -> Result<()> {
        self.round += 1;
        let begun = self.begin().await;
        let exchange = self.net.exchange().await?;
        let marked = self.mark(&exchange).await;
        begun.and(marked).and(self.trade(&exchange).await)
    }

    /// Lets everybody take up positions who has none: at first, after an expiry, after a rescue.
    pub async fn begin(&self) -> Result<()> {
        let mut all = Ok(());
        for role in &ROLES {
            all = all.and(self.begin_one(role).await);
        }
        all
    }

    async fn begin_one(&self, role: &Role) -> Result<()> {
        let exchange = self.net.exchange().await?;
        let found = self.net.chain.find::<MarginAccount>(&self.net.account_of(role.person)).await?;
        let cash = found.as_ref().map_or(0, |account| account.cash);
        let busy = |account: &MarginAccount| {
            account.liquidation_since != 0 || account.legs.iter().any(|leg| leg.market != 0)
        };
        if found.as_ref().is_some_and(busy) {
            return Ok(());
        }
        let missing = i64::try_from(role.cash * DOLLAR).unwrap_or(i64::MAX).saturating_sub(cash);
        if let Some(missing) = u64::try_from(missing).ok().filter(|missing| *missing > 0) {
            world::open(&self.net, &exchange, role.person, missing, 0).await?;
        }
        let now = self.net.chain.now().await?;
        let legs = role.plans.iter().map(|plan| self.leg(&exchange, plan, now));
        let mut legs = legs.collect::<Result<Vec<_>>>()?;
        legs.sort_by_key(|leg| leg.instrument().place());
        let (first, second) = (self.net.account(role.person).await?, self.net.account(Person::Maker).await?);
        let [one, other] = [role.person, Person::Maker].map(|person| self.net.people.key(person));
        let steps =
            Build::new(&exchange).block_trade((&first, &one.pubkey()), (&second, &other.pubkey()), &legs)?;
        self.net.sender(role.person).send(&steps, &[other]).await?;
        if role.lever {
            self.withdraw_room(role.person).await?;
        }
        Ok(())
    }

    /// Withdraws nearly all that initial margin does not ask for.
    async fn withdraw_room(&self, person: Person) -> Result<()> {
        let (exchange, account) = (self.net.exchange().await?, self.net.account(person).await?);
        let (build, sender) = (Build::new(&exchange), self.net.sender(person));
        let asked = sender.simulate(&[build.assess(&account)]).await?;
        let missing = || Failure::refused("The account cannot be assessed.");
        let report = Assessment::from_bytes(&asked.returned).ok_or_else(missing)?;
        let room = u64::try_from(report.room.get() / UNIT * 95 / 100).unwrap_or(0);
        let owner = self.net.people.key(person).pubkey();
        if room > 0 {
            sender.send(&build.withdraw(&account, 0, room, &owner)?, &[]).await?;
        }
        Ok(())
    }

    /// A position at a fair price of now.
    fn leg(&self, exchange: &Exchange, plan: &Plan, now: i64) -> Result<TradeLeg> {
        let (market, risk) = (exchange.market(plan.market)?, exchange.risk(plan.market)?);
        let mut of = Instrument { number: plan.market, kind: plan.kind as u8, expiry: 0, strike: 0 };
        let mut worth = risk.price.index;
        if plan.kind != Kind::Perp {
            of.expiry = far(market, risk, now)?;
            of.strike = strike(worth, plan.strike);
            let volatility = feeds::quote(&self.moment.borrow(), plan.market).volatility;
            let sigma = Fraction((volatility * (1u64 << 40) as f64) as i64);
            let value = black::price(Price(worth), Price(of.strike * 100), sigma, of.expiry - now)?;
            let value = if plan.kind == Kind::Call { value.call } else { value.put };
            worth = u64::try_from(value.0).unwrap_or(0);
        }
        let Instrument { number, kind, expiry, strike } = of;
        Ok(TradeLeg { number, kind, expiry, strike, lots: plan.lots, price: ticked(market, worth)? })
    }

    /// The venue says now and then what its perps trade at.
    async fn mark(&self, exchange: &Exchange) -> Result<()> {
        if self.round % MARKED != 1 {
            return Ok(());
        }
        let sender = self.net.sender(Person::Operator);
        let mut steps = vec![];
        for (number, market) in &exchange.markets {
            let index = exchange.risk(*number)?.price.index;
            let mark = market.per_lot_down(index + index / 10_000 * PREMIUM)?;
            steps.push(post_mark(&self.net.group, *number, market.terms.venue, &sender.payer(), mark));
        }
        sender.send(&steps, &[]).await?;
        Ok(())
    }

    /// One trader trades a few lots with the maker, by orders that both sign and the venue settles.
    async fn trade(&self, exchange: &Exchange) -> Result<()> {
        let pick = |of: usize, every: u64| (self.round / every) as usize % of;
        let person = ROLES[pick(ROLES.len(), 1)].person;
        let numbers: Vec<u16> = exchange.markets.keys().copied().collect();
        let market = exchange.market(numbers[pick(numbers.len(), ROLES.len() as u64)])?;
        let accounts = [self.net.account(Person::Maker).await?, self.net.account(person).await?];
        if accounts[1].state.liquidation_since != 0 {
            return Ok(());
        }
        let price = ticked(market, exchange.risk(market.market)?.price.index)?;
        let lots = if (self.round / TURN).is_multiple_of(2) { 1 } else { -1 };
        let now = self.net.chain.now().await?;
        let order = |account: &Held<MarginAccount>, lots: i32| Order {
            domain: ORDER_DOMAIN,
            margin_account: account.address,
            venue: market.terms.venue,
            // A second has one trade at most.
            nonce: now.unsigned_abs(),
            expires_at: now + 60,
            units: LOTS,
            limit: price as i64 * i64::from(lots),
            max_fee: 0,
            reduce_only: false,
            legs: vec![OrderLeg {
                number: market.market,
                kind: Kind::Perp as u8,
                expiry: 0,
                strike: 0,
                lots,
            }],
        };
        let args = SettleFillsArgs {
            maker: order(&accounts[0], -lots),
            taker: order(&accounts[1], lots),
            maker_units: LOTS,
            taker_units: LOTS,
            prices: vec![price],
            maker_fee: 0,
            taker_fee: 0,
        };
        let sign = |person: Person, order: &Order| -> (Pubkey, [u8; 64]) {
            let key = self.net.people.key(person);
            (key.pubkey(), key.sign_message(&order.message()).into())
        };
        let signed = [sign(Person::Maker, &args.maker), sign(person, &args.taker)];
        let sender: Sender = self.net.sender(Person::Operator);
        let [maker, taker] = &accounts;
        let steps = Build::new(exchange).settle_fills(&sender.payer(), [maker, taker], &args, signed)?;
        sender.send(&steps, &[]).await?;
        Ok(())
    }
}

/// The furthest date that is listed and has a surface.
fn far(market: &Market, risk: &MarketRisk, now: i64) -> Result<i64> {
    let priced =
        |date: i64| risk.dates().iter().any(|known| known.expiry == date && now <= known.valid_until);
    let dates = market.dates().iter().map(|date| date.expiry);
    let furthest = dates.filter(|date| *date > now && priced(*date)).max();
    furthest.ok_or_else(|| Failure::refused(format!("Market {} has no date with a surface.", market.market)))
}

/// A strike, in 10^-8 dollars, at so many hundredths of a price in 10^-10: of two digits.
fn strike(price: u64, hundredths: u64) -> u64 {
    let exact = price / 100 / 100 * hundredths;
    let step = 10u64.pow(exact.max(10).ilog10() - 1);
    (exact + step / 2) / step * step
}

/// A price in 10^-10 dollars as quote units a lot, in ticks.
fn ticked(market: &Market, price: u64) -> Result<u64> {
    let (exact, tick) = (market.per_lot_down(price)?, market.terms.tick.max(1));
    Ok((exact / tick).max(1) * tick)
}
