//! How many random cases a test runs.

use proptest::test_runner::Config;

/// As many of `all` cases as `PROPTEST_CASES` asks for, which counts parts of 256; all where it is not set.
pub fn cases(all: u32) -> u32 {
    // Its own default is 256, which stands for all of ours.
    (u64::from(all) * u64::from(Config::default().cases) / 256).max(1) as u32
}
