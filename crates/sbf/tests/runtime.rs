//! The runtime's arithmetic, compiled for this machine and compared with the machine's own.

#![allow(clippy::precedence)]

#[path = "../runtime/lib.rs"]
#[allow(dead_code)]
mod runtime;

use runtime::divide::{sbf_sdiv128, sbf_srem128, sbf_udiv128, sbf_urem128};
use runtime::float::{sbf_fcmp128, sbf_fcmp16, sbf_fcmp32, sbf_fcmp64};
use runtime::words::*;
use runtime::{sbf_mul128, sbf_mulhi, sbf_sdiv64, sbf_smulo128, sbf_srem64, sbf_umulo128};

const ROUNDS: u32 = 300_000;

/// Numbers of every size, and many at the edges.
struct Numbers(u64);

impl Numbers {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }
    fn wide(&mut self) -> u128 {
        let bits = self.word() % 129;
        let random = u128::from(self.word()) << 64 | u128::from(self.word());
        let sized = if bits == 0 { 0 } else { random >> (128 - bits) };
        match self.word() % 8 {
            0 => (1u128 << (bits % 128)).wrapping_add(self.word() as u128 % 3).wrapping_sub(1),
            1 => sized.wrapping_neg(),
            2 => u128::from(u64::MAX) << (self.word() % 65),
            _ => sized,
        }
    }
}

fn halves(x: u128) -> (u64, u64) {
    (x as u64, (x >> 64) as u64)
}

fn joined(words: &[u64]) -> u128 {
    u128::from(words[1]) << 64 | u128::from(words[0])
}

type TwoWords = unsafe extern "C" fn(*mut u64, u64, u64, u64, u64);

fn call(helper: TwoWords, a: u128, b: u128) -> (u128, u64) {
    let mut out = [0u64; 3];
    let ((al, ah), (bl, bh)) = (halves(a), halves(b));
    // SAFETY: every helper writes at most three words.
    unsafe { helper(out.as_mut_ptr(), al, ah, bl, bh) };
    (joined(&out), out[2])
}

#[test]
fn products_of_two_words_are_the_machine_s() {
    let mut numbers = Numbers(1);
    for _ in 0..ROUNDS {
        let (a, b) = (numbers.wide(), numbers.wide());
        assert_eq!(call(sbf_mul128, a, b).0, a.wrapping_mul(b), "{a} * {b}");
        let (product, overflow) = a.overflowing_mul(b);
        assert_eq!(call(sbf_umulo128, a, b), (product, u64::from(overflow)), "{a} * {b}");
        let (product, overflow) = (a as i128).overflowing_mul(b as i128);
        assert_eq!(
            call(sbf_smulo128, a, b),
            (product as u128, u64::from(overflow)),
            "{} * {}",
            a as i128,
            b as i128
        );
        let (x, y) = (a as u64, b as u64);
        assert_eq!(sbf_mulhi(x, y), (u128::from(x) * u128::from(y) >> 64) as u64);
    }
}

#[test]
fn quotients_of_two_words_are_the_machine_s() {
    let mut numbers = Numbers(2);
    for _ in 0..ROUNDS {
        let (n, d) = (numbers.wide(), numbers.wide());
        if d == 0 {
            continue;
        }
        assert_eq!(call(sbf_udiv128, n, d).0, n / d, "{n} / {d}");
        assert_eq!(call(sbf_urem128, n, d).0, n % d, "{n} % {d}");
        let (n, d) = (n as i128, d as i128);
        assert_eq!(call(sbf_sdiv128, n as u128, d as u128).0 as i128, n.wrapping_div(d), "{n} / {d}");
        assert_eq!(call(sbf_srem128, n as u128, d as u128).0 as i128, n.wrapping_rem(d), "{n} % {d}");
        let (n, d) = (n as i64, d as i64);
        if d != 0 {
            assert_eq!(sbf_sdiv64(n, d), n.wrapping_div(d), "{n} / {d}");
            assert_eq!(sbf_srem64(n, d), n.wrapping_rem(d), "{n} % {d}");
        }
    }
}

/// A product by another way: digits of half a word, carried once at the end of each column.
fn product_of_words(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let digits = |words: &[u64; 4]| -> Vec<u128> {
        words.iter().flat_map(|w| [u128::from(*w as u32), u128::from(*w >> 32)]).collect()
    };
    let (a, b) = (digits(a), digits(b));
    let (mut carry, mut columns) = (0u128, [0u64; 8]);
    for (k, column) in columns.iter_mut().enumerate() {
        let sum: u128 = carry + (0..=k).map(|i| a[i] * b[k - i]).sum::<u128>();
        *column = sum as u32 as u64;
        carry = sum >> 32;
    }
    std::array::from_fn(|i| columns[2 * i] | columns[2 * i + 1] << 32)
}

