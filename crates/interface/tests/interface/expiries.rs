//! Which dates may be listed: by days, Fridays and last Fridays of a month, held against a calendar that is
//! counted month by month.

use crate::{
    code,
    money_scene::{lots, market, no, FUTURE},
    NOW,
};
use ballast_interface::account::{AccountError::*, Market, MarketDate};

const DAY: i64 = 86_400;
/// Eight in the morning, which the terms name.
const EIGHT: i64 = 28_800;

/// Expiry so many days after the day of `NOW`, a Monday, 2 November 2026.
fn on(days: i64) -> i64 {
    NOW + days * DAY + EIGHT
}

/// A market whose terms let so many days, Fridays and months ahead be listed.
fn ahead(days: u8, fridays: u8, months: u8) -> Market {
    let mut market = market(&[]);
    (market.terms.days, market.terms.fridays, market.terms.months) = (days, fridays, months);
    market
}

/// Days ahead that may be listed now, of the next three hundred.
fn listable(market: &Market, now: i64) -> Vec<i64> {
    (0..300).filter(|days| market.is_listable(on(*days), now)).collect()
}

#[test]
fn days_are_counted_from_today() {
    assert_eq!(listable(&ahead(3, 0, 0), NOW), [0, 1, 2, 3]);
    assert_eq!(listable(&ahead(0, 0, 0), NOW), [0]);
    // Today's has passed at its second.
    assert_eq!(listable(&ahead(3, 0, 0), NOW + EIGHT), [1, 2, 3]);
    // Half an hour before that, its settlement has begun.
    assert_eq!(listable(&ahead(3, 0, 0), NOW + EIGHT - 1_801), [0, 1, 2, 3]);
    assert_eq!(listable(&ahead(3, 0, 0), NOW + EIGHT - 1_800), [1, 2, 3]);
    assert_eq!(listable(&ahead(3, 0, 0), NOW + DAY - 1), [1, 2, 3]);
    assert_eq!(listable(&ahead(3, 0, 0), NOW + DAY), [1, 2, 3, 4]);
    assert_eq!(listable(&ahead(31, 0, 0), NOW).last(), Some(&31));
}

#[test]
fn fridays_are_counted_by_weeks() {
    // 6, 13, 20 and 27 November, and no other days but today.
    assert_eq!(listable(&ahead(0, 4, 0), NOW), [0, 4, 11, 18, 25]);
    assert_eq!(listable(&ahead(0, 1, 0), NOW), [0, 4]);
    // On Friday morning that day and the next one; later only the next one.
    assert_eq!(listable(&ahead(0, 1, 0), NOW + 4 * DAY), [4, 11]);
    assert_eq!(listable(&ahead(0, 1, 0), NOW + 4 * DAY + EIGHT), [11]);
}

#[test]
fn months_end_on_their_last_friday() {
    // 27 November, 25 December, 29 January, 26 February, 26 March, 30 April; 186 days reach to 7 May.
    assert_eq!(listable(&ahead(0, 0, 6), NOW), [0, 25, 53, 88, 116, 144, 179]);
    assert_eq!(listable(&ahead(0, 0, 1), NOW), [0, 25]);
    assert_eq!(listable(&ahead(0, 0, 0), NOW), [0]);
    // Rules add up.
    assert_eq!(listable(&ahead(2, 2, 2), NOW), [0, 1, 2, 4, 11, 25, 53]);
}

#[test]
fn a_date_is_at_its_second_of_the_day() {
    let market = ahead(31, 53, 24);
    for second in [0, EIGHT - 1, EIGHT + 1, DAY - 1] {
        assert!(!market.is_listable(NOW + 4 * DAY + second, NOW), "{second}");
    }
    let mut midnight = market;
    midnight.terms.expiry_second = 0;
    assert!(midnight.is_listable(NOW + 4 * DAY, NOW) && !midnight.is_listable(on(4), NOW));
    assert!(!midnight.is_listable(NOW, NOW));
}

#[test]
fn no_time_is_out_of_the_calendar() {
    let market = ahead(31, 53, 24);
    for expiry in [i64::MIN, -1, 0, i64::MAX] {
        for now in [i64::MIN, 0, i64::MAX] {
            assert!(!market.is_listable(expiry, now), "{expiry} at {now}");
        }
    }
}

