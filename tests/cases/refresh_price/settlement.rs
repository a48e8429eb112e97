//! Prices of a date's last half hour are what it settles at.

use super::{btc, take, wait_until, DOLLAR};
use ballast_interface::risk::Preset;
use ballast_testkit::{dollars, slice, PriceUpdate, RiskSpec, World, BTC, START};

ballast_testkit::on_every_svm!(
    the_last_half_hour_of_a_date_is_sampled,
    a_price_that_is_in_force_at_expiry_ends_the_window,
    a_date_without_a_good_price_stays_open,
);

/// How sure the oracle is of a price.
#[derive(Clone, Copy, Debug)]
enum Word {
    /// Sure enough.
    Good,
    /// Of three parts in a hundred, where two are allowed.
    Wide,
    /// A quarter above its average, where a tenth is allowed.
    Far,
    /// There is no price.
    Nothing,
}
use Word::{Far, Good, Nothing, Wide};

/// Seconds from expiry, and the price in dollars that the oracle names then; by then, the dollars times seconds and
/// the seconds that are sampled.
type Step = (i64, i64, Word, u64, u32);

/// A market at 100 000 dollars, with dates in two hours and in so many times ten days.
fn scene(world: &mut World, later: i64) -> RiskSpec {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    world.set_price(&spec, BTC, 100_000 * DOLLAR);
    let seconds = (0..=later).map(|date| if date == 0 { 7_200 } else { date * 864_000 });
    let dates: Vec<_> = seconds.map(|seconds| slice(START, seconds, dollars(100_000), 0.6)).collect();
    world.set_surface(&spec, BTC, &dates);
    spec
}

/// Walks a date through prices.
fn walk(world: &mut World, spec: &RiskSpec, place: usize, steps: &[Step]) {
    let expiry = btc(world, spec).dates[place].expiry;
    for (at, price, word, sum, seconds) in steps.iter().copied() {
        wait_until(world, expiry + at);
        let good = world.price_update(BTC, price * DOLLAR);
        let update = match word {
            Good => good,
            Wide => PriceUpdate { interval: (price * DOLLAR * 3 / 100).unsigned_abs(), ..good },
            Far => PriceUpdate { average: price * DOLLAR * 4 / 5, ..good },
            Nothing => PriceUpdate { price: 0, ..good },
        };
        take(world, spec, &update);
        let date = btc(world, spec).dates[place];
        let what = format!("date {place}, {at} seconds from expiry");
        assert_eq!(date.sampled.get(), i128::from(sum) * 10_000_000_000, "{what}");
        assert_eq!(date.sampled_seconds, seconds, "{what}");
        // It is settled when the half hour is whole, and open for what is missing of it until then.
        let settled = (seconds == 1_800).then(|| sum * 10_000_000_000 / 1_800);
        assert_eq!(date.settlement(), settled, "{what}");
        let open = if at <= -1_800 { -at } else { 1_800 - i64::from(seconds) };
        assert_eq!(date.open_seconds(expiry + at), open, "{what}");
    }
}

fn the_last_half_hour_of_a_date_is_sampled(world: &mut World) {
    let spec = scene(world, 1);
    let steps: [Step; 15] = [
        (-1_830, 100_000, Good, 0, 0),
        // Ten seconds lie in the window.
        (-1_790, 101_000, Good, 1_000_000, 10),
        (-1_770, 102_000, Good, 3_020_000, 30),
        // A price is good for a minute; the 40 seconds after that are the next one's, 4 120 000.
        (-1_670, 103_000, Good, 13_260_000, 130),
        (-1_650, 104_000, Wide, 15_320_000, 150),
        // Ten seconds while it was wide are the next good one's, 1 050 000.
        (-1_640, 105_000, Good, 16_370_000, 160),
        // The good one counts until doubt begins; then nothing does, whatever the doubt is.
        (-1_630, 106_000, Wide, 17_420_000, 170),
        (-1_500, 106_000, Far, 17_420_000, 170),
        (-1_400, 106_000, Nothing, 17_420_000, 170),
        (-1_300, 106_000, Wide, 17_420_000, 170),
        // 430 seconds of doubt are the price's that ends it: 46 010 000.
        (-1_200, 107_000, Good, 63_430_000, 600),
        // A minute of that, 6 420 000, and 1 130 seconds of silence, 122 040 000.
        (-10, 108_000, Good, 191_890_000, 1_790),
        (-1, 109_000, Good, 192_862_000, 1_799),
        // What comes after expiry only ends the price that was in force then.
        (10, 150_000, Good, 192_971_000, 1_800),
        (30, 160_000, Good, 192_971_000, 1_800),
    ];
    walk(world, &spec, 0, &steps);
    let risk = btc(world, &spec);
    assert_eq!((risk.dates[1].sampled.get(), risk.dates[1].sampled_seconds), (0, 0), "its window is far off");
    // 192 971 000 / 1 800, whatever the index does from now on.
    let date = risk.dates[0];
    for (index, later) in [(1, 100), (u64::MAX, 1_000_000)] {
        assert_eq!(date.forward_now(index, START + 7_200 + later), 1_072_061_111_111_111);
    }
}

