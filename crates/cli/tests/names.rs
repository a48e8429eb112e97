//! Decimals and names of instruments: exact, and the same when read back.

use ballast_cli::{
    decimal::{exact, Decimal},
    instrument::{day, moment, LegWords, Name, Units},
};

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn decimals_are_exact() {
    for (text, places, steps) in [
        ("100.5", 6, 100_500_000),
        ("+0.000001", 6, 1),
        ("-3", 0, -3),
        ("007.10", 1, 71),
        ("0", 6, 0),
        ("0.30000000", 1, 3),
        ("18446744073709551615", 0, u64::MAX.into()),
        ("123456789012.123456789012345678", 18, 123_456_789_012_123_456_789_012_345_678),
    ] {
        assert_eq!(decimal(text).steps(places).expect(text), steps, "{text}");
    }
    assert_eq!(decimal("0.1").share().expect("a share"), (1 << 40) / 10 + 1, "to the nearest");
    assert_eq!(decimal("-0.5").share().expect("a share"), -(1 << 39));
    for (steps, places, text) in [
        (100_500_000, 6, "100.5"),
        (-1, 6, "-0.000001"),
        (0, 6, "0"),
        (70, 0, "70"),
        (i128::MIN, 0, "-170141183460469231731687303715884105728"),
    ] {
        assert_eq!(exact(steps, places), text);
    }
}

#[test]
fn what_is_no_decimal_is_refused() {
    for text in ["", "-", ".", ".5", "5.", "1e3", "1,5", "0x1", "1_000", " 1", "--1", "+-1", "NaN", "∞", "١"]
    {
        assert!(text.parse::<Decimal>().is_err(), "{text}");
    }
    let long = "1".repeat(31);
    assert!(long.parse::<Decimal>().is_err() && "0.0000000000000000001".parse::<Decimal>().is_err());
}

#[test]
fn amounts_say_what_is_wrong_with_them() {
    for (text, sentence) in [
        ("1.0000001", "1.0000001: expected at most 6 decimal places"),
        ("0", "0: expected an amount above zero"),
        ("-2", "-2: expected an amount above zero"),
        ("99999999999999", "99999999999999: the amount is too large"),
        ("-99999999999999", "-99999999999999: expected an amount above zero"),
    ] {
        assert_eq!(decimal(text).amount(6).expect_err(text).to_string(), sentence);
    }
    assert_eq!(decimal("0").amount_or_zero(6).expect("nothing"), 0);
    assert!(decimal("999999999999999999999999999999").steps(18).is_err());
}

#[test]
fn names_are_read_back() {
    for name in [
        "1-PERP",
        "65535-PERP",
        "bank:1",
        "1-2026-12-25",
        "2-2028-02-29",
        "1-2026-12-25-100000-C",
        "3-2026-12-25-0.05-P",
        "3-1970-01-01-92233720368.54775807-P",
    ] {
        assert_eq!(name.parse::<Name>().expect(name).to_string(), name);
    }
    assert_eq!("1-perp".parse::<Name>().expect("a name").to_string(), "1-PERP");
    assert_eq!("1-2026-12-25-1.50-c".parse::<Name>().expect("a name").to_string(), "1-2026-12-25-1.5-C");
}

#[test]
fn what_is_no_name_is_refused() {
    for name in [
        "",
        "PERP",
        "0-PERP",
        "1",
        "1-",
        "-1-PERP",
        "65536-PERP",
        "1-PERP-1",
        "bank:",
        "bank:0",
        "bank:x",
        "1-2026-13-01",
        "1-2026-02-29",
        "1-2026-1-1",
        "1-26-12-25",
        "1-2026-12-25-C",
        "1-2026-12-25-100000",
        "1-2026-12-25-0-C",
        "1-2026-12-25-100000-X",
        "1-2026-12-25-1.123456789-C",
        "1-2026-12-25--5-C",
        "\u{1b}[31m",
    ] {
        let error = name.parse::<Name>().expect_err(name);
        assert!(
            error.starts_with("expected an instrument such as 1-PERP") && !error.contains('\u{1b}'),
            "{error}"
        );
    }
}

#[test]
fn every_day_of_four_centuries_is_its_own() {
    let mut last = String::new();
    for days in 0..146_097 {
        let text = day(days * 86_400 + 86_399);
        assert!(text > last, "{text} follows {last}");
        let name = format!("1-{text}");
        assert_eq!(name.parse::<Name>().expect(&name).to_string(), name);
        last = text;
    }
    assert_eq!(last, "2369-12-31");
    // 25 December 2026, eight o'clock: 20 812 days after 1970.
    assert_eq!(moment(20_812 * 86_400 + 28_800), "2026-12-25 08:00:00 UTC");
}

#[test]
fn legs_are_read_with_and_without_a_price() {
    for (text, shown) in [
        ("1-PERP +2", "1-PERP +2"),
        ("1-PERP 2 @ 95000.50", "1-PERP +2 @ 95000.5"),
        ("  bank:1   -0.5@3 ", "bank:1 -0.5 @ 3"),
    ] {
        assert_eq!(text.parse::<LegWords>().expect(text).to_string(), shown);
    }
    for text in
        ["", "1-PERP", "1-PERP +2 @", "1-PERP +2 95000", "+2 1-PERP", "1-PERP +2 @ 3 @ 4", "1-PERP two"]
    {
        assert!(text.parse::<LegWords>().is_err(), "{text}");
    }
}

#[test]
fn contracts_and_prices_are_whole_lots_and_units() {
    // A hundredth of a coin, and a quote token of six decimals.
    let units = Units::new(100_000_000, 10_000);
    assert_eq!(units.lots(&decimal("-1.23")).expect("lots"), -123);
    assert_eq!(units.contracts(-123), -12_300_000_000);
    assert_eq!(units.price(&decimal("95000.01")).expect("a price"), 950_000_100);
    assert_eq!(units.per_contract(950_000_100), 950_000_100_000_000);
    let refused = units.price(&decimal("0.00001")).expect_err("too fine").to_string();
    assert_eq!(refused, "0.00001: expected a price above zero in steps of 0.0001 a contract");
    assert!(units.price(&decimal("-5")).is_err() && units.price(&decimal("0")).is_err());
    let refused = units.lots(&decimal("0.015")).expect_err("no lots").to_string();
    assert_eq!(refused, "0.015: expected a multiple of 0.01 contracts, and not zero");
}
