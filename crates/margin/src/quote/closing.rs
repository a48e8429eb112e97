//! A book after a part of some legs was closed, on the aggregated numbers.

use super::desk::QuoteDesk;
use super::terms::{Margins, Part, Terms};
use crate::assess::{loss, weigh};
use crate::book::{Book, Leg, Snapshot, MAX_LEGS};
use crate::charges::{all as charges, held};
use crate::desk::Working;
use crate::error::{MarginError, Result};
use crate::grains::Grains;
use crate::model::{AddOns, Model, MAX_ROWS};
use crate::scan::Guard;
use crate::sheet::{Pick, Sheet};
use crate::units::{Contracts, Fraction, Price, Quote, STEPS};

/// Most steps by which roundings of profits, one for each leg, and of the premium may feign a gain.
const ROUNDINGS: i128 = MAX_LEGS as i128 + 2;

/// The book with one part closed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub closed: Part,
    pub margins: Margins,
    /// What the liquidator pays for options at the mark.
    pub premium: Quote,
    /// What the liquidator is paid.
    pub transfer: Quote,
    /// What the insurance fund is paid.
    pub fee: Quote,
    /// What health has gained for sure, whatever an assessment from scratch says.
    pub gained: i128,
    /// The lesser of that and of what value has above the target for sure: not below zero when the target is
    /// restored.
    pub gap: i128,
}

/// Two sheets, of what stays and of what may be closed, and how much of the latter stands in the former.
pub(crate) struct Closing<'a> {
    desk: &'a mut QuoteDesk,
    working: &'a mut Working,
    model: &'a Model<'a>,
    snapshot: &'a Snapshot<'a>,
    cash: Quote,
    terms: Terms,
    kept: Part,
    /// Bits of the markets in which the book holds something, and in which it does without what may be closed.
    markets: (u8, u8),
    /// Bits of the markets that have changed since the book was last weighed.
    changed: u8,
    /// Scan loss of what may be closed.
    pub risk: Quote,
    /// Most that the costs may be.
    cap: u128,
    /// Health with nothing closed.
    start: i128,
    /// What rounding to quantities may take away.
    spare: i128,
    /// How far two assessments of one book may lie apart by errors of prices.
    noise: i128,
    /// The same for the book without what may be closed.
    rest_noise: i128,
    /// How often a book was weighed.
    pub weighed: u32,
}

impl<'a> Closing<'a> {
    /// Prices the positions of `rest` and, apart, those of `chosen`: both together are the book's.
    pub fn new(
        (desk, working): (&'a mut QuoteDesk, &'a mut Working),
        model: &'a Model<'a>,
        snapshot: &'a Snapshot<'a>,
        book: &Book,
        (rest, chosen): (&Pick, &Pick),
        terms: &Terms,
    ) -> Result<Self> {
        if model.rows.len() > MAX_ROWS {
            return Err(MarginError::TooMany);
        }
        terms.check()?;
        let QuoteDesk { scratch, sheet, held: keeps, set } = desk;
        scratch.begin(model, snapshot, book)?;
        scratch.price(set, model, snapshot, book, chosen, false)?;
        // Its risk is that of a book of its own, in which other markets have no say.
        set.markets = markets(book, chosen, false);
        let scale = set.scale;
        let (own, _) = loss(model, snapshot, set, scratch, working, u8::MAX)?;
        scratch.price(sheet, model, snapshot, book, rest, true)?;
        let rest_noise = noise(model, snapshot, sheet);
        sheet.open();
        *keeps = held(model, snapshot, book, sheet.scale, &scratch.worths)?;
        // Charges on other markets stay as they are.
        keeps.charges = charges(model, snapshot, sheet, &scratch.multipliers, keeps, !set.markets);
        Ok(Self {
            desk,
            working,
            model,
            snapshot,
            cash: book.cash,
            terms: *terms,
            kept: Part::NONE,
            markets: (markets(book, &Pick::Legs(u64::MAX), true), markets(book, rest, true)),
            changed: u8::MAX,
            risk: scale.to_quote_up(own),
            cap: 0,
            start: i128::MIN,
            spare: spare(snapshot, book, chosen),
            noise: 0,
            rest_noise,
            weighed: 0,
        })
    }

    /// The book with nothing closed; what follows is measured against it.
    pub fn start(&mut self) -> Result<Point> {
        let point = self.at(Part::NONE)?;
        // One step less where there are options, whose premium is rounded down.
        let set = &self.desk.set;
        let spare = i128::from(set.dates.iter().take(set.date_count).any(|date| date.options > 0));
        self.cap = point.margins.value.0.saturating_sub(spare).max(0).unsigned_abs();
        self.start = point.margins.health().0;
        self.noise = noise(self.model, self.snapshot, &self.desk.sheet);
        Ok(Point { gained: 0, ..point })
    }

