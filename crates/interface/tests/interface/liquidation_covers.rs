//! What a fund pays by market, when more markets lose than it has rows for.

use crate::liquidation_fund::{fund, no};
use ballast_interface::liquidation::{Fund, LiquidationError as Wrong, RescueRules, MAX_COVERS};

const NOW: i64 = 1_000_000;

/// A fund of a million that has paid so much for each of so many markets, by number from zero; the cap is 5 000 in an hour.
fn paid(amounts: &[u64]) -> Fund {
    let mut fund = fund();
    fund.stake_down(1_000_000).unwrap();
    for (market, amount) in amounts.iter().enumerate() {
        fund.pay(market as u16, *amount, NOW).unwrap();
    }
    fund
}

/// What a market may be paid now, by what is told and by what is done: that much is paid, and a unit more is refused.
#[track_caller]
fn gets(fund: &Fund, market: u16, now: i64, most: u64) {
    assert_eq!(fund.cover_down(market, now), most);
    let mut fits = *fund;
    fits.pay(market, most, now).unwrap();
    assert_eq!(fits.assets, fund.assets - most);
    assert_eq!(fits.cover_down(market, now), 0);
    let mut beyond = *fund;
    no(beyond.pay(market, most + 1, now), Wrong::CoverSpent);
}

#[test]
fn rows_are_twenty_four() {
    assert_eq!(MAX_COVERS, 24);
}

#[test]
fn dust_paid_for_others_takes_no_cover_away() {
    let fund = paid(&[1; 24]);
    for market in [24, 25, 1_000, u16::MAX] {
        gets(&fund, market, NOW, 4_999);
    }
    // Those that have a row are short of the same unit, which was theirs.
    for market in 0..24 {
        gets(&fund, market, NOW, 4_999);
    }
    // A unit drains in .72 seconds.
    gets(&fund, 24, NOW + 1, 5_000);
}

#[test]
fn a_row_that_is_free_is_taken_first() {
    let fund = paid(&[4_000; 23]);
    gets(&fund, 23, NOW, 5_000);
    gets(&fund, 0, NOW, 1_000);
    gets(&fund, 22, NOW, 1_000);
    let mut full = fund;
    full.pay(23, 4_000, NOW).unwrap();
    gets(&full, 24, NOW, 1_000);
}

#[test]
fn caps_paid_for_twenty_four_markets_leave_nothing() {
    let fund = paid(&[5_000; 24]);
    for market in [0, 23, 24, 25, u16::MAX] {
        gets(&fund, market, NOW, 0);
        // 18 seconds are 25 units.
        gets(&fund, market, NOW + 18, 25);
        // 3 599 seconds are 4 998.6; in an hour everything is drained.
        gets(&fund, market, NOW + 3_599, 4_998);
        gets(&fund, market, NOW + 3_600, 5_000);
    }
}

#[test]
fn a_market_without_a_row_takes_the_one_of_which_least_counts() {
    // 1 000 for the first, 970 for the next, and so on to 310 for the last: neither the first row nor the newest.
    let mut amounts: Vec<u64> = (0..24).map(|market| 1_000 - 30 * market).collect();
    amounts.swap(7, 23);
    assert_eq!((amounts[7], amounts[22]), (310, 340));
    let mut fund = paid(&amounts);
    gets(&fund, 24, NOW, 4_690);
    fund.pay(24, 4_000, NOW).unwrap();
    assert_eq!((fund.covers[7].market, fund.covers[7].meter.level), (24, 4_310));
    gets(&fund, 24, NOW, 690);
    // Market 7, of which 310 counts, has to share what was paid for 22.
    gets(&fund, 7, NOW, 4_660);
    fund.pay(7, 1, NOW).unwrap();
    assert_eq!((fund.covers[22].market, fund.covers[22].meter.level), (7, 341));
    assert_eq!(fund.covers.iter().filter(|row| row.market == 7).count(), 1);
    // Market 22 has it back with the unit: 370, of market 21, is more.
    gets(&fund, 22, NOW, 4_659);
    fund.pay(7, 29, NOW).unwrap();
    gets(&fund, 22, NOW, 4_630);
    // Of two that count as much, the earlier row is taken.
    fund.pay(22, 1, NOW).unwrap();
    assert_eq!((fund.covers[21].market, fund.covers[22].market), (22, 7));
    // The others have what they had.
    gets(&fund, 0, NOW, 4_000);
    gets(&fund, 23, NOW, 5_000 - 790);
}

#[test]
fn what_is_told_of_a_market_takes_no_row() {
    let fund = paid(&[100; 24]);
    let before = fund.covers;
    assert_eq!(fund.cover_down(99, NOW), 4_900);
    assert!(fund.covers == before);
    let mut same = fund;
    same.pay(99, 0, NOW).unwrap();
    assert!(same.covers == before);
}

#[test]
fn what_was_paid_is_of_its_time() {
    // Rows of one level, paid at other times: that of the earlier one has drained by 25 units 18 seconds later.
    let mut fund = paid(&[1_000; 23]);
    fund.pay(23, 1_000, NOW - 18).unwrap();
    gets(&fund, 24, NOW, 4_025);
    // Of a level that is greater, but earlier by half an hour and 2 500 units, 900 count.
    fund.covers[5].meter.level = 3_400;
    fund.covers[5].meter.at = NOW - 1_800;
    gets(&fund, 24, NOW, 4_100);
    fund.pay(24, 4_100, NOW).unwrap();
    assert_eq!((fund.covers[5].market, fund.covers[5].meter.level), (24, 5_000));
}

#[test]
fn rows_beyond_a_new_cap_leave_nothing() {
    let mut fund = paid(&[3_000; 24]);
    let less = RescueRules { market_cap: 2_999, ..fund.rules };
    fund.change_rules(&less, NOW);
    assert_eq!([0, 24].map(|market| fund.cover_down(market, NOW)), [0, 0]);
    no(fund.clone().pay(24, 1, NOW), Wrong::CoverSpent);
    let one = RescueRules { market_cap: 3_001, ..fund.rules };
    fund.change_rules(&one, NOW);
    gets(&fund, 24, NOW, 1);
}

#[test]
fn a_market_that_comes_back_finds_no_more_than_a_unit_less() {
    // Of market 0 counts 1 000; of market 1, a second after 1 001, 999.61, which are rounded up: the first is taken.
    let mut fund = paid(&[]);
    fund.pay(0, 999, NOW - 1).unwrap();
    fund.pay(1, 1_001, NOW - 1).unwrap();
    // 998 are left after a second.
    fund.pay(0, 2, NOW).unwrap();
    (2..24).for_each(|market| fund.pay(market, 3_000, NOW).unwrap());
    fund.pay(24, 1, NOW).unwrap();
    assert_eq!((fund.covers[0].market, fund.covers[0].meter.level), (24, 1_001));
    // Two seconds later 997.22 would count of it, and 996.83 do.
    let free = fund.cover_down(0, NOW + 2);
    assert!((4_002..=4_003).contains(&free), "{free}");
}
