//! Whatever is traded, between whomever: what one pays the other gets, and every sum is that of the books.

use crate::{
    money_scene::{account, lots, market, CALL, FUTURE, PERP, PUT},
    NOW,
};
use ballast_interface::account::{MarginAccount, Market, TradeLeg};
use proptest::prelude::*;

const DATE: i64 = NOW + 86_400;
const LATER: i64 = NOW + 7 * 86_400;

/// Instruments, in the order in which legs stand.
const INSTRUMENTS: [(u8, i64, u64); 6] =
    [(PERP, 0, 0), (FUTURE, DATE, 0), (CALL, DATE, 7), (PUT, DATE, 7), (CALL, DATE, 8), (CALL, LATER, 7)];

/// What one account did in one instrument: lots it has, and what it paid for all of them.
type Book = [[(i64, i128); 6]; 4];

/// Who buys from whom, which instrument, how many lots, at what price; and who settles with the pool afterwards.
type Step = (usize, usize, usize, i64, u64, usize);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let count = prop_oneof![-3i64..=3, -50i64..=50, -1_000_000i64..=1_000_000];
    let price = prop_oneof![0u64..20, 0u64..1_000_000_000];
    proptest::collection::vec((0usize..4, 1usize..4, 0usize..6, count, price, 0usize..8), 1..60)
}

/// What a book's parts are worth together when lots are worth so much; profits that wait included.
fn worth(account: &MarginAccount, prices: &[i128; 6]) -> i128 {
    let legs = account.legs.iter().filter(|leg| leg.market != 0).map(|leg| {
        let name = (leg.kind, leg.expiry, leg.strike);
        let place = INSTRUMENTS.iter().position(|known| *known == name).unwrap();
        let value = i128::from(leg.quantity) * prices[place];
        // Options were paid for.
        value - if leg.kind <= FUTURE { i128::from(leg.entry_value) } else { 0 }
    });
    legs.sum::<i128>() + i128::from(account.cash) + i128::from(account.unpaid(1))
}

