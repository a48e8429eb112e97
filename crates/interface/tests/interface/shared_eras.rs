//! Losses of nearly all that is lent, after which the index of lent cash is raised and an era begins.

use crate::{
    code,
    interest::{with_cash, YEAR},
    money_scene::{self, group, no},
    shared_loss::{share, worth},
};
use ballast_interface::{
    account::{AccountError::*, Group, MarginAccount, INDEX_ONE, LARGEST_CASH},
    Fixed64,
};

/// The index in 2^-48, and the era.
fn factor(group: &Group) -> (i128, u32) {
    (group.deposit_index.to_bits() >> 16, group.deposit_era)
}

/// Somebody lends up to 65 536 units and lets all of it but a unit be lost, so many times.
fn attacked(rounds: usize) -> (Group, Vec<MarginAccount>) {
    let (mut group, mut lenders) = (group(), Vec::new());
    for round in 0..rounds {
        let amount = if round == 0 { 65_536 } else { 65_535 };
        lenders.push(with_cash(&mut group, amount, 0));
        assert_eq!(group.lent(), 65_536);
        assert_eq!(share(&mut group, 65_535, 65_535).0, None, "round {round}");
        // From 2^48 to 2^32, which three eras of 4 places raise to 2^44, the least; from there to 2^28, which takes four.
        assert_eq!(factor(&group), (1 << 44, 3 + 4 * round as u32));
        // 2^16 shares are 2^4 of the third era, a 2^4th each; later 2^20 of them, 2^4 four eras later.
        assert_eq!((group.deposit_shares.get(), group.lent()), (16, 1));
    }
    (group, lenders)
}

/// What lenders of so much lose of a loss.
fn lost(mut group: Group, cash: i64, amount: i64) -> i64 {
    let lender = with_cash(&mut group, cash, 0);
    assert_eq!(worth(&lender, &group), cash);
    assert_eq!(share(&mut group, amount, amount as u64).0, None);
    cash - worth(&lender, &group)
}

#[test]
fn an_index_can_be_driven_down_as_often_as_anybody_likes() {
    let (group, lenders) = attacked(20);
    // A unit is lent in sum; the last lender has 65 535 / 65 536 of it, rounded down, and all others less.
    for lender in &lenders {
        assert_eq!(worth(lender, &group), 0);
    }
    // Each was counted four eras after the one before, the second three after the first: 3 + 18 * 4 are 75.
    let eras: Vec<_> = lenders.iter().map(|lender| lender.cash_era).collect();
    assert_eq!(eras[..4], [0, 3, 7, 11]);
    assert_eq!(eras[19], 75);
    // One and the same lender can do it, too.
    let mut group = money_scene::group();
    let mut lender = with_cash(&mut group, 65_536, 0);
    for round in 0..20 {
        assert_eq!(share(&mut group, 65_535, 65_535).0, None);
        assert_eq!(lender.take_out(&mut group, 0).unwrap(), -65_535);
        assert_eq!((lender.cash, group.deposit_shares.get()), (1, 0));
        lender.cash = 65_536;
        lender.put_back(&mut group).unwrap();
        let era = 3 + 4 * round;
        assert_eq!((factor(&group), lender.cash_era), ((1 << 44, era), era));
        assert_eq!((group.deposit_shares.get(), group.lent()), (1 << 20, 65_536));
    }
}

