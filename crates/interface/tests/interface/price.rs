//! Which prices are taken, what they make of a market's feed, and when that ends.

use crate::{code, key, rules, seen, NOW, WHOLE};
use ballast_interface::risk::{
    Attested,
    FeedState::{self, *},
    MarketRisk, MarketRules, Observation, PostSurfaceArgs, PriceCache,
};
use bytemuck::Zeroable;

/// A hundred dollars, in the oracle's 10^-8.
const HUNDRED: i64 = 10_000_000_000;

/// Prices of a market that has had one of a hundred dollars, published and refreshed now.
fn known() -> PriceCache {
    PriceCache::default().observe(&rules(), &seen(HUNDRED, NOW), NOW).unwrap()
}

fn observe(before: &PriceCache, seen: &Observation, now: i64) -> PriceCache {
    before.observe(&rules(), seen, now).unwrap()
}

fn state(prices: &PriceCache, now: i64) -> (FeedState, i64) {
    prices.state(&rules(), now)
}

#[test]
fn a_price_may_be_as_old_as_the_market_allows() {
    let fresh = PriceCache::default();
    for (age, expected) in [(0, None), (59, None), (60, None), (61, Some(6017)), (1_000_000, Some(6017))] {
        let found = fresh.observe(&rules(), &seen(HUNDRED, NOW - age), NOW);
        assert_eq!(code(found), expected, "{age} seconds old");
    }
    let older = seen(HUNDRED, i64::MIN);
    assert_eq!(code(fresh.observe(&rules(), &older, NOW)), Some(6017));
}

#[test]
fn a_price_may_come_from_ten_seconds_ahead() {
    let fresh = PriceCache::default();
    for (ahead, expected) in [(1, None), (10, None), (11, Some(6016)), (1_000_000, Some(6016))] {
        let found = fresh.observe(&rules(), &seen(HUNDRED, NOW + ahead), NOW);
        assert_eq!(code(found), expected, "{ahead} seconds ahead");
    }
    assert_eq!(code(fresh.observe(&rules(), &seen(HUNDRED, i64::MAX), NOW)), Some(6016));
}

#[test]
fn a_price_older_than_the_known_one_is_refused() {
    let found = |published_at| code(known().observe(&rules(), &seen(HUNDRED, published_at), NOW + 5));
    assert_eq!(found(NOW + 1), None);
    assert_eq!(found(NOW), None);
    assert_eq!(found(NOW - 1), Some(6018));

    // That holds for one that means nothing as well, on both sides.
    let nothing = observe(&known(), &seen(0, NOW + 3), NOW + 5);
    assert_eq!(code(nothing.observe(&rules(), &seen(HUNDRED, NOW + 2), NOW + 5)), Some(6018));
    assert_eq!(code(known().observe(&rules(), &seen(0, NOW - 1), NOW + 5)), Some(6018));
}

#[test]
fn the_first_price_begins_everything() {
    let average = 9_800_000_000;
    let first = Observation { price: HUNDRED, interval: 100_000_000, average, ..seen(HUNDRED, NOW - 7) };
    let prices = observe(&PriceCache::default(), &first, NOW);
    // The yearly volatility is a half, so a day has 1/38.2; four of these by three quarters, and a quarter of 3/8.
    let range = 0.75 * 4.0 * 0.5 / 365f64.sqrt() + 0.25 * 0.375;
    let found = prices.range as f64 / 1.099511627776e12;
    assert!(found >= range && found - range < 1e-10, "{found} is {range}, rounded up");
    let expected = PriceCache {
        index: 1_000_000_000_000,
        // What the average knows, one price does not.
        slow: 980_000_000_000,
        average: 980_000_000_000,
        // A hundredth, rounded up.
        interval: 10_995_116_278,
        published_at: NOW - 7,
        refreshed_at: NOW,
        slow_at: NOW << 12,
        variance: 274_877_906_944,
        range: prices.range,
        return_price: 1_000_000_000_000,
        return_at: NOW,
        ..PriceCache::default()
    };
    assert_eq!(prices, expected);
}

#[test]
fn the_same_price_twice_in_a_second_changes_nothing() {
    let far = Observation { average: HUNDRED * 2, interval: 5_000_000_000, ..seen(HUNDRED, NOW + 1) };
    for update in [seen(HUNDRED * 11 / 10, NOW + 1), far, seen(0, NOW + 1)] {
        let once = observe(&known(), &update, NOW + 3);
        assert_ne!(once, known());
        assert_eq!(observe(&once, &update, NOW + 3), once);
    }
}

