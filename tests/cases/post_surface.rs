//! A committee posts surfaces for a market: what is remembered of them, and for how long.
//!
//! Every number that the market keeps is computed here, in whole numbers, from the message alone.

use crate::message::{flat, YEAR};
use anchor_lang::prelude::Pubkey;
use ballast_interface::risk::{DateRisk, MarketRisk, Preset, Slice};
use ballast_testkit::{price_account, risk_program, signed, slice, PriceUpdate, RiskSpec, World, BTC, START};

ballast_testkit::on_every_svm!(
    a_surface_is_kept_as_it_was_signed,
    dates_are_inserted_and_left_out,
    expired_dates_are_kept_for_a_week,
    dates_without_a_settlement_price_are_kept,
    a_relayed_message_keeps_its_carry,
    samples_survive_a_surface,
    neighbours_count_as_of_now,
);

// First eight bytes of SHA-256 of "event:SurfacePosted".
const SURFACE_POSTED_TAG: [u8; 8] = [103, 153, 162, 6, 22, 205, 73, 171];

const DAY: i64 = 86_400;
/// In 10^-8 dollars.
const PRICE: i64 = 9_500_000_000_000;
/// The same in 10^-10.
const INDEX: u64 = 950_000_000_000_000;

fn scene(world: &mut World) -> RiskSpec {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    world.set_price(&spec, BTC, PRICE);
    spec
}

/// What a market shall keep of a slice that was posted now, for half an hour, at that index.
fn kept(slice: &Slice, now: i64, index: u64) -> DateRisk {
    DateRisk {
        expiry: slice.expiry,
        forward: slice.forward,
        carry: ((u128::from(slice.forward) << 40) / u128::from(index)) as i64,
        a: slice.a,
        b: slice.b,
        rho: slice.rho,
        m: slice.m,
        s: slice.s,
        years: (((slice.expiry - now) as u128) << 60).div_euclid(YEAR as u128) as u64,
        valid_from: now,
        valid_until: now + 1_800,
        posted_at: now,
        ..DateRisk::default()
    }
}

fn market(world: &mut World, spec: &RiskSpec) -> MarketRisk {
    world.market_risk(&spec.group, BTC)
}

fn a_surface_is_kept_as_it_was_signed(world: &mut World) {
    world.step("A market has a price and no dates.");
    let spec = scene(world);
    let before = market(world, &spec);
    assert_eq!((before.date_count, before.sequences), (0, [0, 0]));

    world.step("The committee posts ten days and five weeks, above and below the index.");
    let slices =
        [slice(START, 10 * DAY, 955_000_000_000_007, 0.6), slice(START, 35 * DAY, 943_210_987_654_321, 0.62)];
    let done = world.set_surface(&spec, BTC, &slices);
    world.detail("compute units", done.compute_units);
    let after = market(world, &spec);
    assert_eq!(after.dates(), slices.map(|slice| kept(&slice, START, INDEX)));
    // Nothing else changed, down to the last byte.
    let mut expected = before;
    expected.dates[..2].copy_from_slice(after.dates());
    (expected.date_count, expected.epoch, expected.sequences) = (2, 1, [1, 0]);
    assert_eq!(bytemuck::bytes_of(&after), bytemuck::bytes_of(&expected));
    assert_eq!(done.events, [event(&spec.group, 1, &slices, START + 1_800)]);

    world.step("Ten minutes later the price is another, and so is the surface.");
    world.svm.pass(600);
    world.set_price(&spec, BTC, 9_512_345_678_901);
    let before = market(world, &spec);
    let slices = [
        slice(START, 10 * DAY, 958_000_000_000_000, 0.65),
        slice(START, 35 * DAY, 960_000_000_000_001, 0.61),
    ];
    let done = world.set_surface(&spec, BTC, &slices);
    let after = market(world, &spec);
    assert_eq!(after.dates(), slices.map(|slice| kept(&slice, START + 600, 951_234_567_890_100)));
    assert_eq!((after.price, after.attested, after.sequences), (before.price, before.attested, [2, 0]));
    assert_eq!(done.events, [event(&spec.group, 2, &slices, START + 2_400)]);
}

/// The bytes of the event.
fn event(group: &Pubkey, sequence: u64, slices: &[Slice], until: i64) -> Vec<u8> {
    let mut bytes = [&SURFACE_POSTED_TAG[..], group.as_ref(), &[1, 0]].concat();
    bytes.extend(sequence.to_le_bytes());
    bytes.extend((slices.len() as u32).to_le_bytes());
    bytes.extend(slices.iter().flat_map(|slice| slice.expiry.to_le_bytes()));
    bytes.extend(until.to_le_bytes());
    bytes
}

