//! Claims over any history of cuts, against exact fractions.

use crate::money_scene::{account, market};
use ballast_interface::{
    account::{MarginAccount, Market},
    Fixed64,
};
use proptest::prelude::*;
use std::cmp::Ordering;

/// A natural number of any size: digits of 32 bits, the lowest first, and none of the highest is zero.
#[derive(Clone, Debug, PartialEq)]
struct Big(Vec<u32>);

impl Big {
    fn new(number: u128) -> Self {
        let digits = (0..4).map(|place| (number >> (32 * place)) as u32);
        Self(digits.collect()).trimmed()
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    fn times(&self, number: u128) -> Self {
        let by = Self::new(number);
        let mut digits = vec![0u32; self.0.len() + by.0.len() + 1];
        for (place, digit) in by.0.iter().enumerate() {
            let mut carry = 0u64;
            for (at, mine) in self.0.iter().chain([&0]).enumerate() {
                let sum = u64::from(digits[place + at]) + u64::from(*mine) * u64::from(*digit) + carry;
                (digits[place + at], carry) = (sum as u32, sum >> 32);
            }
        }
        Self(digits).trimmed()
    }
}

impl PartialOrd for Big {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let size = self.0.len().cmp(&other.0.len());
        Some(size.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev())))
    }
}

#[test]
fn large_numbers_are_multiplied_and_compared() {
    let most = Big::new(u128::MAX);
    // (2^128 - 1) squared is 2^256 - 2^129 + 1.
    let square = most.times(u128::MAX);
    assert_eq!(square.0, [1, 0, 0, 0, u32::MAX - 1, u32::MAX, u32::MAX, u32::MAX]);
    assert_eq!((Big::new(0).0.len(), most.times(0)), (0, Big::new(0)));
    assert_eq!(Big::new(1 << 40).times(1 << 60), Big::new(1 << 100));
    assert!(square > most && Big::new(1 << 32) > Big::new((1 << 32) - 1) && Big::new(0) < Big::new(1));
    assert!(Big(vec![0, 2]) > Big(vec![9, 1]));
}

/// What a claim is exactly, as a fraction, since it was last changed by something else than cuts.
#[derive(Clone, Debug)]
struct Share {
    above: Big,
    below: Big,
    cuts: u128,
    /// How often it was told, and rounded.
    told: u128,
}

impl Share {
    fn new(claim: i64) -> Self {
        Self { above: Big::new(claim as u128), below: Big::new(1), cuts: 0, told: 0 }
    }

    fn cut(&mut self, left: u64, all: u64) {
        (self.above, self.below) = (self.above.times(left.into()), self.below.times(all.into()));
        self.cuts += 1;
    }

    /// Whether a claim is no more than it may be, and less by no more than roundings: a unit whenever it is told, and for each
    /// cut a 2^60th.
    fn fits(&self, claim: i64) -> bool {
        let most = self.above >= self.below.times(claim as u128);
        // Exact by (1 - cuts / 2^60) is less than the claim and a unit more for each rounding, all times 2^60.
        let roundings = claim as u128 + self.told + 1;
        most && self.above.times((1 << 60) - self.cuts) < self.below.times(roundings << 60)
    }
}

/// What happens next.
#[derive(Clone, Debug)]
enum Happens {
    /// An account wins so much, the loser loses it.
    Profit(usize, i64),
    /// As much is cut as leaves a power of two's part, and so much more.
    Most(u32, u64),
    /// As much is cut, or as can be.
    Cut(u64),
    /// An account's claim follows.
    Claims(usize),
    /// The loser pays.
    Pays(i64),
    /// An account is paid.
    Paid(usize),
}

fn happens() -> impl Strategy<Value = Happens> {
    let size = || (1i64..1 << 20, 0u32..39).prop_map(|(size, places)| size << places);
    prop_oneof![
        3 => (0usize..4, size()).prop_map(|(who, size)| Happens::Profit(who, size)),
        3 => (0u32..64, 0u64..3).prop_map(|(places, more)| Happens::Most(places, more)),
        2 => prop_oneof![1u64..4, size().prop_map(|size| size as u64), Just(u64::MAX)].prop_map(Happens::Cut),
        2 => (0usize..4).prop_map(Happens::Claims),
        1 => size().prop_map(Happens::Pays),
        1 => (0usize..4).prop_map(Happens::Paid),
    ]
}

/// An index that earlier cuts have left: any that is large enough, often at a power of two, or just above it.
fn indices() -> impl Strategy<Value = i128> {
    let near = (0u32..=4, 0i128..3).prop_map(|(places, more)| ((1i128 << (64 - places)) + more).min(1 << 64));
    prop_oneof![near, 1i128 << 60..=1i128 << 64]
}

/// More than this is never claimed: four accounts that were told nothing fit in what the market counts in.
const MOST: i64 = 1 << 60;