/// Lengths of a year's months.
fn months(year: i64) -> [i64; 12] {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

#[test]
fn last_fridays_are_those_of_the_calendar() {
    let market = ahead(0, 0, 24);
    // 1 January 1970 was a Thursday.
    let (mut day, mut weekday) = (0, 4);
    for year in 1970..=2500 {
        for length in months(year) {
            for date in 1..=length {
                let expected = weekday == 5 && date + 7 > length;
                // Asked the day before, so that today's own rule does not count.
                let found = market.is_listable(day * DAY + EIGHT, (day - 1) * DAY);
                assert_eq!(found, expected, "{date} of a month of {length} in {year}");
                (day, weekday) = (day + 1, (weekday + 1) % 7);
            }
        }
    }
    // 1 January 2501 is a Saturday, 531 years with 129 leap days later.
    assert_eq!((day, weekday), (531 * 365 + 129, 6));
}

#[test]
fn dates_are_listed_in_order() {
    let mut market = ahead(31, 53, 24);
    for (place, days) in [5, 1, 9, 3, 2].into_iter().enumerate() {
        market.list(on(days), NOW).unwrap();
        assert_eq!(market.dates().len(), place + 1);
        assert!(market.dates().windows(2).all(|pair| pair[0].expiry < pair[1].expiry));
    }
    let expiries: Vec<_> = market.dates().iter().map(|date| date.expiry).collect();
    assert_eq!(expiries, [1, 2, 3, 5, 9].map(on));
    assert_eq!(market.dates[5..], [MarketDate::default(); 7]);
    // What stands in a row moves with it.
    market.dates[1].open_interest = 7;
    market.list(on(0), NOW).unwrap();
    assert_eq!((market.dates[2].expiry, market.dates[2].open_interest), (on(2), 7));
    assert_eq!(market.dates[0], MarketDate { expiry: on(0), ..MarketDate::default() });
    assert_eq!(code(market.invariant()), None);
}

#[test]
fn what_may_not_be_listed_is_refused() {
    let mut market = ahead(3, 0, 0);
    assert_eq!(code(market.list(on(4), NOW)), no(ExpiryOffRule));
    assert_eq!(code(market.list(on(0), on(0))), no(ExpiryOffRule));
    market.list(on(3), NOW).unwrap();
    assert_eq!(code(market.list(on(3), NOW)), no(ExpiryListed));
    assert_eq!(market.date_count, 1);
}

#[test]
fn a_thirteenth_date_is_refused() {
    let mut market = ahead(31, 0, 0);
    for days in 1..=12 {
        market.list(on(days), NOW).unwrap();
    }
    assert_eq!(code(market.invariant()), None);
    // Beyond the furthest there is no room; before it, it makes room, unless somebody holds something in it.
    assert_eq!(code({ market }.list(on(13), NOW)), no(ExpiriesTooMany));
    let mut nearer = market;
    nearer.list(on(0), NOW).unwrap();
    assert_eq!((nearer.date_count, nearer.dates[0].expiry, nearer.dates[11].expiry), (12, on(0), on(11)));
    assert_eq!(code(nearer.invariant()), None);
    let mut held = market;
    held.dates[11].legs = 1;
    assert_eq!(code(held.list(on(0), NOW)), no(ExpiriesTooMany));
    // The first expires without a position and makes room.
    assert_eq!(code({ market }.list(on(13), on(1) - 1)), no(ExpiriesTooMany));
    let mut later = market;
    later.list(on(13), on(1)).unwrap();
    assert_eq!((later.date_count, later.dates[0].expiry, later.dates[11].expiry), (12, on(2), on(13)));
    // With a position in it, it stays.
    market.dates[0].legs = 1;
    assert_eq!(code(market.list(on(13), on(1))), no(ExpiriesTooMany));
}

#[test]
fn expired_dates_go_when_nobody_holds_anything() {
    let mut market = market(&[on(1), on(2), on(3), on(4)]);
    (market.dates[1].legs, market.dates[3].legs) = (2, 1);
    market.dates[1].settled_at = on(2);
    market.drop_dates(on(1) - 1);
    assert_eq!(market.date_count, 4);
    market.drop_dates(on(3));
    let left: Vec<_> = market.dates().iter().map(|date| (date.expiry, date.legs)).collect();
    assert_eq!(left, [(on(2), 2), (on(4), 1)]);
    assert_eq!(market.dates[0].settled_at, on(2));
    // Rows behind are free.
    assert_eq!(market.dates[2..], [MarketDate::default(); 10]);
    market.dates[1].legs = 0;
    market.drop_dates(i64::MAX);
    assert_eq!((market.date_count, market.dates[0].expiry), (1, on(2)));
}

#[test]
fn only_listed_dates_are_found() {
    let mut market = market(&[on(1), on(2)]);
    assert_eq!(market.date_mut(on(2)).unwrap().expiry, on(2));
    assert_eq!(code(market.date_mut(on(3)).map(|_| ())), no(ExpiryNotListed));
    // Rows beyond the count are none.
    assert_eq!(code(market.date_mut(0).map(|_| ())), no(ExpiryNotListed));
    market.date_count = 13;
    assert!(market.dates().is_empty() && market.dates_mut().is_empty());
    let mut one = crate::money_scene::account();
    assert_eq!(code(one.trade(&mut market, &lots(FUTURE, on(1), 0, 1, 5))), no(ExpiryNotListed));
}
