//! `ballast localnet` as a process: what scripts, web apps and keepers find there.

mod faucet;
mod life;
mod process;
mod storm;
