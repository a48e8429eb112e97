//! How the engine's cost splits and grows, as a table for the docs.

use super::margin::Meter;
use ballast_testkit::Arch;
use margin_program::Request;

/// Prints compute units of one assessment by the number of strikes, rows, expiries and markets.
pub fn print() {
    let mut meter = Meter::new(Arch::V3);
    println!(
        "| markets | expiries | strikes | legs | rows | linear | units |\n|---|---|---|---|---|---|---|"
    );
    for (markets, expiries, strikes, rows, linear) in SHAPES {
        let book = Request { times: 1, rows, markets, expiries, strikes, linear, seed: 0 };
        let legs = markets as u32 * (expiries as u32 * strikes as u32 + linear as u32);
        let units = meter.assess(book);
        println!("| {markets} | {expiries} | {strikes} | {legs} | {rows} | {linear} | {units} |");
    }
}

/// Markets, expiries of each, strikes of each, rows, and whether there are perps and collateral.
const SHAPES: [(u8, u8, u8, u8, bool); 16] = [
    (0, 0, 0, 33, false),
    (1, 0, 0, 33, true),
    (4, 0, 0, 33, true),
    (1, 1, 1, 33, false),
    (1, 1, 2, 33, false),
    (1, 1, 8, 33, false),
    (1, 1, 8, 9, false),
    (1, 1, 32, 33, false),
    (1, 1, 64, 33, false),
    (1, 2, 32, 33, false),
    (1, 4, 16, 33, false),
    (2, 2, 8, 33, false),
    (2, 4, 8, 33, false),
    (4, 2, 8, 33, false),
    (4, 2, 7, 33, true),
    (4, 3, 5, 33, true),
];