#[test]
fn what_was_lost_before_costs_later_lenders_nothing() {
    for rounds in 1..=3 {
        let (group, _) = attacked(rounds);
        // With the unit that is left, 10^12 + 1 are lent. Each index would be below 2^44, and is raised: of 2^48, losses of 1,
        // of a million and of half of 10^12 take 281.47, 281 474 976.4 and 2^47 - 140.7, rounded up. Of 10^12, these are
        // 1.002, 1 000 000.002 and half of it less 0.49: a unit more where something is left over.
        for (amount, expected) in [(1, 2), (1_000_000, 1_000_001), (500_000_000_000, 500_000_000_000)] {
            let found = lost(group, 1_000_000_000_000, amount);
            assert_eq!(found, expected, "{amount} after {rounds} rounds");
        }
    }
    // Nearly the coarsest index: 17 of 256 leave 17 * 2^40, which a loss of 1 takes no era below.
    let mut group = group();
    let _lender = with_cash(&mut group, 256, 0);
    assert_eq!(share(&mut group, 239, 239).0, None);
    assert_eq!(factor(&group), (17 << 40, 0));
    // Of 10^12 + 17, 1 takes 18.69 of 18 691 697 672 192, rounded up: 19, which of 10^12 are 1.016.
    assert_eq!(lost(group, 1_000_000_000_000, 1), 2);
    // Of 10^15 + 17 it takes 0.019, and so 1, which of 10^15 is 53.4997: less than a 2^44th, 56.8.
    assert_eq!(lost(group, 1_000_000_000_000_000, 1), 54);
    // At 2^44 itself an era begins: 16 of 256 leave that. Of 10^15 + 16, 1 takes 0.28 of 2^48, and so 1: a 2^48th, 3.55.
    let mut group = money_scene::group();
    let _lender = with_cash(&mut group, 256, 0);
    assert_eq!(share(&mut group, 240, 240).0, None);
    assert_eq!(factor(&group), (1 << 44, 0));
    assert_eq!(lost(group, 1_000_000_000_000_000, 1), 4);
}

#[test]
fn two_lenders_bear_the_same_part() {
    let (mut group, _) = attacked(3);
    let (first, second) = (with_cash(&mut group, 750_000, 0), with_cash(&mut group, 249_999, 0));
    assert_eq!(group.lent(), 1_000_000);
    // A quarter of 2^44 is raised to 2^46; three rounds were 3, 4 and 4 eras.
    assert_eq!(share(&mut group, 750_000, 750_000).0, None);
    assert_eq!((factor(&group), group.lent()), ((1 << 46, 12), 250_000));
    // Quarters of both, and 3/4 of a unit less.
    assert_eq!((worth(&first, &group), worth(&second, &group)), (187_500, 62_499));
}

#[test]
fn the_last_unit_is_left() {
    let most = LARGEST_CASH as i64;
    // A 2^60th of 2^48 is 2^-12, and 2^44 after 14 eras, 56 places.
    let mut group = group();
    let mut lender = with_cash(&mut group, most, 0);
    assert_eq!(share(&mut group, most - 1, LARGEST_CASH - 1).0, None);
    assert_eq!((factor(&group), group.deposit_shares.get(), group.lent()), ((1 << 44, 14), 1 << 4, 1));
    assert_eq!(worth(&lender, &group), 1);
    // All of it cannot be shared, nor is there less than that.
    assert_eq!(share(&mut { group }, 1, 1).0, no(LossTooLarge));
    // With a unit of somebody else's it is lost to a unit: of 2^5 shares of 2^43, 2 of 2^47 are left; each has half a unit.
    let mut other = with_cash(&mut group, 1, 0);
    assert_eq!(share(&mut group, 1, 1).0, None);
    assert_eq!((factor(&group), group.lent()), ((1 << 47, 15), 1));
    assert_eq!(group.deposit_shares.get(), 2);
    for account in [&mut lender, &mut other] {
        account.take_out(&mut group, 0).unwrap();
        assert_eq!(account.cash, 0);
    }
    assert_eq!((group.deposit_shares.get(), group.cash), (0, 0));

    // Seven lenders of the most: 2^48 / (7 * 2^60) is 2^-12 / 7, and 2^48 / 7 after 15 eras, 60 places: 40 210 710 958 665.1.
    // Each has a seventh of a unit.
    let mut group = money_scene::group();
    let lenders = [(); 7].map(|()| with_cash(&mut group, most, 0));
    let mut loser = with_cash(&mut group, 0, 0);
    loser.take_out(&mut group, 0).unwrap();
    loser.cash = 1 - 7 * most;
    assert_eq!(code(loser.share_loss(&mut group, 7 * LARGEST_CASH - 1)), None);
    assert_eq!((factor(&group), loser.cash), ((40_210_710_958_665, 15), 0));
    for mut lender in lenders {
        lender.take_out(&mut group, 0).unwrap();
        assert_eq!(lender.cash, 0);
    }
    assert_eq!(group.deposit_shares.get(), 0);
}

