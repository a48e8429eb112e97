//! Data of the program itself: tables with pointers in them, and statics that are written.

// Reading a static through its address is the point, not a detour.
#![allow(static_mut_refs)]

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicU8, AtomicUsize, Ordering};
use std::sync::OnceLock;

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![
    functions,
    texts,
    objects,
    records,
    nested_tables,
    reference_table,
    empty_statics,
    own_section,
    lookup,
    atomics,
    compare_exchange,
    mutable,
    locals,
    once
];

/// LLVM would like to make distances of such a table.
static REFERENCES: [&u64; 5] = [&1, &10, &100, &1000, &10_000];

fn reference_table(input: &mut Input, output: &mut Output) {
    let pick = |index: usize| match index {
        0 => "none",
        1 => "one",
        2 => "a few",
        3 => "many",
        _ => "more than can be counted",
    };
    output.put((*REFERENCES[input.index(5)], pick(input.index(6))));
}

/// Nothing at all, with an address all the same.
static EMPTY: [[u8; 32]; 0] = [];
static UNIT: () = ();

fn empty_statics(input: &mut Input, output: &mut Output) {
    let empty = core::hint::black_box(&EMPTY);
    let total: usize = empty.iter().map(|row| row.len()).sum();
    output.put((
        total,
        empty.len(),
        empty.get(input.index(3)).is_none(),
        size_of_val(core::hint::black_box(&UNIT)),
    ));
}

#[link_section = ".own_data"]
static OWN: [u32; 4] = [5, 6, 7, 8];

#[inline(never)]
#[link_section = ".own_code"]
fn own(value: u32) -> u32 {
    value.rotate_left(7) ^ OWN[value as usize % 4]
}

fn own_section(input: &mut Input, output: &mut Output) {
    output.put(own(input.u32()));
}

static FUNCTIONS: [fn(u64, u64) -> u64; 6] = [
    u64::wrapping_add,
    u64::wrapping_mul,
    |a, b| a ^ b.rotate_left(3),
    u64::min,
    |a, b| a.checked_div(b).unwrap_or(7),
    u64::abs_diff,
];

fn functions(input: &mut Input, output: &mut Output) {
    let mut value = input.u64();
    for _ in 0..5 {
        value = FUNCTIONS[input.index(6)](value, input.u64());
    }
    output.put((value, FUNCTIONS[0] as usize == FUNCTIONS[1] as usize));
}

static TEXTS: [&str; 7] = ["", "a", "margin is too low", "größe", "0123456789", "\n", "last"];

fn texts(input: &mut Input, output: &mut Output) {
    output.put((TEXTS[input.index(7)], TEXTS[input.index(7)].len(), TEXTS.concat().as_str()));
}

trait Rule: Sync {
    fn apply(&self, value: i128) -> Option<i128>;
    fn name(&self) -> &'static str;
}

struct Scale(i128);
struct Limit {
    low: i128,
    high: i128,
    name: &'static str,
}

impl Rule for Scale {
    fn apply(&self, value: i128) -> Option<i128> {
        value.checked_mul(self.0)
    }
    fn name(&self) -> &'static str {
        "scale"
    }
}

impl Rule for Limit {
    fn apply(&self, value: i128) -> Option<i128> {
        (self.low..=self.high).contains(&value).then_some(value)
    }
    fn name(&self) -> &'static str {
        self.name
    }
}

static RULES: [&dyn Rule; 4] = [
    &Scale(-3),
    &Limit { low: -1000, high: i128::MAX, name: "floor" },
    &Scale(1 << 70),
    &Limit { low: i128::MIN, high: 1 << 90, name: "ceiling" },
];

fn objects(input: &mut Input, output: &mut Output) {
    let mut value = Some(input.i128());
    for _ in 0..3 {
        let rule = RULES[input.index(4)];
        value = value.and_then(|value| rule.apply(value));
        output.put((rule.name(), value));
    }
}

struct Record {
    name: &'static str,
    weights: &'static [u32],
    next: Option<&'static Record>,
    wide: u128,
    run: fn(&Record) -> u64,
}

const fn record(name: &'static str, weights: &'static [u32], next: Option<&'static Record>) -> Record {
    Record { name, weights, next, wide: name.len() as u128 * 0x1_0000_0000_0000_0001, run: weigh }
}

fn weigh(record: &Record) -> u64 {
    record.weights.iter().map(|weight| *weight as u64).sum::<u64>() + record.name.len() as u64
}

static FIRST: Record = record("first", &[1, 2, 3], None);
static SECOND: Record = record("second", &[], Some(&FIRST));
static THIRD: Record =
    Record { run: |record| record.wide as u64, ..record("third", &[u32::MAX; 5], Some(&SECOND)) };

fn records(input: &mut Input, output: &mut Output) {
    let mut place = Some([&FIRST, &SECOND, &THIRD][input.index(3)]);
    while let Some(record) = place {
        output.put((record.name, (record.run)(record), record.wide, record.weights.last().copied()));
        place = record.next;
    }
}

type Members = &'static [(&'static str, &'static [i64])];

