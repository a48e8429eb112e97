//! An auction: what is counted of it, and in which order the hops behind it are made.

use crate::code;
use ballast_interface::{
    account::MAX_MARKETS,
    liquidation::{Auction, Hop, LiquidationError as Wrong},
};

const NOW: i64 = 1_000_000;

fn auction() -> Auction {
    let mut auction: Auction = bytemuck::Zeroable::zeroed();
    (auction.version, auction.began_at) = (Auction::VERSION, NOW);
    auction
}

fn no(why: Wrong) -> Option<u32> {
    Some(u32::from(why))
}

#[test]
fn hops_are_made_once_each_in_their_order() {
    let hops = [Hop::Auction, Hop::Insurance, Hop::Claims, Hop::Shared];
    for (made, last) in hops.into_iter().enumerate() {
        for (next, hop) in hops.into_iter().enumerate().skip(1) {
            let mut auction = auction();
            (auction.hop, auction.hop_at) = (last as u8, NOW);
            // Only the last can be made again: lenders may have had too little.
            let may = next == made + 1 || (next, made) == (3, 3);
            let expected = if may { None } else { no(Wrong::HopOutOfOrder) };
            assert_eq!(code(auction.make(hop, 300, NOW + 300)), expected, "{hop:?} after {last:?}");
            let after = if expected.is_none() { (hop as u8, NOW + 300) } else { (last as u8, NOW) };
            assert_eq!((auction.hop, auction.hop_at), after);
        }
    }
}

#[test]
fn hops_behind_the_insurance_wait() {
    let mut auction = auction();
    assert_eq!(code(auction.make(Hop::Insurance, 300, NOW)), None);
    assert_eq!(code(auction.make(Hop::Claims, 300, NOW)), no(Wrong::HopEarly));
    assert_eq!(code(auction.make(Hop::Claims, 300, NOW + 299)), no(Wrong::HopEarly));
    assert_eq!(code(auction.make(Hop::Claims, 300, NOW + 300)), None);
    assert_eq!(code(auction.make(Hop::Shared, 300, NOW + 599)), no(Wrong::HopEarly));
    assert_eq!(code(auction.make(Hop::Shared, 300, NOW + 600)), None);
    assert_eq!(code(auction.make(Hop::Shared, 300, NOW + 899)), no(Wrong::HopEarly));
    assert_eq!(code(auction.make(Hop::Shared, 300, NOW + 900)), None);
    assert_eq!(code(auction.make(Hop::Claims, 300, NOW + 1_200)), no(Wrong::HopOutOfOrder));
}

#[test]
fn time_and_takings_are_counted() {
    let mut auction = auction();
    for (now, expected) in [(i64::MIN, 0), (NOW - 1, 0), (NOW, 0), (NOW + 7, 7)] {
        assert_eq!(auction.seconds(now), expected);
    }
    for (paid, small, discounts, of_small) in
        [(5, false, 5, 0), (-9, true, 5, 0), (0, true, 5, 0), (7, true, 12, 7), (3, false, 15, 7)]
    {
        auction.count(paid, small, NOW + paid).unwrap();
        assert_eq!((auction.discounts, auction.small_paid), (discounts, of_small));
        assert_eq!(auction.taken_at, NOW + paid);
    }
    assert_eq!(auction.takings, 5);
}

#[test]
fn options_are_counted_by_market_as_far_as_there_are_rows() {
    let mut auction = auction();
    auction.buy(3, 0);
    assert!(auction.bought.iter().all(|row| row.market == 0));
    for market in 1..=MAX_MARKETS as u16 + 1 {
        auction.buy(market, 10);
        auction.buy(market, u64::from(market));
    }
    let rows = auction.bought.map(|row| (row.market, row.paid));
    for (place, row) in rows.iter().enumerate() {
        let market = place as u16 + 1;
        assert_eq!(*row, (market, 10 + u64::from(market)));
    }
}

#[test]
fn an_idle_auction_begins_anew_with_no_hop_made() {
    let mut auction = auction();
    auction.buy(3, 10);
    auction.count(7, true, NOW).unwrap();
    auction.make(Hop::Insurance, 300, NOW).unwrap();
    // One that runs is not set back.
    auction.wake(NOW + 500);
    assert_eq!((auction.seconds(NOW + 500), auction.hop, auction.small_paid), (500, 1, 7));
    auction.idle = 1;
    assert_eq!(auction.seconds(NOW + 500), 0);
    auction.wake(NOW + 600);
    assert_eq!((auction.idle, auction.began_at, auction.seconds(NOW + 605)), (0, NOW + 600, 5));
    assert_eq!((auction.hop, auction.hop_at, auction.small_paid), (0, 0, 0));
    assert!(auction.bought.iter().all(|row| (row.market, row.paid) == (0, 0)));
    // What was taken and paid before is still told at the end.
    assert_eq!((auction.takings, auction.discounts, auction.taken_at), (1, 7, NOW));
}

#[test]
fn other_layouts_are_refused() {
    assert_eq!(code(auction().require_known()), None);
    for version in [0, 2] {
        assert_eq!(code(Auction { version, ..auction() }.require_known()), no(Wrong::VersionUnknown));
    }
}
