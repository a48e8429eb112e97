//! The floating-point twin against published numbers.

mod by_hand;
mod charges_by_hand;

use crate::common::pmrm;
use crate::common::units::{parameter, price, years};
use ballast_margin::book::Svi;
use ballast_margin::twin;

/// x and erfc(x), by mpmath 1.3 with 40 digits.
const ERFC: [(f64, f64); 22] = [
    (-7.0, 2.0),
    (-2.5, 1.999_593_047_982_555),
    (-1.0, 1.842_700_792_949_715),
    (-0.46875, 1.492_613_473_217_938),
    (-0.1, 1.112_462_916_018_284_9),
    (0.0, 1.0),
    (1e-9, 0.999_999_998_871_620_8),
    (0.25, 0.723_673_609_831_763_1),
    (0.46875, 0.507_386_526_782_062),
    (0.469, 0.507_160_105_037_420_3),
    (0.5, 0.479_500_122_186_953_5),
    (1.0, 0.157_299_207_050_285_13),
    (1.5, 0.033_894_853_524_689_27),
    (2.0, 0.004_677_734_981_047_266),
    (3.0, 2.209_049_699_858_544e-5),
    (3.999, 1.554_474_949_099_499e-8),
    (4.0, 1.541_725_790_028_002e-8),
    (4.001, 1.529_078_217_324_873e-8),
    (5.0, 1.537_459_794_428_035e-12),
    (8.0, 1.122_429_717_298_293e-29),
    (12.0, 1.356_261_169_205_904e-64),
    (26.0, 5.663_192_408_856_143e-296),
];

#[test]
fn erfc_is_exact_to_a_few_bits() {
    for (x, expected) in ERFC {
        let error = twin::erfc(x) / expected - 1.0;
        assert!(error.abs() < 1.5e-15, "erfc({x}) is off by {error:e}");
    }
    // From the definition of the normal distribution: N(1) and its density at 1, by mpmath.
    assert!((twin::normal(1.0) - 0.841_344_746_068_542_9).abs() < 2e-16);
    assert!((twin::density(1.0) - 0.241_970_724_519_143_37).abs() < 1e-16);
}

/// Forward, strike, sigma and years, then call, put, delta, gamma, vega and theta, by mpmath 1.3 with 40
/// digits.
const BLACK: [([f64; 4], [f64; 6]); 5] = [
    (
        [1500.0, 1500.0, 1.0, 604_800.0 / 31_536_000.0],
        [
            82.805_080_668_634_51,
            82.805_080_668_634_51,
            0.527_601_693_556_211_5,
            0.001_915_909_990_595_746_5,
            82.672_828_361_323_31,
            -2_155.398_739_420_215,
        ],
    ),
    (
        [100.0, 3000.0, 0.8, 0.25],
        [
            2.273_850_454_808_07e-16,
            2_900.0,
            5.076_023_566_649_458e-17,
            1.068_524_199_586_696_5e-17,
            2.137_048_399_173_393e-14,
            -3.419_277_438_677_429e-14,
        ],
    ),
    (
        [65_000.0, 60_000.0, 0.55, 0.1],
        [
            7_280.476_065_847_255,
            2_280.476_065_847_255,
            0.707_871_036_055_662_4,
            3.038_224_279_823_543e-5,
            7_060.073_670_239_96,
            -19_415.202_593_159_89,
        ],
    ),
    (
        [0.5, 0.01, 1.5, 2.0],
        [
            0.491_248_007_879_518_8,
            0.001_248_007_879_518_773_7,
            0.998_162_593_101_304_6,
            0.005_534_369_929_417_897,
            0.004_150_777_447_063_423,
            -0.001_556_541_542_648_783_6,
        ],
    ),
    (
        [100.0, 100.01, 0.3, 3e-8],
        [
            5.390_120_557_294_046e-5,
            0.010_053_901_205_578_056,
            0.027_153_566_292_213_147,
            12.052_614_728_269_434,
            0.001_084_735_325_544_249,
            -5_423.676_627_821_245,
        ],
    ),
];

#[test]
fn black_agrees_with_forty_digits() {
    for ([forward, strike, sigma, time], expected) in BLACK {
        let got = twin::black(forward, strike, sigma, time);
        // Prices are differences of numbers as large as forward and strike, so their last bits go; the
        // logarithm of nearly one leaves the greeks of the shortest option a few digits less.
        let lost = (forward + strike) * 4e-16;
        for (got, expected) in [got.call, got.put].into_iter().zip(expected) {
            assert!((got - expected).abs() < lost + expected.abs() * 4e-16, "{got} is not {expected}");
        }
        let greeks = [got.delta, got.gamma, got.vega, got.theta];
        for (got, expected) in greeks.into_iter().zip(&expected[2..]) {
            assert!((got / expected - 1.0).abs() < 5e-11, "{got} is not {expected}");
        }
    }
}

#[test]
fn black_without_time_or_volatility_is_exercise() {
    for (sigma, time) in [(0.0, 1.0), (0.5, 0.0), (0.5, -1.0)] {
        let got = twin::black(110.0, 100.0, sigma, time);
        assert_eq!((got.call, got.put, got.delta, got.gamma), (10.0, 0.0, 1.0, 0.0));
        let got = twin::black(90.0, 100.0, sigma, time);
        assert_eq!((got.call, got.put, got.delta, got.vega), (0.0, 10.0, 0.0, 0.0));
    }
}

#[test]
fn sigma_agrees_with_published_smile() {
    let svi = Svi {
        a: parameter(0.027_616_438_4),
        b: parameter(0.041_424_657_5),
        rho: parameter(0.003_452_054_8),
        m: parameter(0.001_726_027_4),
        s: parameter(0.000_345_205_5),
        forward: price(1_805.0),
        years: years(0.038_356_164_4),
    };
    let published = [
        (1_500.0, 0.959_724_473_4),
        (1_800.0, 0.851_385_607_7),
        (2_100.0, 0.939_244_986_3),
        (2_400.0, 1.013_357_133_4),
    ];
    for (strike, sigma) in published {
        let got = twin::sigma(&svi, price(strike));
        // Published parameters have ten decimals.
        assert!((got - sigma).abs() < 3e-9, "sigma({strike}) is {got}, not {sigma}");
    }
}

#[test]
fn published_portfolios_need_what_they_must() {
    let cases = pmrm::cases();
    assert_eq!(cases.len(), 35);
    for case in &cases {
        let (world, model) = (&case.world, case.model());
        let report = twin::assess(&model, &world.snapshot(), &world.book());
        // All that is left is the rounding of the inputs: of weights and multipliers to 2^-40, and of
        // the price of the quote token, which has eleven decimals in the file, to ten.
        let tokens: f64 = world.collateral.iter().map(|c| c.amount.0 as f64 * c.price.0 as f64 / 1e20).sum();
        let bound = 1e-12 * world.gross() + 5.1e-11 * tokens;
        let check = |what: &str, got: f64, expected: f64| {
            let error = (got - expected).abs();
            assert!(error <= bound, "{}: {what} is {got}, not {expected}: off by {error:e}", case.name);
        };
        check("value", report.value, case.value);
        check("health", report.health, case.health);
        check("room", report.room, case.room);
        check("scan", -report.scan, case.worst);
        check("basis", -report.basis[0], case.basis);
        assert_eq!(report.rows[0].len(), case.profits.len());
        for (got, expected) in report.rows[0].iter().zip(&case.profits) {
            check("row", *got, *expected);
        }
    }
}