/// A market, who claims, who owes, and what all that is by another count.
struct Run {
    market: Market,
    winners: [MarginAccount; 4],
    loser: MarginAccount,
    shares: [Share; 4],
    owed: i64,
    pool: i64,
}

impl Run {
    /// With an index that earlier cuts have left.
    fn new(index: i128) -> Self {
        let mut market = market(&[]);
        market.claim_index = Fixed64::from_bits(index);
        let shares = [0; 4].map(Share::new);
        Self { market, winners: [0; 4].map(|_| account()), loser: account(), shares, owed: 0, pool: 0 }
    }

    /// What an account's claim would be if it followed.
    fn worth(&self, who: usize) -> i64 {
        let mut winner = self.winners[who];
        winner.settle_claims(&mut { self.market }).unwrap();
        winner.unpaid(1)
    }

    fn cut(&mut self, amount: i64) {
        let all = (self.owed + self.pool) as u64;
        self.loser.cut_claims(&mut self.market, amount as u64).unwrap();
        self.owed -= amount;
        for share in &mut self.shares {
            share.cut(all - amount as u64, all);
        }
    }

    fn next(&mut self, step: Happens) {
        match step {
            Happens::Profit(who, size) => {
                let size = size.min(MOST - self.owed - self.pool);
                let before = self.worth(who);
                self.winners[who].book_profit(&mut self.market, size).unwrap();
                self.loser.book_profit(&mut self.market, -size).unwrap();
                self.owed += size;
                if size > 0 {
                    self.shares[who] = Share::new(before + size);
                }
            }
            Happens::Most(places, more) => {
                let left = (self.owed >> places).saturating_add_unsigned(more).min(self.owed);
                if left < self.owed {
                    self.cut(self.owed - left);
                }
            }
            Happens::Cut(amount) => {
                let amount = amount.min(self.owed as u64);
                if amount > 0 {
                    self.cut(amount as i64);
                }
            }
            Happens::Claims(who) => {
                let (before, after) = (self.winners[who].unpaid(1), self.worth(who));
                let told = self.winners[who].settle_claims(&mut self.market).unwrap();
                assert_eq!((told, self.winners[who].unpaid(1)), (before - after, after));
                assert_eq!(self.winners[who].settle_claims(&mut self.market).unwrap(), 0);
                self.shares[who].told += 1;
            }
            Happens::Pays(size) => {
                self.loser.cash = size;
                let paid = -self.loser.settle_pool(&mut self.market).unwrap();
                assert_eq!(paid, size.min(self.owed));
                (self.owed, self.pool, self.loser.cash) = (self.owed - paid, self.pool + paid, 0);
            }
            Happens::Paid(who) => {
                let claim = self.worth(who);
                self.winners[who].settle_claims(&mut self.market).unwrap();
                let paid = self.winners[who].settle_pool(&mut self.market).unwrap();
                assert_eq!(paid, claim.min(self.pool));
                self.pool -= paid;
                self.shares[who] = Share::new(claim - paid);
            }
        }
    }

    /// What must hold after every step.
    fn check(&self) {
        let claims = self.owed + self.pool;
        assert!((1 << 60..=1 << 64).contains(&self.market.claim_index.to_bits()));
        assert_eq!((self.loser.unpaid(1), self.market.pool), (-self.owed, self.pool as u64));
        assert_eq!(self.market.claims_up().unwrap(), claims as u64);
        let rows: i128 = self.winners.iter().map(|winner| i128::from(winner.unpaid(1))).sum();
        assert_eq!((i128::from(self.market.unpaid), self.market.owed), (rows, self.owed as u64));
        assert_eq!(i128::from(self.market.cut), rows - i128::from(claims));
        // If all follow now, one after another.
        let mut market = self.market;
        let mut sum = 0;
        for (winner, share) in self.winners.iter().zip(&self.shares) {
            let mut winner = *winner;
            winner.settle_claims(&mut market).unwrap();
            let claim = winner.unpaid(1);
            assert!(claim >= 0 && share.fits(claim), "{claim} is not {share:?}");
            sum += claim;
        }
        assert!(sum <= claims, "{sum} is claimed of {claims}");
        assert_eq!((market.unpaid, market.cut), (sum as u64, sum - claims));
        assert_eq!(market.claims_up().unwrap(), claims as u64);
    }
}

proptest! {
    /// Sums are kept to the unit; all claims are never more than the market counts; each is what it is exactly, or less by
    /// roundings, and no more than before.
    #[test]
    fn every_claim_is_its_exact_share(
        index in indices(), steps in prop::collection::vec(happens(), 1..50),
    ) {
        let mut run = Run::new(index);
        for step in steps {
            let before = [0, 1, 2, 3].map(|who| run.worth(who));
            let won = if let Happens::Profit(who, _) = step { Some(who) } else { None };
            run.next(step);
            run.check();
            for (who, before) in before.into_iter().enumerate() {
                prop_assert!(Some(who) == won || run.worth(who) <= before);
            }
        }
    }
}
