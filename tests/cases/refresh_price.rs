//! A market reads its price account: the first price, later ones, doubtful ones, those that mean nothing, and
//! those that a date settles at.
//!
//! Every number is written out or computed here from the rules that the tests' world gives to a market.

mod settlement;

use ballast_interface::risk::{
    CreateMarketRiskArgs,
    FeedState::{Far, Good, Stale, Unusable, Wide},
    MarketRisk, Preset, PriceCache,
};
use ballast_testkit::{price_account, risk_program, rules, PriceUpdate, RiskSpec, Signer, World, BTC, ETH};

const RECEIVERS: [&str; 2] =
    ["rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ", "rec2HHDDnjLfj4kE7VyEtFA1HPGQLK33259532cRyHp"];

/// A dollar, in the oracle's 10^-8.
const DOLLAR: i64 = 100_000_000;

ballast_testkit::on_every_svm!(
    a_market_learns_its_first_price,
    slow_price_and_forecast_follow_the_index,
    doubt_begins_lasts_and_ends,
    both_receivers_are_read,
    anybody_may_refresh_and_twice_in_a_second_changes_nothing,
    what_means_nothing_makes_a_market_unusable_until_the_next_good_price,
);

/// Publishes an update of BTC's and reads it.
fn take(world: &mut World, spec: &RiskSpec, update: &PriceUpdate) {
    let address = price_account(&spec.group, BTC);
    world.publish(&address, update);
    let refresh = risk_program::refresh_price(&spec.group, BTC, &address);
    world.svm.send(&[refresh], &[]).unwrap_or_else(|failure| panic!("refresh_price: {failure:#?}"));
}

fn btc(world: &mut World, spec: &RiskSpec) -> MarketRisk {
    world.market_risk(&spec.group, BTC)
}

fn wait_until(world: &mut World, moment: i64) {
    let now = world.svm.now();
    world.svm.pass(moment - now);
}

fn ratio(bits: i64) -> f64 {
    bits as f64 / 2f64.powi(40)
}

/// What the range is meant to be at a yearly variance: three quarters of four standard deviations of a day, and a
/// quarter of 32 %.
fn target(variance: f64) -> f64 {
    0.75 * 4.0 * (variance / 365.0).sqrt() + 0.25 * 0.32
}

#[track_caller]
fn assert_near(found: i64, expected: f64) {
    assert!((ratio(found) - expected).abs() < 1e-9, "{} is not {expected}", ratio(found));
}

fn a_market_learns_its_first_price(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    let before = btc(world, &spec);
    let now = world.svm.now();
    assert_eq!(before.price, PriceCache::default());
    assert_eq!(before.price_state(now).0, Unusable);

    world.step("BTC costs 95 000 dollars, give or take 95; over the last hour it was 94 000.");
    let average = 94_000 * DOLLAR;
    let published_at = now - 3;
    let update = PriceUpdate { average, published_at, ..world.price_update(BTC, 95_000 * DOLLAR) };
    take(world, &spec, &update);
    let after = btc(world, &spec);
    let expected = PriceCache {
        index: 950_000_000_000_000,
        slow: 940_000_000_000_000,
        average: 940_000_000_000_000,
        // A thousandth of 2^40, rounded up.
        interval: 1_099_511_628,
        published_at,
        refreshed_at: now,
        slow_at: now << 12,
        wide_since: 0,
        far_since: 0,
        unusable_since: 0,
        // A yearly volatility of 60 %.
        variance: 395_824_185_999,
        range: after.price.range,
        return_price: 950_000_000_000_000,
        return_at: now,
    };
    assert_eq!(after.price, expected);
    assert_near(after.price.range, target(0.36));
    assert_eq!(after.price_state(now), (Good, 3));
    let rest = MarketRisk { price: before.price, ..after };
    assert!(bytemuck::bytes_of(&rest) == bytemuck::bytes_of(&before), "nothing but the price has changed");
}