#[test]
fn a_price_grows_stale_with_time_alone() {
    let prices = known();
    assert_eq!(state(&prices, NOW), (Good, 0));
    assert_eq!(state(&prices, NOW + 60), (Good, 60));
    assert_eq!(state(&prices, NOW + 61), (Stale, 1));
    assert_eq!(state(&prices, NOW + 1_000), (Stale, 940));
    // What counts is when it was published, not when it was read.
    let late = observe(&PriceCache::default(), &seen(HUNDRED, NOW - 50), NOW);
    assert_eq!(state(&late, NOW + 10), (Good, 60));
    assert_eq!(state(&late, NOW + 11), (Stale, 1));
}

#[test]
fn a_market_that_never_had_a_price_has_no_usable_one() {
    assert_eq!(state(&PriceCache::default(), NOW).0, Unusable);
    let nothing = observe(&PriceCache::default(), &seen(-1, NOW), NOW);
    assert_eq!((nothing.index, nothing.unusable_since), (0, NOW));
    assert_eq!(state(&nothing, NOW + 3), (Unusable, 3));
    // The first price is the first one that means something.
    let first = observe(&nothing, &seen(HUNDRED, NOW + 5), NOW + 5);
    assert_eq!((first.slow, first.return_at), (1_000_000_000_000, NOW + 5));
    assert_eq!(state(&first, NOW + 5), (Good, 0));
}

#[test]
fn an_interval_as_wide_as_the_market_allows_is_not_wide() {
    // A 64th of 64 dollars is one.
    let with = |interval| Observation { interval, ..seen(6_400_000_000, NOW) };
    let narrow = observe(&PriceCache::default(), &with(100_000_000), NOW);
    assert_eq!((narrow.interval, narrow.wide_since), (17_179_869_184, 0));
    let wide = observe(&PriceCache::default(), &with(100_000_001), NOW);
    assert_eq!((wide.interval, wide.wide_since), (17_179_869_356, NOW));
}

#[test]
fn a_price_on_the_edge_of_its_band_is_not_far() {
    // An eighth of 80 dollars is 10, either way.
    let with = |price| Observation { average: 8_000_000_000, ..seen(price, NOW) };
    let cases = [(9_000_000_000, 0), (9_000_000_001, NOW), (7_000_000_000, 0), (6_999_999_999, NOW)];
    for (price, since) in cases {
        let prices = observe(&PriceCache::default(), &with(price), NOW);
        assert_eq!(prices.far_since, since, "{price}");
    }
}

#[test]
fn wide_is_counted_from_its_first_second_to_its_end() {
    let wide = |at| Observation { interval: 1_000_000_000, ..seen(HUNDRED, at) };
    let first = observe(&known(), &wide(NOW + 10), NOW + 12);
    assert_eq!((first.wide_since, state(&first, NOW + 12)), (NOW + 12, (Wide, 0)));
    let second = observe(&first, &wide(NOW + 20), NOW + 22);
    assert_eq!((second.wide_since, state(&second, NOW + 30)), (NOW + 12, (Wide, 18)));
    // Age does not make a doubtful price better.
    assert_eq!(state(&second, NOW + 500), (Wide, 488));
    let narrow = observe(&second, &seen(HUNDRED, NOW + 30), NOW + 30);
    assert_eq!((narrow.wide_since, state(&narrow, NOW + 30)), (0, (Good, 0)));
    let again = observe(&narrow, &wide(NOW + 40), NOW + 40);
    assert_eq!(again.wide_since, NOW + 40);
}

#[test]
fn far_is_counted_from_its_first_second_to_its_end_and_hides_wide() {
    let far = |at| Observation { average: HUNDRED * 2, interval: 1_000_000_000, ..seen(HUNDRED, at) };
    let first = observe(&known(), &far(NOW + 10), NOW + 12);
    assert_eq!((first.far_since, first.wide_since), (NOW + 12, NOW + 12));
    assert_eq!(state(&first, NOW + 15), (Far, 3));
    let second = observe(&first, &far(NOW + 20), NOW + 22);
    assert_eq!((second.far_since, state(&second, NOW + 612)), (NOW + 12, (Far, 600)));
    let only_wide = Observation { average: HUNDRED, ..far(NOW + 30) };
    let near = observe(&second, &only_wide, NOW + 30);
    assert_eq!((near.far_since, state(&near, NOW + 30)), (0, (Wide, 18)));
    assert_eq!(state(&observe(&near, &seen(HUNDRED, NOW + 31), NOW + 31), NOW + 31), (Good, 0));
}

