//! The engine for a browser.

use crate::Request;

/// [`crate::answer`] in numbers that JavaScript can pass and take.
#[no_mangle]
pub extern "C" fn answer(
    times: u8,
    rows: u8,
    markets: u8,
    expiries: u8,
    strikes: u8,
    linear: bool,
    seed: u64,
) -> u64 {
    crate::answer(&Request { times, rows, markets, expiries, strikes, linear, seed })
}