fn slow_price_and_forecast_follow_the_index(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    world.set_price(&spec, BTC, 95_000 * DOLLAR);
    let first = btc(world, &spec).price;
    assert_eq!((first.index, first.slow), (950_000_000_000_000, 950_000_000_000_000));

    world.step("Half a minute later BTC costs 100 000; the slow price may follow by 6 % an hour.");
    world.svm.pass(30);
    world.set_price(&spec, BTC, 100_000 * DOLLAR);
    let second = btc(world, &spec).price;
    // A two-thousandth of 95 000 dollars, and three steps because the ratio nearest to 6 % is above it.
    assert_eq!((second.index, second.slow), (1_000_000_000_000_000, 950_475_000_000_003));
    // The next return is due five minutes after the last.
    let forecast =
        |prices: &PriceCache| (prices.variance, prices.range, prices.return_price, prices.return_at);
    assert_eq!(forecast(&second), forecast(&first));

    world.step("Five minutes later it costs 101 000: a return of 6.1 % in 330 seconds.");
    world.svm.pass(300);
    world.set_price(&spec, BTC, 101_000 * DOLLAR);
    let third = btc(world, &spec).price;
    // After a minute the first price was no longer good, so the slow price has moved for a minute: by a thousandth.
    assert_eq!(third.slow, 951_425_475_000_009);
    assert_eq!((third.return_price, third.return_at), (1_010_000_000_000_000, first.return_at + 330));
    let kept = (-330f64 / 345_600.0).exp();
    let square = (101f64 / 95.0).ln().powi(2);
    let variance = kept * 0.36 + (1.0 - kept) * square * 31_536_000.0 / 330.0;
    assert_near(third.variance, variance);
    // The range is on its way there, by 4 % an hour, rounded up.
    assert_eq!(third.range, first.range + 4_031_542_636);

    world.step("A second later it falls to 90 000, and the slow price turns round.");
    world.svm.pass(1);
    world.set_price(&spec, BTC, 90_000 * DOLLAR);
    let fourth = btc(world, &spec).price;
    assert_eq!(fourth.slow, 951_409_617_908_759);

    world.step(
        "An hour later it costs 101 000 again: the range has arrived, but the slow price has not leapt.",
    );
    world.svm.pass(3_599);
    world.set_price(&spec, BTC, 101_000 * DOLLAR);
    let fifth = btc(world, &spec).price;
    let variance = variance * (-3_600f64 / 345_600.0).exp();
    assert_near(fifth.variance, variance);
    assert_near(fifth.range, target(variance));
    assert_eq!(fifth.slow, 952_361_027_526_674);

    world.step("With a price a minute it arrives in an hour.");
    // 101 000 is 6.05 % above it: 1.001 to the 58th is 1.0597, and to the 59th 1.0608.
    for minute in 1..=59 {
        world.svm.pass(60);
        world.set_price(&spec, BTC, 101_000 * DOLLAR);
        let slow = btc(world, &spec).price.slow;
        assert_eq!(slow == 1_010_000_000_000_000, minute == 59, "minute {minute}: {slow}");
    }
}

fn doubt_begins_lasts_and_ends(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    world.set_price(&spec, BTC, 95_000 * DOLLAR);
    let start = world.svm.now();

    world.step("For a minute nobody publishes anything.");
    world.svm.pass(60);
    let risk = btc(world, &spec);
    assert_eq!(risk.price_state(start + 60), (Good, 60));
    assert_eq!(risk.price_state(start + 61), (Stale, 1));
    world.svm.pass(1);
    world.set_price(&spec, BTC, 95_000 * DOLLAR);
    assert_eq!(btc(world, &spec).price_state(start + 61), (Good, 0));

    world.step("The oracle is sure within 3 % only, where 2 % are allowed.");
    let wide = |update: PriceUpdate| PriceUpdate { interval: 285_000_000_000, ..update };
    for later in [70, 80] {
        wait_until(world, start + later);
        let update = wide(world.price_update(BTC, 95_000 * DOLLAR));
        take(world, &spec, &update);
        let risk = btc(world, &spec);
        assert_eq!((risk.price.wide_since, risk.price.far_since), (start + 70, 0));
        assert_eq!(risk.price_state(start + later), (Wide, later - 70));
    }

    world.step("Beyond that, its price is 11.8 % above its average, where 10 % are allowed.");
    let far = |update: PriceUpdate| PriceUpdate { average: 85_000 * DOLLAR, ..update };
    for later in [90, 100] {
        wait_until(world, start + later);
        let update = far(wide(world.price_update(BTC, 95_000 * DOLLAR)));
        take(world, &spec, &update);
        let risk = btc(world, &spec);
        assert_eq!((risk.price.wide_since, risk.price.far_since), (start + 70, start + 90));
        assert_eq!(risk.price_state(start + later), (Far, later - 90));
    }

    world.step("It narrows, and a little later it is back at its average.");
    world.svm.pass(10);
    let update = far(world.price_update(BTC, 95_000 * DOLLAR));
    take(world, &spec, &update);
    let risk = btc(world, &spec);
    assert_eq!((risk.price.wide_since, risk.price.far_since), (0, start + 90));
    world.svm.pass(10);
    world.set_price(&spec, BTC, 95_000 * DOLLAR);
    let risk = btc(world, &spec);
    assert_eq!((risk.price.wide_since, risk.price.far_since), (0, 0));
    assert_eq!(risk.price_state(start + 120), (Good, 0));

    world.step("Doubt that comes back is counted anew.");
    world.svm.pass(10);
    let update = wide(world.price_update(BTC, 95_000 * DOLLAR));
    take(world, &spec, &update);
    assert_eq!(btc(world, &spec).price.wide_since, start + 130);
}

