//! Claims on a pool: a loss that nobody pays is cut from all of them alike, when each is next looked at.

use crate::{
    code,
    money_scene::{account, market, no, perp},
};
use ballast_interface::{
    account::{AccountError::*, MarginAccount, Market, INDEX_ONE, LEAST_CLAIM_INDEX},
    Fixed64,
};
use bytemuck::Zeroable;
use proptest::prelude::*;

/// Accounts with profits and losses that a market has not settled.
pub fn scene<const N: usize>(unpaid: [i64; N]) -> (Market, [MarginAccount; N]) {
    let mut market = market(&[]);
    let accounts = unpaid.map(|unpaid| {
        let mut account = account();
        account.book_profit(&mut market, unpaid).unwrap();
        account
    });
    (market, accounts)
}

#[test]
fn a_loss_is_cut_from_all_claims_in_proportion() {
    let (mut market, [mut loser, mut first, mut second]) = scene([-1_000, 300, 700]);
    assert_eq!((market.unpaid, market.owed, market.cut), (1_000, 1_000, 0));
    assert_eq!((market.claims_up().unwrap(), market.most_cut().unwrap()), (1_000, 1_000));
    loser.cut_claims(&mut market, 250).unwrap();
    // Three quarters of everything; nobody has been told yet.
    assert_eq!(market.claim_index.to_bits(), 3 << 62);
    assert_eq!((market.unpaid, market.owed, market.cut, loser.unpaid(1)), (1_000, 750, 250, -750));
    assert_eq!(market.claims_up().unwrap(), 750);
    assert_eq!((first.unpaid(1), second.unpaid(1)), (300, 700));

    assert_eq!(first.settle_claims(&mut market).unwrap(), 75);
    assert_eq!((first.unpaid(1), market.unpaid, market.cut), (225, 925, 175));
    assert_eq!(first.settle_claims(&mut market).unwrap(), 0);

    // A second cut, of a half of what is left: the first account follows one step, the second both at once.
    loser.cut_claims(&mut market, 375).unwrap();
    assert_eq!(market.claim_index.to_bits(), 3 << 61);
    assert_eq!((market.cut, market.claims_up().unwrap(), loser.unpaid(1)), (550, 375, -375));
    // 112.5 and 262.5, rounded down; the unit that is left over by that stays in the pool.
    assert_eq!(first.settle_claims(&mut market).unwrap(), 113);
    assert_eq!(second.settle_claims(&mut market).unwrap(), 438);
    assert_eq!((first.unpaid(1), second.unpaid(1)), (112, 262));
    assert_eq!((market.unpaid, market.owed, market.cut), (374, 375, -1));
    for account in [&loser, &first, &second] {
        account.invariant().unwrap();
    }
}

#[test]
fn a_claim_that_comes_later_is_not_about_earlier_cuts() {
    let (mut market, [mut loser, mut old, mut new]) = scene([-1_000, 400, 0]);
    loser.cut_claims(&mut market, 100).unwrap();
    // The old claim is told when it grows, the new one begins at the index of now.
    old.book_profit(&mut market, 40).unwrap();
    new.book_profit(&mut market, 60).unwrap();
    assert_eq!((old.unpaid(1), new.unpaid(1), market.unpaid, market.cut), (340, 60, 400, 0));
    for account in [&mut old, &mut new] {
        assert_eq!(account.markets[0].claim_index, market.claim_index);
        assert_eq!(account.settle_claims(&mut market).unwrap(), 0);
    }
    loser.cut_claims(&mut market, 200).unwrap();
    assert_eq!(old.settle_claims(&mut market).unwrap(), 170);
    assert_eq!(new.settle_claims(&mut market).unwrap(), 30);
    assert_eq!((market.unpaid, market.cut), (200, 0));
}

