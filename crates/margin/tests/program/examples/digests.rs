//! Prints random requests and the digests of their answers on this machine: a line of eight numbers each.
//! The only argument is how many.

use margin_program::{answer, requests};

/// No other comparison draws the same requests.
const STREAM: u64 = 6;

fn main() {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok());
    for request in requests(STREAM).take(count.expect("a number of requests")) {
        let margin_program::Request { times, rows, markets, expiries, strikes, linear, seed } = request;
        let digest = answer(&request);
        println!("{times} {rows} {markets} {expiries} {strikes} {} {seed} {digest}", linear as u8);
    }
}
