//! Floating point of every width (half, single, double, quadruple), none of which SBPF has.
//!
//! Arithmetic and conversions become calls of compiler-builtins, Rust's own soft float, which is
//! part of every build. Comparisons become one helper whose answer is a set of relations, in the
//! very bits that LLVM's sixteen predicates are made of. Signs, extremes and classes are bit
//! tests. Halves are computed as singles: with 24 bits against 11, rounding twice is rounding once.

use super::Lowered;
use crate::llvm::{Build, Op, Pred, Type, Value};

mod classes;

/// Lowers a floating-point operation.
pub fn lower(b: &Build, i: Value) -> Lowered {
    let code = i.opcode();
    match code {
        Op::FAdd | Op::FSub | Op::FMul | Op::FDiv | Op::FRem => binary(b, i, code),
        Op::FNeg => {
            let bits = Bits::of(b, i.operand(0));
            Lowered::As(bits.back(b, b.op(Op::Xor, bits.value, bits.sign(b))))
        }
        Op::FCmp => Lowered::As(compare(b, i.float_predicate(), i.operand(0), i.operand(1))),
        Op::FPExt | Op::FPTrunc => resize(b, i, code),
        Op::FPToSI | Op::FPToUI => to_integer(b, i.operand(0), i.ty(), code == Op::FPToSI, false),
        Op::SIToFP | Op::UIToFP => from_integer(b, i, code == Op::SIToFP),
        Op::Call => intrinsic(b, i),
        _ => Lowered::Kept,
    }
}

/// A float seen as an integer of its width.
struct Bits {
    value: Value,
    float: Type,
    width: u32,
}

impl Bits {
    fn of(b: &Build, x: Value) -> Self {
        let float = x.ty();
        let width = float.float_width().expect("a float");
        Self { value: b.cast(Op::BitCast, x, b.cx.int(width)), float, width }
    }
    fn back(&self, b: &Build, bits: Value) -> Value {
        b.cast(Op::BitCast, bits, self.float)
    }
    /// The sign bit alone.
    fn sign(&self, b: &Build) -> Value {
        let one = b.op_const(Op::Add, b.zero(b.cx.int(self.width)), 1);
        b.op_const(Op::Shl, one, u64::from(self.width) - 1)
    }
    /// All but the sign bit.
    fn magnitude(&self, b: &Build) -> Value {
        b.op_const(Op::LShr, b.op_const(Op::Shl, self.value, 1), 1)
    }
}

/// The letters by which compiler-builtins names a width.
fn letters(width: u32) -> &'static str {
    match width {
        16 => "hf",
        32 => "sf",
        64 => "df",
        _ => "tf",
    }
}

/// Calls a function by C's conventions on this target: what exceeds a word goes by reference.
fn call_c(b: &Build, name: &str, result: Type, args: &[Value]) -> Value {
    let is_large = |ty: Type| ty.float_width() == Some(128) || ty.int_width() == Some(128);
    let mut passed = Vec::new();
    let place = is_large(result).then(|| b.slot(result));
    passed.extend(place);
    for &arg in args {
        passed.push(if is_large(arg.ty()) {
            let slot = b.slot(arg.ty());
            b.store(arg, slot);
            slot
        } else {
            arg
        });
    }
    match place {
        Some(place) => {
            b.call_named(name, b.cx.void(), &passed);
            b.load(result, place)
        }
        None => b.call_named(name, result, &passed),
    }
}

/// Does in single precision what has no half-precision routine.
fn through_single(b: &Build, args: &[Value], compute: impl FnOnce(&[Value]) -> Value) -> Lowered {
    let single = b.cx.float(32);
    let widened: Vec<Value> = args.iter().map(|&x| b.cast(Op::FPExt, x, single)).collect();
    Lowered::As(b.cast(Op::FPTrunc, compute(&widened), args[0].ty()))
}

fn binary(b: &Build, i: Value, code: u32) -> Lowered {
    let (x, y, ty) = (i.operand(0), i.operand(1), i.ty());
    let Some(width) = ty.float_width() else { return Lowered::Kept };
    if width == 16 {
        return through_single(b, &[x, y], |args| b.op(code, args[0], args[1]));
    }
    let verb = match code {
        Op::FAdd => "add",
        Op::FSub => "sub",
        Op::FMul => "mul",
        Op::FDiv => "div",
        _ => return Lowered::As(call_c(b, &libm("fmod", width), ty, &[x, y])),
    };
    Lowered::As(call_c(b, &format!("__{verb}{}3", letters(width)), ty, &[x, y]))
}

