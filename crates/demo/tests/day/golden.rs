//! What a seed means: the same numbers on every machine, for good.

use ballast_testkit::{Climate, Phase, Random, Weather};

#[test]
fn random_is_splitmix64() {
    // The published test vector of the generator's reference implementation.
    let mut random = Random::new(1_234_567);
    let first: Vec<u64> = (0..5).map(|_| random.next()).collect();
    assert_eq!(
        first,
        [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ]
    );
}

/// BTC, ETH and SOL, and their averages, in 10^-8 dollars.
type Prices = [(i64, i64); 3];

fn prices(climate: Climate, pauses: &[i64]) -> Vec<(Phase, Prices)> {
    let mut weather = Weather::new(7, climate, [9_500_000_000_000, 340_000_000_000, 18_000_000_000]);
    let moments = pauses.iter().map(|pause| weather.pass(*pause));
    moments.map(|moment| (moment.phase, moment.quotes.map(|quote| (quote.price, quote.average)))).collect()
}

// The numbers below were computed once by another implementation of the same rules, in another language's IEEE 754 doubles.

#[test]
fn fair_weather_is_the_same_everywhere() {
    let found = prices(Climate::Fair, &[0, 300, 300]);
    let expected = [
        [
            (9_500_000_000_000, 9_500_000_000_000),
            (340_000_000_000, 340_000_000_000),
            (18_000_000_000, 18_000_000_000),
        ],
        [
            (9_501_642_117_514, 9_500_136_843_126),
            (339_996_730_990, 339_999_727_582),
            (17_990_210_835, 17_999_184_236),
        ],
        [
            (9_523_632_854_993, 9_502_094_844_115),
            (340_787_893_626, 340_065_408_086),
            (18_009_221_671, 18_000_020_689),
        ],
    ];
    assert_eq!(found, expected.map(|row| (Phase::Morning, row)));
}

#[test]
fn a_crash_is_the_same_everywhere() {
    // The beginning, seven hours later, the jump, the wick, and the bottom.
    let found = prices(Climate::Crash(0.22), &[0, 25_200, 12_000, 1_320, 1_080]);
    let expected = [
        (
            Phase::Morning,
            [
                (9_500_000_000_000, 9_500_000_000_000),
                (340_000_000_000, 340_000_000_000),
                (18_000_000_000, 18_000_000_000),
            ],
        ),
        (
            Phase::Rise,
            [
                (9_468_535_571_746, 9_468_535_571_746),
                (336_540_769_168, 336_540_769_168),
                (17_506_073_576, 17_506_073_576),
            ],
        ),
        (
            Phase::Crash,
            [
                (8_754_986_794_898, 8_754_986_794_898),
                (303_475_736_230, 303_475_736_230),
                (14_871_436_685, 14_871_436_685),
            ],
        ),
        (
            Phase::Crash,
            [
                (6_521_241_873_121, 7_935_946_990_246),
                (211_593_849_385, 269_785_711_054),
                (10_087_996_374, 13_117_508_571),
            ],
        ),
        (
            Phase::Crash,
            [
                (7_340_768_249_942, 7_757_393_368_155),
                (247_277_129_272, 263_033_136_519),
                (12_184_969_588, 12_837_746_876),
            ],
        ),
    ];
    assert_eq!(found, expected);
}
