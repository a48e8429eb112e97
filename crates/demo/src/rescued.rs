//! A step of a rescue: whether it kept to what rescues promise, and what is told of it.

use crate::{
    broken::Broken,
    cast::Person,
    keepers::Rescued,
    record::{Rescue, Standing},
    stage::{rescue_rules, Stage, MARKETS},
    tape::{Bearer, Borne, Taken},
};
use anchor_lang::{prelude::Pubkey, AnchorDeserialize, Discriminator};
use ballast_interface::{
    account::{LegsMoved, MarginAccount, Market, TradeLeg},
    liquidation::{Auction, CollateralSwapped, Liquidated, LossBorne},
};
use ballast_keeper::liquidate::Plan;
use ballast_margin::{quote::Margins, units::Quote};
use ballast_testkit::Outcome;
use std::collections::BTreeMap;

/// How many fewer units must not be enough, ...
const FEWER: i64 = 2;
/// ... but for such a part of what the lots that were taken are worth at the index: one in so many.
const FINE: i64 = 1 << 15;

/// A sale may pass the target by such a part of what is paid: one in so many.
const SMALL_PART: i64 = 64;

/// An account before a step of its rescue.
pub struct Before {
    /// As a refresh would leave it.
    account: MarginAccount,
    /// All markets, with their open interest.
    markets: BTreeMap<u16, Box<Market>>,
    /// How it stands.
    pub standing: Standing,
}

impl Before {
    /// An account as it is now; none if it cannot be assessed.
    pub fn of(stage: &Stage, account: &Pubkey) -> Option<Self> {
        let markets = stage.state.exchange.markets.clone();
        Some(Self { account: stage.fresh(account)?, markets, standing: stage.stand(account)? })
    }
}

/// Refuses a step after which the account or whoever took over is worse off than rescues promise.
pub fn check(
    stage: &Stage,
    plan: &Plan,
    outcome: &Outcome,
    (before, after): (&Before, &Standing),
    keeper: &Pubkey,
) -> Result<(), Broken> {
    let health = |standing: &Standing| standing.equity - standing.maintenance;
    // A unit for each of the roundings of what is shown here.
    let fallen = health(&before.standing) - health(after) - 2;
    if fallen > 0 {
        let what = format!("{}: health {} -> {}", plan.what, health(&before.standing), health(after));
        return Err(stage.broken("a rescue never makes an account less healthy", fallen, what));
    }
    if plan.name == "begin" && health(&before.standing) >= 0 {
        let what = format!("{}: health {}", plan.what, health(&before.standing));
        return Err(stage.broken("only who is below maintenance is rescued", health(&before.standing), what));
    }
    let unweighed =
        |why| stage.broken("accounts under rescue can be assessed", 0, format!("{}: {why}", plan.what));
    let sold = sold_beyond(stage, outcome, after);
    let beyond = beyond(stage, before, outcome).map_err(unweighed)?.max(sold);
    if beyond > 0 {
        return Err(stage.broken("no more is taken over than the target needs", beyond, plan.what.clone()));
    }
    if matches!(plan.name, "liquidate" | "swap") {
        let unknown = || unweighed("the keeper cannot be weighed".to_owned());
        let taker = stage.stand(keeper).ok_or_else(unknown)?;
        let room = taker.equity - taker.initial;
        if room < -1 {
            let what = format!("{}: the keeper is short of {}", plan.what, -room);
            return Err(stage.broken("whoever takes over has initial margin", -room, what));
        }
    }
    Ok(())
}