fn a_price_that_is_in_force_at_expiry_ends_the_window(world: &mut World) {
    let spec = scene(world, 3);
    // The first price of the window is also that of the seconds before it. In force at expiry is a good price, which
    // a doubtful one only ends: at expiry ...
    let steps: [Step; 4] = [
        (-500, 100_000, Good, 130_000_000, 1_300),
        (-450, 101_000, Good, 135_000_000, 1_350),
        // A minute of 101 000, 6 060 000, and 389 seconds of 102 000, 39 678 000.
        (-1, 102_000, Good, 180_738_000, 1_799),
        (0, 103_000, Wide, 180_840_000, 1_800),
    ];
    walk(world, &spec, 0, &steps);
    // ... or after it.
    let steps: [Step; 3] = [
        (-30, 100_000, Good, 177_000_000, 1_770),
        (5, 200_000, Nothing, 180_000_000, 1_800),
        (30, 200_000, Good, 180_000_000, 1_800),
    ];
    walk(world, &spec, 1, &steps);
    // A price is good for a minute, and that may be the last of the window, however late the next one comes.
    let steps: [Step; 2] =
        [(-60, 100_000, Good, 174_000_000, 1_740), (600, 103_000, Good, 180_000_000, 1_800)];
    walk(world, &spec, 2, &steps);
    // The seconds that are missing of it are the next one's.
    let steps: [Step; 2] =
        [(-61, 100_000, Good, 173_900_000, 1_739), (600, 103_000, Good, 180_003_000, 1_800)];
    walk(world, &spec, 3, &steps);
}

fn a_date_without_a_good_price_stays_open(world: &mut World) {
    let spec = scene(world, 2);
    let steps: [Step; 4] = [
        (-1_140, 100_000, Good, 66_000_000, 660),
        // The good one's minute.
        (-10, 108_000, Wide, 72_000_000, 720),
        (0, 108_000, Wide, 72_000_000, 720),
        (40, 108_000, Nothing, 72_000_000, 720),
    ];
    walk(world, &spec, 0, &steps);
    // It moves with the market: 720 seconds are known, and 1 080 are not.
    let (date, expiry) = (btc(world, &spec).dates[0], START + 7_200);
    for late in [0, 40, 1_000_000] {
        // (72 000 000 + 1 080 x 200 000) / 1 800.
        assert_eq!(date.forward_now(dollars(200_000), expiry + late), dollars(160_000), "{late} seconds");
        assert_eq!(date.open_seconds(expiry + late), 1_080, "{late} seconds");
        assert_eq!(date.settlement(), None, "{late} seconds");
    }
    // A good price settles it, however late; 1 080 seconds of 110 000 are 118 800 000.
    let steps: [Step; 3] = [
        (86_400, 108_000, Far, 72_000_000, 720),
        (86_500, 110_000, Good, 190_800_000, 1_800),
        (86_510, 120_000, Good, 190_800_000, 1_800),
    ];
    walk(world, &spec, 0, &steps);
    // A good price settles at expiry itself, but not in the second before, which doubt follows at once.
    let steps: [Step; 4] = [
        (-100, 100_000, Good, 170_000_000, 1_700),
        (-60, 100_000, Wide, 174_000_000, 1_740),
        (-1, 100_000, Far, 174_000_000, 1_740),
        (0, 105_000, Good, 180_300_000, 1_800),
    ];
    walk(world, &spec, 1, &steps);
    let steps: [Step; 5] = [
        (-60, 100_000, Wide, 0, 0),
        (-1, 100_000, Good, 179_900_000, 1_799),
        (-1, 100_000, Wide, 179_900_000, 1_799),
        (0, 100_000, Wide, 179_900_000, 1_799),
        (1, 105_000, Good, 180_005_000, 1_800),
    ];
    walk(world, &spec, 2, &steps);
}
