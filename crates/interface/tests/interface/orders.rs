//! Orders: the bytes that are signed, and those that have no meaning.

use crate::{code, key, money_scene::no};
use ballast_interface::account::{AccountError::OrderInvalid, Order, OrderLeg, MAX_ORDER_LEGS, ORDER_DOMAIN};

fn leg(number: u16, kind: u8, expiry: u32, strike: u64, lots: i32) -> OrderLeg {
    OrderLeg { number, kind, expiry, strike, lots }
}

/// Buys two calls and sells a perp, at most five thousand times, for a unit that brings in three or more.
fn order() -> Order {
    Order {
        domain: ORDER_DOMAIN,
        margin_account: key(0xab),
        venue: 0x0102,
        nonce: 0x0102_0304_0506_0708,
        expires_at: 0x1122_3344,
        units: 5_000,
        limit: -3,
        max_fee: 0x99,
        reduce_only: true,
        legs: vec![leg(1, 1, 0, 0, -1), leg(0x0201, 3, 0x6a8b_9cad, 9_500_000_000_000, 2)],
    }
}

#[test]
fn the_bytes_are_those_of_the_fields_in_order() {
    let mut expected = Vec::new();
    // "ballast" and a version.
    expected.extend([0x62, 0x61, 0x6c, 0x6c, 0x61, 0x73, 0x74, 0x01]);
    expected.extend([0xab; 32]);
    expected.extend([0x02, 0x01]);
    expected.extend([0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01]);
    expected.extend([0x44, 0x33, 0x22, 0x11, 0, 0, 0, 0]);
    // 5 000 is 0x1388.
    expected.extend([0x88, 0x13, 0, 0, 0, 0, 0, 0]);
    expected.extend([0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    expected.extend([0x99, 0, 0, 0, 0, 0, 0, 0]);
    expected.push(1);
    // Two legs of nineteen bytes: number, kind, expiry, strike, lots.
    expected.extend([2, 0, 0, 0]);
    expected.extend([1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    // 95 000 dollars in 10^-8 are 0x8a3e4201800.
    expected.extend([1, 2, 3, 0xad, 0x9c, 0x8b, 0x6a]);
    expected.extend([0, 0x18, 0x20, 0xe4, 0xa3, 8, 0, 0]);
    expected.extend([2, 0, 0, 0]);
    assert_eq!(order().message(), expected);
    assert_eq!(expected.len(), 8 + 32 + 2 + 8 + 8 + 8 + 8 + 8 + 1 + 4 + 2 * 19);
}

#[test]
fn every_field_is_in_the_bytes() {
    let changes: [fn(&mut Order); 14] = [
        |order| order.domain[7] = 2,
        |order| order.margin_account = key(0xac),
        |order| order.venue = 3,
        |order| order.nonce += 1,
        |order| order.expires_at += 1,
        |order| order.units += 1,
        |order| order.limit += 1,
        |order| order.max_fee += 1,
        |order| order.reduce_only = false,
        |order| order.legs[1].number += 1,
        |order| order.legs[1].kind += 1,
        |order| order.legs[1].expiry += 1,
        |order| order.legs[1].strike += 1,
        |order| order.legs[1].lots += 1,
    ];
    let mut seen = vec![order().message()];
    for (place, change) in changes.into_iter().enumerate() {
        let mut other = order();
        change(&mut other);
        let message = other.message();
        assert!(!seen.contains(&message), "change {place}");
        seen.push(message);
    }
}

fn refused(change: impl FnOnce(&mut Order)) -> Option<u32> {
    let mut order = order();
    change(&mut order);
    code(order.check())
}

#[test]
fn an_order_without_a_meaning_is_refused() {
    assert_eq!(refused(|_| ()), None);
    assert_eq!(refused(|order| (order.units, order.nonce) = (1, 1)), None);
    assert_eq!(refused(|order| (order.units, order.nonce) = (u64::MAX, u64::MAX)), None);
    assert_eq!(refused(|order| order.units = 0), no(OrderInvalid));
    assert_eq!(refused(|order| order.nonce = 0), no(OrderInvalid));
    for place in 0..8 {
        assert_eq!(refused(|order| order.domain[place] ^= 1), no(OrderInvalid), "byte {place}");
    }
    assert_eq!(refused(|order| order.legs[0].lots = 0), no(OrderInvalid));
    assert_eq!(refused(|order| order.legs[1].lots = 0), no(OrderInvalid));
}

#[test]
fn an_order_has_one_to_eight_legs() {
    assert_eq!(MAX_ORDER_LEGS, 8);
    let of = |count: u64| {
        refused(|order| order.legs = (1..=count).map(|strike| leg(1, 3, 9, strike, 1)).collect())
    };
    assert_eq!([0, 1, 2, 8, 9].map(of), [no(OrderInvalid), None, None, None, no(OrderInvalid)]);
}

#[test]
fn legs_rise_by_market_expiry_strike_and_kind_with_spot_behind() {
    for (low, high) in [
        (leg(1, 4, 9, 9, 1), leg(2, 1, 0, 0, 1)),
        (leg(1, 4, 8, 9, 1), leg(1, 3, 9, 1, 1)),
        (leg(1, 4, 9, 8, 1), leg(1, 3, 9, 9, 1)),
        (leg(1, 3, 9, 9, 1), leg(1, 4, 9, 9, 1)),
        // A bank's number says nothing about a market's.
        (leg(7, 1, 0, 0, 1), leg(1, 0, 0, 0, 1)),
        (leg(1, 0, 0, 0, 1), leg(2, 0, 0, 0, 1)),
    ] {
        assert_eq!(refused(|order| order.legs = vec![low, high]), None, "{low:?} {high:?}");
        assert_eq!(refused(|order| order.legs = vec![high, low]), no(OrderInvalid), "{high:?} {low:?}");
        // Each instrument once, whatever the lots.
        let again = OrderLeg { lots: -5, ..low };
        assert_eq!(refused(|order| order.legs = vec![low, again]), no(OrderInvalid), "{low:?} twice");
    }
    // Not only the first two.
    let legs = vec![leg(1, 1, 0, 0, 1), leg(2, 1, 0, 0, 1), leg(2, 1, 0, 0, 1)];
    assert_eq!(refused(|order| order.legs = legs), no(OrderInvalid));
}
