//! Which prices let an account be liquidated, which keep whoever waits for prices waiting, and which nobody waits for.

use crate::{rules, seen, NOW};
use ballast_interface::risk::{FeedState, FeedState::*, MarketRisk, Observation};
use bytemuck::Zeroable;

/// A hundred dollars, in the oracle's 10^-8.
const HUNDRED: i64 = 10_000_000_000;
/// A day.
const DAY: i64 = 86_400;

/// A market with a good price of now.
fn priced() -> MarketRisk {
    let mut risk = MarketRisk::zeroed();
    (risk.version, risk.market, risk.rules) = (1, 1, rules());
    risk.refresh(&seen(HUNDRED, NOW), NOW).expect("a price");
    risk
}

/// The same with another price of a second later.
fn then(edit: impl Fn(&mut Observation)) -> MarketRisk {
    let mut risk = priced();
    let mut update = seen(HUNDRED, NOW + 1);
    edit(&mut update);
    risk.refresh(&update, NOW + 1).expect("a price");
    risk
}

/// A price of an interval of a tenth, where a 64th is allowed.
fn wide(update: &mut Observation) {
    update.interval = 1_000_000_000;
}

/// A price of half its average, where an eighth is allowed.
fn far(update: &mut Observation) {
    update.average = 2 * HUNDRED;
}

/// What means nothing.
fn nothing(update: &mut Observation) {
    update.price = 0;
}

/// Asserts state and answer so many seconds after [`NOW`], for each.
#[track_caller]
fn assert_lets(risk: &MarketRisk, cases: &[(i64, FeedState, Option<bool>)]) {
    for (seconds, state, expected) in cases {
        assert_eq!(risk.price_state(NOW + seconds).0, *state, "after {seconds} seconds");
        assert_eq!(risk.lets_liquidate(NOW + seconds), *expected, "after {seconds} seconds");
    }
}

/// A good price permits it, and so does one that has grown stale, until that has lasted for a day.
#[test]
fn a_price_that_falls_silent_permits_it_for_a_day() {
    let cases = [
        (0, Good, Some(true)),
        (60, Good, Some(true)),
        (61, Stale, Some(true)),
        (60 + DAY - 1, Stale, Some(true)),
        (60 + DAY, Stale, None),
        (60 + DAY + 1, Stale, None),
        (1_000 * DAY, Stale, None),
    ];
    assert_lets(&priced(), &cases);
}

/// Silence counts from when a price is too old by the rules of now, and from when it was published.
#[test]
fn silence_begins_where_the_rules_of_now_say() {
    let mut risk = priced();
    risk.rules.feed.max_age = 600;
    assert_lets(
        &risk,
        &[(600, Good, Some(true)), (600 + DAY - 1, Stale, Some(true)), (600 + DAY, Stale, None)],
    );
    let mut risk = MarketRisk::zeroed();
    (risk.version, risk.market, risk.rules) = (1, 1, rules());
    risk.refresh(&seen(HUNDRED, NOW - 50), NOW).expect("a price");
    assert_lets(&risk, &[(10 + DAY - 1, Stale, Some(true)), (10 + DAY, Stale, None)]);
}

/// A wide price permits it after its grace of two minutes, and is never gone, however old it is.
#[test]
fn a_wide_price_permits_it_after_its_grace() {
    let cases = [
        (1, Wide, Some(false)),
        (120, Wide, Some(false)),
        (121, Wide, Some(true)),
        (60 + DAY, Wide, Some(true)),
        (61 + DAY, Wide, Some(true)),
        (1_000 * DAY, Wide, Some(true)),
    ];
    assert_lets(&then(wide), &cases);
    // A wait of more than a day is no day without a price.
    let mut slow = then(wide);
    slow.rules.feed.wide_grace = 2 * DAY as u32;
    let cases = [(1 + DAY, Wide, Some(false)), (2 * DAY, Wide, Some(false)), (1 + 2 * DAY, Wide, Some(true))];
    assert_lets(&slow, &cases);
}

/// One far from its average does after its pause of ten minutes, and is never gone, either.
#[test]
fn a_far_price_permits_it_after_its_pause() {
    let cases = [
        (1, Far, Some(false)),
        (600, Far, Some(false)),
        (601, Far, Some(true)),
        (60 + DAY, Far, Some(true)),
        (61 + DAY, Far, Some(true)),
        (1_000 * DAY, Far, Some(true)),
    ];
    assert_lets(&then(far), &cases);
    let mut slow = then(far);
    slow.rules.feed.far_pause = 2 * DAY as u32;
    let cases = [(1 + DAY, Far, Some(false)), (2 * DAY, Far, Some(false)), (1 + 2 * DAY, Far, Some(true))];
    assert_lets(&slow, &cases);
}

