//! People with names.

use solana_keypair::Keypair;

/// The keypair of a name: the same in every run, so that addresses, bumps and compute units repeat.
pub fn actor(name: &str) -> Keypair {
    assert!(name.len() <= 32, "an actor's name has at most 32 bytes: {name}");
    let mut secret = [0; 32];
    secret[..name.len()].copy_from_slice(name.as_bytes());
    Keypair::new_from_array(secret)
}
