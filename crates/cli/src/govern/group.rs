//! `ballast group`: a group from nothing, and what governs it.

use super::{
    model::Preset,
    rules::Given,
    steps::{perform, Step},
};
use crate::{
    act::cents,
    book::money,
    decimal::{exact, Decimal},
    failure::{Failure, Result},
    market::percent,
    session::Session,
    table::{list, title, Cell},
    text, Output,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{tokens, Exchange, Keypair, Signer};
use ballast_interface::{
    account::{instructions as account, CreateGroupArgs, CreateVenueArgs, Group, Market, VenueTerms},
    ids,
    liquidation::instructions as liquidation,
    risk::{instructions as risk, CreateModelArgs},
    seeds,
};
use ballast_migrations::{defaults, rules};
use clap::{Args, Subcommand};
use serde_json::json;

/// Sets groups up and shows them.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Init(Box<Init>),
    Show(Show),
}

/// Shows the group: money, interest, fees, what is in it.
#[derive(Args)]
struct Show {}

/// Sets a group up: group, vault, rules, model, committee, insurance fund, and a venue if one is named. What is there
/// already is left as it is, so that a call that failed can be made again. The keypair becomes the authority.
#[derive(Args)]
#[command(after_long_help = RULES)]
struct Init {
    /// Number of the group among its creator's.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    index: u16,
    /// Mint of the quote token.
    #[arg(long, value_name = "ADDRESS", required_unless_present = "create_mint")]
    quote_mint: Option<Pubkey>,
    /// Makes a mint of so many decimal places for it, for test networks; the keypair may make tokens.
    #[arg(long, value_name = "PLACES", conflicts_with = "quote_mint")]
    create_mint: Option<u8>,
    /// Makes so many tokens of that mint for the keypair's wallet.
    #[arg(long, value_name = "AMOUNT", requires = "create_mint")]
    mint: Option<Decimal>,
    /// Who may tighten the group and stop changes; not the authority.
    #[arg(long, value_name = "ADDRESS")]
    guardian: Pubkey,
    /// Risk model to begin with.
    #[arg(long, value_enum, default_value_t = Preset::Ballast)]
    preset: Preset,
    /// Market whose price is that of the quote token; zero takes the peg for granted.
    #[arg(long, value_name = "MARKET", default_value_t = 0)]
    peg_market: u16,
    /// An attestor of the committee, which posts surfaces. Give it as often as there are attestors.
    #[arg(long = "attestor", value_name = "ADDRESS", required = true)]
    attestors: Vec<Pubkey>,
    /// How many attestors must sign [default: more than half].
    #[arg(long, value_name = "NUMBER")]
    threshold: Option<u8>,
    /// Key of a venue's operator, for venue number one.
    #[arg(long, value_name = "ADDRESS")]
    venue_operator: Option<Pubkey>,
    /// The venue's highest fee, as a share of what is traded.
    #[arg(long, value_name = "SHARE", default_value = "0.01")]
    venue_fee_cap: Decimal,
    #[command(flatten)]
    rules: Given,
}

const RULES: &str = "\
Rules of the sections `group` and `rescue`, with their defaults; shares are decimals, amounts tokens:

  group.fee_owner          the authority   owner of the account for the group's fees
  group.fee_share          0.2             share of venues' fees that is the group's
  group.rate_idle          0               yearly interest when nothing is lent,
  group.rate_kink          0.05            at the kink,
  group.rate_full          0.5             and when all is lent
  group.kink               0.8             share lent at which interest rises faster
  group.borrow_cap         1000000         most debt of all that somebody may add to
  group.outflow_hour       1000000         most that may leave in an hour
  group.outflow_day        5000000         and in a day
  rescue.target            0.5             how far from maintenance to initial margin accounts are brought
  rescue.discount_start    0.01            paid to liquidators at first, of the risk taken over,
  rescue.discount_full     0.2             and in the end
  rescue.insurance         0.02            paid to the insurance, of the same
  rescue.token_start       0.005           discount of tokens at first,
  rescue.token_full        0.1             and in the end
  rescue.small             50              maintenance margin up to which accounts are closed whole
  rescue.small_reward      1               least that closing them pays
  rescue.market_cap        1000000         most that the fund pays for a market's losses
  rescue.market_seconds    86400           within so many seconds
  rescue.auction_seconds   600             how long discounts grow
  rescue.grace_seconds     300             how long each later hop waits
  rescue.cooldown_seconds  604800          how long stakes wait to leave";