/// How far above its target an account would be if a taking that restores it had been two units smaller, in quote units;
/// nothing for other steps, and for small accounts, which are closed whole.
///
/// One unit would be the exact measure. But the engine weighs a book of which a part is closed more carefully than the book
/// that is left afterwards: up to about 2^-17 of the notional more than is needed was seen.
fn beyond(stage: &Stage, before: &Before, outcome: &Outcome) -> Result<i64, String> {
    let (Some(taken), Some(moved)) = (event::<Liquidated>(outcome), event::<LegsMoved>(outcome)) else {
        return Ok(0);
    };
    let (rules, units) = (rescue_rules(), i64::from(taken.units));
    if !taken.restores || units <= FEWER || before.standing.maintenance <= rules.small as i64 {
        return Ok(0);
    }
    let fewer = |lots: i64| lots / units * (units - FEWER);
    let legs: Vec<TradeLeg> =
        moved.legs.iter().map(|leg| TradeLeg { lots: fewer(leg.lots), ..*leg }).collect();
    let cost = taken.paid + taken.insurance as i64;
    let weigh = stage.weigh();
    let mut account = before.account;
    for leg in &legs {
        let mut market = *before.markets.get(&leg.number).cloned().ok_or("A market is not known.")?;
        account.trade(&mut market, leg).map_err(|why| why.to_string())?;
    }
    account.cash -= cost * (units - FEWER) / units;
    let standing = weigh.standing(&account).map_err(|why| why.to_string())?;
    let above = rules.above_target(&margins(&standing)).div_euclid(weigh.unit()) as i64;
    let worth: i64 = moved.legs.iter().map(|leg| notional(stage, leg)).sum();
    Ok(above.saturating_sub(1 + worth / FINE))
}

/// How far above its target an account is after a sale of tokens, in quote units, but for a small part of what was paid; nothing
/// for other steps.
fn sold_beyond(stage: &Stage, outcome: &Outcome, after: &Standing) -> i64 {
    let Some(sold) = event::<CollateralSwapped>(outcome) else { return 0 };
    let unit = stage.weigh().unit();
    let wide = |amount: i64| Quote(i128::from(amount) * unit);
    let (value, maintenance, initial) = (wide(after.equity), wide(after.maintenance), wide(after.initial));
    let above = rescue_rules().above_target(&Margins { value, maintenance, initial });
    above.div_euclid(unit) as i64 - 2 - sold.paid as i64 / SMALL_PART
}

/// The engine's margins of a standing.
fn margins(standing: &ballast_keeper::scan::Standing) -> Margins {
    Margins {
        value: Quote(standing.value),
        maintenance: Quote(standing.maintenance),
        initial: Quote(standing.initial),
    }
}

/// What is told of an executed plan.
pub struct Told<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What the transaction did.
    pub outcome: &'a Outcome,
    /// The auction before it.
    pub known: Option<Auction>,
    /// The keeper's place among all people.
    pub keeper: usize,
    /// The account before.
    pub before: Standing,
    /// And after.
    pub after: Standing,
}

impl Told<'_> {
    /// Writes it down.
    pub fn write(self, stage: &Stage, people: &[Person], rescued: &mut Rescued) {
        let found = people.iter().position(|person| person.account == self.plan.account);
        let Some(person) = found else { return };
        let seconds = self.known.map_or(0, |auction| auction.seconds(stage.now));
        let (legs, taking) = (event::<LegsMoved>(self.outcome), event::<Liquidated>(self.outcome));
        let swapped = event::<CollateralSwapped>(self.outcome);
        let borne = event::<LossBorne>(self.outcome);
        let legs = legs.map(|moved| moved.legs).unwrap_or_default();
        let hop = match (self.plan.name, &borne) {
            ("begin", _) => "begin",
            ("end", _) => "end",
            ("liquidate", _) => "take",
            ("swap", _) => "sell",
            ("deleverage", _) => "close",
            (_, Some(borne)) => ["insurance", "insurance", "cut", "share"][usize::from(borne.hop.min(3))],
            // What winners realise for the sake of a cut is no step of the account's own.
            _ => return,
        };
        let mut closed: Vec<_> = legs.iter().map(|leg| (instrument(leg), leg.lots)).collect();
        let mut listed: Vec<_> = closed.iter().map(|(name, lots)| format!("{lots:+} {name}")).collect();
        let mut notional: i64 = legs.iter().map(|leg| notional(stage, leg)).sum();
        let mut pay = taking.as_ref().map_or(0, |taking| taking.paid);
        let mut insurance = taking.as_ref().map_or(0, |taking| taking.insurance as i64);
        let mut tokens = None;
        if let Some(swapped) = &swapped {
            closed.push((format!("{} coins", symbol(swapped.bank)), swapped.amount as i64));
            listed.push(format!("{} {}", coins(swapped.amount), symbol(swapped.bank)));
            let worth = crate::close::worth(stage, swapped.bank, swapped.amount);
            notional += worth;
            pay = worth - swapped.paid as i64;
            tokens = Some((swapped.bank, swapped.bank, swapped.amount));
        }
        if let Some(borne) = borne.as_ref().filter(|borne| borne.hop == 1) {
            insurance = -(borne.borne as i64);
        }
        // Of the risk that positions carry; of what tokens are worth.
        let discount = match (&taking, &swapped) {
            (Some(taking), _) => taking.discount as f64 / (1u64 << 40) as f64,
            (None, Some(_)) if notional > 0 => pay as f64 / notional as f64,
            _ => 0.0,
        };
        let what =
            sentence(hop, &people[person].name, &people[self.keeper].name, &listed, pay, borne.as_ref());
        if !legs.is_empty() || tokens.is_some() {
            let paid = match &swapped {
                Some(swapped) => -(swapped.paid as i64),
                None => pay,
            };
            let (step, time, keeper) = (stage.step, stage.now, self.keeper);
            let insurance = insurance.max(0);
            rescued.taken.push(Taken { step, time, person, keeper, legs, tokens, paid, insurance });
        }
        if let Some(borne) = &borne {
            let by = match borne.hop {
                2 => Bearer::Winners,
                3 => Bearer::Lenders,
                _ => Bearer::Insurance,
            };
            let (step, time, amount) = (stage.step, stage.now, borne.borne as i64);
            rescued.borne.push(Borne { step, time, person, by, amount });
        }
        rescued.steps.push(Rescue {
            time: stage.now,
            person,
            keeper: self.keeper,
            hop,
            what,
            seconds,
            discount,
            closed,
            notional,
            pay,
            insurance,
            borne: borne.map_or(0, |borne| borne.borne as i64),
            before: self.before,
            after: self.after,
        });
    }
}