/// A date so many days from the beginning, with more variance the later it is.
fn day(day: i64) -> Slice {
    flat(START + day * DAY, INDEX, 0.01 + 0.001 * day as f64)
}

fn dates_are_inserted_and_left_out(world: &mut World) {
    let spec = scene(world);
    world.set_surface(&spec, BTC, &[day(10), day(30)]);
    world.svm.pass(30);
    world.set_surface(&spec, BTC, &[day(20)]);
    world.svm.pass(20);
    world.set_surface(&spec, BTC, &[day(5), day(25), day(40)]);
    world.svm.pass(10);
    // Volatility of the day that is posted anew rises by a part of a hundred.
    let anew = Slice { a: day(20).a + day(20).a / 50, ..day(20) };
    world.set_surface(&spec, BTC, &[anew]);
    let expected = [
        kept(&day(5), START + 50, INDEX),
        kept(&day(10), START, INDEX),
        kept(&anew, START + 60, INDEX),
        kept(&day(25), START + 50, INDEX),
        kept(&day(30), START, INDEX),
        kept(&day(40), START + 50, INDEX),
    ];
    let after = market(world, &spec);
    assert_eq!(after.dates(), expected);
    assert_eq!(after.dates[6..], [DateRisk::default(); 6]);
    assert_eq!(after.sequences, [4, 0]);
}

fn expired_dates_are_kept_for_a_week(world: &mut World) {
    let spec = scene(world);
    let days = |world: &mut World| -> Vec<i64> {
        market(world, &spec).dates().iter().map(|date| (date.expiry - START) / DAY).collect()
    };
    let twelve: Vec<_> = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(day).to_vec();
    world.set_surface(&spec, BTC, &twelve[..6]);
    world.set_surface(&spec, BTC, &twelve[6..]);
    // A week after the second date's end it is there still, and the first one is not.
    world.svm.pass(9 * DAY);
    world.set_price(&spec, BTC, PRICE);
    world.set_surface(&spec, BTC, &[day(20)]);
    assert_eq!(days(world), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20]);
    // A second later there is room for another.
    world.svm.pass(1);
    world.set_surface(&spec, BTC, &[day(15)]);
    assert_eq!(days(world), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20]);
    // Only a surface forgets; where all dates go, the new ones are alone.
    world.svm.pass(30 * DAY);
    world.set_price(&spec, BTC, PRICE);
    assert_eq!(days(world).len(), 12);
    world.set_surface(&spec, BTC, &[day(60), day(70)]);
    let after = market(world, &spec);
    let now = START + 39 * DAY + 1;
    assert_eq!(after.dates(), [day(60), day(70)].map(|day| kept(&day, now, INDEX)));
    assert_eq!(after.dates[2..], [DateRisk::default(); 10]);
}

/// Reads a price that is as wide as no good one is.
fn set_doubtful_price(world: &mut World, spec: &RiskSpec) {
    let update = PriceUpdate { interval: PRICE.unsigned_abs() / 10, ..world.price_update(BTC, PRICE) };
    let address = price_account(&spec.group, BTC);
    world.publish(&address, &update);
    world.svm.send(&[risk_program::refresh_price(&spec.group, BTC, &address)], &[]).expect("a refresh");
}

fn dates_without_a_settlement_price_are_kept(world: &mut World) {
    let spec = scene(world);
    let days = |world: &mut World| -> Vec<i64> {
        market(world, &spec).dates().iter().map(|date| (date.expiry - START) / DAY).collect()
    };
    world.set_surface(&spec, BTC, &[day(1), day(2), day(90)]);
    // Months later nobody knows what the first two settle at: a doubtful price does not say.
    world.svm.pass(80 * DAY);
    set_doubtful_price(world, &spec);
    world.set_surface(&spec, BTC, &[day(91)]);
    assert_eq!(days(world), [1, 2, 90, 91]);
    assert_eq!(market(world, &spec).dates()[0].settlement(), None);
    // The first good price does, and the next surface forgets them.
    world.set_price(&spec, BTC, PRICE);
    let settled = market(world, &spec).dates()[..2].iter().map(DateRisk::settlement).collect::<Vec<_>>();
    assert_eq!(settled, [Some(INDEX); 2]);
    assert_eq!(days(world), [1, 2, 90, 91]);
    world.set_surface(&spec, BTC, &[day(92)]);
    assert_eq!(days(world), [90, 91, 92]);
}