#[test]
fn what_means_nothing_is_remembered_and_changes_no_price() {
    let absurd = Observation { exponent: 1, ..seen(HUNDRED, NOW + 10) };
    let no_average = Observation { average: 0, ..seen(HUNDRED, NOW + 10) };
    for nothing in [seen(0, NOW + 10), seen(-HUNDRED, NOW + 10), absurd, no_average] {
        let prices = observe(&known(), &nothing, NOW + 12);
        let (published_at, now) = (NOW + 10, NOW + 12);
        let expected = PriceCache { published_at, refreshed_at: now, unusable_since: now, ..known() };
        assert_eq!(prices, expected, "{nothing:?}");
        assert_eq!(state(&prices, NOW + 13), (Unusable, 1));

        let still = observe(&prices, &Observation { published_at: NOW + 20, ..nothing }, NOW + 22);
        assert_eq!((still.unusable_since, state(&still, NOW + 22)), (NOW + 12, (Unusable, 10)));
        let mended = observe(&still, &seen(HUNDRED, NOW + 30), NOW + 30);
        assert_eq!((mended.unusable_since, state(&mended, NOW + 30)), (0, (Good, 0)));
    }
}

#[test]
fn what_means_nothing_hides_every_other_doubt() {
    let far = Observation { average: HUNDRED * 2, interval: 1_000_000_000, ..seen(HUNDRED, NOW + 10) };
    let doubtful = observe(&known(), &far, NOW + 10);
    let nothing = observe(&doubtful, &seen(0, NOW + 20), NOW + 20);
    assert_eq!((nothing.far_since, nothing.wide_since), (NOW + 10, NOW + 10));
    assert_eq!(state(&nothing, NOW + 1_000), (Unusable, 980));
}

#[test]
fn a_surface_needs_a_recent_price_however_doubtful_it_is() {
    let update = |edit: fn(Observation) -> Observation| edit(seen(HUNDRED, NOW));
    let good = update(|seen| seen);
    let wide = update(|seen| Observation { interval: 1_000_000_000, ..seen });
    let far = update(|seen| Observation { average: HUNDRED * 2, ..seen });
    let nothing = update(|seen| Observation { price: 0, ..seen });
    // A surface without dates is refused for that, once the price will do.
    let (will_do, unknown) = (Some(6031), Some(6039));
    let cases =
        [("good", good, will_do), ("wide", wide, will_do), ("far", far, will_do), ("none", nothing, unknown)];
    for (what, update, fresh) in cases {
        let mut risk = MarketRisk::zeroed();
        (risk.version, risk.market, risk.rules, risk.price) = (1, 1, rules(), known());
        risk.refresh(&update, NOW).unwrap();
        for (now, expected) in [(NOW + 60, fresh), (NOW + 61, unknown)] {
            let args = PostSurfaceArgs {
                group: key(1),
                market: 1,
                epoch: 1,
                sequence: 1,
                valid_from: now,
                valid_until: now + 60,
                index: 1_000_000_000_000,
                slices: vec![],
            };
            let mut risk = risk;
            assert_eq!(code(risk.post_surface(&args, now)), expected, "{what}, {} seconds old", now - NOW);
        }
    }
}

/// A price far from its average that is wide as well must wait for both: here the grace is the longer wait.
#[test]
fn two_doubts_wait_for_both() {
    let rules = rules();
    let (grace, pause) = (i64::from(rules.feed.wide_grace), i64::from(rules.feed.far_pause));
    let liquidate = |wide_since: i64, far_since: i64, now: i64| {
        // As wide and as far as the times say.
        let interval = if wide_since == 0 { 0 } else { rules.feed.max_interval + 1 };
        let average = if far_since == 0 { known().index } else { 2 * known().index };
        let prices = PriceCache { published_at: now, interval, average, wide_since, far_since, ..known() };
        prices.permitted(&rules, now) >> 3 & 1
    };
    // Far for long, wide since now: the grace counts.
    assert_eq!(liquidate(NOW, NOW - 10 * pause, NOW + grace - 1), 0);
    assert_eq!(liquidate(NOW, NOW - 10 * pause, NOW + grace), 1);
    // Wide for long, far since now: the pause counts.
    assert_eq!(liquidate(NOW - 10 * grace, NOW, NOW + pause - 1), 0);
    assert_eq!(liquidate(NOW - 10 * grace, NOW, NOW + pause), 1);
    assert_eq!(liquidate(NOW, 0, NOW + grace), 1);
}

