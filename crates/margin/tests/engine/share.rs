//! Losses are shared to the unit, by weight and by index.

use crate::common::cases;
use std::cmp::Reverse;

use ballast_margin::share::{adl_fraction, haircut, loss_index, share, Portion, MAX_SHARES};
use ballast_margin::MarginError;
use proptest::collection::vec;
use proptest::prelude::*;

fn parts(loss: u128, weights: &[u128]) -> Vec<u128> {
    let mut out = vec![u128::MAX; weights.len()];
    share(loss, weights, &mut out).expect("shares");
    out
}

/// The same by largest remainders, from the definition: sort, then deal.
fn reference(loss: u128, weights: &[u128]) -> Vec<u128> {
    let total: u128 = weights.iter().sum();
    let mut parts: Vec<u128> = weights.iter().map(|w| loss * w / total).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&i| (Reverse(loss * weights[i] % total), Reverse(weights[i]), i));
    let left = loss - parts.iter().sum::<u128>();
    for &i in order.iter().take(usize::try_from(left).expect("few")) {
        parts[i] += 1;
    }
    parts
}

#[test]
fn examples_by_hand() {
    assert_eq!(parts(10, &[1, 1, 1]), [4, 3, 3]);
    assert_eq!(parts(10, &[3, 2, 1]), [5, 3, 2], "5, 3 1/3 and 1 2/3: the last has the largest remainder");
    assert_eq!(parts(2, &[2, 1, 1]), [1, 1, 0], "an exact share gets no extra unit");
    assert_eq!(parts(2, &[1, 3]), [0, 2], "1/2 and 1 1/2: of equal remainders, the heavier");
    assert_eq!(parts(2, &[3, 1]), [2, 0]);
    assert_eq!(parts(7, &[0, 7, 0]), [0, 7, 0]);
    assert_eq!(parts(100, &[1]), [100], "weights are no caps where the loss exceeds them");
    assert_eq!(parts(0, &[0, 0]), [0, 0]);
    assert_eq!(parts(0, &[]), [0u128; 0]);
    assert_eq!(parts(u128::MAX, &[1 << 126, 1 << 126]), [1 << 127, (1 << 127) - 1]);
}

#[test]
fn refusals() {
    let mut out = [9; MAX_SHARES + 1];
    assert_eq!(share(1, &[0, 0], &mut out[..2]), Err(MarginError::NothingToShare));
    assert_eq!(share(1, &[], &mut out[..0]), Err(MarginError::NothingToShare));
    assert_eq!(share(1, &[1, 1], &mut out[..3]), Err(MarginError::TooMany));
    assert_eq!(share(1, &[1; MAX_SHARES + 1], &mut out), Err(MarginError::TooMany));
    assert_eq!(share(1, &[1; MAX_SHARES], &mut out[..MAX_SHARES]), Ok(()));
    assert_eq!(share(1, &[u128::MAX, 1], &mut out[..2]), Err(MarginError::TooLarge));
    assert_eq!(haircut(1, &[u128::MAX, 1], &mut out[..2]), Err(MarginError::TooLarge));
}

#[test]
fn a_haircut_takes_no_more_than_the_gains() {
    let mut out = [0; 3];
    assert_eq!(haircut(6, &[6, 3, 3], &mut out), Ok(0));
    assert_eq!(out, [3, 2, 1], "3, 1 1/2 and 1 1/2");
    assert_eq!(haircut(20, &[6, 3, 3], &mut out), Ok(8));
    assert_eq!(out, [6, 3, 3]);
    assert_eq!(haircut(5, &[0, 0, 0], &mut out), Ok(5));
    assert_eq!(out, [0, 0, 0]);
}

#[test]
fn an_index_by_hand() {
    let index = loss_index(1, 3).expect("an index");
    assert_eq!(index, Portion(26_409_387_504_754_779_197_847_983_446), "2^96 / 3 rounded up");
    assert_eq!(index.of(3), Ok(2), "one unit more than the loss, as one balance may bear");
    assert_eq!(index.of(0), Ok(0));
    assert_eq!(loss_index(3, 3), Ok(Portion::ONE));
    assert_eq!(Portion::ONE.of(12_345), Ok(12_345));
    assert_eq!(loss_index(0, 3), Ok(Portion::ZERO));
    assert_eq!(loss_index(4, 3), Err(MarginError::NothingToShare));
    assert_eq!(loss_index(0, 0), Err(MarginError::NothingToShare));
    assert_eq!(adl_fraction(4, 3), Ok(Portion::ONE));
    assert_eq!(adl_fraction(1, 2), Ok(Portion(1 << 95)));
    assert_eq!(adl_fraction(1, 0), Err(MarginError::NothingToShare));
    assert_eq!(Portion(3).plus(Portion(4)), Ok(Portion(7)));
    assert_eq!(Portion(7).since(Portion(4)), Ok(Portion(3)));
    assert_eq!(Portion(u128::MAX).plus(Portion(1)), Err(MarginError::TooLarge));
    assert_eq!(Portion(4).since(Portion(7)), Err(MarginError::TooLarge));
}

