//! Rules by their names: defaults, then a file, then what is set on the command line.
//!
//! A file is JSON or TOML with a table for each section; on the command line it is `--set section.name=value`.

use crate::{
    decimal::Decimal,
    failure::{Failure, Result},
    settings::shown,
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{GroupRules, MarketTerms},
    liquidation::RescueRules,
    risk::MarketRules,
};
use clap::Args;
use serde_json::Value;
use std::{fs, path::PathBuf, str::FromStr};

/// Where rules are set.
#[derive(Args)]
pub struct Given {
    /// File of rules, JSON or TOML; what it leaves out has its default.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Sets a rule, such as group.rate_full=0.5; it comes before the file's.
    #[arg(long = "set", value_name = "SECTION.NAME=VALUE")]
    set: Vec<String>,
}

/// One rule that was set.
pub struct Rule {
    section: String,
    name: String,
    text: String,
}

impl Given {
    /// All that is set, the command line's last; sections that are not among these are refused.
    pub fn read(&self, sections: &[&str]) -> Result<Vec<Rule>> {
        let mut rules = vec![];
        if let Some(path) = &self.rules {
            rules.extend(of_file(path)?);
        }
        for set in &self.set {
            let wrong = || Failure::new(format!("{}: expected SECTION.NAME=VALUE", set.escape_debug()));
            let (name, text) = set.split_once('=').ok_or_else(wrong)?;
            let (section, name) = name.split_once('.').ok_or_else(wrong)?;
            let [section, name, text] = [section, name, text].map(|part| part.trim().to_owned());
            rules.push(Rule { section, name, text });
        }
        if let Some(rule) = rules.iter().find(|rule| !sections.contains(&&rule.section[..])) {
            return Err(rule.blame(&format!("expected a section of {}", sections.join(", "))));
        }
        Ok(rules)
    }
}

fn of_file(path: &PathBuf) -> Result<Vec<Rule>> {
    let name = shown(path);
    let text =
        fs::read_to_string(path).map_err(|error| Failure::new(format!("{name}: cannot be read: {error}")))?;
    let value: Value = if path.extension().is_some_and(|ending| ending == "json") {
        serde_json::from_str(&text).map_err(|error| Failure::new(format!("{name}: is not JSON: {error}")))?
    } else {
        let told = |error: toml::de::Error| Failure::new(format!("{name}: is not TOML: {}", error.message()));
        toml::from_str(&text).map_err(told)?
    };
    let tables = || Failure::new(format!("{name}: expected a table of rules for each section"));
    let mut rules = vec![];
    for (section, table) in value.as_object().ok_or_else(tables)? {
        for (name, value) in table.as_object().ok_or_else(tables)? {
            // Numbers as they are written: the shortest decimal of a double is what somebody typed.
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            rules.push(Rule { section: section.clone(), name: name.clone(), text });
        }
    }
    Ok(rules)
}

impl Rule {
    fn blame(&self, words: &str) -> Failure {
        let (section, name) = (self.section.escape_debug(), self.name.escape_debug());
        Failure::new(format!("{section}.{name}: {words}"))
    }

    /// This rule, if it is of the section.
    pub fn of(&self, section: &str) -> Option<&Self> {
        (self.section == section).then_some(self)
    }

    fn unknown(&self) -> Failure {
        self.blame("this rule is unknown")
    }

    fn parsed<T: FromStr>(&self, expected: &str) -> Result<T> {
        let text = self.text.escape_debug();
        self.text.parse().map_err(|_| self.blame(&format!("expected {expected}, found {text}")))
    }

    fn decimal(&self) -> Result<Decimal> {
        self.parsed("a decimal number")
    }

    fn within<T>(&self, found: Result<T>) -> Result<T> {
        found.map_err(|failure| self.blame(&failure.to_string()))
    }

    fn share(&self) -> Result<i64> {
        self.within(self.decimal()?.share())
    }

    fn amount(&self, places: u8) -> Result<u64> {
        self.within(self.decimal()?.amount_or_zero(places))
    }

    fn steps(&self, places: u8) -> Result<i64> {
        let steps = self.within(self.decimal()?.steps(places))?;
        i64::try_from(steps).map_err(|_| self.blame("the number is too large"))
    }

    fn number<T: FromStr>(&self) -> Result<T> {
        self.parsed("a whole number")
    }

    fn address(&self) -> Result<Pubkey> {
        self.parsed("an address")
    }
}

/// Decimal places of contracts.
const PLACES: u8 = 10;

/// Sets a group's rule; amounts are in tokens of so many decimal places.
pub fn group(rules: &mut GroupRules, rule: &Rule, places: u8) -> Result<()> {
    match &rule.name[..] {
        "fee_owner" => rules.fee_owner = rule.address()?,
        "fee_share" => rules.fee_share = rule.share()?,
        "rate_idle" => rules.rate_idle = rule.share()?,
        "rate_kink" => rules.rate_kink = rule.share()?,
        "rate_full" => rules.rate_full = rule.share()?,
        "kink" => rules.kink = rule.share()?,
        "borrow_cap" => rules.borrow_cap = rule.amount(places)?,
        "outflow_hour" => rules.outflow_hour = rule.amount(places)?,
        "outflow_day" => rules.outflow_day = rule.amount(places)?,
        _ => return Err(rule.unknown()),
    }
    Ok(())
}