#[test]
fn an_era_begins_below_the_least_index() {
    // 2^48 * left / lent, before and after 2^44.
    for (lent, left, expected) in [
        (1 << 4, 1, (1 << 44, 0)),
        // 2^48 / 18 is 15 637 498 706 147 and 5 ninths, of which 16 times are 8 and 8 ninths.
        (18, 1, (250_199_979_298_352 + 8, 1)),
        (1 << 5, 1, (1 << 47, 1)),
        (1 << 8, 1, (1 << 44, 1)),
        (1 << 9, 1, (1 << 47, 2)),
        (1 << 16, 1, (1 << 44, 3)),
        // 2^60 / (2^16 + 1) is below 2^44, and 2^64 / (2^16 + 1) is 2^48 - 2^32 + 2^16 - 1 and a little.
        ((1 << 16) + 1, 1, ((1 << 48) - (1 << 32) + 65_535, 4)),
        (1 << 17, 1, (1 << 47, 4)),
        (1 << 32, 1, (1 << 44, 7)),
        (1 << 33, 1, (1 << 47, 8)),
        (1 << 33, 1 << 29, (1 << 44, 0)),
        // 3 / 2^6 of 2^48.
        (1 << 6, 3, (3 << 42 << 4, 1)),
        (1 << 6, 4, (1 << 44, 0)),
        // Just 2^44, one less, and a 16th of one less.
        (1 << 48, 1 << 44, (1 << 44, 0)),
        (1 << 48, (1 << 44) - 1, ((1 << 48) - 16, 1)),
        (1 << 52, (1 << 48) - 1, ((1 << 48) - 1, 1)),
    ] {
        let mut group = group();
        let _lender = with_cash(&mut group, lent, 0);
        let loss = lent - left;
        assert_eq!(share(&mut group, loss, loss as u64).0, None);
        assert_eq!(factor(&group), expected, "{left} of {lent}");
    }
}

#[test]
fn the_largest_index_falls_as_far() {
    // 2^49 shares of 2^10 each, of which one unit is left: 2^58 / 2^59 is a half, and 2^47 after 12 eras, 48 places.
    let mut group = group();
    group.deposit_index = Fixed64::from_bits(1 << 74);
    let lender = with_cash(&mut group, 1 << 59, 0);
    assert_eq!((group.deposit_shares.get(), group.lent()), (1 << 49, 1 << 59));
    let loss = (1 << 59) - 1;
    assert_eq!(share(&mut group, loss, loss as u64).0, None);
    assert_eq!((factor(&group), group.deposit_shares.get(), group.lent()), ((1 << 47, 12), 2, 1));
    assert_eq!(worth(&lender, &group), 1);
}

/// The index, as a power of two, and the era after each of losses of 1 023 of 1 024 of everything: ten places fewer, and four
/// more for each era.
const FALLS: [(u32, u32); 6] = [(46, 2), (44, 4), (46, 7), (44, 9), (46, 12), (44, 14)];

/// Cash of the first lender, an odd number, and what is left of it after each: ten binary digits fewer each time.
const FIRST: [i64; 7] =
    [81_985_529_216_486_895, 80_063_993_375_475, 78_187_493_530, 76_354_974, 74_565, 72, 0];
/// Cash of one who comes after two of them, and what is left of it.
const LATER: [i64; 5] = [1_250_999_896_491, 1_221_679_586, 1_193_046, 1_165, 1];

