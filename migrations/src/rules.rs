//! Rules by their names: each struct of rules as a list of named slots, which are set from a text and shown as one.

use crate::{
    decimal::{exact, Decimal},
    defaults::feed_id,
    units::Units,
    wrong::{Result, Wrong},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{GroupRules, MarketTerms},
    liquidation::RescueRules,
    risk::MarketRules,
};
use std::{fmt::Display, str::FromStr};

/// One rule that was set.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Section, such as `group`.
    pub section: String,
    /// Name in the section.
    pub name: String,
    /// Value, as it was written.
    pub text: String,
}

impl Rule {
    /// A refusal that names the rule.
    pub fn blame(&self, words: &str) -> Wrong {
        let (section, name) = (self.section.escape_debug(), self.name.escape_debug());
        Wrong::new(format!("{section}.{name}: {words}"))
    }

    /// Sets this rule among slots of the same section.
    pub fn set(&self, slots: Slots<'_>) -> Result<()> {
        let slot = slots.into_iter().find(|(name, _)| *name == self.name);
        slot.ok_or_else(|| self.blame("this rule is unknown"))?.1.set(self)
    }

    fn parsed<T: FromStr>(&self, expected: &str) -> Result<T> {
        let text = self.text.escape_debug();
        self.text.parse().map_err(|_| self.blame(&format!("expected {expected}, found {text}")))
    }

    fn decimal(&self) -> Result<Decimal> {
        self.parsed("a decimal number")
    }

    fn within<T>(&self, found: Result<T>) -> Result<T> {
        found.map_err(|wrong| self.blame(&wrong.to_string()))
    }
}

/// Rules by their names.
pub type Slots<'a> = Vec<(&'static str, Slot<'a>)>;

