//! How fast all accounts are scanned on this machine, in one thread, and how much memory they take:
//! `cargo bench -p ballast-keeper --bench scan`.
//!
//! Times are those of the thread on a core, where the system tells them: what else runs does not count.

#[path = "../tests/scan/scene.rs"]
#[allow(dead_code)] // The tests need more of it.
mod scene;

use ballast_keeper::scan::Scanner;
use criterion::{criterion_group, criterion_main, Criterion, SamplingMode, Throughput};
use scene::{key, Rng, Scene, NOW};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Accounts of every scan.
const ACCOUNTS: usize = 100_000;
/// Positions of every account.
const LEGS: usize = 10;

criterion_group!(benches, everything, one_price);
criterion_main!(benches);

/// All accounts, where each trades few dates of its markets, and where its positions lie anywhere.
fn everything(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("all of 100 000 accounts");
    group.throughput(Throughput::Elements(ACCOUNTS as u64));
    group.sampling_mode(SamplingMode::Flat).sample_size(10).warm_up_time(Duration::from_secs(1));
    for (name, dates) in [("usual", 3), ("scattered", 8)] {
        let mut scanner = Scene::usual(ACCOUNTS, LEGS, dates, 1).scanner();
        let (mut now, mut fastest) = (NOW, Duration::MAX);
        group.bench_function(name, |bench| {
            bench.iter_custom(|count| {
                let scan = || {
                    // No price is as it was a second ago.
                    now = if now == NOW { NOW + 1 } else { NOW };
                    assert_eq!(scanner.rescan_all(now), ACCOUNTS);
                };
                timed(count, &mut fastest, scan)
            })
        });
        let (memory, below) = (scanner.memory() >> 20, scanner.below_maintenance().count());
        println!(
            "{name}: {fastest:?} at the fastest, {memory} MiB held, {below} below maintenance, {} unfit\n",
            scanner.unfit().count()
        );
    }
    group.finish();
}

/// The accounts that hold something of the one market whose price changed.
fn one_price(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a price that some of 100 000 accounts depend on");
    group.sampling_mode(SamplingMode::Flat).sample_size(10).warm_up_time(Duration::from_secs(1));
    for holders in [1_000, 10_000, 50_000] {
        let mut scanner = held_by(holders);
        // Too short for the system's clock by itself.
        let mut fastest = Duration::MAX;
        let mut risk = *scanner.risk(1).expect("the market's risk");
        group.throughput(Throughput::Elements(holders as u64));
        group.bench_function(holders.to_string(), |bench| {
            bench.iter_custom(|count| {
                let scan = || {
                    risk.price.index ^= 1 << 20;
                    scanner.set_risk(risk);
                    assert_eq!(scanner.rescan(NOW), holders);
                };
                timed(count, &mut fastest, scan)
            })
        });
    }
    group.finish();
}

/// How long so many scans take; and the fastest so far, which others disturbed least.
fn timed(count: u64, fastest: &mut Duration, mut scan: impl FnMut()) -> Duration {
    let mut all = Duration::ZERO;
    for _ in 0..count {
        let start = on_core();
        scan();
        let took = on_core() - start;
        (all, *fastest) = (all + took, took.min(*fastest));
    }
    all
}

/// Time that the thread has had a core; the time of day where the system does not tell.
fn on_core() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|told| told.split(' ').next()?.parse().ok());
    let since = || SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970");
    nanos.map_or_else(since, Duration::from_nanos)
}

/// A scanner of accounts so many of which hold something of the first market.
fn held_by(holders: usize) -> Scanner {
    let (mut scene, mut rng) = (Scene::empty(), Rng(2));
    for place in 0..ACCOUNTS {
        // Spread over all accounts.
        let holds = place * holders / ACCOUNTS != (place + 1) * holders / ACCOUNTS;
        let other = 2 + rng.below(7) as u16;
        let numbers = if holds { vec![1, other] } else { vec![other] };
        let account = scene.usual_account(&mut rng, &numbers, LEGS, 3);
        scene.accounts.push((key(place), account));
    }
    let mut scanner = scene.scanner();
    scanner.rescan(NOW);
    scanner
}
