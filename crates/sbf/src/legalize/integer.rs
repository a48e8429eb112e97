//! Integers: everything wider than a word that is not a plain carry chain, and signed division.
//!
//! The back end splits additions, comparisons, constant shifts and logic of any width into words
//! by itself. Multiplication, division, variable shifts and overflow checks would become calls of
//! libgcc routines with six registers of arguments, which it refuses. They become calls of the
//! runtime's helpers, whose arguments are words and pointers, at most five of them, so that they
//! are callable before and after the signatures are brought to order.

use super::Lowered;
use crate::llvm::{Build, Op, Pred, Value};

/// The width of a register.
const WORD: u32 = 64;

/// Lowers an integer operation.
pub fn lower(b: &Build, i: Value) -> Lowered {
    let code = i.opcode();
    if code == Op::Call {
        return intrinsic(b, i);
    }
    let Some(width) = i.ty().int_width() else { return Lowered::Kept };
    let (x, y) = (i.operand(0), i.operand(1));
    let done = match code {
        Op::Shl | Op::LShr | Op::AShr if width > WORD && !y.is_constant_int() => shift(b, code, x, y, width),
        Op::Mul if width > WORD => multiply(b, x, y, width),
        Op::UDiv | Op::URem | Op::SDiv | Op::SRem if width > WORD => divide(b, code, x, y, width),
        Op::SDiv | Op::SRem => {
            let name = if code == Op::SDiv { "sbf_sdiv64" } else { "sbf_srem64" };
            let words = [b.resize(x, WORD, true), b.resize(y, WORD, true)];
            b.resize(b.call_named(name, b.cx.int(WORD), &words), width, true)
        }
        _ => return Lowered::Kept,
    };
    Lowered::As(done)
}

/// Widens to the next width that the helpers know: two words, or any whole number of words.
fn helper_width(width: u32) -> u32 {
    if width <= 2 * WORD {
        2 * WORD
    } else {
        width.next_multiple_of(WORD)
    }
}

/// Calls a helper over two-word values: `(out, x low, x high, y low, y high)`; yields its words.
fn two_words(b: &Build, name: &str, x: Value, y: Value, out_words: u32) -> Vec<Value> {
    let out = b.slot(b.cx.words(out_words));
    b.call_named(name, b.cx.void(), &[out, b.low(x), b.high(x), b.low(y), b.high(y)]);
    (0..u64::from(out_words)).map(|word| b.load(b.cx.int(WORD), b.word(out, word))).collect()
}

/// Calls a helper over values of many words, in memory: `(out, x, y, words)`.
fn many_words(b: &Build, name: &str, x: Value, y: Value, width: u32) -> Value {
    let ty = b.cx.int(width);
    let (out, px, py) = (b.slot(ty), b.slot(ty), b.slot(ty));
    b.store(x, px);
    b.store(y, py);
    let count = b.cx.constant(WORD, u64::from(width / WORD));
    b.call_named(name, b.cx.void(), &[out, px, py, count]);
    b.load(ty, out)
}

fn multiply(b: &Build, x: Value, y: Value, width: u32) -> Value {
    let wide = helper_width(width);
    let (x, y) = (b.resize(x, wide, false), b.resize(y, wide, false));
    let product = if wide == 2 * WORD {
        let words = two_words(b, "sbf_mul128", x, y, 2);
        b.join(words[0], words[1])
    } else {
        many_words(b, "sbf_mul_words", x, y, wide)
    };
    b.resize(product, width, false)
}

fn divide(b: &Build, code: u32, x: Value, y: Value, width: u32) -> Value {
    let signed = code == Op::SDiv || code == Op::SRem;
    let wants_remainder = code == Op::URem || code == Op::SRem;
    let wide = helper_width(width);
    let (x, y) = (b.resize(x, wide, signed), b.resize(y, wide, signed));
    let result = if wide == 2 * WORD {
        let name = match code {
            Op::UDiv => "sbf_udiv128",
            Op::URem => "sbf_urem128",
            Op::SDiv => "sbf_sdiv128",
            _ => "sbf_srem128",
        };
        let words = two_words(b, name, x, y, 2);
        b.join(words[0], words[1])
    } else {
        let name = if wants_remainder { "sbf_urem_words" } else { "sbf_udiv_words" };
        if signed {
            let negative_x = b.compare_zero(Pred::Slt, x);
            let negative_y = b.compare_zero(Pred::Slt, y);
            let unsigned = many_words(b, name, magnitude(b, x), magnitude(b, y), wide);
            let opposite = b.op(Op::Sub, b.zero(unsigned.ty()), unsigned);
            // A remainder takes the dividend's sign, a quotient the product of both.
            let negative = if wants_remainder { negative_x } else { b.op(Op::Xor, negative_x, negative_y) };
            b.select(negative, opposite, unsigned)
        } else {
            many_words(b, name, x, y, wide)
        }
    };
    b.resize(result, width, signed)
}

fn magnitude(b: &Build, x: Value) -> Value {
    let opposite = b.op(Op::Sub, b.zero(x.ty()), x);
    b.select(b.compare_zero(Pred::Slt, x), opposite, x)
}

