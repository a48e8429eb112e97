//! Copies, fills and comparisons of bytes.

use core::hint::black_box;

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![
    move_within,
    move_by_one,
    move_words,
    copy_between,
    copy_constant,
    fill,
    fill_words,
    compare,
    compare_order,
    rotate,
    reverse_swap,
    split_concat,
    sort_bytes,
    sort_wide,
    zero,
    search,
];

fn buffer<const N: usize>(input: &mut Input) -> [u8; N] {
    let mut bytes = [0; N];
    input.fill(&mut bytes);
    bytes
}

/// A range within `0..size`.
fn range(input: &mut Input, size: usize) -> core::ops::Range<usize> {
    let (a, b) = (input.index(size + 1), input.index(size + 1));
    a.min(b)..a.max(b)
}

fn move_within(input: &mut Input, output: &mut Output) {
    let mut bytes = buffer::<96>(input);
    for _ in 0..3 {
        let source = range(input, 96);
        let target = input.index(97 - source.len());
        bytes.copy_within(source, target);
    }
    output.put(&bytes[..]);
}

fn move_by_one(input: &mut Input, output: &mut Output) {
    let mut bytes = buffer::<80>(input);
    bytes.copy_within(0..79, 1);
    bytes.copy_within(3..80, 2);
    bytes.copy_within(0..64, 8);
    bytes.copy_within(16..48, 12);
    output.put(&bytes[..]);
    let mut list = buffer::<20>(input).to_vec();
    list.insert(input.index(20), 1);
    list.remove(input.index(20));
    list.drain(range(input, 20));
    output.put(&list[..]);
}

fn move_words(input: &mut Input, output: &mut Output) {
    let mut words: [u64; 24] = core::array::from_fn(|_| input.raw());
    let source = range(input, 24);
    let target = input.index(25 - source.len());
    words.copy_within(source, target);
    words.copy_within(1..9, 0);
    words.copy_within(0..8, 1);
    let mut wide: [u128; 6] = core::array::from_fn(|_| input.u128());
    wide.copy_within(0..5, 1);
    output.put((words, wide));
}

fn copy_between(input: &mut Input, output: &mut Output) {
    let (source, mut target) = (buffer::<128>(input), [0xaa; 128]);
    let part = range(input, 128);
    let start = input.index(129 - part.len());
    target[start..start + part.len()].copy_from_slice(&source[part]);
    output.put(&target[..]);
}

/// Lengths known when compiling are expanded into loads and stores; each starts at a
/// place that is not.
fn copy_constant(input: &mut Input, output: &mut Output) {
    let (source, mut target) = (buffer::<160>(input), [0u8; 160]);
    let (from, to) = (input.index(90), input.index(90));
    macro_rules! copy {
        ($($length:literal)*) => {
            $(target[to..to + $length].copy_from_slice(&source[from..from + $length]);
            output.put(&target[to..]);)*
        };
    }
    copy!(1 2 3 4 5 7 8 9 15 16 24 31 32 63 64 65 70);
    let whole = black_box(source);
    output.put((&whole[..], whole == source));
}

fn fill(input: &mut Input, output: &mut Output) {
    let (mut bytes, value) = (buffer::<128>(input), input.u8());
    let part = range(input, 128);
    bytes[part].fill(value);
    let start = input.index(60);
    bytes[start..start + 5].fill(0xff);
    bytes[start + 7..start + 24].fill(value);
    bytes[start + 30..start + 68].fill(0);
    output.put(&bytes[..]);
}

fn fill_words(input: &mut Input, output: &mut Output) {
    let (mut words, mut shorts) = ([1u64; 20], [2u16; 33]);
    let (part, other) = (range(input, 20), range(input, 33));
    words[part].fill(input.u64());
    shorts[other].fill(input.u16());
    output.put((words, shorts, [input.u128(); 3]));
}

