//! Whatever is paid for whichever of thirty markets: none gets more than its cap and what has drained, all together no more
//! than 24 caps, and nobody is kept from his cover by what was paid for others, but for a 24th of it.
//!
//! The model is a bucket for each market that leaks exactly: levels are in units times the seconds of the cap, whole numbers.
//! Rows are compared by levels that are rounded up. When a market's row is taken from it, that is the least of all by such a
//! level `x`: what counts of the market is no more than `x`, and what counts of any other row is more than `x - 1`. So each
//! time that it comes back, it may find less than a unit less than what was its own.

use crate::liquidation_fund::fund;
use ballast_interface::liquidation::RescueRules;
use proptest::prelude::*;

const MARKETS: usize = 30;
const ROWS: i128 = 24;

/// A payment: for which market, how long after the last one, and what part of the cover, in 256ths; or how many units, above
/// 256.
type Payment = (usize, i64, u64);

/// A bucket that leaks exactly.
#[derive(Clone, Copy, Default)]
struct Bucket {
    /// Units times seconds.
    level: i128,
}

impl Bucket {
    fn drain(&mut self, cap: i128, passed: i64) {
        self.level = (self.level - cap * i128::from(passed)).max(0);
    }
}

fn play(
    cap: u64,
    seconds: u32,
    markets: usize,
    payments: &[Payment],
    change: bool,
) -> Result<(), TestCaseError> {
    let mut fund = fund();
    let whole = i128::from(seconds);
    (fund.rules.market_cap, fund.rules.market_seconds) = (cap, seconds);
    fund.stake_down(1 << 60).unwrap();
    let (mut buckets, mut all) = ([Bucket::default(); MARKETS], Bucket::default());
    let (mut ever, mut times, mut returns) = ([0i128; MARKETS], [0i128; MARKETS], [0i128; MARKETS]);
    let mut now = 1_000;
    for (place, (market, passed, part)) in payments.iter().enumerate() {
        let market = market % markets;
        now += passed;
        let cap = i128::from(fund.rules.market_cap);
        buckets.iter_mut().for_each(|bucket| bucket.drain(cap, *passed));
        all.drain(ROWS * cap, *passed);
        if change && place % 5 == 4 {
            let other =
                RescueRules { market_cap: part * 977 % (2 * fund.rules.market_cap + 2), ..fund.rules };
            fund.change_rules(&other, now);
        }
        let cap = i128::from(fund.rules.market_cap);
        let free = fund.cover_down(market as u16, now);
        let exact = (cap * whole - buckets[market].level).max(0);
        let known = fund.covers.iter().any(|row| row.taken != 0 && usize::from(row.market) == market);
        let returned = returns[market] + i128::from(ever[market] > 0 && !known);
        let more = i128::from(free) * whole - exact;
        prop_assert!(more <= 0 || more < returned * whole, "{free} for {market}, {exact} in {whole}");
        if !change {
            // Were nothing drained, the row that counts least would hold a 24th of all payments at most.
            let others: i128 = ever.iter().sum();
            let least = cap - ever[market] - others / ROWS;
            prop_assert!(i128::from(free) >= least, "{free} for {market}, at least {least}");
            if markets <= 24 {
                // Each has a row of its own, and each payment loses less than a unit of what has drained.
                prop_assert!(
                    (i128::from(free) + times[market] + 1) * whole > exact,
                    "{free} of {exact} in {whole}"
                );
            }
        }
        let amount = if *part > 256 {
            free.min(*part - 256)
        } else {
            (u128::from(free) * u128::from(*part) / 256) as u64
        };
        let before = fund;
        prop_assert!(fund.clone().pay(market as u16, free + 1, now).is_err());
        fund.pay(market as u16, amount, now).unwrap();
        prop_assert_eq!((fund.assets, fund.paid), (before.assets - amount, before.paid + amount));
        let amount = i128::from(amount);
        (buckets[market].level, all.level) =
            (buckets[market].level + amount * whole, all.level + amount * whole);
        (ever[market], times[market]) = (ever[market] + amount, times[market] + 1);
        if amount > 0 {
            returns[market] = returned;
            prop_assert!(buckets[market].level <= (cap + returned) * whole);
        }
        // What was paid under another cap may be beyond this one.
        prop_assert!(change || all.level <= ROWS * cap * whole, "{} of all", all.level);
        let rows =
            |number: u16| fund.covers.iter().filter(|row| row.taken != 0 && row.market == number).count();
        prop_assert!((0..MARKETS as u16).all(|number| rows(number) <= 1));
    }
    Ok(())
}

/// Payments at once, or a part of the time of the cap apart; of a few units, of parts of a cover, and of all of it.
fn payments(seconds: u32) -> impl Strategy<Value = Vec<Payment>> {
    let passed = prop_oneof![6 => Just(0i64), 2 => 0i64..4, 1 => 0..=i64::from(seconds)];
    let part = prop_oneof![257u64..260, 0u64..256, Just(256)];
    prop::collection::vec((0..MARKETS, passed, part), 1..150)
}

fn scene() -> impl Strategy<Value = (u64, u32, Vec<Payment>)> {
    let cap = prop_oneof![0u64..20, 1u64..10_000, 1u64..1 << 50];
    let seconds = prop_oneof![3_600u32..3_700, 3_600u32..2_592_000];
    (cap, seconds).prop_flat_map(|(cap, seconds)| (Just(cap), Just(seconds), payments(seconds)))
}

proptest! {
    #[test]
    fn no_market_gets_more_than_its_cap((cap, seconds, payments) in scene()) {
        play(cap, seconds, MARKETS, &payments, false)?;
    }

    /// As many markets as there are rows: what may be paid is exact, but for roundings.
    #[test]
    fn no_market_gets_less_while_there_are_rows((cap, seconds, payments) in scene(), markets in 1usize..=24) {
        play(cap, seconds, markets, &payments, false)?;
    }

    /// Rules that change take nothing off what was paid.
    #[test]
    fn no_market_gets_more_by_new_rules((cap, seconds, payments) in scene()) {
        play(cap, seconds, MARKETS, &payments, true)?;
    }
}