#[test]
fn losses_and_free_rows_take_the_index_over() {
    let (mut market, [mut loser, mut winner, mut other]) = scene([-500, 500, -100]);
    loser.cut_claims(&mut market, 250).unwrap();
    assert_eq!(other.settle_claims(&mut market).unwrap(), 0);
    assert_eq!((other.unpaid(1), other.markets[0].claim_index), (-100, market.claim_index));
    // A loss that becomes a claim is a claim from now on.
    other.book_profit(&mut market, 150).unwrap();
    assert_eq!((other.unpaid(1), other.settle_claims(&mut market).unwrap()), (50, 0));
    // A row without an index, as a position makes it.
    let mut third = account();
    third.trade(&mut market, &perp(1, 100)).unwrap();
    assert_eq!(third.markets[0].claim_index, Fixed64::default());
    third.trade(&mut market, &perp(1, 90)).unwrap();
    third.trade(&mut market, &perp(-2, 100)).unwrap();
    assert_eq!((third.unpaid(1), third.settle_claims(&mut market).unwrap()), (10, 0));
    // And nothing stays behind in a row that is free again.
    market.pool = 10_000;
    for account in [&mut winner, &mut other, &mut third] {
        account.settle_claims(&mut market).unwrap();
        account.settle_pool(&mut market).unwrap();
        assert!(bytemuck::bytes_of(&account.markets).iter().all(|byte| *byte == 0));
    }
    assert_eq!((market.unpaid, market.cut), (0, 0));
    assert_eq!(account().settle_claims(&mut market).unwrap(), 0);
}

#[test]
fn claims_that_are_cut_to_nothing_end_their_era() {
    let (mut market, [mut loser, mut winner, mut late]) = scene([-900, 900, 0]);
    loser.cut_claims(&mut market, 900).unwrap();
    assert_eq!((market.claim_index, market.claim_era, market.cut), (INDEX_ONE, 17, 900));
    assert_eq!((loser.unpaid(1), market.owed, market.claims_up().unwrap()), (0, 0, 0));
    // A claim of the new era is nobody's from before.
    late.book_profit(&mut market, 50).unwrap();
    assert_eq!((market.claims_up().unwrap(), late.markets[0].claim_era), (50, 17));
    assert_eq!(winner.settle_claims(&mut market).unwrap(), 900);
    assert_eq!((winner.is_empty(), market.unpaid, market.cut), (true, 50, 0));
    assert_eq!(late.settle_claims(&mut market).unwrap(), 0);
}

#[test]
fn an_index_that_is_too_small_begins_an_era() {
    let least = LEAST_CLAIM_INDEX.to_bits();
    assert_eq!(least, 1 << 60);
    for (whole, left, index, era, worth) in [
        // 2^64 by 2^-4 is the least index that stays as it is.
        (16, 1, least, 0, 1),
        (1 << 40, 1 << 36, least, 0, 1 << 36),
        // 2^120 over 2^60 - 1 is 2^60 + 1, and a little; of the claim a little less than 2^56.
        ((1 << 60) - 1, 1 << 56, least + 1, 0, (1 << 56) - 1),
        // 2^120 over 2^60 + 1 is 2^60 - 1, and a little: too small by one. Times 2^4, it is 2^64 - 2^4 and a little; of the
        // claim a little less than the 2^56 that are left.
        ((1 << 60) + 1, 1 << 56, (1 << 64) - (1 << 4), 1, (1 << 56) - 1),
        // 2^68 over 17 is 17 361 641 481 138 401 520, and 16 over 17; of the claim a little less than the unit that is left.
        (17, 1, 17_361_641_481_138_401_520, 1, 0),
        // 255 by 2^52 is too small: times 2^4, and the claim is worth what it was to be.
        (1 << 12, 255, 255 << 56, 1, 255),
        // 2^32 times 2^28 is enough, a little less takes one more time: 255 by 2^24, times 2^32.
        (1 << 32, 1, least, 7, 1),
        (1 << 40, 256, least, 7, 256),
        (1 << 40, 255, 255 << 56, 8, 255),
        // 2^64 over 2^32 + 1 is 2^32 - 1, and a little. Times 2^32, it is 2^64 - 2^32 and a little.
        ((1 << 32) + 1, 1, (1 << 64) - (1 << 32), 8, 0),
    ] {
        let (mut market, [mut loser, mut winner]) = scene([-whole, whole]);
        loser.cut_claims(&mut market, (whole - left) as u64).unwrap();
        assert_eq!((market.claim_index.to_bits(), market.claim_era), (index, era));
        assert_eq!((loser.unpaid(1), market.cut), (-left, whole - left));
        assert_eq!(winner.settle_claims(&mut market).unwrap(), whole - worth);
        assert_eq!((winner.unpaid(1), market.cut), (worth, worth - left));
        assert_eq!(market.claims_up().unwrap(), left as u64);
    }
}

