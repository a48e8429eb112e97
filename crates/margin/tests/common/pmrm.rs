//! Published portfolios of the `pmrm` method, as worlds and models.

use super::models;
use super::units::{contracts, fraction, parameter, price, quote, years};
use super::world::World;
use ballast_margin::book::{Collateral, Expiry, Kind, Leg, Market, Svi};
use ballast_margin::model::{AddOns, Basis, Factors, Gains, Model, Row, Skew, StaticDiscount, Vol, VolShock};
use ballast_margin::units::{Contracts, Fraction, Price, Quote};
use serde_json::Value;

/// One portfolio with what it must need.
pub struct Case {
    /// Name in the file.
    pub name: String,
    /// Market data and book.
    pub world: World,
    /// Rows of its model.
    pub rows: Vec<Row>,
    /// Its model but for the rows.
    parameters: Model<'static>,
    /// Value less maintenance margin.
    pub health: f64,
    /// Value less initial margin.
    pub room: f64,
    /// Value of the book.
    pub value: f64,
    /// Worst profit or loss of rows and forward contingency.
    pub worst: f64,
    /// Profit or loss of the forward contingency.
    pub basis: f64,
    /// Profit or loss by row.
    pub profits: Vec<f64>,
}

impl Case {
    /// The portfolio's model.
    pub fn model(&self) -> Model<'_> {
        Model { rows: &self.rows, ..self.parameters }
    }
}

