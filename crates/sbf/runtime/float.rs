//! Comparison of floats: which of four relations holds, as the bit that LLVM's predicates use.

const EQUAL: u64 = 1;
const GREATER: u64 = 2;
const LESS: u64 = 4;
const UNORDERED: u64 = 8;

macro_rules! compare {
    ($name:ident, $bits:ty, $infinity:expr) => {
        /// The relation of two floats, given as bits in words.
        #[no_mangle]
        pub extern "C" fn $name(a: u64, b: u64) -> u64 {
            relation!(a as $bits, b as $bits, $bits, $infinity)
        }
    };
}

macro_rules! relation {
    ($a:expr, $b:expr, $bits:ty, $infinity:expr) => {{
        const SIGN: $bits = 1 << (<$bits>::BITS - 1);
        let (a, b): ($bits, $bits) = ($a, $b);
        let (a_size, b_size) = (a & !SIGN, b & !SIGN);
        if a_size > $infinity || b_size > $infinity {
            return UNORDERED;
        }
        if a == b || a_size | b_size == 0 {
            return EQUAL;
        }
        let (a_negative, b_negative) = (a & SIGN != 0, b & SIGN != 0);
        let a_less = if a_negative != b_negative { a_negative } else { (a_size < b_size) != a_negative };
        if a_less {
            LESS
        } else {
            GREATER
        }
    }};
}

compare!(sbf_fcmp16, u16, 0x7c00);
compare!(sbf_fcmp32, u32, 0x7f80_0000);
compare!(sbf_fcmp64, u64, 0x7ff0_0000_0000_0000);

/// The relation of two quadruple floats, given by reference.
#[no_mangle]
pub unsafe extern "C" fn sbf_fcmp128(a: *const u128, b: *const u128) -> u64 {
    relation!(a.read_unaligned(), b.read_unaligned(), u128, 0x7fff << 112)
}