#[test]
fn lenders_many_eras_behind_have_what_fractions_say() {
    let mut group = group();
    let first = with_cash(&mut group, FIRST[0], 0);
    let rest = with_cash(&mut group, (1 << 60) - FIRST[0], 0);
    let debtor = with_cash(&mut group, -777, 0);
    let mut later = Vec::new();
    for (place, (power, era)) in FALLS.into_iter().enumerate() {
        if place == 2 {
            // 2^40 are left of 2^60. With these there are 2^42.
            let more = [LATER[0], (3 << 40) - LATER[0]];
            later = more.map(|cash| with_cash(&mut group, cash, 0)).to_vec();
            assert_eq!(group.lent(), 1 << 42);
        }
        let lent = group.lent() as u64;
        let loss = lent - lent / 1_024;
        assert_eq!(share(&mut group, loss as i64, loss).0, None);
        assert_eq!(factor(&group), (1 << power, era));
        assert_eq!(group.lent(), u128::from(lent / 1_024));
        assert_eq!(worth(&first, &group), FIRST[place + 1]);
        if let Some(lender) = later.first() {
            assert_eq!(worth(lender, &group), LATER[place - 1], "after {place}");
        }
        assert_eq!(worth(&debtor, &group), -777);
        assert_eq!((group.debt_index, group.debt_shares.get()), (INDEX_ONE, 777));
    }
    // 2^42 were lent after two, and four times only a 1 024th was left.
    assert_eq!((group.deposit_era, group.lent()), (14, 4));

    // In whatever order they leave, nothing is missing.
    let all = [first, rest, later[0], later[1], debtor];
    for order in orders(5) {
        let mut group = group;
        let owed = group.owed_tokens();
        let mut out = 0;
        for place in order {
            let mut account = all[place];
            account.take_out(&mut group, 0).unwrap();
            assert_eq!(account.cash, [0, 0, 1, 1, -777][place]);
            out += i128::from(account.cash);
            assert!(group.deposit_shares.get() >= 0);
        }
        assert_eq!((group.cash, group.debt_shares.get()), (0, 0));
        assert_eq!(group.owed_tokens() + out, owed);
        // Each of four lenders leaves less than a share behind.
        assert!(group.deposit_shares.get() <= 4, "{:?}", group.deposit_shares);
    }
}

/// Every order of so many.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let Some(last) = count.checked_sub(1) else { return vec![Vec::new()] };
    let shorter = orders(last).into_iter();
    let with = |order: Vec<usize>| {
        (0..=order.len()).map(move |place| [&order[..place], &[last], &order[place..]].concat())
    };
    shorter.flat_map(with).collect()
}

#[test]
fn shares_are_rounded_so_that_nobodys_are_missing() {
    // Three lenders of so much each, of which 3 units are left in sum. Of 51, it is 2^48 / 17, below 2^44, and 2^52 / 17 is
    // 264 917 625 139 440.9. Of 196 611, it is 2^48 / 65 537, and four eras later 2^48 - 2^32 + 65 535 and a little.
    for (cash, expected) in [(17, (264_917_625_139_440, 1)), (65_537, ((1 << 48) - (1 << 32) + 65_535, 4))] {
        let mut group = group();
        let lenders = [(); 3].map(|()| with_cash(&mut group, cash, 0));
        let loss = 3 * cash - 3;
        assert_eq!(share(&mut group, loss, loss as u64).0, None);
        assert_eq!(factor(&group), expected);
        // 51 / 16 and 196 611 / 65 536 are three and a little, so four; of each, 1.
        assert_eq!(group.deposit_shares.get(), 4);
        for (place, mut lender) in lenders.into_iter().enumerate() {
            lender.take_out(&mut group, 0).unwrap();
            // What is rounded off the index leaves just less than 1.
            assert_eq!((lender.cash, group.deposit_shares.get()), (0, 3 - place as i128));
        }
    }
    // 255 units are no share two eras later, and 65 535 none four later, however many have them.
    for (cash, eras) in [(255, 2), (65_535, 4)] {
        let mut group = group();
        let lenders = [(); 3].map(|()| with_cash(&mut group, cash, 0));
        // Of 765, 2^48 / 765 is between 2^38 and 2^39, and of 196 605 between 2^30 and 2^31.
        let loss = 3 * cash - 1;
        assert_eq!(share(&mut group, loss, loss as u64).0, None);
        // 765 / 256 and 196 605 / 65 536 are below three: 3.
        assert_eq!((group.deposit_era, group.deposit_shares.get()), (eras, 3));
        for mut lender in lenders {
            lender.take_out(&mut group, 0).unwrap();
            assert_eq!((lender.cash, group.deposit_shares.get()), (0, 3));
        }
    }
}

