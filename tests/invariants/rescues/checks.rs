//! Invariant 4: a rescue begins only below maintenance, each of its steps makes the account healthier, takes no more than
//! its target needs, costs no more than the auction offers, and ends exactly at the target.
//!
//! What an auction pays is written here once more, and not taken from the programs.

use crate::{
    forms::is_near,
    healths,
    history::event,
    play::Play,
    rescues::deeds::Deed,
    stage::{rescue_terms, Cast},
    state::{broken, Broken, State},
};
use ballast_interface::{
    account::{AccountSettled, MarginAccount},
    liquidation::{CollateralSwapped, Liquidated, LossBorne, RescueBegan, RescueRules},
    risk::{instructions as risk_program, Assessment, LiquidationQuote, QuoteArgs, QuoteLeg, QuoteTerms},
};
use ballast_margin::{quote::Margins, units::Quote};
use ballast_testkit::World;

/// Name of the invariant.
pub const RESCUE: &str = "4 a rescue";
/// A quote unit in 10^-10.
pub const UNIT: i128 = 10_000;
/// By how much two assessments of one book may differ where there are options.
pub const NOISE: i128 = 100 * UNIT;

/// Reports on an account before and after.
#[derive(Clone, Copy)]
pub struct Pair {
    pub was: Assessment,
    pub is: Assessment,
}

impl Pair {
    /// What it has lost, in 10^-10 quote.
    pub fn lost(&self) -> i128 {
        self.was.value.get() - self.is.value.get()
    }
}

/// What an accepted deed did.
pub struct Done<'a> {
    pub deed: &'a Deed,
    pub account: Pair,
    /// By those who took part, in the order of the deed.
    pub others: Vec<Pair>,
    /// How long the auction had run.
    pub seconds: i64,
    pub released: bool,
    /// Whether so much of its cash is not counted that no taking releases it.
    pub waits: bool,
    /// What pools owe the account, in quote units.
    pub unpaid: i128,
    pub heard: &'a [Vec<u8>],
    /// Lots that may have changed hands: each may cost a rounding.
    pub lots: i128,
}

/// What an account has above its target.
pub fn above(report: &Assessment) -> i128 {
    let margins = Margins {
        value: Quote(report.value.get()),
        maintenance: Quote(report.maintenance.get()),
        initial: Quote(report.initial.get()),
    };
    rescue_terms().above_target(&margins)
}

fn grown(start: i64, full: i64, seconds: i64, rules: &RescueRules) -> i128 {
    let [start, full, seconds, whole] =
        [start, full, seconds.max(0), i64::from(rules.auction_seconds)].map(i128::from);
    start + (full - start) * seconds.min(whole) / whole
}

fn tell(done: &Done, what: &str) -> String {
    let of = |pair: &Pair| {
        let [was, is] = [pair.was, pair.is].map(|report| {
            let numbers = [report.value, report.maintenance, report.initial, report.health, report.room];
            numbers.map(|number| number.get() / UNIT)
        });
        format!("{was:?} to {is:?}")
    };
    let others: Vec<String> = done.others.iter().map(of).collect();
    format!("{what}: {:?} after {} s: {}; others {others:?}", done.deed, done.seconds, of(&done.account))
}