fn shift(b: &Build, code: u32, x: Value, amount: Value, width: u32) -> Value {
    let signed = code == Op::AShr;
    let wide = helper_width(width);
    let x = b.resize(x, wide, signed);
    // An amount of the width or more is poison, so its low word is the whole of it.
    let amount = b.resize(amount, WORD, false);
    let shifted = if wide == 2 * WORD {
        shift_two_words(b, code, x, amount)
    } else {
        let (ty, name) = (
            b.cx.int(wide),
            match code {
                Op::Shl => "sbf_shl_words",
                Op::LShr => "sbf_lshr_words",
                _ => "sbf_ashr_words",
            },
        );
        let (out, px) = (b.slot(ty), b.slot(ty));
        b.store(x, px);
        let count = b.cx.constant(WORD, u64::from(wide / WORD));
        b.call_named(name, b.cx.void(), &[out, px, count, amount]);
        b.load(ty, out)
    };
    b.resize(shifted, width, signed)
}

fn shift_two_words(b: &Build, code: u32, x: Value, amount: Value) -> Value {
    let (low, high) = (b.low(x), b.high(x));
    let within = b.op_const(Op::And, amount, 63);
    // 63 - within; with the shift by one before it, a shift by 64 - within that is never by 64.
    let rest = b.op_const(Op::Xor, within, 63);
    let crosses = b.compare_zero(Pred::Ne, b.op_const(Op::And, amount, 64));
    if code == Op::Shl {
        let near = b.op(Op::Shl, low, within);
        let carried = b.op(Op::LShr, b.op_const(Op::LShr, low, 1), rest);
        let far = b.op(Op::Or, b.op(Op::Shl, high, within), carried);
        b.join(b.select(crosses, b.zero(low.ty()), near), b.select(crosses, near, far))
    } else {
        let near = b.op(code, high, within);
        let carried = b.op(Op::Shl, b.op_const(Op::Shl, high, 1), rest);
        let far = b.op(Op::Or, b.op(Op::LShr, low, within), carried);
        let fill = if code == Op::AShr { b.op_const(Op::AShr, high, 63) } else { b.zero(high.ty()) };
        b.join(b.select(crosses, near, far), b.select(crosses, fill, near))
    }
}

fn intrinsic(b: &Build, i: Value) -> Lowered {
    let Some(name) = i.callee_name() else { return Lowered::Kept };
    let Some(stem) = name.strip_prefix("llvm.").and_then(|n| n.split(".i").next()) else {
        return Lowered::Kept;
    };
    let args = i.args();
    match stem {
        "umul.with.overflow" | "smul.with.overflow" => {
            let Some(width) = args[0].ty().int_width() else { return Lowered::Kept };
            let (product, overflow) = checked_multiply(b, args[0], args[1], width, stem.starts_with('s'));
            Lowered::As(b.aggregate(i.ty(), &[product, overflow]))
        }
        "fshl" | "fshr" => funnel(b, stem, &args),
        _ => Lowered::Kept,
    }
}

/// The wrapped product, and whether the exact one does not fit.
fn checked_multiply(b: &Build, x: Value, y: Value, width: u32, signed: bool) -> (Value, Value) {
    match width {
        WORD => checked_multiply_word(b, x, y, signed),
        128 => {
            let name = if signed { "sbf_smulo128" } else { "sbf_umulo128" };
            let words = two_words(b, name, x, y, 3);
            (b.join(words[0], words[1]), b.compare_zero(Pred::Ne, words[2]))
        }
        _ => {
            // Exact in twice the width; it fits when narrowing and widening brings it back.
            let wide = (2 * width).next_multiple_of(WORD);
            let exact = b.op(Op::Mul, b.resize(x, wide, signed), b.resize(y, wide, signed));
            let wrapped = b.resize(exact, width, signed);
            (wrapped, b.compare(Pred::Ne, b.resize(wrapped, wide, signed), exact))
        }
    }
}

fn checked_multiply_word(b: &Build, x: Value, y: Value, signed: bool) -> (Value, Value) {
    let product = b.op(Op::Mul, x, y);
    let high = b.call_named("sbf_mulhi", b.cx.int(WORD), &[x, y]);
    if !signed {
        return (product, b.compare_zero(Pred::Ne, high));
    }
    // The signed high word is the unsigned one less each factor whose fellow is negative.
    let less =
        |high, sign, factor| b.op(Op::Sub, high, b.op(Op::And, b.op_const(Op::AShr, sign, 63), factor));
    let high = less(less(high, x, y), y, x);
    (product, b.compare(Pred::Ne, high, b.op_const(Op::AShr, product, 63)))
}

/// Funnel shifts of more than a word (rotations of 128 bits), by a variable amount.
fn funnel(b: &Build, stem: &str, args: &[Value]) -> Lowered {
    let (x, y, amount) = (args[0], args[1], args[2]);
    let Some(width) = x.ty().int_width() else { return Lowered::Kept };
    if width <= WORD || amount.is_constant_int() {
        return Lowered::Kept;
    }
    let within = if width.is_power_of_two() {
        b.op_const(Op::And, amount, u64::from(width) - 1)
    } else {
        b.op_const(Op::URem, amount, u64::from(width))
    };
    let rest = b.op(Op::Sub, b.op_const(Op::Add, b.zero(amount.ty()), u64::from(width) - 1), within);
    let joined = if stem == "fshl" {
        b.op(Op::Or, b.op(Op::Shl, x, within), b.op(Op::LShr, b.op_const(Op::LShr, y, 1), rest))
    } else {
        b.op(Op::Or, b.op(Op::LShr, y, within), b.op(Op::Shl, b.op_const(Op::Shl, x, 1), rest))
    };
    Lowered::As(joined)
}
