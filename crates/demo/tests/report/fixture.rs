//! A record as small as one can be with something in each of its lists.

use ballast_demo::record::*;

/// When it begins.
pub const START: i64 = 1_793_577_600;
/// A name that means harm to a page that pastes it.
pub const HOSTILE: &str = "</script><!--<script>\"&'\u{2028}";

fn standing(equity: i64, maintenance: i64) -> Standing {
    Standing { equity, initial: maintenance * 3 / 2, maintenance, ladder: vec![-maintenance, 5_000_000] }
}

fn person(name: &str, kind: &'static str, rescues: u32) -> Person {
    let account = "So11111111111111111111111111111111111111112".into();
    Person { name: name.into(), kind, account, brought: 2_000_000_000, took: 1_900_000_000, rescues }
}

fn step(minute: i64, phase: &'static str, isolated: Option<i64>, insurance: i64, rounding: i64) -> Step {
    let market = MarketStep {
        price: 100_000_000_000,
        slow: 100_500_000_000,
        range: 0.25,
        forecast_range: 0.2,
        forecast: 0.5,
        volatility: 0.75,
        state: "good",
    };
    Step {
        time: START + 60 * minute,
        phase,
        markets: vec![market],
        portfolio: 4_000_000_000,
        isolated,
        maintenance: 3_000_000_000,
        equity: 9_000_000_000,
        thin: 1,
        short: 0,
        latched: 0,
        insurance,
        bad_debt: 0,
        solvency: None,
        shortfall: 0,
        residuals: vec![0, rounding],
    }
}

fn rescue(hop: &'static str, notional: i64, pay: i64, insurance: i64) -> Rescue {
    Rescue {
        time: START + 60,
        person: 0,
        keeper: 2,
        hop,
        what: format!("{hop} of {HOSTILE}"),
        seconds: 30,
        discount: 0.0625,
        closed: vec![("BTC perp".into(), -3)],
        notional,
        pay,
        insurance,
        borne: 0,
        before: standing(900_000_000, 1_000_000_000),
        after: standing(880_000_000, 800_000_000),
    }
}

fn units(instruction: &str, most: u64) -> Units {
    let instruction = instruction.into();
    let (refused, beside, again) = (1, 0, 0);
    let (least, median, histogram) = (3_000, 4_000, vec![0; 12]);
    Units { instruction, times: 2, refused, beside, again, least, median, most, histogram }
}

fn check(name: &str, worst: i64, allowed: (i64, i64)) -> Check {
    Check { name: name.into(), what: "Something holds.".into(), times: 1_234, worst, allowed }
}

fn regime(name: &str, played: bool) -> Regime {
    Regime {
        name: name.into(),
        played,
        locked: 11_500_000_000_000,
        peak: 12_000_000_000_000,
        accounts: 41,
        liquidations: 55,
        sold: 61_000_000_000_000,
        fees: 1_900_000_000_000,
        loss: 7_200_000_000_000,
        set_back: 1_200_000_000_000,
        spared: 300_000_000_000,
        insured: 2_000_000_000,
        bad_debt: 84_000_000_000,
        brought: if played { 0 } else { 5_500_000_000_000 },
        series: vec![1, 2],
    }
}

/// The record: two traders and a keeper, two steps, one rescue, no regimes.
pub fn record() -> Record {
    Record {
        options: Options { seed: 7, traders: 2, crash: 0.25, compare: false },
        markets: vec![Market { number: 1, name: "BTC".into() }],
        rows: vec!["-1 range, volatility up".into(), "+1 range, volatility up".into()],
        people: vec![
            person(HOSTILE, "perp long", 1),
            person("perp long 2", "perp long", 0),
            person("keeper 1", "keeper", 0),
        ],
        steps: vec![
            step(0, "morning", Some(10_000_000_000), 500_000_000_000, -3),
            step(1, "crash", None, 512_345_000_000, 0),
        ],
        marks: vec![Mark { time: START + 60, kind: "jump", what: "Prices jump.".into() }],
        rescues: vec![
            rescue("begin", 0, 0, 0),
            rescue("take", 7_654_000_000, 21_000_000, 8_000_000),
            rescue("end", 0, 0, 0),
        ],
        units: vec![
            units("account.deposit", 15_536),
            Units { times: 5, beside: 4, again: 1, ..units("account.settle_fills", 323_186) },
            Units { times: 3, beside: 1, again: 2, ..units("liquidation.liquidate", 978_460) },
            units("risk.refresh_price", 3_082),
        ],
        checks: vec![check("1 tokens", 0, (0, 0)), check("2 roundings", -3, (-64, 0))],
        close: Close {
            balance: vec![("brought".into(), 5_000_000), ("held".into(), -5_000_000)],
            residual: 0,
            positions: 17,
            transactions: 4_321,
            refused: 12,
        },
        regimes: vec![],
    }
}

/// The record with two regimes beside each other.
pub fn compared() -> Record {
    let mut record = record();
    record.regimes = vec![regime("isolated margin, full liquidation", false), regime("Ballast", true)];
    record
}
