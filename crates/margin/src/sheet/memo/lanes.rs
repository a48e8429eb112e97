//! The two hot loops of the memo, over columns one after the other in memory: compiled for every processor, and once more
//! for those that multiply eight whole numbers at a time. Both are the same operations on integers.

#![allow(clippy::arithmetic_side_effects)] // As in the kernel, whose own steps these are.

use super::plan::Factors;

/// A weight times a probability less a half, in 2^-20 of a weight, as the hot loop of an assessment has it: below zero the
/// size of the probability counts, and is taken away.
#[inline(always)]
fn part(weight: i64, probability: i64) -> i64 {
    let sign = probability >> 63;
    let size = (probability ^ sign) - sign;
    let part = weight * (size >> 20) + ((weight * (size & 0xf_ffff)) >> 20);
    (part ^ sign) - sign
}

#[inline(always)]
fn weigh_any(parts: &mut [i64], probabilities: &[i64], weight: i64) {
    for (slot, probability) in parts.iter_mut().zip(probabilities) {
        *slot += part(weight, *probability);
    }
}

/// Weights are 2^10 grains. The products are those of [`crate::kernel::scale`].
#[inline(always)]
fn sum_up_any(forwards: &mut [i64], strikes: &[i64], factors: &Factors, halves: (i64, i64)) {
    let columns = forwards.iter_mut().zip(strikes).zip(factors.whole.iter().zip(&factors.rest));
    for ((forward, strike), (whole, rest)) in columns {
        let value = halves.0 + (*forward >> 10);
        let (high, low) = (value >> 28, value & ((1 << 28) - 1));
        let fine = (high * rest) + ((low * whole) >> 8) + ((low * rest) >> 28);
        *forward = ((high * whole) << 8) + (fine >> 12) - (halves.1 + (*strike >> 10));
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl")]
fn weigh_wide(parts: &mut [i64], probabilities: &[i64], weight: i64) {
    weigh_any(parts, probabilities, weight);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl")]
fn sum_up_wide(forwards: &mut [i64], strikes: &[i64], factors: &Factors, halves: (i64, i64)) {
    sum_up_any(forwards, strikes, factors, halves);
}

/// Whether the processor has what the wide loops are compiled for.
#[cfg(target_arch = "x86_64")]
fn is_wide() -> bool {
    std::is_x86_feature_detected!("avx512f")
        && std::is_x86_feature_detected!("avx512dq")
        && std::is_x86_feature_detected!("avx512vl")
}

/// Adds a weight times each column's probability.
#[inline(never)] // A loop of its own has registers enough; so has the next.
pub(super) fn weigh(parts: &mut [i64], probabilities: &[i64], weight: i64) {
    #[cfg(target_arch = "x86_64")]
    if is_wide() {
        // SAFETY: the processor has every feature that the function asks for.
        #[allow(unsafe_code)]
        return unsafe { weigh_wide(parts, probabilities, weight) };
    }
    weigh_any(parts, probabilities, weight);
}

/// Turns parts at the forward and at the strike into values, beside halves of all weights.
#[inline(never)]
pub(super) fn sum_up(forwards: &mut [i64], strikes: &[i64], factors: &Factors, halves: (i64, i64)) {
    #[cfg(target_arch = "x86_64")]
    if is_wide() {
        // SAFETY: as above.
        #[allow(unsafe_code)]
        return unsafe { sum_up_wide(forwards, strikes, factors, halves) };
    }
    sum_up_any(forwards, strikes, factors, halves);
}