/// The first event of a kind.
fn event<T: Discriminator + AnchorDeserialize>(outcome: &Outcome) -> Option<T> {
    let mut found = outcome.events.iter().filter_map(|event| event.strip_prefix(T::DISCRIMINATOR));
    T::deserialize(&mut found.next()?).ok()
}

/// What lots are worth at the index, without a sign.
fn notional(stage: &Stage, leg: &TradeLeg) -> i64 {
    let index = stage.risk(leg.number).price.index;
    let price = stage.market(leg.number).per_lot_down(index).unwrap_or(0);
    leg.lots.abs() * price as i64
}

fn symbol(number: u16) -> &'static str {
    MARKETS.iter().find(|(known, ..)| *known == number).map_or("?", |(_, name, _)| name)
}

/// "BTC 6 Nov 90000 put".
pub fn instrument(leg: &TradeLeg) -> String {
    let (symbol, strike) = (symbol(leg.number), leg.strike / 100_000_000);
    let date = date(leg.expiry);
    match leg.kind {
        0 => format!("{symbol} coins"),
        1 => format!("{symbol} perp"),
        2 => format!("{symbol} {date} future"),
        3 => format!("{symbol} {date} {strike} call"),
        _ => format!("{symbol} {date} {strike} put"),
    }
}

/// Coins of 10^8 smallest units, without zeroes at the end: "2.034".
fn coins(amount: u64) -> String {
    let text = format!("{}.{:08}", amount / 100_000_000, amount % 100_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A day of November 2026, in which the day lies.
fn date(time: i64) -> String {
    format!("{} Nov", (time - ballast_testkit::START).div_euclid(86_400) + 2)
}

fn sentence(
    hop: &str,
    person: &str,
    keeper: &str,
    listed: &[String],
    pay: i64,
    borne: Option<&LossBorne>,
) -> String {
    let (list, dollars) = (listed.join(", "), pay as f64 / 1e6);
    let borne = borne.map_or(0.0, |borne| borne.borne as f64 / 1e6);
    match hop {
        "begin" => format!("{keeper} begins the rescue of {person}, who is below maintenance margin."),
        "end" => format!("{person} is at the target again, and {keeper} ends the rescue."),
        "take" => {
            format!("{keeper} takes positions over from {person} and is paid {dollars:.2} dollars: {list}.")
        }
        "sell" => {
            format!("{keeper} buys collateral of {person}, {dollars:.2} dollars below the index: {list}.")
        }
        "close" => format!("{person} can pay nobody: positions are closed against winners: {list}."),
        "insurance" => format!("The insurance fund pays {borne:.2} dollars for {person}."),
        "cut" => format!("Winners' claims bear {borne:.2} dollars of what {person} lost."),
        _ => format!("Lenders bear {borne:.2} dollars of what {person} lost."),
    }
}
