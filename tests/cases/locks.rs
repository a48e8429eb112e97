//! Which accounts each instruction locks for writing is what docs/throughput.md says.
//!
//! Transactions that write the same account go one after the other, so this table decides what can run in parallel.

#![cfg(test)]

use crate::locks_rows::{roles, rows, Scope, PROGRAMS};
use anchor_lang::prelude::Pubkey;
use ballast_interface::in_parallel;
use ballast_testkit::Instruction;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Instructions that trade, and those that take over from whoever falls short.
const FILLS: [&str; 3] = ["settle_fills", "block_trade", "execute_trigger"];
const LIQUIDATIONS: [&str; 6] =
    ["begin", "liquidate", "liquidate_to_order", "swap_collateral", "end", "deleverage"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Accounts that an instruction writes.
fn keys(instruction: &Instruction) -> BTreeSet<Pubkey> {
    instruction.accounts.iter().filter(|meta| meta.is_writable).map(|meta| meta.pubkey).collect()
}

/// Names of accounts that belong to some, with a number where there are several.
fn names(keys: &BTreeSet<Pubkey>, scopes: &[Scope]) -> String {
    let roles = roles();
    let mut counts = BTreeMap::<&str, usize>::new();
    for key in keys {
        let role = roles.iter().find(|(known, ..)| known == key);
        let (_, of, name) = role.unwrap_or_else(|| panic!("{key} has no role"));
        if scopes.contains(of) {
            *counts.entry(name).or_default() += 1;
        }
    }
    let names = counts.into_iter().map(|(name, count)| match count {
        1 => name.to_owned(),
        _ => format!("{count} {name}s"),
    });
    names.collect::<Vec<_>>().join(", ")
}

/// What an instruction writes where it runs beside others, by whom it belongs to; and what it writes besides as it is built.
fn written(instruction: &Instruction) -> [String; 4] {
    let (least, built) = (keys(&in_parallel(instruction.clone())), keys(instruction));
    assert!(least.is_subset(&built));
    let besides = built.difference(&least).copied().collect();
    let [group, market, person] =
        [Scope::Group, Scope::Market, Scope::Person].map(|scope| names(&least, &[scope]));
    [group, market, person, names(&besides, &[Scope::Group, Scope::Market, Scope::Person])]
}

/// A row of the page's table.
fn line(program: &str, label: &str, cells: &[String; 4]) -> String {
    let (name, shape) =
        label.split_once(',').map_or((label, String::new()), |(name, shape)| (name, format!(",{shape}")));
    let cells = cells.each_ref().map(|text| match text.as_str() {
        "" => " |".to_owned(),
        _ => format!(" {text} |"),
    });
    format!("| {program} | `{name}`{shape} |{}", cells.concat())
}

#[test]
fn the_page_lists_what_every_instruction_locks() {
    let page = fs::read_to_string(repository().join("docs/throughput.md")).expect("the page");
    let is_row = |line: &&str| PROGRAMS.iter().any(|program| line.starts_with(&format!("| {program} | `")));
    let told: Vec<&str> = page.lines().filter(is_row).collect();
    let mut found = vec![];
    for program in PROGRAMS {
        for (label, instruction) in rows(program) {
            found.push(line(program, label, &written(&instruction)));
        }
    }
    let missing: Vec<_> = found.iter().filter(|row| !told.contains(&row.as_str())).collect();
    let untrue: Vec<_> = told.iter().filter(|row| !found.iter().any(|line| line == *row)).collect();
    assert!(missing.is_empty() && untrue.is_empty(), "not told: {missing:#?}\nnot true: {untrue:#?}");
    assert_eq!(told.len(), found.len(), "each row once");
}

#[test]
fn every_instruction_of_the_interface_files_has_its_row() {
    for program in PROGRAMS {
        let file = repository().join(format!("idl/ballast_{program}.json"));
        let interface: Value =
            serde_json::from_str(&fs::read_to_string(file).expect("a file")).expect("it is JSON");
        let listed = interface["instructions"].as_array().expect("instructions");
        let mut tags: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
        for instruction in listed {
            let tag = instruction["discriminator"].as_array().expect("a tag");
            let tag = tag.iter().map(|byte| byte.as_u64().expect("a byte") as u8).collect();
            tags.insert(instruction["name"].as_str().expect("a name"), tag);
        }
        let mut rowed = BTreeSet::new();
        for (label, instruction) in rows(program) {
            let name = label.split(',').next().expect("a name");
            let tag = tags.get(name).unwrap_or_else(|| panic!("{program} has no {name}"));
            assert!(instruction.data.starts_with(tag), "{label} is another instruction");
            rowed.insert(name);
        }
        assert_eq!(rowed, tags.keys().copied().collect(), "{program}");
    }
}

/// What a group has but one of, no fill and no liquidation of the group has to wait for, nor for a fill of the same venue. As
/// they are built they write the group, and a fill its venue: then all cash is counted, and no fee waits.
#[test]
fn of_what_a_group_shares_fills_and_liquidations_write_nothing_where_they_run_side_by_side() {
    let all = |program: &str, name: &str| {
        let rows = rows(program);
        let (_, instruction) = rows.iter().find(|(label, _)| *label == name).expect("a row");
        written(instruction)
    };
    let programs = [("account", &FILLS[..]), ("liquidation", &LIQUIDATIONS)];
    for (program, name) in
        programs.iter().flat_map(|(program, names)| names.iter().map(|name| (*program, name)))
    {
        let [group, market, _, besides] = all(program, name);
        assert_eq!(group, "", "{name}");
        assert_eq!(market, "2 markets", "{name}");
        let expected = if *name == "settle_fills" { "group, venue" } else { "group" };
        assert_eq!(besides, expected, "{name}");
    }
    // A loss that nobody pays is everybody's; it waits for everybody.
    let [group, _, _, besides] = all("liquidation", "resolve_bankruptcy");
    assert_eq!((group.as_str(), besides.as_str()), ("fund, fund's vault, group, vault", ""));
}
