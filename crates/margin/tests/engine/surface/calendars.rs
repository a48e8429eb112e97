//! Calendars: pairs that cross in one place only, mpmath's numbers, and random pairs against the reference.

use super::reference::{gap, of_bits, Shape, VARIANCE};
use super::strategies::{config, pairs};
use crate::vectors;
use ballast_margin::surface::{check_calendar, check_slice, check_surface};
use ballast_margin::MarginError::{self, BadSurface, ButterflyArbitrage, CalendarArbitrage};
use proptest::prelude::*;
use serde_json::Value;

const DAY: i64 = 86_400;

fn judged(earlier: Shape, later: Shape) -> Result<(), MarginError> {
    check_calendar(&earlier.svi(30 * DAY), &later.svi(60 * DAY))
}

/// A slice of a level, nearly flat or with wings.
fn slice(level: f64, b: f64, rho: f64, s: f64) -> Shape {
    Shape::of_level(level, b, rho, 0.0, s)
}

#[test]
fn equal_variance_is_no_arbitrage_and_less_is() {
    let base = slice(0.04, 0.1, -0.3, 0.2);
    assert_eq!(judged(base, base), Ok(()));
    let lifted = |by: f64| Shape { a: base.a + by, ..base };
    assert_eq!(judged(base, lifted(1e-9)), Ok(()));
    // The tolerance is 2^-19 of .04 and of twice .1 by a clamp of .8: 4e-7.
    assert_eq!(judged(base, lifted(-4e-7)), Err(CalendarArbitrage));
    assert_eq!(judged(base, lifted(-1e-9)), Ok(()));
}

#[test]
fn time_must_rise() {
    let base = slice(0.04, 0.1, -0.3, 0.2);
    let (near, far) = (base.svi(30 * DAY), base.svi(60 * DAY));
    assert_eq!(check_calendar(&near, &far), Ok(()));
    assert_eq!(check_calendar(&far, &near), Err(BadSurface));
    assert_eq!(check_calendar(&near, &near), Err(BadSurface));
}

#[test]
fn pairs_that_cross_in_a_wing_only_are_refused() {
    for rho in [-0.6, 0.6] {
        let (steep, flat) = (slice(0.04, 0.12, rho, 0.2), slice(0.05, 0.12, 0.0, 0.2));
        assert_eq!((check_slice(&steep.svi(DAY)), check_slice(&flat.svi(DAY))), (Ok(()), Ok(())));
        // Up to a tenth of the clamp the later is above, and so it is in all of the other wing.
        let side = rho.signum();
        for part in [-1.0, -0.5, -0.25, 0.0, 0.1] {
            let k = side * part * flat.limit();
            assert!(flat.priced(k) > steep.priced(k) + 1e-4, "{rho}: {part}");
        }
        assert_eq!(judged(steep, flat), Err(CalendarArbitrage), "{rho}");
        assert_eq!(judged(steep, Shape { a: flat.a + 0.05, ..flat }), Ok(()), "{rho}");
    }
}

#[test]
fn pairs_that_cross_in_the_middle_only_are_refused() {
    for m in [-0.123, 0.0, 0.31] {
        let flat = slice(0.04, 0.01, 0.0, 0.2);
        let dipped = Shape { a: 0.03, b: 0.2, rho: 0.0, m, s: 0.02 };
        for k in [m - 0.1, m + 0.1, -flat.limit(), flat.limit()] {
            assert!(dipped.priced(k) > flat.priced(k), "{m}: {k}");
        }
        assert_eq!(judged(flat, dipped), Err(CalendarArbitrage), "{m}");
        assert_eq!(judged(flat, Shape { a: 0.04, ..dipped }), Ok(()), "{m}");
    }
}

#[test]
fn pairs_that_cross_at_one_checked_strike_only_are_refused() {
    // Found by a search: the later is below at -3/4 of its clamp alone, and at 1/4 of it alone.
    let below = [
        (
            Shape { a: 0.2528964734, b: 0.1417936962, rho: -0.4078640669, m: -0.7051467237, s: 0.0213413616 },
            Shape {
                a: -0.9162219643,
                b: 0.5373222354,
                rho: -0.1247461252,
                m: -1.0027287561,
                s: 2.3420745517,
            },
            -0.75,
        ),
        (
            Shape { a: 0.1772048102, b: 0.1391921267, rho: 0.6445573452, m: -0.0648570794, s: 0.0086612208 },
            Shape { a: 0.0176136725, b: 0.6265164307, rho: 0.7510059188, m: 0.8396196854, s: 0.6050175693 },
            0.25,
        ),
    ];
    for (earlier, later, place) in below {
        let (near, far) = (earlier.limit(), later.limit());
        let bottom = later.m - later.rho * later.s / (1.0 - later.rho * later.rho).sqrt();
        let others =
            [-1.0, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1.0].into_iter().filter(|part| *part != place);
        let others = others.map(|part| part * far).chain([-near, -near / 2.0, 0.0, near / 2.0, near]);
        for k in others.chain([later.m, bottom]) {
            assert!(later.priced(k) > earlier.priced(k), "{place}: {k}");
        }
        assert!(later.priced(place * far) < earlier.priced(place * far), "{place}");
        assert_eq!(judged(earlier, later), Err(CalendarArbitrage), "{place}");
    }
}