#[test]
fn lenders_get_interest_in_every_era() {
    for rounds in 1..=4 {
        let (mut group, _) = attacked(rounds);
        // With the unit that is left, 10^12 are lent, of which half is borrowed.
        let mut lender = with_cash(&mut group, 999_999_999_999, 0);
        let mut borrower = with_cash(&mut group, -500_000_000_000, 0);
        // An eighth in a year, of which half is a lender's: 17/16 of 10^12 - 1 are 1 062 499 999 998.94.
        assert_eq!(borrower.take_out(&mut group, YEAR).unwrap(), -62_500_000_000);
        assert_eq!(lender.take_out(&mut group, YEAR).unwrap(), 62_499_999_999);
        assert_eq!(factor(&group), (17 << 40, 4 * rounds as u32 - 1));
        for account in [&mut lender, &mut borrower] {
            account.put_back(&mut group).unwrap();
        }
        // 1 062 499 999 998 are 15 999 999 999 970 shares, rounded up, beside the 16 of the unit: 1 062 499 999 999.07.
        assert_eq!(group.lent(), 1_062_499_999_999);
        // What they got is lost as the rest: 531 250 000 000 of that are left, and of the lender's 531 249 999 999.5, of which
        // a 2^47th, to which the index is rounded, is 0.004.
        assert_eq!(share(&mut group, 531_249_999_999, 531_249_999_999).0, None);
        assert_eq!(worth(&lender, &group), 531_249_999_999);
    }
}

#[test]
fn interest_that_is_told_every_hour_is_as_good() {
    let (mut group, _) = attacked(2);
    let lender = with_cash(&mut group, 999_999_999_999, 0);
    let borrower = with_cash(&mut group, -250_000_000_000, 0);
    for hour in 1..=24 {
        group.accrue_interest(hour * 3_600);
    }
    // A sixteenth a year for 24 hours of 8 760 is 42 808 219.2; it is compounded in 24 steps, and the rate grows with the debt:
    // less than 10 000 more. Lenders get a quarter of that rate, of which an hour's is 31 378 756 of an index of 2^44: less than
    // one is rounded off each time and at the end, and one is 0.057 of 10^12. These are 1.42; growth is rounded by a 2^28th of
    // it, 0.16; debt is rounded up, and cash down, by less than a unit.
    let paid = -250_000_000_000 - worth(&borrower, &group);
    let got = worth(&lender, &group) - 999_999_999_999;
    assert!((42_808_219..42_818_219).contains(&paid), "{paid}");
    assert!((paid - 3..=paid).contains(&got), "{got} of {paid}");
}

#[test]
fn interest_that_is_told_every_second_is_as_good() {
    // At a tenth a fortieth a year is charged, and 285 388.13 for an hour of 8 760, compounded: by 2.9 millionths, of which the
    // half makes 0.41 more, and so does the rate, which grows nearly as much: 0.37. At a hundredth, a tenth of both: 2 853.88.
    for (debt, expected) in [(100_000_000_000, 285_389), (10_000_000_000, 2_854)] {
        for rounds in 1..=3 {
            let (mut group, _) = attacked(rounds);
            let lender = with_cash(&mut group, 999_999_999_999, 0);
            let borrower = with_cash(&mut group, -debt, 0);
            for second in 1..=3_600 {
                group.accrue_interest(second);
            }
            let paid = -debt - worth(&borrower, &group);
            let got = worth(&lender, &group) - 999_999_999_999;
            assert_eq!(paid, expected);
            // Less than one of an index of 2^44 is rounded off each time and at the end, and 3 601 of them are 204.7 of 10^12;
            // debt is rounded up, and cash down, by less than a unit; whatever else is rounded is less than 0.1.
            assert!((paid - 206..=paid).contains(&got), "{got} of {paid}");
        }
    }
}

