//! The report of an assessment as bytes: what `assess` returns, and what the gate, keepers and apps read.

use crate::Wide;
use anchor_lang::prelude::*;
use ballast_margin::{
    book::MAX_MARKETS,
    report::{Components, MarketReport, Report, Worst},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The parts of the two margins, in 10^-10 quote, each at least zero.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct AssessmentParts {
    /// Scan loss across markets, before factors.
    pub scan: Wide,
    /// Roll shock, before factors.
    pub roll: Wide,
    /// Convexity near expiry, before factors.
    pub convexity: Wide,
    /// Vega twist across expiries, before factors.
    pub twist: Wide,
    /// Liquidity, before factors.
    pub liquidity: Wide,
    /// Oracle's confidence interval, before factors.
    pub interval: Wide,
    /// Perps, in both margins.
    pub perp: Wide,
    /// Perps, in initial margin on top.
    pub perp_initial: Wide,
    /// Naked short options, in both margins.
    pub option: Wide,
    /// Naked short options, in initial margin on top.
    pub option_initial: Wide,
    /// Haircuts of collateral, in both margins.
    pub haircut: Wide,
    /// Haircuts of collateral, in initial margin on top.
    pub haircut_initial: Wide,
    /// Feeds of little trust, in initial margin.
    pub score: Wide,
    /// What the depeg of the quote token adds to the initial factor's part.
    pub peg: Wide,
    /// What valuing at the worse of index and slow price takes away in initial margin.
    pub bias: Wide,
    /// Unrealised and unpaid gains that do not count in initial margin.
    pub gains: Wide,
}

/// One market's part of an assessment.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct MarketAssessment {
    /// Number of the market in the group.
    pub market: u16,
    /// Which case is the market's worst: see [`Assessment::worst`].
    pub worst: [u8; 2],
    /// State of the market's feed, a `FeedState`.
    pub state: u8,
    /// What that state allows now: one bit for each `Action`.
    pub permitted: u8,
    /// Zero.
    pub padding: [u8; 2],
    /// Contracts of the underlying that the market's positions move like, in 10^-10.
    pub delta: i64,
    /// Change of delta for a move of one part in a hundred of the forward, in 10^-10 contracts.
    pub gamma: i64,
    /// Loss in the worst case of this market alone, in 10^-10 quote.
    pub scan: Wide,
    /// Change of value for a vol point, in 10^-10 quote.
    pub vega: Wide,
    /// Change of value in one day, in 10^-10 quote.
    pub theta: Wide,
}

/// The report on an account: what it is worth, what it needs, and why.
///
/// As return data its bytes are cut after the last market, and the runtime cuts zeros at the end: whoever decodes
/// puts zeros back.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Assessment {
    /// Version of this layout, `Assessment::VERSION`.
    pub version: u8,
    /// What the states of all of the account's feeds allow now: one bit for each `Action`.
    pub permitted: u8,
    /// Which case the scan loss is, and its row: 0 nothing, 1 a row, 2 forward contingency, 3 expected shortfall,
    /// 4 systemic with its row, 5 covariance, 6 floor, 7 sum.
    pub worst: [u8; 2],
    /// Number of markets below.
    pub market_count: u8,
    /// One if offsets between markets are off, because a feed is stale or doubtful.
    pub offsets_off: u8,
    /// Zero.
    pub padding: [u8; 2],
    /// The account's count of changes.
    pub sequence: u64,
    /// The model's count of changes.
    pub revision: u64,
    /// When the account was assessed, in unix time.
    pub assessed_at: i64,
    /// Value of the book, in 10^-10 quote.
    pub value: Wide,
    /// Maintenance margin.
    pub maintenance: Wide,
    /// Initial margin.
    pub initial: Wide,
    /// Value less maintenance margin: below zero, the account is liquidated.
    pub health: Wide,
    /// Value less initial margin: what new risk may use.
    pub room: Wide,
    /// Parts of the margins.
    pub parts: AssessmentParts,
    /// By market.
    pub markets: [MarketAssessment; MAX_MARKETS],
}

/// A case as two bytes.
fn worst(case: Worst) -> [u8; 2] {
    match case {
        Worst::Nothing => [0, 0],
        Worst::Row(row) => [1, row],
        Worst::Basis => [2, 0],
        Worst::Shortfall => [3, 0],
        Worst::Systemic(row) => [4, row],
        Worst::Covariance => [5, 0],
        Worst::Floor => [6, 0],
        Worst::Sum => [7, 0],
    }
}

impl AssessmentParts {
    /// The engine's parts as bytes.
    #[inline(never)]
    pub fn write(&mut self, parts: &Components) {
        let parts = parts.map(|part| Wide::new(part.0));
        *self = Self {
            scan: parts.scan,
            roll: parts.roll,
            convexity: parts.convexity,
            twist: parts.twist,
            liquidity: parts.liquidity,
            interval: parts.interval,
            perp: parts.perp,
            perp_initial: parts.perp_initial,
            option: parts.option,
            option_initial: parts.option_initial,
            haircut: parts.haircut,
            haircut_initial: parts.haircut_initial,
            score: parts.score,
            peg: parts.peg,
            bias: parts.bias,
            gains: parts.gains,
        };
    }
}

impl MarketAssessment {
    /// Takes over the engine's numbers.
    pub fn write(&mut self, report: &MarketReport) {
        self.worst = worst(report.worst);
        (self.delta, self.gamma) = (report.delta.0, report.gamma.0);
        self.scan = Wide::new(report.scan.0);
        self.vega = Wide::new(report.vega.0);
        self.theta = Wide::new(report.theta.0);
    }
}

impl Assessment {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Takes over the engine's numbers, but for those of the markets.
    #[inline(never)]
    pub fn write(&mut self, report: &Report) {
        self.worst = worst(report.worst);
        self.value = Wide::new(report.value.0);
        self.maintenance = Wide::new(report.maintenance.0);
        self.initial = Wide::new(report.initial.0);
        self.health = Wide::new(report.health.0);
        self.room = Wide::new(report.room.0);
        self.parts.write(&report.components);
    }

    /// The bytes up to the last market.
    pub fn bytes(&self) -> &[u8] {
        let spare = MAX_MARKETS
            .saturating_sub(self.market_count.into())
            .saturating_mul(size_of::<MarketAssessment>());
        let bytes = bytemuck::bytes_of(self);
        bytes.get(..bytes.len().saturating_sub(spare)).unwrap_or(bytes)
    }

    /// The assessment that a program returned; nothing if the bytes are no such report.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut report: Self = bytemuck::Zeroable::zeroed();
        report.read(bytes)?;
        Some(report)
    }

    /// Reads what a program returned into a report that is all zeros; nothing if the bytes are no such report.
    pub fn read(&mut self, bytes: &[u8]) -> Option<()> {
        bytemuck::bytes_of_mut(self).get_mut(..bytes.len())?.copy_from_slice(bytes);
        (self.version == Self::VERSION && self.market_count as usize <= MAX_MARKETS).then_some(())
    }

    /// The markets in use.
    pub fn markets(&self) -> &[MarketAssessment] {
        self.markets.get(..self.market_count as usize).unwrap_or(&[])
    }
}

// A program returns 1 024 bytes at most.
const _: () = assert!(size_of::<Assessment>() == 944 && align_of::<Assessment>() <= 8);
