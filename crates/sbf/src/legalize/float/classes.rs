//! `llvm.is.fpclass`: ten classes, each a range of magnitudes and a sign.

use super::Bits;
use crate::llvm::{Build, Op, Pred, Value};

/// Whether a float is in one of the classes of a mask.
pub fn test(b: &Build, bits: &Bits, mask: Value) -> Value {
    let mask = mask.as_constant().expect("the classes are an immediate");
    let fraction = match bits.width {
        16 => 10,
        32 => 23,
        64 => 52,
        _ => 112,
    };
    let int = b.cx.int(bits.width);
    let power = |exponent: u32| {
        let one = b.op_const(Op::Add, b.zero(int), 1);
        b.op_const(Op::Shl, one, u64::from(exponent))
    };
    let size = bits.magnitude(b);
    let negative = b.compare_zero(Pred::Slt, bits.value);
    let normal_from = power(fraction);
    // Every bit of the exponent: all but the sign, less the fraction.
    let infinite = b.op(Op::Sub, power(bits.width - 1), normal_from);
    let quiet_from = b.op(Op::Or, infinite, power(fraction - 1));

    let is_zero = b.compare_zero(Pred::Eq, size);
    let is_infinite = b.compare(Pred::Eq, size, infinite);
    let is_nan = b.compare(Pred::Ugt, size, infinite);
    let is_quiet = b.compare(Pred::Uge, size, quiet_from);
    let below_normal = b.compare(Pred::Ult, size, normal_from);
    let below_infinite = b.compare(Pred::Ult, size, infinite);
    let not = |x| b.op(Op::Xor, x, b.cx.constant(1, 1));
    let both = |x, y| b.op(Op::And, x, y);
    let is_subnormal = both(below_normal, not(is_zero));
    let is_normal = both(below_infinite, not(below_normal));
    let positive = not(negative);

    // In the order of LLVM's bits.
    let classes = [
        both(is_nan, not(is_quiet)),
        is_quiet,
        both(is_infinite, negative),
        both(is_normal, negative),
        both(is_subnormal, negative),
        both(is_zero, negative),
        both(is_zero, positive),
        both(is_subnormal, positive),
        both(is_normal, positive),
        both(is_infinite, positive),
    ];
    let chosen = classes.into_iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
    chosen.fold(b.cx.constant(1, 0), |any, (_, class)| b.op(Op::Or, any, class))
}