#[test]
fn an_account_ahead_of_its_group_is_broken() {
    for (cash, expected) in [(100, no(AccountBroken)), (0, no(AccountBroken)), (-100, None)] {
        let (mut group, _) = attacked(3);
        let mut account = with_cash(&mut group, cash, 0);
        assert_eq!((group.deposit_era, account.cash_era), (11, 11));
        assert_eq!(code({ account }.tell_interest(&group, 0)), None);
        account.cash_era = 12;
        assert_eq!(code({ account }.tell_interest(&group, 0)), expected, "{cash}");
        assert_eq!(code({ account }.put_beside(&group)), expected, "{cash}");
        assert_eq!(code({ account }.take_out(&mut { group }, 0)), expected, "{cash}");
    }
}

#[test]
fn whoever_is_put_back_is_of_the_era() {
    let (mut group, _) = attacked(3);
    for cash in [100, 0, -100] {
        let mut account = with_cash(&mut group, 1 << 44, 0);
        // Counted eleven eras before, 44 places: a share is left, which is a 16th of a unit.
        (account.cash_era, account.cash_index) = (0, INDEX_ONE);
        let shares = group.deposit_shares.get();
        assert_eq!(account.take_out(&mut group, 0).unwrap(), -(1 << 44));
        assert_eq!((account.cash, shares - group.deposit_shares.get()), (0, 1));
        account.cash = cash;
        account.put_back(&mut group).unwrap();
        assert_eq!(account.cash_era, 11, "{cash}");
        assert_eq!(account.tell_interest(&group, 0).unwrap(), 0);
    }
}

#[test]
fn a_debt_follows_no_era() {
    let mut group = group();
    let mut debtor = with_cash(&mut group, -800, 0);
    debtor.cash += 100;
    assert_eq!(code(debtor.put_beside(&group)), None);
    group.uncounted = 100;
    let _lender = with_cash(&mut group, 1 << 40, 0);
    let loss = (1 << 40) - 1;
    assert_eq!(share(&mut group, loss, loss as u64).0, None);
    // 2^48 is 2^8, and 2^44 nine eras later.
    assert_eq!(group.deposit_era, 9);
    assert_eq!((debtor.tell_interest(&group, 0).unwrap(), debtor.cash), (0, -700));
    assert_eq!(code(debtor.put_beside(&group)), None);
    assert_eq!(debtor.take_out(&mut group, 0).unwrap(), 0);
    assert_eq!((group.debt_shares.get(), group.uncounted, group.debt_index), (0, 0, INDEX_ONE));
}

#[test]
fn cash_told_in_the_reading_form_follows_eras() {
    // 2^40 of which 2^20 are left: 2^48 is 2^28, and 2^44 four eras later.
    let mut group = group();
    let mut lender = with_cash(&mut group, 1 << 40, 0);
    lender.cash -= 1_000;
    assert_eq!(code(lender.put_beside(&group)), None);
    group.uncounted = -1_000;
    let loss = (1 << 40) - (1 << 20);
    assert_eq!(share(&mut group, loss, loss as u64).0, None);
    assert_eq!(factor(&group), (1 << 44, 4));
    let mut written = lender;
    for lost in [-loss, 0] {
        assert_eq!(lender.tell_interest(&group, 0).unwrap(), lost);
        assert_eq!((lender.cash, lender.counted, lender.cash_era), ((1 << 20) - 1_000, 1 << 40, 0));
        assert_eq!((lender.cash_index, code(lender.put_beside(&group))), (INDEX_ONE, None));
    }
    // Whoever was told before leaves as whoever was not.
    for account in [&mut written, &mut lender] {
        let mut group = group;
        account.take_out(&mut group, 0).unwrap();
        account.put_back(&mut group).unwrap();
        assert_eq!((account.cash, account.cash_era), ((1 << 20) - 1_000, 4));
        assert_eq!(account.cash_index, Fixed64::from_bits(1 << 60));
        assert_eq!((group.lent(), group.interest), ((1 << 20) - 1_000, 0));
    }
}
