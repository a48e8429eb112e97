//! Surfaces that a quorum signed and the program refuses all the same, each with its number.

use crate::message::{flat, refused_with, YEAR};
use ballast_interface::risk::{MarketRules, PostSurfaceArgs, Preset, Slice};
use ballast_testkit::{
    price_account, risk_program, rules, signed, slice, Instruction, PriceUpdate, RiskSpec, Signer, World,
    BTC, START,
};

ballast_testkit::on_every_svm!(
    slices_with_arbitrage_or_without_meaning_are_refused,
    a_message_with_a_calendar_below_zero_is_refused,
    a_calendar_below_zero_with_an_earlier_message_is_refused,
    volatilities_beyond_the_bounds_are_refused,
    volatilities_that_jump_are_refused,
    a_volatility_that_moved_rests,
    forwards_that_jump_are_refused,
    a_moment_is_used_once,
    forwards_far_from_the_index_are_refused,
    messages_of_another_index_are_refused,
    dates_beyond_two_years_are_refused,
    dates_in_the_wrong_places_are_refused,
    surfaces_wait_for_a_fresh_price,
);

const SEQUENCE_OLD: u32 = 6028;
const DATES_INVALID: u32 = 6031;
const INVALID: u32 = 6032;
const BUTTERFLY: u32 = 6033;
const CALENDAR: u32 = 6034;
const WING: u32 = 6035;
const LEVEL: u32 = 6036;
const JUMP: u32 = 6037;
const FORWARD_FAR: u32 = 6038;
const PRICE_UNKNOWN: u32 = 6039;

const DAY: i64 = 86_400;
/// A dollar in a price account.
const DOLLAR: i64 = 100_000_000;
/// In 10^-8 dollars.
const PRICE: i64 = 9_500_000_000_000;
/// The same in 10^-10.
const INDEX: u64 = 950_000_000_000_000;

fn scene(world: &mut World) -> RiskSpec {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    world.set_price(&spec, BTC, PRICE);
    spec
}

fn refuse(world: &mut World, spec: &RiskSpec, what: &str, code: u32, slices: &[Slice]) {
    let args = world.surface_args(spec, BTC, slices);
    refused_with(world, what, code, &signed(risk_program::post_surface(&args), &spec.quorum()));
}

/// A year from the beginning, at the index.
fn shaped([a, b, rho, m, s]: [i64; 5]) -> Slice {
    Slice { expiry: START + YEAR, forward: INDEX, a, b, rho, m, s }
}

fn slices_with_arbitrage_or_without_meaning_are_refused(world: &mut World) {
    let spec = scene(world);
    let one = 1i64 << 48;
    let of = |parameters: [f64; 5]| shaped(parameters.map(|value| (value * one as f64).round() as i64));
    // As published; its repair is accepted below.
    let vogt = [-11540474045137, 37464319400188, 86131342873461, 100936926648441, 116896557827935];
    let cases = [
        ("Vogt's slice", BUTTERFLY, shaped(vogt)),
        // b (1 + abs(rho)) is 1.6 times 1.3, and 1.6 times 1.2500001.
        ("a left wing above two", WING, of([-0.6, 1.6, -0.3, 0.0, 1.0])),
        ("a right wing above two", WING, of([-0.6, 1.6, 0.250_000_1, 0.0, 1.0])),
        ("no variance", INVALID, of([0.0; 5])),
        ("negative variance without a smile", INVALID, of([-0.25, 0.0, 0.0, 0.0, 0.0])),
        ("negative variance at the forward", INVALID, of([-0.2, 0.4, 0.0, 0.0, 0.4])),
        ("negative variance beside the forward", INVALID, of([-0.075, 0.4, -0.9, 0.0, 0.4])),
        ("a smile upside down", INVALID, of([0.3, -0.1, 0.0, 0.0, 0.4])),
        ("a correlation of one", INVALID, of([0.1, 0.1, 1.0, 0.0, 0.4])),
        ("a correlation of minus one", INVALID, of([0.1, 0.1, -1.0, 0.0, 0.4])),
        ("no roundness", INVALID, of([0.1, 0.1, -0.3, 0.0, 0.0])),
        ("a bottom far beyond the clamp", INVALID, of([0.1, 0.1, -0.3, 4.0, 0.4])),
        ("the least of every number", INVALID, shaped([i64::MIN; 5])),
        ("the most of every number", INVALID, shaped([i64::MAX; 5])),
    ];
    for (what, code, slice) in cases {
        refuse(world, &spec, what, code, &[slice]);
        // It is refused behind a good one, too, and nothing is left of that.
        let good = flat(START + 30 * DAY, INDEX, 0.01);
        refuse(world, &spec, what, code, &[good, slice]);
    }
    let closed = [2178868201535, 19489898121824, -94022917918130, 11831461613574, 33385187024273];
    world.set_surface(&spec, BTC, &[shaped(closed)]);
}