#[test]
fn many_words_multiply_divide_and_shift() {
    let mut numbers = Numbers(3);
    for _ in 0..ROUNDS / 30 {
        let mut random = || {
            let ((a, b), (c, d)) = (halves(numbers.wide()), halves(numbers.wide()));
            [a, b, c, d]
        };
        let (n, d, small) = (random(), random(), random());
        let (mut product, mut quotient, mut rest) = ([0u64; 4], [0u64; 4], [0u64; 4]);
        // SAFETY: every array has the four words that the helpers are told of.
        unsafe {
            sbf_mul_words(product.as_mut_ptr(), n.as_ptr(), d.as_ptr(), 4);
            assert_eq!(product, product_of_words(&n, &d));
            if d != [0; 4] {
                sbf_udiv_words(quotient.as_mut_ptr(), n.as_ptr(), d.as_ptr(), 4);
                sbf_urem_words(rest.as_mut_ptr(), n.as_ptr(), d.as_ptr(), 4);
                assert!(rest.iter().rev().lt(d.iter().rev()), "{rest:?} < {d:?}");
                let back = add(&product_of_words(&quotient, &d), &rest);
                assert_eq!(back, n, "{n:?} / {d:?}");
            }
            let amount = small[0] % 256;
            let (mut left, mut right, mut signed) = ([0u64; 4], [0u64; 4], [0u64; 4]);
            sbf_shl_words(left.as_mut_ptr(), n.as_ptr(), 4, amount);
            sbf_lshr_words(right.as_mut_ptr(), n.as_ptr(), 4, amount);
            sbf_ashr_words(signed.as_mut_ptr(), n.as_ptr(), 4, amount);
            for bit in 0..256usize {
                let of = |words: &[u64; 4], bit: usize| words[bit / 64] >> (bit % 64) & 1;
                let by = amount as usize;
                assert_eq!(of(&left, bit), if bit < by { 0 } else { of(&n, bit - by) });
                assert_eq!(of(&right, bit), if bit + by > 255 { 0 } else { of(&n, bit + by) });
                assert_eq!(of(&signed, bit), of(&n, (bit + by).min(255)));
            }
        }
    }
}

fn add(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let mut carry = false;
    std::array::from_fn(|i| {
        let (sum, over) = a[i].overflowing_add(b[i]);
        let (sum, over_again) = sum.overflowing_add(u64::from(carry));
        carry = over || over_again;
        sum
    })
}

fn relation(order: Option<std::cmp::Ordering>) -> u64 {
    match order {
        Some(std::cmp::Ordering::Equal) => 1,
        Some(std::cmp::Ordering::Greater) => 2,
        Some(std::cmp::Ordering::Less) => 4,
        None => 8,
    }
}

#[test]
fn floats_compare_as_the_machine_s() {
    let mut numbers = Numbers(4);
    for _ in 0..ROUNDS {
        let (a, b) = (numbers.word(), numbers.word());
        let near = [b, a, a ^ 1, a ^ 1 << 63, 0, 1 << 63, 0x7ff << 52, 0xfff << 52, (0x7ff << 52) + 1];
        for b in near {
            let (x, y) = (f64::from_bits(a), f64::from_bits(b));
            assert_eq!(sbf_fcmp64(a, b), relation(x.partial_cmp(&y)), "{x} {y}");
            let (a, b) = (a >> 32, b >> 32);
            let (x, y) = (f32::from_bits(a as u32), f32::from_bits(b as u32));
            assert_eq!(sbf_fcmp32(a, b), relation(x.partial_cmp(&y)), "{x} {y}");
        }
    }
}

/// Every half widens exactly to a single, so singles say how halves compare.
#[test]
fn halves_compare_as_singles() {
    let widen = |half: u64| {
        let (sign, exponent, fraction) = (half >> 15, (half >> 10 & 31) as i32, (half & 1023) as f32);
        let size = match exponent {
            0 => fraction * 2f32.powi(-24),
            31 => {
                if fraction == 0.0 {
                    f32::INFINITY
                } else {
                    f32::NAN
                }
            }
            _ => (1024.0 + fraction) * 2f32.powi(exponent - 25),
        };
        if sign == 1 {
            -size
        } else {
            size
        }
    };
    for a in (0..1u64 << 16).step_by(7) {
        for b in (0..1u64 << 16).step_by(113).chain([0, 1 << 15, 0x7c00, 0xfc00, 0x7c01, a]) {
            assert_eq!(sbf_fcmp16(a, b), relation(widen(a).partial_cmp(&widen(b))), "{a:x} {b:x}");
        }
    }
}

/// A double widens exactly to a quadruple: same sign, exponent rebased, fraction to the left.
#[test]
fn quadruples_compare_as_doubles() {
    let widen = |bits: u64| -> u128 {
        let (sign, exponent, fraction) =
            (u128::from(bits >> 63), bits >> 52 & 0x7ff, u128::from(bits << 12 >> 12));
        let exponent = if exponent == 0x7ff { 0x7fff } else { u128::from(exponent) + 16383 - 1023 };
        sign << 127 | exponent << 112 | fraction << 60
    };
    let mut numbers = Numbers(5);
    for _ in 0..ROUNDS {
        let (a, b) = (numbers.word(), numbers.word());
        for b in [b, a, a ^ 1, a ^ 1 << 63, 0x7ff << 52, (0x7ff << 52) + 1] {
            // Doubles below the normal ones have another form as quadruples.
            if a >> 52 & 0x7ff == 0 || b >> 52 & 0x7ff == 0 {
                continue;
            }
            let expected = relation(f64::from_bits(a).partial_cmp(&f64::from_bits(b)));
            // SAFETY: both are references to quadruples.
            assert_eq!(unsafe { sbf_fcmp128(&widen(a), &widen(b)) }, expected, "{a:x} {b:x}");
        }
    }
    // SAFETY: as above.
    assert_eq!(unsafe { sbf_fcmp128(&0, &(1 << 127)) }, 1, "zeros are equal");
}