/// Sets a rule of rescues.
pub fn rescue(rules: &mut RescueRules, rule: &Rule, places: u8) -> Result<()> {
    match &rule.name[..] {
        "target" => rules.target = rule.share()?,
        "discount_start" => rules.discount_start = rule.share()?,
        "discount_full" => rules.discount_full = rule.share()?,
        "insurance" => rules.insurance = rule.share()?,
        "token_start" => rules.token_start = rule.share()?,
        "token_full" => rules.token_full = rule.share()?,
        "small" => rules.small = rule.amount(places)?,
        "small_reward" => rules.small_reward = rule.amount(places)?,
        "market_cap" => rules.market_cap = rule.amount(places)?,
        "market_seconds" => rules.market_seconds = rule.number()?,
        "auction_seconds" => rules.auction_seconds = rule.number()?,
        "grace_seconds" => rules.grace_seconds = rule.number()?,
        "cooldown_seconds" => rules.cooldown_seconds = rule.number()?,
        _ => return Err(rule.unknown()),
    }
    Ok(())
}

/// Sets a rule of a market's prices, surfaces and forecasts.
pub fn risk(rules: &mut MarketRules, rule: &Rule) -> Result<()> {
    let (feed, predictor) = (&mut rules.feed, &mut rules.predictor);
    match &rule.name[..] {
        "max_interval" => feed.max_interval = rule.share()?,
        "band" => feed.band = rule.share()?,
        "max_age" => feed.max_age = rule.number()?,
        "wide_grace" => feed.wide_grace = rule.number()?,
        "far_pause" => feed.far_pause = rule.number()?,
        "memory_seconds" => predictor.memory_seconds = rule.number()?,
        "step_seconds" => predictor.step_seconds = rule.number()?,
        "horizon_seconds" => predictor.horizon_seconds = rule.number()?,
        "widths" => predictor.widths = rule.share()?,
        "largest_move" => predictor.largest_move = rule.share()?,
        "stressed" => predictor.stressed = rule.share()?,
        "stressed_share" => predictor.stressed_share = rule.share()?,
        "floor" => predictor.floor = rule.share()?,
        "cap" => predictor.cap = rule.share()?,
        "up_per_hour" => predictor.up_per_hour = rule.share()?,
        "down_per_hour" => predictor.down_per_hour = rule.share()?,
        "largest_multiplier" => predictor.largest_multiplier = rule.share()?,
        "start_variance" => rules.start_variance = rule.share()?,
        "slow_per_hour" => rules.slow_per_hour = rule.share()?,
        "lot" => rules.lot = rule.amount(PLACES)?,
        "depth" => rules.depth = rule.steps(PLACES)?,
        "haircut" => rules.haircut = rule.share()?,
        "haircut_initial" => rules.haircut_initial = rule.share()?,
        "least_volatility" => rules.least_volatility = rule.share()?,
        "most_volatility" => rules.most_volatility = rule.share()?,
        "volatility_move" => rules.volatility_move = rule.share()?,
        "volatility_move_per_hour" => rules.volatility_move_per_hour = rule.share()?,
        "forward_gap" => rules.forward_gap = rule.share()?,
        "forward_gap_per_year" => rules.forward_gap_per_year = rule.share()?,
        "surface_seconds" => rules.surface_seconds = rule.number()?,
        "attestation_seconds" => rules.attestation_seconds = rule.number()?,
        "moves_like" => rules.moves_like = rule.number()?,
        "token_decimals" => rules.token_decimals = rule.number()?,
        _ => return Err(rule.unknown()),
    }
    Ok(())
}

/// Terms of a market as people count them, until the lot is known.
pub struct Terms {
    /// What needs no lot.
    pub terms: MarketTerms,
    /// Step of prices, in quote a contract.
    pub tick: Decimal,
    /// Most open interest, in contracts.
    pub open_interest_cap: Decimal,
}

/// Sets a term of a market.
pub fn terms(terms: &mut Terms, rule: &Rule) -> Result<()> {
    let Terms { terms, tick, open_interest_cap } = terms;
    match &rule.name[..] {
        "tick" => *tick = rule.decimal()?,
        "open_interest_cap" => *open_interest_cap = rule.decimal()?,
        "strike_step" => terms.strike_step = rule.amount(8)?,
        "price_band" => terms.price_band = rule.share()?,
        "funding_band" => terms.funding_band = rule.share()?,
        "funding_cap" => terms.funding_cap = rule.share()?,
        "funding_seconds" => terms.funding_seconds = rule.number()?,
        "mark_seconds" => terms.mark_seconds = rule.number()?,
        "fallback_seconds" => terms.fallback_seconds = rule.number()?,
        "expiry_second" => terms.expiry_second = rule.number()?,
        "venue" => terms.venue = rule.number()?,
        "days" => terms.days = rule.number()?,
        "fridays" => terms.fridays = rule.number()?,
        "months" => terms.months = rule.number()?,
        "switches" => terms.switches = rule.number()?,
        _ => return Err(rule.unknown()),
    }
    Ok(())
}

/// A constant share, written as a decimal.
pub const fn lit(decimal: &str) -> i64 {
    ballast_margin::units::Fraction::lit(decimal).0
}
