//! Chains of iterators, closures and what optimisers make of loops.

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![
    chains,
    zips,
    windows,
    wide_sums,
    early_exits,
    boxed_chains,
    custom,
    state_machines,
    matrices,
    bytes_to_words
];

fn list(input: &mut Input) -> [u32; 24] {
    core::array::from_fn(|_| input.u32())
}

fn chains(input: &mut Input, output: &mut Output) {
    let values = list(input);
    let limit = input.u32();
    output.put(values.iter().filter(|value| **value < limit).map(|value| *value as u64 * 3).sum::<u64>());
    output.put(values.iter().skip(3).step_by(4).copied().reduce(|a, b| a ^ b.rotate_left(3)));
    output.put(values.iter().rev().take_while(|value| **value > limit / 2).count());
    output.put(values.iter().flat_map(|value| value.to_le_bytes()).map(u64::from).sum::<u64>());
    output.put((values.iter().max().copied(), values.iter().min_by_key(|value| **value ^ limit).copied()));
}

fn zips(input: &mut Input, output: &mut Output) {
    let (a, b) = (list(input), list(input));
    output.put(a.iter().zip(&b).map(|(x, y)| *x as u128 * *y as u128).sum::<u128>());
    output.put(a.iter().zip(b.iter().rev()).filter(|(x, y)| x > y).count());
    output.put(
        a.iter().zip(&b).fold((0u32, 0u64), |(xor, sum), (x, y)| (xor ^ x ^ y, sum + (*x).max(*y) as u64)),
    );
    output.put((a.iter().eq(&b), a.iter().lt(&b), a.iter().cmp(&b)));
}

fn windows(input: &mut Input, output: &mut Output) {
    let values = list(input);
    output.put(values.windows(3).filter(|run| run[0] < run[1] && run[1] < run[2]).count());
    for chunk in values.chunks_exact(5) {
        output.put(chunk.iter().map(|value| *value as i64).sum::<i64>() - chunk[4] as i64);
    }
    output.put(values.rchunks(7).map(|chunk| chunk[0]).fold(0, |a, b| a ^ b));
}

fn wide_sums(input: &mut Input, output: &mut Output) {
    let values: [i128; 8] = core::array::from_fn(|_| input.i128() >> 4);
    output.put((
        values.iter().sum::<i128>(),
        values.iter().map(|value| value >> 96).fold(1, i128::wrapping_mul),
    ));
    output.put(values.iter().try_fold(0i128, |sum, value| sum.checked_add(value << 2)));
    output.put(
        values
            .iter()
            .scan(0i128, |seen, value| {
                *seen = seen.wrapping_add(*value);
                Some(*seen % 1_000_003)
            })
            .last(),
    );
}

fn early_exits(input: &mut Input, output: &mut Output) {
    let values = list(input);
    let found = 'search: {
        for (row, a) in values.iter().enumerate() {
            for (column, b) in values[..row].iter().enumerate() {
                if a ^ b < 1 << 20 {
                    break 'search Some((row, column));
                }
                if a.wrapping_add(*b) % 1000 == 7 {
                    continue;
                }
            }
        }
        None
    };
    output.put((
        found,
        values.iter().any(|value| value % 5 == 0),
        values.iter().all(|value| value % 1000 != 3),
    ));
    output.put(values.iter().find_map(|value| value.checked_mul(3)));
}

fn boxed_chains(input: &mut Input, output: &mut Output) {
    let values = list(input);
    let mut chain: Box<dyn Iterator<Item = u32> + '_> = Box::new(values.iter().copied());
    for _ in 0..input.below(5) {
        let by = input.u32();
        chain = match input.below(4) {
            0 => Box::new(chain.map(move |value| value ^ by)),
            1 => Box::new(chain.filter(move |value| value % 3 != by % 3)),
            2 => Box::new(chain.skip(by as usize % 4)),
            _ => Box::new(chain.chain(core::iter::once(by))),
        };
    }
    for value in chain {
        output.put(value);
    }
}

struct Collatz(u64);

impl Iterator for Collatz {
    type Item = u64;
    fn next(&mut self) -> Option<u64> {
        let current = self.0;
        self.0 = match current {
            0 | 1 => return None,
            even if even % 2 == 0 => even / 2,
            odd => odd.checked_mul(3)?.checked_add(1)?,
        };
        Some(current)
    }
}

fn custom(input: &mut Input, output: &mut Output) {
    let start = input.u64() >> 20;
    output.put((Collatz(start).take(60).count(), Collatz(start).take(40).max(), Collatz(start).nth(9)));
    let fibonacci = core::iter::successors(Some((0u128, 1u128)), |(a, b)| Some((*b, a.checked_add(*b)?)));
    output.put(fibonacci.map(|(a, _)| a).nth(input.index(200)));
}

fn state_machines(input: &mut Input, output: &mut Output) {
    #[derive(Clone, Copy)]
    enum State {
        Idle,
        Open { since: u32 },
        Closing(u32, i64),
    }
    let mut state = State::Idle;
    for time in 0..30u32 {
        let event = input.below(4);
        state = match (state, event) {
            (State::Idle, 0 | 1) => State::Open { since: time },
            (State::Open { since }, 2) if time - since > 2 => State::Closing(since, -(time as i64)),
            (State::Closing(since, debt), 3) => {
                output.put((since, debt));
                State::Idle
            }
            (State::Closing(since, debt), _) => State::Closing(since, debt * 2),
            (other, _) => other,
        };
    }
}

fn matrices(input: &mut Input, output: &mut Output) {
    let mut draw =
        || -> [[i64; 4]; 4] { core::array::from_fn(|_| core::array::from_fn(|_| input.i32() as i64)) };
    let (a, b) = (draw(), draw());
    let mut product = [[0i64; 4]; 4];
    for (row, line) in product.iter_mut().enumerate() {
        for (column, cell) in line.iter_mut().enumerate() {
            *cell = (0..4).fold(0, |sum, k| a[row][k].wrapping_mul(b[k][column]).wrapping_add(sum));
        }
    }
    output.put(product);
}

/// Loops that an optimiser turns into wide loads, stores and byte swaps.
fn bytes_to_words(input: &mut Input, output: &mut Output) {
    let mut bytes = [0u8; 33];
    input.fill(&mut bytes);
    let start = input.index(2);
    let (mut little, mut big) = (0u64, 0u128);
    for (place, byte) in bytes[start..start + 8].iter().enumerate() {
        little |= (*byte as u64) << (8 * place);
    }
    for byte in &bytes[start + 8..start + 24] {
        big = big << 8 | *byte as u128;
    }
    output.put((little, big));
    let mut spread = [0u8; 16];
    for (place, byte) in spread.iter_mut().enumerate() {
        *byte = (big >> (8 * place)) as u8;
    }
    output.put(spread);
}