/// Every sum of the market, from the books alone.
fn check(accounts: &[MarginAccount], market: &Market, book: &Book) -> Result<(), TestCaseError> {
    let long = |place: usize| book.iter().map(|row| row[place].0.max(0) as u64).sum::<u64>();
    let legs = |places: core::ops::Range<usize>| {
        let held = book.iter().flat_map(|row| &row[places.clone()]);
        held.filter(|(lots, _)| *lots != 0).count() as u32
    };
    prop_assert_eq!(market.open_interest, (0..6).map(long).sum::<u64>());
    prop_assert_eq!(market.perp_open_interest, long(0));
    let [first, second, ..] = market.dates;
    prop_assert_eq!((first.open_interest, first.legs), ((1..5).map(long).sum(), legs(1..5)));
    prop_assert_eq!((second.open_interest, second.legs), (long(5), legs(5..6)));
    let unpaid = accounts.iter().map(|account| account.unpaid(1));
    prop_assert_eq!(market.unpaid, unpaid.clone().map(|profit| profit.max(0) as u64).sum::<u64>());
    prop_assert_eq!(market.owed, unpaid.map(|profit| profit.min(0).unsigned_abs()).sum::<u64>());
    for (account, row) in accounts.iter().zip(book) {
        prop_assert!(account.invariant().is_ok());
        let held = INSTRUMENTS.iter().zip(row).filter(|(_, (lots, _))| *lots != 0);
        let expected: Vec<_> =
            held.map(|((kind, expiry, strike), (lots, _))| (1, *expiry, *strike, *kind, *lots)).collect();
        let legs = account.legs.iter().take_while(|leg| leg.market != 0);
        let found: Vec<_> =
            legs.map(|leg| (leg.market, leg.expiry, leg.strike, leg.kind, leg.quantity)).collect();
        let counted = account.markets.iter().map(|row| usize::from(row.legs)).sum::<usize>();
        prop_assert_eq!(counted, expected.len());
        prop_assert_eq!(found, expected);
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_one_pays_the_other_gets(steps in steps(), prices in any::<[u32; 6]>()) {
        let (mut accounts, mut market) = (vec![account(); 4], market(&[DATE, LATER]));
        for account in &mut accounts {
            account.cash = 1_000_000;
        }
        let (mut book, prices): (Book, _) = ([[(0, 0); 6]; 4], prices.map(i128::from));
        for (buyer, apart, place, count, price, settles) in steps {
            let (kind, expiry, strike) = INSTRUMENTS[place];
            let trade = lots(kind, expiry, strike, count, price);
            if count != 0 {
                let seller = (buyer + apart) % 4;
                for (who, trade) in [(buyer, trade), (seller, trade.mirrored())] {
                    accounts[who].trade(&mut market, &trade).unwrap();
                    let (held, cost) = &mut book[who][place];
                    *held += trade.lots;
                    *cost += i128::from(trade.lots) * i128::from(price);
                }
            }
            if let Some(account) = accounts.get_mut(settles) {
                let before = (account.cash, account.unpaid(1), market.pool);
                let change = account.settle_pool(&mut market).unwrap();
                prop_assert!(change == 0 || (change > 0) == (before.1 > 0));
                prop_assert_eq!(account.cash + account.unpaid(1), before.0 + before.1);
                prop_assert_eq!(account.cash - before.0, change);
                prop_assert_eq!(i128::from(market.pool), i128::from(before.2) - i128::from(change));
                prop_assert!(account.cash >= before.0.min(0), "a loss is paid from cash above zero alone");
            }
            check(&accounts, &market, &book)?;
        }
        // Whatever was realised on the way, a book is worth what its lots are less what was paid for them.
        for (account, row) in accounts.iter().zip(&book) {
            let lots = row.iter().zip(&prices).map(|((lots, paid), price)| i128::from(*lots) * price - paid);
            prop_assert_eq!(worth(account, &prices), 1_000_000 + lots.sum::<i128>());
        }
        let all = |of: fn(&MarginAccount) -> i64| -> i128 { accounts.iter().map(|one| i128::from(of(one))).sum() };
        prop_assert_eq!(all(|account| account.cash) + i128::from(market.pool), 4_000_000);
        let unpaid = all(|account| account.unpaid(1));
        // Profits that wait are what the pool has and what others still hold at a loss.
        let legs = accounts.iter().flat_map(|account| &account.legs).filter(|leg| (1..=2).contains(&leg.kind));
        let entries = legs.map(|leg| i128::from(leg.entry_value)).sum::<i128>();
        prop_assert_eq!(unpaid, i128::from(market.pool) + entries);
    }

    /// What closed lots cost is their part of the cost, less than a unit more; the rest stays with the rest.
    #[test]
    fn a_part_of_a_position_has_its_part_of_the_cost(
        parts in proptest::collection::vec((1i64..1_000_000, 0u64..1_000_000_000), 1..6), short: bool,
        closed in 1i64..5_000_000, price in 0u64..1_000_000_000,
    ) {
        let (mut account, mut market, sign) = (account(), market(&[]), if short { -1 } else { 1 });
        for (count, price) in &parts {
            account.trade(&mut market, &lots(PERP, 0, 0, sign * count, *price)).unwrap();
        }
        let held: i64 = parts.iter().map(|(count, _)| count).sum();
        let costs = parts.iter().map(|(count, price)| i128::from(sign * count) * i128::from(*price));
        let cost = costs.sum::<i128>();
        let closed = closed.min(held);
        let trade = TradeLeg { lots: -sign * closed, ..lots(PERP, 0, 0, 1, price) };
        let effect = account.trade(&mut market, &trade).unwrap();
        prop_assert!(effect.reduced);
        // Profit times what was held, as a whole number: what came in less the part of the cost.
        let got = i128::from(sign * closed) * i128::from(price);
        let exact = got * i128::from(held) - cost * i128::from(closed);
        let short_of = exact - i128::from(effect.realised) * i128::from(held);
        prop_assert!((0..i128::from(held)).contains(&short_of));
        let left = cost - (got - i128::from(effect.realised));
        prop_assert_eq!(i128::from(account.legs[0].entry_value), left);
    }
}
