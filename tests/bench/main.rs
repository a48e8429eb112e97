//! Compute units, checked in and compared: `bench/compute-units.json` maps each name to the larger
//! figure of the v0 and v3 builds. Without arguments the file is written; with `--check` it is
//! compared, and anything more than two per cent dearer is refused.
//!
//! Further arguments name files of the same form, measured elsewhere, that are taken in.

// Dollars, then the eight places of a price.
#![allow(clippy::inconsistent_digit_grouping)]

mod account;
mod liquidation;
mod margin;
mod risk;
mod split;

use ballast_testkit::{Arch, GroupSpec, Lite, Signer, World};
use std::{collections::BTreeMap, fs, path::Path, process::ExitCode};

type Figures = BTreeMap<String, u64>;

/// Hundredths that a figure may grow before it is refused.
const TOLERANCE: u64 = 2;

fn main() -> ExitCode {
    let (flags, files): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|arg| arg.starts_with("--"));
    if flags == ["--split"] {
        split::print();
        return ExitCode::SUCCESS;
    }
    let mut measured = Figures::new();
    for file in files {
        measured.extend(read(Path::new(&file)));
    }
    for arch in [Arch::V0, Arch::V3] {
        let figures = opening(arch)
            .into_iter()
            .chain(margin::figures(arch))
            .chain(risk::figures(arch))
            .chain(account::figures(arch))
            .chain(liquidation::figures(arch));
        for (name, units) in figures {
            let figure = measured.entry(name.to_owned()).or_default();
            *figure = units.max(*figure);
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/compute-units.json");
    if flags.is_empty() {
        let text = serde_json::to_string_pretty(&measured).expect("numbers are JSON");
        fs::write(&path, text + "\n").expect("the figures can be written");
        return ExitCode::SUCCESS;
    }
    assert_eq!(flags, ["--check"], "the only flag is --check");
    compare(&read(&path), &measured)
}

fn read(path: &Path) -> Figures {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What the instructions of the first story take, as whole transactions.
fn opening(arch: Arch) -> [(&'static str, u64); 2] {
    let mut world = World::new(Lite::new(arch));
    let governor = world.person("governor");
    let trader = world.person("bob");
    let quote_mint = world.create_mint(&spl_token_interface::ID, "dollar", 6);
    let spec = GroupSpec {
        creator: &governor,
        payer: &governor,
        quote_mint,
        index: 7,
        authority: governor.pubkey(),
        guardian: trader.pubkey(),
    };
    let (group, created) = world.create_group(&spec);
    let (_, opened) = world.open_account(&group, &trader, &trader, 0);
    [("account.create_group", created.compute_units), ("account.open_account", opened.compute_units)]
}

fn compare(known: &Figures, measured: &Figures) -> ExitCode {
    let mut refused = 0;
    for name in known.keys().chain(measured.keys().filter(|name| !known.contains_key(*name))) {
        let (before, now) = (known.get(name), measured.get(name));
        let verdict = match (before, now) {
            (Some(before), Some(now)) if now * 100 > before * (100 + TOLERANCE) => "dearer",
            (Some(before), Some(now)) if now * (100 + TOLERANCE) < before * 100 => {
                "cheaper: run `make bench`"
            }
            (Some(_), Some(_)) => "",
            (Some(_), None) => "no longer measured",
            _ => "not checked in: run `make bench`",
        };
        let show = |figure: Option<&u64>| figure.map_or("-".to_owned(), u64::to_string);
        println!("  {name:<28} {:>8} {:>8}  {verdict}", show(before), show(now));
        refused += usize::from(before.is_none() || now.is_none() || verdict == "dearer");
    }
    if refused > 0 {
        eprintln!("{refused} figures are not as checked in");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