    /// The book with a part closed.
    #[inline(never)]
    pub fn at(&mut self, closed: Part) -> Result<Point> {
        let kept = closed.rest();
        let QuoteDesk { scratch, sheet, held, set } = &mut *self.desk;
        sheet.shift(set, self.kept, kept);
        self.kept = kept;
        sheet.markets = if kept == Part::NONE { self.markets.1 } else { self.markets.0 };
        self.weighed = self.weighed.saturating_add(1);
        let premium = set.scale.to_quote_down(set.premium_beyond(kept));
        let realised = set.unrealised.0.saturating_sub(set.unrealised_share(kept).0);
        let (transfer, cost) = self.terms.cost(self.risk.0.max(0).unsigned_abs(), closed)?;
        let cost = money(cost.min(self.cap))?;
        let transfer = Quote(money(transfer.min(self.cap))?);
        let paid = [premium.0, realised, cost.saturating_neg()];
        let cash = paid.into_iter().try_fold(self.cash.0, i128::checked_add).ok_or(MarginError::TooLarge)?;
        let Self { model, snapshot, .. } = *self;
        let outcome = weigh(
            model,
            snapshot,
            Quote(cash),
            sheet,
            scratch,
            held,
            self.working,
            (self.changed, set.markets),
        )?;
        self.changed = set.markets;
        let margins =
            Margins { value: outcome.value, maintenance: outcome.maintenance, initial: outcome.initial };
        // Nothing and everything are no matter of rounding to quantities.
        let unsure = match closed {
            Part::NONE => 0,
            Part::ONE => self.rest_noise,
            _ => self.spare.saturating_add(self.noise),
        };
        let health = margins.health().0.saturating_sub(unsure);
        // Two sheets round more than one does.
        let start = self.start.saturating_add(self.noise).saturating_add(self.spare);
        let gained = health.saturating_sub(start).saturating_sub(ROUNDINGS);
        let gap = margins.above(self.terms.target)?.0.saturating_sub(unsure).min(gained);
        let fee = Quote(cost.saturating_sub(transfer.0));
        Ok(Point { closed, margins, premium, transfer, fee, gained, gap })
    }
}

/// Money that was counted without a sign.
fn money(amount: u128) -> Result<i128> {
    i128::try_from(amount).map_err(|_| MarginError::TooLarge)
}

/// Bits of the markets of some positions, and of the collateral that moves with one.
fn markets(book: &Book, pick: &Pick, collateral: bool) -> u8 {
    let held = book.collateral.iter().filter(|held| collateral && held.amount.0 != 0);
    let places = held.filter_map(|held| held.market).chain(picked(book, pick).map(|(leg, _)| leg.market));
    places.fold(0, |bits, place| bits | 1u8.checked_shl(place as u32).unwrap_or(0))
}

/// The legs of which something is picked, and how much.
fn picked<'a>(book: &Book<'a>, pick: &'a Pick) -> impl Iterator<Item = (&'a Leg, Contracts)> {
    let legs = book.legs.iter().enumerate();
    legs.filter_map(|(place, leg)| pick.of(place, leg).map(|position| (leg, position.quantity)))
        .filter(|(_, quantity)| quantity.0 != 0)
}

/// How far two assessments of one book may lie apart: values by the guards, of which four times those at twice the
/// forwards are taken, and what charges take of deltas by their slack.
fn noise(model: &Model, snapshot: &Snapshot, sheet: &Sheet) -> i128 {
    let dates = sheet.dates.iter().take(sheet.date_count).filter(|date| date.options > 0);
    let AddOns { liquidity, interval, roll_per_year, roll_minimum, .. } = model.add_ons;
    let (mut guard, mut charged, mut any) = (Guard::default(), Grains::ZERO, false);
    for date in dates {
        guard = guard.plus(Guard::of(date));
        let market =
            snapshot.markets.get(date.market as usize).map_or(Fraction::ZERO, |market| market.interval);
        // Liquidity is a rate that grows with delta, times delta: its slope is up to twice the cap.
        let rate = liquidity.cap.plus(liquidity.cap).plus(interval.times_up(market));
        let rate = rate.plus(roll_per_year.max(roll_minimum));
        charged = charged.plus(date.delta_slack.times_up(rate));
        any = true;
    }
    if !any {
        return 0;
    }
    let guards = guard.at(Fraction::ONE.0 << 1).saturating_mul(4);
    sheet.scale.to_quote_up(charged.plus(charged).plus(Grains(guards))).0
}

/// One step of each leg at eight times its highest price: quantities are rounded to steps, for which options are
/// not paid, and whose margin may move by several times their notional. Where a part stands for so many of the units that
/// are taken, it may be as much as its own last place away from them.
fn spare(snapshot: &Snapshot, book: &Book, chosen: &Pick) -> i128 {
    let in_units = matches!(chosen, Pick::Taken(..));
    let sum = picked(book, chosen).fold(0i128, |sum, (leg, quantity)| {
        let market = snapshot.markets.get(leg.market as usize);
        let forward =
            market.and_then(|market| market.expiries.get(leg.expiry as usize)).map(|date| date.forward);
        let prices = [market.map(|market| market.index), market.map(|market| market.perp), forward];
        let highest = prices.into_iter().flatten().fold(leg.strike, Price::max);
        let steps = if in_units { quantity.0.unsigned_abs().wrapping_shr(Part::BITS) } else { 0 };
        // 64 bits by 45.
        let value = (highest.0 as i128).saturating_mul(8).saturating_mul(steps.saturating_add(1) as i128);
        sum.saturating_add(value).saturating_add(STEPS as i128)
    });
    sum.div_euclid(STEPS as i128).saturating_add(1)
}
