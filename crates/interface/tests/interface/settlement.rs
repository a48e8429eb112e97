//! The settlement price of a date: the index over its last half hour, each price for as long as it was in force.

use crate::{code, rules, seen, NOW, WHOLE};
use ballast_interface::{
    risk::{DateRisk, MarketRisk, PriceCache, SETTLEMENT_SECONDS},
    Wide,
};
use bytemuck::Zeroable;

/// When the date expires.
const EXPIRY: i64 = NOW + 10_000;

fn date() -> DateRisk {
    DateRisk { expiry: EXPIRY, carry: WHOLE, ..DateRisk::default() }
}

/// Prices of which the index is so much, published and refreshed so long before expiry.
fn prices(index: u64, left: i64) -> PriceCache {
    let at = EXPIRY - left;
    PriceCache { index, published_at: at, refreshed_at: at, ..PriceCache::default() }
}

/// Sum and seconds that a fresh date has sampled when the next price comes so long before expiry.
fn sampled(before: &PriceCache, left: i64) -> (i128, u32) {
    let mut date = date();
    date.sample(before, &rules(), EXPIRY - left);
    (date.sampled.get(), date.sampled_seconds)
}

#[test]
fn the_window_is_half_an_hour() {
    assert_eq!(SETTLEMENT_SECONDS, 1_800);
}

#[test]
fn a_price_counts_for_the_seconds_that_it_was_in_force() {
    assert_eq!(sampled(&prices(1_000, 1_000), 970), (30_000, 30));
    assert_eq!(sampled(&prices(1_000, 1_000), 1_000), (0, 0));
}

#[test]
fn a_price_before_the_window_does_not_count() {
    assert_eq!(sampled(&prices(1_000, 2_000), 1_980), (0, 0));
    assert_eq!(sampled(&prices(1_000, 1_830), 1_800), (0, 0));
    assert_eq!(sampled(&prices(1_000, 1_830), 1_799), (1_000, 1));
    assert_eq!(sampled(&prices(1_000, 1_830), 1_790), (10_000, 10));
}

#[test]
fn a_price_after_expiry_does_not_count() {
    assert_eq!(sampled(&prices(1_000, 20), 1), (19_000, 19));
    assert_eq!(sampled(&prices(1_000, 20), 0), (20_000, 20));
    assert_eq!(sampled(&prices(1_000, 20), -30), (20_000, 20));
    assert_eq!(sampled(&prices(1_000, 0), -30), (0, 0));
    assert_eq!(sampled(&prices(1_000, -1), -30), (0, 0));
}

#[test]
fn a_price_counts_no_longer_than_it_is_good() {
    // Sixty seconds from when it was published, not from when it was read.
    assert_eq!(sampled(&prices(1_000, 1_000), 940), (60_000, 60));
    assert_eq!(sampled(&prices(1_000, 1_000), 800), (60_000, 60));
    let late = PriceCache { refreshed_at: EXPIRY - 990, ..prices(1_000, 1_000) };
    assert_eq!(sampled(&late, 800), (50_000, 50));
    let old = PriceCache { refreshed_at: EXPIRY - 930, ..prices(1_000, 1_000) };
    assert_eq!(sampled(&old, 800), (0, 0));
}

#[test]
fn a_doubtful_price_does_not_count() {
    let good = prices(1_000, 1_000);
    let doubtful = [
        PriceCache { wide_since: NOW, ..good },
        PriceCache { far_since: NOW, ..good },
        PriceCache { unusable_since: NOW, ..good },
        PriceCache { index: 0, ..good },
    ];
    for before in doubtful {
        assert_eq!(sampled(&before, 970), (0, 0), "{before:?}");
    }
}

#[test]
fn the_whole_window_of_the_largest_price_fits() {
    let mut date = date();
    for minutes in (0..30).rev() {
        let left = 60 * minutes;
        date.sample(&prices(u64::MAX, left + 60), &rules(), EXPIRY - left);
    }
    assert_eq!((date.sampled.get(), date.sampled_seconds), (18_446_744_073_709_551_615 * 1_800, 1_800));
    assert_eq!(date.forward_now(1, EXPIRY), u64::MAX);
}