/// All published portfolios.
pub fn cases() -> Vec<Case> {
    of(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/pmrm_portfolios.json"))
}

/// All portfolios of a file.
pub fn of(path: &str) -> Vec<Case> {
    let text = std::fs::read_to_string(path).expect("the portfolios can be read");
    let file: Value = serde_json::from_str(&text).expect("the portfolios are JSON");
    let cases = file["cases"].as_array().expect("cases are a list");
    cases.iter().map(|case| read(&file, case)).collect()
}

fn read(file: &Value, case: &Value) -> Case {
    let mut parameters = file["default_params"].clone();
    let mut rows = &file["default_rows_[spot,vol,damp]"];
    for (section, patch) in case["param_overrides"].as_object().expect("overrides are sections") {
        if section == "Scenarios" {
            rows = patch;
            continue;
        }
        for (key, value) in patch.as_object().expect("a section is a table") {
            assert!(parameters[section].get(key).is_some(), "{section} has no {key}");
            parameters[section][key] = value.clone();
        }
    }
    let expected = &case["expected"];
    Case {
        name: case["id"].as_str().expect("cases have ids").to_owned(),
        world: world(case),
        rows: list(rows).iter().map(row).collect(),
        parameters: model(&parameters),
        health: number(expected, "MM"),
        room: number(expected, "IM"),
        value: number(expected, "mtm"),
        worst: number(expected, "worst"),
        basis: number(expected, "fwd_contingency"),
        profits: list(&expected["scenario_pnl_my_calc"]).iter().map(float).collect(),
    }
}

fn float(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn number(table: &Value, key: &str) -> f64 {
    table[key].as_f64().unwrap_or_else(|| panic!("{key} is no number"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn row(row: &Value) -> Row {
    let vol = match row[1].as_str() {
        Some("Up") => Vol::Up,
        Some("Down") => Vol::Down,
        Some("None") => Vol::Flat,
        Some("LINEAR") => Vol::Linear,
        Some("ABS") => Vol::Absolute,
        other => panic!("{other:?} is no move of volatility"),
    };
    let (multiplier, weight) = (fraction(float(&row[0])), fraction(float(&row[2])));
    Row { multiplier, scaled: false, vol, weight, mass: Fraction::ZERO }
}

fn model(parameters: &Value) -> Model<'static> {
    let get = |section: &str, key: &str| fraction(number(&parameters[section], key));
    let [vol, skew, margin] = ["VolShock", "SkewShock", "Margin"].map(|name| move |key| get(name, key));
    let [basis, other] = ["BasisContingency", "OtherContingency"].map(|name| move |key| get(name, key));
    Model {
        vol: VolShock {
            up: vol("VOLRANGEUP"),
            down: vol("VOLRANGEDOWN"),
            floor: vol("MIN_VOL_EVAL_SHOCKED"),
            floor_seconds: (number(&parameters["VolShock"], "DTE_FLOOR") * 86_400.0).round() as i64,
            short_power: vol("SHORTTERMPOWER"),
            long_power: vol("LONGTERMPOWER"),
        },
        skew: Skew {
            linear_base: skew("LINEAR_CBASE"),
            linear_cap: skew("LINEAR_SCALE_CAP"),
            absolute_base: skew("ABS_CBASE"),
            absolute_cap: skew("ABS_SCALE_CAP"),
            min_k: skew("MIN_K_STAR"),
            width: skew("MIN_WIDTH_SCALE"),
            vol_base: skew("VOL_PARAM_STATIC"),
            vol_slope: skew("VOL_PARAM_SCALE"),
        },
        discount: Some(StaticDiscount {
            long_base: margin("BASE_STATIC_DISCOUNT"),
            long_rate: margin("LONG_RATE_MULTSCALE"),
            long_add: margin("LONG_RATE_ADDSCALE"),
            short_base: margin("BASE_STATIC_DISCOUNT_NEG"),
            short_rate: margin("SHORT_RATE_MULTSCALE"),
            short_add: margin("SHORT_RATE_ADDSCALE"),
        }),
        basis: Basis {
            up: basis("SCENARIO_SPOT_UP"),
            down: basis("SCENARIO_SPOT_DOWN"),
            scaled: false,
            add: basis("BASIS_CONT_ADD_FACTOR"),
            per_year: basis("BASIS_CONT_MULT_FACTOR"),
        },
        factors: Factors {
            maintenance: margin("MM_LOSS_FACTOR"),
            initial: margin("IM_LOSS_FACTOR"),
            peg_threshold: other("PEG_LOSS_THRESHOLD"),
            peg_factor: other("PEG_LOSS_FACTOR"),
        },
        add_ons: AddOns {
            perp_maintenance: other("MM_PERP_PERCENT"),
            perp_initial: other("IM_PERP_PERCENT"),
            option_maintenance: other("MM_OPTION_PERCENT"),
            option_initial: other("IM_OPTION_PERCENT"),
            score_threshold: other("CONF_THRESHOLD"),
            score_margin: other("CONF_MARGIN"),
            ..models::bare().add_ons
        },
        gains: Gains { weight: Fraction::ONE, cap: Quote(i64::MAX.into()) },
        settlement_seconds: 1_800,
        ..models::bare()
    }
}

fn world(case: &Value) -> World {
    let (spot, perp) = (price(number(case, "spot")), &case["perp"]);
    let amount = number(perp, "amount");
    let mut feeds: Vec<&Value> = list(&case["feeds"]).iter().collect();
    feeds.sort_by_key(|feed| feed["sec_to_expiry"].as_i64());
    let expiries: Vec<Expiry> = feeds.iter().map(|feed| expiry(feed)).collect();
    let mut legs: Vec<Leg> = list(&case["options"]).iter().map(|option| leg(option, &expiries)).collect();
    if amount != 0.0 {
        let cost = amount * number(perp, "price") - number(perp, "upnl") - number(perp, "ufunding");
        legs.push(Leg {
            market: 0,
            expiry: 0,
            kind: Kind::Perp,
            strike: Price(0),
            quantity: contracts(amount),
            basis: quote(cost),
        });
    }
    let market = Market {
        id: 1,
        index: spot,
        slow: spot,
        perp: price(number(perp, "price")),
        range: Fraction::ONE,
        interval: Fraction::ZERO,
        depth: Contracts(i64::MAX),
        score: fraction(number(case, "spot_conf")),
        perp_score: if amount != 0.0 { fraction(number(perp, "conf")) } else { Fraction::ONE },
        certain: true,
        expiries: expiries.leak(),
    };
    let mut world = World {
        peg: price(number(case, "stable")),
        markets: vec![market],
        cash: quote(number(case, "cash")),
        unpaid: Quote(0),
        collateral: list(&case["collaterals"]).iter().map(collateral).collect(),
        legs,
    };
    world.tidy();
    world
}

fn expiry(feed: &Value) -> Expiry {
    let [a, b, rho, m, s, forward, tau] =
        [0, 1, 2, 3, 4, 5, 6].map(|at| float(&feed["svi_a_b_rho_m_sigma_F_tau"][at]));
    let [a, b, rho, m, s] = [a, b, rho, m, s].map(parameter);
    let score = ["fwd_conf", "rate_conf", "vol_conf"].map(|key| number(feed, key));
    Expiry {
        seconds: seconds(feed),
        forward: price(number(feed, "forward")),
        rate: fraction(number(feed, "rate")),
        svi: Svi { a, b, rho, m, s, forward: price(forward), years: years(tau) },
        score: fraction(score.into_iter().fold(1.0, f64::min)),
    }
}

fn seconds(table: &Value) -> i64 {
    table["sec_to_expiry"].as_i64().expect("seconds are whole")
}

fn leg(option: &Value, expiries: &[Expiry]) -> Leg {
    let place = expiries.iter().position(|expiry| expiry.seconds == seconds(option));
    Leg {
        market: 0,
        expiry: place.expect("every option's expiry has a feed") as u8,
        kind: if option["call"] == 1 { Kind::Call } else { Kind::Put },
        strike: price(number(option, "strike")),
        quantity: contracts(number(option, "amount")),
        basis: Quote(0),
    }
}

fn collateral(token: &Value) -> Collateral {
    Collateral {
        market: (token["risk_cancelling"] == true).then_some(0),
        amount: contracts(number(token, "amount")),
        price: price(number(token, "price")),
        slow: price(number(token, "price")),
        haircut: fraction(number(token, "mm_haircut")),
        haircut_initial: fraction(number(token, "im_haircut")),
        score: fraction(number(token, "conf")),
    }
}