/// Weights of all sizes, many of them equal or zero.
fn weights(bits: u32) -> impl Strategy<Value = Vec<u128>> {
    let weight = prop_oneof![Just(0), 1..4u128, 0..=(u128::MAX >> (128 - bits))];
    vec(weight, 1..=MAX_SHARES).prop_filter("something", |w| w.iter().any(|&w| w > 0))
}

#[test]
fn amounts_of_a_hundred_and_twenty_eight_bits_are_shared_exactly() {
    // Sums above 2^127, whose remainders leave 128 bits on the way.
    let (half, most) = (1u128 << 127, u128::MAX);
    assert_eq!(parts(most, &[half, half - 1]), [half, half - 1]);
    // 2^254 / (2^128 - 1) is 2^126 and a little; (2^254 - 2^127) / (2^128 - 1) is 2^126 less a little.
    assert_eq!(parts(half, &[half, half - 1]), [1 << 126, 1 << 126]);
    assert_eq!(parts(most - 1, &[most - 2, 2]), [most - 3, 2]);
    assert_eq!(Portion(most).of(1), Ok(1 << 32));
    assert_eq!(Portion::ONE.of(most), Ok(most));
    assert_eq!(Portion(Portion::ONE.0 + 1).of(most), Err(MarginError::TooLarge));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(1_000)))]

    #[test]
    fn parts_are_those_of_the_definition(loss in 0..1u128 << 60, weights in weights(60)) {
        prop_assert_eq!(parts(loss, &weights), reference(loss, &weights));
    }

    #[test]
    fn sums_are_kept_to_the_unit(loss: u128, weights in weights(121)) {
        let parts = parts(loss, &weights);
        prop_assert_eq!(parts.iter().try_fold(0u128, |sum, &part| sum.checked_add(part)), Some(loss));
    }

    #[test]
    fn no_part_exceeds_its_weight(weights in weights(121), share_of: u64) {
        let total: u128 = weights.iter().sum();
        let loss = (total >> 64) * u128::from(share_of) + total % (u128::from(share_of) + 1);
        prop_assert!(loss <= total);
        for (part, weight) in parts(loss, &weights).iter().zip(&weights) {
            prop_assert!(part <= weight);
        }
    }

    #[test]
    fn a_heavier_part_never_bears_less(loss: u128, weights in weights(121)) {
        let parts = parts(loss, &weights);
        for (i, a) in weights.iter().enumerate() {
            for (j, b) in weights.iter().enumerate() {
                prop_assert!(a < b || parts[i] >= parts[j] || (a == b && i > j && parts[j] - parts[i] == 1));
            }
        }
    }

    #[test]
    fn order_matters_only_among_equals(loss: u128, weights in weights(121), turn in 0..MAX_SHARES) {
        let mut turned = weights.clone();
        turned.rotate_left(turn % weights.len());
        let pairs = |weights: &[u128]| {
            let mut pairs: Vec<_> = weights.iter().copied().zip(parts(loss, weights)).collect();
            pairs.sort_unstable();
            pairs
        };
        prop_assert_eq!(pairs(&weights), pairs(&turned));
    }

    #[test]
    fn a_larger_loss_lowers_no_part_by_more_than_a_unit(loss in 0..u128::MAX, weights in weights(121)) {
        for (less, more) in parts(loss, &weights).iter().zip(parts(loss + 1, &weights)) {
            prop_assert!(*less <= more + 1 && more <= less + 1);
        }
    }

    #[test]
    fn a_haircut_and_its_rest_are_the_loss(loss: u128, gains in weights(121)) {
        let mut out = vec![0; gains.len()];
        let rest = haircut(loss, &gains, &mut out).expect("a haircut");
        prop_assert_eq!(out.iter().sum::<u128>() + rest, loss);
        prop_assert!(out.iter().zip(&gains).all(|(part, gain)| part <= gain));
        prop_assert!(rest == 0 || out == gains);
    }

    #[test]
    fn an_index_charges_the_loss_and_at_most_a_unit_a_balance_more(
        balances in weights(90),
        share_of: u64,
    ) {
        let total: u128 = balances.iter().sum();
        prop_assert!(total <= 1 << 96);
        let loss = (total >> 64) * u128::from(share_of) + total % (u128::from(share_of) + 1);
        let index = loss_index(loss, total).expect("an index");
        prop_assert!(index <= Portion::ONE);
        let mut charged = 0;
        for &balance in &balances {
            let part = index.of(balance).expect("a part");
            prop_assert!(part <= balance);
            charged += part;
        }
        prop_assert!(loss <= charged && charged <= loss + balances.len() as u128);
    }

    #[test]
    fn an_index_read_twice_charges_as_if_read_once(
        balance in 0..1u128 << 90,
        first in 0..1u128 << 60,
        second in 0..1u128 << 60,
    ) {
        let total = 1u128 << 92;
        let start = Portion(12_345);
        let middle = start.plus(loss_index(first, total).expect("a first loss")).expect("a sum");
        let end = middle.plus(loss_index(second, total).expect("a second loss")).expect("a sum");
        let once = end.since(start).and_then(|grown| grown.of(balance)).expect("a part");
        let twice = middle.since(start).and_then(|grown| grown.of(balance)).expect("a part")
            + end.since(middle).and_then(|grown| grown.of(balance)).expect("a part");
        prop_assert!(once <= twice && twice <= once + 1);
    }
}