/// The name of a C library function for a width.
fn libm(stem: &str, width: u32) -> String {
    match width {
        32 => format!("{stem}f"),
        128 => format!("{stem}f128"),
        _ => stem.to_owned(),
    }
}

/// One helper answers with one of the bits equal 1, greater 2, less 4, unordered 8; a predicate is
/// the set of answers that it accepts.
fn compare(b: &Build, predicate: u32, x: Value, y: Value) -> Value {
    let width = x.ty().float_width().expect("a comparison of floats");
    let (x, y) = (Bits::of(b, x), Bits::of(b, y));
    let name = format!("sbf_fcmp{width}");
    let word = b.cx.int(64);
    let answer = if width == 128 {
        let place = |bits: &Bits| {
            let slot = b.slot(b.cx.int(128));
            b.store(bits.value, slot);
            slot
        };
        b.call_named(&name, word, &[place(&x), place(&y)])
    } else {
        b.call_named(&name, word, &[b.resize(x.value, 64, false), b.resize(y.value, 64, false)])
    };
    b.compare_zero(Pred::Ne, b.op_const(Op::And, answer, u64::from(predicate)))
}

fn resize(b: &Build, i: Value, code: u32) -> Lowered {
    let (from, to) = (i.operand(0).ty().float_width(), i.ty().float_width());
    let (Some(from), Some(to)) = (from, to) else { return Lowered::Kept };
    let verb = if code == Op::FPExt { "extend" } else { "trunc" };
    let name = format!("__{verb}{}{}2", letters(from), letters(to));
    Lowered::As(call_c(b, &name, i.ty(), &[i.operand(0)]))
}

fn to_integer(b: &Build, x: Value, to: Type, signed: bool, saturate: bool) -> Lowered {
    let (Some(from), Some(width)) = (x.ty().float_width(), to.int_width()) else { return Lowered::Kept };
    if from == 16 {
        let single = b.cast(Op::FPExt, x, b.cx.float(32));
        return to_integer(b, single, to, signed, saturate);
    }
    // compiler-builtins saturates at its own width and takes no number to zero, as Rust does.
    let (wide, integer) = match width {
        0..=64 => (64, "di"),
        128 => (128, "ti"),
        _ => return Lowered::Kept,
    };
    let unsigned = if signed { "" } else { "uns" };
    let name = format!("__fix{unsigned}{}{integer}", letters(from));
    let mut whole = call_c(b, &name, b.cx.int(wide), &[x]);
    if saturate && width < wide {
        whole = clamp(b, whole, width, signed);
    }
    Lowered::As(b.resize(whole, width, signed))
}

/// Clamps a word to what fits in fewer bits.
fn clamp(b: &Build, word: Value, width: u32, signed: bool) -> Value {
    if !signed {
        let most = b.cx.constant(64, (1u64 << width) - 1);
        return b.select(b.compare(Pred::Ugt, word, most), most, word);
    }
    let most = b.cx.constant(64, (1u64 << (width - 1)) - 1);
    let least = b.cx.constant(64, (1u64 << (width - 1)).wrapping_neg());
    let capped = b.select(b.compare(Pred::Sgt, word, most), most, word);
    b.select(b.compare(Pred::Slt, capped, least), least, capped)
}

fn from_integer(b: &Build, i: Value, signed: bool) -> Lowered {
    let x = i.operand(0);
    let (Some(width), Some(to)) = (x.ty().int_width(), i.ty().float_width()) else { return Lowered::Kept };
    if to == 16 {
        // Exact in a double wherever a half is finite, so it is rounded once.
        let code = if signed { Op::SIToFP } else { Op::UIToFP };
        let double = b.cast(code, x, b.cx.float(64));
        return Lowered::As(b.cast(Op::FPTrunc, double, i.ty()));
    }
    let (wide, integer) = match width {
        0..=64 => (64, "di"),
        65..=128 => (128, "ti"),
        _ => return Lowered::Kept,
    };
    let unsigned = if signed { "" } else { "un" };
    let name = format!("__float{unsigned}{integer}{}", letters(to));
    Lowered::As(call_c(b, &name, i.ty(), &[b.resize(x, wide, signed)]))
}