#[test]
fn no_more_is_cut_than_is_owed_and_claimed() {
    let (market, [loser, winner]) = scene([-700, 500]);
    let attempt = |amount, pool, cash, of: &MarginAccount| {
        let (mut market, mut of) = (market, *of);
        (market.pool, of.cash) = (pool, cash);
        code(of.cut_claims(&mut market, amount))
    };
    assert_eq!(attempt(500, 0, 0, &loser), None);
    assert_eq!(attempt(501, 0, 0, &loser), no(CutTooLarge));
    // What the pool can pay is no claim on losers.
    assert_eq!((attempt(300, 200, 0, &loser), attempt(301, 200, 0, &loser)), (None, no(CutTooLarge)));
    assert_eq!(attempt(1, 500, 0, &loser), no(CutTooLarge));
    assert_eq!(attempt(1, u64::MAX, 0, &loser), no(CutTooLarge));
    // Cash comes first; debt is no cash.
    assert_eq!((attempt(1, 0, 1, &loser), attempt(1, 0, -1, &loser)), (no(CutTooLarge), None));
    assert_eq!(attempt(0, 0, 0, &loser), no(AmountZero));
    assert_eq!(attempt(1, 0, 0, &winner), no(CutTooLarge));
    assert_eq!(attempt(1, 0, 0, &account()), no(CutTooLarge));
    assert_eq!(attempt(u64::MAX, 0, 0, &loser), no(CutTooLarge));
    // No more than the account's own loss, however much is claimed.
    let (mut market, [mut small, _]) = scene([-70, 500]);
    assert_eq!(code({ small }.cut_claims(&mut { market }, 71)), no(CutTooLarge));
    small.cut_claims(&mut market, 70).unwrap();
    assert!(small.is_empty());
}

#[test]
fn sums_that_do_not_fit_each_other_are_refused() {
    let (market, [loser, winner]) = scene([-700, 500]);
    let broken = |edit: fn(&mut Market)| {
        let mut market = market;
        edit(&mut market);
        code({ loser }.cut_claims(&mut market, 10))
    };
    assert_eq!(broken(|market| market.cut = 501), no(MarketBroken));
    assert_eq!(broken(|market| market.cut = i64::MIN), None);
    assert_eq!(
        broken(|market| (market.claim_era, market.claim_index) = (u32::MAX, Fixed64::zeroed())),
        no(NumberTooLarge)
    );
    // An index above the account's own would make a claim larger.
    let mut ahead = winner;
    ahead.markets[0].claim_index = Fixed64::from_bits(1 << 63);
    assert_eq!(code(ahead.settle_claims(&mut { market })), no(AccountBroken));
    ahead.markets[0].claim_index = Fixed64::zeroed();
    assert_eq!(code(ahead.settle_claims(&mut { market })), no(AccountBroken));
}

#[test]
fn the_largest_numbers_are_multiplied_exactly() {
    let most = i64::MAX;
    let (mut market, [mut loser, mut winner]) = scene([-most, most]);
    loser.cut_claims(&mut market, (most - 1) as u64 / 2).unwrap();
    // 2^62 of 2^63 - 1 are left: 2^126 over 2^63 - 1, rounded down.
    assert_eq!(market.claim_index.to_bits(), (1 << 63) + 1);
    // And of the claim (2^126 - 1) over 2^64, rounded down.
    assert_eq!(winner.settle_claims(&mut market).unwrap(), 1 << 62);
    assert_eq!((winner.unpaid(1), market.cut), ((1 << 62) - 1, -1));
}

