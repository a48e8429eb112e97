//! Every bound of a market's terms, on both sides, and what must hold of a market.

use crate::{
    code,
    money_scene::{market, no, terms},
    NOW, WHOLE,
};
use ballast_interface::account::{AccountError::*, Market, MarketTerms};

/// What is bounded, how to set it, and the least and the most that it may be.
type Bound = (&'static str, fn(&mut MarketTerms, i64), i64, i64);

#[test]
fn terms_have_their_bounds() {
    let bounds: [Bound; 14] = [
        ("tick", |terms, value| terms.tick = value as u64, 1, 1 << 40),
        ("strike step", |terms, value| terms.strike_step = value as u64, 1, 1 << 57),
        ("open interest", |terms, value| terms.open_interest_cap = value as u64, 0, 1 << 40),
        ("price band", |terms, value| terms.price_band = value, 1, WHOLE),
        ("funding band", |terms, value| terms.funding_band = value, 0, WHOLE),
        ("funding cap", |terms, value| terms.funding_cap = value, 0, WHOLE / 16),
        ("funding seconds", |terms, value| terms.funding_seconds = value as u32, 3_600, 86_400),
        ("mark seconds", |terms, value| terms.mark_seconds = value as u32, 1, 86_400),
        ("fallback seconds", |terms, value| terms.fallback_seconds = value as u32, 3_600, 604_800),
        ("second of the day", |terms, value| terms.expiry_second = value as u32, 0, 86_399),
        ("days", |terms, value| terms.days = value as u8, 0, 31),
        ("fridays", |terms, value| terms.fridays = value as u8, 0, 53),
        ("months", |terms, value| terms.months = value as u8, 0, 24),
        ("switches", |terms, value| terms.switches = value as u8, 0, 15),
    ];
    assert_eq!(code(terms().invariant()), None);
    for (what, set, least, most) in bounds {
        for (value, expected) in [
            (least, None),
            (most, None),
            (least - 1, no(MarketTermsInvalid)),
            (most + 1, no(MarketTermsInvalid)),
        ] {
            let mut terms = terms();
            set(&mut terms, value);
            assert_eq!(code(terms.invariant()), expected, "{what} of {value}");
        }
    }
    let without = MarketTerms { venue: 0, ..terms() };
    assert_eq!(code(without.invariant()), None);
    for place in 0..2 {
        let mut terms = terms();
        terms.padding[place] = 1;
        assert_eq!(code(terms.invariant()), no(MarketTermsInvalid), "padding {place}");
    }
    assert_eq!(code(MarketTerms::default().invariant()), no(MarketTermsInvalid));
}

#[test]
fn a_market_that_contradicts_itself_is_refused() {
    let refused = |break_it: fn(&mut Market)| {
        let mut market = market(&[NOW, NOW + 1, NOW + 2]);
        break_it(&mut market);
        code(market.invariant())
    };
    assert_eq!(refused(|_| ()), None);
    assert_eq!(refused(|market| market.date_count = 0), None);
    assert_eq!(refused(|market| market.version = 1), no(MarketVersionUnknown));
    assert_eq!(refused(|market| market.version = 3), no(MarketVersionUnknown));
    assert_eq!(refused(|market| market.terms.tick = 0), no(MarketTermsInvalid));
    assert_eq!(refused(|market| market.market = 0), no(MarketBroken));
    assert_eq!(refused(|market| market.date_count = 13), no(MarketBroken));
    assert_eq!(refused(|market| market.dates.swap(0, 1)), no(MarketBroken));
    assert_eq!(refused(|market| market.dates[2].expiry = NOW + 1), no(MarketBroken));
    assert_eq!(refused(|market| market.unit = 0), no(MarketBroken));
}

#[test]
fn a_step_of_strikes_is_whole_quote_units_a_lot() {
    // A quote unit a lot is 10^-4 dollars, which are 10 000 in 10^-8.
    for (step, expected) in [
        (10_000, None),
        (20_000, None),
        (9_999, no(MarketBroken)),
        (15_000, no(MarketBroken)),
        (1, no(MarketBroken)),
    ] {
        let mut market = market(&[]);
        market.terms.strike_step = step;
        assert_eq!(code(market.invariant()), expected, "{step}");
        if expected.is_none() {
            assert_eq!(market.strike_per_lot(3 * step).unwrap(), 3 * step / 10_000);
        }
    }
}