/// Half a year, a year and a year and a half from the beginning; 60 % a year in the middle is a variance of .36.
fn early(variance: f64) -> Slice {
    flat(START + YEAR / 2, INDEX, variance)
}

fn middle(variance: f64) -> Slice {
    flat(START + YEAR, INDEX, variance)
}

fn late(variance: f64) -> Slice {
    flat(START + YEAR + YEAR / 2, INDEX, variance)
}

fn a_message_with_a_calendar_below_zero_is_refused(world: &mut World) {
    let spec = scene(world);
    refuse(world, &spec, "at its beginning", CALENDAR, &[early(0.360_01), middle(0.36), late(0.4)]);
    refuse(world, &spec, "at its end", CALENDAR, &[early(0.3), middle(0.36), late(0.359_99)]);
    // No more variance at the forward, but in a wing.
    let steep = slice(START, YEAR / 2, INDEX, 0.6);
    refuse(world, &spec, "in a wing", CALENDAR, &[steep, middle(0.37)]);
    world.set_surface(&spec, BTC, &[early(0.36), middle(0.36), late(0.36)]);
}

fn a_calendar_below_zero_with_an_earlier_message_is_refused(world: &mut World) {
    let spec = scene(world);
    world.set_surface(&spec, BTC, &[middle(0.36)]);
    refuse(world, &spec, "before it in time", CALENDAR, &[early(0.360_01)]);
    refuse(world, &spec, "after it in time", CALENDAR, &[late(0.359_99)]);
    refuse(world, &spec, "before it, with a good one after it", CALENDAR, &[early(0.360_01), late(0.37)]);
    refuse(world, &spec, "after it, with a good one before it", CALENDAR, &[early(0.35), late(0.359_99)]);
    world.set_surface(&spec, BTC, &[early(0.359_99), late(0.360_01)]);
    let between = |variance: f64| flat(START + YEAR * 3 / 4, INDEX, variance);
    refuse(world, &spec, "between two, below both", CALENDAR, &[between(0.359_98)]);
    refuse(world, &spec, "between two, above both", CALENDAR, &[between(0.360_01)]);
    // A date is not posted anew in the same second; what a second takes away of the variances is far less than this.
    world.svm.pass(1);
    refuse(world, &spec, "posted anew, below the one before", CALENDAR, &[middle(0.359_98)]);
    refuse(world, &spec, "posted anew, above the one after", CALENDAR, &[middle(0.360_02)]);
    world.set_surface(&spec, BTC, &[between(0.36)]);
}

fn volatilities_beyond_the_bounds_are_refused(world: &mut World) {
    let spec = scene(world);
    // 5 % and 500 % a year, for a year.
    refuse(world, &spec, "below 5 %", LEVEL, &[middle(0.002_5 * (1.0 - 1e-6))]);
    refuse(world, &spec, "above 500 %", LEVEL, &[middle(25.0 * (1.0 + 1e-6))]);
    world.set_surface(&spec, BTC, &[middle(0.002_5 * (1.0 + 1e-6)), late(37.5 * (1.0 - 1e-6))]);
    // At the forward .36, half-way to the ends .434 and at the ends .547.
    let bits = |value: f64| (value * (1u64 << 48) as f64) as i64;
    let smile = Slice { b: bits(0.1), s: bits(0.6), ..flat(START + YEAR + YEAR / 4, INDEX, 0.3) };
    let bounded = |world: &mut World, least: f64, most: f64| {
        let years = 1.25f64;
        let bound = |variance: f64| ((variance / years).sqrt() * (1u64 << 40) as f64) as i64;
        let rules = MarketRules {
            least_volatility: bound(least),
            most_volatility: bound(most),
            ..rules(&spec.group, BTC)
        };
        let change = risk_program::change_market_risk(&spec.group, &spec.authority.pubkey(), BTC, &rules);
        world.svm.send(&[change], &[&spec.authority]).expect("the authority may change the rules");
    };
    for (what, least, most) in [
        ("at the ends", 0.3, 0.546),
        ("half-way", 0.3, 0.433),
        ("everywhere", 0.2, 0.3),
        ("at the forward", 0.361, 0.6),
    ] {
        bounded(world, least, most);
        refuse(world, &spec, what, LEVEL, &[smile]);
    }
    bounded(world, 0.359, 0.548);
    world.set_surface(&spec, BTC, &[smile]);
}