fn intrinsic(b: &Build, i: Value) -> Lowered {
    let Some(name) = i.callee_name() else { return Lowered::Kept };
    let Some(name) = name.strip_prefix("llvm.") else { return Lowered::Kept };
    let args = i.args();
    if let Some(signed) =
        [("fptosi.sat.", true), ("fptoui.sat.", false)].iter().find(|(n, _)| name.starts_with(n))
    {
        return to_integer(b, args[0], i.ty(), signed.1, true);
    }
    if name.starts_with("is.fpclass.") {
        return Lowered::As(classes::test(b, &Bits::of(b, args[0]), args[1]));
    }
    let Some(width) = i.ty().float_width() else { return Lowered::Kept };
    let stem = name.split(".f").next().unwrap_or_default();
    match stem {
        "fabs" => {
            let bits = Bits::of(b, args[0]);
            Lowered::As(bits.back(b, bits.magnitude(b)))
        }
        "copysign" => {
            let (size, sign) = (Bits::of(b, args[0]), Bits::of(b, args[1]));
            let sign = b.op(Op::And, sign.value, sign.sign(b));
            Lowered::As(size.back(b, b.op(Op::Or, size.magnitude(b), sign)))
        }
        "minnum" | "minimumnum" => Lowered::As(extreme(b, args[0], args[1], true, false)),
        "maxnum" | "maximumnum" => Lowered::As(extreme(b, args[0], args[1], false, false)),
        "minimum" => Lowered::As(extreme(b, args[0], args[1], true, true)),
        "maximum" => Lowered::As(extreme(b, args[0], args[1], false, true)),
        "fmuladd" => Lowered::As(b.op(Op::FAdd, b.op(Op::FMul, args[0], args[1]), args[2])),
        "powi" if width != 16 => {
            let power = b.resize(args[1], 32, true);
            Lowered::As(call_c(b, &format!("__powi{}2", letters(width)), i.ty(), &[args[0], power]))
        }
        // A fused half would need a wider fused routine; the check names the function that asks.
        "fma" if width == 16 => Lowered::Kept,
        _ => library(b, stem, width, i.ty(), &args),
    }
}

/// Functions that the C library of compiler-builtins knows, by LLVM's names.
fn library(b: &Build, stem: &str, width: u32, ty: Type, args: &[Value]) -> Lowered {
    let stem = match stem {
        "nearbyint" => "rint",
        "sqrt" | "floor" | "ceil" | "trunc" | "rint" | "round" | "roundeven" | "fma" | "exp" | "exp2"
        | "log" | "log2" | "log10" | "pow" | "sin" | "cos" | "tan" | "asin" | "acos" | "atan" | "atan2"
        | "sinh" | "cosh" | "tanh" => stem,
        _ => return Lowered::Kept,
    };
    if width == 16 {
        return through_single(b, args, |args| call_c(b, &libm(stem, 32), b.cx.float(32), args));
    }
    Lowered::As(call_c(b, &libm(stem, width), ty, args))
}

/// The smaller or larger of two numbers. With `keep_nan`, no number wins; else a number does.
/// Zeros compare equal, so their signs are settled by the bits: or for the smaller, and for the
/// larger; equal numbers other than zeros have equal bits, which neither changes.
fn extreme(b: &Build, x: Value, y: Value, smaller: bool, keep_nan: bool) -> Value {
    const EQUAL: u32 = 1;
    const UNORDERED: u32 = 8;
    let (greater, less) = (2, 4);
    let wins = compare(b, if smaller { less } else { greater }, x, y);
    let (bx, by) = (Bits::of(b, x), Bits::of(b, y));
    let both = bx.back(b, b.op(if smaller { Op::Or } else { Op::And }, bx.value, by.value));
    let ordered = b.select(compare(b, EQUAL, x, y), both, b.select(wins, x, y));
    let (x_is_nan, y_is_nan) = (compare(b, UNORDERED, x, x), compare(b, UNORDERED, y, y));
    if keep_nan {
        b.select(x_is_nan, x, b.select(y_is_nan, y, ordered))
    } else {
        b.select(x_is_nan, y, b.select(y_is_nan, x, ordered))
    }
}