#[test]
fn wings_beyond_the_clamp_are_not_compared() {
    let (steep, flat) = (slice(0.01, 0.2, 0.0, 0.01), slice(0.2, 0.01, 0.0, 0.01));
    assert!(steep.variance(1.5) > flat.variance(1.5) && flat.limit() > 1.5);
    assert_eq!(judged(steep, flat), Ok(()));
}

#[test]
fn flat_slices_compare_by_their_level() {
    let flat = |a: f64| Shape { a, b: 0.0, rho: 7.0, m: -900.0, s: -3.0 };
    assert_eq!(judged(flat(0.02), flat(0.02)), Ok(()));
    assert_eq!(judged(flat(0.02), flat(0.0199999)), Err(CalendarArbitrage));
    assert_eq!(judged(flat(1e-6), flat(40.0)), Ok(()));
    assert_eq!(judged(flat(40.0), flat(1e-6)), Err(CalendarArbitrage));
}

fn number(value: &Value) -> f64 {
    value.as_str().expect("text").parse().expect("a number")
}

#[test]
fn pairs_are_judged_as_by_mpmath() {
    let vectors = vectors::load("surfaces.json.gz");
    let bits = |values: &Value| std::array::from_fn(|place| values[place].as_i64().expect("a whole number"));
    let (mut accepted, mut refused) = (0, 0);
    for row in vectors["pairs"].as_array().expect("pairs") {
        let (first, second, least) = (bits(&row[0]), bits(&row[1]), number(&row[2]));
        let verdict = check_calendar(&of_bits(first, DAY), &of_bits(second, 2 * DAY));
        if least >= 0.0 {
            assert_eq!(verdict, Ok(()), "{row}");
            accepted += 1;
        } else if least < -VARIANCE {
            assert_eq!(verdict, Err(CalendarArbitrage), "{row}");
            refused += 1;
        }
        let error = (gap(&Shape::of_bits(first), &Shape::of_bits(second)) - least).abs();
        assert!(error < 1e-9, "{row}: the reference is {error} off");
    }
    assert!(accepted > 200 && refused > 40, "{accepted} accepted, {refused} refused");
}

/// The six dates of one published portfolio, in their order.
fn market() -> Vec<Shape> {
    let portfolios = vectors::load("pmrm_portfolios.json");
    let cases = portfolios["cases"].as_array().expect("cases");
    let case = cases.iter().find(|case| case["feeds"].as_array().is_some_and(|feeds| feeds.len() == 6));
    let feeds = case.expect("a portfolio of six dates")["feeds"].as_array().expect("feeds");
    let numbers = |feed: &Value| -> [f64; 7] {
        std::array::from_fn(|place| feed["svi_a_b_rho_m_sigma_F_tau"][place].as_f64().expect("a number"))
    };
    let mut dates: Vec<[f64; 7]> = feeds.iter().map(numbers).collect();
    dates.sort_by(|first, second| first[6].total_cmp(&second[6]));
    dates.iter().map(|&[a, b, rho, m, s, ..]| Shape { a, b, rho, m, s }).collect()
}

#[test]
fn a_published_market_is_accepted_and_each_fault_in_it_is_found() {
    let shapes = market();
    let surface = |shapes: &[Shape]| {
        let slices: Vec<_> =
            shapes.iter().zip(1..).map(|(shape, month)| shape.svi(month * 30 * DAY)).collect();
        check_surface(&slices)
    };
    assert_eq!(surface(&shapes), Ok(()));
    assert_eq!(surface(&[]), Ok(()));
    for place in 0..shapes.len() {
        let with = |shape: Shape| {
            let mut edited = shapes.clone();
            edited[place] = shape;
            surface(&edited)
        };
        let shape = shapes[place];
        assert_eq!(with(Shape { s: 0.0, ..shape }), Err(BadSurface), "{place}");
        // A smile five times as steep through the same variance at m.
        let steep = Shape { a: shape.a - 4.0 * shape.b * shape.s, b: 5.0 * shape.b, ..shape };
        assert_eq!(with(steep), Err(ButterflyArbitrage), "{place}");
        if place > 0 {
            let before = shapes[place - 1];
            assert_eq!(with(Shape { a: before.a * 0.9, ..before }), Err(CalendarArbitrage), "{place}");
            let mut swapped = shapes.clone();
            swapped.swap(place - 1, place);
            assert_eq!(surface(&swapped), Err(CalendarArbitrage), "{place}");
        }
    }
}

proptest! {
    #![proptest_config(config(100_000))]

    #[test]
    fn pairs_are_judged_as_by_the_reference((first, second) in pairs()) {
        let (least, verdict) = (gap(&first, &second), judged(first, second));
        let grain = 1e-12 / first.level().max(second.level());
        if least >= grain {
            prop_assert_eq!(verdict, Ok(()), "{}", least);
        } else if least < -VARIANCE - grain {
            prop_assert_eq!(verdict, Err(CalendarArbitrage), "{}", least);
        }
    }
}