static GROUPS: &[(&str, Members)] =
    &[("empty", &[]), ("one", &[("x", &[-1, 2, i64::MIN])]), ("two", &[("y", &[]), ("z", &[7, 8])])];

fn nested_tables(input: &mut Input, output: &mut Output) {
    let (name, members) = GROUPS[input.index(3)];
    output.put((name, members.len()));
    for (member, values) in members {
        output.put((*member, values.iter().copied().fold(0, i64::wrapping_add)));
    }
}

static SQUARES: [u128; 64] = {
    let mut squares = [0; 64];
    let mut place = 0;
    while place < 64 {
        squares[place] = ((place as u128 + 1) << 57) * ((place as u128 + 1) << 57);
        place += 1;
    }
    squares
};
static SIGNED: [i16; 5] = [-1, i16::MIN, 0, 300, i16::MAX];
static FLOATS: [f64; 4] = [0.1, -1e300, f64::INFINITY, 2.5];

fn lookup(input: &mut Input, output: &mut Output) {
    output.put((SQUARES[input.index(64)], SIGNED[input.index(5)], FLOATS[input.index(4)]));
    output.put(SQUARES.binary_search(&input.u128()).unwrap_or_else(|place| place));
}

static COUNTER: AtomicU64 = AtomicU64::new(0);
static SMALL: AtomicU8 = AtomicU8::new(0);
static FLAG: AtomicBool = AtomicBool::new(false);
static SIZE: AtomicUsize = AtomicUsize::new(0);
static DOUBLE: AtomicU32 = AtomicU32::new(0);

/// What was left by the input before is zero again: each one cleans up.
fn atomics(input: &mut Input, output: &mut Output) {
    let order = Ordering::SeqCst;
    output.put((
        COUNTER.load(order),
        SMALL.load(order),
        FLAG.load(order),
        SIZE.load(order),
        DOUBLE.load(order),
    ));
    for _ in 0..4 {
        output
            .put((COUNTER.fetch_add(input.u64(), order), COUNTER.fetch_sub(input.u64(), Ordering::Relaxed)));
        output.put((COUNTER.fetch_max(input.u64(), order), COUNTER.fetch_min(input.u64(), order)));
        output.put((COUNTER.fetch_xor(input.u64(), order), COUNTER.swap(input.u64(), Ordering::AcqRel)));
        output.put((COUNTER.fetch_and(input.u64(), order), COUNTER.fetch_or(input.u64(), Ordering::Release)));
        output.put((SMALL.fetch_add(input.u8(), order), SMALL.fetch_nand(input.u8(), order)));
        output.put((FLAG.swap(input.bool(), order), FLAG.fetch_xor(input.bool(), order)));
        output.put((DOUBLE.fetch_add(input.u32(), order), SIZE.fetch_add(1, order)));
    }
    COUNTER.store(0, Ordering::Release);
    SMALL.store(0, order);
    FLAG.store(false, order);
    SIZE.store(0, order);
    DOUBLE.store(0, order);
}

fn compare_exchange(input: &mut Input, output: &mut Output) {
    let (word, short) = (AtomicU64::new(input.u64()), AtomicU8::new(input.u8()));
    for _ in 0..3 {
        output.put(word.compare_exchange(input.u64(), input.u64(), Ordering::SeqCst, Ordering::Relaxed));
        output.put(short.compare_exchange(input.u8(), input.u8(), Ordering::AcqRel, Ordering::Acquire));
    }
    let updated =
        word.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |value| value.checked_add(input.u64()));
    output.put((updated, word.into_inner(), short.into_inner()));
}

static mut SCRATCH: [u64; 16] = [0; 16];
static mut WIDE: u128 = 0;

fn mutable(input: &mut Input, output: &mut Output) {
    // One thread in a program; on the host the driver runs one case at a time.
    let (scratch, wide) = unsafe { (&mut SCRATCH, &mut WIDE) };
    output.put((*scratch, *wide));
    for _ in 0..6 {
        scratch[input.index(16)] ^= input.u64();
        *wide = wide.wrapping_mul(3).wrapping_add(input.u128());
    }
    output.put((*scratch, *wide));
    scratch.fill(0);
    *wide = 0;
}

thread_local! {
    static DEPTH: Cell<u64> = const { Cell::new(0) };
    // Nothing is all zeros here; an empty `Vec` would not be, and a program has no place for it.
    static LAST: RefCell<Option<Box<(u32, u64)>>> = const { RefCell::new(None) };
}

fn locals(input: &mut Input, output: &mut Output) {
    output.put((DEPTH.get(), LAST.with_borrow(Option::is_none)));
    for _ in 0..input.below(5) {
        DEPTH.set(DEPTH.get() ^ input.u64());
        let next = Box::new((input.u32(), DEPTH.get()));
        LAST.with_borrow_mut(|last| output.put(last.replace(next).map(|last| *last)));
    }
    output.put((DEPTH.replace(0), LAST.take().map(|last| *last)));
}

static NAME: OnceLock<[u64; 3]> = OnceLock::new();

fn once(input: &mut Input, output: &mut Output) {
    // The value must not depend on which input came first.
    let table = NAME.get_or_init(|| [3, 1 << 40, u64::MAX]);
    output.put(table[input.index(3)]);
}
