//! Random requests, the same for every place that compares its bits with another's.

use crate::Request;
use ballast_margin::book::MAX_LEGS;

/// Requests of every shape that holds something and fits into a book.
pub fn requests(stream: u64) -> impl Iterator<Item = Request> {
    let mut state = stream << 32;
    let mut below = move |bound: u64| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        // The low bits of such a generator repeat soon.
        (state >> 33) % bound
    };
    let requests = std::iter::repeat_with(move || Request {
        times: 1,
        rows: 1 + below(33) as u8,
        markets: 1 + below(4) as u8,
        expiries: below(4) as u8,
        strikes: below(7) as u8,
        linear: below(2) == 1,
        seed: 1 + below(1 << 31),
    });
    requests.filter(|request| {
        let legs = request.markets * (request.expiries * request.strikes + request.linear as u8);
        (1..=MAX_LEGS).contains(&usize::from(legs))
    })
}
