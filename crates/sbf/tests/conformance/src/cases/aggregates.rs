//! Results that do not fit the one register of a return.

use core::hint::black_box;

use crate::case::cases;
use crate::input::Input;
use crate::observe::Observe;
use crate::output::Output;

cases![
    pairs,
    triples,
    arrays,
    structs,
    options,
    results,
    nested_enums,
    through_pointers,
    through_objects,
    through_closures,
    many_arguments,
    in_loops,
    overwritten,
    floats,
    strings,
];

#[inline(never)]
fn pair(a: u64, b: u64) -> (u64, u64) {
    (a.wrapping_add(b), a ^ b)
}

#[inline(never)]
fn uneven(a: u64, b: u8) -> (u8, u64, u8, u16) {
    (b, a, a as u8, a as u16 ^ b as u16)
}

fn pairs(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.u64(), input.u64());
    output.put((pair(a, b), uneven(a, b as u8)));
    let (c, d) = pair(b, a);
    output.put(pair(d, c));
}

#[inline(never)]
fn triple(a: u128, b: u8) -> (u128, u8, bool) {
    (a.wrapping_mul(3), b ^ 1, a > b as u128)
}

fn triples(input: &mut Input, output: &mut Output) {
    output.put((triple(input.u128(), input.u8()), black_box(triple)(input.u128(), 9)));
}

#[inline(never)]
fn array<const N: usize>(seed: u64) -> [u64; N] {
    let mut state = seed;
    core::array::from_fn(|place| {
        state = state.rotate_left(11) ^ place as u64;
        state
    })
}

#[inline(never)]
fn bytes<const N: usize>(seed: u64) -> [u8; N] {
    core::array::from_fn(|place| (seed >> (place % 8 * 8)) as u8 ^ place as u8)
}

fn arrays(input: &mut Input, output: &mut Output) {
    let seed = input.u64();
    output.put((array::<2>(seed), array::<3>(seed), array::<5>(seed), array::<25>(seed)));
    output.put((bytes::<1>(seed), bytes::<3>(seed), bytes::<7>(seed), bytes::<16>(seed)));
    output.put((bytes::<17>(seed), bytes::<32>(seed), bytes::<33>(seed), bytes::<200>(seed)));
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Account {
    owner: [u8; 32],
    balance: i128,
    index: u16,
    open: bool,
    entries: [(u64, i32); 5],
}

impl Observe for Account {
    fn observe(self, output: &mut Output) {
        output.put((self.owner, self.balance, self.index, self.open, self.entries));
    }
}

#[inline(never)]
fn account(seed: u64, balance: i128) -> Account {
    Account {
        owner: bytes(seed),
        balance: balance.wrapping_sub(1),
        index: seed as u16,
        open: seed.is_multiple_of(3),
        entries: core::array::from_fn(|place| (seed ^ place as u64, place as i32 - 2)),
    }
}

fn structs(input: &mut Input, output: &mut Output) {
    let (a, b) = (account(input.u64(), input.i128()), account(input.u64(), -1));
    let moved = Account { open: !b.open, ..a };
    output.put((a, b, moved, a == b, moved == a));
}

#[inline(never)]
fn maybe(a: u128, limit: u128) -> Option<u128> {
    (a < limit).then(|| limit - a)
}

fn options(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.u128(), input.u128());
    output.put((maybe(a, b), maybe(b, a), black_box(maybe)(a, a)));
    output.put(maybe(a, b).or_else(|| maybe(b, a)).map(|value| value >> 3));
    output.put(maybe(a, b).map(|value| account(value as u64, value as i128)));
}

#[derive(Clone, Copy)]
enum Failure {
    Plain,
    Coded(u32),
    Detailed { place: u64, wanted: i128 },
}

impl Observe for Failure {
    fn observe(self, output: &mut Output) {
        match self {
            Failure::Plain => output.put(1u8),
            Failure::Coded(code) => output.put((2u8, code)),
            Failure::Detailed { place, wanted } => output.put((3u8, place, wanted)),
        }
    }
}

#[inline(never)]
fn attempt(a: u64, b: i128) -> Result<(u128, u64), Failure> {
    match a % 4 {
        0 => Err(Failure::Plain),
        1 => Err(Failure::Coded(a as u32)),
        2 => Err(Failure::Detailed { place: a, wanted: b }),
        _ => Ok((b as u128, a)),
    }
}

#[inline(never)]
fn chained(a: u64, b: i128) -> Result<[u64; 4], Failure> {
    let (x, y) = attempt(a, b)?;
    let (z, w) = attempt(y >> 2, b.wrapping_neg())?;
    Ok([x as u64, y, z as u64, w])
}

fn results(input: &mut Input, output: &mut Output) {
    let (a, b) = (input.u64(), input.i128());
    output.put((attempt(a, b), chained(a | 15, b), chained(a, b)));
    output.put(attempt(a, b).map(|(wide, _)| wide).map_err(|_| 7u8));
}

