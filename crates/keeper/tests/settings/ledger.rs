//! One try at a time for each target, less often the more it fails.

use ballast_keeper::attempt::{Ledger, Limits, Verdict};
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

fn ledger() -> Ledger {
    Ledger::new(Limits { backoff: SECOND, most: 5 * SECOND, quarantine_after: 5, quarantine: 60 * SECOND })
}

/// Tries something and says how long it waits then.
fn tries(ledger: &Ledger, verdict: Verdict, now: Instant) -> u64 {
    ledger.claim("it", now).expect("free").settle(verdict, now).as_secs()
}

#[test]
fn one_try_at_a_time() {
    let (ledger, now) = (ledger(), Instant::now());
    let claim = ledger.claim("it", now).expect("free");
    assert!(ledger.claim("it", now).is_none() && !ledger.is_free("it", now));
    assert!(ledger.claim("another", now).is_some());
    // Whoever gives up without a verdict leaves no trace.
    drop(claim);
    assert!(ledger.claim("it", now).is_some());
}

#[test]
fn failures_wait_twice_as_long_each_time_and_are_put_aside_at_last() {
    let ledger = ledger();
    let mut now = Instant::now();
    for (count, wait) in [1, 2, 4, 5, 60, 60].into_iter().enumerate() {
        assert_eq!(tries(&ledger, Verdict::Failed, now), wait, "failure {count}");
        let before = now + Duration::from_secs(wait) - Duration::from_millis(1);
        assert!(!ledger.is_free("it", before) && ledger.claim("it", before).is_none());
        assert_eq!(ledger.quarantined(before), usize::from(wait == 60));
        now += Duration::from_secs(wait);
        assert!(ledger.is_free("it", now));
    }
    assert_eq!(tries(&ledger, Verdict::Done, now), 0);
    assert_eq!(tries(&ledger, Verdict::Failed, now), 1, "what went well is forgiven");
}

#[test]
fn lost_races_are_no_failures() {
    let ledger = ledger();
    let mut now = Instant::now();
    for wait in [1, 2, 3, 4, 5, 5, 5] {
        assert_eq!(tries(&ledger, Verdict::Superseded, now), wait);
        now += Duration::from_secs(wait);
    }
    assert_eq!((ledger.superseded("it"), ledger.quarantined(now)), (7, 0));
    assert_eq!(tries(&ledger, Verdict::Failed, now), 1);
    tries(&ledger, Verdict::Done, now + 9 * SECOND);
    assert_eq!(ledger.superseded("it"), 0);
}

#[test]
fn a_dry_run_tells_each_thing_now_and_then() {
    let (ledger, now) = (ledger(), Instant::now());
    assert_eq!(tries(&ledger, Verdict::Dry, now), 5);
    assert!(ledger.claim("it", now + 4 * SECOND).is_none());
    assert!(ledger.claim("it", now + 5 * SECOND).is_some());
}

#[test]
fn old_rows_are_forgotten() {
    let (ledger, now) = (ledger(), Instant::now());
    for number in 0..20_000 {
        let at = now + SECOND * (number / 10);
        ledger.claim(&format!("target {number}"), at).expect("free").settle(Verdict::Failed, at);
    }
    assert!(ledger.len() < 11_000, "{}", ledger.len());
}

#[test]
fn a_silent_node_puts_nothing_aside() {
    let ledger = ledger();
    let mut now = Instant::now();
    for wait in [1, 2, 4, 5, 5, 5, 5, 5] {
        assert_eq!(tries(&ledger, Verdict::Passing, now), wait);
        assert_eq!(ledger.quarantined(now), 0);
        now += Duration::from_secs(wait);
    }
    assert_eq!(tries(&ledger, Verdict::Failed, now), 1, "it is the first failure");
}

#[test]
fn what_may_land_yet_stays_claimed() {
    let (ledger, now) = (ledger(), Instant::now());
    assert_eq!(tries(&ledger, Verdict::Open, now), 120);
    assert!(ledger.claim("it", now + 119 * SECOND).is_none());
    assert!(ledger.claim("it", now + 120 * SECOND).is_some());
    assert_eq!(ledger.quarantined(now), 0);
}