fn a_relayed_message_keeps_its_carry(world: &mut World) {
    let spec = scene(world);
    // Signed at 95 000 dollars, with a forward 1 % above that and one 1 % below; numbers that do not divide.
    let slices =
        [slice(START, 10 * DAY, 959_500_000_000_007, 0.6), slice(START, 35 * DAY, 940_500_000_000_003, 0.6)];
    let args = world.surface_args(&spec, BTC, &slices);
    assert_eq!(args.index, INDEX);
    let message = signed(risk_program::post_surface(&args), &spec.quorum());
    // It arrives half a minute later, at a price 1.9 % lower: the forwards are not 2.9 % above and 0.9 % below.
    world.svm.pass(30);
    world.set_price(&spec, BTC, 9_319_500_000_000);
    world.svm.send(&message, &[]).expect("a message of half a minute ago");
    let after = market(world, &spec);
    assert_eq!(after.price.index, 931_950_000_000_000);
    let posted = |slice: Slice| DateRisk { posted_at: START + 30, ..kept(&slice, START, INDEX) };
    assert_eq!(after.dates(), slices.map(posted));
    // The forward follows the index from then on: by its multiple of the signed one.
    for (date, multiple) in after.dates().iter().zip([1.01, 0.99]) {
        let expected = 931_950_000_000_000.0 * multiple;
        let found = date.forward_now(after.price.index, START + 30) as f64;
        assert!((found - expected).abs() < 1_000.0, "{found} is not {expected}");
    }
}

fn samples_survive_a_surface(world: &mut World) {
    let spec = scene(world);
    let (near, far) = (day(1), day(2));
    world.set_surface(&spec, BTC, &[near, far]);
    // The window is the last half hour.
    world.svm.pass(DAY - 1_000);
    world.set_price(&spec, BTC, PRICE);
    world.svm.pass(40);
    world.set_price(&spec, BTC, 9_600_000_000_000);
    world.svm.pass(20);
    world.set_price(&spec, BTC, PRICE);
    // 800 seconds of the window were over before the first of these prices, which counts for them, too.
    let sampled = i128::from(INDEX) * 840 + 960_000_000_000_000 * 20;
    let dates = market(world, &spec);
    assert_eq!((dates.dates[0].sampled.get(), dates.dates[0].sampled_seconds), (sampled, 860));
    assert_eq!((dates.dates[1].sampled.get(), dates.dates[1].sampled_seconds), (0, 0));
    // Volatility stays: what is left of the day is its share of the variance.
    let left = Slice { a: (i128::from(near.a) * 940 / i128::from(DAY)) as i64, ..near };
    world.set_surface(&spec, BTC, &[left]);
    let after = market(world, &spec);
    let now = START + DAY - 940;
    let expected =
        DateRisk { sampled: dates.dates[0].sampled, sampled_seconds: 860, ..kept(&left, now, INDEX) };
    assert_eq!(after.dates(), [expected, kept(&far, START, INDEX)]);
    // No date can come in front of it any more: its own window would have begun.
    let first = flat(now + 300, INDEX, left.a as f64 / (1u64 << 48) as f64 / 10.0);
    let args = world.surface_args(&spec, BTC, &[first]);
    let message = signed(risk_program::post_surface(&args), &spec.quorum());
    assert_eq!(world.svm.send(&message, &[]).expect_err("it is too late").code(), Some(6031));
    assert_eq!(market(world, &spec).dates(), after.dates());
}

fn neighbours_count_as_of_now(world: &mut World) {
    let spec = scene(world);
    // 16 days of volatility .6, half of which pass: what is left is half of the variance.
    let early = flat(START + 16 * DAY, INDEX, 0.015_8);
    world.set_surface(&spec, BTC, &[early]);
    world.svm.pass(8 * DAY);
    world.set_price(&spec, BTC, PRICE);
    let late = flat(START + 24 * DAY, INDEX, 0.007_900_1);
    world.set_surface(&spec, BTC, &[late]);
    assert_eq!(
        market(world, &spec).dates(),
        [kept(&early, START, INDEX), kept(&late, START + 8 * DAY, INDEX)]
    );
    // With less than a sixteenth of it left nothing can be said of it: a later date may have any variance.
    world.svm.pass(7 * DAY + 1);
    world.set_price(&spec, BTC, PRICE);
    let next = flat(START + 20 * DAY, INDEX, 0.000_5);
    world.set_surface(&spec, BTC, &[next]);
    assert_eq!(market(world, &spec).dates()[1], kept(&next, START + 15 * DAY + 1, INDEX));
}
