//! Prices of a date's last half hour are what it settles at.

use super::{btc, take, wait_until, DOLLAR};
use ballast_interface::risk::Preset;
use ballast_testkit::{dollars, slice, World, BTC};

ballast_testkit::on_every_svm!(the_last_half_hour_of_a_date_is_sampled);

fn the_last_half_hour_of_a_date_is_sampled(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    world.set_price(&spec, BTC, 100_000 * DOLLAR);
    let now = world.svm.now();
    let dates = [slice(now, 7_200, dollars(100_000), 0.6), slice(now, 864_000, dollars(100_000), 0.6)];
    world.set_surface(&spec, BTC, &dates);
    let expiry = now + 7_200;

    // A price, when it comes, whether it is wide, and the dollars times seconds and the seconds sampled by then.
    let steps: [(i64, i64, bool, u64, u32); 9] = [
        (-1_830, 100_000, false, 0, 0),
        // Ten seconds lie in the window.
        (-1_790, 101_000, false, 1_000_000, 10),
        (-1_770, 102_000, false, 3_020_000, 30),
        // A price is good for a minute, and nothing counts for the 40 seconds after that.
        (-1_670, 103_000, false, 9_140_000, 90),
        (-1_650, 104_000, true, 11_200_000, 110),
        // Nor while it is wide.
        (-1_640, 105_000, false, 11_200_000, 110),
        (-10, 106_000, false, 17_500_000, 170),
        (10, 107_000, false, 18_560_000, 180),
        (30, 108_000, false, 18_560_000, 180),
    ];
    for (at, price, is_wide, sum, seconds) in steps {
        wait_until(world, expiry + at);
        let mut update = world.price_update(BTC, price * DOLLAR);
        if is_wide {
            update.interval = 300_000_000_000;
        }
        take(world, &spec, &update);
        let risk = btc(world, &spec);
        assert_eq!(risk.dates[0].sampled.get(), i128::from(sum) * 10_000_000_000, "{at} seconds from expiry");
        assert_eq!(risk.dates[0].sampled_seconds, seconds, "{at} seconds from expiry");
        assert_eq!(risk.dates[1].sampled_seconds, 0, "the later date's window is far off");
    }
    // 18 560 000 / 180, whatever the index does from now on.
    let date = btc(world, &spec).dates[0];
    assert_eq!(date.forward_now(1, expiry + 100), 1_031_111_111_111_111);
}
