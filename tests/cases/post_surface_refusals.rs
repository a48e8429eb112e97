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
    forwards_far_from_the_index_are_refused,
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

/// A message as of some seconds after the beginning, for the year's end at a volatility.
fn dated(world: &mut World, spec: &RiskSpec, from: i64, sigma: f64) -> [Instruction; 2] {
    let slice = middle(sigma * sigma * (YEAR - from) as f64 / YEAR as f64);
    let args = world.surface_args(spec, BTC, &[slice]);
    let (valid_from, valid_until) = (START + from, START + from + 3_600);
    let args = PostSurfaceArgs { valid_from, valid_until, ..args };
    signed(risk_program::post_surface(&args), &spec.quorum())
}

fn volatilities_that_jump_are_refused(world: &mut World) {
    let spec = scene(world);
    let first = dated(world, &spec, 0, 0.6);
    world.svm.send(&first, &[]).expect("a first surface");
    // A quarter at once and half an hour at half an hour's pace: seconds between slices, and the factor.
    let mut tries = vec![(0, 1.25)];
    world.svm.pass(1_800);
    world.set_price(&spec, BTC, PRICE);
    tries.extend([(900, 1.375), (1_800, 1.5)]);
    for (from, factor) in tries {
        for (what, sigma) in [("up", 0.6 * factor * (1.0 + 1e-6)), ("down", 0.6 / factor * (1.0 - 1e-6))] {
            let jump = dated(world, &spec, from, sigma);
            refused_with(world, &format!("{what} after {from} seconds"), JUMP, &jump);
        }
    }
    // As far as that it may go. What counts is the moment of the slice, not that of the transaction.
    for (from, sigma) in [
        (900, 0.6 * 1.375 * (1.0 - 1e-6)),
        (900, 0.6 * 1.375 / 1.25),
        (1_800, 0.6 * 1.375 / 1.25 / 1.375 * (1.0 + 2e-6)),
    ] {
        let step = dated(world, &spec, from, sigma);
        let done = world.svm.send(&step, &[]);
        assert!(done.is_ok(), "{from} seconds, {sigma}: {done:#?}");
    }
    let back = dated(world, &spec, 1_799, 0.48);
    refused_with(world, "a slice of an earlier moment in a later message", SEQUENCE_OLD, &back);
}

fn forwards_far_from_the_index_are_refused(world: &mut World) {
    let spec = scene(world);
    // The rules allow 2 % and 30 % a year on top, in 2^-40; a forward's share of the index is rounded down.
    let whole = 1u128 << 40;
    let share = |parts: u128| (parts * whole + 500) / 1_000;
    for seconds in [3_600, 30 * DAY, YEAR] {
        let years = (seconds as u128 * whole).div_ceil(YEAR as u128);
        let most = share(20) + share(300) * years / whole;
        let highest = ((u128::from(INDEX) * (whole + most + 1)).div_ceil(whole) - 1) as u64;
        let lowest = (u128::from(INDEX) * (whole - most)).div_ceil(whole) as u64;
        let at = |forward: u64| flat(START + seconds, forward, 0.25 * seconds as f64 / YEAR as f64);
        for forward in [highest + 1, lowest - 1, 0, u64::MAX, INDEX * 64, INDEX * 2] {
            refuse(world, &spec, &format!("{forward} in {seconds} seconds"), FORWARD_FAR, &[at(forward)]);
        }
        world.set_surface(&spec, BTC, &[at(highest)]);
        world.set_surface(&spec, BTC, &[at(lowest)]);
    }
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
