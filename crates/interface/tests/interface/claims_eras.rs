//! Claims over eras of their index: however small earlier cuts have made it, the next one takes what it is about, and no
//! more.

use crate::{
    claims::scene,
    code,
    money_scene::{account, market, no},
};
use ballast_interface::{
    account::{AccountError::*, MarginAccount, Market, INDEX_ONE},
    Fixed64,
};

/// Era of a market that has been sunk.
const SUNK: u32 = 7;

/// Cuts a new market's claims of 256 units four times by 255, so that its index is 2^60 of the seventh era, and nothing is
/// left of them but a unit, which the first account claims and the second owes.
fn sink(market: &mut Market) -> [MarginAccount; 2] {
    let [mut winner, mut loser] = [account(), account()];
    // 2^64 by 2^-8 is 2^56, raised once; 2^60 by 2^-8 is 2^52, raised twice.
    for (round, era) in [1, 3, 5, SUNK].into_iter().enumerate() {
        // A unit is there from the round before.
        let dust = if round == 0 { 256 } else { 255 };
        winner.book_profit(market, dust).unwrap();
        loser.book_profit(market, -dust).unwrap();
        loser.cut_claims(market, 255).unwrap();
        assert_eq!((market.claim_index.to_bits(), market.claim_era), (1 << 60, era));
        assert_eq!((market.claims_up().unwrap(), loser.unpaid(1)), (1, -1));
    }
    // The last cut has not been told.
    assert_eq!((winner.unpaid(1), market.unpaid, market.cut), (256, 256, 255));
    [winner, loser]
}

/// A market that has been sunk, of which nobody claims or owes anything any more.
fn sunk() -> Market {
    let mut market = market(&[]);
    let [mut winner, mut loser] = sink(&mut market);
    winner.book_profit(&mut market, -1).unwrap();
    loser.book_profit(&mut market, 1).unwrap();
    assert!(winner.is_empty() && loser.is_empty());
    assert_eq!((market.unpaid, market.owed, market.cut), (0, 0, 0));
    market
}

/// Accounts with profits and losses of a market that has been sunk.
fn sunk_scene<const N: usize>(unpaid: [i64; N]) -> (Market, [MarginAccount; N]) {
    let mut market = sunk();
    let accounts = unpaid.map(|unpaid| {
        let mut account = account();
        account.book_profit(&mut market, unpaid).unwrap();
        account
    });
    (market, accounts)
}

/// Index, its era, and what is claimed.
fn standing(market: &Market) -> (i128, u32, u64) {
    (market.claim_index.to_bits(), market.claim_era, market.claims_up().unwrap())
}

#[test]
fn a_unit_costs_a_million_dollars_of_claims_no_more_than_that() {
    let mut market = market(&[]);
    let [mut dust, mut attacker] = sink(&mut market);
    // 600 000 and 400 000 dollars, which another owes.
    let [mut first, mut second, mut loser] = [account(), account(), account()];
    first.book_profit(&mut market, 600_000_000_000).unwrap();
    second.book_profit(&mut market, 400_000_000_000).unwrap();
    loser.book_profit(&mut market, -1_000_000_000_000).unwrap();
    assert_eq!(standing(&market), (1 << 60, SUNK, 1_000_000_000_001));

    attacker.cut_claims(&mut market, 1).unwrap();
    assert!(attacker.is_empty());
    // 2^60 by 10^12 over 10^12 + 1 is below 2^60: an era. 2^64 is 18 446 744 by 10^12 + 1, and a rest: so of 2^64 there are
    // 18 446 745 less, rounded up.
    assert_eq!(standing(&market), ((1 << 64) - 18_446_745, SUNK + 1, 1_000_000_000_000));
    // 0.6, 0.4, and of a unit next to nothing, each rounded up to a unit; of the dust, 255 more were never told.
    assert_eq!(first.settle_claims(&mut market).unwrap(), 1);
    assert_eq!(second.settle_claims(&mut market).unwrap(), 1);
    assert_eq!(dust.settle_claims(&mut market).unwrap(), 256);
    assert_eq!((first.unpaid(1), second.unpaid(1)), (599_999_999_999, 399_999_999_999));
    assert!(dust.is_empty());
    // Two units of the pool are nobody's.
    assert_eq!((market.unpaid, market.owed, market.cut), (999_999_999_998, 1_000_000_000_000, -2));
}

