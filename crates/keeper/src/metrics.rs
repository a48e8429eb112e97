//! What a keeper counts, for Prometheus.

use crate::Keeper;
use prometheus::{
    Encoder, Gauge, GaugeVec, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts, Registry,
    TextEncoder,
};
use std::time::Instant;

/// Everything that is counted.
pub struct Metrics {
    registry: Registry,
    /// Tries, by role, outcome and reason.
    pub attempts: IntCounterVec,
    /// Lamports paid for transactions, at most.
    pub fees: IntCounter,
    /// Dollars that takings paid, as the programs reported.
    pub profit: Gauge,
    /// Takings, by kind.
    pub takings: IntCounterVec,
    /// Lost connections of the websocket.
    pub reconnects: IntCounter,
    /// Lamports of the keeper's key.
    pub lamports: IntGauge,
    /// Seconds of a scan.
    pub scan: Histogram,
    /// Accounts assessed in scans.
    pub scanned: IntCounter,
    slot: IntGauge,
    accounts: IntGauge,
    at_risk: IntGauge,
    unfit: IntGauge,
    auctions: IntGauge,
    quarantined: IntGauge,
    room: Gauge,
    value: Gauge,
    ages: GaugeVec,
    prices: GaugeVec,
}

/// 10^-10 quote in a dollar, for figures that people look at.
const DOLLAR: f64 = 1e10;

impl Metrics {
    /// Nothing was counted yet.
    pub fn new() -> Self {
        let registry = Registry::new();
        let name = |name: &str| format!("ballast_keeper_{name}");
        macro_rules! counted {
            ($made:expr) => {{
                // Names and help are fixed here, and each is registered once.
                let made = $made.expect("a sound name");
                registry.register(Box::new(made.clone())).expect("a new name");
                made
            }};
        }
        let number = |of: &str, help: &str| IntGauge::new(name(of), help);
        let opts = |of: &str, help: &str| Opts::new(name(of), help);
        let buckets = prometheus::exponential_buckets(0.000_1, 2.0, 16).expect("sound buckets");
        let scan = HistogramOpts::new(name("scan_seconds"), "Seconds that a scan took").buckets(buckets);
        Self {
            attempts: counted!(IntCounterVec::new(
                opts("attempts_total", "What became of tries"),
                &["role", "outcome", "reason"],
            )),
            fees: counted!(IntCounter::new(
                name("fee_lamports_total"),
                "Lamports paid for transactions, at most"
            )),
            profit: counted!(Gauge::new(name("profit_dollars"), "What takings paid so far")),
            takings: counted!(IntCounterVec::new(
                opts("takings_total", "Positions and tokens taken over"),
                &["kind"],
            )),
            reconnects: counted!(IntCounter::new(
                name("stream_lost_total"),
                "Lost connections of the websocket"
            )),
            lamports: counted!(number("lamports", "Lamports of the keeper's key")),
            scan: counted!(Histogram::with_opts(scan)),
            scanned: counted!(IntCounter::new(name("scanned_total"), "Accounts assessed")),
            slot: counted!(number("slot", "Newest slot that anything is known of")),
            accounts: counted!(number("accounts", "Margin accounts")),
            at_risk: counted!(number("accounts_below_maintenance", "Accounts below maintenance margin")),
            unfit: counted!(number("accounts_unfit", "Accounts that cannot be assessed")),
            auctions: counted!(number("auctions", "Auctions under way")),
            quarantined: counted!(number("quarantined", "Targets that are put aside")),
            room: counted!(Gauge::new(
                name("own_room_dollars"),
                "Free initial margin of the keeper's account"
            )),
            value: counted!(Gauge::new(name("own_value_dollars"), "Value of the keeper's account")),
            ages: counted!(GaugeVec::new(
                opts("age_seconds", "Seconds since the last snapshot, stream update or scan"),
                &["of"],
            )),
            prices: counted!(GaugeVec::new(
                opts("price_age_seconds", "Age of a market's price"),
                &["market"],
            )),
            registry,
        }
    }

    /// Notes how long a scan took, and how many accounts it assessed.
    pub fn note_scan(&self, began: Instant, accounts: usize) {
        self.scan.observe(began.elapsed().as_secs_f64());
        self.scanned.inc_by(accounts as u64);
    }

    /// Everything as text.
    pub async fn text(&self, keeper: &Keeper) -> String {
        self.look(keeper).await;
        let mut text = vec![];
        // Writing to memory never fails.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut text);
        String::from_utf8(text).unwrap_or_default()
    }

    async fn look(&self, keeper: &Keeper) {
        let now = keeper.now().await;
        let state = keeper.state.read().await;
        let scanner = &state.scanner;
        self.slot.set(state.slot as i64);
        self.accounts.set(scanner.len() as i64);
        self.at_risk.set(scanner.below_maintenance().count() as i64);
        self.unfit.set(scanner.unfit().count() as i64);
        self.auctions.set(state.auctions.len() as i64);
        self.quarantined.set(keeper.ledger.quarantined(Instant::now()) as i64);
        if let Some(Ok(own)) = scanner.standing(&keeper.own) {
            self.room.set(own.room as f64 / DOLLAR);
            self.value.set(own.value as f64 / DOLLAR);
        }
        let signs = &keeper.signs;
        let ages =
            [("snapshot", signs.snapshot_age()), ("stream", signs.stream_age()), ("scan", signs.tick_age())];
        for (of, age) in ages {
            self.ages.with_label_values(&[of]).set(age.as_secs_f64());
        }
        for risk in scanner.risks() {
            let age = now.saturating_sub(risk.price.published_at);
            self.prices.with_label_values(&[&risk.market.to_string()]).set(age as f64);
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