/// A message as of some seconds after the beginning, for the year's end at a volatility and a forward.
fn dated(
    world: &mut World,
    spec: &RiskSpec,
    market: u16,
    (from, sigma, forward): (i64, f64, u64),
) -> [Instruction; 2] {
    let slice = Slice { forward, ..middle(sigma * sigma * (YEAR - from) as f64 / YEAR as f64) };
    let args = world.surface_args(spec, market, &[slice]);
    let (valid_from, valid_until) = (START + from, START + from + 3_600);
    let args = PostSurfaceArgs { valid_from, valid_until, ..args };
    signed(risk_program::post_surface(&args), &spec.quorum())
}

/// A group of some markets at the same price, each with a surface of 60 % a year, half an hour ago.
fn surfaces_of_half_an_hour_ago(world: &mut World, count: u16) -> (RiskSpec, Vec<u16>) {
    let markets: Vec<_> = (1..=count).collect();
    let spec = world.create_risk(Preset::Ballast, &markets);
    for market in markets.iter().copied() {
        world.set_price(&spec, market, PRICE);
        let first = dated(world, &spec, market, (0, 0.6, INDEX));
        world.svm.send(&first, &[]).expect("a first surface");
    }
    world.svm.pass(1_800);
    for market in markets.iter().copied() {
        world.set_price(&spec, market, PRICE);
    }
    (spec, markets)
}

/// Seconds between two surfaces, and how far volatility may move in them: a quarter at once, as far as ten minutes
/// of rest are over, and a half an hour.
const MOVES: [(i64, f64); 6] = [
    (1, 0.25 / 600.0 + 0.5 / 3_600.0),
    (300, 0.125 + 0.5 / 12.0),
    (599, 0.25 * 599.0 / 600.0 + 0.5 * 599.0 / 3_600.0),
    (600, 0.25 + 0.5 / 6.0),
    (900, 0.25 + 0.5 / 4.0),
    (1_800, 0.25 + 0.5 / 2.0),
];

fn volatilities_that_jump_are_refused(world: &mut World) {
    let (spec, markets) = surfaces_of_half_an_hour_ago(world, 12);
    // What counts is the moment of the slice, not that of the transaction. Each move is made in a market of its own.
    let mut markets = markets.into_iter();
    for (from, most) in MOVES {
        // The bound's square is rounded down to 2^-16.
        let (up, down) = (0.6 * (1.0 + most), 0.6 / (1.0 + most));
        for (what, over, within) in
            [("up", up * (1.0 + 1e-6), up * (1.0 - 1e-5)), ("down", down * (1.0 - 1e-6), down * (1.0 + 1e-5))]
        {
            let what = format!("{what} after {from} seconds");
            let market = markets.next().expect("a market for each move");
            let jump = dated(world, &spec, market, (from, over, INDEX));
            refused_with(world, &what, JUMP, &jump);
            let step = dated(world, &spec, market, (from, within, INDEX));
            let done = world.svm.send(&step, &[]);
            assert!(done.is_ok(), "{what}: {done:#?}");
        }
    }
}