#[test]
fn an_index_that_is_just_large_enough_rounds_by_a_2_to_the_60th() {
    // 2^120 over 2^60 - 1 is 2^60 + 1, and a little.
    let dust = (1 << 60) - 1;
    let (mut market, [mut loser, mut winner]) = scene([-dust, dust]);
    loser.cut_claims(&mut market, (dust - (1 << 56)) as u64).unwrap();
    assert_eq!(standing(&market), ((1 << 60) + 1, 0, 1 << 56));
    // Of 2^56 a little less is claimed, which is one less; and then all but a unit of the most that can be.
    let more = i64::MAX - (1 << 56);
    winner.book_profit(&mut market, more).unwrap();
    loser.book_profit(&mut market, -more).unwrap();
    assert_eq!((winner.unpaid(1), standing(&market).2), (i64::MAX - 1, i64::MAX as u64));

    // An eighth less than 2^60 + 1.
    loser.cut_claims(&mut market, 1).unwrap();
    assert_eq!(standing(&market), (1 << 60, 0, i64::MAX as u64 - 1));
    // 2^63 - 2 over 2^60 + 1 is 8, less 10 over 2^60 + 1: eight units where one is lost.
    assert_eq!(winner.settle_claims(&mut market).unwrap(), 8);
    assert_eq!((winner.unpaid(1), market.cut), (i64::MAX - 9, -8));
    // The next one begins an era, and takes what it is about: of 2^64, two and a little in 2^63 - 2, rounded up. Of the claim
    // that is three by almost a half, rounded up.
    loser.cut_claims(&mut market, 1).unwrap();
    assert_eq!(standing(&market), ((1 << 64) - 3, 1, i64::MAX as u64 - 2));
    assert_eq!(winner.settle_claims(&mut market).unwrap(), 2);
    assert_eq!((winner.unpaid(1), market.cut), (i64::MAX - 11, -9));
}

#[test]
fn what_is_left_of_the_division_is_kept() {
    let whole = 3 << 60;
    let (market, [loser, winner]) = sunk_scene([-whole, whole]);
    for (left, index, eras, claim) in [
        // A third of 2^60 is 384 307 168 202 282 325 and a third; of 2^64, 6 148 914 691 236 517 205 and a third: without the
        // rest, five less. Of the claim it is a third all but for a 16th, of which the fraction is lost.
        (1 << 60, 6_148_914_691_236_517_205, 1, (1 << 60) - 1),
        // Five thirds, times 2^60, are 1 921 535 841 011 411 626 and two thirds: five units of the claim, all but a little.
        // Without the rest, it would be 2^60 and three units.
        (5, 1_921_535_841_011_411_626, 15, 4),
    ] {
        let (mut market, mut loser, mut winner) = (market, loser, winner);
        loser.cut_claims(&mut market, (whole - left) as u64).unwrap();
        assert_eq!(standing(&market), (index, SUNK + eras, left as u64));
        assert_eq!(winner.settle_claims(&mut market).unwrap(), whole - claim);
        assert_eq!((winner.unpaid(1), market.cut), (claim, -1));
    }
}

#[test]
fn claims_are_told_of_one_two_and_three_eras_at_once() {
    let (mut market, [mut loser, mut early, mut late]) = sunk_scene([-(1 << 62), 1 << 61, 1 << 61]);
    // To a 16th: 2^56, times 2^4.
    loser.cut_claims(&mut market, (1 << 62) - (1 << 58)).unwrap();
    assert_eq!(standing(&market), (1 << 60, SUNK + 1, 1 << 58));
    assert_eq!(early.settle_claims(&mut market).unwrap(), (1 << 61) - (1 << 57));
    assert_eq!((early.unpaid(1), early.markets[0].claim_era), (1 << 57, SUNK + 1));
    // To a quarter: 2^58, times 2^4.
    loser.cut_claims(&mut market, (1 << 58) - (1 << 56)).unwrap();
    assert_eq!(standing(&market), (1 << 62, SUNK + 2, 1 << 56));
    assert_eq!(early.settle_claims(&mut market).unwrap(), (1 << 57) - (1 << 55));
    // Two eras: 2^61 by 2^62 over 2^60 is 2^63, and a 2^8th of that.
    let mut two = late;
    assert_eq!(two.settle_claims(&mut { market }).unwrap(), (1 << 61) - (1 << 55));
    assert_eq!(two.unpaid(1), early.unpaid(1));
    assert_eq!((two.markets[0].claim_index, two.markets[0].claim_era), (market.claim_index, SUNK + 2));

    // Somebody else claims all but the 2^56 that are left of 2^62, and a 64th is left of those.
    let mut fresh = account();
    fresh.book_profit(&mut market, (1 << 62) - (1 << 56)).unwrap();
    loser.book_profit(&mut market, -(1 << 62) + (1 << 56)).unwrap();
    loser.cut_claims(&mut market, (1 << 62) - (1 << 56)).unwrap();
    // 2^62 by 2^-6 is 2^56, times 2^4.
    assert_eq!(standing(&market), (1 << 60, SUNK + 3, 1 << 56));
    // Three eras: a 2^12th. Two and one: a quarter, and a 16th of that.
    for (account, before, after) in [
        (&mut late, 1 << 61, 1 << 49),
        (&mut two, 1 << 55, 1 << 49),
        (&mut early, 1 << 55, 1 << 49),
        (&mut fresh, (1 << 62) - (1 << 56), (1 << 56) - (1 << 50)),
    ] {
        assert_eq!(account.unpaid(1), before);
        assert_eq!(account.settle_claims(&mut { market }).unwrap(), before - after);
        assert_eq!(account.unpaid(1), after);
    }
}

