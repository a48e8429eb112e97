//! A program around the margin engine, and the same engine for the host: both build a book from a
//! request of a few bytes, assess it, and answer with a digest of the report.

#[cfg(target_arch = "wasm32")]
mod browser;
mod digest;
mod draw;
#[cfg(target_os = "solana")]
mod entry;
mod request;
mod world;

pub use draw::requests;
pub use request::Request;

use ballast_margin::{assess, presets, Desk, MarginError};
use std::mem::MaybeUninit;

/// Assesses the request's book as often as it says; the digest of the report, or of the refusal.
pub fn answer(request: &Request) -> u64 {
    let world = world::World::new(request);
    let mut room = Box::<Desk>::new_uninit();
    let desk = place(&mut room);
    let mut model = presets::BALLAST;
    model.rows = model.rows.get(..request.rows as usize).unwrap_or(model.rows);
    let (markets, book) = (world.markets(), world.book());
    let snapshot = world.snapshot(&markets);
    let mut digest = 0;
    for _ in 0..request.times {
        digest = match assess(desk, &model, &snapshot, &book) {
            Ok(report) => digest::of(&report),
            Err(error) => refusal(error),
        };
    }
    digest
}

/// Not inlined: an assessment's frames and this one's do not share four kilobytes.
#[inline(never)]
fn place(room: &mut MaybeUninit<Desk>) -> &mut Desk {
    Desk::in_place(room)
}

fn refusal(error: MarginError) -> u64 {
    error.to_string().bytes().fold(1, |hash, byte| hash * 31 % 0xffff_ffff + byte as u64)
}