/// Judges an accepted deed.
pub fn judge(done: &Done) -> Result<(), Broken> {
    let fails = |what: &str| broken(RESCUE, tell(done, what));
    let (rules, account) = (rescue_terms(), &done.account);
    let rounding = (done.lots + 20) * UNIT + NOISE;
    let closes = !matches!(done.deed, Deed::Begin { .. } | Deed::End | Deed::Resolve | Deed::Realise { .. });
    if closes {
        if account.is.health.get() <= account.was.health.get() {
            return fails("health has not risen");
        }
        let above = above(&account.is);
        // The quote counts on pools to pay what is realised; initial margin waits until they have.
        let unpaid = done.unpaid * UNIT * i128::from(rules.target) / (1 << 40) + 1;
        if done.released && above + unpaid < 0 {
            return fails("released below the target");
        }
        // What is at its target by less than errors of prices can be released by whoever asks.
        if !done.released && !done.waits && above > NOISE + account.is.maintenance.get() / 50 {
            return fails("above the target and not released");
        }
    }
    match done.deed {
        Deed::Begin { .. } => {
            let told = done.heard.iter().find_map(|bytes| event::<RescueBegan>(bytes)).expect("told");
            let [value, maintenance] = [account.was.value, account.was.maintenance].map(|part| part.get());
            if account.was.health.get() >= 0 {
                return fails("begun above maintenance");
            }
            if (told.value, told.maintenance) != (value, maintenance) {
                return fails("another report is told");
            }
        }
        Deed::Liquidate { args, .. } => taking(done, args.units, &args.legs, rounding, &rules)?,
        Deed::ToOrder { args, .. } => taking(done, args.units, &[], rounding, &rules)?,
        Deed::Swap { .. } => {
            let sold = done.heard.iter().find_map(|bytes| event::<CollateralSwapped>(bytes)).expect("told");
            let (paid, discount) = (
                i128::from(sold.paid) * UNIT,
                grown(rules.token_start, rules.token_full, done.seconds, &rules),
            );
            let most = paid * discount / ((1 << 40) - discount) + 4 * UNIT;
            if account.lost() > most {
                return fails("the discount on tokens is exceeded");
            }
            if above(&account.is) > paid / 64 {
                return fails("the target is passed");
            }
            if done.others[0].is.room.get() < 0 {
                return fails("the buyer lacks initial margin");
            }
            if done.others[0].lost() + account.lost() < -rounding {
                return fails("value appeared");
            }
        }
        Deed::Deleverage { .. } => {
            let taken = done.heard.iter().find_map(|bytes| event::<Liquidated>(bytes)).expect("told");
            if done.seconds < i64::from(rules.auction_seconds) + i64::from(rules.grace_seconds) {
                return fails("too early");
            }
            if account.was.value.get() > taken.risk * i128::from(rules.discount_full) / (1 << 40) {
                return fails("the account could pay");
            }
            let winner = &done.others[0];
            if account.lost().abs() > rounding || winner.lost() > rounding {
                return fails("somebody lost by the mark");
            }
            let rises = |part: fn(&Assessment) -> i128| part(&winner.is) > part(&winner.was) + rounding;
            if rises(|report| report.maintenance.get()) || rises(|report| report.initial.get()) {
                return fails("the winner needs more margin");
            }
        }
        Deed::End => {
            if above(&account.is) < 0 && account.is.maintenance.get() > 0 {
                return fails("ended below the target");
            }
        }
        Deed::Resolve => {
            let borne = done.heard.iter().find_map(|bytes| event::<LossBorne>(bytes)).expect("told").borne;
            let rose = account.is.value.get() - account.was.value.get();
            if (rose - i128::from(borne) * UNIT).abs() > 4 * UNIT {
                return fails("what was borne is not what the account got");
            }
            if account.is.value.get() > 4 * UNIT {
                return fails("more was borne than was lost");
            }
        }
        Deed::Realise { .. } => {
            if done.others[0].lost().abs() > rounding {
                return fails("realising changed what the winner is worth");
            }
        }
    }
    Ok(())
}