fn compare(input: &mut Input, output: &mut Output) {
    let bytes = buffer::<100>(input);
    let mut other = bytes;
    other[input.index(100)] ^= input.u8();
    let part = range(input, 100);
    output.put((bytes == other, bytes[part.clone()] == other[part.clone()]));
    output.put((bytes[part.clone()].cmp(&other[part.clone()]), bytes.starts_with(&other[..part.len()])));
    output.put((
        bytes.ends_with(&other[part.start..]),
        bytes[..8] == other[..8],
        bytes[5..37] == other[5..37],
    ));
    output.put((bytes[..3] < other[..3], bytes[1..17] != other[1..17]));
}

fn compare_order(input: &mut Input, output: &mut Output) {
    let (a, b) = (buffer::<32>(input), buffer::<32>(input));
    let (low, high) = (input.u8(), input.u8());
    output.put((a.cmp(&b), a < b, [low; 9].cmp(&[high; 9])));
    output.put(([low, high, 1][..].cmp(&[low, high][..]), [1u8, high][..] < [1, low, 0][..]));
    output.put((core::str::from_utf8(&[low & 0x7f]).unwrap_or("") < "P", [low as i8; 3] < [high as i8; 3]));
}

fn rotate(input: &mut Input, output: &mut Output) {
    let mut bytes = buffer::<67>(input);
    bytes.rotate_left(input.index(68));
    bytes[3..40].rotate_right(input.index(38));
    let mut words: [u64; 11] = core::array::from_fn(|_| input.raw());
    words.rotate_left(input.index(12));
    output.put((&bytes[..], words));
}

fn reverse_swap(input: &mut Input, output: &mut Output) {
    let mut bytes = buffer::<50>(input);
    bytes[range(input, 50)].reverse();
    bytes.swap(input.index(50), input.index(50));
    let (left, right) = bytes.split_at_mut(25);
    left.swap_with_slice(right);
    let (mut a, mut b) = ([input.u128(); 2], [input.u128(); 2]);
    core::mem::swap(&mut a, &mut b);
    output.put((&bytes[..], a, core::mem::replace(&mut b, [1; 2]), b));
}

fn split_concat(input: &mut Input, output: &mut Output) {
    let bytes = buffer::<40>(input);
    let at = input.index(41);
    let (left, right) = bytes.split_at(at);
    output.put(&[right, &[1, 2, 3], left].concat()[..]);
    let mut joined = left.to_vec();
    joined.extend_from_slice(right);
    joined.truncate(input.index(41));
    joined.resize(45, 9);
    output.put(&joined[..]);
}

fn sort_bytes(input: &mut Input, output: &mut Output) {
    let mut bytes = buffer::<48>(input);
    bytes.sort_unstable();
    output.put((
        &bytes[..],
        bytes.binary_search(&input.u8()).is_ok(),
        bytes.partition_point(|byte| *byte < 99),
    ));
}

fn sort_wide(input: &mut Input, output: &mut Output) {
    let mut pairs: [(u8, u128); 24] = core::array::from_fn(|_| (input.below(6) as u8, input.u128()));
    pairs.sort_by_key(|(key, _)| *key);
    output.put(pairs);
    let mut values: [i128; 12] = core::array::from_fn(|_| input.i128());
    values.sort_unstable_by(|a, b| b.cmp(a));
    output.put(values);
}

fn zero(input: &mut Input, output: &mut Output) {
    let mut bytes = buffer::<72>(input);
    let place = input.index(40);
    bytes[place..place + 32].copy_from_slice(&[0; 32]);
    output.put((&bytes[..], bytes[place..place + 32] == [0; 32], bytes.iter().all(|byte| *byte == 0)));
    output.put(&vec![0u8; input.index(50)][..]);
}

fn search(input: &mut Input, output: &mut Output) {
    let (bytes, wanted) = (buffer::<64>(input), input.u8());
    output.put((bytes.iter().position(|byte| *byte == wanted), bytes.contains(&wanted)));
    output.put((
        bytes.iter().rposition(|byte| *byte > wanted),
        bytes.windows(2).any(|pair| pair[0] == pair[1]),
    ));
    output.put((bytes.iter().max().copied(), bytes.iter().copied().min()));
    output.put(bytes.split(|byte| *byte < 32).map(<[u8]>::len).max());
}