#[test]
fn claims_are_told_of_many_eras_at_once() {
    let (mut market, [mut loser, mut early, mut late]) = sunk_scene([-(1 << 62), 1 << 61, 1 << 61]);
    // To a 2^32nd: 2^28, times 2^32.
    loser.cut_claims(&mut market, (1 << 62) - (1 << 30)).unwrap();
    assert_eq!(standing(&market), (1 << 60, SUNK + 8, 1 << 30));
    assert_eq!(early.settle_claims(&mut market).unwrap(), (1 << 61) - (1 << 29));
    assert_eq!((early.unpaid(1), early.markets[0].claim_era), (1 << 29, SUNK + 8));
    // To a 2^18th: 2^42, times 2^20.
    loser.cut_claims(&mut market, (1 << 30) - (1 << 12)).unwrap();
    assert_eq!(standing(&market), (1 << 62, SUNK + 13, 1 << 12));
    assert_eq!(early.settle_claims(&mut market).unwrap(), (1 << 29) - (1 << 11));
    // Thirteen eras: 2^61 by 2^62 over 2^60 is 2^63, and a 2^52nd of that.
    let mut both = late;
    assert_eq!(both.settle_claims(&mut { market }).unwrap(), (1 << 61) - (1 << 11));
    assert_eq!(both.unpaid(1), early.unpaid(1));
    assert_eq!((both.markets[0].claim_index, both.markets[0].claim_era), (market.claim_index, SUNK + 13));

    // Somebody else claims all but the 2^12 that are left of 2^41, and four units are left of those.
    let mut fresh = account();
    fresh.book_profit(&mut market, (1 << 41) - (1 << 12)).unwrap();
    loser.book_profit(&mut market, -(1 << 41) + (1 << 12)).unwrap();
    loser.cut_claims(&mut market, (1 << 41) - 4).unwrap();
    // 2^62 by 2^-39 is 2^23, times 2^40.
    assert_eq!(standing(&market), (1 << 63, SUNK + 23, 4));
    // A 2^28th of a unit for each of them, and four less a 2^27th.
    assert_eq!(late.settle_claims(&mut market).unwrap(), 1 << 61);
    assert_eq!(early.settle_claims(&mut market).unwrap(), 1 << 11);
    assert_eq!(fresh.settle_claims(&mut market).unwrap(), (1 << 41) - (1 << 12) - 3);
    assert!(early.is_empty() && late.is_empty());
    assert_eq!((fresh.unpaid(1), loser.unpaid(1)), (3, -4));
    assert_eq!((market.unpaid, market.owed, market.cut), (3, 4, -1));
}

#[test]
fn one_cut_can_begin_up_to_sixteen_eras() {
    let whole = 1 << 62;
    let (market, [loser, winner]) = sunk_scene([-whole, whole]);
    for (left, index, eras) in [
        // 2^60 by 2^-4, and by 2^-5: 2^55 is 2^59 when raised once, and once more enough.
        (1 << 58, 1 << 60, 1),
        (1 << 57, 1 << 63, 2),
        // By 2^-8, and by 2^-9.
        (1 << 54, 1 << 60, 2),
        (1 << 53, 1 << 63, 3),
        // By 2^-60 it is one, and by 2^-62 nothing but a rest: a quarter, times 2^64.
        (4, 1 << 60, 15),
        (1, 1 << 62, 16),
    ] {
        let (mut market, mut loser, mut winner) = (market, loser, winner);
        loser.cut_claims(&mut market, (whole - left) as u64).unwrap();
        assert_eq!(standing(&market), (index, SUNK + eras, left as u64));
        assert_eq!(winner.settle_claims(&mut market).unwrap(), whole - left);
        assert_eq!((winner.unpaid(1), market.unpaid, market.cut), (left, left as u64, 0));
    }
}

#[test]
fn of_claims_that_are_cut_to_nothing_not_a_unit_is_left() {
    let most = i64::MAX;
    let (mut market, [mut loser, mut winner]) = sunk_scene([-most, most]);
    loser.cut_claims(&mut market, most as u64).unwrap();
    // The index has grown by 2^4: of 2^63 less one, after 16 eras, seven would be left.
    assert_eq!(standing(&market), (INDEX_ONE.to_bits(), SUNK + 17, 0));
    assert_eq!(winner.settle_claims(&mut market).unwrap(), most);
    assert!(winner.is_empty() && loser.is_empty());
    assert_eq!((market.unpaid, market.owed, market.cut), (0, 0, 0));
}