/// What a taking cost, and whom.
fn taking(
    done: &Done,
    asked: u32,
    legs: &[QuoteLeg],
    rounding: i128,
    rules: &RescueRules,
) -> Result<(), Broken> {
    let fails = |what: &str| broken(RESCUE, tell(done, what));
    let taken = done.heard.iter().find_map(|bytes| event::<Liquidated>(bytes)).expect("told");
    let discount = grown(rules.discount_start, rules.discount_full, done.seconds, rules);
    if i128::from(taken.discount) != discount {
        return fails("another discount is told");
    }
    let _ = (asked, legs);
    let account = &done.account;
    let part = |share: i128| share * taken.risk / (1 << 40) / UNIT + 1;
    // The reward for the last positions of a small account.
    let small = account.was.maintenance.get() <= i128::from(rules.small) * UNIT;
    let reward = if small { i128::from(rules.small_reward) } else { 0 };
    let most = part(discount).max(reward);
    if i128::from(taken.paid) > most || i128::from(taken.insurance) > part(rules.insurance.into()) {
        return fails(&format!("too much was paid, {taken:?}"));
    }
    let cost = i128::from(taken.paid.max(0)) + i128::from(taken.insurance);
    if account.lost() > cost * UNIT + rounding {
        return fails("more was lost than was paid");
    }
    if done.others[0].is.room.get() < 0 {
        return fails("whoever took over lacks initial margin");
    }
    let mut made = -account.lost() + i128::from(taken.insurance) * UNIT;
    made -= done.others.iter().map(Pair::lost).sum::<i128>();
    if made > rounding || made < -rounding {
        return fails(&format!("{} units of value appeared", made / UNIT));
    }
    Ok(())
}

/// The answer to what fewer units would have done to an account before.
pub fn quoted(
    world: &mut World,
    cast: &Cast,
    before: &State,
    seat: usize,
    args: &QuoteArgs,
) -> Option<(MarginAccount, LiquidationQuote)> {
    let told = healths::told(world, cast, before, seat)?;
    let key = cast.seats[seat].account;
    let ask = risk_program::quote(&cast.group(), &key, &healths::markets_of(&told), args);
    let bytes = healths::answer(world, &key, &told, ask)?;
    Some((told, LiquidationQuote::from_bytes(&bytes)?))
}