/// Does it.
pub async fn run(arguments: &Arguments, session: &Session) -> Result<Output> {
    match &arguments.verb {
        Verb::Init(init) => self::init(init, session).await,
        Verb::Show(Show {}) => show(session).await,
    }
}

async fn init(arguments: &Init, session: &Session) -> Result<Output> {
    session.must_ask()?;
    let given = arguments.rules.read(&["group", "rescue"])?;
    let venue_fee = arguments.venue_fee_cap.share()?;
    let sender = session.sender()?;
    let me = sender.payer();
    let new_mint = Keypair::new();
    let group = seeds::find_group(&me, arguments.index).0;
    // A group that is there already has its mint.
    let there: Option<Group> = session.chain.find(&group).await?;
    let known = there.map(|group| group.quote_mint).or(arguments.quote_mint);
    let (mint, token_program, places) = match (known, arguments.create_mint) {
        (Some(mint), _) => {
            (mint, owner(session, &mint).await?, tokens::decimals(&session.chain, &mint).await?)
        }
        (None, places) => (new_mint.pubkey(), spl_token(), places.unwrap_or(6)),
    };
    if places > Group::MAX_QUOTE_DECIMALS {
        return Err(Failure::new(format!("{places}: expected at most nine decimal places of a quote token")));
    }
    let unit = 10u64.pow(places.into());
    let (mut group_rules, mut rescue_rules) = (defaults::group_rules(me, unit), defaults::rescue_rules(unit));
    for rule in &given {
        rule.set(match &rule.section[..] {
            "group" => rules::group(&mut group_rules, places),
            _ => rules::rescue(&mut rescue_rules, places),
        })?;
    }
    let mut steps = vec![];
    if known.is_none() {
        let mut instructions = tokens::create_mint(&session.chain, &me, &mint, &me, places).await?;
        if let Some(amount) = &arguments.mint {
            let purse = tokens::purse(&me, &mint, &token_program);
            instructions.push(tokens::open_purse(&me, &me, &purse));
            instructions.push(tokens::mint_to(&purse, &me, amount.amount(places)?)?);
        }
        let signers = vec![&new_mint];
        steps.push(Step { words: "mint", makes: None, instructions, signers });
    }
    let args = CreateGroupArgs {
        index: arguments.index,
        authority: me,
        guardian: arguments.guardian,
        risk_program: ids::RISK,
        liquidation_program: ids::LIQUIDATION,
    };
    let vault = seeds::find_vault(&group).0;
    let model = CreateModelArgs { preset: arguments.preset.chain(), peg_market: arguments.peg_market };
    let seats = &arguments.attestors;
    let threshold = arguments.threshold.unwrap_or(seats.len() as u8 / 2 + 1);
    steps.extend([
        Step::new("group", Some(group), account::create_group(&me, &me, &mint, &args)),
        Step::new("vault", Some(vault), account::open_vault(&group, &mint, &token_program, &me)),
        Step::new("rules", None, account::change_group(&group, &me, &group_rules)),
        Step::new("model", Some(seeds::find_model(&group).0), risk::create_model(&group, &me, &me, model)),
        Step::new(
            "committee",
            Some(seeds::find_committee(&group).0),
            risk::create_committee(&group, &me, &me, seats, threshold),
        ),
        Step::new(
            "insurance fund",
            Some(seeds::find_fund(&group).0),
            liquidation::create_fund(&group, &me, &me, &mint, &token_program, &rescue_rules),
        ),
    ]);
    if let Some(operator) = arguments.venue_operator {
        let terms = VenueTerms { operator, fee_owner: operator, fee_cap: venue_fee, suspended: false };
        let args = CreateVenueArgs { venue: 1, terms };
        let address = seeds::find_venue(&group, 1).0;
        steps.push(Step::new("venue", Some(address), account::create_venue(&group, &me, &me, &args)));
    }
    let facts = vec![
        ("Group", "group", group.to_string()),
        ("Authority", "authority", me.to_string()),
        ("Guardian", "guardian", arguments.guardian.to_string()),
        ("Quote mint", "quote_mint", mint.to_string()),
    ];
    perform(session, &sender, "Set a group up", facts, steps).await
}

