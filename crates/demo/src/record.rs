//! What a day leaves behind: all that its report shows, and nothing that depends on the machine.
//!
//! Money is in quote units, millionths of a dollar; times are unix seconds; shares are plain ratios.

use serde::{Serialize, Serializer};

/// A whole day.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// What was asked for.
    pub options: Options,
    /// The markets, by their place in every list.
    pub markets: Vec<Market>,
    /// Rows of the risk model, by name: such as "-1 range, volatility up".
    pub rows: Vec<String>,
    /// Everybody with an account, keepers last.
    pub people: Vec<Person>,
    /// Every moment at which prices were published, in order.
    pub steps: Vec<Step>,
    /// What happened, for marks in the plots: "expiry", "funding", "attestation", "jump", "wick".
    pub marks: Vec<Mark>,
    /// Every step of every rescue, in order.
    pub rescues: Vec<Rescue>,
    /// Compute units of transactions by their main instruction, sorted by name.
    pub units: Vec<Units>,
    /// What was checked after every step, with its residuals.
    pub checks: Vec<Check>,
    /// The day's end.
    pub close: Close,
    /// The same day under other regimes, if asked for: isolated, pro rata, Ballast.
    pub regimes: Vec<Regime>,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Options {
    /// What decides everything; in JSON its digits are a string, since most readers take numbers as doubles.
    #[serde(serialize_with = "digits")]
    pub seed: u64,
    /// How many traders.
    pub traders: usize,
    /// How far bitcoin falls, as a share.
    pub crash: f64,
    /// Whether the other regimes are played too.
    pub compare: bool,
}

fn digits<S: Serializer>(number: &u64, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(number)
}

/// A market.
#[derive(Clone, Debug, Serialize)]
pub struct Market {
    /// Its number.
    pub number: u16,
    /// Its name: "BTC".
    pub name: String,
}

/// Somebody with an account.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// "covered call 3", "keeper 1".
    pub name: String,
    /// Kind of trader: "covered call", or "keeper".
    pub kind: &'static str,
    /// Address of the margin account.
    pub account: String,
    /// What was brought: cash and tokens at the first prices.
    pub brought: i64,
    /// What was taken home, tokens at the last prices.
    pub took: i64,
    /// Rescues that the account went through.
    pub rescues: u32,
}

/// A moment.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// When.
    pub time: i64,
    /// Part of the day.
    pub phase: &'static str,
    /// By market.
    pub markets: Vec<MarketStep>,
    /// Initial margin of all traders (not keepers), each book as a whole.
    pub portfolio: i64,
    /// The same with every position margined alone, if it was computed at this step.
    pub isolated: Option<i64>,
    /// Maintenance margin of all traders.
    pub maintenance: i64,
    /// Equity of all traders.
    pub equity: i64,
    /// Accounts whose equity is less than initial margin, and not less than maintenance margin.
    pub thin: u32,
    /// Accounts below maintenance margin.
    pub short: u32,
    /// Accounts under liquidation.
    pub latched: u32,
    /// What the insurance fund has.
    pub insurance: i64,
    /// What accounts below water lack at the mark: negative equity. What others have borne already is in it no more.
    pub bad_debt: i64,
    /// Loss-absorbing funds over the worst shortfall of all rows; none if no row has any.
    pub solvency: Option<f64>,
    /// The worst shortfall.
    pub shortfall: i64,
    /// By check: by how much it is off.
    pub residuals: Vec<i64>,
}

/// A market at a moment.
#[derive(Clone, Debug, Serialize)]
pub struct MarketStep {
    /// Index price of a coin.
    pub price: i64,
    /// Slow price.
    pub slow: i64,
    /// Scan range, as a share of the price: the model's rows are multiples of it.
    pub range: f64,
    /// The same by the forecast alone, before what the committee attests multiplies it.
    pub forecast_range: f64,
    /// Yearly volatility by the forecast.
    pub forecast: f64,
    /// Yearly volatility of options at the money.
    pub volatility: f64,
    /// "good", "wide", "far", "stale", "unusable".
    pub state: &'static str,
}

/// Something to be marked in plots.
#[derive(Clone, Debug, Serialize)]
pub struct Mark {
    /// When.
    pub time: i64,
    /// What kind.
    pub kind: &'static str,
    /// A sentence.
    pub what: String,
}