fn a_volatility_that_moved_rests(world: &mut World) {
    let (spec, _) = surfaces_of_half_an_hour_ago(world, 1);
    // After a whole move, a quarter and a twelfth, a second's move is a six-hundredth of the quarter, and no more than
    // that again in the next second.
    let mut sigma = 0.6 * (1.0 + 1.0 / 3.0) * (1.0 - 1e-5);
    let first = dated(world, &spec, BTC, (600, sigma, INDEX));
    world.svm.send(&first, &[]).expect("a first move");
    for from in 601..=605 {
        // Messages that are dated apart but sent in one second may not move twice.
        let at_once = dated(world, &spec, BTC, (from, sigma * 1.000_1, INDEX));
        refused_with(world, "a move without a second's rest", JUMP, &at_once);
        world.svm.pass(1);
        let more = dated(world, &spec, BTC, (from, sigma * 1.000_6, INDEX));
        refused_with(world, "more than a second's move", JUMP, &more);
        sigma *= 1.000_5;
        let more = dated(world, &spec, BTC, (from, sigma, INDEX));
        let done = world.svm.send(&more, &[]);
        assert!(done.is_ok(), "second {from}: {done:#?}");
    }
}

fn forwards_that_jump_are_refused(world: &mut World) {
    let seconds = [1, 300, 599, 600, 1_800];
    let (spec, markets) = surfaces_of_half_an_hour_ago(world, 10);
    let mut markets = markets.into_iter();
    for from in seconds {
        // 2 % in 2^-40, of which so much is rested; nothing an hour. The first forward was the index.
        let whole = 1i128 << 40;
        let most = (whole * 2 + 50) / 100 * i128::from(from.min(600)) / 600;
        for sign in [1, -1] {
            let what = format!("{sign} times 2 % after {from} seconds");
            let market = markets.next().expect("a market for each move");
            // The least forward of that many 2^-40 of the index, which is more than 2^40.
            let of = |carry: i128| ((carry * i128::from(INDEX) + whole - 1) >> 40) as u64;
            let jump = dated(world, &spec, market, (from, 0.6, of(whole + sign * (most + 1))));
            refused_with(world, &what, JUMP, &jump);
            let step = dated(world, &spec, market, (from, 0.6, of(whole + sign * most)));
            let done = world.svm.send(&step, &[]);
            assert!(done.is_ok(), "{what}: {done:#?}");
            let carry = world.market_risk(&spec.group, market).dates()[0].carry;
            assert_eq!(i128::from(carry), whole + sign * most, "{what}");
        }
    }
}

fn a_moment_is_used_once(world: &mut World) {
    let (spec, _) = surfaces_of_half_an_hour_ago(world, 1);
    let second = dated(world, &spec, BTC, (900, 0.6, INDEX));
    world.svm.send(&second, &[]).expect("a second surface");
    // The same surface under a new number, and those of earlier moments.
    for from in [900, 899, 0, -1] {
        let again = dated(world, &spec, BTC, (from, 0.6, INDEX));
        refused_with(world, &format!("as of {from} seconds"), SEQUENCE_OLD, &again);
    }
    // It counts for the date alone: another one may be of any moment.
    let mut args = world.surface_args(&spec, BTC, &[late(0.6)]);
    args.valid_from = START + 900;
    world.svm.send(&signed(risk_program::post_surface(&args), &spec.quorum()), &[]).expect("another date");
    // Beside a date that may be posted, one that may not be is refused as well.
    let mut args = world.surface_args(&spec, BTC, &[early(0.1), middle(0.36)]);
    args.valid_from = START + 900;
    let both = signed(risk_program::post_surface(&args), &spec.quorum());
    refused_with(world, "a new date beside one of that moment", SEQUENCE_OLD, &both);
    world.svm.pass(1);
    let third = dated(world, &spec, BTC, (901, 0.6, INDEX));
    world.svm.send(&third, &[]).expect("a surface of the next second");
}

