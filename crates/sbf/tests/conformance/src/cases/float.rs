//! The cases of [`super::double`] and [`super::single`]: all that is soft on BPF.

/// A zero whose sign Rust leaves open becomes the positive one.
macro_rules! unsigned_zero {
    ($value:expr) => {
        match $value {
            zero if zero.to_bits() << 1 == 0 => Default::default(),
            value => value,
        }
    };
}
pub(super) use unsigned_zero;

macro_rules! float_cases {
    ($kind:ident, $bits:ident, $signed:ident, $infinity:literal) => {
        use core::hint::black_box;
        use core::num::FpCategory;

        use crate::case::cases;
        use crate::cases::float::unsigned_zero;
        use crate::input::Input;
        use crate::output::Output;

        cases![
            add_sub,
            multiply,
            divide,
            remainder,
            accumulate,
            compare,
            compare_branches,
            compare_constants,
            order,
            extremes,
            clamp,
            signs,
            round,
            round_near_halves,
            square_root,
            fused,
            powers,
            to_unsigned,
            to_signed,
            to_wide,
            from_unsigned,
            from_signed,
            from_wide,
            other_width,
            classify,
            raw_bits,
            select,
            display,
            display_fixed,
            display_exponent,
            parse,
            parse_printed,
            sort,
        ];

        fn add_sub(input: &mut Input, output: &mut Output) {
            let (a, b) = (input.$kind(), input.$kind());
            output.put((a + b, a - b, b - a, a + a, a - a));
            output.put((a + 1.0, a - 0.5, -a + b, -(a + b)));
        }

        fn multiply(input: &mut Input, output: &mut Output) {
            let (a, b) = (input.$kind(), input.$kind());
            output.put((a * b, a * a, a * 0.5, a * -2.0, a * 0.1));
        }

        fn divide(input: &mut Input, output: &mut Output) {
            let (a, b) = (input.$kind(), input.$kind());
            output.put((a / b, b / a, a / a, 1.0 / a, a / 3.0, a / 2.0));
            output.put(a.recip());
        }

        fn remainder(input: &mut Input, output: &mut Output) {
            let (a, b) = (input.$kind(), input.$kind());
            output.put((a % b, b % a, a % 1.0, a % 0.1));
            output.put((a.rem_euclid(b), a.div_euclid(b)));
        }

        fn accumulate(input: &mut Input, output: &mut Output) {
            let (mut sum, mut product) = (input.$kind(), 1.0);
            for _ in 0..input.below(10) {
                let value = input.$kind();
                sum += value;
                product *= value / 2.0;
                sum -= product;
            }
            output.put((sum, product));
        }

        fn compare(input: &mut Input, output: &mut Output) {
            let (a, b) = (input.$kind(), input.$kind());
            output.put((a < b, a <= b, a > b, a >= b, a == b, a != b));
            output.put((!(a < b), !(a <= b), !(a > b), !(a >= b)));
            output.put((a < b || a > b, a <= b || a >= b, !(a < b || a > b)));
            output.put((a == a, a != a, a.is_nan() || b.is_nan(), a == -a));
        }

        fn compare_branches(input: &mut Input, output: &mut Output) {
            let (a, b, c) = (input.$kind(), input.$kind(), input.$kind());
            if a < b {
                output.put(1u8);
            } else if a > b {
                output.put(2u8);
            } else if a == b {
                output.put(3u8);
            } else {
                output.put(4u8);
            }
            if !(a >= b) && !(b >= c) {
                output.put(5u8);
            }
            let values = [a, b, c];
            output.put((
                values.iter().filter(|value| **value > 0.0).count(),
                values.iter().position(|value| *value != *value),
                values
                    .iter()
                    .copied()
                    .fold(0.0, |most: $kind, value| if value > most { value } else { most }),
            ));
        }

        fn compare_constants(input: &mut Input, output: &mut Output) {
            let a = input.$kind();
            output.put((a < 0.0, a <= -0.0, a > 1.0, a >= 0.5, a == 0.0, a != 1.5));
            output.put((a < $kind::INFINITY, a > $kind::MIN, a <= $kind::MAX));
            output.put(((0.0..1.0).contains(&a), a < $kind::NAN, a != $kind::NAN));
        }

        fn order(input: &mut Input, output: &mut Output) {
            let (a, b) = (input.$kind(), input.$kind());
            output.put((a.partial_cmp(&b), a.total_cmp(&b), a.partial_cmp(&a)));
            output.put(((a, b) < (b, a), [a, b] == [b, a], Some(a) < Some(b)));
        }

        fn extremes(input: &mut Input, output: &mut Output) {
            let (a, b) = (input.$kind(), input.$kind());
            output.put((unsigned_zero!(a.min(b)), unsigned_zero!(a.max(b))));
            output.put((unsigned_zero!(a.min(0.0)), unsigned_zero!(a.max(1.0))));
        }

        fn clamp(input: &mut Input, output: &mut Output) {
            let (a, low, high) = (input.$kind(), input.$kind(), input.$kind());
            if low <= high {
                output.put(unsigned_zero!(a.clamp(low, high)));
            }
            output.put(unsigned_zero!(a.clamp(-1.0, 1.0)));
        }

        fn signs(input: &mut Input, output: &mut Output) {
            let (a, b) = (input.$kind(), input.$kind());
            output.put((a.abs(), -a, a.copysign(b), a.signum(), -a.abs()));
            output.put((a.is_sign_negative(), b.is_sign_positive(), (-a).to_bits() ^ a.to_bits()));
        }

        fn round(input: &mut Input, output: &mut Output) {
            let a = input.$kind();
            output.put((a.floor(), a.ceil(), a.round(), a.trunc()));
            output.put((a.round_ties_even(), a.fract()));
        }

        fn round_near_halves(input: &mut Input, output: &mut Output) {
            let half = input.i16() as $kind * 0.5;
            for a in [half, $kind::from_bits(half.to_bits() ^ 1), half + 0.25] {
                output.put((a.floor(), a.ceil(), a.round(), a.trunc()));
                output.put((a.round_ties_even(), a.fract(), a as i32, a as u16));
            }
        }

        fn square_root(input: &mut Input, output: &mut Output) {
            let a = input.$kind();
            output.put((a.sqrt(), a.abs().sqrt(), (a * a).sqrt()));
        }

        fn fused(input: &mut Input, output: &mut Output) {
            let (a, b, c) = (input.$kind(), input.$kind(), input.$kind());
            output.put((a.mul_add(b, c), a.mul_add(b, -(a * b)), a.mul_add(a, -c)));
        }

        fn powers(input: &mut Input, output: &mut Output) {
            let (a, exponent) = (input.$kind(), input.i8() as i32);
            output.put((a.powi(exponent), a.powi(2), a.powi(3), a.powi(-1), a.powi(0)));
        }

        fn to_unsigned(input: &mut Input, output: &mut Output) {
            let a = input.$kind();
            output.put((a as u64, a as u32, a as u16, a as u8, a as usize));
            output.put((-a as u64, (a * 1e9) as u64, (a + 0.5) as u32));
        }

        fn to_signed(input: &mut Input, output: &mut Output) {
            let a = input.$kind();
            output.put((a as i64, a as i32, a as i16, a as i8, a as isize));
            output.put(((a * 1e9) as i64, (a - 0.5) as i32, a as i64 as $kind == a));
        }

        fn to_wide(input: &mut Input, output: &mut Output) {
            let a = input.$kind();
            output.put((a as u128, a as i128, (a * 1e18) as i128, -a as u128));
        }

        fn from_unsigned(input: &mut Input, output: &mut Output) {
            output.put((input.u64() as $kind, input.u32() as $kind, input.u16() as $kind));
            output.put((input.u8() as $kind, input.usize() as $kind, input.bool() as u8 as $kind));
            // Around the ties of rounding: one bit more than the mantissa holds.
            let tie = (1u64 << 63 | input.raw() >> 1) & !(u64::MAX >> $kind::MANTISSA_DIGITS >> 1);
            output.put((tie as $kind, (tie + 1) as $kind, (tie - 1) as $kind));
        }

        fn from_signed(input: &mut Input, output: &mut Output) {
            output.put((input.i64() as $kind, input.i32() as $kind, input.i16() as $kind));
            output.put((input.i8() as $kind, input.i64() as $kind / 1e6));
        }

        fn from_wide(input: &mut Input, output: &mut Output) {
            output.put((input.u128() as $kind, input.i128() as $kind));
            let fraction = input.i128();
            output.put(fraction as $kind / (1u64 << 48) as $kind);
        }

        fn other_width(input: &mut Input, output: &mut Output) {
            let (wide, narrow) = (input.f64(), input.f32());
            output.put((wide as f32, narrow as f64, wide as f32 as f64));
            output.put((f64::from(narrow) == wide, wide as f32 == narrow));
            output.put((narrow as f64 * wide, (wide * narrow as f64) as f32));
        }

        fn classify(input: &mut Input, output: &mut Output) {
            let a = input.$kind();
            output.put((a.is_nan(), a.is_infinite(), a.is_finite(), a.is_normal()));
            output.put((a.is_subnormal(), a.to_bits()));
            output.put(match a.classify() {
                FpCategory::Nan => 0u8,
                FpCategory::Infinite => 1,
                FpCategory::Zero => 2,
                FpCategory::Subnormal => 3,
                FpCategory::Normal => 4,
            });
        }

        /// Moving a float, a signalling NaN too, keeps its bits.
        fn raw_bits(input: &mut Input, output: &mut Output) {
            let signalling = $infinity | 1 + input.below(1 << 20) as $bits;
            for bits in [input.raw() as $bits, signalling] {
                let values = black_box([$kind::from_bits(bits); 3]);
                let moved = black_box(values)[input.index(3)];
                output.put((moved.to_bits(), $kind::from_bits(bits).to_le_bytes()));
                output.put(((bits as $signed) < 0) == moved.is_sign_negative());
            }
        }

        fn select(input: &mut Input, output: &mut Output) {
            let (a, b, pick) = (input.$kind(), input.$kind(), input.bool());
            let chosen = if pick { a } else { b };
            let table = [0.25, -1.5, 1e10, a, b];
            output.put((chosen, table[input.index(5)], if a < b { a } else { b }));
            output.put(Some(a).filter(|value| *value > b).unwrap_or(1.0));
        }

        fn display(input: &mut Input, output: &mut Output) {
            let a = input.$kind();
            output.text(format_args!("{a}"));
            output.text(format_args!("{a:?}"));
        }

        /// Digits beyond what identifies a float cost big-number arithmetic, so of no great
        /// exponents.
        fn display_fixed(input: &mut Input, output: &mut Output) {
            let a = input.$kind();
            if a.abs() < 1e30 {
                output.text(format_args!("{a:.3} {a:+.0} [{a:>12.2}]"));
                output.text(format_args!("[{a:<08.1}] [{a:012.4}]"));
            }
        }

        fn display_exponent(input: &mut Input, output: &mut Output) {
            let a = input.$kind();
            output.text(format_args!("{a:e} {a:E} {a:.5e} {a:20.2e}"));
        }

        fn parse(input: &mut Input, output: &mut Output) {
            const TEXTS: [&str; 16] = [
                "0",
                "-0.0",
                "1",
                "1.5e3",
                "1e308",
                "1e-320",
                "1e400",
                "-1e39",
                "nan",
                "inf",
                "-infinity",
                "0.1",
                ".5",
                "1e",
                "",
                "9007199254740993",
            ];
            output.put(TEXTS[input.index(16)].parse::<$kind>().ok());
            let mut digits = [0u8; 40];
            let length = 1 + input.index(39);
            for digit in &mut digits[..length] {
                *digit = b'0' + input.below(10) as u8;
            }
            let point = input.index(40);
            if point < length {
                digits[point] = b'.';
            }
            let text = core::str::from_utf8(&digits[..length]).unwrap_or("");
            output.put(text.parse::<$kind>().ok());
        }

        fn parse_printed(input: &mut Input, output: &mut Output) {
            let a = input.$kind();
            let text = format!("{a:e}");
            output.put((text.as_str(), text.parse::<$kind>().ok()));
        }

        fn sort(input: &mut Input, output: &mut Output) {
            let mut values: [$kind; 8] = core::array::from_fn(|_| input.$kind());
            values.sort_by(|a, b| a.total_cmp(b));
            output.put(values);
        }
    };
}
pub(super) use float_cases;
