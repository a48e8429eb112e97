//! Asking how much of some positions a liquidation closes, and the answer as bytes.

use super::{Reading, RiskError};
use crate::{
    account::{quote_unit, Group, MarginAccount},
    Wide,
};
use anchor_lang::prelude::*;
use ballast_margin::{
    book::{Leg, Snapshot},
    quote::{mark, quote_taken, trial, Liquidation, Margins, QuoteDesk, Taken, Terms, Trial, MAX_TAKEN},
    units::{Contracts, Fraction, Quote, STEPS},
};

/// Most positions of which something can be taken at once.
pub const MAX_QUOTE_LEGS: usize = MAX_TAKEN;

/// Lots of one position in a unit of what is asked for.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteLeg {
    /// Place of the position in the account.
    pub leg: u8,
    /// Lots, without a sign.
    pub lots: u64,
}

/// Terms of a liquidation; shares are in 2^-40.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuoteTerms {
    /// What the liquidator is paid, as a share of the scan loss taken over.
    pub discount: i64,
    /// What the insurance is paid, as a share of the same.
    pub insurance: i64,
    /// How far from maintenance towards initial margin the account is brought.
    pub target: i64,
    /// Maintenance margin up to which an account is closed whole, in quote units.
    pub small: u64,
}

/// Arguments of `quote`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct QuoteArgs {
    /// Positions by rising place, and how many lots of each make a unit; none stands for all that there are.
    pub legs: Vec<QuoteLeg>,
    /// Units asked for; of more than there are, those that there are.
    pub units: u32,
    /// Terms; without any, the account is only weighed with these positions and without them.
    pub terms: Option<QuoteTerms>,
}

/// What an account is worth and needs, in 10^-10 quote.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct QuoteMargins {
    /// Value, rounded down.
    pub value: Wide,
    /// Maintenance margin, rounded up.
    pub maintenance: Wide,
    /// Initial margin, rounded up.
    pub initial: Wide,
}

/// The answer of `quote`; money is in 10^-10 quote.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct LiquidationQuote {
    /// Version of these bytes, `LiquidationQuote::VERSION`.
    pub version: u8,
    /// What the account's feeds permit, one bit for each action.
    pub permitted: u8,
    /// One if the account is then at its target, or, without terms, if health rises.
    pub restores: u8,
    /// How many prices there are.
    pub count: u8,
    /// Units that may be taken: no more than were asked for.
    pub units: u32,
    /// The account's count of changes that the answer is for.
    pub sequence: u64,
    /// When it was given, in unix time.
    pub quoted_at: i64,
    /// Value and margins before.
    pub before: QuoteMargins,
    /// Value and margins after, costs paid.
    pub after: QuoteMargins,
    /// What the liquidator pays for options; below zero what it gets.
    pub premium: Wide,
    /// What the account pays to the liquidator.
    pub transfer: Wide,
    /// What the account pays to the insurance.
    pub fee: Wide,
    /// Scan loss of all that was asked for.
    pub risk: Wide,
    /// By position, the mark in quote units a lot, rounded in the account's favour.
    pub prices: [u64; MAX_QUOTE_LEGS],
}

const _: () = assert!(size_of::<LiquidationQuote>() == 248);

impl QuoteMargins {
    fn new(margins: &Margins) -> Self {
        let Margins { value, maintenance, initial } = *margins;
        Self {
            value: Wide::new(value.0),
            maintenance: Wide::new(maintenance.0),
            initial: Wide::new(initial.0),
        }
    }

    /// The engine's margins.
    pub const fn margins(&self) -> Margins {
        let Self { value, maintenance, initial } = *self;
        Margins {
            value: Quote(value.get()),
            maintenance: Quote(maintenance.get()),
            initial: Quote(initial.get()),
        }
    }
}

impl LiquidationQuote {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// The answer that a program returned; nothing if the bytes are no such answer.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut answer: Self = bytemuck::Zeroable::zeroed();
        // Return data loses zeros at its end.
        bytemuck::bytes_of_mut(&mut answer).get_mut(..bytes.len())?.copy_from_slice(bytes);
        (answer.version == Self::VERSION).then_some(answer)
    }

    /// Takes over what the engine quotes.
    #[inline(never)]
    fn take(&mut self, (units, found): &(u32, Liquidation)) {
        (self.units, self.restores) = (*units, found.restores.into());
        self.before = QuoteMargins::new(&found.before);
        self.after = QuoteMargins::new(&found.after);
        self.premium = Wide::new(found.premium.0);
        self.transfer = Wide::new(found.transfer.0);
        self.fee = Wide::new(found.fee.0);
        self.risk = Wide::new(found.risk.0);
    }

    /// Takes over what the engine weighed.
    fn weighed(&mut self, units: u32, found: &Trial) {
        (self.units, self.restores) = (units, found.helps.into());
        self.before = QuoteMargins::new(&found.before);
        self.after = QuoteMargins::new(&found.after);
    }
}