impl Play<'_> {
    /// Does a deed about a seat, and judges what it did. Whether it was accepted.
    pub fn deed(&mut self, seat: usize, deed: &Deed) -> Result<bool, Broken> {
        let others = deed.others();
        let report =
            |play: &mut Self, seat: usize| play.reports.of(&mut play.world, play.cast, &play.state, seat);
        let was = report(self, seat);
        let others_were: Vec<_> = others.iter().map(|seat| report(self, *seat)).collect();
        let began = self.began(seat);
        let latched = self.is_latched(seat);
        let steps = deed.steps(&mut self.world, self.cast, seat);
        let signers: Vec<_> = deed.signer(self.cast).into_iter().collect();
        let done = self.act(deed.name(), seat, &steps, &signers)?;
        if !done {
            return self.refused_rightly(seat, deed, was.as_ref(), latched).map(|_| false);
        }
        let expired =
            self.heard.iter().filter_map(|bytes| event::<AccountSettled>(bytes)).any(|e| e.legs > 0);
        let is = report(self, seat);
        let others_are: Vec<_> = others.iter().map(|seat| report(self, *seat)).collect();
        if expired {
            // Reports of before are of positions that are no more.
            self.mark_if(true, "positions expire in a rescue");
            return Ok(true);
        }
        let (Some(was), Some(is)) = (was, is) else {
            return broken(RESCUE, format!("no report on seat {seat} around {deed:?}"));
        };
        let pairs = others_were.into_iter().zip(others_are);
        let others: Option<Vec<Pair>> = pairs.map(|(was, is)| Some(Pair { was: was?, is: is? })).collect();
        let Some(mut others) = others else {
            return broken(RESCUE, format!("no report on somebody around {deed:?}"));
        };
        if matches!(deed, Deed::ToOrder { to, keeper, .. } if to == keeper) {
            others.truncate(1);
        }
        let lots = self.lots_moved(seat);
        let (released, heard) = (!self.is_latched(seat), std::mem::take(&mut self.heard));
        let account = Pair { was, is };
        let waits = self.state.accounts[seat].as_ref().is_some_and(|account| !is_near(account));
        self.mark_if(waits && !released && above(&is) >= 0, "a release waits until cash is counted");
        let rows = self.state.accounts[seat].iter().flat_map(|account| account.markets.iter());
        let unpaid = rows.map(|row| i128::from(row.unpaid_profit.max(0))).sum();
        let done = Done {
            deed,
            account,
            others,
            seconds: self.state.now - began,
            released,
            waits,
            unpaid,
            heard: &heard,
            lots,
        };
        judge(&done)?;
        self.not_too_much(seat, deed, &done)?;
        self.mark_if(released && above(&is) < 0, "a rescue ends before a pool has paid");
        if !released && self.is_latched(seat) && above(&is) >= 0 && !matches!(deed, Deed::Begin { .. }) {
            let end = self.deed(seat, &Deed::End)?;
            self.mark_if(end, "an end by whoever asks");
            if !end {
                return broken(RESCUE, format!("seat {seat} is at its target, and its rescue does not end"));
            }
        }
        self.mark_if(released && latched, "a rescue ends");
        self.mark_if(released && latched && matches!(deed, Deed::Resolve), "a bankruptcy ends");
        self.mark_if(account.was.value.get() < 0, "somebody worth less than nothing");
        Ok(true)
    }

    /// When a seat's auction began; now, if there is none.
    fn began(&self, seat: usize) -> i64 {
        let auctions = self.state.insurance.as_ref().map(|insurance| &insurance.auctions);
        auctions.and_then(|all| all[seat].as_ref()).map_or(self.state.now, |auction| auction.began_at)
    }

    /// Whether a seat is under liquidation.
    pub fn is_latched(&self, seat: usize) -> bool {
        self.state.accounts[seat].as_ref().is_some_and(|account| account.liquidation_since != 0)
    }

    /// How many lots a seat has fewer or more than before.
    fn lots_moved(&self, seat: usize) -> i128 {
        let lots = |state: &State| -> i128 {
            let legs = state.accounts[seat].iter().flat_map(|account| account.legs.iter());
            legs.map(|leg| i128::from(leg.quantity.abs())).sum()
        };
        self.before.as_ref().map_or(0, |before| (lots(before) - lots(&self.state)).abs())
    }

    /// A beginning is refused only above maintenance, or for the feeds' sake.
    fn refused_rightly(
        &mut self,
        seat: usize,
        deed: &Deed,
        was: Option<&Assessment>,
        latched: bool,
    ) -> Result<(), Broken> {
        let Some(was) = was.filter(|_| matches!(deed, Deed::Begin { .. }) && !latched) else { return Ok(()) };
        let permitted = ballast_interface::risk::Action::Liquidate.is_in(was.permitted);
        let account = self.state.accounts[seat].as_ref().expect("it is there");
        let frozen = account.legs.iter().any(|leg| leg.expiry != 0 && leg.expiry <= self.state.now);
        if was.health.get() < 0 && permitted && !frozen {
            return broken(RESCUE, format!("seat {seat} is below maintenance, and nobody may begin"));
        }
        Ok(())
    }

    /// One unit less would not have been enough.
    fn not_too_much(&mut self, seat: usize, deed: &Deed, done: &Done) -> Result<(), Broken> {
        let Deed::Liquidate { args, .. } = deed else { return Ok(()) };
        let rules = rescue_terms();
        let taken = done.heard.iter().find_map(|bytes| event::<Liquidated>(bytes)).expect("told");
        let small = done.account.was.maintenance.get() <= i128::from(rules.small) * UNIT;
        self.mark_if(small, "a small account is closed");
        if !done.released || small || taken.units < 2 {
            return Ok(());
        }
        self.mark_if(true, "a taking ends at the target");
        let terms = QuoteTerms {
            discount: taken.discount,
            insurance: rules.insurance,
            target: rules.target,
            small: rules.small,
        };
        let less =
            QuoteArgs { legs: args.legs.clone(), units: taken.units - 1, terms: Some(terms), all: false };
        let before = self.before.take().expect("what was");
        let answer = quoted(&mut self.world, self.cast, &before, seat, &less);
        self.before = Some(before);
        if answer.is_some_and(|(_, answer)| answer.restores != 0 && answer.units < taken.units) {
            return broken(RESCUE, tell(done, &format!("{} units were more than enough", taken.units)));
        }
        Ok(())
    }
}