/// One that is both waits for both.
#[test]
fn a_price_in_two_doubts_waits_for_the_longer() {
    let mut risk = then(|update| {
        wide(update);
        far(update);
    });
    assert_lets(&risk, &[(121, Far, Some(false)), (600, Far, Some(false)), (601, Far, Some(true))]);
    risk.rules.feed.wide_grace = 900;
    assert_lets(&risk, &[(601, Far, Some(false)), (900, Far, Some(false)), (901, Far, Some(true))]);
}

/// What means nothing forbids it, until that has lasted for a day.
#[test]
fn what_means_nothing_forbids_it_for_a_day() {
    let cases = [
        (1, Unusable, Some(false)),
        (601, Unusable, Some(false)),
        // So long the price has been silent by then.
        (60 + DAY - 60, Unusable, Some(false)),
        (1 + DAY - 1, Unusable, Some(false)),
        (1 + DAY, Unusable, None),
        (1 + DAY + 1, Unusable, None),
        (1_000 * DAY, Unusable, None),
    ];
    assert_lets(&then(nothing), &cases);
}

/// More of what means nothing is no new beginning; a price that means something is.
#[test]
fn a_day_without_a_price_is_one_without_any() {
    let mut risk = then(nothing);
    let again = |at: i64| Observation { price: 0, ..seen(HUNDRED, NOW + at) };
    risk.refresh(&again(DAY), NOW + DAY).expect("it is remembered");
    assert_lets(&risk, &[(DAY, Unusable, Some(false)), (1 + DAY, Unusable, None)]);
    // A good one at last, in the last second, or much later.
    for back in [DAY, 3 * DAY] {
        let mut risk = risk;
        risk.refresh(&seen(HUNDRED, NOW + back), NOW + back).expect("a price");
        assert_lets(&risk, &[(back, Good, Some(true)), (back + 60 + DAY - 1, Stale, Some(true))]);
        assert_lets(&risk, &[(back + 60 + DAY, Stale, None)]);
        let gone = back + 5;
        risk.refresh(&again(gone), NOW + gone).expect("it is remembered");
        assert_lets(&risk, &[(gone, Unusable, Some(false)), (gone + DAY - 1, Unusable, Some(false))]);
        assert_lets(&risk, &[(gone + DAY, Unusable, None)]);
    }
    // A doubtful one ends it, too.
    let mut update = seen(HUNDRED, NOW + 2 * DAY);
    wide(&mut update);
    risk.refresh(&update, NOW + 2 * DAY).expect("a price");
    assert_lets(&risk, &[(2 * DAY, Wide, Some(false)), (2 * DAY + 119, Wide, Some(false))]);
    assert_lets(&risk, &[(2 * DAY + 120, Wide, Some(true))]);
}

/// One that means nothing hides every other doubt, and a doubt that was there before is there again after it.
#[test]
fn what_means_nothing_hides_waits_that_are_over() {
    for doubt in [wide, far] {
        let mut risk = then(doubt);
        let update = Observation { price: 0, ..seen(HUNDRED, NOW + 1_000) };
        risk.refresh(&update, NOW + 1_000).expect("it is remembered");
        let cases = [
            (1_000, Unusable, Some(false)),
            (1_000 + DAY - 1, Unusable, Some(false)),
            (1_000 + DAY, Unusable, None),
        ];
        assert_lets(&risk, &cases);
    }
}

/// A market that has never had a price has been without one for ever.
#[test]
fn nobody_waits_for_a_first_price() {
    let mut risk = MarketRisk::zeroed();
    (risk.version, risk.market, risk.rules) = (1, 1, rules());
    assert_lets(&risk, &[(0, Unusable, None)]);
    // Since the first word that means nothing, it counts from that.
    risk.refresh(&Observation { price: 0, ..seen(HUNDRED, NOW) }, NOW).expect("it is remembered");
    let cases = [(0, Unusable, Some(false)), (DAY - 1, Unusable, Some(false)), (DAY, Unusable, None)];
    assert_lets(&risk, &cases);
}