#[test]
fn doubts_are_judged_by_the_rules_of_now() {
    let with = |edit: fn(&mut MarketRules, i64), bound: i64| {
        let mut rules = rules();
        edit(&mut rules, bound);
        rules
    };
    let interval: fn(&mut MarketRules, i64) = |rules, bound| rules.feed.max_interval = bound;
    let band: fn(&mut MarketRules, i64) = |rules, bound| rules.feed.band = bound;
    // A thousandth, rounded up; and 90 dollars beside an average of 80, an eighth.
    let narrow = known();
    let apart = Observation { average: 8_000_000_000, ..seen(9_000_000_000, NOW) };
    let near = observe(&PriceCache::default(), &apart, NOW);
    for (prices, edit, bound, doubt) in
        [(narrow, interval, 1_099_511_628, Wide), (near, band, WHOLE / 8, Far)]
    {
        assert_eq!((prices.wide_since, prices.far_since, state(&prices, NOW + 7)), (0, 0, (Good, 7)));
        let (held, tighter) = (with(edit, bound), with(edit, bound - 1));
        assert_eq!(prices.state(&held, NOW + 7), (Good, 7), "{doubt:?}");
        assert!(!prices.is_doubtful(&held) && prices.is_doubtful(&tighter), "{doubt:?}");
        // At once, and as if it had been so since the price was refreshed.
        assert_eq!(prices.state(&tighter, NOW + 7), (doubt, 7));
        let wait = i64::from(if doubt == Wide { tighter.feed.wide_grace } else { tighter.feed.far_pause });
        let liquidate = |now| prices.permitted(&tighter, now) >> 3 & 1;
        assert_eq!((liquidate(NOW + wait - 1), liquidate(NOW + wait)), (0, 1), "{doubt:?}");
        assert_eq!(prices.permitted(&held, NOW) & 1, 1, "{doubt:?}");
        assert_eq!(prices.permitted(&tighter, NOW) & 1, 0, "{doubt:?}");
        // The other way round: what a wider bound allows is no doubt any more, however long it was one.
        let doubtful = PriceCache { wide_since: NOW - 9, far_since: NOW - 9, ..prices };
        assert_eq!(doubtful.state(&held, NOW + 7), (Good, 7), "{doubt:?}");
        assert!(!doubtful.is_doubtful(&held), "{doubt:?}");
        // What was one before still counts from its first second.
        assert_eq!(doubtful.state(&tighter, NOW + 7), (doubt, 16));
    }
    // Age is no doubt.
    assert_eq!(state(&narrow, NOW + 1_000).0, Stale);
    assert!(!narrow.is_doubtful(&rules()));
    assert!(PriceCache::default().is_doubtful(&rules()));
    assert!(PriceCache { unusable_since: 1, ..narrow }.is_doubtful(&rules()));
    // A doubt that only the rules of now see, refreshed at the beginning of time, is one.
    let ancient = PriceCache { refreshed_at: 0, ..narrow };
    assert!(ancient.is_doubtful(&with(interval, 1)));
}

#[test]
fn a_price_in_two_doubts_that_only_the_rules_of_now_see_waits_for_both() {
    let mut rules = rules();
    (rules.feed.wide_grace, rules.feed.far_pause) = (900, 600);
    (rules.feed.max_interval, rules.feed.band) = (1, 1);
    let prices = PriceCache { average: known().index + 1_000, ..known() };
    assert_eq!(prices.state(&rules, NOW + 5), (Far, 5));
    let liquidate = |now| prices.permitted(&rules, now) >> 3 & 1;
    assert_eq!((liquidate(NOW + 600), liquidate(NOW + 899), liquidate(NOW + 900)), (0, 0, 1));
    // Near enough now: the interval alone counts, and when its bound is wider, neither.
    rules.feed.band = WHOLE;
    assert_eq!(prices.state(&rules, NOW + 5), (Wide, 5));
    rules.feed.max_interval = WHOLE;
    assert_eq!(prices.state(&rules, NOW + 5), (Good, 5));
}

#[test]
fn a_raised_floor_holds_at_once() {
    let mut risk = MarketRisk::zeroed();
    (risk.version, risk.market, risk.rules) = (1, 1, rules());
    risk.price = PriceCache { range: WHOLE / 8, ..known() };
    // In sixteenths: range, floor, what holds, and what holds when it is doubled; the cap is eight.
    for (range, floor, plain, doubled) in
        [(2, 2, 2, 4), (2, 3, 3, 6), (3, 2, 3, 6), (3, 4, 4, 8), (2, 5, 5, 8), (1, 1, 1, 2)]
    {
        let sixteenths = |n: i64| n * (WHOLE / 16);
        risk.price.range = sixteenths(range);
        risk.rules.predictor.floor = sixteenths(floor);
        risk.attested = Attested::default();
        assert_eq!(risk.range(NOW).0, sixteenths(plain), "{range} {floor}");
        risk.attested = Attested { multiplier: 2 * WHOLE, until: NOW + 5 };
        assert_eq!(risk.range(NOW).0, sixteenths(doubled), "{range} {floor}");
        assert_eq!(risk.range(NOW + 5).0, sixteenths(plain), "{range} {floor}: lapsed");
    }
}
