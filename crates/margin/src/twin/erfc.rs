//! The normal distribution. The standard library has no error function, so it is computed as W. J. Cody
//! did: "Rational Chebyshev approximations for the error function", Mathematics of Computation 23 (1969).

const A: [f64; 5] = [
    3.161_123_743_870_565_6,
    113.864_154_151_050_16,
    377.485_237_685_302,
    3_209.377_589_138_469_4,
    0.185_777_706_184_603_15,
];
const B: [f64; 4] =
    [23.601_290_952_344_122, 244.024_637_934_444_17, 1_282.616_526_077_372_3, 2_844.236_833_439_171];
const C: [f64; 9] = [
    0.564_188_496_988_670_1,
    8.883_149_794_388_377,
    66.119_190_637_141_63,
    298.635_138_197_400_1,
    881.952_221_241_769,
    1_712.047_612_634_070_7,
    2_051.078_377_826_071_6,
    1_230.339_354_797_997_2,
    2.153_115_354_744_038_3e-8,
];
const D: [f64; 8] = [
    15.744_926_110_709_835,
    117.693_950_891_312_5,
    537.181_101_862_009_9,
    1_621.389_574_566_690_3,
    3_290.799_235_733_459_7,
    4_362.619_090_143_247,
    3_439.367_674_143_721_6,
    1_230.339_354_803_749_5,
];
const P: [f64; 6] = [
    0.305_326_634_961_232_36,
    0.360_344_899_949_804_45,
    0.125_781_726_111_229_26,
    0.016_083_785_148_742_275,
    6.587_491_615_298_378e-4,
    0.016_315_387_137_302_097,
];
const Q: [f64; 5] = [
    2.568_520_192_289_822,
    1.872_952_849_923_460_4,
    0.527_905_102_951_428_5,
    0.060_518_341_312_441_32,
    0.002_335_204_976_268_691_8,
];

/// 1 / sqrt(pi).
const ROOT: f64 = 0.564_189_583_547_756_3;

/// The complementary error function, with a relative error of a few 1e-16 wherever it is not denormal.
pub fn erfc(x: f64) -> f64 {
    let size = x.abs();
    if size <= 0.468_75 {
        return 1.0 - x * near(x * x);
    }
    let tail = if size <= 4.0 { middle(size) } else { far(size) };
    if x < 0.0 {
        2.0 - tail
    } else {
        tail
    }
}

/// Share of a normal distribution below x.
pub fn normal(x: f64) -> f64 {
    0.5 * erfc(-x * core::f64::consts::FRAC_1_SQRT_2)
}

/// Density of a normal distribution at x.
pub fn density(x: f64) -> f64 {
    gauss(x * core::f64::consts::FRAC_1_SQRT_2) * core::f64::consts::FRAC_1_SQRT_2 * ROOT
}

/// erf(x) / x for small x, of the square of x.
fn near(square: f64) -> f64 {
    let (mut top, mut bottom) = (A[4] * square, square);
    for i in 0..3 {
        top = (top + A[i]) * square;
        bottom = (bottom + B[i]) * square;
    }
    (top + A[3]) / (bottom + B[3])
}

/// erfc between 0.46875 and 4.
fn middle(x: f64) -> f64 {
    let (mut top, mut bottom) = (C[8] * x, x);
    for i in 0..7 {
        top = (top + C[i]) * x;
        bottom = (bottom + D[i]) * x;
    }
    gauss(x) * (top + C[7]) / (bottom + D[7])
}

/// erfc beyond 4.
fn far(x: f64) -> f64 {
    let square = 1.0 / (x * x);
    let (mut top, mut bottom) = (P[5] * square, square);
    for i in 0..4 {
        top = (top + P[i]) * square;
        bottom = (bottom + Q[i]) * square;
    }
    gauss(x) * (ROOT - square * (top + P[4]) / (bottom + Q[4])) / x
}

/// exp(-x^2), with x split so that the rounding of its square, large for large x, does no harm.
fn gauss(x: f64) -> f64 {
    let coarse = (x * 16.0).trunc() / 16.0;
    (-coarse * coarse).exp() * (-(x - coarse) * (x + coarse)).exp()
}