/// What happens to one of the accounts.
#[derive(Clone, Debug)]
enum Happens {
    Profit(usize, i64),
    Cut(usize, u64),
    Claims(usize),
    Pool(usize, i64),
}

fn happens() -> impl Strategy<Value = Happens> {
    let amount = prop_oneof![1i64..50, 1i64..1_000_000, 1i64..1 << 44];
    let size = amount.clone();
    prop_oneof![
        (0usize..5, size, any::<bool>())
            .prop_map(|(who, size, up)| Happens::Profit(who, if up { size } else { -size })),
        // A share of what can be cut, in thousandths.
        (0usize..5, prop_oneof![1u64..1_000, 990u64..=1_000]).prop_map(|(who, part)| Happens::Cut(who, part)),
        (0usize..5).prop_map(Happens::Claims),
        (0usize..5, amount).prop_map(|(who, cash)| Happens::Pool(who, cash)),
    ]
}

proptest! {
    /// What is claimed and owed, with the pool and less what is cut, changes by nothing but new profits; and all that
    /// accounts can still claim is never more than the market counts.
    #[test]
    fn nothing_is_lost_between(steps in prop::collection::vec(happens(), 1..60)) {
        let (mut market, mut accounts) = scene([0; 5]);
        let mut booked = 0i128;
        for step in steps {
            match step {
                Happens::Profit(who, profit) => {
                    accounts[who].book_profit(&mut market, profit).unwrap();
                    booked += i128::from(profit);
                }
                Happens::Cut(who, part) => {
                    let account = &mut accounts[who];
                    account.cash = 0;
                    let most = market.most_cut().unwrap().min(account.unpaid(1).min(0).unsigned_abs());
                    let amount = (u128::from(most) * u128::from(part) / 1_000) as u64;
                    let before = account.unpaid(1);
                    let cut = account.cut_claims(&mut market, amount);
                    prop_assert_eq!(cut.is_ok(), amount > 0);
                    prop_assert_eq!(account.unpaid(1), before + amount as i64);
                }
                Happens::Claims(who) => {
                    let before = accounts[who].unpaid(1);
                    let told = accounts[who].settle_claims(&mut market).unwrap();
                    prop_assert!((0..=before.max(0)).contains(&told));
                    prop_assert_eq!(accounts[who].unpaid(1), before - told);
                }
                Happens::Pool(who, cash) => {
                    accounts[who].settle_claims(&mut market).unwrap();
                    accounts[who].cash = cash;
                    accounts[who].settle_pool(&mut market).unwrap();
                }
            }
            let unpaid: Vec<i128> = accounts.iter().map(|account| account.unpaid(1).into()).collect();
            let sum = |sign: i128| unpaid.iter().map(|unpaid| (unpaid * sign).max(0)).sum::<i128>();
            prop_assert_eq!((i128::from(market.unpaid), i128::from(market.owed)), (sum(1), sum(-1)));
            let all = unpaid.iter().sum::<i128>() - i128::from(market.cut) - i128::from(market.pool);
            prop_assert_eq!(all, booked);
            let told: i128 = accounts.iter().map(|account| told(account, &market)).sum();
            prop_assert!(told <= i128::from(market.claims_up().unwrap()));
            for account in &accounts {
                account.invariant().unwrap();
            }
        }
    }
}

/// What an account's claim is after every cut.
fn told(account: &MarginAccount, market: &Market) -> i128 {
    let book = &account.markets[0];
    if book.unpaid_profit <= 0 {
        return 0;
    }
    // 63 bits by 65, and a 16th for each era.
    let exact = book.unpaid_profit as u128 * market.claim_index.to_bits() as u128;
    let worth = exact / book.claim_index.to_bits() as u128;
    (book.claim_era..market.claim_era).fold(worth, |worth, _| worth >> 4) as i128
}