fn forwards_far_from_the_index_are_refused(world: &mut World) {
    let spec = scene(world);
    // The rules allow 2 % and 30 % a year on top, in 2^-40; a forward's share of the index is rounded down.
    let whole = 1u128 << 40;
    let share = |parts: u128| (parts * whole + 500) / 1_000;
    let bounds = |seconds: i64| {
        let years = (seconds as u128 * whole).div_ceil(YEAR as u128);
        let most = share(20) + share(300) * years / whole;
        let highest = ((u128::from(INDEX) * (whole + most + 1)).div_ceil(whole) - 1) as u64;
        let lowest = (u128::from(INDEX) * (whole - most)).div_ceil(whole) as u64;
        (lowest, highest)
    };
    let at = |seconds: i64, forward: u64| flat(START + seconds, forward, 0.25 * seconds as f64 / YEAR as f64);
    for seconds in [3_600, 30 * DAY, YEAR] {
        for seconds in [seconds, seconds + 60] {
            let (lowest, highest) = bounds(seconds);
            for forward in [highest + 1, lowest - 1, 0, u64::MAX, INDEX * 64, INDEX * 2] {
                let what = format!("{forward} in {seconds} seconds");
                refuse(world, &spec, &what, FORWARD_FAR, &[at(seconds, forward)]);
            }
        }
        // A date's forward does not leap from one end to the other, so these are two dates.
        world.set_surface(&spec, BTC, &[at(seconds, bounds(seconds).1)]);
        world.set_surface(&spec, BTC, &[at(seconds + 60, bounds(seconds + 60).0)]);
    }
}

fn messages_of_another_index_are_refused(world: &mut World) {
    let spec = scene(world);
    // 2 % of the known index by the rules, which are in 2^-40.
    let most = ((u128::from(INDEX) * (((1 << 40) * 2 + 50) / 100)) >> 40) as u64;
    let by = |world: &mut World, index: u64, day: i64| {
        // At its own index a message's forward is near; only the index itself may be far.
        let slice = flat(START + day * DAY, index.max(1), 0.01 + 0.001 * day as f64);
        let args = PostSurfaceArgs { index, ..world.surface_args(&spec, BTC, &[slice]) };
        signed(risk_program::post_surface(&args), &spec.quorum())
    };
    for index in [INDEX + most + 1, INDEX - most - 1, 0, 1, INDEX / 2, INDEX * 2, u64::MAX] {
        let far = by(world, index, 10);
        refused_with(world, &format!("at {index}"), FORWARD_FAR, &far);
    }
    for (index, day) in [(INDEX + most, 10), (INDEX - most, 20), (INDEX, 30)] {
        let near = by(world, index, day);
        let done = world.svm.send(&near, &[]);
        assert!(done.is_ok(), "at {index}: {done:#?}");
    }
    // Each is kept by its own index, so all carry nothing.
    let dates = world.market_risk(&spec.group, BTC);
    assert!(dates.dates().iter().all(|date| date.carry == 1 << 40), "{:?}", dates.dates());
    // Relayed later, what counts is the index of then.
    let waiting = by(world, INDEX, 40);
    world.set_price(&spec, BTC, PRICE / 100 * 103);
    refused_with(world, "after a rise of 3 %", FORWARD_FAR, &waiting);
    world.set_price(&spec, BTC, PRICE / 100 * 97);
    refused_with(world, "after a fall of 3 %", FORWARD_FAR, &waiting);
    world.set_price(&spec, BTC, PRICE / 1_000 * 1_019);
    world.svm.send(&waiting, &[]).expect("a message after a rise of 1.9 %");
}

fn dates_beyond_two_years_are_refused(world: &mut World) {
    let spec = scene(world);
    let ahead = |seconds: i64| flat(START + 2 * YEAR + seconds, INDEX, 0.7 + 0.01 * seconds as f64);
    let far = [ahead(1), Slice { expiry: i64::MAX, ..ahead(1) }];
    for slice in far {
        let what = format!("expiry {}", slice.expiry);
        refuse(world, &spec, &what, DATES_INVALID, &[slice]);
        refuse(world, &spec, &format!("{what} behind another"), DATES_INVALID, &[middle(0.36), slice]);
    }
    world.set_surface(&spec, BTC, &[ahead(0)]);
    // Two years count from now, not from the message's moment.
    world.svm.pass(1);
    refuse(world, &spec, "a second later", DATES_INVALID, &[ahead(2)]);
    let args = world.surface_args(&spec, BTC, &[ahead(1)]);
    let args = PostSurfaceArgs { valid_from: START, ..args };
    world.svm.send(&signed(risk_program::post_surface(&args), &spec.quorum()), &[]).expect("two years");
}

