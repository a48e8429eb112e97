//! Panics. The driver lets the host panic too and expects its message and place in the
//! program's log.

use std::cell::RefCell;
use std::collections::BTreeMap;

pub struct Panic {
    pub name: &'static str,
    /// Never returns; the argument hides from the compiler that it cannot.
    pub run: fn(u64) -> u64,
}

macro_rules! panics {
    ($($name:ident),* $(,)?) => {
        pub const PANICS: &[Panic] = &[$(Panic { name: stringify!($name), run: $name }),*];
    };
}

panics![
    index,
    range,
    range_order,
    add,
    subtract,
    multiply,
    negate,
    shift,
    wide_multiply,
    wide_add,
    divide,
    wide_divide,
    remainder,
    divide_overflow,
    unwrap_none,
    unwrap_error,
    expect_error,
    explicit,
    formatted,
    equality,
    refcell,
    missing_key,
    unreachable,
    capacity,
    deep,
    in_closure,
];

fn index(seed: u64) -> u64 {
    [1, 2, 3][seed as usize + 3]
}

fn range(seed: u64) -> u64 {
    [1u64, 2, 3][..seed as usize + 9].len() as u64
}

fn range_order(seed: u64) -> u64 {
    [1u64, 2, 3][seed as usize + 2..seed as usize + 1].len() as u64
}

fn add(seed: u64) -> u64 {
    (u64::MAX - seed) + (seed + 1)
}

fn subtract(seed: u64) -> u64 {
    seed - (seed + 1)
}

fn multiply(seed: u64) -> u64 {
    (seed + (1 << 33)) * (seed + (1 << 33))
}

fn negate(seed: u64) -> u64 {
    (-((seed as i64) ^ i64::MIN)) as u64
}

fn shift(seed: u64) -> u64 {
    1 << (seed + 64)
}

fn wide_multiply(seed: u64) -> u64 {
    ((seed as i128 + (1 << 70)) * (seed as i128 - (1 << 70))) as u64
}

fn wide_add(seed: u64) -> u64 {
    ((u128::MAX - seed as u128) + (seed as u128 + 1)) as u64
}

fn divide(seed: u64) -> u64 {
    7 / seed
}

fn wide_divide(seed: u64) -> u64 {
    ((7u128 << 90) / seed as u128) as u64
}

fn remainder(seed: u64) -> u64 {
    (7 % seed as i32) as u64
}

fn divide_overflow(seed: u64) -> u64 {
    ((i64::MIN + seed as i64) / -(seed as i64 + 1)) as u64
}

fn unwrap_none(seed: u64) -> u64 {
    seed.checked_sub(1).unwrap()
}

fn unwrap_error(seed: u64) -> u64 {
    u8::try_from(seed + 256).unwrap() as u64
}

fn expect_error(seed: u64) -> u64 {
    "x".repeat(seed as usize + 1).parse::<u64>().expect("a number of lots")
}

fn explicit(_: u64) -> u64 {
    panic!("the ledger does not balance")
}

fn formatted(seed: u64) -> u64 {
    panic!("lost {} of {:>6} ({:?}) at {:.2}", seed + 5, i128::MIN, Some("mark"), 2.345)
}

fn equality(seed: u64) -> u64 {
    assert_eq!(seed, 17, "after {} steps", 3);
    seed
}

fn refcell(seed: u64) -> u64 {
    let cell = RefCell::new(seed);
    let held = cell.borrow_mut();
    let again = cell.borrow_mut();
    *held + *again
}

fn missing_key(seed: u64) -> u64 {
    BTreeMap::from([(1u64, 2u64)])[&(seed + 5)]
}

fn unreachable(seed: u64) -> u64 {
    match seed {
        1.. => 1,
        _ => unreachable!("mode {seed}"),
    }
}

fn capacity(seed: u64) -> u64 {
    Vec::<u64>::with_capacity(usize::MAX - seed as usize).len() as u64
}

#[inline(never)]
fn descend(depth: u64, list: &[u64]) -> u64 {
    if depth == 0 {
        return list[list.len()];
    }
    descend(depth - 1, list) + 1
}

fn deep(seed: u64) -> u64 {
    descend(seed + 20, &[1, 2])
}

fn in_closure(seed: u64) -> u64 {
    let check: Box<dyn Fn(u64) -> u64> = Box::new(move |value| value.checked_div(seed).expect("a price"));
    check(seed + 1)
}

/// Use the heap up, and what the log says of it: the failures the host does not share.
pub const EXHAUST: &[(Panic, &str)] = &[
    (Panic { name: "exhaust", run: exhaust }, "memory allocation failed, out of memory"),
    (Panic { name: "exhaust_beside_statics", run: exhaust_beside_statics }, "the statics are as they were"),
];

/// Asks for more than the heap holds.
fn exhaust(seed: u64) -> u64 {
    let filled = vec![1u8; seed as usize + (1 << 20)];
    filled.iter().map(|byte| *byte as u64).sum()
}

static mut KEPT: [u64; 40] = [0; 40];

/// Statics live in the heap too: filling all of the rest must leave them alone.
fn exhaust_beside_statics(seed: u64) -> u64 {
    let pattern = |index: usize| (seed + 1 + index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // One thread in a program; the host never runs this.
    let kept = unsafe { &mut *core::ptr::addr_of_mut!(KEPT) };
    for (index, word) in kept.iter_mut().enumerate() {
        *word = pattern(index);
    }
    let mut held = 0;
    for size in [1000usize, 100, 10, 1] {
        let mut step: Vec<u8> = Vec::new();
        while step.try_reserve_exact(size).is_ok() {
            step.resize(size, 0xff);
            held += core::hint::black_box(&step).len();
            core::mem::forget(core::mem::take(&mut step));
        }
    }
    assert!(held > 16_000, "the heap is used up after {held} bytes");
    let same = core::hint::black_box(&*kept).iter().enumerate().all(|(index, word)| *word == pattern(index));
    panic!("the statics are {}", if same { "as they were" } else { "overwritten" });
}

/// Those of [`PANICS`], then [`EXHAUST`].
pub fn find(index: usize) -> Option<&'static Panic> {
    PANICS.iter().chain(EXHAUST.iter().map(|(case, _)| case)).nth(index)
}