fn both_receivers_are_read(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[]);
    let authority = spec.authority.pubkey();
    for (market, owner, price) in [(BTC, RECEIVERS[0], 95_000), (ETH, RECEIVERS[1], 3_500)] {
        world.step(&format!("Market {market} is pinned to an account of {owner}."));
        let owner = owner.parse().expect("an address");
        let mut args = CreateMarketRiskArgs { market, rules: rules(&spec.group, market) };
        args.rules.feed.owner = owner;
        let create = risk_program::create_market_risk(&spec.group, &authority, &authority, &args);
        world.svm.send(&[create], &[&spec.authority]).expect("the market gets its risk");

        let address = price_account(&spec.group, market);
        let update = PriceUpdate { owner, ..world.price_update(market, price * DOLLAR) };
        world.publish(&address, &update);
        let refresh = risk_program::refresh_price(&spec.group, market, &address);
        world.svm.send(&[refresh], &[]).expect("the price is read");
        let found = world.market_risk(&spec.group, market).price;
        assert_eq!(found.index, price as u64 * 10_000_000_000);
    }
}

fn anybody_may_refresh_and_twice_in_a_second_changes_nothing(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    world.set_price(&spec, BTC, 95_000 * DOLLAR);
    world.svm.pass(400);
    let address = price_account(&spec.group, BTC);
    let update = world.price_update(BTC, 96_000 * DOLLAR);
    world.publish(&address, &update);

    let refresh = risk_program::refresh_price(&spec.group, BTC, &address);
    assert!(refresh.accounts.iter().all(|meta| !meta.is_signer), "nobody has to sign");
    let risk = refresh.accounts[0].pubkey;
    let before = world.svm.account(&risk).unwrap();
    world.svm.send(std::slice::from_ref(&refresh), &[]).expect("a refresh");
    let once = world.svm.account(&risk).unwrap();
    assert_ne!(before.data, once.data);
    world.svm.send(std::slice::from_ref(&refresh), &[]).expect("a refresh");
    assert!(once == world.svm.account(&risk).unwrap(), "a second refresh in its own transaction");
    world.svm.send(&[refresh.clone(), refresh], &[]).expect("two refreshes");
    assert!(once == world.svm.account(&risk).unwrap(), "two more in one");
    let price = world.svm.account(&address).unwrap();
    assert_eq!(price.data, update.data(), "the oracle's own account is only read");
}

/// What the oracle says, and how it says it.
type Meaningless = (&'static str, fn(PriceUpdate) -> PriceUpdate);

fn what_means_nothing_makes_a_market_unusable_until_the_next_good_price(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    world.set_price(&spec, BTC, 95_000 * DOLLAR);
    let cases: [Meaningless; 6] = [
        ("nothing", |update| PriceUpdate { price: 0, ..update }),
        ("less than nothing", |update| PriceUpdate { price: -95_000 * DOLLAR, ..update }),
        ("a number with an absurd exponent", |update| PriceUpdate { exponent: 1, ..update }),
        ("one with another", |update| PriceUpdate { exponent: -19, ..update }),
        ("a price without an average", |update| PriceUpdate { average: 0, ..update }),
        ("a price that does not fit", |update| PriceUpdate { price: i64::MAX, exponent: 0, ..update }),
    ];
    for (what, edit) in cases {
        world.step(&format!("BTC costs {what}, says the oracle."));
        let good = btc(world, &spec).price;
        world.svm.pass(10);
        let since = world.svm.now();
        for _ in 0..2 {
            let update = edit(world.price_update(BTC, 95_000 * DOLLAR));
            take(world, &spec, &update);
            let now = world.svm.now();
            let expected = PriceCache { published_at: now, refreshed_at: now, unusable_since: since, ..good };
            let risk = btc(world, &spec);
            assert_eq!(risk.price, expected, "{what}");
            assert_eq!(risk.price_state(now), (Unusable, now - since), "{what}");
            world.svm.pass(7);
        }
        world.set_price(&spec, BTC, 95_000 * DOLLAR);
        let (risk, now) = (btc(world, &spec), world.svm.now());
        assert_eq!((risk.price.index, risk.price.unusable_since), (950_000_000_000_000, 0), "{what}");
        assert_eq!(risk.price_state(now), (Good, 0), "{what}");
    }
}