/// The token program.
pub fn spl_token() -> Pubkey {
    tokens::PROGRAM
}

/// The program that owns a mint.
pub async fn owner(session: &Session, mint: &Pubkey) -> Result<Pubkey> {
    let missing = || Failure::refused(format!("There is no mint at {mint}."));
    Ok(session.chain.account(mint).await?.ok_or_else(missing)?.owner)
}

/// A sum over all markets.
fn sum(exchange: &Exchange, of: impl Fn(&Market) -> u64) -> i64 {
    exchange.markets.values().map(|market| of(market)).sum::<u64>() as i64
}

/// Venues' fees that wait in a market.
fn venues_waiting(market: &Market) -> u64 {
    market.waiting.venues.iter().map(|row| row.amount).sum()
}

async fn show(session: &Session) -> Result<Output> {
    let exchange = session.exchange().await?;
    let group = &exchange.group;
    let (lent, borrowed) = (group.lent() as i64, group.borrowed() as i64);
    let share = if lent > 0 { i128::from(borrowed) * (1 << 40) / i128::from(lent) } else { 0 };
    let rate = group.rules.rate(share as i64);
    let sums = [
        ("Cash counted", "cash", money(&exchange, group.cash)),
        ("Lent", "lent", money(&exchange, lent)),
        ("Borrowed", "borrowed", money(&exchange, borrowed)),
        ("Pools", "pools", money(&exchange, sum(&exchange, |market| market.pool))),
        (
            "Fees not collected",
            "fees",
            money(&exchange, group.fees as i64 + sum(&exchange, |market| market.waiting.fees)),
        ),
        (
            "Venues' fees not collected",
            "venue_fees",
            money(&exchange, group.venue_fees as i64 + sum(&exchange, venues_waiting)),
        ),
        (
            "Insurance's fees not collected",
            "insurance_fees",
            money(&exchange, group.insurance as i64 + sum(&exchange, |market| market.waiting.insurance)),
        ),
        ("Borrow cap", "borrow_cap", money(&exchange, group.rules.borrow_cap as i64)),
    ];
    let fund = exchange.fund.as_ref().map(|fund| exact(fund.assets.into(), group.quote_decimals));
    if session.json {
        let mut value = json!({
            "group": exchange.address.to_string(), "authority": group.authority.to_string(),
            "guardian": group.guardian.to_string(), "quote_mint": group.quote_mint.to_string(),
            "quote_decimals": group.quote_decimals, "model_revision": exchange.model.revision,
            "rate": rate as f64 / (1u64 << 40) as f64, "insurance_fund": fund,
            "markets": exchange.markets.keys().collect::<Vec<_>>(),
            "banks": exchange.banks.keys().collect::<Vec<_>>(),
            "venues": exchange.venues.keys().collect::<Vec<_>>(),
        });
        for (_, name, amount) in sums {
            value[name] = text::exact(amount).into();
        }
        return Ok(Output::json(&value));
    }
    let numbers = |numbers: Vec<&u16>| -> Cell {
        let all: Vec<_> = numbers.into_iter().map(u16::to_string).collect();
        if all.is_empty() { "none".to_owned() } else { all.join(", ") }.into()
    };
    let mut facts: Vec<(&str, Cell)> = vec![
        ("Authority", group.authority.to_string().into()),
        ("Guardian", group.guardian.to_string().into()),
        ("Quote mint", group.quote_mint.to_string().into()),
    ];
    facts.extend(sums.into_iter().map(|(label, _, amount)| (label, cents(amount))));
    facts.extend([
        ("Interest", format!("{} a year", percent(rate)).into()),
        ("Insurance fund", fund.unwrap_or_else(|| "none".to_owned()).into()),
        ("Markets", numbers(exchange.markets.keys().collect())),
        ("Banks", numbers(exchange.banks.keys().collect())),
        ("Venues", numbers(exchange.venues.keys().collect())),
    ]);
    Ok(Output::text(format!("{}{}", title(&format!("Group {}", exchange.address)), list(facts))))
}
