//! `ballast market add`.

use super::{
    rules::Given,
    steps::{perform, Step},
};
use crate::{failure::Result, session::Session, Output};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions as account, quote_unit, CreateMarketArgs},
    risk::{instructions as risk, CreateMarketRiskArgs, RECEIVERS},
    seeds,
};
use ballast_migrations::{
    defaults::{self, FeedOf},
    rules,
    units::Units,
};
use clap::{Args, ValueEnum};

/// Adds a market: its risk, and the market itself. The defaults are those of a market like it.
#[derive(Args)]
#[command(after_long_help = RULES)]
pub struct Add {
    /// Number of the market [default: the next one].
    #[arg(long, value_name = "NUMBER")]
    market: Option<u16>,
    /// Whose defaults to begin with.
    #[arg(long, value_enum, default_value_t = Like::Sol)]
    like: Like,
    /// The price account of Pyth's receiver program.
    #[arg(long, value_name = "ADDRESS")]
    feed: Pubkey,
    /// Name of the feed, in 64 hexadecimal digits.
    #[arg(long, value_name = "HEX", value_parser = feed_id)]
    feed_id: [u8; 32],
    /// Program that owns the price account.
    #[arg(long, value_name = "ADDRESS", default_value_t = RECEIVERS[0])]
    feed_owner: Pubkey,
    /// Only a price and a risk, such as for a token; nothing is traded.
    #[arg(long)]
    price_only: bool,
    #[command(flatten)]
    rules: Given,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Like {
    /// Bitcoin.
    Btc,
    /// Ether.
    Eth,
    /// Solana, and whatever is no less liquid.
    Sol,
}

impl Like {
    /// As the defaults call it.
    const fn defaults(self) -> defaults::Like {
        match self {
            Self::Btc => defaults::Like::Btc,
            Self::Eth => defaults::Like::Eth,
            Self::Sol => defaults::Like::Sol,
        }
    }
}

const RULES: &str = "\
Rules of the sections `risk` and `terms`, with their defaults (for bitcoin, ether, solana where they
differ); shares are decimals:

  risk.max_interval   0.02   widest interval of a good price, half of it as a share of the price
  risk.band           0.1    furthest that a good price is from its average
  risk.max_age        60     oldest good price, in seconds
  risk.wide_grace     120    how long liquidations wait for a wide feed, in seconds
  risk.far_pause      600    and for a price far from its average
  risk.lot            0.01, 0.01, 0.1        contracts in a lot; never changes
  risk.depth          150, 3500, 60000       contracts that the market takes without impact
  risk.floor          0.16, 0.18, 0.24       least scan range
  risk.cap            0.32, 0.36, 0.4        largest scan range; risk.stressed is the same
  risk.memory_seconds 345600, risk.step_seconds 300, risk.horizon_seconds 86400, risk.widths 4,
  risk.largest_move 0.1, risk.stressed_share 0.25, risk.up_per_hour 0.04, risk.down_per_hour 0.002,
  risk.largest_multiplier 2, risk.start_variance 0.36    the forecast
  risk.slow_per_hour  0.06   how far the slow price follows the index in an hour
  risk.haircut 0.02, risk.haircut_initial 0.03           of the token as collateral
  risk.token_decimals 8      of the token; never changes
  risk.moves_like     itself market whose rows move the token, or zero
  risk.least_volatility 0.05, risk.most_volatility 5, risk.volatility_move 0.25,
  risk.volatility_move_per_hour 0.5, risk.forward_gap 0.02, risk.forward_gap_per_year 0.3,
  risk.surface_seconds 3600, risk.attestation_seconds 86400    what committees may post
  terms.tick          0.01   step of prices of a contract; never changes
  terms.strike_step   1      step of strikes; never changes
  terms.open_interest_cap 100000, terms.price_band 0.1, terms.funding_band 0.02,
  terms.funding_cap 0.002, terms.funding_seconds 28800, terms.mark_seconds 3600,
  terms.fallback_seconds 86400, terms.expiry_second 28800, terms.venue 1, terms.days 3,
  terms.fridays 12, terms.months 12
  terms.switches      7      1 perp, 2 futures, 4 options, 8 only smaller positions; their sum";

fn feed_id(text: &str) -> std::result::Result<[u8; 32], String> {
    defaults::feed_id(text).ok_or_else(|| "expected 64 hexadecimal digits".to_owned())
}

/// Adds it.
pub async fn add(arguments: &Add, session: &Session) -> Result<Output> {
    session.must_ask()?;
    let given = arguments.rules.read(&["risk", "terms"])?;
    let (exchange, sender) = (session.exchange().await?, session.sender()?);
    let (group, me) = (exchange.address, sender.payer());
    let next = exchange.risks.keys().last().map_or(1, |last| last + 1);
    let number = arguments.market.unwrap_or(next);
    let feed = FeedOf { account: arguments.feed, id: arguments.feed_id, owner: arguments.feed_owner };
    let mut risk_rules = defaults::risk_rules(&feed, arguments.like.defaults(), number);
    let mut terms = defaults::market_terms();
    for rule in &given {
        rule.set(match &rule.section[..] {
            "risk" => rules::risk(&mut risk_rules),
            _ => terms.slots(),
        })?;
    }
    let args = CreateMarketRiskArgs { market: number, rules: risk_rules };
    let mut steps = vec![Step::new(
        "risk",
        Some(seeds::find_market_risk(&group, number).0),
        risk::create_market_risk(&group, &me, &me, &args),
    )];
    if !arguments.price_only {
        let units = Units::new(risk_rules.lot, quote_unit(exchange.group.quote_decimals));
        let terms = terms.resolve(&units)?;
        let args = CreateMarketArgs { market: number, terms };
        let create = account::create_market(&group, &me, &me, &args);
        steps.push(Step::new("market", Some(seeds::find_market(&group, number).0), create));
    }
    let facts =
        vec![("Market", "market", number.to_string()), ("Price account", "feed", arguments.feed.to_string())];
    perform(session, &sender, "Add a market", facts, steps).await
}