#[test]
fn claims_of_the_distant_past_are_worth_nothing() {
    let most = i64::MAX;
    let (market, [winner]) = sunk_scene([most]);
    // Shifts by 68 places and more, by 124, 128 and 132, and by as many as 32 bits cannot count.
    for eras in [17, 18, 31, 32, 33, 1 << 30, (1 << 30) + 1, u32::MAX - SUNK] {
        let (mut market, mut winner) = (market, winner);
        (market.claim_index, market.claim_era) = (INDEX_ONE, SUNK + eras);
        assert_eq!(winner.settle_claims(&mut market).unwrap(), most, "{eras} eras");
        assert!(winner.is_empty());
    }
    // By 64 and 60, a claim as large as any at the least index: 2^67 - 2^4 by 2^-64 and 2^-60.
    for (eras, left) in [(16, 7), (15, 127)] {
        let (mut market, mut winner) = (market, winner);
        (market.claim_index, market.claim_era) = (INDEX_ONE, SUNK + eras);
        winner.settle_claims(&mut market).unwrap();
        assert_eq!(winner.unpaid(1), left);
    }
}

#[test]
fn a_claim_ahead_of_its_market_is_refused() {
    let (market, [loser, winner]) = scene([-700, 700]);
    let refused = |market: &Market, winner: &MarginAccount| {
        let told = code(winner.clone().settle_claims(&mut { *market }));
        assert_eq!(code(winner.clone().book_profit(&mut { *market }, 1)), told);
        told
    };
    for index in [1 << 60, 1 << 63, 1 << 64] {
        let mut ahead = winner;
        ahead.markets[0].claim_index = Fixed64::from_bits(index);
        for era in [1, 2, u32::MAX] {
            ahead.markets[0].claim_era = era;
            assert_eq!(refused(&market, &ahead), no(AccountBroken), "{index} of era {era}");
        }
    }
    // In the same era as well as in the next, and not in the one after that: an era makes up for 2^4.
    let (mut market, mut old) = (market, winner);
    for (mine, index, era, answer) in [
        (1 << 64, 1 << 64, 0, None),
        // 700 by 701 over 700 is a unit more; by a little less than that, it is none.
        (18420429174888282640, 1 << 64, 0, no(AccountBroken)),
        (18420429174888282641, 1 << 64, 0, None),
        (1 << 60, 1 << 64, 1, None),
        // The same by 2^60, of which an era makes 2^64.
        (1151276823430517665, 1 << 64, 1, no(AccountBroken)),
        (1151276823430517666, 1 << 64, 1, None),
        // 700 by 2^64 over 2^59 is 700 by 2^5: twice as much after an era.
        (1 << 59, 1 << 64, 1, no(AccountBroken)),
        (1 << 59, 1 << 64, 2, None),
        (0, 1 << 64, 1, no(AccountBroken)),
    ] {
        (market.claim_index, market.claim_era) = (Fixed64::from_bits(index), era);
        old.markets[0].claim_index = Fixed64::from_bits(mine);
        assert_eq!(refused(&market, &old), answer, "{mine} and {index} of era {era}");
    }
    // A loss is no claim, and takes over whatever there is.
    let mut debtor = loser;
    debtor.markets[0].claim_era = 9;
    assert_eq!(debtor.settle_claims(&mut market).unwrap(), 0);
    assert_eq!((debtor.unpaid(1), debtor.markets[0].claim_era), (-700, 1));
}

#[test]
fn eras_are_counted_up_to_the_last() {
    let (market, [loser, _]) = sunk_scene([-700, 700]);
    // The least index falls at once.
    for (era, amount, answer) in [
        (u32::MAX - 1, 1, None),
        (u32::MAX, 1, no(NumberTooLarge)),
        // 21 of 700 is below a 32nd and above a 64th: 2^54, and almost as much again, is raised twice.
        (u32::MAX - 2, 679, None),
        (u32::MAX - 1, 679, no(NumberTooLarge)),
        (u32::MAX - 17, 700, None),
        (u32::MAX - 16, 700, no(NumberTooLarge)),
    ] {
        let (mut market, mut loser) = (market, loser);
        market.claim_era = era;
        assert_eq!(code(loser.cut_claims(&mut market, amount)), answer);
        assert_eq!(market.claim_era, if answer.is_none() { u32::MAX } else { era });
    }
    // And one that does not fall so far needs none.
    let (mut market, mut loser) = (market, loser);
    (market.claim_index, market.claim_era) = (INDEX_ONE, u32::MAX);
    loser.cut_claims(&mut market, 1).unwrap();
    assert_eq!(market.claim_era, u32::MAX);
}