fn dates_in_the_wrong_places_are_refused(world: &mut World) {
    let spec = scene(world);
    let days = |days: i64| flat(START + days * DAY, INDEX, 0.01 + 0.001 * days as f64);
    let past = |seconds: i64| flat(START - seconds, INDEX, 0.01);
    let cases: [(&str, &[Slice]); 8] = [
        ("no date", &[]),
        ("the same twice", &[days(3), days(3)]),
        ("the same twice after another", &[days(2), days(3), days(3)]),
        ("falling dates", &[days(3), days(2)]),
        ("one back after two", &[days(2), days(4), days(3)]),
        ("now", &[past(0)]),
        ("a second ago", &[past(1), days(3)]),
        ("long ago", &[Slice { expiry: i64::MIN, ..past(0) }]),
    ];
    for (what, slices) in cases {
        refuse(world, &spec, what, DATES_INVALID, slices);
    }
    // Twelve fit, in two messages, since one transaction does not hold them.
    let twelve: Vec<_> = (1..=12).map(|day| days(2 * day)).collect();
    world.set_surface(&spec, BTC, &twelve[..6]);
    world.set_surface(&spec, BTC, &twelve[6..]);
    world.svm.pass(1);
    for day in [1, 13, 25] {
        refuse(world, &spec, "a thirteenth", DATES_INVALID, &[days(day)]);
        refuse(world, &spec, "a thirteenth beside one there is", DATES_INVALID, &{
            let mut both = [days(day), days(12)];
            both.sort_by_key(|slice| slice.expiry);
            both
        });
    }
    world.set_surface(&spec, BTC, &twelve[3..9]);
    // An expired date is remembered and takes its place, but nothing is posted for it.
    world.svm.pass(2 * DAY);
    world.set_price(&spec, BTC, PRICE);
    refuse(world, &spec, "an expired one", DATES_INVALID, &[days(2)]);
    refuse(world, &spec, "a thirteenth beside an expired one", DATES_INVALID, &[days(25)]);
}

/// What is done to a good price.
type Edit = fn(&mut PriceUpdate);

/// Publishes a price that is edited, and refreshes it.
fn refresh(world: &mut World, spec: &RiskSpec, edit: Edit) {
    let mut update = world.price_update(BTC, PRICE);
    edit(&mut update);
    let address = price_account(&spec.group, BTC);
    world.publish(&address, &update);
    world.svm.send(&[risk_program::refresh_price(&spec.group, BTC, &address)], &[]).expect("a refresh");
}

fn surfaces_wait_for_a_fresh_price(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    let surface = [middle(0.36)];
    refuse(world, &spec, "before the first price", PRICE_UNKNOWN, &surface);
    // When prices run, volatility must follow: a doubtful price will do while it is fresh.
    let doubts: [(&str, Edit); 3] = [
        ("wide", |update| update.interval = 2_000 * DOLLAR as u64),
        ("far below its average", |update| update.average = 106_000 * DOLLAR),
        ("far above its average", |update| update.average = 86_000 * DOLLAR),
    ];
    for (what, edit) in doubts {
        refresh(world, &spec, edit);
        world.svm.pass(60);
        world.set_surface(&spec, BTC, &surface);
        world.svm.pass(1);
        refuse(world, &spec, &format!("{what}, and old"), PRICE_UNKNOWN, &surface);
    }
    refresh(world, &spec, |update| update.price = 0);
    refuse(world, &spec, "none that means anything", PRICE_UNKNOWN, &surface);
    refresh(world, &spec, |_| ());
    world.set_surface(&spec, BTC, &surface);
    // A price is good for a minute, by when it was published.
    world.svm.pass(60);
    world.set_surface(&spec, BTC, &surface);
    world.svm.pass(1);
    refuse(world, &spec, "stale", PRICE_UNKNOWN, &surface);
    refresh(world, &spec, |update| update.published_at -= 60);
    world.set_surface(&spec, BTC, &surface);
    world.svm.pass(1);
    refuse(world, &spec, "stale by its own time", PRICE_UNKNOWN, &surface);
}
