//! Prints what arithmetic costs in a program: names to compute units, as JSON. Each is the
//! larger figure of both architectures, the loop around the operation included.

#[path = "../tests/conformance_driver/lite.rs"]
mod lite;
#[path = "../tests/conformance_driver/machine.rs"]
#[allow(dead_code)] // The tests use more of it.
mod machine;

use std::collections::BTreeMap;

use sbf_conformance::bench::BENCHES;
use sbf_conformance::protocol::{Mode, Request};

use lite::Lite;
use machine::{Arch, Machine};

const FEW: u32 = 100;
const MANY: u32 = 1100;

fn main() {
    let mut figures = BTreeMap::new();
    for mut machine in [Arch::V0, Arch::V3].map(Lite::new) {
        for (index, bench) in BENCHES.iter().enumerate() {
            let mut units = |count| {
                let request = Request { mode: Mode::Bench, case: index as u16, seed: 0, count, skip: 0 };
                let executed = machine.execute(request);
                assert!(executed.error.is_none(), "{}: {:?} {:?}", bench.name, executed.error, executed.logs);
                executed.units
            };
            let each = (units(MANY) - units(FEW)).div_ceil((MANY - FEW) as u64);
            let figure = figures.entry(format!("sbf.{}", bench.name)).or_insert(each);
            *figure = each.max(*figure);
        }
    }
    println!("{}", serde_json::to_string_pretty(&figures).expect("numbers"));
}