/// Where one rule is, and how people write it.
pub enum Slot<'a> {
    /// An address.
    Address(&'a mut Pubkey),
    /// A share in 2^-40, as a decimal.
    Share(&'a mut i64),
    /// An amount that may be zero, as a decimal of so many places.
    Amount(&'a mut u64, u8),
    /// A number of either sign, as a decimal of so many places.
    Signed(&'a mut i64, u8),
    /// A decimal as it is.
    Decimal(&'a mut Decimal),
    /// A name in hexadecimal digits.
    Name(&'a mut [u8; 32]),
    /// A whole number, or yes and no.
    Number(&'a mut dyn Whole),
}

/// A whole number of some width.
pub trait Whole {
    /// Takes a rule's value.
    fn take(&mut self, rule: &Rule) -> Result<()>;
    /// The value.
    fn show(&self) -> String;
}

impl<T: FromStr + Display> Whole for T {
    fn take(&mut self, rule: &Rule) -> Result<()> {
        *self = rule.parsed("a whole number")?;
        Ok(())
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Slot<'_> {
    /// Takes a rule's value.
    fn set(self, rule: &Rule) -> Result<()> {
        match self {
            Self::Address(address) => *address = rule.parsed("an address")?,
            Self::Share(share) => *share = rule.within(rule.decimal()?.share())?,
            Self::Amount(amount, places) => *amount = rule.within(rule.decimal()?.amount_or_zero(places))?,
            Self::Signed(number, places) => {
                let steps = rule.within(rule.decimal()?.steps(places))?;
                *number = i64::try_from(steps).map_err(|_| rule.blame("the number is too large"))?;
            }
            Self::Decimal(decimal) => *decimal = rule.decimal()?,
            Self::Name(name) => {
                *name = feed_id(&rule.text).ok_or_else(|| rule.blame("expected 64 hexadecimal digits"))?;
            }
            Self::Number(number) => number.take(rule)?,
        }
        Ok(())
    }

    /// The value as people write it.
    pub fn show(&self) -> String {
        match self {
            Self::Address(address) => address.to_string(),
            Self::Share(share) => shown_share(**share),
            Self::Amount(amount, places) => exact((**amount).into(), *places),
            Self::Signed(number, places) => exact((**number).into(), *places),
            Self::Decimal(decimal) => decimal.to_string(),
            Self::Name(name) => name.iter().map(|byte| format!("{byte:02x}")).collect(),
            Self::Number(number) => number.show(),
        }
    }
}

/// A share in 2^-40 as the shortest decimal that is read as the same.
pub fn shown_share(share: i64) -> String {
    // Thirteen places tell any two shares apart.
    let candidates = (0..=13u8).map(|places| {
        let scaled = i128::from(share) * 10i128.pow(places.into());
        Decimal::of((scaled + (1 << 39)).div_euclid(1 << 40), places)
    });
    let mut same = candidates.filter(|decimal| decimal.share() == Ok(share));
    same.next().map_or_else(|| share.to_string(), |decimal| decimal.to_string())
}

/// The slots of two equal lists that differ: name, and both values.
pub fn differences(old: &Slots<'_>, new: &Slots<'_>) -> Vec<(&'static str, String, String)> {
    let pairs = old.iter().zip(new).map(|((name, old), (_, new))| (*name, old.show(), new.show()));
    pairs.filter(|(_, old, new)| old != new).collect()
}

/// Decimal places of contracts.
const PLACES: u8 = 10;
/// Decimal places of strikes.
const STRIKE_PLACES: u8 = 8;

/// A group's rules; amounts are in tokens of so many decimal places.
pub fn group(rules: &mut GroupRules, places: u8) -> Slots<'_> {
    use Slot::{Address, Amount, Share};
    vec![
        ("fee_owner", Address(&mut rules.fee_owner)),
        ("fee_share", Share(&mut rules.fee_share)),
        ("rate_idle", Share(&mut rules.rate_idle)),
        ("rate_kink", Share(&mut rules.rate_kink)),
        ("rate_full", Share(&mut rules.rate_full)),
        ("kink", Share(&mut rules.kink)),
        ("borrow_cap", Amount(&mut rules.borrow_cap, places)),
        ("outflow_hour", Amount(&mut rules.outflow_hour, places)),
        ("outflow_day", Amount(&mut rules.outflow_day, places)),
    ]
}

/// Rules of rescues.
pub fn rescue(rules: &mut RescueRules, places: u8) -> Slots<'_> {
    use Slot::{Amount, Number, Share};
    vec![
        ("target", Share(&mut rules.target)),
        ("discount_start", Share(&mut rules.discount_start)),
        ("discount_full", Share(&mut rules.discount_full)),
        ("insurance", Share(&mut rules.insurance)),
        ("token_start", Share(&mut rules.token_start)),
        ("token_full", Share(&mut rules.token_full)),
        ("small", Amount(&mut rules.small, places)),
        ("small_reward", Amount(&mut rules.small_reward, places)),
        ("market_cap", Amount(&mut rules.market_cap, places)),
        ("market_seconds", Number(&mut rules.market_seconds)),
        ("auction_seconds", Number(&mut rules.auction_seconds)),
        ("grace_seconds", Number(&mut rules.grace_seconds)),
        ("cooldown_seconds", Number(&mut rules.cooldown_seconds)),
    ]
}

/// Rules of a market's prices, surfaces and forecasts.
pub fn risk(rules: &mut MarketRules) -> Slots<'_> {
    use Slot::{Amount, Number, Share, Signed};
    let (feed, predictor) = (&mut rules.feed, &mut rules.predictor);
    vec![
        ("max_interval", Share(&mut feed.max_interval)),
        ("band", Share(&mut feed.band)),
        ("max_age", Number(&mut feed.max_age)),
        ("wide_grace", Number(&mut feed.wide_grace)),
        ("far_pause", Number(&mut feed.far_pause)),
        ("memory_seconds", Number(&mut predictor.memory_seconds)),
        ("step_seconds", Number(&mut predictor.step_seconds)),
        ("horizon_seconds", Number(&mut predictor.horizon_seconds)),
        ("widths", Share(&mut predictor.widths)),
        ("largest_move", Share(&mut predictor.largest_move)),
        ("stressed", Share(&mut predictor.stressed)),
        ("stressed_share", Share(&mut predictor.stressed_share)),
        ("floor", Share(&mut predictor.floor)),
        ("cap", Share(&mut predictor.cap)),
        ("up_per_hour", Share(&mut predictor.up_per_hour)),
        ("down_per_hour", Share(&mut predictor.down_per_hour)),
        ("largest_multiplier", Share(&mut predictor.largest_multiplier)),
        ("start_variance", Share(&mut rules.start_variance)),
        ("slow_per_hour", Share(&mut rules.slow_per_hour)),
        ("lot", Amount(&mut rules.lot, PLACES)),
        ("depth", Signed(&mut rules.depth, PLACES)),
        ("haircut", Share(&mut rules.haircut)),
        ("haircut_initial", Share(&mut rules.haircut_initial)),
        ("least_volatility", Share(&mut rules.least_volatility)),
        ("most_volatility", Share(&mut rules.most_volatility)),
        ("volatility_move", Share(&mut rules.volatility_move)),
        ("volatility_move_per_hour", Share(&mut rules.volatility_move_per_hour)),
        ("forward_gap", Share(&mut rules.forward_gap)),
        ("forward_gap_per_year", Share(&mut rules.forward_gap_per_year)),
        ("surface_seconds", Number(&mut rules.surface_seconds)),
        ("attestation_seconds", Number(&mut rules.attestation_seconds)),
        ("moves_like", Number(&mut rules.moves_like)),
        ("token_decimals", Number(&mut rules.token_decimals)),
    ]
}

/// Terms of a market as people count them, until the lot is known.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// What needs no lot.
    pub terms: MarketTerms,
    /// Step of prices, in quote a contract.
    pub tick: Decimal,
    /// Most open interest, in contracts.
    pub open_interest_cap: Decimal,
}

impl Terms {
    /// Terms as they are in force.
    pub fn of(terms: &MarketTerms, units: &Units) -> Self {
        let cap = units.contracts(terms.open_interest_cap.try_into().unwrap_or(i64::MAX));
        Self {
            terms: *terms,
            tick: Decimal::of(units.per_contract(terms.tick.into()), PLACES),
            open_interest_cap: Decimal::of(cap, PLACES),
        }
    }

    /// The terms in lots and quote units.
    pub fn resolve(&self, units: &Units) -> Result<MarketTerms> {
        let cap = units.lots(&self.open_interest_cap)?;
        Ok(MarketTerms {
            tick: units.price(&self.tick)?,
            open_interest_cap: cap.max(0).unsigned_abs(),
            ..self.terms
        })
    }

    /// The terms by their names.
    pub fn slots(&mut self) -> Slots<'_> {
        use Slot::{Amount, Decimal, Number, Share};
        let Self { terms, tick, open_interest_cap } = self;
        vec![
            ("tick", Decimal(tick)),
            ("open_interest_cap", Decimal(open_interest_cap)),
            ("strike_step", Amount(&mut terms.strike_step, STRIKE_PLACES)),
            ("price_band", Share(&mut terms.price_band)),
            ("funding_band", Share(&mut terms.funding_band)),
            ("funding_cap", Share(&mut terms.funding_cap)),
            ("funding_seconds", Number(&mut terms.funding_seconds)),
            ("mark_seconds", Number(&mut terms.mark_seconds)),
            ("fallback_seconds", Number(&mut terms.fallback_seconds)),
            ("expiry_second", Number(&mut terms.expiry_second)),
            ("venue", Number(&mut terms.venue)),
            ("days", Number(&mut terms.days)),
            ("fridays", Number(&mut terms.fridays)),
            ("months", Number(&mut terms.months)),
            ("switches", Number(&mut terms.switches)),
        ]
    }
}