/// A step of a rescue.
#[derive(Clone, Debug, Serialize)]
pub struct Rescue {
    /// When.
    pub time: i64,
    /// Place of the account in `people`.
    pub person: usize,
    /// Place of the keeper in `people`.
    pub keeper: usize,
    /// "begin", "take", "sell", "close", "insurance", "cut", "share", "end".
    pub hop: &'static str,
    /// A sentence.
    pub what: String,
    /// Seconds since the auction began.
    pub seconds: i64,
    /// Discount at that moment, as a share of the risk taken over.
    pub discount: f64,
    /// Lots closed, by instrument: "BTC 6 Nov 90000 put"; tokens sold, in 10^-8 coins: "BTC coins".
    pub closed: Vec<(String, i64)>,
    /// What they were worth without their sign.
    pub notional: i64,
    /// What the keeper was paid.
    pub pay: i64,
    /// What the insurance was paid; below zero what it paid.
    pub insurance: i64,
    /// What insurance, winners or lenders bore of the account's debt.
    pub borne: i64,
    /// The account before.
    pub before: Standing,
    /// And after.
    pub after: Standing,
}

/// How an account stands.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    /// Equity as maintenance margin counts it.
    pub equity: i64,
    /// Initial margin.
    pub initial: i64,
    /// Maintenance margin.
    pub maintenance: i64,
    /// Profit or loss by row of the model, all markets in sum.
    pub ladder: Vec<i64>,
}

/// Compute units of transactions with the same main instruction: what else they hold counts, too.
#[derive(Clone, Debug, Serialize)]
pub struct Units {
    /// The main instruction: "account.settle_fills".
    pub instruction: String,
    /// How often it was executed.
    pub times: u32,
    /// Transactions refused.
    pub refused: u32,
    /// How many of those executed left the group unwritten, so that they wait for nobody else's accounts and markets.
    pub beside: u32,
    /// How many were sent again with the group written, since they could not do without; what became of them then is in the
    /// numbers above, and that they were asked to is no refusal.
    pub again: u32,
    /// Least.
    pub least: u64,
    /// In the middle.
    pub median: u64,
    /// Most.
    pub most: u64,
    /// How many took less than 2^k thousand units, k = 0, 1, .. 11, and not less than half of it.
    pub histogram: Vec<u32>,
}

/// Something that must hold.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// "1 tokens: the vault".
    pub name: String,
    /// In a sentence.
    pub what: String,
    /// How often it was checked.
    pub times: u32,
    /// The largest residual in either direction.
    pub worst: i64,
    /// The residuals that are no fault: roundings, which have a direction.
    pub allowed: (i64, i64),
}

/// The books at the end: what came in, and where it is.
#[derive(Clone, Debug, Serialize)]
pub struct Close {
    /// Rows of the balance: what, and quote units; inflows above zero, outflows below.
    pub balance: Vec<(String, i64)>,
    /// Their sum, which is what the vaults still hold less what they owe: zero.
    pub residual: i64,
    /// Positions that are still open.
    pub positions: u32,
    /// Transactions of the whole day.
    pub transactions: u32,
    /// Those that were refused, as they were meant to be or because somebody was first.
    pub refused: u32,
}

/// A day under a regime.
#[derive(Clone, Debug, Serialize)]
pub struct Regime {
    /// "isolated margin, full liquidation".
    pub name: String,
    /// Whether it was played on the programs, or computed.
    pub played: bool,
    /// Initial margin of all traders, averaged over the day.
    pub locked: i64,
    /// The most of it.
    pub peak: i64,
    /// Accounts that were liquidated.
    pub accounts: u32,
    /// Steps of liquidations.
    pub liquidations: u32,
    /// Notional that was sold in them.
    pub sold: i64,
    /// What traders paid to liquidators and insurance.
    pub fees: i64,
    /// What the liquidated lost in the day, all in all.
    pub loss: i64,
    /// What being liquidated cost those of them who would have more in the end if nobody had been.
    pub set_back: i64,
    /// What it spared the others.
    pub spared: i64,
    /// What the insurance paid for their debts.
    pub insured: i64,
    /// Debt that nobody stood for.
    pub bad_debt: i64,
    /// Money that traders brought beside what they had when the day was played, so that margin let them trade as they did.
    pub brought: i64,
    /// Initial margin at every step.
    pub series: Vec<i64>,
}