#[inline(never)]
fn nested(pick: u8, value: u64) -> Result<Option<(u8, Option<u64>)>, Option<i128>> {
    match pick % 5 {
        0 => Ok(None),
        1 => Ok(Some((pick, None))),
        2 => Ok(Some((pick, Some(value)))),
        3 => Err(None),
        _ => Err(Some(value as i128 - (1 << 64))),
    }
}

fn nested_enums(input: &mut Input, output: &mut Output) {
    output.put((nested(input.u8(), input.u64()), black_box(nested)(input.u8(), 1)));
}

fn through_pointers(input: &mut Input, output: &mut Output) {
    let seed = input.u64();
    let arrays: fn(u64) -> [u64; 25] = black_box(array::<25>);
    let accounts: fn(u64, i128) -> Account = black_box(account);
    let attempts: fn(u64, i128) -> Result<(u128, u64), Failure> = black_box(attempt);
    output.put((arrays(seed), accounts(seed, input.i128()), attempts(seed, input.i128())));
    let table: [fn(u64) -> [u8; 32]; 2] = [bytes::<32>, |seed| [seed as u8; 32]];
    output.put(table[input.index(2)](seed));
}

trait Source {
    fn wide(&self, seed: u64) -> i128;
    fn large(&self, seed: u64) -> Account;
    fn maybe(&self, seed: u64) -> Option<[u64; 3]>;
}

struct Counted(u64);
struct Fixed;

impl Source for Counted {
    fn wide(&self, seed: u64) -> i128 {
        (self.0 as i128).wrapping_mul(seed as i128)
    }
    fn large(&self, seed: u64) -> Account {
        account(self.0 ^ seed, seed as i128)
    }
    fn maybe(&self, seed: u64) -> Option<[u64; 3]> {
        (seed < self.0).then(|| array(seed))
    }
}

impl Source for Fixed {
    fn wide(&self, seed: u64) -> i128 {
        -(seed as i128)
    }
    fn large(&self, _: u64) -> Account {
        account(0, i128::MIN)
    }
    fn maybe(&self, _: u64) -> Option<[u64; 3]> {
        None
    }
}

fn through_objects(input: &mut Input, output: &mut Output) {
    let counted = Counted(input.u64());
    for _ in 0..2 {
        let source: &dyn Source = black_box(if input.bool() { &counted } else { &Fixed });
        let seed = input.u64();
        output.put((source.wide(seed), source.large(seed), source.maybe(seed)));
    }
}

fn through_closures(input: &mut Input, output: &mut Output) {
    let (base, wide) = (input.u64(), input.u128());
    let make: Box<dyn Fn(u64) -> (u128, [u64; 6])> =
        Box::new(move |seed| (wide ^ seed as u128, array(seed ^ base)));
    output.put((make(input.u64()), make(base)));
}

#[inline(never)]
#[allow(clippy::too_many_arguments)]
fn both(a: u64, b: u128, c: u8, d: i64, e: u32, f: u64, g: bool) -> (i128, [u64; 3], Option<u8>) {
    (b as i128 - d as i128 % 1000, [a, e as u64, f], g.then_some(c))
}

/// A hidden place for the result and packed arguments in one call.
fn many_arguments(input: &mut Input, output: &mut Output) {
    let (a, b, c) = (input.u64(), input.u128() >> 2, input.u8());
    let (d, e, f, g) = (input.i64(), input.u32(), input.u64(), input.bool());
    output.put((both(a, b, c, d, e, f, g), black_box(both)(f, b, c, d, e, a, !g)));
}

fn in_loops(input: &mut Input, output: &mut Output) {
    let mut current = account(input.u64(), 0);
    for step in 0..input.below(6) {
        let next = account(current.entries[2].0.wrapping_add(step), current.balance);
        if next.open {
            current.balance = next.balance ^ step as i128;
        } else {
            current = next;
        }
    }
    output.put(current);
}

#[inline(never)]
fn step(previous: [u64; 6]) -> [u64; 6] {
    core::array::from_fn(|place| previous[5 - place].wrapping_add(previous[place / 2]))
}

/// The result goes where the argument was.
fn overwritten(input: &mut Input, output: &mut Output) {
    let mut state: [u64; 6] = core::array::from_fn(|_| input.u64());
    for _ in 0..4 {
        state = step(state);
    }
    let mut pair = (state[0], state[1]);
    pair = self::pair(pair.1, pair.0);
    output.put((state, pair));
}

#[inline(never)]
fn spread(a: f64, b: f32) -> (f64, f32, [f64; 3]) {
    (a * 2.0, b / 3.0, [a, b as f64, a - b as f64])
}

fn floats(input: &mut Input, output: &mut Output) {
    output.put((spread(input.f64(), input.f32()), black_box(spread)(input.f64(), 1.0)));
}

#[inline(never)]
fn named(seed: u64) -> (String, Vec<u16>, &'static str) {
    (seed.to_string(), vec![seed as u16; 3], if seed.is_multiple_of(2) { "even" } else { "odd" })
}

fn strings(input: &mut Input, output: &mut Output) {
    let (text, words, kind) = named(input.u64());
    output.put((text.as_str(), words.len(), words[2], kind));
}
