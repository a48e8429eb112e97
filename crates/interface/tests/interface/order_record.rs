//! What is left of signed orders: partial fills, replays, cancellations, and rows that become free.

use crate::{code, money_scene::no};
use ballast_interface::account::{AccountError::*, OrderFill, OrderRecord, Trigger, MAX_ORDERS};
use bytemuck::Zeroable;
use proptest::prelude::*;
use std::collections::HashMap;

const NOW: i64 = 1_000;
const END: i64 = 2_000;

fn record() -> OrderRecord {
    let mut record = OrderRecord::zeroed();
    record.version = 1;
    record
}

/// Fills units of an order of ten that expires at `END`.
fn fill(record: &mut OrderRecord, nonce: u64, units: u64) -> Option<u32> {
    code(record.fill(nonce, 10, units, END, NOW))
}

#[test]
fn an_order_is_filled_in_parts_and_no_further() {
    let mut record = record();
    assert_eq!(fill(&mut record, 7, 4), None);
    assert_eq!(fill(&mut record, 7, 5), None);
    assert_eq!(record.orders[0], OrderFill { nonce: 7, expires_at: END, filled: 9 });
    assert_eq!(fill(&mut { record }, 7, 2), no(OrderFilled));
    assert_eq!(fill(&mut record, 7, 1), None);
    // The same order once more, and the same nonce with more units.
    assert_eq!(fill(&mut { record }, 7, 1), no(OrderFilled));
    assert_eq!(code({ record }.fill(7, 12, 3, END, NOW)), no(OrderFilled));
    assert_eq!(code({ record }.fill(7, 12, 2, END, NOW)), None);
    assert_eq!(code({ record }.fill(7, 9, 1, END, END - 1)), no(OrderFilled));
    assert_eq!(code({ record }.fill(7, u64::MAX, u64::MAX, END, NOW)), no(NumberTooLarge));
    assert_eq!(record.orders[1], OrderFill::default());
}

#[test]
fn an_order_that_is_larger_than_its_units_is_refused_at_once() {
    assert_eq!(fill(&mut record(), 7, 11), no(OrderFilled));
    assert_eq!(fill(&mut record(), 7, 10), None);
    assert_eq!(code(record().fill(7, u64::MAX, u64::MAX, END, NOW)), None);
}

#[test]
fn orders_are_told_apart_by_their_nonces() {
    let mut record = record();
    for nonce in [9, 7, u64::MAX, 1] {
        assert_eq!(fill(&mut record, nonce, 10), None);
    }
    let nonces = [0, 1, 2, 3, 4].map(|place| record.orders[place].nonce);
    assert_eq!(nonces, [9, 7, u64::MAX, 1, 0]);
    for nonce in [9, 7, u64::MAX, 1] {
        assert_eq!(fill(&mut record, nonce, 1), no(OrderFilled), "{nonce}");
    }
    assert_eq!(fill(&mut record, 0, 1), no(OrderCancelled));
}

#[test]
fn a_row_lasts_as_long_as_any_order_of_its_nonce() {
    let mut record = record();
    // Two orders of one nonce: the later one keeps the row, in whichever order they come.
    record.fill(7, 10, 6, END, NOW).unwrap();
    record.fill(7, 10, 1, END + 500, NOW).unwrap();
    record.fill(7, 10, 1, END, NOW).unwrap();
    assert_eq!(record.orders[0], OrderFill { nonce: 7, expires_at: END + 500, filled: 8 });
    assert_eq!(code(record.fill(7, 10, 3, END + 500, END + 499)), no(OrderFilled));
}