impl Reading<'_> {
    /// Answers a question about the account as it was read, in an answer of the caller's that is all zeros.
    #[inline(never)]
    pub fn quote(
        &self,
        group: &Group,
        account: &MarginAccount,
        args: &QuoteArgs,
        desk: &mut QuoteDesk,
        answer: &mut LiquidationQuote,
    ) -> Result<()> {
        require!(args.legs.len() <= MAX_QUOTE_LEGS, RiskError::QuoteInvalid);
        let mut taken = [Taken::default(); MAX_QUOTE_LEGS];
        let taken = taken.get_mut(..args.legs.len()).unwrap_or(&mut []);
        let unit = quote_unit(group.quote_decimals);
        let units = available(account, args)?;
        for (slot, asked) in taken.iter_mut().zip(&args.legs) {
            *slot = self.taken(account, asked, units, unit)?;
        }
        answer.version = LiquidationQuote::VERSION;
        (answer.sequence, answer.quoted_at) = (account.sequence, self.moment());
        answer.permitted = self.permitted();
        answer.count = taken.len() as u8;
        let markets = self.markets();
        let snapshot = self.snapshot(&markets);
        self.price(taken, &snapshot, unit, answer)?;
        match &args.terms {
            Some(terms) => self.sized((taken, units), &terms.engine(unit), &snapshot, desk, answer),
            None => self.tried((taken, units), &snapshot, desk, answer),
        }
    }

    /// What is asked for of one position.
    fn taken(&self, account: &MarginAccount, asked: &QuoteLeg, units: u32, unit: u64) -> Result<Taken> {
        let leg = account.legs.get(asked.leg as usize).filter(|leg| leg.market != 0);
        let leg = leg.ok_or(RiskError::QuoteInvalid)?;
        require!(leg.expiry == 0 || self.moment() < leg.expiry, RiskError::LegExpired);
        // No more than the position, since no more units than there are.
        let lots = asked.lots.checked_mul(units.into()).ok_or(RiskError::QuoteInvalid)?;
        let priced = self.book().legs.get(asked.leg as usize).ok_or(RiskError::QuoteInvalid)?;
        let lot = self.lot(priced.market)?;
        // The position was read.
        let size = lots.checked_mul(lot).and_then(|size| i64::try_from(size).ok());
        let size = size.ok_or(RiskError::NumberTooLarge)?;
        let quantity = if leg.quantity < 0 { size.saturating_neg() } else { size };
        let cost = if leg.is_linear() { leg.cost_up(lots) } else { 0 };
        let basis = Quote(i128::from(cost).saturating_mul(unit.into()));
        Ok(Taken { leg: asked.leg, quantity: Contracts(quantity), basis })
    }

    /// Writes what a lot of each position changes hands at.
    #[inline(never)]
    fn price(
        &self,
        taken: &[Taken],
        snapshot: &Snapshot,
        unit: u64,
        answer: &mut LiquidationQuote,
    ) -> Result<()> {
        for (slot, taken) in answer.prices.iter_mut().zip(taken) {
            let leg = self.book().legs.get(taken.leg as usize).ok_or(RiskError::QuoteInvalid)?;
            let mark = mark(snapshot, leg).map_err(RiskError::from)?;
            *slot = a_lot(mark.0, self.lot(leg.market)?, unit, leg)?;
        }
        Ok(())
    }

    #[inline(never)]
    fn sized(
        &self,
        taken: (&[Taken], u32),
        terms: &Terms,
        snapshot: &Snapshot,
        desk: &mut QuoteDesk,
        answer: &mut LiquidationQuote,
    ) -> Result<()> {
        let found = quote_taken(desk, &self.rules(), snapshot, &self.book(), taken, terms);
        answer.take(&found.map_err(RiskError::from)?);
        Ok(())
    }

    #[inline(never)]
    fn tried(
        &self,
        (taken, units): (&[Taken], u32),
        snapshot: &Snapshot,
        desk: &mut QuoteDesk,
        answer: &mut LiquidationQuote,
    ) -> Result<()> {
        let some = (!taken.is_empty()).then_some(taken);
        let found = trial(desk, &self.rules(), snapshot, &self.book(), some);
        answer.weighed(units, &found.map_err(RiskError::from)?);
        Ok(())
    }
}

impl QuoteTerms {
    /// The engine's terms.
    fn engine(&self, unit: u64) -> Terms {
        Terms {
            discount: Fraction(self.discount),
            insurance: Fraction(self.insurance),
            target: Fraction(self.target),
            small: Quote(i128::from(self.small).saturating_mul(unit.into())),
        }
    }
}

/// How many of the units asked for there are in the account's positions: somebody else may have taken some meanwhile.
fn available(account: &MarginAccount, args: &QuoteArgs) -> Result<u32> {
    let mut units = args.units;
    for asked in &args.legs {
        let held = account.legs.get(asked.leg as usize).map_or(0, |leg| leg.quantity.unsigned_abs());
        let most = held.checked_div(asked.lots).ok_or(RiskError::QuoteInvalid)?;
        units = units.min(u32::try_from(most).unwrap_or(u32::MAX));
    }
    require!(units > 0 || args.legs.is_empty(), RiskError::QuoteInvalid);
    Ok(units)
}

/// A price in 10^-10 quote as quote units a lot: up where the account sells, down where it buys.
fn a_lot(mark: u64, lot: u64, unit: u64, leg: &Leg) -> Result<u64> {
    let exact = u128::from(mark).saturating_mul(lot.into());
    let divisor = u128::from(unit).saturating_mul(STEPS.into()).max(1);
    let price =
        if leg.quantity.0 > 0 { exact.div_ceil(divisor) } else { exact.checked_div(divisor).unwrap_or(0) };
    let price = u64::try_from(price).ok().filter(|price| *price <= i64::MAX.unsigned_abs());
    Ok(price.ok_or(RiskError::NumberTooLarge)?)
}
