//! Plays the first story on LiteSVM with the programs that mainnet would run, and tells what happens.

#[path = "cases/opening.rs"]
mod opening;

use ballast_testkit::{Arch, Lite, Svm, World};

fn main() {
    let svm = Lite::new(Arch::V3);
    println!("\nOpening: a group over a dollar, and two traders with an account each");
    println!("({}; compute units are those of the whole transaction)\n", svm.name());
    opening::opening(&mut World::new(svm));
    println!("\nAll of it was read back from the accounts' bytes and is as it should be.");
}
