//! The collections of std.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![
    hash_map,
    hash_map_strings,
    hash_set,
    tree_map,
    tree_map_ranges,
    tree_set,
    deque,
    heap,
    nested_vectors,
    vector_edits,
    strings,
    entries,
];

fn hash_map(input: &mut Input, output: &mut Output) {
    let mut map = HashMap::new();
    for _ in 0..input.below(30) {
        let key = input.below(20) as u8;
        match input.below(4) {
            0 => output.put(map.remove(&key)),
            1 => output.put(map.get(&key).copied()),
            _ => output.put(map.insert(key, input.u128())),
        }
    }
    let mut pairs: Vec<_> = map.into_iter().collect();
    pairs.sort_unstable();
    for pair in pairs {
        output.put(pair);
    }
}

fn hash_map_strings(input: &mut Input, output: &mut Output) {
    let mut map: HashMap<String, Vec<u32>> = HashMap::new();
    for _ in 0..input.below(12) {
        let key = format!("key-{}", input.below(5));
        map.entry(key).or_default().push(input.u32());
    }
    output.put((map.len(), map.contains_key("key-3"), map.get("key-1").map(Vec::len)));
    let mut total: Vec<_> = map.iter().map(|(key, list)| (key.as_str(), list[0])).collect();
    total.sort_unstable();
    for pair in total {
        output.put(pair);
    }
}

fn hash_set(input: &mut Input, output: &mut Output) {
    let mut draw = || (0..10).map(|_| input.below(16) as i16 - 8).collect::<HashSet<_>>();
    let (a, b) = (draw(), draw());
    let mut common: Vec<_> = a.intersection(&b).copied().collect();
    common.sort_unstable();
    output.put((a.len(), b.len(), common.len(), a.union(&b).count(), a.is_subset(&b)));
    for value in common {
        output.put(value);
    }
}

fn tree_map(input: &mut Input, output: &mut Output) {
    let mut map = BTreeMap::new();
    for _ in 0..input.below(50) {
        let key = input.below(30);
        match input.below(4) {
            0 => output.put(map.remove(&key)),
            _ => output.put(map.insert(key, input.u64())),
        }
    }
    for (key, value) in &map {
        output.put((*key, *value));
    }
    output.put((map.first_key_value().map(|(key, _)| *key), map.last_key_value().map(|(_, value)| *value)));
}

fn tree_map_ranges(input: &mut Input, output: &mut Output) {
    let mut map: BTreeMap<i128, (u8, String)> = BTreeMap::new();
    for place in 0..14 {
        map.insert(input.i128(), (place, input.u16().to_string()));
    }
    let (a, b) = (input.i128(), input.i128());
    for (key, (place, text)) in map.range_mut(a.min(b)..=a.max(b)) {
        *place += 1;
        output.put((*key, *place, text.as_str()));
    }
    let upper = map.split_off(&0);
    output.put((map.len(), upper.len(), upper.keys().next().copied()));
    map.retain(|key, _| key % 2 == 0);
    output.put((map.len(), map.pop_first().map(|(key, _)| key)));
}

fn tree_set(input: &mut Input, output: &mut Output) {
    let set: BTreeSet<(u8, char)> = (0..16).map(|_| (input.below(4) as u8, input.char())).collect();
    for (number, letter) in set.iter().rev() {
        output.put((*number, *letter));
    }
    output.put(set.range((2, 'a')..).count());
}

fn deque(input: &mut Input, output: &mut Output) {
    let mut queue = VecDeque::with_capacity(8);
    for _ in 0..30 {
        match input.below(5) {
            0 => output.put(queue.pop_front()),
            1 => output.put(queue.pop_back()),
            2 => queue.push_front(input.u32()),
            _ => queue.push_back(input.u32()),
        }
    }
    queue.make_contiguous().sort_unstable();
    for value in &queue {
        output.put(*value);
    }
}

fn heap(input: &mut Input, output: &mut Output) {
    let mut heap = BinaryHeap::new();
    for _ in 0..20 {
        heap.push((input.i64(), input.u8()));
        if input.below(3) == 0 {
            output.put(heap.pop());
        }
    }
    output.put(heap.peek().copied());
    for value in heap.into_sorted_vec() {
        output.put(value);
    }
}

fn nested_vectors(input: &mut Input, output: &mut Output) {
    let mut rows: Vec<Vec<u64>> = Vec::new();
    for row in 0..input.below(8) {
        rows.push((0..row).map(|_| input.u64()).collect());
    }
    rows.reverse();
    output.put((rows.len(), rows.concat().len(), rows.iter().map(Vec::len).max()));
    rows.sort();
    for row in &rows {
        output.put((row.len(), row.iter().fold(0u64, |sum, value| sum.wrapping_mul(3) ^ value)));
    }
    output.put(rows.clone() == rows);
}

fn vector_edits(input: &mut Input, output: &mut Output) {
    let mut list: Vec<i32> = (0..20).map(|_| input.below(9) as i32 - 4).collect();
    list.dedup();
    list.retain(|value| value % 3 != 0);
    let cut = input.index(list.len() + 1);
    let tail = list.split_off(cut);
    list.splice(0..cut / 2, tail.iter().map(|value| value * 2));
    list.extend(tail.chunks(2).map(|pair| pair.iter().sum::<i32>()));
    if !list.is_empty() {
        output.put(list.swap_remove(input.index(list.len())));
    }
    for value in list.iter().rev().step_by(2) {
        output.put(*value);
    }
}

fn strings(input: &mut Input, output: &mut Output) {
    let mut text = String::new();
    for _ in 0..input.below(12) {
        match input.below(4) {
            0 => text.push(input.char()),
            1 => text.push_str("abc"),
            2 => text.insert(0, input.char()),
            _ => text += &input.u16().to_string(),
        }
    }
    output.put((text.as_str(), text.len(), text.chars().count()));
    output.put(text.pop());
    output.put(text.replace("bc", "<>").as_str());
    output.put(text.to_uppercase().as_str());
    output.put(text.repeat(2).as_str());
}

fn entries(input: &mut Input, output: &mut Output) {
    let mut counts: BTreeMap<u8, [u32; 2]> = BTreeMap::new();
    for _ in 0..25 {
        let cell = counts.entry(input.below(6) as u8).or_insert([0, 100]);
        cell[0] += 1;
        cell[1] -= input.below(4) as u32;
    }
    for (key, count) in counts {
        output.put((key, count));
    }
}
