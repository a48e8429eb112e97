//! An account that falls short, from the quote to the takeover.

use crate::bench::Bench;
use serde_json::Value;

/// Alice holds five bitcoin on a hundred thousand dollars, and the price has fallen.
fn fallen() -> Bench {
    let mut bench = Bench::new();
    bench.trade(&["1-PERP +5 @ 95000"]).json();
    let risk = &bench.small.exchange.risk;
    bench.small.world.set_price(risk, 1, 8_700_000_000_000);
    bench
}

fn number(value: &Value, pointer: &str) -> f64 {
    let text = value.pointer(pointer).and_then(Value::as_str);
    text.and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no number at {pointer}: {value}"))
}

#[test]
fn a_healthy_account_is_not_for_sale() {
    let bench = Bench::new();
    let account = bench.alice.account.to_string();
    let sentence = bench.bob(&["liquidate", "quote", &account]).sentence(1);
    assert_eq!(sentence, "This account has its maintenance margin: there is nothing to rescue.");
    assert_eq!(bench.bob(&["liquidate", "run", &account]).sentence(1), sentence);
}

#[test]
fn an_account_that_falls_short_is_taken_over_in_part() {
    let bench = fallen();
    let account = bench.alice.account.to_string();
    assert_eq!(bench.alice(&["margin", "show", "--check"]).code, Some(1));
    let quote = bench.bob(&["liquidate", "quote", &account, "--json"]).json();
    assert_eq!((&quote["begun"], &quote["restores"]), (&false.into(), &true.into()), "{quote}");
    assert_eq!(quote["taken"][0]["instrument"], "1-PERP");
    let taken = number(&quote, "/taken/0/contracts");
    assert!(taken > 0.0 && taken < 5.0, "{quote}");
    assert!(number(&quote, "/before/health") < 0.0 && number(&quote, "/after/health") > 0.0, "{quote}");
    let page = bench.bob(&["liquidate", "quote", &account, "--leg", "1-PERP"]).fine();
    assert!(page.contains("brings the account to its target") && page.contains("not begun"), "{page}");

    let run = bench.bob(&["liquidate", "run", &account, "--json"]).json();
    let health = |side: &str| number(&run, &format!("/accounts/0/{side}/health"));
    assert!(health("before") < 0.0 && health("after") > 0.0, "{run}");
    let left = bench.held(&bench.alice.account).state.legs[0].quantity;
    assert!(0 < left && left < 500, "{left}");
    assert_eq!(bench.alice(&["margin", "show", "--check"]).code, Some(0));
    // At its target, it is released at once, and all of its cash counted.
    let account = bench.held(&bench.alice.account).state;
    assert_eq!((account.liquidation_since, account.uncounted), (0, 0));
}

#[test]
fn only_positions_that_are_there_can_be_asked_for() {
    let bench = fallen();
    let account = bench.alice.account.to_string();
    let sentence = bench.bob(&["liquidate", "quote", &account, "--leg", "2-PERP"]).sentence(2);
    assert_eq!(sentence, "2-PERP: the account has no such position");
}