#[test]
fn a_sixty_fifth_live_order_is_refused() {
    let mut record = record();
    assert_eq!(MAX_ORDERS, 64);
    for nonce in 1..=64 {
        let expires_at = if nonce == 20 { END - 500 } else { END };
        assert_eq!(code(record.fill(nonce, 10, 1, expires_at, NOW)), None);
    }
    assert_eq!(fill(&mut { record }, 65, 1), no(OrdersTooMany));
    // Those that are known can be filled on.
    assert_eq!(fill(&mut record, 64, 9), None);
    // One that expires makes room, at its second.
    assert_eq!(code({ record }.fill(65, 10, 1, END, END - 501)), no(OrdersTooMany));
    let mut expired = record;
    assert_eq!(code(expired.fill(65, 10, 1, END, END - 500)), None);
    assert_eq!(expired.orders[19], OrderFill { nonce: 65, expires_at: END, filled: 1 });
    // So do those that are cancelled, and no others.
    let mut cancelled = record;
    cancelled.cancel_below(3).unwrap();
    assert_eq!(fill(&mut cancelled, 65, 1), None);
    assert_eq!(fill(&mut cancelled, 66, 1), None);
    assert_eq!([0, 1, 2].map(|place| cancelled.orders[place].nonce), [65, 66, 3]);
    assert_eq!(fill(&mut cancelled, 67, 1), no(OrdersTooMany));
    assert_eq!(fill(&mut cancelled, 64, 1), no(OrderFilled));
}

#[test]
fn a_watermark_cancels_what_is_below_and_only_rises() {
    let mut record = record();
    fill(&mut record, 7, 4);
    assert_eq!(code(record.cancel_below(7)), None);
    assert_eq!(fill(&mut record, 6, 1), no(OrderCancelled));
    // The order at the mark goes on where it was.
    assert_eq!(fill(&mut { record }, 7, 7), no(OrderFilled));
    assert_eq!(fill(&mut record, 7, 6), None);
    for nonce in [7, 6, 0] {
        assert_eq!(code(record.cancel_below(nonce)), no(WatermarkFalls), "{nonce}");
    }
    assert_eq!((code(record.cancel_below(8)), record.watermark), (None, 8));
    assert_eq!(fill(&mut record, 7, 1), no(OrderCancelled));
    assert_eq!(code(record.cancel_below(u64::MAX)), None);
    assert_eq!(fill(&mut record, u64::MAX - 1, 1), no(OrderCancelled));
    assert_eq!(fill(&mut record, u64::MAX, 1), None);
    // One that was never opened, or by another version.
    assert_eq!(code(OrderRecord::zeroed().cancel_below(1)), no(RecordVersionUnknown));
}

#[test]
fn a_record_is_idle_without_triggers() {
    let mut record = record();
    fill(&mut record, 7, 4);
    assert!(record.is_idle());
    for place in [0, 11] {
        let mut waiting = record;
        waiting.triggers[place] = Trigger { market: 1, ..Trigger::default() };
        assert!(!waiting.is_idle(), "{place}");
    }
}

proptest! {
    /// Whatever comes: no order is ever filled beyond its units, and none is forgotten while it can be used.
    #[test]
    fn no_order_is_filled_twice(
        steps in proptest::collection::vec(
            (0i64..200, 1u64..100, 1u64..8, prop_oneof![9 => Just(0u64), 1 => 1u64..30]), 1..300,
        ),
    ) {
        let (mut record, mut now, mut filled) = (record(), 0, HashMap::<u64, u64>::new());
        for (seconds, nonce, units, mark) in steps {
            now += seconds;
            if mark > record.watermark {
                record.cancel_below(mark).unwrap();
            }
            // The units and the expiry of an order follow from its nonce.
            let (of, expires_at) = (5 + nonce % 7, (nonce % 13) as i64 * 1_000);
            if expires_at <= now {
                continue;
            }
            let before = record;
            let so_far = filled.entry(nonce).or_default();
            match code(record.fill(nonce, of, units, expires_at, now)) {
                None => {
                    prop_assert!(nonce >= record.watermark);
                    *so_far += units;
                    prop_assert!(*so_far <= of);
                }
                refusal => {
                    let expected = if nonce < before.watermark {
                        no(OrderCancelled)
                    } else if *so_far + units > of {
                        no(OrderFilled)
                    } else {
                        no(OrdersTooMany)
                    };
                    // A new order finds no row before anybody asks for its units.
                    let full = *so_far == 0 && refusal == no(OrdersTooMany);
                    prop_assert!(refusal == expected || full);
                    record = before;
                }
            }
        }
    }
}
