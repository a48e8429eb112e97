//! How fast the engine and its floating-point twin are on this machine, in one thread:
//! `cargo bench -p ballast-margin --features twin`.

mod books;
#[path = "../tests/common/mod.rs"]
mod common;

use ballast_margin::model::Model;
use ballast_margin::presets::{BALLAST, PMRM};
use ballast_margin::{assess, twin, Desk};
use common::World;
use criterion::{criterion_group, criterion_main, Criterion, SamplingMode, Throughput};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rows that the longer of two assessments has more than the shorter.
const ROWS: usize = 20;

criterion_group!(benches, cells, accounts);
criterion_main!(benches);

/// What one more strike in one more row takes: two assessments, one of them without the last rows.
fn cells(criterion: &mut Criterion) {
    let world = books::chain();
    let full = BALLAST;
    let short = Model { rows: &full.rows[..full.rows.len() - ROWS], ..full };
    let mut group = criterion.benchmark_group("cell");
    group.throughput(Throughput::Elements((world.legs.len() * ROWS) as u64));
    // Few samples, all long: a difference of times that others disturb is noise.
    group.sampling_mode(SamplingMode::Flat).sample_size(20);
    let mut desk = Desk::new();
    group.bench_function("engine", |bench| {
        bench.iter_custom(|count| {
            difference(count, |rows| engine(&mut desk, if rows { &full } else { &short }, &world))
        })
    });
    group.bench_function("twin", |bench| {
        bench.iter_custom(|count| {
            difference(count, |rows| floating(if rows { &full } else { &short }, &world))
        })
    });
    group.finish();
}

/// Whole assessments of accounts of ten legs.
fn accounts(criterion: &mut Criterion) {
    let world = books::account();
    for (name, model) in [("account, BALLAST", BALLAST), ("account, PMRM", PMRM)] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(1));
        let mut desk = Desk::new();
        group.bench_function("engine", |bench| bench.iter(|| engine(&mut desk, &model, &world)));
        group.bench_function("twin", |bench| bench.iter(|| floating(&model, &world)));
        group.finish();
    }
}

fn engine(desk: &mut Desk, model: &Model, world: &World) {
    let (snapshot, book) = (world.snapshot(), world.book());
    let report = assess(desk, black_box(model), black_box(&snapshot), black_box(&book));
    let _ = black_box(report.expect("the book can be margined"));
}

fn floating(model: &Model, world: &World) {
    let (snapshot, book) = (world.snapshot(), world.book());
    let _ = black_box(twin::assess(black_box(model), black_box(&snapshot), black_box(&book)));
}

/// So many times what the fastest run with all rows takes more than the fastest with fewer; both in turns.
fn difference(count: u64, mut run: impl FnMut(bool)) -> Duration {
    let mut timed = |rows| {
        let start = Instant::now();
        run(rows);
        start.elapsed()
    };
    let (mut long, mut short) = (Duration::MAX, Duration::MAX);
    for _ in 0..count {
        long = long.min(timed(true));
        short = short.min(timed(false));
    }
    long.saturating_sub(short).mul_f64(count as f64)
}