#[test]
fn before_the_window_the_forward_follows_the_index() {
    let date = DateRisk { carry: WHOLE / 2 * 3, ..date() };
    assert_eq!(date.forward_now(1_000, NOW), 1_500);
    assert_eq!(date.forward_now(7, NOW), 10, "rounded down from 10.5");
    assert_eq!(date.forward_now(u64::MAX, NOW), u64::MAX, "no more than fits");
    // A date of which nothing could be sampled has nothing else to go by.
    assert_eq!(date.forward_now(1_000, EXPIRY + 1), 1_500);
}

#[test]
fn within_the_window_the_forward_counts_for_the_seconds_left() {
    let mut date = date();
    date.sample(&prices(100, 130), &rules(), EXPIRY - 100);
    date.sample(&prices(200, 70), &rules(), EXPIRY - 60);
    // 30 seconds of 100 and 10 of 200.
    assert_eq!((date.sampled.get(), date.sampled_seconds), (5_000, 40));
    // (5 000 + 60 x 300) / 100, then with a forward half as high again.
    assert_eq!(date.forward_now(300, EXPIRY - 60), 230);
    let carried = DateRisk { carry: WHOLE / 2 * 3, ..date };
    assert_eq!(carried.forward_now(300, EXPIRY - 60), 320);
    assert_eq!(date.forward_now(300, EXPIRY - 1), 129, "5 300 / 41, rounded down");
    // The seconds left are never more than the window has.
    assert_eq!(date.forward_now(300, EXPIRY - 10_000), 296, "545 000 / 1 840, rounded down");
}

#[test]
fn after_expiry_the_mean_of_what_was_sampled_stays() {
    let sampled = DateRisk { sampled: Wide::new(5_000), sampled_seconds: 40, ..date() };
    for late in [0, 1, 1_000_000] {
        assert_eq!(sampled.forward_now(300, EXPIRY + late), 125, "{late} seconds after");
    }
    let third = DateRisk { sampled: Wide::new(11), sampled_seconds: 3, ..date() };
    assert_eq!(third.forward_now(300, EXPIRY), 3, "rounded down from 3.67");
}

#[test]
fn a_refresh_samples_the_price_that_was_in_force_for_every_date() {
    let mut risk = MarketRisk::zeroed();
    (risk.version, risk.market, risk.date_count) = (1, 1, 2);
    risk.rules = rules();
    (risk.dates[0], risk.dates[1]) = (date(), DateRisk { expiry: EXPIRY + 1_760, ..date() });
    // Not in use, so not sampled.
    risk.dates[2] = date();
    risk.refresh(&seen(100, EXPIRY - 50), EXPIRY - 50).unwrap();
    assert_eq!(risk.dates[0].sampled_seconds, 0, "no price was in force before the first");
    risk.refresh(&seen(200, EXPIRY - 20), EXPIRY - 20).unwrap();
    risk.refresh(&seen(300, EXPIRY + 5), EXPIRY + 5).unwrap();
    // In 10^-10 dollars, 30 seconds of 10 000 and 20 of 20 000; the other window begins 40 seconds before, so 20 and 25.
    assert_eq!((risk.dates[0].sampled.get(), risk.dates[0].sampled_seconds), (700_000, 50));
    assert_eq!((risk.dates[1].sampled.get(), risk.dates[1].sampled_seconds), (700_000, 45));
    assert_eq!(risk.dates[2], date());
}

#[test]
fn a_refresh_that_is_refused_changes_nothing() {
    let mut risk = MarketRisk::zeroed();
    (risk.version, risk.market, risk.date_count) = (1, 1, 1);
    (risk.rules, risk.dates[0]) = (rules(), date());
    risk.refresh(&seen(100, EXPIRY - 50), EXPIRY - 50).unwrap();
    let before = risk;
    assert_eq!(code(risk.refresh(&seen(100, EXPIRY - 51), EXPIRY - 20)), Some(6018));
    assert!(bytemuck::bytes_of(&before) == bytemuck::bytes_of(&risk));
    // Bytes of another version may mean anything.
    for version in [0, 2, 255] {
        risk.version = version;
        assert_eq!(code(risk.refresh(&seen(100, EXPIRY - 20), EXPIRY - 20)), Some(6003), "{version}");
    }
}
